"""/v2/locations"""

from api.envelopes import Kind
from api.filters import columns_of
from api.openapi.body import Body
from api.routes import Verbs, record_routes
from models import Location
from resources.location_changes import create_location, delete_location, update_location
from resources.locations import get_location, locations
from schemas.location import LOCATION_KEYS, LocationInput, location_shape

CODES = ("account_number", "state", "country", "default_cc", "default_ach")
EXAMPLE = {"name": "Harbor Street Store", "parent_id": "23948sdnfia1129i9asf92"}
COLUMNS = columns_of(Location, LOCATION_KEYS, CODES)
KIND = Kind(
    "location",
    "locations",
    location_shape,
    COLUMNS,
    about="A tree of places of business; who may see one sees everything below it.",
    body=Body(LocationInput, "location", required=["parent_id"], example=EXAMPLE),
)

routes = record_routes(KIND, Verbs(locations, get_location, create_location, update_location, delete_location))
