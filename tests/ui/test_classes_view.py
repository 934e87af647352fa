"""The classes by keys: counts, who is meant, level moves, the sample, and the borders (F10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt

from showroom import settings
from showroom.people import customers, lists
from showroom.settings import CLASS_LIMITS
from showroom.store import journal, models
from showroom.store.models import Level
from tests import builders as make
from tests.stories import story
from tests.ui.keys import focus
from ui.classes import ClassesView
from ui.pages.customers import CustomersPage
from ui.pages.settings import PARTS, SettingsPage

Key, Alt = Qt.Key, Qt.KeyboardModifier.AltModifier


@story
def people(db: Any) -> dict[str, int]:
    """A buyer with a car, one who means to buy within the week, one who was never rated."""
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session)
    ids = {}
    for name, level in (("张伟", Level.UNRATED), ("李娜", Level.WEEK), ("赵磊", Level.UNRATED)):
        with db.write() as session:
            ids[name] = make.a_customer(session, name, level=level)
    with db.write() as session:
        make.a_deal(session, ids["张伟"])
    with db.write() as session:
        journal.act(session, "vehicle")
        session.add(
            models.Vehicle(
                customer_id=ids["张伟"],
                plate="京A12345",
                plated_on=date(2025, 11, 18),
                km=36500,
                km_on=make.TODAY,
                services=5,
            )
        )
    return ids


@pytest.fixture
def page(people: dict[str, int], page_of: Callable[[Any], Any]) -> CustomersPage:
    opened: CustomersPage = page_of(CustomersPage)
    return opened


def open_view(qtbot: Any, page: CustomersPage) -> ClassesView:
    qtbot.waitUntil(page.isActiveWindow)
    qtbot.keyClick(page, Key.Key_F10)
    qtbot.waitUntil(lambda: page.views.current == "classes")
    view = page.views.made["classes"]
    assert isinstance(view, ClassesView)
    qtbot.waitUntil(lambda: bool(view.note.text()))
    return view


def go_to(qtbot: Any, view: ClassesView, part: str) -> None:
    view.part.setFocus()
    for _step in range(5):
        if view.part.code() != part:
            qtbot.keyClick(view.part, Key.Key_Right)
    assert view.part.code() == part


def shown(table: Any, column: int = 0) -> list[str]:
    return [table.rows.index(n, column).data() for n in range(table.rows.rowCount())]


def counts(view: ClassesView) -> dict[str, int]:
    bars = view.groups.bars
    found = [bars.bar(code) for code in bars.codes()]
    return {bar.label: bar.count for bar in found if bar is not None and bar.count}


def test_a_class_is_chosen_by_arrows_and_its_customer_shown(page, qtbot, people):
    view = open_view(qtbot, page)
    assert view.note.text() == "Customers: 3"
    assert counts(view) == {"Active customer": 1, "H": 1, "Potential": 1}
    assert (shown(view.groups.table), shown(view.groups.table, 1)) == (
        ["Mr 张伟"],
        ["last contact 2026-11-18, 5 visits to the workshop"],
    )

    # Down into the picture, Right to the contact cards, Up to H; Enter to its customers.
    assert focus() is view.part
    qtbot.keyClick(focus(), Key.Key_Down)
    assert focus() is view.groups.bars
    qtbot.keyClick(focus(), Key.Key_Right)
    qtbot.keyClick(focus(), Key.Key_Up)
    assert shown(view.groups.table) == ["Mr 李娜"]
    assert view.groups.card.title.text() == "H"
    qtbot.keyClick(focus(), Key.Key_Return)
    assert focus() is view.groups.table
    assert page.id == people["李娜"]
    assert page.side.title.text() == "Mr 李娜"

    # The other way, and past the ends, nothing else happens.
    view.groups.bars.setFocus()
    qtbot.keyClick(focus(), Key.Key_Left)
    assert view.groups.card.title.text() == "Loyal customer"
    assert shown(view.groups.table) == []
    qtbot.keyClick(focus(), Key.Key_Up)
    qtbot.keyClick(focus(), Key.Key_Left)
    qtbot.keyClick(focus(), Key.Key_Return)
    assert focus() is view.groups.bars


def test_a_click_on_a_bar_shows_who_is_meant(page, qtbot):
    view = open_view(qtbot, page)
    view.grab()
    place = view.groups.bars._places[view.groups.bars.codes().index("ContactCard.potential")][0]
    qtbot.mouseClick(view.groups.bars, Qt.MouseButton.LeftButton, pos=place.center().toPoint())
    assert shown(view.groups.table) == ["Mr 赵磊"]
    qtbot.mouseClick(view.groups.bars, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert shown(view.groups.table) == ["Mr 赵磊"]


def test_who_is_in_a_class_is_put_on_a_list_together(page, qtbot, people):
    view = open_view(qtbot, page)
    qtbot.keyClick(view.part, Key.Key_Down)
    qtbot.keyClick(focus(), Key.Key_Right)
    for _step in range(4):
        qtbot.keyClick(focus(), Key.Key_Down)
    qtbot.keyClick(focus(), Key.Key_Return)
    qtbot.keyClick(focus(), Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert view.groups.many.ids() == [people["赵磊"]]
    view.groups.many._new_list("潜在")
    with page.db.read() as session:
        (kept,) = lists.rows(session)
        assert lists.members(session, kept.id, today=make.TODAY) == [people["赵磊"]]


def test_relationships_and_value(page, qtbot):
    view = open_view(qtbot, page)
    go_to(qtbot, view, "relationships")
    assert counts(view) == {"Key relation": 1, "Potential relation": 2}
    assert shown(view.groups.table, 1) == ["bought"]
    go_to(qtbot, view, "value")
    assert counts(view) == {"First target": 1, "No order that counts": 2}
    assert shown(view.groups.table, 1) == ["No. 1 · 100.0 % of the sales"]
    assert shown(view.groups.table, 2) == ["218,000"]
    bar = view.groups.bars.bar("Band.first")
    assert bar.note == "100.0 % of the sales, 218,000"
    assert "All orders count." in view.groups.words.text()
    qtbot.keyClick(view.part, Key.Key_Down)
    qtbot.keyClick(focus(), Key.Key_Right)
    qtbot.keyClick(focus(), Key.Key_Down)
    assert shown(view.groups.table, 1) == ["", ""]


def test_what_is_saved_is_counted_anew(page, qtbot, people):
    view = open_view(qtbot, page)
    with page.db.write() as session:
        customers.set_level(session, people["赵磊"], Level.MONTH, today=make.TODAY)
    with page.db.write() as session:
        customers.set_level(session, people["李娜"], Level.MONTH, today=make.TODAY)
    qtbot.waitUntil(lambda: counts(view) == {"Active customer": 1, "B": 2})


def test_without_a_deal_the_value_says_what_is_missing(db, page_of, qtbot):
    make.stop_clock(db)
    with db.write() as session:
        make.a_customer(session)
    view = open_view(qtbot, page_of(CustomersPage))
    go_to(qtbot, view, "value")
    assert view.groups.words.text().startswith("No order counts yet")
    go_to(qtbot, view, "sample")
    qtbot.waitUntil(lambda: view.sample.figures.values() == {"share": "—", "busy": "—"})
    assert not view.sample.export.isEnabled()


def test_the_level_moves_of_a_month(page, qtbot, people):
    page.db.clock = lambda: make.later(days=20)
    with page.db.write() as session:
        customers.set_level(session, people["李娜"], Level.MONTH, today=page.db.today())
    with page.db.write() as session:
        customers.set_level(session, people["赵磊"], Level.FORTNIGHT, today=page.db.today())
    view = open_view(qtbot, page)
    go_to(qtbot, view, "moves")
    moves = view.moves
    qtbot.waitUntil(lambda: bool(moves.sums.text()))
    assert moves.month.text() == "2026-12"
    assert not moves.later.isEnabled()
    assert moves.sums.text() == "nearer to buying 1 · farther 1 · new on file 0"

    # Arrows go from number to number, Enter to the names.
    qtbot.keyClick(view.part, Key.Key_Down)
    assert focus() is moves.matrix
    found = {}
    for _row in range(8):
        qtbot.keyClick(focus(), Key.Key_Up)
    for _row in range(7):
        for _column in range(6):
            qtbot.keyClick(focus(), Key.Key_Left)
        for _column in range(6):
            for name in shown(moves.table):
                found[name] = shown(moves.table, 1)[0]
            qtbot.keyClick(focus(), Key.Key_Right)
        qtbot.keyClick(focus(), Key.Key_Down)
    assert found == {"Mr 李娜": "H → B", "Mr 赵磊": "N → A"}
    moves.matrix.set_cell((1, 2))
    moves._show_cell()
    qtbot.keyClick(focus(), Key.Key_Return)
    assert focus() is moves.table
    assert page.id == people["赵磊"]

    # The month before: who came on file; a click on a number shows them.
    qtbot.keyClick(focus(), Key.Key_PageUp, Alt)
    qtbot.waitUntil(lambda: moves.sums.text().endswith("new on file 3"))
    moves.grab()
    place = moves.matrix._places[5][0]
    qtbot.mouseClick(moves.matrix, Qt.MouseButton.LeftButton, pos=place.center().toPoint())
    assert shown(moves.table) == ["Mr 赵磊"]
    assert moves.card.title.text() == "New on file → N"
    qtbot.keyClick(moves.matrix, Key.Key_PageUp, Alt)
    qtbot.waitUntil(lambda: moves.words.text().startswith("No level changed"))
    qtbot.keyClick(moves.matrix, Key.Key_Return)
    qtbot.keyClick(focus(), Key.Key_PageDown, Alt)
    qtbot.waitUntil(lambda: moves.sums.text().endswith("new on file 3"))


def test_the_sample_is_counted_with_other_numbers_and_kept(page, qtbot, people):
    view = open_view(qtbot, page)
    go_to(qtbot, view, "sample")
    sample = view.sample
    qtbot.waitUntil(lambda: sample.figures.values() == {"share": "100.0 %", "busy": "100.0 %"})
    assert shown(sample.table) == ["京A12345"]
    qtbot.keyClick(view.part, Key.Key_Down)
    assert focus() is sample.form.fields["km_least"]

    # More visits than it has: nothing is left, and no list can be kept.
    sample.form.focus("services")
    sample.form.fields["services"].selectAll()
    qtbot.keyClicks(focus(), "6")
    qtbot.keyClick(focus(), Key.Key_Return)
    qtbot.waitUntil(lambda: shown(sample.table) == [])
    assert sample.figures.values() == {"share": "0.0 %", "busy": "—"}

    # Letters are refused beside the field, and what was counted stays.
    sample.form.focus("km_most")
    sample.form.fields["km_most"].selectAll()
    qtbot.keyClicks(focus(), "many")
    qtbot.keyClick(sample, Key.Key_Return, Alt)
    wrong = sample.form.problems["km_most"].text
    qtbot.waitUntil(lambda: wrong() == "Enter a whole number from 1 to 9999.")
    sample.form.fields["km_most"].selectAll()
    qtbot.keyClicks(focus(), "5")
    qtbot.keyClick(sample, Key.Key_Return, Alt)
    qtbot.waitUntil(lambda: wrong() == "It must be more than the least.")

    # Emptied fields mean the usual numbers again; the owners become a list.
    for name in ("km_most", "services"):
        sample.form.fields[name].clear()
    qtbot.keyClick(sample, Key.Key_Return, Alt)
    qtbot.waitUntil(lambda: shown(sample.table) == ["京A12345"])
    sample.table.setFocus()
    qtbot.keyClick(sample.table, Key.Key_Down)
    assert page.id == people["张伟"]
    name = sample.list.fields["name"]
    name.setFocus()
    qtbot.keyClicks(name, "Sample")
    qtbot.keyClick(name, Key.Key_Return)
    with page.db.read() as session:
        (kept,) = lists.rows(session)
        assert (kept.name, kept.by_hand) == ("Sample", 1)
        assert lists.members(session, kept.id, today=make.TODAY) == [people["张伟"]]
    qtbot.keyClick(name, Key.Key_Return)
    assert sample.list.problems["name"].text()


def test_a_class_and_the_sample_are_taken_out(page, qtbot, asked, tmp_path: Path):
    view = open_view(qtbot, page)
    said: list[str] = []
    page.said.connect(said.append)
    asked.answers["save"] = tmp_path / "class.xlsx"
    qtbot.keyClick(view, Key.Key_T, Alt)
    qtbot.waitUntil(lambda: said == ["Saved: class.xlsx"])
    go_to(qtbot, view, "sample")
    qtbot.waitUntil(lambda: shown(view.sample.table) == ["京A12345"])
    asked.answers["save"] = tmp_path / "sample.csv"
    qtbot.keyClick(view, Key.Key_T, Alt)
    qtbot.waitUntil(lambda: "Saved: sample.csv" in said)
    assert "京A12345" in (tmp_path / "sample.csv").read_text("utf-8-sig")
    asked.answers["save"] = None
    qtbot.keyClick(view, Key.Key_T, Alt)
    qtbot.waitUntil(lambda: len(asked.questions) == 3)


def test_the_file_says_the_classes_with_their_reasons(page, qtbot, people):
    page.show_id(people["张伟"])
    line = page.file.class_line
    assert line.isVisible()
    assert (line.tags["card"].text(), line.reasons["card"].text()) == (
        "Active customer",
        "last contact 2026-11-18, 5 visits to the workshop",
    )
    assert line.tags["relationship"].text() == "Key relation"
    qtbot.waitUntil(lambda: line.tags["value"].text() == "First target")
    assert line.reasons["value"].text().startswith("218,000: among those who make the first 20 %")
    assert line.reasons["losing"].isHidden()
    page.show_id(people["赵磊"])
    assert not line.isVisible()  # nothing is known of him
    page.db.clock = lambda: make.later(days=600)
    page.show_id(people["张伟"])
    assert line.reasons["losing"].text() == "not seen since 2026-11-18"


def test_the_borders_are_settings(db, page_of, qtbot):
    make.stop_clock(db)
    page = page_of(SettingsPage)
    page.show_id(1 + [code for code, _title in PARTS].index("classes"))
    qtbot.waitUntil(page.isActiveWindow)
    form = page.classes.form
    assert set(form.fields) == set(CLASS_LIMITS)
    form.fields["value_basis"].setFocus()
    form.fields["value_basis"].selectAll()
    qtbot.keyClicks(form.fields["value_basis"], "20")
    qtbot.keyClick(form, Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(form.problems["value_basis"].text()))
    assert form.problems["value_basis"].text() == "It must be more than the border of the first."
    form.fields["value_basis"].selectAll()
    qtbot.keyClicks(form.fields["value_basis"], "40")
    form.fields["losing_months"].clear()
    qtbot.keyClick(form, Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not page.classes.save.isEnabled())
    with db.read() as session:
        shop = settings.load(session)
    assert (shop.value_basis, shop.losing_months) == (40, 18)
