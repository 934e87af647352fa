"""Consent by way and purpose: noted with the wording, withdrawn, and the overall stop."""

from __future__ import annotations

from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from showroom import i18n, settings
from showroom.cards import queue
from showroom.care import followups
from showroom.door import reception
from showroom.errors import ShowroomError
from showroom.figures import monthbook, registers
from showroom.guard import amends, consent, notice, upkeep
from showroom.people import customers
from showroom.sheets import apply, plan, read
from showroom.store import check, journal
from showroom.store.models import (
    Action,
    Card,
    CardKind,
    Consent,
    Customer,
    FollowUp,
    Heard,
    Promise,
    Purpose,
    Way,
)
from tests import builders
from tests.builders import NOW, TODAY, later
from tests.stories import story

PHONE = "13912345678"
LATER = TODAY + timedelta(days=30)


@pytest.fixture
def db(db):
    return builders.stop_clock(db)


@story
def buyer(db) -> int:
    """Somebody with phone, WeChat and address, a card and calls that wait."""
    with db.write() as session:
        id = builders.a_customer(session, "欧阳芳", phone=PHONE, wechat="ouyang_f")
    with db.write() as session:
        customers.change(session, id, address="梧桐路 1 号", postcode="518000")
    with db.write() as session:
        builders.a_deal(session, id)
    return id


def said(db, id: int) -> dict[Way, consent.Said]:
    with db.read() as session:
        return {one.way: one for one in consent.of_customer(session, id)}


def withdraw(db, id: int, *ways: Way) -> None:
    for way in ways:
        with db.write() as session:
            consent.withdraw(session, id, way, now=NOW)


def waiting(db, id: int) -> tuple[int, int]:
    """How many calls and cards wait for him, in the lists and the counts alike."""
    with db.read() as session:
        calls = [row for row in followups.rows(session, followups.due(session, LATER), LATER)]
        assert len(calls) == followups.count_due(session, LATER)
        cards = queue.rows(session, queue.waiting(session), today=TODAY)
        assert len(queue.due(session, LATER)) == queue.counts(session, LATER).due
    return (
        sum(row.customer_id == id for row in calls),
        sum(row.customer_id == id for row in cards),
    )


def cells(path) -> list[list[str]]:
    book = openpyxl.load_workbook(path)
    return [[str(cell or "") for cell in row] for row in book.active.iter_rows(values_only=True)]


def exported(db, tmp_path) -> str:
    """All words of the lists that leave the desk."""
    path, month = tmp_path / "customers.xlsx", tmp_path / "month.xlsx"
    visits = tmp_path / "visits.xlsx"
    for each in (path, month, visits):
        each.unlink(missing_ok=True)
    with db.read() as session:
        registers.customers(session, path)
        registers.visits(session, TODAY, TODAY, visits)
        monthbook.write_month(session, f"{TODAY:%Y-%m}", month, now=NOW)
    words = []
    for each in (path, month, visits):
        book = openpyxl.load_workbook(each)
        words += [
            str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
        ]
    return " ".join(words)


# --- at the door


def test_who_leaves_his_phone_at_a_visit_agrees_to_be_called(db):
    with db.write() as session:
        visit = builders.a_visit(session, name="张伟", phone=PHONE)
        whose = session.get_one(reception.Visit, visit).customer_id
        actions = journal.touched(session, "consent")
    assert len(actions) == 1  # one action of one transaction
    phone = said(db, whose)[Way.PHONE]
    assert phone == (Way.PHONE, NOW, None, 1)
    assert phone.open
    with db.read() as session:
        (row,) = session.scalars(select(Consent))
    assert (row.purpose, row.how) == (Purpose.CONTACT, Heard.VISIT)
    with db.write() as session:
        journal.undo(session)
    with db.read() as session:
        assert session.scalars(select(Consent)).all() == []


def test_who_withdrew_before_has_not_agreed_by_coming_again(db):
    with db.write() as session:
        builders.a_visit(session, name="张伟", phone=PHONE)
    with db.read() as session:
        (id,) = session.scalars(select(Customer.id))
    withdraw(db, id, Way.PHONE)
    with db.write() as session:
        visit = builders.a_visit(session, name="张伟", phone=PHONE, now=later(days=1))
    assert said(db, id)[Way.PHONE].withdrawn_at == NOW
    with db.write() as session:
        reception.complete(session, visit, phone="13700001111", now=later(days=1))
    assert said(db, id)[Way.PHONE].withdrawn_at == NOW


def test_the_wording_in_force_is_noted(db):
    with db.write() as session:
        shop = settings.load(session)
        shop.privacy_notice = "我们只为联系您而记录电话。"
        settings.save(session, shop)
    with db.write() as session:
        shop = settings.load(session)
        assert shop.privacy_version == 2
        shop.shop_name = "海豚店"
        settings.save(session, shop)
    with db.write() as session:
        assert settings.load(session).privacy_version == 2  # the words did not change
        id = builders.a_customer(session)
        consent.give(session, id, Way.WECHAT, now=NOW)
    assert said(db, id)[Way.WECHAT].wording == 2


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_notice_says_who_what_for_how_long_and_his_rights(language):
    i18n.use(language)
    shop = settings.Settings(shop_name="海豚店", shop_phone="0755 8888", keep_months=18)
    text = notice.text(shop)
    for part in ("海豚店", "0755 8888", "18", "10"):
        assert part in text
    assert len(text) < 500
    shop.privacy_notice = " 自己的话 "
    assert notice.text(shop) == "自己的话"
    assert notice.text(settings.Settings())


# --- withdrawn, way by way


def test_without_the_post_there_is_no_card(db, buyer, tmp_path):
    assert waiting(db, buyer) == (5, 1)
    assert "梧桐路" in exported(db, tmp_path)
    with db.read() as session:
        (card,) = queue.waiting(session)
    withdraw(db, buyer, Way.POST)
    assert waiting(db, buyer) == (5, 0)
    left = exported(db, tmp_path)
    assert "梧桐路" not in left
    assert "518000" not in left
    assert PHONE in left
    with pytest.raises(ShowroomError, match="take the card out"), db.read() as session:
        queue.pdf(session, [card], today=TODAY, size="148x100")
    with pytest.raises(ShowroomError, match="not to be contacted"), db.write() as session:
        queue.unskip(session, card)
    assert check.check(db) == []


def test_without_the_phone_no_list_that_leaves_has_it(db, buyer, tmp_path):
    with db.write() as session:
        builders.a_visit(session, name="欧阳芳", phone=PHONE)
    assert PHONE in exported(db, tmp_path)
    withdraw(db, buyer, Way.PHONE)
    left = exported(db, tmp_path)
    assert PHONE not in left
    assert "ouyang_f" in left
    with db.read() as session:
        rows = followups.rows(session, followups.due(session, LATER), LATER)
    assert {row.phone for row in rows} == {""}
    assert waiting(db, buyer)[0] == 5  # WeChat is left to remind him by


def test_without_phone_and_wechat_nobody_is_reminded_of_him(db, buyer, tmp_path):
    withdraw(db, buyer, Way.PHONE, Way.WECHAT)
    assert waiting(db, buyer) == (0, 1)
    with db.read() as session:
        open_ones = select(FollowUp.id).where(FollowUp.done_at.is_(None))
        assert session.scalars(open_ones).all() == []
    assert "ouyang_f" not in exported(db, tmp_path)
    assert check.check(db) == []
    with db.write() as session:
        builders.a_visit(session, name="欧阳芳", phone=PHONE)
    assert waiting(db, buyer) == (0, 1)
    with db.write() as session:
        customer = session.get_one(Customer, buyer)
        assert customers.promises.promise(session, customer, Promise.WEEK, TODAY) is None


def test_who_agrees_again_is_reached_again(db):
    with db.write() as session:
        id = builders.a_customer(session, phone=PHONE)
    withdraw(db, id, Way.PHONE)
    assert waiting(db, id) == (0, 0)
    with db.write() as session:
        consent.give(session, id, Way.PHONE, now=later(days=1))
        customers.promises.next_contact(session, session.get_one(Customer, id), today=TODAY)
    assert said(db, id)[Way.PHONE] == (Way.PHONE, later(days=1), None, 1)
    assert waiting(db, id) == (1, 0)


def test_a_withdrawal_counts_for_every_purpose(db):
    with db.write() as session:
        id = builders.a_customer(session)
        consent.give(session, id, Way.PHONE, now=NOW)
        consent.give(session, id, Way.PHONE, purpose=Purpose.EVENTS, now=NOW)
    withdraw(db, id, Way.PHONE)
    with db.read() as session:
        assert {row.withdrawn_at for row in session.scalars(select(Consent))} == {NOW}
        assert consent.withdrawn(session)[Way.PHONE] == {id}
    assert said(db, id)[Way.PHONE].withdrawn_at == NOW
    with db.write() as session:
        consent.give(session, id, Way.PHONE, now=later(days=1))
    with db.read() as session:
        assert consent.withdrawn(session)[Way.PHONE] == set()


def test_who_refuses_before_he_is_asked_is_noted(db):
    with db.write() as session:
        id = builders.a_customer(session)
    withdraw(db, id, Way.SMS)
    withdraw(db, id, Way.SMS)
    assert said(db, id)[Way.SMS] == (Way.SMS, None, NOW, 1)
    assert not said(db, id)[Way.SMS].open
    with pytest.raises(ShowroomError, match="no longer in the file"):
        withdraw(db, 99, Way.SMS)


def test_the_file_itself_refuses_a_consent_that_says_nothing(db):
    with db.write() as session:
        id = builders.a_customer(session)
    row = {"purpose": Purpose.CONTACT, "way": Way.SMS, "how": Heard.DESK, "wording": 1}

    def write(given, withdrawn) -> None:
        with db.write() as session:
            journal.act(session, "consent")
            session.add(Consent(customer_id=id, given_at=given, withdrawn_at=withdrawn, **row))

    for given, withdrawn in ((None, None), (later(days=1), NOW)):
        with pytest.raises(IntegrityError):
            write(given, withdrawn)


# --- the overall stop


def test_do_not_contact_stops_everything_at_once(db, buyer, tmp_path):
    assert waiting(db, buyer) == (5, 1)
    with db.write() as session:
        customers.change(session, buyer, do_not_contact=True)
    assert waiting(db, buyer) == (0, 0)
    left = exported(db, tmp_path)
    for secret in (PHONE, "ouyang_f", "梧桐路"):
        assert secret not in left
    assert check.check(db) == []
    with db.write() as session:
        journal.undo(session)
    assert waiting(db, buyer) == (5, 1)


def test_a_deal_of_who_must_not_be_contacted_sets_nothing_going(db):
    with db.write() as session:
        id = builders.a_customer(session, do_not_contact=True)
    with db.write() as session:
        builders.a_deal(session, id)
    assert waiting(db, id) == (0, 0)
    with db.read() as session:
        (card,) = session.scalars(select(Card))
    assert (card.skipped_at, card.skip_reason) == (NOW, "Do not contact")
    assert check.check(db) == []


def test_whoever_may_be_contacted_again_is_waited_for_again(db):
    with db.write() as session:
        id = builders.a_customer(session, do_not_contact=True)
    assert waiting(db, id) == (0, 0)
    with db.write() as session:
        customers.change(session, id, do_not_contact=False)
    assert waiting(db, id) == (1, 0)
    with db.write() as session:
        due = session.scalar(select(FollowUp.due_on))
        customers.change(session, id, do_not_contact=False, note="x")
    with db.read() as session:
        assert session.scalars(select(FollowUp.due_on)).all() == [due]


def test_what_the_stop_took_out_comes_back_when_it_goes_and_nothing_twice(db, buyer):
    def kept():
        with db.read() as session:
            columns = (FollowUp.id, FollowUp.rule, FollowUp.due_on, FollowUp.agreed)
            return set(session.execute(select(*columns)).all())

    with db.write() as session:
        call = session.scalar(select(FollowUp.id).where(FollowUp.rule == Promise.VISIT))
        to = TODAY + timedelta(days=9)
        followups.postpone(session, call, to=to, why="he said so", agreed=True, today=TODAY)
    before = kept()
    for stop in (True, False, True, False):
        with db.write() as session:
            customers.change(session, buyer, do_not_contact=stop)
        assert kept() == (set() if stop else before)
    assert waiting(db, buyer) == (5, 1)
    with db.write() as session:
        customers.change(session, buyer, do_not_contact=True)
        db.clock = lambda: NOW + timedelta(days=20)
    with db.write() as session:
        customers.change(session, buyer, do_not_contact=False)
    rules = {row.rule for row in kept()}
    assert Promise.MANAGER_CALL not in rules  # that was over long ago
    assert Promise.VISIT in rules  # this was said to him
    assert waiting(db, buyer)[1] == 0
    with db.write() as session:
        journal.undo(session)
    assert kept() == set()
    assert check.check(db) == []


def test_a_stop_that_an_older_version_recorded_can_be_taken_off(db, buyer):
    with db.write() as session:
        customers.change(session, buyer, do_not_contact=True)
    with db.write() as session:  # the columns that came later are not in what it kept
        session.execute(
            text(
                "UPDATE change SET before = json_remove(before, '$.agreed', '$.asked_by',"
                " '$.since', '$.clock') WHERE table_name = 'follow_up' AND after IS NULL"
            )
        )
    with db.write() as session:
        customers.change(session, buyer, do_not_contact=False)
    assert waiting(db, buyer) == (5, 1)


def test_a_card_comes_back_in_whatever_language_it_was_stopped_while_it_would_be_printed(db, buyer):
    late = {days: TODAY - timedelta(days=days) for days in (5, 6)}
    with db.write() as session:
        made = {
            days: Card(customer_id=buyer, kind=CardKind.BIRTHDAY, due_on=day, late_on=day)
            for days, day in late.items()
        }
        journal.act(session, "write_card")
        session.add_all(made.values())
    i18n.use("zh_CN")
    with db.write() as session:
        customers.change(session, buyer, do_not_contact=True)
    i18n.use("en")
    with db.write() as session:
        customers.change(session, buyer, do_not_contact=False)
    with db.read() as session:
        skipped = set(session.scalars(select(Card.id).where(Card.skipped_at.is_not(None))))
    assert skipped == {made[6].id}


def test_with_the_post_the_card_that_waited_comes_back(db, buyer):
    withdraw(db, buyer, Way.POST)
    assert waiting(db, buyer)[1] == 0
    with db.write() as session:
        customers.agree(session, buyer, Way.POST, now=NOW)
    assert waiting(db, buyer) == (5, 1)


def test_an_import_stops_what_waits_as_the_desk_does(db, buyer, tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(f"姓名,手机,请勿联系\n欧阳芳,{PHONE},是\n", "utf-8-sig")
    with db.read() as session:
        planned = plan.plan(session, read.read(path), today=TODAY, now=NOW)
    apply.apply(db, planned)
    assert waiting(db, buyer) == (0, 0)
    assert check.check(db) == []


def test_what_waits_all_the_same_is_in_no_list(db, buyer):
    """A file from elsewhere, an import: lists and counts ask who may be reached themselves."""
    row = {"customer_id": buyer, "purpose": Purpose.CONTACT, "how": Heard.DESK, "wording": 1}
    with db.write() as session:
        journal.act(session, "import")
        known = session.scalars(select(Consent.id)).all()
        journal.update_many(session, Consent, [{"id": id, "withdrawn_at": NOW} for id in known])
        others = [way for way in Way if way is not Way.PHONE]
        ways = [{**row, "way": way, "given_at": None, "withdrawn_at": NOW} for way in others]
        journal.insert_many(session, Consent, ways)
    assert waiting(db, buyer) == (0, 0)
    assert [(p.code, p.count) for p in check.check(db)] == [("blocked", 1)]
    upkeep.mend(db)
    assert check.check(db) == []


def test_what_waits_all_the_same_is_found_and_put_right(db, buyer):
    with db.write() as session:
        journal.act(session, "import")
        journal.update_many(session, Customer, [{"id": buyer, "do_not_contact": True}])
    assert [(p.code, p.count) for p in check.check(db)] == [("blocked", 1)]
    upkeep.mend(db)
    assert check.check(db) == []
    with db.read() as session:
        assert session.scalars(select(FollowUp)).all() == []


def test_taking_back_what_was_done_before_he_said_no_promises_nothing_again(db):
    with db.write() as session:
        id = builders.a_customer(session)
    with db.write() as session:
        call = session.scalar(select(FollowUp.id).where(FollowUp.customer_id == id))
        followups.done(session, call, result="已联系", now=NOW, today=TODAY)
    done = last(db)
    with db.write() as session:
        customers.change(session, id, do_not_contact=True)
    with db.write() as session:
        amends.undo(session, done)
    with db.read() as session:
        assert session.scalars(select(FollowUp.id)).all() == []
    with db.write() as session:
        amends.undo(session)
    with db.read() as session:
        assert session.scalar(select(FollowUp.done_at)) == NOW


def last(db) -> int:
    with db.read() as session:
        return session.scalar(select(func.max(Action.id)))
