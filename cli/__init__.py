"""The `flask …` commands: thin calls into the rooms below."""

from flask import Flask

from cli.keys import generate_keys, rotate_encryption
from cli.people import add_developer, create_admin
from cli.postman import postman
from cli.run import up, worker
from cli.settings import show_settings

COMMANDS = (up, worker, show_settings, generate_keys, rotate_encryption, create_admin, add_developer, postman)


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    for command in COMMANDS:
        app.cli.add_command(command)
