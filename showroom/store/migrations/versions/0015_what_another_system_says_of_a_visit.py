"""what another system says of a visit."""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'


def upgrade() -> None:
    op.add_column('visit', sa.Column('brand', sa.String(), server_default='', nullable=False))
    op.add_column('visit', sa.Column('series', sa.String(), server_default='', nullable=False))
    op.add_column('visit', sa.Column('trim', sa.String(), server_default='', nullable=False))
    op.add_column('visit', sa.Column('offer', sa.Integer(), nullable=True))
    op.add_column('visit', sa.Column('course', sa.String(), server_default='', nullable=False))
    op.add_column('visit', sa.Column('source', sa.String(), server_default='', nullable=False))
    op.add_column('visit', sa.Column('their_number', sa.String(), server_default='', nullable=False))
