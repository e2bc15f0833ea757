"""Contacts on the wire. The API's record and the postback's `data` are the same shape."""

from collections.abc import Mapping
from typing import Annotated

from models import Contact
from schemas.refusals import Invalid
from schemas.rules import DecimalText, Email, Flag, Id, OptionalDay, Phone, State, optional_text, text, whole
from schemas.validation import Input, label

CONTACT_KEYS = (
    "id",
    "location_id",
    "account_number",
    "contact_api_id",
    "company_name",
    "first_name",
    "last_name",
    "email",
    "address",
    "city",
    "state",
    "zip",
    "home_phone",
    "cell_phone",
    "office_phone",
    "office_ext_phone",
    "email_trx_receipt",
    "created_ts",
    "modified_ts",
    "date_of_birth",
    "header_message",
    "header_message_type_id",
    "contact_c1",
    "contact_c2",
    "contact_c3",
    "contact_balance",
)

# The family's documents name it without `_id` where it is given and with it where it is answered.
ALSO_CALLED = {"header_message_type": "header_message_type_id"}

Custom = Annotated[str | None, optional_text(128)]


class ContactInput(Input):
    location_id: Id
    account_number: Annotated[str | None, optional_text(32)] = None
    contact_api_id: Annotated[str | None, optional_text(36)] = None
    company_name: Annotated[str | None, optional_text(64)] = None
    first_name: Annotated[str | None, optional_text(64)] = None
    last_name: Annotated[str, text(64)]
    email: Email = None
    address: Annotated[str | None, optional_text(255)] = None
    city: Annotated[str | None, optional_text(100)] = None
    state: State = None
    zip: Annotated[
        str | None,
        optional_text(12, shortest=4, pattern=r"[A-Za-z0-9 -]+", says="must be letters, digits, spaces and dashes"),
    ] = None
    home_phone: Phone = None
    cell_phone: Phone = None
    office_phone: Phone = None
    office_ext_phone: Annotated[str | None, optional_text(10)] = None
    email_trx_receipt: Flag = False
    date_of_birth: OptionalDay = None
    header_message: Annotated[str | None, optional_text(250)] = None
    header_message_type_id: Annotated[int, whole(0, 4)] = 0
    contact_c1: Custom = None
    contact_c2: Custom = None
    contact_c3: Custom = None
    contact_balance: DecimalText = None
    update_if_exists: Flag = False
    """An instruction of the request, not a property of the contact."""


CONTACT_FIELDS = tuple(name for name in ContactInput.model_fields if name != "update_if_exists")


def by_answered_names(fields: Mapping[str, object]) -> dict[str, object]:
    """The given fields under the names that answers use. Raises Invalid for one that is given under both."""
    twice = [name for name, answered in ALSO_CALLED.items() if name in fields and answered in fields]
    if twice:
        raise Invalid({name: [f"{label(name)} is given a second time as {ALSO_CALLED[name]}."] for name in twice})
    return {ALSO_CALLED.get(name, name): value for name, value in fields.items()}


def contact_values(contact: Contact) -> dict[str, object]:
    """A stored contact as the input that would make it."""
    return {name: getattr(contact, name) for name in CONTACT_FIELDS}


def contact_shape(contact: Contact) -> dict[str, object]:
    """A contact as it is answered and sent: these keys in this order, unset is None."""
    return {key: getattr(contact, key) for key in CONTACT_KEYS}
