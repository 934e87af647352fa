"""Taking back, and doing again: who may do it to whose action.

Who has `Right.TAKE_BACK` takes back everything. Everybody else takes back
- what he did himself, whenever that was,
- what was done today at this desk, whoever did it: it is one desk, and slips are mended there,
- but nothing that he could not have done himself, and no import: `NEEDS`,
- and from the next day on nothing that made a customer or a deal: that would delete it.

Nobody takes back the closing of a day: it is opened again, with a reason. Nor what a month began
with, nor the figures that left with its workbook: they are there to compare with. What would
change a day that is closed is a correction of it (`showroom.guard.closed`). Nor is anything taken
back when a car would be in two places then, or somebody expected twice, or a complaint closed
without its answer or its closing call, or a reward paid without its proof.

What an undo took back counts as what it was: doing it again needs the same.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from showroom import dates, words
from showroom.errors import ShowroomError
from showroom.guard import closed, consent, mask, rights
from showroom.guard.rights import Right
from showroom.i18n import _
from showroom.store import barred, driven, journal, models
from showroom.store.journal import Undone
from showroom.store.models import (
    Action,
    Appointment,
    Card,
    Change,
    Customer,
    Deal,
    DemoCar,
    FollowUp,
    Honorific,
    Role,
    Status,
    TestDrive,
    Visit,
)

NEEDS: Final[dict[str, Right]] = {
    "settings": Right.SETTINGS,
    "follow_rule": Right.SETTINGS,
    "festival": Right.SETTINGS,
    "card_wording": Right.SETTINGS,
    "choices": Right.SETTINGS,
    "targets": Right.SETTINGS,
    "staff": Right.STAFF,
    "cancel_deal": Right.APPROVE,
    "decide_loss": Right.APPROVE,
    "spot_check": Right.APPROVE,
    "check_referral": Right.APPROVE,
    "pay_referral": Right.APPROVE,
    "void_referral": Right.APPROVE,
    "import": Right.DELETE,
    "sample": Right.DELETE,
    "erase": Right.DELETE,
}
CLOSING: Final = ("close_day", "reopen_day")
KEPT: Final = ("open_month", "keep_figures")
LARGE: Final = 1000
"""So many entries take so long that a job reverts them."""
HUGE: Final = 10_000
"""To ask whether so many may go takes too long before a question."""
MANY: Final = 50
"""More of them are not taken back by a key without a question."""


def undo(session: Session, action_id: int | None = None) -> Undone:
    """Take an action back, the last one or the one named; see `journal.undo`.

    Raises `ShowroomError` for who may not, where a deal rests on what would go, and where a car or
    an appointment was given to somebody else since.
    """
    meant = action_id if action_id is not None else journal.last_undoable(session)
    _refuse(session, meant, session.info["now"])
    _refuse_deals(session, meant)
    undone = journal.undo(session, action_id)
    _refuse_taking(session, meant)
    _refuse_twice(session)
    _refuse_bare(session)
    _refuse_unproved(session)
    _stop_barred(session)
    return undone


def weight(session: Session, *, now: datetime, again: bool = False) -> tuple[int, str]:
    """How many entries `undo` (or, `again`, `redo`) would revert, and what that was, in words.

    Raises `ShowroomError` for who may not, so that he is not asked first; of what is huge, and of
    what goes without a question, the undo itself says so.
    """
    meant = journal.last_redoable(session) if again else journal.last_undoable(session)
    action = None if meant is None else session.get(Action, meant)
    if action is None:
        return 0, ""
    count = session.scalar(select(func.count(Change.id)).where(Change.action_id == meant)) or 0
    if MANY < count <= HUGE:
        _refuse(session, meant, now)
    return count, _said(_meant(session, action))


def redo(session: Session) -> Undone:
    """Do again what was undone last; see `journal.redo`. Raises `ShowroomError` as `undo`."""
    meant = journal.last_redoable(session)
    _refuse(session, meant, session.info["now"])
    redone = journal.redo(session)
    _refuse_taking(session, meant)
    _refuse_twice(session)
    _refuse_bare(session)
    _refuse_unproved(session)
    _stop_barred(session)
    return redone


def say(session: Session, undone: Undone) -> str:
    """The sentence for an undo or a redo: what it was about in the end, whose it is, and whether
    that stands.

    Who takes back that an import was done again takes the import back.
    """
    action = session.get_one(Action, undone.action_id)
    stands = False
    while action.undoes_id is not None:
        action, stands = session.get_one(Action, action.undoes_id), not stands
    done = _("Done again: {what}") if stands else _("Undone: {what}")
    return done.format(what=" · ".join(filter(None, (_said(action), _whose(session, action)))))


def _whose(session: Session, action: Action) -> str:
    """The customer an action was about, be what it made gone again; "" where it was about none."""
    table, id = action.subject_table, action.subject_id
    if id is None:
        rows = select(Change.table_name, Change.row_id).where(Change.action_id == action.id)
        found = session.execute(rows.order_by(Change.id).limit(2)).all()
        table, id = found[0] if len(found) == 1 else ("", 0)
    if table != Customer.__tablename__:
        id = _last(session, table, id or 0, "customer_id")
    if id is None:
        return ""
    customer = session.get(Customer, id)
    if customer is not None:
        return words.called(customer.name, customer.honorific)
    name, honorific = (
        _last(session, Customer.__tablename__, id, column) for column in ("name", "honorific")
    )
    return words.called(name or "", Honorific(honorific) if honorific else Honorific.NONE)


def _last(session: Session, table: str, id: int, column: str) -> Any:
    """What the journal says last of a column of a row."""
    said = [func.json_extract(image, f"$.{column}") for image in (Change.after, Change.before)]
    known = func.coalesce(*said)
    return session.scalar(
        select(known)
        .where(Change.table_name == table, Change.row_id == id, known.is_not(None))
        .order_by(Change.id.desc())
        .limit(1)
    )


def _said(action: Action) -> str:
    what = _(words.VERBS.get(action.verb, action.verb))
    return f"{what} {action.why}".rstrip() if action.verb == "import" else what


def _stop_barred(session: Session) -> None:
    """Nothing waits for who may not be reached, whatever came back: a contact that was open before
    he said so, or his word itself after new ones were promised.
    """
    session.flush()
    action_id = session.info["action"].id
    if journal.tables(session, action_id).isdisjoint(("customer", "follow_up", "card", "consent")):
        return
    rows = select(Change.row_id).where(Change.action_id == action_id)
    promised = select(FollowUp.customer_id).where(
        FollowUp.id.in_(rows.where(Change.table_name == "follow_up"))
    )
    carded = select(Card.customer_id).where(Card.id.in_(rows.where(Change.table_name == "card")))
    said = select(models.Consent.customer_id).where(
        models.Consent.id.in_(rows.where(Change.table_name == "consent"))
    )
    found = session.scalars(
        select(Customer.id).where(
            or_(
                Customer.id.in_(rows.where(Change.table_name == "customer")),
                *(Customer.id.in_(ids) for ids in (promised, carded, said)),
            ),
            or_(barred.from_contact(), barred.from_post()),
        )
    ).all()
    if found:
        consent.stop(session, found, now=session.info["now"])


def _refuse(session: Session, action_id: int | None, now: datetime) -> None:
    action = None if action_id is None else session.get(Action, action_id)
    if action is None:
        return  # what is not there, the journal says
    meant = _meant(session, action)
    if meant.verb in CLOSING:
        raise ShowroomError(
            _("A day is closed, and opened again with a reason, in the daily close (F12).")
        )
    if meant.verb in KEPT:
        raise ShowroomError(_("What a month began with, and what left with it, is never changed."))
    if meant.verb != "close_deal":  # a deal has days of its own
        closed.require_open(session, *closed.days_of(session, action.id))
    if rights.may(session, Right.TAKE_BACK):
        return
    right = _needed(session, meant)
    earlier = dates.local_day(action.at) != dates.local_day(now)
    person = rights.holder(session)
    his = person is not None and action.staff_id == person.id
    if right is None and his and earlier and _makes(session, action):
        right = Right.DELETE
    if right is not None and not rights.may(session, right):
        raise ShowroomError(
            _("Only a manager or an owner may take this back: {what}.").format(
                what=_(words.VERBS.get(meant.verb, meant.verb))
            )
        )
    if person is None or (earlier and not his):
        rights.require(session, Right.TAKE_BACK)


def _refuse_taking(session: Session, action_id: int | None) -> None:
    """A consultant gets back nobody that somebody else gave away: he is given customers."""
    person = rights.holder(session)
    if person is None or person.role is not Role.CONSULTANT or mask.sees_all(session):
        return
    if session.get_one(Action, action_id).staff_id == person.id:
        return
    owners: dict[int, list[int | None]] = {}
    for row in journal.touched(session, "customer"):
        if "consultant_id" in row.image:
            owners.setdefault(row.id, []).append(row.image["consultant_id"])
    if any(found[0] != person.id == found[-1] for found in owners.values()):
        raise ShowroomError(_("A consultant is given customers, he takes none himself."))


def _refuse_deals(session: Session, action_id: int | None) -> None:
    """A visit or a customer with a deal does not go: neither whole nor in part."""
    action = None if action_id is None else session.get(Action, action_id)
    if action is None or action.verb in NEEDS:
        return
    for table, column in (("visit", Deal.visit_id), ("customer", Deal.customer_id)):
        made = select(Change.row_id).where(
            Change.action_id == action.id, Change.table_name == table, Change.before.is_(None)
        )
        numbers = session.scalars(select(Deal.number).where(column.in_(made)).order_by(Deal.id))
        for number in numbers:
            raise ShowroomError(
                _("Deal {number} rests on this: undo or cancel the deal first.").format(
                    number=number
                )
            )


def _refuse_twice(session: Session) -> None:
    """What stands again may not be in the way of what was done since; nothing is kept then."""
    action_id = session.info["action"].id
    changed = journal.tables(session, action_id)

    def touched(table: str) -> Select[int]:
        return select(Change.row_id).where(
            Change.action_id == action_id, Change.table_name == table
        )

    if "key_move" in changed:
        _refuse_given(session, _two_keys(touched("key_move")))
    if "test_drive" in changed:
        _refuse_given(session, _two_drives(touched("test_drive")))
    if changed & {"test_drive", "visit"}:
        _refuse_driving(session, touched("test_drive"), touched("visit"))
    if "appointment" in changed:
        _refuse_expected(session, touched("appointment"))


def _refuse_given(session: Session, plates: Select[str]) -> None:
    for plate in session.scalars(plates.limit(1)):
        raise ShowroomError(
            _("{plate} was given to somebody else since: this stays as it is.").format(plate=plate)
        )


def _two_keys(touched: Select[int]) -> Select[str]:
    """The cars of these moves whose key is out twice."""
    move = aliased(models.KeyMove)
    return (
        select(DemoCar.plate)
        .join(models.KeyMove, models.KeyMove.car_id == DemoCar.id)
        .join(move, and_(move.car_id == DemoCar.id, move.id != models.KeyMove.id))
        .where(models.KeyMove.id.in_(touched))
        .where(models.KeyMove.back_at.is_(None), move.back_at.is_(None))
    )


def _two_drives(touched: Select[int]) -> Select[str]:
    """The cars of these drives that are kept twice at a time."""
    drive = aliased(TestDrive)
    return (
        select(DemoCar.plate)
        .join(TestDrive, TestDrive.car_id == DemoCar.id)
        .join(drive, and_(drive.car_id == DemoCar.id, drive.id != TestDrive.id))
        .where(TestDrive.id.in_(touched))
        .where(TestDrive.ended_at.is_(None), drive.ended_at.is_(None))
        .where(TestDrive.planned_from < drive.planned_until)
        .where(drive.planned_from < TestDrive.planned_until)
    )


def _refuse_driving(session: Session, drives: Select[int], visits: Select[int]) -> None:
    gone = (
        select(Visit.number)
        .join(TestDrive, TestDrive.visit_id == Visit.id)
        .where(driven.running(), Visit.left_at.is_not(None))
        .where(or_(TestDrive.id.in_(drives), TestDrive.visit_id.in_(visits)))
    )
    for number in session.scalars(gone.limit(1)):
        raise ShowroomError(
            _("Visit {number} would have left while it drives: this stays as it is.").format(
                number=number
            )
        )


def _refuse_expected(session: Session, touched: Select[int]) -> None:
    expected = aliased(Appointment)
    his = or_(
        Appointment.customer_id == expected.customer_id,
        and_(
            Appointment.customer_id.is_(None),
            Appointment.phone == expected.phone,
            Appointment.phone != "",
        ),
    )
    twice = (
        select(Appointment.id)
        .join(expected, and_(expected.day == Appointment.day, expected.id != Appointment.id, his))
        .where(Appointment.id.in_(touched))
        .where(Appointment.visit_id.is_(None), Appointment.cancelled_at.is_(None))
        .where(expected.visit_id.is_(None), expected.cancelled_at.is_(None))
    )
    if session.scalar(twice.limit(1)) is not None:
        raise ShowroomError(_("He has another appointment on that day: cancel that one first."))


def _refuse_bare(session: Session) -> None:
    """A closed complaint keeps what it needs to be closed (DOMAIN §5.7)."""
    moved = ("answered_at", "handled_at", "closed_at", "complaint_id")
    touched = [
        row
        for row in journal.touched(session, "complaint", "complaint_step")
        if any(name in row.image for name in moved)
    ]
    if not touched:
        return
    complaint, step = models.Complaint, models.ComplaintStep
    ids = {row.image.get("complaint_id", row.id) for row in touched}
    closed_ones = select(complaint.id).where(
        complaint.id.in_(ids), complaint.closed_at.is_not(None)
    )
    for id in session.scalars(closed_ones):
        steps = select(step.kind).where(step.complaint_id == id).order_by(step.id.desc())
        taken = [kind for kind in session.scalars(steps) if kind is not models.CareStep.NOTE]
        handled = session.scalar(select(complaint.handled_at).where(complaint.id == id))
        done = {"calmed", "answered", "handled", "called"} <= set(taken)
        if handled is None or not done or taken[0] is not models.CareStep.CALLED:
            raise ShowroomError(_("This complaint is closed: open it again first."))


def _refuse_unproved(session: Session) -> None:
    """The proofs of a reward that is paid stay: they are its receipt (`people.proofs.remove`)."""
    touched = journal.touched(session, "proof")
    if not touched:
        return
    there = select(models.Proof.id).where(models.Proof.id.in_({row.id for row in touched}))
    gone = {row.id for row in touched}.difference(session.scalars(there))
    theirs = {row.image["referral_id"] for row in touched if row.id in gone}
    paid = select(models.Referral.id).where(
        models.Referral.id.in_(theirs), models.Referral.paid_at.is_not(None)
    )
    if session.scalar(paid.limit(1)) is not None:
        raise ShowroomError(_("The reward is paid: its proofs stay."))


def _needed(session: Session, action: Action) -> Right | None:
    """The right without which nobody could have done it."""
    if _loses(session, action) or _signs(session, action):
        return Right.APPROVE
    if action.verb == "custom_field" and action.subject_table == "custom_field":
        return Right.SETTINGS  # else it is what somebody wrote into a field
    return NEEDS.get(action.verb)


def _meant(session: Session, action: Action) -> Action:
    """What an undo, or the undo of one, is about in the end."""
    while action.undoes_id is not None:
        action = session.get_one(Action, action.undoes_id)
    return action


def _makes(session: Session, action: Action) -> bool:
    """Whether taking the action back would delete a customer or a deal."""
    made = select(Change.id).where(
        Change.action_id == action.id,
        Change.table_name.in_(("customer", "deal")),
        Change.before.is_(None),
    )
    return session.scalar(made.limit(1)) is not None


def _loses(session: Session, action: Action) -> bool:
    """Whether the action noted that a customer was lost."""
    if action.verb not in ("set_status", "apply_loss"):
        return False
    images = session.scalars(
        select(Change.after).where(Change.action_id == action.id, Change.table_name == "customer")
    )
    return any(json.loads(image).get("status") == Status.LOST for image in images if image)


def _signs(session: Session, action: Action) -> bool:
    """Whether the action closed a complaint."""
    if action.verb != "complaint_step":
        return False
    images = session.scalars(
        select(Change.after).where(Change.action_id == action.id, Change.table_name == "complaint")
    )
    return any(json.loads(image).get("closed_at") for image in images if image)
