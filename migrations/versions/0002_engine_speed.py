"""room for updates in place, and how long each payload is

Revision: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('deliveries', sa.Column('payload_bytes', sa.BigInteger(), server_default='0', nullable=False))
    if op.get_bind().dialect.name == 'postgresql':
        # An attempt is written twice, and is three times as long the second time: so much of each page stays free.
        op.execute('ALTER TABLE attempts SET (fillfactor = 25)')


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('ALTER TABLE attempts RESET (fillfactor)')
    op.drop_column('deliveries', 'payload_bytes')
