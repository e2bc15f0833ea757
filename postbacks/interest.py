"""Who asked to be told of what: the configs that events are matched with, read once for all of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, select

from models import PostbackConfig


class Interested(NamedTuple):
    """What matching needs to know of a config; its fields are columns."""

    id: str
    location_id: str
    resource: str
    product_transaction_id: str | None
    is_active: bool
    on_create: bool
    on_update: bool
    on_delete: bool
    expands: str

    def wants(self, type_: str, product_transaction_id: str | None) -> bool:
        """Whether it asks for events of this type about this product transaction's records.

        A config that names a product transaction hears only of that one's.
        """
        named = self.product_transaction_id
        if named is not None and named != product_transaction_id:
            return False
        return {"CREATE": self.on_create, "UPDATE": self.on_update, "DELETE": self.on_delete}[type_]


Interest = Mapping[tuple[str, str], Sequence[Interested]]
"""Location and resource → the configs that ask for it, inactive ones included, oldest first."""


def interest_in(connection: Connection, places: Iterable[tuple[str, str]]) -> Interest:
    """The interest at these places, each a location with a resource."""
    found: dict[tuple[str, str], list[Interested]] = {place: [] for place in places}
    for config in _rows(connection, found.keys()):
        place = config.location_id, config.resource
        if place in found:
            found[place].append(config)
    return found


def _rows(connection: Connection, places: Collection[tuple[str, str]]) -> Iterable[Interested]:
    if len(places) == 1:
        [(location_id, resource)] = places
        rows = connection.execute(_at_one_place(), {"location_id": location_id, "resource": resource})
    else:
        locations, resources = ({place[part] for place in places} for part in (0, 1))
        rows = connection.execute(_at_places(), {"locations": sorted(locations), "resources": sorted(resources)})
    return map(Interested._make, rows)


@cache
def _at_one_place() -> Select[Any]:
    config = PostbackConfig
    return _standing().where(config.location_id == bindparam("location_id"), config.resource == bindparam("resource"))


@cache
def _at_places() -> Select[Any]:
    config = PostbackConfig
    return _standing().where(
        config.location_id.in_(bindparam("locations", expanding=True)),
        config.resource.in_(bindparam("resources", expanding=True)),
    )


def _standing() -> Select[Any]:
    table = PostbackConfig.__table__
    return (
        select(*(table.c[name] for name in Interested._fields)).where(table.c.deleted_ts.is_(None)).order_by(table.c.id)
    )
