"""The settings of dates: days before as lists, the numbers of the rules, what cannot be."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from showroom import settings
from showroom.store.models import Promise
from tests import builders as make
from tests.amounts import slow_but
from ui.pages.settings import PARTS, SettingsPage
from ui.settings_dates import DatesSection

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def section(db: Any, page_of: Any) -> DatesSection:
    make.stop_clock(db)
    page: SettingsPage = page_of(SettingsPage)
    codes = [code for code, _title in PARTS]
    page.show_id(codes.index("dates") + 1)
    shown = page.section()
    assert isinstance(shown, DatesSection)
    return shown


def shop(section: DatesSection) -> settings.Settings:
    with section.db.read() as session:
        return settings.load(session)


def write(section: DatesSection, qtbot: Any, name: str, words: str) -> None:
    field = section.form.fields[name]
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Key.Key_Backspace)
    qtbot.keyClicks(field, words)


def test_the_defaults_are_shown_as_lists(section):
    fields = section.form.fields
    assert fields["lead_insurance"].text() == "45 30 15 7 1"
    assert fields["lead_birthday"].text() == "0"
    assert fields["inspection_tests"].text() == "6 10"
    assert fields["repair_km"].text() == "60000"


def test_lists_and_numbers_are_saved(section, qtbot):
    write(section, qtbot, "lead_insurance", "15, 30")
    write(section, qtbot, "lead_anniversary", "")
    write(section, qtbot, "service_months", "6")
    write(section, qtbot, "greet_grace_days", "0")
    qtbot.keyClick(section.form.fields["service_months"], Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: shop(section).service_months == 6)
    assert shop(section).date_leads[Promise.INSURANCE] == [30, 15]
    assert shop(section).date_leads[Promise.ANNIVERSARY] == []
    assert shop(section).greet_grace_days == 0


SLIPS = [
    ("lead_licence", "three months", "whole numbers with spaces"),
    ("lead_licence", "900", "from 0 to 365"),
    ("inspection_tests", "5", "with an inspection, too"),
    ("service_km", "3", "from 500"),
    ("greet_grace_days", "15", "from 0 to 14"),
]


@pytest.mark.parametrize(("name", "words", "said"), slow_but(SLIPS[::3], SLIPS))
def test_what_cannot_be_is_said_beside_it_and_nothing_is_saved(section, qtbot, name, words, said):
    write(section, qtbot, name, words)
    qtbot.keyClick(section.form.fields[name], Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: said in section.form.problems[name].text())
    assert shop(section) == settings.Settings()
