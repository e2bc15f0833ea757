"""406 where the caller would not take what this door answers: JSON, or the table that `_format` asks for.

It is said before anything is done.
"""

from flask import Blueprint, request
from werkzeug.exceptions import NotAcceptable

from api.tables import FORMATS

JSON = ("application/json", "application/problem+json")


def register_accepting(door: Blueprint) -> None:
    door.before_request(_refuse_unacceptable)


def _refuse_unacceptable() -> None:
    if "Accept" not in request.headers:
        return
    asked = FORMATS.get(request.args.get("_format", ""))
    offered = JSON if asked is None else (asked.mimetype,)
    if not any(request.accept_mimetypes[kind] > 0 for kind in offered):
        raise NotAcceptable(f"This answers {offered[0]}; Accept does not allow it.")
