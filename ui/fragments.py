"""Fragments: one block of a page's own template, for the parts of a page that htmx renews."""

from hashlib import sha256
from typing import Any

from flask import Response, current_app, request
from markupsafe import Markup


def render_block(template_name: str, block: str, **context: Any) -> Markup:
    """One named block of a template, as the page would show it. Macros must be globals, imports are not run."""
    current_app.update_template_context(context)
    template = current_app.jinja_env.get_template(template_name)
    return Markup("").join(template.blocks[block](template.new_context(context)))


def poll_answer(html: str) -> Response:
    """The fragment, or 304 without a body where the page shows it already.

    htmx repeats the last `HX-PTag` it was given (extension ptag); other clients may use the ETag.
    """
    tag = sha256(html.encode()).hexdigest()[:32]
    response = Response(html, content_type="text/html; charset=utf-8")
    response.set_etag(tag)
    response.headers["HX-PTag"] = tag
    if request.headers.get("HX-PTag") == tag or request.if_none_match.contains(tag):
        response.set_data(b"")
        response.status_code = 304
    return response
