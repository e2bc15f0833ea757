"""The browser's files. Each address names the content it stands for, so a browser keeps a file until it changes."""

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, abort, g, request, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from config import HOUSE

FOLDER = HOUSE / "static"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"
VERSION_LENGTH = 12
ENDPOINT = "static"
WORTH_PACKING = 512
"""Bytes from which compressing a file makes its transfer shorter."""


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is answered; `packed` is its gzip form, None where that is no smaller."""

    version: str
    mimetype: str
    content: bytes
    packed: bytes | None


class PageSessions(SecureCookieSessionInterface):
    """Sessions of everything but files: one that varied with the cookie would be fetched anew with each new one."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint != ENDPOINT:
            super().save_session(app, session, response)


def register_static_files(app: Flask) -> None:
    """Serve the folder `static` under the endpoint that Flask's own would have; addresses carry versions."""
    app.session_interface = PageSessions()
    app.add_url_rule("/static/<path:filename>", ENDPOINT, send)
    app.url_defaults(_add_version)


def static_address(filename: str) -> str:
    """What `url_for` says of the file, asked once in a request: a page shows its icons a hundred times."""
    known: dict[str, str] = g.setdefault("static_addresses", {})
    if filename not in known:
        known[filename] = url_for(ENDPOINT, filename=filename)
    return known[filename]


def send(filename: str) -> Response:
    """The file, packed for who takes that; a browser that has it already is told so."""
    found = _current(filename)
    if found is None:
        abort(404)
    packed = found.packed if request.accept_encodings["gzip"] > 0 else None
    response = Response(found.content if packed is None else packed, mimetype=found.mimetype)
    if packed is not None:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = FOR_EVER if request.args.get("v") == found.version else ASK_FIRST
    response.set_etag(found.version if packed is None else f"{found.version}-gzip")
    response.make_conditional(request)
    return response


def _add_version(endpoint: str, values: dict[str, object]) -> None:
    if endpoint == ENDPOINT and "v" not in values:
        found = _current(str(values.get("filename", "")))
        if found is not None:
            values["v"] = found.version


def _current(filename: str) -> StaticFile | None:
    """The file as it is now; None where the folder has no such file."""
    path = _files().get(filename)
    try:
        return None if path is None else _read(path, path.stat().st_mtime_ns)
    except OSError:
        return None


@cache
def _files() -> dict[str, Path]:
    """What may be sent, by name: nothing that a request says is ever taken for a path."""
    return {path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*") if path.is_file()}


@cache
def _read(path: Path, _changed_ns: int) -> StaticFile:
    content = path.read_bytes()
    packed = gzip.compress(content, 9, mtime=0) if len(content) >= WORTH_PACKING else content
    mimetype = mimetypes.guess_type(path.name, strict=False)[0] or "text/plain"
    version = sha256(content).hexdigest()[:VERSION_LENGTH]
    return StaticFile(version, mimetype, content, packed if len(packed) < len(content) else None)
