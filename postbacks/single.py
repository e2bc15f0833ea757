"""One postback sent at once, outside any delivery: signed, guarded and judged as every other, and kept nowhere."""

from dataclasses import replace

from models import Attempt, now_ms
from postbacks.claims import Payload
from postbacks.destinations import Destination
from postbacks.due import Claimed
from postbacks.easy import TransportLimits
from postbacks.flight import Flight
from postbacks.records import Result
from postbacks.targets import TargetRules
from postbacks.transport import CurlAdapter
from postbacks.wire import Failure, Sent


def send_single(
    destination: Destination,
    payload: Payload,
    *,
    message_id: str,
    mark: str,
    sender: str,
    rules: TargetRules,
    limits: TransportLimits,
) -> Attempt:
    """The attempt as the log would hold it: number 1, asked for by `sender`. Takes at most the total deadline.

    `mark` is a header line more than usual, by which the receiver knows it.

    Opens a connection of its own, so that its times are those of a first contact; may be called from any thread.
    """
    marked = replace(destination, header_lines=(*destination.header_lines, mark))
    claimed = Claimed(message_id, destination.config_id, 0, 0, 0, 1, sender, now_ms(), len(payload.data))
    flight = Flight(claimed, payload, marked, 0.0)
    request = flight.request()
    if destination.problem:
        sent = Sent(failure=Failure("internal", destination.problem))
    else:
        wire = CurlAdapter(rules, limits)
        try:
            sent = wire.send_one(request, destination.config_id)
        finally:
            wire.close()
    return _as_logged(flight, flight.result(sent))


def _as_logged(flight: Flight, result: Result) -> Attempt:
    sent, outcome, response = result.sent, result.outcome, result.sent.response
    return Attempt(
        delivery_id=result.delivery_id,
        sequence=result.sequence,
        number=flight.number,
        state=result.decision.attempt_state.value,
        trigger=flight.claimed.trigger,
        url=flight.destination.url,
        started_ms=result.started_ms,
        connect_ms=sent.timing.connect_ms,
        tls_ms=sent.timing.tls_ms,
        first_byte_ms=sent.timing.first_byte_ms,
        duration_ms=sent.timing.total_ms,
        peer=sent.peer,
        status=outcome.status,
        request_headers=result.request_headers,
        response_headers=response.header_text if response is not None else None,
        response_body=response.content if response is not None else None,
        reason_code=outcome.code,
        reason=outcome.reason,
        advice=outcome.advice,
    )
