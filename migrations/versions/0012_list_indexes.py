"""indexes of lists: contacts by change and by name, deliveries that did not arrive

Revision: 0012
Revises: 0011
"""

from alembic import op
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

STANDING = text('deleted_ts IS NULL')
NAMED = text('deleted_ts IS NULL AND contact_api_id IS NOT NULL')
UNDELIVERED = text("state IN ('failed', 'cancelled')")
NAMES = ['last_name', 'first_name', 'company_name']


def upgrade() -> None:
    op.create_index('ix_contacts_modified_ts_id', 'contacts', ['modified_ts', 'id'], sqlite_where=STANDING, postgresql_where=STANDING, postgresql_include=['location_id'])
    # Turned round it also serves those who ask for a contact_api_id in many locations.
    op.create_index('uq_contacts_contact_api_id_location_id', 'contacts', ['contact_api_id', 'location_id'], unique=True, sqlite_where=NAMED, postgresql_where=NAMED)
    op.drop_index('uq_contacts_location_id_contact_api_id', table_name='contacts')
    op.create_index('ix_deliveries_undelivered', 'deliveries', ['state', 'id'], sqlite_where=UNDELIVERED, postgresql_where=UNDELIVERED, postgresql_include=['location_id'])
    if op.get_bind().dialect.name == 'postgresql' and _has_trigrams():
        op.create_index('ix_contacts_names', 'contacts', NAMES, postgresql_using='gin', postgresql_ops=dict.fromkeys(NAMES, 'gin_trgm_ops'))


def downgrade() -> None:
    op.execute('DROP INDEX IF EXISTS ix_contacts_names')
    op.drop_index('ix_deliveries_undelivered', table_name='deliveries')
    op.create_index('uq_contacts_location_id_contact_api_id', 'contacts', ['location_id', 'contact_api_id'], unique=True, sqlite_where=NAMED, postgresql_where=NAMED)
    op.drop_index('uq_contacts_contact_api_id_location_id', table_name='contacts')
    op.drop_index('ix_contacts_modified_ts_id', table_name='contacts')


def _has_trigrams() -> bool:
    """Whether the server has pg_trgm, and lets us have it. Without it a search by a part of a name reads on."""
    try:
        with op.get_bind().begin_nested():
            op.execute('CREATE EXTENSION IF NOT EXISTS pg_trgm')
    except DBAPIError:
        return False
    return True
