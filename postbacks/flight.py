"""One claimed delivery on its way: from the claim to the result that is recorded."""

import time
from dataclasses import dataclass

from models import now_ms
from postbacks.claims import Payload
from postbacks.destinations import Destination
from postbacks.due import Claimed
from postbacks.message import PostbackRequest, postback_body, signed_request
from postbacks.outcome import outcome_of
from postbacks.records import Result
from postbacks.retry import Progress, decide
from postbacks.wire import Sent


@dataclass(slots=True)
class Flight:
    claimed: Claimed
    payload: Payload
    destination: Destination
    queued_at: float
    """Monotonic seconds of the claim."""
    started_ms: int = 0
    request_headers: str = ""

    @property
    def number(self) -> int:
        """The `number_of_attempts` that this attempt tells."""
        return self.claimed.attempts_made + 1

    def request(self) -> PostbackRequest:
        """The signed request of this moment; the attempt's clock starts here."""
        one, payload, where, now = self.claimed, self.payload, self.destination, time.time()
        body = postback_body(payload.type, payload.resource, self.number, payload.data)
        request = signed_request(
            where.url,
            where.header_lines,
            body,
            message_id=one.id,
            keys=where.keys_at(now),
            timestamp=int(now),
            secrets=where.secrets,
        )
        self.started_ms = int(now * 1000)
        self.request_headers = request.masked_headers
        return request

    def result(self, sent: Sent) -> Result:
        """Judge what came back and decide what follows."""
        one, destination = self.claimed, self.destination
        outcome = outcome_of(sent, time.time())
        allowed = destination.attempts_allowed(one.attempts_granted)
        progress = Progress(one.attempts_made, one.interruptions, allowed, destination.attempt_interval)
        decision = decide(progress, outcome, now_ms())
        headers, started = self.request_headers, self.started_ms
        return Result(one.id, one.sequence, started, sent, headers, outcome, decision, self.queued_at)

    def facts(self, result: Result) -> dict[str, object]:
        """What a line of the log says of this attempt, which ended."""
        return {
            "delivery_id": self.claimed.id,
            "config_id": self.claimed.config_id,
            "request_id": self.payload.request_id,
            "number": self.number,
            "code": result.outcome.code,
            "status": result.outcome.status,
            "duration_ms": result.sent.timing.total_ms,
            "state": result.decision.state.value,
        }
