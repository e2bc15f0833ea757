"""A location's contacts: the list, the form, a contact's page. Each change says what postbacks it queued."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from extensions import db, settings
from forms.contact import ContactForm, stored_values
from models import Contact, Location
from resources import contacts as verbs
from resources.access import require
from resources.contact_search import CONTACT_SEARCH
from resources.contacts import CONTACTS
from resources.locations import get_location
from schemas.contact import CONTACT_KEYS
from schemas.refusals import Invalid
from ui.record_list import exported, found
from ui.record_pages import Kind, located, permitted, record_page, to_list, to_record
from ui.session import current_actor, require_sign_in

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


@contacts.get("/new")
def new(location_id: str) -> str:
    location = get_location(current_actor(), location_id)
    require(db.session(), current_actor(), "v2.contacts.post", location.id)
    start = {"email_trx_receipt": location.contact_email_trx_receipt_default}
    return _form_page(location, ContactForm(formdata=None, data=start))


@contacts.post("/new")
def create(location_id: str) -> str | Response | tuple[str, int]:
    location = get_location(current_actor(), location_id)
    form = ContactForm()
    try:
        contact = verbs.create_contact(current_actor(), form.wire() | {"location_id": location.id})
    except Invalid as refusal:
        form.show_refusal(refusal.errors)
        return _form_page(location, form), 422
    return to_record(KIND, contact, "The contact is added.")


@contacts.get("/<record_id>")
def show(location_id: str, record_id: str) -> str:
    location, contact = located(CONTACTS, location_id, record_id, deleted=True)
    return record_page(KIND, CONTACTS, location, contact, title=full_name(contact))


@contacts.get("/<record_id>/edit")
def edit(location_id: str, record_id: str) -> str:
    location, contact = located(CONTACTS, location_id, record_id)
    require(db.session(), current_actor(), "v2.contacts.put", location.id)
    return _form_page(location, ContactForm(formdata=None, data=stored_values(contact)), contact)


@contacts.post("/<record_id>/edit")
def update(location_id: str, record_id: str) -> str | Response | tuple[str, int]:
    location, contact = located(CONTACTS, location_id, record_id)
    form = ContactForm()
    try:
        changed = verbs.update_contact(current_actor(), contact.id, form.wire())
    except Invalid as refusal:
        form.show_refusal(refusal.errors)
        return _form_page(location, form, contact), 422
    return to_record(KIND, changed, "The contact is saved.")


@contacts.get("/<record_id>/delete")
def confirm_delete(location_id: str, record_id: str) -> str:
    location, contact = located(CONTACTS, location_id, record_id)
    require(db.session(), current_actor(), "v2.contacts.delete", location.id)
    title = full_name(contact)
    return render_template("contacts/delete.html", kind=KIND, location=location, record=contact, title=title)


@contacts.post("/<record_id>/delete")
def delete(location_id: str, record_id: str) -> Response:
    _, contact = located(CONTACTS, location_id, record_id)
    verbs.delete_contact(current_actor(), contact.id)
    return to_list(KIND, contact, "The contact is deleted.")


def full_name(contact: Contact) -> str:
    return " ".join(part for part in (contact.first_name, contact.last_name) if part)


def _form_page(location: Location, form: ContactForm, contact: Contact | None = None) -> str:
    return render_template(
        "contacts/form.html",
        kind=KIND,
        location=location,
        form=form,
        record=contact,
        title=full_name(contact) if contact else None,
    )
