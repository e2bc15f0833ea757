"""How the whole deployment is: what waits, what is late, who works, what it stands on. For admins of the root.

Everything is read at once and in bounded time; a Redis that is away is a state like any other.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text

from extensions import db, settings
from jobs.health import QueueFacts, RedisFacts, queue_facts, redis_facts
from models import Delivery, DeliveryState, now_ms
from resources.access import Actor, holds_everywhere
from resources.migration_state import current_heads, wanted_heads
from resources.settings_in_effect import without_password
from schemas.refusals import Forbidden

GET = "v2.system.get"
MOST_COUNTED = 100_000
"""A count stops here: the page must not cost more the worse things are."""
LATE_MS = 5_000
"""What has been due for longer than this should have been sent by now."""
SIZES = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Deliveries that are not final, each number counted up to MOST_COUNTED."""

    waiting: int
    sending: int
    due: int
    """Of those that wait: whose time has come."""
    past_due: int
    """Of these: for longer than LATE_MS."""
    oldest_due_ms: int
    """For how long the longest has been due, in milliseconds; 0 where none is."""


@dataclass(frozen=True, slots=True)
class Store:
    """The database."""

    name: str
    version: str
    address: str
    size_bytes: int | None
    heads: tuple[str, ...]
    wanted: tuple[str, ...]

    @property
    def is_current(self) -> bool:
        return self.heads == self.wanted


@dataclass(frozen=True, slots=True)
class SystemState:
    """`queue` and `redis` are None where Redis does not answer."""

    deliveries: Waiting
    queue: QueueFacts | None
    redis: RedisFacts | None
    store: Store

    @property
    def swept_ms(self) -> int | None:
        """When any worker ended a sweep last; None where none says so."""
        told = [worker.swept_ms for worker in self.queue.workers if worker.swept_ms] if self.queue else []
        return max(told, default=None)


def require_root_admin(actor: Actor) -> None:
    """Raise Forbidden where the actor is no admin of everything."""
    if not holds_everywhere(db.session(), actor, GET):
        raise Forbidden(GET)


def system_state(actor: Actor) -> SystemState:
    """The state of this moment. Raises Forbidden."""
    require_root_admin(actor)
    connection = db.session.connection()
    deliveries, store = _waiting(connection), _store(connection)
    db.session.rollback()  # nobody is kept waiting for a Redis that does not answer
    queue = queue_facts(settings())
    return SystemState(deliveries, queue, redis_facts(settings()) if queue else None, store)


def _waiting(connection: Connection) -> Waiting:
    now = now_ms()
    waits = Delivery.state == DeliveryState.WAITING.value
    oldest = connection.scalar(select(func.min(Delivery.next_attempt_ms)).where(waits))
    return Waiting(
        waiting=_counted(connection, waits),
        sending=_counted(connection, Delivery.state == DeliveryState.SENDING.value),
        due=_counted(connection, waits, Delivery.next_attempt_ms <= now),
        past_due=_counted(connection, waits, Delivery.next_attempt_ms <= now - LATE_MS),
        oldest_due_ms=0 if oldest is None else max(0, now - oldest),
    )


def _counted(connection: Connection, *conditions: object) -> int:
    some = select(Delivery.id).where(*conditions).limit(MOST_COUNTED).subquery()  # type: ignore[arg-type]
    return connection.scalar(select(func.count()).select_from(some)) or 0


def _store(connection: Connection) -> Store:
    dialect = connection.dialect
    version = ".".join(str(part) for part in dialect.server_version_info or ())
    size = connection.scalar(text(SIZES[dialect.name])) if dialect.name in SIZES else None
    return Store(
        name={"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(dialect.name, dialect.name),
        version=version,
        address=without_password(settings().effective_database_url),
        size_bytes=size,
        heads=tuple(sorted(current_heads(connection))),
        wanted=tuple(sorted(wanted_heads())),
    )
