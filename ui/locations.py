"""Locations: the list with its search, one location's overview, and its facts."""

from flask import Blueprint, Response, make_response, render_template, request

from extensions import db, settings
from models import Delivery, Location
from resources import config_health, overview
from resources.access import Actor, allows, may
from resources.delivery_sight import addresses_seen_at, told_reason
from resources.hours import hours_of_location
from resources.location_search import search_locations
from resources.locations import get_location
from resources.unhealthy import Health, health_in_sight
from schemas.location import LOCATION_KEYS, location_shape
from ui.asked import asked
from ui.charts import latency_chart, outcome_chart
from ui.csv_export import Cell, csv_answer, csv_time
from ui.paging import Page
from ui.recent_locations import recent_locations, remember_location
from ui.session import current_actor, require_sign_in

locations = Blueprint("locations", __name__)
locations.before_request(require_sign_in)


@locations.get("/locations")
def index() -> str:
    actor, search = current_actor(), asked("q")
    recent = recent_locations(actor)
    page: Page[Location] = Page.of(search_locations(actor, search, recent))
    return render_template(
        "locations/index.html",
        search=search,
        page=page,
        recent=recent,
        figures=overview.figures_of_locations([location.id for location in page.items]),
        health=_health(actor),
        base_url=settings().effective_public_url,
    )


@locations.get("/locations.csv")
def export() -> Response:
    query = search_locations(current_actor(), asked("q"))
    return csv_answer("locations", query, Location.id, LOCATION_KEYS, _row)


@locations.get("/locations/<location_id>")
def show(location_id: str) -> Response:
    actor = current_actor()
    location = get_location(actor, location_id)
    configs, hours = config_health.configs_of_location(actor, location.id), hours_of_location(location.id)
    failures = overview.last_failures(location.id)
    seen = bool(addresses_seen_at(actor, failures.deliveries))

    def cause(delivery: Delivery) -> str | None:
        return told_reason(delivery.reason, delivery.reason_code, seen=seen)

    page = render_template(
        "locations/show.html",
        location=location,
        day=overview.day_of_location(location.id, hours),
        outcomes=outcome_chart(hours),
        latency=latency_chart(hours),
        failures=failures,
        cause=cause,
        configs=configs,
        failing=config_health.failing_configs(actor, configs),
        may_add=may(db.session(), actor, "v2.postbackconfigs.post", location.id),
    )
    return remember_location(actor, location.id, make_response(page))


@locations.get("/locations/<location_id>/settings/location")
def facts(location_id: str) -> str:
    location = get_location(current_actor(), location_id)
    parent = db.session.get(Location, location.parent_id) if location.parent_id else None
    return render_template("locations/facts.html", location=location, parent=parent)


def _health(actor: Actor) -> Health | None:
    """How all receivers are doing; None while a search only wants the list anew, or for who may not see them."""
    if "HX-Request" in request.headers:
        return None
    may_see = any(allows(grant.role, "v2.postbackconfigs.get") for grant in actor.grants)
    return health_in_sight(actor) if may_see else None


def _row(location: Location) -> list[Cell]:
    shape = location_shape(location)
    return [_cell(key, shape[key]) for key in LOCATION_KEYS]


def _cell(key: str, value: object) -> Cell:
    if key.endswith("_ts"):
        return csv_time(value * 1000 if isinstance(value, int) else None)
    return value if value is None or isinstance(value, str | int) else str(value)
