"""indexes of lists: contacts by change and by name, deliveries that did not arrive

Revision: 0012
Revises: 0007
"""

from alembic import op
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

revision = '0012'
down_revision = '0007'
branch_labels = None
depends_on = None

UNDELIVERED = text("state IN ('failed', 'cancelled')")
NAMES = [text(f'lower({column}) gin_trgm_ops') for column in ('last_name', 'first_name', 'company_name')]


def upgrade() -> None:
    op.create_index('ix_contacts_modified_ts_id', 'contacts', ['modified_ts', 'id'])
    op.create_index('ix_deliveries_undelivered', 'deliveries', ['state', 'id'], sqlite_where=UNDELIVERED, postgresql_where=UNDELIVERED)
    if op.get_bind().dialect.name == 'postgresql' and _has_trigrams():
        op.create_index('ix_contacts_names', 'contacts', NAMES, postgresql_using='gin')


def downgrade() -> None:
    op.execute('DROP INDEX IF EXISTS ix_contacts_names')
    op.drop_index('ix_deliveries_undelivered', table_name='deliveries')
    op.drop_index('ix_contacts_modified_ts_id', table_name='contacts')


def _has_trigrams() -> bool:
    """Whether the server has pg_trgm, and lets us have it. Without it a search by a part of a name reads on."""
    try:
        with op.get_bind().begin_nested():
            op.execute('CREATE EXTENSION IF NOT EXISTS pg_trgm')
    except DBAPIError:
        return False
    return True
