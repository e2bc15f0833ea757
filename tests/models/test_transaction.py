import pytest
from sqlalchemy import select, text

from extensions import db
from models import Location, writing
from tests.world import World


def test_what_was_loaded_before_is_read_afresh_under_the_lock(world: World) -> None:
    with writing(db.session()):
        here = db.session.get_one(Location, world.here)
        here.name = "Old"
    with db.engine.connect() as other:
        other.execute(text("UPDATE locations SET name = 'New' WHERE id = :id"), {"id": world.here})
        other.commit()
    with writing(db.session()):
        assert here.name == "New"


def test_an_exception_takes_everything_back(world: World) -> None:
    with pytest.raises(RuntimeError):
        rename_and_fail(world.here)
    assert db.session.scalar(select(Location.name).where(Location.id == world.here)) == "Harbour shop"


def rename_and_fail(location_id: str) -> None:
    with writing(db.session()):
        db.session.get_one(Location, location_id).name = "Never"
        db.session.flush()
        raise RuntimeError
