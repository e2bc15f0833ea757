"""The theme a person chose, kept in a cookie: like the system (auto), light or dark."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from extensions import settings
from ui.session import safe_path

THEMES = ("auto", "light", "dark")
COOKIE = "theme"
ONE_YEAR = 365 * 24 * 3600

theme = Blueprint("theme", __name__)


@theme.post("/theme")
def choose() -> Response:
    """Keep the choice and go back to where it was made; an unknown theme counts as auto."""
    choice = request.form.get("theme", "")
    answer = redirect(safe_path(request.form.get("next")) or "/", 303)
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
