"""`flask up`: everything of one machine, from an empty folder to ready, in one process's care."""

import os
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.exc import DBAPIError
from structlog import get_logger

from config import HOUSE, Settings, refuse_start
from extensions import db, settings
from launch.demo import prepare_demo
from launch.instance_lock import AlreadyRunningError, take_lock
from launch.keys import keep_missing_keys, require_keys
from launch.programs import HOST, PortTakenError, queue_server, require_free_port, web_server, workers
from launch.readiness import unready_parts
from launch.supervisor import NeverReadyError, Supervisor
from launch.valkey import NoServerError, answers, clear_away, end_leftover, lay_files_aside, log_file

READY_SECONDS = 60.0
PING_SECONDS = 10.0
WEB_PATIENCE = 1.5
"""Seconds that requests in progress get before the workers are asked to stop as well."""
WORKER_PATIENCE = 1.0
"""Seconds that workers get beyond the deadline of the attempts they have in the air."""
QUEUE_PATIENCE = 1.0

log = get_logger(__name__)


def up(app: Flask, *, until_parent_exits: bool = False) -> None:
    """Start everything, say so when it is ready, and look after it until a signal asks to stop.

    What keeps it from starting is said in a sentence, and the process ends.
    """
    with app.app_context():
        chosen = settings()
        try:
            lock = _prepare_folder(chosen)
            supervisor = Supervisor(lock, allowance=chosen.total_timeout + 5)
        except (AlreadyRunningError, PortTakenError, NoServerError) as refusal:
            refuse_start(str(refusal))
        supervisor.heed_signals()
        try:
            if _start(supervisor, chosen):
                supervisor.keep_running(until_parent_exits=until_parent_exits)
        except (NeverReadyError, NoServerError) as refusal:
            refuse_start(str(refusal))
        except DBAPIError as error:
            refuse_start(f"The database does not answer as it should: {error.orig}")
        finally:
            log.info("stopping")
            supervisor.stop()
            clear_away(chosen)


def _prepare_folder(chosen: Settings) -> int:
    """The lock of the instance folder, with keys in it if this is the demo; what comes there is private."""
    os.umask(0o077)
    chosen.instance_path.mkdir(parents=True, exist_ok=True)
    if chosen.demo:
        keep_missing_keys(chosen)
    require_keys(chosen)
    lock = take_lock(chosen.instance_path)
    require_free_port(chosen)
    return lock


def _start(supervisor: Supervisor, chosen: Settings) -> bool:
    """False when a signal came before everything was ready."""
    if not chosen.redis_url and not _start_queue(supervisor, chosen):
        return False
    upgrade(directory=str(HOUSE / "migrations"))
    demo_env = prepare_demo(chosen) if chosen.demo else None
    db.session.remove()
    db.engine.dispose()
    if supervisor.stopping.is_set():
        return False
    supervisor.start(workers(chosen), patience=chosen.total_timeout + WORKER_PATIENCE)
    supervisor.start([web_server(chosen)], patience=WEB_PATIENCE)
    while not supervisor.wait_until(_asking(chosen), READY_SECONDS):
        if supervisor.stopping.is_set():
            return False
        print("Not ready yet:", *unready_parts(chosen.port), sep="\n  ", flush=True)
    print(_welcome(chosen, demo_env), flush=True)
    return True


def _start_queue(supervisor: Supervisor, chosen: Settings) -> bool:
    """Whether the embedded server answers; False when a signal came first. Raises NeverReadyError.

    One that cannot read its own files is started again without them.
    """
    if end_leftover(chosen):
        log.warning("leftover_valkey_ended")
    servers = queue_server(chosen)
    supervisor.start(servers, patience=QUEUE_PATIENCE)
    try:
        answered = supervisor.wait_until(lambda: answers(chosen), PING_SECONDS)
    except NeverReadyError:
        log.warning("queue_files_laid_aside", folder=str(lay_files_aside(chosen)), log=str(log_file(chosen)))
        servers[0].deaths = 0
        answered = supervisor.wait_until(lambda: answers(chosen), PING_SECONDS)
    if not answered and not supervisor.stopping.is_set():
        raise NeverReadyError(f"The embedded Valkey does not answer; {log_file(chosen)} says why.")
    return answered


def _asking(chosen: Settings) -> Callable[[], bool]:
    return lambda: not unready_parts(chosen.port)


def _welcome(chosen: Settings, demo_env: Path | None) -> str:
    lines = [f"Ready: http://{HOST}:{chosen.port}"]
    if demo_env is not None:
        lines += [
            "  Sign in with UI_USERNAME and UI_PASSWORD, call the API with the ids and the key from",
            f"  {demo_env}",
            "  The demo may call any port of 127.0.0.0/8 over plain http. Ctrl-C stops everything.",
        ]
    return "\n".join(lines)
