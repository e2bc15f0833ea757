import pytest

from extensions import db
from models import Attempt, Delivery, Event, PostbackConfig
from resources.access import Actor
from resources.delivery_search import STANDINGS, Wanted, find_deliveries
from tests.ui.tried import delivery_of
from tests.world import World
from ui.words import (
    MARKS,
    TONES,
    WORDS,
    attempt_word,
    attempts_text,
    due_text,
    duration_text,
    is_final,
    next_step,
    skipped_because,
    status_of,
    took_ms,
)

NOW = 1_800_000_000_000
STATES = [
    ({"state": "waiting", "attempts_made": 0}, "Queued"),
    ({"state": "sending", "attempts_made": 0}, "Sending"),
    ({"state": "sending", "attempts_made": 2}, "Sending"),
    ({"state": "waiting", "attempts_made": 1, "next_attempt_ms": NOW + 240_000}, "Retrying (in 4 min)"),
    ({"state": "waiting", "attempts_made": 1, "next_attempt_ms": NOW - 5}, "Retrying (now)"),
    ({"state": "waiting", "attempts_made": 1, "next_attempt_ms": None}, "Retrying (now)"),
    ({"state": "delivered", "attempts_made": 1}, "Delivered"),
    ({"state": "failed", "attempts_made": 3, "reason_code": "http_status"}, "Failed"),
    ({"state": "failed", "attempts_made": 3, "reason_code": None}, "Failed"),
    ({"state": "failed", "attempts_made": 1, "reason_code": "blocked_target"}, "Blocked"),
    ({"state": "cancelled", "attempts_made": 1, "reason_code": "cancelled"}, "Cancelled"),
]


def delivery(**columns: object) -> Delivery:
    values = {"attempts_made": 0, "attempts_granted": 0, "created_ms": NOW, **columns}
    return Delivery(config=PostbackConfig(number_of_attempts=3), event=Event(), **values)


@pytest.mark.parametrize(("columns", "text"), STATES)
def test_each_state_has_its_word(columns: dict[str, object], text: str) -> None:
    status = status_of(delivery(**columns), NOW)
    assert status.text == text
    assert status.word in WORDS
    assert status.tone
    assert status.mark


def test_every_word_has_an_icon_and_a_tone() -> None:
    assert set(WORDS) == set(MARKS) == set(TONES)


@pytest.mark.parametrize(("columns", "text"), STATES)
def test_the_filters_mean_what_the_words_say(world: World, columns: dict[str, object], text: str) -> None:
    made = delivery_of(world, **columns)
    actor: Actor = world.actor("viewer")
    word = text.split(" ", maxsplit=1)[0].lower()
    found = {key for key in STANDINGS if find_deliveries(actor, Wanted(status=key)).rows}
    assert found == {word}
    assert [one.id for one in find_deliveries(actor, Wanted(status=word)).rows] == [made.id]
    assert not find_deliveries(actor, Wanted(status="nonsense")).rows
    db.session.rollback()


@pytest.mark.parametrize(
    ("state", "code", "word"),
    [
        ("sending", None, "Sending"),
        ("succeeded", None, "Delivered"),
        ("failed", "http_status", "Failed"),
        ("failed", "blocked_target", "Blocked"),
        ("interrupted", "interrupted", "Interrupted"),
    ],
)
def test_each_attempt_has_its_word(state: str, code: str | None, word: str) -> None:
    assert attempt_word(Attempt(state=state, reason_code=code)) == word


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        ({"state": "waiting"}, "attempt 1 of 3"),
        ({"state": "sending", "attempts_made": 1}, "attempt 2 of 3"),
        ({"state": "sending", "attempts_made": 3}, "attempt 3 of 3"),
        ({"state": "sending", "attempts_made": 3, "attempts_granted": 4}, "attempt 4 of 4"),
        ({"state": "delivered", "attempts_made": 1}, "1 attempt"),
        ({"state": "failed", "attempts_made": 3}, "3 attempts"),
        ({"state": "cancelled", "attempts_made": 0}, "0 attempts"),
    ],
)
def test_how_far_it_got(columns: dict[str, object], text: str) -> None:
    assert attempts_text(delivery(**columns)) == text


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (None, "–"),  # noqa: RUF001
        (0, "0 ms"),
        (999, "999 ms"),
        (1_240, "1.24 s"),
        (12_340, "12.3 s"),
        (60_000, "1 min"),
        (200_000, "3 min 20 s"),
        (3_600_000, "1 h"),
        (7_500_000, "2 h 5 min"),
    ],
)
def test_lengths_of_time(ms: int | None, text: str) -> None:
    assert duration_text(ms) == text


def test_what_is_due() -> None:
    assert due_text(NOW + 8_000, NOW) == "in 8 s"
    assert due_text(NOW + 999, NOW) == "now"
    assert due_text(NOW - 60_000, NOW) == "now"


def test_the_end_and_what_it_took() -> None:
    assert took_ms(delivery(state="sending")) is None
    assert took_ms(delivery(state="delivered", finished_ms=NOW + 30)) == 30
    assert took_ms(delivery(state="delivered", finished_ms=NOW - 30)) == 0, "clocks may step back"
    assert [is_final(delivery(state=state)) for state in ("waiting", "sending", "failed")] == [False, False, True]


def test_the_next_step() -> None:
    tried = [Attempt(advice="Renew the certificate.")]
    assert "workers" in str(next_step(delivery(state="waiting"), []))
    assert next_step(delivery(state="failed", attempts_made=1), tried) == "Renew the certificate."
    assert next_step(delivery(state="failed"), []) is None
    assert next_step(delivery(state="delivered"), tried) is None
    assert "active again" in str(next_step(delivery(state="cancelled"), tried))
    by_a_person = delivery(state="cancelled")
    by_a_person.config.is_active = True
    assert str(next_step(by_a_person, tried)) == "What was tried before stays on record."


@pytest.mark.parametrize("reason", ["no_config", "inactive_config", None])
def test_why_nobody_was_told(reason: str | None) -> None:
    assert skipped_because(Event(skipped_reason=reason)).endswith(".")
