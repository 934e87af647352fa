"""An import that is taken back, also weeks later: what stays, stays whole."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from showroom import choices
from showroom.deals import closing
from showroom.guard import amends
from showroom.people import customers
from showroom.sheets import history
from showroom.sheets.plan import Outcome
from showroom.store import check
from showroom.store.models import ChoiceKind, Customer, Deal, FollowUp, Phone, Status, Visit
from tests import builders as make
from tests.showroom.sheet_kit import (
    DEAL,
    PERSON,
    VISIT,
    all_of,
    book,
    bring_in,
    deal,
    person,
    plan,
    visit,
)

WEI = visit(day="2026-10-01", 客户姓名="张伟", 电话="13800138001", 级别="H")
NA = visit(day="2026-10-02", 客户姓名="李娜", 电话="13800138002", 级别="A")
FANG = visit(day="2026-10-03", 客户姓名="王芳", 电话="13800138003", 级别="B")


@pytest.fixture
def db(db: Any) -> Any:
    return make.stop_clock(db)


def take_back(db: Any, place: int = 0) -> history.Kept:
    """Take back an import, counted from the newest."""
    with db.write() as session:
        return history.take_back(session, history.batches(session)[place])


def names(db: Any) -> list[str]:
    return [one.name for one in all_of(db, Customer)]


def of(db: Any, model: Any) -> list[str]:
    """Whose rows there are, by name."""
    query = select(Customer.name).join(model, model.customer_id == Customer.id).order_by(model.id)
    with db.read() as session:
        return list(session.scalars(query))


def note(db: Any, id: int, words: str) -> None:
    with db.write() as session:
        customers.change(session, id, note=words)


def history_name(db: Any) -> str:
    with db.read() as session:
        return history.batches(session)[0].file_name


def test_whom_a_later_file_names_too_he_stays_with_phone_and_promise(db):
    bring_in(db, VISIT, WEI, NA)
    bring_in(db, VISIT, WEI, FANG)
    before = of(db, FollowUp)
    kept = take_back(db, 1)
    assert names(db) == ["张伟", "王芳"]
    assert of(db, Phone) == ["张伟", "王芳"]
    assert of(db, FollowUp) == [name for name in before if name != "李娜"]
    assert of(db, Visit) == ["张伟", "王芳"]
    assert kept.names == ["张伟"]
    assert check.check(db) == []


def test_who_was_edited_since_stays_with_his_phone_and_is_known_again(db):
    bring_in(db, PERSON, person(客户姓名="王强", 手机号="13800138002", 意向级别="H"))
    bring_in(db, PERSON, person(客户姓名="李娜", 手机号="13800138003", 意向级别="H"))
    note(db, 1, "买了保险")
    take_back(db, 1)
    assert of(db, Phone) == of(db, FollowUp) == ["王强", "李娜"]
    again = plan(db, book(PERSON, person(客户姓名="王强", 手机号="13800138002", 意向级别="H")))
    assert again.rows[1].outcome is Outcome.SAME
    assert check.check(db) == []


def test_an_undo_names_the_import_it_is_about_in_the_end(db):
    bring_in(db, VISIT, WEI)
    id = all_of(db, Customer)[0].id
    take_back(db)
    with db.write() as session:
        history.do_again(session, history.batches(session)[0])
    note(db, id, "喜欢白色")

    def say(revert: Any) -> tuple[str, list[str]]:
        with db.write() as session:
            said = amends.say(session, revert(session))
        return said, names(db)

    name = history_name(db)
    assert say(amends.undo) == ("Undone: Customer changed · 张伟", ["张伟"])
    assert say(amends.undo) == (f"Undone: Import {name}", [])
    assert say(amends.redo) == (f"Done again: Import {name}", ["张伟"])


def test_an_owner_who_was_edited_since_stays_with_his_car(db):
    bring_in(db, DEAL, deal())
    note(db, 1, "喜欢白色")
    take_back(db)
    (owner,) = all_of(db, Customer)
    assert owner.status is Status.OWNER
    assert [one.customer_id for one in all_of(db, Deal)] == [owner.id]
    assert of(db, Phone) == ["张伟"]
    assert check.check(db) == []


def test_what_stayed_goes_when_nothing_holds_it_any_more(db):
    bring_in(db, VISIT, WEI, NA)
    note(db, 1, "买了保险")
    with db.write() as session:
        amends.undo(session)
    take_back(db)
    assert names(db) == of(db, Phone) == of(db, FollowUp) == []


def test_what_went_comes_back_beside_what_stayed(db):
    bring_in(db, VISIT, WEI, NA)
    before = of(db, Phone), of(db, FollowUp), of(db, Visit)
    note(db, 1, "买了保险")
    take_back(db)
    assert of(db, Visit) == ["张伟"]
    with db.write() as session:
        history.do_again(session, history.batches(session)[0])
    assert (of(db, Phone), of(db, FollowUp), of(db, Visit)) == before
    assert check.check(db) == []


# --- what was on file before


def test_an_older_month_that_comes_in_later_makes_the_visit_on_file_one_of_again(db):
    bring_in(db, VISIT, visit(day="2026-10-02", 客户姓名="王强", 电话="13800138002"))
    bring_in(db, VISIT, visit(day="2026-09-02", 客户姓名="王强", 电话="13800138002"))
    days = {one.day.month: one.again for one in all_of(db, Visit)}
    assert days == {9: False, 10: True}
    take_back(db)
    assert [(one.day.month, one.again) for one in all_of(db, Visit)] == [(10, False)]


VIN = "LGXC76D42N0000011"


def test_an_owner_with_another_number_is_known_by_his_car(db):
    bring_in(db, DEAL, deal(VIN=VIN))
    again = bring_in(db, DEAL, deal(VIN=VIN, 电话="13911112222"))
    assert again.rows[1].outcome is Outcome.FILLED
    assert len(all_of(db, Deal)) == len(all_of(db, Customer)) == 1
    assert [one.number[-11:] for one in all_of(db, Phone)] == ["13800138000", "13911112222"]


@pytest.mark.parametrize("apart", [True, False], ids=["two files", "one file"])
def test_one_car_is_not_sold_to_two(db, apart):
    first, other = deal(VIN=VIN), deal(VIN=VIN, 姓名="李娜", 电话="13911112222")
    if apart:
        bring_in(db, DEAL, first)
        row = bring_in(db, DEAL, other).rows[1]
    else:
        row = bring_in(db, DEAL, first, other).rows[2]
    assert row.outcome is Outcome.REFUSED
    assert row.reason == (
        "The car with this chassis number is 张伟's. If it is the same person, write his name as "
        "on file; else mend the chassis number."
    )
    assert [one.name for one in all_of(db, Customer)] == ["张伟"]


def test_a_car_whose_deal_was_cancelled_is_sold_again(db):
    bring_in(db, DEAL, deal(VIN=VIN, 交车日期=""))
    with db.write() as session:
        reason = choices.first(session, ChoiceKind.CANCEL_REASON)
        closing.cancel(session, 1, reason_id=reason, on=make.TODAY)
    row = bring_in(db, DEAL, deal(VIN=VIN, 姓名="李娜", 电话="13911112222")).rows[1]
    assert row.outcome is Outcome.NEW
