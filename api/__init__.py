"""Door 1: JSON under /v2."""

from flask import Flask


def register(app: Flask) -> None:
    """Bind this room's routes to the application."""
