from typing import Any

import pytest

from models import PostbackReplay
from schemas.postback_replay import PostbackReplayInput, asked_shape, replay_columns
from schemas.refusals import Invalid
from schemas.validation import validated
from tests.api.test_hostile_input import VALUES

LEAST = {"location_id": "here", "status": "failed"}


def given(**fields: Any) -> PostbackReplayInput:
    return validated(PostbackReplayInput, {**LEAST, **fields})


def test_lists_are_kept_in_one_form() -> None:
    wanted = given(status=" failed, cancelled,failed ", code=500, reason_code="", type="CREATE,", skipped=None)
    assert (wanted.status, wanted.code, wanted.reason_code, wanted.type) == ("failed,cancelled", "500", None, "CREATE")


def test_what_was_asked_is_answered_as_it_was_asked() -> None:
    assert given(status="failed", code=500.0).code == "500", "JSON has one kind of numbers"
    wanted = given(created_ts_from="100", created_ts_to=200, code="404,500|599", rate=7)
    columns = replay_columns(wanted)
    assert (columns["created_from_ms"], columns["created_before_ms"]) == (100_000, 201_000)
    shape = asked_shape(PostbackReplay(**columns))
    assert {**shape, "total": 0} == {
        "location_id": "here", "postback_config_id": None, "status": "failed", "skipped": None, "code": "404,500|599",
        "reason_code": None, "resource": None, "type": None, "created_ts_from": 100, "created_ts_to": 200, "rate": 7,
        "total": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"status": None}, "status", "cannot be blank"),
        ({"status": "delivered"}, "force", "must be 1"),
        ({"status": None, "skipped": "no_config", "reason_code": "x"}, "status", "what was skipped has none"),
        ({"code": "500|5"}, "code", "500|599"),
        ({"code": "²00"}, "code", "500|599"),
        ({"created_ts_from": 2, "created_ts_to": 1}, "created_ts_to", "must not be before"),
        ({"created_ts_from": -1}, "created_ts_from", "between 0 and"),
        ({"rate": 5000}, "rate", "between 1 and 1000"),
    ],
)
def test_what_is_refused_is_named(fields: dict[str, Any], field: str, says: str) -> None:
    with pytest.raises(Invalid) as refusal:
        given(**fields)
    assert says in refusal.value.errors[field][0]


@pytest.mark.parametrize("field", sorted(PostbackReplayInput.model_fields))
def test_any_value_is_taken_or_refused_by_name(field: str) -> None:
    for value in VALUES:
        try:
            columns = replay_columns(given(**{field: value}))
        except Invalid:
            continue
        assert all(isinstance(one, str | int | None) for one in columns.values())
