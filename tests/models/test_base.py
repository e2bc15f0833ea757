import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from models import ID_SLACK_MS, base, first_id_at, new_id, new_ids, wall_ms


def test_an_id_is_24_hex_digits_in_the_order_of_a_uuid1() -> None:
    assert all(re.fullmatch(r"1[0-9a-f]{15}[89ab][0-9a-f]{7}", id_) for id_ in [new_id(), *new_ids(100)])


def test_ids_sort_by_the_time_of_their_making() -> None:
    before = wall_ms()
    made = [new_id(), *new_ids(1000), new_id(), *new_ids(3), new_id()]
    assert made == sorted(made)
    assert len({id_[:16] for id_ in made}) == len(made)
    assert first_id_at(before) <= made[0] < made[-1] < first_id_at(wall_ms() + 1000)


def test_ids_go_on_over_a_small_step_back_of_the_clock_and_follow_a_large_one(monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = time.time_ns() // 100 + base.TICKS_BEFORE_EPOCH
    monkeypatch.setattr(base, "_last_ticks", ahead + (ID_SLACK_MS - 5_000) * 10_000)
    assert new_id() > first_id_at(wall_ms() + ID_SLACK_MS - 60_000)
    monkeypatch.setattr(base, "_last_ticks", ahead + (ID_SLACK_MS + 60_000) * 10_000)
    made = new_ids(3)
    assert made == sorted(made)
    assert first_id_at(wall_ms() - 60_000) < made[0] < made[-1] < first_id_at(wall_ms() + 60_000)


def test_threads_never_share_an_id() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = [id_ for ids in pool.map(lambda _: [new_id(), *new_ids(50)], range(200)) for id_ in ids]
    assert len({id_[:16] for id_ in made}) == len(made)
    assert new_ids(0) == []
