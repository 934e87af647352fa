"""The look: every word and mark can be read in both schemes, and what is dressed follows them."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from showroom import i18n
from ui import style
from ui.forms import Choice
from ui.widgets import label

# -- the look ------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", [style.LIGHT, style.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "surface"])
@pytest.mark.parametrize("ink", ["text", "muted", "accent", "good", "late", "soon"])
def test_every_text_can_be_read(scheme, ground, ink):
    assert style.contrast(scheme[ink], scheme[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [style.LIGHT, style.DARK], ids=["light", "dark"])
def test_tags_chosen_rows_and_buttons_can_be_read(scheme):
    for tone in style.TONES:
        assert style.contrast(scheme[tone], scheme[f"{tone}_soft"]) >= 4.5, tone
    for ink in ("text", "muted", "late", "good", "accent"):
        assert style.contrast(scheme[ink], scheme["accent_soft"]) >= 4.5, ink
        assert style.contrast(scheme[ink], scheme["hover"]) >= 4.5, ink
    assert style.contrast(scheme["soon"], scheme["hover"]) >= 4.5
    assert style.contrast(scheme["on_accent"], scheme["accent"]) >= 4.5
    assert style.contrast(scheme["on_accent"], scheme["accent_hover"]) >= 4.5


def test_words_that_are_due_soon_can_be_read_on_a_chosen_row(qtbot):
    ground = style.LIGHT["accent_soft"]
    assert style.contrast(style.ink("soon", chosen=True).name(), ground) >= 4.5
    assert style.ink("soon").name().upper() == style.LIGHT["soon"]


@pytest.mark.parametrize("scheme", [style.LIGHT, style.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("mark", ["faint", "good", "late", "accent"])
def test_every_mark_can_be_seen(scheme, mark):
    for ground in ("surface", "ground", "accent_soft"):
        assert style.contrast(scheme[mark], scheme[ground]) >= 3, ground


def test_both_schemes_name_the_same_colours():
    assert style.LIGHT.keys() == style.DARK.keys()


def test_the_scheme_can_be_chosen_and_icons_follow(qtbot):
    app = QApplication.instance()
    picture = style.icon("house", "text")

    def ink() -> str:
        image = picture.pixmap(64, 64).toImage()
        seen = {
            image.pixelColor(x, y).name()
            for x, y in product(range(64), range(64))
            if image.pixelColor(x, y).alpha() == 255
        }
        return max(seen)

    light = ink()
    style.apply(app, "dark")
    try:
        assert style.is_dark()
        assert app.palette().window().color().name().upper() == style.DARK["ground"]
        assert ink() != light
    finally:
        style.apply(app, "light")
    assert not style.is_dark()


def test_what_pops_up_is_dressed_in_the_colours_of_the_scheme(qtbot):
    assert style.LIGHT["accent_soft"] in style.style_sheet()
    assert "$" not in style.style_sheet()


def test_the_moments_differ_in_shape_not_only_in_colour(qtbot):
    painted = {}
    for state_letter in "gr-":
        image = QImage(20, 20, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        style.paint_dots(painter, image.rect(), state_letter)
        painter.end()
        grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
        painted[state_letter] = bytes(grey.constBits())
    assert len(set(painted.values())) == 3


def test_a_label_takes_role_and_tone(qtbot):
    made = label("3 days late", "muted")
    qtbot.addWidget(made)
    quiet = made.palette().color(made.foregroundRole()).name()
    style.set_role(made, tone="late")
    assert made.palette().color(made.foregroundRole()).name().upper() == style.LIGHT["late"]
    style.set_role(made, tone="")
    assert made.palette().color(made.foregroundRole()).name() == quiet


def test_a_searchable_choice_shows_its_tag_after_the_scheme_changed(qtbot, qapp):
    field = Choice("consultant", "Consultant", [(1, "王强")], search=True)
    qtbot.addWidget(field)
    field.show()
    for scheme in ("dark", "light"):
        style.apply(qapp, scheme)
        qtbot.waitUntil(lambda: field.lineEdit().palette().base().color().alpha() == 0)


def test_quotation_marks_are_narrow_in_english_and_fill_a_square_in_chinese():
    assert style.metrics().horizontalAdvance("“") < 9
    i18n.use("zh_CN")
    assert style.metrics().horizontalAdvance("“") == style.metrics().horizontalAdvance("中")


def test_chinese_punctuation_fills_its_square_in_the_english_window_too():
    for strong in (False, True):
        measures = style.metrics(strong=strong)
        square = measures.horizontalAdvance("中")
        for mark in "，。：；、？！（）《》":
            assert measures.horizontalAdvance(mark) == square, mark
