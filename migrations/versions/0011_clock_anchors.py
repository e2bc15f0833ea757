"""clock anchors

Revision: 0011
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('clock_anchors',
    sa.Column('boot', sa.String(length=128), nullable=False),
    sa.Column('offset_ms', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('boot', name=op.f('pk_clock_anchors'))
    )


def downgrade() -> None:
    op.drop_table('clock_anchors')
