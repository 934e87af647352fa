"""The fields of an archive, each saved as the cursor leaves it, the score told while one types."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCompleter, QLabel, QLineEdit

from showroom import words
from showroom.errors import Invalid, ShowroomError
from showroom.i18n import _
from showroom.people import archive
from showroom.people.archive import BASIC, EXTRA, HINTS, NAME, PHONE, SEX, TITLES, USUAL
from showroom.store import drafts
from showroom.store.models import Honorific, TraitKind
from ui import dialogs, style
from ui.forms import Choice, Field, Form, Options, Phone, Text
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.people.archive import Archive, Scheme
    from showroom.store.db import Session
    from ui.page import Page

DRAFT_MS = 300
LONGEST_TYPED = 2000
"""So much may be pasted: what is too long is said, not cut off."""

NEXT = 2
SOLD = (TraitKind.SPENT, TraitKind.BOUGHT)


class ArchiveForm(Form):
    """The basic fields, below them the extra ones; beside an empty one stands what it is worth.

    A choice is saved when it is made, words when the cursor leaves them; what is being typed is
    kept as a draft every 300 ms. `scored(score, next)` with every change of what stands there.
    """

    scored = Signal(int, list)

    def __init__(self, page: Page, name: str) -> None:
        super().__init__(name)
        self.page, self.db = page, page.db
        self.id = 0
        self._scheme: Scheme | None = None
        self._saved: dict[str, str] = {}
        self._dirty: set[str] = set()
        self.gains: dict[str, QLabel] = {}
        self._later = QTimer(self, singleShot=True, interval=DRAFT_MS)
        self._later.timeout.connect(self._keep_draft)
        self.basic = label("", "section", name=f"{name}.basic")
        self.extra = label("", "section", name=f"{name}.extra")
        self._grid.setVerticalSpacing(style.S)
        self.add(self.basic)
        for field in BASIC:
            self._add(field)
        self.extra.setContentsMargins(0, style.M, 0, 0)
        self.add(self.extra)
        for field in EXTRA:
            self._add(field)
        self.edited.connect(self._on_field_edited)

    def _add(self, name: str) -> None:
        field = _field(name)
        self.row(field)
        gain = label("", "muted", name=f"{self._page}.{name}.gain")
        gain.setFixedWidth(30)
        gain.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.gains[name] = gain
        self.beside(name, gain)
        leave = partial(self._leave, name)
        if isinstance(field, Choice):
            field.activated.connect(leave)
        line = field.lineEdit() if isinstance(field, Choice) else field
        if isinstance(line, QLineEdit):
            line.editingFinished.connect(leave)

    # -- what the tab uses --

    def show_archive(self, session: Session, held: Archive) -> None:
        """Show an archive, with what was being typed for it; that of another is saved first."""
        other = held.customer_id != self.id
        if other:
            before, typed = self.id, {name: self._said(name) for name in sorted(self._dirty)}
            self.id = held.customer_id
            self._dirty = set()
            self._later.stop()
            self.clear_problems()
            if typed:
                self._save_for(before, typed)
            self._suggest(archive.suggestions(session))
        self._scheme, self._saved = held.scheme, held.values
        shown = {*held.scheme.basic, *held.scheme.extra}
        for name, field in self.fields.items():
            self.show_row(name, name in shown)
            self.gains[name].setVisible(name in shown)
            fixed = (name in SOLD and held.sold) or (name == PHONE and bool(held.values.get(PHONE)))
            field.setEnabled(not fixed)
            said = held.values.get(name, "")
            if name not in self._dirty and (other or self._said(name) != said):
                field.set_value(said)
            field.setToolTip(style.tip(self._tip(name, said, fixed), wrapped=True))
        if other:
            self._bring_back(session)
        self._count()

    def settle(self) -> None:
        """Save what is being typed; what cannot be stays a draft."""
        if self._dirty:
            self._later.stop()
            self._save_for(self.id, {name: self._said(name) for name in sorted(self._dirty)})

    def begin(self) -> None:
        """Go to the first empty field."""
        empty = [
            name
            for name, field in self.fields.items()
            if field.isEnabled() and not field.isHidden() and not self._said(name)
        ]
        self.focus(empty[0] if empty else NAME)

    def focus(self, name: str = "") -> None:
        """Put the cursor into a field, and the field into sight."""
        super().focus(name)
        self.page.side.area.ensureWidgetVisible(self.fields[name or NAME], 0, style.ROW)

    # -- showing --

    def _tip(self, name: str, said: str, fixed: bool) -> str:
        if fixed:
            return _("From his deals.") if name in SOLD else _("Shift+F2 changes numbers.")
        return said or _(HINTS.get(name, TITLES[name]))

    def _suggest(self, offered: dict[str, list[str]]) -> None:
        for name, answers in offered.items():
            field = self.fields[name]
            if isinstance(field, Choice):
                field.set_options([(each, each) for each in answers])
            elif answers:
                finder = QCompleter(answers, field)
                finder.setFilterMode(Qt.MatchFlag.MatchContains)
                finder.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
                finder.activated.connect(partial(self._picked, field))
                popup = finder.popup()
                if popup is not None:
                    style.dress_popup(popup)
                field.setCompleter(finder)
            else:
                field.setCompleter(None)

    def _picked(self, field: Text, _answer: str) -> None:
        """An answer was picked: the field shows it a moment later."""
        QTimer.singleShot(0, field, field.edited.emit)

    def _said(self, name: str) -> str:
        return str(self.fields[name].raw() or "").strip()

    def _count(self) -> None:
        """Say the score of what stands there now, and what each empty field is worth."""
        scheme = self._scheme
        if scheme is None:
            return
        filled = {name for name in self.fields if self._said(name)}
        for name, gain in self.gains.items():
            worth = "" if name in filled else f"+{scheme.gain(name, filled)}"
            deal = name in SOLD and not self.fields[name].isEnabled()
            gain.setText(_("deal") if deal else worth)
            style.set_role(gain, tone="accent" if worth else "muted")
        said = _("{part} {filled} of {count} · {weight} %")
        for part, title, fields, weight in (
            (self.basic, _("Basic fields"), scheme.basic, scheme.weight),
            (self.extra, _("Extra fields"), scheme.extra, 100 - scheme.weight),
        ):
            part.setVisible(bool(fields))
            count = sum(name in filled for name in fields)
            part.setText(said.format(part=title, filled=count, count=len(fields), weight=weight))
        self.scored.emit(scheme.score(filled), scheme.next(filled, NEXT))

    # -- typing --

    def _on_field_edited(self, name: str) -> None:
        self._dirty.add(name)
        self._count()
        if name == SEX:
            self._leave(name)
        else:
            self._later.start()

    def _leave(self, name: str, *_args: object) -> None:
        if name in self._dirty:
            self._save_for(self.id, {name: self._said(name)})

    def _save_for(self, id: int, typed: dict[str, str]) -> None:
        """Save what was typed; what cannot be is said beside its field and stays a draft."""
        kept: dict[str, str] = {}
        for name, said in typed.items():
            self._dirty.discard(name)
            try:
                with self.db.write() as session:
                    archive.fill(session, id, name, said)
            except Invalid as error:
                kept[name] = said
                if id == self.id:
                    self._dirty.add(name)
                    self._say(error.problems)
            except ShowroomError as error:
                kept[name] = said
                if id == self.id:
                    self._dirty.add(name)
                dialogs.show_error(self.page, error)
            else:
                if id == self.id:  # it is saved: Ctrl+Z is the window's from now on
                    self.fields[name].set_value(self._said(name))
        self._write_draft(id, kept)

    def _say(self, problems: dict[str, str]) -> None:
        """Write each sentence below its field, without taking the cursor there."""
        for name, sentence in problems.items():
            self.problems[name].setText(sentence)
            self.problems[name].show()
            self.fields[name].setAccessibleDescription(sentence)
            style.set_role(self.fields[name], problem="true")

    # -- drafts --

    def _keep_draft(self) -> None:
        self._write_draft(self.id, {})

    def _write_draft(self, id: int, kept: dict[str, str]) -> None:
        if id == self.id:
            kept = {name: self._said(name) for name in self._dirty}
        with self.db.write() as session:
            drafts.save(session, f"archive:{id}", kept, now=self.db.now())

    def _bring_back(self, session: Session) -> None:
        """Show what was being typed for him when it was interrupted, with what is wrong of it."""
        typed = drafts.find(session, f"archive:{self.id}")
        for name, said in typed.items():
            if name in self.fields and said != self._saved.get(name, ""):
                self.fields[name].set_raw(said)
                self._dirty.add(name)


def _field(name: str) -> Field:
    """The input of one field."""
    caption, hint = _(TITLES[name]), _(HINTS[name]) if name in HINTS else ""
    if name == SEX:
        sexes = [(one.value, _(words.HONORIFICS[one])) for one in (Honorific.MR, Honorific.MS)]
        return Options(name, caption, sexes)
    if name == PHONE:
        return Phone(name, caption)
    if name in USUAL:
        return Choice(name, caption, [], free=True, placeholder=hint)
    return Text(name, caption, placeholder=hint, max_length=LONGEST_TYPED)
