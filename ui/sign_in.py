"""Signing in and out."""

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from extensions import settings
from forms.sign_in import SignInForm
from resources import sign_in as verbs
from schemas.refusals import Refusal
from ui.session import current_token, open_session, safe_path
from web import current_request_id

sign_in = Blueprint("sign_in", __name__)


@sign_in.get("/sign-in")
def form() -> Response:
    if current_token() is not None:
        return redirect(_destination(), 303)
    return _page(SignInForm())


@sign_in.post("/sign-in")
def enter() -> Response:
    given = SignInForm()
    try:
        name, password = given.username.data or "", given.password.data or ""
        token = verbs.sign_in(name, password, request.remote_addr or "", current_request_id())
    except verbs.SignInThrottled as refusal:
        return _page(given, refusal, {"Retry-After": str(refusal.wait_seconds)})
    except verbs.SignInRefused as refusal:
        return _page(given, refusal)
    open_session(token)
    return redirect(_destination(), 303)


@sign_in.post("/sign-out")
def leave() -> Response:
    token = current_token()
    session.clear()
    if token is not None:
        verbs.sign_out(token, current_request_id())
    return redirect(url_for("sign_in.form"), 303)


def _page(given: SignInForm, refusal: Refusal | None = None, headers: dict[str, str] | None = None) -> Response:
    html = render_template(
        "sign_in.html",
        form=given,
        refusal=refusal,
        next=safe_path(request.values.get("next")),
        demo=settings().demo,
    )
    return make_response(html, refusal.status if refusal else 200, headers or {})


def _destination() -> str:
    return safe_path(request.values.get("next")) or url_for("locations.index")
