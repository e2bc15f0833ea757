"""Names to vetted addresses, off the sender's thread.

A lookup runs in a small pool of threads, because the system's resolver blocks. Attempts that ask for the same
name while it is under way share the answer, and for one second after; every answer is vetted whole.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from postbacks.targets import Resolver, Target, TargetRules, system_resolver, vetted_addresses

FRESH_SECONDS = 1.0
THREADS = 16

Answer = Sequence[str] | Exception
Lookup = tuple[str, int]


class VettingResolver:
    """Looks names up and vets the answers; `done` is called from another thread for every answer that came late."""

    def __init__(self, rules: TargetRules, done: Callable[[], None], resolver: Resolver = system_resolver) -> None:
        self._rules = rules
        self._done = done
        self._resolver = resolver
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="resolver")
        self._running: dict[Lookup, Future[Sequence[str]]] = {}
        self._fresh: dict[Lookup, tuple[float, Answer]] = {}

    def ask(self, target: Target) -> Answer | None:
        """The vetted addresses, the exception that says why there are none, or None: not known yet, ask again."""
        lookup = (target.host, target.port)
        known = self._fresh.get(lookup)
        if known and time.monotonic() - known[0] < FRESH_SECONDS:
            return known[1]
        running = self._running.get(lookup)
        if running is None:
            running = self._pool.submit(vetted_addresses, target, self._rules, self._resolver)
            self._running[lookup] = running
            running.add_done_callback(lambda _: self._done())
        if not running.done():
            return None
        return self._remember(lookup, self._running.pop(lookup))

    def _remember(self, lookup: Lookup, finished: Future[Sequence[str]]) -> Answer:
        problem = finished.exception()
        answer: Answer = finished.result() if problem is None else _as_exception(problem)
        now = time.monotonic()
        self._fresh = {key: kept for key, kept in self._fresh.items() if now - kept[0] < FRESH_SECONDS}
        self._fresh[lookup] = (now, answer)
        return answer

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _as_exception(problem: BaseException) -> Exception:
    return problem if isinstance(problem, Exception) else RuntimeError(repr(problem))
