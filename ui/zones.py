"""The time zone that a person reads times in: UTC, the location's, or the browser's. Kept with the user.

A browser tells its zone in a cookie (console.js); until it has, or without scripts, its times are UTC.
"""

from contextlib import suppress
from zoneinfo import ZoneInfo

from flask import Blueprint, g, redirect, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from extensions import db
from models import Location
from resources.shown_zone import ZONES, choose_zone
from schemas.zones import known_zones
from ui.session import current_actor, require_sign_in, safe_path

COOKIE = "zone"
UTC_ZONE = ZoneInfo("UTC")

zones = Blueprint("zones", __name__)
zones.before_request(require_sign_in)


@zones.post("/time-zone")
def choose() -> Response:
    """Keep the choice and go back to where it was made; an unknown one counts as UTC."""
    choice = request.form.get("zone", "")
    choose_zone(current_actor(), choice if choice in ZONES else "utc")
    return redirect(safe_path(request.form.get("next")) or "/", 303)


def chosen_zone() -> str:
    """One of ZONES; a stranger's is the browser's, and everybody's where nobody could be looked up."""
    known = g.get("actor") is not None and current_user.is_authenticated
    return current_user.user.shown_zone if known else "browser"


def current_zone() -> ZoneInfo:
    """The zone of this page's times."""
    if "zone" not in g:
        g.zone = _zone()
    found: ZoneInfo = g.zone
    return found


def show_times_of(location: Location) -> None:
    """This page is about the location: who reads times in the location's zone reads them in its."""
    g.place_zone = location.tz
    g.pop("zone", None)


def named_zone(name: str) -> ZoneInfo | None:
    """The zone of this name; None where there is none. Only listed names are looked up: a name is a path."""
    return ZoneInfo(name) if name in known_zones() else None


def _zone() -> ZoneInfo:
    choice = chosen_zone()
    if choice == "browser":
        return named_zone(request.cookies.get(COOKIE, "")) or UTC_ZONE
    place = named_zone(_place_zone()) if choice == "location" else None
    return place or UTC_ZONE


def _place_zone() -> str:
    """Of the location that the page is about: named by the page, or by its address."""
    if "place_zone" not in g:
        g.place_zone = ""
        location_id = (request.view_args or {}).get("location_id")
        with suppress(SQLAlchemyError):  # a page that says what went wrong must not fail over its clock
            location = db.session.get(Location, location_id) if location_id else None
            g.place_zone = location.tz if location is not None else ""
    found: str = g.place_zone
    return found
