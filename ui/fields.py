"""The kinds of input a form is made of; each holds one value and says when the user edits it.

Every field has `name`, `caption`, `edited` (by the user only), `value()` (raises `Invalid`),
`set_value(…)`, `raw()`/`set_raw(…)` (what was typed, for a draft) and takes `width=`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QDate, QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QCalendarWidget,
    QCheckBox,
    QComboBox,
    QCompleter,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from showroom import text as texts
from showroom.errors import Invalid
from showroom.i18n import _
from ui import style
from ui.cells import paint_check
from ui.days import read_day
from ui.segmented import Segmented
from ui.widgets import slim

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_PAD = 8
_KEYS = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)


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
        self.setTextMargins(_PAD, 0, _PAD, 0)
        style.see_through(self)
        if width:
            self.setFixedWidth(width)
        self.textEdited.connect(self._on_edited)
        self.returnPressed.connect(self.entered)

    def value(self) -> Any:
        """Return what is typed, without spaces around it."""
        return self.text().strip()

    def set_value(self, value: Any) -> None:
        """Show a value; nobody is told."""
        self.setText("" if value is None else str(value))
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
        self.setTextMargins(_PAD, 0, _PAD + room, 0)
        self.update()

    def hint(self) -> str:
        """Return the words at the right."""
        return self._hint

    def _on_edited(self) -> None:
        self.edited.emit()

    # -- Qt --

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        self._composing = bool(event.preeditString())

    def event(self, event: QEvent) -> bool:
        if self._composing and event.type() in _KEYS:
            event.accept()  # no key fires anything while an input method composes
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
    the page writes the hint itself.
    """

    def __init__(
        self, name: str, caption: str, *, auto_hint: bool = True, help: str = "", width: int = 0
    ) -> None:
        super().__init__(name, caption, help=help, width=width, max_length=40)
        self._auto = auto_hint
        self.setInputMethodHints(Qt.InputMethodHint.ImhDialableCharactersOnly)

    def set_value(self, value: Any) -> None:
        """Show a stored number (E.164) or what somebody typed, grouped."""
        typed = str(value or "")
        super().set_value(texts.show_phone(typed) if typed.startswith("+") else typed)
        self._group()

    def _on_edited(self) -> None:
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


class Money(Text):
    """An amount in yuan: `218000`, `218,000` and `21.8万` are read; `value()` Decimal or None."""

    def __init__(self, name: str, caption: str, *, help: str = "", width: int = 0) -> None:
        super().__init__(name, caption, help=help, width=width, max_length=30)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.editingFinished.connect(self._tidy)

    def value(self) -> Any:
        """Return the amount, None when empty; raise `Invalid` when it is none."""
        if not self.text().strip():
            return None
        try:
            return texts.money(self.text())
        except Invalid as error:
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
        super().__init__(name, caption, placeholder="yyyy-mm-dd", help=help, width=width)
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
        self.setTextMargins(_PAD, 0, 24, 0)
        self.editingFinished.connect(self._tidy)

    def value(self) -> Any:
        """Return the day, None when empty; raise `Invalid` when there is no such day."""
        try:
            return read_day(self.text(), self._today())
        except ValueError:
            sentence = _("There is no such day. Write it as 2026-11-21.")
            raise Invalid({self.name: sentence}) from None

    def set_value(self, value: Any) -> None:
        """Show a date, or nothing."""
        super().set_value(value.isoformat() if isinstance(value, date) else value)

    def open_calendar(self) -> None:
        """Show the calendar below the field."""
        if self._calendar is None:
            self._calendar = QCalendarWidget(self)
            self._calendar.setWindowFlags(Qt.WindowType.Popup)
            self._calendar.setVerticalHeaderFormat(
                QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader
            )
            self._calendar.clicked.connect(self._on_day)
            self._calendar.activated.connect(self._on_day)
        try:
            shown = self.value() or self._today()
        except Invalid:
            shown = self._today()
        style.dress_popup(self._calendar)
        self._calendar.setSelectedDate(QDate(shown.year, shown.month, shown.day))
        self._calendar.move(self.mapToGlobal(QPoint(0, self.height() + 4)))
        self._calendar.show()

    def _on_day(self, day: QDate) -> None:
        if self._calendar is not None:
            self._calendar.hide()
        self.setText(f"{day.year():04}-{day.month():02}-{day.day():02}")
        self._on_edited()

    def _tidy(self) -> None:
        try:
            day = self.value()
        except Invalid:
            return
        if day is not None:
            self.setText(day.isoformat())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if step and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.open_calendar()
            return
        if step:
            try:
                day = self.value()
            except Invalid:
                day = None
            day = day + timedelta(days=step) if day else self._today()
            self.setText(day.isoformat())
            self._on_edited()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._opener.setGeometry(self.width() - 30, (self.height() - 26) // 2, 26, 26)


class Choice(QComboBox):
    """One of a list: `Choice("model", _("Model"), [(3, "汉EV"), …])`; `value()` the code or None.

    `search=True` finds by any part typed; `free=True` also takes words not in the list
    (`value()` is then the text). `set_tag` shows a small tag inside at the right.
    """

    edited = Signal()
    entered = Signal()

    def __init__(
        self,
        name: str,
        caption: str,
        options: Sequence[tuple[Any, str]] = (),
        *,
        search: bool = False,
        free: bool = False,
        optional: bool = True,
        placeholder: str = "",
        help: str = "",
        width: int = 0,
    ) -> None:
        super().__init__()
        self.name, self.caption, self.help = name, caption, help
        self._optional, self._free = optional, free
        self._tag, self._tone = "", "accent"
        self._found = False
        self.setAccessibleName(caption)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(14)
        self.setFixedHeight(style.CONTROL)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setPlaceholderText(placeholder)
        if search or free:
            self._make_searchable(placeholder)
        if width:
            self.setFixedWidth(width)
        self.set_options(options)
        self.activated.connect(self.edited)

    def _make_searchable(self, placeholder: str) -> None:
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        line = _Line(self)
        self.setLineEdit(line)
        line.setPlaceholderText(placeholder)
        line.setAccessibleName(self.caption)
        line.textEdited.connect(self.edited)
        line.returnPressed.connect(self.entered)
        line.reached.connect(self._make_finder)

    def _make_finder(self) -> None:
        """Take our own finder in place of Qt's, when the keyboard first comes."""
        if not self._found:
            self._found = True
            finder = QCompleter(self.model(), self)
            finder.setFilterMode(Qt.MatchFlag.MatchContains)
            finder.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            finder.activated.connect(self.edited)
            self.setCompleter(finder)
        found = self.completer()
        popup = found.popup() if found is not None else None
        if popup is not None:
            style.dress_popup(popup)

    def set_options(self, options: Sequence[tuple[Any, str]]) -> None:
        """Offer these (code, text) pairs; what is chosen stays chosen if it still exists."""
        kept, typed = self.currentData(), self.currentText()
        blocked = self.blockSignals(True)
        self.clear()
        if self._optional and not self.isEditable():
            self.addItem("—", None)
        for code, text in options:
            self.addItem(text, code)
        self._show(kept, typed)
        self.blockSignals(blocked)

    def _show(self, code: Any, typed: str = "") -> None:
        at = -1
        for number in range(self.count()):
            if code is not None and self.itemData(number) == code:
                at = number
        self.setCurrentIndex(at)
        if at < 0 and self.isEditable():
            self.setEditText(typed if self._free else "")

    def value(self) -> Any:
        """Return the code chosen, None for nothing; raise `Invalid` for words not in the list."""
        if not self.isEditable():
            return self.currentData()
        typed = self.currentText().strip()
        if not typed:
            return None
        at = self.findText(typed, Qt.MatchFlag.MatchFixedString)
        if at >= 0:
            return self.itemData(at)
        if self._free:
            return typed
        raise Invalid({self.name: _("Choose one from the list.")})

    def set_value(self, value: Any) -> None:
        """Choose a code; nobody is told."""
        blocked = self.blockSignals(True)
        self._show(value, value if isinstance(value, str) else "")
        self.blockSignals(blocked)
        self.update()

    def raw(self) -> Any:
        """Return the code chosen or the words typed, for a draft."""
        try:
            return self.value()
        except Invalid:
            return self.currentText()

    def set_raw(self, raw: Any) -> None:
        """Bring a draft back."""
        self.set_value(raw)
        if self.isEditable() and self.currentIndex() < 0 and isinstance(raw, str):
            self.setEditText(raw)

    def set_tag(self, text: str, tone: str = "accent") -> None:
        """Show a small tag inside at the right: "Next in turn"."""
        self._tag, self._tone = text, tone
        self.update()

    def view_shown(self) -> bool:
        """Tell whether the list hangs open."""
        return self.findChild(QFrame) is not None and self.view().isVisible()

    # -- Qt --

    def sizeHint(self) -> QSize:
        return QSize(96, style.CONTROL)

    def minimumSizeHint(self) -> QSize:
        return QSize(64, style.CONTROL)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER and not self.isEditable():
            self.entered.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not self.isEditable():
            if self._optional and self.currentData() is not None:
                self.setCurrentIndex(-1)
                self.edited.emit()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()  # scrolling the panel must not change what it holds

    def showPopup(self) -> None:
        style.dress_popup(self)
        super().showPopup()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        line = self.lineEdit()
        style.paint_field(painter, self, focus=self.hasFocus() or self.view_shown())
        if line is None:
            text = self.currentText() if self.currentIndex() >= 0 else self.placeholderText()
            tone = "text" if self.currentIndex() >= 0 and self.isEnabled() else "muted"
            room = self.rect().adjusted(_PAD + 2, 0, -26, 0)
            painter.setFont(style.font())
            painter.setPen(style.colour(tone))
            cut = style.metrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), cut)
        role = "muted" if self.isEnabled() else "disabled"
        box = QRect(self.width() - 22, (self.height() - 14) // 2, 14, 14)
        style.paint_icon(painter, "chevron-down", role, box)
        if self._tag:
            style.paint_tag(
                painter, self.rect().adjusted(60, 0, -28, 0), self._tag, self._tone, right=True
            )


class _Line(QLineEdit):
    """The line of a searchable `Choice`, deaf while an input method composes."""

    reached = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._composing = False
        self.setFrame(False)
        self.setTextMargins(_PAD - 2, 0, 0, 0)
        style.see_through(self)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.reached.emit()
        super().focusInEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        self._composing = bool(event.preeditString())

    def event(self, event: QEvent) -> bool:
        if self._composing and event.type() in _KEYS:
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.selectAll()


class Options(Segmented):
    """A choice among few, side by side: `Options("level", _("Level"), [("week", "H 7 days")…])`."""

    edited = Signal()
    entered = Signal()

    def __init__(
        self,
        name: str,
        caption: str,
        options: Sequence[tuple[str, str]] = (),
        *,
        optional: bool = True,
        help: str = "",
    ) -> None:
        super().__init__(options, name=name, optional=optional)
        self.name, self.caption, self.help = name, caption, help
        self.setAccessibleName(caption)
        self.chosen.connect(lambda _code: self.edited.emit())

    def value(self) -> Any:
        """Return the code chosen, or None."""
        return self.code() or None

    def set_value(self, value: Any) -> None:
        """Choose a code, or nothing; nobody is told."""
        self.set_code(str(value or ""))

    raw, set_raw = value, set_value

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER:
            self.entered.emit()
        else:
            super().keyPressEvent(event)


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


class Check(QCheckBox):
    """Yes or no: `Check("test_drive", _("Test drive"))`; `value()` bool."""

    edited = Signal()
    entered = Signal()

    def __init__(self, name: str, caption: str, text: str = "", *, help: str = "") -> None:
        super().__init__(text or caption)
        self.name, self.caption, self.help = name, caption, help
        self.setAccessibleName(text or caption)
        self.setMinimumHeight(style.CONTROL)
        self.clicked.connect(lambda _on: self.edited.emit())

    def value(self) -> Any:
        """Return whether it is ticked."""
        return self.isChecked()

    def set_value(self, value: Any) -> None:
        """Tick or untick; nobody is told."""
        self.setChecked(bool(value))

    raw, set_raw = value, set_value

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER:
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(style.metrics().horizontalAdvance(self.text()) + 30, style.CONTROL)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRect(2, (self.height() - 16) // 2, 16, 16)
        paint_check(painter, box, self.isChecked())
        if self.hasFocus():
            painter.setPen(style.colour("accent"))
            painter.drawRoundedRect(box.adjusted(-2, -2, 1, 1), 5, 5)
        painter.setFont(style.font())
        painter.setPen(style.colour("text" if self.isEnabled() else "disabled"))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(self.rect().adjusted(26, 0, 0, 0), middle, self.text())


Field = Text | Choice | Options | Note | Check
