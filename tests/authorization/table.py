"""What each route answers to whom. A new endpoint is a new line here: without one the matrix fails."""

from secrets import token_hex

from tests.authorization.console_records import RECORDS
from tests.authorization.expectations import ADMINS, READERS, WRITERS, Table, anybody, may, records
from tests.payments import CARD
from tests.world import seed_config

ALL = "list show create update delete"
CONFIG = {"postbackconfig": {"number_of_attempts": 2}}


def _contact(place: str) -> dict[str, object]:
    return {"location_id": place, "last_name": "Jones"}


def _event(place: str) -> dict[str, object]:
    return {"location_id": place, "resource": "accountvault", "type": "CREATE", "data": {"id": "1"}}


def _replay(place: str) -> dict[str, object]:
    return {"location_id": place, "status": "failed"}


def _location(place: str) -> dict[str, object]:
    return {"parent_id": place, "name": token_hex(8)}


def _merchant(place: str) -> dict[str, object]:
    return {"location_id": place, "payment_method": "cc", "title": "Cards"}


def _vault(place: str) -> dict[str, object]:
    return {"location_id": place, **CARD}


def _sale(place: str) -> dict[str, object]:
    return {"location_id": place, "action": "sale", "transaction_amount": "10.00", **CARD}


def _user(place: str) -> dict[str, object]:
    return {"username": token_hex(8), "primary_location_id": place}


def _role(place: str) -> dict[str, object]:
    return {"role": {"location_id": place, "role": "operator"}}


API: Table = {
    **records("contacts", ALL, who=WRITERS, key="contact", make=_contact, change={"last_name": "Smith"}),
    **records("locations", ALL, key="location", make=_location, change={"city": "Portland"}),
    **records("locationinfos", "list show"),
    **records("producttransactions", ALL, key="producttransaction", make=_merchant, change={"title": "Cards"}),
    **records("accountvaults", ALL, who=WRITERS, key="accountvault", make=_vault, change={"title": "Card"}),
    **records(
        "transactions", "list show create update", who=WRITERS, key="transaction", make=_sale, change={"action": "edit"}
    ),
    **records("transactionbatches", "list show"),
    "POST v2.transactionbatches.settle": may(WRITERS),
    **records("changelogs", "list show"),
    **records("auditlogs", "list show", first=True),
    # people
    "DELETE v2.token.delete": may(ADMINS, 204, kind="tokens", personal=True),
    **records("users", ALL, first=True, key="user", make=_user, change={"first_name": "Ann"}),
    "GET v2.users.list_roles": may(ADMINS, role_first=True),
    "POST v2.users.grant_role": may(ADMINS, 200, 201, role_first=True, body=_role),
    "DELETE v2.users.revoke_role": may(ADMINS, 204, role_first=True, kind="places"),
    "POST v2.users.generate_api_key": may(ADMINS, 201, role_first=True),
    "GET v2.users.list_api_keys": may(ADMINS, role_first=True),
    "DELETE v2.users.revoke_api_key": may(ADMINS, 204, role_first=True),
    # configs
    "GET v2.postbackconfigs.list_postback_configs": may(READERS, lists="postbackconfigs"),
    "POST v2.postbackconfigs.create": may(WRITERS, 201, body=lambda place: {"postbackconfig": seed_config(place)}),
    "GET v2.postbackconfigs.show": may(READERS),
    "PUT v2.postbackconfigs.update": may(WRITERS, body=CONFIG),
    "PATCH v2.postbackconfigs.update": may(WRITERS, body=CONFIG),
    "DELETE v2.postbackconfigs.delete": may(WRITERS, 204),
    "POST v2.postbackconfigs.rotate_secret": may(WRITERS),
    "POST v2.postbackconfigs.send_test": may(WRITERS),
    # deliveries
    "GET v2.postbackdeliveries.list_deliveries": may(READERS, lists="postbackdeliveries"),
    "GET v2.postbackdeliveries.show": may(READERS),
    "POST v2.postbackdeliveries.cancel": may(WRITERS),
    "POST v2.postbackdeliveries.retry": may(
        WRITERS, kind="failed postbackdeliveries", body={"postbackdelivery": {"force": 1}}
    ),
    "POST v2.postbackdeliveries.hurry": may(WRITERS),
    # events of other applications
    "POST v2.postbackevents.publish": may(WRITERS, 201, body=lambda place: {"postbackevent": _event(place)}),
    "POST v2.postbackevents.publish_batch": may(
        WRITERS, 201, body=lambda place: {"postbackevents": [{**_event(place), "idempotency_id": "1"}]}
    ),
    "GET v2.postbackevents.show": may(READERS),
    # replays
    "GET v2.postbackreplays.list_postback_replays": may(READERS, lists="postbackreplays"),
    "POST v2.postbackreplays.create": may(WRITERS, 201, body=lambda place: {"postbackreplay": _replay(place)}),
    "GET v2.postbackreplays.show": may(READERS),
    "POST v2.postbackreplays.cancel": may(WRITERS),
    "POST v2.postbackreplays.pause": may(WRITERS),
    "POST v2.postbackreplays.resume": may(WRITERS, kind="paused postbackreplays"),
}

NEW_CONFIG = {"resource": "contact", "url": "https://127.0.0.1/r", "on_create": "1", "number_of_attempts": "1"} | {
    "attempt_interval": "300",
    "format": "api-default",
}

CONSOLE: Table = {
    **RECORDS,
    "GET start": anybody(302),
    "POST zones.choose": may(READERS, 303, body={"zone": "utc"}),
    "GET postback_configs.index": may(READERS, lists="postbackconfigs"),
    "GET postback_configs.new": may(WRITERS),
    "POST postback_configs.create": may(WRITERS, 303, body=NEW_CONFIG),
    "GET postback_configs.edit": may(WRITERS),
    "POST postback_configs.update": may(WRITERS, 303, body=NEW_CONFIG),
    "GET postback_configs.secret": may(READERS, 303),
    "GET postback_configs.show": may(READERS),
    "GET postback_configs.confirm_rotate": may(WRITERS),
    "POST postback_configs.rotate": may(WRITERS, 303),
    "GET postback_configs.ask_password": may(WRITERS),
    "POST postback_configs.reveal": may(WRITERS, 422, 429, body={"password": "x"}, counts_tries=True),
    "POST postback_configs.test": may(WRITERS, 200, 429),
    "GET postback_configs.live_preview": may(WRITERS),
    "POST postback_configs.preview_page": may(WRITERS, body=NEW_CONFIG),
    "GET postback_configs.check_url": may(WRITERS),
    "POST postback_configs.try_out": may(WRITERS, 200, 429, body=NEW_CONFIG),
    "GET postback_configs.confirm_pause": may(WRITERS),
    "POST postback_configs.pause": may(WRITERS, 303),
    "POST postback_configs.resume": may(WRITERS, 303),
    "GET postback_configs.confirm_delete": may(WRITERS),
    "POST postback_configs.delete": may(WRITERS, 303),
    "GET deliveries.index": may(READERS, lists="postbackdeliveries"),
    "GET deliveries.live_index": may(READERS, lists="postbackdeliveries"),
    "GET deliveries.of_location": may(READERS, lists="postbackdeliveries"),
    "GET deliveries.live_of_location": may(READERS, lists="postbackdeliveries"),
    "GET deliveries.show": may(READERS),
    "GET deliveries.live": may(READERS),
    "GET deliveries.export_index": may(READERS, lists="postbackdeliveries"),
    "GET deliveries.export_of_location": may(READERS, lists="postbackdeliveries"),
    "POST deliveries.cancel": may(WRITERS, 303),
    "POST deliveries.retry": may(WRITERS, 303, kind="failed postbackdeliveries"),
    "POST deliveries.send_now": may(WRITERS, 303),
    "GET deliveries.confirm_several": may(READERS, 400),
    "POST deliveries.do_several": may(WRITERS, 303, body={"do": "cancel", "id": "1"}),
    "GET replays.index": may(READERS),
    "GET replays.new": may(WRITERS),
    "GET replays.count": may(WRITERS, 200, 422),
    "POST replays.create": may(WRITERS, 303, body={"status": "failed", "rate": "1"}),
    "GET replays.show": may(READERS),
    "GET replays.live": may(READERS),
    "POST replays.pause": may(WRITERS, 303),
    "POST replays.resume": may(WRITERS, 303, kind="paused postbackreplays"),
    "POST replays.cancel": may(WRITERS, 303),
    "POST saved_filters.save": may(READERS, 303, body={"screen": "deliveries", "name": "Mine", "query": "q=1"}),
    "POST saved_filters.delete": may(ADMINS, 303, personal=True),
    "GET inbox.of_location": may(READERS, 303),
    "GET inbox.show": may(READERS),
    "GET inbox.live": may(READERS),
    "POST inbox.answer": may(WRITERS, 303, body={"answer": "500"}),
}

PROFILE = {"first_name": "Ann", "timezone": "UTC"}


def _own_user(place: str) -> dict[str, object]:
    return {**_user(place), "timezone": "UTC"}


def _named_like_the_place(place: str) -> dict[str, object]:
    """The page repeats what was typed: ids that the call named are no difference between two answers."""
    return {**_own_user(place), "username": place}


def _given_role(place: str) -> dict[str, object]:
    return {"location_id": place, "role": "operator"}


PEOPLE: Table = {
    "GET account.show": may(READERS),
    "POST account.update": may(READERS, 303, body=PROFILE),
    "POST account.change_password": may(
        READERS, 422, 429, body={"current_password": "x", "password": "a new password"}, counts_tries=True
    ),
    "GET users.index": may(ADMINS, lists="users"),
    "GET users.export": may(ADMINS, lists="users"),
    "GET users.new": may(ADMINS),
    "POST users.create": may(ADMINS, 303, body=_named_like_the_place),
    "GET users.show": may(ADMINS, role_first=True),
    "GET users.edit": may(ADMINS, role_first=True),
    "POST users.update": may(ADMINS, 303, role_first=True, body=_own_user),
    "GET users.set_password": may(ADMINS, role_first=True),
    "POST users.replace_password": may(ADMINS, 303, role_first=True, body={"password": "a new password"}),
    **{
        f"{method} users.{prefix}{what}": may(ADMINS, ok, role_first=True)
        for method, prefix, ok in (("GET", "", 200), ("POST", "confirm_", 303))
        for what in ("turn_off", "turn_on", "delete", "revoke_key")
    },
    "POST users.grant": may(ADMINS, 303, role_first=True, body=_given_role, foreign=303),
    "GET users.revoke_role": may(ADMINS, role_first=True, kind="places"),
    "POST users.confirm_revoke_role": may(ADMINS, 303, role_first=True, kind="places"),
    "POST users.generate_key": may(ADMINS, 303, role_first=True),
    "GET users.fresh_key": may(ADMINS, 303, role_first=True),
    "POST users.end": may(ADMINS, 303, role_first=True),
    "GET audit_log.index": may(ADMINS, lists="auditlogs"),
    "GET audit_log.export": may(ADMINS, lists="auditlogs"),
    "GET system.show": may(frozenset()),
    "GET system.live": may(frozenset()),
}
"""The system is for an admin of everything, whom this world does not have."""

OPEN: Table = {
    "GET static": anybody(200, 404),
    "GET health.healthz": anybody(),
    "GET openapi": anybody(),
    "GET docs.show": anybody(),
    "GET styleguide.show": anybody(303, 404),
    "GET health.version": anybody(),
    "GET health.readyz": anybody(503),
    "GET health.metrics": anybody(),
    "GET sign_in.form": anybody(200, 303),
    "POST sign_in.enter": anybody(401, 429, body={"username": "x", "password": "y"}),
    "POST sign_in.leave": anybody(303),
    "POST v2.token.create": anybody(401, 429, body={"username": "x", "password": "y"}),
    "POST theme.choose": anybody(303, body={"theme": "dark"}),
    "POST receiver.receive": anybody(200, 404),
}
