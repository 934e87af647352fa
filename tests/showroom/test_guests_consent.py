"""What a guest was told and agreed to, and what is left of him when he is erased."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from showroom import settings
from showroom.cards import notice_page, subject_page
from showroom.door import moments, reception, traits
from showroom.errors import ShowroomError
from showroom.figures import registers
from showroom.guard import consent, erasure, notice, retention, subject
from showroom.people import customers
from showroom.store import backup, journal, restoring
from showroom.store.models import (
    Appointment,
    CameBy,
    Cause,
    Consent,
    FollowUp,
    Heard,
    Moment,
    NoticeText,
    Purpose,
    Refusal,
    Status,
    Way,
)
from tests import builders as make
from tests.builders import NOW, TODAY, later
from tests.showroom.guests_kit import (
    PHONE,
    come,
    leave_phone,
    on,
    recognise,
    refuse,
    text_of,
    told,
    whose,
)
from tests.stories import once


@pytest.fixture
def db(db):
    return once(db, make.two_at_work)


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
