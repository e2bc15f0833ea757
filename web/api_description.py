"""The API's description of itself, from the door that makes it to whoever shows it."""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app

Description = dict[str, Any]
_KEY = "api_description"


def bind_api_description(app: Flask, make: Callable[[], Description]) -> None:
    app.extensions[_KEY] = make


def api_description() -> Description:
    """The OpenAPI document of the application at hand."""
    make: Callable[[], Description] = current_app.extensions[_KEY]
    return make()
