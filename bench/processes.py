"""What a process has cost so far, as Linux counts it. Elsewhere there is no /proc, and nothing is counted."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


def cpu_seconds(pid: int) -> float:
    """Processor seconds of this process and of its children that have ended; 0 where it is gone."""
    fields = _stat(pid)
    return sum(int(fields[place]) for place in (11, 12, 13, 14)) / TICKS if fields else 0.0


def family_cpu_seconds(pid: int) -> float:
    """The same with the children that still run: a PostgreSQL server and its backends."""
    children = (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())
    return cpu_seconds(pid) + sum(cpu_seconds(child) for child in children if _parent(child) == pid)


def peak_memory_mb(pid: int) -> float:
    """The most memory that this process ever had resident, in MB."""
    try:
        lines = (PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


def _parent(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[1]) if fields else 0


def _stat(pid: int) -> list[str]:
    """The fields after the name, which may hold spaces; the first is the state."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
