"""Who may do what: refused in the services to who may not, in one sentence that says who may."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from showroom import choices
from showroom.deals import closing
from showroom.door import turns
from showroom.errors import ShowroomError
from showroom.guard import rights, staff, upkeep
from showroom.guard.rights import GRANTS, Right
from showroom.people import (
    customers,
    fields,
    loss_rows,
    losses,
    proofs,
    quarters,
    referrals,
    spot_checks,
)
from showroom.sheets import apply, plan, read
from showroom.store import backup, recovery
from showroom.store.models import (
    Action,
    ChoiceKind,
    Customer,
    FieldKind,
    Role,
    Staff,
    Status,
    TurnState,
)
from tests import builders as make
from tests.amounts import slow_but
from tests.showroom.rights_kit import (
    KEEPERS,
    OTHERS,
    arm,
    as_manager,
    come_in,
    hire,
    redo,
    save_settings,
    take_out,
    undo,
)
from tests.stories import story

ROOT = Path(__file__).parents[2]
crew, armed = story(hire), story(arm)


def count(db):
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(Action))


def add_choice(db):
    with db.write() as session:
        choices.add(session, ChoiceKind.COLOUR, "Purple")


def change_choice(db):
    with db.write() as session:
        choices.change(session, choices.find(session, ChoiceKind.COLOUR, "White"), en="Snow")


def move_choice(db):
    with db.write() as session:
        choices.move(session, choices.find(session, ChoiceKind.COLOUR, "Black"), -1)


def add_staff(db):
    with db.write() as session:
        staff.add(session, name="新来的", role=Role.MANAGER)


def change_staff(db):
    with db.write() as session:
        staff.change(
            session,
            session.scalar(select(Staff.id).where(Staff.name == "周敏")),
            role=Role.OWNER,
        )


def cancel_deal(db):
    with db.write() as session:
        deal = session.scalars(select(closing.Deal.id)).one()
        reason = choices.find(session, ChoiceKind.CANCEL_REASON, "Budget")
        closing.cancel(session, deal, reason_id=reason, on=make.TODAY)


def apply_for_loss(db):
    with db.write() as session:
        id = make.a_customer(session, "何平")
        reason = choices.find(session, ChoiceKind.LOSS_REASON, "Bought a rival")
        losses.apply(session, id, reason_id=reason, now=make.NOW, today=make.TODAY)


def lose(db):
    with db.write() as session:
        (loss,) = loss_rows.waiting(session)
        losses.decide(session, loss, approved=True, now=make.NOW, today=make.TODAY)


def put_back(db):
    copy = db.path.parent / "copy.db"
    if not copy.exists():
        backup.back_up(db.path, db.key, copy)
    upkeep.restore(db, copy)


def mend(db):
    upkeep.mend(db)


def make_code(db):
    upkeep.new_code(db, recovery.new_code())


def take_in(db):
    file = db.path.parent / "guests.csv"
    file.write_text("姓名,手机号,意向车型,销售顾问\n陈晨,13900139000,海豹,新顾问\n", "utf-8")
    with db.read() as session:
        planned = plan.plan(session, read.read(file), today=db.today(), now=db.now())
    assert apply.apply(db, planned).action_id


def introduced(db, *steps):
    """A customer who was brought ordered, and what a manager did with that introduction."""
    with db.write() as session:
        brings = make.a_customer(session, "何平")
        new = make.a_customer(session, "罗琳")
        noted = referrals.note(session, introducer_id=brings, customer_id=new, now=make.NOW).id
        make.a_deal(session, new)
        png = b"\x89PNG\r\n\x1a\n"
        proofs.attach(session, noted, name="收据.png", content=png, now=make.NOW)
    for step in steps:
        with db.write() as session:
            step(session, noted)


def check_one(db):
    introduced(db, lambda s, id: referrals.check(s, id, now=make.NOW))


def pay_one(db):
    introduced(
        db,
        lambda s, id: referrals.check(s, id, now=make.NOW),
        lambda s, id: referrals.pay(s, id, words="两次保养", now=make.NOW),
    )


def void_one(db):
    introduced(db, lambda s, id: referrals.void(s, id, why="no"))


def draw_files(db):
    with db.write() as session:
        make.a_customer(
            session,
            "何平",
            consultant_id=session.scalar(select(Staff.id).where(Staff.name == "王强")),
        )
    with db.write() as session:
        spot_checks.draw(session, quarters.quarter_of(make.TODAY), now=make.NOW)


def add_field(db):
    with db.write() as session:
        fields.add(session, zh="装修风格", en="Style", kind=FieldKind.TEXT)


def applied(db, people):
    """A consultant applied for a loss: whoever decides is another one."""
    held, db.staff_id = db.staff_id, people[Role.CONSULTANT]
    apply_for_loss(db)
    db.staff_id = held


def applied_and(*deeds):
    """A consultant applied for a loss, and what the manager did then."""

    def prepare(db, people):
        applied(db, people)
        as_manager(*deeds)(db, people)

    return prepare


def yesterday(deed):
    """What the manager did the day before."""

    def prepare(db, people):
        db.clock = lambda: make.NOW - timedelta(days=1)
        as_manager(deed)(db, people)
        db.clock = lambda: make.NOW

    return prepare


def nothing(_db, _people):
    """Nothing has to be there."""


def out(limit):
    """A list of one row more than the shop lets everybody take."""

    def prepare(db, people):
        as_manager(lambda db: save_settings(db, export_alone=limit))(db, people)

    return prepare


DEEDS = {
    "settings": (nothing, save_settings),
    "a list gets an entry": (nothing, add_choice),
    "an entry is renamed": (nothing, change_choice),
    "an entry is moved": (nothing, move_choice),
    "somebody new": (nothing, add_staff),
    "another role": (nothing, change_staff),
    "a deal is cancelled": (nothing, cancel_deal),
    "a customer is lost": (applied, lose),
    "a copy is restored": (nothing, put_back),
    "the data is repaired": (nothing, mend),
    "a recovery code is made": (nothing, make_code),
    "an import is taken back": (as_manager(take_in), undo),
    "settings are taken back": (as_manager(save_settings), undo),
    "a list is taken back": (as_manager(add_choice), undo),
    "a role is taken back": (as_manager(change_staff), undo),
    "a cancelled deal is taken back": (as_manager(cancel_deal), undo),
    "a loss is taken back": (applied_and(lose), undo),
    "a loss is noted again": (applied_and(lose, undo), redo),
    "a check of an introduction is taken back": (as_manager(check_one), undo),
    "a reward that was paid is taken back": (as_manager(pay_one), undo),
    "what was no introduction is one again": (as_manager(void_one), undo),
    "a spot check is taken back": (as_manager(draw_files), undo),
    "a field of the shop is taken back": (as_manager(add_field), undo),
    "settings are set again": (as_manager(save_settings, undo), redo),
    "what was done yesterday is taken back": (yesterday(come_in), undo),
    "a list leaves": (out(0), take_out),
}


EVERY = list(DEEDS)
FEW = EVERY[::6]
SOME = EVERY[::3]
REFUSED = [(role, deed) for role in [*OTHERS, None] for deed in EVERY]


@pytest.mark.parametrize(
    ("role", "deed"),
    slow_but(
        [
            (role, deed)
            for role, deed in REFUSED
            if deed in (SOME if role is Role.CONSULTANT else FEW if role is None else ())
        ],
        REFUSED,
    ),
)
def test_who_may_not_is_refused_and_told_who_may(db, armed, deed, role):
    prepare, do = DEEDS[deed]
    prepare(db, armed)
    db.staff_id = armed.get(role)
    before = count(db)
    with pytest.raises(ShowroomError, match="a manager or an owner"):
        do(db)
    written = count(db) - before
    assert written == (1 if deed == "a list leaves" else 0)  # that it was refused
    assert not (db.path.parent / "out.csv").exists()


@pytest.mark.parametrize("deed", slow_but(EVERY[1::3], EVERY))
@pytest.mark.parametrize("role", slow_but((Role.MANAGER,), KEEPERS))
def test_a_manager_and_an_owner_may(db, armed, deed, role):
    prepare, do = DEEDS[deed]
    prepare(db, armed)
    db.staff_id = armed[role]
    do(db)


@pytest.mark.parametrize("deed", slow_but(FEW, EVERY))
def test_a_desk_without_pins_lets_everybody(db, crew, deed):
    prepare, do = DEEDS[deed]
    prepare(db, crew)
    db.staff_id = crew[Role.RECEPTIONIST]
    do(db)


@pytest.mark.parametrize("deed", slow_but(FEW, EVERY))
def test_a_manager_without_a_pin_may_nothing_on_a_locked_desk(db, armed, deed):
    prepare, do = DEEDS[deed]
    with db.write() as session:
        new = make.a_member(session, "没有密码的", Role.MANAGER)
    prepare(db, armed)
    db.staff_id = new
    with pytest.raises(ShowroomError, match="a manager or an owner"):
        do(db)


def test_who_left_may_nothing(db, armed):
    db.staff_id = armed[Role.OWNER]
    with db.write() as session:
        staff.change(session, armed[Role.MANAGER], active=False)
    db.staff_id = armed[Role.MANAGER]
    with pytest.raises(ShowroomError, match="change settings"):
        save_settings(db)


@pytest.mark.parametrize("right", Right)
def test_every_right_has_its_sentence_and_its_keepers(db, armed, right):
    for role, id in armed.items():
        db.staff_id = id
        with db.read() as session:
            assert rights.may(session, right) == (right in GRANTS[role]) == (role in KEEPERS)
            assert bool(rights.refusal(session, right)) == (role in OTHERS)


# --- what the desk does all day


def test_a_name_typed_at_the_desk_joins_its_list_whoever_types_it(db, armed):
    db.staff_id = armed[Role.RECEPTIONIST]
    with db.write() as session:
        visit = make.a_visit(session, name="刘洋", phone=make.a_phone(), model_id="海豚")
    assert visit
    with db.write() as session:
        id = make.a_customer(session, "何平")
        make.a_deal(session, id, model_id="唐 L")
    with db.read() as session:
        names = [one.zh for one in choices.entries(session, ChoiceKind.MODEL)]
    assert {"海豚", "唐 L"} <= set(names)


def test_the_order_of_turns_is_the_receptionists(db, armed):
    db.staff_id = armed[Role.RECEPTIONIST]
    with db.write() as session:
        turns.set_state(session, armed[Role.CONSULTANT], TurnState.RESTING, now=make.NOW)
    with db.write() as session:
        turns.put_first(session, armed[Role.CONSULTANT], now=make.NOW)


def test_a_receptionist_brings_a_list_in_with_the_names_in_it(db, armed):
    db.staff_id = armed[Role.RECEPTIONIST]
    take_in(db)
    with db.read() as session:
        new = [one for one in staff.everyone(session) if one.name == "新顾问"]
    assert [one.role for one in new] == [Role.CONSULTANT]


def test_a_lost_customer_may_come_back_without_a_manager(db, armed):
    applied_and(lose)(db, armed)
    db.staff_id = armed[Role.RECEPTIONIST]
    with db.write() as session:
        lost = session.scalars(select(Customer.id).where(Customer.status == Status.LOST)).one()
        customers.set_status(session, lost, Status.OPEN, today=make.TODAY)


# --- no way round


GATED = {  # what only its guard calls: everybody else goes through that
    "journal": {"undo", "redo"},
    "check": {"mend"},
    "restoring": {"restore"},
    "recovery": {"write"},
    "render": {"pdf"},
}
ALLOWED = {
    "showroom/guard/amends.py",
    "showroom/guard/upkeep.py",
    "showroom/cards/queue.py",
}


def sources():
    for folder in ("showroom", "ui"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith("showroom/store/") and name not in ALLOWED:
                yield name, ast.parse(path.read_text("utf-8"))


@pytest.mark.slow
def test_nobody_goes_round_the_guards():
    found = [
        f"{name}: {node.value.id}.{node.attr}"
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.attr in GATED.get(node.value.id, ())
    ]
    assert found == []


@pytest.mark.slow
def test_every_file_of_rows_is_written_where_they_were_counted():
    """Who writes a sheet, or opens a file to write into, asks whether they may leave."""
    writers = {"save", "save_table", "saving"}
    for name, tree in sources():
        if name.startswith("showroom/sheets/") or not name.startswith("showroom/"):
            continue
        called = {
            f"{node.value.id}.{node.attr}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        }
        if called & {f"write.{one}" for one in writers}:
            assert called & {"exports.allow", "write.allow"}, name
