"""What goes in and how it is answered: contacts created all the time, receivers of three kinds."""

import random
import threading
import time
from dataclasses import dataclass, field

from tests.answers import Answer, Exchange, respond
from tests.contact_client import ContactClient, Created

SLOWNESS = 0.15
CREATE_EVERY = 0.15
CLIENTS = 3


def refuse_first_attempts(exchange: Exchange) -> bool:
    """500 to the first attempt, 200 to those that follow."""
    return respond(500 if exchange.request.number == 1 else 200)(exchange)


ANSWERS: dict[str, Answer] = {
    "/ready": respond(200),
    "/refusing": refuse_first_attempts,
    "/slow": respond(200, after=SLOWNESS),
}
PATHS = tuple(ANSWERS)


@dataclass
class Traffic:
    """Creates contacts from several threads until it is stopped, and keeps what the API said of each name."""

    client: ContactClient
    answers: dict[str, Created] = field(default_factory=dict)
    acknowledged_at: dict[str, float] = field(default_factory=dict)
    """Contact id → monotonic seconds of the 201."""
    _stopped: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        for number in range(CLIENTS):
            thread = threading.Thread(target=self._create, args=(number,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join(60)

    @property
    def acknowledged(self) -> dict[str, str]:
        """Contact id → the name it was created with."""
        return {made.id: name for name, made in self.answers.items() if made.id is not None}

    def create(self, name: str) -> Created:
        """One contact of this name, once."""
        made = self.answers[name] = self.client.create(name)
        if made.id is not None:
            self.acknowledged_at[made.id] = time.monotonic()
        return made

    def _create(self, client_number: int) -> None:
        count = 0
        while not self._stopped.wait(CREATE_EVERY * random.uniform(0.5, 1.5)):
            count += 1
            self.create(f"Client {client_number} contact {count}")
