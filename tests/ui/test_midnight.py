"""The program is left open over night, and over the end of a month."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from PySide6.QtCore import Qt

from tests import builders as make
from tests.ui.keys import focus

Key, CTRL, ALT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
LAST = date(2026, 11, 30)
EVENING = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)
MORNING = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def window(window_of: Any) -> Any:
    """A desk with an order of the last of November, opened on that evening."""

    def begin(db: Any) -> None:
        db.clock = lambda: EVENING
        about = {"now": EVENING, "today": LAST}
        with db.write() as session:
            zhang = make.a_customer(session, "张伟", **about)
        with db.write() as session:
            make.a_deal(session, zhang, ordered_on=LAST, **about)

    return window_of(begin)


def go(window: Any, qtbot: Any, number: int) -> Any:
    qtbot.keyClick(focus(), getattr(Key, f"Key_{number}"), CTRL)
    return window.pages[window.code]


def sleep(window: Any) -> None:
    """The night goes by; the window's clock ticks in the morning."""
    window.db.clock = lambda: MORNING
    window.refresh()


def of_sheets(page: Any) -> list[str]:
    return [field.text() for field in (page.out.month, page.out.first, page.out.last)]


def test_the_register_and_the_workbook_are_of_the_day_that_began(window, qtbot):
    page = go(window, qtbot, 7)
    assert of_sheets(page) == ["2026-11", "2026-11-01", "2026-11-30"]
    sleep(window)
    assert of_sheets(page) == ["2026-12", "2026-12-01", "2026-12-01"]


def test_days_that_were_chosen_stay_over_night(window, qtbot):
    page = go(window, qtbot, 7)
    page.out.last.set_value(date(2026, 11, 28))
    sleep(window)
    assert of_sheets(page) == ["2026-11", "2026-11-01", "2026-11-28"]


def test_the_figures_go_on_with_the_month_and_stay_with_an_earlier_one(window, qtbot):
    page = go(window, qtbot, 6)
    qtbot.waitUntil(lambda: page.shown is not None)
    go(window, qtbot, 1)
    sleep(window)
    page = go(window, qtbot, 6)
    qtbot.waitUntil(lambda: page.shown.first == date(2026, 12, 1))
    qtbot.keyClick(focus(), Key.Key_Left, ALT)
    qtbot.waitUntil(lambda: page.shown.first == date(2026, 11, 1))
    window.db.clock = lambda: datetime(2026, 12, 2, 8, 0, tzinfo=UTC)
    window.refresh()
    assert page.day.month == 11


def test_the_deals_are_of_the_month_that_began_and_of_an_earlier_one_that_was_chosen(window, qtbot):
    page = go(window, qtbot, 3)
    assert page.month.value() == "2026-11"
    (deal,) = page.table.rows.ids()
    sleep(window)
    assert (page.month.value(), page.table.rows.ids()) == ("2026-12", [])
    qtbot.keyClick(page.table, Key.Key_Left, ALT)
    assert page.month.value() == "2026-11"
    qtbot.waitUntil(lambda: page.table.rows.ids() == [deal])
    window.db.clock = lambda: datetime(2026, 12, 2, 8, 0, tzinfo=UTC)
    window.refresh()
    assert page.month.value() == "2026-11"
