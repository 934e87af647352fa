"""Gifts: never fewer than none, handed out after the register form, and a ledger that adds up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as random
from hypothesis import strategies as st
from sqlalchemy import func, select

from showroom.door import gifts, moments, reception
from showroom.errors import Invalid, ShowroomError
from showroom.guard import rights
from showroom.people import timeline
from showroom.store import check, journal
from showroom.store.models import Action, Gift, GiftMove, Moment, Outcome, Refusal, Visit
from tests import builders as make
from tests.builders import NOW, TODAY, later
from tests.stories import story


@story
def db(db):
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session, "王强")
    return db


@pytest.fixture
def scent(db) -> int:
    with db.write() as session:
        return gifts.add(session, name="车载香薰", unit="盒", count=3, now=NOW).id


def a_visit(db, **facts: Any) -> int:
    with db.write() as session:
        return make.a_visit(session, **facts)


def stock(db, gift: int) -> int:
    with db.read() as session:
        moved = session.scalar(select(func.sum(GiftMove.count)).where(GiftMove.gift_id == gift))
        held = session.get_one(Gift, gift).stock
    assert held == (moved or 0)
    return held


def give(db, visit: int, gift: int, count: int | None = 1) -> None:
    with db.write() as session:
        gifts.give(session, visit, gift, count=count, now=NOW)


def come_in(db, gift: int, count: int | None, **facts: Any) -> None:
    with db.write() as session:
        gifts.stock_in(session, gift, count=count, **({"now": NOW} | facts))


def problems(error: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return error.value.problems


# --- what there is


def test_a_gift_has_one_name_and_its_first_stock_is_in_the_ledger(db, scent):
    with db.read() as session:
        (line,) = gifts.ledger(session, TODAY, TODAY)[1:]
    assert (line.gift, line.came, line.note, line.balance) == ("车载香薰", 3, "First stock", 3)
    for name, said in ((" 车载香薰", "车载香薰 is in the list already."), (" ", "Enter a name.")):
        with pytest.raises(Invalid) as error, db.write() as session:
            gifts.add(session, name=name, now=NOW)
        assert problems(error) == {"name": said}


def test_a_gift_is_changed_but_its_stock_only_by_what_moves(db, scent):
    with db.write() as session:
        gifts.change(session, scent, name="香薰", prize=True, starts_on=TODAY, ends_on=TODAY)
    with db.read() as session:
        (row,) = gifts.listed(session, TODAY)
    assert (row.name, row.prize, row.unit, row.running) == ("香薰", True, "盒", True)
    with pytest.raises(Invalid) as error, db.write() as session:
        gifts.change(session, scent, ends_on=TODAY - timedelta(days=1))
    assert problems(error) == {"ends_on": "It cannot end before it begins."}
    with pytest.raises(ValueError, match="stock"), db.write() as session:
        gifts.change(session, scent, stock=99)


def test_only_a_manager_sets_gifts_up_but_everybody_notes_what_came_in(db, scent):
    with db.write() as session:
        boss = make.a_member(session, "陈志远", role=make.Role.MANAGER)
        make.a_pin(session, boss, "246810", by=boss)
    db.staff_id = 1
    with pytest.raises(ShowroomError) as error, db.write() as session:
        gifts.add(session, name="抱枕", now=NOW)
    assert str(error.value) == rights.REFUSALS[rights.Right.SETTINGS]
    come_in(db, scent, 5, note="市场部")
    assert stock(db, scent) == 8


def test_what_runs_today_is_there_in_use_and_in_its_days(db, scent):
    with db.write() as session:
        add = gifts.add
        add(session, name="空的", now=NOW)
        add(session, name="明天的", count=2, now=NOW, starts_on=TODAY + timedelta(days=1))
        add(session, name="昨天的", count=2, now=NOW, ends_on=TODAY - timedelta(days=1))
        old = add(session, name="停用的", count=2, now=NOW).id
        add(session, name="周年抽奖", count=1, now=NOW, prize=True, starts_on=TODAY, ends_on=TODAY)
        gifts.change(session, old, active=False)
    with db.read() as session:
        assert gifts.running(session, TODAY) == ["车载香薰", "周年抽奖"]
        assert gifts.running(session, TODAY + timedelta(days=1)) == ["车载香薰", "明天的"]
        assert len(gifts.listed(session, TODAY, everything=True)) == 6


# --- moment 6


def test_a_gift_goes_out_only_after_the_register_form_is_filled(db, scent):
    visit = a_visit(db)
    with pytest.raises(Invalid) as error:
        give(db, visit, scent)
    assert problems(error) == {"phone": "First the register form, then the gift: enter the phone."}
    with db.write() as session:
        reception.complete(session, visit, now=NOW, phone="13800138000")
    with pytest.raises(Invalid) as error:
        give(db, visit, scent)
    assert problems(error) == {"name": "First the register form, then the gift: enter the name."}
    assert stock(db, scent) == 3
    with db.write() as session:
        reception.complete(session, visit, now=NOW, name="张伟先生")
    give(db, visit, scent)
    assert stock(db, scent) == 2
    with db.read() as session:
        (line,) = gifts.given(session, visit)
        states = {state.moment: state.outcome for state in moments.strip(session, visit)}
    assert (line.receiver, line.went, line.staff, line.note) == (
        "Mr 张伟",
        1,
        "王强",
        "Contact left",
    )
    assert states[Moment.GIFT] is Outcome.GIVEN
    with db.read() as session:
        customer = session.get_one(Visit, visit).customer_id
        titles = [entry.title for entry in timeline.of_customer(session, customer)]
    assert "Gift: 车载香薰 × 1" in titles


def test_what_was_noted_at_the_moment_stays_as_it_was(db, scent):
    visit = a_visit(db, name="张伟", phone="13800138000")
    with db.write() as session:
        moments.ask(session, visit, Moment.GIFT, refusal=Refusal.SPAM, now=NOW)
    give(db, visit, scent, 2)
    give(db, visit, scent)
    with db.read() as session:
        state = moments.strip(session, visit)[5]
    assert (state.moment, state.outcome, state.asks) == (Moment.GIFT, Outcome.REFUSED, 1)


def test_who_left_his_contact_before_was_not_won_by_the_gift(db, scent):
    visit = a_visit(db, name="张伟", phone="13800138000")
    with db.write() as session:
        moments.ask(session, visit, Moment.SEATED, now=NOW)
    give(db, visit, scent)
    with db.read() as session:
        asked = [state.moment for state in moments.strip(session, visit) if state.asks]
    assert asked == [Moment.SEATED]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (4, "There are 3 of 车载香薰, not 4."),
        (0, "Enter a whole number from 1 to 9999."),
        (None, "Enter a whole number from 1 to 9999."),
    ],
)
def test_more_than_there_is_is_refused_with_what_is_there(db, scent, count, said):
    visit = a_visit(db, name="张伟", phone="13800138000")
    with pytest.raises(Invalid) as error:
        give(db, visit, scent, count)
    assert problems(error) == {"count": said}
    assert stock(db, scent) == 3


def test_the_last_one_gone_and_a_gift_of_another_day_are_said(db, scent):
    visit = a_visit(db, name="张伟", phone="13800138000")
    give(db, visit, scent, 3)
    with pytest.raises(Invalid, match="车载香薰 is used up: enter first what came in"):
        give(db, visit, scent)
    with db.write() as session:
        later_on = gifts.add(
            session, name="春节礼盒", count=9, now=NOW, starts_on=TODAY + timedelta(days=60)
        ).id
    with pytest.raises(Invalid, match="春节礼盒 is not handed out today"):
        give(db, visit, later_on)
    with pytest.raises(Invalid, match="Choose a gift"):
        give(db, visit, 99)


def test_a_gift_without_a_visit_needs_a_receiver(db, scent):
    with pytest.raises(Invalid) as error, db.write() as session:
        gifts.hand_out(session, scent, receiver=" ", now=NOW)
    assert problems(error) == {"receiver": "Say who receives it."}
    with db.write() as session:
        gifts.hand_out(session, scent, count=2, receiver="市场部 小林", note="车展", now=NOW)
    assert stock(db, scent) == 1


def test_an_erased_contact_takes_its_name_out_of_the_ledger(db, scent):
    from showroom.guard import erasure
    from showroom.store.models import Cause

    visit = a_visit(db, name="欧阳思远", phone="13800138000")
    give(db, visit, scent)
    with db.read() as session:
        customer = session.get_one(Visit, visit).customer_id
    erasure.erase_now(db, [customer], why=Cause.ASKED)
    with db.read() as session:
        (line,) = gifts.given(session, visit)
    assert (line.receiver, line.went) == ("", 1)


# --- undo


def test_an_undo_brings_a_gift_back_and_a_redo_takes_it_again(db, scent):
    visit = a_visit(db, name="张伟", phone="13800138000")
    give(db, visit, scent)
    with db.write() as session:
        journal.undo(session)
    assert stock(db, scent) == 3
    with db.read() as session:
        assert moments.strip(session, visit)[5].outcome is None
    with db.write() as session:
        journal.redo(session)
    assert stock(db, scent) == 2


def test_an_older_move_is_taken_back_though_the_gift_moved_since(db, scent):
    visit = a_visit(db, name="张伟", phone="13800138000")
    give(db, visit, scent)
    with db.read() as session:
        handed_out = journal.last_undoable(session)
    come_in(db, scent, 10)
    give(db, visit, scent, 2)
    assert stock(db, scent) == 10
    with db.write() as session:
        undone = journal.undo(session, handed_out)
    assert undone.kept == []
    assert stock(db, scent) == 11
    with db.write() as session:  # the taking back itself is taken back
        journal.undo(session)
    assert stock(db, scent) == 10
    assert check.check(db) == []


def test_what_came_in_stays_when_it_was_handed_out_since(db, scent):
    visit = a_visit(db, name="张伟", phone="13800138000")
    come_in(db, scent, 2)
    with db.read() as session:
        came_in = journal.last_undoable(session)
    give(db, visit, scent, 4)
    with pytest.raises(ShowroomError, match="Nothing was undone"), db.write() as session:
        journal.undo(session, came_in)
    assert stock(db, scent) == 1
    with db.write() as session:
        journal.undo(session)  # the four are back
    with db.write() as session:
        journal.undo(session, came_in)
    assert stock(db, scent) == 3


_moves = st.lists(
    st.tuples(st.sampled_from(("in", "out", "undo", "old")), st.integers(1, 5)), max_size=30
)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@random(moves=_moves)
def test_whatever_moves_and_is_undone_the_stock_is_the_sum(db, moves):
    with db.write() as session:
        made = session.scalar(select(func.count()).select_from(Gift))
        gift = gifts.add(session, name=f"礼品{made}", now=NOW).id
    done: list[int] = []
    for what, count in moves:
        try:
            with db.write() as session:
                if what == "in":
                    gifts.stock_in(session, gift, count=count, now=NOW)
                elif what == "out":
                    gifts.hand_out(session, gift, count=count, receiver="甲", now=NOW)
                elif done:
                    journal.undo(session, done[-1] if what == "undo" else done[len(done) // 2])
            with db.read() as session:
                last = journal.last_undoable(session)
            if last is not None and what in ("in", "out"):
                done.append(last)
        except ShowroomError:
            pass
        assert stock(db, gift) >= 0


def test_a_stock_that_is_not_the_sum_is_found_and_put_right(db, scent):
    with db.write() as session:
        session.connection().exec_driver_sql("UPDATE gift SET stock = 7")
    (problem,) = check.check(db)
    assert (problem.code, problem.count) == ("gift_stock", 1)
    check.mend(db)
    assert check.check(db) == []
    assert stock(db, scent) == 3


# --- the ledger


def test_the_ledger_carries_over_and_adds_up_gift_by_gift(db, scent):
    with db.write() as session:
        other = gifts.add(session, name="抱枕", unit="个", now=NOW).id
        gifts.add(session, name="没动过", now=NOW)
    visit = a_visit(db, name="张伟", phone="13800138000")
    come_in(db, other, 5, now=later(days=1), note="市场部")
    give(db, visit, scent)
    with db.write() as session:
        gifts.hand_out(session, scent, receiver="李雪", note="生日", now=later(days=2))
    with db.read() as session:
        lines = gifts.ledger(session, TODAY + timedelta(days=1), TODAY + timedelta(days=2))
        only = gifts.ledger(session, TODAY, TODAY, gift_id=scent)
    assert [(line.gift, line.came, line.went, line.balance) for line in lines] == [
        ("车载香薰", None, None, 2),
        ("车载香薰", None, 1, 1),
        ("抱枕", None, None, 0),
        ("抱枕", 5, None, 5),
    ]
    assert lines[0].note == "Carried over"
    assert [line.balance for line in only] == [0, 3, 2]


def test_the_ledger_leaves_as_a_workbook_and_as_paper_and_is_noted(db, scent, tmp_path):
    import openpyxl
    import pypdfium2

    from showroom.figures import ledgers
    from showroom.guard import exports

    visit = a_visit(db, name="张伟", phone="13800138000")
    give(db, visit, scent, 2)
    book, paper = tmp_path / "台账.xlsx", tmp_path / "台账.pdf"
    for path in (book, paper):
        with exports.leaving(db, "Gift ledger", path) as session:
            found = ledgers.gift_ledger(session, TODAY, TODAY, gift_id=scent)
            assert ledgers.save(found, session, path) == 3
    sheet = openpyxl.load_workbook(book).active
    cells = [[cell for cell in row if cell is not None] for row in sheet.values]
    assert cells[2][:6] == ["Gift", "Date", "Time of day", "In", "Out", "Balance"]
    assert cells[5][3:] == [2, 1, "张伟", "王强", "Contact left"]
    pages = pypdfium2.PdfDocument(paper)
    said = pages[0].get_textpage().get_text_range()
    pages.close()
    for words in ("Gift ledger", "车载香薰", "Receiver's signature", "Carried over", "张伟"):
        assert words in said, words
    with db.read() as session:
        verbs = session.scalars(select(Action.verb)).all()
    assert verbs.count("export") == 2
