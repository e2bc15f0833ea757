"""The verbs of saved filters. Each belongs to one person; nobody else sees or changes it."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import func, select

from extensions import db
from models import SavedFilter, writing
from resources.access import Actor
from schemas.refusals import Invalid, NotFound
from schemas.rules import is_id

MOST_SAVED = 50
"""For one person and screen."""
LONGEST_NAME = 64
LONGEST_QUERY = 1024
LONGEST_SCREEN = 64


def saved_filters(actor: Actor, screen: str) -> Sequence[SavedFilter]:
    """The actor's own for this screen, by name."""
    own = select(SavedFilter).where(SavedFilter.user_id == actor.user_id, SavedFilter.screen == screen)
    return db.session.scalars(own.order_by(func.lower(SavedFilter.name)).limit(MOST_SAVED)).all()


def save_filter(actor: Actor, screen: str, name: str, query: str) -> SavedFilter:
    """Keep a list's query string under a name; the same name anew takes its place. Raises Invalid."""
    name, query = " ".join(name.split()), _told(query)
    _require_sound(screen, name, query)
    own = select(SavedFilter).where(SavedFilter.user_id == actor.user_id, SavedFilter.screen == screen)
    with writing(db.session()):
        saved = db.session.scalar(own.where(SavedFilter.name == name).with_for_update())
        if saved is None:
            if len(db.session.scalars(own.with_only_columns(SavedFilter.id)).all()) >= MOST_SAVED:
                raise Invalid({"name": [f"{MOST_SAVED} filters are saved here already. Delete one first."]})
            saved = SavedFilter(user_id=actor.user_id, screen=screen, name=name)
            db.session.add(saved)
        saved.query = query
    return saved


def delete_saved_filter(actor: Actor, filter_id: str) -> SavedFilter:
    """Raises NotFound where the actor has none of this id."""
    own = select(SavedFilter).where(SavedFilter.id == filter_id, SavedFilter.user_id == actor.user_id)
    with writing(db.session()):
        saved = db.session.scalar(own) if is_id(filter_id) else None
        if saved is None:
            raise NotFound
        db.session.delete(saved)
    return saved


def _require_sound(screen: str, name: str, query: str) -> None:
    if not 0 < len(screen) <= LONGEST_SCREEN or not screen.isprintable():
        raise NotFound
    if not name:
        raise Invalid({"name": ["Give the filter a name to find it by."]})
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid({"name": [f"A name has at most {LONGEST_NAME} characters, all of them visible."]})
    if not query:
        raise Invalid({"name": ["Nothing is filtered for, so there is nothing to save. Choose a filter first."]})
    if len(query) > LONGEST_QUERY:
        raise Invalid({"name": ["This filter is too long to be saved. Make its texts shorter."]})


def _told(query: str) -> str:
    """The parameters that say something, but the place in the list."""
    try:
        given = parse_qsl(query, max_num_fields=40)
    except ValueError:
        return ""
    kept = [(name, value) for name, value in given if name not in {"before", "page"}]
    return urlencode([(name, value) for name, value in kept if name.isprintable() and value.isprintable()])
