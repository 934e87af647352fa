"""The tour: a whole day by keys; its pictures, cards and workbook."""

from __future__ import annotations

import json
from argparse import Namespace

import pytest
from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMainWindow, QWidget

from showroom import i18n
from showroom.errors import ShowroomError
from ui import dialogs, tour
from ui.wiring import PAGES


class Windows(QObject):
    """Notes every window of its own that is shown beside the main one."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def eventFilter(self, shown, event):
        if (
            event.type() == QEvent.Type.Show
            and isinstance(shown, QWidget)
            and shown.isWindow()
            and not isinstance(shown, QMainWindow)
            and shown.property("popup") != "true"
            and shown.windowType().name not in ("Popup", "ToolTip")
        ):
            self.seen.append(shown.objectName() or type(shown).__name__)
        return False


@pytest.mark.slow
def test_the_tour_shows_every_page_and_writes_the_papers(qapp, qtbot, tmp_path, capsys):
    windows = Windows()
    qapp.installEventFilter(windows)
    told = dialogs.show_error
    assert tour.run(Namespace(out=tmp_path / "out", json=True)) == 0
    qapp.removeEventFilter(windows)

    files = json.loads(capsys.readouterr().out)["files"]
    names = {file.rsplit("/", 1)[-1] for file in map(str, files)}
    assert names == {file.name for file in (tmp_path / "out").iterdir()}
    for language in ("zh", "en"):
        assert {f"{page.code}-{language}-light-1366x768.png" for page in PAGES} <= names
        assert {f"desk-{language}-dark-{size}.png" for size in ("1366x768", "1920x1080")} <= names
    assert {"cards.pdf", "cards-1.png", "month-2026-11.xlsx"} <= names
    large = QImage(str(tmp_path / "out" / "desk-zh-light-1920x1080.png"))
    assert large.size() == QSize(1920, 1080)
    assert windows.seen == [], "a widget was shown before it had a parent: it flashes as a window"
    assert (dialogs.show_error, i18n.language()) == (told, "en")


def test_a_file_in_the_place_of_the_folder_is_a_sentence(qapp, tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(ShowroomError, match="not a folder"):
        tour.run(Namespace(out=tmp_path / "out", json=False))
