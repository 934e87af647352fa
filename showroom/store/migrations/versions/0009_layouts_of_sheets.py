"""layouts of sheets."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'


def upgrade() -> None:
    op.create_table('sheet_layout',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('labels', sa.String(), nullable=False),
    sa.Column('choices', sa.String(), nullable=False),
    sa.Column('used_at', sa.String(length=23), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sheet_layout')),
    sa.UniqueConstraint('fingerprint', name=op.f('uq_sheet_layout_fingerprint')),
    sqlite_autoincrement=True
    )
    op.create_table('sheet_word',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(), nullable=False),
    sa.Column('word', sa.String(), nullable=False),
    sa.Column('meaning', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sheet_word')),
    sa.UniqueConstraint('field', 'word', name=op.f('uq_sheet_word_field')),
    sqlite_autoincrement=True
    )
