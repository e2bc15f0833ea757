"""One attempt as its page shows it: the request as it was sent, the answer as inert text."""

from dataclasses import dataclass

from models import Attempt, Delivery
from postbacks.message import postback_body
from resources.deliveries import payload_of
from resources.delivery_sight import told_reason
from ui.curl import curl_command
from ui.inert import InertText, header_lines, inert_text, pretty_json, visible
from ui.words import attempt_word


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of an attempt's time: milliseconds of its own, and its share of the whole in percent."""

    name: str
    ms: int
    share: float


@dataclass(frozen=True, slots=True)
class AttemptView:
    attempt: Attempt
    word: str
    reason: str | None
    address: str | None
    """What was spoken to; None where nothing was, or where the reader may not know it."""
    phases: list[Phase]
    fields: list[tuple[str, str]]
    """The decoded form fields but `data`."""
    data: str
    raw_body: str
    request_headers: list[tuple[str, str]]
    response_headers: list[tuple[str, str]]
    response: InertText | None
    """None where no answer came."""
    response_json: str | None
    curl: str


def view_of(delivery: Delivery, attempt: Attempt, *, seen: bool) -> AttemptView:
    """`seen`: whether the reader may know the addresses that were called."""
    payload = payload_of(delivery)
    event = delivery.event
    body = postback_body(event.type, event.resource, attempt.number, payload)
    request_headers = header_lines(attempt.request_headers)
    response = None if attempt.status is None else inert_text(attempt.response_body or b"")
    return AttemptView(
        attempt=attempt,
        word=attempt_word(attempt),
        reason=told_reason(attempt.reason, attempt.reason_code, seen=seen),
        address=attempt.peer if seen else None,
        phases=_phases(attempt),
        fields=[("type", event.type), ("resource", event.resource), ("number_of_attempts", str(attempt.number))],
        data=pretty_json(payload) or visible(payload),
        raw_body=body.decode("ascii"),
        request_headers=request_headers,
        response_headers=header_lines(attempt.response_headers),
        response=response,
        response_json=pretty_json(response.text) if response and not response.note else None,
        curl=curl_command(attempt.url, request_headers, body),
    )


def _phases(attempt: Attempt) -> list[Phase]:
    """Connect, TLS, waiting for the first byte, reading; none before the attempt's end."""
    whole = attempt.duration_ms
    if whole is None:
        return []
    marks = [("Connect", attempt.connect_ms), ("TLS", attempt.tls_ms)]
    if attempt.status is not None:
        marks.append(("First byte", attempt.first_byte_ms))
    phases, begun = [], 0
    for name, ended in [*marks, ("Waiting" if attempt.status is None else "Answer", whole)]:
        if ended is None or not begun <= ended <= whole:
            continue
        phases.append(Phase(name, ended - begun, 100 * (ended - begun) / max(whole, 1)))
        begun = ended
    return phases
