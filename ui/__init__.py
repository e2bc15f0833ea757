"""Door 2: the operator console."""

from flask import Flask, redirect, url_for
from werkzeug.wrappers import Response

from ui.contacts import contacts
from ui.deliveries import deliveries
from ui.errors import register_errors
from ui.inbox import inbox, receiver
from ui.locations import locations
from ui.postback_config_form import postback_configs
from ui.sign_in import sign_in
from ui.templating import register_templating
from ui.theme import theme
from ui.zones import zones


def register(app: Flask) -> None:
    """Bind the console's screens, what their templates use, and their error pages to the application."""
    register_templating(app)
    register_errors(app)
    for screens in (theme, zones, sign_in, locations, postback_configs, contacts, deliveries, inbox, receiver):
        app.register_blueprint(screens)
    app.add_url_rule("/", "start", start)


def start() -> Response:
    return redirect(url_for("locations.index"))
