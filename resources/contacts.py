"""The verbs of contacts: each changes the record and promises its postbacks in one commit, then wakes the workers."""

from collections.abc import Mapping

from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from extensions import db
from jobs import queue
from models import Contact, Location, new_id, now_ts, writing
from resources.access import Actor, require, require_somewhere
from resources.changelogs import changelogs_of
from resources.deliveries import postback_logs_of_record
from resources.expansions import created_user_of, location_of
from resources.locations import not_valid, require_given_location
from resources.resource import CREATE, DELETE, UPDATE, Resource
from schemas.contact import CONTACT_FIELDS, CONTACT_KEYS, ContactInput, by_answered_names, contact_shape, contact_values
from schemas.refusals import Invalid
from schemas.validation import validated

INSERT = insert(Contact)
STORED = ("created_user_id", *CONTACT_KEYS)
RECEIPT_DEFAULT = (
    select(Location.contact_email_trx_receipt_default)
    .where(Location.id == bindparam("location_id"), Location.standing())
    .with_for_update(read=True, key_share=True)
)
"""Whoever reads it keeps the location from being deleted meanwhile."""


def postback_logs_of(contact: Contact) -> list[dict[str, object]]:
    return postback_logs_of_record("contact", contact.id)


CONTACTS = Resource(
    "contact",
    "contacts",
    Contact,
    contact_shape,
    {
        "location": location_of,
        "created_user": created_user_of,
        "changelogs": changelogs_of("contact"),
        "postback_logs": postback_logs_of,
    },
)


def create_contact(actor: Actor, fields: Mapping[str, object]) -> Contact:
    """A new contact, or with `update_if_exists` the changed one. Raises Invalid, Forbidden."""
    return create_or_update_contact(actor, fields)[0]


def create_or_update_contact(actor: Actor, fields: Mapping[str, object]) -> tuple[Contact, bool]:
    """As create_contact, and whether it is new."""
    require_somewhere(actor, "v2.contacts.post")
    given = validated(ContactInput, by_answered_names(fields))
    require_given_location(actor, "v2.contacts.post", given.location_id)
    try:
        contact, created = _saved(actor, given)
    except IntegrityError:  # somebody took the same contact_api_id between our look and our insert: look again
        contact, created = _saved(actor, given)
    queue.wake()
    return contact, created


def update_contact(actor: Actor, contact_id: str, fields: Mapping[str, object]) -> Contact:
    """Change the given fields. Raises Invalid, NotFound, Forbidden, Gone."""
    try:
        with writing(db.session()):
            contact = CONTACTS.for_change(actor, contact_id)
            _change(contact, by_answered_names(fields))
            CONTACTS.tell(actor, UPDATE, contact)
    except IntegrityError:
        raise _taken() from None
    queue.wake()
    return contact


def delete_contact(actor: Actor, contact_id: str) -> None:
    """Delete it; its postback carries its last state. Raises NotFound, Forbidden."""
    with writing(db.session()):
        contact = CONTACTS.for_deletion(actor, contact_id)
        contact.deleted_ts = now_ts()
        CONTACTS.tell(actor, DELETE, contact)
    queue.wake()


def _saved(actor: Actor, given: ContactInput) -> tuple[Contact, bool]:
    """Create the contact, or change the one that has its contact_api_id where the request says so."""
    contact = _new_contact(actor, given)
    with writing(db.session()):
        contact.email_trx_receipt = _receipt_default(given)
        existing = _holder_of(given.location_id, given.contact_api_id)
        if existing is None:
            # Past the session, whose bookkeeping costs more than the row.
            db.session.connection().execute(INSERT, {name: getattr(contact, name) for name in STORED})
            CONTACTS.tell(actor, CREATE, contact)
            return contact, True
        if not given.update_if_exists:
            raise _taken()
        require(db.session(), actor, "v2.contacts.put", existing.location_id)
        _change(existing, {name: getattr(given, name) for name in given.model_fields_set})
        CONTACTS.tell(actor, UPDATE, existing)
        return existing, False


def _new_contact(actor: Actor, given: ContactInput) -> Contact:
    """The contact, not yet stored."""
    values, now = {name: getattr(given, name) for name in CONTACT_FIELDS}, now_ts()
    return Contact(id=new_id(), created_user_id=actor.user_id, created_ts=now, modified_ts=now, **values)


def _change(contact: Contact, changes: Mapping[str, object]) -> None:
    """Lay the changes over the contact and judge the whole. Raises Invalid."""
    given = validated(ContactInput, {**contact_values(contact), **changes})
    if given.location_id != contact.location_id:
        raise Invalid({"location_id": ["Location Id cannot be changed."]})
    holder = _holder_of(given.location_id, given.contact_api_id)
    if holder is not None and holder.id != contact.id:
        raise _taken()
    for name in CONTACT_FIELDS:
        setattr(contact, name, getattr(given, name))
    contact.modified_ts = now_ts()
    db.session.flush()


def _holder_of(location_id: str, contact_api_id: str | None) -> Contact | None:
    if contact_api_id is None:
        return None
    return db.session.scalar(
        select(Contact)
        .where(Contact.location_id == location_id, Contact.contact_api_id == contact_api_id)
        .where(Contact.deleted_ts.is_(None))
        .with_for_update()
    )


def _receipt_default(given: ContactInput) -> bool:
    """What `email_trx_receipt` is for a new contact: what was given, else what its location says.

    Raises Invalid where the location was deleted.
    """
    default = db.session.connection().scalar(RECEIPT_DEFAULT, {"location_id": given.location_id})
    if default is None:
        raise not_valid("location_id")
    return given.email_trx_receipt if "email_trx_receipt" in given.model_fields_set else bool(default)


def _taken() -> Invalid:
    return Invalid({"contact_api_id": ["Contact Api Id has already been taken."]})
