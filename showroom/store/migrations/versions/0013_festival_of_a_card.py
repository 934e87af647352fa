"""the festival a card is for; the signature of each member of staff."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'


def upgrade() -> None:
    op.add_column('card', sa.Column('festival', sa.String(), server_default='', nullable=False))
    for template, festival in (
        ('festival-spring', 'spring'),
        ('festival-autumn', 'mid_autumn'),
        ('festival-dragon-boat', 'dragon_boat'),
        ('festival-new-year', 'new_year'),
    ):
        op.execute(
            f"UPDATE card SET festival = '{festival}'"
            f" WHERE kind = 'festival' AND template = '{template}'"
        )
    op.add_column('staff', sa.Column('signature', sa.String(), server_default='', nullable=False))
