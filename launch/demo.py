"""The demo tenant: enough to send a first postback within a minute, and a neighbour that must stay out of sight.

Ids and the password of an earlier start are kept as long as they still open something, so whoever noted them
down can go on using them.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from config import Settings
from extensions import db
from launch.demo_file import demo_file, read_demo_file, write_demo_file
from launch.programs import HOST
from models import Developer, Location, ProductTransaction, Role, User, writing
from resources.access import actor_for, command_actor
from resources.api_keys import generate_api_key
from resources.credentials import create_developer, is_known_developer, user_by_key
from resources.inboxes import inbox_of
from resources.passwords import verify_password
from resources.roles import grant_role
from resources.users import create_user, set_password

FIRST_LOCATION_ID = "23948sdnfia1129i9asf92"
"""The contract page's own example, so that its requests can be pasted as they stand."""
ROOT_ID, GROUP_ID, SECOND_LOCATION_ID = "demo-root", "demo-merchant-group", "demo-station-road"
OTHER_GROUP_ID, OTHER_LOCATION_ID = "demo-other-group", "demo-other-store"
CONSOLE_USER, API_USER = "demo", "demo-api"
DEVELOPER = "Demo integration"


@dataclass(frozen=True, slots=True)
class Place:
    """One location of the demo's tree."""

    id: str
    parent_id: str | None
    name: str
    account_number: str | None = None
    city: str | None = None
    state: str | None = None


ACCOUNTS = {"cc": "cards", "ach": "bank accounts"}
"""Of each store, by payment method: what its merchant account is for."""
TREE = (
    Place(ROOT_ID, None, "All Demo Merchants"),
    Place(GROUP_ID, ROOT_ID, "Demo Merchant Group"),
    Place(FIRST_LOCATION_ID, GROUP_ID, "Harbor Street Store", "10001", "Portland", "ME"),
    Place(SECOND_LOCATION_ID, GROUP_ID, "Station Road Store", "10002", "Albany", "NY"),
    Place(OTHER_GROUP_ID, ROOT_ID, "Other Merchant Group"),
    Place(OTHER_LOCATION_ID, OTHER_GROUP_ID, "Foreign Hill Store", "20001", "Detroit", "MI"),
)
"""Parents first. The demo's users see the Demo Merchant Group and what is below it, and nothing else."""


def prepare_demo(settings: Settings) -> Path:
    """Make what is missing of the demo tenant and write `demo.env`. Call it in an application context."""
    written = read_demo_file(settings.instance_path)
    _plant_tree()
    _open_merchant_accounts()
    console_user = _user(CONSOLE_USER, role="admin", first_name="Demo", last_name="Operator")
    api_user = _user(API_USER, role="integration", first_name="Demo", last_name="Program")
    url = f"http://{HOST}:{settings.port}"
    inbox = inbox_of(actor_for(db.session(), console_user), FIRST_LOCATION_ID)
    values = {
        "POSTBACK_URL": url,
        "DEVELOPER_ID": _developer_id(written.get("DEVELOPER_ID", "")),
        "USER_ID": api_user.id,
        "USER_API_KEY": _working_key(api_user, written.get("USER_API_KEY", "")),
        "LOCATION_ID": FIRST_LOCATION_ID,
        "OTHER_LOCATION_ID": OTHER_LOCATION_ID,
        "UI_USERNAME": CONSOLE_USER,
        "UI_PASSWORD": _working_password(console_user, written.get("UI_PASSWORD", "")),
        "INBOX_URL": f"{url}/inbox/{inbox.token}",
    }
    if values == written and demo_file(settings.instance_path).stat().st_mode & 0o777 == 0o600:  # noqa: PLR2004
        return demo_file(settings.instance_path)
    return write_demo_file(settings.instance_path, values)


def _plant_tree() -> None:
    known = set(db.session.scalars(select(Location.id).where(Location.id.in_([place.id for place in TREE]))))
    for place in TREE:
        if place.id not in known:
            with writing(db.session()):
                db.session.add(
                    Location(
                        id=place.id,
                        parent_id=place.parent_id,
                        name=place.name,
                        account_number=place.account_number,
                        city=place.city,
                        state=place.state,
                        country="USA",
                    )
                )


def _open_merchant_accounts() -> None:
    """A merchant account for cards and one for bank accounts at each store, which payments there use by default.

    Somebody who chose another default, or none, is left their choice.
    """
    for place in TREE:
        for payment_method, title in ACCOUNTS.items() if place.account_number else ():
            id_ = f"demo-{place.account_number}-{payment_method}"
            if db.session.get(ProductTransaction, id_) is not None:
                continue
            with writing(db.session()):
                account = ProductTransaction(
                    id=id_, location_id=place.id, payment_method=payment_method, title=f"{place.name}: {title}"
                )
                db.session.add(account)
                location = db.session.get_one(Location, place.id)
                default = f"default_{payment_method}"
                setattr(location, default, getattr(location, default) or id_)


def _user(username: str, *, role: str, first_name: str, last_name: str) -> User:
    found = db.session.scalar(select(User).where(User.username == username))
    if found is None:
        names = {"first_name": first_name, "last_name": last_name}
        actor = command_actor(db.session())
        found = create_user(actor, {"username": username, "primary_location_id": FIRST_LOCATION_ID, **names})
    held = db.session.get(Role, (found.id, GROUP_ID))
    if held is None or held.name != role:
        grant_role(command_actor(db.session()), found.id, {"location_id": GROUP_ID, "role": role})
    return found


def _developer_id(written: str) -> str:
    if is_known_developer(written):
        return written
    known = db.session.scalar(select(Developer.id).where(Developer.name == DEVELOPER, Developer.is_active))
    return known or create_developer(DEVELOPER).id


def _working_key(user: User, written: str) -> str:
    return (
        written if written and user_by_key(user.id, written) else generate_api_key(command_actor(db.session()), user.id)
    )


def _working_password(user: User, written: str) -> str:
    if written and verify_password(user.password_hash, written):
        return written
    password = secrets.token_urlsafe(12)
    set_password(user.id, password)
    return password
