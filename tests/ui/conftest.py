"""The console in a real browser."""

from collections.abc import Iterator
from threading import Thread

import pytest
from werkzeug.serving import make_server

from tests.browser import OpenPage, Watched
from tests.ui.console import OpenScreen, console_of
from tests.world import World


@pytest.fixture
def open_screen(world: World, open_page: OpenPage) -> Iterator[OpenScreen]:
    """Opens the console as a person who is signed in; `world` gives it something to show."""
    server = make_server("127.0.0.1", 0, world.app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()

    opened: list[Watched] = []

    def open_one(path: str, name: str = "operator", **look: object) -> Watched:
        address = f"http://127.0.0.1:{server.port}"
        watched = open_page(address, **look)
        cookie = console_of(world, name).client.get_cookie(world.app.config["SESSION_COOKIE_NAME"])
        assert cookie
        watched.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
        opened.append(watched)
        watched.page.goto(path)
        return watched

    yield open_one
    for watched in opened:  # a page that polls must not meet a server that is gone
        watched.page.goto("about:blank")
    server.shutdown()
    thread.join()
    server.server_close()
