"""`GET /openapi.json`: the description of this door, for anybody."""

import json
from functools import cache

from flask import Flask, Response

from api.openapi.document import Document, document
from extensions import settings
from web.api_description import bind_api_description


def register(app: Flask) -> None:
    """Bind the address, and let the other rooms read the description. It is made when it is first asked for."""

    @cache
    def made() -> Document:
        return document(app, settings())

    @cache
    def text() -> str:
        return json.dumps(made(), separators=(",", ":"))

    def show() -> Response:
        return Response(text(), mimetype="application/json")

    bind_api_description(app, made)
    app.add_url_rule("/openapi.json", "openapi", show, methods=["GET"])
