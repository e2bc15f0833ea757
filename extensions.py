"""The bare extension objects, bound to an application in `app.create_app`."""

from typing import cast

from flask import Flask, current_app
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from config import Settings

db = SQLAlchemy(session_options={"expire_on_commit": False})
migrate = Migrate()
csrf = CSRFProtect()
login = LoginManager()


def bind_settings(app: Flask, settings: Settings) -> None:
    """Make `settings()` answer these settings inside this application."""
    app.extensions["postback_settings"] = settings


def settings() -> Settings:
    """The settings of the current application."""
    return cast(Settings, current_app.extensions["postback_settings"])
