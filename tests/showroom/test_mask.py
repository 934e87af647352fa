"""138****8000 for whoever may not see a number: in every service, and opened for a short while."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from showroom import settings, text
from showroom.cards import queue
from showroom.care import followups
from showroom.deals import closing, deals
from showroom.door import reception, traits, visits
from showroom.errors import Invalid, ShowroomError
from showroom.figures import log, monthbook, registers
from showroom.figures import register as register_of
from showroom.guard import entries, mask, rights
from showroom.people import customers, phones, search, timeline
from showroom.sheets import apply, read
from showroom.store.models import Action, Customer, Phone, Role, Visit
from tests import builders as make
from tests.stories import story

WHOLE, HIDDEN = "138 1234 5678", "138****5678"
TYPED = "13812345678"
SAID = "电话13812345678，晚上打 139-8765-4321"


@story
def crew(db):
    """A manager, a receptionist, two consultants; nobody has a PIN yet."""
    make.stop_clock(db)
    with db.write() as session:
        return {
            name: make.a_member(session, name, role)
            for name, role in (
                ("周敏", Role.MANAGER),
                ("李静", Role.RECEPTIONIST),
                ("王强", Role.CONSULTANT),
                ("刘洋", Role.CONSULTANT),
            )
        }


@story
def one(db, crew):
    """A customer of 王强, with everything about him that may hold a number."""
    with db.write() as session:
        id = make.a_customer(
            session,
            phone=TYPED,
            consultant_id=crew["王强"],
            wechat="weixin_138",
            note=SAID,
            address=f"深圳路 1 号 {TYPED}",
        )
    with db.write() as session:
        make.a_visit(session, phone=TYPED, name="张伟", note=SAID, rival=SAID)
    with db.write() as session:
        deal = make.a_deal(session, id)
    with db.write() as session:
        closing.cancel(session, deal, reason_id=1, note=SAID, on=make.TODAY)
    with db.read() as session:
        due = followups.board(session, make.TODAY, ahead=99).coming[0]
    with db.write() as session:
        followups.postpone(session, due, to=make.TODAY + timedelta(5), why=SAID, today=make.TODAY)
    with db.write() as session:
        followups.done(session, due, result=SAID, now=make.NOW, today=make.TODAY)
    return id


@pytest.fixture
def armed(db, crew):
    """Everybody but 刘洋 has a PIN."""
    db.staff_id = crew["周敏"]
    for name in ("周敏", "李静", "王强"):
        with db.write() as session:
            make.a_pin(session, crew[name], "2468", by=crew["周敏"])
    return crew


def row(db, id):
    with db.read() as session:
        return customers.rows(session, [id])[0]


def given_out(db, id, folder):
    """Everything that the services give out about a customer, as words."""
    with db.read() as session:
        yield customers.rows(session, [id])
        yield customers.file(session, id)
        yield search.known(session, TYPED, today=make.TODAY)
        yield timeline.of_customer(session, id)
        yield visits.rows(session, session.scalars(select(Visit.id)).all())
        yield [traits.more(session, id) for id in session.scalars(select(Visit.id)).all()]
        yield deals.rows(session, deals.find(session))
        ids = followups.done_on(session, make.TODAY)
        yield followups.rows(session, ids, make.TODAY)
        yield entries.rows(session, entries.find(session))
        yield log.rows(session, make.TODAY, make.TODAY)
    for write in (
        lambda session, path: registers.customers(session, path),
        lambda session, path: registers.visits(session, make.TODAY, make.TODAY, path),
        lambda session, path: register_of.save(session, make.TODAY, path),
        lambda session, path: monthbook.write_month(session, "2026-11", path, now=make.NOW),
    ):
        with db.read() as session:
            write(session, folder / "out.xlsx")
        yield [
            value
            for sheet in load_workbook(folder / "out.xlsx")
            for values in sheet.iter_rows(values_only=True)
            for value in values
        ]


def digits_in(found):
    """The numbers that stand whole in what was given out."""
    said = repr(found).replace(" ", "").replace("-", "")
    return [number for number in (TYPED, "13987654321", "weixin_138") if number in said]


# --- how a number is hidden


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+8613800138000", "138****8000"),
        ("138 0013 8000", "138****8000"),
        ("+86 138 0013 8000", "138****8000"),
        ("１３８００１３８０００", "138****8000"),
        ("+8675523456789", "0755****6789"),
        ("+861065529988", "010****9988"),
        ("+864008208820", "40****8820"),
        ("+85291234567", "+852****4567"),
        ("6552 9988", "****9988"),
        ("552-9988", "***9988"),
    ],
)
def test_the_four_digits_before_the_last_four_are_hidden(number, shown):
    assert mask.hidden(number) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("电话13800138000找我", "电话138****8000找我"),
        ("tel13800138000", "tel138****8000"),
        ("138-0013-8000 or 139 1234 5678", "138****8000 or 139****5678"),
        ("13800138000 13912345678", "138****8000 139****5678"),
        ("(0755) 2345 6789", "0755****6789"),
        ("2026-11-18 １３８００１３８０００", "2026-11-18 138****8000"),
        ("2026-11-18 10:30, 20261118-03, 20261118", "2026-11-18 10:30, 20261118-03, 20261118"),
        ("VIN LGXC16DF4K0123456, 218,000", "VIN LGXC16DF4K0123456, 218,000"),
        ("", ""),
    ],
)
def test_numbers_in_words_are_hidden_and_days_are_not(said, shown):
    assert mask.text(said, whole=False) == shown
    assert mask.text(said, whole=True) == said


@pytest.mark.parametrize(
    ("name", "shown"), [("weixin_01", "we****01"), ("wx123", "****"), ("", "")]
)
def test_a_wechat_shows_its_ends(name, shown):
    assert mask.wechat(name, whole=False) == shown


# --- who sees it


def test_before_the_first_pin_everybody_sees_it(db, crew, one):
    db.staff_id = crew["李静"]
    assert row(db, one).phone == WHOLE


@pytest.mark.parametrize(
    ("who", "phone"),
    [("周敏", WHOLE), ("李静", HIDDEN), ("王强", WHOLE), ("刘洋", HIDDEN), (None, HIDDEN)],
)
def test_then_the_manager_and_his_own_consultant_do(db, one, armed, who, phone):
    db.staff_id = armed.get(who)
    assert row(db, one).phone == phone


def test_a_consultant_without_a_pin_may_be_anybody(db, one, armed):
    with db.write() as session:
        customers.change(session, one, consultant_id=armed["刘洋"])
        shop = settings.load(session)
        shop.full_phones = [*shop.full_phones, Role.CONSULTANT]
        settings.save(session, shop)
    db.staff_id = armed["刘洋"]
    assert row(db, one).phone == HIDDEN
    with db.write() as session:
        make.a_pin(session, armed["刘洋"], "1357", by=armed["周敏"])
    assert row(db, one).phone == WHOLE


def test_the_shop_lets_its_receptionist_see_all(db, one, armed):
    with db.write() as session:
        shop = settings.load(session)
        shop.full_phones = [Role.RECEPTIONIST]
        settings.save(session, shop)
    for who, phone in (("李静", WHOLE), ("周敏", HIDDEN)):
        db.staff_id = armed[who]
        assert row(db, one).phone == phone


def test_no_service_gives_a_number_out(db, one, armed, tmp_path):
    db.staff_id = armed["李静"]
    for found in given_out(db, one, tmp_path):
        assert found
        assert digits_in(found) == []


def test_all_of_them_give_it_to_who_may_see_it(db, one, armed, tmp_path):
    found = [digits_in(each) for each in given_out(db, one, tmp_path)]
    silent = [number for number, each in enumerate(found) if not each]
    assert silent == []


def test_a_skipped_card_hides_the_number_in_its_reason(db, one, armed, tmp_path):
    with db.write() as session:
        make.a_deal(session, one)
    with db.write() as session:
        (card,) = queue.waiting(session)
        queue.skip(session, card, SAID, now=make.NOW)
    db.staff_id = armed["李静"]
    with db.read() as session:
        assert digits_in(queue.rows(session, [card], today=make.TODAY)) == []
    *_others, month = given_out(db, one, tmp_path)
    assert any("电话138****5678" in str(said) for said in month)
    assert digits_in(month) == []


# --- what comes back hidden


def test_what_comes_back_hidden_is_not_kept(db, one, armed):
    db.staff_id = armed["李静"]
    with db.read() as session:
        file = customers.file(session, one)
    assert text.is_hidden(file.note + file.wechat + file.phones[0][1])
    with db.write() as session:
        customers.change(session, one, note=f"VIP {file.note}", wechat=file.wechat)
        phones.change(session, *file.phones[0])
    with db.read() as session:
        kept = session.get(Customer, one)
        assert (kept.note, kept.wechat) == (f"VIP {SAID}", "weixin_138")
        assert session.scalars(select(Phone.number)).all() == [f"+86{TYPED}"]


def test_a_visit_takes_its_hidden_facts_back(db, one, armed):
    db.staff_id = armed["李静"]
    with db.read() as session:
        (visit,) = visits.rows(session, session.scalars(select(Visit.id)).all())
    with db.write() as session:
        reception.complete(
            session, visit.id, now=make.NOW, phone=visit.phone, note=f"{visit.note}!"
        )
        rival = traits.more(session, visit.id).rival
        reception.complete(session, visit.id, now=make.NOW, rival=f"{rival}!")
    with db.read() as session:
        assert session.get(Visit, visit.id).note == f"{SAID}!"
        assert session.get(Visit, visit.id).rival == f"{SAID}!"
        assert session.scalars(select(Phone.number)).all() == [f"+86{TYPED}"]


def test_a_number_with_stars_is_none(db, one, armed):
    with db.write() as session:
        other = make.a_visit(session)
    with pytest.raises(Invalid), db.write() as session:
        reception.complete(session, other, now=make.NOW, phone=HIDDEN)
    with pytest.raises(Invalid), db.write() as session:
        phones.add(session, one, "139****4321")


@pytest.mark.parametrize("beside", ["x9{}", "{}0", "{}0000", "a1{}b"])
def test_nobody_writes_a_number_into_the_open(db, one, armed, beside):
    db.staff_id = armed["李静"]
    with db.read() as session:
        note = customers.file(session, one).note
        (visit,) = visits.rows(session, session.scalars(select(Visit.id)).all())
    with db.write() as session:
        customers.change(session, one, note=note.replace(HIDDEN, beside.format(HIDDEN)))
    with db.write() as session:
        said = visit.note.replace(HIDDEN, beside.format(HIDDEN))
        reception.complete(session, visit.id, now=make.NOW, note=said)
    with db.read() as session:
        assert customers.file(session, one).note == note
        assert visits.row(session, visit.id).note == visit.note
        assert session.get(Customer, one).note == SAID


def test_no_consultant_takes_a_customer_to_see_his_numbers(db, one, armed):
    with db.write() as session:
        nobodys = make.a_customer(session, "赵六", phone="13700001111")
        make.a_pin(session, armed["刘洋"], "1357", by=armed["周敏"])
    db.staff_id = armed["刘洋"]
    for id in (one, nobodys):
        with db.write() as session, pytest.raises(Invalid, match="given customers") as caught:
            customers.change(session, id, consultant_id=armed["刘洋"])
        assert caught.value.problems.keys() == {"consultant_id"}
        assert text.is_hidden(row(db, id).phone)
    with db.write() as session:
        customers.change(session, one, consultant_id=armed["王强"], note="想试驾")
    db.staff_id = armed["李静"]
    with db.write() as session:
        customers.change(session, one, consultant_id=armed["刘洋"])
    db.staff_id = armed["刘洋"]
    assert row(db, one).phone == WHOLE


def test_a_file_of_guesses_stands_in_the_trail(db, one, armed, tmp_path):
    file = tmp_path / "guesses.csv"
    file.write_text("姓名,手机号\n" + "".join(f"张伟,1381234{n}\n" for n in (5677, 5678)), "utf-8")
    db.staff_id = armed["李静"]
    planned = apply.look(db, read.read(file))
    assert [str(each.outcome) for each in planned.rows if each.facts] == ["new", "same"]
    with db.read() as session:
        (entry,) = entries.rows(session, entries.find(session, verb="look_up"))
    assert (entry.who, entry.what) == ("李静", "guesses.csv · 3 rows")
    assert planned.action == entry.id
    db.staff_id = armed["周敏"]
    apply.look(db, read.read(file))
    with db.read() as session:
        assert len(entries.find(session, verb="look_up")) == 1


# --- finding


def test_nobody_walks_through_the_numbers(db, one, armed):
    db.staff_id = armed["李静"]
    with db.read() as session:
        for typed, found in (("138", []), ("1", []), ("5678", [one]), ("张", [one])):
            assert search.find(session, typed) == found
        assert search.waits(session, "138")
        assert not search.waits(session, "张 138")
        assert entries.find(session, "567") == []
        assert entries.find(session, "5678")


def test_beside_a_name_a_few_digits_say_nothing(db, one, armed):
    with db.write() as session:
        other = make.a_customer(session, "张三", phone="13911112222")
    db.staff_id = armed["李静"]
    with db.read() as session:
        assert sorted(search.find(session, "张 139")) == [one, other]
        assert search.find(session, "张 1391") == []
        assert search.find(session, "张 2222") == [other]
    db.staff_id = armed["周敏"]
    with db.read() as session:
        assert search.find(session, "张 139") == [other]
        assert search.find(session, "138") == [one]


# --- for a short while


def test_a_number_is_opened_for_a_reason_that_stands_in_the_trail(db, one, armed):
    db.staff_id = armed["李静"]
    told = []
    db.on_change(lambda: told.append(row(db, one).phone))
    mask.reveal(db, one, " 打电话 ")
    assert told == [WHOLE]
    assert 0 < mask.left(db, one) <= mask.SECONDS
    with db.read() as session:
        action = session.scalars(select(Action).order_by(Action.id.desc())).first()
        said = (action.verb, action.subject_id, action.staff_id, action.why)
        assert said == ("reveal", one, armed["李静"], "打电话")
        (entry,) = [each for each in timeline.of_customer(session, one) if "shown" in each.title]
        assert "打电话" in entry.detail


def test_only_his_are_opened(db, one, armed):
    with db.write() as session:
        other = make.a_customer(session, phone="13911112222")
    db.staff_id = armed["李静"]
    mask.reveal(db, one, "打电话")
    assert row(db, other).phone == "139****2222"


def test_it_closes_by_itself(db, one, armed, monkeypatch):
    db.staff_id = armed["李静"]
    mask.reveal(db, one, "打电话")
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + mask.SECONDS + 1)
    assert row(db, one).phone == HIDDEN
    told = []
    db.on_change(lambda: told.append(True))
    mask.hide(db)
    mask.hide(db)
    assert told == [True]


def test_it_closes_when_somebody_else_sits_down(db, one, armed):
    db.staff_id = armed["李静"]
    mask.reveal(db, one, "打电话")
    db.seat(armed["李静"])
    assert row(db, one).phone == HIDDEN


def test_without_a_reason_nothing_is_opened(db, one, armed):
    db.staff_id = armed["李静"]
    with pytest.raises(Invalid):
        mask.reveal(db, one, "  ")
    with pytest.raises(ShowroomError):
        mask.reveal(db, 999, "打电话")
    assert db.revealed == {}


def test_when_the_journal_cannot_be_written_nothing_is_opened(db, one, armed, monkeypatch):
    db.staff_id = armed["李静"]

    def fail(_session):
        raise ShowroomError("the disk is full")

    monkeypatch.setattr("showroom.store.journal.finish", fail)
    with pytest.raises(ShowroomError):
        mask.reveal(db, one, "打电话")
    assert row(db, one).phone == HIDDEN


def test_an_open_number_does_not_leave_the_desk(db, one, armed, tmp_path):
    db.staff_id = armed["李静"]
    mask.reveal(db, one, "打电话")
    *_lists, every, visits, register, month = given_out(db, one, tmp_path)
    for found in (every, visits, register, month):
        assert digits_in(found) == []


def test_a_reveal_is_no_change_to_take_back(db, one, armed):
    from showroom.store import journal

    db.staff_id = armed["周敏"]
    before = db.saved_at
    mask.reveal(db, one, "打电话")
    assert db.saved_at == before
    with db.write() as session:
        assert journal.undo(session).verb != "reveal"


def test_rights_are_asked_once_in_a_session(db, one, armed):
    db.staff_id = armed["李静"]
    with db.read() as session:
        assert not mask.sees_all(session)
        assert rights.armed(session)
        session.info["staff_id"] = armed["周敏"]
        assert not mask.sees_all(session)


def test_an_e_mail_that_was_shown_hidden_comes_back_as_it_was(db):
    """Who sees `138****8000@163.com` and saves it again writes no stars over the digits."""
    with db.write() as session:
        id = make.a_customer(session, "张伟")
    with db.write() as session:
        customers.set_email(session, id, "13800138000@163.com")
    with db.read() as session:
        session.info["armed"] = True
        shown = customers.file(session, id).email
    assert "****" in shown
    with db.write() as session:
        customers.set_email(session, id, shown)
    with db.read() as session:
        assert customers.file(session, id).email == "13800138000@163.com"
