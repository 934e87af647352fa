"""Long work on a thread, and the few boxes that ask and say."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QMainWindow,
    QMessageBox,
    QProgressDialog,
    QWidget,
)

from showroom.errors import Cancelled, ShowroomError
from ui import dialogs, jobs
from ui.jobs import Job

# -- jobs ----------------------------------------------------------------------------------------


@pytest.fixture
def window(qtbot):
    made = QMainWindow()
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_reading_job_leaves_the_window_usable_and_hands_its_result_over(window, qtbot):
    go, results = threading.Event(), []
    job = Job(
        window, "Exporting…", lambda _progress: go.wait(5) and threading.get_ident(), results.append
    )
    assert window.isEnabled()
    with qtbot.waitSignal(job.finished):
        go.set()
    assert results != [threading.get_ident()]
    assert jobs.running() == []


def test_a_writing_job_holds_the_window_and_shows_its_progress_late(window, qtbot, monkeypatch):
    monkeypatch.setattr(jobs, "LATE_MS", 1)
    go = threading.Event()

    def work(progress) -> str:
        progress.step(1, 4)
        go.wait(5)
        return "done"

    results: list[str] = []
    job = Job(window, "Importing…", work, results.append, writes=True)
    assert not window.isEnabled()
    qtbot.waitUntil(lambda: window.findChild(QProgressDialog) is not None)
    dialog = window.findChild(QProgressDialog)
    assert dialog.isEnabled()
    with qtbot.waitSignal(job.finished):
        go.set()
    assert window.isEnabled()
    assert results == ["done"]


def test_cancel_stops_the_work_and_is_silent(window, qtbot, asked, monkeypatch):
    monkeypatch.setattr(jobs, "LATE_MS", 1)

    def work(progress) -> None:
        while True:
            progress.step(1, 2)

    job = Job(window, "Importing…", work, writes=True)
    qtbot.waitUntil(lambda: window.findChild(QProgressDialog) is not None)
    with qtbot.waitSignal(job.finished):
        window.findChild(QProgressDialog).canceled.emit()
    assert window.isEnabled()


def test_an_error_in_a_job_is_said_on_the_windows_thread(window, qtbot, asked):
    def work(_progress) -> None:
        raise ShowroomError("The disk is full.")

    job = Job(window, "Exporting…", work)
    qtbot.waitSignal(job.finished).wait()
    assert asked.errors == ["The disk is full."]
    failed: list[Exception] = []
    job = Job(window, "Exporting…", work, failed=failed.append)
    qtbot.waitSignal(job.finished).wait()
    assert [str(error) for error in failed] == ["The disk is full."]


def test_closing_asks_all_jobs_to_stop_and_waits(window, qtbot):
    def work(progress) -> None:
        while True:
            progress.step(0, 1)

    Job(window, "One", work)
    Job(window, "Two", work)
    jobs.cancel_all()
    assert jobs.running() == []


# -- dialogs -------------------------------------------------------------------------------------


@pytest.fixture
def boxes(monkeypatch):
    """Message boxes that answer by themselves: the first button, or the one named."""
    seen: list[QMessageBox] = []
    press = {"words": ""}

    def answer(box: QMessageBox) -> int:
        seen.append(box)
        buttons = {button.text(): button for button in box.buttons()}
        found = buttons.get(press["words"])
        if found is not None:
            found.click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    return SimpleNamespace(seen=seen, press=press)


@pytest.fixture
def real(monkeypatch, request):
    """The real dialogs, which `asked` replaced."""
    import importlib

    return importlib.reload(dialogs)


def test_a_question_is_answered_with_its_verb(qtbot, boxes, real):
    boxes.press["words"] = "Print Again"
    assert real.confirm(None, "Print this card again?", "Print Again")
    assert boxes.seen[0].text() == "Print this card again?"


def test_a_failure_is_one_sentence_and_cancelling_none(qtbot, boxes, real):
    real.show_error(None, Cancelled())
    real.show_error(None, ShowroomError("The disk is full."))
    assert [box.text() for box in boxes.seen] == ["The disk is full."]


def test_a_failure_is_not_said_again_while_it_stands_there(qtbot, boxes, real, monkeypatch):
    full, answer = ShowroomError("The disk is full."), QMessageBox.exec

    def again(box: QMessageBox) -> int:
        real.show_error(None, full)
        return answer(box)

    monkeypatch.setattr(QMessageBox, "exec", again)
    real.show_error(None, full)
    assert len(boxes.seen) == 1
    real.show_error(None, full)
    assert len(boxes.seen) == 2


def test_a_bug_is_shown_once_with_its_details(qtbot, boxes, real, caplog, monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(real, "tell", said.append)
    boxes.press["words"] = "Copy Details"
    for _time in range(2):
        try:
            raise ValueError("what nobody thought of")
        except ValueError as error:
            real.show_error(None, error)
    assert len(boxes.seen) == 1
    assert "what nobody thought of" in QGuiApplication.clipboard().text()
    assert caplog.text.count("A bug:") == 2
    assert said == ["That did not work again. What was saved before is safe."]


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param({"位置(&L)：", "文件类型(&T)："}, marks=pytest.mark.language("zh_CN")),
        {"&Look in:", "Files of &type:"},
    ],
)
def test_the_file_dialog_speaks_one_language(qtbot, real, shown):
    seen: set[str] = set()

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QFileDialog):
            timer.stop()
            seen.update(words.text() for words in dialog.findChildren(QLabel))
            dialog.reject()

    parent = QWidget()
    qtbot.addWidget(parent)
    timer = QTimer(parent, interval=5)
    timer.timeout.connect(look)
    timer.start()
    assert real.choose_open(parent, "?", "Excel (*.xlsx)") == []
    assert shown <= seen
