"""the festival a card is for; the signature of each member of staff."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'


def upgrade() -> None:
    op.add_column('card', sa.Column('festival', sa.String(), server_default='', nullable=False))
    op.add_column('staff', sa.Column('signature', sa.String(), server_default='', nullable=False))
