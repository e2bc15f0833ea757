"""As little of an application as a web server can have behind it: it says what it was asked, and what came with it."""

from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse

from launch import web_worker

MOST_HELD = 2 * 1024 * 1024
web_worker.MOST_HELD = MOST_HELD
"""Little enough for a test to fill it."""


def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """`GET /path 3` for a request that brought three bytes; under /unread nobody looks at them."""
    path = environ["PATH_INFO"]
    body = b"" if path == "/unread" else environ["wsgi.input"].read()
    said = f"{environ['REQUEST_METHOD']} {path} {len(body)}\n".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(said)))])
    return [said]
