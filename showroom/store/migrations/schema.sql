CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)

CREATE TABLE action (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at VARCHAR(23) NOT NULL, 
	staff_id INTEGER, 
	verb VARCHAR NOT NULL, 
	subject_table VARCHAR NOT NULL, 
	subject_id INTEGER, 
	why VARCHAR NOT NULL, 
	undoes_id INTEGER, what VARCHAR DEFAULT '' NOT NULL, seal VARCHAR DEFAULT '' NOT NULL, 
	CONSTRAINT fk_action_undoes_id_action FOREIGN KEY(undoes_id) REFERENCES action (id)
)

CREATE INDEX ix_action_subject ON action (subject_table, subject_id)

CREATE INDEX ix_action_undoes_id ON action (undoes_id)

CREATE TABLE choice (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind VARCHAR(20) NOT NULL, 
	code VARCHAR NOT NULL, 
	zh VARCHAR NOT NULL, 
	en VARCHAR NOT NULL, 
	"group" VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	active BOOLEAN NOT NULL, 
	CONSTRAINT uq_choice_kind UNIQUE (kind, code)
)

CREATE TABLE draft (
	"key" VARCHAR NOT NULL, 
	fields VARCHAR NOT NULL, 
	at VARCHAR(23) NOT NULL, 
	CONSTRAINT pk_draft PRIMARY KEY ("key")
)

CREATE TABLE setting (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	"key" VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	CONSTRAINT uq_setting_key UNIQUE ("key")
)

CREATE TABLE staff (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR NOT NULL, 
	role VARCHAR(20) NOT NULL, 
	active BOOLEAN NOT NULL, pin VARCHAR DEFAULT '' NOT NULL, failures INTEGER DEFAULT '0' NOT NULL, locked_until VARCHAR(23), phone VARCHAR DEFAULT '' NOT NULL, signature VARCHAR DEFAULT '' NOT NULL, 
	CONSTRAINT uq_staff_name UNIQUE (name)
)

CREATE TABLE change (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	action_id INTEGER NOT NULL, 
	table_name VARCHAR NOT NULL, 
	row_id INTEGER NOT NULL, 
	"before" VARCHAR, 
	"after" VARCHAR, digest VARCHAR DEFAULT '' NOT NULL, 
	CONSTRAINT fk_change_action_id_action FOREIGN KEY(action_id) REFERENCES action (id)
)

CREATE INDEX ix_change_action_id ON change (action_id)

CREATE INDEX ix_change_row ON change (table_name, row_id)

CREATE TABLE customer (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR NOT NULL, 
	honorific VARCHAR(20) NOT NULL, 
	title VARCHAR NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	level VARCHAR(20) NOT NULL, 
	consultant_id INTEGER, 
	model_id INTEGER, 
	channel_id INTEGER, 
	wechat VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	postcode VARCHAR NOT NULL, 
	birthday DATE, 
	note VARCHAR NOT NULL, 
	do_not_contact BOOLEAN NOT NULL, 
	created_at VARCHAR(23) NOT NULL, 
	first_visit_on DATE, 
	last_visit_on DATE, erased_at VARCHAR(23), contact_on DATE, birthday_lunar BOOLEAN DEFAULT '0' NOT NULL, birthday_more INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT fk_customer_channel_id_choice FOREIGN KEY(channel_id) REFERENCES choice (id), 
	CONSTRAINT fk_customer_consultant_id_staff FOREIGN KEY(consultant_id) REFERENCES staff (id), 
	CONSTRAINT fk_customer_model_id_choice FOREIGN KEY(model_id) REFERENCES choice (id)
)

CREATE INDEX ix_customer_consultant_id ON customer (consultant_id)

CREATE TABLE import_batch (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	file_name VARCHAR NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	at VARCHAR(23) NOT NULL, 
	staff_id INTEGER, 
	counts VARCHAR NOT NULL, 
	CONSTRAINT fk_import_batch_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id)
)

CREATE INDEX ix_import_batch_sha256 ON import_batch (sha256)

CREATE TABLE phone (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	customer_id INTEGER NOT NULL, 
	number VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	CONSTRAINT ck_phone_international CHECK (number LIKE '+%'), 
	CONSTRAINT fk_phone_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id), 
	CONSTRAINT uq_phone_customer_id UNIQUE (customer_id, number)
)

CREATE INDEX ix_phone_number ON phone (number)

CREATE TABLE deal (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	number VARCHAR NOT NULL, 
	customer_id INTEGER NOT NULL, 
	visit_id INTEGER, 
	consultant_id INTEGER, 
	model_id INTEGER NOT NULL, 
	colour_id INTEGER, 
	price INTEGER NOT NULL, 
	deposit INTEGER NOT NULL, 
	payment VARCHAR(20), 
	vin VARCHAR NOT NULL, 
	ordered_on DATE NOT NULL, 
	planned_on DATE, 
	delivered_on DATE, 
	cancelled_on DATE, 
	cancel_reason_id INTEGER, 
	cancel_note VARCHAR NOT NULL, 
	closed_at VARCHAR(23) NOT NULL, 
	CONSTRAINT ck_deal_cancelled_has_its_reason CHECK ((cancelled_on IS NULL) = (cancel_reason_id IS NULL)), 
	CONSTRAINT ck_deal_one_end CHECK (cancelled_on IS NULL OR delivered_on IS NULL), 
	CONSTRAINT ck_deal_delivery CHECK (delivered_on IS NULL OR delivered_on >= ordered_on), 
	CONSTRAINT ck_deal_deposit CHECK (deposit >= 0 AND deposit <= price), 
	CONSTRAINT ck_deal_plan CHECK (planned_on IS NULL OR planned_on >= ordered_on), 
	CONSTRAINT ck_deal_price CHECK (price > 0), 
	CONSTRAINT fk_deal_cancel_reason_id_choice FOREIGN KEY(cancel_reason_id) REFERENCES choice (id), 
	CONSTRAINT fk_deal_colour_id_choice FOREIGN KEY(colour_id) REFERENCES choice (id), 
	CONSTRAINT fk_deal_consultant_id_staff FOREIGN KEY(consultant_id) REFERENCES staff (id), 
	CONSTRAINT fk_deal_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id), 
	CONSTRAINT fk_deal_model_id_choice FOREIGN KEY(model_id) REFERENCES choice (id), 
	CONSTRAINT fk_deal_visit_id_visit FOREIGN KEY(visit_id) REFERENCES visit (id), 
	CONSTRAINT uq_deal_number UNIQUE (number)
)

CREATE INDEX ix_deal_customer_id ON deal (customer_id)

CREATE INDEX ix_deal_ordered_on ON deal (ordered_on)

CREATE INDEX ix_deal_visit_id ON deal (visit_id)

CREATE TABLE import_row (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	batch_id INTEGER NOT NULL, 
	sheet VARCHAR NOT NULL, 
	"row" INTEGER NOT NULL, 
	outcome VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	cells VARCHAR NOT NULL, 
	customer_id INTEGER, 
	visit_id INTEGER, 
	CONSTRAINT fk_import_row_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (id), 
	CONSTRAINT fk_import_row_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id), 
	CONSTRAINT fk_import_row_visit_id_visit FOREIGN KEY(visit_id) REFERENCES visit (id)
)

CREATE INDEX ix_import_row_batch_id ON import_row (batch_id)

CREATE INDEX ix_import_row_customer_id ON import_row (customer_id)

CREATE INDEX ix_import_row_visit_id ON import_row (visit_id)

CREATE TABLE card (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind VARCHAR(20) NOT NULL, 
	customer_id INTEGER NOT NULL, 
	deal_id INTEGER, 
	due_on DATE NOT NULL, 
	late_on DATE NOT NULL, 
	template VARCHAR NOT NULL, 
	words VARCHAR NOT NULL, 
	printed_at VARCHAR(23), 
	printed_by_id INTEGER, 
	printer VARCHAR NOT NULL, 
	posted_at VARCHAR(23), 
	skipped_at VARCHAR(23), 
	skip_reason VARCHAR NOT NULL, said VARCHAR DEFAULT '' NOT NULL, signed_at VARCHAR(23), festival VARCHAR DEFAULT '' NOT NULL, 
	CONSTRAINT ck_card_late CHECK (late_on >= due_on), 
	CONSTRAINT fk_card_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id), 
	CONSTRAINT fk_card_deal_id_deal FOREIGN KEY(deal_id) REFERENCES deal (id), 
	CONSTRAINT fk_card_printed_by_id_staff FOREIGN KEY(printed_by_id) REFERENCES staff (id)
)

CREATE INDEX ix_card_customer_id ON card (customer_id)

CREATE INDEX ix_card_deal_id ON card (deal_id)

CREATE INDEX ix_card_due_on ON card (due_on)

CREATE TABLE follow_up (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	customer_id INTEGER NOT NULL, 
	deal_id INTEGER, 
	rule VARCHAR(20) NOT NULL, 
	due_on DATE NOT NULL, 
	staff_id INTEGER, 
	done_at VARCHAR(23), 
	result VARCHAR NOT NULL, agreed BOOLEAN DEFAULT '0' NOT NULL, asked_by VARCHAR DEFAULT '' NOT NULL, since DATE, clock VARCHAR(5), 
	CONSTRAINT fk_follow_up_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id), 
	CONSTRAINT fk_follow_up_deal_id_deal FOREIGN KEY(deal_id) REFERENCES deal (id), 
	CONSTRAINT fk_follow_up_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id)
)

CREATE INDEX ix_follow_up_customer_id ON follow_up (customer_id)

CREATE INDEX ix_follow_up_deal_id ON follow_up (deal_id)

CREATE VIRTUAL TABLE customer_fts USING fts5(t, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars '_'")

CREATE INDEX ix_action_at ON action (at)

CREATE TABLE erased (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at VARCHAR(23) NOT NULL, 
	staff_id INTEGER, 
	cause VARCHAR(20) NOT NULL, 
	person VARCHAR NOT NULL, 
	phones VARCHAR NOT NULL
)

CREATE INDEX ix_customer_last_visit_on ON customer (erased_at, last_visit_on)

CREATE TABLE day_close (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	day DATE NOT NULL, 
	closed_at VARCHAR(23) NOT NULL, 
	receptionist VARCHAR NOT NULL, 
	floor_manager VARCHAR NOT NULL, 
	sales_manager VARCHAR NOT NULL, 
	weather VARCHAR NOT NULL, 
	note VARCHAR NOT NULL, 
	totals VARCHAR NOT NULL, 
	CONSTRAINT uq_day_close_day UNIQUE (day)
)

CREATE TABLE gift (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR NOT NULL, 
	unit VARCHAR NOT NULL, 
	prize BOOLEAN NOT NULL, 
	stock INTEGER NOT NULL, 
	starts_on DATE, 
	ends_on DATE, 
	active BOOLEAN NOT NULL, 
	CONSTRAINT ck_gift_runs_forwards CHECK (ends_on IS NULL OR ends_on >= starts_on), 
	CONSTRAINT ck_gift_stock CHECK (stock >= 0), 
	CONSTRAINT uq_gift_name UNIQUE (name)
)

CREATE TABLE notice_text (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	version INTEGER NOT NULL, 
	words VARCHAR NOT NULL, 
	since VARCHAR(23) NOT NULL, 
	CONSTRAINT uq_notice_text_version UNIQUE (version)
)

CREATE TABLE demo_car (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	plate VARCHAR NOT NULL, 
	model_id INTEGER, 
	km INTEGER NOT NULL, 
	active BOOLEAN NOT NULL, 
	CONSTRAINT ck_demo_car_km CHECK (km >= 0), 
	CONSTRAINT fk_demo_car_model_id_choice FOREIGN KEY(model_id) REFERENCES choice (id), 
	CONSTRAINT uq_demo_car_plate UNIQUE (plate)
)

CREATE TABLE script (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	moment VARCHAR(20) NOT NULL, 
	wording VARCHAR(20) NOT NULL, 
	words VARCHAR NOT NULL, 
	again BOOLEAN, 
	model_id INTEGER, 
	company VARCHAR(20), 
	active BOOLEAN NOT NULL, 
	CONSTRAINT fk_script_model_id_choice FOREIGN KEY(model_id) REFERENCES choice (id)
)

CREATE TABLE trait (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	customer_id INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	words VARCHAR NOT NULL, 
	CONSTRAINT fk_trait_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id), 
	CONSTRAINT uq_trait_customer_id UNIQUE (customer_id, kind)
)

CREATE TABLE appointment (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at VARCHAR(23) NOT NULL, 
	day DATE NOT NULL, 
	aim VARCHAR(20) NOT NULL, 
	people INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	honorific VARCHAR(20) NOT NULL, 
	phone VARCHAR NOT NULL, 
	customer_id INTEGER, 
	consultant_id INTEGER, 
	model_id INTEGER, 
	channel_id INTEGER, 
	note VARCHAR NOT NULL, 
	made_on DATE NOT NULL, 
	call_id INTEGER, 
	visit_id INTEGER, 
	cancelled_at VARCHAR(23), 
	CONSTRAINT ck_appointment_people CHECK (people BETWEEN 1 AND 99), 
	CONSTRAINT ck_appointment_came_or_cancelled CHECK (visit_id IS NULL OR cancelled_at IS NULL), 
	CONSTRAINT fk_appointment_call_id_visit FOREIGN KEY(call_id) REFERENCES visit (id), 
	CONSTRAINT fk_appointment_channel_id_choice FOREIGN KEY(channel_id) REFERENCES choice (id), 
	CONSTRAINT fk_appointment_consultant_id_staff FOREIGN KEY(consultant_id) REFERENCES staff (id), 
	CONSTRAINT fk_appointment_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id), 
	CONSTRAINT fk_appointment_model_id_choice FOREIGN KEY(model_id) REFERENCES choice (id), 
	CONSTRAINT fk_appointment_visit_id_visit FOREIGN KEY(visit_id) REFERENCES visit (id), 
	CONSTRAINT uq_appointment_visit_id UNIQUE (visit_id)
)

CREATE INDEX ix_appointment_customer_id ON appointment (customer_id)

CREATE INDEX ix_appointment_day ON appointment (day)

CREATE TABLE gift_move (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	gift_id INTEGER NOT NULL, 
	day DATE NOT NULL, 
	at VARCHAR(23) NOT NULL, 
	count INTEGER NOT NULL, 
	visit_id INTEGER, 
	customer_id INTEGER, 
	staff_id INTEGER, 
	receiver VARCHAR NOT NULL, 
	note VARCHAR NOT NULL, 
	CONSTRAINT ck_gift_move_count CHECK (count <> 0), 
	CONSTRAINT fk_gift_move_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id), 
	CONSTRAINT fk_gift_move_gift_id_gift FOREIGN KEY(gift_id) REFERENCES gift (id), 
	CONSTRAINT fk_gift_move_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id), 
	CONSTRAINT fk_gift_move_visit_id_visit FOREIGN KEY(visit_id) REFERENCES visit (id)
)

CREATE INDEX ix_gift_move_customer_id ON gift_move (customer_id)

CREATE INDEX ix_gift_move_gift_id ON gift_move (gift_id)

CREATE INDEX ix_gift_move_visit_id ON gift_move (visit_id)

CREATE TABLE key_move (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	car_id INTEGER NOT NULL, 
	test_drive_id INTEGER, 
	staff_id INTEGER, 
	purpose VARCHAR NOT NULL, 
	taken_at VARCHAR(23) NOT NULL, 
	back_at VARCHAR(23), 
	km_out INTEGER NOT NULL, 
	km_in INTEGER, 
	CONSTRAINT ck_key_move_back_after_taking CHECK (back_at IS NULL OR back_at >= taken_at), 
	CONSTRAINT ck_key_move_km_forwards CHECK (km_in IS NULL OR km_in >= km_out), 
	CONSTRAINT fk_key_move_car_id_demo_car FOREIGN KEY(car_id) REFERENCES demo_car (id), 
	CONSTRAINT fk_key_move_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id), 
	CONSTRAINT fk_key_move_test_drive_id_test_drive FOREIGN KEY(test_drive_id) REFERENCES test_drive (id)
)

CREATE INDEX ix_key_move_car_id ON key_move (car_id)

CREATE INDEX ix_key_move_test_drive_id ON key_move (test_drive_id)

CREATE TABLE "ask" (
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

CREATE INDEX ix_ask_visit_id ON ask (visit_id)

CREATE TABLE "consent" (
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

CREATE INDEX ix_consent_withdrawn ON consent (customer_id, way) WHERE withdrawn_at IS NOT NULL

CREATE TABLE "test_drive" (
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

CREATE INDEX ix_test_drive_car_id ON test_drive (car_id)

CREATE INDEX ix_test_drive_visit_id ON test_drive (visit_id)

CREATE TABLE "turn" (
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

CREATE TABLE "visit" (
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
    unmet_id INTEGER, brand VARCHAR DEFAULT '' NOT NULL, series VARCHAR DEFAULT '' NOT NULL, trim VARCHAR DEFAULT '' NOT NULL, offer INTEGER, course VARCHAR DEFAULT '' NOT NULL, source VARCHAR DEFAULT '' NOT NULL, their_number VARCHAR DEFAULT '' NOT NULL,
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

CREATE INDEX ix_visit_arrived_at ON visit (arrived_at)

CREATE INDEX ix_visit_customer_id ON visit (customer_id, day)

CREATE INDEX ix_visit_here ON visit (left_at, consultant_id) WHERE left_at IS NULL

CREATE TABLE custom_field (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	zh VARCHAR NOT NULL, 
	en VARCHAR NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	options VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	active BOOLEAN NOT NULL, 
	CONSTRAINT uq_custom_field_zh UNIQUE (zh)
)

CREATE TABLE proof_file (
	digest VARCHAR NOT NULL, 
	content BLOB NOT NULL, 
	CONSTRAINT pk_proof_file PRIMARY KEY (digest)
)

CREATE TABLE named_list (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR NOT NULL, 
	rule VARCHAR NOT NULL, 
	staff_id INTEGER, 
	made_at VARCHAR(23) NOT NULL, club BOOLEAN DEFAULT '0' NOT NULL, 
	CONSTRAINT fk_named_list_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id), 
	CONSTRAINT uq_named_list_name UNIQUE (name)
)

CREATE TABLE different (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	low_id INTEGER NOT NULL, 
	high_id INTEGER NOT NULL, 
	noted_at VARCHAR(23) NOT NULL, 
	CONSTRAINT ck_different_ordered CHECK (low_id < high_id), 
	CONSTRAINT fk_different_high_id_customer FOREIGN KEY(high_id) REFERENCES customer (id), 
	CONSTRAINT fk_different_low_id_customer FOREIGN KEY(low_id) REFERENCES customer (id), 
	CONSTRAINT uq_different_low_id UNIQUE (low_id, high_id)
)

CREATE INDEX ix_different_high_id ON different (high_id)

CREATE TABLE field_value (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	customer_id INTEGER NOT NULL, 
	field_id INTEGER NOT NULL, 
	words VARCHAR NOT NULL, 
	CONSTRAINT fk_field_value_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id), 
	CONSTRAINT fk_field_value_field_id_custom_field FOREIGN KEY(field_id) REFERENCES custom_field (id), 
	CONSTRAINT uq_field_value_customer_id UNIQUE (customer_id, field_id)
)

CREATE INDEX ix_field_value_field_id ON field_value (field_id)

CREATE TABLE invitation (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	event_id INTEGER NOT NULL, 
	customer_id INTEGER NOT NULL, 
	staff_id INTEGER, 
	invited_at VARCHAR(23), 
	reply VARCHAR(20) NOT NULL, 
	came_at VARCHAR(23), 
	people INTEGER NOT NULL, 
	gained BOOLEAN NOT NULL, 
	ticket INTEGER, 
	prize VARCHAR NOT NULL, 
	CONSTRAINT ck_invitation_people CHECK (people BETWEEN 1 AND 99), 
	CONSTRAINT fk_invitation_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id), 
	CONSTRAINT fk_invitation_event_id_event FOREIGN KEY(event_id) REFERENCES event (id), 
	CONSTRAINT fk_invitation_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id), 
	CONSTRAINT uq_invitation_event_id UNIQUE (event_id, customer_id), 
	CONSTRAINT uq_invitation_ticket UNIQUE (event_id, ticket)
)

CREATE INDEX ix_invitation_customer_id ON invitation (customer_id)

CREATE TABLE likely_pair (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	low_id INTEGER NOT NULL, 
	high_id INTEGER NOT NULL, 
	score INTEGER NOT NULL, 
	reasons VARCHAR NOT NULL, 
	found_at VARCHAR(23) NOT NULL, 
	CONSTRAINT ck_likely_pair_ordered CHECK (low_id < high_id), 
	CONSTRAINT fk_likely_pair_high_id_customer FOREIGN KEY(high_id) REFERENCES customer (id), 
	CONSTRAINT fk_likely_pair_low_id_customer FOREIGN KEY(low_id) REFERENCES customer (id), 
	CONSTRAINT uq_likely_pair_low_id UNIQUE (low_id, high_id)
)

CREATE INDEX ix_likely_pair_high_id ON likely_pair (high_id)

CREATE TABLE list_entry (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	list_id INTEGER NOT NULL, 
	customer_id INTEGER NOT NULL, 
	CONSTRAINT fk_list_entry_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id), 
	CONSTRAINT fk_list_entry_list_id_named_list FOREIGN KEY(list_id) REFERENCES named_list (id), 
	CONSTRAINT uq_list_entry_list_id UNIQUE (list_id, customer_id)
)

CREATE INDEX ix_list_entry_customer_id ON list_entry (customer_id)

CREATE TABLE loss (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	customer_id INTEGER NOT NULL, 
	reason_id INTEGER NOT NULL, 
	rival VARCHAR NOT NULL, 
	price INTEGER, 
	shop VARCHAR NOT NULL, 
	bought_on DATE, 
	note VARCHAR NOT NULL, 
	day DATE NOT NULL, 
	applied_at VARCHAR(23) NOT NULL, 
	staff_id INTEGER, 
	state VARCHAR(20) NOT NULL, 
	decided_at VARCHAR(23), 
	decided_by_id INTEGER, 
	answer VARCHAR NOT NULL, 
	reactivated_at VARCHAR(23), 
	CONSTRAINT ck_loss_decided CHECK ((state = 'applied') = (decided_at IS NULL)), 
	CONSTRAINT ck_loss_price CHECK (price > 0), 
	CONSTRAINT fk_loss_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id), 
	CONSTRAINT fk_loss_decided_by_id_staff FOREIGN KEY(decided_by_id) REFERENCES staff (id), 
	CONSTRAINT fk_loss_reason_id_choice FOREIGN KEY(reason_id) REFERENCES choice (id), 
	CONSTRAINT fk_loss_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id)
)

CREATE INDEX ix_loss_customer_id ON loss (customer_id)

CREATE UNIQUE INDEX uq_loss_applied ON loss (customer_id) WHERE state = 'applied'

CREATE TABLE relation (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	customer_id INTEGER NOT NULL, 
	other_id INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	note VARCHAR NOT NULL, 
	noted_at VARCHAR(23) NOT NULL, 
	CONSTRAINT ck_relation_not_oneself CHECK (customer_id <> other_id), 
	CONSTRAINT fk_relation_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id), 
	CONSTRAINT fk_relation_other_id_customer FOREIGN KEY(other_id) REFERENCES customer (id), 
	CONSTRAINT uq_relation_customer_id UNIQUE (customer_id, other_id)
)

CREATE INDEX ix_relation_other_id ON relation (other_id)

CREATE TABLE spot_check (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	quarter_on DATE NOT NULL, 
	customer_id INTEGER NOT NULL, 
	consultant_id INTEGER, 
	drawn_at VARCHAR(23) NOT NULL, 
	verdict VARCHAR(20), 
	note VARCHAR NOT NULL, 
	staff_id INTEGER, 
	checked_at VARCHAR(23), 
	CONSTRAINT ck_spot_check_checked CHECK ((verdict IS NULL) = (checked_at IS NULL)), 
	CONSTRAINT fk_spot_check_consultant_id_staff FOREIGN KEY(consultant_id) REFERENCES staff (id), 
	CONSTRAINT fk_spot_check_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id), 
	CONSTRAINT fk_spot_check_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id), 
	CONSTRAINT uq_spot_check_quarter_on UNIQUE (quarter_on, customer_id)
)

CREATE INDEX ix_spot_check_customer_id ON spot_check (customer_id)

CREATE TABLE talk (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	customer_id INTEGER NOT NULL, 
	staff_id INTEGER, 
	begun_at VARCHAR(23) NOT NULL, 
	step VARCHAR(20) NOT NULL, 
	note VARCHAR NOT NULL, 
	ended_at VARCHAR(23), 
	CONSTRAINT fk_talk_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id), 
	CONSTRAINT fk_talk_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id)
)

CREATE INDEX ix_talk_customer_id ON talk (customer_id)

CREATE TABLE survey (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	customer_id INTEGER NOT NULL, 
	deal_id INTEGER, 
	day DATE NOT NULL, 
	score INTEGER NOT NULL, 
	words VARCHAR NOT NULL, 
	staff_id INTEGER, asked VARCHAR(20) DEFAULT 'whole' NOT NULL, answers VARCHAR DEFAULT '' NOT NULL, 
	CONSTRAINT ck_survey_score CHECK (score BETWEEN 0 AND 100), 
	CONSTRAINT fk_survey_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id), 
	CONSTRAINT fk_survey_deal_id_deal FOREIGN KEY(deal_id) REFERENCES deal (id), 
	CONSTRAINT fk_survey_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id)
)

CREATE INDEX ix_survey_customer_id ON survey (customer_id)

CREATE TABLE proof (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	referral_id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	size INTEGER NOT NULL, 
	digest VARCHAR NOT NULL, 
	staff_id INTEGER, 
	at VARCHAR(23) NOT NULL, 
	CONSTRAINT fk_proof_referral_id_referral FOREIGN KEY(referral_id) REFERENCES referral (id), 
	CONSTRAINT fk_proof_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id)
)

CREATE INDEX ix_proof_referral_id ON proof (referral_id)

CREATE TABLE "referral" (
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

CREATE INDEX ix_referral_introducer_id ON referral (introducer_id)

CREATE INDEX ix_referral_deal_id ON referral (deal_id)

CREATE TABLE "vehicle" (
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

CREATE UNIQUE INDEX uq_vehicle_customer_id ON vehicle (customer_id, plate) WHERE plate <> ''

CREATE INDEX ix_vehicle_plate ON vehicle (plate)

CREATE INDEX ix_vehicle_vin ON vehicle (vin)

CREATE TABLE complaint (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	customer_id INTEGER NOT NULL, 
	visit_id INTEGER, 
	day DATE NOT NULL, 
	taken_at VARCHAR(23) NOT NULL, 
	taken_by_id INTEGER, 
	cause_id INTEGER NOT NULL, 
	gravity VARCHAR(20) NOT NULL, 
	words VARCHAR NOT NULL, 
	car VARCHAR NOT NULL, 
	about_id INTEGER, 
	responsible_id INTEGER, 
	answer_by VARCHAR(23) NOT NULL, 
	answered_at VARCHAR(23), 
	handled_at VARCHAR(23), 
	closed_at VARCHAR(23), 
	closed_by_id INTEGER, 
	reopened INTEGER NOT NULL, 
	CONSTRAINT ck_complaint_not_by_himself CHECK (about_id <> responsible_id), 
	CONSTRAINT ck_complaint_answered_first CHECK (closed_at IS NULL OR answered_at IS NOT NULL), 
	CONSTRAINT fk_complaint_about_id_staff FOREIGN KEY(about_id) REFERENCES staff (id), 
	CONSTRAINT fk_complaint_cause_id_choice FOREIGN KEY(cause_id) REFERENCES choice (id), 
	CONSTRAINT fk_complaint_closed_by_id_staff FOREIGN KEY(closed_by_id) REFERENCES staff (id), 
	CONSTRAINT fk_complaint_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id), 
	CONSTRAINT fk_complaint_responsible_id_staff FOREIGN KEY(responsible_id) REFERENCES staff (id), 
	CONSTRAINT fk_complaint_taken_by_id_staff FOREIGN KEY(taken_by_id) REFERENCES staff (id), 
	CONSTRAINT fk_complaint_visit_id_visit FOREIGN KEY(visit_id) REFERENCES visit (id)
)

CREATE INDEX ix_complaint_customer_id ON complaint (customer_id)

CREATE INDEX ix_complaint_day ON complaint (day)

CREATE TABLE key_date (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	customer_id INTEGER NOT NULL, 
	vehicle_id INTEGER, 
	kind VARCHAR(20) NOT NULL, 
	day DATE NOT NULL, 
	note VARCHAR NOT NULL, 
	CONSTRAINT fk_key_date_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id), 
	CONSTRAINT fk_key_date_vehicle_id_vehicle FOREIGN KEY(vehicle_id) REFERENCES vehicle (id)
)

CREATE INDEX ix_key_date_customer_id ON key_date (customer_id)

CREATE INDEX ix_key_date_day ON key_date (day)

CREATE INDEX ix_key_date_vehicle_id ON key_date (vehicle_id)

CREATE TABLE complaint_step (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	complaint_id INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	at VARCHAR(23) NOT NULL, 
	staff_id INTEGER, 
	words VARCHAR NOT NULL, 
	CONSTRAINT fk_complaint_step_complaint_id_complaint FOREIGN KEY(complaint_id) REFERENCES complaint (id), 
	CONSTRAINT fk_complaint_step_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id)
)

CREATE INDEX ix_complaint_step_complaint_id ON complaint_step (complaint_id)

CREATE INDEX ix_customer_wechat ON customer (wechat) WHERE wechat <> ''

CREATE INDEX ix_vehicle_customer_id ON vehicle (customer_id)

CREATE TABLE reminder (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	"key" VARCHAR NOT NULL, 
	at VARCHAR(23) NOT NULL, 
	CONSTRAINT uq_reminder_key UNIQUE ("key")
)

CREATE INDEX ix_reminder_at ON reminder (at)

CREATE TABLE advisory (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind VARCHAR(20) NOT NULL, 
	colour VARCHAR(20), 
	day DATE NOT NULL, 
	way VARCHAR(20) NOT NULL, 
	words VARCHAR NOT NULL, 
	rule VARCHAR NOT NULL, 
	made_at VARCHAR(23) NOT NULL, 
	staff_id INTEGER, 
	CONSTRAINT fk_advisory_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id)
)

CREATE INDEX ix_advisory_day ON advisory (day)

CREATE TABLE told (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	advisory_id INTEGER NOT NULL, 
	customer_id INTEGER NOT NULL, 
	at VARCHAR(23) NOT NULL, 
	staff_id INTEGER, 
	CONSTRAINT fk_told_advisory_id_advisory FOREIGN KEY(advisory_id) REFERENCES advisory (id), 
	CONSTRAINT fk_told_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id), 
	CONSTRAINT fk_told_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id), 
	CONSTRAINT uq_told_advisory_id UNIQUE (advisory_id, customer_id)
)

CREATE INDEX ix_told_customer_id ON told (customer_id)

CREATE TABLE "event" (
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

CREATE INDEX ix_event_day ON event (day)

CREATE INDEX ix_event_club_id ON event (club_id)

CREATE INDEX ix_survey_day ON survey (day)

CREATE TABLE card_template (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	code VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	language VARCHAR NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	company BOOLEAN NOT NULL, 
	salutation VARCHAR NOT NULL, 
	body VARCHAR NOT NULL, 
	closing_person VARCHAR NOT NULL, 
	closing_business VARCHAR NOT NULL, 
	closing_company VARCHAR NOT NULL, 
	signature VARCHAR NOT NULL, 
	changed_at VARCHAR(23) NOT NULL, 
	CONSTRAINT uq_card_template_code UNIQUE (code)
)

CREATE TABLE picture (
	digest VARCHAR NOT NULL, 
	content BLOB NOT NULL, 
	CONSTRAINT pk_picture PRIMARY KEY (digest)
)

CREATE TABLE sheet_layout (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	fingerprint VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	labels VARCHAR NOT NULL, 
	choices VARCHAR NOT NULL, 
	used_at VARCHAR(23) NOT NULL, 
	CONSTRAINT uq_sheet_layout_fingerprint UNIQUE (fingerprint)
)

CREATE TABLE sheet_word (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	field VARCHAR NOT NULL, 
	word VARCHAR NOT NULL, 
	meaning VARCHAR NOT NULL, 
	CONSTRAINT uq_sheet_word_field UNIQUE (field, word)
)

CREATE TABLE month_opening (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	month DATE NOT NULL, 
	taken_at VARCHAR(23) NOT NULL, 
	orders INTEGER NOT NULL, 
	counts VARCHAR NOT NULL, 
	CONSTRAINT ck_month_opening_orders CHECK (orders >= 0), 
	CONSTRAINT uq_month_opening_month UNIQUE (month)
)

CREATE TABLE month_export (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	month DATE NOT NULL, 
	at VARCHAR(23) NOT NULL, 
	staff_id INTEGER, 
	upto INTEGER NOT NULL, 
	figures VARCHAR NOT NULL, 
	CONSTRAINT fk_month_export_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id)
)

CREATE INDEX ix_month_export_month ON month_export (month)

CREATE TABLE target (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	month DATE NOT NULL, 
	staff_id INTEGER, 
	figure VARCHAR NOT NULL, 
	value INTEGER NOT NULL, 
	CONSTRAINT ck_target_value CHECK (value > 0), 
	CONSTRAINT fk_target_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id)
)

CREATE UNIQUE INDEX uq_target_person ON target (month, staff_id, figure) WHERE staff_id IS NOT NULL

CREATE UNIQUE INDEX uq_target_shop ON target (month, figure) WHERE staff_id IS NULL

CREATE TABLE absence (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	staff_id INTEGER NOT NULL, 
	stand_in_id INTEGER, 
	first_on DATE NOT NULL, 
	last_on DATE NOT NULL, 
	CONSTRAINT ck_absence_ends_after_begin CHECK (last_on >= first_on), 
	CONSTRAINT ck_absence_not_himself CHECK (stand_in_id <> staff_id), 
	CONSTRAINT fk_absence_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id), 
	CONSTRAINT fk_absence_stand_in_id_staff FOREIGN KEY(stand_in_id) REFERENCES staff (id)
)

CREATE INDEX ix_absence_staff_id ON absence (staff_id)

CREATE INDEX ix_follow_up_done_at ON follow_up (done_at, staff_id) WHERE done_at IS NOT NULL

CREATE INDEX ix_customer_do_not_contact ON customer (id) WHERE do_not_contact

CREATE INDEX ix_follow_up_due_on ON follow_up (due_on, rule, asked_by, agreed, staff_id, customer_id, clock) WHERE done_at IS NULL

INSERT INTO alembic_version VALUES ('0015')
