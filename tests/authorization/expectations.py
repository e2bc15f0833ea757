"""The words in which an expectation is said: who may, and how a call is filled in so that it would succeed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

READERS = frozenset({"viewer", "operator", "admin", "integration"})
WRITERS = READERS - {"viewer"}
ADMINS = frozenset({"admin"})

Body = Mapping[str, Any] | Callable[[str], Mapping[str, Any]]
"""What is sent: as it stands, or made for the location of the case."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One method of one endpoint. Without `who` it is open to everybody."""

    who: frozenset[str] | None
    ok: frozenset[int]
    """The statuses of the answer to somebody who may."""
    body: Body = field(default_factory=dict)
    kind: str | None = None
    """What the innermost argument of the path names, where its own name does not say."""
    lists: str | None = None
    """The kind of the records that the answer lists."""
    foreign: int = 422
    """The status for a place out of sight that stands in the body."""

    role_first: bool = False
    """Whether somebody without the role hears so before anybody looks for the record."""

    personal: bool = False
    """Whether the record is the place's admin's own: nobody else is told that there is one."""

    counts_tries: bool = False
    """Whether a wrong try of somebody who may is written down."""

    @property
    def is_open(self) -> bool:
        return self.who is None

    def filled(self, location_id: str) -> dict[str, Any]:
        return dict(self.body(location_id) if callable(self.body) else self.body)


Table = dict[str, Expected]
"""`METHOD endpoint` → what is expected."""


def may(who: frozenset[str], *ok: int, **more: Any) -> Expected:
    return Expected(who, frozenset(ok or {200}), **more)


def anybody(*ok: int, **more: Any) -> Expected:
    """Open to everybody, whoever they are."""
    return Expected(None, frozenset(ok or {200}), **more)


def records(
    name: str, verbs: str, *, who: frozenset[str] = ADMINS, key: str = "", first: bool = False, **filled: Body
) -> Table:
    """The usual addresses of a resource: those of list, show, create, update and delete that `verbs` names.

    `make` and `change` fill in the record under its singular key; `first` is for what only admins read.
    """
    endpoint = f"v2.{name}"

    def under_key(what: str) -> Body:
        given = filled.get(what, {})
        return (lambda place: {key: given(place)}) if callable(given) else {key: given}

    readers = ADMINS if first else READERS
    changed = may(who, body=under_key("change"), role_first=first)
    table = {
        "list": {f"GET {endpoint}.list_records": may(readers, lists=name)},
        "show": {f"GET {endpoint}.show": may(readers, role_first=first)},
        "create": {f"POST {endpoint}.create": may(who, 201, body=under_key("make"))},
        "update": {f"{method} {endpoint}.update": changed for method in ("PUT", "PATCH")},
        "delete": {f"DELETE {endpoint}.delete": may(who, 204, role_first=first)},
    }
    return {name: expected for verb in verbs.split() for name, expected in table[verb].items()}
