"""published events

Revision: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

INDEX = 'uq_events_location_id_developer_id_idempotency_id'
PUBLISHED = sa.text('idempotency_id IS NOT NULL')


def upgrade() -> None:
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.add_column(sa.Column('developer_id', sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column('idempotency_id', sa.String(length=64), nullable=True))
        batch_op.create_index(INDEX, ['location_id', 'developer_id', 'idempotency_id'], unique=True,
                              sqlite_where=PUBLISHED, postgresql_where=PUBLISHED)


def downgrade() -> None:
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.drop_index(INDEX, sqlite_where=PUBLISHED, postgresql_where=PUBLISHED)
        batch_op.drop_column('idempotency_id')
        batch_op.drop_column('developer_id')
