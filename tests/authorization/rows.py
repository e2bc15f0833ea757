"""What a write leaves behind, counted."""

from sqlalchemy import func, select

from extensions import db
from models import Base


def rows() -> dict[str, int]:
    """How many rows each table has."""
    tables = Base.metadata.sorted_tables
    db.session.rollback()
    found = db.session.execute(select(*(select(func.count()).select_from(table).scalar_subquery() for table in tables)))
    return dict(zip((table.name for table in tables), found.one(), strict=True))
