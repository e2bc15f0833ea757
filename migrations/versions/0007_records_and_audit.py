"""records and audit

Revision: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

# An entry, once written, stands: the store itself refuses to change or delete it.
SQLITE = [
    f"CREATE TRIGGER audit_entries_no_{verb} BEFORE {verb} ON audit_entries "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    for verb in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
    "CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries "
    "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()",
]


def upgrade() -> None:
    op.create_table('audit_entries',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('created_ts', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=True),
    sa.Column('username', sa.String(length=64), nullable=False),
    sa.Column('developer_id', sa.String(length=36), nullable=True),
    sa.Column('credential', sa.String(length=32), nullable=False),
    sa.Column('action', sa.String(length=32), nullable=False),
    sa.Column('resource', sa.String(length=64), nullable=False),
    sa.Column('record_id', sa.String(length=64), nullable=False),
    sa.Column('location_id', sa.String(length=36), nullable=True),
    sa.Column('event_id', sa.String(length=36), nullable=True),
    sa.Column('changes', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('request_id', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entries'))
    )
    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.create_index('ix_audit_entries_location_id_id', ['location_id', 'id'], unique=False)
        batch_op.create_index('ix_audit_entries_record_id_id', ['record_id', 'id'], unique=False)

    op.create_table('product_transactions',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('location_id', sa.String(length=36), nullable=False),
    sa.Column('payment_method', sa.String(length=3), nullable=False),
    sa.Column('title', sa.String(length=64), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_ts', sa.BigInteger(), nullable=False),
    sa.Column('modified_ts', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['location_id'], ['locations.id'], name=op.f('fk_product_transactions_location_id_locations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_product_transactions'))
    )
    with op.batch_alter_table('product_transactions', schema=None) as batch_op:
        batch_op.create_index('ix_product_transactions_location_id_id', ['location_id', 'id'], unique=False)

    op.create_table('account_vaults',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('payment_method', sa.String(length=3), nullable=False),
    sa.Column('title', sa.String(length=64), nullable=True),
    sa.Column('account_holder_name', sa.String(length=64), nullable=True),
    sa.Column('first_six', sa.String(length=6), nullable=False),
    sa.Column('last_four', sa.String(length=4), nullable=False),
    sa.Column('billing_address', sa.String(length=255), nullable=True),
    sa.Column('billing_zip', sa.String(length=12), nullable=True),
    sa.Column('exp_date', sa.String(length=4), nullable=True),
    sa.Column('account_type', sa.String(length=16), nullable=True),
    sa.Column('location_id', sa.String(length=36), nullable=False),
    sa.Column('contact_id', sa.String(length=36), nullable=True),
    sa.Column('created_ts', sa.BigInteger(), nullable=False),
    sa.Column('modified_ts', sa.BigInteger(), nullable=False),
    sa.Column('account_vault_api_id', sa.String(length=36), nullable=True),
    sa.Column('dl_number', sa.String(length=32), nullable=True),
    sa.Column('dl_state', sa.String(length=2), nullable=True),
    sa.Column('customer_id', sa.String(length=36), nullable=True),
    sa.Column('ssn4', sa.String(length=4), nullable=True),
    sa.Column('dob_year', sa.String(length=4), nullable=True),
    sa.Column('billing_state', sa.String(length=2), nullable=True),
    sa.Column('billing_city', sa.String(length=100), nullable=True),
    sa.Column('billing_phone', sa.String(length=10), nullable=True),
    sa.Column('accountvault_c1', sa.String(length=128), nullable=True),
    sa.Column('accountvault_c2', sa.String(length=128), nullable=True),
    sa.Column('accountvault_c3', sa.String(length=128), nullable=True),
    sa.Column('ach_sec_code', sa.String(length=3), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_user_id', sa.String(length=36), nullable=True),
    sa.Column('deleted_ts', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_account_vaults_contact_id_contacts')),
    sa.ForeignKeyConstraint(['location_id'], ['locations.id'], name=op.f('fk_account_vaults_location_id_locations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_vaults'))
    )
    with op.batch_alter_table('account_vaults', schema=None) as batch_op:
        batch_op.create_index('ix_account_vaults_contact_id', ['contact_id'], unique=False)
        batch_op.create_index('ix_account_vaults_location_id_id', ['location_id', 'id'], unique=False)
        batch_op.create_index('uq_account_vaults_location_id_account_vault_api_id', ['location_id', 'account_vault_api_id'], unique=True, sqlite_where=sa.text('deleted_ts IS NULL AND account_vault_api_id IS NOT NULL'), postgresql_where=sa.text('deleted_ts IS NULL AND account_vault_api_id IS NOT NULL'))

    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.add_column(sa.Column('user_id', sa.String(length=36), nullable=True))

    for statement in POSTGRESQL if op.get_bind().dialect.name == 'postgresql' else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    # In place: a batch would make SQLite copy the table, and others point to it.
    op.drop_column('events', 'user_id')

    with op.batch_alter_table('account_vaults', schema=None) as batch_op:
        batch_op.drop_index('uq_account_vaults_location_id_account_vault_api_id', sqlite_where=sa.text('deleted_ts IS NULL AND account_vault_api_id IS NOT NULL'), postgresql_where=sa.text('deleted_ts IS NULL AND account_vault_api_id IS NOT NULL'))
        batch_op.drop_index('ix_account_vaults_location_id_id')
        batch_op.drop_index('ix_account_vaults_contact_id')

    op.drop_table('account_vaults')
    with op.batch_alter_table('product_transactions', schema=None) as batch_op:
        batch_op.drop_index('ix_product_transactions_location_id_id')

    op.drop_table('product_transactions')
    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_entries_record_id_id')
        batch_op.drop_index('ix_audit_entries_location_id_id')
    op.drop_table('audit_entries')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP FUNCTION refuse_audit_change()')
