"""A config made ready: prepared once, anew when it changed, and readable or explained."""

import time
from base64 import b64decode
from typing import Any

from cryptography.fernet import Fernet

from postbacks.destinations import Destination, Destinations
from postbacks.encryption import Vault
from postbacks.message import USER_AGENT
from postbacks.signing import key_of, new_secret
from tests.postbacks.tenant import VAULT, Tenant

FOREIGN = Vault([Fernet.generate_key().decode()])


def ready(tenant: Tenant, config_id: str, known: Destinations | None = None) -> Destination:
    with tenant.engine.connect() as connection:
        return (known or Destinations(VAULT)).of(connection, [config_id])[config_id]


def authorization(destination: Destination) -> str | None:
    found = [line for line in destination.header_lines if line.startswith("Authorization: Basic ")]
    return b64decode(found[0].rpartition(" ")[2]).decode() if found else None


def test_a_plain_config_has_two_fixed_headers_and_its_key(tenant: Tenant) -> None:
    destination = ready(tenant, tenant.config("https://x.test/a", number_of_attempts=7, attempt_interval=60))
    assert destination.header_lines == (
        "Content-Type: application/x-www-form-urlencoded",
        f"User-Agent: {USER_AGENT}",
    )
    assert (destination.url, destination.number_of_attempts, destination.attempt_interval) == (
        "https://x.test/a",
        7,
        60,
    )
    assert (destination.open, destination.problem) == (True, None)
    assert destination.keys_at(0) == (key_of(tenant.secret),)


def test_credentials_are_sent_only_with_a_username(tenant: Tenant) -> None:
    password = VAULT.encrypt("päss:word")
    cases: list[tuple[dict[str, Any], str | None]] = [
        ({"basic_auth_username": "mé", "basic_auth_password": password}, "mé:päss:word"),
        ({"basic_auth_username": "me", "basic_auth_password": None}, "me:"),
        ({"basic_auth_username": "", "basic_auth_password": password}, None),
        ({"basic_auth_username": None, "basic_auth_password": password}, None),
    ]
    for fields, expected in cases:
        assert authorization(ready(tenant, tenant.config(**fields))) == expected


def test_it_is_prepared_once_while_its_version_stays_and_anew_when_it_changed(tenant: Tenant) -> None:
    known, config = Destinations(VAULT), tenant.config("https://old.test/")
    first = ready(tenant, config, known)
    assert ready(tenant, config, known) is first
    tenant.change(config, url="https://new.test/", basic_auth_username="me")
    second = ready(tenant, config, known)
    assert (second.url, authorization(second)) == ("https://new.test/", "me:")
    assert second.version == first.version + 1


def test_an_inactive_or_deleted_config_is_closed(tenant: Tenant) -> None:
    assert not ready(tenant, tenant.config(is_active=False)).open
    assert not ready(tenant, tenant.config(deleted_ts=1)).open


def test_while_a_secret_rotates_both_keys_sign_and_afterwards_one(tenant: Tenant) -> None:
    old, until = new_secret(), int(time.time()) + 60
    config = tenant.config(previous_signing_secret=VAULT.encrypt(old), previous_secret_until_ts=until)
    destination = ready(tenant, config)
    assert destination.keys_at(until - 1) == (key_of(tenant.secret), key_of(old))
    assert destination.keys_at(until) == (key_of(tenant.secret),)
    over = tenant.config(previous_signing_secret=FOREIGN.encrypt(old), previous_secret_until_ts=1)
    assert (ready(tenant, over).problem, ready(tenant, over).keys_at(0)) == (None, (key_of(tenant.secret),))


def test_a_secret_that_cannot_be_read_is_a_problem_and_no_exception(tenant: Tenant) -> None:
    unreadable = FOREIGN.encrypt("x")
    for fields in (
        {"signing_secret": unreadable},
        {"basic_auth_username": "me", "basic_auth_password": unreadable},
        {"signing_secret": b"\x00garbage"},
        {"signing_secret": VAULT.encrypt("whsec_not base64 at all!")},
        {"signing_secret": VAULT.encrypt("whsec_abc")},
    ):
        destination = ready(tenant, tenant.config(**fields))
        assert destination.problem, fields
        assert destination.header_lines == ()


def test_a_previous_secret_that_cannot_be_read_keeps_nothing_from_being_sent(tenant: Tenant) -> None:
    """Rotating is what one does about a secret whose key is gone."""
    until = int(time.time()) + 60
    destination = ready(
        tenant, tenant.config(previous_signing_secret=FOREIGN.encrypt("x"), previous_secret_until_ts=until)
    )
    assert (destination.problem, destination.keys_at(until - 1)) == (None, (key_of(tenant.secret),))


def test_a_persons_grant_can_only_raise_the_number_of_attempts(tenant: Tenant) -> None:
    destination = ready(tenant, tenant.config(number_of_attempts=3))
    assert [destination.attempts_allowed(granted) for granted in (0, 2, 3, 5)] == [3, 3, 3, 5]


def test_many_are_read_together(tenant: Tenant) -> None:
    configs = [tenant.config(f"https://x.test/{number}") for number in range(30)]
    with tenant.engine.connect() as connection:
        found = Destinations(VAULT).of(connection, configs)
    assert {id_: one.url for id_, one in found.items()} == {
        id_: f"https://x.test/{number}" for number, id_ in enumerate(configs)
    }
