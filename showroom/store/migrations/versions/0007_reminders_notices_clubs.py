"""reminders notices clubs."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'

EVENT = """
CREATE TABLE new_event (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name VARCHAR NOT NULL,
    day DATE NOT NULL,
    until DATE NOT NULL,
    place VARCHAR NOT NULL,
    note VARCHAR NOT NULL,
    prize VARCHAR NOT NULL,
    trace_days INTEGER NOT NULL,
    cancelled_at VARCHAR(23),
    club_id INTEGER,
    CONSTRAINT ck_event_trace_days CHECK (trace_days BETWEEN 0 AND 365),
    CONSTRAINT fk_event_club_id_named_list FOREIGN KEY(club_id) REFERENCES named_list (id)
)
"""


def upgrade() -> None:
    op.create_table('reminder',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('at', sa.String(length=23), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder')),
    sa.UniqueConstraint('key', name=op.f('uq_reminder_key')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_reminder_at', 'reminder', ['at'], unique=False)

    op.create_table('advisory',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('colour', sa.String(length=20), nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('way', sa.String(length=20), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('made_at', sa.String(length=23), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_advisory_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_advisory')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_advisory_day', 'advisory', ['day'], unique=False)

    op.create_table('told',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('advisory_id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.String(length=23), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['advisory_id'], ['advisory.id'], name=op.f('fk_told_advisory_id_advisory')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_told_customer_id_customer')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_told_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_told')),
    sa.UniqueConstraint('advisory_id', 'customer_id', name=op.f('uq_told_advisory_id')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_told_customer_id', 'told', ['customer_id'], unique=False)

    op.add_column('named_list', sa.Column('club', sa.Boolean(), server_default='0', nullable=False))
    _remake_event()

    op.add_column('survey', sa.Column('asked', sa.String(length=20), server_default='whole', nullable=False))
    op.add_column('survey', sa.Column('answers', sa.String(), server_default='', nullable=False))
    op.create_index('ix_survey_day', 'survey', ['day'], unique=False)


def _remake_event() -> None:
    """Make the table anew, with a rule that SQLite cannot add; ids of rows that went stay used."""
    op.execute(EVENT)
    kept = 'id, name, day, until, place, note, prize, trace_days, cancelled_at'
    op.execute(f'INSERT INTO new_event ({kept}) SELECT {kept} FROM event')
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'new_event'")
    op.execute("INSERT INTO sqlite_sequence SELECT 'new_event', seq FROM sqlite_sequence WHERE name = 'event'")
    op.execute('DROP TABLE event')
    op.execute('ALTER TABLE new_event RENAME TO event')
    op.create_index('ix_event_day', 'event', ['day'], unique=False)
    op.create_index('ix_event_club_id', 'event', ['club_id'], unique=False)
