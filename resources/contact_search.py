"""The console's search over contacts."""

from models import Contact
from resources.contacts import CONTACTS
from resources.record_search import Search

CONTACT_SEARCH = Search(
    CONTACTS,
    (
        Contact.last_name,
        Contact.first_name,
        Contact.company_name,
        Contact.email,
        Contact.account_number,
        Contact.contact_api_id,
    ),
)
