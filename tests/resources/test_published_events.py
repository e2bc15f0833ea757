"""Several publishers of the same events at once, each in a context of its own."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from sqlalchemy import func, select

from extensions import db
from models import Delivery, Event
from postbacks.events import Occurrence
from resources.published_events import IdTakenError, record_once
from tests.world import DEVELOPER, World

PUBLISHERS = 4


def occurrences(world: World, numbers: Sequence[int], told: str = "{}") -> list[Occurrence]:
    return [
        Occurrence("CREATE", "invoice", "1", world.here, told, developer_id=DEVELOPER, idempotency_id=f"e{number}")
        for number in numbers
    ]


R = TypeVar("R")


def at_once(world: World, act: Callable[[int], R]) -> list[R]:
    """What came of each who all began at the same moment."""
    barrier = Barrier(PUBLISHERS)
    db.session.rollback()

    def run(number: int) -> R:
        with world.app.app_context():
            barrier.wait()
            return act(number)

    with ThreadPoolExecutor(PUBLISHERS) as pool:
        return list(pool.map(run, range(PUBLISHERS)))


def recorded() -> tuple[int | None, int | None]:
    db.session.rollback()
    events = db.session.scalar(select(func.count()).select_from(Event))
    return events, db.session.scalar(select(func.count()).select_from(Delivery))


def test_the_same_batch_at_once_is_recorded_once_and_answered_alike(world: World) -> None:
    world.config(resource="invoice")
    actor = world.actor("owner")
    answers = at_once(world, lambda _: record_once(actor, occurrences(world, range(100))))
    assert len({tuple(one.id for one in told) for told, _ in answers}) == 1
    assert Counter(new for _, new in answers) == {True: 1, False: PUBLISHERS - 1}
    assert recorded() == (100, 100)


def test_batches_that_overlap_crosswise_all_come_through(world: World) -> None:
    world.config(resource="invoice")
    actor = world.actor("owner")

    def publish(number: int) -> int:
        first, step = (0, 1) if number % 2 else (159, -1)
        mine = list(range(100 if number < 2 else 160))
        told, _ = record_once(actor, occurrences(world, [first + step * index for index in mine]))
        return len(told)

    assert at_once(world, publish) == [100, 100, 160, 160]
    assert recorded() == (160, 160)


def test_of_two_contents_under_one_id_one_stands(world: World) -> None:
    actor = world.actor("owner")

    def publish(number: int) -> str:
        try:
            record_once(actor, occurrences(world, [1, 2], told=f'{{"n":{number}}}'))
        except IdTakenError as taken:
            return f"taken: {taken.indexes}"
        return "recorded"

    assert Counter(at_once(world, publish)) == {"recorded": 1, "taken: [0, 1]": PUBLISHERS - 1}
    assert recorded() == (2, 0)
