"""test sends, as long as they count toward the limit

Revision: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('sent_tests',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=False),
    sa.Column('subject', sa.String(length=36), nullable=False),
    sa.Column('sent_ms', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_sent_tests_user_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sent_tests'))
    )
    with op.batch_alter_table('sent_tests', schema=None) as batch_op:
        batch_op.create_index('ix_sent_tests_user_id_subject_sent_ms', ['user_id', 'subject', 'sent_ms'], unique=False)


def downgrade() -> None:
    op.drop_table('sent_tests')
