"""What this process is at, for its heartbeat: its threads write it down, the heart reads it."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Work:
    """Of one worker, since its start. `in_flight` answers how many attempts are under way this moment."""

    in_flight: Callable[[], int] = field(default=lambda: 0)
    delivered: int = 0
    failed: int = 0
    swept_ms: int = 0
    """When the last sweep ended, in epoch milliseconds; 0: none did yet."""


work = Work()
