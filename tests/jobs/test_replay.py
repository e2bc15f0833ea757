"""What the sweep does for replays: a step each, a ring for the workers, and it comes back soon while one runs."""

import math

from jobs.queue import QUEUE_NAME
from jobs.replay import STEP_SECONDS, advance_replays
from models import now_ms
from tests.postbacks.replaying import failed, replay_of, replay_row, waiting
from tests.postbacks.tenant import Tenant
from tests.valkey import Valkey


def rung(valkey: Valkey) -> int:
    with valkey.client() as client:
        return int(str(client.llen(f"rq:queue:{QUEUE_NAME}")))


def test_with_no_replay_there_is_nothing_to_come_back_for(tenant: Tenant, valkey: Valkey) -> None:
    replay_of(tenant, state="paused")
    assert (advance_replays(), rung(valkey)) == (math.inf, 0)


def test_each_running_one_is_taken_a_step_further(tenant: Tenant, valkey: Valkey) -> None:
    config_id = tenant.config()
    ids = failed(tenant, config_id, 2), failed(tenant, config_id, 2, state="cancelled")
    first, second = replay_of(tenant), replay_of(tenant, status="cancelled")
    assert (advance_replays(), rung(valkey)) == (STEP_SECONDS, 1)
    assert waiting(tenant) == {*ids[0], *ids[1]}
    assert [replay_row(tenant, one).done for one in (first, second)] == [2, 2]
    assert [replay_row(tenant, one).state for one in (first, second)] == ["finished", "finished"]
    assert advance_replays() == math.inf


def test_nobody_is_rung_for_where_nothing_became_due(tenant: Tenant, valkey: Valkey) -> None:
    failed(tenant, tenant.config())
    replay_of(tenant, paced_ms=now_ms() + 5_000)
    assert (advance_replays(), rung(valkey), waiting(tenant)) == (STEP_SECONDS, 0, set())


def test_without_redis_it_goes_on_all_the_same(tenant: Tenant, valkey: Valkey) -> None:
    valkey.kill()
    ids = failed(tenant, tenant.config())
    replay_of(tenant)
    advance_replays()
    assert waiting(tenant) == set(ids)
