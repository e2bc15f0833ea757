"""What the API takes in: contacts one by one, and events in batches. `python -m bench.ingest [database url]`.

The web process as `make run` starts it, one matching config, load from kept-alive connections over loopback. Each
2xx comes after its commit. Workers deliver meanwhile where `workers` says so.
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

from bench.load import SAMPLE
from bench.posting import SERIAL, Plan
from bench.stage import LOCATION, Stage, _wait_for, stage
from config import HOUSE
from extensions import db, settings
from launch.programs import web_server
from models import ApiKey, Developer, Role, User, new_id, writing

RUNS = 3
SECONDS = 8.0
BATCH = 1000


def ingest(
    database_url: str, *, runs: int = RUNS, workers: int = 0, seconds: float = SECONDS
) -> dict[str, list[dict[str, float]]]:
    """Contacts and events per second, and how long an answer took, one entry for each run.

    `{"contacts": [{per_second, p50_ms, p99_ms}, …], "events": [{per_second, p50_ms, p99_ms}, …]}`; for events the
    milliseconds are those of a whole batch.
    """
    loads = {
        "contacts": ("/v2/contacts", contact(), 16, 1),
        "events": ("/v2/postbackevents/batch", batch(BATCH), 4, BATCH),
    }
    found: dict[str, list[dict[str, float]]] = {kind: [] for kind in loads}
    with stage(database_url) as on:
        on.add_configs(1)
        port, headers = start_web(on), add_program(on)
        on.start_workers(workers)
        for _ in range(runs):
            for kind, (path, body, connections, each) in loads.items():
                plan = Plan(port, path, headers, json.dumps(body), connections, seconds)
                found[kind].append(figures(post(plan), each))
    return found


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
    on.processes.append(subprocess.Popen(command, env=on.environment, cwd=HOUSE))
    _wait_for(lambda: _answers(port))
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
        "p50_ms": statistics.median(took),
        "p99_ms": took[int(len(took) * 0.99)],
    }


def main() -> None:
    url = sys.argv[1] if len(sys.argv) > 1 else ""
    for kind, runs in ingest(url).items():
        rates = sorted(run["per_second"] for run in runs)
        p50, p99 = (statistics.median(run[name] for run in runs) for name in ("p50_ms", "p99_ms"))
        spread = f"{rates[0]:.0f} to {rates[-1]:.0f}, {len(runs)} runs"
        sys.stdout.write(
            f"{kind}: {statistics.median(rates):.0f}/s ({spread}), p50 {p50:.1f} ms, p99 {p99:.1f} ms an answer\n"
        )


if __name__ == "__main__":
    main()
