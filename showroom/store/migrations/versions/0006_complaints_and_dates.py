"""complaints and dates."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'


def upgrade() -> None:
    op.create_table('complaint',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('taken_at', sa.String(length=23), nullable=False),
    sa.Column('taken_by_id', sa.Integer(), nullable=True),
    sa.Column('cause_id', sa.Integer(), nullable=False),
    sa.Column('gravity', sa.String(length=20), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('car', sa.String(), nullable=False),
    sa.Column('about_id', sa.Integer(), nullable=True),
    sa.Column('responsible_id', sa.Integer(), nullable=True),
    sa.Column('answer_by', sa.String(length=23), nullable=False),
    sa.Column('answered_at', sa.String(length=23), nullable=True),
    sa.Column('handled_at', sa.String(length=23), nullable=True),
    sa.Column('closed_at', sa.String(length=23), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('reopened', sa.Integer(), nullable=False),
    sa.CheckConstraint('about_id <> responsible_id', name=op.f('ck_complaint_not_by_himself')),
    sa.CheckConstraint('closed_at IS NULL OR answered_at IS NOT NULL', name=op.f('ck_complaint_answered_first')),
    sa.ForeignKeyConstraint(['about_id'], ['staff.id'], name=op.f('fk_complaint_about_id_staff')),
    sa.ForeignKeyConstraint(['cause_id'], ['choice.id'], name=op.f('fk_complaint_cause_id_choice')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['staff.id'], name=op.f('fk_complaint_closed_by_id_staff')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_complaint_customer_id_customer')),
    sa.ForeignKeyConstraint(['responsible_id'], ['staff.id'], name=op.f('fk_complaint_responsible_id_staff')),
    sa.ForeignKeyConstraint(['taken_by_id'], ['staff.id'], name=op.f('fk_complaint_taken_by_id_staff')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_complaint_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('complaint', schema=None) as batch_op:
        batch_op.create_index('ix_complaint_customer_id', ['customer_id'], unique=False)
        batch_op.create_index('ix_complaint_day', ['day'], unique=False)

    op.create_table('key_date',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('vehicle_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_key_date_customer_id_customer')),
    sa.ForeignKeyConstraint(['vehicle_id'], ['vehicle.id'], name=op.f('fk_key_date_vehicle_id_vehicle')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_key_date')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('key_date', schema=None) as batch_op:
        batch_op.create_index('ix_key_date_customer_id', ['customer_id'], unique=False)
        batch_op.create_index('ix_key_date_day', ['day'], unique=False)
        batch_op.create_index('ix_key_date_vehicle_id', ['vehicle_id'], unique=False)

    op.create_table('complaint_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('complaint_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('at', sa.String(length=23), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('words', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_complaint_step_complaint_id_complaint')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_complaint_step_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint_step')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('complaint_step', schema=None) as batch_op:
        batch_op.create_index('ix_complaint_step_complaint_id', ['complaint_id'], unique=False)

    op.create_index('ix_customer_wechat', 'customer', ['wechat'], unique=False, sqlite_where=sa.text("wechat <> ''"))
    op.create_index('ix_vehicle_customer_id', 'vehicle', ['customer_id'], unique=False)
    op.add_column('customer', sa.Column('birthday_lunar', sa.Boolean(), server_default='0', nullable=False))
