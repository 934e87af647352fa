"""A lunar birthday: ticked in the form, changed in the file, its card and its day of this year."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import select

from showroom.cards import occasions
from showroom.people import customers, merging
from showroom.people.comparing import Side
from showroom.store.models import Card, CardKind, Customer
from tests import builders as make
from ui.pages.customers import CustomersPage

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def zhang(db: Any) -> int:
    make.stop_clock(db)
    with db.write() as session:
        return make.a_customer(session, birthday=date(1980, 10, 12))


def kept(db: Any, id: int) -> tuple[date | None, bool]:
    with db.read() as session:
        found = session.get_one(Customer, id)
        return found.birthday, found.birthday_lunar


def test_the_form_has_a_tick_beside_the_birthday(page_of, zhang, db, qtbot):
    page = page_of(CustomersPage)
    page.show_id(zhang)
    qtbot.waitUntil(page.isActiveWindow)
    page.focus_first()
    qtbot.keyClick(page.focusWidget(), Key.Key_E, Ctrl)
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
