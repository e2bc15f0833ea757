"""Of which version the database's tables are, and of which this code wants them."""

from functools import cache

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from config import HOUSE


def current_heads(connection: Connection) -> set[str]:
    """The migrations that the tables stand at; none in an empty database."""
    return set(MigrationContext.configure(connection).get_current_heads())


@cache
def wanted_heads() -> frozenset[str]:
    """The migrations that this code was written for."""
    return frozenset(ScriptDirectory(str(HOUSE / "migrations")).get_heads())
