"""The settings of the follow-ups: a rule changed by keys, what moves said before; the holidays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from PySide6.QtCore import Qt

from showroom import settings, workdays
from showroom.people import customers, rules
from showroom.store.models import FollowUp, Level
from tests import builders as make
from tests.stories import story
from ui import jobs
from ui.pages.settings import PARTS, SettingsPage

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


@story
def desk(db: Any) -> Any:
    """Somebody of level H is to be called the day after tomorrow."""
    make.stop_clock(db)
    with db.write() as session:
        id = make.a_customer(session)
        customers.set_level(session, id, Level.WEEK, today=make.TODAY)
    return db


def section(page_of: Any, qtbot: Any, code: str) -> Any:
    page: SettingsPage = page_of(SettingsPage)
    qtbot.waitUntil(page.isActiveWindow)
    page.show_id([name for name, _title in PARTS].index(code) + 1)
    return page.section()


def shop(db: Any) -> settings.Settings:
    with db.read() as session:
        return settings.load(session)


def retype(qtbot: Any, field: Any, words: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Key.Key_Backspace)
    qtbot.keyClicks(field, words)


def days(db: Any) -> list[int]:
    with db.read() as session:
        return [(row.due_on - make.TODAY).days for row in session.query(FollowUp)]


def of(part: Any, code: str) -> int:
    return next(line.id for line in part._lines.values() if line.occasion.code == code)


def test_a_rule_says_what_it_moves_before_it_is_kept(desk, page_of, qtbot):
    part = section(page_of, qtbot, "follow_ups")
    part.table.choose(of(part, "level_week"))
    assert part.form.fields["number"].text() == "2"
    assert not part.form.fields["on"].isEnabled()
    retype(qtbot, part.form.fields["number"], "5")
    assert not part.along.isEnabled()
    qtbot.waitUntil(lambda: part.effect.text() == "1 open contact moves")
    qtbot.keyClick(part.form.fields["number"], Key.Key_M, CTRL)
    qtbot.waitUntil(lambda: days(desk) == [5])
    assert shop(desk).cadence[Level.WEEK] == 5


def test_what_is_typed_of_a_rule_or_a_year_waits_while_others_are_looked_at(desk, page_of, qtbot):
    part = section(page_of, qtbot, "follow_ups")
    said: list[str] = []
    part.page.said.connect(said.append)
    week = of(part, "level_week")
    part.table.choose(week)
    retype(qtbot, part.form.fields["number"], "5")
    part.table.choose(of(part, "level_month"))
    assert part.form.fields["number"].text() != "5"
    assert not part.save.isEnabled()
    assert said == [f"{part._lines[week].title}: what you typed waits here until you save it."]
    qtbot.wait(400)
    assert part.effect.isHidden()  # of the rule that was left
    part.table.choose(week)
    assert part.form.fields["number"].text() == "5"
    qtbot.waitUntil(lambda: part.effect.text() == "1 open contact moves")
    part.page.show_id([name for name, _title in PARTS].index("holidays") + 1)
    part = part.page.section()
    before = part.form.fields["off"].text()
    retype(qtbot, part.form.fields["off"], "02-31")
    part.years.buttons["2027"].click()
    assert part.form.fields["off"].text() != "02-31"
    part.years.buttons["2026"].click()
    assert part.form.fields["off"].text() == "02-31" != before
    assert part.save.isEnabled()


def test_what_is_typed_is_put_back_by_escape(desk, page_of, qtbot):
    part = section(page_of, qtbot, "follow_ups")
    part.table.choose(of(part, "level_week"))
    assert part.discard.isHidden()
    retype(qtbot, part.form.fields["number"], "5")
    assert part.discard.isVisible()
    qtbot.keyClick(part.form.fields["number"], Key.Key_Escape)
    qtbot.waitUntil(lambda: part.form.fields["number"].text() == "2")
    assert part.discard.isHidden()
    assert part.effect.isHidden()
    assert not part.save.isEnabled()
    part.page.show_id([name for name, _title in PARTS].index("shop") + 1)
    part = part.page.section()
    retype(qtbot, part.form.fields["shop_name"], "Beijing")
    qtbot.mouseClick(part.discard, Qt.MouseButton.LeftButton)
    assert part.form.fields["shop_name"].text() == ""
    assert not part.save.isEnabled()
    assert part.discard.isHidden()
    part.page.show_id([name for name, _title in PARTS].index("holidays") + 1)
    part = part.page.section()
    before = part.form.fields["off"].text()
    retype(qtbot, part.form.fields["off"], "02-31")
    part.years.buttons["2027"].click()
    assert part.discard.isHidden()  # of that year nothing is typed
    part.years.buttons["2026"].click()
    qtbot.keyClick(part.form.fields["off"], Key.Key_Escape)
    qtbot.waitUntil(lambda: part.form.fields["off"].text() == before)
    part.years.buttons["2027"].click()
    part.years.buttons["2026"].click()
    assert part.form.fields["off"].text() == before


def test_festivals_and_words_of_cards_are_put_back_too(desk, page_of, qtbot):
    for code, name in (("festivals", "zh"), ("wordings", "name")):
        part = section(page_of, qtbot, code)
        field = part.form.fields[name]
        before = field.text()
        retype(qtbot, field, "x")
        qtbot.keyClick(field, Key.Key_Escape)
        qtbot.waitUntil(lambda field=field, before=before: field.text() == before)
        assert part.discard.isHidden()


def test_moving_that_is_stopped_leaves_all_as_it_was(desk, page_of, qtbot, monkeypatch):
    part = section(page_of, qtbot, "follow_ups")
    part.table.choose(of(part, "level_week"))
    retype(qtbot, part.form.fields["number"], "5")
    qtbot.waitUntil(part.along.isEnabled)
    update = rules.journal.update_many

    def slow(*args: Any) -> None:  # Cancel is pressed while the rows are written
        update(*args)
        for job in jobs.running():
            job.cancel()

    monkeypatch.setattr(rules.journal, "update_many", slow)
    qtbot.mouseClick(part.along, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not jobs.running())
    assert days(desk) == [2]
    assert shop(desk).cadence[Level.WEEK] == 2
    assert part.form.fields["number"].text() == "5"  # and can be saved once more
    monkeypatch.undo()
    qtbot.mouseClick(part.along, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: days(desk) == [5])


def test_saved_for_what_comes_nothing_moves(desk, page_of, qtbot):
    part = section(page_of, qtbot, "follow_ups")
    part.table.choose(of(part, "level_week"))
    retype(qtbot, part.form.fields["value"], "20")
    retype(qtbot, part.form.fields["number"], "3")
    qtbot.keyClick(part.form.fields["number"], Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: shop(desk).cadence[Level.WEEK] == 3)
    assert days(desk) == [2]
    assert rules.rule(shop(desk), "level_week").value == 20


def test_what_cannot_be_is_said_beside_its_field(desk, page_of, qtbot):
    part = section(page_of, qtbot, "follow_ups")
    part.table.choose(of(part, "week"))
    retype(qtbot, part.form.fields["number"], "90")
    part.form.fields["unit"].set_value("months")
    qtbot.keyClick(part.form.fields["number"], Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: part.form.problems["number"].text() != "")
    assert part.form.problems["number"].text() == "Enter a whole number from 1 to 36."


def test_the_holidays_of_a_year_are_typed_and_one_that_is_not_published_says_so(
    desk, page_of, qtbot
):
    part = section(page_of, qtbot, "holidays")
    assert part.form.fields["work"].text() == "01-04 02-14 02-28 05-09 09-20 10-10"
    qtbot.mouseClick(part.years.buttons["2027"], Qt.MouseButton.LeftButton)
    assert "Not published yet" in part.source.text()
    retype(qtbot, part.form.fields["off"], "02-31")
    qtbot.keyClick(part.form.fields["off"], Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: part.form.problems["off"].text() != "")
    retype(qtbot, part.form.fields["off"], "02-04~02-10")
    qtbot.keyClick(part.form.fields["off"], Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: "2027" in shop(desk).holidays)
    last = make.TODAY.replace(year=2027, month=2, day=3)
    assert workdays.of(shop(desk)).after(last) == last + timedelta(days=8)
