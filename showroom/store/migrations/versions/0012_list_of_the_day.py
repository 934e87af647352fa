"""the list of the day is read from its indexes."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'


def upgrade() -> None:
    op.drop_index('ix_follow_up_due_on', table_name='follow_up', sqlite_where=sa.text('done_at IS NULL'))
    op.create_index('ix_follow_up_due_on', 'follow_up', ['due_on', 'rule', 'asked_by', 'agreed', 'staff_id', 'customer_id'], unique=False, sqlite_where=sa.text('done_at IS NULL'))
    op.create_index('ix_follow_up_done_at', 'follow_up', ['done_at', 'staff_id'], unique=False, sqlite_where=sa.text('done_at IS NOT NULL'))
    op.create_index('ix_customer_do_not_contact', 'customer', ['id'], unique=False, sqlite_where=sa.text('do_not_contact'))
