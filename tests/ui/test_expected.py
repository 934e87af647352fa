"""Who is expected, calls, errands and who left unmet, at the desk by keys alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from showroom import dates
from showroom.door import appointments, close, expected, turns, visits
from showroom.door.appointments import Standing
from showroom.i18n import _
from showroom.store import journal
from showroom.store.models import Aim, CameBy, HandOver, Visit, VisitKind
from tests import builders as make
from tests.amounts import slow_but
from tests.ui.keys import press
from tests.ui.keys import write_into as write
from ui.arrival import Chips
from ui.days import read_when
from ui.expected import ExpectedView
from ui.invite_tool import InviteTool
from ui.pages.customers import CustomersPage
from ui.pages.desk import DeskPage

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PHONE = "13912345678"


@pytest.fixture
def page(db: Any, page_of: Any) -> DeskPage:
    make.stop_clock(db)
    with db.write() as session:
        for name in ("王强", "李娜", "赵磊"):
            make.a_member(session, name)
        make.a_model(session, "汉EV")
    opened: DeskPage = page_of(DeskPage)
    return opened


def keys(qtbot: Any, typed: str) -> None:
    """Type on whatever has the keyboard."""
    qtbot.keyClicks(QApplication.focusWidget(), typed)


def arrive(qtbot: Any, page: DeskPage, people: str = "2") -> visits.VisitRow:
    before = page.form.visit
    qtbot.keyClick(page, Key.Key_F2)
    qtbot.waitUntil(page.arrival.people.hasFocus)
    keys(qtbot, people)
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: page.form.visit is not None and page.form.visit != before)
    qtbot.waitUntil(page.form.name.hasFocus)
    return shown(page)


def shown(page: DeskPage) -> visits.VisitRow:
    assert page.form.visit is not None
    return page.form.visit


def expect(page: DeskPage, minutes: int = 30, **facts: Any) -> int:
    with page.db.write() as session:
        facts = {"name": "周敏", "at": make.later(minutes=minutes)} | facts
        return appointments.make(session, now=make.NOW, **facts).id


def plan(page: DeskPage, id: int) -> expected.ExpectedRow:
    with page.db.read() as session:
        return expected.row(session, id, today=page.db.today())


def clock(page: DeskPage, minutes: float) -> None:
    """So many minutes later; the desk looks at its clock."""
    page.db.clock = lambda: make.later(minutes=minutes)
    page._tick()


def member(page: DeskPage, name: str) -> int:
    with page.db.read() as session:
        return next(row.staff_id for row in turns.order(session, make.TODAY) if row.name == name)


def expected_view(qtbot: Any, page: DeskPage) -> ExpectedView:
    """F5; the list has the keyboard."""
    qtbot.keyClick(page, Key.Key_F5)
    qtbot.waitUntil(lambda: page.views.current == "expected")
    view = page.views.made["expected"]
    assert isinstance(view, ExpectedView)
    qtbot.waitUntil(view.table.hasFocus)
    return view


def begin_new(qtbot: Any, page: DeskPage) -> ExpectedView:
    """F5, N; the cursor stands in who."""
    view = expected_view(qtbot, page)
    press(qtbot, Key.Key_N)
    qtbot.waitUntil(view.form.who.hasFocus)
    return view


# --- who is due


def test_who_is_due_stands_above_those_here_and_checks_in_with_one_key(page, qtbot):
    assert not page.due.isVisible()
    id = expect(page, 90, phone=PHONE, people=3, consultant_id=member(page, "赵磊"))
    assert not page.due.isVisible()
    clock(page, 40)
    assert page.due.isVisible()
    assert [page.due.table.rows.index(0, n).data() for n in range(6)] == [
        dates.show_clock(make.later(minutes=90)),
        "3",
        "周敏",
        "Look at cars",
        "赵磊",
        "in 50 min",
    ]
    clock(page, 102)
    assert page.due.table.rows.index(0, 5).data() == "late 12 min"

    qtbot.keyClick(page, Key.Key_F5, SHIFT)
    qtbot.waitUntil(lambda: page.form.visit is not None)
    visit = shown(page)
    assert (visit.name, visit.people, visit.phone) == ("周敏", 3, "139 1234 5678")
    assert (visit.consultant, visit.hand_over) == ("赵磊", HandOver.APPOINTMENT)
    assert page.form.name.hasFocus()
    assert not page.due.isVisible()
    assert plan(page, id).visit_id == visit.id
    with page.db.read() as session:  # nobody's turn is used
        assert turns.order(session, make.TODAY)[0].name == "王强"


def test_enter_on_the_row_checks_in_too_and_nobody_due_is_said(page, qtbot, asked):
    said = []
    page.said.connect(said.append)
    qtbot.keyClick(page, Key.Key_F5, SHIFT)
    assert asked.errors == []
    assert said == ["Nobody is due within the hour. F5 shows who is expected."]
    expect(page, 10, name="先到")
    second = expect(page, 20, name="后到")
    page.due.table.setFocus()
    press(qtbot, Key.Key_End)
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: plan(page, second).standing is Standing.CAME)
    assert page.due.table.rows.ids() != []


def test_the_line_of_an_arrival_names_who_is_due_and_his_key(page, qtbot):
    expect(page, 5)
    qtbot.keyClick(page, Key.Key_F2)
    qtbot.waitUntil(page.arrival.people.hasFocus)
    time = dates.show_clock(make.later(minutes=5))
    assert page.arrival.expected.text() == f"Is it 周敏, expected at {time}? Shift+F5 checks in."
    press(qtbot, Key.Key_F5, SHIFT)
    qtbot.waitUntil(lambda: page.form.visit is not None)
    assert not page.arrival.isVisible()
    assert shown(page).name == "周敏"


def test_who_walked_in_is_known_by_his_phone_and_checking_in_says_so(page, qtbot):
    id = expect(page, 15, phone=PHONE)
    visit = arrive(qtbot, page)
    page.form.phone.setFocus()
    keys(qtbot, PHONE)
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: plan(page, id).visit_id == visit.id)
    assert not page.due.isVisible()
    assert page.form.name.text() == "周敏"

    expected_view(qtbot, page)
    with qtbot.waitSignal(page.said) as told:
        press(qtbot, Key.Key_Return)
    time = dates.show_clock(make.NOW)
    assert told.args == [f"周敏 was here at {time} as visit 1."]
    assert shown(page).id == visit.id
    with page.db.write() as session:
        journal.undo(session)  # the phone
    assert plan(page, id).standing is Standing.OPEN


# --- the view


def test_a_new_name_is_said_to_be_new_and_enter_goes_on_to_the_phone(page, qtbot):
    view = begin_new(qtbot, page)
    write(view.form.who, "周敏")
    assert view.form.who.hint() == "new guest"
    press(qtbot, Key.Key_Return)
    assert view.form.phone.hasFocus()
    press(qtbot, Key.Key_Return)
    assert view.form.when.hasFocus()


def test_an_appointment_is_made_moved_cancelled_and_put_back_by_keys(page, qtbot):
    view = begin_new(qtbot, page)
    write(view.form.who, "钱多多")
    press(qtbot, Key.Key_Tab)
    view.form.phone.setFocus()
    keys(qtbot, PHONE)
    view.form.when.setFocus()
    keys(qtbot, "+1 14:30")
    assert view.form.when.hint() == "Thu Tomorrow 14:30"
    view.form.aim.setFocus()
    keys(qtbot, "t")
    view.form.consultant.setFocus()
    write(view.form.consultant.lineEdit(), "李娜")
    press(qtbot, Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: bool(view.table.rows.ids()))

    (id,) = view.table.rows.ids()
    row = plan(page, id)
    assert (row.name, row.phone, row.aim, row.consultant) == (
        "钱多多",
        "139 1234 5678",
        Aim.DRIVE,
        "李娜",
    )
    assert dates.local(row.at).strftime("%m-%d %H:%M") == "11-19 14:30"
    assert view.table.hasFocus()

    press(qtbot, Key.Key_E)
    qtbot.waitUntil(view.form.when.hasFocus)
    write(view.form.when, "周六 10点")
    press(qtbot, Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: plan(page, id).day == date(2026, 11, 21))
    assert plan(page, id).phone == "139 1234 5678"

    press(qtbot, Key.Key_Delete)
    qtbot.waitUntil(lambda: plan(page, id).standing is Standing.CANCELLED)
    with page.db.write() as session:
        journal.undo(session)
    assert plan(page, id).standing is Standing.OPEN
    assert view.figures.text() == "Today: 0 made, 0 came, 0 still open, 0 did not come"
    press(qtbot, Key.Key_Escape)
    assert page.views.current == "lists"


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(page, qtbot):
    view = begin_new(qtbot, page)
    keys(qtbot, "Zhou")
    view.form.when.setFocus()
    keys(qtbot, "+1")
    press(qtbot, Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: bool(view.form.problems["when"].text()))
    assert view.form.problems["when"].text() == (
        "Write day and time as +1 14:30, Sat 10:00 or 11-21 9:30."
    )
    view.form.when.clear()
    press(qtbot, Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: view.form.problems["when"].text().startswith("Say when"))
    press(qtbot, Key.Key_F2)  # a party walks in meanwhile
    qtbot.waitUntil(page.arrival.people.hasFocus)
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: page.form.visit is not None)
    assert view.form.who.text() == "Zhou"


def test_what_was_being_typed_is_there_after_a_crash_until_it_is_thrown_away(page, page_of, qtbot):
    view = begin_new(qtbot, page)
    keys(qtbot, "Zhou")
    view.form.when.setFocus()
    keys(qtbot, "+1 1")
    press(qtbot, Key.Key_Escape)  # by mistake
    press(qtbot, Key.Key_N)
    qtbot.waitUntil(view.form.who.hasFocus)
    assert (view.form.who.text(), view.form.when.text()[:4]) == ("Zhou", "2026")
    view.form._keep_draft()

    page.hide()
    again = page_of(DeskPage)  # as after a crash: made anew on the same file
    qtbot.waitUntil(again.isActiveWindow)
    qtbot.keyClick(again, Key.Key_F5)
    qtbot.waitUntil(lambda: again.views.current == "expected")
    reopened = again.views.made["expected"]
    assert reopened.editor.isVisible()
    assert reopened.form.who.text() == "Zhou"
    reopened.throw.click()
    assert not reopened.editor.isVisible()
    assert not reopened.form.bring_back()


def test_a_customer_is_found_by_part_of_his_phone(page, qtbot):
    with page.db.write() as session:
        old = make.a_customer(session, "李雪", phone=PHONE, model_id="汉EV")
    view = begin_new(qtbot, page)
    keys(qtbot, "9123")
    qtbot.waitUntil(view.form.who.matches.isVisible)
    press(qtbot, Key.Key_Return)
    assert view.form.model.currentText() == "汉EV"
    view.form.when.setFocus()
    keys(qtbot, "+2 9:30")
    press(qtbot, Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: bool(view.table.rows.ids()))
    assert plan(page, view.table.rows.ids()[0]).customer_id == old


def test_who_did_not_come_is_asked_again(page, qtbot):
    id = expect(page, 5, phone=PHONE)
    clock(page, 24 * 60)
    view = expected_view(qtbot, page)
    assert view.table.rows.index(0, 8).data() == "did not come"
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(view.form.when.hasFocus)
    keys(qtbot, "+1 9:00")
    press(qtbot, Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: len(view.table.rows.ids()) == 2)
    assert plan(page, id).standing is Standing.MISSED


def test_an_appointment_is_made_from_the_customers_file(page, page_of, qtbot):
    with page.db.write() as session:
        old = make.a_customer(session, "李雪", phone=PHONE, consultant_id=member(page, "赵磊"))
    page.hide()
    file = page_of(CustomersPage)
    qtbot.waitUntil(file.isActiveWindow)
    file.show_id(old)
    file.table.setFocus()
    press(qtbot, Key.Key_I, CTRL)
    qtbot.waitUntil(file.appointment_form.when.hasFocus)
    keys(qtbot, "+1 9:00")
    press(qtbot, Key.Key_Return, CTRL)
    qtbot.waitUntil(file.appointment_form.isHidden)
    with page.db.read() as session:
        (id,) = expected.listed(session, today=make.TODAY)
    assert (plan(page, id).customer_id, plan(page, id).consultant) == (old, "赵磊")


def test_the_guest_at_the_right_is_meant_unless_another_name_is_typed(page, qtbot):
    with page.db.write() as session:
        make.a_visit(session, name="李雪", phone=PHONE)
    view = begin_new(qtbot, page)
    assert isinstance(view.form.who.value(), int)
    keys(qtbot, "Zhou")
    assert view.form.who.value() == "Zhou"
    assert view.form.phone.isEnabled()


# --- calls


def test_a_call_becomes_an_invitation_and_ends_without_having_been_here(page, qtbot):
    qtbot.keyClick(page, Key.Key_F3)
    qtbot.waitUntil(page.form.name.hasFocus)
    call = shown(page)
    assert call.kind is VisitKind.CALL
    assert page.calls.rows.ids() == [call.id]
    assert page.present.rows.ids() == []
    assert not page.present_card.note.text().strip("0")
    write(page.form.name, "周敏")
    press(qtbot, Key.Key_Return)
    keys(qtbot, PHONE)
    press(qtbot, Key.Key_Return)
    page.form.model.setFocus()
    write(page.form.model.lineEdit(), "汉EV")
    press(qtbot, Key.Key_I, CTRL)
    qtbot.waitUntil(lambda: page.tools.current is not None)
    tool = page.tools.current
    assert isinstance(tool, InviteTool)
    qtbot.waitUntil(tool.form.when.hasFocus)
    keys(qtbot, f"+1 {dates.show_clock(make.NOW)}")
    press(qtbot, Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: page.tools.current is None)
    with page.db.read() as session:
        (id,) = expected.listed(session, today=make.TODAY)
    row = plan(page, id)
    assert (row.name, row.model, row.customer_id) == ("周敏", "汉EV", shown(page).customer_id)

    qtbot.keyClick(page, Key.Key_F8)
    qtbot.waitUntil(lambda: shown(page).left_at is not None)
    assert not page.calls_card.isVisible()
    clock(page, 24 * 60 + 3)
    qtbot.keyClick(page, Key.Key_F5, SHIFT)
    qtbot.waitUntil(lambda: plan(page, id).visit_id is not None)
    assert (shown(page).kind, shown(page).again) == (VisitKind.WALK_IN, False)


# --- errands, arrivals


ERRANDS = [("3", "Cancelling an order"), ("i", "Interview")]


@pytest.mark.parametrize(("typed", "errand"), slow_but(ERRANDS[1:], ERRANDS))
def test_an_errand_takes_three_keys(page, qtbot, typed, errand):
    qtbot.keyClick(page, Key.Key_F4)
    qtbot.waitUntil(page.arrival.people.hasFocus)
    keys(qtbot, "2")
    qtbot.waitUntil(page.arrival.errand.hasFocus)
    keys(qtbot, typed)
    qtbot.waitUntil(lambda: page.form.visit is not None)
    assert (shown(page).kind, shown(page).people, shown(page).errand) == (
        VisitKind.ERRAND,
        2,
        errand,
    )
    assert page.figures.values()["parties"] == "1"
    assert page.figures.values()["contacts"] == "—"


def test_letters_that_begin_several_errands_wait_for_more(page, qtbot):
    qtbot.keyClick(page, Key.Key_F4)
    qtbot.waitUntil(page.arrival.people.hasFocus)
    keys(qtbot, "1")
    keys(qtbot, "pap")
    qtbot.waitUntil(lambda: page.form.visit is not None)
    assert shown(page).errand == "Paperwork"


def test_letters_are_typed_without_the_blanks_and_hyphens_of_the_words(qtbot):
    chips = Chips("reasons")
    qtbot.addWidget(chips)
    chips.set_options([(1, "Test drive"), (2, "Test-ride"), (3, "宋 PLUS"), (4, "宋 L")])
    with qtbot.waitSignal(chips.picked) as told:
        qtbot.keyClicks(chips, "testr")
    assert told.args == [2]
    with qtbot.waitSignal(chips.picked) as told:
        qtbot.keyClicks(chips, "sp")
    assert told.args == [3]


@pytest.mark.language("zh_CN")
def test_in_chinese_the_first_letters_are_those_of_the_pinyin(page, qtbot):
    qtbot.keyClick(page, Key.Key_F4)
    qtbot.waitUntil(page.arrival.people.hasFocus)
    keys(qtbot, "1")
    keys(qtbot, "blj")
    qtbot.waitUntil(lambda: page.form.visit is not None)
    assert shown(page).errand == "办理交车"


def test_a_letter_after_the_digit_says_how_they_came(page, qtbot):
    qtbot.keyClick(page, Key.Key_F2)
    qtbot.waitUntil(page.arrival.people.hasFocus)
    keys(qtbot, "3t")
    assert page.arrival.people.hint() == "Taxi"
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: page.form.visit is not None)
    assert shown(page).people == 3
    with page.db.read() as session:
        assert session.get_one(Visit, shown(page).id).came_by is CameBy.TAXI


def test_five_parties_walk_in_while_one_types_and_none_is_lost(page, qtbot):
    names = ["Ma", "Ke", "Lu", "Su", "He"]
    opened = []
    for number, name in enumerate(names, 1):
        opened.append(arrive(qtbot, page, str(number)).id)
        keys(qtbot, name)  # and the next party is at the door before Enter
    assert page.present.rows.ids() == opened
    for id, name in zip(reversed(opened), reversed(names), strict=True):
        assert (shown(page).id, page.form.name.text()) == (id, name)
        qtbot.keyClick(page, Key.Key_Up, CTRL)
    assert shown(page).id == opened[-1]  # round the stack once
    qtbot.keyClick(page, Key.Key_Down, CTRL)
    assert shown(page).id == opened[0]
    with page.db.read() as session:
        assert [row.name for row in visits.rows(session, opened)] == names


# --- who left


def test_left_without_being_received_takes_two_keys_and_can_be_taken_back(page, qtbot):
    visit = arrive(qtbot, page)
    clock(page, 9)
    qtbot.keyClick(page, Key.Key_F8, SHIFT)
    qtbot.waitUntil(page.unmet.reasons.hasFocus)
    with qtbot.waitSignal(page.said) as told:
        keys(qtbot, "3")
    assert told.args == ["Visit 1: left without being received after 9 minutes."]
    assert page.gone.rows.ids() == [visit.id]
    cells = [page.gone.rows.index(0, column).data() for column in (2, 6, 8)]
    assert cells == ["Unmet", "Could not wait", "00:09"]

    qtbot.keyClick(page, Key.Key_F8)  # they are still here
    qtbot.waitUntil(lambda: page.present.rows.ids() == [visit.id])
    assert (shown(page).unmet, shown(page).consultant) == ("", "王强")


def test_escape_leaves_the_party_where_it_is(page, qtbot):
    visit = arrive(qtbot, page)
    qtbot.keyClick(page, Key.Key_F8, SHIFT)
    qtbot.waitUntil(page.unmet.reasons.hasFocus)
    press(qtbot, Key.Key_Escape)
    assert not page.unmet.isVisible()
    assert page.present.rows.ids() == [visit.id]


@pytest.mark.parametrize("yes", slow_but([True], [True, False]))
def test_with_the_clock_set_back_they_leave_at_the_time_they_came(page, qtbot, asked, yes):
    visit = arrive(qtbot, page)
    asked.answers["confirm"] = yes
    clock(page, -60)
    qtbot.keyClick(page, Key.Key_F8)
    qtbot.waitUntil(lambda: bool(asked.questions))
    came, says = dates.show_clock(make.NOW), dates.show_clock(make.later(hours=-1))
    assert asked.questions == [
        f"They arrived at {came}; leaving cannot be before that. "
        f"The clock of this computer says {says}. You can write the true time later."
    ]
    with page.db.read() as session:
        assert visits.row(session, visit.id).left_at == (make.NOW if yes else None)


def test_who_was_forgotten_over_night_is_asked_for_the_time(page, qtbot):
    visit = arrive(qtbot, page)
    page.db.clock = lambda: make.later(days=1)
    page.reload()
    assert page.present.rows.ids() == [visit.id]
    assert page.present.rows.index(0, 0).data() == _("Yesterday")
    qtbot.keyClick(page, Key.Key_F8)
    qtbot.waitUntil(page.form.left.hasFocus)
    assert page.form.problems["left"].text() == "They came on 11-18: write when they left."
    left = make.later(minutes=45)
    keys(qtbot, dates.show_clock(left))
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: page.present.rows.ids() == [])
    with page.db.read() as session:
        assert visits.row(session, visit.id).left_at == left


# --- as people type a time


@pytest.mark.parametrize(
    ("typed", "day", "clock"),
    [
        ("+1 14:30", 1, "14:30"),
        ("明天 14:30", 1, "14:30"),
        ("明天下午3点半", 1, "15:30"),
        ("周六 10点", 3, "10:00"),
        ("周三 9:00", 7, "09:00"),
        ("下周一 9点15分", 5, "09:15"),
        ("sat 1430", 3, "14:30"),
        ("11-21 9:05", 3, "09:05"),
        ("16：00", 0, "16:00"),
        ("3pm", 0, "15:00"),
        ("后天晚上7点", 2, "19:00"),
    ],
)
def test_a_day_and_a_time_as_people_type_them(typed, day, clock):
    now = dates.local(make.NOW).replace(tzinfo=None)
    found = read_when(typed, now)
    assert found is not None
    assert (found.date() - now.date(), f"{found:%H:%M}") == (timedelta(days=day), clock)


@pytest.mark.parametrize("typed", ["+1", "明天", "11-21", "25:00", "sometime", "周八 10点"])
def test_without_a_time_it_is_no_appointment(typed):
    with pytest.raises(ValueError):  # noqa: PT011 - the field has the sentence
        read_when(typed, dates.local(make.NOW).replace(tzinfo=None))


def test_nothing_typed_is_no_time():
    assert read_when("  ", dates.local(make.NOW).replace(tzinfo=None)) is None


def test_who_was_expected_and_comes_after_the_close_is_let_in_with_enter(page, qtbot, db):
    id = expect(page, 5, phone=PHONE)
    with db.write() as session:
        close.sign(session, make.TODAY, totals={}, receptionist="李静", now=make.NOW)
    clock(page, 10)
    view = expected_view(qtbot, page)
    assert view.table.rows.index(0, 8).data() == "did not come"
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: not view.isVisible())
    assert plan(page, id).standing is Standing.CAME
