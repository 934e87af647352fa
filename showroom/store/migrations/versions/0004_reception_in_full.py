"""reception in full."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'

ASK = """
CREATE TABLE new_ask (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    visit_id INTEGER NOT NULL,
    moment VARCHAR(20) NOT NULL,
    outcome VARCHAR(20) NOT NULL,
    refusal VARCHAR(20),
    at VARCHAR(23) NOT NULL,
    script_id INTEGER,
    wording VARCHAR(20),
    CONSTRAINT ck_ask_refused_has_its_reason CHECK ((outcome = 'given') = (refusal IS NULL)),
    CONSTRAINT fk_ask_visit_id_visit FOREIGN KEY(visit_id) REFERENCES visit (id),
    CONSTRAINT fk_ask_script_id_script FOREIGN KEY(script_id) REFERENCES script (id)
)
"""
CONSENT = """
CREATE TABLE new_consent (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL,
    purpose VARCHAR(20) NOT NULL,
    way VARCHAR(20) NOT NULL,
    given_at VARCHAR(23),
    how VARCHAR(20) NOT NULL,
    wording INTEGER NOT NULL,
    staff_id INTEGER,
    visit_id INTEGER,
    moment VARCHAR(20),
    withdrawn_at VARCHAR(23),
    CONSTRAINT uq_consent_customer_id UNIQUE (customer_id, purpose, way),
    CONSTRAINT ck_consent_said CHECK (given_at IS NOT NULL OR withdrawn_at IS NOT NULL),
    CONSTRAINT ck_consent_withdrawn_after_given CHECK (withdrawn_at >= given_at),
    CONSTRAINT fk_consent_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id),
    CONSTRAINT fk_consent_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id),
    CONSTRAINT fk_consent_visit_id_visit FOREIGN KEY(visit_id) REFERENCES visit (id)
)
"""
TEST_DRIVE = """
CREATE TABLE new_test_drive (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    visit_id INTEGER,
    customer_id INTEGER,
    model_id INTEGER,
    car_id INTEGER,
    consultant_id INTEGER,
    planned_from VARCHAR(23),
    planned_until VARCHAR(23),
    started_at VARCHAR(23),
    ended_at VARCHAR(23),
    route VARCHAR DEFAULT '' NOT NULL,
    licence_seen BOOLEAN DEFAULT '0' NOT NULL,
    agreed_at VARCHAR(23),
    CONSTRAINT ck_test_drive_ends_after_starting CHECK (ended_at IS NULL OR ended_at >= started_at),
    CONSTRAINT ck_test_drive_planned_forwards CHECK (planned_until IS NULL OR planned_until > planned_from),
    CONSTRAINT fk_test_drive_visit_id_visit FOREIGN KEY(visit_id) REFERENCES visit (id),
    CONSTRAINT fk_test_drive_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id),
    CONSTRAINT fk_test_drive_model_id_choice FOREIGN KEY(model_id) REFERENCES choice (id),
    CONSTRAINT fk_test_drive_car_id_demo_car FOREIGN KEY(car_id) REFERENCES demo_car (id),
    CONSTRAINT fk_test_drive_consultant_id_staff FOREIGN KEY(consultant_id) REFERENCES staff (id)
)
"""
TURN = """
CREATE TABLE new_turn (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    staff_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    state VARCHAR(20) DEFAULT 'post' NOT NULL,
    reason VARCHAR(20),
    since VARCHAR(23),
    team INTEGER DEFAULT '1' NOT NULL,
    owed INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT ck_turn_owed CHECK (owed >= 0),
    CONSTRAINT uq_turn_staff_id UNIQUE (staff_id),
    CONSTRAINT fk_turn_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id)
)
"""
VISIT = """
CREATE TABLE new_visit (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind VARCHAR(20) NOT NULL,
    day DATE NOT NULL,
    number INTEGER NOT NULL,
    arrived_at VARCHAR(23) NOT NULL,
    left_at VARCHAR(23),
    people INTEGER NOT NULL,
    again BOOLEAN NOT NULL,
    consultant_id INTEGER,
    hand_over VARCHAR(20),
    customer_id INTEGER,
    name VARCHAR NOT NULL,
    honorific VARCHAR(20) NOT NULL,
    model_id INTEGER,
    channel_id INTEGER,
    errand_id INTEGER,
    level VARCHAR(20),
    note VARCHAR NOT NULL,
    came_by VARCHAR(20),
    colour_id INTEGER,
    rival VARCHAR DEFAULT '' NOT NULL,
    quoted BOOLEAN DEFAULT '0' NOT NULL,
    stands_in_for_id INTEGER,
    unmet_id INTEGER,
    CONSTRAINT uq_visit_day UNIQUE (day, number),
    CONSTRAINT ck_visit_leaves_after_arriving CHECK (left_at IS NULL OR left_at >= arrived_at),
    CONSTRAINT ck_visit_people CHECK (people BETWEEN 1 AND 99),
    CONSTRAINT fk_visit_consultant_id_staff FOREIGN KEY(consultant_id) REFERENCES staff (id),
    CONSTRAINT fk_visit_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id),
    CONSTRAINT fk_visit_model_id_choice FOREIGN KEY(model_id) REFERENCES choice (id),
    CONSTRAINT fk_visit_channel_id_choice FOREIGN KEY(channel_id) REFERENCES choice (id),
    CONSTRAINT fk_visit_errand_id_choice FOREIGN KEY(errand_id) REFERENCES choice (id),
    CONSTRAINT fk_visit_colour_id_choice FOREIGN KEY(colour_id) REFERENCES choice (id),
    CONSTRAINT fk_visit_stands_in_for_id_staff FOREIGN KEY(stands_in_for_id) REFERENCES staff (id),
    CONSTRAINT fk_visit_unmet_id_choice FOREIGN KEY(unmet_id) REFERENCES choice (id)
)
"""


def remake(name: str, sql: str, columns: dict[str, str]) -> None:
    """Make a table anew under its name: SQLite adds no rule and drops no column of use to one."""
    op.execute(sql)
    op.execute(
        f"INSERT INTO new_{name} ({', '.join(columns)})"
        f" SELECT {', '.join(columns.values())} FROM {name}"
    )
    op.execute(f"DROP TABLE {name}")
    op.execute(f"ALTER TABLE new_{name} RENAME TO {name}")


def upgrade() -> None:
    op.create_table('day_close',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('closed_at', sa.String(length=23), nullable=False),
    sa.Column('receptionist', sa.String(), nullable=False),
    sa.Column('floor_manager', sa.String(), nullable=False),
    sa.Column('sales_manager', sa.String(), nullable=False),
    sa.Column('weather', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('totals', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_day_close')),
    sa.UniqueConstraint('day', name=op.f('uq_day_close_day')),
    sqlite_autoincrement=True
    )
    op.create_table('gift',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('unit', sa.String(), nullable=False),
    sa.Column('prize', sa.Boolean(), nullable=False),
    sa.Column('stock', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.CheckConstraint('ends_on IS NULL OR ends_on >= starts_on', name=op.f('ck_gift_runs_forwards')),
    sa.CheckConstraint('stock >= 0', name=op.f('ck_gift_stock')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gift')),
    sa.UniqueConstraint('name', name=op.f('uq_gift_name')),
    sqlite_autoincrement=True
    )
    op.create_table('notice_text',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('since', sa.String(length=23), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice_text')),
    sa.UniqueConstraint('version', name=op.f('uq_notice_text_version')),
    sqlite_autoincrement=True
    )
    op.create_table('demo_car',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plate', sa.String(), nullable=False),
    sa.Column('model_id', sa.Integer(), nullable=True),
    sa.Column('km', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.CheckConstraint('km >= 0', name=op.f('ck_demo_car_km')),
    sa.ForeignKeyConstraint(['model_id'], ['choice.id'], name=op.f('fk_demo_car_model_id_choice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_demo_car')),
    sa.UniqueConstraint('plate', name=op.f('uq_demo_car_plate')),
    sqlite_autoincrement=True
    )
    op.create_table('script',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('moment', sa.String(length=20), nullable=False),
    sa.Column('wording', sa.String(length=20), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('again', sa.Boolean(), nullable=True),
    sa.Column('model_id', sa.Integer(), nullable=True),
    sa.Column('company', sa.String(length=20), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['model_id'], ['choice.id'], name=op.f('fk_script_model_id_choice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_script')),
    sqlite_autoincrement=True
    )
    op.create_table('trait',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_trait_customer_id_customer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trait')),
    sa.UniqueConstraint('customer_id', 'kind', name=op.f('uq_trait_customer_id')),
    sqlite_autoincrement=True
    )
    op.create_table('vehicle',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('plate', sa.String(), nullable=False),
    sa.Column('model', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_vehicle_customer_id_customer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vehicle')),
    sa.UniqueConstraint('customer_id', 'plate', name=op.f('uq_vehicle_customer_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('vehicle', schema=None) as batch_op:
        batch_op.create_index('ix_vehicle_plate', ['plate'], unique=False)

    op.create_table('appointment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.String(length=23), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('aim', sa.String(length=20), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('honorific', sa.String(length=20), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('consultant_id', sa.Integer(), nullable=True),
    sa.Column('model_id', sa.Integer(), nullable=True),
    sa.Column('channel_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('made_on', sa.Date(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=True),
    sa.Column('visit_id', sa.Integer(), nullable=True),
    sa.Column('cancelled_at', sa.String(length=23), nullable=True),
    sa.CheckConstraint('people BETWEEN 1 AND 99', name=op.f('ck_appointment_people')),
    sa.CheckConstraint('visit_id IS NULL OR cancelled_at IS NULL', name=op.f('ck_appointment_came_or_cancelled')),
    sa.ForeignKeyConstraint(['call_id'], ['visit.id'], name=op.f('fk_appointment_call_id_visit')),
    sa.ForeignKeyConstraint(['channel_id'], ['choice.id'], name=op.f('fk_appointment_channel_id_choice')),
    sa.ForeignKeyConstraint(['consultant_id'], ['staff.id'], name=op.f('fk_appointment_consultant_id_staff')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_appointment_customer_id_customer')),
    sa.ForeignKeyConstraint(['model_id'], ['choice.id'], name=op.f('fk_appointment_model_id_choice')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_appointment_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointment')),
    sa.UniqueConstraint('visit_id', name=op.f('uq_appointment_visit_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('appointment', schema=None) as batch_op:
        batch_op.create_index('ix_appointment_customer_id', ['customer_id'], unique=False)
        batch_op.create_index('ix_appointment_day', ['day'], unique=False)

    op.create_table('gift_move',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('gift_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('at', sa.String(length=23), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=True),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('receiver', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.CheckConstraint('count <> 0', name=op.f('ck_gift_move_count')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_gift_move_customer_id_customer')),
    sa.ForeignKeyConstraint(['gift_id'], ['gift.id'], name=op.f('fk_gift_move_gift_id_gift')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_gift_move_staff_id_staff')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_gift_move_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gift_move')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('gift_move', schema=None) as batch_op:
        batch_op.create_index('ix_gift_move_customer_id', ['customer_id'], unique=False)
        batch_op.create_index('ix_gift_move_gift_id', ['gift_id'], unique=False)
        batch_op.create_index('ix_gift_move_visit_id', ['visit_id'], unique=False)

    op.create_table('key_move',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('car_id', sa.Integer(), nullable=False),
    sa.Column('test_drive_id', sa.Integer(), nullable=True),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('taken_at', sa.String(length=23), nullable=False),
    sa.Column('back_at', sa.String(length=23), nullable=True),
    sa.Column('km_out', sa.Integer(), nullable=False),
    sa.Column('km_in', sa.Integer(), nullable=True),
    sa.CheckConstraint('back_at IS NULL OR back_at >= taken_at', name=op.f('ck_key_move_back_after_taking')),
    sa.CheckConstraint('km_in IS NULL OR km_in >= km_out', name=op.f('ck_key_move_km_forwards')),
    sa.ForeignKeyConstraint(['car_id'], ['demo_car.id'], name=op.f('fk_key_move_car_id_demo_car')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_key_move_staff_id_staff')),
    sa.ForeignKeyConstraint(['test_drive_id'], ['test_drive.id'], name=op.f('fk_key_move_test_drive_id_test_drive')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_key_move')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('key_move', schema=None) as batch_op:
        batch_op.create_index('ix_key_move_car_id', ['car_id'], unique=False)
        batch_op.create_index('ix_key_move_test_drive_id', ['test_drive_id'], unique=False)

    remake('ask', ASK, {
        'id': 'id',
        'visit_id': 'visit_id',
        'moment': 'moment',
        'outcome': 'outcome',
        'refusal': 'refusal',
        'at': 'at',
    })
    op.execute('CREATE INDEX ix_ask_visit_id ON ask (visit_id)')
    remake('consent', CONSENT, {
        'id': 'id',
        'customer_id': 'customer_id',
        'purpose': 'purpose',
        'way': 'way',
        'given_at': 'given_at',
        'how': 'how',
        'wording': 'wording',
        'withdrawn_at': 'withdrawn_at',
    })
    op.execute('CREATE INDEX ix_consent_withdrawn ON consent (customer_id, way) WHERE withdrawn_at IS NOT NULL')
    remake('test_drive', TEST_DRIVE, {
        'id': 'id',
        'visit_id': 'visit_id',
        'model_id': 'model_id',
        'started_at': 'started_at',
        'ended_at': 'ended_at',
        'route': "''",
        'licence_seen': '0',
    })
    op.execute('CREATE INDEX ix_test_drive_car_id ON test_drive (car_id)')
    op.execute('CREATE INDEX ix_test_drive_visit_id ON test_drive (visit_id)')
    remake('turn', TURN, {
        'id': 'id',
        'staff_id': 'staff_id',
        'position': 'position',
        'state': "CASE WHEN away THEN 'away' ELSE 'post' END",
        'team': '1',
        'owed': '0',
    })
    remake('visit', VISIT, {
        'id': 'id',
        'kind': 'kind',
        'day': 'day',
        'number': 'number',
        'arrived_at': 'arrived_at',
        'left_at': 'left_at',
        'people': 'people',
        'again': 'again',
        'consultant_id': 'consultant_id',
        'hand_over': 'hand_over',
        'customer_id': 'customer_id',
        'name': 'name',
        'honorific': 'honorific',
        'model_id': 'model_id',
        'channel_id': 'channel_id',
        'errand_id': 'errand_id',
        'level': 'level',
        'note': 'note',
        'rival': "''",
        'quoted': '0',
    })
    op.execute('CREATE INDEX ix_visit_arrived_at ON visit (arrived_at)')
    op.execute('CREATE INDEX ix_visit_customer_id ON visit (customer_id, day)')
    op.execute('CREATE INDEX ix_visit_here ON visit (left_at, consultant_id) WHERE left_at IS NULL')
    op.add_column('customer', sa.Column('contact_on', sa.Date(), nullable=True))
    op.execute(
        "UPDATE customer SET contact_on = min(date(created_at, 'localtime'),"
        " coalesce(first_visit_on, '9999')) WHERE wechat <> ''"
        " OR EXISTS (SELECT 1 FROM phone WHERE phone.customer_id = customer.id)"
        " OR erased_at IS NOT NULL"
    )
