"""Whose turn it is to receive: the line, who is passed over, who is owed a turn (DOMAIN §3.4).

`Turn.position` is a place in the line, the smallest is next. Who takes a turn moves back one
`ROUND`: all keep their seats in the circle, and a turn given back is a round forward. Below 0
stands who was called to the front; his turn taken, he goes to the end.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from showroom import settings
from showroom.errors import Invalid, ShowroomError
from showroom.guard import rights
from showroom.guard.rights import Right
from showroom.i18n import _
from showroom.settings import Settings
from showroom.store import journal
from showroom.store.models import (
    AwayReason,
    HandOver,
    Staff,
    Turn,
    TurnState,
    Visit,
    VisitKind,
)

ROUND: Final = 10_000
ROSTERS: Final = ("rotation", "groups", "fixed")
MOST_TEAMS: Final = 4
MADE_GOOD: Final = frozenset(
    {AwayReason.MINUTE, AwayReason.ERRAND, AwayReason.LUNCH, AwayReason.MEETING}
)
"""Who is away for one of these gets the turn he missed later; leave and private matters do not."""


class TurnRow(NamedTuple):
    """A consultant's place; `busy` counts the parties he is with, the first came at `busy_since`.

    `on_duty` tells whether new parties go to his team today.
    """

    staff_id: int
    name: str
    state: TurnState
    reason: AwayReason | None
    since: datetime | None
    team: int
    owed: int
    position: int
    on_duty: bool
    busy: int
    busy_since: datetime | None

    @property
    def away(self) -> bool:
        """Whether he is not on post."""
        return self.state is not TurnState.POST

    @property
    def receives(self) -> bool:
        """Whether new parties may go to him now."""
        return self.on_duty and not self.away

    @property
    def hand_over(self) -> HandOver:
        """What the next party is for him: his turn, or one that is made good."""
        made_good = self.owed and not self.busy and self.position >= 0
        return HandOver.COMPENSATION if made_good else HandOver.TURN

    @property
    def _group(self) -> int:
        if not self.receives:
            return 5 if self.away else 4
        if self.busy:
            return 3
        if self.position < 0:
            return 0
        return 1 if self.owed else 2


# --- the line


_PARTIES: Final = (  # made once, as what follows: every arrival asks it
    select(Visit.consultant_id, func.count(), func.min(Visit.arrived_at))
    .where(
        Visit.left_at.is_(None),
        Visit.kind == VisitKind.WALK_IN,
        Visit.day.between(bindparam("since"), bindparam("day")),
        Visit.consultant_id.is_not(None),
        Visit.id != bindparam("without"),
    )
    .group_by(Visit.consultant_id)
)
_LINE: Final = (
    select(
        *(Turn.staff_id, Staff.name, Turn.state, Turn.reason),
        *(Turn.since, Turn.team, Turn.owed, Turn.position),
    )
    .join(Staff, Staff.id == Turn.staff_id)
    .where(Staff.active)
    .order_by(Turn.position, Turn.id)
)


def order(session: Session, day: date, *, without: int = 0) -> list[TurnRow]:
    """Every consultant on the roster, the next one first.

    First who was called to the front, then who is owed a turn, then the line; behind them who is
    busy, who has no duty on that day, who is away. The visit `without` makes nobody busy.
    """
    since = day - timedelta(days=1)  # a stay over midnight
    held = session.execute(_PARTIES, {"since": since, "day": day, "without": without})
    parties = {staff_id: (count, since) for staff_id, count, since in held}
    found = session.execute(_LINE).all()
    team = team_on(settings.load(session), {turn.team for turn in found}, day)
    rows = [
        TurnRow(*turn, team in (None, turn.team), *parties.get(turn.staff_id, (0, None)))
        for turn in found
    ]
    return sorted(rows, key=lambda row: row._group)


def team_on(shop: Settings, teams: Collection[int], day: date) -> int | None:
    """The team that receives new parties on a day; None when there are no teams."""
    if shop.roster == "fixed":
        return 1
    if shop.roster != "groups" or not teams:
        return None
    first = date.fromisoformat(shop.first_team_on) if shop.first_team_on else day
    return sorted(teams)[(day - first).days % len(teams)]


def next_up(session: Session, day: date, *, without: int = 0) -> TurnRow | None:
    """Who receives the next party: the first who is free, else the first on post."""
    line = order(session, day, without=without)
    return line[0] if line and line[0].receives else None


def nobody(session: Session, day: date) -> str:
    """Why the next party goes to nobody, in a sentence with the way on; "" when it does not."""
    line = order(session, day)
    if line and line[0].receives:
        return ""
    if not line:
        return _("Nobody is on the roster. Add consultants in Settings (Ctrl+8).")
    if not any(row.on_duty for row in line):
        return _("Nobody is in the team on duty. Choose who receives, or change the team with F11.")
    return _("Everybody is away. Choose who receives, or call somebody back with F11.")


# --- what a hand-over does to the line; part of its action


def took(session: Session, staff_id: int, day: date, *, visit_id: int = 0) -> None:
    """A turn was used: one round back. Whose turn came before and who could not is passed over.

    He is owed the turn when he was busy, or away for what is made good, and the shop compensates.
    """
    turn = _find(session, staff_id)
    if turn is None:
        return
    compensates = settings.load(session).compensate
    for row in order(session, day, without=visit_id):
        if row.on_duty and (row.busy or row.away) and row.position < turn.position:
            passed = _get(session, row.staff_id)
            if compensates and (not row.away or row.reason in MADE_GOOD):
                passed.owed += 1
            _move_back(session, passed)
    _move_back(session, turn)


def made_good(session: Session, staff_id: int) -> None:
    """A turn he was owed was given. Raises `Invalid` beside `consultant_id` when he was owed none.

    He who is not on the roster is owed none.
    """
    turn = _find(session, staff_id)
    if turn is None or not turn.owed:
        name = session.get_one(Staff, staff_id).name
        raise Invalid(
            {"consultant_id": _("{name} is owed no turn: give another reason.").format(name=name)}
        )
    turn.owed -= 1


def give_back(session: Session, staff_id: int, reason: HandOver | None) -> None:
    """The party went to somebody else after all: what it cost him he has again."""
    turn = _find(session, staff_id)
    if turn is None:
        return
    if reason is HandOver.TURN:
        turn.position -= ROUND
    elif reason is HandOver.COMPENSATION:
        turn.owed += 1


def _move_back(session: Session, turn: Turn) -> None:
    if turn.position < 0:
        turn.position = (session.scalar(select(func.max(Turn.position))) or 0) + 1
    else:
        turn.position += ROUND


# --- what the desk says


def set_state(
    session: Session,
    staff_id: int,
    state: TurnState,
    *,
    reason: AwayReason | None = None,
    now: datetime,
) -> None:
    """He is on post again, away for a reason, or rests; his seat in the circle stays his.

    Raises `Invalid` beside `reason` when he is away and nobody says why.
    """
    journal.act(session, "turns")
    if state is not TurnState.AWAY:
        reason = None
    elif reason is None:
        raise Invalid({"reason": _("Say why he is away.")})
    turn = _get(session, staff_id)
    if (turn.state, turn.reason) != (state, reason):
        turn.state, turn.reason, turn.since = state, reason, now


def put_first(session: Session, staff_id: int, *, now: datetime) -> None:
    """Let somebody receive the next party, before whoever is owed a turn; he is on post."""
    journal.act(session, "turns")
    set_state(session, staff_id, TurnState.POST, now=now)
    _call(session, _get(session, staff_id))


def _call(session: Session, turn: Turn) -> None:
    turn.position = min(session.scalar(select(func.min(Turn.position))) or 0, 0) - 1


def swap(session: Session, one_id: int, other_id: int, day: date) -> None:
    """Let two consultants change places; who is owed a turn lets the other one go first."""
    journal.act(session, "turns")
    pair = [row for row in order(session, day) if row.staff_id in (one_id, other_id)]
    one, other = _get(session, one_id), _get(session, other_id)
    one.position, other.position = other.position, one.position
    session.flush()
    first, second = (pair[0], pair[-1])
    line = [row.staff_id for row in order(session, day)]
    both_receive = first.receives and second.receives and not second.busy
    if both_receive and line.index(first.staff_id) < line.index(second.staff_id):
        _call(session, _get(session, second.staff_id))


def compensate(session: Session, staff_id: int, by: int = 1) -> None:
    """Owe him a turn more, or with -1 one less. Raises `Invalid` when he is owed none."""
    journal.act(session, "compensate")
    turn = _get(session, staff_id)
    if turn.owed + by < 0:
        raise Invalid({"owed": _("He is owed no turn.")})
    turn.owed += by


def choose_roster(session: Session, roster: str, *, today: date) -> None:
    """Receive in `rotation`, in `groups` that change daily, or `fixed`: team 1 alone.

    The line is counted anew in its present order. Raises `ShowroomError` for who may not.
    """
    if roster not in ROSTERS:
        raise ValueError(roster)
    rights.require(session, Right.SETTINGS)
    journal.act(session, "turns")
    line = order(session, today)
    shop = settings.load(session)
    shop.roster = roster
    if roster == "groups" and not shop.first_team_on:
        shop.first_team_on = today.isoformat()
    settings.save(session, shop)
    for place, row in enumerate(line, 1):
        _get(session, row.staff_id).position = place


def put_on_duty(session: Session, team: int, *, today: date) -> None:
    """Say which team receives today; from there they change daily.

    Raises `ShowroomError` for who may not, and when nobody is in that team.
    """
    rights.require(session, Right.SETTINGS)
    journal.act(session, "turns")
    teams = sorted({row.team for row in order(session, today)})
    if team not in teams:
        raise ShowroomError(_("Nobody is in team {team}.").format(team=team))
    shop = settings.load(session)
    shop.first_team_on = (today - timedelta(days=teams.index(team))).isoformat()
    settings.save(session, shop)


def set_team(session: Session, staff_id: int, team: int, *, today: date) -> None:
    """Put him into a team, at the end of its line. The team on duty today stays.

    Raises `ShowroomError` for who may not.
    """
    rights.require(session, Right.SETTINGS)
    journal.act(session, "turns")
    before = team_on(settings.load(session), {row.team for row in order(session, today)}, today)
    turn = _get(session, staff_id)
    last = session.scalar(select(func.max(Turn.position)).where(Turn.team == team))
    turn.team = team
    turn.position = max(last if last is not None else turn.position, 0) + 1
    session.flush()
    left = {row.team for row in order(session, today)}
    if before in left and settings.load(session).roster == "groups":
        put_on_duty(session, before, today=today)


def set_compensate(session: Session, on: bool) -> None:
    """Whether a turn that passes somebody by is made good later. Raises for who may not."""
    journal.act(session, "turns")
    shop = settings.load(session)
    shop.compensate = on
    settings.save(session, shop)


def absent(session: Session, staff_id: int) -> bool:
    """Whether he is on the roster and not on post."""
    turn = _find(session, staff_id)
    return turn is not None and turn.state is not TurnState.POST


_HIS: Final = select(Turn).where(Turn.staff_id == bindparam("staff_id"))


def _find(session: Session, staff_id: int) -> Turn | None:
    return session.scalar(_HIS, {"staff_id": staff_id})


def _get(session: Session, staff_id: int) -> Turn:
    turn = _find(session, staff_id)
    if turn is None:
        raise ShowroomError(_("He is no longer on the roster."))
    return turn
