"""The console's search over locations."""

from collections.abc import Sequence

from sqlalchemy import Case, Select, case, or_

from models import Location
from resources.access import Actor
from resources.locations import locations


def search_locations(actor: Actor, text: str, first: Sequence[str] = ()) -> Select[Location]:
    """The locations in sight whose name, id, account number or API id contains the text: those of `first` in that
    order, then the others by name.

    Raises Forbidden where the actor may read none.
    """
    found = locations(actor).order_by(*_first(first), Location.name, Location.id)
    if not text:
        return found
    columns = (Location.name, Location.id, Location.account_number, Location.location_api_id)
    return found.where(or_(*(column.icontains(text, autoescape=True) for column in columns)))


def _first(ids: Sequence[str]) -> list[Case[int]]:
    ranks = {id_: rank for rank, id_ in enumerate(ids)}
    return [case(ranks, value=Location.id, else_=len(ids))] if ids else []
