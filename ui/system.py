"""The system: what waits, who works, what it all stands on, with what to do about each figure that is bad."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, render_template

from extensions import settings
from jobs.health import LiveWorker, QueueFacts
from models import wall_ms
from postbacks.message import VERSION
from resources.settings_in_effect import settings_in_effect, without_password
from resources.system_state import LATE_MS, MOST_COUNTED, SystemState, system_state
from ui.fragments import poll_answer, render_block
from ui.session import current_actor, require_sign_in
from ui.times import duration

system = Blueprint("system", __name__, url_prefix="/system")
system.before_request(require_sign_in)

UNKNOWN = "–"  # noqa: RUF001 - the dash of typesetters
FRESH_MS = 3_000
"""A heartbeat or a sweep younger than this needs no time beside it."""
SWEEP_LATE_MS = 10_000
SIZES = ((1024**3, "GB"), (1024**2, "MB"), (1024, "kB"))


@dataclass(frozen=True, slots=True)
class Figure:
    """`tone`: good, bad, warn or none."""

    label: str
    value: str
    note: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class WorkerRow:
    worker: LiveWorker
    heartbeat: str
    work: str


@system.get("")
def show() -> str:
    shown = _shown(system_state(current_actor()))
    return render_template("system/show.html", settings=list(settings_in_effect(settings())), **shown)


@system.get("/live")
def live() -> Response:
    shown = _shown(system_state(current_actor()))
    return poll_answer(shown["tag"], lambda: render_block("system/show.html", "live", **shown))


def _shown(state: SystemState) -> dict[str, Any]:
    """Everything that renews itself; `tag` changes when any of it does, the servers' own clocks and memory aside."""
    now = wall_ms()
    rows = [_row(worker, now) for worker in state.queue.workers] if state.queue else []
    figures, problems = [*_figures(state, now)], [*_problems(state, now)]
    steady = (figures, problems, [(row.worker.name, row.heartbeat, row.work) for row in rows], state.store)
    return {
        "state": state,
        "figures": figures,
        "problems": problems,
        "workers": rows,
        "version": VERSION,
        "size": size_text(state.store.size_bytes),
        "redis_address": without_password(settings().effective_redis_url),
        "tag": sha256(repr((steady, state.redis and state.redis.version)).encode()).hexdigest()[:32],
    }


def _figures(state: SystemState, now: int) -> list[Figure]:
    waiting = state.deliveries
    late = "bad" if waiting.past_due else "good"
    oldest = duration(waiting.oldest_due_ms // 1000) if waiting.oldest_due_ms >= 1000 else UNKNOWN  # noqa: PLR2004
    return [
        Figure("Waiting", _count(waiting.waiting), f"deliveries not final yet, {_count(waiting.due)} of them due now"),
        Figure("Sending", _count(waiting.sending), "attempts on the wire"),
        Figure("Past due", _count(waiting.past_due), f"due for more than {LATE_MS // 1000} s", late),
        Figure("Oldest due", oldest, "for so long the oldest has waited", late if waiting.past_due else ""),
        Figure("Queue depth", _depth(state.queue), "jobs that no worker has taken yet"),
        _workers(state.queue),
        _sweep(state, now),
    ]


def _depth(queue: QueueFacts | None) -> str:
    return UNKNOWN if queue is None else _count(queue.queued)


def _workers(queue: QueueFacts | None) -> Figure:
    if queue is None:
        return Figure("Workers", UNKNOWN, "not known while Redis is away")
    alive = len(queue.workers)
    return Figure("Workers", str(alive), "with a heartbeat in the last seconds", "good" if alive else "bad")


def _sweep(state: SystemState, now: int) -> Figure:
    note = "it finds what is due and not queued"
    if state.swept_ms is None:
        return Figure("Last sweep", UNKNOWN, note)
    age = now - state.swept_ms
    return Figure("Last sweep", _ago(age), note, "bad" if age > SWEEP_LATE_MS else "good")


def _problems(state: SystemState, now: int) -> list[str]:
    """What is wrong, each with what to do about it."""
    found = []
    if state.queue is None:
        found.append(
            "Redis does not answer. Nothing is lost: postbacks are kept in the database, and workers that run find "
            "them there, a little later. Start it again, or check POSTBACK_REDIS_URL."
        )
    elif not state.queue.workers:
        found.append("No worker lives, so nothing is sent: start one with `flask worker`.")
    if state.redis is not None and not state.redis.writable:
        found.append("Redis is a read-only replica: no wake can be rung. Point POSTBACK_REDIS_URL at the primary.")
    if state.deliveries.past_due:
        found.append(_late(state))
    if state.swept_ms is not None and now - state.swept_ms > SWEEP_LATE_MS:
        found.append("No worker has swept lately: look into the workers' logs for sweep_failed, and restart them.")
    if not state.store.is_current:
        found.append("The database's tables are of another version than this code: run `flask db upgrade`.")
    return found


def _late(state: SystemState) -> str:
    late = state.deliveries.past_due
    told = f"{_count(late)} {'delivery is' if late == 1 else 'deliveries are'} past due."
    if state.queue is not None and not state.queue.workers:
        return f"{told} They are sent as soon as a worker runs."
    return (
        f"{told} More is due than the workers send: start more (`flask worker`, POSTBACK_WORKERS), or see under "
        f"Deliveries whether one slow receiver holds its share of {settings().connections_per_config} connections."
    )


def _row(worker: LiveWorker, now: int) -> WorkerRow:
    sending = f"Sending {worker.in_flight} at once" if worker.in_flight else "Listening for work"
    return WorkerRow(worker, _ago(now - worker.beat_ms) if worker.beat_ms else "alive", sending)


def _ago(ms: int) -> str:
    return "just now" if ms < FRESH_MS else f"{duration(ms // 1000)} ago"


def _count(number: int) -> str:
    return f"{MOST_COUNTED:,} or more" if number >= MOST_COUNTED else f"{number:,}"


def size_text(size: int | None) -> str:
    """12.3 MB; a dash where it is not known."""
    if size is None:
        return UNKNOWN
    unit, name = next(((unit, name) for unit, name in SIZES if size >= unit), (1, "B"))
    return f"{size / unit:.1f} {name}" if unit > 1 else f"{size} B"
