from typing import Any

import pytest

from models import Contact
from schemas.contact import CONTACT_KEYS, ContactInput, by_answered_names, contact_shape, contact_values
from schemas.refusals import Invalid
from schemas.validation import validated

LEAST: dict[str, object] = {"location_id": "here", "last_name": "Jones"}

GOOD: list[tuple[str, object]] = [
    ("account_number", "a" * 32),
    ("contact_api_id", "a" * 36),
    ("first_name", "a" * 64),
    ("company_name", "a" * 64),
    ("email", "a@b.c"),
    ("address", "a" * 255),
    ("city", "a" * 100),
    ("state", "MI"),
    ("zip", "48-9 A"),
    ("home_phone", "5551234567"),
    ("cell_phone", "5551234567"),
    ("office_phone", "5551234567"),
    ("office_ext_phone", "a" * 10),
    ("email_trx_receipt", True),
    ("date_of_birth", "2000-02-29"),
    ("header_message", "a" * 250),
    ("header_message_type_id", 4),
    ("contact_balance", "-12.50"),
    ("contact_c1", "a" * 128),
    ("contact_c2", "a" * 128),
    ("contact_c3", "a" * 128),
]
BAD: list[tuple[str, object]] = [
    ("location_id", None),
    ("location_id", "a b"),
    ("last_name", ""),
    ("last_name", "a" * 65),
    ("account_number", "a" * 33),
    ("contact_api_id", "a" * 37),
    ("first_name", "a" * 65),
    ("company_name", ["a"]),
    ("email", "a@b"),
    ("address", "a" * 256),
    ("city", "a" * 101),
    ("state", "M"),
    ("zip", "123"),
    ("zip", "1" * 13),
    ("zip", "12_45"),
    ("home_phone", "555123456"),
    ("cell_phone", 5551234567),
    ("office_ext_phone", "a" * 11),
    ("email_trx_receipt", None),
    ("email_trx_receipt", "true"),
    ("date_of_birth", "1999-02-29"),
    ("date_of_birth", "19990228"),
    ("date_of_birth", "0000-01-01"),
    ("header_message", "a" * 251),
    ("header_message_type_id", 5),
    ("header_message_type_id", -1),
    ("contact_balance", 12.5),
    ("contact_balance", "twelve"),
    ("contact_c1", "a" * 129),
    ("nickname", "a"),
]


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_what_a_contact_may_have(name: str, value: object) -> None:
    assert getattr(validated(ContactInput, {**LEAST, name: value}), name) == value


@pytest.mark.parametrize(("name", "value"), BAD)
def test_what_a_contact_may_not_have(name: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        validated(ContactInput, {**LEAST, name: value})
    assert list(refused.value.errors) == [name]


def test_an_unset_field_is_none_and_the_two_defaults_are_not() -> None:
    given = validated(ContactInput, LEAST)
    unset = {name for name in ContactInput.model_fields if getattr(given, name) is None}
    assert unset == ContactInput.model_fields.keys() - {
        "location_id",
        "last_name",
        "email_trx_receipt",
        "header_message_type_id",
        "update_if_exists",
    }


def test_the_header_message_type_goes_by_both_its_names() -> None:
    assert by_answered_names({"header_message_type": 2}) == {"header_message_type_id": 2}


def test_a_contact_is_answered_with_its_26_keys_in_order() -> None:
    contact = Contact(id="c", location_id="here", last_name="Lue", email_trx_receipt=False, header_message_type_id=0)
    shape = contact_shape(contact)
    assert len(CONTACT_KEYS) == 26
    assert tuple(shape) == CONTACT_KEYS
    assert shape["email_trx_receipt"] is False


def test_a_stored_contact_makes_the_input_that_makes_it() -> None:
    stored: dict[str, Any] = dict(GOOD)
    values = contact_values(Contact(id="c", location_id="here", last_name="Lue", **stored))
    assert validated(ContactInput, values).model_dump(exclude={"update_if_exists"}) == values
