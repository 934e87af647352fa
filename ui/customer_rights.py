"""What a person may ask for at the desk: what he agreed to, everything held, being erased.

self.rights = CustomerRights(self)    # the page places `self.rights.strip` and `self.rights.button`
self.rights.show_for(id)              # whenever a file is shown anew
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QSizePolicy, QWidget

from showroom import words
from showroom.dates import local_day, show_day
from showroom.errors import ShowroomError
from showroom.guard import consent, erasure, rights
from showroom.guard.consent import WAYS, Said
from showroom.guard.rights import Right
from showroom.i18n import _, ngettext
from showroom.people import customers
from showroom.store.models import Cause, Way
from ui import dialogs, style
from ui.widgets import Button, label

if TYPE_CHECKING:
    from datetime import date

    from showroom.guard.erasure import Gone
    from showroom.progress import Progress
    from ui.page import Page

LOOKS: Final = {True: ("check", "good"), False: ("x", "late"), None: ("minus", "muted")}
ICON: Final = 14
HIGH: Final = 26
FORMS: Final = {"PDF": "PDF (*.pdf)", "JSON": "JSON (*.json)"}


class Chip(QAbstractButton):
    """One way: a tick when he agreed, a cross when he withdrew, a dash when nothing was said."""

    def __init__(self, words: str, name: str) -> None:
        super().__init__()
        self.setText(words)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.state: bool | None = None

    def show_state(self, state: bool | None) -> None:
        """Show whether he agreed, withdrew, or said nothing."""
        self.state = state
        self.update()

    def sizeHint(self) -> QSize:
        wide = style.metrics(12).horizontalAdvance(self.text())
        return QSize(wide + ICON + 3 * style.S + 2, HIGH)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(style.colour("hover"))
            painter.drawRoundedRect(box, style.RADIUS - 1, style.RADIUS - 1)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(style.colour("accent"), 2))
            painter.drawRoundedRect(box, style.RADIUS - 1, style.RADIUS - 1)
        icon, role = LOOKS[self.state]
        top = (self.height() - ICON) // 2
        style.paint_icon(painter, icon, role, QRect(style.S, top, ICON, ICON))
        painter.setFont(style.font(12))
        painter.setPen(style.colour("muted" if self.state is None else "text"))
        room = self.rect().adjusted(style.S + ICON + style.S, 0, 0, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self.text())


class CustomerRights(QObject):
    """A line of what he agreed to, way by way, and a menu: the report, erase.

    `erased()` after he is gone.
    """

    erased = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page, self._id = page, 0
        self.strip = QWidget()
        line = QHBoxLayout(self.strip)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        self.said = label(_("Agreed to"), "label", name=f"{page.code}.agreed")
        self.said.setMinimumWidth(1)  # in a narrow panel it gives way to the four ways
        line.addWidget(self.said)
        line.addSpacing(style.M)
        self.ways: dict[Way, Chip] = {}
        for way, title in WAYS.items():
            button = Chip(_(title), f"{page.code}.way.{way}")
            button.clicked.connect(partial(self._turn, way))
            self.ways[way] = button
            line.addWidget(button)
        line.addStretch()
        self.button = Button("", kind="quiet", icon="ellipsis", name=f"{page.code}.more")
        self.button.setAccessibleName(_("More"))
        self.button.setToolTip(style.tip(_("Everything held, erase")))
        menu = QMenu(self.button)
        menu.setObjectName(f"{page.code}.more_menu")
        for form in FORMS:
            title = _("Everything Held, as {form}…").format(form=form)
            menu.addAction(title, partial(self._reported, partial(self._report, form)))
        menu.addSeparator()
        menu.addAction(_("Erase This Person…"), partial(self._reported, self._erase))
        self.button.setMenu(menu)

    def show_for(self, id: int) -> None:
        """Show what this customer agreed to."""
        self._id = id
        with self._page.db.read() as session:
            said = consent.of_customer(session, id)
        today = self._page.db.today()
        nothing = all(one.given_at is None and one.withdrawn_at is None for one in said)
        self.said.setText(_("No consent") if nothing else _("Agreed to"))
        for one in said:
            button = self.ways[one.way]
            button.show_state(_state(one))
            told = _told(one, today)
            button.setToolTip(style.tip(told))
            button.setAccessibleDescription(told)

    # -- inside --

    def _reported(self, slot: Callable[[], None]) -> None:
        """Run a slot of the menu once the menu is closed: what it says in a box is seen."""
        QTimer.singleShot(0, self._page, lambda: self._run(slot))

    def _run(self, slot: Callable[[], None]) -> None:
        with self._page.reporting():
            slot()

    def _turn(self, way: Way) -> None:
        """Withdrawn by one press; agreed is asked first: a slip is no consent. Undo turns back."""
        db, id = self._page.db, self._id
        with self._page.reporting():
            with db.read() as session:
                withdraws = {one.way: one for one in consent.of_customer(session, id)}[way].open
                person = customers.file(session, id).row
            if not withdraws and not self._agrees(words.called(person.name, person.honorific), way):
                return
            with db.write() as session:
                if withdraws:
                    consent.withdraw(session, id, way, now=db.now())
                else:
                    customers.agree(session, id, way, now=db.now())
            noted = _("{way}: consent noted.")
            if withdraws:
                noted = _("{way}: withdrawn. What waited for it is stopped.")
            self._page.said.emit(noted.format(way=_(WAYS[way])))

    def _agrees(self, name: str, way: Way) -> bool:
        question = _("Does {name} agree to be reached by {way}? His consent is written down now.")
        question = question.format(name=name or _("this person"), way=_(WAYS[way]))
        return dialogs.confirm(self._page, question, _("He Agrees"))

    def _report(self, form: str) -> None:
        db, id = self._page.db, self._id
        name = _("Customer {id}").format(id=id) + "." + form.lower()
        target = dialogs.choose_save(self._page, _("Everything held about him"), name, FORMS[form])
        if target is None:
            return

        def work(_progress: Progress) -> str:
            from showroom.cards import subject_page
            from showroom.sheets.saving import saving

            data = subject_page.hand_out(db, id, form)
            with saving(target) as file:
                file.write(data)
            return target.name

        def done(name: str) -> None:
            self._page.said.emit(_("Written: {path}").format(path=name))

        self._page.job(_("Gathering everything held…"), work, done)

    def _erase(self) -> None:
        db, id = self._page.db, self._id
        with db.read() as session:
            rights.require(session, Right.DELETE)
            refused = erasure.refusal(session, id)
            file = customers.file(session, id)
        if refused:
            raise ShowroomError(refused)
        question = _("Erase {name} for good?").format(name=file.row.name or _("this person"))
        if not dialogs.confirm(self._page, question, _("Erase"), detail=what_goes(1)):
            return

        def work(progress: Progress) -> Gone:
            return erasure.erase_now(db, [id], why=Cause.ASKED, progress=progress)

        self._page.job(_("Erasing…"), work, self._on_erased, writes=True)

    def _on_erased(self, gone: Gone) -> None:
        self.erased.emit()
        self._page.said.emit(closing(gone))


def what_goes(count: int) -> str:
    """What goes with so many persons, what stays, and that nothing brings it back."""
    return ngettext(
        "Name, phones, WeChat, address, notes, consents and reminders go: from the data, the "
        "search, drafts, the journal and imported rows, and again from every backup that is "
        "restored. His visits and deals stay counted, without a name. This cannot be undone.",
        "Names, phones, WeChat, addresses, notes, consents and reminders of {count} persons go: "
        "from the data, the search, drafts, the journal and imported rows, and again from every "
        "backup that is restored. Their visits and deals stay counted, without a name. This "
        "cannot be undone.",
        count,
    ).format(count=f"{count:,}")


def closing(gone: Gone) -> str:
    """What was done, and what the program cannot reach."""
    said = ngettext("{count} person erased.", "{count} persons erased.", gone.persons)
    parts = [said.format(count=f"{gone.persons:,}")]
    if gone.reworded:
        cards = ngettext(
            "{count} card to somebody else named him: it has the words of its template again.",
            "{count} cards to others named them: they have the words of their templates again.",
            gone.reworded,
        )
        parts.append(cards.format(count=f"{gone.reworded:,}"))
    parts.append(_("Destroy by hand what was exported, printed or photographed before."))
    return " ".join(parts)


def _state(said: Said) -> bool | None:
    if said.withdrawn_at is not None:
        return False
    return True if said.given_at is not None else None


def _told(said: Said, today: date) -> str:
    if said.withdrawn_at is not None:
        day = show_day(local_day(said.withdrawn_at), today)
        return _("Withdrawn {day}. Press when he agrees again.").format(day=day)
    if said.given_at is not None:
        day = show_day(local_day(said.given_at), today)
        told = _("Agreed {day}, wording {version}. Press when he withdraws.")
        return told.format(day=day, version=said.wording)
    return _("Nothing said yet. Press when he agrees.")
