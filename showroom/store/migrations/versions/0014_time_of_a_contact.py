"""the time of day at which a customer wants to be contacted."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'


def upgrade() -> None:
    op.add_column('follow_up', sa.Column('clock', sa.String(length=5), nullable=True))
    op.drop_index('ix_follow_up_due_on', table_name='follow_up', sqlite_where=sa.text('done_at IS NULL'))
    op.create_index('ix_follow_up_due_on', 'follow_up', ['due_on', 'rule', 'asked_by', 'agreed', 'staff_id', 'customer_id', 'clock'], unique=False, sqlite_where=sa.text('done_at IS NULL'))
