"""The command line of each process of the product, in the order in which they start."""

import math
import socket
import sys

from config import Settings
from launch.child import Child
from launch.valkey import server_command

HOST = "127.0.0.1"
FLASK = [sys.executable, "-m", "flask", "--app", "app"]
SECOND_WORKER_AFTER = 1.5


class PortTakenError(Exception):
    """Something else listens on the web port; the message says what to do."""


def queue_server(settings: Settings) -> list[Child]:
    """The embedded Valkey, or nothing where another server is named."""
    return [] if settings.redis_url else [Child("valkey", server_command(settings))]


def web_server(settings: Settings) -> Child:
    """gunicorn with a few processes of many threads; more than one machine's worth is the deployment's business."""
    options = {
        "workers": str(settings.web_processes),
        "bind": f"{HOST}:{settings.port}",
        "worker-class": "launch.web_worker.WebWorker",
        "threads": str(settings.web_threads),
        "graceful-timeout": str(math.ceil(settings.total_timeout)),
        "log-level": "warning",
    }
    parts = [part for name, value in options.items() for part in (f"--{name}", value)]
    # Its control socket would lie in the home folder, whoever's that is. Loaded before the processes part, the
    # application costs its start once.
    own = ["--no-control-socket", "--preload"]
    return Child("web", [sys.executable, "-m", "gunicorn", *own, *parts, "app:create_app()"])


def workers(settings: Settings) -> list[Child]:
    """The processes that deliver; each of them sweeps as well. One is enough to be ready: the others come after it."""
    return [
        Child(f"worker {number + 1}", [*FLASK, "worker"], delay=SECOND_WORKER_AFTER if number else 0.0)
        for number in range(settings.workers)
    ]


def require_free_port(settings: Settings) -> None:
    """Raise PortTakenError where the web server could not listen."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, settings.port))
        except OSError as error:
            raise PortTakenError(
                f"Port {settings.port} cannot be used ({error.strerror}). Stop what listens there, or choose another "
                f"one: PORT={8001 if settings.port == 8000 else 8000} make run"  # noqa: PLR2004
            ) from None
