"""Door 2: the operator console."""

from flask import Flask


def register(app: Flask) -> None:
    """Bind this room's routes to the application."""
