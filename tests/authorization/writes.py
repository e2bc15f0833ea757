"""Whether the application wrote anything: what a refusal must not do."""

from sqlalchemy import Connection

from extensions import db
from models import Base

_NOTED = """
CREATE UNLOGGED TABLE noted_writes (id bigserial PRIMARY KEY);
CREATE FUNCTION note_write() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO noted_writes DEFAULT VALUES; RETURN NULL; END $$;
"""
_NOTING = 'CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON "{0}" FOR EACH ROW EXECUTE FUNCTION note_write();'
_UNNOTED = "DROP FUNCTION IF EXISTS note_write CASCADE; DROP TABLE IF EXISTS noted_writes"


class Writes:
    """Looks from a connection of its own, while the application works in others."""

    def __init__(self) -> None:
        self.dialect = db.engine.dialect.name
        self._connection: Connection = db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if self.dialect == "postgresql":
            tables = "".join(_NOTING.format(table.name) for table in Base.metadata.sorted_tables)
            self._connection.exec_driver_sql(_UNNOTED).close()
            self._connection.exec_driver_sql(_NOTED + tables).close()

    def state(self) -> object:
        """Differs after every commit that wrote something."""
        if self.dialect == "sqlite":
            return self._connection.exec_driver_sql("PRAGMA data_version").scalar()
        return self._connection.exec_driver_sql("SELECT max(id) FROM noted_writes").scalar()

    def close(self) -> None:
        if self.dialect == "postgresql":
            db.session.rollback()  # what it holds open would keep the triggers from going
            self._connection.exec_driver_sql(_UNNOTED).close()
        self._connection.close()
