from typing import Annotated

import pytest

from schemas.refusals import Invalid
from schemas.rules import Flag, text
from schemas.validation import Input, label, unknown_names, validated


class Boat(Input):
    hull_no: Annotated[str, text(5)]
    has_sail: Flag = False


def errors_of(values: dict[str, object]) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        validated(Boat, values)
    return refused.value.errors


def test_every_field_at_fault_is_named_at_once() -> None:
    assert errors_of({"has_sail": "yes", "mast": 1}) == {
        "hull_no": ["Hull No cannot be blank."],
        "has_sail": ["Has Sail must be 1 or 0."],
        "mast": ["mast is not a known field."],
    }


def test_read_only_fields_are_ignored() -> None:
    boat = validated(Boat, {"hull_no": "a", "id": 1, "created_ts": "x", "modified_ts": None, "_links": {}})
    assert boat.model_fields_set == {"hull_no"}


def test_an_input_is_not_changed_afterwards() -> None:
    boat = validated(Boat, {"hull_no": "a"})
    with pytest.raises(ValueError, match="frozen"):
        setattr(boat, "hull_no", "b")  # noqa: B010 - the type checker knows it too


def test_labels_are_in_title_case() -> None:
    assert label("product_transaction_id") == "Product Transaction Id"


def test_unknown_names_are_safe_to_show() -> None:
    assert list(unknown_names(["\ud800\n", "é" * 100], "field")) == ["\\ud800\n", ("\\xe9" * 100)[:64] + "…"]
    assert len(unknown_names([str(number) for number in range(1000)], "field")) == 20
