"""account vaults without first six digits: those of bank accounts

Revision: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('account_vaults', schema=None) as batch_op:
        batch_op.alter_column('first_six', existing_type=sa.String(length=6), nullable=True)


def downgrade() -> None:
    op.execute("UPDATE account_vaults SET first_six = '' WHERE first_six IS NULL")
    with op.batch_alter_table('account_vaults', schema=None) as batch_op:
        batch_op.alter_column('first_six', existing_type=sa.String(length=6), nullable=False)
