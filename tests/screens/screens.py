"""Every screen of the console, in each of its states, and how one comes to it.

A route that shows people a page has a line here; `test_registry.py` fails for one that has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

NOBODY = ""
ADMIN, OPERATOR, VIEWER, NEWCOMER = "demo", "maria.silva", "tom.becker", "newcomer"
"""Usernames: the demo's own, two of its week's staff, and one at a location where nothing has happened yet."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen in one state."""

    name: str
    endpoint: str
    query: Mapping[str, str] = field(default_factory=dict)
    sight: Mapping[str, str] = field(default_factory=dict)
    """What of the week the address names, by the name that `sights.py` gives it; else what is named like the part."""
    who: str = ADMIN
    status: int = 200
    fill: Mapping[str, str] = field(default_factory=dict)
    """Label → text to type, before `press` is pressed."""
    press: str = ""
    """A button whose answer is the screen."""
    live: bool = False
    """Whether it renews itself, so that a picture of it is never the same twice."""


def _list(name: str, endpoint: str, nothing: Mapping[str, str]) -> tuple[Screen, ...]:
    """A list in three of its states: filled, without a match, and empty."""
    empty = {"location_id": "empty_location_id"}
    return (
        Screen(name, endpoint),
        Screen(f"{name}-no-match", endpoint, nothing),
        Screen(f"{name}-empty", endpoint, sight=empty, who=NEWCOMER),
    )


NO_ONE = {"q": "nobody is called this"}
FAILED = {"delivery_id": "failed_delivery_id"}
UNWELL = {"config_id": "failing_config_id"}
PAUSED = {"config_id": "paused_config_id"}
BAD_URL = {"URL": "ftp://nowhere"}

SCREENS = (
    Screen("sign-in", "sign_in.form", who=NOBODY),
    Screen(
        "sign-in-refused", "sign_in.form", who=NOBODY, status=401,
        fill={"Username": "demo", "Password": "wrong"}, press="Sign in",
    ),
    Screen("locations", "locations.index"),
    Screen("locations-no-match", "locations.index", NO_ONE),
    Screen("locations-empty", "locations.index", who="nowhere"),
    Screen("location", "locations.show"),
    Screen("location-empty", "locations.show", sight={"location_id": "empty_location_id"}, who=NEWCOMER),
    Screen("location-not-found", "locations.show", sight={"location_id": "foreign_location_id"}, status=404),
    Screen("postbacks", "postback_configs.index"),
    Screen("postbacks-empty", "postback_configs.index", sight={"location_id": "empty_location_id"}, who=NEWCOMER),
    Screen("postbacks-viewed", "postback_configs.index", who=VIEWER),
    Screen("postback-new", "postback_configs.new"),
    Screen("postback-refused", "postback_configs.new", fill=BAD_URL, press="Add Postback", status=422),
    Screen("postback-new-forbidden", "postback_configs.new", who=VIEWER, status=403),
    Screen("postback", "postback_configs.show"),
    Screen("postback-failing", "postback_configs.show", sight=UNWELL),
    Screen("postback-paused", "postback_configs.show", sight=PAUSED),
    Screen("postback-viewed", "postback_configs.show", who=VIEWER),
    Screen("postback-edit", "postback_configs.edit"),
    Screen("postback-pause", "postback_configs.confirm_pause", sight=UNWELL),
    Screen("postback-delete", "postback_configs.confirm_delete", sight=UNWELL),
    Screen("postback-reveal", "postback_configs.ask_password"),
    Screen("postback-rotate", "postback_configs.confirm_rotate"),
    *_list("deliveries-of-location", "deliveries.of_location", {"status": "cancelled"}),
    Screen("deliveries", "deliveries.index"),
    Screen("deliveries-failed", "deliveries.index", {"status": "failed"}),
    Screen("deliveries-no-match", "deliveries.index", {"status": "cancelled"}),
    Screen("deliveries-several", "deliveries.confirm_several", {"do": "retry", "status": "failed"}),
    Screen("delivery", "deliveries.show"),
    Screen("delivery-failed", "deliveries.show", sight=FAILED),
    Screen("delivery-waiting", "deliveries.show", sight={"delivery_id": "waiting_delivery_id"}, live=True),
    Screen("delivery-update", "deliveries.show", sight={"delivery_id": "update_delivery_id"}),
    Screen("delivery-viewed", "deliveries.show", sight=FAILED, who=VIEWER),
    Screen("delivery-not-found", "deliveries.show", sight={"delivery_id": "foreign_location_id"}, status=404),
    *_list("replays", "replays.index", {}),
    Screen("replay-new", "replays.new"),
    Screen("replay-counted", "replays.count", {"config": "demo-week-warehouse", "status": "failed"}),
    Screen("replay", "replays.show"),
    Screen("replay-paused", "replays.show", sight={"replay_id": "paused_replay_id"}, live=True),
    *_list("contacts", "contacts.index", NO_ONE),
    Screen("contact-new", "contacts.new"),
    Screen("contact-refused", "contacts.new", fill={"Email": "not an address"}, press="Add contact", status=422),
    Screen("contact-new-forbidden", "contacts.new", who=VIEWER, status=403),
    Screen("contact-edit", "contacts.edit"),
    Screen("contact-delete", "contacts.confirm_delete"),
    Screen("styleguide", "styleguide.show"),
    Screen("inbox", "inbox.show", live=True),
    Screen("inbox-empty", "inbox.of_location", sight={"location_id": "empty_location_id"}, who=NEWCOMER, live=True),
)  # fmt: skip

WITHOUT_A_SCREEN = {
    "start": "leads to Locations",
    "static": "files",
    "deliveries.live": "a part of the delivery's page",
    "deliveries.live_index": "a part of the list",
    "deliveries.live_of_location": "a part of the list",
    "deliveries.export_index": "a file",
    "deliveries.export_of_location": "a file",
    "replays.live": "a part of the replay's page",
    "inbox.live": "a part of the inbox",
    "postback_configs.secret": "shown once, right after it was made; else leads back to the list",
    "postback_configs.check_url": "a part of the form",
    "postback_configs.live_preview": "a part of the form",
}
"""Endpoint → what a GET of it answers instead."""
