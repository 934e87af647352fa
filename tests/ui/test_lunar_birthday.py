"""A lunar birthday: ticked in the form, changed in the file, its card and its day of this year."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import select

from showroom.cards import occasions
from showroom.care import calendar
from showroom.errors import Invalid
from showroom.people import customers, filters, merging, search
from showroom.people.comparing import Side
from showroom.store.models import Card, CardKind, Customer, Promise
from tests import builders as make
from tests.stories import story
from ui.fields import Birthday
from ui.pages.customers import CustomersPage

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier


@story
def zhang(db: Any) -> int:
    make.stop_clock(db)
    with db.write() as session:
        return make.a_customer(session, birthday=date(1980, 10, 12))


@pytest.fixture
def born(qtbot):
    """The field with what was typed."""

    def typed(text):
        field = Birthday("birthday", "Birthday", today=lambda: make.TODAY)
        qtbot.addWidget(field)
        field.setText(text)
        return field

    return typed


def kept(db: Any, id: int) -> tuple[date | None, bool]:
    with db.read() as session:
        found = session.get_one(Customer, id)
        return found.birthday, found.birthday_lunar


def edit(page: CustomersPage, id: int, qtbot: Any) -> None:
    """Open the form of somebody by its key."""
    page.show_id(id)
    qtbot.waitUntil(page.isActiveWindow)
    page.focus_first()
    qtbot.keyClick(page.focusWidget(), Key.Key_F2, Qt.KeyboardModifier.ShiftModifier)


def test_the_form_has_a_tick_beside_the_birthday(page_of, zhang, db, qtbot):
    page = page_of(CustomersPage)
    edit(page, zhang, qtbot)
    tick = page.form.fields["birthday_lunar"]
    qtbot.waitUntil(tick.isVisible)
    assert not tick.isChecked()
    tick.setFocus()
    qtbot.keyClick(tick, Key.Key_Space)
    qtbot.keyClick(page, Key.Key_S, Ctrl)
    qtbot.waitUntil(lambda: kept(db, zhang) == (date(1980, 10, 12), True))
    assert page.file.facts["birthday"].text() == "1980-10-12 lunar · next on 11-20"
    fact = page.file.facts["birthday_lunar"]
    assert fact.text() == "Yes"
    fact.edit()
    fact.field.setFocus()
    qtbot.keyClick(fact.field, Key.Key_Up)
    qtbot.keyClick(fact.field, Key.Key_Return)
    qtbot.waitUntil(lambda: kept(db, zhang) == (date(1980, 10, 12), False))


def test_without_a_birthday_nobody_is_asked_for_the_calendar_of_it(page_of, db, qtbot):
    make.stop_clock(db)
    with db.write() as session:
        id = make.a_customer(session)
    page = page_of(CustomersPage)
    page.show_id(id)
    assert page.file.grid.is_withheld("birthday_lunar")


def test_the_card_of_a_lunar_birthday_is_due_before_its_day_of_this_year(db, zhang):
    with db.write() as session:
        make.a_deal(session, zhang)
        customers.change(session, zhang, birthday_lunar=True)
    with db.write() as session:
        assert occasions.remember(session, today=make.TODAY) == 1  # 十月十二 is 20 November
        assert occasions.remember(session, today=make.TODAY) == 0
    with db.read() as session:
        card = session.scalars(select(Card).where(Card.kind == CardKind.BIRTHDAY)).one()
        assert card.late_on == date(2026, 11, 20)


def test_the_birthday_of_the_other_comes_with_its_calendar(db, zhang):
    with db.write() as session:
        other = make.a_customer(session, "张小伟", birthday=date(1981, 8, 15), birthday_lunar=True)
        merging.merge(
            session,
            other,
            zhang,
            chosen={"birthday": Side.OTHER},
            now=make.NOW,
            today=make.TODAY,
        )
    assert kept(db, zhang) == (date(1981, 8, 15), True)


def test_the_thirtieth_of_the_second_month_is_typed_kept_and_shown(page_of, zhang, db, qtbot):
    page = page_of(CustomersPage)
    page.show_id(zhang)
    fact = page.file.facts["birthday"]
    fact.edit()
    fact.field.selectAll()
    qtbot.keyClicks(fact.field, "1981-02-30")
    qtbot.keyClick(fact.field, Key.Key_Return)
    qtbot.waitUntil(lambda: fact.problem is not None and fact.problem.text() != "")
    assert fact.problem.text() == "February has no such day: tick Lunar, or correct it."
    qtbot.keyClick(fact.field, Key.Key_Escape)
    with db.write() as session:
        customers.change(session, zhang, birthday_lunar=True)
    page.file.facts["birthday"].edit()
    field = page.file.facts["birthday"].field
    field.selectAll()
    qtbot.keyClicks(field, "1981-02-30")
    qtbot.keyClick(field, Key.Key_Return)
    qtbot.waitUntil(lambda: kept(db, zhang) == (date(1981, 2, 28), True))
    assert page.file.facts["birthday"].text() == "1981-02-30 lunar · next on 2027-04-06"
    with db.write() as session:
        make.a_deal(session, zhang)
        with pytest.raises(Invalid, match="no such day"):
            customers.change(session, zhang, birthday_lunar=False)
        for year, day in ((2027, date(2027, 4, 6)), (2028, date(2028, 3, 25))):
            span = date(year, 1, 1), date(year, 12, 31)
            found = calendar.entries(session, *span, kind=Promise.BIRTHDAY)
            near = calendar.entries(session, day, day, kind=Promise.BIRTHDAY)
            assert [one.day for one in found] == [one.day for one in near] == [day]


def test_who_has_his_birthday_this_month_is_read_from_the_lunar_year(db):
    make.stop_clock(db)
    with db.write() as session:
        lunar = make.a_customer(session, "农历", birthday=date(1980, 10, 12), birthday_lunar=True)
        solar = make.a_customer(session, "公历", birthday=date(1980, 11, 30))
        make.a_customer(session, "别的月", birthday=date(1980, 11, 12), birthday_lunar=True)
        leap = make.a_customer(session, "闰日", birthday=date(1980, 2, 29))

        def born(code, today=make.TODAY):
            wanted = filters.Filter(birthday=code)
            return set(search.find(session, where=filters.conditions(wanted, today=today)))

        assert born("month") == {lunar, solar}  # 11-20 in this year
        assert born("week") == {lunar}
        assert born("week", date(2027, 2, 25)) == {leap}
        assert born("month", date(2027, 2, 1)) == {leap}


def test_a_birthday_is_typed_without_its_year(page_of, zhang, db, qtbot):
    page = page_of(CustomersPage)
    page.show_id(zhang)
    qtbot.waitUntil(page.isActiveWindow)
    fact = page.file.facts["birthday"]
    for typed, day, shown in (
        ("10月3日", date(1604, 10, 3), "10-03"),
        ("2-29", date(1604, 2, 29), "02-29"),
        ("1980-10-12", date(1980, 10, 12), "1980-10-12"),
    ):
        fact.edit()
        fact.field.setText(typed)
        fact.field.edited.emit()
        qtbot.keyClick(fact.field, Key.Key_Return)
        qtbot.waitUntil(lambda day=day: kept(db, zhang) == (day, False))
        assert fact.text() == shown
    page.focus_first()
    qtbot.keyClick(page.focusWidget(), Key.Key_F2, Qt.KeyboardModifier.ShiftModifier)
    field = page.form.fields["birthday"]
    qtbot.waitUntil(field.isVisible)
    field.setText("8.15")
    field.edited.emit()
    page.form.fields["birthday_lunar"].setChecked(True)
    qtbot.keyClick(page, Key.Key_S, Ctrl)
    qtbot.waitUntil(lambda: kept(db, zhang) == (date(1604, 8, 15), True))
    assert page.file.facts["birthday"].text().startswith("08-15 lunar · next on ")


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("85-5-1", date(1985, 5, 1)),
        ("85年5月1日", date(1985, 5, 1)),
        ("26.11.1", date(2026, 11, 1)),
        ("26/12/31", date(1926, 12, 31)),
        ("5-1", "05-01"),
        ("81-02-30", "1981-02-30"),
        ("19810230", "1981-02-30"),
        ("19810501", date(1981, 5, 1)),
    ],
)
def test_a_birthday_of_two_digits_is_never_to_come(born, typed, day):
    assert born(typed).value() == day


@pytest.mark.parametrize(
    "typed", ["198-5-1", "21", "3月", "+3", "1985", "1981230", "85-13-1", "1885-5-1"]
)
def test_a_birthday_that_is_none_is_said(born, typed):
    with pytest.raises(Invalid) as told:
        born(typed).value()
    assert told.value.problems == {"birthday": "There is no such day. Write it as 2026-11-21."}


@pytest.mark.parametrize(
    ("day", "by_moon", "sentence"),
    [
        (date(2085, 5, 1), False, "2085-05-01 has not come yet."),
        ("2085-02-30", True, "2085-02-28 has not come yet."),
        (date(198, 5, 1), False, "There is no such day: 0198-05-01."),
    ],
)
def test_nobody_is_born_later_or_before_all_years(db, zhang, day, by_moon, sentence):
    with pytest.raises(Invalid, match=sentence), db.write() as session:
        customers.change(session, zhang, birthday=day, birthday_lunar=by_moon)
    assert kept(db, zhang) == (date(1980, 10, 12), False)


def test_a_birthday_to_come_is_said_beside_its_field(page_of, zhang, db, qtbot):
    page = page_of(CustomersPage)
    edit(page, zhang, qtbot)
    field = page.form.fields["birthday"]
    qtbot.waitUntil(field.isVisible)
    field.setText("2085-5-1")
    field.edited.emit()
    qtbot.keyClick(page, Key.Key_S, Ctrl)
    qtbot.waitUntil(lambda: bool(page.form.problems["birthday"].text()))
    assert page.form.problems["birthday"].text() == "2085-05-01 has not come yet."
    assert kept(db, zhang) == (date(1980, 10, 12), False)
