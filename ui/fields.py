"""The kinds of input a form is made of; each holds one value and says when the user edits it.

Every field has `name`, `caption`, `edited` (by the user only), `value()` (raises `Invalid`),
`set_value(…)`, `raw()`/`set_raw(…)` (what was typed, for a draft) and takes `width=`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDate, QEvent, QLocale, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QToolButton

from showroom import text as texts
from showroom.errors import Invalid
from showroom.i18n import _, language
from ui import style
from ui.days import read_day
from ui.widgets import slim

if TYPE_CHECKING:
    from PySide6.QtWidgets import QCalendarWidget

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
PAD = 8
KEYS = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)


def leaves_undo(event: QEvent, undo: bool, redo: bool) -> bool:
    """Leave Ctrl+Z to the window when a field has nothing to undo; tell whether it was left.

    `undo` and `redo` say what the field could take back and do again.
    """
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    keys = QKeySequence.StandardKey
    if (event.matches(keys.Undo) and not undo) or (event.matches(keys.Redo) and not redo):
        event.ignore()
        return True
    return False


class Text(QLineEdit):
    """One line of text: `Text("name", _("Name"))`; `value()` is trimmed, `""` when empty.

    `placeholder` stands in the empty field, `help` below it. `set_hint` writes small words at
    the right inside. `entered` is Enter, never while an input method composes.
    """

    edited = Signal()
    entered = Signal()

    def __init__(
        self,
        name: str,
        caption: str,
        *,
        placeholder: str = "",
        help: str = "",
        width: int = 0,
        max_length: int = 200,
    ) -> None:
        super().__init__()
        self.name, self.caption, self.help = name, caption, help
        self._composing = False
        self._hint, self._hint_tone = "", "muted"
        self.setAccessibleName(caption)
        self.setPlaceholderText(placeholder)
        self.setMaxLength(max_length)
        self.setFrame(False)
        self.setFixedHeight(style.CONTROL)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setTextMargins(PAD, 0, PAD, 0)
        style.see_through(self)
        if width:
            self.setFixedWidth(width)
        self.textEdited.connect(self._on_edited)
        self.returnPressed.connect(self.entered)

    def value(self) -> Any:
        """Return what is typed, without spaces around it."""
        return self.text().strip()

    def set_value(self, value: Any) -> None:
        """Show a value; nobody is told. Where somebody types, the same one leaves the cursor."""
        shown = "" if value is None else str(value)
        if shown != self.text() or self.window().focusWidget() is not self:
            self.setText(shown)
            self.setCursorPosition(0)

    def raw(self) -> Any:
        """Return what is typed as it stands, for a draft."""
        return self.text()

    def set_raw(self, raw: Any) -> None:
        """Bring a draft back."""
        self.setText(str(raw or ""))

    def set_hint(self, hint: str, tone: str = "muted") -> None:
        """Write small words at the right inside the field: `3 more`, `known customer`."""
        self._hint, self._hint_tone = hint, tone
        self.setAccessibleDescription(hint)
        room = style.metrics(12).horizontalAdvance(hint) + 8 if hint else 0
        self.setTextMargins(PAD, 0, PAD + room, 0)
        self.update()

    def hint(self) -> str:
        """Return the words at the right."""
        return self._hint

    def is_composing(self) -> bool:
        """Whether an input method composes: then its keys mean nothing here."""
        return self._composing

    def _on_edited(self) -> None:
        self.edited.emit()

    # -- Qt --

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        self._composing = bool(event.preeditString())

    def event(self, event: QEvent) -> bool:
        if self._composing and event.type() in KEYS:
            event.accept()  # no key fires anything while an input method composes
            return True
        if leaves_undo(event, self.isUndoAvailable(), self.isRedoAvailable()):
            return True
        if event.type() == QEvent.Type.FocusOut:
            self._composing = False
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        style.paint_field(painter, self, focus=self.hasFocus())
        painter.end()
        super().paintEvent(event)
        if self._hint:
            painter = QPainter(self)
            painter.setFont(style.font(12))
            painter.setPen(style.colour(self._hint_tone))
            box = self.rect().adjusted(10, 0, -10, 0)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, int(right), self._hint)


class Phone(Text):
    """A phone as it is typed: grouped 3-4-4, full-width digits made narrow, what lacks said.

    `value()` is the text typed; the service says whether it is a phone. `auto_hint=False` when
    the page writes the hint itself. What is typed into a hidden number, 138****8000, takes its
    place.
    """

    def __init__(
        self, name: str, caption: str, *, auto_hint: bool = True, help: str = "", width: int = 0
    ) -> None:
        super().__init__(name, caption, help=help, width=width, max_length=40)
        self._auto = auto_hint
        self._hidden = ""
        self.setInputMethodHints(Qt.InputMethodHint.ImhDialableCharactersOnly)

    def set_value(self, value: Any) -> None:
        """Show a stored number (E.164) or what somebody typed, grouped."""
        typed = str(value or "")
        self._hidden = typed if texts.is_hidden(typed) else ""
        whole = typed.startswith("+") and not self._hidden
        super().set_value(texts.show_phone(typed) if whole else typed)
        self._group()

    def _on_edited(self) -> None:
        if texts.is_hidden(self._hidden) and "*" in self.text():
            self.setText(_typed_into(self._hidden, self.text()))
        self._hidden = ""
        self._group()
        if self._auto:
            self.set_hint(texts.phone_hint(self.text()))
        super()._on_edited()

    def _group(self) -> None:
        typed, at = self.text(), self.cursorPosition()
        narrow = texts.narrow(typed).replace(" ", "")
        if narrow.isdigit() and narrow.startswith("1") and len(narrow) <= 11:
            parts = (narrow[:3], narrow[3:7], narrow[7:])
            shown = " ".join(part for part in parts if part)
            if shown != typed:
                digits = sum(not char.isspace() for char in typed[:at])
                self.setText(shown)
                self.setCursorPosition(digits + (digits > 3) + (digits > 7))


def _typed_into(old: str, new: str) -> str:
    """Return what was put into `old` to make it `new`."""
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    return new[head : len(new) - tail]


def _alike(one: str, other: str) -> int:
    """Return how many characters two texts begin with in common."""
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))


class Money(Text):
    """An amount in yuan: `218000`, `218,000` and `21.8万` are read; `value()` Decimal or None.

    `example` is what is named to whoever typed none, when the price of a car would be odd.
    """

    def __init__(
        self, name: str, caption: str, *, help: str = "", width: int = 0, example: str = ""
    ) -> None:
        super().__init__(name, caption, help=help, width=width, max_length=30)
        self.example = example
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.editingFinished.connect(self._tidy)

    def value(self) -> Any:
        """Return the amount, None when empty; raise `Invalid` when it is none."""
        if not self.text().strip():
            return None
        try:
            return texts.money(self.text())
        except Invalid as error:
            if self.example:
                said = _("Enter an amount such as {example}.").format(example=self.example)
                raise Invalid({self.name: said}) from None
            raise Invalid({self.name: " ".join(error.problems.values())}) from None

    def set_value(self, value: Any) -> None:
        """Show a Decimal with its thousands separated."""
        if isinstance(value, Decimal | int):
            value = texts.show_money(Decimal(value))
        super().set_value(value)

    def _tidy(self) -> None:
        try:
            amount = self.value()
        except Invalid:
            return
        if amount is not None:
            self.setText(texts.show_money(amount))


class Number(Text):
    """A whole number within limits; `value()` int or None."""

    def __init__(
        self,
        name: str,
        caption: str,
        *,
        least: int = 0,
        most: int = 999_999,
        help: str = "",
        width: int = 0,
    ) -> None:
        super().__init__(name, caption, help=help, width=width, max_length=12)
        self.least, self.most = least, most
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def value(self) -> Any:
        """Return the number, None when empty; raise `Invalid` outside its limits."""
        typed = texts.narrow(self.text()).replace(",", "")
        if not typed:
            return None
        number = int(typed) if typed.lstrip("-").isdecimal() else None
        if number is None or not self.least <= number <= self.most:
            sentence = _("Enter a whole number from {least} to {most}.")
            raise Invalid({self.name: sentence.format(least=self.least, most=self.most)})
        return number

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        typed = texts.narrow(self.text())
        if step and (not typed or typed.isdecimal()):
            number = (int(typed) if typed else self.least - step) + step
            self.setText(str(min(max(number, self.least), self.most)))
            self._on_edited()
            return
        super().keyPressEvent(event)


class Day(Text):
    """A date, or none: `2026-11-21`, `11-21`, `21`, `+3` or the calendar; `value()` date or None.

    Up and Down move by a day, Alt+Down opens the calendar. `today` is for tests and the tour.
    """

    def __init__(
        self,
        name: str,
        caption: str,
        *,
        today: Callable[[], date] = date.today,
        help: str = "",
        width: int = 0,
    ) -> None:
        super().__init__(name, caption, placeholder=_("yyyy-mm-dd"), help=help, width=width)
        self._today = today
        self._calendar: QCalendarWidget | None = None
        self._opener = QToolButton(self)
        self._opener.setIcon(style.icon("calendar"))
        self._opener.setIconSize(QSize(16, 16))
        self._opener.setAutoRaise(True)
        self._opener.setCursor(Qt.CursorShape.ArrowCursor)
        self._opener.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._opener.setToolTip(_("Calendar (Alt+Down)"))
        self._opener.setAccessibleName(_("Calendar (Alt+Down)"))
        self._opener.clicked.connect(self.open_calendar)
        self.setTextMargins(PAD, 0, 24, 0)
        self.editingFinished.connect(self._tidy)

    def value(self) -> Any:
        """Return the day, None when empty; raise `Invalid` when there is no such day."""
        return self._read(self.text())

    def _read(self, typed: str) -> date | None:
        try:
            return read_day(typed, self._today())
        except ValueError:
            raise self._no_day() from None

    def _no_day(self) -> Invalid:
        return Invalid({self.name: _("There is no such day. Write it as 2026-11-21.")})

    def set_value(self, value: Any) -> None:
        """Show a date, or nothing."""
        super().set_value(value.isoformat() if isinstance(value, date) else value)

    def open_calendar(self) -> None:
        """Show the calendar below the field."""
        from PySide6.QtGui import QTextCharFormat
        from PySide6.QtWidgets import QCalendarWidget

        if self._calendar is None:
            self._calendar = QCalendarWidget(self)
            self._calendar.setWindowFlags(Qt.WindowType.Popup)
            self._calendar.setVerticalHeaderFormat(
                QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader
            )
            self._calendar.setLocale(QLocale(language()))
            self._calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
            for name, icon in (("prev", "chevron-left"), ("next", "chevron-right")):
                turner = self._calendar.findChild(QToolButton, f"qt_calendar_{name}month")
                if turner is not None:
                    turner.setIcon(style.icon(icon))
            for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
                self._calendar.setWeekdayTextFormat(day, QTextCharFormat())
            self._calendar.clicked.connect(self._on_day)
            self._calendar.activated.connect(self._on_day)
        shown = self._day() or self._today()
        style.dress_popup(self._calendar)
        self._calendar.setSelectedDate(QDate(shown.year, shown.month, shown.day))
        self._calendar.move(self.mapToGlobal(QPoint(0, self.height() + 4)))
        self._calendar.show()

    def _on_day(self, day: QDate) -> None:
        if self._calendar is not None:
            self._calendar.hide()
        self._write(date(day.year(), day.month(), day.day()))
        self._on_edited()

    def _day(self) -> date | None:
        """The day that is typed, if it is one."""
        try:
            day = self.value()
        except Invalid:
            return None
        return day if isinstance(day, date) else None

    def _tidy(self) -> None:
        day = self._day()
        if day is not None:
            self._write(day)

    def _write(self, day: date) -> None:
        self.setText(day.isoformat())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if step and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.open_calendar()
            return
        if step:
            day = self._day()
            day = day + timedelta(days=step) if day else self._today()
            self._write(day)
            self._on_edited()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._opener.setGeometry(self.width() - 30, (self.height() - 26) // 2, 26, 26)


class Birthday(Day):
    """A date of birth; without a year 10-03, of a lunar one also 1981-02-30: then a text.

    A year of two digits is the last one that is over: 85-5-1 is of 1985.
    """

    def value(self) -> Any:
        """Return the day, `10-03` or `1981-02-30`; None when empty; raise `Invalid` for others."""
        from showroom import lunar  # not on the way to the first picture

        typed = self._in_full(texts.narrow(self.text()).replace(" ", ""))
        if re.fullmatch(r"[+-]?\d{1,4}\D?", typed):  # the 21st, March, or a year
            raise self._no_day()
        with suppress(ValueError):
            if (day := lunar.without_year(typed)) is not None:
                return day
        found = re.fullmatch(r"(?:(\d{4})[-./年]?)?(?:0?2[-./月]|02)(29|30)日?", typed)
        try:
            return self._read(typed)
        except Invalid:
            if found is None:
                raise
        return "-".join(part for part in (found[1], "02", found[2]) if part)

    def _in_full(self, typed: str) -> str:
        short = re.match(r"(\d\d)[-./年](\d{1,2})[-./月](\d{1,2})", typed)
        if short is None:
            return typed
        year, today = 2000 + int(short[1]), self._today()
        over = (year, int(short[2]), int(short[3])) <= (today.year, today.month, today.day)
        return f"{year if over else year - 100}{typed[2:]}"


class Note(QPlainTextEdit):
    """A few lines of text; Enter makes a new line, Tab and Ctrl+Enter leave it."""

    edited = Signal()
    entered = Signal()

    def __init__(
        self, name: str, caption: str, *, lines: int = 2, placeholder: str = "", help: str = ""
    ) -> None:
        super().__init__()
        self.name, self.caption, self.help = name, caption, help
        self._silent = False
        self.setAccessibleName(caption)
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        slim(self)
        self.document().setDocumentMargin(2)
        self.setViewportMargins(7, 5, 4, 5)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedHeight(lines * style.metrics().lineSpacing() + 16)
        self.textChanged.connect(self._on_changed)

    def value(self) -> Any:
        """Return the text without spaces around it."""
        return self.toPlainText().strip()

    def set_value(self, value: Any) -> None:
        """Show a text; nobody is told."""
        self._silent = True
        self.setPlainText(str(value or ""))
        self._silent = False

    raw, set_raw = value, set_value

    def _on_changed(self) -> None:
        if not self._silent:
            self.edited.emit()

    def event(self, event: QEvent) -> bool:
        held = self.document()
        if leaves_undo(event, held.isUndoAvailable(), held.isRedoAvailable()):
            return True
        if event.type() == QEvent.Type.Paint:
            painter = QPainter(self)
            style.paint_field(painter, self, focus=self.hasFocus())
            painter.end()
        elif event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.entered.emit()
        else:
            super().keyPressEvent(event)
