"""The places in the bar at the top: what a role may not see is not offered."""

from contextlib import suppress
from typing import NamedTuple

from flask import current_app, g, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.routing import BuildError

from extensions import db
from resources.access import Actor, allows, holds_everywhere
from resources.audit_search import GET as READ_AUDIT_LOG
from resources.system_state import GET as READ_SYSTEM
from resources.user_reach import GET as READ_USERS


class Place(NamedTuple):
    """`area` is what its screens call themselves; `key` leads there after a g, empty where none does."""

    text: str
    href: str
    area: str
    mark: str
    key: str


def places() -> list[Place]:
    """Where the person at hand can go; nowhere, before sign-in."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        return []
    offered = [
        ("Locations", "locations.index", "locations", "store", "l"),
        ("Deliveries", "deliveries.index", "deliveries", "send", "d"),
        *_of_admins(actor),
        ("Docs", "docs.show", "docs", "code", ""),
    ]
    return [Place(text, url_for(view), *rest) for text, view, *rest in offered if _exists(view)]


def _of_admins(actor: Actor) -> list[tuple[str, str, str, str, str]]:
    offered = []
    if _somewhere(actor, READ_USERS):
        offered.append(("Users", "users.index", "users", "users", "u"))
    if _somewhere(actor, READ_AUDIT_LOG):
        offered.append(("Audit log", "audit_log.index", "audit", "history", "a"))
    if _somewhere(actor, READ_SYSTEM) and _at_the_root(actor):
        offered.append(("System", "system.show", "system", "server", "s"))
    return offered


def _somewhere(actor: Actor, permission: str) -> bool:
    return any(allows(grant.role, permission) for grant in actor.grants)


def _at_the_root(actor: Actor) -> bool:
    """An error's page asks this too, and must not fail over it."""
    if "at_the_root" not in g:
        g.at_the_root = False
        with suppress(SQLAlchemyError):
            g.at_the_root = holds_everywhere(db.session(), actor, READ_SYSTEM)
    return bool(g.at_the_root)


def _exists(view: str) -> bool:
    if view not in current_app.view_functions:
        return False
    try:
        url_for(view)
    except BuildError:
        return False
    return True
