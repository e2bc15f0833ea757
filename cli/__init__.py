"""The `flask …` commands: thin calls into the rooms below."""

from flask import Flask


def register(app: Flask) -> None:
    """Bind this room's routes to the application."""
