"""The roster of today: whose turn it is, who is where and since when, and all that happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom import dates, settings, words
from showroom.door import roster, turns
from showroom.door.roster import Line, Roster, RosterRow
from showroom.errors import ShowroomError
from showroom.guard import rights
from showroom.guard.rights import Right
from showroom.i18n import N_, _, ngettext
from showroom.store.models import AwayReason, TurnState
from ui import style
from ui.forms import Check, Choice
from ui.segmented import Segmented
from ui.tables import Column, Table
from ui.views import View
from ui.widgets import Button, Card, Tag, label

if TYPE_CHECKING:
    from showroom.store.db import Database
    from ui.page import Page

AWAY_KEYS: Final = {
    "1": AwayReason.MINUTE,
    "2": AwayReason.ERRAND,
    "3": AwayReason.LUNCH,
    "4": AwayReason.MEETING,
    "5": AwayReason.LEAVE,
    "6": AwayReason.PRIVATE,
}
KINDS: Final = {
    "rotation": N_("In rotation"),
    "groups": N_("In teams"),
    "fixed": N_("Team 1 alone"),
}


class RosterView(View):
    """The line of consultants, a key for each thing that is done to the marked one, and the log.

    Enter shows the visit he is receiving, or the one a line of the log is about.
    """

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._roster = Roster([], 0, [])
        self._rows: dict[int, RosterRow] = {}
        self._teams = False
        self._swapping = 0
        kinds = [(code, _(text)) for code, text in KINDS.items()]
        self.kind = Segmented(kinds, name="desk.roster.kind", optional=False)
        self.kind.setAccessibleName(_("Roster"))
        self.duty = Choice("duty", _("Team on duty today"), [], optional=False, width=132)
        self.duty.setObjectName("desk.roster.duty")
        self.compensate = Check("compensate", _("Missed turns are made good"))
        self.compensate.setObjectName("desk.roster.compensate")
        self.apart = Tag(name="desk.roster.apart")
        self.table = Table("desk.roster", self._columns(), self._fetch, fit=True, max_rows=7)
        self.table.setAccessibleName(_("Turns"))
        settle = Button(_("Who Works Here?"), kind="primary", name="desk.roster.setup")
        settle.clicked.connect(lambda: page.open.emit("settings", 0))
        self.table.set_empty(_("Nobody is on the roster. Add the consultants who receive."), settle)
        self.log = Table("desk.roster.log", _LOG, self._fetch_log)
        self.log.setAccessibleName(_("Log of today"))
        self.log.set_empty(_("What happens to the turns today stands here."))

        rules = QHBoxLayout()
        rules.setSpacing(style.M)
        for widget in (self.kind, self.duty, self.compensate):
            rules.addWidget(widget)
        rules.addStretch()
        self.card = Card(_("Turns"), name="desk.roster.card")
        self.card.head.addWidget(self.apart)
        self.card.body.addWidget(self.table)
        self.card.body.addWidget(self._keys())
        self.log_card = Card(_("Log of today"), name="desk.roster.log.card")
        self.log_card.body.addWidget(self.log)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addLayout(rules)
        layout.addWidget(self.card)
        layout.addWidget(self.log_card, 1)

        self.kind.chosen.connect(self._choose_kind)
        self.duty.edited.connect(self._put_on_duty)
        self.compensate.edited.connect(self._set_compensate)
        self.table.opened.connect(self._open)
        self.log.opened.connect(self._open_line)

    @classmethod
    def warm(cls, db: Database) -> None:
        with db.read() as session:
            roster.of_day(session, db.today())

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(N_("Turn"), _place, width=64, tag=_place_tone),
            Column(N_("Consultant"), lambda row: row.turn.name, width=96, stretch=True),
            Column(N_("Team"), self._team, width=56, tone="muted"),
            Column(N_("State"), _state, width=140, tag=_state_tone),
            Column(N_("Since"), self._since, width=104, tone="muted"),
            Column(N_("New parties"), lambda row: str(row.taken), align="right", width=84),
            Column(N_("Owed"), lambda row: str(row.turn.owed or ""), align="right", width=60),
            Column(N_("Others"), lambda row: str(row.others or ""), align="right", width=64),
        )

    def _keys(self) -> QWidget:
        """Two lines of buttons; their keys count while the line of consultants has the keyboard."""
        acts: list[tuple[str, str, str, Callable[[], None]]] = [
            ("P", _("On post"), "post", partial(self._set, TurnState.POST)),
            ("R", _("Resting"), "rest", partial(self._set, TurnState.RESTING)),
            ("F", _("To the front"), "first", self._first),
            ("S", _("Swap"), "swap", self._swap),
            ("+", _("Owe a turn"), "owe", partial(self._owe, 1)),
            ("-", _("Owe less"), "less", partial(self._owe, -1)),
            ("T", _("Other team"), "team", self._change_team),
        ]
        away = [
            (key, _(words.AWAY_REASONS[reason]), reason.value, partial(self._away, reason))
            for key, reason in AWAY_KEYS.items()
        ]
        held = QWidget()
        column = QVBoxLayout(held)
        column.setContentsMargins(style.L, style.M, style.L, style.M)
        column.setSpacing(style.S)
        self.buttons: dict[str, Button] = {}
        for title, line in (("", acts), (_("Away"), away)):
            row = QHBoxLayout()
            row.setSpacing(style.S)
            if title:
                row.addWidget(label(title, "muted"))
            for key, text, name, slot in line:
                shown = text if not title else _("Away: {reason}").format(reason=text)
                command = self.page.command(self.table, shown, key, slot, name=f"roster.{name}.key")
                button = Button(text, key, kind="quiet", name=f"desk.roster.{name}")
                button.clicked.connect(command.trigger)
                button.clicked.connect(lambda: self.table.setFocus())
                self.buttons[name] = button
                row.addWidget(button)
            row.addStretch()
            column.addLayout(row)
        return held

    # -- showing --

    def begin(self) -> None:
        self._stop_swapping()
        self.table.setFocus()
        if not self.table.current_id() and self.table.rows.ids():
            self.table.choose(self.table.rows.ids()[0])

    def reload(self) -> None:
        today = self.db.today()
        with self.db.read() as session:
            self._roster = roster.of_day(session, today)
            shop = settings.load(session)
            refused = rights.refusal(session, Right.SETTINGS)
        self._rows = {row.id: row for row in self._roster.rows}
        self._teams = shop.roster != "rotation"
        teams = sorted({row.turn.team for row in self._roster.rows})
        self.kind.set_code(shop.roster)
        self.compensate.set_value(shop.compensate)
        if not self.duty.view_shown():
            self.duty.set_options(
                [(team, _("Team {number} today").format(number=team)) for team in teams]
            )
            self.duty.set_value(turns.team_on(shop, teams, today))
        self.duty.setVisible(shop.roster == "groups")
        for widget in (self.kind, self.duty, self.compensate):
            widget.setEnabled(not refused)
            widget.setToolTip(style.tip(refused))
        self.buttons["team"].setVisible(self._teams)
        self._say_apart()
        self.table.show_ids(list(self._rows))
        if self._swapping not in self._rows:
            self._stop_swapping()
        self.log.show_ids([line.id for line in self._roster.log])
        self.log_card.set_title(_("Log of today"), str(len(self._roster.log)))

    def _say_apart(self) -> None:
        apart = self._roster.apart
        said = ngettext("{count} party apart", "{count} parties apart", apart)
        tone = "good" if apart <= 1 else "soon"
        self.apart.set_tag(said.format(count=apart) if self._rows else "", tone)
        self.apart.setToolTip(
            style.tip(
                _(
                    "Of those on post: the most new parties taken today less the least. A turn "
                    "owed since this morning counts as taken."
                ),
                wrapped=True,
            )
        )

    def _fetch(self, ids: Sequence[int]) -> list[RosterRow]:
        return [self._rows[id] for id in ids if id in self._rows]

    def _fetch_log(self, ids: Sequence[int]) -> list[Line]:
        lines = {line.id: line for line in self._roster.log}
        return [lines[id] for id in ids if id in lines]

    def _team(self, row: RosterRow) -> str:
        return str(row.turn.team) if self._teams else ""

    def _since(self, row: RosterRow) -> str:
        receiving = row.turn.busy and not row.turn.away
        since = row.turn.busy_since if receiving else row.turn.since
        if since is None:
            return ""
        span = dates.show_span(dates.minutes_between(since, self.db.now()))
        same_day = dates.local_day(since) == self.db.today()
        return f"{dates.show_clock(since)} · {span}" if same_day else f"{dates.local(since):%m-%d}"

    # -- what is done to the marked one --

    def _chosen(self) -> int:
        id = self.table.current_id()
        if not id:
            raise ShowroomError(_("Mark a consultant first."))
        return id

    def _set(self, state: TurnState) -> None:
        with self.db.write() as session:
            turns.set_state(session, self._chosen(), state, now=self.db.now())

    def _away(self, reason: AwayReason) -> None:
        with self.db.write() as session:
            turns.set_state(
                session, self._chosen(), TurnState.AWAY, reason=reason, now=self.db.now()
            )

    def _first(self) -> None:
        with self.db.write() as session:
            turns.put_first(session, self._chosen(), now=self.db.now())

    def _owe(self, by: int) -> None:
        with self.db.write() as session:
            turns.compensate(session, self._chosen(), by)

    def _change_team(self) -> None:
        id = self._chosen()
        if not self._teams:
            raise ShowroomError(_("Everybody is in one line. Choose “In teams” above first."))
        teams = {row.turn.team for row in self._rows.values()}
        most = min(max(teams) + 1, turns.MOST_TEAMS)
        with self.db.write() as session:
            team = self._rows[id].turn.team % most + 1
            turns.set_team(session, id, team, today=self.db.today())

    def _swap(self) -> None:
        """The first press says who, the second with whom."""
        id = self._chosen()
        other, self._swapping = self._swapping, id
        if not other:
            name = self._rows[id].turn.name
            said = _("{name} changes places with whom? Mark him and press S. Escape: nobody.")
            self.card.set_title(_("Turns"), said.format(name=name))
            return
        self._stop_swapping()
        if other != id:
            with self.db.write() as session:
                turns.swap(session, other, id, self.db.today())

    def _stop_swapping(self) -> None:
        self._swapping = 0
        self.card.set_title(_("Turns"), str(len(self._rows)))

    # -- the rules, the manager's --

    def _choose_kind(self, code: str) -> None:
        with self.page.reporting(), self.db.write() as session:
            turns.choose_roster(session, code, today=self.db.today())
        self.reload()

    def _put_on_duty(self) -> None:
        team = self.duty.value()
        with self.page.reporting(), self.db.write() as session:
            turns.put_on_duty(session, team, today=self.db.today())
        self.reload()

    def _set_compensate(self) -> None:
        on = self.compensate.value()
        with self.page.reporting(), self.db.write() as session:
            turns.set_compensate(session, on)
        self.reload()

    # -- going on --

    def _open(self, id: int) -> None:
        row = self._rows.get(id)
        if row is not None and row.visit_id:
            self.chosen.emit(row.visit_id)
        elif row is not None:
            self.said.emit(_("{name} is with nobody.").format(name=row.turn.name))

    def _open_line(self, id: int) -> None:
        line = next((line for line in self._roster.log if line.id == id), None)
        if line is not None and line.visit_id:
            self.chosen.emit(line.visit_id)

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._swapping:
            self._stop_swapping()
        else:
            super().keyPressEvent(event)


def _place(row: RosterRow) -> str:
    if not row.place:
        return ""
    return _("Next") if row.place == 1 else str(row.place)


def _place_tone(row: RosterRow) -> str:
    return "accent" if row.place == 1 else ""


def _state(row: RosterRow) -> str:
    turn = row.turn
    if turn.away:
        return _(words.AWAY_REASONS[turn.reason] if turn.reason else words.TURN_STATES[turn.state])
    if turn.busy:
        return _("Receiving") if turn.busy == 1 else _("Receiving {count}").format(count=turn.busy)
    return _("On post") if turn.on_duty else _("No duty today")


def _state_tone(row: RosterRow) -> str:
    turn = row.turn
    if turn.away:
        return "muted" if turn.state is TurnState.RESTING else "soon"
    if turn.busy:
        return "accent"
    return "good" if turn.on_duty else "muted"


_LOG: Final = (
    Column(N_("When"), lambda line: dates.show_clock(line.at), width=64),
    Column(N_("What"), lambda line: line.what, width=170),
    Column(N_("Consultant"), lambda line: line.whom, width=120),
    Column(N_("Why"), lambda line: line.why, stretch=True, width=160, tone="muted"),
    Column(N_("By"), lambda line: line.by, width=88, tone="muted"),
)
