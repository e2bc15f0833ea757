from models import Location
from schemas.location import LOCATION_KEYS, location_shape


def test_a_location_is_answered_with_every_column() -> None:
    assert set(LOCATION_KEYS) == {column.name for column in Location.__table__.columns} - {"deleted_ts"}
    assert tuple(location_shape(Location(id="l", name="Harbour shop"))) == LOCATION_KEYS
