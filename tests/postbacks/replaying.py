"""Replays straight in the tables, and time that passes for them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, insert, select, update

from models import Delivery, Event, Location, PostbackReplay, User, new_id, now_ms
from postbacks import replays
from tests.postbacks.tenant import Tenant

PERSON = "ann"
FINAL = {"failed", "cancelled", "delivered"}


def replay_of(tenant: Tenant, **fields: Any) -> str:
    """The id of a replay of what failed at the tenant's location, unless `fields` say otherwise; its set is closed."""
    values: dict[str, Any] = {
        "location_id": tenant.location_id, "rate": 1000, "state": "running", "total": 0, "done": 0, "steps": 0,
        "reached_key": "", "reached_id": "", "created_by": PERSON, "created_ms": now_ms(), "paced_ms": 0,
        **({} if "skipped" in fields else {"status": "failed"}), **fields,
    }  # fmt: skip
    replay = PostbackReplay(id=new_id(), created_user_id=new_id(), **values)
    with tenant.writing() as connection:
        replays.close_set(connection, replay)
        connection.execute(
            insert(User).values(id=replay.created_user_id, username=replay.created_user_id, timezone="UTC")
        )
        columns = PostbackReplay.__table__.columns.keys()
        connection.execute(insert(PostbackReplay).values({name: getattr(replay, name) for name in columns}))
    return replay.id


def replay_row(tenant: Tenant, replay_id: str) -> Row[Any]:
    with tenant.engine.connect() as connection:
        return connection.execute(select(PostbackReplay.__table__).where(PostbackReplay.id == replay_id)).one()


def step(tenant: Tenant, replay_id: str, at_ms: int | None = None) -> int:
    """One step, as a worker's sweep takes it."""
    return replays.step(tenant.engine, replay_row(tenant, replay_id), at_ms or now_ms())


def finish(tenant: Tenant, replay_id: str, most_steps: int = 50) -> list[int]:
    """Steps half a second apart, all of them past, until it is over; what each made due."""
    at = now_ms() - 500 * most_steps
    made: list[int] = []
    while replay_row(tenant, replay_id).state == "running":
        assert len(made) < most_steps, made
        at += 500
        made.append(step(tenant, replay_id, at))
    return made


def failed(tenant: Tenant, config_id: str, count: int = 1, **fields: Any) -> list[str]:
    """Deliveries that ended a minute ago after their one attempt."""
    ended = {"state": "failed", "attempts_made": 1, "attempts_begun": 1, "next_attempt_ms": None, "last_status": 500,
             "reason_code": "http_status", "finished_ms": now_ms() - 60_000}  # fmt: skip
    return tenant.deliveries(config_id, count, **{**ended, **fields})


def skipped(tenant: Tenant, count: int = 1, **fields: Any) -> list[str]:
    """Events that became no delivery because every config was paused, unless `fields` say otherwise."""
    values = {"location_id": tenant.location_id, "resource": "contact", "record_id": "1", "type": "CREATE",
              "data": "{}", "skipped_reason": "inactive_config", "created_ms": now_ms() - 60_000, **fields}  # fmt: skip
    events = [{"id": new_id(), **values} for _ in range(count)]
    with tenant.writing() as connection:
        connection.execute(insert(Event), events)
    return [str(event["id"]) for event in events]


def waiting(tenant: Tenant) -> set[str]:
    return _ids(tenant, Delivery.state == "waiting")


def promised(tenant: Tenant) -> list[tuple[str, str]]:
    """Event and config of everything there is, in order."""
    with tenant.engine.connect() as connection:
        rows = connection.execute(select(Delivery.event_id, Delivery.postback_config_id))
        return sorted((event_id, config_id) for event_id, config_id in rows)


def location(tenant: Tenant, parent_id: str | None = None) -> str:
    """Another location's id."""
    id_ = new_id()
    with tenant.writing() as connection:
        connection.execute(insert(Location).values(id=id_, name="Hill shop", tz="UTC", parent_id=parent_id))
    return id_


def move(tenant: Tenant, ids: Iterable[str], location_id: str) -> None:
    with tenant.writing() as connection:
        connection.execute(update(Delivery).where(Delivery.id.in_(list(ids))).values(location_id=location_id))


def alter(tenant: Tenant, delivery_id: str, **values: Any) -> None:
    with tenant.writing() as connection:
        connection.execute(update(Delivery).where(Delivery.id == delivery_id).values(**values))


def _ids(tenant: Tenant, condition: Any) -> set[str]:
    with tenant.engine.connect() as connection:
        return set(connection.scalars(select(Delivery.id).where(condition)))
