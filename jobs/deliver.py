"""The deliver job: whichever worker takes it becomes a pump until nothing is due. It carries no arguments."""

from flask import current_app
from structlog import get_logger

from extensions import db, settings
from failpoints import Place, failpoint
from jobs.queue import bell
from jobs.stopping import stop_requested
from jobs.working import work
from postbacks.destinations import Destinations
from postbacks.easy import TransportLimits
from postbacks.encryption import Vault
from postbacks.pump import Pump
from postbacks.targets import TargetRules
from postbacks.transport import CurlAdapter

log = get_logger(__name__)

LINGER_SECONDS = 20.0
"""How long a pump listens from its start on; RQ gets its turn (heartbeat, maintenance) in between."""


def deliver() -> str:
    """Send what is due. Returns a word that can be searched for in the log."""
    failpoint(Place.JOB_STARTED)
    try:
        tally = pump().run(bell(), stop_requested.is_set, linger=LINGER_SECONDS)
    except Exception:
        _discard_pump()
        raise
    failpoint(Place.JOB_ENDED)
    work.delivered += tally.delivered
    work.failed += tally.failed
    log.info("pumped", delivered=tally.delivered, failed=tally.failed, interrupted=tally.interrupted)
    return "pumped"


def pump() -> Pump:
    """This worker's pump, made on first use and kept: its connections and prepared requests stay warm."""
    kept = current_app.extensions.get("postback_pump")
    if kept is None:
        kept = current_app.extensions["postback_pump"] = _new_pump()
        adapter = kept.adapter
        work.in_flight = lambda: adapter.in_flight
    assert isinstance(kept, Pump)
    return kept


def _discard_pump() -> None:
    """Let go of a pump that broke, and of what it holds: the next job must not stumble over the same thing.

    What it had claimed comes back with its lapsed leases.
    """
    broken = current_app.extensions.pop("postback_pump", None)
    if isinstance(broken, Pump):
        broken.adapter.close()


def _new_pump() -> Pump:
    chosen = settings()
    return Pump(
        engine=db.engine,
        adapter=CurlAdapter(TargetRules.from_settings(chosen), TransportLimits.from_settings(chosen)),
        destinations=Destinations(Vault(chosen.fernet_keys)),
        total_timeout=chosen.total_timeout,
        connections_per_config=chosen.connections_per_config,
    )
