"""Who receives a party: whose turn it is, the consultant on file, or the desk's word (§4.2)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from showroom.door import turns, visits
from showroom.people import promises
from showroom.store import journal
from showroom.store.models import Customer, HandOver, Visit, VisitKind


def hand_over(
    session: Session, visit_id: int, consultant_id: int | None, reason: HandOver | None = None
) -> None:
    """Give the party to a consultant; only a turn uses up a turn (DESIGN §4.2).

    Without a reason it is his turn (or one he is owed), the consultant on file, or who stands in
    for him; else the desk's word. What it cost who had the party before he gets back. Raises
    `Invalid` beside `consultant_id` when a turn is made good that nobody owes him.
    """
    visit = visits.to_write(session, visit_id)
    journal.act(session, "hand_over", visit)
    before, reason_before = visit.consultant_id, visit.hand_over
    if before == consultant_id and reason in (None, reason_before):
        return
    if before is not None:
        turns.give_back(session, before, reason_before)
    visit.stands_in_for_id = None
    if consultant_id is None:
        visit.consultant_id, visit.hand_over = None, None
        return
    known = session.get(Customer, visit.customer_id) if visit.customer_id is not None else None
    reason = reason or _reason(session, visit, known, consultant_id)
    if reason is HandOver.TURN:
        turns.took(session, consultant_id, visit.day, visit_id=visit.id)
    elif reason is HandOver.COMPENSATION:
        turns.made_good(session, consultant_id)
    visit.consultant_id, visit.hand_over = consultant_id, reason
    if known is None:
        return
    if reason is HandOver.STAND_IN:
        visit.stands_in_for_id = known.consultant_id
    elif known.consultant_id is None or (known.consultant_id == before and not visit.again):
        promises.hand_over(session, known, consultant_id)


def to_next(session: Session, visit: Visit) -> None:
    """Hand the party to whose turn it is; to nobody when nobody is there."""
    found = turns.next_up(session, visit.day)
    if found is not None:
        hand_over(session, visit.id, found.staff_id, found.hand_over)


def to_who_is_on_file(session: Session, visit: Visit, consultant_id: int) -> None:
    """The consultant on file receives; while he is not on post, somebody stands in for him.

    Neither uses a turn, also when it would have been his.
    """
    if visit.consultant_id == consultant_id:
        if visit.again and visit.hand_over in (HandOver.TURN, HandOver.COMPENSATION):
            hand_over(session, visit.id, consultant_id, HandOver.ON_FILE)
        return
    if visit.kind is VisitKind.WALK_IN and turns.absent(session, consultant_id):
        row = turns.next_up(session, visit.day)
        stands_in = visit.consultant_id or (row.staff_id if row is not None else None)
        if stands_in is not None:
            hand_over(session, visit.id, stands_in, HandOver.STAND_IN)
        return
    hand_over(session, visit.id, consultant_id, HandOver.ON_FILE)


def _reason(session: Session, visit: Visit, known: Customer | None, consultant_id: int) -> HandOver:
    """Why he receives this party, as far as the desk can tell (DOMAIN §3.4)."""
    if known is not None and known.consultant_id == consultant_id:
        return HandOver.ON_FILE
    if known is not None and visit.hand_over in (HandOver.ON_FILE, HandOver.STAND_IN):
        return HandOver.STAND_IN
    if visit.kind is not VisitKind.WALK_IN:  # a call or an errand is nobody's turn
        return HandOver.ASSIGNED
    row = turns.next_up(session, visit.day, without=visit.id)
    if row is not None and row.staff_id == consultant_id:
        return row.hand_over
    return HandOver.ASSIGNED
