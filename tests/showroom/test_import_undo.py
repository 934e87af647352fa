"""An import that is taken back, also weeks later: what stays, stays whole."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from showroom.guard import amends
from showroom.people import customers
from showroom.sheets import history
from showroom.sheets.plan import Outcome
from showroom.store import check
from showroom.store.models import Customer, Deal, FollowUp, Phone, Status, Visit
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
