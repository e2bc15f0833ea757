"""What becomes of a delivery after an attempt. Pure: numbers in, decision out.

- number_of_attempts is the total of POSTs, the first included; a person's retry may grant more
- the next one is due attempt_interval seconds after the last one ended, never earlier; a receiver's
  Retry-After can only make it later
- an interrupted attempt (nobody knows whether it arrived) does not count and is repeated at once, but after
  three in a row the delivery is parked, so that a payload that kills workers cannot do so for ever
"""

from typing import NamedTuple

from models import AttemptState, DeliveryState
from postbacks.outcome import Outcome

MOST_INTERRUPTIONS = 3
PARKED = "Parked: three attempts in a row were interrupted before their outcome was known."


class Progress(NamedTuple):
    """How far a delivery has come, before the attempt that is being judged."""

    attempts_made: int
    interruptions: int
    attempts_allowed: int
    attempt_interval: int
    """Seconds."""


class Decision(NamedTuple):
    """The delivery's and the attempt's next state."""

    state: DeliveryState
    attempt_state: AttemptState
    attempts_made: int
    interruptions: int
    next_attempt_ms: int | None
    reason: str


def decide(progress: Progress, outcome: Outcome, ended_ms: int) -> Decision:
    """Judge where a delivery goes after an attempt that ended at `ended_ms`."""
    if outcome.interrupted:
        return _after_interruption(progress, outcome, ended_ms)
    made = progress.attempts_made + 1
    if outcome.delivered:
        return Decision(DeliveryState.DELIVERED, AttemptState.SUCCEEDED, made, 0, None, outcome.reason)
    if made >= progress.attempts_allowed:
        return Decision(DeliveryState.FAILED, AttemptState.FAILED, made, 0, None, outcome.reason)
    wait = max(progress.attempt_interval, outcome.retry_after or 0)
    return Decision(DeliveryState.WAITING, AttemptState.FAILED, made, 0, ended_ms + wait * 1000, outcome.reason)


def _after_interruption(progress: Progress, outcome: Outcome, ended_ms: int) -> Decision:
    interruptions = progress.interruptions + 1
    parked = interruptions >= MOST_INTERRUPTIONS
    return Decision(
        state=DeliveryState.FAILED if parked else DeliveryState.WAITING,
        attempt_state=AttemptState.INTERRUPTED,
        attempts_made=progress.attempts_made,
        interruptions=interruptions,
        next_attempt_ms=None if parked else ended_ms,
        reason=PARKED if parked else outcome.reason,
    )
