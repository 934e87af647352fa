"""What people typed is shown as it stands, wherever Qt would take it for markup."""

from __future__ import annotations

import ast
import logging
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, qInfo
from PySide6.QtGui import QHelpEvent, QImage, QTextDocument
from PySide6.QtGui import Qt as Text
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QMessageBox,
    QProgressDialog,
    QToolTip,
)

from showroom import logs, text
from showroom.errors import ShowroomError
from showroom.guard import staff
from showroom.store.models import Role
from tests import builders
from tests.amounts import slow_but
from tests.rigs.naughty import STRINGS
from tests.stories import once
from ui import dialogs, jobs, style
from ui.chrome import TurnLine
from ui.filters import Filter
from ui.jobs import Job
from ui.widgets import label
from ui.wiring import PAGES

ROOT = Path(__file__).parents[2]
MARKUP = (
    "<b>粗</b>",
    '<img src="file:///etc/hostname">',
    "<h1>大</h1>",
    "<a href='http://x.invalid'>点</a>",
    "<table><tr><td>1</td></tr></table>",
    "<!DOCTYPE html><b>x",
    "<?xml version='1.0'?><b>x</b>",
    "a &lt;b&gt; & <br> <i>i</i>",
)


def looks(shown: str) -> str:
    """What a person reads where Qt guesses whether it is markup."""
    if not Text.mightBeRichText(shown):
        return shown
    document = QTextDocument()
    document.setHtml(shown)
    return document.toPlainText()


SHOWN = [*MARKUP, *(s for s in STRINGS if s.isprintable())]


@pytest.mark.parametrize("words", slow_but([*MARKUP, *SHOWN[::6]], SHOWN), ids=ascii)
def test_a_tooltip_shows_what_it_is_given(words):
    assert looks(style.tip(words)).split() == words.split()


@pytest.mark.parametrize("words", MARKUP)
def test_a_tooltip_that_pops_up_shows_it(qtbot, words):
    line = TurnLine()
    qtbot.addWidget(line)
    line.show_names([words, "李娜"])
    line.show()
    QApplication.sendEvent(line, QHelpEvent(QHelpEvent.Type.ToolTip, QPoint(1, 1), QPoint(1, 1)))
    assert looks(QToolTip.text()).split() == f"Next in turn: {words} ▸ 李娜".split()
    QToolTip.hideText()


@pytest.mark.parametrize("words", MARKUP)
def test_a_label_paints_the_letters_themselves(qtbot, words):
    """As many dark pixels as the same letters painted one by one: nothing was taken for a look."""
    shown = label(words)
    plain = QLabel()
    plain.setTextFormat(Qt.TextFormat.PlainText)
    plain.setText(words)
    guessed = QLabel(words)
    for each in (shown, plain, guessed):
        qtbot.addWidget(each)
        each.resize(500, 60)
        style.apply(QApplication.instance(), "light")
    assert picture(shown) == picture(plain)
    assert picture(guessed) != picture(plain)  # so the picture would have shown it


def picture(widget: QLabel) -> QImage:
    return widget.grab().toImage()


@pytest.fixture
def real():
    """The real dialogs, which `asked` replaced."""
    import importlib

    return importlib.reload(dialogs)


@pytest.fixture
def boxes(monkeypatch):
    seen: list[QMessageBox] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: seen.append(box) or 0)
    return seen


@pytest.mark.parametrize("words", MARKUP)
def test_a_box_says_what_it_is_given(qtbot, real, boxes, words):
    real.confirm(None, f"Delete {words}?", "Delete", detail=words)
    real.show_error(None, ShowroomError(f"{words} cannot be saved."))
    real.show_error(None, ValueError(words))
    for box in boxes:
        parts = [
            each
            for each in box.findChildren(QLabel)
            if each.objectName() in {"qt_msgbox_label", "qt_msgbox_informativelabel"}
        ]
        assert parts
        assert all(each.textFormat() is Qt.TextFormat.PlainText for each in parts)
    assert len(boxes) == 3
    assert words in boxes[0].informativeText()


@pytest.mark.parametrize("words", slow_but(MARKUP[:1], MARKUP))
def test_progress_says_the_name_of_a_file_as_it_is(qtbot, words):
    from threading import Event

    go = Event()
    host = QLabel()
    qtbot.addWidget(host)
    host.show()
    Job(host, f"Writing {words}…", lambda _progress: go.wait(5), writes=True)
    qtbot.waitUntil(lambda: host.findChildren(QProgressDialog) != [])
    (dialog,) = host.findChildren(QProgressDialog)
    said = [each for each in dialog.findChildren(QLabel) if each.text()]
    assert [(each.text(), each.textFormat()) for each in said] == [
        (f"Writing {words}…", Qt.TextFormat.PlainText)
    ]
    go.set()
    qtbot.waitUntil(lambda: jobs.running() == [])


def test_a_menu_shows_an_ampersand(qtbot):
    button = Filter("Who", "test.who")
    qtbot.addWidget(button)
    button.show_options([(1, "A&B <b>")])
    assert [action.text() for action in button.menu().actions()][1] == "A&&B <b>"


def test_what_is_proposed_for_a_file_is_a_good_name(real, monkeypatch):
    proposed: list[str] = []

    def answer(_parent, _title, path, _kinds):
        proposed.append(path)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    for string in STRINGS:
        real.choose_save(None, "Save", f"{string}.xlsx", "Excel (*.xlsx)")
    assert [Path(path).name for path in proposed] == [
        text.file_name(f"{string}.xlsx") for string in STRINGS
    ]


# --- the pages, with people whose names are markup


def people_of_markup(db):
    """A naughty name in every place."""
    builders.stop_clock(db)
    naughty = "<b>粗</b><img src=x>"
    with db.write() as session:
        staff.add(session, name=naughty, role=Role.CONSULTANT)
    with db.write() as session:
        model = builders.a_model(session, f"{naughty}型")
    for number in range(3):
        with db.write() as session:
            customer = builders.a_customer(
                session, f"{naughty}{number}", note=naughty, address=naughty, wechat=naughty
            )
        with db.write() as session:
            builders.a_visit(session, name=f"{naughty}{number}", note=naughty)
        with db.write() as session:
            builders.a_deal(session, customer, model_id=model)


CODES = [spec.code for spec in PAGES]


@pytest.mark.parametrize("code", slow_but(CODES[::3], CODES))
def test_no_page_shows_a_name_as_markup(qtbot, db, page_of, code):
    """Every label, tooltip and cell of every page."""
    import importlib

    once(db, people_of_markup)
    spec = next(spec for spec in PAGES if spec.code == code)
    module, name = spec.place.split(":")
    page = page_of(getattr(importlib.import_module(module), name))
    page.show_id(1)
    qtbot.wait(300)
    for each in page.findChildren(QLabel):
        if Text.mightBeRichText(each.text()):
            assert each.textFormat() is Qt.TextFormat.PlainText, (each.objectName(), each.text())
    from PySide6.QtWidgets import QTableView, QWidget

    for widget in page.findChildren(QWidget):
        tip = widget.toolTip()
        assert not Text.mightBeRichText(tip) or looks(tip) != tip, widget.objectName()
        assert "<img" not in tip, (widget.objectName(), tip)
    for table in page.findChildren(QTableView):
        model_of = table.model()
        for row in range(min(model_of.rowCount(), 20)):
            for column in range(model_of.columnCount()):
                said = model_of.index(row, column).data(Qt.ItemDataRole.ToolTipRole) or ""
                assert "<img" not in said, (code, row, column, said)


def test_every_tooltip_passes_the_gate():
    """A constant sentence, or `style.tip` around what may hold a name."""
    free = []
    shows = ("setToolTip", "showText", "setWhatsThis", "setStatusTip")
    for path in sorted((ROOT / "ui").rglob("*.py")):
        source = path.read_text("utf-8")
        if not any(name in source for name in shows):
            continue
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr not in shows:
                continue
            said = node.args[-1]
            if not _gated(said):
                free.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert free == []


def _gated(said: ast.expr) -> bool:
    if isinstance(said, ast.IfExp):
        return _gated(said.body) and _gated(said.orelse)
    if isinstance(said, ast.Constant):
        return True
    if not isinstance(said, ast.Call):
        return False
    name = said.func.attr if isinstance(said.func, ast.Attribute) else getattr(said.func, "id", "")
    return name in {"tip", "_"}


def test_labels_of_their_own_say_that_they_are_plain():
    """`ui.widgets.label` makes them; whoever calls `QLabel` himself sets the format."""
    for path in sorted((ROOT / "ui").rglob("*.py")):
        source = path.read_text("utf-8")
        made = ("QLabel" in source or "_Quote" in source) and sum(
            isinstance(node, ast.Call)
            and getattr(node.func, "id", getattr(node.func, "attr", "")) in {"QLabel", "_Quote"}
            for node in ast.walk(ast.parse(source))
        )
        assert not made or "TextFormat.PlainText" in source, path
        if path.name == "plan_view.py":  # names of columns to click: escaped, see test_plan_columns
            source = source.replace("aside.setTextFormat(Qt.TextFormat.RichText)", "")
        for rich in (".RichText", "setHtml", "QTextBrowser", "QStaticText", "setOpenExternalLinks"):
            assert rich not in source, path


def test_what_qt_says_on_its_own_names_nobody_in_the_diary(qapp, tmp_path):
    before = logging.getLogger().level
    file = logs.start(tmp_path)
    try:
        qInfo("张伟 13800138000")
        logging.getLogger("showroom.test").info("a landmark")
        written = file.read_text("utf-8")
    finally:
        logs.stop()
        logging.getLogger().setLevel(before)
    assert "a landmark" in written
    assert "1380" not in written
    assert "张" not in written
