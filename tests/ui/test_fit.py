"""Fitting a printer: an artificial one that misses its paper comes right after one round."""

from __future__ import annotations

import json

import pypdfium2
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPrintSupport import QPrinter

from showroom.cards import fit
from showroom.cards.fit import ARM, NEAR, Fit, Measured
from showroom.errors import Invalid
from tests.amounts import slow_but
from ui import fits, jobs, printing, state

DPI = 300
DOT = DPI / 25.4  # dots in a mm
PAPERS = {"148x100": (148, 100), "220x110": (220, 110), "210x297": (210, 297)}
SIZES = slow_but(["148x100"], PAPERS)
MISSES = {
    "aside": Fit(1.3, -0.8, 1.0, 1.0),
    "scaled": Fit(0.0, 0.0, 1.012, 0.991),
    "both": Fit(-2.4, 3.1, 0.985, 1.02),
}


@pytest.fixture
def habits(tmp_path):
    state.use(tmp_path)
    yield
    state.use(None)


def printed(pdf: bytes, size: tuple[float, float], kept: Fit, miss: Fit) -> QImage:
    """What lies in the tray of a printer that makes `miss` of what it is told."""
    wide, tall = size
    paper = QImage(round(wide * DOT), round(tall * DOT), QImage.Format.Format_RGB32)
    paper.fill(Qt.GlobalColor.white)
    drawn = printing.picture(pdf, width=paper.width())
    painter = QPainter(paper)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.translate(miss.left * DOT, miss.top * DOT)
    painter.scale(miss.across, miss.down)
    fits.paint(painter, QRectF(0, 0, paper.width(), paper.height()), drawn, kept, wide)
    painter.end()
    return paper


def darkest(image: QImage, across: bool, about: tuple[float, float]) -> float:
    """Where the long arm of a cross near that place runs, mm from the left or upper edge."""
    x, y = (round(each * DOT) for each in about)
    reach, arm = round(10 * DOT), round((ARM - 1) * DOT)
    sums = {}
    for step in range(-reach, reach + 1):
        line = 0
        for along in range(-arm, arm + 1, 2):
            at = (x + step, y + along) if across else (x + along, y + step)
            if 0 <= at[0] < image.width() and 0 <= at[1] < image.height():
                line += 255 - (image.pixel(*at) & 0xFF)
        sums[step] = line
    most = max(sums.values())
    near = {step: dark for step, dark in sums.items() if dark > most * 0.5}
    middle = sum(step * dark for step, dark in near.items()) / sum(near.values())
    return ((x if across else y) + middle + 0.5) / DOT


def ruler(image: QImage, size: tuple[float, float]) -> Measured:
    """What a careful eye reads."""
    wide, tall = size
    left, far = (darkest(image, True, at) for at in ((NEAR, NEAR), (wide - NEAR, tall - NEAR)))
    top, low = (darkest(image, False, at) for at in ((NEAR, NEAR), (wide - NEAR, tall - NEAR)))
    return Measured(left, top, far - left, low - top)


@pytest.mark.parametrize("paper", SIZES)
@pytest.mark.parametrize("miss", [Fit(1.3, -0.8), Fit(-2.4, 3.1)], ids=["little", "much"])
def test_two_numbers_put_right_a_printer_that_prints_aside(qtbot, paper, miss):
    size = PAPERS[paper]
    pdf = fit.page(*size)
    before = ruler(printed(pdf, size, Fit(), miss), size)
    want = fit.wanted(*size)
    assert max(abs(a - b) for a, b in zip(before, want, strict=True)) > 0.5
    for nearest, most in ((0.5, 0.5), (0.1, 0.2)):
        left, top = (round(each / nearest) * nearest for each in before[:2])
        made = fit.measured(fit.aside(left, top, *size), *size)
        after = ruler(printed(pdf, size, made, miss), size)
        assert max(abs(a - b) for a, b in zip(after, want, strict=True)) <= most


@pytest.mark.parametrize("paper", SIZES)
@pytest.mark.parametrize("how", slow_but(["both"], MISSES))
def test_after_one_round_it_is_right_to_half_a_millimetre(qtbot, paper, how):
    size, miss = PAPERS[paper], MISSES[how]
    pdf = fit.page(*size)
    before = ruler(printed(pdf, size, Fit(), miss), size)
    want = fit.wanted(*size)
    assert max(abs(a - b) for a, b in zip(before, want, strict=True)) > 0.5
    # a ruler is read to half a millimetre
    read = Measured(*(round(each * 2) / 2 for each in before))
    after = ruler(printed(pdf, size, fit.measured(read, *size), miss), size)
    off = [abs(a - b) for a, b in zip(after, want, strict=True)]
    assert max(off) <= 0.5
    # and read to a tenth it is right to two tenths
    read = Measured(*(round(each, 1) for each in before))
    after = ruler(printed(pdf, size, fit.measured(read, *size), miss), size)
    assert max(abs(a - b) for a, b in zip(after, want, strict=True)) <= 0.2


def test_a_second_round_goes_on_from_the_first():
    first = fit.measured(Measured(21.0, 19.5, 109.0, 60.5), 148, 100)
    left_over = fit.measured(Measured(20.2, 20.1, 108.1, 59.9), 148, 100)
    both = fit.after(left_over, first)
    for x, y in ((NEAR, NEAR), (128, 80)):
        told = fit.told(first, x, y)
        came = left_over.left + left_over.across * x, left_over.top + left_over.down * y
        assert (both.left + both.across * told[0], both.top + both.down * told[1]) == (
            pytest.approx(came)
        )
    assert fit.after(Fit(), first) == first


@pytest.mark.parametrize(
    ("found", "field"),
    [
        (Measured(2, 20, 108, 60), "left"),
        (Measured(20, 40, 108, 60), "top"),
        (Measured(20, 20, 60, 60), "across"),
        (Measured(20, 20, 108, 0), "down"),
    ],
)
def test_what_cannot_be_is_asked_again(found, field):
    with pytest.raises(Invalid) as error:
        fit.measured(found, 148, 100)
    assert list(error.value.problems) == [field]
    assert "measure again" in error.value.problems[field]


def test_the_same_sheet_is_measured_again_without_being_put_right_twice(habits):
    place = "HP · 148 × 100 · 0"
    assert fits.last() == ("", Fit())
    fits.printed(place, Fit())
    first = fit.measured(fit.aside(21.2, 19.5, 148, 100), 148, 100)
    fits.keep(place, first)
    where, printed_with = fits.last()
    assert (where, printed_with) == (place, Fit())
    found = fit.seen(fits.of(place), printed_with, 148, 100)
    assert found == pytest.approx(Measured(21.2, 19.5, 108, 60))
    again = fit.measured(fit.aside(21.3, 19.5, 148, 100), 148, 100)
    assert fit.after(again, printed_with) == pytest.approx(Fit(1.3, -0.5))
    fits.printed(place, first)  # the next sheet came out with it
    assert fit.seen(first, fits.last()[1], 148, 100) == pytest.approx(fit.wanted(148, 100))


def test_fits_are_kept_by_printer_paper_and_tray(habits):
    fits.keep("HP · 148 × 100 · 0", Fit(1.0, -0.5, 1.01, 1.0))
    fits.keep("HP · 210 × 297 · 0", Fit(2.0, 0.0, 1.0, 1.0))
    assert fits.of("HP · 148 × 100 · 0") == Fit(1.0, -0.5, 1.01, 1.0)
    assert fits.of("HP · 148 × 100 · 1").is_none
    fits.keep("HP · 148 × 100 · 0", Fit())
    assert fits.of("HP · 148 × 100 · 0").is_none
    assert list(json.loads(state.text(fits.KEPT))) == ["HP · 210 × 297 · 0"]
    state.set_text(fits.KEPT, "rubbish")
    assert fits.of("HP · 210 × 297 · 0").is_none


def test_from_the_crosses_to_a_card_that_is_put_right(
    db, page_of, qtbot, habits, monkeypatch, tmp_path
):
    """The panel by keys: print, measure, save; the next paper is painted with it."""
    from tests import builders
    from ui.pages.cards import CardsPage

    builders.stop_clock(db)
    with db.write() as session:
        builders.a_deal(session, builders.a_customer(session, "张伟", address="莲花路 1 号"))
    out = tmp_path / "out.pdf"

    def choose(_parent, printer, _title):
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(out))
        return True

    monkeypatch.setattr(printing, "choose_printer", choose)
    seen = []
    paint = fits.paint
    monkeypatch.setattr(fits, "paint", lambda *args: seen.append(args[3]) or paint(*args))
    page = page_of(CardsPage)
    qtbot.waitUntil(lambda: page.card.ready and jobs.running() == [])
    page.to_fit.click()
    panel = page.fit
    assert panel.isVisible()
    assert not page.card.isVisible()
    assert page.side.note.text() == "148 × 100 mm"
    assert panel.now.text() == "No crosses were printed on this paper yet."
    assert not panel.form.isVisible()
    qtbot.keyClick(panel.print, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: panel.form.isVisible() and jobs.running() == [])
    asked = [name for name, field in panel.form.fields.items() if field.isVisible()]
    assert asked == ["left", "top", "scaled"]
    assert [panel.form.fields[name].value() for name in ("left", "top")] == [20.0, 20.0]
    assert panel.form.fields["left"].hasFocus()
    panel.form.fields["left"].setText("50")
    qtbot.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "measure again" in panel.form.problems["left"].text())
    type_over(qtbot, panel.form.fields["left"], "21.2")
    type_over(qtbot, panel.form.fields["top"], "19.5")  # Enter after the second number saves
    qtbot.waitUntil(page.card.isVisible)
    page.one.click()
    qtbot.waitUntil(lambda: len(seen) == 2 and jobs.running() == [])
    assert seen[0].is_none
    assert seen[1] == pytest.approx(Fit(1.2, -0.5, 1.0, 1.0))
    page.show_id(page.lists.printed.rows.ids()[0])
    page.to_fit.click()
    assert "put right by -1.2 mm across and +0.5 mm down" in panel.now.text()
    panel.forget.click()
    assert "nothing is put right yet" in panel.now.text()
    # a printer that changes the size, too, is asked for two more
    qtbot.keyClick(panel.print, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: panel.form.fields["left"].hasFocus() and jobs.running() == [])
    qtbot.keyClick(panel.form.fields["left"], Qt.Key.Key_Tab)
    qtbot.keyClick(panel.form.fields["top"], Qt.Key.Key_Tab)
    assert panel.scaled.hasFocus()
    qtbot.keyClick(panel.scaled, Qt.Key.Key_Space)
    qtbot.waitUntil(panel.form.fields["across"].hasFocus)
    assert panel.form.fields["across"].value() == 108.0
    type_over(qtbot, panel.form.fields["across"], "109.1")
    type_over(qtbot, panel.form.fields["down"], "60")
    qtbot.waitUntil(page.card.isVisible)
    place = fits.last()[0]
    assert fits.of(place).across == pytest.approx(109.1 / 108, abs=1e-4)
    page.to_fit.click()
    assert panel.scaled.isChecked()  # the size is put right here: both numbers stand there
    assert panel.form.fields["across"].value() == 109.1
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    qtbot.waitUntil(page.card.isVisible)


def type_over(qtbot, field, number: str) -> None:
    field.selectAll()
    qtbot.keyClicks(field, number)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_the_sheet_says_which_two_lengths_are_measured():
    document = pypdfium2.PdfDocument(fit.page(148, 100))
    said = " ".join(document[0].get_textpage().get_text_bounded().split())
    document.close()
    assert "Measure 1 and 2 from the edge of the paper to the middle of the cross." in said
    assert "Both are 20 mm where the printer fits." in said
    assert "From cross to cross: 108 mm across, 60 mm down." in said
