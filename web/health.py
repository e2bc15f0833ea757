"""What machines ask: is the process up, is the product ready, how much waits, which version is it.

Nothing here needs a sign-in and nothing tells about records; every question that goes out of the process is
bounded in time.
"""

from collections.abc import Iterator
from time import monotonic

from flask import Blueprint, Flask, Response, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger

from extensions import db, settings
from jobs.health import QueueFacts, queue_facts
from models import Delivery, DeliveryState, first_id_at, now_ms, wall_ms
from postbacks.message import VERSION
from resources.migration_state import current_heads, wanted_heads

MOST_COUNTED = 100_000
"""A count stops here: a metric must not cost more the worse things are."""
RECENT_SECONDS = 300
OPEN_STATES = (DeliveryState.WAITING, DeliveryState.SENDING)

health = Blueprint("health", __name__)
log = get_logger(__name__)


def register_health(app: Flask) -> None:
    """Bind /healthz, /readyz, /metrics and /version."""
    app.register_blueprint(health)


@health.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Whether this process answers at all; asks nobody else."""
    return jsonify(status="ok")


@health.get("/version")
def version() -> ResponseReturnValue:
    return jsonify(name="postbacks", version=VERSION)


@health.get("/readyz")
def readyz() -> ResponseReturnValue:
    """200 when everything a postback needs is there, else 503; the body names each part."""
    parts = _parts()
    ready = all(part["ok"] for part in parts.values())
    return jsonify(status="ready" if ready else "not ready", parts=parts), 200 if ready else 503


@health.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Gauges in Prometheus' text format. What cannot be asked now is left out."""
    lines = [line for name, text, samples in _gauges() for line in _rendered(name, text, samples)]
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _parts() -> dict[str, dict[str, object]]:
    facts = queue_facts(settings())
    workers = len(facts.workers) if facts else 0
    return {
        **_database_parts(),
        "redis": _part(ok=facts is not None, otherwise="Redis does not answer; postbacks wait until it does."),
        "workers": {**_part(ok=workers > 0, otherwise="No worker is alive: start `flask worker`."), "alive": workers},
    }


def _database_parts() -> dict[str, dict[str, object]]:
    stale = "The database's tables are of another version: run `flask db upgrade`."
    try:
        with db.engine.connect() as connection:
            current = current_heads(connection)
    except SQLAlchemyError as error:
        log.warning("database_unavailable", error=type(error).__name__)
        absent = "The database cannot be reached."
        return {"database": _part(ok=False, otherwise=absent), "migration": _part(ok=False, otherwise=absent)}
    return {"database": _part(ok=True), "migration": _part(ok=current == wanted_heads(), otherwise=stale)}


def _part(*, ok: bool, otherwise: str = "") -> dict[str, object]:
    return {"ok": True} if ok else {"ok": False, "reason": otherwise}


Samples = dict[str, float]
"""Labels as they stand between the braces → value."""


def _gauges() -> Iterator[tuple[str, str, Samples]]:
    yield "postbacks_build_info", "The version that runs.", {f'version="{VERSION}"': 1}
    facts, asked = queue_facts(settings()), monotonic()
    yield "postbacks_redis_up", "Whether Redis answers.", {"": float(facts is not None)}
    if facts is not None:
        yield from _queue_gauges(facts)
    try:
        yield from _delivery_gauges()
    except SQLAlchemyError as error:
        log.warning("database_unavailable", error=type(error).__name__)
        yield "postbacks_database_up", "Whether the database answers.", {"": 0}
        return
    yield "postbacks_database_up", "Whether the database answers.", {"": 1}
    yield "postbacks_metrics_seconds", "How long the database took for these figures.", {"": monotonic() - asked}


def _queue_gauges(facts: QueueFacts) -> Iterator[tuple[str, str, Samples]]:
    yield "postbacks_queue_depth", "Wakes that no worker has taken yet.", {"": facts.queued}
    yield "postbacks_workers", "Workers that are alive.", {"": len(facts.workers)}


def _delivery_gauges() -> Iterator[tuple[str, str, Samples]]:
    open_ones = {f'state="{state}"': float(_count(state)) for state in OPEN_STATES}
    yield "postbacks_deliveries_open", f"Deliveries not yet final, counted up to {MOST_COUNTED}.", open_ones
    oldest = db.session.scalar(
        select(func.min(Delivery.next_attempt_ms)).where(Delivery.state == DeliveryState.WAITING.value)
    )
    overdue = 0.0 if oldest is None else max(0, now_ms() - oldest) / 1000
    yield "postbacks_oldest_due_seconds", "For how long the longest due delivery has been due.", {"": overdue}
    recent = {f'state="{state}"': 0.0 for state in DeliveryState} | _recent()
    yield "postbacks_deliveries_recent", f"Deliveries made in the last {RECENT_SECONDS} s, by state now.", recent


def _count(state: DeliveryState) -> int:
    """How many stand in this state; the partial indexes make it a walk over just those."""
    some = select(Delivery.id).where(Delivery.state == state.value).limit(MOST_COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def _recent() -> Samples:
    since = first_id_at(wall_ms() - RECENT_SECONDS * 1000)
    newest = select(Delivery.state).where(Delivery.id >= since).limit(MOST_COUNTED).subquery()
    rows = db.session.execute(select(newest.c.state, func.count()).group_by(newest.c.state))
    return {f'state="{state}"': float(count) for state, count in rows}


def _rendered(name: str, text: str, samples: Samples) -> Iterator[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} gauge"
    for labels, value in samples.items():
        yield f"{name}{{{labels}}} {value:g}" if labels else f"{name} {value:g}"
