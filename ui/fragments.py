"""Fragments: one block of a page's own template, for the parts of a page that renew themselves."""

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, request
from markupsafe import Markup


def render_block(template_name: str, block: str, **context: Any) -> Markup:
    """One named block of a template, as the page would show it. Macros must be globals: imports are not run."""
    current_app.update_template_context(context)
    template = current_app.jinja_env.get_template(template_name)
    written = "".join(template.blocks[block](template.new_context(context)))
    return Markup(written)  # noqa: S704 (the template has escaped what it wrote)


def poll_answer(tag: str, render: Callable[[], str]) -> Response:
    """The fragment, or 304 without rendering anything where the page shows this state of it already.

    `tag` names the state. htmx repeats the last `HX-PTag` it was given (extension ptag); other clients may use the
    ETag.
    """
    known = request.headers.get("HX-PTag") == tag or request.if_none_match.contains(tag)
    response = Response(status=304) if known else Response(render(), content_type="text/html; charset=utf-8")
    response.set_etag(tag)
    response.headers["HX-PTag"] = tag
    return response
