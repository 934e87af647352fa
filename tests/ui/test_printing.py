"""Printing for real: to a PDF file, and to a queue of CUPS; what refuses is not printed."""

from __future__ import annotations

import os
import subprocess
import time
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from showroom.cards import compose, layout, render, templates
from showroom.cards.compose import Facts
from showroom.errors import Cancelled, ShowroomError
from showroom.progress import Progress
from showroom.store.models import Honorific
from tests.amounts import slow_but
from ui import jobs, printing

QUEUE = "ShowroomPDF"


def cards(*names, size="148x100"):
    facts = [
        Facts(
            on=date(2026, 11, 21), name=name, honorific=Honorific.MR, model="汉EV", shop="城东展厅"
        )
        for name in names
    ]
    wording = templates.everything()["thanks-family"]
    return render.pdf([compose.letter(wording, one) for one in facts], size=size)


def file_printer(path):
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def sides(path):
    """The pages' sides in mm, the shorter first: a wide card is an upright paper turned."""
    document = pypdfium2.PdfDocument(path)
    return [tuple(sorted(round(side / layout.MM) for side in page.get_size())) for page in document]


def darkness(path, number=0):
    """The share of dark pixels on a page of a PDF."""
    with Path(path).open("rb") as file:
        image = printing.picture(file.read(), width=400, page=number)
    dark = sum(
        image.pixelColor(x, y).lightness() < 128
        for x in range(image.width())
        for y in range(image.height())
    )
    return dark / (image.width() * image.height())


def test_a_page_becomes_a_crisp_picture(qtbot):
    pdf = cards("张伟")
    image = printing.picture(pdf, width=300)
    assert (image.width(), image.height()) in {(300, 203), (301, 203), (300, 204), (301, 204)}
    sharp = printing.picture(pdf, width=300, ratio=2.0)
    assert abs(sharp.width() - 600) <= 1
    assert sharp.devicePixelRatio() == 2.0
    assert image.format() == QImage.Format.Format_RGB32
    assert image.pixelColor(2, 2).name() == "#ffffff"


@pytest.mark.parametrize(
    ("size", "expected"),
    slow_but(
        [("210x100", (100, 210))],
        [("148x100", (100, 148)), ("210x100", (100, 210)), ("A5", (148, 210)), ("A6", (105, 148))],
    ),
)
def test_each_card_goes_on_exactly_its_paper(qtbot, tmp_path, size, expected):
    path = tmp_path / "out.pdf"
    assert printing.send(cards("张伟", "李娜", size=size), file_printer(path), "Cards") == "out.pdf"
    assert sides(path) == [expected, expected]
    assert 0.005 < darkness(path) < 0.1
    assert 0.005 < darkness(path, 1) < 0.1


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_file_that_cannot_be_written_is_a_printer_that_refuses(qtbot, tmp_path):
    printer = file_printer(tmp_path / "missing" / "out.pdf")
    with pytest.raises(ShowroomError, match=r"out.pdf did not take the pages"):
        printing.send(cards("张伟"), printer, "Cards")


def test_neither_a_printer_nor_a_file_is_said(qtbot):
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    with pytest.raises(ShowroomError, match="There is no printer"):
        printing.send(cards("张伟"), printer, "Cards")


def test_printing_can_be_stopped_and_leaves_nothing(qtbot, tmp_path):
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        printing.send(cards("张伟"), file_printer(tmp_path / "out.pdf"), "Cards", progress)


def test_the_dialog_decides_whether_anything_is_printed(qtbot, monkeypatch, tmp_path, asked):
    window = QWidget()
    qtbot.addWidget(window)
    printed = []
    monkeypatch.setattr(printing, "choose_printer", lambda parent, printer, title: False)
    printing.print_pdf(window, cards("张伟"), "Cards", printed.append)
    assert jobs.running() == []

    def choose(_parent, printer, title):
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(tmp_path / "out.pdf"))
        return True

    monkeypatch.setattr(printing, "choose_printer", choose)
    printing.print_pdf(window, cards("张伟"), "Cards", printed.append)
    qtbot.waitUntil(lambda: printed == ["out.pdf"])
    assert sides(tmp_path / "out.pdf") == [(100, 148)]


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_refusal_is_said_and_nothing_is_called_printed(qtbot, monkeypatch, tmp_path, asked):
    window = QWidget()
    qtbot.addWidget(window)
    printed = []

    def choose(_parent, printer, title):
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(tmp_path / "missing" / "out.pdf"))
        return True

    monkeypatch.setattr(printing, "choose_printer", choose)
    printing.print_pdf(window, cards("张伟"), "Cards", printed.append)
    qtbot.waitUntil(lambda: jobs.running() == [])
    assert asked.errors == ["out.pdf did not take the pages. See to the printer, then print again."]
    assert printed == []


@pytest.mark.parametrize("button", ["Print", "Cancel"])
def test_the_systems_dialog_opens_and_answers(qtbot, asked, button):
    window = QWidget()
    qtbot.addWidget(window)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    if not printer.printerName():
        pytest.skip("no printer on this machine")

    def answer():
        dialog = QApplication.activeModalWidget()
        assert dialog.windowTitle() == "Cards"
        (wanted,) = (
            b for b in dialog.findChildren(QPushButton) if b.text() in (f"&{button}", button)
        )
        wanted.click()

    QTimer.singleShot(300, answer)
    assert printing.choose_printer(window, printer, "Cards") is (button == "Print")


# --- a real print server


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def queue(qtbot):
    """The queue ShowroomPDF of a CUPS that runs here, and where its pages land."""
    try:
        known = run("lpstat", "-a", QUEUE)
    except FileNotFoundError:
        pytest.skip("CUPS is not installed")
    if known.returncode:
        pytest.skip(f"no CUPS queue {QUEUE}: {known.stderr.strip()}")
    if os.geteuid():
        pytest.skip("only root may stop and start a queue")
    folder = Path.home() / "PDF"
    before = set(folder.glob("*.pdf"))

    def landed():
        return sorted(set(folder.glob("*.pdf")) - before)

    yield landed
    run("cupsaccept", QUEUE)
    run("cupsenable", QUEUE)
    for path in landed():
        path.unlink()


def queue_printer():
    return QPrinter(QPrinterInfo.printerInfo(QUEUE), QPrinter.PrinterMode.HighResolution)


def wait_for(landed, count):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        paths = landed()
        if len(paths) >= count and all(b"%%EOF" in path.read_bytes()[-64:] for path in paths):
            return paths
        time.sleep(0.1)
    pytest.fail("nothing came out of the printer")


def test_cards_come_out_of_a_real_queue(queue):
    assert printing.send(cards("张伟", "李娜", "张㸃"), queue_printer(), "Cards") == QUEUE
    (path,) = wait_for(queue, 1)
    assert sides(path) == [(100, 148)] * 3
    assert 0.005 < darkness(path, 2) < 0.1


def test_a_queue_that_rejects_jobs_refuses(queue):
    run("cupsreject", "-r", "no paper", QUEUE)
    with pytest.raises(ShowroomError, match="ShowroomPDF did not take the pages"):
        printing.send(cards("张伟"), queue_printer(), "Cards")
    run("cupsaccept", QUEUE)
    assert printing.send(cards("张伟"), queue_printer(), "Cards") == QUEUE
    wait_for(queue, 1)


def test_a_queue_that_is_stopped_is_not_given_the_pages(queue):
    run("cupsdisable", QUEUE)
    with pytest.raises(ShowroomError, match="ShowroomPDF is stopped"):
        printing.send(cards("张伟"), queue_printer(), "Cards")
    assert QUEUE not in run("lpstat", "-o", QUEUE).stdout
