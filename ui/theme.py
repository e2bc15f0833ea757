"""The theme a person chose, kept in a cookie: like the system (auto), light or dark."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from extensions import settings

THEMES = ("auto", "light", "dark")
COOKIE = "theme"
ONE_YEAR = 365 * 24 * 3600

theme = Blueprint("theme", __name__)


@theme.post("/theme")
def choose() -> Response:
    """Keep the choice and go back to where it was made; an unknown theme counts as auto."""
    choice = request.form.get("theme", "")
    answer = redirect(same_site_path(request.form.get("next", "")), 303)
    answer.set_cookie(
        COOKIE,
        choice if choice in THEMES else "auto",
        max_age=ONE_YEAR,
        secure=settings().secure_cookies,
        httponly=True,
        samesite="Lax",
    )
    return answer


def chosen_theme() -> str:
    """One of THEMES."""
    choice = request.cookies.get(COOKIE, "auto")
    return choice if choice in THEMES else "auto"


def same_site_path(target: str) -> str:
    """The target if it is a path on this site, else the start page.

    Browsers read a backslash as a slash and drop tabs and line ends, so anything with those is refused as well.
    """
    if not target.startswith("/") or target.startswith("//") or "\\" in target or not target.isprintable():
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc else target
