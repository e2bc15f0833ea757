"""transactions

Revision: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('transaction_batches',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('batch_num', sa.BigInteger(), nullable=False),
    sa.Column('product_transaction_id', sa.String(length=36), nullable=False),
    sa.Column('created_ts', sa.BigInteger(), nullable=False),
    sa.Column('processing_status_id', sa.BigInteger(), nullable=False),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.Column('batch_close_ts', sa.BigInteger(), nullable=True),
    sa.Column('settlement_file_name', sa.String(length=64), nullable=True),
    sa.Column('location_id', sa.String(length=36), nullable=False),
    sa.ForeignKeyConstraint(['location_id'], ['locations.id'], name=op.f('fk_transaction_batches_location_id_locations')),
    sa.ForeignKeyConstraint(['product_transaction_id'], ['product_transactions.id'], name=op.f('fk_transaction_batches_product_transaction_id_product_transactions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transaction_batches'))
    )
    with op.batch_alter_table('transaction_batches', schema=None) as batch_op:
        batch_op.create_index('ix_transaction_batches_location_id_id', ['location_id', 'id'], unique=False)
        batch_op.create_index('uq_transaction_batches_open', ['product_transaction_id'], unique=True, sqlite_where=sa.text('is_open'), postgresql_where=sa.text('is_open'))
        batch_op.create_index('uq_transaction_batches_product_transaction_id_batch_num', ['product_transaction_id', 'batch_num'], unique=True)

    op.create_table('transactions',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('payment_method', sa.String(length=3), nullable=False),
    sa.Column('account_vault_id', sa.String(length=36), nullable=True),
    sa.Column('recurring_id', sa.String(length=36), nullable=True),
    sa.Column('first_six', sa.String(length=6), nullable=True),
    sa.Column('last_four', sa.String(length=4), nullable=False),
    sa.Column('account_holder_name', sa.String(length=64), nullable=True),
    sa.Column('transaction_amount', sa.BigInteger(), nullable=False),
    sa.Column('description', sa.String(length=64), nullable=True),
    sa.Column('transaction_code', sa.String(length=32), nullable=True),
    sa.Column('avs', sa.String(length=8), nullable=True),
    sa.Column('batch', sa.String(length=12), nullable=True),
    sa.Column('order_num', sa.String(length=32), nullable=True),
    sa.Column('verbiage', sa.String(length=64), nullable=True),
    sa.Column('transaction_settlement_status', sa.String(length=32), nullable=True),
    sa.Column('effective_date', sa.String(length=10), nullable=True),
    sa.Column('routing', sa.String(length=9), nullable=True),
    sa.Column('return_date', sa.String(length=10), nullable=True),
    sa.Column('created_ts', sa.BigInteger(), nullable=False),
    sa.Column('modified_ts', sa.BigInteger(), nullable=False),
    sa.Column('transaction_api_id', sa.String(length=36), nullable=True),
    sa.Column('terms_agree', sa.Boolean(), nullable=True),
    sa.Column('notification_email_address', sa.String(length=64), nullable=True),
    sa.Column('notification_email_sent', sa.Boolean(), nullable=False),
    sa.Column('response_message', sa.String(length=255), nullable=True),
    sa.Column('auth_amount', sa.BigInteger(), nullable=True),
    sa.Column('auth_code', sa.String(length=6), nullable=True),
    sa.Column('status_id', sa.BigInteger(), nullable=False),
    sa.Column('type_id', sa.BigInteger(), nullable=False),
    sa.Column('location_id', sa.String(length=36), nullable=False),
    sa.Column('reason_code_id', sa.BigInteger(), nullable=False),
    sa.Column('contact_id', sa.String(length=36), nullable=True),
    sa.Column('billing_zip', sa.String(length=12), nullable=True),
    sa.Column('billing_street', sa.String(length=255), nullable=True),
    sa.Column('product_transaction_id', sa.String(length=36), nullable=False),
    sa.Column('tax', sa.BigInteger(), nullable=False),
    sa.Column('customer_ip', sa.String(length=45), nullable=True),
    sa.Column('customer_id', sa.String(length=36), nullable=True),
    sa.Column('po_number', sa.String(length=36), nullable=True),
    sa.Column('avs_enhanced', sa.String(length=1), nullable=True),
    sa.Column('cvv_response', sa.String(length=1), nullable=True),
    sa.Column('billing_phone', sa.String(length=10), nullable=True),
    sa.Column('billing_city', sa.String(length=100), nullable=True),
    sa.Column('billing_state', sa.String(length=2), nullable=True),
    sa.Column('clerk_number', sa.String(length=16), nullable=True),
    sa.Column('tip_amount', sa.BigInteger(), nullable=False),
    sa.Column('created_user_id', sa.String(length=36), nullable=True),
    sa.Column('modified_user_id', sa.String(length=36), nullable=True),
    sa.Column('ach_identifier', sa.String(length=1), nullable=True),
    sa.Column('check_number', sa.String(length=15), nullable=True),
    sa.Column('settle_date', sa.String(length=10), nullable=True),
    sa.Column('charge_back_date', sa.String(length=10), nullable=True),
    sa.Column('void_date', sa.String(length=10), nullable=True),
    sa.Column('account_type', sa.String(length=16), nullable=True),
    sa.Column('is_recurring', sa.Boolean(), nullable=False),
    sa.Column('is_accountvault', sa.Boolean(), nullable=False),
    sa.Column('transaction_c1', sa.String(length=128), nullable=True),
    sa.Column('transaction_c2', sa.String(length=128), nullable=True),
    sa.Column('transaction_c3', sa.String(length=128), nullable=True),
    sa.Column('additional_amounts', sa.Text(), nullable=False),
    sa.Column('terminal_serial_number', sa.String(length=24), nullable=True),
    sa.Column('entry_mode_id', sa.String(length=1), nullable=True),
    sa.Column('terminal_id', sa.String(length=36), nullable=True),
    sa.Column('quick_invoice_id', sa.String(length=36), nullable=True),
    sa.Column('ach_sec_code', sa.String(length=3), nullable=True),
    sa.Column('custom_data', sa.Text(), nullable=True),
    sa.Column('hosted_payment_page_id', sa.String(length=36), nullable=True),
    sa.Column('trx_source_id', sa.BigInteger(), nullable=False),
    sa.Column('emv_receipt_data', sa.Text(), nullable=True),
    sa.Column('tags', sa.JSON(), nullable=False),
    sa.Column('transaction_batch_id', sa.String(length=36), nullable=True),
    sa.Column('previous_transaction_id', sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(['account_vault_id'], ['account_vaults.id'], name=op.f('fk_transactions_account_vault_id_account_vaults')),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_transactions_contact_id_contacts')),
    sa.ForeignKeyConstraint(['location_id'], ['locations.id'], name=op.f('fk_transactions_location_id_locations')),
    sa.ForeignKeyConstraint(['previous_transaction_id'], ['transactions.id'], name=op.f('fk_transactions_previous_transaction_id_transactions')),
    sa.ForeignKeyConstraint(['product_transaction_id'], ['product_transactions.id'], name=op.f('fk_transactions_product_transaction_id_product_transactions')),
    sa.ForeignKeyConstraint(['transaction_batch_id'], ['transaction_batches.id'], name=op.f('fk_transactions_transaction_batch_id_transaction_batches')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transactions'))
    )
    with op.batch_alter_table('transactions', schema=None) as batch_op:
        batch_op.create_index('ix_transactions_account_vault_id', ['account_vault_id'], unique=False)
        batch_op.create_index('ix_transactions_contact_id', ['contact_id'], unique=False)
        batch_op.create_index('ix_transactions_location_id_id', ['location_id', 'id'], unique=False)
        batch_op.create_index('ix_transactions_previous_transaction_id', ['previous_transaction_id'], unique=False)
        batch_op.create_index('ix_transactions_transaction_batch_id_id', ['transaction_batch_id', 'id'], unique=False)
        batch_op.create_index('uq_transactions_location_id_transaction_api_id', ['location_id', 'transaction_api_id'], unique=True, sqlite_where=sa.text('transaction_api_id IS NOT NULL'), postgresql_where=sa.text('transaction_api_id IS NOT NULL'))



def downgrade() -> None:
    with op.batch_alter_table('transactions', schema=None) as batch_op:
        batch_op.drop_index('uq_transactions_location_id_transaction_api_id', sqlite_where=sa.text('transaction_api_id IS NOT NULL'), postgresql_where=sa.text('transaction_api_id IS NOT NULL'))
        batch_op.drop_index('ix_transactions_transaction_batch_id_id')
        batch_op.drop_index('ix_transactions_previous_transaction_id')
        batch_op.drop_index('ix_transactions_location_id_id')
        batch_op.drop_index('ix_transactions_contact_id')
        batch_op.drop_index('ix_transactions_account_vault_id')

    op.drop_table('transactions')
    with op.batch_alter_table('transaction_batches', schema=None) as batch_op:
        batch_op.drop_index('uq_transaction_batches_product_transaction_id_batch_num')
        batch_op.drop_index('uq_transaction_batches_open', sqlite_where=sa.text('is_open'), postgresql_where=sa.text('is_open'))
        batch_op.drop_index('ix_transaction_batches_location_id_id')

    op.drop_table('transaction_batches')
