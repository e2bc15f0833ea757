"""Users: the list with its search and export, a user's page, adding one. For admins; others have `ui.account`."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from extensions import settings
from forms.user import NewUserForm
from models import User
from resources.admin_places import admin_places, place_name
from resources.api_keys import api_keys_of
from resources.user_reach import may_decide, users_in_sight
from resources.user_search import STATES, Standing, search_users, standings, standings_of
from resources.user_sessions import sessions_of
from resources.users import create_user, get_user
from schemas.refusals import Invalid
from schemas.user import ROLES
from ui.asked import asked, asked_word
from ui.asked_list import asked_list
from ui.csv_export import Cell, csv_answer, csv_time
from ui.paging import Page
from ui.role_words import ROLE_WORDS, role_word
from ui.session import current_actor, require_sign_in
from ui.user_actions import actions_of, role_hindrance

users = Blueprint("users", __name__)
users.before_request(require_sign_in)

HEADER = (
    *("user_id", "username", "first_name", "last_name", "email", "state", "roles"),
    *("last_sign_in", "last_seen", "created"),
)


@users.get("/users")
def index() -> str:
    actor, filters = current_actor(), _asked_filters()
    page: Page[User] = Page.of(search_users(actor, **filters))
    return render_template(
        "users/index.html",
        asked=asked_list("users", ("users.index", "users.export"), filters),
        page=page,
        standings=standings_of(actor, [user.id for user in page.items]),
        role_options=[(name, words.name) for name, words in ROLE_WORDS.items()],
        role_word=role_word,
        base_url=settings().effective_public_url,
    )


@users.get("/users.csv")
def export() -> Response:
    query = search_users(current_actor(), **_asked_filters())
    known = standings(current_actor(), query)

    def row(user: User) -> tuple[Cell, ...]:
        standing = known.get(user.id, Standing())
        held = "; ".join(f"{role.role} at {role.location_name}" for role in standing.roles)
        return (
            *(user.id, user.username, user.first_name, user.last_name, user.email),
            *("active" if user.is_active else "off", held),
            *(csv_time(_ms(standing.signed_in_ts)), csv_time(_ms(standing.seen_ts)), csv_time(_ms(user.created_ts))),
        )

    return csv_answer("users", query, User.id, HEADER, row)


@users.get("/users/<user_id>")
def show(user_id: str) -> str | AnyResponse:
    actor, user = current_actor(), get_user(current_actor(), user_id)
    if user.id == actor.user_id and not any(grant.role == "admin" for grant in actor.grants):
        return redirect(url_for("account.show"), 303)
    decides = user.id == actor.user_id or may_decide(actor, user)
    return render_template(
        "users/show.html",
        user=user,
        name=full_name(user),
        place=place_name(user.primary_location_id),
        standing=standings_of(actor, [user.id]).get(user.id, Standing()),
        actions=actions_of(actor, user),
        why_no_roles=role_hindrance(actor, user),
        decides=decides,
        keys=api_keys_of(actor, user.id) if decides else (),
        sessions=sessions_of(actor, user.id) if decides else (),
        places=admin_places(actor),
        roles=ROLE_WORDS,
        role_word=role_word,
    )


@users.get("/users/new")
def new() -> str:
    users_in_sight(current_actor())
    return _form_page(NewUserForm(formdata=None, data={"timezone": "UTC"}))


@users.post("/users/new")
def create() -> str | AnyResponse | tuple[str, int]:
    form = NewUserForm()
    try:
        user = create_user(current_actor(), form.wire())
    except Invalid as refusal:
        form.show_refusal(refusal.errors)
        return _form_page(form), 422
    flash("The user is added and may do nothing yet: give a role below.", "success")
    return redirect(url_for("users.show", user_id=user.id), 303)


def full_name(user: User) -> str:
    """The person's name, else the username."""
    return " ".join(part for part in (user.first_name, user.last_name) if part) or user.username


def _form_page(form: NewUserForm) -> str:
    return render_template("users/form.html", form=form, user=None, places=admin_places(current_actor()))


def _asked_filters() -> dict[str, str]:
    given = {"q": asked("q"), "role": asked_word("role", ROLES), "state": asked_word("state", tuple(STATES))}
    return {name: text for name, text in given.items() if text}


def _ms(ts: int | None) -> int | None:
    return None if ts is None else ts * 1000
