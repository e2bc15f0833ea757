"""/v2/contacts"""

from api.envelopes import Kind
from api.filters import columns_of
from api.routes import Verbs, record_routes
from models import Contact
from resources.contacts import CONTACTS, create_or_update_contact, delete_contact, update_contact
from schemas.contact import CONTACT_KEYS, contact_shape

COLUMNS = columns_of(Contact, CONTACT_KEYS, ["state"], decimal=["contact_balance"], made_with_ids=True)
KIND = Kind("contact", "contacts", contact_shape, COLUMNS, CONTACTS.expansions)

routes = record_routes(
    KIND, Verbs(CONTACTS.in_sight, CONTACTS.get, create_or_update_contact, update_contact, delete_contact)
)
