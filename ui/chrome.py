"""The frame round every page: top bar, rail and status bar, painted so that it is there at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from showroom.i18n import _
from ui import style
from ui.palette import SearchBox
from ui.widgets import Button, Words

SAID_MS = 6000


class Summary(NamedTuple):
    """What the frame says about the day; made by `ui/app.py` after every change.

    `people` may sit at the desk (id, name, role); `staff_id` does. `turn` are the names whose
    turn it is, the next first; `turn_note` says why it is nobody's. `badges` counts by page code
    what waits there. `notes` stand in the status bar. `saved` is when the last change was written,
    as `10:54:02`; `backup` the words about the newest copy, and their tone. `locks`: PINs are in
    use, and the desk locks itself after `idle` seconds (0: never). `banner` stands under the top
    bar.
    """

    people: Sequence[tuple[int, str, str]] = ()
    staff_id: int | None = None
    turn: Sequence[str] = ()
    turn_note: str = ""
    badges: Mapping[str, int] = {}
    notes: Sequence[str] = ()
    saved: str = ""
    backup: tuple[str, str] = ("", "")
    locks: bool = False
    idle: int = 0
    banner: str = ""


class TopBar(QWidget):
    """Name of the program, search line, whose turn it is, and who sits at the desk."""

    sat_down = Signal(int)
    dressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(style.TOP_BAR)
        self.name = Words(_("Showroom Desk"), size=15, tone="text", strong=True, name="window.name")
        self.search = SearchBox()
        self.search.setMaximumWidth(460)
        self.search.setMinimumWidth(200)
        self.turn = TurnLine()
        self.staff = Button("", kind="quiet", name="window.staff")
        self.staff.hide()
        self.lock = Button(_("Lock"), "Ctrl+L", icon="lock", name="window.lock")
        self.lock.hide()
        self._menu = QMenu(self)
        self.staff.setMenu(self._menu)
        self.staff.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.staff.customContextMenuRequested.connect(lambda _at: self.staff.showMenu())

        layout = QHBoxLayout(self)
        layout.setContentsMargins(style.XL, 0, style.XL, 1)
        layout.setSpacing(style.XL)
        self.name.setFixedWidth(style.rail() - style.XL)
        layout.setSpacing(0)
        layout.addWidget(self.name)
        layout.addSpacing(style.XL)
        layout.addWidget(self.search, 3)
        layout.addSpacing(style.XL)
        layout.addWidget(self.turn, 2)
        layout.addWidget(self.staff)
        layout.addSpacing(style.M)
        layout.addWidget(self.lock)

    def show_summary(self, summary: Summary, scheme: str) -> None:
        """Show whose turn it is and who sits here; the menu offers the others."""
        self.turn.show_names(summary.turn, summary.turn_note)
        here = next((one for one in summary.people if one[0] == summary.staff_id), None)
        self.staff.setVisible(True)
        self.lock.setVisible(summary.locks)
        self.staff.note = here[2] if here else ""
        self.staff.setText(here[1] if here else _("Who is here?"))
        self._menu.clear()
        people = QActionGroup(self._menu)
        for id, name, role in summary.people:
            action = self._choice(people, f"{name}  {role}", id == summary.staff_id)
            action.triggered.connect(self._seat(id))
        self._menu.addSeparator()
        looks = QActionGroup(self._menu)
        for code, words in (
            ("auto", _("Colours as the system")),
            ("light", _("Light colours")),
            ("dark", _("Dark colours")),
        ):
            action = self._choice(looks, words, code == scheme)
            action.triggered.connect(self._dress(code))

    def _choice(self, group: QActionGroup, text: str, chosen: bool) -> QAction:
        action = QAction(text.replace("&", "&&"), group)
        action.setCheckable(True)
        action.setChecked(chosen)
        self._menu.addAction(action)
        return action

    def _seat(self, id: int) -> Callable[[], None]:
        return lambda: self.sat_down.emit(id)

    def _dress(self, code: str) -> Callable[[], None]:
        return lambda: self.dressed.emit(code)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), style.colour("surface"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, style.colour("line"))


class Banner(QWidget):
    """One calm line under the top bar, with the button that ends it; no words hide it."""

    pressed = Signal()

    def __init__(self, verb: str) -> None:
        super().__init__()
        self.setObjectName("window.banner")
        self.setFixedHeight(40)
        self.words = Words(size=13, tone="text", name="window.banner.words")
        self.button = Button(verb, name="window.banner.button")
        self.button.setFixedHeight(28)
        self.button.clicked.connect(self.pressed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(style.XL + style.ICON + style.M, 0, style.XL, 1)
        layout.setSpacing(style.XL)
        layout.addWidget(self.words)
        layout.addWidget(self.button)
        layout.addStretch()
        self.hide()

    def set_text(self, text: str) -> None:
        """Show these words, or nothing."""
        if text != self.words.text():
            self.words.set_text(text)
            self.setVisible(bool(text))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), style.colour("accent_soft"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, style.colour("line"))
        top = (self.height() - style.ICON) // 2
        style.paint_icon(painter, "info", "accent", QRect(style.XL, top, style.ICON, style.ICON))


class TurnLine(QWidget):
    """Whose turn it is to receive: the next one strong, the others behind."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("window.turn")
        self._names: list[str] = []
        self._note = ""

    def show_names(self, names: Sequence[str], note: str = "") -> None:
        """Show these names in this order; without any, that it is nobody's turn if `note` says why.

        With neither the line is empty.
        """
        self._names, self._note = list(names), "" if names else note
        self.setAccessibleName(
            self._note or _("Next in turn: {names}").format(names=" ▸ ".join(names))
        )
        self.setToolTip(style.tip(self.accessibleName()) if names or note else "")
        self.update()

    def names(self) -> list[str]:
        """Return the names shown."""
        return self._names

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._names and not self._note:
            return
        painter = QPainter(self)
        x, base = 0.0, self.height() / 2 + style.metrics().ascent() / 2 - 1
        parts = [(_("Next up"), "muted", False), (" ", "muted", False)]
        for number, name in enumerate(self._names):
            parts += [(" ▸ ", "muted", False)] if number else []
            parts.append((name, "muted" if number else "text", not number))
        if self._note:
            parts = [(_("Nobody is on post"), "late", True)]
        for words, tone, strong in parts:
            width = style.metrics(strong=strong).horizontalAdvance(words)
            if x + width > self.width():
                painter.setPen(style.colour("muted"))
                painter.drawText(QPointF(x, base), "…")
                break
            painter.setFont(style.font(strong=strong))
            painter.setPen(style.colour(tone))
            painter.drawText(QPointF(x, base), words)
            x += width

    def sizeHint(self) -> QSize:
        return QSize(240, 24)


class Rail(QWidget):
    """The pages at the left, by Ctrl and their digit; `chosen(code)` on a click."""

    chosen = Signal(str)

    def __init__(self, pages: Sequence[tuple[str, str, str]]) -> None:
        super().__init__()
        self.setFixedWidth(style.rail())
        self.buttons: dict[str, RailButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.M, 10, style.M, style.M)
        layout.setSpacing(2)
        for number, (code, title, icon) in enumerate(pages, 1):
            button = RailButton(title, icon, str(number))
            button.setObjectName(f"window.page.{code}")
            button.clicked.connect(self._pressed(code))
            self.buttons[code] = button
            layout.addWidget(button)
        layout.addStretch()

    def show_code(self, code: str) -> None:
        """Mark the page that is shown."""
        for own, button in self.buttons.items():
            button.setChecked(own == code)

    def show_badges(self, badges: Mapping[str, int]) -> None:
        """Show what waits on each page."""
        for code, button in self.buttons.items():
            button.set_badge(badges.get(code, 0))

    def _pressed(self, code: str) -> Callable[[], None]:
        return lambda: self.chosen.emit(code)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), style.colour("surface"))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), style.colour("line"))


class RailButton(QAbstractButton):
    """One page of the rail: icon, word, and its digit or what waits there."""

    def __init__(self, title: str, icon: str, digit: str) -> None:
        super().__init__()
        self._icon, self._digit, self._badge = icon, digit, 0
        self.setText(title)
        self.setCheckable(True)
        self.setFixedHeight(36)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(title)
        self.setToolTip(style.tip(f"{title} (Ctrl+{digit})"))

    def badge(self) -> int:
        """Return the number shown as waiting."""
        return self._badge

    def set_badge(self, count: int) -> None:
        """Show how much waits there; 0 shows the digit of the key."""
        if count != self._badge:
            self._badge = count
            words = _("{page}, {count} waiting").format(page=self.text(), count=count)
            self.setAccessibleName(words if count else self.text())
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def nextCheckState(self) -> None:
        """The window marks the page shown; a click alone does not."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        box, here = QRectF(self.rect()), self.isChecked()
        if here or self.underMouse():
            style.rounded(painter, box, style.colour("accent_soft" if here else "hover"), None)
        if self.hasFocus():
            inner = box.adjusted(1, 1, -1, -1)
            style.rounded(painter, inner, None, style.colour("accent"))
        role = "accent" if here else "muted"
        style.paint_icon(painter, self._icon, role, QRect(10, 9, style.ICON, style.ICON))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        room = self.width() - 38 - (36 if self._badge else 20)
        strong = here and style.metrics(strong=True).horizontalAdvance(self.text()) <= room
        painter.setFont(style.font(strong=strong))
        painter.setPen(style.colour("accent" if here else "text"))
        words = style.metrics(strong=strong).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room
        )
        painter.drawText(self.rect().adjusted(38, 0, 0, 0), middle, words)
        if self._badge:
            shown = str(self._badge) if self._badge < 100 else "99+"
            wide = max(style.metrics(11, strong=True).horizontalAdvance(shown) + 10, 20)
            pill = QRectF(self.width() - 10 - wide, 9, wide, 18)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(style.colour("late_soft"))
            painter.drawRoundedRect(pill, 9, 9)
            painter.setFont(style.font(11, strong=True))
            painter.setPen(style.colour("late"))
            painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, shown)
        else:
            painter.setFont(style.font(11))
            painter.setPen(style.colour("accent" if here else "muted"))
            right = middle | int(Qt.AlignmentFlag.AlignRight)
            painter.drawText(self.rect().adjusted(0, 0, -10, 0), right, self._digit)

    def sizeHint(self) -> QSize:
        return QSize(style.rail() - 2 * style.M, 36)


class StatusBar(QWidget):
    """What was saved when, what waits, what runs, and where the keys are listed."""

    keys_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(style.STATUS_BAR)
        self.saved = Words(tone="good", name="window.saved")
        self.backup = Words(name="window.backup")
        self.notes = Words(name="window.notes")
        self.said = Words(tone="text", name="window.said")
        self.job = Words(tone="accent", name="window.job")
        self.cancel = Button(_("Cancel"), kind="quiet", name="window.cancel")
        self.cancel.setFixedHeight(22)
        self.cancel.hide()
        self.keys = Words(_("{key} Keys of This Page").format(key="F1"), name="window.help")
        self.keys.setCursor(Qt.CursorShape.PointingHandCursor)
        self.keys.clicked.connect(self.keys_asked)
        self._quiet = QTimer(self, singleShot=True, interval=SAID_MS)
        self._quiet.timeout.connect(lambda: self.said.set_text(""))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(style.XL, 1, style.XL, 0)
        layout.setSpacing(20)
        for widget in (self.saved, self.said, self.backup, self.notes):
            layout.addWidget(widget)
        layout.addStretch()
        layout.addWidget(self.job)
        layout.addWidget(self.cancel)
        layout.addWidget(self.keys)

    def show_summary(self, summary: Summary) -> None:
        """Show when the last change was written and what waits."""
        words = _("Saved {time}").format(time=summary.saved) if summary.saved else _("Ready")
        self.saved.set_text(f"● {words}")
        self.backup.set_text(*summary.backup)
        self.notes.set_text("      ".join(summary.notes))

    def say(self, text: str) -> None:
        """Show a line for some seconds."""
        self.said.set_text(text)
        self._quiet.start()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), style.colour("surface"))
        painter.fillRect(0, 0, self.width(), 1, style.colour("line"))


class Waiting(QWidget):
    """What stands where the page will be while the data is opened: calm empty boxes."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), style.colour("ground"))
        side = self.width() - style.PANEL
        painter.fillRect(side, 0, style.PANEL, self.height(), style.colour("surface"))
        painter.fillRect(side, 0, 1, self.height(), style.colour("line"))
        for number, height in enumerate((165, 105, 0)):
            top = 72 + (0, 177, 294)[number]
            tall = height or self.height() - top - 16
            box = QRectF(16, top, side - 33, tall)
            style.rounded(painter, box, style.colour("surface"), style.colour("line"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour("muted_soft"))
        for left in (16, 136, 256):
            painter.drawRoundedRect(QRectF(left, 20, 72, 16), 4, 4)
