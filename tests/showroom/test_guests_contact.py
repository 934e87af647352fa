"""The day on which a contact was left, and one phone on two visits."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from showroom import dates
from showroom.cards import subject_page
from showroom.deals import closing
from showroom.door import guests, reception
from showroom.errors import ShowroomError
from showroom.figures import counts
from showroom.guard import amends, subject
from showroom.people import customers, phones
from showroom.sheets import apply, plan, read
from showroom.store import check, journal
from showroom.store.models import (
    Consent,
    Customer,
    FollowUp,
    Phone,
    Status,
    Visit,
)
from tests import builders as make
from tests.builders import NOW, TODAY, later
from tests.showroom.guests_kit import (
    PHONE,
    come,
    leave_phone,
    on,
    refuse,
    text_of,
    told,
    undo,
    whose,
)
from tests.stories import once


@pytest.fixture
def db(db):
    return once(db, make.two_at_work)


# --- the day of the contact


def contact_on(db, id: int) -> date | None:
    with db.read() as session:
        return session.get_one(Customer, id).contact_on


def test_the_day_of_the_contact_is_that_of_the_first_and_goes_with_the_last(db):
    with db.write() as session:
        id = make.a_customer(session, phone=PHONE)
    assert contact_on(db, id) == TODAY
    db.clock = lambda: later(days=2)
    with db.write() as session:
        customers.change(session, id, wechat="zhang_w")
    with db.write() as session:
        phones.remove(session, session.scalar(select(Phone.id)))
    assert contact_on(db, id) == TODAY  # the WeChat is left
    with db.write() as session:
        customers.change(session, id, wechat="")
    assert contact_on(db, id) is None
    with db.write() as session:
        phones.add(session, id, PHONE)
    assert contact_on(db, id) == TODAY + timedelta(days=2)


def test_a_guest_whose_phone_is_added_in_his_file_is_waited_for(db):
    guest = whose(db, refuse(db, car="白色奥迪"))
    with db.write() as session:
        phones.add(session, guest, PHONE)
    with db.read() as session:
        assert session.get_one(Customer, guest).status is Status.OPEN
        assert session.scalars(select(FollowUp.customer_id)).all() == [guest]
    assert check.check(db) == []
    undo(db)
    with db.write() as session:
        customers.change(session, guest, wechat="zhang_w")
    with db.read() as session:
        assert session.get_one(Customer, guest).status is Status.OPEN
    assert check.check(db) == []


def test_a_visit_completed_the_next_day_left_its_contact_on_its_own_day(db):
    visit = come(db, days=0)
    leave_phone(db, visit, days=1)
    assert contact_on(db, whose(db, visit)) == TODAY
    assert told(on(db, 0)) == {"walk_ins": 1, "first": 1, "left": 1, "known": 1, "captured": 1}


def test_a_file_says_since_when_a_contact_is_known_and_no_consent(db, tmp_path):
    path = tmp_path / "visits.csv"
    path.write_text(
        "日期,进店时间,姓名,手机\n2026-11-02,10:00,张伟,13912345678\n2026-11-09,11:00,张伟,13912345678\n",
        "utf-8-sig",
    )
    with db.read() as session:
        planned = plan.plan(session, read.read(path), today=TODAY, now=NOW)
    apply.apply(db, planned)
    with db.read() as session:
        (customer,) = session.scalars(select(Customer))
        assert customer.contact_on == date(2026, 11, 2)
        assert session.scalars(select(Consent)).all() == []
        first = counts.whole(session, date(2026, 11, 2), date(2026, 11, 2))
        again = counts.whole(session, date(2026, 11, 9), date(2026, 11, 9))
        page = subject_page.pdf(session, subject.report(session, customer.id, now=NOW))
    assert told(first) == {"walk_ins": 1, "first": 1, "left": 1, "known": 1, "captured": 1}
    assert told(again) == {"walk_ins": 1, "again": 1, "known": 1}
    assert "No consent on file." in text_of(page)
    assert check.check(db) == []


def test_a_contact_without_its_day_is_found_and_put_right(db):
    with db.write() as session:
        id = make.a_customer(session)
    with db.write() as session:
        journal.act(session, "import")
        journal.update_many(session, Customer, [{"id": id, "contact_on": None}])
    assert [(p.code, p.count) for p in check.check(db)] == [("contact_day", 1)]
    check.mend(db)
    assert check.check(db) == []
    assert contact_on(db, id) == TODAY


# --- two visits, one phone


def test_the_same_phone_on_two_open_visits_is_one_customer_counted_once(db):
    first, second = come(db, days=0), come(db, days=0.01)
    leave_phone(db, first, name="张伟")
    leave_phone(db, second)
    his = whose(db, first)
    assert whose(db, second) == his
    assert told(on(db, 0)) == {"walk_ins": 1, "first": 1, "left": 1, "known": 1, "captured": 1}
    with db.read() as session:
        said = guests.here_already(session, [his], but=second)
        clock = dates.show_clock(NOW)
        assert said == f"Already here: visit 1, since {clock}. He is counted once."
    with db.write() as session:
        reception.leave(session, first, at=later(minutes=20))
    with db.read() as session:
        assert guests.here_already(session, [his], but=second) == ""


def test_undoing_a_visit_that_became_a_deal_names_the_deal_and_loses_nothing(db):
    visit = come(db, days=0)
    with db.read() as session:
        arrived = journal.last_undoable(session)
    leave_phone(db, visit, name="张伟")
    with db.write() as session:
        deal = make.a_deal(session, whose(db, visit), visit_id=visit)
        number = session.get_one(closing.Deal, deal).number
    with pytest.raises(ShowroomError, match=number), db.write() as session:
        amends.undo(session, arrived)
    with db.read() as session:
        assert session.get(Visit, visit) is not None
        assert session.get_one(closing.Deal, deal).visit_id == visit
