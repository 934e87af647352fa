"""cards in full."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'


def upgrade() -> None:
    op.create_table('card_template',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('company', sa.Boolean(), nullable=False),
    sa.Column('salutation', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('closing_person', sa.String(), nullable=False),
    sa.Column('closing_business', sa.String(), nullable=False),
    sa.Column('closing_company', sa.String(), nullable=False),
    sa.Column('signature', sa.String(), nullable=False),
    sa.Column('changed_at', sa.String(length=23), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_card_template')),
    sa.UniqueConstraint('code', name=op.f('uq_card_template_code')),
    sqlite_autoincrement=True
    )
    op.create_table('picture',
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_picture'))
    )
    op.add_column('card', sa.Column('said', sa.String(), server_default='', nullable=False))
    op.add_column('card', sa.Column('signed_at', sa.String(length=23), nullable=True))
