"""The verbs of locations. No postback tells of them; the audit log does."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from extensions import db
from models import (
    AccountVault,
    Contact,
    Location,
    PostbackConfig,
    ProductTransaction,
    new_id,
    now_ts,
    writing,
)
from resources.access import Actor, require, require_somewhere
from resources.audit import note
from resources.locations import hold_location, not_valid, require_given_location
from resources.referrers import Referrer, refuse_while_referred_to
from schemas.location import LOCATION_FIELDS, LocationInput, location_shape, location_values
from schemas.refusals import Conflict, Forbidden, Gone, Invalid, NotFound
from schemas.rules import is_id
from schemas.validation import validated

RESOURCE = "location"
POST, PUT, DELETE = (f"v2.locations.{verb}" for verb in ("post", "put", "delete"))
DEFAULTS = {"default_cc": "cc", "default_ach": "ach"}
"""Field → the payment method of the product transaction that it names."""
CHILDREN = (
    Referrer("a location", lambda id_: select(Location.id).where(Location.parent_id == id_, Location.standing())),
    Referrer(
        "a postback config",
        lambda id_: select(PostbackConfig.id).where(
            PostbackConfig.location_id == id_, PostbackConfig.deleted_ts.is_(None)
        ),
    ),
    Referrer("a contact", lambda id_: select(Contact.id).where(Contact.location_id == id_, Contact.standing())),
    Referrer(
        "an account vault",
        lambda id_: select(AccountVault.id).where(AccountVault.location_id == id_, AccountVault.standing()),
    ),
    Referrer(
        "a product transaction",
        lambda id_: select(ProductTransaction.id).where(
            ProductTransaction.location_id == id_, ProductTransaction.standing()
        ),
    ),
)
"""What keeps a location from being deleted. History does not: it stays readable from above."""


def create_location(actor: Actor, fields: Mapping[str, object]) -> tuple[Location, bool]:
    """A new location below one where the actor may add some, and that it is new. Raises Invalid, Forbidden."""
    require_somewhere(actor, POST)
    given = validated(LocationInput, fields)
    parent_id = _parent_of(given)
    require_given_location(actor, POST, parent_id, "parent_id")
    for name in DEFAULTS:
        if getattr(given, name) is not None:
            raise not_valid(name)  # there is no product transaction of a location that is yet to be
    now = now_ts()
    made = Location(id=new_id(), created_ts=now, modified_ts=now, **given.model_dump())
    try:
        with writing(db.session()):
            hold_location(parent_id, "parent_id")
            db.session.add(made)
            db.session.flush()
            note(actor, "create", RESOURCE, made.id, made.id, after=given.model_dump())
    except IntegrityError:
        raise _taken() from None
    return made, True


def update_location(actor: Actor, location_id: str, fields: Mapping[str, object]) -> Location:
    """Change the given fields; another `parent_id` moves it with all that is below it.

    Moving takes the permission at both parents. Raises Invalid, NotFound, Forbidden, Gone.
    """
    try:
        with writing(db.session()):
            location = _locked(actor, PUT, location_id, for_children=False)
            if location.deleted_ts is not None:
                raise Gone
            actor.require_unchanged(location_shape(location))
            before = location_values(location)
            given = validated(LocationInput, {**before, **fields})
            if given.parent_id != location.parent_id:
                _require_movable(actor, location, _parent_of(given))
            _require_defaults(location, given)
            for name in LOCATION_FIELDS:
                setattr(location, name, getattr(given, name))
            location.modified_ts = now_ts()
            db.session.flush()
            note(actor, "update", RESOURCE, location.id, location.id, before=before, after=given.model_dump())
    except IntegrityError:
        raise _taken() from None
    return location


def delete_location(actor: Actor, location_id: str) -> None:
    """Delete it where nothing is left at it or below it. Raises NotFound, Forbidden, Conflict."""
    with writing(db.session()):
        location = _locked(actor, DELETE, location_id, for_children=True)
        if location.deleted_ts is not None:
            raise NotFound
        actor.require_unchanged(location_shape(location))
        if location.parent_id is None:
            raise Conflict("The root cannot be deleted: everything lies below it.")
        refuse_while_referred_to(location.id, CHILDREN, "Delete or move what is there first.")
        location.deleted_ts = now_ts()
        note(actor, "delete", RESOURCE, location.id, location.id, before=location_values(location))


def _locked(actor: Actor, permission: str, location_id: str, *, for_children: bool) -> Location:
    """The location, deleted or not, locked; `for_children` says that none may come to it meanwhile.

    Raises NotFound, Forbidden.
    """
    wanted = select(Location).where(Location.id == location_id).with_for_update(key_share=not for_children)
    location = db.session.scalar(wanted) if is_id(location_id) else None
    if location is None:
        raise NotFound
    require(db.session(), actor, permission, location.id)
    return location


def _parent_of(given: LocationInput) -> str:
    """The parent's id. Raises Invalid where none is given."""
    if given.parent_id is None:
        raise Invalid({"parent_id": ["Parent Id cannot be blank."]})
    return given.parent_id


def _require_movable(actor: Actor, location: Location, parent_id: str) -> None:
    """Judge a move, with all moves waiting for this one. Raises Invalid, Forbidden."""
    require_given_location(actor, PUT, parent_id, "parent_id")
    if location.parent_id is not None:
        _require_at_old_parent(actor, location.parent_id)
    # Two moves at once could put each location below the other, though neither alone would: one at a time.
    roots = select(Location.id).where(Location.parent_id.is_(None)).order_by(Location.id)
    db.session.execute(roots.with_for_update(key_share=True))
    path = db.session.connection().execute(Location.paths(), {"leaves": [parent_id]})
    if location.id in {above for _, above in path}:
        raise Invalid({"parent_id": ["Parent Id cannot be the location itself or one below it."]})
    hold_location(parent_id, "parent_id")


def _require_at_old_parent(actor: Actor, parent_id: str) -> None:
    """Whoever loses the location must have agreed. Raises Forbidden, also where that parent is out of sight."""
    try:
        require(db.session(), actor, PUT, parent_id)
    except NotFound:
        raise Forbidden(PUT) from None


def _require_defaults(location: Location, given: LocationInput) -> None:
    """Raise Invalid where a new default is no product transaction of this location and payment method."""
    for name, payment_method in DEFAULTS.items():
        wanted = getattr(given, name)
        if wanted is None or wanted == getattr(location, name):
            continue
        found = select(ProductTransaction.id).where(
            ProductTransaction.id == wanted,
            ProductTransaction.location_id == location.id,
            ProductTransaction.payment_method == payment_method,
            ProductTransaction.standing(),
        )
        if db.session.scalar(found.with_for_update(read=True, key_share=True)) is None:
            raise not_valid(name)


def _taken() -> Invalid:
    return Invalid({"location_api_id": ["Location Api Id has already been taken below this parent."]})
