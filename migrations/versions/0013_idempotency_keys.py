"""idempotency keys

Revision: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('idempotency_keys',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('developer_id', sa.String(length=36), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=False),
    sa.Column('key', sa.String(length=255), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('token', sa.String(length=36), nullable=False),
    sa.Column('claimed_ts', sa.BigInteger(), nullable=False),
    sa.Column('answer', sa.LargeBinary(), nullable=True),
    sa.Column('created_ts', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_idempotency_keys'))
    )
    op.create_index('ix_idempotency_keys_created_ts', 'idempotency_keys', ['created_ts'])
    op.create_index('uq_idempotency_keys_developer_id_user_id_key', 'idempotency_keys', ['developer_id', 'user_id', 'key'], unique=True)


def downgrade() -> None:
    op.drop_table('idempotency_keys')
