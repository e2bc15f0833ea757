"""Replays on the wire. What a replay is about is asked for by the names that filter the list of deliveries."""

import re
from typing import Annotated, Any, Self

from pydantic import PlainValidator, model_validator

from models import PostbackReplay
from schemas.patterns import BLANK, ON, JsonSchema, listed_schema, named_schema, or_blank, whole_schema
from schemas.rules import Flag, Id, OptionalId, TextRule, broken, described_as, integer, is_blank, whole
from schemas.validation import Input

DEFAULT_RATE = 50
LARGEST_RATE = 1_000
"""Deliveries a second."""
LARGEST_TS = 99_999_999_999
AGAIN = ("failed", "cancelled", "delivered")
SKIPPED = ("inactive_config", "no_config")
TYPES = ("CREATE", "UPDATE", "DELETE")
CODE = r"[1-9][0-9]{2}(\|[1-9][0-9]{2})?"
NAME = r"[A-Za-z0-9_.-]{1,64}"
LONGEST = 255


def _listed(word: str, says: str, *, numbers: bool = False) -> Any:
    """A comma list of words of this pattern, each once; left out, null or blank it is None."""
    whole_text, one = TextRule(LONGEST, one_line=True), re.compile(word)
    schema = or_blank(listed_schema(f"(?:{word})", LONGEST))
    if numbers:
        schema["anyOf"].append({"type": "integer", "minimum": 100, "maximum": 999})

    def read(value: object) -> str | None:
        number = integer(value) if numbers else None
        text = whole_text.optional(value if number is None else str(number))
        words = list(dict.fromkeys(word.strip() for word in (text or "").split(",") if word.strip()))
        return ",".join(words) or None if all(map(one.fullmatch, words)) else broken(says)

    return PlainValidator(read, json_schema_input_type=described_as(schema))


def _some_of(names: tuple[str, ...]) -> Any:
    return _listed("|".join(names), f"must list some of {', '.join(names)}")


def _read_ts(value: object) -> int | None:
    return None if is_blank(value) else TS.func(value)


TS = whole(0, LARGEST_TS)
Names = Annotated[str | None, _listed(NAME, "must list names")]
Codes = Annotated[str | None, _listed(CODE, "must list HTTP statuses or ranges like 500|599", numbers=True)]
Ts = Annotated[
    int | None,
    PlainValidator(_read_ts, json_schema_input_type=described_as(or_blank(whole_schema(0, LARGEST_TS)))),
]


class PostbackReplayInput(Input):
    location_id: Id
    """This location and everything below it."""
    postback_config_id: OptionalId = None
    status: Annotated[str | None, _some_of(AGAIN)] = None
    """The deliveries that are sent again."""
    skipped: Annotated[str | None, _some_of(SKIPPED)] = None
    """The events without a delivery that are sent to the configs that ask for them now, by why they were skipped."""
    code: Codes = None
    reason_code: Names = None
    resource: Names = None
    type: Annotated[str | None, _some_of(TYPES)] = None
    created_ts_from: Ts = None
    created_ts_to: Ts = None
    """Epoch seconds, both included."""
    force: Flag = False
    """That what was delivered is sent again."""
    rate: Annotated[int, whole(1, LARGEST_RATE)] = DEFAULT_RATE
    dry_run: Flag = False

    @model_validator(mode="after")
    def _about_something(self) -> Self:
        if self.status is None and self.skipped is None:
            broken(f"cannot be blank: list some of {', '.join(AGAIN)}, or give skipped", "status")
        if "delivered" in (self.status or "").split(",") and not self.force:
            broken("must be 1 to send again what was delivered", "force")
        if self.status is None and (self.code or self.reason_code):
            broken("cannot be blank where a code is given: what was skipped has none", "status")
        if None not in (self.created_ts_from, self.created_ts_to) and self._ends_before_it_begins():
            broken("must not be before Created Ts From", "created_ts_to")
        return self

    def _ends_before_it_begins(self) -> bool:
        return (self.created_ts_to or 0) < (self.created_ts_from or 0)


def replay_conditions() -> JsonSchema:
    """What the rules say of several fields together, as JSON Schema; that a time must not end before it begins is not
    among it."""
    unsent, sent = (named_schema("|".join(names), LONGEST) for names in (AGAIN[:2], AGAIN))
    of_none = {"status": BLANK, "code": BLANK, "reason_code": BLANK}
    return {
        "anyOf": [
            {"required": ["status"], "properties": {"status": unsent}},
            {"required": ["status", "force"], "properties": {"status": sent, "force": ON}},
            {
                "required": ["skipped"],
                "properties": {**of_none, "skipped": named_schema("|".join(SKIPPED), LONGEST)},
            },
        ]
    }


FILTERS = ("location_id", "postback_config_id", "status", "skipped", "code", "reason_code", "resource", "type")


def replay_columns(given: PostbackReplayInput) -> dict[str, Any]:
    """The stored form of what was asked for."""
    begin, end = given.created_ts_from, given.created_ts_to
    return {
        **{name: getattr(given, name) for name in FILTERS},
        "created_from_ms": None if begin is None else begin * 1000,
        "created_before_ms": None if end is None else (end + 1) * 1000,
        "rate": given.rate,
    }


def asked_shape(replay: PostbackReplay) -> dict[str, object]:
    """What a replay is about, at which pace, and how many it sends: all that a dry run can tell."""
    begin, before = replay.created_from_ms, replay.created_before_ms
    return {
        **{name: getattr(replay, name) for name in FILTERS},
        "created_ts_from": None if begin is None else begin // 1000,
        "created_ts_to": None if before is None else before // 1000 - 1,
        "rate": replay.rate,
        "total": replay.total,
    }


def replay_shape(replay: PostbackReplay) -> dict[str, object]:
    """A replay as it is answered. `done` of `total` were made due; `state` is the operation's own."""
    return {
        "id": replay.id,
        **asked_shape(replay),
        "done": replay.done,
        "state": replay.state,
        "reason": replay.reason,
        "created_user_id": replay.created_user_id,
        "created_by": replay.created_by,
        "created_ts": replay.created_ms // 1000,
        "finished_ts": None if replay.finished_ms is None else replay.finished_ms // 1000,
    }
