"""Who is at the console: the browser's session, its user, the actor that the verbs are told.

The session cookie holds a random token; `resources.sign_in` knows whose it is. It is re-issued only when something
in it changes or its time runs anew, so that an answer to a poll never overwrites what a form has just put there.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Response, g, redirect, request, session, url_for
from flask_login import current_user, login_user
from werkzeug.wrappers import Response as AnyResponse

from extensions import db, login
from models import User
from resources.access import Actor, actor_for
from resources.sign_in import keep_session, session_user
from web import current_request_id

UNSAFE_LETTERS = frozenset(map(chr, range(0x21))) | {"\\", "\x7f"}


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What flask-login holds on to: a user by way of one session's token."""

    token: str
    user: User
    is_active: bool = True
    is_authenticated: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        return self.token


def load_session(token: str) -> SignedIn | None:
    user = session_user(token)
    return None if user is None else SignedIn(token, user)


login.user_loader(load_session)


def open_session(token: str) -> None:
    """Begin this browser's session anew under the token; nothing of an earlier one survives."""
    session.clear()
    signed_in = load_session(token)
    if signed_in is not None:
        login_user(signed_in)


def current_token() -> str | None:
    """The token of the session at hand; None for a stranger."""
    return current_user.token if current_user.is_authenticated else None


def actor_or_none() -> Actor | None:
    """Who is signed in, with the grants as they are now; None for a stranger."""
    if "actor" not in g:
        known = current_user.is_authenticated
        g.actor = actor_for(db.session(), current_user.user, current_request_id()) if known else None
    found: Actor | None = g.actor
    return found


def current_actor() -> Actor:
    """Who is signed in. Only for routes behind `require_sign_in`."""
    actor = actor_or_none()
    if actor is None:
        raise LookupError("Nobody is signed in on a route that needs it.")
    return actor


def require_sign_in() -> AnyResponse | None:
    """Before a console's route: send strangers to the sign-in page, and let the others' time run anew."""
    token = current_token()
    if token is None:
        return _to_sign_in()
    current_actor()
    if not is_poll() and keep_session(token):
        session.modified = True  # the cookie's own signature ages too: give it a fresh one
    return None


def is_poll() -> bool:
    """Whether a page asks for news by itself: nobody's doing, so it keeps no session alive."""
    return request.method == "GET" and "HX-PTag" in request.headers


def safe_path(target: str | None) -> str | None:
    """The target, if it is a path of this site and nothing a browser could read as another's; else None."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if UNSAFE_LETTERS & set(target) or not target.isprintable():
        return None
    return target


def _to_sign_in() -> AnyResponse:
    address = url_for("sign_in.form", next=safe_path(_page_at_hand()))
    if "HX-Request" in request.headers:  # the whole page goes, not the fragment
        return Response(status=401, headers={"HX-Redirect": address})
    return redirect(address, 303)


def _page_at_hand() -> str:
    """The page to come back to: for a fragment or a form's answer, the one that it stands on."""
    if "HX-Request" in request.headers:
        return _path_of(request.headers.get("HX-Current-URL", ""))
    if request.method in {"GET", "HEAD"}:
        return request.full_path.removesuffix("?")
    return _path_of(request.headers.get("Referer", ""))


def _path_of(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.netloc != request.host:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")
