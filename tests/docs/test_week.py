"""The demo's week is made of rows that the engine could have written."""

from collections import Counter

from sqlalchemy import func, select

from docs.week import plant_week
from extensions import db, settings
from models import Attempt, Contact, Delivery, PostbackConfig, now_ms
from postbacks.encryption import Vault
from tests.world import World

HOURS_LEFT_ALONE = 11


def test_a_week_of_every_outcome(world: World) -> None:
    plant_week(db.session(), world.here, world.root, Vault(settings().fernet_keys))
    states = Counter(db.session.scalars(select(Delivery.state)))
    assert set(states) == {"delivered", "failed", "waiting"}
    assert states["delivered"] > 3 * (states["failed"] + states["waiting"]) > 0
    attempts, contacts = (
        db.session.scalars(select(func.count()).select_from(model)).one() for model in (Attempt, Contact)
    )
    assert attempts == db.session.scalar(select(func.sum(Delivery.attempts_begun)))
    assert attempts > 4000
    assert contacts > 100
    down = select(Delivery.next_attempt_ms).where(Delivery.state == "waiting")
    assert all(due is not None and due > now_ms() + HOURS_LEFT_ALONE * 3_600_000 for due in db.session.scalars(down))
    assert db.session.scalar(select(func.count()).select_from(PostbackConfig)) == 18
