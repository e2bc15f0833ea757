"""an index of a location's contacts by change, which also counts them without reading them

Revision: 0016
Revises: 0015
"""

from alembic import op
from sqlalchemy import text

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

STANDING = text('deleted_ts IS NULL')


def upgrade() -> None:
    op.create_index('ix_contacts_location_id_modified_ts_id', 'contacts', ['location_id', 'modified_ts', 'id'], sqlite_where=STANDING, postgresql_where=STANDING)


def downgrade() -> None:
    op.drop_index('ix_contacts_location_id_modified_ts_id', table_name='contacts')
