"""Clock anchors: what each machine's steady clock has to be added to, so that all its processes agree on the time.

The first process after a machine's start writes it, as the wall clock has it then; every later one reads it,
whatever has become of the wall clock since.
"""

from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, String, event
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, anchor_clock, steady_ms, wall_ms

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
TIME_NAMESPACE = Path("/proc/self/ns/time")


class ClockAnchor(Base):
    __tablename__ = "clock_anchors"

    boot: Mapped[str] = mapped_column(String(128), primary_key=True)
    """One start of one machine, and where containers have clocks of their own, of one of these."""
    offset_ms: Mapped[int]


def this_boot() -> str | None:
    """What the processes that share this one's steady clock share; None where the system does not tell."""
    namespace = ""
    with suppress(OSError):
        namespace = TIME_NAMESPACE.readlink().name
    try:
        return BOOT_ID.read_text().strip() + namespace
    except OSError:
        return None


def prepare_clock(engine: Engine) -> None:
    """Set this process's clock by the database, with the first connection that can tell."""
    boot, anchored = this_boot(), False
    mark = "?" if engine.dialect.name == "sqlite" else "%s"

    @event.listens_for(engine, "connect")
    def connect(dbapi_connection: Any, _record: Any) -> None:
        nonlocal anchored
        if anchored or boot is None:
            return
        try:
            anchor_clock(_agreed_offset(dbapi_connection, boot, mark))
            dbapi_connection.commit()
            anchored = True
        except engine.dialect.loaded_dbapi.Error:  # no such table yet, or no room for the row: the next one may tell
            dbapi_connection.rollback()


def _agreed_offset(dbapi_connection: Any, boot: str, mark: str) -> int:
    known = f"SELECT offset_ms FROM clock_anchors WHERE boot = {mark}"  # noqa: S608 - the driver's own mark
    found = dbapi_connection.execute(known, (boot,)).fetchone()
    if found is None:
        row = f"INSERT INTO clock_anchors (boot, offset_ms) VALUES ({mark}, {mark}) ON CONFLICT DO NOTHING"  # noqa: S608
        dbapi_connection.execute(row, (boot, _first_offset(dbapi_connection)))
        found = dbapi_connection.execute(known, (boot,)).fetchone()
    return int(found[0])


def _first_offset(dbapi_connection: Any) -> int:
    """By the wall clock, but not behind what happened already: a machine that starts in the past would wait for it."""
    newest = dbapi_connection.execute("SELECT created_ms FROM events ORDER BY id DESC LIMIT 1").fetchone()
    return max(wall_ms(), newest[0] if newest else 0) - steady_ms()
