"""Your account: what everybody sees and changes of themself, whatever their role."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forms.user import OwnPasswordForm, ProfileForm, stored_user
from resources.api_keys import api_keys_of
from resources.own_password import change_own_password
from resources.sign_in import SignInThrottled
from resources.user_reach import ME
from resources.user_search import Standing, standings_of
from resources.user_sessions import sessions_of
from resources.users import get_user, update_user
from schemas.refusals import Invalid
from ui.role_words import ROLE_WORDS, role_word
from ui.session import current_actor, current_token, require_sign_in
from ui.users import full_name

account = Blueprint("account", __name__, url_prefix="/account")
account.before_request(require_sign_in)


@account.get("")
def show() -> str:
    return _page()


@account.post("")
def update() -> str | Response | tuple[str, int]:
    form = ProfileForm()
    try:
        update_user(current_actor(), ME, form.wire())
    except Invalid as refusal:
        form.show_refusal(refusal.errors)
        return _page(profile=form), 422
    flash("Your profile is saved.", "success")
    return redirect(url_for("account.show"), 303)


@account.post("/password")
def change_password() -> str | Response | tuple[str, int]:
    form = OwnPasswordForm()
    current, new = form.current_password.data or "", form.password.data or ""
    try:
        change_own_password(current_actor(), current, new, request.remote_addr or "", current_token() or "")
    except Invalid as refusal:
        form.show_refusal(refusal.errors)
        return _page(password=form), 422
    except SignInThrottled as refusal:
        form.form_errors.append(refusal.message)
        return _page(password=form), 429
    flash("Your password is changed. Your other sessions and tokens have ended.", "success")
    return redirect(url_for("account.show"), 303)


def _page(profile: ProfileForm | None = None, password: OwnPasswordForm | None = None) -> str:
    actor, user = current_actor(), get_user(current_actor(), ME)
    return render_template(
        "users/account.html",
        user=user,
        name=full_name(user),
        profile=profile or ProfileForm(formdata=None, data=stored_user(user)),
        password=password or OwnPasswordForm(formdata=None),
        wrong=profile or password,
        standing=standings_of(actor, [user.id]).get(user.id, Standing()),
        keys=api_keys_of(actor, user.id),
        sessions=sessions_of(actor, user.id),
        roles=ROLE_WORDS,
        role_word=role_word,
    )
