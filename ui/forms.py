"""Forms: a label, an input and what is wrong with it, in one call a row.

self.phone = Phone("phone", _("Phone"))
self.form = Form("desk")
self.form.row(Text("name", _("Name")), Choice("honorific", _("Honorific"), …, width=84))
self.form.row(self.phone)                       # objectName "desk.phone", label is buddy
self.form.edited.connect(self._draft)           # name of the field, user edits only
self.form.entered.connect(self._save)           # Enter in the last field
…
with self.form.reporting():                     # Invalid → beside its field, focus there
    with self.db.write() as session:
        customers.add(session, **self.form.values())
    self.form.clear()
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from showroom.errors import Cancelled, Invalid, ShowroomError
from showroom.i18n import _, language
from ui import dialogs, style
from ui.fields import Birthday, Day, Money, Note, Number, Phone, Text
from ui.picks import Check, Choice, Options
from ui.widgets import label

Field = Text | Choice | Options | Note | Check

__all__ = [
    "Birthday",
    "Check",
    "Choice",
    "Day",
    "Field",
    "Form",
    "Money",
    "Note",
    "Number",
    "Options",
    "Phone",
    "Text",
]


def name_key() -> tuple[str, str]:
    """Say how a name is typed, for F1: Enter goes by the honorific."""
    return _("Mr Lee"), _("Name with honorific")


class Form(QWidget):
    """Rows of labelled fields; `fields[name]` the inputs, `problems[name]` what is wrong.

    `edited(name)` is emitted when the user changes a field, `entered()` for Enter in the last.
    `passed`: what Enter passes over on its way; Tab reaches it.
    """

    edited = Signal(str)
    entered = Signal()

    def __init__(self, page: str = "", *, label_width: int = 0) -> None:
        super().__init__()
        self._page = page
        self.passed: frozenset[str] = frozenset()
        self.fields: dict[str, Any] = {}
        self.problems: dict[str, QLabel] = {}
        self.labels: dict[str, QLabel] = {}
        self._remembers = False
        self._settled: dict[str, Any] = {}  # as it was filled in, where that is remembered
        self._touched: set[str] = set()
        self._rows: dict[str, list[QWidget]] = {}
        self._lines: dict[str, QHBoxLayout] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(style.M)
        self._grid.setVerticalSpacing(style.M)
        self._grid.setColumnStretch(1, 1)
        wide = label_width or (style.LABEL - style.M if language() == "zh_CN" else 88)
        self._grid.setColumnMinimumWidth(0, wide)
        self._label_width = wide

    # -- building --

    def row(self, *fields: Field) -> None:
        """Add a row: the first field's caption is its label, all fields stand side by side."""
        number = self._grid.rowCount()
        first = fields[0]
        caption = (
            "" if isinstance(first, Check) and first.text() == first.caption else first.caption
        )
        words = label(caption, "label", wrap=True)
        words.setBuddy(first)
        words.setMinimumHeight(style.CONTROL)
        words.setFixedWidth(self._label_width)
        words.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        side = QHBoxLayout()
        side.setSpacing(style.M)
        cell = QVBoxLayout()
        cell.setSpacing(2)
        cell.addLayout(side)
        parts: list[QWidget] = [words]
        fixed = [field.maximumWidth() == field.minimumWidth() for field in fields]
        for field, narrow in zip(fields, fixed, strict=True):
            self._take(field)
            side.addWidget(field, 0 if narrow else 1)
            parts.append(field)
        if isinstance(first, Check) or all(fixed):
            side.addStretch()
        for field in fields:
            if field.help:
                cell.addWidget(label(field.help, "help", wrap=True))
            cell.addWidget(self.problems[field.name])
            self.labels[field.name] = words
            self._lines[field.name] = side
            self._rows[field.name] = parts
        self._grid.addWidget(words, number, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addLayout(cell, number, 1)

    def section(self, title: str) -> None:
        """Add a heading above the rows that follow."""
        self._grid.addWidget(label(title, "section"), self._grid.rowCount(), 0, 1, 2)

    def add(self, widget: QWidget) -> None:
        """Add any widget across the whole width."""
        self._grid.addWidget(widget, self._grid.rowCount(), 0, 1, 2)

    def beside(self, name: str, widget: QWidget) -> None:
        """Add any widget at the end of the line a field stands in."""
        self._lines[name].addWidget(widget)

    def show_row(self, name: str, shown: bool) -> None:
        """Show or hide the row a field stands in."""
        for part in self._rows[name]:
            part.setVisible(shown)
        if not shown:
            self.problems[name].hide()

    def _take(self, field: Field) -> None:
        field.setObjectName(f"{self._page}.{field.name}" if self._page else field.name)
        if isinstance(field, Options):
            for code, part in field.buttons.items():
                part.setObjectName(f"{field.objectName()}.{code}")
        problem = label("", "problem", name=f"{field.objectName()}.problem", wrap=True)
        problem.hide()
        self.fields[field.name] = field
        self.problems[field.name] = problem
        if self._remembers:
            self._settled[field.name] = field.raw()
        field.edited.connect(self._on_edited(field.name))
        field.entered.connect(self._on_entered(field.name))

    # -- values --

    def values(self) -> dict[str, Any]:
        """Return what the fields hold by name; raise one `Invalid` for all that cannot be."""
        held: dict[str, Any] = {}
        wrong: dict[str, str] = {}
        for name, field in self.fields.items():
            try:
                held[name] = field.value()
            except Invalid as error:
                wrong |= error.problems
        if wrong:
            raise Invalid(wrong)
        return held

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show these values in the fields of those names; nobody is told, problems go."""
        for name, value in values.items():
            if name in self.fields:
                self.fields[name].set_value(value)
                self.filled(name)
        self.clear_problems()

    def raw(self) -> dict[str, Any]:
        """Return what is typed, valid or not, as JSON can hold it: a draft."""
        return {name: field.raw() for name, field in self.fields.items()}

    def set_raw(self, raw: Mapping[str, Any]) -> None:
        """Bring a draft back."""
        for name, value in raw.items():
            if name in self.fields:
                self.fields[name].set_raw(value)
                self._touched.add(name)

    def remember(self) -> None:
        """Keep what the fields are filled in with, so that it can be taken back.

        Not where a customer is shown: who sits down next may not see what stood there.
        """
        self._remembers = True
        self.filled()

    def unsettled(self) -> list[str]:
        """Return the fields that hold something else, by hand, than they were filled in with."""
        touched = [name for name in self._settled if name in self._touched]
        return [name for name in touched if self.fields[name].raw() != self._settled[name]]

    def filled(self, *names: str) -> None:
        """Take these fields, or all, for filled in as they stand: they are saved."""
        for name in names or self.fields:
            self._touched.discard(name)
            if self._remembers:
                self._settled[name] = self.fields[name].raw()

    def take_back(self, *names: str) -> None:
        """Let these fields, or all, hold again what they were filled in with; nobody is told."""
        for name in names or self.unsettled():
            self.fields[name].set_raw(self._settled[name])
            self._touched.discard(name)
            self._clear_problem(name)
            if isinstance(self.fields[name], Phone):
                self.fields[name].set_hint("")

    def clear(self) -> None:
        """Empty all fields and forget the problems."""
        for field in self.fields.values():
            field.set_value(None)
            if isinstance(field, Phone):
                field.set_hint("")
        self.filled()
        self.clear_problems()

    def focus(self, name: str = "") -> None:
        """Put the cursor into a field, or into the first."""
        if self.fields:
            self.fields[name or next(iter(self.fields))].setFocus(Qt.FocusReason.OtherFocusReason)

    # -- problems --

    def show_problems(self, problems: Mapping[str, str]) -> dict[str, str]:
        """Write each sentence below its field, focus the first; return those of no field."""
        rest, first = {}, ""
        for name, sentence in problems.items():
            if name not in self.fields:
                rest[name] = sentence
                continue
            first = first or name
            self.problems[name].setText(sentence)
            self.problems[name].show()
            self.fields[name].setAccessibleDescription(sentence)
            style.set_role(self.fields[name], problem="true")
        if first:
            self.focus(next(name for name in self.fields if name in problems))
        return rest

    def clear_problems(self) -> None:
        """Take all sentences away."""
        for name in self.problems:
            self._clear_problem(name)

    def _clear_problem(self, name: str) -> None:
        if self.problems[name].text():
            self.problems[name].setText("")
            self.problems[name].hide()
            self.fields[name].setAccessibleDescription("")
            style.set_role(self.fields[name], problem="")

    @contextmanager
    def reporting(self) -> Iterator[None]:
        """Say what goes wrong inside: `Invalid` beside its field, other errors in one box."""
        self.clear_problems()
        try:
            yield
        except Invalid as error:
            rest = self.show_problems(error.problems)
            if rest:
                dialogs.show_error(self, ShowroomError(" ".join(rest.values())))
        except Cancelled:
            pass
        except ShowroomError as error:
            dialogs.show_error(self, error)

    # -- inside --

    def _on_edited(self, name: str) -> Callable[[], None]:
        def told() -> None:
            self._touched.add(name)
            self._clear_problem(name)
            self.edited.emit(name)

        return told

    def _on_entered(self, name: str) -> Callable[[], None]:
        def moved() -> None:
            names = [
                one
                for one, field in self.fields.items()
                if field.isEnabled()
                and not field.isHidden()
                and (one == name or one not in self.passed)
            ]
            at = names.index(name) + 1
            if at < len(names):
                self.focus(names[at])
                field = self.fields[names[at]]
                line = field.lineEdit() if isinstance(field, Choice) else field
                if isinstance(line, QLineEdit):
                    line.selectAll()
            else:
                self.entered.emit()

        return moved
