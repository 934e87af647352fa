"""The settings of archive and contest: fields on and off, weights, the rule of each quarter."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from showroom import settings
from showroom.store.models import Role
from tests import builders as make
from ui.pages.settings import PARTS, SettingsPage
from ui.settings_archive import ArchiveSection

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(db: Any, page_of: Any) -> SettingsPage:
    make.stop_clock(db)
    opened: SettingsPage = page_of(SettingsPage)
    codes = [code for code, _title in PARTS]
    opened.show_id(codes.index("archive") + 1)
    assert isinstance(opened.section(), ArchiveSection)
    return opened


def shop(page: SettingsPage) -> settings.Settings:
    with page.db.read() as session:
        return settings.load(session)


def tick(qtbot: Any, page: SettingsPage, name: str) -> None:
    field = page.archive.form.fields[name]
    field.setFocus()
    qtbot.keyClick(field, Key.Key_Space)


def save(qtbot: Any, page: SettingsPage) -> None:
    with qtbot.waitSignal(page.said):
        qtbot.keyClick(page, Key.Key_S, CTRL)


def test_the_sensitive_fields_are_off_with_the_reason_and_may_be_switched_on(page, qtbot):
    fields = page.archive.form.fields
    assert fields["archive_name"].isChecked()
    assert not fields["archive_ethnicity"].isChecked()
    assert fields["archive_ethnicity"].text() == "Ethnicity (sensitive)"
    tick(qtbot, page, "archive_ethnicity")
    tick(qtbot, page, "archive_clothes")
    save(qtbot, page)
    assert shop(page).archive_off == ["clothes", "values"]
    assert shop(page).contest_points == {}


def test_weights_rules_and_rewards_are_kept(page, qtbot):
    fields = page.archive.form.fields
    assert [fields[f"rule_{n}"].value() for n in range(4)] == [
        *("count", "completeness", "honesty", "free")
    ]
    for name, typed in (("archive_basic", "30"), ("contest_sample", ""), ("contest_least", "3")):
        fields[name].setFocus()
        fields[name].clear()
        qtbot.keyClicks(fields[name], typed)
    fields["rule_3"].setFocus()
    qtbot.keyClick(fields["rule_3"], Key.Key_Up)
    fields["contest_reward"].setFocus()
    qtbot.keyClicks(fields["contest_reward"], "a day off")
    save(qtbot, page)
    kept = shop(page)
    assert (kept.archive_basic, kept.contest_sample, kept.contest_least) == (30, 5, 3)
    assert kept.contest_rules == ["count", "completeness", "honesty", "honesty"]
    assert (kept.contest_reward, kept.contest_penalty) == ("a day off", "")


def test_a_weight_that_is_none_is_said_beside_it(page, qtbot):
    field = page.archive.form.fields["archive_basic"]
    field.setFocus()
    field.clear()
    qtbot.keyClicks(field, "120")
    qtbot.keyClick(field, Key.Key_S, CTRL)
    problem = page.archive.form.problems["archive_basic"]
    qtbot.waitUntil(lambda: problem.text() == "Enter a whole number from 0 to 100.")
    assert shop(page).archive_basic == 20


def test_one_field_stays_on(page, qtbot):
    fields = page.archive.form.fields
    for name, field in fields.items():
        if name.startswith("archive_") and name != "archive_basic" and field.isChecked():
            tick(qtbot, page, name)
    qtbot.keyClick(page, Key.Key_S, CTRL)
    problem = page.archive.form.problems["archive_name"]
    qtbot.waitUntil(lambda: problem.text() == "Leave one field on at least.")
    assert shop(page).archive_off == ["ethnicity", "values"]


def test_a_consultant_changes_nothing_here(page, qtbot, asked):
    with page.db.write() as session:
        boss = make.a_member(session, "陈主管", Role.MANAGER)
        lena = make.a_member(session, "李娜")
        make.a_pin(session, boss, "2468", by=boss)
    page.db.staff_id = lena
    tick(qtbot, page, "archive_values")
    qtbot.keyClick(page, Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: bool(asked.errors))
    assert shop(page).archive_off == ["ethnicity", "values"]
