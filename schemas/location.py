"""Locations on the wire."""

from typing import Annotated

from models import Location
from schemas.product_transaction import product_transaction_shape
from schemas.rules import EMAIL_PATTERN, Flag, OptionalId, Phone, State, optional_text, text
from schemas.validation import Input
from schemas.zones import Zone

LOCATION_KEYS = (
    "id",
    "parent_id",
    "name",
    "account_number",
    "address1",
    "address2",
    "city",
    "state",
    "zip_code",
    "country",
    "office_phone",
    "office_ext_phone",
    "fax",
    "email_reply_to",
    "tz",
    "location_api_id",
    "location_c1",
    "location_c2",
    "location_c3",
    "default_cc",
    "default_ach",
    "contact_email_trx_receipt_default",
    "created_ts",
    "modified_ts",
)

Custom = Annotated[str | None, optional_text(128)]
Line = Annotated[str | None, optional_text(32)]


class LocationInput(Input):
    parent_id: OptionalId = None
    """Which the root alone has none of."""
    name: Annotated[str, text(64)]
    account_number: Line = None
    address1: Line = None
    address2: Line = None
    city: Annotated[str | None, optional_text(100)] = None
    state: State = None
    zip_code: Annotated[
        str | None,
        optional_text(10, shortest=5, pattern=r"[A-Za-z0-9 -]+", says="must be letters, digits, spaces and dashes"),
    ] = None
    country: Annotated[str | None, optional_text(3, pattern="USA|CAN", says="must be one of USA, CAN")] = None
    office_phone: Phone = None
    office_ext_phone: Annotated[str | None, optional_text(10)] = None
    fax: Phone = None
    email_reply_to: Annotated[str | None, optional_text(60, pattern=EMAIL_PATTERN, says="must be an email address")] = (
        None
    )
    tz: Zone = "America/New_York"
    location_api_id: Annotated[str | None, optional_text(36)] = None
    """Unique among the locations below the same parent."""
    location_c1: Custom = None
    location_c2: Custom = None
    location_c3: Custom = None
    default_cc: OptionalId = None
    default_ach: OptionalId = None
    contact_email_trx_receipt_default: Flag = False


LOCATION_FIELDS = tuple(LocationInput.model_fields)


def location_values(location: Location) -> dict[str, object]:
    """A stored location as the input that would make it."""
    return {name: getattr(location, name) for name in LOCATION_FIELDS}


def location_shape(location: Location) -> dict[str, object]:
    """A location as it is answered and embedded."""
    return {key: getattr(location, key) for key in LOCATION_KEYS}


def location_info_shape(location: Location) -> dict[str, object]:
    """A location with its deposit accounts inside."""
    accounts = [product_transaction_shape(account) for account in location.product_transactions]
    return {**location_shape(location), "product_transactions": accounts}
