"""/v2/locationinfos: locations with their product transactions inside"""

from flask import request
from sqlalchemy import Select

from api.envelopes import Kind
from api.locations import COLUMNS
from api.routes import Verbs, record_routes
from models import Location
from resources.access import Actor
from resources.location_infos import ALL, get_location_info, location_infos
from schemas.location import location_info_shape

KIND = Kind("locationinfo", "locationinfos", location_info_shape, COLUMNS, parameters=frozenset({"relationship"}))


def _asked_for(actor: Actor) -> Select[Location]:
    return location_infos(actor, request.args.get("relationship", ALL))


routes = record_routes(KIND, Verbs(_asked_for, get_location_info))
