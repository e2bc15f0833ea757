"""Locations: the list with its search, and one location's overview."""

from flask import Blueprint, render_template, request

from extensions import db
from models import Location
from resources import config_health, overview
from resources.access import may
from resources.location_search import search_locations
from resources.locations import get_location
from ui.asked import asked
from ui.paging import Page
from ui.session import current_actor, require_sign_in

locations = Blueprint("locations", __name__)
locations.before_request(require_sign_in)


@locations.get("/locations")
def index() -> str:
    search = asked("q")
    page: Page[Location] = Page.of(search_locations(current_actor(), search), request.args)
    figures = overview.figures_of_locations([location.id for location in page.items])
    return render_template("locations/index.html", search=search, page=page, figures=figures)


@locations.get("/locations/<location_id>")
def show(location_id: str) -> str:
    location = get_location(current_actor(), location_id)
    configs = config_health.configs_of_location(current_actor(), location.id)
    return render_template(
        "locations/show.html",
        location=location,
        day=overview.day_of_location(location.id),
        failures=overview.last_failures(location.id),
        configs=configs,
        failing=config_health.failing_configs(configs),
        may_add=may(db.session(), current_actor(), "v2.postbackconfigs.post", location.id),
    )
