"""Asking an owner whom he knows: five steps with honest words, ticked by Ctrl+Enter, resumed.

Who is named is called by the owner himself; only with his yes, heard on the phone, his number is
kept and he becomes a customer brought by the owner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom import dates
from showroom.i18n import N_, _
from showroom.people import customers, talks
from showroom.people.talks import STEPS, TITLES, WORDS, TalkRow
from showroom.store.models import TalkStep
from showroom.words import called
from ui import style
from ui.customer_parts import FileTool
from ui.forms import Check, Form, Phone, Text
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.people.customers import File
    from ui.pages.customers import CustomersPage

NAMING: Final = (TalkStep.ASK, TalkStep.CALL)
"""At these steps somebody may be named."""
HINTS: Final = {
    TalkStep.CREDIT: N_("Say only what we did for him, and wait for his answer."),
    TalkStep.AGREE: N_("If he is not satisfied, listen, note it, and end the talk here."),
    TalkStep.ASK: N_("Let him think. One name is enough."),
    TalkStep.CALL: N_("He calls, you do not: without a yes of the other nobody rings him."),
    TalkStep.THANK: N_("Tomorrow a call is due: thank him and tell what came of it."),
}


class TalkTool(FileTool):
    """The steps of the talk with the owner that is shown; the next one is written out."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self._id = 0
        self.talk: TalkRow | None = None
        self.steps = label("", "muted", name="customers.talk.steps", wrap=True)
        self.step = label("", "section", name="customers.talk.step")
        self.words = label("", "quote", name="customers.talk.words", wrap=True)
        self.hint = label("", "help", name="customers.talk.hint", wrap=True)
        self.form = Form("customers.talk")
        self.form.row(Text("name", _("He names"), placeholder=_("Name")))
        self.form.row(Phone("phone", _("Phone")))
        self.form.row(Check("agreed", _("His yes"), _("said on the phone: we may call")))
        self.note = page.button(_("Note Him"), "Alt+N", self._note, name="talk.note")
        self.noted = label("", "muted", name="customers.talk.noted", wrap=True)
        self.back = page.button(
            _("One Step Back"), "Alt+Left", self._step_back, kind="quiet", name="talk.back"
        )
        self.end = page.button(_("He Would Rather Not"), "Alt+E", self._end, name="talk.end")
        self.named = QWidget()
        named = QVBoxLayout(self.named)
        named.setContentsMargins(0, 0, 0, 0)
        named.setSpacing(style.M)
        named.addWidget(self.form)
        named.addWidget(self.note, 0, Qt.AlignmentFlag.AlignRight)
        foot = QHBoxLayout()
        foot.setSpacing(style.M)
        foot.addWidget(self.end)
        foot.addStretch()
        foot.addWidget(self.back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        for part in (self.steps, self.step, self.words, self.hint, self.named, self.noted):
            layout.addWidget(part)
        layout.addLayout(foot)
        layout.addStretch()
        self.form.entered.connect(self._note_reported)

    def begin(self, file: File) -> None:
        """Begin the talk, or go on where it was interrupted."""
        with self.db.write() as session:
            talks.begin(session, file.row.id, now=self.db.now())
        self._id = file.row.id
        self.form.clear()
        self.reload()
        self._focus()

    def reload(self) -> None:
        """Read how far it is; what is typed is kept."""
        with self.db.read() as session:
            self.talk = talks.of_customer(session, self._id)
        talk = self.talk
        if talk is None:  # undone, or ended elsewhere
            if self.isVisible():
                self.done.emit("")
            return
        at = STEPS.index(talk.step)
        lines = [
            f"{'✓' if number < at else '▸' if number == at else number + 1}  {_(TITLES[step])}"
            for number, step in enumerate(STEPS)
        ]
        self.steps.setText("\n".join(lines))
        self.step.setText(f"{at + 1} · {_(TITLES[talk.step])}")
        self.words.setText(_(WORDS[talk.step]))
        self.hint.setText(_(HINTS[talk.step]))
        self.named.setVisible(talk.step in NAMING)
        self.back.setVisible(at > 0)
        begun = _("Begun {day} {time}").format(
            day=dates.inside(dates.show_day(dates.local_day(talk.begun_at), self.db.today())),
            time=dates.show_clock(talk.begun_at),
        )
        named = _("Named, called by himself: {names}").format(
            names=_(", ").join(talk.note.splitlines())
        )
        self.noted.setText("\n".join(filter(None, (begun, named if talk.note else ""))))
        self.go = (_("Thanked") if talk.step is TalkStep.THANK else _("Done: {step}")).format(
            step=_(TITLES[talk.step])
        )
        finish = self.page.tools.finish
        if self.isVisible():
            finish.setText(self.go)

    def accept(self) -> None:
        """The step was done; after the last the talk is over."""
        talk = self.talk
        if talk is None:
            return
        with self.form.reporting():
            if talk.step in NAMING and self.form.fields["name"].value():
                self._keep(talk)
            with self.db.write() as session:
                talks.tick(session, talk.id, now=self.db.now(), today=self.db.today())
            if talk.step is TalkStep.THANK:
                self.done.emit(_("The talk is over: thank you."))
                return
            self.reload()
            self._focus()

    def _focus(self) -> None:
        """Where the next word is typed, or the button that goes on."""
        if self.talk is not None and self.talk.step in NAMING:
            self.form.focus("name")
        else:
            self.entered.emit()

    # -- inside --

    def _note_reported(self) -> None:
        with self.page.reporting():
            self._note()

    def _note(self) -> None:
        """Keep whom he named, and go on asking."""
        if self.talk is None:
            return
        with self.form.reporting():
            self._keep(self.talk)
            self.form.focus("name")

    def _keep(self, talk: TalkRow) -> None:
        held = self.form.values()
        with self.db.write() as session:
            made = talks.named(
                session,
                talk.id,
                name=held["name"],
                phone=held["phone"],
                agreed=held["agreed"],
                now=self.db.now(),
                today=self.db.today(),
            )
            rows = customers.rows(session, [made] if made else [])
        self.form.clear()
        said = _("{name} is a new customer, brought by {owner}.")
        name = called(rows[0].name, rows[0].honorific) if rows else held["name"]
        if not rows:
            said = _("Noted in the talk: {name}. No number is kept.")
        self.page.said.emit(said.format(name=name, owner=called(talk.customer, talk.honorific)))

    def _step_back(self) -> None:
        if self.talk is not None:
            with self.db.write() as session:
                talks.back(session, self.talk.id)
            self.reload()

    def _end(self) -> None:
        if self.talk is not None:
            talk, self.talk = self.talk, None
            with self.db.write() as session:
                talks.end(session, talk.id, now=self.db.now())
            self.done.emit(_("The talk is over; nothing is due."))
