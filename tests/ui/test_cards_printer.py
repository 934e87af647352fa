"""Cards on a real print server: what it takes is marked, whatever it refuses stays due."""

from __future__ import annotations

import os
import re
import subprocess
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinterInfo

from showroom.store.models import Card
from tests import builders
from ui import jobs, printing
from ui.pages.cards import CardsPage

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
QUEUE = "ShowroomCards"
DRIVER = "/usr/share/ppd/cups-pdf/CUPS-PDF_opt.ppd"
FOLDER = Path.home() / "PDF"
OTHERS = re.compile(
    r"\*CustomPageSize True: \"[^\"]*\"\n\*End\n|[^\n]*CustomPageSize[^\n]*\n"
    r"|\*(PageSize|PageRegion|ImageableArea|PaperDimension) (?!A[45][/:])[^\n]*\n"
)


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def printer(qtbot, monkeypatch):
    """A queue of its own on the CUPS that runs here; the print dialog chooses it."""
    try:
        running = run("lpstat", "-r")
    except FileNotFoundError:
        pytest.skip("CUPS is not installed")
    if "not running" in running.stdout + running.stderr:
        pytest.skip("no CUPS is running")
    if os.geteuid() or not Path(DRIVER).exists():
        pytest.skip("only root may make a queue, and only with the driver of cups-pdf")
    before = set(FOLDER.glob("*.pdf"))

    class Queue:
        meanwhile = staticmethod(lambda: None)

        def make(self):
            assert (
                run("lpadmin", "-p", QUEUE, "-E", "-v", "cups-pdf:/", "-P", DRIVER).returncode == 0
            )

        def choose(self, _parent, chosen, _title):
            chosen.setPrinterName(QUEUE)
            self.meanwhile()  # between the dialog and the first page
            return True

        def waiting(self):
            return run("lpstat", "-o", QUEUE).stdout

        def came_out(self):
            until = time.monotonic() + 30
            while time.monotonic() < until:
                found = set(FOLDER.glob("*.pdf")) - before
                if found and all(b"%%EOF" in path.read_bytes()[-64:] for path in found):
                    return sum(len(pypdfium2.PdfDocument(path)) for path in found)
                time.sleep(0.1)
            return 0

    made = Queue()
    made.make()
    monkeypatch.setattr(printing, "choose_printer", made.choose)
    yield made
    run("cancel", "-a", QUEUE)
    run("lpadmin", "-x", QUEUE)
    for path in set(FOLDER.glob("*.pdf")) - before:
        path.unlink()


@pytest.fixture
def page(db, page_of, qtbot, printer):
    db.clock = lambda: NOW
    for name in ("张伟", "李娜", "张㸃"):
        with db.write() as session:
            buyer = builders.a_customer(session, name, address="城东路 1 号")
        with db.write() as session:
            builders.a_deal(session, buyer, ordered_on=date(2026, 11, 19), today=date(2026, 11, 19))
    shown = page_of(CardsPage)
    qtbot.waitUntil(lambda: shown.card.ready and jobs.running() == [], timeout=20_000)
    return shown


def press(page, qtbot):
    qtbot.keyClick(page, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(page.press.busy), timeout=5_000)
    qtbot.waitUntil(lambda: not page.press.busy and jobs.running() == [], timeout=30_000)


def printers(db):
    with db.read() as session:
        return [card.printer for card in session.query(Card).order_by(Card.id)]


def test_what_the_queue_took_is_marked_with_its_name(page, db, qtbot, printer):
    press(page, qtbot)
    assert printers(db) == [QUEUE] * 3
    assert printer.came_out() == 3


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (("cupsreject", "-r", "no paper", QUEUE), "did not take the pages"),
        (("cupsdisable", QUEUE), "is stopped or cannot be reached"),
        (("lpadmin", "-x", QUEUE), "is stopped or cannot be reached"),
    ],
    ids=["refuses", "is paused", "is gone"],
)
@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_queue_that_takes_nothing_leaves_the_cards_due(
    page, db, qtbot, printer, asked, how, said, when
):
    if when == "before" and how[0] == "lpadmin":
        pytest.skip("a printer that is not there cannot be chosen")
    if when == "before":
        assert run(*how).returncode == 0
    else:
        printer.meanwhile = lambda: run(*how)
    press(page, qtbot)
    (error,) = asked.errors
    assert f"{QUEUE} {said}" in error
    assert printers(db) == ["", "", ""]
    assert len(page.lists.waiting.rows.ids()) == 3
    assert len(page.lists.waiting.checked_ids()) == 3  # ticked as before: once more is one key
    assert QUEUE not in printer.waiting()
    printer.meanwhile = lambda: None
    printer.make()
    run("cupsaccept", QUEUE)
    run("cupsenable", QUEUE)
    assert not QPrinterInfo.printerInfo(QUEUE).isNull()
    press(page, qtbot)
    assert (asked.errors, printers(db)) == ([error], [QUEUE] * 3)


def test_a_paper_the_printer_lacks_is_said_before_a_page_is_sent(
    page, db, qtbot, printer, asked, tmp_path
):
    office = tmp_path / "office.ppd"  # the same printer, which knows A4 and A5 and nothing else
    office.write_text(OTHERS.sub("", Path(DRIVER).read_text("latin-1")), "latin-1")
    assert run("lpadmin", "-p", QUEUE, "-P", str(office)).returncode == 0
    press(page, qtbot)
    (error,) = asked.errors
    assert f"{QUEUE} does not take paper of 148 × 100 mm. Nothing was printed" in error
    assert printers(db) == ["", "", ""]
    assert QUEUE not in printer.waiting()
    page.card.use_paper("148x100/A4")
    press(page, qtbot)
    assert (asked.errors, printers(db)) == ([error], [QUEUE] * 3)
