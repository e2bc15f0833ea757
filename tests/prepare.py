"""`python -m tests.prepare`: get what the tests need and cannot get from PyPI, before they run.

Says loudly what could not be had and how to get it. Ends with 1 then, if CI is set; else with 0, and the tests that
need it are skipped.
"""

import os
import shutil
import subprocess
import sys

from tests.chromium import HOW_TO_GET_CHROMIUM, find_chromium
from tests.postgres_binaries import GIVEN, HOW_TO_GET_POSTGRES, find_postgres

FRAME = "!" * 100


def main() -> int:
    missing = [how for how in (prepare_postgres(), prepare_chromium()) if how]
    for how in missing:
        sys.stderr.write(f"{FRAME}\n{how}\n{FRAME}\n")
    return 1 if missing and os.environ.get("CI") else 0


def prepare_postgres() -> str | None:
    """None when there is a PostgreSQL server to be had, else how to get one."""
    if os.environ.get(GIVEN) or find_postgres():
        return None
    apt_install("postgresql")
    return None if find_postgres() else HOW_TO_GET_POSTGRES


def prepare_chromium() -> str | None:
    """None when there is a Chromium, else how to get one."""
    if find_chromium():
        return None
    if not apt_install("chromium"):
        run([sys.executable, "-m", "playwright", "install", "chromium"])
    return None if find_chromium() else HOW_TO_GET_CHROMIUM


def apt_install(package: str) -> bool:
    """Install a Debian package, if this is Debian and we are root. Whether it worked."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return False
    install = [apt, "install", "--yes", "--no-install-recommends", package]
    return run(install) or (run([apt, "update"]) and run(install))


def run(command: list[str]) -> bool:
    sys.stderr.write(f"+ {' '.join(command)}\n")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=quiet, check=False, stdout=sys.stderr).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
