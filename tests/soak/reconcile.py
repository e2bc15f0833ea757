"""The reckoning: everything that was acknowledged against everything that arrived, and every POST against the log."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine, text

from postbacks.signing import verify
from tests.received import Received
from tests.soak.faults import Struck
from tests.soak.stage import LEASE_SECONDS, Stage
from tests.soak.traffic import PATHS, Traffic

QUEUED_FOR = 5.0
"""Seconds from a claim to the first byte at the receiver, at most, on a busy machine."""
DELIVERIES = """
SELECT deliveries.id, events.record_id, deliveries.state, deliveries.reason_code
FROM deliveries JOIN events ON events.id = deliveries.event_id
"""
ATTEMPTS = "SELECT delivery_id, number, state FROM attempts"


@dataclass
class Reckoning:
    """Ids of what is wrong, by kind; counts of what is right."""

    acknowledged: int = 0
    arrivals: int = 0
    in_doubt: int = 0
    """Contacts the API did not acknowledge, because it died or lost the database, and yet committed."""
    parked: int = 0
    """Interrupted three times in a row; the documented end of it."""
    duplicates_explained: int = 0
    worst_delay: float = 0.0
    lost: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    duplicates_unexplained: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> dict[str, list[str]]:
        kinds = ("lost", "unexpected", "altered", "duplicates_unexplained")
        return {kind: found for kind in kinds if (found := getattr(self, kind))}


@dataclass
class Log:
    """What the database says: delivery → (record id, state, reason); (delivery, number) → attempts by state."""

    deliveries: dict[str, tuple[str, str, str | None]]
    attempts: dict[tuple[str, int], Counter[str]]

    @classmethod
    def read(cls, engine: Engine) -> "Log":
        attempts: defaultdict[tuple[str, int], Counter[str]] = defaultdict(Counter)
        with engine.connect() as connection:
            rows = connection.execute(text(DELIVERIES)).all()
            for delivery_id, number, state in connection.execute(text(ATTEMPTS)):
                attempts[delivery_id, number][state] += 1
        return cls({id_: (record_id, state, reason) for id_, record_id, state, reason in rows}, attempts)

    @property
    def open(self) -> int:
        return sum(state in {"waiting", "sending"} for _, state, _ in self.deliveries.values())


def reckon(stage: Stage, traffic: Traffic, struck: Sequence[Struck]) -> Reckoning:
    """Compare all of it. Call it when nothing is under way any more."""
    log, requests = Log.read(stage.engine), stage.receiver.requests()
    made = Reckoning(acknowledged=len(traffic.acknowledged), arrivals=len(requests))
    _look_for_what_is_missing(made, log, traffic, requests)
    for request in requests:
        _look_at_one(made, log, stage, traffic, request)
    _look_for_duplicates(made, log, requests, struck)
    return made


def _look_for_what_is_missing(made: Reckoning, log: Log, traffic: Traffic, requests: Sequence[Received]) -> None:
    arrived: dict[tuple[str, str], float] = {}
    for request in requests:
        arrived.setdefault((request.data["id"], request.path), request.arrived)
    ends: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for record_id, state, reason in log.deliveries.values():
        ends[record_id]["parked" if reason == "interrupted" and state == "failed" else state] += 1
    made.parked = sum(ended["parked"] for ended in ends.values())
    for contact_id, at in traffic.acknowledged_at.items():
        first = [arrived.get((contact_id, path)) for path in PATHS]
        parked, delivered = ends[contact_id]["parked"], ends[contact_id]["delivered"]
        if delivered + parked < len(PATHS) or first.count(None) > parked:
            made.lost.append(f"{contact_id} {dict(ends[contact_id])}")
        made.worst_delay = max([made.worst_delay, *(one - at for one in first if one is not None)])
    made.in_doubt = len(set(ends) - set(traffic.acknowledged))


def _look_at_one(made: Reckoning, log: Log, stage: Stage, traffic: Traffic, request: Received) -> None:
    known = log.deliveries.get(request.webhook_id)
    record = request.data
    if known is None or known[0] != record["id"]:
        made.unexpected.append(f"{request.webhook_id} {record['id']}")
        return
    name = traffic.acknowledged.get(record["id"])
    answered = traffic.answers.get(record["last_name"])
    if answered is None or (answered.id or record["id"]) != record["id"]:
        made.unexpected.append(f"{request.webhook_id} {record['id']} {record['last_name']}")
    headers = {key.lower(): value for key, value in request.headers}
    fields = [key for key, _ in request.fields]
    whole = fields == ["type", "resource", "number_of_attempts", "data"] and request.type == "CREATE"
    signed = verify(stage.secrets[request.path], headers, request.body)
    if not (whole and signed and name in {None, record["last_name"]}):
        made.altered.append(f"{request.webhook_id} {json.dumps(record)}")


def _look_for_duplicates(made: Reckoning, log: Log, requests: Sequence[Received], struck: Sequence[Struck]) -> None:
    alike: defaultdict[tuple[str, int], list[Received]] = defaultdict(list)
    for request in requests:
        alike[request.webhook_id, request.number].append(request)
    for (webhook_id, number), several in alike.items():
        again = len(several) - 1
        if not again:
            continue
        if len({one.body for one in several}) > 1:
            made.altered.append(f"{webhook_id} is not the same again")
        states = log.attempts[webhook_id, number]
        in_the_air = sum(_was_in_the_air(one, struck) for one in several)
        explained = min(again, states["interrupted"], in_the_air)
        made.duplicates_explained += explained
        if explained < again:
            made.duplicates_unexplained.append(f"{webhook_id} number {number}: {len(several)} times, {dict(states)}")


def _was_in_the_air(request: Received, struck: Sequence[Struck]) -> bool:
    """Whether a fault that leaves outcomes unknown came while this attempt may have been going on."""
    return any(
        one.began - QUEUED_FOR <= request.arrived
        and (one.fault.lasts or request.arrived <= one.ended + LEASE_SECONDS + QUEUED_FOR)
        for one in struck
        if one.fault.doubles
    )
