"""clock anchors

Revision: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
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
