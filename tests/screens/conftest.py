"""One server, one week and one browser for all that is looked at."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile
from threading import Thread

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from app import create_app
from extensions import db
from tests.environment import product_environment, product_settings
from tests.screens.console import Console, prepare_week
from tests.screens.screens import LARGEST_BODY


@pytest.fixture(scope="session")
def console(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Console]:
    """The console after a week in the demo's life. Nobody changes what is there."""
    folder = tmp_path_factory.mktemp("week")
    copyfile(sqlite_template, folder / "postbacks.sqlite3")
    environment = product_environment(folder, database_url=f"sqlite:///{folder / 'postbacks.sqlite3'}", demo="1")
    app = create_app(product_settings(environment))
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    with app.app_context():
        sights = prepare_week()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Console(app, f"http://127.0.0.1:{server.port}", browser, sights)
    for context in browser.contexts:
        context.close()
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()
