"""The whole product in one test: a tenant, its API, a queue, workers, a receiver."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from extensions import db
from models import Attempt, Delivery, new_id, writing
from postbacks.events import happened, record_events
from tests.answers import Answer
from tests.processes import Processes, free_port
from tests.receiver import Receiver
from tests.valkey import Valkey
from tests.world import World, seed_config

FINAL = {"delivered", "failed", "cancelled"}
LOOK_EVERY = 0.05
Record = dict[str, Any]


@dataclass
class Flow:
    """Acts through the API alone, as an integrator would."""

    world: World
    valkey: Valkey
    receiver: Receiver
    processes: Processes
    secrets: dict[str, str] = field(default_factory=dict)
    """Signing secrets by config id."""

    def __post_init__(self) -> None:
        self.api = self.world.api()

    def web(self) -> str:
        """A web server that knows its own address. Returns that address."""
        port = free_port()
        return self.processes.web(port, public_url=f"http://127.0.0.1:{port}")

    def config(self, *answers: Answer | int, path: str = "/hook", url: str | None = None, **fields: object) -> Record:
        """A config whose receiver answers with these in turn."""
        url = url or self.receiver.plan(path, *(answers or (200,)))
        wanted = seed_config(self.world.here, **{"url": url, "attempt_interval": 1, **fields})
        answer = self.api.post("postbackconfigs", {"postbackconfig": wanted}, expand="signing_secret")
        made = record_of(answer, "postbackconfig", 201)
        self.secrets[made["id"]] = made["signing_secret"]
        return made

    def change_config(self, config: Record, **fields: object) -> Record:
        answer = self.api.put(f"postbackconfigs/{config['id']}", {"postbackconfig": fields})
        return record_of(answer, "postbackconfig", 200)

    def contact(self, **fields: object) -> Record:
        wanted = {"location_id": self.world.here, "last_name": "Jones", **fields}
        return record_of(self.api.post("contacts", {"contact": wanted}), "contact", 201)

    def contacts(self, count: int) -> list[Record]:
        return [self.contact(last_name=f"Jones {number}") for number in range(count)]

    def backlog(self, count: int) -> None:
        """Events with their deliveries, committed at once and without waking anybody."""
        app, here = self.world.app, self.world.here
        with app.app_context(), writing(db.session()):
            for number in range(count):
                data = {"id": new_id(), "last_name": f"Jones {number}"}
                new = happened(type_="CREATE", resource="contact", record_id=data["id"], location_id=here, data=data)
                record_events(db.session(), [new])

    def alter_deliveries(self, **values: object) -> None:
        """Write to the rows of what is being sent, as time and deaths would have."""
        with self.world.app.app_context(), writing(db.session()):
            db.session.execute(update(Delivery).where(Delivery.state == "sending").values(**values))

    def interrupted_attempts(self) -> int:
        """How many attempts ended with nobody knowing how."""
        with self.world.app.app_context():
            counted = select(func.count()).select_from(Attempt).where(Attempt.state == "interrupted")
            return db.session.scalars(counted).one()

    def deliveries(self, **filters: object) -> list[Record]:
        """The newest 200 deliveries, newest first."""
        answer = self.api.get("postbackdeliveries", page_size=200, **filters)
        assert answer.status_code == 200, answer.text
        found: list[Record] = answer.get_json()["postbackdeliveries"]
        return found

    def count(self, **filters: object) -> int:
        """How many deliveries there are."""
        answer = self.api.get("postbackdeliveries", page_size=1, **filters)
        return int(answer.get_json()["meta"]["pagination"]["totalCount"])

    def delivery(self, **filters: object) -> Record:
        """The only delivery there is, with its attempts."""
        [found] = self.deliveries(**filters)
        return self.shown(found["id"])

    def shown(self, delivery_id: str) -> Record:
        return record_of(self.api.get(f"postbackdeliveries/{delivery_id}"), "postbackdelivery", 200)

    def settled(self, within: float = 20.0) -> Record:
        """The only delivery there is, once it is final, with its attempts."""
        self.all_settled(1, within)
        return self.delivery()

    def wait_until_status(self, status: str, within: float = 15.0) -> None:
        """Return when the only delivery stands like this."""
        deadline = time.monotonic() + within
        while self._states() != {status: 1}:
            assert time.monotonic() < deadline, f"not {status} after {within} s"
            time.sleep(LOOK_EVERY)
        assert [one["status"] for one in self.deliveries()] == [status]

    def all_settled(self, count: int, within: float = 20.0) -> Counter[str]:
        """How the deliveries ended, once that many are final; AssertionError when they are not in time."""
        deadline = time.monotonic() + within
        while (final := sum(number for state, number in self._states().items() if state in FINAL)) < count:
            assert time.monotonic() < deadline, f"{final} of {count} after {within} s\n{self.processes.logs()}"
            time.sleep(LOOK_EVERY)
        states = Counter({state: found for state in FINAL if (found := self.count(status=state))})
        assert states.total() == count, f"{states}: more than {count}"
        return states

    def _states(self) -> Counter[str]:
        """What the API would say, looked up beside it: whoever waits must not keep the processors busy meanwhile."""
        with self.world.app.app_context(), db.engine.connect() as connection:
            found = connection.execute(select(Delivery.state, func.count()).group_by(Delivery.state)).all()
        return Counter(dict(found))


def record_of(answer: TestResponse, key: str, status: int) -> Record:
    """The record in an answer, which must have this status."""
    assert answer.status_code == status, answer.text
    record: Record = answer.get_json()[key]
    return record


def each(attempts: list[Mapping[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    """These fields of each attempt, in order."""
    return [tuple(attempt[name] for name in names) for attempt in attempts]
