"""A notice at the right: what one customer is told, ready to copy; or a notice being written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom import choices, words
from showroom.cards import messages
from showroom.care import advisories
from showroom.care.advisories import SERVICE, WAYS, Met, PersonRow, Reach
from showroom.errors import Invalid, ShowroomError
from showroom.guard import consent
from showroom.i18n import _, ngettext
from showroom.store.models import AdvisoryKind, Alert, ChoiceKind, Way
from ui import style
from ui.forms import Check, Choice, Day, Form, Note, Options, Text
from ui.jobs import Job
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.progress import Progress
    from ui.pages.followups import FollowUpsPage

COUNT_MS = 300
NAME = "followups.notices"


class AdvisoryPanel(QWidget):
    """`show_person(advisory, row)` or `begin()` a new one; `foot` are the buttons.

    `told(customer)` once somebody was noted as told, `made(advisory)` once a notice stands,
    `left()` when its form is put away.
    """

    told = Signal(int)
    made = Signal(int)
    left = Signal()
    said = Signal(str)

    def __init__(self, page: FollowUpsPage) -> None:
        super().__init__()
        self.page, self.db = page, page.db
        self.row: PersonRow | None = None
        self._advisory = 0
        self._asked = 0
        self._usual = ""  # the words the kind brought
        self.facts = label("", "muted", name=f"{NAME}.facts", wrap=True)
        self.message = label("", "quote", name=f"{NAME}.message", wrap=True)
        self.hint = label(
            _("Copy the words, send them from the shop's phone, note it: Enter copies, T notes."),
            "help",
            wrap=True,
        )
        self.form = self._make_form()
        self.count = label("", "muted", name=f"{NAME}.count", wrap=True)
        self._soon = QTimer(self, singleShot=True, interval=COUNT_MS)
        self._soon.timeout.connect(self._count)
        self.foot = self._make_foot()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        for part in (self.facts, self.message, self.hint, self.form, self.count):
            layout.addWidget(part)
        layout.addStretch(1)
        self._arrange(writing=False)
        self.form.edited.connect(self._on_edit)
        self.form.entered.connect(self._enter)

    def _make_form(self) -> Form:
        form = Form(NAME)
        kinds = [(kind.value, _(title)) for kind, title in words.ADVISORIES.items()]
        form.row(Choice("kind", _("What about"), kinds, optional=False))
        colours = [(colour.value, _(title)) for colour, title in words.ALERTS.items()]
        form.row(Options("colour", _("Warning"), colours))
        ways = [(way.value, _(consent.WAYS[way])) for way in WAYS]
        form.row(Options("way", _("Sent by"), ways, optional=False))
        form.row(Note("said", _("What is said"), lines=6))
        form.section(_("Whom it meets"))
        form.row(Check("owners", _("Who has a car")))
        form.row(Choice("model_id", _("Model"), placeholder=_("every model"), search=True))
        form.row(Text("district", _("Address"), placeholder=_("a district, a road"), max_length=40))
        form.row(
            Day("since", _("Bought"), today=self.db.today),
            Day("until", _("Bought until"), today=self.db.today),
        )
        form.fields["since"].setPlaceholderText(_("since"))
        form.fields["until"].setPlaceholderText(_("until"))
        return form

    def _make_foot(self) -> QWidget:
        button = self.page.button
        self.back = button(_("Back"), "Esc", self.put_away, name="notices.back")
        self.file = button(
            _("Open File"), "Ctrl+O", self._open_file, kind="quiet", name="notices.file"
        )
        self.copy = button(_("Copy Words"), "Ctrl+B", self.copy_words, name="notices.copy")
        self.note = button(
            _("Told, Next"), "Ctrl+Return", self.note_told, kind="primary", name="notices.told"
        )
        self.save = button(
            _("Save Notice"), "Ctrl+Return", self._save, kind="primary", name="notices.save"
        )
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.M)
        row.addWidget(self.back)
        row.addWidget(self.file)
        row.addStretch()
        for each in (self.copy, self.note, self.save):
            row.addWidget(each)
        for each in (self.file, self.copy):
            each.bare = True
        return held

    # -- showing --

    def is_writing(self) -> bool:
        """Whether a notice is being written."""
        return not self.form.isHidden()

    def show_person(self, advisory_id: int, row: PersonRow | None) -> None:
        """Show what one customer is told; None for nobody. A notice being written stays."""
        self.row, self._advisory = row, advisory_id
        if self.is_writing():
            self._show_form()
            return
        self._arrange(writing=False)
        side = self.page.side
        self.page.reveal.show_for(row.id if row else 0, row.contact if row else "")
        if row is None:
            side.show_empty(_("Choose a notice, then whom you tell: the words stand here."))
            self.foot.hide()
            return
        self.foot.show()
        side.show_content()
        tag = "" if row.told_at is None else _("told")
        side.set_title(advisories.called(row), row.contact, tag, "good")
        facts = (row.car, row.consultant, row.address, row.told_by)
        self.facts.setText(" · ".join(filter(None, facts)))
        self.message.setText(self._words())
        for each in (self.note, self.copy):
            each.setEnabled(row.told_at is None)

    def _words(self) -> str:
        if self.row is None:
            return ""
        try:
            with self.db.read() as session:
                return messages.of_notice(session, self._advisory, self.row.id)
        except ShowroomError as error:
            return str(error)

    def _arrange(self, *, writing: bool) -> None:
        told: tuple[QWidget, ...] = (self.facts, self.message, self.hint)
        for part in (*told, self.file, self.copy, self.note):
            part.setVisible(not writing)
        written: tuple[QWidget, ...] = (self.form, self.count)
        for part in (*written, self.back, self.save):
            part.setVisible(writing)

    def begin(self) -> None:
        """Write a notice: its kind first. One that is being written takes the keyboard again."""
        if self.is_writing():
            (self.form.focusWidget() or self.form.fields["kind"]).setFocus()
            return
        with self.db.read() as session:
            models = [(one.id, one.label) for one in choices.options(session, ChoiceKind.MODEL)]
        self._arrange(writing=True)
        self._show_form()
        self.form.clear()
        self.form.fields["model_id"].set_options(models)
        kind = next(iter(words.ADVISORIES))
        self.form.set_values({"kind": kind.value, "way": WAYS[0].value, "owners": True})
        self._on_edit("kind")
        self.form.focus("kind")

    def _show_form(self) -> None:
        """The right side is the notice's that is being written."""
        self.foot.show()
        self.page.reveal.show_for(0, "")
        self.page.side.show_content()
        self.page.side.set_title(_("New notice"))

    def put_away(self) -> None:
        """Leave what is being written."""
        self.form.hide()
        self.show_person(self._advisory, self.row)
        self.left.emit()

    # -- writing --

    def _kind(self) -> AdvisoryKind:
        return AdvisoryKind(self.form.fields["kind"].value())

    def _on_edit(self, name: str) -> None:
        if name == "kind":
            kind, before = self._kind(), self._usual
            with self.db.read() as session:
                self._usual = advisories.usual(session, kind)
            if (self.form.fields["said"].value() or "").strip() in ("", before.strip()):
                self.form.set_values({"said": self._usual})
            self.form.show_row("colour", kind not in SERVICE)
        if name != "said":
            self._soon.start()

    def _reach(self) -> Reach:
        held = {name: self.form.fields[name].value() for name in Reach._fields}
        return Reach(**held)

    def _count(self) -> None:
        """Say how many it meets, counted on a thread."""
        if not self.is_writing():
            return
        try:
            reach = self._reach()
        except Invalid:
            return
        way = Way(self.form.fields["way"].value())
        self._asked += 1
        asked = self._asked

        def counted(_progress: Progress) -> tuple[int, Met]:
            with self.db.read() as session:
                return asked, advisories.met(session, reach, way)

        Job(self, _("Counting…"), counted, self._on_counted, quiet=True)

    def _on_counted(self, found: tuple[int, Met]) -> None:
        asked, met = found
        if asked != self._asked:
            return
        count = len(met.ids)
        said = ngettext("Meets {count} customer.", "Meets {count} customers.", count)
        parts = [said.format(count=f"{count:,}")]
        left = met.left_out()
        parts += [_("Left out: {why}.").format(why=left)] if left else []
        self.count.setText(" ".join(parts))

    def _save(self) -> None:
        with self.form.reporting():
            held = self.form.values()
            colour = held["colour"] if self._kind() not in SERVICE else None
            with self.db.write() as session:
                made = advisories.add(
                    session,
                    kind=self._kind(),
                    colour=Alert(colour) if colour else None,
                    way=Way(held["way"]),
                    said=held["said"],
                    reach=self._reach(),
                    now=self.db.now(),
                    today=self.db.today(),
                ).id
            self.form.hide()
            self._arrange(writing=False)
            self.made.emit(made)

    def _enter(self) -> None:
        with self.page.reporting():
            self._save()

    # -- telling --

    def copy_words(self) -> None:
        """Put the words for this customer on the clipboard; no number goes along."""
        if self.row is None or self.is_writing():
            return
        with self.db.read() as session:
            said = messages.of_notice(session, self._advisory, self.row.id)
        QGuiApplication.clipboard().setText(said)
        copied = _("Copied for {name}: paste it where you write to him, then T.")
        self.said.emit(copied.format(name=advisories.called(self.row)))

    def note_told(self) -> None:
        """Note that he was told, and go on to the next one."""
        row = self.row
        if row is None or self.is_writing():
            return
        with self.db.write() as session:
            advisories.tell(session, self._advisory, [row.id], now=self.db.now())
        self.told.emit(row.id)

    def _open_file(self) -> None:
        if self.row is not None:
            self.page.open.emit("customers", self.row.id)
