"""Door 2: the operator console."""

from flask import Flask, redirect, url_for
from werkzeug.wrappers import Response

from ui.locations import locations
from ui.templating import register_templating
from ui.theme import theme


def register(app: Flask) -> None:
    """Bind the console's screens, and what their templates use, to the application."""
    register_templating(app)
    for screens in (theme, locations):
        app.register_blueprint(screens)
    app.add_url_rule("/", "start", start)


def start() -> Response:
    return redirect(url_for("locations.index"))
