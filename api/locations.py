"""/v2/locations"""

from api.envelopes import Kind
from api.filters import columns_of
from api.routes import Verbs, record_routes
from models import Location
from resources.locations import get_location, locations
from schemas.location import LOCATION_KEYS, location_shape

CODES = ("state", "country", "default_cc", "default_ach")
ABOUT = "A tree of places of business; who may see one sees everything below it."
KIND = Kind("location", "locations", location_shape, columns_of(Location, LOCATION_KEYS, CODES), about=ABOUT)

routes = record_routes(KIND, Verbs(locations, get_location))
