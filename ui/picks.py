"""Fields in which something is picked rather than written: a choice, options, yes or no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
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
    QCheckBox,
    QComboBox,
    QCompleter,
    QFrame,
    QLineEdit,
    QSizePolicy,
    QWidget,
)

from showroom.errors import Invalid
from showroom.i18n import _
from showroom.text import joined
from ui import style
from ui.cells import paint_check
from ui.fields import ENTER, KEYS, PAD, leaves_undo
from ui.segmented import Segmented

FEWEST, MOST = 4, 14  # lines of a list that is open
SPELLED = Qt.ItemDataRole.UserRole + 1


class Choice(QComboBox):
    """One of a list: `Choice("model", _("Model"), [(3, "汉EV"), …])`; `value()` the code or None.

    `search=True` finds by any part typed, by pinyin and by its initials, however the words are run
    together; on leaving, what only one entry fits is that entry. `free=True` also takes words not
    in the list (`value()` is then the text). `set_tag` shows a small tag inside at the right.
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
        line.editingFinished.connect(self._settle)
        line.returnPressed.connect(self._settle)
        line.returnPressed.connect(self.entered)
        line.reached.connect(self._make_finder)

    def _make_finder(self) -> None:
        """Take our own finder in place of Qt's, when the keyboard first comes."""
        if not self._found:
            self._found = True
            self._spell()
            finder = _Finder(self.model(), self)
            finder.setCompletionRole(SPELLED)
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
        if self._found:
            self._spell()
        self._show(kept, typed)
        self.blockSignals(blocked)

    def _spell(self) -> None:
        """Note beside each entry how it may be typed: its words, its pinyin, the initials."""
        from showroom.store import pinyin

        for at in range(self.count()):
            text = joined(self.itemText(at))
            ways = [] if text.isascii() else pinyin.ways(text)
            self.setItemData(at, "\n".join((text, *ways)), SPELLED)

    def _settle(self) -> None:
        """Take what was typed for the one entry it fits; a list that takes any words takes them."""
        shown = self.currentText().strip()
        typed, at = joined(shown), self._called(shown)
        if not typed or not self._found or (at >= 0 and shown == self.itemText(at)):
            return
        fits = [at] if at >= 0 else []
        for number in range(self.count() if not fits and not self._free else 0):
            text, *ways = str(self.itemData(number, SPELLED) or "").split("\n")
            if typed in text or any(way.startswith(typed) for way in ways):
                fits.append(number)
        if len(fits) == 1:
            self.setCurrentIndex(fits[0])
            self.edited.emit()

    def _called(self, typed: str) -> int:
        """Where the entry stands that is called so, however its words are run together; or -1."""
        at = self.findText(typed, Qt.MatchFlag.MatchFixedString)
        if at >= 0 or not (wanted := joined(typed)):
            return at
        same = (at for at in range(self.count()) if joined(self.itemText(at)) == wanted)
        return next(same, -1)

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
        at = self._called(typed)
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
        self.setMaxVisibleItems(self._room())
        self.view().setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        super().showPopup()

    def _room(self) -> int:
        """As many lines as the window has room for below or above; the rest is scrolled to."""
        below = self.window().height() - self.mapTo(self.window(), QPoint(0, self.height())).y()
        above = self.mapTo(self.window(), QPoint()).y()
        line = max(self.view().sizeHintForRow(0), 1)
        return min(max((max(below, above) - style.L) // line, FEWEST), MOST)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        line = self.lineEdit()
        style.paint_field(painter, self, focus=self.hasFocus() or self.view_shown())
        if line is None:
            text = self.currentText() if self.currentIndex() >= 0 else self.placeholderText()
            tone = "text" if self.currentIndex() >= 0 and self.isEnabled() else "muted"
            room = self.rect().adjusted(PAD + 2, 0, -26, 0)
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


class _Finder(QCompleter):
    """Finds entries by how they are spelled, and puts in what they say."""

    def splitPath(self, path: str) -> list[str]:
        return [joined(path)]

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        return str(index.data(Qt.ItemDataRole.DisplayRole) or "")


class _Line(QLineEdit):
    """The line of a searchable `Choice`, deaf while an input method composes."""

    reached = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._composing = False
        self._fresh = False
        self.setFrame(False)
        self.setTextMargins(PAD - 2, 0, 0, 0)
        style.see_through(self)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        opaque = self.palette().base().color().alpha() > 0
        if event.type() == QEvent.Type.PaletteChange and opaque:
            style.see_through(self)  # another scheme: the box hands its own palette down

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.reached.emit()
        self._fresh = event.reason() == Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        self._composing = bool(event.preeditString())

    def event(self, event: QEvent) -> bool:
        if self._composing and event.type() in KEYS:
            event.accept()
            return True
        if leaves_undo(event, self.isUndoAvailable(), self.isRedoAvailable()):
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if self._fresh:  # the click that brought the keyboard: what is typed now replaces
            self._fresh = False
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
