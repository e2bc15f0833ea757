"""The console's search over locations."""

from sqlalchemy import Select, or_

from models import Location
from resources.access import Actor
from resources.locations import locations


def search_locations(actor: Actor, text: str) -> Select[Location]:
    """The locations in sight whose name, id, account number or API id contains the text; by name.

    Raises Forbidden where the actor may read none.
    """
    found = locations(actor).order_by(Location.name, Location.id)
    if not text:
        return found
    columns = (Location.name, Location.id, Location.account_number, Location.location_api_id)
    return found.where(or_(*(column.icontains(text, autoescape=True) for column in columns)))
