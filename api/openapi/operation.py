"""What a route says of itself. The rest of the document follows from its kind, its input and its address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from api.envelopes import Kind
from api.openapi.body import Body
from schemas.patterns import JsonSchema

View = Callable[..., Any]
V = TypeVar("V", bound=View)


@dataclass(frozen=True, slots=True)
class Operation:
    """One route."""

    kind: Kind[Any]
    does: str
    """list, show, create, update, delete, or what only this resource can do."""
    summary: str
    body: Body | None = None
    answers: Mapping[int, JsonSchema | None] = field(default_factory=dict)
    """Status → what is answered; empty: what such a route usually answers. None: nothing."""
    also: Sequence[int] = ()
    """Further statuses under which it answers the same."""
    embeds: Sequence[str] = ()
    """What `?expand=` may name beyond what its kind offers."""
    expands: bool = True
    """Whether it reads `?expand=` at all."""
    refusals: Sequence[int] = ()
    """Statuses that it refuses with beyond the usual ones."""
    headers: Mapping[str, JsonSchema] = field(default_factory=dict)
    """What its good answers may have besides what all have."""
    signs_in: bool = False
    """That it takes no credentials but the `developer-id`: it gives the others."""
    note: str = ""
    """What else must be known of it."""

    pages: bool = True
    """For a list: that it is paged, sorted and filtered."""

    @property
    def lists(self) -> bool:
        return self.does == "list"


SUMMARIES = {
    "list": "The {plural} in sight, a page at a time",
    "show": "One {singular}",
    "create": "Create a {singular}",
    "update": "Change some fields of a {singular}",
    "delete": "Delete a {singular}",
}


def usual(kind: Kind[Any], does: str, **more: Any) -> Operation:
    """What nearly every resource has."""
    summary = SUMMARIES[does].format(plural=kind.plural, singular=kind.singular).replace(" a a", " an a")
    body = {
        "create": kind.body,
        "update": kind.change or (kind.body and replace(kind.body, partial=True, together=dict)),
    }.get(does)
    return Operation(kind, does, **{"summary": summary, "body": body, **more})


_operations: dict[View, Operation] = {}


def describe(view: V, operation: Operation) -> V:
    """Remember what a view does."""
    _operations[view] = operation
    return view


def describes(kind: Kind[Any], does: str, summary: str = "", **more: Any) -> Callable[[V], V]:
    """As a decorator below the route's own; without a summary it is the usual thing."""
    made = Operation(kind, does, summary, **more) if summary else usual(kind, does, **more)
    return lambda view: describe(view, made)


def operation_of(view: View, method: str) -> Operation:
    """What a view does. Raises LookupError for one that never said so."""
    if view not in _operations:
        raise LookupError(f"{view.__module__}.{view.__qualname__} does not say what it does: describe it")
    operation = _operations[view]
    return replace(operation, does="patch") if method == "PATCH" and operation.does == "update" else operation
