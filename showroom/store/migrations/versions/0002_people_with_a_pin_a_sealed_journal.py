"""people with a PIN, a sealed journal."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.add_column(sa.Column('what', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('seal', sa.String(), server_default='', nullable=False))
        batch_op.create_index('ix_action_at', ['at'], unique=False)

    with op.batch_alter_table('change', schema=None) as batch_op:
        batch_op.add_column(sa.Column('digest', sa.String(), server_default='', nullable=False))

    with op.batch_alter_table('staff', schema=None) as batch_op:
        batch_op.add_column(sa.Column('pin', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('failures', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('locked_until', sa.String(length=23), nullable=True))
