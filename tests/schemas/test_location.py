import pytest

from models import Location
from schemas.location import LOCATION_KEYS, LocationInput, location_shape, location_values
from schemas.refusals import Invalid
from schemas.validation import validated


def test_a_location_is_answered_with_every_column() -> None:
    assert set(LOCATION_KEYS) == {column.name for column in Location.__table__.columns} - {"deleted_ts"}
    assert tuple(location_shape(Location(id="l", name="Harbour shop"))) == LOCATION_KEYS


LONG = "must be at most"
BAD: list[tuple[str, object, str]] = [
    ("name", None, "Name cannot be blank."),
    ("name", "a" * 65, f"Name {LONG} 64 characters."),
    ("parent_id", "a b", "Parent Id is not an id."),
    ("account_number", "a" * 33, f"Account Number {LONG} 32 characters."),
    ("address1", "a" * 33, f"Address1 {LONG} 32 characters."),
    ("address2", "a" * 33, f"Address2 {LONG} 32 characters."),
    ("city", "a" * 101, f"City {LONG} 100 characters."),
    ("state", "Maine", "State must be 2 letters."),
    ("zip_code", "1234", "Zip Code must be at least 5 characters."),
    ("zip_code", "1" * 11, f"Zip Code {LONG} 10 characters."),
    ("zip_code", "1234_", "Zip Code must be letters, digits, spaces and dashes."),
    ("country", "usa", "Country must be one of USA, CAN."),
    ("office_phone", "555", "Office Phone must be exactly 10 digits."),
    ("office_ext_phone", "1" * 11, f"Office Ext Phone {LONG} 10 characters."),
    ("fax", "555-123-4567", "Fax must be exactly 10 digits."),
    ("email_reply_to", "a@b", "Email Reply To must be an email address."),
    ("email_reply_to", "a" * 55 + "@b.com", f"Email Reply To {LONG} 60 characters."),
    ("tz", "Mars/Olympus", "Tz must be a time zone's name like America/New_York."),
    ("tz", "../etc/passwd", "Tz must be a time zone's name like America/New_York."),
    ("tz", "", "Tz cannot be blank."),
    ("location_api_id", "a" * 37, f"Location Api Id {LONG} 36 characters."),
    ("location_c1", "a" * 129, f"Location C1 {LONG} 128 characters."),
    ("default_cc", ["a"], "Default Cc must be text."),
    ("default_ach", "a b", "Default Ach is not an id."),
    ("contact_email_trx_receipt_default", "yes", "Contact Email Trx Receipt Default must be 1 or 0."),
    ("colour", "red", "colour is not a known field."),
]


@pytest.mark.parametrize(("name", "value", "sentence"), BAD)
def test_what_breaks_a_rule_is_told(name: str, value: object, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        validated(LocationInput, {"name": "Kiosk", name: value})
    assert refused.value.errors == {name: [sentence]}


def test_what_is_not_given() -> None:
    given = validated(LocationInput, {"name": "Kiosk"})
    assert (given.tz, given.contact_email_trx_receipt_default) == ("America/New_York", False)
    unset = {name for name in LocationInput.model_fields if getattr(given, name) is None}
    assert unset == LocationInput.model_fields.keys() - {"name", "tz", "contact_email_trx_receipt_default"}


def test_a_stored_location_makes_the_input_that_makes_it() -> None:
    values = location_values(
        Location(id="l", name="Kiosk", tz="UTC", country="CAN", contact_email_trx_receipt_default=True)
    )
    assert validated(LocationInput, values).model_dump() == values
