"""The application, as a table of contents."""

from click import get_current_context
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import api
import cli
import ui
import web
from config import Settings, read_settings
from extensions import bind_settings, csrf, db, login, migrate
from launch.keys import require_keys
from logs import configure_logs
from models import Base, prepare_clock, prepare_sqlite


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application; every process of the product (web, worker, command) starts here."""
    settings = settings or read_settings()
    if get_current_context(silent=True) is None:  # a command checks for itself: one of them makes the keys
        require_keys(settings)
    configure_logs(settings)

    app = Flask(__name__, static_folder=None, instance_path=str(settings.instance_path))
    app.config.from_mapping(web.flask_config(settings))
    bind_settings(app, settings)

    web.register(app)  # first: a request has its id before anything can refuse it
    bind_extensions(app)
    api.register(app)
    ui.register(app)
    cli.register(app)

    proxies = settings.trusted_proxies
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    return app


def bind_extensions(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db, render_as_batch=True, compare_type=True)
    csrf.init_app(app)
    login.init_app(app)
    with app.app_context():
        db.metadatas[None] = Base.metadata
        if db.engine.dialect.name == "sqlite":
            prepare_sqlite(db.engine)
        prepare_clock(db.engine)
