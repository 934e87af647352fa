"""What is done with several customers at once: one action, one undo, and who was left out and why.

Works in blocks, reporting each; stopped half-way nothing is changed at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from showroom import settings, words
from showroom.errors import ShowroomError
from showroom.guard import mask, rights, staff
from showroom.i18n import N_, _, ngettext
from showroom.people import promises, rules
from showroom.progress import Progress
from showroom.store import barred, journal
from showroom.store.models import (
    Customer,
    FollowUp,
    Level,
    Promise,
    Role,
    Staff,
    Status,
)

BLOCK: Final = 500
NAMED: Final = 3
"""So many of those who were left out are named; the others are counted."""

PUT_AWAY: Final = (Status.DORMANT, Status.INVALID)
"""What many may be noted as at once: other standings come from deals, losses and contacts."""

_REASONS: Final = {
    "ordered": N_("An order stands: its level comes from the deal"),
    "bought": N_("Ordered or bought: that standing comes from the deal"),
    "gone": N_("No longer in the file"),
}


@dataclass(frozen=True)
class LeftOut:
    """Customers with whom it could not be done: why, how many, the first of them by name."""

    why: str
    count: int
    names: list[str]

    @property
    def sentence(self) -> str:
        """Said in one line."""
        names = _(", ").join(self.names)
        if self.count > len(self.names):
            names = f"{names} …" if names else ""
        said = f"{self.why}: {self.count:,}"
        return f"{said} ({names})" if names else said


class Outcome(NamedTuple):
    """What became of it: changed, the same already, and who was left out."""

    done: int
    same: int
    left_out: list[LeftOut]

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        done = ngettext("{count} customer changed.", "{count} customers changed.", self.done)
        parts = [done.format(count=f"{self.done:,}")]
        if self.same:
            parts.append(_("So already: {count}.").format(count=f"{self.same:,}"))
        if self.left_out:
            said = " · ".join(one.sentence for one in self.left_out)
            parts.append(_("Not changed: {reasons}").format(reasons=said))
        return " ".join(parts)


class _Tally:
    """Counts what becomes of each."""

    def __init__(self, ids: Collection[int]) -> None:
        self.ids = list(dict.fromkeys(ids))
        self.done = self.same = 0
        self._out: dict[str, list[str]] = {}
        self._seen = 0

    def blocks(self, progress: Progress) -> Iterator[list[int]]:
        for start in range(0, len(self.ids), BLOCK):
            progress.step(start, len(self.ids))
            yield self.ids[start : start + BLOCK]
        progress.step(len(self.ids), len(self.ids))

    def leave_out(self, why: str, name: str) -> None:
        self._out.setdefault(why, []).append(name)

    def saw(self, count: int) -> None:
        self._seen += count

    def outcome(self) -> Outcome:
        gone = len(self.ids) - self._seen
        found = [
            LeftOut(_(_REASONS[why]), len(names), [name for name in names if name][:NAMED])
            for why, names in self._out.items()
        ]
        if gone:
            found.append(LeftOut(_(_REASONS["gone"]), gone, []))
        return Outcome(self.done, self.same, found)


def _rows(session: Session, ids: Sequence[int], *columns: Any) -> Sequence[Row[Any]]:
    """Those of them who are in the file, with their names."""
    query = select(Customer.id, Customer.name, *columns)
    return session.execute(query.where(Customer.id.in_(ids), Customer.erased_at.is_(None))).all()


def _tell(session: Session, tally: _Tally, what: str) -> Outcome:
    """Say in the journal what was done with how many."""
    outcome = tally.outcome()
    if outcome.done:
        said = ngettext("{count} customer", "{count} customers", outcome.done)
        count = said.format(count=f"{outcome.done:,}")
        journal.note(session, "many", what=f"{what} · {count}")
    return outcome


# --- consultant


def change_consultant(
    session: Session,
    ids: Collection[int],
    consultant_id: int | None,
    *,
    progress: Progress | None = None,
) -> Outcome:
    """Give customers to a consultant (None: to nobody), with the contacts that are promised them.

    Raises `ShowroomError` for a consultant who would take them himself, and for one who left.
    """
    name = _("No consultant")
    if consultant_id is not None:
        person = session.get(Staff, consultant_id)
        if person is None or not person.active:
            raise ShowroomError(_("This consultant does not work here any more."))
        name = person.name
    _refuse_taking(session, consultant_id)
    journal.act(session, "many")
    tally = _Tally(ids)
    for block in tally.blocks(progress or Progress()):
        rows = _rows(session, block, Customer.consultant_id)
        tally.saw(len(rows))
        moved = [row.id for row in rows if row.consultant_id != consultant_id]
        tally.same += len(rows) - len(moved)
        tally.done += len(moved)
        before = {row.id: row.consultant_id for row in rows}
        journal.update_many(
            session, Customer, [{"id": id, "consultant_id": consultant_id} for id in moved]
        )
        promises.hand_over_many(session, {id: (before[id], consultant_id) for id in moved})
    return _tell(session, tally, _("Consultant: {name}").format(name=name))


def _refuse_taking(session: Session, consultant_id: int | None) -> None:
    """A consultant who made others' customers his own would see all their numbers."""
    person = rights.holder(session)
    takes = person is not None and person.role is Role.CONSULTANT and person.id == consultant_id
    if takes and not mask.sees_all(session):
        raise ShowroomError(_("A consultant is given customers, he takes none himself."))


# --- level and standing


def set_level(
    session: Session,
    ids: Collection[int],
    level: Level,
    *,
    today: date,
    progress: Progress | None = None,
) -> Outcome:
    """Note how soon they mean to buy; the next contact moves with it. Who ordered is left out.

    Raises `ShowroomError` for the level of ordered: that comes from closing a deal.
    """
    if level is Level.ORDERED:
        raise ShowroomError(_("A level of ordered comes from closing a deal."))
    shop = settings.load(session)
    journal.act(session, "many")
    tally = _Tally(ids)
    for block in tally.blocks(progress or Progress()):
        rows = _rows(session, block, Customer.level, Customer.status)
        tally.saw(len(rows))
        moved = []
        for row in rows:
            if row.status is Status.ORDERED:
                tally.leave_out("ordered", row.name)
            elif row.level is level:
                tally.same += 1
            else:
                moved.append(row.id)
        tally.done += len(moved)
        journal.update_many(session, Customer, [{"id": id, "level": level} for id in moved])
        _promise(session, moved, rules.of_level(level), shop, today)
    said = f"{shop.letter(level)} · {_(words.LEVELS[level])}"
    return _tell(session, tally, _("Level: {level}").format(level=said))


def set_status(
    session: Session,
    ids: Collection[int],
    status: Status,
    *,
    progress: Progress | None = None,
) -> Outcome:
    """Note them as dormant or invalid: nobody is reminded of them any more.

    Who ordered or owns a car is left out. Raises `ValueError` for any other status.
    """
    if status not in PUT_AWAY:
        raise ValueError(status)
    journal.act(session, "many")
    tally = _Tally(ids)
    for block in tally.blocks(progress or Progress()):
        rows = _rows(session, block, Customer.status)
        tally.saw(len(rows))
        moved = []
        for row in rows:
            if row.status in (Status.ORDERED, Status.OWNER):
                tally.leave_out("bought", row.name)
            elif row.status is status:
                tally.same += 1
            else:
                moved.append(row.id)
        tally.done += len(moved)
        journal.update_many(session, Customer, [{"id": id, "status": status} for id in moved])
        journal.delete_many(session, FollowUp, [id for id, _owner in _next(session, moved)])
    return _tell(session, tally, _("Status: {status}").format(status=_(words.STATUSES[status])))


def _next(session: Session, ids: Iterable[int]) -> list[tuple[int, int]]:
    """The open next contacts of these customers: id and whose."""
    return [(id, owner) for id, owner in session.execute(_open_next(ids))]


def _open_next(ids: Iterable[int]) -> Select[int, int]:
    return select(FollowUp.id, FollowUp.customer_id).where(
        FollowUp.customer_id.in_(list(ids)),
        FollowUp.rule == Promise.NEXT,
        FollowUp.done_at.is_(None),
    )


def _promise(
    session: Session, ids: Sequence[int], code: str, shop: settings.Settings, today: date
) -> None:
    """The same as `promises.next_contact` for many: who is waited for is promised one by level."""
    held, due_on = rules.rule(shop, code), rules.day(shop, code, today)
    other = rules.doer(session, held, None)
    waited = session.execute(
        select(Customer.id, Customer.consultant_id).where(
            Customer.id.in_(ids),
            Customer.status.in_(promises.CONTACTED),
            ~barred.from_contact(),
        )
    ).all()
    theirs = {id: other or consultant_id for id, consultant_id in waited}
    promised = _next(session, ids)
    asked = {"due_on": due_on, "clock": None, "asked_by": code, "since": today}
    told = {id for id, _owner in session.execute(_open_next(ids).where(FollowUp.agreed))}
    moved = [
        {"id": id, **asked, "staff_id": theirs[owner]}
        for id, owner in promised
        if owner in theirs and id not in told
    ]
    journal.update_many(session, FollowUp, moved)
    journal.delete_many(session, FollowUp, [id for id, owner in promised if owner not in theirs])
    having = {owner for _id, owner in promised}
    journal.insert_many(
        session,
        FollowUp,
        [
            {
                "customer_id": id,
                "rule": Promise.NEXT,
                **asked,
                "staff_id": theirs[id],
            }
            for id, _consultant_id in waited
            if id not in having
        ],
    )


def consultants(session: Session) -> list[tuple[int | None, str]]:
    """To whom customers may be given, nobody last."""
    people = staff.everyone(session, Role.CONSULTANT)
    return [*((one.id, one.name) for one in people), (None, _("No consultant"))]
