"""A delivery's life as steps in a row: happened → queued → attempts … → how it ended, or when it gives up."""

from collections.abc import Sequence
from dataclasses import dataclass

from models import Attempt, AttemptState, Delivery
from ui.words import attempt_word, duration_text, is_final, limit_of, status_of

MOST_ATTEMPTS_DRAWN = 4
TONES = {"Sending": "busy", "Delivered": "good", "Failed": "bad", "Blocked": "barred", "Interrupted": "still"}


@dataclass(frozen=True, slots=True)
class Step:
    """`ms`: when, epoch milliseconds; `ahead`: it has not happened yet."""

    title: str
    mark: str
    tone: str
    ms: int | None = None
    note: str | None = None
    ahead: bool = False


def steps_of(delivery: Delivery, attempts: Sequence[Attempt]) -> list[Step]:
    """The steps so far, and the one or two that lie ahead."""
    verb = {"CREATE": "created", "UPDATE": "updated", "DELETE": "deleted"}.get(delivery.event.type, "changed")
    begun = [
        Step("Happened", "zap", "still", delivery.event.created_ms, f"{delivery.event.resource} {verb}"),
        Step("Queued", "clock", "still", delivery.created_ms, _delay(delivery.event.created_ms, delivery.created_ms)),
    ]
    return [*begun, *_attempt_steps(attempts), *_ends(delivery, attempts)]


def _attempt_steps(attempts: Sequence[Attempt]) -> list[Step]:
    if len(attempts) <= MOST_ATTEMPTS_DRAWN:
        return [_attempt_step(attempt) for attempt in attempts]
    left_out = len(attempts) - MOST_ATTEMPTS_DRAWN + 1
    gap = Step(f"{left_out} more", "ellipsis", "still", None, "attempts")
    return [_attempt_step(attempts[0]), gap, *(_attempt_step(one) for one in attempts[left_out + 1 :])]


def _attempt_step(attempt: Attempt) -> Step:
    word = attempt_word(attempt)
    sending = attempt.state == AttemptState.SENDING
    mark = {"Sending": "loader", "Delivered": "check", "Interrupted": "unplug"}.get(word, "x")
    said = str(attempt.status) if attempt.status else word.lower()
    note = "on the wire" if sending else f"{said} · {duration_text(attempt.duration_ms)}"
    return Step(f"Attempt {attempt.sequence}", mark, TONES[word], attempt.started_ms, note)


def _ends(delivery: Delivery, attempts: Sequence[Attempt]) -> list[Step]:
    status = status_of(delivery)
    if is_final(delivery):
        took = duration_text((delivery.finished_ms or delivery.created_ms) - delivery.created_ms)
        return [Step(status.word, status.mark, status.tone, delivery.finished_ms, f"after {took}")]
    number = len(attempts) + 1
    following = []
    if not attempts or attempts[-1].state != AttemptState.SENDING:
        following = [Step(f"Attempt {number}", "circle-dashed", "still", delivery.next_attempt_ms, "due", ahead=True)]
    note = f"if attempt {limit_of(delivery)} fails"
    return [*following, Step("Gives up", "circle-dashed", "still", gives_up_ms(delivery), note, ahead=True)]


def gives_up_ms(delivery: Delivery) -> int | None:
    """When the last attempt begins if every one before it fails at once; None where that is not known now."""
    if delivery.next_attempt_ms is None:
        return None
    still_after_next = max(0, limit_of(delivery) - delivery.attempts_made - 1)
    return delivery.next_attempt_ms + still_after_next * delivery.config.attempt_interval * 1000


def _delay(start: int, end: int) -> str:
    return "at once" if end - start < 1000 else f"after {duration_text(end - start)}"  # noqa: PLR2004
