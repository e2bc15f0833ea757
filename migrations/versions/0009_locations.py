"""locations and product transactions: deletion, unique location_api_id

Revision: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

NAMED = sa.text('deleted_ts IS NULL AND location_api_id IS NOT NULL')


def upgrade() -> None:
    with op.batch_alter_table('product_transactions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('deleted_ts', sa.BigInteger(), nullable=True))

    with op.batch_alter_table('locations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('deleted_ts', sa.BigInteger(), nullable=True))
        batch_op.create_index('uq_locations_parent_id_location_api_id', ['parent_id', 'location_api_id'], unique=True, sqlite_where=NAMED, postgresql_where=NAMED)


def downgrade() -> None:
    op.drop_index('uq_locations_parent_id_location_api_id', 'locations')
    # In place: a batch would make the table anew, and others point at its rows.
    op.execute('ALTER TABLE locations DROP COLUMN deleted_ts')
    op.execute('ALTER TABLE product_transactions DROP COLUMN deleted_ts')
