"""first."""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None


def upgrade() -> None:
    op.create_table('action',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.String(length=23), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('verb', sa.String(), nullable=False),
    sa.Column('subject_table', sa.String(), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=True),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('undoes_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['undoes_id'], ['action.id'], name=op.f('fk_action_undoes_id_action')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.create_index('ix_action_subject', ['subject_table', 'subject_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_undoes_id'), ['undoes_id'], unique=False)

    op.create_table('choice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('zh', sa.String(), nullable=False),
    sa.Column('en', sa.String(), nullable=False),
    sa.Column('group', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_choice')),
    sa.UniqueConstraint('kind', 'code', name=op.f('uq_choice_kind')),
    sqlite_autoincrement=True
    )
    op.create_table('draft',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('fields', sa.String(), nullable=False),
    sa.Column('at', sa.String(length=23), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_draft'))
    )
    op.create_table('setting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_setting')),
    sa.UniqueConstraint('key', name=op.f('uq_setting_key')),
    sqlite_autoincrement=True
    )
    op.create_table('staff',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff')),
    sa.UniqueConstraint('name', name=op.f('uq_staff_name')),
    sqlite_autoincrement=True
    )
    op.create_table('change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('table_name', sa.String(), nullable=False),
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.Column('before', sa.String(), nullable=True),
    sa.Column('after', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_change_action_id_action')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_change')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('change', schema=None) as batch_op:
        batch_op.create_index('ix_change_action_id', ['action_id'], unique=False)
        batch_op.create_index('ix_change_row', ['table_name', 'row_id'], unique=False)

    op.create_table('customer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('honorific', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('level', sa.String(length=20), nullable=False),
    sa.Column('consultant_id', sa.Integer(), nullable=True),
    sa.Column('model_id', sa.Integer(), nullable=True),
    sa.Column('channel_id', sa.Integer(), nullable=True),
    sa.Column('wechat', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('postcode', sa.String(), nullable=False),
    sa.Column('birthday', sa.Date(), nullable=True),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('do_not_contact', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.String(length=23), nullable=False),
    sa.Column('first_visit_on', sa.Date(), nullable=True),
    sa.Column('last_visit_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['channel_id'], ['choice.id'], name=op.f('fk_customer_channel_id_choice')),
    sa.ForeignKeyConstraint(['consultant_id'], ['staff.id'], name=op.f('fk_customer_consultant_id_staff')),
    sa.ForeignKeyConstraint(['model_id'], ['choice.id'], name=op.f('fk_customer_model_id_choice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customer')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('customer', schema=None) as batch_op:
        batch_op.create_index('ix_customer_consultant_id', ['consultant_id'], unique=False)
        batch_op.create_index('ix_customer_last_visit_on', ['last_visit_on'], unique=False)

    op.create_table('import_batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('at', sa.String(length=23), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('counts', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_import_batch_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_batch')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('import_batch', schema=None) as batch_op:
        batch_op.create_index('ix_import_batch_sha256', ['sha256'], unique=False)

    op.create_table('turn',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('away', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_turn_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_turn')),
    sa.UniqueConstraint('staff_id', name=op.f('uq_turn_staff_id')),
    sqlite_autoincrement=True
    )
    op.create_table('phone',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.CheckConstraint("number LIKE '+%'", name=op.f('ck_phone_international')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_phone_customer_id_customer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phone')),
    sa.UniqueConstraint('customer_id', 'number', name=op.f('uq_phone_customer_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('phone', schema=None) as batch_op:
        batch_op.create_index('ix_phone_number', ['number'], unique=False)

    op.create_table('referral',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('introducer_id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('noted_at', sa.String(length=23), nullable=False),
    sa.CheckConstraint('introducer_id <> customer_id', name=op.f('ck_referral_not_oneself')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_referral_customer_id_customer')),
    sa.ForeignKeyConstraint(['introducer_id'], ['customer.id'], name=op.f('fk_referral_introducer_id_customer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referral')),
    sa.UniqueConstraint('customer_id', name=op.f('uq_referral_customer_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('referral', schema=None) as batch_op:
        batch_op.create_index('ix_referral_introducer_id', ['introducer_id'], unique=False)

    op.create_table('visit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('arrived_at', sa.String(length=23), nullable=False),
    sa.Column('left_at', sa.String(length=23), nullable=True),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('again', sa.Boolean(), nullable=False),
    sa.Column('consultant_id', sa.Integer(), nullable=True),
    sa.Column('hand_over', sa.String(length=20), nullable=True),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('honorific', sa.String(length=20), nullable=False),
    sa.Column('model_id', sa.Integer(), nullable=True),
    sa.Column('channel_id', sa.Integer(), nullable=True),
    sa.Column('errand_id', sa.Integer(), nullable=True),
    sa.Column('level', sa.String(length=20), nullable=True),
    sa.Column('note', sa.String(), nullable=False),
    sa.CheckConstraint('left_at IS NULL OR left_at >= arrived_at', name=op.f('ck_visit_leaves_after_arriving')),
    sa.CheckConstraint('people BETWEEN 1 AND 99', name=op.f('ck_visit_people')),
    sa.ForeignKeyConstraint(['channel_id'], ['choice.id'], name=op.f('fk_visit_channel_id_choice')),
    sa.ForeignKeyConstraint(['consultant_id'], ['staff.id'], name=op.f('fk_visit_consultant_id_staff')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_visit_customer_id_customer')),
    sa.ForeignKeyConstraint(['errand_id'], ['choice.id'], name=op.f('fk_visit_errand_id_choice')),
    sa.ForeignKeyConstraint(['model_id'], ['choice.id'], name=op.f('fk_visit_model_id_choice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit')),
    sa.UniqueConstraint('day', 'number', name=op.f('uq_visit_day')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.create_index('ix_visit_arrived_at', ['arrived_at'], unique=False)
        batch_op.create_index('ix_visit_customer_id', ['customer_id', 'day'], unique=False)
        batch_op.create_index('ix_visit_here', ['left_at', 'consultant_id'], unique=False, sqlite_where=sa.text('left_at IS NULL'))

    op.create_table('ask',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('moment', sa.String(length=20), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('refusal', sa.String(length=20), nullable=True),
    sa.Column('at', sa.String(length=23), nullable=False),
    sa.CheckConstraint("(outcome = 'given') = (refusal IS NULL)", name=op.f('ck_ask_refused_has_its_reason')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_ask_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ask')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('ask', schema=None) as batch_op:
        batch_op.create_index('ix_ask_visit_id', ['visit_id'], unique=False)

    op.create_table('deal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=True),
    sa.Column('consultant_id', sa.Integer(), nullable=True),
    sa.Column('model_id', sa.Integer(), nullable=False),
    sa.Column('colour_id', sa.Integer(), nullable=True),
    sa.Column('price', sa.Integer(), nullable=False),
    sa.Column('deposit', sa.Integer(), nullable=False),
    sa.Column('payment', sa.String(length=20), nullable=True),
    sa.Column('vin', sa.String(), nullable=False),
    sa.Column('ordered_on', sa.Date(), nullable=False),
    sa.Column('planned_on', sa.Date(), nullable=True),
    sa.Column('delivered_on', sa.Date(), nullable=True),
    sa.Column('cancelled_on', sa.Date(), nullable=True),
    sa.Column('cancel_reason_id', sa.Integer(), nullable=True),
    sa.Column('cancel_note', sa.String(), nullable=False),
    sa.Column('closed_at', sa.String(length=23), nullable=False),
    sa.CheckConstraint('(cancelled_on IS NULL) = (cancel_reason_id IS NULL)', name=op.f('ck_deal_cancelled_has_its_reason')),
    sa.CheckConstraint('cancelled_on IS NULL OR delivered_on IS NULL', name=op.f('ck_deal_one_end')),
    sa.CheckConstraint('delivered_on IS NULL OR delivered_on >= ordered_on', name=op.f('ck_deal_delivery')),
    sa.CheckConstraint('deposit >= 0 AND deposit <= price', name=op.f('ck_deal_deposit')),
    sa.CheckConstraint('planned_on IS NULL OR planned_on >= ordered_on', name=op.f('ck_deal_plan')),
    sa.CheckConstraint('price > 0', name=op.f('ck_deal_price')),
    sa.ForeignKeyConstraint(['cancel_reason_id'], ['choice.id'], name=op.f('fk_deal_cancel_reason_id_choice')),
    sa.ForeignKeyConstraint(['colour_id'], ['choice.id'], name=op.f('fk_deal_colour_id_choice')),
    sa.ForeignKeyConstraint(['consultant_id'], ['staff.id'], name=op.f('fk_deal_consultant_id_staff')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_deal_customer_id_customer')),
    sa.ForeignKeyConstraint(['model_id'], ['choice.id'], name=op.f('fk_deal_model_id_choice')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_deal_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deal')),
    sa.UniqueConstraint('number', name=op.f('uq_deal_number')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('deal', schema=None) as batch_op:
        batch_op.create_index('ix_deal_customer_id', ['customer_id'], unique=False)
        batch_op.create_index('ix_deal_ordered_on', ['ordered_on'], unique=False)
        batch_op.create_index('ix_deal_visit_id', ['visit_id'], unique=False)

    op.create_table('import_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('sheet', sa.String(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('cells', sa.String(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('visit_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'], name=op.f('fk_import_row_batch_id_import_batch')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_import_row_customer_id_customer')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_import_row_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_row')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('import_row', schema=None) as batch_op:
        batch_op.create_index('ix_import_row_batch_id', ['batch_id'], unique=False)
        batch_op.create_index('ix_import_row_customer_id', ['customer_id'], unique=False)
        batch_op.create_index('ix_import_row_visit_id', ['visit_id'], unique=False)

    op.create_table('test_drive',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('model_id', sa.Integer(), nullable=True),
    sa.Column('started_at', sa.String(length=23), nullable=True),
    sa.Column('ended_at', sa.String(length=23), nullable=True),
    sa.CheckConstraint('ended_at IS NULL OR ended_at >= started_at', name=op.f('ck_test_drive_ends_after_starting')),
    sa.ForeignKeyConstraint(['model_id'], ['choice.id'], name=op.f('fk_test_drive_model_id_choice')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_test_drive_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_test_drive')),
    sa.UniqueConstraint('visit_id', name=op.f('uq_test_drive_visit_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('test_drive', schema=None) as batch_op:
        batch_op.create_index('ix_test_drive_visit_id', ['visit_id'], unique=False)

    op.create_table('card',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('deal_id', sa.Integer(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('late_on', sa.Date(), nullable=False),
    sa.Column('template', sa.String(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('printed_at', sa.String(length=23), nullable=True),
    sa.Column('printed_by_id', sa.Integer(), nullable=True),
    sa.Column('printer', sa.String(), nullable=False),
    sa.Column('posted_at', sa.String(length=23), nullable=True),
    sa.Column('skipped_at', sa.String(length=23), nullable=True),
    sa.Column('skip_reason', sa.String(), nullable=False),
    sa.CheckConstraint('late_on >= due_on', name=op.f('ck_card_late')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_card_customer_id_customer')),
    sa.ForeignKeyConstraint(['deal_id'], ['deal.id'], name=op.f('fk_card_deal_id_deal')),
    sa.ForeignKeyConstraint(['printed_by_id'], ['staff.id'], name=op.f('fk_card_printed_by_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_card')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('card', schema=None) as batch_op:
        batch_op.create_index('ix_card_customer_id', ['customer_id'], unique=False)
        batch_op.create_index('ix_card_deal_id', ['deal_id'], unique=False)
        batch_op.create_index('ix_card_due_on', ['due_on'], unique=False)

    op.create_table('follow_up',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('deal_id', sa.Integer(), nullable=True),
    sa.Column('rule', sa.String(length=20), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('done_at', sa.String(length=23), nullable=True),
    sa.Column('result', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_follow_up_customer_id_customer')),
    sa.ForeignKeyConstraint(['deal_id'], ['deal.id'], name=op.f('fk_follow_up_deal_id_deal')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_follow_up_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_up')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.create_index('ix_follow_up_customer_id', ['customer_id'], unique=False)
        batch_op.create_index('ix_follow_up_deal_id', ['deal_id'], unique=False)
        batch_op.create_index('ix_follow_up_due_on', ['due_on'], unique=False, sqlite_where=sa.text('done_at IS NULL'))

    op.execute('CREATE VIRTUAL TABLE customer_fts USING fts5(t, content=\'\', contentless_delete=1, detail=none, tokenize="ascii tokenchars \'_\'")')
