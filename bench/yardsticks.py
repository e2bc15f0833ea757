"""What the engine is compared with, in the same run: `python -m bench.yardsticks`.

The receiver alone, asked as fast as one core can; a bare `requests` loop that posts the same bytes; one RQ job per
delivery.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests

from bench.command import Effort, run
from bench.figures import NO_STORE, Report
from bench.load import SAMPLE, Backlog, add_backlog
from bench.rq_jobs import enqueue
from bench.stage import Stage, receiver, stage, wait_for
from bench.stores import Store
from models import new_id, now_ms
from postbacks.message import CONTENT_TYPE, USER_AGENT, PostbackRequest, frozen_json, postback_body, signed_request
from postbacks.signing import key_of, new_secret

PART = "yardsticks"
CONNECTIONS = 16
RQ_WORKER = [sys.executable, "-m", "bench.rq_jobs"]


def measure(store: Store, report: Report, effort: Effort) -> None:
    if report.median(PART, "bare requests loop", NO_STORE) is None:
        _without_store(report, effort)
    with stage(store) as on:
        ids = on.add_configs(100)
        workers = [on.start(RQ_WORKER) for _ in range(2)]
        rates = [_one_job_each(on, ids, effort.of(600, 100)) for _ in range(effort.runs)]
        for worker in workers:
            worker.kill()  # its end in order would wait for a read of the queue
    report.add(PART, "one RQ job per delivery", "deliveries/s", store.name, rates)


def _without_store(report: Report, effort: Effort) -> None:
    seconds = effort.of(2, 1)
    with receiver() as (port, _):
        url = f"http://127.0.0.1:{port}/ok"
        request = sample_request(url)
        asking, name = (wrk, "receiver under wrk") if shutil.which("wrk") else (raw_loop, "receiver under a raw loop")
        report.add(PART, name, "requests/s", NO_STORE, [asking(request, seconds) for _ in range(effort.runs)])
        loops = [requests_loop(request, seconds) for _ in range(effort.runs)]
        report.add(PART, "bare requests loop", "requests/s", NO_STORE, loops)


def sample_request(url: str) -> PostbackRequest:
    """What the engine would send for the sample event."""
    body = postback_body("CREATE", "contact", 1, frozen_json(SAMPLE))
    fixed = (f"User-Agent: {USER_AGENT}", f"Content-Type: {CONTENT_TYPE}")
    keys = [key_of(new_secret())]
    return signed_request(url, fixed, body, message_id=new_id(), keys=keys, timestamp=int(time.time()))


def wrk(request: PostbackRequest, seconds: int) -> float:
    """Requests per second by wrk: one thread, sixteen connections."""
    lines = ["wrk.method = 'POST'", f"wrk.body = [[{_body(request).decode()}]]"]
    lines += [f"wrk.headers[ [[{name}]] ] = [[{value}]]" for name, value in request.headers.items()]
    with tempfile.TemporaryDirectory(prefix="postbacks-bench-") as folder:
        script = Path(folder) / "post.lua"
        script.write_text("\n".join(lines))
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}", "-s", str(script), str(request.url)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"Requests/sec: +([\d.]+)", told)
    if found is None or "Non-2xx" in told:
        raise RuntimeError(f"wrk said:\n{told}")
    return float(found[1])


def raw_loop(request: PostbackRequest, seconds: int) -> float:
    """The same by a loop of our own, in a process of its own."""
    command = [sys.executable, "-m", "bench.raw_loop", str(request.url), str(seconds), str(CONNECTIONS)]
    head = "".join(f"{line}\r\n" for line in request.header_lines).encode()
    told = subprocess.run(command, input=head + b"\r\n" + _body(request), check=True, capture_output=True).stdout
    return float(told)


def requests_loop(request: PostbackRequest, seconds: int) -> float:
    """Requests per second by `Session.post`, one after the other."""
    headers, count = dict(request.headers), 0
    with requests.Session() as session:
        until = (began := time.monotonic()) + seconds
        while time.monotonic() < until:
            session.post(str(request.url), data=_body(request), headers=headers, timeout=15).raise_for_status()
            count += 1
        return count / (time.monotonic() - began)


def _body(request: PostbackRequest) -> bytes:
    assert isinstance(request.body, bytes)
    return request.body


def _one_job_each(on: Stage, config_ids: list[str], count: int) -> float:
    on.forget_arrivals()
    backlog: Backlog = add_backlog(on, config_ids, count, now_ms())
    enqueue(on, backlog)
    wait_for(lambda: on.arrived() >= count, 120, every=0.1)
    came = sorted(times[0] for times in on.arrivals().values())
    return (count - 1) / ((came[-1] - came[0]) / 1e9)


if __name__ == "__main__":
    run([measure])
