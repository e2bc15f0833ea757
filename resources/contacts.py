"""The verbs of contacts: each changes the record and promises its postbacks in one commit, then wakes the workers."""

from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy import Select, bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from extensions import db, settings
from jobs import queue
from models import Contact, Location, User, new_id, now_ts, writing
from postbacks.events import record_event
from resources.access import Actor, in_sight, require, require_somewhere
from resources.deliveries import postback_logs_of_record
from resources.locations import require_given_location
from schemas.contact import CONTACT_FIELDS, CONTACT_KEYS, ContactInput, by_answered_names, contact_shape, contact_values
from schemas.location import location_shape
from schemas.refusals import Gone, Invalid, NotFound
from schemas.rules import is_id
from schemas.user import user_shape
from schemas.validation import validated

INSERT = insert(Contact)
STORED = ("created_user_id", *CONTACT_KEYS)
RECEIPT_DEFAULT = select(Location.contact_email_trx_receipt_default).where(Location.id == bindparam("location_id"))


def contacts_in_sight(actor: Actor) -> Select[Contact]:
    """The contacts in sight. Raises Forbidden where the actor may read none."""
    require_somewhere(actor, "v2.contacts.get")
    return select(Contact).where(in_sight(db.session(), actor, Contact.location_id), Contact.deleted_ts.is_(None))


def get_contact(actor: Actor, contact_id: str) -> Contact:
    """One contact. Raises NotFound, Forbidden."""
    contact = _contact_for(actor, "v2.contacts.get", contact_id)
    if contact.deleted_ts is not None:
        raise NotFound
    return contact


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
            contact = _contact_for(actor, "v2.contacts.put", contact_id, lock=True)
            if contact.deleted_ts is not None:
                raise Gone
            _change(contact, by_answered_names(fields))
            _record(actor, "UPDATE", contact)
    except IntegrityError:
        raise _taken() from None
    queue.wake()
    return contact


def delete_contact(actor: Actor, contact_id: str) -> None:
    """Delete it; its postback carries its last state. Raises NotFound, Forbidden."""
    with writing(db.session()):
        contact = _contact_for(actor, "v2.contacts.delete", contact_id, lock=True)
        if contact.deleted_ts is not None:
            raise NotFound
        contact.deleted_ts = now_ts()
        _record(actor, "DELETE", contact)
    queue.wake()


def location_of(contact: Contact) -> dict[str, object]:
    location = db.session.get(Location, contact.location_id)
    assert location is not None
    return location_shape(location)


def created_user_of(contact: Contact) -> dict[str, object] | None:
    user = db.session.get(User, contact.created_user_id) if contact.created_user_id else None
    return None if user is None else user_shape(user)


def postback_logs_of(contact: Contact) -> list[dict[str, object]]:
    return postback_logs_of_record("contact", contact.id)


EXPANSIONS: Mapping[str, Callable[[Contact], object]] = {
    "location": location_of,
    "created_user": created_user_of,
    "postback_logs": postback_logs_of,
}


def _contact_for(actor: Actor, permission: str, contact_id: str, *, lock: bool = False) -> Contact:
    """The contact, deleted or not; `lock` holds it for a change. Raises NotFound, Forbidden."""
    wanted = select(Contact).where(Contact.id == contact_id)
    contact = db.session.scalar(wanted.with_for_update() if lock else wanted) if is_id(contact_id) else None
    if contact is None:
        raise NotFound
    require(db.session(), actor, permission, contact.location_id)
    return contact


def _saved(actor: Actor, given: ContactInput) -> tuple[Contact, bool]:
    """Create the contact, or change the one that has its contact_api_id where the request says so."""
    contact = _new_contact(actor, given)
    with writing(db.session()):
        existing = _holder_of(given.location_id, given.contact_api_id)
        if existing is None:
            # Past the session, whose bookkeeping costs more than the row.
            db.session.connection().execute(INSERT, {name: getattr(contact, name) for name in STORED})
            _record(actor, "CREATE", contact)
            return contact, True
        if not given.update_if_exists:
            raise _taken()
        require(db.session(), actor, "v2.contacts.put", existing.location_id)
        _change(existing, {name: getattr(given, name) for name in given.model_fields_set})
        _record(actor, "UPDATE", existing)
        return existing, False


def _new_contact(actor: Actor, given: ContactInput) -> Contact:
    """The contact, not yet stored."""
    values = {name: getattr(given, name) for name in CONTACT_FIELDS} | {"email_trx_receipt": _receipt_default(given)}
    now = now_ts()
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
    """What `email_trx_receipt` is for a new contact: what was given, else what its location says."""
    if "email_trx_receipt" in given.model_fields_set:
        return given.email_trx_receipt
    return bool(db.session.connection().scalar(RECEIPT_DEFAULT, {"location_id": given.location_id}))


def _taken() -> Invalid:
    return Invalid({"contact_api_id": ["Contact Api Id has already been taken."]})


def _record(actor: Actor, type_: str, contact: Contact) -> None:
    record_event(
        db.session(),
        type_=type_,
        resource="contact",
        record_id=contact.id,
        location_id=contact.location_id,
        data=contact_shape(contact),
        expansions={name: partial(expand, contact) for name, expand in EXPANSIONS.items()},
        request_id=actor.request_id,
        max_payload_bytes=settings().max_payload_bytes,
    )
