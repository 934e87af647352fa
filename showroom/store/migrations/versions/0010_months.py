"""months."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'


def upgrade() -> None:
    op.create_table('month_opening',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('taken_at', sa.String(length=23), nullable=False),
    sa.Column('orders', sa.Integer(), nullable=False),
    sa.Column('counts', sa.String(), nullable=False),
    sa.CheckConstraint('orders >= 0', name=op.f('ck_month_opening_orders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_month_opening')),
    sa.UniqueConstraint('month', name=op.f('uq_month_opening_month')),
    sqlite_autoincrement=True
    )
    op.create_table('month_export',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('at', sa.String(length=23), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('upto', sa.Integer(), nullable=False),
    sa.Column('figures', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_month_export_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_month_export')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('month_export', schema=None) as batch_op:
        batch_op.create_index('ix_month_export_month', ['month'], unique=False)

    op.create_table('target',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('figure', sa.String(), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.CheckConstraint('value > 0', name=op.f('ck_target_value')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_target_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_target')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('target', schema=None) as batch_op:
        batch_op.create_index('uq_target_person', ['month', 'staff_id', 'figure'], unique=True, sqlite_where=sa.text('staff_id IS NOT NULL'))
        batch_op.create_index('uq_target_shop', ['month', 'figure'], unique=True, sqlite_where=sa.text('staff_id IS NULL'))
