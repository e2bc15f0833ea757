"""Changing a user: the facts, the password, turning off and on, deleting."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from forms.user import PasswordForm, UserForm, stored_user
from models import User
from resources import users as verbs
from resources.admin_places import admin_places
from resources.user_reach import require_decision
from schemas.refusals import Conflict, Invalid
from ui.session import current_actor
from ui.users import full_name, users


@users.get("/users/<user_id>/edit")
def edit(user_id: str) -> str:
    user = _decided(user_id)
    return _form_page(UserForm(formdata=None, data=stored_user(user)), user)


@users.post("/users/<user_id>/edit")
def update(user_id: str) -> str | Response | tuple[str, int]:
    user, form = _decided(user_id), UserForm()
    try:
        verbs.update_user(current_actor(), user.id, form.wire())
    except Invalid as refusal:
        form.show_refusal(refusal.errors)
        return _form_page(form, user), 422
    flash("The user is saved.", "success")
    return to_user(user.id)


@users.get("/users/<user_id>/password")
def set_password(user_id: str) -> str:
    return _password_page(PasswordForm(formdata=None), _decided(user_id))


@users.post("/users/<user_id>/password")
def replace_password(user_id: str) -> str | Response | tuple[str, int]:
    user, form = _decided(user_id), PasswordForm()
    if user.id == current_actor().user_id:  # the own one takes the current one
        return redirect(url_for("account.show"), 303)
    try:
        verbs.update_user(current_actor(), user.id, {"password": form.password.data or ""})
    except Invalid as refusal:
        form.show_refusal(refusal.errors)
        return _password_page(form, user), 422
    flash("The password is set. Sessions and tokens under the old one have ended.", "success")
    return to_user(user.id)


@users.get("/users/<user_id>/turn-off")
def turn_off(user_id: str) -> str:
    return _question("turn_off", _decided(user_id))


@users.post("/users/<user_id>/turn-off")
def confirm_turn_off(user_id: str) -> Response:
    return _done(user_id, {"is_active": "0"}, "The user is turned off: sessions and tokens have ended.")


@users.get("/users/<user_id>/turn-on")
def turn_on(user_id: str) -> str:
    return _question("turn_on", _decided(user_id))


@users.post("/users/<user_id>/turn-on")
def confirm_turn_on(user_id: str) -> Response:
    return _done(user_id, {"is_active": "1"}, "The user is turned on again. API keys that were not revoked work.")


@users.get("/users/<user_id>/delete")
def delete(user_id: str) -> str:
    return _question("delete", _decided(user_id))


@users.post("/users/<user_id>/delete")
def confirm_delete(user_id: str) -> Response:
    user = _decided(user_id)
    try:
        verbs.delete_user(current_actor(), user.id)
    except Conflict as refusal:
        flash(refusal.message, "warning")
        return to_user(user.id)
    flash(f"The user {user.username} is deleted.", "success")
    return redirect(url_for("users.index"), 303)


def to_user(user_id: str) -> Response:
    """Back to the user's page; of oneself, to the account."""
    return redirect(url_for("users.show", user_id=user_id), 303)


def _done(user_id: str, fields: dict[str, object], told: str) -> Response:
    try:
        verbs.update_user(current_actor(), _decided(user_id).id, fields)
    except Conflict as refusal:
        flash(refusal.message, "warning")
    else:
        flash(told, "success")
    return to_user(user_id)


def _decided(user_id: str) -> User:
    """The user, if the actor decides over it. Raises NotFound, Forbidden."""
    user = verbs.get_user(current_actor(), user_id)
    require_decision(current_actor(), user)
    return user


def _form_page(form: UserForm, user: User) -> str:
    places = admin_places(current_actor())
    return render_template("users/form.html", form=form, user=user, name=full_name(user), places=places)


def _password_page(form: PasswordForm, user: User) -> str:
    return render_template("users/password.html", form=form, user=user, name=full_name(user))


def _question(what: str, user: User) -> str:
    return render_template("users/question.html", what=what, user=user, name=full_name(user))
