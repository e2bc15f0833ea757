"""postback replays

Revision: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('postback_replays',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('location_id', sa.String(length=36), nullable=False),
    sa.Column('postback_config_id', sa.String(length=36), nullable=True),
    sa.Column('status', sa.String(length=32), nullable=True),
    sa.Column('skipped', sa.String(length=32), nullable=True),
    sa.Column('code', sa.String(length=255), nullable=True),
    sa.Column('reason_code', sa.String(length=255), nullable=True),
    sa.Column('resource', sa.String(length=255), nullable=True),
    sa.Column('type', sa.String(length=32), nullable=True),
    sa.Column('created_from_ms', sa.BigInteger(), nullable=True),
    sa.Column('created_before_ms', sa.BigInteger(), nullable=True),
    sa.Column('created_ms', sa.BigInteger(), nullable=False),
    sa.Column('last_delivery_id', sa.String(length=36), nullable=False),
    sa.Column('last_event_id', sa.String(length=36), nullable=False),
    sa.Column('rate', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=9), nullable=False),
    sa.Column('reason', sa.String(length=512), nullable=True),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('done', sa.BigInteger(), nullable=False),
    sa.Column('part', sa.String(length=10), nullable=False),
    sa.Column('reached_key', sa.String(length=36), nullable=False),
    sa.Column('reached_id', sa.String(length=36), nullable=False),
    sa.Column('steps', sa.BigInteger(), nullable=False),
    sa.Column('paced_ms', sa.BigInteger(), nullable=False),
    sa.Column('created_user_id', sa.String(length=36), nullable=False),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.Column('finished_ms', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['created_user_id'], ['users.id'], name=op.f('fk_postback_replays_created_user_id_users')),
    sa.ForeignKeyConstraint(['location_id'], ['locations.id'], name=op.f('fk_postback_replays_location_id_locations')),
    sa.ForeignKeyConstraint(['postback_config_id'], ['postback_configs.id'], name=op.f('fk_postback_replays_postback_config_id_postback_configs')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_postback_replays'))
    )
    op.create_index(op.f('ix_postback_replays_location_id'), 'postback_replays', ['location_id'], unique=False)
    op.create_index('ix_postback_replays_running', 'postback_replays', ['paced_ms'], unique=False, sqlite_where=sa.text("state = 'running'"), postgresql_where=sa.text("state = 'running'"))
    # No batch: it would copy the largest table to add a column that is empty.
    op.add_column('deliveries', sa.Column('replay_id', sa.String(length=36), nullable=True))
    op.create_index('ix_deliveries_replay_id', 'deliveries', ['replay_id'], unique=False, sqlite_where=sa.text('replay_id IS NOT NULL'), postgresql_where=sa.text('replay_id IS NOT NULL'))


def downgrade() -> None:
    op.drop_index('ix_deliveries_replay_id', table_name='deliveries')
    with op.batch_alter_table('deliveries', schema=None) as batch_op:
        batch_op.drop_column('replay_id')
    op.drop_index('ix_postback_replays_running', table_name='postback_replays')
    op.drop_index(op.f('ix_postback_replays_location_id'), table_name='postback_replays')
    op.drop_table('postback_replays')
