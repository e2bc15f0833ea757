"""A location's contacts: the list, the form, a contact's page. Each change says what postbacks it queued."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from extensions import settings
from forms.contact import ContactForm, stored_values
from models import Contact
from resources import contacts as verbs
from resources.contact_search import CONTACT_SEARCH
from resources.contacts import CONTACTS
from schemas.contact import CONTACT_KEYS
from ui.record_forms import RecordForms, form_screens
from ui.record_list import exported, found
from ui.record_pages import Kind, located, permitted, record_page
from ui.session import require_sign_in

KIND = Kind("contacts", "contact", "contacts", "contacts/show.html")

contacts = Blueprint("contacts", __name__, url_prefix="/locations/<location_id>/contacts")
contacts.before_request(require_sign_in)


@contacts.get("")
def index(location_id: str) -> str:
    list_ = found(KIND, CONTACT_SEARCH, location_id)
    return render_template(
        "contacts/index.html",
        location=list_.location,
        list=list_,
        base_url=settings().effective_public_url,
        **permitted(CONTACTS, list_.location.id),
    )


@contacts.get("/export.csv")
def export(location_id: str) -> Response:
    return exported(KIND, CONTACT_SEARCH, location_id, CONTACT_KEYS)


@contacts.get("/<record_id>")
def show(location_id: str, record_id: str) -> str:
    location, contact = located(CONTACTS, location_id, record_id, deleted=True)
    return record_page(KIND, CONTACTS, location, contact, title=full_name(contact))


def full_name(contact: Contact) -> str:
    return " ".join(part for part in (contact.first_name, contact.last_name) if part)


form_screens(
    contacts,
    RecordForms(
        kind=KIND,
        resource=CONTACTS,
        form=ContactForm,
        start=lambda location: {"email_trx_receipt": location.contact_email_trx_receipt_default},
        stored=stored_values,
        wire=lambda form, _: form.wire(),
        create=verbs.create_contact,
        update=verbs.update_contact,
        delete=verbs.delete_contact,
        facts=lambda contact: {"title": full_name(contact)},
    ),
)
