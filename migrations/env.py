"""How Alembic reaches the application's database and tables."""

from alembic import context
from flask import current_app

from extensions import db
from models import Base


def run_migrations() -> None:
    """Bring the database that the application is configured for up to date, in one transaction."""
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
