import pytest

from models import Attempt, Delivery, Event, PostbackConfig
from ui.attempt_view import view_of
from ui.lifecycle import gives_up_ms, steps_of

NOW = 1_800_000_000_000


def delivery(**columns: object) -> Delivery:
    config = PostbackConfig(number_of_attempts=5, attempt_interval=60)
    event = Event(type="CREATE", resource="contact", created_ms=NOW, data='{"id":"1"}')
    values = {"attempts_made": 0, "attempts_granted": 0, "created_ms": NOW, **columns}
    return Delivery(config=config, event=event, **values)


def attempts(count: int, **last: object) -> list[Attempt]:
    made = [
        Attempt(sequence=number, number=number, state="failed", status=500, started_ms=NOW, duration_ms=40)
        for number in range(1, count + 1)
    ]
    for name, value in last.items():
        setattr(made[-1], name, value)
    return made


def titles(made: Delivery, tried: list[Attempt]) -> list[str]:
    return [step.title for step in steps_of(made, tried)]


def test_before_the_first_attempt() -> None:
    assert titles(delivery(state="waiting", next_attempt_ms=NOW), []) == ["Happened", "Queued", "Attempt 1", "Gives up"]


def test_while_one_is_on_the_wire() -> None:
    tried = attempts(1, state="sending", status=None, duration_ms=None)
    steps = steps_of(delivery(state="sending"), tried)
    assert [step.title for step in steps] == ["Happened", "Queued", "Attempt 1", "Gives up"]
    assert (steps[2].note, steps[2].mark) == ("on the wire", "loader")


def test_between_two_attempts_the_next_one_lies_ahead() -> None:
    steps = steps_of(delivery(state="waiting", attempts_made=2, next_attempt_ms=NOW + 9), attempts(2))
    assert [(step.title, step.ahead) for step in steps[2:]] == [
        ("Attempt 1", False),
        ("Attempt 2", False),
        ("Attempt 3", True),
        ("Gives up", True),
    ]
    assert (steps[-2].ms, steps[-1].ms) == (NOW + 9, NOW + 9 + 2 * 60_000)
    assert steps[-1].note == "if attempt 5 fails"


@pytest.mark.parametrize(
    ("columns", "title", "tone"),
    [
        ({"state": "delivered"}, "Delivered", "good"),
        ({"state": "failed"}, "Failed", "bad"),
        ({"state": "failed", "reason_code": "blocked_target"}, "Blocked", "barred"),
        ({"state": "cancelled"}, "Cancelled", "still"),
    ],
)
def test_the_end(columns: dict[str, object], title: str, tone: str) -> None:
    last = steps_of(delivery(finished_ms=NOW + 1500, **columns), attempts(1))[-1]
    assert (last.title, last.tone, last.note, last.ahead) == (title, tone, "after 1.50 s", False)


def test_many_attempts_are_drawn_as_a_few() -> None:
    assert titles(delivery(state="failed", finished_ms=NOW), attempts(4))[2:-1] == [f"Attempt {n}" for n in range(1, 5)]
    shown = titles(delivery(state="failed", finished_ms=NOW), attempts(100))[2:-1]
    assert shown == ["Attempt 1", "97 more", "Attempt 99", "Attempt 100"]


@pytest.mark.parametrize(
    ("columns", "ms"),
    [
        ({"state": "sending", "next_attempt_ms": None}, None),
        ({"next_attempt_ms": NOW}, NOW + 4 * 60_000),
        ({"next_attempt_ms": NOW, "attempts_made": 4}, NOW),
        ({"next_attempt_ms": NOW, "attempts_made": 7}, NOW),
        ({"next_attempt_ms": NOW, "attempts_made": 5, "attempts_granted": 6}, NOW),
    ],
)
def test_when_it_gives_up(columns: dict[str, object], ms: int | None) -> None:
    assert gives_up_ms(delivery(**columns)) == ms


@pytest.mark.parametrize(
    ("columns", "phases"),
    [
        ({}, [("First byte", 30), ("Answer", 10)]),
        ({"connect_ms": 5, "tls_ms": 12}, [("Connect", 5), ("TLS", 7), ("First byte", 18), ("Answer", 10)]),
        ({"status": None, "connect_ms": 5}, [("Connect", 5), ("Waiting", 35)]),
        ({"status": None, "first_byte_ms": 2, "duration_ms": 3}, [("Waiting", 3)]),
        ({"duration_ms": None}, []),
        ({"connect_ms": 99}, [("First byte", 30), ("Answer", 10)]),
        ({"duration_ms": 0, "first_byte_ms": 0}, [("First byte", 0), ("Answer", 0)]),
    ],
)
def test_where_the_time_went(columns: dict[str, object], phases: list[tuple[str, int]]) -> None:
    values = {"first_byte_ms": 30, "duration_ms": 40, "status": 200, **columns}
    attempt = Attempt(sequence=1, number=1, state="failed", url="https://example.com/", **values)
    view = view_of(delivery(), attempt, seen=True)
    assert [(phase.name, phase.ms) for phase in view.phases] == phases
    assert all(0 <= phase.share <= 100 for phase in view.phases)
