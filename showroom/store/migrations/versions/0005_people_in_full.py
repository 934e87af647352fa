"""people in full."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'

REFERRAL = """
CREATE TABLE new_referral (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    introducer_id INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    noted_at VARCHAR(23) NOT NULL,
    state VARCHAR(20) DEFAULT 'noted' NOT NULL,
    checked_at VARCHAR(23),
    checked_by_id INTEGER,
    deal_id INTEGER,
    reward INTEGER,
    reward_words VARCHAR DEFAULT '' NOT NULL,
    paid_at VARCHAR(23),
    paid_by_id INTEGER,
    note VARCHAR DEFAULT '' NOT NULL,
    CONSTRAINT ck_referral_not_oneself CHECK (introducer_id <> customer_id),
    CONSTRAINT ck_referral_reward CHECK (reward >= 0),
    CONSTRAINT fk_referral_introducer_id_customer FOREIGN KEY(introducer_id) REFERENCES customer (id),
    CONSTRAINT uq_referral_customer_id UNIQUE (customer_id),
    CONSTRAINT fk_referral_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id),
    CONSTRAINT fk_referral_checked_by_id_staff FOREIGN KEY(checked_by_id) REFERENCES staff (id),
    CONSTRAINT fk_referral_deal_id_deal FOREIGN KEY(deal_id) REFERENCES deal (id),
    CONSTRAINT fk_referral_paid_by_id_staff FOREIGN KEY(paid_by_id) REFERENCES staff (id)
)
"""
VEHICLE = """
CREATE TABLE new_vehicle (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL,
    plate VARCHAR DEFAULT '' NOT NULL,
    model VARCHAR DEFAULT '' NOT NULL,
    vin VARCHAR DEFAULT '' NOT NULL,
    plated_on DATE,
    km INTEGER,
    km_on DATE,
    services INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT ck_vehicle_known CHECK (plate <> '' OR vin <> ''),
    CONSTRAINT ck_vehicle_km CHECK (km >= 0),
    CONSTRAINT ck_vehicle_services CHECK (services >= 0),
    CONSTRAINT fk_vehicle_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id)
)
"""


def remake(name: str, sql: str, columns: tuple[str, ...]) -> None:
    """Make a table anew under its name: SQLite adds no rule and drops none of one it has."""
    kept = ", ".join(("id", *columns))
    op.execute(sql)
    op.execute(f"INSERT INTO new_{name} ({kept}) SELECT {kept} FROM {name}")
    op.execute(f"DROP TABLE {name}")
    op.execute(f"ALTER TABLE new_{name} RENAME TO {name}")


def upgrade() -> None:
    op.create_table('custom_field',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('zh', sa.String(), nullable=False),
    sa.Column('en', sa.String(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('options', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_custom_field')),
    sa.UniqueConstraint('zh', name=op.f('uq_custom_field_zh')),
    sqlite_autoincrement=True
    )
    op.create_table('event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('prize', sa.String(), nullable=False),
    sa.Column('trace_days', sa.Integer(), nullable=False),
    sa.Column('cancelled_at', sa.String(length=23), nullable=True),
    sa.CheckConstraint('trace_days BETWEEN 0 AND 365', name=op.f('ck_event_trace_days')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.create_index('ix_event_day', ['day'], unique=False)

    op.create_table('proof_file',
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_proof_file'))
    )
    op.create_table('named_list',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.String(length=23), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_named_list_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_named_list')),
    sa.UniqueConstraint('name', name=op.f('uq_named_list_name')),
    sqlite_autoincrement=True
    )
    op.create_table('different',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('low_id', sa.Integer(), nullable=False),
    sa.Column('high_id', sa.Integer(), nullable=False),
    sa.Column('noted_at', sa.String(length=23), nullable=False),
    sa.CheckConstraint('low_id < high_id', name=op.f('ck_different_ordered')),
    sa.ForeignKeyConstraint(['high_id'], ['customer.id'], name=op.f('fk_different_high_id_customer')),
    sa.ForeignKeyConstraint(['low_id'], ['customer.id'], name=op.f('fk_different_low_id_customer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_different')),
    sa.UniqueConstraint('low_id', 'high_id', name=op.f('uq_different_low_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('different', schema=None) as batch_op:
        batch_op.create_index('ix_different_high_id', ['high_id'], unique=False)

    op.create_table('field_value',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('field_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_field_value_customer_id_customer')),
    sa.ForeignKeyConstraint(['field_id'], ['custom_field.id'], name=op.f('fk_field_value_field_id_custom_field')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_field_value')),
    sa.UniqueConstraint('customer_id', 'field_id', name=op.f('uq_field_value_customer_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('field_value', schema=None) as batch_op:
        batch_op.create_index('ix_field_value_field_id', ['field_id'], unique=False)

    op.create_table('invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('invited_at', sa.String(length=23), nullable=True),
    sa.Column('reply', sa.String(length=20), nullable=False),
    sa.Column('came_at', sa.String(length=23), nullable=True),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('gained', sa.Boolean(), nullable=False),
    sa.Column('ticket', sa.Integer(), nullable=True),
    sa.Column('prize', sa.String(), nullable=False),
    sa.CheckConstraint('people BETWEEN 1 AND 99', name=op.f('ck_invitation_people')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_invitation_customer_id_customer')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_invitation_event_id_event')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_invitation_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('event_id', 'customer_id', name=op.f('uq_invitation_event_id')),
    sa.UniqueConstraint('event_id', 'ticket', name='uq_invitation_ticket'),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index('ix_invitation_customer_id', ['customer_id'], unique=False)

    op.create_table('likely_pair',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('low_id', sa.Integer(), nullable=False),
    sa.Column('high_id', sa.Integer(), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('reasons', sa.String(), nullable=False),
    sa.Column('found_at', sa.String(length=23), nullable=False),
    sa.CheckConstraint('low_id < high_id', name=op.f('ck_likely_pair_ordered')),
    sa.ForeignKeyConstraint(['high_id'], ['customer.id'], name=op.f('fk_likely_pair_high_id_customer')),
    sa.ForeignKeyConstraint(['low_id'], ['customer.id'], name=op.f('fk_likely_pair_low_id_customer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_likely_pair')),
    sa.UniqueConstraint('low_id', 'high_id', name=op.f('uq_likely_pair_low_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('likely_pair', schema=None) as batch_op:
        batch_op.create_index('ix_likely_pair_high_id', ['high_id'], unique=False)

    op.create_table('list_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('list_id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_list_entry_customer_id_customer')),
    sa.ForeignKeyConstraint(['list_id'], ['named_list.id'], name=op.f('fk_list_entry_list_id_named_list')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_list_entry')),
    sa.UniqueConstraint('list_id', 'customer_id', name=op.f('uq_list_entry_list_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('list_entry', schema=None) as batch_op:
        batch_op.create_index('ix_list_entry_customer_id', ['customer_id'], unique=False)

    op.create_table('loss',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('reason_id', sa.Integer(), nullable=False),
    sa.Column('rival', sa.String(), nullable=False),
    sa.Column('price', sa.Integer(), nullable=True),
    sa.Column('shop', sa.String(), nullable=False),
    sa.Column('bought_on', sa.Date(), nullable=True),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('applied_at', sa.String(length=23), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('decided_at', sa.String(length=23), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('reactivated_at', sa.String(length=23), nullable=True),
    sa.CheckConstraint("(state = 'applied') = (decided_at IS NULL)", name=op.f('ck_loss_decided')),
    sa.CheckConstraint('price > 0', name=op.f('ck_loss_price')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_loss_customer_id_customer')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['staff.id'], name=op.f('fk_loss_decided_by_id_staff')),
    sa.ForeignKeyConstraint(['reason_id'], ['choice.id'], name=op.f('fk_loss_reason_id_choice')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_loss_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_loss')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('loss', schema=None) as batch_op:
        batch_op.create_index('ix_loss_customer_id', ['customer_id'], unique=False)
        batch_op.create_index('uq_loss_applied', ['customer_id'], unique=True, sqlite_where=sa.text("state = 'applied'"))

    op.create_table('relation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('noted_at', sa.String(length=23), nullable=False),
    sa.CheckConstraint('customer_id <> other_id', name=op.f('ck_relation_not_oneself')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_relation_customer_id_customer')),
    sa.ForeignKeyConstraint(['other_id'], ['customer.id'], name=op.f('fk_relation_other_id_customer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_relation')),
    sa.UniqueConstraint('customer_id', 'other_id', name=op.f('uq_relation_customer_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('relation', schema=None) as batch_op:
        batch_op.create_index('ix_relation_other_id', ['other_id'], unique=False)

    op.create_table('spot_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('quarter_on', sa.Date(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('consultant_id', sa.Integer(), nullable=True),
    sa.Column('drawn_at', sa.String(length=23), nullable=False),
    sa.Column('verdict', sa.String(length=20), nullable=True),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('checked_at', sa.String(length=23), nullable=True),
    sa.CheckConstraint('(verdict IS NULL) = (checked_at IS NULL)', name=op.f('ck_spot_check_checked')),
    sa.ForeignKeyConstraint(['consultant_id'], ['staff.id'], name=op.f('fk_spot_check_consultant_id_staff')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_spot_check_customer_id_customer')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_spot_check_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_spot_check')),
    sa.UniqueConstraint('quarter_on', 'customer_id', name=op.f('uq_spot_check_quarter_on')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('spot_check', schema=None) as batch_op:
        batch_op.create_index('ix_spot_check_customer_id', ['customer_id'], unique=False)

    op.create_table('talk',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('begun_at', sa.String(length=23), nullable=False),
    sa.Column('step', sa.String(length=20), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('ended_at', sa.String(length=23), nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_talk_customer_id_customer')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_talk_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_talk')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('talk', schema=None) as batch_op:
        batch_op.create_index('ix_talk_customer_id', ['customer_id'], unique=False)

    op.create_table('survey',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('deal_id', sa.Integer(), nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('score BETWEEN 0 AND 100', name=op.f('ck_survey_score')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_survey_customer_id_customer')),
    sa.ForeignKeyConstraint(['deal_id'], ['deal.id'], name=op.f('fk_survey_deal_id_deal')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_survey_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('survey', schema=None) as batch_op:
        batch_op.create_index('ix_survey_customer_id', ['customer_id'], unique=False)

    op.create_table('proof',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('referral_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.String(length=23), nullable=False),
    sa.ForeignKeyConstraint(['referral_id'], ['referral.id'], name=op.f('fk_proof_referral_id_referral')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_proof_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proof')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('proof', schema=None) as batch_op:
        batch_op.create_index('ix_proof_referral_id', ['referral_id'], unique=False)

    remake('referral', REFERRAL, ('introducer_id', 'customer_id', 'noted_at'))
    with op.batch_alter_table('referral', schema=None) as batch_op:
        batch_op.create_index('ix_referral_introducer_id', ['introducer_id'], unique=False)
        batch_op.create_index('ix_referral_deal_id', ['deal_id'], unique=False)

    remake('vehicle', VEHICLE, ('customer_id', 'plate', 'model'))
    with op.batch_alter_table('vehicle', schema=None) as batch_op:
        batch_op.create_index('uq_vehicle_customer_id', ['customer_id', 'plate'], unique=True, sqlite_where=sa.text("plate <> ''"))
        batch_op.create_index('ix_vehicle_plate', ['plate'], unique=False)
        batch_op.create_index('ix_vehicle_vin', ['vin'], unique=False)

    op.add_column('staff', sa.Column('phone', sa.String(), server_default='', nullable=False))
