"""shown zones

Revision: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.add_column(sa.Column('shown_zone', sa.String(length=8), server_default='browser', nullable=False))


def downgrade() -> None:
    # In place: a batch would make SQLite copy the table, and others point to it.
    op.drop_column('users', 'shown_zone')
