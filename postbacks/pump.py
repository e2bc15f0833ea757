"""The pump: claim what is due, send many at once and fairly, record the outcomes, decide what follows, again.

One turn is one short transaction (outcomes of the last turn in, new claims out) and a stretch of sending in
which no transaction is open. The pump ends when nothing is due and nothing is in the air. It holds nothing that
a lapsed lease would not bring back, so it may be killed at any point.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from failpoints import Place, failpoint
from models import WRITES, DeliveryState, new_id, now_ms, wall_ms
from postbacks import claims, records
from postbacks.destinations import Destination, Destinations
from postbacks.due import Claimed, due
from postbacks.flight import Flight
from postbacks.held import Held
from postbacks.pace import Pace
from postbacks.records import Result
from postbacks.transport import CurlAdapter
from postbacks.wire import Failure, Sent

log = structlog.get_logger(__name__)

LEASE_MARGIN = 8.0
"""Seconds a lease outlives the total deadline: a few to wait for a slot, the rest to record the outcome."""
LONGEST_QUEUE_SECONDS = 3.0
LOOK_EVERY = 0.003
CALL_EVERY = 0.25
DATABASE_PAUSE = 0.25
BUSY_WHILE_SENDING = 0.25


class Bell(Protocol):
    """How a pump hears that something was committed, and calls others."""

    def call(self) -> None:
        """Wake one more pump, if there is an idle one."""

    def answer(self) -> bool:
        """Whether somebody rang since the last answer; allows the next ring."""

    def listen(self, seconds: float) -> bool:
        """Wait for a ring, at most so long; whether there was one."""


@dataclass(slots=True)
class Tally:
    """What one run of the pump did."""

    delivered: int = 0
    failed: int = 0
    interrupted: int = 0


@dataclass(slots=True)
class Pump:
    engine: Engine
    adapter: CurlAdapter
    destinations: Destinations
    total_timeout: float
    connections_per_config: int
    most_in_flight: int = 1000
    token: str = field(default_factory=new_id)
    _held: Held = field(init=False)
    _results: list[Result] = field(default_factory=list)
    _returned: list[Flight] = field(default_factory=list)
    _round: str | None = None
    _pace: Pace = field(default_factory=Pace)
    _called: float = 0.0
    _tally: Tally = field(default_factory=Tally)
    _tells_all: bool = field(default_factory=lambda: logging.getLogger(__name__).isEnabledFor(logging.DEBUG))
    """Whether successes are logged too: by default a line for each would cost more than the success."""

    def __post_init__(self) -> None:
        self._held = Held(self.connections_per_config)

    def run(self, bell: Bell, stopping: Callable[[], bool], linger: float = 0.0) -> Tally:
        """Send everything that is due; end when nothing is, or when `stopping` and what is in the air has ended.

        Once it ran dry it listens for `linger` seconds more: a pump that is still there answers in a millisecond.
        """
        self._tally = Tally()
        until = time.monotonic() + linger
        while True:
            bell.answer()
            self._run_dry(bell, stopping)
            if not self._hears(bell, stopping, until):
                return self._tally

    def _run_dry(self, bell: Bell, stopping: Callable[[], bool]) -> None:
        claimed = self._turn(claim=True)
        while claimed or self._held or self._results or self._returned:
            self._call_for_help(bell)
            self._send_for_a_while(bell)
            if stopping():
                self._returned.extend(self._held.all_queued())
            claimed = self._turn(claim=not stopping())

    def _call_for_help(self, bell: Bell) -> None:
        """Where it piles up, wake one more idle pump now and then."""
        now = time.monotonic()
        if self._round is not None and now - self._called >= CALL_EVERY:
            self._called = now
            bell.call()

    @staticmethod
    def _hears(bell: Bell, stopping: Callable[[], bool], until: float) -> bool:
        while not stopping() and (left := until - time.monotonic()) > 0:
            if bell.listen(left):
                return True
        return False

    # one transaction

    def _turn(self, *, claim: bool) -> int:
        """Record what ended and claim what is due, in one transaction. Returns how many were claimed."""
        try:
            with self.engine.connect().execution_options(**self._writing()) as connection, connection.begin():
                held = records.record(connection, self._results, self.token, wall_ms())
                claims.hand_back(connection, [flight.claimed for flight in self._returned], self.token)
                fresh = self._claim(connection) if claim else []
        except OperationalError as error:
            log.warning("database_unavailable", error=type(error.orig).__name__, outcomes_kept=len(self._results))
            self._forget_lapsed()
            time.sleep(DATABASE_PAUSE)
            return int(claim)
        failpoint(Place.TURN_COMMITTED)
        if held < len(self._results):
            log.warning("results_fenced", fenced=len(self._results) - held)
        self._results.clear()
        self._returned.clear()
        self._held.add(fresh)
        return len(fresh)

    def _writing(self) -> dict[str, Any]:
        """While attempts are in the air, no long wait for another writer: their deadlines run on meanwhile."""
        return {**WRITES, "busy_seconds": BUSY_WHILE_SENDING} if self.adapter.in_flight else WRITES

    def _claim(self, connection: Connection) -> list[Flight]:
        place = self._held.place()
        if not (place.rows and place.payload_bytes):
            return []
        now = now_ms()
        self._held.portion = self._pace.portion
        found, self._round = due(connection, now, self._held, self._round)
        if not found:
            return []
        destinations = self.destinations.of(connection, {one.config_id for one in found})
        chosen = self._sendable(connection, found, destinations, now)
        if not chosen:
            return []
        payloads = claims.payloads(connection, chosen)
        claims.take(connection, chosen, self.token, now + int((self.total_timeout + LEASE_MARGIN) * 1000))
        urls = {id_: destination.url for id_, destination in destinations.items()}
        claims.begin_attempts(connection, chosen, urls, now)
        at = time.monotonic()
        return [Flight(one, payloads[one.id], destinations[one.config_id], at) for one in chosen]

    def _sendable(
        self, connection: Connection, found: list[Claimed], destinations: dict[str, Destination], now: int
    ) -> list[Claimed]:
        """Leave out what may not be sent any more, and end it: the config was closed, or its attempts lowered."""
        closed = [one for one in found if not destinations[one.config_id].open]
        spent = [one for one in found if one not in closed and self._spent(one, destinations[one.config_id])]
        reason = "The postback config was switched off or deleted."
        records.close_unsent(connection, [one.id for one in closed], DeliveryState.CANCELLED, reason, now)
        reason = "No attempts are left: the config's number of attempts was lowered."
        records.close_unsent(connection, [one.id for one in spent], DeliveryState.FAILED, reason, now)
        out = {one.id for one in (*closed, *spent)}
        return [one for one in found if one.id not in out]

    @staticmethod
    def _spent(one: Claimed, destination: Destination) -> bool:
        return one.attempts_made >= destination.attempts_allowed(one.attempts_granted)

    # sending, with no transaction open

    def _send_for_a_while(self, bell: Bell) -> None:
        """Send until there is enough to record, a bell was heard, or nothing is left in the air."""
        self._start_ready()
        began = looked = time.monotonic()
        while self.adapter.in_flight:
            failpoint(Place.IN_THE_AIR)
            for flight, sent in self.adapter.poll(LOOK_EVERY):
                assert isinstance(flight, Flight)
                self._end(flight, sent)
            self._start_ready()
            now = time.monotonic()
            if self._pace.enough(len(self._results), now - began):
                return
            if now - looked >= LOOK_EVERY:
                looked = now
                if bell.answer():
                    self._pace.hurry()
                    return

    def _start_ready(self) -> None:
        self._returned.extend(self._held.overdue(time.monotonic() - LONGEST_QUEUE_SECONDS))
        for flight in self._held.startable(self.most_in_flight - self.adapter.in_flight):
            self._start(flight)

    def _start(self, flight: Flight) -> None:
        request = flight.request()
        problem = flight.destination.problem
        if problem:
            log.error("secret_unreadable", config_id=flight.claimed.config_id, reason=problem)
            self._end(flight, Sent(failure=Failure("internal", problem)))
        else:
            # A receiver that hangs up unannounced would interrupt kept-alive attempts until they are parked.
            fresh = flight.claimed.interruptions > 0
            self.adapter.start(request, flight.claimed.config_id, flight, fresh=fresh)

    def _end(self, flight: Flight, sent: Sent) -> None:
        """One attempt ended: keep its result for the next turn's transaction."""
        failpoint(Place.ANSWERED)
        result = flight.result(sent)
        outcome = result.outcome
        self._held.ended(flight, outcome.code or sent.unfinished)
        self._results.append(result)
        self._tally.delivered += outcome.delivered
        self._tally.interrupted += outcome.interrupted
        self._tally.failed += not (outcome.delivered or outcome.interrupted)
        if not outcome.delivered:
            log.info("attempt_failed", **flight.facts(result))
        elif self._tells_all:
            log.debug("attempt_succeeded", **flight.facts(result))

    def _forget_lapsed(self) -> None:
        """Drop what is under leases that lapsed while the database was away: it is somebody else's now."""
        oldest = time.monotonic() - self.total_timeout - LEASE_MARGIN
        self._results = [result for result in self._results if result.claimed_at > oldest]
        self._returned = [flight for flight in self._returned if flight.queued_at > oldest]
