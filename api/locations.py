"""/v2/locations"""

from flask import Blueprint, Response

from api.auth import actor
from api.envelopes import Kind, expands_asked, record_answer
from api.filters import columns_of
from api.paging import list_answer
from models import Location
from resources import locations as verbs
from schemas.location import LOCATION_KEYS, location_shape

CODES = ("state", "country", "default_cc", "default_ach")
KIND = Kind("location", "locations", location_shape, columns_of(Location, LOCATION_KEYS, CODES))

routes = Blueprint("locations", __name__, url_prefix="/locations")


@routes.get("")
def list_locations() -> Response:
    return list_answer(KIND, verbs.locations(actor()))


@routes.get("/<location_id>")
def show(location_id: str) -> Response:
    expand = expands_asked(KIND)
    return record_answer(KIND, verbs.get_location(actor(), location_id), expand)
