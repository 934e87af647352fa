"""The roster of a day as it is read: who took how many, how fair that is, and the whole log."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from showroom import dates, words
from showroom.door import turns
from showroom.guard import staff
from showroom.i18n import N_, _
from showroom.settings import Settings
from showroom.store.models import (
    Action,
    AwayReason,
    Change,
    HandOver,
    Setting,
    Turn,
    TurnState,
    Visit,
    VisitKind,
)

TURNS_USED: Final = (HandOver.TURN, HandOver.COMPENSATION)
ROSTERS: Final = {
    "rotation": N_("Everybody in rotation"),
    "groups": N_("Teams, changing daily"),
    "fixed": N_("Team 1 alone"),
}
_ELSEWHERE: Final = ("import", "sample", "erase", "thin", "restore")
_TAKEN_BACK: Final = ("undo", "redo", "take_back")


class RosterRow(NamedTuple):
    """A consultant today; `place` in the line is 0 for who receives nobody now.

    `taken` new parties came to him in turn, `others` for any other reason. `visit_id` is the party
    he is with, the first of several.
    """

    id: int
    place: int
    turn: turns.TurnRow
    taken: int
    others: int
    visit_id: int


class Line(NamedTuple):
    """One line of the log: what happened to whom, why, and who at the desk did it."""

    id: int
    at: datetime
    what: str
    whom: str
    why: str
    by: str
    visit_id: int


class Roster(NamedTuple):
    """The roster of a day: the line, how far apart those on post are, and the log, latest first.

    `apart` is the most parties taken less the least, of those on post who receive new parties; a
    turn that somebody is owed since this morning counts as taken.
    """

    rows: list[RosterRow]
    apart: int
    log: list[Line]


def of_day(session: Session, day: date) -> Roster:
    """The roster of a day, as far as it went."""
    counted = _counted(session, day)
    with_whom = _by_id(
        session,
        select(Visit.consultant_id, func.min(Visit.id))
        .where(Visit.left_at.is_(None), Visit.kind == VisitKind.WALK_IN)
        .group_by(Visit.consultant_id),
    )
    rows = [
        RosterRow(
            row.staff_id,
            place if row.receives else 0,
            row,
            counted[row.staff_id, True],
            counted[row.staff_id, False],
            with_whom.get(row.staff_id, 0) if row.busy else 0,
        )
        for place, row in enumerate(turns.order(session, day), 1)
    ]
    changes = _changes(session, day)
    before = _owed_before(session, changes)
    shares = [
        row.taken + row.turn.owed - before.get(row.id, row.turn.owed)
        for row in rows
        if row.turn.receives
    ]
    apart = max(shares) - min(shares) if shares else 0
    return Roster(rows, apart, _Log(session, changes).lines())


def _counted(session: Session, day: date) -> dict[tuple[int, bool], int]:
    """The walk-ins of a day by consultant, and whether they came to him in turn."""
    counted: dict[tuple[int, bool], int] = defaultdict(int)
    for staff_id, reason, count in session.execute(
        select(Visit.consultant_id, Visit.hand_over, func.count())
        .where(
            Visit.day == day,
            Visit.kind == VisitKind.WALK_IN,
            Visit.consultant_id.is_not(None),
        )
        .group_by(Visit.consultant_id, Visit.hand_over)
    ):
        counted[staff_id or 0, reason in TURNS_USED] += count
    return counted


def _by_id(session: Session, query: Select[Any, Any]) -> dict[Any, Any]:
    return {id: value for id, value in session.execute(query)}


# --- what the journal says of a day


class _Change(NamedTuple):
    table: str
    row_id: int
    before: dict[str, Any]
    after: dict[str, Any]


class _Act(NamedTuple):
    id: int
    at: datetime
    staff_id: int | None
    verb: str
    why: str
    undoes_id: int | None
    changes: list[_Change]


def _changes(session: Session, day: date) -> list[_Act]:
    """The actions of a day that moved the line or gave a party to somebody, in their order."""
    start = dates.at(day, time.min)
    end = dates.at(day + timedelta(days=1), time.min)
    named = func.coalesce(Change.table_name, "")  # by its index all visits there ever were are read
    found = session.execute(
        select(
            Action.id,
            Action.at,
            Action.staff_id,
            Action.verb,
            Action.why,
            Action.undoes_id,
            Change.table_name,
            Change.row_id,
            Change.before,
            Change.after,
        )
        .join(Change, Change.action_id == Action.id)
        .where(
            Action.at >= start,
            Action.at < end,
            Action.verb.not_in(_ELSEWHERE),
            or_(
                named.in_(("turn", "setting")),
                (named == "visit")
                & or_(
                    Change.before.contains('"consultant_id"'),
                    Change.after.contains('"consultant_id"'),
                    Change.after.contains('"hand_over"'),
                ),
            ),
        )
        .order_by(Action.id, Change.id)
    )
    acts: dict[int, _Act] = {}
    for id, at, staff_id, verb, why, undoes_id, table, row_id, before, after in found:
        act = acts.setdefault(id, _Act(id, at, staff_id, verb, why, undoes_id, []))
        images = (json.loads(image) if image else {} for image in (before, after))
        act.changes.append(_Change(table, row_id, *images))
    return list(acts.values())


def _owed_before(session: Session, acts: Iterable[_Act]) -> dict[int, int]:
    """What each was owed when the day began, by the id of the consultant, where it changed."""
    whose = _by_id(session, select(Turn.id, Turn.staff_id))
    owed: dict[int, int] = {}
    for change in (change for act in acts for change in act.changes):
        if change.table == "turn" and "owed" in change.before and change.row_id in whose:
            owed.setdefault(whose[change.row_id], change.before["owed"])
    return owed


class _Log:
    """Says the actions of a day in words."""

    def __init__(self, session: Session, acts: Sequence[_Act]) -> None:
        self._acts = acts
        self._names = staff.names(session)
        self._whose = _by_id(session, select(Turn.id, Turn.staff_id))
        self._keys = _by_id(session, select(Setting.id, Setting.key))
        visits = {c.row_id for act in acts for c in act.changes if c.table == "visit"}
        self._numbers = _by_id(session, select(Visit.id, Visit.number).where(Visit.id.in_(visits)))
        for change in (change for act in acts for change in act.changes):
            image = change.before | change.after
            if change.table == "turn" and "staff_id" in image:
                self._whose.setdefault(change.row_id, image["staff_id"])
            if change.table == "visit" and "number" in image:
                self._numbers.setdefault(change.row_id, image["number"])
        self._teams = set(session.scalars(select(Turn.team)))
        self._verbs = {act.id: act.verb for act in acts}
        self._with: dict[int, int] = {}  # the visits' consultants, as far as the log is read

    def lines(self) -> list[Line]:
        """The lines of the log, the latest first."""
        lines: list[Line] = []
        for act in self._acts:
            by = self._names.get(act.staff_id or 0, "")
            said = list(self._undone(act) if act.verb in _TAKEN_BACK else self._said(act))
            for what, whom, why, visit_id in said:
                why = " · ".join(part for part in (why, act.why) if part)
                lines.append(Line(len(lines) + 1, act.at, what, whom, why, by, visit_id))
        return lines[::-1]

    def _name(self, staff_id: int | None) -> str:
        return self._names.get(staff_id or 0, "")

    def _of_turn(self, change: _Change) -> str:
        return self._name(self._whose.get(change.row_id))

    def _undone(self, act: _Act) -> Iterator[tuple[str, str, str, int]]:
        verb = self._verbs.get(act.undoes_id or 0, "")
        what = _(words.VERBS[act.verb])
        visits = [c for c in act.changes if c.table == "visit"]
        for change in visits:
            self._handed(change)
        visit_id = visits[0].row_id if visits else 0
        whom = {self._of_turn(c): None for c in act.changes if c.table == "turn"}
        why = _(words.VERBS[verb]) if verb in words.VERBS else ""
        yield what, _(", ").join(filter(None, whom)), why, visit_id

    def _said(self, act: _Act) -> Iterator[tuple[str, str, str, int]]:
        """What it did to the line, then to whom it gave a party."""
        given = [(c, *self._handed(c)) for c in act.changes if c.table == "visit"]
        settled = {id for _change, *both in given for id in both}  # the hand-over says it
        moved = [c for c in act.changes if c.table == "turn"]
        swapped = sorted(self._of_turn(c) for c in moved if set(c.after) == {"position"})
        if act.verb == "staff" or any(c.table == "setting" for c in act.changes):
            yield from self._rules(act)
        elif act.verb == "turns" and len(swapped) == 2:
            yield _("Places swapped"), _(", ").join(swapped), "", 0
        else:
            for change in moved:
                yield from self._move(act, change, settled)
        for change, before, after in given:
            yield from self._hand_over(change, before, after)

    def _handed(self, change: _Change) -> tuple[int, int]:
        """Who had the party, and who has it; only the reason may be another one."""
        before = self._with.get(change.row_id, 0)
        after = change.after.get("consultant_id", before) or 0
        self._with[change.row_id] = after
        return change.before.get("consultant_id", before) or 0, after

    def _hand_over(
        self, change: _Change, before: int, after: int
    ) -> Iterator[tuple[str, str, str, int]]:
        what = _("Visit {number}").format(number=self._numbers.get(change.row_id, 0))
        taken = _("taken from {name}").format(name=self._name(before))
        why = [taken] if before not in (0, after) else []
        reason = change.after.get("hand_over")
        if reason:
            said = _(words.HAND_OVERS[HandOver(reason)])
            whose = change.after.get("stands_in_for_id")
            if whose:
                said = _("{reason} for {name}").format(reason=said, name=self._name(whose))
            why.insert(0, said)
        if before or after:
            yield what, self._name(after), " · ".join(why), change.row_id

    def _rules(self, act: _Act) -> Iterator[tuple[str, str, str, int]]:
        teams = [
            self._team(c)
            for c in act.changes
            if c.table == "turn" and c.before and "team" in c.after
        ]
        yield from teams
        for change in act.changes:
            if change.table == "turn" and act.verb == "staff":
                joined = not change.before
                what = _("Joined the roster") if joined else _("Off the roster")
                yield what, self._of_turn(change), "", 0
            if change.table == "setting" and not teams:
                yield from self._rule(act, change)

    def _rule(self, act: _Act, change: _Change) -> Iterator[tuple[str, str, str, int]]:
        key = change.after.get("key") or self._keys.get(change.row_id, "")
        value = json.loads(change.after.get("value") or "null")
        if key == "roster" and value in ROSTERS:
            yield _("Roster"), "", _(ROSTERS[value]), 0
        elif key == "first_team_on" and value:
            shop = Settings(roster="groups", first_team_on=value)
            team = turns.team_on(shop, self._teams, dates.local_day(act.at))
            yield _("Team {number} today").format(number=team), "", "", 0
        elif key == "compensate":
            made_good = _("Missed turns are made good")
            yield made_good if value else _("Missed turns are skipped"), "", "", 0

    def _team(self, change: _Change) -> tuple[str, str, str, int]:
        what = _("Team {number}").format(number=change.after["team"])
        return what, self._of_turn(change), "", 0

    def _move(
        self, act: _Act, change: _Change, settled: set[int]
    ) -> Iterator[tuple[str, str, str, int]]:
        """What one change of a place says, unless a hand-over says it."""
        whom, after, before = self._of_turn(change), change.after, change.before
        if not before or not after:
            return
        if "team" in after:
            yield self._team(change)
            return
        if "state" in after or "reason" in after:
            reason = after.get("reason")
            state = after.get("state") or (TurnState.AWAY if reason else "")
            if state:
                why = _(words.AWAY_REASONS[AwayReason(reason)]) if reason else ""
                yield _(words.TURN_STATES[TurnState(state)]), whom, why, 0
        if self._whose.get(change.row_id) in settled:
            return
        if "owed" in after:
            more = after["owed"] > before["owed"]
            why = "" if act.verb == "compensate" else _("his turn passed by")
            yield _("Is owed a turn") if more else _("Is owed a turn less"), whom, why, 0
        elif "position" in after:
            called = after["position"] < before["position"]
            if act.verb == "turns":
                yield _("Called to the front"), whom, "", 0
            elif not called:
                yield _("Turn passed by"), whom, "", 0
