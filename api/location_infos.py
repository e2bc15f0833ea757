"""/v2/locationinfos: locations with their product transactions inside"""

from flask import request
from sqlalchemy import Select

from api.envelopes import Kind
from api.locations import COLUMNS
from api.openapi.columns import ref
from api.routes import Verbs, record_routes
from models import Location
from resources.access import Actor
from resources.location_infos import ALL, RELATIONSHIPS, get_location_info, location_infos
from schemas.location import location_info_shape
from schemas.patterns import JsonSchema

ACCOUNTS: JsonSchema = {"type": "array", "items": ref("EmbeddedProductTransaction")}
KIND = Kind(
    "locationinfo",
    "locationinfos",
    location_info_shape,
    COLUMNS,
    about="Locations with their product transactions inside.",
    answers={"product_transactions": ACCOUNTS},
    parameters={"relationship": {"type": "string", "enum": list(RELATIONSHIPS), "default": ALL}},
)


def _asked_for(actor: Actor) -> Select[Location]:
    return location_infos(actor, request.args.get("relationship", ALL))


routes = record_routes(KIND, Verbs(_asked_for, get_location_info))
