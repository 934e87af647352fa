"""The complaints as a list shows them: open ones by what is due first, closed ones, their steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import choices, settings, words
from showroom.errors import ShowroomError
from showroom.guard import mask, staff
from showroom.i18n import N_, _
from showroom.people import customers
from showroom.store.models import (
    CareStep,
    ChoiceKind,
    Complaint,
    ComplaintStep,
    Customer,
    FollowUp,
    Gravity,
    Honorific,
    Promise,
)

ORDER: Final = (CareStep.CALMED, CareStep.ANSWERED, CareStep.HANDLED, CareStep.CALLED)
TITLES: Final = {
    CareStep.CALMED: N_("Calmed"),
    CareStep.ANSWERED: N_("Answered"),
    CareStep.HANDLED: N_("Handled"),
    CareStep.CALLED: N_("Called back"),
    CareStep.REOPENED: N_("Opened again"),
    CareStep.NOTE: N_("Note"),
}
NEXT: Final = {
    CareStep.CALMED: N_("Calm him"),
    CareStep.ANSWERED: N_("Answer him"),
    CareStep.HANDLED: N_("Handle it"),
    CareStep.CALLED: N_("Call him back"),
    None: N_("To be signed"),
}
"""What comes next, in words for who does it."""
HINTS: Final = {
    CareStep.CALMED: N_(
        "First the mood: let him speak, take his side, say sorry for the trouble. No judgement yet."
    ),
    CareStep.ANSWERED: N_(
        "The first answer in time: who looks after it, what happens next, and when he hears again."
    ),
    CareStep.HANDLED: N_("Now the matter: what was found, what was done, who did it."),
    CareStep.CALLED: N_("Call him within a day after handling: is he content with what was done?"),
    None: N_("Content: a manager closes it. Not content: open it again with what is missing."),
}


class StepRow(NamedTuple):
    """One thing that was done about a complaint."""

    kind: CareStep
    at: datetime
    staff: str
    words: str


class ComplaintRow(NamedTuple):
    """One complaint. `step` comes next (None: all are done), `due` is when at the latest.

    `phone` and `words` are as who sits at the desk may see them.
    """

    id: int
    customer_id: int
    name: str
    honorific: Honorific
    phone: str
    day: date
    taken_at: datetime
    taken_by: str
    cause: str
    gravity: Gravity
    words: str
    car: str
    about_id: int | None
    about: str
    responsible_id: int | None
    responsible: str
    answer_by: datetime
    answered_at: datetime | None
    handled_at: datetime | None
    called_at: datetime | None
    closed_at: datetime | None
    closed_by: str
    reopened: int
    step: CareStep | None
    due: datetime | None
    steps: tuple[StepRow, ...]
    do_not_contact: bool

    def late(self, now: datetime) -> bool:
        """Whether what is due was due before now."""
        return self.due is not None and self.due < now

    def in_time(self) -> bool:
        """Whether the first answer was given in its time."""
        return self.answered_at is not None and self.answered_at <= self.answer_by


def open_ones(session: Session, *, customer_id: int | None = None) -> list[int]:
    """Ids of the complaints that are not closed, by what is due first; then by their day."""
    query = (
        select(Complaint.id)
        .join(Customer, Customer.id == Complaint.customer_id)
        .where(Complaint.closed_at.is_(None), Customer.erased_at.is_(None))
    )
    if customer_id is not None:
        query = query.where(Complaint.customer_id == customer_id)
    found = rows(session, list(session.scalars(query)))
    found.sort(key=lambda row: (row.due is None, row.due or row.taken_at, row.id))
    return [row.id for row in found]


def closed(session: Session, first: date, last: date) -> list[int]:
    """Ids of the complaints taken from `first` to `last` that are closed, the newest first."""
    query = select(Complaint.id).where(
        Complaint.day.between(first, last), Complaint.closed_at.is_not(None)
    )
    return list(session.scalars(query.order_by(Complaint.closed_at.desc(), Complaint.id.desc())))


def taken(session: Session, first: date, last: date) -> list[int]:
    """Ids of all complaints taken from `first` to `last`, the oldest first."""
    query = select(Complaint.id).where(Complaint.day.between(first, last))
    return list(session.scalars(query.order_by(Complaint.taken_at, Complaint.id)))


def not_by(session: Session) -> dict[int, set[int]]:
    """Who may not make an open closing call: by its id whom the customer complains about."""
    about: dict[int, set[int]] = defaultdict(set)
    for customer_id, staff_id in session.execute(
        select(Complaint.customer_id, Complaint.about_id).where(
            Complaint.closed_at.is_(None), Complaint.about_id.is_not(None)
        )
    ):
        if staff_id is not None:
            about[customer_id].add(staff_id)
    calls = select(FollowUp.id, FollowUp.customer_id).where(
        FollowUp.customer_id.in_(about),  # few: every open contact would have to be looked at
        FollowUp.rule == Promise.COMPLAINT,
        FollowUp.done_at.is_(None),
    )
    return {id: about[owner] for id, owner in session.execute(calls)} if about else {}


def one(session: Session, complaint_id: int) -> ComplaintRow:
    """One complaint. Raises `ShowroomError` when it is gone."""
    found = rows(session, [complaint_id])
    if not found:
        raise ShowroomError(_("This complaint is no longer there."))
    return found[0]


def called(row: ComplaintRow) -> str:
    """What its customer is called."""
    return words.called(row.name, row.honorific) or _("No name")


def rows(session: Session, ids: Sequence[int]) -> list[ComplaintRow]:
    """The lines for these ids in their order; an id that is gone has none."""
    session.flush()
    found = {
        complaint.id: (complaint, customer)
        for complaint, customer in session.execute(
            select(Complaint, Customer)
            .join(Customer, Customer.id == Complaint.customer_id)
            .where(Complaint.id.in_(ids))
        )
    }
    owners = {customer.id for _complaint, customer in found.values()}
    seen, phones = mask.seen(session, owners), customers.first_phones(session, owners)
    labels = choices.labels(session, ChoiceKind.COMPLAINT_CAUSE)
    names = staff.names(session)
    gone = {one.id for one in staff.everyone(session, active=False)}
    shop = settings.load(session)
    steps: dict[int, list[ComplaintStep]] = defaultdict(list)
    for done_step in session.scalars(
        select(ComplaintStep)
        .where(ComplaintStep.complaint_id.in_(found))
        .order_by(ComplaintStep.id)
    ):
        steps[done_step.complaint_id].append(done_step)

    def name(staff_id: int | None) -> str:
        said = names.get(staff_id or 0, "")
        return _("{name} (left)").format(name=said) if staff_id in gone else said

    made = []
    for id in ids:
        if id not in found:
            continue
        complaint, customer = found[id]
        whole, done = customer.id in seen, steps[id]
        called_at = _called(done) if complaint.handled_at is not None else None
        step = _next(complaint, done, called_at)
        made.append(
            ComplaintRow(
                id=id,
                customer_id=customer.id,
                name=customer.name,
                honorific=customer.honorific,
                phone=phones.get(customer.id, ""),
                day=complaint.day,
                taken_at=complaint.taken_at,
                taken_by=names.get(complaint.taken_by_id or 0, ""),
                cause=labels.get(complaint.cause_id, ""),
                gravity=complaint.gravity,
                words=mask.text(complaint.words, whole=whole),
                car=mask.text(complaint.car, whole=whole),
                about_id=complaint.about_id,
                about=name(complaint.about_id),
                responsible_id=complaint.responsible_id,
                responsible=name(complaint.responsible_id),
                answer_by=complaint.answer_by,
                answered_at=complaint.answered_at,
                handled_at=complaint.handled_at,
                called_at=called_at,
                closed_at=complaint.closed_at,
                closed_by=names.get(complaint.closed_by_id or 0, ""),
                reopened=complaint.reopened,
                step=step,
                due=_due(complaint, done, step, shop),
                steps=tuple(
                    StepRow(
                        one.kind,
                        one.at,
                        names.get(one.staff_id or 0, ""),
                        mask.text(one.words, whole=whole),
                    )
                    for one in done
                ),
                do_not_contact=customer.do_not_contact,
            )
        )
    return made


def _called(steps: Sequence[ComplaintStep]) -> datetime | None:
    """When he was called after it was handled last; None when that is still to be done."""
    at = None
    for step in steps:
        if step.kind is CareStep.CALLED:
            at = step.at
        elif step.kind in (CareStep.HANDLED, CareStep.REOPENED):
            at = None
    return at


def _next(
    complaint: Complaint, steps: Sequence[ComplaintStep], called_at: datetime | None
) -> CareStep | None:
    done = {
        CareStep.CALMED: any(step.kind is CareStep.CALMED for step in steps),
        CareStep.ANSWERED: complaint.answered_at is not None,
        CareStep.HANDLED: complaint.handled_at is not None,
        CareStep.CALLED: called_at is not None,
    }
    return next((step for step in ORDER if not done[step]), None)


def _due(
    complaint: Complaint,
    steps: Sequence[ComplaintStep],
    step: CareStep | None,
    shop: settings.Settings,
) -> datetime | None:
    """When the next step is due at the latest: the first answer, the closing call.

    One that was opened again is to be handled within the hours of its kind.
    """
    if complaint.closed_at is not None:
        return None
    if complaint.answered_at is None:
        return complaint.answer_by
    if step is CareStep.CALLED and complaint.handled_at is not None:
        return complaint.handled_at + timedelta(hours=shop.complaint_call_hours)
    opened = [one.at for one in steps if one.kind is CareStep.REOPENED]
    if step is CareStep.HANDLED and opened:
        return opened[-1] + timedelta(hours=shop.complaint_hours[complaint.gravity])
    return None
