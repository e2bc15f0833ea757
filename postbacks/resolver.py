"""Names to vetted addresses, off the sender's thread.

The system's resolver blocks and cannot be called off, so each lookup has a thread for as long as it takes. Attempts
that ask for the same name while it is under way share the answer, and for one second after; every answer is vetted
whole. A host that is an address needs no lookup and no thread.

A name whose server hangs holds a thread, so threads are dealt out by what is known of a name: one that answered in
time finds a free one even while names that nobody knows yet hold all that these may hold, and a name that was slow
the last time competes for a few with others of its kind.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from enum import IntEnum

from postbacks.resolver_threads import Threads
from postbacks.targets import Resolver, Target, TargetRules, literal_of, system_resolver, vetted_addresses

FRESH_SECONDS = 1.0
SLOW_SECONDS = 1.0
NAMES_KEPT = 10_000

Answer = Sequence[str] | Exception
Lookup = tuple[str, int]


class Standing(IntEnum):
    """What is known of a name."""

    PROMPT = 0
    UNKNOWN = 1
    SLOW = 2


# A lookup begins while fewer than so many run; of the slow ones, while fewer than so many slow ones do.
MOST_RUNNING = {Standing.PROMPT: 128, Standing.UNKNOWN: 96, Standing.SLOW: 96}
MOST_SLOW = 16


class VettingResolver:
    """Looks names up and vets the answers; `done` is called from another thread for every answer that came late.

    All else is called from one thread.
    """

    def __init__(self, rules: TargetRules, done: Callable[[], None], resolver: Resolver = system_resolver) -> None:
        self._rules = rules
        self._done = done
        self._resolver = resolver
        self._threads = Threads("resolver")
        self._running: dict[Lookup, Standing] = {}
        self._ended: deque[tuple[Lookup, Answer, float]] = deque()
        self._fresh: dict[Lookup, tuple[float, Answer]] = {}
        self._standings: dict[str, Standing] = {}

    def ask(self, target: Target) -> Answer | None:
        """The vetted addresses, the exception that says why there are none, or None: not known yet, ask again."""
        lookup = (target.host, target.port)
        known = self._fresh.get(lookup)
        if known and time.monotonic() - known[0] < FRESH_SECONDS:
            return known[1]
        under_way = lookup in self._running
        if not under_way and literal_of(target.host) is not None:
            return self._remember(lookup, self._answer(target))
        if self._ended:
            self._take_in()
        if not under_way:
            self._begin(lookup, target)
        elif lookup not in self._running:
            return self._fresh[lookup][1]
        return None

    def _begin(self, lookup: Lookup, target: Target) -> None:
        """Look it up if a thread may be spent on it; else whoever asked asks again."""
        standing = self._standings.get(target.host, Standing.UNKNOWN)
        if len(self._running) >= MOST_RUNNING[standing]:
            return
        if standing is Standing.SLOW and self._count_slow() >= MOST_SLOW:
            return
        self._running[lookup] = standing
        self._threads.run(lambda: self._look_up(lookup, target))

    def _count_slow(self) -> int:
        return sum(standing is Standing.SLOW for standing in self._running.values())

    def _look_up(self, lookup: Lookup, target: Target) -> None:
        began = time.monotonic()
        answer = self._answer(target)
        self._ended.append((lookup, answer, time.monotonic() - began))
        self._done()

    def _answer(self, target: Target) -> Answer:
        try:
            return vetted_addresses(target, self._rules, self._resolver)
        except Exception as problem:  # noqa: BLE001 - whatever a resolver raises is its answer
            return problem

    def _take_in(self) -> None:
        while self._ended:
            lookup, answer, seconds = self._ended.popleft()
            del self._running[lookup]
            self._remember(lookup, answer)
            host, standing = lookup[0], Standing.SLOW if seconds >= SLOW_SECONDS else Standing.PROMPT
            self._standings.pop(host, None)
            self._standings[host] = standing
            if len(self._standings) > NAMES_KEPT:
                del self._standings[next(iter(self._standings))]

    def _remember(self, lookup: Lookup, answer: Answer) -> Answer:
        """Keep it while it is fresh, and let go of those that are not: they stand in the order of their making."""
        now = time.monotonic()
        while self._fresh and now - self._fresh[oldest := next(iter(self._fresh))][0] >= FRESH_SECONDS:
            del self._fresh[oldest]
        self._fresh.pop(lookup, None)
        self._fresh[lookup] = (now, answer)
        return answer

    def close(self) -> None:
        self._threads.close()
