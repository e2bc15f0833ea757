"""One merchant's configs, events and deliveries, written and read straight from the tables."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from models import WRITES, Attempt, Delivery, Event, Location, PostbackConfig, new_id, now_ms
from postbacks import claims
from postbacks.destinations import Destinations
from postbacks.due import Claimed, Lanes, Most, due
from postbacks.encryption import Vault
from postbacks.pump import Pump
from postbacks.signing import new_secret
from postbacks.transport import CurlAdapter
from tests.environment import ENCRYPTION_KEY

VAULT = Vault([ENCRYPTION_KEY])
AFTER = 60_000


PLENTY = Most(100_000, 1 << 40)


class Roomy:
    """Lanes that have as much room as a test says."""

    def __init__(self, room: int | Callable[[str], int], most: Most = PLENTY) -> None:
        self._room = room
        self._most = most

    def room(self, config_id: str) -> int:
        return self._room if isinstance(self._room, int) else self._room(config_id)

    def full(self) -> list[str]:
        return []

    def place(self) -> Most:
        return self._most


class Tenant:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.secret = new_secret()
        self.location_id = new_id()
        with self.writing() as connection:
            connection.execute(insert(Location).values(id=self.location_id, name="Harbour shop", tz="UTC"))

    def writing(self) -> Any:
        """A transaction that writes."""
        return self.engine.execution_options(**WRITES).begin()

    def config(self, url: str = "https://x.test/", **fields: Any) -> str:
        """A config's id; it allows three attempts, a second apart, unless `fields` say otherwise."""
        values = {
            "id": new_id(), "location_id": self.location_id, "resource": "contact", "on_create": True,
            "on_update": True, "on_delete": True, "url": url, "number_of_attempts": 3, "attempt_interval": 1,
            "signing_secret": VAULT.encrypt(self.secret), **fields,
        }  # fmt: skip
        with self.writing() as connection:
            connection.execute(insert(PostbackConfig).values(**values))
        return str(values["id"])

    def change(self, config_id: str, **fields: object) -> None:
        """What a verb does to a config: new values, a new version."""
        table = PostbackConfig
        with self.writing() as connection:
            connection.execute(update(table).where(table.id == config_id).values(version=table.version + 1, **fields))

    def deliveries(self, config_id: str, count: int = 1, told: str = '{"id":"1"}', **fields: Any) -> list[str]:
        """Deliveries that are due now, of one event each, unless `fields` say otherwise; their ids."""
        ids, now = [new_id() for _ in range(count)], now_ms()
        events = [
            {"id": new_id(), "location_id": self.location_id, "resource": "contact", "record_id": "1", "type": "CREATE",
             "data": told, "created_ms": now}
            for _ in ids
        ]  # fmt: skip
        rows = [
            {"id": id_, "event_id": event["id"], "postback_config_id": config_id, "location_id": self.location_id,
             "next_attempt_ms": now - 1000 + number % 1000, "created_ms": now, **fields}
            for number, (id_, event) in enumerate(zip(ids, events, strict=True))
        ]  # fmt: skip
        with self.writing() as connection:
            connection.execute(insert(Event), events)
            connection.execute(insert(Delivery), rows)
        return ids

    def delivery(self, delivery_id: str) -> Row[Any]:
        with self.engine.connect() as connection:
            return connection.execute(select(Delivery.__table__).where(Delivery.id == delivery_id)).one()

    def attempts(self, delivery_id: str) -> Sequence[Row[Any]]:
        """In the order in which they were begun."""
        table = Attempt.__table__
        query = select(table).where(table.c.delivery_id == delivery_id).order_by(table.c.sequence)
        with self.engine.connect() as connection:
            return connection.execute(query).all()

    def states(self, config_id: str | None = None) -> Counter[str]:
        query = select(Delivery.state)
        if config_id:
            query = query.where(Delivery.postback_config_id == config_id)
        with self.engine.connect() as connection:
            return Counter(connection.scalars(query).all())

    def claim(self, token: str = "mine", room: int = 16, lease_ms: int = AFTER) -> list[Claimed]:
        """What the pump's claim does: find, take, write the attempts."""
        with self.writing() as connection:
            found, _ = due(connection, now_ms(), Roomy(room), None)
            self.take(connection, found, token, lease_ms)
        return found

    @staticmethod
    def take(connection: Connection, found: list[Claimed], token: str, lease_ms: int = AFTER) -> None:
        if found:
            claims.take(connection, found, token, now_ms() + lease_ms)
            urls = {one.config_id: "https://x.test/" for one in found}
            claims.begin_attempts(connection, found, urls, now_ms())

    def due(self, lanes: Lanes, after: str | None = None) -> tuple[list[Claimed], str | None]:
        """What could be claimed; nothing is taken."""
        with self.writing() as connection:
            return due(connection, now_ms(), lanes, after)

    def pump(self, wire: CurlAdapter, **fields: Any) -> Pump:
        values = {"total_timeout": 1.0, "connections_per_config": 8, **fields}
        return Pump(self.engine, wire, Destinations(VAULT), **values)
