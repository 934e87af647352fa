"""The daily close: what hinders it, what it keeps, and who may touch the day afterwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from showroom import choices, dates
from showroom.door import (
    appointments,
    cars,
    checkin,
    close,
    gifts,
    handover,
    identity,
    moments,
    reception,
    testdrives,
)
from showroom.errors import Invalid, ShowroomError
from showroom.figures import register
from showroom.guard import amends, closed, exports
from showroom.guard.closed import DayClosed, ReasonMissing
from showroom.sheets import apply, read
from showroom.sheets.read import Sheet, Workbook
from showroom.store import journal
from showroom.store.models import (
    Action,
    CameBy,
    ChoiceKind,
    DayClose,
    HandOver,
    Level,
    Moment,
    Refusal,
    Role,
    Visit,
    VisitKind,
)
from tests import builders as make
from tests.stories import story

YESTERDAY = make.TODAY - timedelta(days=1)
WHY = "came in late, by phone"


@story
def crew(db):
    """A receptionist, a consultant and a manager with their PINs; the receptionist sits."""
    make.stop_clock(db)
    with db.write() as session:
        manager = make.a_member(session, "周敏", Role.MANAGER)
        receptionist = make.a_member(session, "李静", Role.RECEPTIONIST)
        make.a_member(session, "王强")
        make.a_pin(session, manager, "3333", by=manager)
        make.a_pin(session, receptionist, "1111", by=manager)
    db.seat(receptionist)
    return {"manager": manager, "receptionist": receptionist}


def sign(db, day=make.TODAY, now=None, **facts):
    with db.write() as session:
        facts = {"totals": register.totals(session, day), "receptionist": ""} | facts
        close.sign(session, day, now=now or make.later(hours=8), **facts)


def came(db, minutes=0, *, stays=20, **facts):
    at = make.later(minutes=minutes)
    with db.write() as session:
        id = make.a_visit(session, now=at, **facts)
    if stays:
        with db.write() as session:
            reception.leave(session, id, at=at + timedelta(minutes=stays))
    return id


def clock(**later):
    return dates.show_clock(make.later(**later))


def last(db):
    with db.read() as session:
        return session.scalars(select(Action).order_by(Action.id.desc()).limit(1)).one()


# --- closing


def test_who_is_still_here_hinders_the_close_also_over_midnight(db, crew):
    late = came(db, -24 * 60, stays=0)
    here = came(db, stays=0)
    with db.read() as session:
        assert close.standing(session, make.TODAY).here == [late, here]
        assert close.standing(session, YESTERDAY).here == [late]
    with pytest.raises(ShowroomError, match="2 visits have no end yet"):
        sign(db)
    with pytest.raises(ShowroomError, match="1 visit has no end yet"):
        sign(db, YESTERDAY)
    with db.write() as session:
        reception.leave(session, late, at=make.later(hours=-23))
        reception.leave(session, here, at=make.later(hours=1))
    sign(db)
    with db.read() as session:
        assert close.of_day(session, make.TODAY).receptionist == "李静"


def test_what_is_incomplete_is_listed_and_does_not_hinder(db, crew):
    id = came(db)
    with db.read() as session:
        assert close.standing(session, make.TODAY).incomplete == [id]
    sign(db)
    with db.read() as session:
        assert close.of_day(session, make.TODAY).totals["incomplete"] == 1


def test_the_totals_stay_as_they_were_signed(db, crew):
    came(db, name="张伟", phone=make.a_phone(), level=Level.MONTH, people=3)
    refused = came(db, 10, people=2)
    with db.write() as session:
        moments.ask(session, refused, Moment.SEATED, refusal=Refusal.SPAM, now=make.NOW)
        testdrives.set_driven(session, refused, True, now=make.NOW)
        call = reception.arrive(session, kind=VisitKind.CALL, now=make.NOW)
        reception.leave(session, call.id, at=make.NOW)
        errand = reception.arrive(session, kind=VisitKind.ERRAND, now=make.NOW)
        reception.leave(session, errand.id, at=make.NOW)
    sign(db, weather="晴", note="停电", floor_manager=" 陈主管 ")
    with db.read() as session:
        found = close.of_day(session, make.TODAY)
    assert (found.floor_manager, found.weather, found.note) == ("陈主管", "晴", "停电")
    assert found.totals == {
        "parties": 3,
        "people": 6,
        "first": 2,
        "came_again": 0,
        "left": 1,
        "contacts": 0.5,
        "drives": 1,
        "orders": 0,
        "calls": 1,
        "errands": 1,
        "unmet": 0,
        "incomplete": 3,
    }
    assert (last(db).verb, last(db).what) == ("close_day", "2026-11-18")


def test_a_day_is_closed_once_not_before_it_comes_and_by_a_name(db):
    make.stop_clock(db)
    with pytest.raises(ShowroomError, match="has not come yet"):
        sign(db, make.TODAY + timedelta(days=1))
    with pytest.raises(Invalid, match="signed by name"):
        sign(db)
    sign(db, receptionist="李静")  # an empty day
    with pytest.raises(ShowroomError, match="closed already"):
        sign(db, receptionist="李静")


def test_who_sits_at_the_desk_signs_whatever_name_is_typed(db, crew):
    sign(db, receptionist="somebody else")
    with db.read() as session:
        assert close.of_day(session, make.TODAY).receptionist == "李静"


def test_cars_that_are_not_back_are_named(db, crew):
    with db.write() as session, make.unguarded(session):
        car = cars.add(session, plate="京A12345", km=100).id
        other = cars.add(session, plate="京B12345", km=100).id
        who = make.a_member(session, "赵磊")
        cars.take_key(session, other, staff_id=who, purpose="wash", now=make.later(minutes=5))
    id = came(db, stays=0)
    with db.write() as session:
        drive = testdrives.begin(session, id, car_id=car, licence_seen=True, now=make.NOW)
        drive_id = drive.id
    with db.read() as session:
        first, second = close.standing(session, make.TODAY).out
    assert (first.car, first.driving, first.since) == ("京A12345", True, make.NOW)
    assert (second.car, second.who, second.driving) == ("京B12345", "赵磊", False)
    with db.write() as session:
        testdrives.end(session, drive_id, km=112, now=make.later(minutes=30))
    with db.read() as session:
        assert [out.car for out in close.standing(session, make.TODAY).out] == ["京B12345"]
        assert close.standing(session, YESTERDAY).out == []  # it went out today
        tomorrow = make.TODAY + timedelta(days=1)
        assert len(close.standing(session, tomorrow).out) == 1  # and is missed from then on


def test_days_nobody_closed_are_spoken_of(db, crew):
    came(db, -3 * 24 * 60)
    came(db, -24 * 60)
    with db.read() as session:
        assert closed.unclosed(session, make.TODAY) == [YESTERDAY]  # none so far: only the last
    sign(db, make.TODAY - timedelta(days=3))
    with db.read() as session:
        assert closed.unclosed(session, make.TODAY) == [YESTERDAY]
    came(db, -2 * 24 * 60)
    with db.read() as session:
        assert closed.unclosed(session, make.TODAY) == [make.TODAY - timedelta(days=2), YESTERDAY]
    sign(db, YESTERDAY)
    sign(db, make.TODAY - timedelta(days=2))
    with db.read() as session:
        assert closed.unclosed(session, make.TODAY) == []


# --- after the close


WRITES = {
    "arrive": lambda s, id: reception.arrive(s, now=make.later(hours=7)),
    "call": lambda s, id: reception.arrive(s, kind=VisitKind.CALL, now=make.later(hours=7)),
    "hand over": lambda s, id: handover.hand_over(s, id, None),
    "complete": lambda s, id: reception.complete(s, id, now=make.NOW, name="王芳"),
    "phone": lambda s, id: reception.complete(s, id, now=make.NOW, phone="13911112222"),
    "join": lambda s, id: identity.join(s, id, make.a_customer(s, "李雪")),
    "leave": lambda s, id: reception.leave(s, id, at=make.later(hours=2)),
    "come back": lambda s, id: reception.come_back(s, id),
    "arrival": lambda s, id: reception.change_arrival(s, id, make.later(minutes=1)),
    "ask": lambda s, id: moments.ask(s, id, Moment.OFFER, now=make.NOW),
    "drive": lambda s, id: testdrives.set_driven(s, id, True, now=make.NOW),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_closed_day_is_corrected_by_a_manager_with_a_reason_only(db, crew, write):
    id = came(db)
    sign(db)
    with (
        pytest.raises(
            ShowroomError, match=rf"^11-18 is closed since {clock(hours=8)}\. Only a manager"
        ),
        db.write() as session,
    ):
        write(session, id)
    with pytest.raises(ShowroomError, match="Only a manager"):
        closed.correct(db, make.TODAY, WHY)

    db.seat(crew["manager"])
    with pytest.raises(ReasonMissing, match="Say why"), db.write() as session:
        write(session, id)
    with pytest.raises(Invalid):
        closed.correct(db, make.TODAY, " ")
    closed.correct(db, make.TODAY, WHY)
    with db.write() as session:
        write(session, id)
    assert (last(db).staff_id, last(db).why) == (crew["manager"], WHY)

    db.seat(crew["manager"])  # who sits down anew says anew why
    with pytest.raises(ReasonMissing), db.write() as session:
        write(session, id)


def test_who_comes_after_the_close_is_no_correction_and_the_day_is_closed_once_more(db, crew):
    before = came(db, name="张伟")
    sign(db, weather="晴")
    id = came(db, 9 * 60, stays=0)  # the receptionist, without a right and without a reason
    with db.write() as session:
        reception.complete(session, id, now=make.later(hours=9), name="王芳", phone="13911112222")
        moments.ask(session, id, Moment.OFFER, now=make.later(hours=9))
        testdrives.set_driven(session, id, True, now=make.later(hours=9))
    with db.read() as session:
        assert close.of_day(session, make.TODAY).since == 1
        assert closed.unclosed(session, make.TODAY + timedelta(days=1)) == [make.TODAY]
    with pytest.raises(ShowroomError, match="1 visit has no end yet"):
        sign(db, now=make.later(hours=10))
    with db.write() as session:
        reception.leave(session, id, at=make.later(hours=9.5))
    for change in (
        lambda s: reception.complete(s, before, now=make.NOW, people=5),
        lambda s: reception.change_arrival(s, id, make.later(hours=1)),  # before the close
    ):
        with pytest.raises(DayClosed, match="Only a manager"), db.write() as session:
            change(session)

    sign(db, now=make.later(hours=10), weather="雨")
    with db.read() as session:
        again = close.of_day(session, make.TODAY)
        assert (again.totals["parties"], again.weather, again.since) == (2, "雨", 0)
        assert again.closed_at == make.later(hours=10)
        assert session.query(DayClose).count() == 1
        assert closed.unclosed(session, make.TODAY + timedelta(days=1)) == []
    assert last(db).verb == "close_day"
    with pytest.raises(DayClosed, match=f"since {clock(hours=10)}"), db.write() as session:
        reception.complete(session, id, now=make.later(hours=11), people=3)
    with pytest.raises(ShowroomError, match="closed already"):
        sign(db, now=make.later(hours=11))


def test_who_was_expected_and_comes_after_the_close_is_let_in_and_given_a_gift(db, crew):
    with db.write() as session, make.unguarded(session):
        gift = gifts.add(session, name="雨伞", count=5, now=make.NOW).id
        booked = appointments.make(
            session, at=make.later(hours=9), name="李雪", phone="13911113333", now=make.NOW
        ).id
    sign(db)
    with db.write() as session:
        id = checkin.check_in(session, booked, now=make.later(hours=9)).id
    with db.write() as session:
        reception.complete(session, id, now=make.later(hours=9), level=Level.MONTH)
    with db.write() as session:
        gifts.give(session, id, gift, now=make.later(hours=9))


def test_what_was_done_for_a_late_party_is_undone_and_redone_until_the_day_is_closed_again(
    db, crew
):
    sign(db)
    id = came(db, 9 * 60, stays=0)
    with db.write() as session:
        moments.ask(session, id, Moment.OFFER, now=make.later(hours=9))
    for undone in (amends.undo, amends.undo, amends.redo, amends.redo):
        with db.write() as session:
            undone(session)
    with db.write() as session:
        reception.leave(session, id, at=make.later(hours=9.5))
    left = last(db).id
    sign(db, now=make.later(hours=10))
    with pytest.raises(DayClosed), db.write() as session:
        amends.undo(session, left)


def test_neither_gifts_nor_who_was_expected_pass_a_closed_day(db, crew):
    id = came(db, name="张伟", phone="13911112222")
    with db.write() as session, make.unguarded(session):
        gift = gifts.add(session, name="雨伞", count=5, now=make.NOW).id
        booked = appointments.make(
            session, at=make.later(hours=9), name="李雪", phone="13911113333", now=make.NOW
        ).id
        reason = choices.first(session, ChoiceKind.UNMET)
    sign(db)
    late = make.later(hours=9)
    for write in (
        lambda s: checkin.check_in(s, booked, now=make.later(hours=7)),
        lambda s: gifts.give(s, id, gift, now=late),
        lambda s: gifts.hand_out(s, gift, receiver="保安", now=late),
        lambda s: reception.leave_unmet(s, id, reason_id=reason, at=late),
        lambda s: identity.part(s, id),
    ):
        with pytest.raises(DayClosed, match="11-18 is closed"), db.write() as session:
            write(session)


def test_other_days_are_written_as_before(db, crew):
    sign(db, YESTERDAY, receptionist="李静")
    came(db, name="张伟")
    assert last(db).why == ""


def test_nothing_of_a_closed_day_is_undone_without_a_manager_and_a_reason(db, crew):
    id = came(db, name="张伟")
    with db.write() as session:
        moments.ask(session, id, Moment.OFFER, now=make.NOW)
    asked = last(db).id
    with db.write() as session:
        testdrives.set_driven(session, id, True, now=make.NOW)
    drove = last(db).id
    with db.write() as session:
        reception.leave(session, id, at=make.later(hours=1))
    left = last(db).id
    sign(db)
    for action in (asked, drove, left):
        with pytest.raises(ShowroomError, match="is closed since"), db.write() as session:
            amends.undo(session, action)
    db.seat(crew["manager"])
    for action in (asked, drove, left):
        with pytest.raises(ReasonMissing), db.write() as session:
            amends.undo(session, action)
    closed.correct(db, make.TODAY, WHY)
    with db.write() as session:
        amends.undo(session, asked)
    assert (last(db).verb, last(db).why) == ("take_back", WHY)
    closed.done(db, make.TODAY)
    with pytest.raises(ReasonMissing), db.write() as session:
        amends.undo(session, drove)


def test_the_close_itself_is_not_undone_but_opened_again(db, crew):
    came(db)
    sign(db)
    with pytest.raises(ShowroomError, match="in the daily close"), db.write() as session:
        amends.undo(session)


def test_opening_a_day_again_needs_a_manager_and_a_reason_and_closes_anew(db, crew):
    came(db)
    sign(db, weather="晴")
    with pytest.raises(ShowroomError, match="Only a manager"), db.write() as session:
        close.reopen(session, make.TODAY, why=WHY)
    db.seat(crew["manager"])
    with pytest.raises(Invalid, match="Say why"), db.write() as session:
        close.reopen(session, make.TODAY, why="")
    with db.write() as session:
        close.reopen(session, make.TODAY, why=WHY)
    assert (last(db).verb, last(db).why) == ("reopen_day", WHY)
    with pytest.raises(ShowroomError, match="in the daily close"), db.write() as session:
        amends.undo(session)
    db.seat(crew["receptionist"])
    came(db, 8 * 60)
    sign(db, now=make.later(hours=10), weather="雨")
    with db.read() as session:
        again = close.of_day(session, make.TODAY)
        assert (again.totals["parties"], again.weather) == (2, "雨")
        assert session.query(DayClose).count() == 1
    db.seat(crew["manager"])
    with db.read() as session, pytest.raises(ShowroomError, match="is not closed"):
        close.reopen(session, YESTERDAY, why=WHY)


def test_a_guest_who_returns_joins_his_visit_of_a_closed_day(db, crew):
    """Who it was becomes known later: that is no correction of the day."""
    earlier = came(db, -24 * 60, name="穿红衣的")
    with db.write() as session:
        moments.ask(session, earlier, Moment.OFFER, refusal=Refusal.SPAM, now=make.NOW)
        reception.come_back(session, earlier)
        reception.leave(session, earlier, at=make.later(hours=-23))
        guest = session.get(Visit, earlier).customer_id
    assert guest is not None
    sign(db, YESTERDAY)
    id = came(db, stays=0)
    with db.write() as session:
        identity.recognise(session, id, guest)
        reception.complete(session, id, now=make.NOW, phone="13911112222", name="王芳")
    with db.read() as session:
        customer = session.get(Visit, id).customer_id
        assert session.get(Visit, earlier).customer_id == customer
    with db.write() as session:
        amends.undo(session)


def a_file(day, rows):
    head = ["客户名称", "来访时间", "手机号"]
    cells = [head, *([name, f"{day} {clock}:00", phone] for name, clock, phone in rows)]
    return Workbook(
        path=read.Path("visits.xlsx"),
        sha256="0",
        sheets=[Sheet("1", cells, [], source=[b"[]"] * len(cells))],
    )


def test_a_file_does_not_change_a_closed_day(db, crew):
    came(db)
    sign(db)
    book = a_file(make.TODAY, [("王芳", "01:00", "13911112222")])
    with db.read() as session:
        planned = apply.plan(session, book, today=make.TODAY, now=make.NOW)
    (row,) = planned.refused
    assert row.reason.startswith("11-18 is closed")
    apply.apply(db, planned)
    with db.read() as session:
        assert session.query(Visit).count() == 1


# --- on paper


def words_of(made):
    import pypdfium2

    document = pypdfium2.PdfDocument(made)
    pages = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return pages


def test_the_register_on_paper_repeats_its_head_and_numbers_its_pages(db, crew, tmp_path):
    with db.write() as session:
        for n in range(40):
            at = make.later(minutes=10 * n)
            visit = reception.arrive(session, now=at, people=2)
            reception.complete(session, visit.id, now=at, name=f"客人{n}", note="<b>&\x07" * 3)
            reception.leave(session, visit.id, at=at)
    sign(db, weather="多云", floor_manager="陈主管", note="停电二十分钟")
    for form in register.Form:
        with exports.leaving(db, "register") as session:
            count, made = register.pdf(session, make.TODAY, form=form)
        pages = words_of(made)
        assert count == 40
        assert len(pages) >= 2
        for number, page in enumerate(pages, 1):
            assert "name" in page.casefold()
            assert f"Page {number} of {len(pages)}" in page
        whole = "".join(pages)
        assert all(f"客人{n}" in whole for n in range(40))
        assert "多云" in pages[0]
        for word in ("Total", "80", "李静", "陈主管", "Sales manager:", "停电二十分钟"):
            assert word in pages[-1]


def test_the_register_has_what_the_visit_says_in_both_forms(db, crew, tmp_path):
    from openpyxl import load_workbook

    id = came(db, name="张伟", phone="13911112222", level=Level.MONTH, stays=35)
    with db.write() as session:
        journal.act(session, "complete")
        visit = session.get_one(Visit, id)
        visit.came_by, visit.rival, visit.quoted = CameBy.TAXI, "Model Y", True
    sign(db, weather="晴")

    def cells(form):
        path = tmp_path / f"{form}.xlsx"
        with exports.leaving(db, "register", path) as session:
            register.save(session, make.TODAY, path, form=form)
        return [[c.value for c in row] for row in load_workbook(path).active.iter_rows()]

    rows = cells(register.Form.VISITORS)
    assert rows[1][0].endswith("Weather: 晴")
    assert rows[4][:4] == [1, f"{clock()}–{clock(minutes=35)}", 2, "Taxi"]
    assert rows[4][10:12] == ["B", "Model Y"]
    quoted = [place for place, title in enumerate(rows[3]) if title == "Quoted"]
    assert rows[4][quoted[0]] == "√"
    rows = cells(register.Form.TRAFFIC)
    assert [str(v) for v in rows[2]][:8] == [
        *("Serial no.", "Sales consultant", "Full name", "F/S", "Telephone", "Time in", "Left at"),
        "People",
    ]
    assert rows[3][2:5] == ["张伟", "F", "139****2222"]
    assert (rows[3][9], rows[3][12]) == ("B", "N")
    with exports.leaving(db, "register", tmp_path / "r.pdf") as session:
        register.save(session, make.TODAY, tmp_path / "r.pdf")
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF-")


def test_the_register_agrees_with_the_close_on_whom_nobody_received_and_names_the_errand(
    db, crew, tmp_path
):
    from openpyxl import load_workbook

    id = came(db, stays=0)
    with db.write() as session:
        reason = choices.first(session, ChoiceKind.UNMET)
        why = choices.labels(session)[reason]
        reception.leave_unmet(session, id, reason_id=reason, at=make.later(minutes=9))
        said = {o.code: o for o in choices.options(session, ChoiceKind.ERRAND)}
        for number, code in enumerate(("delivery", "service"), 1):
            at = make.later(hours=number)
            errand = reception.arrive(
                session, kind=VisitKind.ERRAND, errand_id=said[code].id, now=at
            )
            reception.leave(session, errand.id, at=at)
    with db.read() as session:
        assert register.totals(session, make.TODAY)["first"] == 0

    def lines(form):
        path = tmp_path / f"{form}.xlsx"
        with exports.leaving(db, "register", path) as session:
            register.save(session, make.TODAY, path, form=form)
        rows = [[c.value for c in row] for row in load_workbook(path).active.iter_rows()]
        head = next(n for n, row in enumerate(rows) if row[0] == 1) - 1
        top = [a or b for a, b in zip(rows[head], rows[head - 1], strict=True)]
        return [dict(zip(top, row, strict=True)) for row in rows[head + 1 : head + 4]]

    unmet, collects, service = lines(register.Form.VISITORS)
    assert (unmet["New here"], unmet["Been here"]) == (None, None)
    assert unmet["Note"] == f"Left without being received · {why}"
    assert (collects["Collects"], collects["Note"] or "") == ("√", "")
    assert (service["Other"], service["Note"]) == ("√", said["service"].label)
    unmet, collects, _service = lines(register.Form.TRAFFIC)
    assert not unmet["F/S"]
    assert unmet["Note"] == f"Left without being received · {why}"
    assert collects["Note"] == said["delivery"].label


def test_a_manager_is_handed_a_party_for_a_reason_that_is_kept(db, crew):
    """`why` goes to the action also when its first row was written before the day was asked."""
    id = came(db)
    sign(db, date(2026, 11, 18))
    db.seat(crew["manager"])
    closed.correct(db, make.TODAY, WHY)
    with db.write() as session:
        make.a_customer(session, "李雪")  # the action is there before the day is asked
        session.flush()
        handover.hand_over(session, id, None, HandOver.ASSIGNED)
    assert last(db).why == WHY


def test_closing_today_does_not_hide_that_yesterday_was_not(db, crew):
    came(db, -24 * 60)
    came(db, -10)
    with db.write() as session:
        for visit in session.scalars(select(Visit)):
            visit.left_at = visit.arrived_at
            journal.act(session, "leave", visit)
    sign(db, make.TODAY)
    with db.read() as session:
        assert closed.unclosed(session, make.TODAY) == [YESTERDAY]
