"""/v2/contacts"""

from api.envelopes import Kind
from api.filters import columns_of
from api.openapi.body import Body
from api.routes import Verbs, record_routes
from models import Contact
from resources.contacts import CONTACTS, create_or_update_contact, delete_contact, update_contact
from schemas.contact import ALSO_CALLED, CONTACT_KEYS, ContactInput, contact_shape

EXAMPLE = {"location_id": "23948sdnfia1129i9asf92", "last_name": "Jones"}
KIND = Kind(
    "contact",
    "contacts",
    contact_shape,
    columns_of(Contact, CONTACT_KEYS, ["state"], decimal=["contact_balance"], made_with_ids=True),
    CONTACTS.expansions,
    about="People and companies that a location does business with.",
    body=Body(ContactInput, "contact", aliases=ALSO_CALLED, example=EXAMPLE),
)

routes = record_routes(
    KIND,
    Verbs(CONTACTS.in_sight, CONTACTS.get, create_or_update_contact, update_contact, delete_contact, may_update=True),
)
