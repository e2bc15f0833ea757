"""The addresses that every resource has, made of its verbs: list, create, show, change, delete."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import Blueprint, Response
from sqlalchemy import Select

from api.auth import actor
from api.bodies import body
from api.envelopes import Kind, expands_asked, nothing, record_answer
from api.openapi.operation import describe, usual
from api.paging import list_answer
from resources.access import Actor

R = TypeVar("R")
Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Verbs(Generic[R]):
    """What a resource can do; what is None has no address."""

    in_sight: Callable[[Actor], Select[R]]
    get: Callable[[Actor, str], R]
    create: Callable[[Actor, Fields], tuple[R, bool]] | None = None
    """The record, and whether it is new."""
    update: Callable[[Actor, str, Fields], R] | None = None
    delete: Callable[[Actor, str], None] | None = None
    may_update: bool = False
    """That creating may change a record that is there already, and then answers 200."""


def record_routes(kind: Kind[Any], verbs: Verbs[Any]) -> Blueprint:
    """A blueprint with the addresses of these verbs; a resource adds those that only it has."""
    routes = Blueprint(kind.plural, __name__, url_prefix=f"/{kind.plural}")

    def list_records() -> Response:
        return list_answer(kind, verbs.in_sight(actor()))

    def show(record_id: str) -> Response:
        expand = expands_asked(kind)
        return record_answer(kind, verbs.get(actor(), record_id), expand)

    def bind(address: str, does: str, view: Callable[..., Response], *methods: str, also: Sequence[int] = ()) -> None:
        routes.add_url_rule(address, view_func=describe(view, usual(kind, does, also=also)), methods=methods)

    bind("", "list", list_records, "GET")
    bind("/<record_id>", "show", show, "GET")
    if verbs.create is not None:
        also = [200] if verbs.may_update else []
        bind("", "create", _creating(kind, verbs.create), "POST", also=also)
    if verbs.update is not None:
        bind("/<record_id>", "update", _updating(kind, verbs.update), "PUT", "PATCH")
    if verbs.delete is not None:
        bind("/<record_id>", "delete", _deleting(verbs.delete), "DELETE")
    return routes


def _creating(kind: Kind[Any], verb: Callable[[Actor, Fields], tuple[Any, bool]]) -> Callable[[], Response]:
    def create() -> Response:
        expand = expands_asked(kind)
        record, created = verb(actor(), body(kind.singular))
        return record_answer(kind, record, expand, status=201 if created else 200)

    return create


def _updating(kind: Kind[Any], verb: Callable[[Actor, str, Fields], Any]) -> Callable[[str], Response]:
    def update(record_id: str) -> Response:
        expand = expands_asked(kind)
        return record_answer(kind, verb(actor(), record_id, body(kind.singular)), expand)

    return update


def _deleting(verb: Callable[[Actor, str], None]) -> Callable[[str], Response]:
    def delete(record_id: str) -> Response:
        verb(actor(), record_id)
        return nothing()

    return delete
