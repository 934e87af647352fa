"""consent, erased persons."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    op.create_table('erased',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.String(length=23), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('cause', sa.String(length=20), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('phones', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erased')),
    sqlite_autoincrement=True
    )
    op.create_table('consent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.Column('way', sa.String(length=20), nullable=False),
    sa.Column('given_at', sa.String(length=23), nullable=True),
    sa.Column('how', sa.String(length=20), nullable=False),
    sa.Column('wording', sa.Integer(), nullable=False),
    sa.Column('withdrawn_at', sa.String(length=23), nullable=True),
    sa.CheckConstraint('given_at IS NOT NULL OR withdrawn_at IS NOT NULL', name=op.f('ck_consent_said')),
    sa.CheckConstraint('withdrawn_at >= given_at', name=op.f('ck_consent_withdrawn_after_given')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_consent_customer_id_customer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent')),
    sa.UniqueConstraint('customer_id', 'purpose', 'way', name=op.f('uq_consent_customer_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.create_index('ix_consent_withdrawn', ['customer_id', 'way'], unique=False, sqlite_where=sa.text('withdrawn_at IS NOT NULL'))

    with op.batch_alter_table('customer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('erased_at', sa.String(length=23), nullable=True))
        batch_op.drop_index('ix_customer_last_visit_on')
        batch_op.create_index('ix_customer_last_visit_on', ['erased_at', 'last_visit_on'], unique=False)
