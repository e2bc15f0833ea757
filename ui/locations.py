"""Locations: the list with its search, and one location's overview."""

from flask import Blueprint, render_template

locations = Blueprint("locations", __name__)


@locations.get("/locations")
def index() -> str:
    return render_template("locations/index.html")
