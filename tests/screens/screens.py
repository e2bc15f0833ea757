"""Every screen of the console, in each of its states, and how one comes to it.

A route that shows people a page has a line here; `test_registry.py` fails for one that has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

LARGEST_BODY = 200_000
"""Bytes, for the server that the screens are looked at on: a browser is slow to show a field with millions."""
NOBODY = ""
ADMIN, VIEWER, NEWCOMER, ROOT = "demo", "tom.becker", "lena.ortiz", "head.office"
"""Usernames: the demo's own, one of its week's staff, one at a location where nothing has happened yet, and one who
is admin of the whole deployment."""


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
    errors: int = 0
    """The status of what could not be renewed on it."""
    fill: Mapping[str, str] = field(default_factory=dict)
    """Label → text to type, before `press` is pressed."""
    press: str = ""
    """A button whose answer is the screen."""
    before: str = ""
    """What goes wrong while it is come to (`faults.py`)."""
    meanwhile: str = ""
    """What goes wrong once it stands there, before anything is typed or pressed."""
    until: str = ""
    """A selector of what then appears by itself."""
    live: bool = False
    """Whether it renews itself, so that a picture of it is never the same twice."""


EMPTY = {"location_id": "empty_location_id"}
LONG = "x" * (LARGEST_BODY + 1)
"""More than a page takes."""


def _list(name: str, endpoint: str, nothing: Mapping[str, str]) -> tuple[Screen, ...]:
    """A list in three of its states: filled, without a match, and empty."""
    return (
        Screen(name, endpoint),
        Screen(f"{name}-no-match", endpoint, nothing),
        Screen(f"{name}-empty", endpoint, sight=EMPTY, who=NEWCOMER),
    )


NO_ONE = {"q": "nobody is called this"}
FAILED = {"delivery_id": "failed_delivery_id"}
UNWELL = {"config_id": "failing_config_id"}
PAUSED = {"config_id": "paused_config_id"}
CONTACT = {"record_id": "contact_id"}
PAYMENT = {"record_id": "transaction_id"}
BATCH = {"record_id": "batch_id"}
VAULT = {"record_id": "vault_id"}
BAD_URL = {"URL": "ftp://nowhere"}

SCREENS = (
    Screen("sign-in", "sign_in.form", who=NOBODY),
    Screen(
        "sign-in-refused", "sign_in.form", who=NOBODY, status=401,
        fill={"Username": "demo", "Password": "wrong"}, press="Sign in",
    ),
    Screen("locations", "locations.index"),
    Screen("locations-no-match", "locations.index", NO_ONE),
    Screen("sign-in-without-a-role", "locations.index", who="jo.lindgren"),
    Screen("location", "locations.show"),
    Screen("location-empty", "locations.show", sight=EMPTY, who=NEWCOMER),
    Screen("location-not-found", "locations.show", sight={"location_id": "foreign_location_id"}, status=404),
    Screen("postbacks", "postback_configs.index"),
    Screen("postbacks-empty", "postback_configs.index", sight=EMPTY, who=NEWCOMER),
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
    Screen("deliveries-several", "deliveries.confirm_several", {"do": "cancel-all"}),
    Screen("deliveries-none-selected", "deliveries.confirm_several", {"do": "retry", "status": "failed"}),
    Screen("delivery", "deliveries.show"),
    Screen("delivery-failed", "deliveries.show", sight=FAILED),
    Screen("delivery-waiting", "deliveries.show", sight={"delivery_id": "waiting_delivery_id"}, live=True),
    Screen("delivery-update", "deliveries.show", sight={"delivery_id": "update_delivery_id"}),
    Screen("delivery-viewed", "deliveries.show", sight=FAILED, who=VIEWER),
    Screen("delivery-not-found", "deliveries.show", sight={"delivery_id": "foreign_location_id"}, status=404),
    Screen("replays", "replays.index"),
    Screen("replays-empty", "replays.index", sight=EMPTY, who=NEWCOMER),
    Screen("replay-new", "replays.new"),
    Screen("replay-counted", "replays.count", {"config": "demo-week-warehouse", "status": "failed"}),
    Screen("replay", "replays.show"),
    Screen("replay-paused", "replays.show", sight={"replay_id": "paused_replay_id"}, live=True),
    *_list("contacts", "contacts.index", NO_ONE),
    Screen("contacts-left-out", "contacts.index", {"from": "yesterday", "sort": "name", "q": "a"}),
    Screen("contact", "contacts.show", sight=CONTACT),
    Screen("contact-new", "contacts.new"),
    Screen("contact-refused", "contacts.new", fill={"Email": "not an address"}, press="Add contact", status=422),
    Screen("contact-new-forbidden", "contacts.new", who=VIEWER, status=403),
    Screen("contact-edit", "contacts.edit", sight=CONTACT),
    Screen("contact-delete", "contacts.confirm_delete", sight=CONTACT),
    *_list("transactions", "transactions.index", NO_ONE),
    Screen("transaction", "transactions.show", sight=PAYMENT),
    Screen("transaction-settled", "transactions.show", sight={"record_id": "settled_transaction_id"}),
    Screen("transaction-viewed", "transactions.show", sight=PAYMENT, who=VIEWER),
    Screen("transaction-new", "transactions.new"),
    Screen("transaction-edit", "transactions.edit", sight=PAYMENT),
    Screen("transaction-void", "transactions.ask", sight={**PAYMENT, "action": "void"}),
    *_list("batches", "batches.index", NO_ONE),
    Screen("batch", "batches.show", sight=BATCH),
    Screen("batch-settle", "batches.confirm_settle", sight=BATCH),
    *_list("account-vaults", "account_vaults.index", NO_ONE),
    Screen("account-vault", "account_vaults.show", sight=VAULT),
    Screen("account-vault-new", "account_vaults.new"),
    Screen("account-vault-edit", "account_vaults.edit", sight=VAULT),
    Screen("account-vault-delete", "account_vaults.confirm_delete", sight=VAULT),
    Screen("location-facts", "locations.facts"),
    Screen("audit-log", "audit_log.index"),
    Screen("audit-log-of-a-postback", "audit_log.index", {"record_id": "demo-week-warehouse"}),
    Screen("audit-log-from-to", "audit_log.index", {"from": "2026-01-01T00:00", "to": "2099-01-01T00:00"}),
    Screen("audit-log-no-match", "audit_log.index", {"who": "nobody"}),
    Screen("audit-log-forbidden", "audit_log.index", who=VIEWER, status=403),
    Screen("users", "users.index"),
    Screen("users-no-match", "users.index", NO_ONE),
    Screen("user", "users.show"),
    Screen("user-new", "users.new"),
    Screen("user-refused", "users.new", fill={"Username": " "}, press="Add user", status=422),
    Screen("user-edit", "users.edit"),
    Screen("user-password", "users.set_password"),
    Screen("user-turn-off", "users.turn_off"),
    Screen("user-delete", "users.delete"),
    Screen("user-revoke-key", "users.revoke_key", sight={"user_id": "program_id"}),
    Screen("user-revoke-role", "users.revoke_role", sight={"location_id": "group_id"}),
    Screen("account", "account.show"),
    Screen("system", "system.show", who=ROOT, live=True),
    Screen("system-forbidden", "system.show", who=VIEWER, status=403),
    Screen("deliveries-not-loaded", "deliveries.index", before="deliveries away", status=503),
    Screen("contacts-not-loaded", "contacts.index", before="contacts away", status=503),
    Screen("locations-not-loaded", "locations.index", before="locations away", status=503),
    Screen(
        "contacts-not-filtered", "contacts.index", meanwhile="contacts away",
        fill={"Search contacts": "a"}, until="#stale button", errors=503,
    ),
    Screen("contacts-broken", "contacts.index", before="contacts damaged", status=500),
    Screen(
        "contact-not-saved", "contacts.new", meanwhile="contacts away",
        fill={"Last name": "Jones"}, press="Add contact", status=503,
    ),
    Screen(
        "contact-gone", "contacts.edit", sight=CONTACT, meanwhile="contacts deleted",
        fill={"Last name": "Jones"}, press="Save contact", status=404,
    ),
    Screen(
        "contact-too-large", "contacts.new", fill={"Last name": LONG}, press="Add contact", status=413,
    ),
    Screen(
        "postback-reveal-throttled", "postback_configs.ask_password", before="wrong passwords",
        fill={"Your password": "not it"}, press="Reveal the secret", status=429,
    ),
    Screen("docs", "docs.show"),
    Screen("styleguide", "styleguide.show"),
    Screen("inbox", "inbox.show", live=True),
    Screen("inbox-empty", "inbox.of_location", sight=EMPTY, who=NEWCOMER, live=True),
)  # fmt: skip

WITHOUT_A_SCREEN = {
    "start": "leads to Locations",
    "static": "files",
    "deliveries.live": "a part of the delivery's page",
    "deliveries.live_index": "a part of the list",
    "deliveries.live_of_location": "a part of the list",
    "deliveries.export_index": "a file",
    "deliveries.export_of_location": "a file",
    "locations.export": "a file",
    "contacts.export": "a file",
    "transactions.export": "a file",
    "batches.export": "a file",
    "account_vaults.export": "a file",
    "users.export": "a file",
    "audit_log.export": "a file",
    "openapi": "for programs",
    "system.live": "a part of the system's page",
    "users.fresh_key": "shown once, right after it was made; else leads back to the user",
    "users.turn_on": "leads back to the user where they are turned on",
    "replays.live": "a part of the replay's page",
    "inbox.live": "a part of the inbox",
    "postback_configs.secret": "shown once, right after it was made; else leads back to the list",
    "postback_configs.check_url": "a part of the form",
    "postback_configs.live_preview": "a part of the form",
}
"""Endpoint → what a GET of it answers instead."""
