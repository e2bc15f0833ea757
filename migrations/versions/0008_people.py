"""access tokens, usernames told apart whatever their case, deleted users

Revision: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

USERS = sa.table('users', sa.column('id', sa.String), sa.column('username', sa.String), sa.column('username_key', sa.String))


def upgrade() -> None:
    op.create_table('access_tokens',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=False),
    sa.Column('developer_id', sa.String(length=36), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('created_ts', sa.BigInteger(), nullable=False),
    sa.Column('last_used_ts', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_access_tokens_user_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_tokens')),
    sa.UniqueConstraint('digest', name=op.f('uq_access_tokens_digest'))
    )
    with op.batch_alter_table('access_tokens', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_access_tokens_user_id'), ['user_id'], unique=False)

    with op.batch_alter_table('roles', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_roles_location_id'), ['location_id'], unique=False)

    # Nothing here makes SQLite copy the table: others point to it.
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.add_column(sa.Column('username_key', sa.String(length=192), nullable=True))
        batch_op.add_column(sa.Column('deleted_ts', sa.BigInteger(), nullable=True))
        batch_op.create_index(batch_op.f('ix_users_primary_location_id'), ['primary_location_id'], unique=False)

    _fill_keys()
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_users_username_key'), ['username_key'], unique=True)


def _fill_keys() -> None:
    """Of users who differ only in the case of their names, each but the first gets a key that only it can have."""
    connection, taken = op.get_bind(), set()
    for id_, username in connection.execute(sa.select(USERS.c.id, USERS.c.username).order_by(USERS.c.id)).all():
        key = username.casefold()
        if key in taken:
            key = f'{id_}\n{key}'[:192]
        taken.add(key)
        connection.execute(USERS.update().where(USERS.c.id == id_).values(username_key=key))


def downgrade() -> None:
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_users_username_key'))
        batch_op.drop_index(batch_op.f('ix_users_primary_location_id'))
    # In place: a batch would make SQLite copy the table, and others point to it.
    op.drop_column('users', 'deleted_ts')
    op.drop_column('users', 'username_key')

    with op.batch_alter_table('roles', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_roles_location_id'))

    with op.batch_alter_table('access_tokens', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_access_tokens_user_id'))

    op.drop_table('access_tokens')
