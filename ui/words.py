"""A delivery in people's words: the one place that turns states into what the console says.

Queued · Sending · Retrying (in 4 min) · Delivered · Failed · Blocked · Cancelled · Skipped
"""

from collections.abc import Sequence
from dataclasses import dataclass

from models import Attempt, AttemptState, Delivery, DeliveryState, Event, now_ms
from ui.times import relative_time

QUEUED, SENDING, RETRYING, DELIVERED = "Queued", "Sending", "Retrying", "Delivered"
FAILED, BLOCKED, CANCELLED, SKIPPED = "Failed", "Blocked", "Cancelled", "Skipped"
WORDS = (QUEUED, SENDING, RETRYING, DELIVERED, FAILED, BLOCKED, CANCELLED, SKIPPED)

BLOCKED_CODE = "blocked_target"
FINAL = frozenset({DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.CANCELLED})
TONES = {
    QUEUED: "queued",
    SENDING: "busy",
    RETRYING: "warn",
    DELIVERED: "good",
    FAILED: "bad",
    BLOCKED: "barred",
    CANCELLED: "still",
    SKIPPED: "still",
}
MARKS = {
    QUEUED: "clock",
    SENDING: "loader",
    RETRYING: "rotate-cw",
    DELIVERED: "circle-check",
    FAILED: "circle-x",
    BLOCKED: "shield-x",
    CANCELLED: "ban",
    SKIPPED: "skip-forward",
}
SKIPPED_BECAUSE = {
    "no_config": "No postback config asked for it.",
    "inactive_config": "Every postback config that asks for it was paused.",
}
RESOURCE_WORDS = {"accountvault": "account vault", "transactionbatch": "transaction batch"}
"""Resources whose names are two words."""
QUEUED_STEP = "A worker takes it within moments. If it stays here, check that workers are running."
ONCE_ACTIVE = "New events are sent once the postback is active again."
SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000


@dataclass(frozen=True, slots=True)
class Status:
    """A state as the console shows it: word, icon and tone together, so that colour never speaks alone."""

    word: str
    detail: str | None = None

    @property
    def text(self) -> str:
        """The word with its detail: `Retrying (in 4 min)`."""
        return f"{self.word} ({self.detail})" if self.detail else self.word

    @property
    def tone(self) -> str:
        return TONES[self.word]

    @property
    def mark(self) -> str:
        """The icon's name in the sprite."""
        return MARKS[self.word]


def status_of(delivery: Delivery, now: int | None = None) -> Status:
    """How the delivery stands. `now` is epoch milliseconds."""
    state = DeliveryState(delivery.state)
    if state is DeliveryState.WAITING:
        return _waiting(delivery, now_ms() if now is None else now)
    if state is DeliveryState.FAILED:
        return Status(BLOCKED if delivery.reason_code == BLOCKED_CODE else FAILED)
    return Status({DeliveryState.SENDING: SENDING, DeliveryState.DELIVERED: DELIVERED}.get(state, CANCELLED))


def _waiting(delivery: Delivery, now: int) -> Status:
    if delivery.attempts_made == 0:
        return Status(QUEUED)
    return Status(RETRYING, due_text(delivery.next_attempt_ms or now, now))


def due_text(ms: int, now: int | None = None) -> str:
    """`in 4 min`, or `now` once that moment has come. Both are epoch milliseconds."""
    now = now_ms() if now is None else now
    return relative_time(ms, now) if ms - now >= SECOND else "now"


def skipped_because(event: Event) -> str:
    """Why an event that became no delivery was skipped."""
    return SKIPPED_BECAUSE.get(event.skipped_reason or "", "It became no delivery.")


def attempt_word(attempt: Attempt) -> str:
    """How one attempt stands: Sending, Delivered, Failed, Blocked or Interrupted."""
    if attempt.state == AttemptState.FAILED and attempt.reason_code == BLOCKED_CODE:
        return BLOCKED
    return {
        AttemptState.SENDING.value: SENDING,
        AttemptState.SUCCEEDED.value: DELIVERED,
        AttemptState.INTERRUPTED.value: "Interrupted",
    }.get(attempt.state, FAILED)


def next_step(delivery: Delivery, attempts: Sequence[Attempt]) -> str | None:
    """What a person can do about how it stands, or wait for; None where there is nothing to do."""
    word = status_of(delivery).word
    if word in {RETRYING, FAILED, BLOCKED}:
        return attempts[-1].advice if attempts else None
    if word == CANCELLED:
        return "What was tried before stays on record." + ("" if _is_open(delivery) else f" {ONCE_ACTIVE}")
    return QUEUED_STEP if word == QUEUED else None


def _is_open(delivery: Delivery) -> bool:
    return delivery.config.is_active and delivery.config.deleted_ts is None


def is_final(delivery: Delivery) -> bool:
    """Whether nothing more will happen by itself."""
    return delivery.state in FINAL


def limit_of(delivery: Delivery) -> int:
    """How many attempts it may have in all: the config's number, or what a person's retry raised it to."""
    return max(delivery.config.number_of_attempts, delivery.attempts_granted)


def attempts_text(delivery: Delivery) -> str:
    """`attempt 2 of 3`, or how many there were once it is final."""
    made, limit = delivery.attempts_made, limit_of(delivery)
    if is_final(delivery):
        return f"{made} attempt{'' if made == 1 else 's'}"
    return f"attempt {min(made + 1, limit)} of {limit}"


def took_ms(delivery: Delivery) -> int | None:
    """Milliseconds from the event to the end; None while it is not final."""
    return None if delivery.finished_ms is None else max(0, delivery.finished_ms - delivery.created_ms)


def duration_text(ms: int | None) -> str:
    """A length of time to about three digits: `850 ms`, `1.24 s`, `3 min 20 s`, `2 h 5 min`; a dash for None."""
    if ms is None:
        return "–"  # noqa: RUF001
    if ms < SECOND:
        return f"{ms} ms"
    if ms < 10 * SECOND:
        return f"{ms / SECOND:.2f} s"
    if ms < MINUTE:
        return f"{ms / SECOND:.1f} s"
    if ms < HOUR:
        return _two_units(ms // SECOND, 60, "min", "s")
    return _two_units(ms // MINUTE, 60, "h", "min")


def _two_units(count: int, size: int, large: str, small: str) -> str:
    whole, rest = divmod(count, size)
    return f"{whole} {large} {rest} {small}" if rest else f"{whole} {large}"


def resource_words(resource: str) -> str:
    """A resource's name as people write it: `account vault`."""
    return RESOURCE_WORDS.get(resource, resource.replace("_", " "))
