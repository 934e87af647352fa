"""What tests of the page of cards begin with: a shop, its page, a printer of files."""

from __future__ import annotations

import pypdfium2
import pytest
from PySide6.QtPrintSupport import QPrinter

from showroom import settings
from showroom.guard import staff
from showroom.store.models import Honorific, Role
from tests import builders
from tests.stories import story
from tests.ui.cards.kit import NOW, sell
from ui import jobs, printing
from ui.pages.cards import CardsPage


@story
def shop(db):
    """Three buyers of Thursday; their cards are due on Friday, today."""
    db.clock = lambda: NOW
    with db.write() as session:
        reception = staff.add(session, name="李静", role=Role.RECEPTIONIST).id
        consultant = builders.a_member(session)
    db.staff_id = reception
    with db.write() as session:
        settings.save(session, settings.Settings(shop_name="城东展厅"))
    for name, honorific in (
        ("张伟", Honorific.MR),
        ("尉迟恭敏", Honorific.MS),
        ("远航物流有限公司", Honorific.COMPANY),
    ):
        sell(db, name, honorific=honorific, consultant_id=consultant)
    return db


@pytest.fixture
def page(shop, page_of, qtbot):
    shown = page_of(CardsPage)
    qtbot.waitUntil(lambda: shown.card.ready and jobs.running() == [])
    return shown


@pytest.fixture
def paper(monkeypatch, tmp_path):
    """The print dialog answers with a PDF file as the printer; `False` is Cancel."""

    class Paper:
        path = tmp_path / "HP.pdf"
        answer = True
        asked = 0

        def choose(self, _parent, printer, _title):
            self.asked += 1
            printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
            printer.setOutputFileName(str(self.path))
            return self.answer

        def pages(self):
            return len(pypdfium2.PdfDocument(self.path)) if self.path.exists() else 0

    made = Paper()
    monkeypatch.setattr(printing, "choose_printer", made.choose)
    return made
