"""Running a pump to its end."""

import time
from collections import Counter
from collections.abc import Callable

from postbacks.pump import Tally
from postbacks.transport import CurlAdapter
from tests.postbacks.tenant import Tenant
from tests.receiver import Receiver


class NobodyRings:
    """A bell that is never rung."""

    def answer(self) -> bool:
        return False

    def call(self) -> None:
        return

    def listen(self, seconds: float) -> bool:
        time.sleep(seconds)
        return False


def never() -> bool:
    return False


def run(tenant: Tenant, wire: CurlAdapter, stopping: Callable[[], bool] = never, **fields: object) -> Tally:
    return tenant.pump(wire, **fields).run(NobodyRings(), stopping)


def posts(receiver: Receiver, path: str | None = None) -> Counter[str]:
    return Counter(request.webhook_id for request in receiver.requests(path))
