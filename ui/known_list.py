"""Who that may be: the customers on file who fit what is typed, and who would receive each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from showroom import dates
from showroom.door import turns
from showroom.i18n import N_, _, ngettext
from showroom.people import search
from showroom.store.models import VisitKind
from ui import style
from ui.fields import Text
from ui.tables import Column, Table
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.door.visits import VisitRow
    from showroom.people.search import Known
    from showroom.store.db import Database, Session


class KnownList(Table):
    """At most three customers, below the fields they are typed in; `look(field, visit)` shows them.

    Down goes from the field into the list, where Enter opens one and Esc goes back. Nobody is taken
    otherwise, and no key means anything while an input method composes. `left(field)` tells that
    the cursor left a field for good, not only for the list; `asks` is the field looked for last.
    `about` says below it in words of the chosen one (the first, until one is chosen) who is his
    consultant, for how long he is protected, and who stands in while the consultant is away.
    """

    left = Signal(object)

    def __init__(self, db: Database, page: str, fields: Sequence[Text]) -> None:
        columns = (
            Column(N_("Customer"), lambda row: row.name or _("no name"), width=84, stretch=True),
            Column(N_("Phone"), lambda row: row.phone, width=106),
            Column(N_("Consultant"), lambda row: row.consultant, width=62, tone=self._tone),
            Column(N_("Protected"), self._until, width=74, tone="muted"),
        )
        super().__init__(f"{page}.known", columns, self._found, header=False, fit=True, max_rows=3)
        self.db = db
        self.fields = fields
        self.asks = fields[0]
        self.setAccessibleName(_("Known customers"))
        self.about = label("", "help", name=f"{page}.known.about", wrap=True)
        self._known: dict[int, Known] = {}
        self._absent: dict[int, str] = {}
        self.chosen.connect(self._say)
        for widget in (*fields, self):
            widget.installEventFilter(self)
        self.hide()
        self.about.hide()

    def look(self, field: Text, visit: VisitRow) -> bool:
        """Show who fits what is typed there, but the one it is already; tell whether any does."""
        self.asks, typed = field, field.text()
        today = self.db.today()
        with self.db.read() as session:
            found = search.known(session, typed, today=today)
            away = [row.id for row in found if self._is_gone(session, row, visit)]
            up = turns.next_up(session, visit.day) if away and not visit.consultant else None
        stands_in = visit.consultant or (up.name if up is not None else "")
        self._absent = dict.fromkeys(away, stands_in)
        self._show([row for row in found if row.id != visit.customer_id])
        return bool(found)

    def clear(self) -> None:
        """Show nobody."""
        self._show([])

    def row(self, customer_id: int) -> Known | None:
        """One of those who are shown."""
        return self._known.get(customer_id)

    def is_chosen_from(self, field: object) -> bool:
        """Whether the cursor only went from that field into the list: it is not left yet."""
        return field is self.asks and self.hasFocus()

    # -- inside --

    def _show(self, found: Sequence[Known]) -> None:
        self._known = {row.id: row for row in found}
        self.show_ids(list(self._known))
        self.setVisible(bool(found))
        self.about.setVisible(bool(found))
        self._say()

    def _found(self, ids: Sequence[int]) -> list[Known]:
        return [self._known[id] for id in ids if id in self._known]

    def _is_gone(self, session: Session, row: Known, visit: VisitRow) -> bool:
        """Whether somebody else has to receive him."""
        if row.consultant_id is None or row.left or visit.kind is not VisitKind.WALK_IN:
            return row.left
        return row.protected and turns.absent(session, row.consultant_id)

    def _tone(self, row: Known) -> str:
        return "late" if row.id in self._absent else "muted"

    def _until(self, row: Known) -> str:
        """Days of protection, else when he was here last: the month is enough of another year."""
        if row.protected:
            return _("{days} d").format(days=row.days)
        day = row.last_visit_on
        if day is None:
            return ""
        return f"{day:%m-%d}" if day.year == self.db.today().year else f"{day:%Y-%m}"

    def _say(self) -> None:
        row = self._known.get(self.current_id()) or next(iter(self._known.values()), None)
        self.about.setText(self._sentence(row) if row is not None else "")
        style.set_role(self.about, tone="late" if row is not None and row.complains else "")

    def _sentence(self, row: Known) -> str:
        name, whose = row.name or _("no name"), row.consultant
        if not whose:
            said = _("{name}: no consultant on file")
        elif row.protected:
            said = ngettext(
                "{name}: {consultant} on file, protected for {days} more day",
                "{name}: {consultant} on file, protected for {days} more days",
                row.days or 0,
            )
        else:
            said = _("{name}: {consultant} on file, no longer protected")
        parts = [said.format(name=name, consultant=whose, days=row.days)]
        if row.complains:
            parts.insert(0, _("Open complaint"))
        if row.id in self._absent:
            parts.append(self._who_else(row, self._absent[row.id]))
        if row.last_visit_on is not None:
            day = dates.show_day(row.last_visit_on, self.db.today())
            parts.append(_("last visit {day}").format(day=day))
        return " · ".join(parts)

    def _who_else(self, row: Known, stands_in: str) -> str:
        if row.left:
            said = _("{consultant} has left, {other} receives")
        else:
            said = _("{consultant} is away, {other} stands in")
        if not stands_in:
            said = _("{consultant} has left") if row.left else _("{consultant} is away")
        return said.format(consultant=row.consultant, other=stands_in)

    # -- Qt --

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            return self._walks(watched, event)
        if event.type() == QEvent.Type.FocusOut:
            back = watched is self and self.asks.hasFocus()
            field = self.asks if watched is self else watched
            if not back and not self.is_chosen_from(field):
                self.left.emit(field)
        return False

    def _walks(self, watched: QObject, event: QKeyEvent) -> bool:
        pressed = event.type() == QEvent.Type.KeyPress
        if watched is self:
            if event.key() != Qt.Key.Key_Escape:
                return False
            event.accept()  # also where it would be a shortcut of the page
            if pressed:
                self.asks.setFocus()
            return True
        walks = pressed and event.key() == Qt.Key.Key_Down and self.isVisible()
        if not walks or (isinstance(watched, Text) and watched.is_composing()):
            return False
        self.setFocus()
        self.choose(self.rows.ids()[0])
        return True
