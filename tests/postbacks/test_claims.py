"""Claims on real stores: fair, bounded, exclusive, and undone without a trace."""

from collections import Counter
from typing import Any

import pytest

from models import AttemptState, now_ms
from postbacks import claims
from postbacks.due import CONFIGS_A_CLAIM, FEW, Claimed, due
from tests.postbacks.tenant import Roomy, Tenant


def by_config(found: list[Claimed]) -> Counter[str]:
    return Counter(one.config_id for one in found)


def test_nothing_due_is_nothing_claimed(tenant: Tenant) -> None:
    config = tenant.config()
    tenant.deliveries(config, 3, next_attempt_ms=now_ms() + 60_000)
    tenant.deliveries(config, 3, state="delivered", next_attempt_ms=None)
    tenant.deliveries(config, 3, state="cancelled", next_attempt_ms=None)
    tenant.deliveries(config, 1, state="sending", lease_token="x", lease_until_ms=now_ms() + 60_000)
    assert tenant.due(Roomy(100)) == ([], None)


def test_a_config_with_5000_due_does_not_keep_20_small_ones_waiting(tenant: Tenant) -> None:
    big = tenant.config()
    tenant.deliveries(big, 5000)
    small = [tenant.config() for _ in range(20)]
    for config in small:
        tenant.deliveries(config, 5)
    first = by_config(tenant.claim(room=16))
    assert first == {big: 16, **dict.fromkeys(small, 5)}
    assert by_config(tenant.claim(room=16)) == {big: 16}


def test_a_small_backlog_is_claimed_oldest_first_within_each_configs_room(tenant: Tenant) -> None:
    quick, full = tenant.config(), tenant.config()
    expected = tenant.deliveries(quick, 10)
    tenant.deliveries(full, 10)
    found, _ = tenant.due(Roomy(lambda config_id: 20 if config_id == quick else 3))
    assert [one.id for one in found if one.config_id == quick] == expected
    assert by_config(found) == {quick: 10, full: 3}
    assert [one.due_ms for one in found] == sorted(one.due_ms for one in found)


@pytest.mark.parametrize("backlog", [FEW - 1, FEW, FEW + 1, 3 * FEW])
def test_room_is_respected_whether_the_backlog_is_small_or_large(tenant: Tenant, backlog: int) -> None:
    config, shut = tenant.config(), tenant.config()
    tenant.deliveries(config, backlog)
    tenant.deliveries(shut, 5)
    found, _ = tenant.due(Roomy(lambda config_id: 7 if config_id == config else 0))
    assert by_config(found) == {config: 7}


def test_more_configs_than_one_claim_takes_are_reached_in_turn(tenant: Tenant) -> None:
    configs = sorted(tenant.config() for _ in range(CONFIGS_A_CLAIM + 20))
    for config in configs:
        tenant.deliveries(config, 2)
    first, after = tenant.due(Roomy(1))
    assert after == configs[CONFIGS_A_CLAIM - 1]
    second, end = tenant.due(Roomy(1), after)
    assert end == ""
    assert by_config(first) + by_config(second) == dict.fromkeys(configs, 1)


def test_configs_with_nothing_due_yet_are_passed_over(tenant: Tenant) -> None:
    later, now = tenant.config(), tenant.config()
    tenant.deliveries(later, 400, next_attempt_ms=now_ms() + 60_000)
    tenant.deliveries(now, 300)
    found, _ = tenant.due(Roomy(16))
    assert by_config(found) == {now: 16}


def test_a_claim_leases_the_delivery_and_writes_the_attempt_before_a_byte_leaves(tenant: Tenant) -> None:
    [delivery_id] = tenant.deliveries(tenant.config(), attempts_made=2, attempts_begun=4, next_trigger="Ann")
    [claimed] = tenant.claim("mine", lease_ms=5000)
    assert (claimed.id, claimed.attempts_made, claimed.sequence, claimed.trigger) == (delivery_id, 2, 5, "Ann")
    row = tenant.delivery(delivery_id)
    assert (row.state, row.lease_token, row.attempts_begun, row.attempts_made) == ("sending", "mine", 5, 2)
    assert abs(row.lease_until_ms - now_ms() - 5000) < 3000
    [attempt] = tenant.attempts(delivery_id)
    assert (attempt.sequence, attempt.number, attempt.state) == (5, 3, AttemptState.SENDING)
    assert (attempt.trigger, attempt.url, attempt.status, attempt.reason) == ("Ann", "https://x.test/", None, None)


def test_what_is_claimed_is_not_claimed_again(tenant: Tenant) -> None:
    tenant.deliveries(tenant.config(), 10)
    assert len(tenant.claim("one", room=6)) == 6
    assert len(tenant.claim("two")) == 4
    assert tenant.claim("three") == []


@pytest.mark.parametrize("backlog", [40, 2 * FEW])
def test_two_claims_at_once_on_postgresql_share_the_rows_without_waiting(tenant: Tenant, backlog: int) -> None:
    if tenant.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets in one writer at a time")
    configs = [tenant.config() for _ in range(4)]
    for config in configs:
        tenant.deliveries(config, backlog // 4)
    with tenant.writing() as first, tenant.writing() as second:
        mine, _ = due(first, now_ms(), Roomy(5), None)
        tenant.take(first, mine, "mine")
        theirs, _ = due(second, now_ms(), Roomy(5), None)
        tenant.take(second, theirs, "theirs")
    assert {one.id for one in mine}.isdisjoint(one.id for one in theirs)
    assert len(mine) == 20
    if backlog > FEW:
        assert len(theirs) == 20


@pytest.mark.parametrize("trigger", [None, "Ann"])
def test_hand_back_restores_every_column_and_takes_the_attempt_away(tenant: Tenant, trigger: str | None) -> None:
    fields: dict[str, Any] = {
        "attempts_made": 1,
        "attempts_begun": 2,
        "interruptions": 1,
        "attempts_granted": 5,
        "last_status": 500,
    }
    ids = tenant.deliveries(tenant.config(), 5, next_trigger=trigger, reason_code="http_status", reason="x", **fields)
    before = [tenant.delivery(id_) for id_ in ids]
    claimed = tenant.claim("mine")
    with tenant.writing() as connection:
        claims.hand_back(connection, claimed, "mine")
    assert [tenant.delivery(id_) for id_ in ids] == before
    assert [tenant.attempts(id_) for id_ in ids] == [[]] * 5


def test_hand_back_under_another_token_changes_no_delivery(tenant: Tenant) -> None:
    [delivery_id] = tenant.deliveries(tenant.config())
    claimed = tenant.claim("mine")
    before = tenant.delivery(delivery_id)
    with tenant.writing() as connection:
        claims.hand_back(connection, claimed, "somebody else's")
    assert tenant.delivery(delivery_id) == before
    with tenant.writing() as connection:
        claims.hand_back(connection, [], "mine")


def test_payloads_are_the_deliverys_own_or_else_the_events(tenant: Tenant) -> None:
    config = tenant.config()
    [plain] = tenant.deliveries(config, told='{"of":"event"}')
    [expanded] = tenant.deliveries(config, told='{"of":"event"}', data='{"own":"é"}')
    with tenant.writing() as connection:
        found, _ = due(connection, now_ms(), Roomy(16), None)
        told = claims.payloads(connection, found)
    assert {id_: payload.data for id_, payload in told.items()} == {plain: '{"of":"event"}', expanded: '{"own":"é"}'}
    assert {(payload.type, payload.resource) for payload in told.values()} == {("CREATE", "contact")}
