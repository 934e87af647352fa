"""The look of the desk: every colour, size, font and icon is named here and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from string import Template

from PySide6.QtCore import QByteArray, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetrics,
    QIcon,
    QIconEngine,
    QPainter,
    QPainterPath,
    QPalette,
    QPen,
    QPixmap,
)
from PySide6.QtGui import Qt as Text
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from showroom import paths
from showroom.i18n import language
from ui.colours import (
    DARK,
    LIGHT,
    NARROW_PANEL,
    PANEL,
    RADIUS,
    RAIL,
    STATUS_BAR,
    TOP_BAR,
    WIDE_PANEL,
    contrast,
)

__all__ = [
    "DARK",
    "LIGHT",
    "NARROW_PANEL",
    "PANEL",
    "RADIUS",
    "STATUS_BAR",
    "TOP_BAR",
    "WIDE_PANEL",
    "contrast",
]

RESOURCES = paths.resources()

# Sizes, in device-independent pixels (DESIGN §7).
S, M, L, XL, XXL = 4, 8, 12, 16, 24  # spacing
ROW = 34
CONTROL = 32
ICON = 18
LABEL = 64

TONES = ("accent", "good", "late", "soon", "muted")

_now: dict[str, str] = LIGHT
_wanted = "auto"
_followed: list[QApplication] = []


def rail() -> int:
    """Return the rail's width: English words are longer than Chinese ones."""
    return RAIL if language() == "zh_CN" else RAIL + 18


# -- colours -------------------------------------------------------------------------------------


def colour(name: str) -> QColor:
    """Return the colour of that name in the scheme shown now: a key of `LIGHT`."""
    return QColor(_now[name])


def is_dark() -> bool:
    """Tell whether the dark scheme is shown now."""
    return _now is DARK


def blend(front: str, back: str, share: float) -> QColor:
    """Return `share` (0…1) of the first named colour over the second."""
    a, b = colour(front), colour(back)
    return QColor(
        round(a.red() * share + b.red() * (1 - share)),
        round(a.green() * share + b.green() * (1 - share)),
        round(a.blue() * share + b.blue() * (1 - share)),
    )


def ink(tone: str, *, chosen: bool = False) -> QColor:
    """Return the colour of toned words; `soon` is darker on a chosen row, to be read there."""
    return blend("soon", "text", 0.75) if chosen and tone == "soon" else colour(tone)


# -- fonts ---------------------------------------------------------------------------------------


def _families() -> list[str]:
    if sys.platform == "win32":
        return ["Microsoft YaHei UI", "Noto Sans SC"]
    if sys.platform == "darwin":
        return [".AppleSystemUIFont", "PingFang SC", "Noto Sans SC"]
    return ["Noto Sans SC"]


def font(size: int = 13, *, strong: bool = False) -> QFont:
    """Return the desk's font at 11, 12, 13, 15 or 22 px, with digits of one width.

    Quotation marks are as narrow as their letters in English: in Chinese they fill a square.
    """
    return _font(size, strong, language())


@cache
def _font(size: int, strong: bool, spoken: str) -> QFont:
    made = QFont()
    made.clearFeatures()  # those of the application's font
    made.setFamilies(_families())
    made.setPixelSize(size)
    made.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    made.setFeature(QFont.Tag("tnum"), 1)
    if spoken == "en":
        made.setFeature(QFont.Tag("pwid"), 1)
    made.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    return made


def metrics(size: int = 13, *, strong: bool = False) -> QFontMetrics:
    """Return the measures of `font(size, strong=…)`."""
    return _metrics(size, strong, language())


@cache
def _metrics(size: int, strong: bool, spoken: str) -> QFontMetrics:
    return QFontMetrics(_font(size, strong, spoken))


def elided(text: str, width: int, size: int = 13, *, strong: bool = False) -> str:
    """Return the text as it fits that width; measured once, for lists are painted often."""
    return _elided(text, width, size, strong, language())


@lru_cache(4096)
def _elided(text: str, width: int, size: int, strong: bool, spoken: str) -> str:
    return _metrics(size, strong, spoken).elidedText(text, Qt.TextElideMode.ElideRight, width)


@cache
def load_fonts() -> None:
    """Register the fonts of `resources/fonts` that the screen needs (once)."""
    for name in ("NotoSansSC-Regular.ttf", "NotoSansSC-SemiBold.ttf"):
        if (RESOURCES / "fonts" / name).exists():
            QFontDatabase.addApplicationFont(str(RESOURCES / "fonts" / name))


# -- icons ---------------------------------------------------------------------------------------


@cache
def _drawing(name: str) -> str:
    path = RESOURCES / "icons" / f"{name}.svg"
    text = path.read_text("utf-8") if path.exists() else ""
    return text.replace('stroke-width="2"', 'stroke-width="1.75"')


@cache
def _picture(name: str, hex_colour: str, width: int, height: int) -> QPixmap:
    picture = QPixmap(width, height)
    picture.fill(Qt.GlobalColor.transparent)
    text = _drawing(name)
    if text:
        from PySide6.QtSvg import QSvgRenderer  # 3 ms, not needed for the very first picture

        painter = QPainter(picture)
        code = text.replace("currentColor", hex_colour).encode()
        QSvgRenderer(QByteArray(code)).render(painter, QRectF(0, 0, width, height))
        painter.end()
    return picture


def paint_icon(painter: QPainter, name: str, role: str, rect: QRect) -> None:
    """Paint the icon of that name in a colour role, filling `rect`."""
    device = painter.device()
    ratio = device.devicePixelRatio() if device is not None else 1.0
    width, height = round(rect.width() * ratio), round(rect.height() * ratio)
    picture = QPixmap(_picture(name, _now[role], width, height))
    picture.setDevicePixelRatio(ratio)
    painter.drawPixmap(rect.topLeft(), picture)


class _Engine(QIconEngine):
    """Draws an icon in the colour its role has when it is painted, so schemes may change."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self._name, self._role = name, role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        role = "disabled" if mode == QIcon.Mode.Disabled else self._role
        paint_icon(painter, self._name, role, rect)

    def pixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State) -> QPixmap:
        role = "disabled" if mode == QIcon.Mode.Disabled else self._role
        return QPixmap(_picture(self._name, _now[role], size.width(), size.height()))

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._role)


@cache
def icon(name: str, role: str = "muted") -> QIcon:
    """Return `resources/icons/<name>.svg` in a colour role; it follows the scheme by itself."""
    return QIcon(_Engine(name, role))


# -- painting helpers ----------------------------------------------------------------------------


def paint_tag(
    painter: QPainter,
    rect: QRect,
    text: str,
    tone: str,
    *,
    right: bool = False,
    chosen: bool = False,
) -> int:
    """Paint a small filled tag inside `rect`, at its left (or right); return its width.

    `chosen`: it stands on a chosen row, whose ground an accent tag would vanish in.
    """
    width = min(tag_width(text), rect.width())
    height = 20
    left = rect.right() - width + 1 if right else rect.left()
    box = QRectF(left, rect.center().y() - height / 2 + 0.5, width, height)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("surface" if chosen and tone == "accent" else f"{tone}_soft"))
    painter.drawRoundedRect(box, 4, 4)
    painter.setFont(font(12, strong=True))
    painter.setPen(colour(tone))
    shown = elided(text, max(width - 8, 0), 12, strong=True)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
    painter.restore()
    return width


def tag_width(text: str) -> int:
    """Return the width a tag with that text takes."""
    return max(metrics(12, strong=True).horizontalAdvance(text) + 12, 20)


DOT, DOT_STEP = 9, 13


def paint_dots(painter: QPainter, rect: QRect, states: str) -> None:
    """Paint one dot a letter: g given (filled), r refused (ring, stroke), - not tried (hollow)."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    top = rect.center().y() - DOT / 2 + 0.5
    for number, state in enumerate(states):
        box = QRectF(rect.left() + number * DOT_STEP + 0.5, top, DOT, DOT)
        paint_dot(painter, box, state)
    painter.restore()


def paint_dot(painter: QPainter, box: QRectF, state: str) -> None:
    """Paint one moment's dot (see `paint_dots`) filling `box`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inner = box.adjusted(0.75, 0.75, -0.75, -0.75)
    if state == "g":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("good"))
        painter.drawEllipse(box)
    elif state == "r":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("late"), 1.4))
        painter.drawEllipse(inner)
        third = inner.width() * 0.16
        painter.drawLine(
            inner.bottomLeft() + QPointF(third, -third), inner.topRight() + QPointF(-third, third)
        )
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("faint"), 1.1))
        painter.drawEllipse(inner)


def rounded(painter: QPainter, rect: QRectF, fill: QColor | None, line: QColor | None) -> None:
    """Paint a box with the desk's radius, a fill and a hairline, either may be None."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    inset = 0.5 if line is not None else 0.0
    path.addRoundedRect(rect.adjusted(inset, inset, -inset, -inset), RADIUS, RADIUS)
    painter.setPen(Qt.PenStyle.NoPen if line is None else QPen(line, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else fill)
    painter.drawPath(path)


# -- the application -----------------------------------------------------------------------------


def apply(app: QApplication, scheme: str = "auto") -> None:
    """Dress the application: `auto` follows the system's colour scheme, else `light` or `dark`.

    The Fusion of `app.application` and a palette do it; a style sheet on everything would cost a
    third of the start.
    """
    global _wanted
    _wanted = scheme
    if not _followed:
        _followed.append(app)
        app.styleHints().colorSchemeChanged.connect(_follow)
    load_fonts()
    _dress(app)


def _follow() -> None:
    app = QApplication.instance()
    if isinstance(app, QApplication) and _wanted == "auto":
        _dress(app)


def _dress(app: QApplication) -> None:
    global _now
    dark = _wanted == "dark" or (
        _wanted == "auto" and app.styleHints().colorScheme() == Qt.ColorScheme.Dark
    )
    _now = DARK if dark else LIGHT
    app.setFont(font())
    app.setPalette(_palette())
    QToolTip.setPalette(_palette())
    QToolTip.setFont(font(12))
    for window in app.topLevelWidgets():
        window.update()


@contextmanager
def on_paper(widget: QWidget) -> Iterator[None]:
    """Paint this widget in the light scheme inside the block, whatever the desk wears."""
    global _now
    kept, had = _now, widget.palette()
    _now = LIGHT
    widget.setPalette(_palette())
    try:
        yield
    finally:
        _now = kept
        widget.setPalette(had)


def style_sheet() -> str:
    """Return `resources/style.qss`, for what pops up, with the names of colours put in."""
    return _sheet(is_dark())


@cache
def _sheet(dark: bool) -> str:
    template = Template((RESOURCES / "style.qss").read_text("utf-8"))
    return template.substitute(DARK if dark else LIGHT)


def dress_popup(widget: QWidget) -> None:
    """Dress a menu, box, calendar or list that is about to pop up."""
    if widget.styleSheet() != style_sheet():
        widget.setStyleSheet(style_sheet())


def tip(words: str, *, wrapped: bool = False) -> str:
    """Words for a tooltip, shown as they stand: Qt would take a `<b>` in a name for a look.

    `wrapped`: on several lines, for more than a sentence.
    """
    if wrapped:
        return Text.convertFromPlainText(words, Qt.WhiteSpaceMode.WhiteSpaceNormal)
    return Text.convertFromPlainText(words) if Text.mightBeRichText(words) else words


ROLE = QPalette.ColorRole
# The colours a label may have, each by a role of the palette, so that it follows the scheme.
_TEXT_ROLES = {
    "text": ROLE.WindowText,
    "muted": ROLE.PlaceholderText,
    "accent": ROLE.Link,
    "good": ROLE.LinkVisited,
    "late": ROLE.BrightText,
    "soon": ROLE.Shadow,  # which Fusion paints nothing with
}
# What a label's role means: size, strong, colour.
_LABELS = {
    "": (13, False, "text"),
    "note": (13, False, "muted"),
    "muted": (12, False, "muted"),
    "label": (12, False, "muted"),
    "help": (12, False, "muted"),
    "quote": (12, False, "muted"),
    "title": (15, True, "text"),
    "section": (13, True, "text"),
    "problem": (12, False, "late"),
    "late": (12, False, "late"),
    "good": (12, False, "good"),
    "soon": (12, False, "soon"),
}


def set_role(widget: QWidget, **roles: str) -> None:
    """Give a label a role (`role="muted"`) or only a tone (`tone="late"`); mark a field
    (`problem="true"`)."""
    for name, value in roles.items():
        widget.setProperty(name, value)
    if "role" in roles:
        size, strong, tone = _LABELS[roles["role"]]
        widget.setFont(font(size, strong=strong))
        widget.setForegroundRole(_TEXT_ROLES[tone])
    if "tone" in roles:
        own = _LABELS[str(widget.property("role") or "")][2]
        widget.setForegroundRole(_TEXT_ROLES[roles["tone"] or own])
    widget.update()


def see_through(widget: QWidget) -> None:
    """Let a field show the box painted behind its text."""
    palette = QPalette()
    palette.setColor(ROLE.Base, QColor(0, 0, 0, 0))
    widget.setPalette(palette)


def paint_field(painter: QPainter, widget: QWidget, *, focus: bool) -> None:
    """Paint the box of an input: hairline, accent when it has the keyboard, red when wrong."""
    enabled = widget.isEnabled()
    line = "line"
    if widget.property("problem") == "true":
        line = "late"
    elif focus:
        line = "accent"
    elif enabled and widget.underMouse():
        line = "faint"
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(colour("surface" if enabled else "ground"))
    painter.setPen(QPen(colour(line), 2 if focus else 1))
    inset = 1.0 if focus else 0.5
    box = QRectF(widget.rect()).adjusted(inset, inset, -inset, -inset)
    painter.drawRoundedRect(box, RADIUS, RADIUS)
    painter.restore()


def _palette() -> QPalette:
    palette = QPalette()
    for where, name in (
        (ROLE.Window, "ground"),
        (ROLE.WindowText, "text"),
        (ROLE.Base, "surface"),
        (ROLE.AlternateBase, "ground"),
        (ROLE.Text, "text"),
        (ROLE.Button, "surface"),
        (ROLE.ButtonText, "text"),
        (ROLE.BrightText, "late"),
        (ROLE.ToolTipBase, "surface"),
        (ROLE.ToolTipText, "text"),
        (ROLE.PlaceholderText, "muted"),
        (ROLE.Highlight, "accent"),
        (ROLE.HighlightedText, "on_accent"),
        (ROLE.Link, "accent"),
        (ROLE.LinkVisited, "good"),
        (ROLE.Accent, "accent"),
        (ROLE.Light, "surface"),
        (ROLE.Midlight, "hover"),
        (ROLE.Mid, "line"),
        (ROLE.Dark, "faint"),
        (ROLE.Shadow, "soon"),
    ):
        palette.setColor(where, colour(name))
    for where in (ROLE.WindowText, ROLE.Text, ROLE.ButtonText, ROLE.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, colour("disabled"))
    return palette
