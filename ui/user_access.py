"""What opens doors for a user: roles, API keys, sessions. Keys and sessions of one's own are changed here too."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from extensions import settings
from models import ApiKey, User
from resources import api_keys, roles
from resources.admin_places import place_name
from resources.user_sessions import end_sessions
from resources.users import get_user
from schemas.refusals import Conflict, Invalid, NotFound
from ui.fresh_secret import remember_secret, take_secret
from ui.role_words import role_word
from ui.session import current_actor, current_token
from ui.user_changes import to_user
from ui.users import full_name, users

__all__ = ["users"]


@users.post("/users/<user_id>/roles")
def grant(user_id: str) -> Response:
    """Form: `location_id`, `role`. In place of the role held there, if one is."""
    user = get_user(current_actor(), user_id)
    given = {name: request.form.get(name, "").strip() for name in ("location_id", "role")}
    try:
        role, new = roles.grant_role(current_actor(), user.id, given)
    except Invalid as refusal:
        flash(" ".join(text for texts in refusal.errors.values() for text in texts), "danger")
    except Conflict as refusal:
        flash(refusal.message, "warning")
    else:
        done = "is given" if new else "is now"
        flash(f"The role at {place_name(role.location_id)} {done} {role_word(role.name)}.", "success")
    return to_user(user.id)


@users.get("/users/<user_id>/roles/<location_id>/revoke")
def revoke_role(user_id: str, location_id: str) -> str:
    user = get_user(current_actor(), user_id)
    held = {role.location_id: role.name for role in roles.roles_of(current_actor(), user.id)}
    if location_id not in held:
        raise NotFound
    role = {"location_id": location_id, "place": place_name(location_id), "word": role_word(held[location_id])}
    return render_template("users/question.html", what="revoke_role", user=user, name=full_name(user), role=role)


@users.post("/users/<user_id>/roles/<location_id>/revoke")
def confirm_revoke_role(user_id: str, location_id: str) -> Response:
    user = get_user(current_actor(), user_id)
    try:
        roles.revoke_role(current_actor(), user.id, location_id)
    except Conflict as refusal:
        flash(refusal.message, "warning")
    else:
        flash("The role is taken away.", "success")
    return to_user(user.id)


@users.post("/users/<user_id>/keys")
def generate_key(user_id: str) -> Response:
    user = get_user(current_actor(), user_id)
    try:
        key = api_keys.generate_api_key(current_actor(), user.id)
    except Conflict as refusal:
        flash(refusal.message, "warning")
        return to_home(user)
    remember_secret(_fresh(user), key)
    return redirect(url_for("users.fresh_key", user_id=user.id), 303)


@users.get("/users/<user_id>/keys/fresh")
def fresh_key(user_id: str) -> str | Response:
    user = get_user(current_actor(), user_id)
    key = take_secret(_fresh(user))
    if key is None:
        flash("The API key was shown once and cannot be shown again.", "info")
        return to_home(user)
    return render_template(
        "users/key.html",
        user=user,
        name=full_name(user),
        key=key,
        home=home_url(user),
        mine=user.id == current_actor().user_id,
        base_url=settings().effective_public_url,
    )


@users.get("/users/<user_id>/keys/<key_id>/revoke")
def revoke_key(user_id: str, key_id: str) -> str:
    user = get_user(current_actor(), user_id)
    key = _key(user, key_id)
    return render_template(
        "users/question.html", what="revoke_key", user=user, name=full_name(user), key=key, home=home_url(user)
    )


@users.post("/users/<user_id>/keys/<key_id>/revoke")
def confirm_revoke_key(user_id: str, key_id: str) -> Response:
    user = get_user(current_actor(), user_id)
    api_keys.revoke_api_key(current_actor(), user.id, key_id)
    flash("The API key is revoked: from now on it opens nothing.", "success")
    return to_home(user)


@users.post("/users/<user_id>/sessions/end")
def end(user_id: str) -> Response:
    """All sessions of the user; of one's own, all but the one at hand."""
    user = get_user(current_actor(), user_id)
    mine = user.id == current_actor().user_id
    ended = end_sessions(current_actor(), user.id, (current_token() or "") if mine else "")
    others = "other " if mine else ""
    flash(f"{ended} {others}session{'' if ended == 1 else 's'} ended, and every API token.", "success")
    return to_home(user)


def home_url(user: User) -> str:
    """The page that shows the user's keys and sessions: of oneself, the account."""
    if user.id == current_actor().user_id:
        return url_for("account.show")
    return url_for("users.show", user_id=user.id)


def to_home(user: User) -> Response:
    return redirect(home_url(user), 303)


def _fresh(user: User) -> str:
    return f"key of {user.id}"


def _key(user: User, key_id: str) -> ApiKey:
    found = [key for key in api_keys.api_keys_of(current_actor(), user.id) if key.id == key_id]
    if not found or found[0].revoked_ts is not None:
        raise NotFound
    return found[0]
