"""What an admin can do to a user now, and, where something cannot be done, why not."""

from dataclasses import dataclass

from flask import url_for

from models import User
from resources.access import Actor
from resources.roles import MYSELF as OWN_ROLE
from resources.user_reach import OutOfReach, may_decide
from resources.users import MYSELF

OWN_PASSWORD = "Your own password is changed under “Your account”, where the current one is asked for."  # noqa: S105 - a sentence


@dataclass(frozen=True, slots=True)
class Action:
    """`href` is the screen that does it; `why` says what stands against it, empty where nothing does."""

    name: str
    text: str
    href: str
    mark: str
    why: str = ""


def actions_of(actor: Actor, user: User) -> list[Action]:
    """In the order in which they are offered."""
    mine, decides = user.id == actor.user_id, may_decide(actor, user)
    beyond = "" if mine or decides else OutOfReach().message
    edit = url_for("users.edit", user_id=user.id) if decides else url_for("account.show")
    turn, text, mark = ("turn_off", "Turn off", "ban") if user.is_active else ("turn_on", "Turn on", "play")
    turn_url, delete_url = (url_for(f"users.{view}", user_id=user.id) for view in (turn, "delete"))
    password_url = url_for("users.set_password", user_id=user.id)
    return [
        Action("edit", "Edit", edit, "pencil", beyond),
        Action("password", "Set password", password_url, "key-round", beyond or (OWN_PASSWORD if mine else "")),
        Action("turn", text, turn_url, mark, beyond or (MYSELF.format("turns off") if mine else "")),
        Action("delete", "Delete", delete_url, "trash-2", beyond or (MYSELF.format("deletes") if mine else "")),
    ]


def role_hindrance(actor: Actor, user: User) -> str:
    """Why the actor may not change this user's roles; empty where nothing stands against it."""
    return OWN_ROLE if user.id == actor.user_id else ""
