"""Complaints: first the mood, then the matter (DOMAIN §5.7).

Taken in the customer's own words by whoever sits at the desk, who does not judge them. Then
calmed, answered, handled, called back, one after the other; a manager signs that it is closed.
Who is complained about never handles it. Hours run at night, on weekends and holidays, too.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import choices, dates, settings
from showroom.care import complaint_rows
from showroom.care.complaint_rows import TITLES
from showroom.errors import Invalid, ShowroomError
from showroom.guard import rights, staff
from showroom.guard.rights import Right
from showroom.i18n import N_, _, ngettext
from showroom.people import closing_calls, customers, losses
from showroom.store import journal
from showroom.store.models import (
    CareStep,
    Choice,
    ChoiceKind,
    Complaint,
    ComplaintStep,
    Customer,
    Gravity,
    Role,
    Staff,
    Visit,
)
from showroom.text import clean

OFTEN: Final = 3
"""So many complaints of one customer with one cause are an escalated one (Audi, DOMAIN §5.7)."""

GRAVITIES: Final = {
    Gravity.ORDINARY: N_("Ordinary"),
    Gravity.ESCALATED: N_("Escalated"),
    Gravity.MAJOR: N_("Major"),
}
_GRAVE: Final = re.compile(
    r"受伤|受了伤|伤人|伤者|流血|骨折|烫伤|住院|起火|着火|自燃|失火|火灾|冒烟|刹车|制动|转向失灵|"
    r"方向盘|气囊|媒体|记者|电视台|报社|曝光|12315|市场监管|消协|"
    r"\b(?:injur\w*|wounded|hospital|caught fire|on fire|burn(?:t|ed|s|ing)|flames?|smoke|"
    r"brak(?:e|es|ing)|steering|airbags?|media|newspapers?|journalists?|reporters?|"
    r"television|authorit(?:y|ies))\b",
    re.I,
)
"""Injury, fire, brakes and steering, airbag, media, authorities: what makes a complaint major."""


class Proposal(NamedTuple):
    """How grave a complaint seems, and why; `why` is "" where nothing speaks for it."""

    gravity: Gravity
    why: str


# --- taking one


def propose(session: Session, customer_id: int, *, words: str, cause_id: int | None) -> Proposal:
    """How grave it seems; who takes it decides."""
    found = _GRAVE.search(words)
    if found:
        said = _("The words “{word}” speak for a major complaint.").format(word=found[0])
        return Proposal(Gravity.MAJOR, said)
    before = session.scalar(
        select(func.count())
        .select_from(Complaint)
        .where(Complaint.customer_id == customer_id, Complaint.cause_id == (cause_id or 0))
    )
    if (before or 0) >= OFTEN - 1:
        said = _("Complaint {count} of this customer with the same cause: escalated.")
        return Proposal(Gravity.ESCALATED, said.format(count=(before or 0) + 1))
    return Proposal(Gravity.ORDINARY, "")


def responsible_for(session: Session, customer_id: int, *, about_id: int | None) -> int | None:
    """Who may best handle it: his consultant, a manager, anybody, but never who it is about."""
    people = [one for one in staff.everyone(session) if one.id != about_id]
    ids = {one.id for one in people}
    whose = session.scalar(select(Customer.consultant_id).where(Customer.id == customer_id))
    if whose in ids:
        return whose
    for role in (Role.MANAGER, Role.OWNER):
        for one in people:
            if one.role is role:
                return one.id
    return people[0].id if people else None


def take(
    session: Session,
    customer_id: int,
    *,
    words: str,
    cause_id: int | None,
    gravity: Gravity = Gravity.ORDINARY,
    car: str = "",
    about_id: int | None = None,
    responsible_id: int | None = None,
    taken_at: datetime | None = None,
    now: datetime,
) -> Complaint:
    """Note a complaint as the customer said it; the time for the first answer runs from then.

    `about_id` may be somebody who left. Raises `Invalid` beside the field, `ShowroomError` for who
    is not on file.
    """
    customer = customers.on_file(session, customer_id)
    moment, words = taken_at or now, clean(words)
    problems = _problems(session, cause_id, about_id, responsible_id)
    if not words:
        problems["words"] = _("Write what he said, in his own words.")
    if moment > now:
        problems["taken_at"] = _("This moment is yet to come.")
    if problems:
        raise Invalid(problems)
    assert cause_id is not None
    day = dates.local_day(moment)
    made = Complaint(
        customer_id=customer_id,
        visit_id=session.scalar(
            select(Visit.id)
            .where(Visit.customer_id == customer_id, Visit.day == day)
            .order_by(Visit.id.desc())
            .limit(1)
        ),
        day=day,
        taken_at=moment,
        taken_by_id=session.info["staff_id"],
        cause_id=cause_id,
        gravity=gravity,
        words=words,
        car=clean(car),
        about_id=about_id,
        responsible_id=responsible_id,
        answer_by=moment + timedelta(hours=settings.load(session).complaint_hours[gravity]),
    )
    label = choices.labels(session, ChoiceKind.COMPLAINT_CAUSE)[cause_id]
    said = " · ".join((label, _(GRAVITIES[gravity]), words))
    journal.act(session, "complaint", customer, why=said)
    session.add(made)
    session.flush()
    return made


def _problems(
    session: Session, cause_id: int | None, about_id: int | None, responsible_id: int | None
) -> dict[str, str]:
    problems: dict[str, str] = {}
    cause = session.get(Choice, cause_id or 0)
    if cause is None or cause.kind is not ChoiceKind.COMPLAINT_CAUSE:
        problems["cause_id"] = _("Choose the cause.")
    if about_id is not None and session.get(Staff, about_id) is None:
        problems["about_id"] = _("Nobody of that name works here.")
    person = None if responsible_id is None else session.get(Staff, responsible_id)
    if responsible_id is None:
        problems["responsible_id"] = _("Choose who is responsible.")
    elif person is None or not person.active:
        problems["responsible_id"] = _("He works here no longer: choose somebody else.")
    elif responsible_id == about_id:
        problems["responsible_id"] = _(
            "The complaint is about {name}: somebody else handles it."
        ).format(name=person.name)
    return problems


def change(
    session: Session,
    complaint_id: int,
    *,
    gravity: Gravity,
    responsible_id: int | None,
    about_id: int | None,
) -> None:
    """Hand it to somebody else, or weigh it anew: the time for the answer counts from its taking.

    The closing call goes to who is responsible then. Raises `Invalid` beside the field,
    `ShowroomError` for who is complained about, and for one that is closed.
    """
    one, customer = _open(session, complaint_id)
    _refuse_about(session, {one.about_id})
    problems = _problems(session, one.cause_id, about_id, responsible_id)
    if problems:
        raise Invalid(problems)
    parts = []
    if gravity is not one.gravity:
        parts.append(f"{_(GRAVITIES[one.gravity])} → {_(GRAVITIES[gravity])}")
    if responsible_id != one.responsible_id:
        name = staff.names(session)[responsible_id or 0]
        parts.append(_("responsible: {name}").format(name=name))
    journal.act(session, "complaint_step", customer, why=" · ".join(parts))
    if gravity is not one.gravity and one.answered_at is None:
        hours = settings.load(session).complaint_hours[gravity]
        one.answer_by = one.taken_at + timedelta(hours=hours)
    for due in closing_calls.due(session, customer.id):
        if due.staff_id == one.responsible_id:
            due.staff_id = responsible_id
    one.gravity, one.responsible_id, one.about_id = gravity, responsible_id, about_id


# --- step by step


def tick(
    session: Session,
    complaint_id: int,
    step: CareStep,
    *,
    words: str = "",
    at: datetime | None = None,
    now: datetime,
) -> None:
    """Note that the next step was done: calmed, answered, handled, called back, in this order.

    Once it is handled the closing call is due within the day; called back, that contact is done.
    Raises `Invalid` beside `words` or `at`, `ShowroomError` when another step comes first, for
    who is complained about, and for a complaint that is closed.
    """
    one, customer = _open(session, complaint_id)
    row = complaint_rows.one(session, one.id)
    refused = refusal(session, row)
    if refused:
        raise ShowroomError(refused)
    if step is not row.step:
        raise ShowroomError(_not_yet(row.step))
    moment, words = at or now, clean(words)
    problems = {}
    if not words and step is not CareStep.CALMED:
        problems["words"] = _(ASKED[step])
    if moment < max(filter(None, (one.taken_at, one.answered_at, one.handled_at))):
        problems["at"] = _("That was before: it was taken {moment}.").format(
            moment=f"{dates.local(one.taken_at):%m-%d %H:%M}"
        )
    elif moment > now:
        problems["at"] = _("This moment is yet to come.")
    if problems:
        raise Invalid(problems)
    _note(session, one, customer, step, words, moment)
    if step is CareStep.ANSWERED:
        one.answered_at = moment
    elif step is CareStep.HANDLED:
        one.handled_at = moment
        closing_calls.promise(session, one, customer)
    elif step is CareStep.CALLED:
        session.flush()
        _call_done(session, customer.id, words, moment)


ASKED: Final = {
    CareStep.ANSWERED: N_("Write what he was answered."),
    CareStep.HANDLED: N_("Write what was done."),
    CareStep.CALLED: N_("Write what he said on the phone."),
}


def _not_yet(step: CareStep | None) -> str:
    if step is None:
        return _("All steps are done: a manager closes it, or it is opened again.")
    return _("First: {step}.").format(step=_(TITLES[step]))


def note(session: Session, complaint_id: int, words: str, *, now: datetime) -> None:
    """Add a remark. Raises `Invalid` beside `words` when nothing is said."""
    one, customer = _open(session, complaint_id)
    words = clean(words)
    if not words:
        raise Invalid({"words": _("Write the note.")})
    _note(session, one, customer, CareStep.NOTE, words, now)


def refusal(session: Session, row: complaint_rows.ComplaintRow) -> str:
    """Why who sits at the desk may not do the next step of this complaint; "" when he may."""
    if row.step is None and row.closed_at is None:
        said = rights.refusal(session, Right.APPROVE)
        if said or losses.alone(session):
            return said
    return _about_you(session, {row.about_id})


def refuse_call(session: Session, follow_up_id: int) -> None:
    """Who is complained about makes no closing call. Raises `ShowroomError`."""
    _refuse_about(session, complaint_rows.not_by(session).get(follow_up_id, set()))


def _refuse_about(session: Session, about: set[int] | set[int | None]) -> None:
    said = _about_you(session, about)
    if said:
        raise ShowroomError(said)


def _about_you(session: Session, about: set[int] | set[int | None]) -> str:
    if (session.info["staff_id"] or 0) in about:
        return _("The complaint is about you: somebody else handles it.")
    return ""


def close(session: Session, complaint_id: int, *, now: datetime) -> None:
    """A manager signs that it is settled. Raises `ShowroomError` for who may not, and before all
    steps up to the closing call are done."""
    rights.require(session, Right.APPROVE)
    one, customer = _open(session, complaint_id)
    row = complaint_rows.one(session, one.id)
    refused = refusal(session, row)
    if refused:
        raise ShowroomError(refused)
    if row.step is not None:
        raise ShowroomError(
            _("It cannot be closed yet. {sentence}").format(sentence=_not_yet(row.step))
        )
    journal.act(session, "complaint_step", customer, why=_("closed"))
    one.closed_at, one.closed_by_id = now, session.info["staff_id"]


def reopen(session: Session, complaint_id: int, words: str, *, now: datetime) -> None:
    """He is not content: it is to be handled again, and called about again. Counted.

    Raises `Invalid` beside `words`, `ShowroomError` where it is still being handled.
    """
    one = session.get(Complaint, complaint_id)
    if one is None:
        raise ShowroomError(_("This complaint is no longer there."))
    customer = customers.on_file(session, one.customer_id)
    if one.handled_at is None:
        raise ShowroomError(_("It is not handled yet: there is nothing to open again."))
    words = clean(words)
    if not words:
        raise Invalid({"words": _("Write what he is not content with.")})
    _note(session, one, customer, CareStep.REOPENED, words, now)
    one.reopened += 1
    one.handled_at = one.closed_at = one.closed_by_id = None
    session.flush()
    if not closing_calls.waiting(session, customer.id):
        for due in closing_calls.due(session, customer.id):
            session.delete(due)


# --- the closing call among the follow-ups


def called(
    session: Session, customer_id: int, words: str, *, content: bool = True, now: datetime
) -> None:
    """The contact that was due for it is done: his handled complaints have had their call.

    Who is not `content` has them opened again (DOMAIN §5.6).
    """
    for one in closing_calls.waiting(session, customer_id):
        customer = customers.on_file(session, customer_id)
        _note(session, one, customer, CareStep.CALLED, words, now)
        if not content:
            reopen(session, one.id, words, now=now)
    _call_done(session, customer_id, words, now)  # of two files that became one there are two


def _call_done(session: Session, customer_id: int, words: str, at: datetime) -> None:
    if not closing_calls.waiting(session, customer_id):
        for due in closing_calls.due(session, customer_id):
            due.done_at, due.result = at, words


# --- inside


def _open(session: Session, complaint_id: int) -> tuple[Complaint, Customer]:
    one = session.get(Complaint, complaint_id)
    if one is None:
        raise ShowroomError(_("This complaint is no longer there."))
    if one.closed_at is not None:
        raise ShowroomError(_("This complaint is closed: open it again first."))
    return one, customers.on_file(session, one.customer_id)


def _note(
    session: Session,
    one: Complaint,
    customer: Customer,
    step: CareStep,
    words: str,
    at: datetime,
) -> None:
    said = " · ".join(filter(None, (_(TITLES[step]), words)))
    journal.act(session, "complaint_step", customer, why=said)
    session.add(
        ComplaintStep(
            complaint_id=one.id,
            kind=step,
            at=at,
            staff_id=session.info["staff_id"],
            words=words,
        )
    )
    session.flush()


def clock(row: complaint_rows.ComplaintRow, now: datetime) -> str:
    """How long until it is due, or since: `2 h left`, `late 3 h`, `20 min left`; "" without."""
    if row.due is None:
        return ""
    minutes = int((row.due - now).total_seconds() // 60)
    if abs(minutes) < 60:
        said = _("{count} min left") if minutes >= 0 else _("late {count} min")
        return said.format(count=abs(minutes))
    hours = abs(minutes) // 60
    if hours < 48:
        return (_("{count} h left") if minutes >= 0 else _("late {count} h")).format(count=hours)
    days = hours // 24
    if minutes >= 0:
        said = ngettext("{count} day left", "{count} days left", days)
    else:
        said = ngettext("late {count} day", "late {count} days", days)
    return said.format(count=days)
