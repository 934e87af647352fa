"""Who refused and comes again is one customer, counted once; what was joined can be parted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from showroom import dates, settings
from showroom.cards import notice_page, subject_page
from showroom.deals import closing
from showroom.door import guests, identity, moments, reception, traits
from showroom.errors import Invalid, ShowroomError
from showroom.figures import counts, registers
from showroom.figures.counts import Counts
from showroom.guard import amends, consent, erasure, notice, retention, subject
from showroom.people import customers, phones, search, vehicles
from showroom.people import timeline as lives
from showroom.sheets import apply, plan, read
from showroom.store import backup, check, journal, restoring
from showroom.store.models import (
    Appointment,
    CameBy,
    Cause,
    Consent,
    Customer,
    FollowUp,
    Heard,
    Moment,
    NoticeText,
    Phone,
    Purpose,
    Refusal,
    Status,
    Trait,
    TraitKind,
    Vehicle,
    Visit,
    VisitKind,
    Way,
)
from tests import builders as make
from tests.builders import NOW, TODAY, later

PHONE = "13912345678"


@pytest.fixture
def db(db):
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session, "王强")
    with db.write() as session:
        make.a_member(session, "李娜")
    return db


def refuse(db, *, days: float = 0, name: str = "", **said: str) -> int:
    """A party that came, refused its contact and left; returns the visit."""
    now = later(days=days)
    with db.write() as session:
        visit = (
            make.a_visit(session, now=now, name=name) if name else make.a_visit(session, now=now)
        )
    with db.write() as session:
        moments.ask(session, visit, Moment.SEATED, refusal=Refusal.SPAM, now=now)
    with db.write() as session:
        reception.leave(session, visit, at=now + timedelta(minutes=20))
    if said:
        with db.write() as session:
            kinds = {TraitKind(kind): words for kind, words in said.items()}
            traits.note_traits(session, visit, kinds, now=now)
    return visit


def come(db, *, days: float) -> int:
    with db.write() as session:
        return make.a_visit(session, now=later(days=days))


def whose(db, visit: int) -> int | None:
    with db.read() as session:
        return session.get_one(Visit, visit).customer_id


def recognise(db, visit: int, guest: int | None) -> int:
    assert guest is not None
    with db.write() as session:
        return identity.recognise(session, visit, guest)


def leave_phone(db, visit: int, phone: str = PHONE, *, days: float = 0, **facts: str) -> None:
    with db.write() as session:
        reception.complete(session, visit, phone=phone, now=later(days=days), **facts)


def on(db, days: int) -> Counts:
    day = TODAY + timedelta(days=days)
    with db.read() as session:
        return counts.whole(session, day, day)


def told(found: Counts) -> dict[str, int]:
    names = ("walk_ins", "first", "filed", "left", "again", "known", "captured")
    return {name: getattr(found, name) for name in names if getattr(found, name)}


def people(db) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(Customer)) or 0


def undo(db, action: int | None = None) -> journal.Undone:
    with db.write() as session:
        return journal.undo(session, action)


# --- who stays


def test_who_refused_and_left_stays_as_an_anonymous_guest(db):
    visit = refuse(db, name="王")
    with db.read() as session:
        (guest,) = session.scalars(select(Customer))
        assert session.scalars(select(FollowUp)).all() == []
        assert session.scalars(select(Consent)).all() == []
        assert search.find(session, "", status=Status.VISITED) == [guest.id]
    assert (guest.name, guest.status, guest.contact_on) == ("王", Status.VISITED, None)
    assert (guest.first_visit_on, guest.consultant_id) == (TODAY, 1)
    assert whose(db, visit) == guest.id
    assert told(on(db, 0)) == {"walk_ins": 1, "first": 1}
    assert check.check(db) == []
    undo(db)  # they had not left
    assert whose(db, visit) is None
    assert people(db) == 0


def test_who_left_without_being_asked_stays_when_a_trait_is_noted(db):
    with db.write() as session:
        visit = make.a_visit(session)
        reception.leave(session, visit, at=later(minutes=5))
    assert whose(db, visit) is None
    with db.write() as session:
        traits.note_traits(session, visit, {TraitKind.CAR: "  "}, now=NOW)
    assert people(db) == 0
    with db.write() as session:
        traits.note_traits(session, visit, {TraitKind.CAR: "白色奥迪"}, now=NOW)
    with db.read() as session:
        assert traits.more(session, visit).traits == {TraitKind.CAR: "白色奥迪"}
    with db.write() as session:
        traits.note_traits(session, visit, {TraitKind.CAR: ""}, now=NOW)
    with db.read() as session:
        assert traits.more(session, visit).traits == {}
    with pytest.raises(Invalid), db.write() as session:
        traits.note_traits(session, visit, {TraitKind.LOOK: "高" * 201}, now=NOW)


def test_a_refusal_noted_after_they_left_counts_too_and_a_call_leaves_nobody(db):
    visit = come(db, days=0)
    with db.write() as session:
        reception.leave(session, visit, at=later(minutes=5))
    with db.write() as session:
        moments.ask(session, visit, Moment.FAREWELL, refusal=Refusal.CONTROL, now=NOW)
    assert whose(db, visit) is not None
    with db.write() as session:
        call = reception.arrive(session, now=NOW, kind=VisitKind.CALL).id
        moments.ask(session, call, Moment.SEATED, refusal=Refusal.SPAM, now=NOW)
        reception.leave(session, call, at=later(minutes=5))
    assert whose(db, call) is None


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("粤B12345", "粤B12345"),
        ("粤b·12345", "粤B12345"),
        ("粤B D12345", "粤BD12345"),  # new energy: eight
        ("粤ZE123港", "粤ZE123港"),
        ("ab-12-34", "AB1234"),  # from abroad
        ("", ""),
    ],
)
def test_a_plate_is_stored_as_one(typed, stored):
    assert vehicles.plate(typed) == stored


@pytest.mark.parametrize("typed", ["粤B123", "粤B1234567", "粤12", "x", "!!??!!"])
def test_what_is_no_plate_is_said(typed):
    with pytest.raises(Invalid) as error:
        vehicles.plate(typed)
    assert "plate" in error.value.problems


def test_a_plate_makes_a_guest_and_is_found(db):
    visit = come(db, days=0)
    with db.write() as session:
        traits.note_plate(session, visit, "粤b 12345", now=NOW)
    with db.write() as session:
        traits.note_plate(session, visit, "粤B12345", now=NOW)
    with db.read() as session:
        assert traits.more(session, visit).plate == "粤B12345"
        assert len(traits.likely(session, "b123", today=TODAY)) == 1
    with db.write() as session:
        traits.note_plate(session, visit, "", now=NOW)
    with db.read() as session:
        assert session.scalars(select(Vehicle)).all() == []


def test_guests_are_found_by_what_they_are_known_by_newest_first(db):
    first = refuse(db, car="白色奥迪", company="太太和孩子")
    second = refuse(db, days=1, name="李", car="白色本田")
    with db.write() as session:
        reception.complete(session, second, now=NOW, model_id=make.a_model(session, "海豚"))
        make.a_customer(session, "白先生")  # he left a phone: nobody to be known again
    old = refuse(db, days=-190, car="白色旧车")
    ids = [whose(db, visit) for visit in (second, first, old)]

    def found(typed: str = "", **facts: int | None) -> list[int]:
        with db.read() as session:
            return traits.likely(session, typed, today=TODAY + timedelta(days=1), **facts)

    assert found() == ids[:2]
    assert found("白色") == ids[:2]
    assert found("白色 太太") == [ids[1]]
    assert found("海豚") == [ids[0]]
    assert found("李") == [ids[0]]
    assert found(f"{TODAY:%m-%d}") == [ids[1]]
    assert found("宝马") == []
    assert found("", but=ids[0]) == [ids[1]]
    with db.read() as session:
        row, other = traits.rows(session, ids[:2])
    assert (row.name, row.known_by, row.model, row.visits) == ("李", "白色本田", "海豚", 1)
    assert other.known_by == "白色奥迪 · 太太和孩子"
    assert traits.called(other) == "白色奥迪 · 太太和孩子"


# --- back again


def test_who_comes_back_and_leaves_his_phone_is_one_customer_counted_once(db):
    first = refuse(db, car="白色奥迪")
    before = told(on(db, 0))
    guest = whose(db, first)
    second = come(db, days=3)
    recognise(db, second, guest)
    with db.read() as session:
        assert session.get_one(Visit, second).again
        assert session.scalars(select(FollowUp)).all() == []
    assert told(on(db, 3)) == {"walk_ins": 1, "again": 1}
    leave_phone(db, second, days=3, name="张伟")

    assert people(db) == 1
    with db.read() as session:
        customer = session.get_one(Customer, guest)
        assert (customer.status, customer.contact_on) == (Status.OPEN, TODAY + timedelta(days=3))
        assert session.scalars(select(FollowUp.customer_id)).all() == [guest]
        (said,) = session.scalars(select(Consent))
        assert (said.way, said.how, said.visit_id) == (Way.PHONE, Heard.VISIT, second)
        assert traits.likely(session, today=TODAY + timedelta(days=3)) == []
    assert [whose(db, visit) for visit in (first, second)] == [guest, guest]
    assert told(on(db, 0)) == before  # the first day stays "not left"
    assert told(on(db, 3)) == {"walk_ins": 1, "again": 1, "known": 1, "captured": 1}
    assert check.check(db) == []


def test_the_phone_first_and_then_he_is_recognised(db):
    first = refuse(db, car="白色奥迪", company="太太")
    second = come(db, days=3)
    leave_phone(db, second, days=3, name="张伟")
    alone = told(on(db, 3))
    assert alone == {"walk_ins": 1, "first": 1, "left": 1, "known": 1, "captured": 1}
    guest, customer = whose(db, first), whose(db, second)
    assert recognise(db, second, guest) == customer

    assert people(db) == 1
    with db.read() as session:
        assert {t.words for t in session.scalars(select(Trait))} == {"白色奥迪", "太太"}
        file = customers.file(session, customer)
        assert search.find(session, "") == [customer]
    assert file.visits == 2
    assert told(on(db, 0)) == {"walk_ins": 1, "first": 1}
    assert told(on(db, 3)) == {"walk_ins": 1, "again": 1, "known": 1, "captured": 1}
    undo(db)
    assert (whose(db, first), whose(db, second)) == (guest, customer)
    assert told(on(db, 3)) == alone
    with db.read() as session:
        assert traits.more(session, first).traits[TraitKind.COMPANY] == "太太"
    assert check.check(db) == []


def test_his_number_turns_out_to_be_somebodys_on_file(db):
    with db.write() as session:
        known = make.a_customer(session, "张伟", phone=PHONE)
    first = refuse(db, days=1, car="白色奥迪")
    guest = whose(db, first)
    second = come(db, days=3)
    recognise(db, second, guest)
    with db.write() as session:
        traits.note_traits(session, second, {TraitKind.CAR: "奥迪 A6"}, now=later(days=3))
    leave_phone(db, second, days=3)

    assert people(db) == 1
    assert {whose(db, first), whose(db, second)} == {known}
    with db.read() as session:
        assert session.scalars(select(Phone.customer_id)).all() == [known]
        assert session.scalars(select(Trait.customer_id)).all() == [known]
    assert told(on(db, 1)) == {"walk_ins": 1, "first": 1, "filed": 1, "known": 1}
    assert told(on(db, 3)) == {"walk_ins": 1, "again": 1, "known": 1}
    assert check.check(db) == []
    undo(db)
    assert {whose(db, first), whose(db, second)} == {guest}
    assert people(db) == 2
    assert told(on(db, 3)) == {"walk_ins": 1, "again": 1}


def test_traits_of_both_are_kept_when_two_guests_are_one(db):
    first, second = refuse(db, car="白色奥迪"), refuse(db, days=2, car="奥迪 A6")
    with db.write() as session:
        for visit in (first, second):
            traits.note_plate(session, visit, "粤B12345", now=NOW)
        session.add(
            Appointment(
                at=later(days=9),
                day=TODAY + timedelta(days=9),
                made_on=TODAY,
                customer_id=whose(db, second),
            )
        )
    kept = recognise(db, second, whose(db, first))
    with db.read() as session:
        (car,) = session.scalars(select(Trait.words))
        assert sorted(car.split(" · ")) == ["奥迪 A6", "白色奥迪"]
        assert session.scalars(select(Vehicle.customer_id)).all() == [kept]
        assert session.scalars(select(Appointment.customer_id)).all() == [kept]
    assert told(on(db, 2)) == {"walk_ins": 1, "again": 1}


def test_the_same_guest_twice_in_a_day_is_one_visit_day(db):
    first, second = refuse(db, car="白色奥迪"), come(db, days=0.1)
    assert told(on(db, 0)) == {"walk_ins": 2, "first": 2}
    recognise(db, second, whose(db, first))
    assert told(on(db, 0)) == {"walk_ins": 1, "first": 1}
    leave_phone(db, second, name="张伟")
    assert told(on(db, 0)) == {"walk_ins": 1, "first": 1, "left": 1, "known": 1, "captured": 1}


def test_joining_is_undone_from_the_timeline_weeks_later(db):
    first = refuse(db, car="白色奥迪")
    guest = whose(db, first)
    second = come(db, days=3)
    parted = [told(on(db, day)) for day in (0, 3)]
    recognise(db, second, guest)
    joined = [told(on(db, day)) for day in (0, 3)]
    assert joined != parted
    with db.write() as session:
        make.a_customer(session, "别人")  # weeks of other work
    db.clock = lambda: later(days=30)
    with db.read() as session:
        entries = lives.of_customer(session, guest)
    (action,) = [e.action_id for e in entries if e.title.startswith("Visits joined")]
    undo(db, action)
    assert [told(on(db, day)) for day in (0, 3)] == parted
    assert (whose(db, first), whose(db, second)) == (guest, None)
    with db.write() as session:
        journal.undo(session)  # the taking back is work, too
    assert [told(on(db, day)) for day in (0, 3)] == joined


def test_not_he_after_all(db):
    first = refuse(db, car="白色奥迪")
    second = come(db, days=3)
    parted = [told(on(db, day)) for day in (0, 3)]
    recognise(db, second, whose(db, first))
    with db.read() as session:
        assert traits.more(session, second).guest_since == TODAY
    with db.write() as session:
        reception.complete(session, second, now=NOW, note="要看海豚")  # edited since
    with db.write() as session:
        identity.part(session, second)
    assert [told(on(db, day)) for day in (0, 3)] == parted
    assert whose(db, second) is None
    with db.write() as session:
        identity.part(session, second)
    leave_phone(db, second, days=3)
    with pytest.raises(ShowroomError, match="left a contact"), db.write() as session:
        identity.part(session, second)


def test_only_who_left_no_contact_can_be_recognised(db):
    with db.write() as session:
        known = make.a_customer(session)
    visit = come(db, days=1)
    with pytest.raises(ShowroomError, match="left no contact"), db.write() as session:
        identity.recognise(session, visit, known)
    with pytest.raises(ShowroomError, match="left no contact"), db.write() as session:
        identity.recognise(session, visit, 999)
    with pytest.raises(ShowroomError, match="left no contact"), db.write() as session:
        guests.merge(session, known, make.a_customer(session, "李娜"))


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


# --- consent


def given(db) -> list[tuple]:
    with db.read() as session:
        rows = session.scalars(select(Consent).order_by(Consent.id))
        return [(r.purpose, r.way, r.how, r.visit_id, r.moment, r.wording) for r in rows]


def test_a_consent_says_who_heard_it_at_which_visit_and_moment(db):
    with db.write() as session:
        clerk = make.a_member(session, "前台小陈")
    db.staff_id = clerk
    visit = come(db, days=0)
    with db.write() as session:
        moments.ask(session, visit, Moment.OFFER, refusal=Refusal.SPAM, now=NOW)
    with db.write() as session:
        moments.ask(session, visit, Moment.GIFT, now=NOW)
    leave_phone(db, visit)
    with db.read() as session:
        (said,) = session.scalars(select(Consent))
        (wording,) = session.scalars(select(NoticeText))
        assert wording.words == notice.text(settings.load(session))
    assert (said.staff_id, said.visit_id, said.moment) == (clerk, visit, Moment.GIFT)
    assert (said.given_at, said.wording, wording.version) == (NOW, 1, 1)


def test_the_moment_is_known_also_when_the_phone_was_typed_first(db):
    visit = come(db, days=0)
    leave_phone(db, visit)
    assert given(db)[0][4] is None
    with db.write() as session:
        moments.ask(session, visit, Moment.PRIZE, now=NOW)
    assert given(db)[0][4] is Moment.PRIZE


def test_the_desk_records_a_consent_of_its_own(db):
    with db.write() as session:
        make.a_customer(session)
    assert given(db) == [(Purpose.CONTACT, Way.PHONE, Heard.DESK, None, None, 1)]


def test_every_wording_that_was_told_is_kept_word_by_word(db):
    with db.write() as session:
        make.a_customer(session)
    with db.write() as session:
        shop = settings.load(session)
        shop.shop_name = "海豚店"  # stands in our words: other words were told from now on
        settings.save(session, shop)
    with db.write() as session:
        make.a_customer(session)
    with db.write() as session:
        shop = settings.load(session)
        shop.privacy_notice = "我们只为联系您而记录电话。"
        settings.save(session, shop)
    with db.read() as session:
        number = notice.number(session)
    with db.write() as session:
        id = make.a_customer(session)
    assert [row[-1] for row in given(db)] == [1, 2, number]
    with db.read() as session:
        kept = notice.wordings(session, {1, 2, number})
        assert "海豚店" not in kept[1]
        assert "海豚店" in kept[2]
        assert kept[number] == "我们只为联系您而记录电话。"
        assert subject.report(session, id, now=NOW).wordings == {number: kept[number]}


def test_events_are_agreed_to_and_withdrawn_by_themselves(db):
    visit = come(db, days=0)
    leave_phone(db, visit)
    his = whose(db, visit)
    with db.write() as session:
        consent.give(session, his, consent.EVENTS, purpose=Purpose.EVENTS, visit_id=visit, now=NOW)
    with db.read() as session:
        assert consent.events(session, his).open
    with db.write() as session:
        consent.withdraw_events(session, his, now=later(hours=1))
    with db.read() as session:
        assert not consent.events(session, his).open
        phone = {one.way: one for one in consent.of_customer(session, his)}[Way.PHONE]
        assert phone.open  # he may still be called about the purchase
        assert not consent.is_barred(session, his)
        assert session.scalars(select(FollowUp.customer_id)).all() == [his]
    with db.write() as session:
        consent.withdraw(session, his, Way.PHONE, now=later(hours=2))
    with db.write() as session:
        consent.give(
            session, his, consent.EVENTS, purpose=Purpose.EVENTS, visit_id=visit, now=later(hours=3)
        )
    with db.read() as session:
        assert consent.is_barred(session, his)  # invitations give the calls not back
    with db.write() as session:
        other = make.a_customer(session, "李娜")
        consent.withdraw_events(session, other, now=NOW)
    with db.read() as session:
        assert consent.events(session, other).withdrawn_at == NOW


# --- the notice on paper


def text_of(pdf: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = []
        for number in range(len(document)):
            page = document[number]
            words = page.get_textpage()
            pages.append(words.get_text_range())
            words.close()
            page.close()
    finally:
        document.close()
    return "\f".join(pages)


@pytest.mark.parametrize("words", ["", "我们只为联系您而记录电话。" * 60])
def test_the_notice_is_one_page_with_the_shop_the_words_their_number_and_the_rights(db, words):
    with db.write() as session:
        shop = settings.load(session)
        shop.shop_name, shop.shop_phone, shop.privacy_notice = "海豚店", "0755-23456789", words
        settings.save(session, shop)
    page = text_of(notice_page.hand_out(db))
    assert "\f" not in page
    with db.read() as session:
        number = notice.number(session)
        assert session.scalars(select(NoticeText.version)).all() == [number]
    for said in ("海豚店", "0755-23456789", f"Wording {number}", "Your rights", "Be erased"):
        assert said in page
    assert (words[:13] or "receive you") in page


def test_a_notice_that_is_no_notice_any_more_is_refused(db):
    with db.write() as session:
        shop = settings.load(session)
        shop.privacy_notice = "很长的说明。" * 2000
        settings.save(session, shop)
    with pytest.raises(ShowroomError, match="too long for one page"):
        notice_page.hand_out(db)


# --- erased, told, kept


def everything(db) -> str:
    from showroom.store.db import connect

    connection = connect(db.path, db.key)
    rows = []
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'customer_fts%'"
    ).fetchall():
        rows += [repr(row) for row in connection.execute(f'SELECT * FROM "{name}"')]
    connection.close()
    return "\n".join(rows)


SECRETS = ("白色奥迪", "太太和女儿", "粤B12345", "欧阳若楠", PHONE, "戴帽子", "若楠的约")


def test_nothing_says_who_the_guest_was_that_he_was_before_he_left_his_phone(db):
    first = refuse(db, name="欧阳若楠", car="白色奥迪", company="太太和女儿", look="戴帽子")
    with db.write() as session:
        traits.note_plate(session, first, "粤B12345", now=NOW)
        session.add(Appointment(at=NOW, day=TODAY, made_on=TODAY, name="欧阳若楠", note="若楠的约"))
    second = come(db, days=3)
    leave_phone(db, second, days=3, name="欧阳若楠")
    his = recognise(db, second, whose(db, first))
    with db.write() as session:
        make.a_customer(session, "王芳")
    before = everything(db)
    assert all(secret in before for secret in SECRETS)
    with db.read() as session:
        report = subject.as_json(subject.report(session, his, now=NOW))
        paper = text_of(subject_page.pdf(session, subject.report(session, his, now=NOW)))
    assert all(secret in report for secret in SECRETS)
    for said in ("白色奥迪", "粤B12345", "若楠的约", "told by wording 1"):
        assert said in paper
    visited = [told(on(db, day)) for day in (0, 3)]
    erasure.erase_now(db, [his], why=Cause.ASKED)
    after = everything(db)
    assert [secret for secret in SECRETS if secret in after] == []
    assert "王芳" in after
    assert [told(on(db, day)) for day in (0, 3)] == visited


def test_a_guest_who_never_came_back_is_due_and_erased(db):
    visit = refuse(db, name="欧阳若楠", car="白色奥迪")
    long_after = TODAY + timedelta(days=800)
    with db.read() as session:
        assert list(retention.due(session, TODAY)) == []
        assert list(retention.due(session, long_after)) == [whose(db, visit)]
    with db.write() as session:
        session.add(
            Appointment(
                at=later(days=700),
                day=TODAY + timedelta(days=700),
                made_on=TODAY,
                customer_id=whose(db, visit),
            )
        )
        journal.act(session, "appoint")
    with db.read() as session:
        assert list(retention.due(session, long_after)) == []
    before = told(on(db, 0))
    erasure.erase_now(db, [whose(db, visit)], why=Cause.RETENTION)
    assert "白色奥迪" not in everything(db)
    assert told(on(db, 0)) == before


def test_a_visit_takes_how_they_came_and_what_they_compare(db):
    visit = come(db, days=0)
    with db.write() as session:
        reception.complete(
            session, visit, now=NOW, came_by=CameBy.CAR, rival=" 特斯拉 ", quoted=True
        )
    with db.read() as session:
        more = traits.more(session, visit)
    assert (more.came_by, more.rival, more.quoted) == (CameBy.CAR, "特斯拉", True)
    assert (more.customer_id, more.contact, more.guest_since) == (None, False, None)


def test_a_guest_is_in_no_list_that_leaves_and_cannot_be_set_open(db, tmp_path):
    guest = whose(db, refuse(db, name="欧阳若楠", car="白色奥迪"))
    with db.write() as session:
        make.a_customer(session, "王芳")
    with db.read() as session:
        assert registers.customers(session, tmp_path / "all.xlsx") == 1
        assert customers.file(session, guest).known_by == "白色奥迪"
    with pytest.raises(ShowroomError, match="no phone and no WeChat"), db.write() as session:
        customers.set_status(session, guest, Status.OPEN, today=TODAY)
    with pytest.raises(ShowroomError, match="enter his phone first"), db.write() as session:
        make.a_deal(session, guest)


def test_no_older_copy_brings_the_guest_back_by_himself(db, tmp_path):
    first = refuse(db, name="欧阳若楠", car="白色奥迪")
    copy = backup.back_up(db.path, db.key, tmp_path / "copy.db").path
    second = come(db, days=3)
    leave_phone(db, second, days=3, name="欧阳若楠")
    his = recognise(db, second, whose(db, first))
    erasure.erase_now(db, [his], why=Cause.ASKED)
    restoring.restore(db.path, db.key, copy, db.backups, NOW, settle=erasure.settle)
    db.engine.dispose()
    assert "白色奥迪" not in everything(db)
    assert "欧阳若楠" not in everything(db)
