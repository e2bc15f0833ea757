"""Locations on the wire."""

from models import Location

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


def location_shape(location: Location) -> dict[str, object]:
    """A location as it is answered and embedded."""
    return {key: getattr(location, key) for key in LOCATION_KEYS}
