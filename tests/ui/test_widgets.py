"""Small widgets, charts, and what the desk remembers of its windows."""

from __future__ import annotations

from PySide6.QtCore import Qt

from ui import charts, state
from ui.segmented import Segmented
from ui.widgets import Button, Fig, FigureRow, Tag

# -- small widgets -------------------------------------------------------------------------------


def test_a_button_shows_its_key_and_keeps_it_when_its_words_change(qtbot):
    button = Button("Print 5 Cards", "Ctrl+P", name="cards.print")
    button.setShortcut("Ctrl+P")
    qtbot.addWidget(button)
    assert button.toolTip() == "Print 5 Cards (Ctrl+P)"
    button.setText("Print A & B")
    assert button.shortcut().toString() == "Ctrl+P"
    assert button.accessibleName() == "Print A & B"


def test_figures_are_spoken_with_their_formula_and_can_be_clicked(qtbot):
    row = FigureRow("desk")
    qtbot.addWidget(row)
    row.show_figures([Fig("visits", "12", "visits today", "· 26", "parties that came in today")])
    row.show()
    figure = row.findChild(object, "desk.visits")
    assert figure.accessibleName() == "visits today: 12 · 26"
    assert figure.accessibleDescription() == "parties that came in today"
    with qtbot.waitSignal(row.clicked) as told:
        qtbot.mouseClick(figure, Qt.MouseButton.LeftButton)
    assert told.args == ["visits"]
    row.show_figures([])
    assert row.values() == {}


def test_a_tag_without_words_is_hidden(qtbot):
    tag = Tag("A")
    qtbot.addWidget(tag)
    tag.set_tag("")
    assert tag.isHidden()


def test_segments_are_chosen_by_letter_arrow_and_click(qtbot):
    levels = Segmented([("week", "H 7 days"), ("fortnight", "A 15 days")], name="desk.level")
    qtbot.addWidget(levels)
    levels.show()
    qtbot.keyClick(levels, "a")
    assert levels.code() == "fortnight"
    qtbot.keyClick(levels, Qt.Key.Key_Left)
    assert levels.code() == "week"
    qtbot.mouseClick(levels.buttons["week"], Qt.MouseButton.LeftButton)
    assert levels.code() == ""
    qtbot.keyClick(levels, Qt.Key.Key_Right)
    assert levels.code() == "week"
    qtbot.keyClick(levels, Qt.Key.Key_Delete)
    assert levels.code() == ""


# -- habits --------------------------------------------------------------------------------------


def test_habits_are_kept_in_the_data_folder(tmp_path, qtbot):
    state.use(tmp_path)
    state.set_text("scheme", "dark")
    state.set_numbers("columns/x", [10, 20])
    (tmp_path / "out").mkdir()
    state.set_folder(tmp_path / "out" / "month.xlsx")
    state.use(None)
    assert state.text("scheme", "auto") == "auto"
    state.use(tmp_path)
    assert state.text("scheme") == "dark"
    assert state.numbers("columns/x") == [10, 20]
    assert state.folder() == tmp_path / "out"
    assert (tmp_path / "desk.ini").exists()


# -- charts --------------------------------------------------------------------------------------


def test_charts_say_what_they_show_and_can_be_clicked(qtbot):
    bars, funnel = charts.Bars("figures.days"), charts.Funnel("figures.funnel")
    heat, lines = charts.Heat("figures.hours"), charts.Lines("figures.levels")
    for chart in (bars, funnel, heat, lines):
        qtbot.addWidget(chart)
        chart.resize(400, 200)
        chart.grab()
    bars.show_data([charts.Bar("1", 8, 5, "1st: 8 visits, 5 captured"), charts.Bar("2", 0)])
    funnel.show_data([charts.Step("Visits", 295), charts.Step("Deals", 41, "14 %")])
    heat.show_data(["Mon", "Tue"], ["9", "10"], [[1, 2], [0, 4]])
    lines.show_data(["10", "11"], [charts.Line("H", [3, 5])])
    assert bars.accessibleDescription() == "1st: 8 visits, 5 captured; 2: 0"
    assert funnel.accessibleDescription() == "Visits: 295; Deals: 41 14 %"
    assert heat.accessibleDescription() == "Mon: 1, 2; Tue: 0, 4"
    assert lines.accessibleDescription() == "H: 3, 5"
    for chart in (bars, funnel, heat, lines):
        chart.show()
        chart.grab()
        with qtbot.waitSignal(chart.clicked) as told:
            spot = chart._places[1][0].center().toPoint()
            qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=spot)
        assert told.args == [1]
