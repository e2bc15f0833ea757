"""What the figures were measured on."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pycurl

from bench.stores import Store
from postbacks.message import USER_AGENT


def about(stores: list[Store], runs: int) -> dict[str, Any]:
    """Machine, software, stores and date, as text for the table's head."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB, "
        f"{platform.system()} {platform.release()}",
        "software": f"{USER_AGENT}, Python {platform.python_version()}, {pycurl.version.split()[0]}, "
        f"{pycurl.version.split()[1]}, Valkey with AOF everysec",
        "stores": {store.name: store.facts for store in stores},
        "runs": runs,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
