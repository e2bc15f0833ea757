"""A location's contacts: the list with its search, the form, deleting. Each change says what postbacks it queued."""

from flask import Blueprint, flash, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from extensions import db, settings
from forms.contact import ContactForm, stored_values
from models import Contact, Location
from resources import contacts as verbs
from resources.access import may, require
from resources.contact_search import count_contacts, find_contacts
from resources.contacts import CONTACTS
from resources.delivery_search import promised
from resources.locations import get_location
from schemas.refusals import Invalid, NotFound
from ui.asked import asked
from ui.session import current_actor, require_sign_in

contacts = Blueprint("contacts", __name__, url_prefix="/locations/<location_id>/contacts")
contacts.before_request(require_sign_in)


@contacts.get("")
def index(location_id: str) -> str:
    actor, location = current_actor(), get_location(current_actor(), location_id)
    search, before = asked("q"), asked("before") or None
    return render_template(
        "contacts/index.html",
        location=location,
        search=search,
        before=before,
        page=find_contacts(actor, location.id, search, before),
        count=count_contacts(actor, location.id, search),
        may_edit=may(db.session(), actor, "v2.contacts.post", location.id),
        base_url=settings().effective_public_url,
    )


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
    return _to_list(contact, "The contact is added.")


@contacts.get("/<contact_id>/edit")
def edit(location_id: str, contact_id: str) -> str:
    location, contact = _located(location_id, contact_id)
    return _form_page(location, ContactForm(formdata=None, data=stored_values(contact)), contact)


@contacts.post("/<contact_id>/edit")
def update(location_id: str, contact_id: str) -> str | Response | tuple[str, int]:
    location, contact = _located(location_id, contact_id)
    form = ContactForm()
    try:
        changed = verbs.update_contact(current_actor(), contact.id, form.wire())
    except Invalid as refusal:
        form.show_refusal(refusal.errors)
        return _form_page(location, form, contact), 422
    return _to_list(changed, "The contact is saved.")


@contacts.get("/<contact_id>/delete")
def confirm_delete(location_id: str, contact_id: str) -> str:
    location, contact = _located(location_id, contact_id)
    require(db.session(), current_actor(), "v2.contacts.delete", location.id)
    return render_template("contacts/delete.html", location=location, contact=contact, name=full_name(contact))


@contacts.post("/<contact_id>/delete")
def delete(location_id: str, contact_id: str) -> Response:
    _, contact = _located(location_id, contact_id)
    verbs.delete_contact(current_actor(), contact.id)
    return _to_list(contact, "The contact is deleted.")


def full_name(contact: Contact) -> str:
    return " ".join(part for part in (contact.first_name, contact.last_name) if part)


def _form_page(location: Location, form: ContactForm, contact: Contact | None = None) -> str:
    permission = "v2.contacts.put" if contact else "v2.contacts.post"
    return render_template(
        "contacts/form.html",
        location=location,
        form=form,
        contact=contact,
        name=full_name(contact) if contact else None,
        may_edit=may(db.session(), current_actor(), permission, location.id),
        may_delete=may(db.session(), current_actor(), "v2.contacts.delete", location.id),
    )


def _located(location_id: str, contact_id: str) -> tuple[Location, Contact]:
    """The location and the contact of it that the address names. Raises NotFound where they do not belong together."""
    location = get_location(current_actor(), location_id)
    contact = CONTACTS.get(current_actor(), contact_id)
    if contact.location_id != location.id:
        raise NotFound
    return location, contact


def _to_list(contact: Contact, done: str) -> Response:
    flash(_told(contact, done), "success")
    return redirect(url_for("contacts.index", location_id=contact.location_id), 303)


def _told(contact: Contact, done: str) -> str:
    """What was done, and which postbacks came of it: counted, not guessed."""
    event, count = promised(current_actor(), contact.id) or (None, 0)
    address = url_for("deliveries.of_location", location_id=contact.location_id, q=contact.id)
    if count:
        plural = "" if count == 1 else "s"
        link = Markup('<a href="{}">view</a>').format(address)
        return Markup("{} {} postback{} queued – {}").format(done, count, plural, link)  # noqa: RUF001
    settings_page = url_for("postback_configs.index", location_id=contact.location_id)
    paused = event is not None and event.skipped_reason == "inactive_config"
    why = "every postback that asks for it is paused" if paused else "no postback is configured for it"
    return Markup('{} Nobody was told: {}. <a href="{}">Postback settings</a>').format(done, why, settings_page)
