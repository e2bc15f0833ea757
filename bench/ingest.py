"""What the API takes in: contacts one by one, and events in batches. `python -m bench.ingest`.

The web process as `make run` starts it, one matching config, load from kept-alive connections over loopback. Each
2xx comes after its commit. No worker runs: what is measured is the taking in.
"""

import json
import secrets
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from hashlib import sha256
from socket import create_server
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from bench.command import Effort, run
from bench.figures import Report
from bench.load import SAMPLE
from bench.posting import SERIAL, Plan
from bench.stage import LOCATION, Stage, stage, wait_for
from bench.stores import Store
from config import HOUSE
from extensions import db, settings
from launch.programs import web_server
from models import ApiKey, Developer, Role, User, new_id, writing

BATCH = 1000


def measure(store: Store, report: Report, effort: Effort) -> None:
    """Contacts and events per second, and how long an answer took; for events the milliseconds of a whole batch."""
    loads = {
        "POST /v2/contacts": ("/v2/contacts", contact(), 16, 1),
        "POST /v2/postbackevents/batch": ("/v2/postbackevents/batch", batch(BATCH), 4, BATCH),
    }
    with stage(store) as on:
        on.add_configs(1)
        port, headers = start_web(on), add_program(on)
        for name, (path, body, connections, each) in loads.items():
            plan = Plan(port, path, headers, json.dumps(body), connections, effort.of(6, 1))
            runs = [figures(post(plan), each) for _ in range(effort.runs)]
            report.add("ingest", name, "records/s", store.name, [run["per_second"] for run in runs])
            for part in ("p50", "p99"):
                report.add("ingest", f"{name}: answer {part}", "ms", store.name, [run[part] for run in runs])


def contact() -> dict[str, object]:
    return {"contact": {"location_id": LOCATION, "last_name": "Lue", "first_name": "Ann", "city": "Oslo"}}


def batch(size: int) -> dict[str, object]:
    """As many events as contacts would have made, each with an idempotency id of its own in every request."""
    events = [
        {
            "location_id": LOCATION,
            "resource": "contact",
            "type": "CREATE",
            "data": SAMPLE,
            "idempotency_id": f"{SERIAL}-{number}",
        }
        for number in range(size)
    ]
    return {"postbackevents": events}


def start_web(on: Stage) -> int:
    """Start the web process and wait until it answers. Returns its port."""
    with closing(create_server(("127.0.0.1", 0))) as probe:
        port = int(probe.getsockname()[1])
    with on.app.app_context():
        command = web_server(settings().model_copy(update={"port": port})).command
    on.start(command)
    wait_for(lambda: _answers(port))
    return port


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return True
    except (URLError, OSError):
        return False


def add_program(on: Stage) -> dict[str, str]:
    """A program that may post at the stage's location; the headers it signs in with."""
    user, key = new_id(), secrets.token_urlsafe(32)
    with on.app.app_context(), writing(db.session()):
        developer = Developer(name="Bench")
        db.session.add_all([developer, User(id=user, username="bench")])
        db.session.flush()
        db.session.add(Role(user_id=user, location_id=LOCATION, name="integration"))
        db.session.add(ApiKey(user_id=user, prefix=key[:8], digest=sha256(key.encode()).hexdigest()))
    return {"developer-id": developer.id, "user-id": user, "user-api-key": key}


def post(plan: Plan) -> dict[str, Any]:
    """What the load generator found. Raises RuntimeError where an answer was no 2xx."""
    command = [sys.executable, "-m", "bench.posting"]
    done = subprocess.run(
        command, cwd=HOUSE, input=json.dumps(asdict(plan)), stdout=subprocess.PIPE, text=True, check=True, timeout=300
    )
    result: dict[str, Any] = json.loads(done.stdout)
    if result["refused"]:
        raise RuntimeError(f"{plan.path} answered: {result['refused']}")
    return result


def figures(result: Mapping[str, Any], each: int) -> dict[str, float]:
    took: Sequence[float] = result["milliseconds"]
    return {
        "per_second": result["per_second"] * each,
        "p50": statistics.median(took),
        "p99": took[int(len(took) * 0.99)],
    }


if __name__ == "__main__":
    run([measure])
