"""Asking an owner whom he knows: five steps, ticked one by one, resumed when interrupted.

Claim credit, get agreement, ask, call now, thank and report back (DOMAIN §6, seed 001), in honest
words. The one who is named has agreed to nothing: the owner calls him himself, there and then, and
only when he says yes on the phone his number is kept and he becomes a customer (PIPL 13–14).
Without his yes a name may be noted in the talk, and no number; who comes by himself later is noted
then. Once somebody was called the owner is to be thanked and told: a contact is due for it.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import text
from showroom.errors import Invalid, ShowroomError
from showroom.guard import consent, mask, staff
from showroom.i18n import N_, _
from showroom.people import customers, phones, promises, referrals
from showroom.store import barred, journal
from showroom.store.models import Customer, FollowUp, Honorific, Promise, TalkStep

if TYPE_CHECKING:
    from showroom.store.models import Talk

STEPS: Final = tuple(TalkStep)
TITLES: Final = {
    TalkStep.CREDIT: N_("Claim credit"),
    TalkStep.AGREE: N_("Get his agreement"),
    TalkStep.ASK: N_("Ask for names"),
    TalkStep.CALL: N_("Call now"),
    TalkStep.THANK: N_("Thank and report back"),
}
WORDS: Final = {
    TalkStep.CREDIT: N_(
        "You have had the car for a while now. We promised to look after it, and after you: has "
        "everything been as we said?"
    ),
    TalkStep.AGREE: N_(
        "I am glad to hear that. Is there anything we should do better? Would you say to a friend "
        "that one can buy here with an easy mind?"
    ),
    TalkStep.ASK: N_(
        "Who among your friends, colleagues or family is looking at cars just now? I look after "
        "him exactly as I looked after you, and press nobody."
    ),
    TalkStep.CALL: N_(
        "Would you call him now and ask whether I may speak to him? If he says no, I do not call "
        "him and keep no number."
    ),
    TalkStep.THANK: N_(
        "Thank you. Whatever comes of it, I tell you. If he buys here, the showroom thanks you as "
        "its rules say, once and openly."
    ),
}
"""What may be said, honest: nothing feigned, nothing promised that is not so."""
_NUMBER: Final = re.compile(r"\d(?:[ \-–—.·]?\d){6,}")
NOTE: Final = 500


class TalkRow(NamedTuple):
    """One talk; `step` is what comes next."""

    id: int
    customer_id: int
    customer: str
    honorific: Honorific
    step: TalkStep
    begun_at: datetime
    ended_at: datetime | None
    by: str
    note: str


def begin(session: Session, customer_id: int, *, now: datetime) -> Talk:
    """Begin a talk with an owner, or go on with the one that was interrupted.

    Raises `ShowroomError` for who is unknown, must not be contacted, or complains of something.
    """
    from showroom.store.models import Talk

    owner = _asked(session, customer_id)
    if owner.contact_on is None:
        raise ShowroomError(_("He left no contact yet: he is nobody to ask for others."))
    open_one = _open(session, customer_id)
    if open_one is not None:
        return open_one
    journal.act(session, "talk", owner)
    made = Talk(
        customer_id=customer_id,
        staff_id=session.info["staff_id"],
        begun_at=now,
        step=TalkStep.CREDIT,
    )
    session.add(made)
    session.flush()
    return made


def tick(session: Session, talk_id: int, *, now: datetime, today: date) -> None:
    """The step was done: on to the next; after the last the talk is over.

    After the call the owner is to be thanked tomorrow; thanking him takes that off the list. Raises
    `ShowroomError` as `begin`.
    """
    talk = _one(session, talk_id)
    owner = _asked(session, talk.customer_id)
    journal.act(session, "talk", owner)
    if talk.step is TalkStep.CALL and _thanks(session, owner.id) is None:
        promises.promise(session, owner, Promise.THANK_INTRODUCER, today + timedelta(days=1))
    if talk.step is TalkStep.THANK:
        due = _thanks(session, owner.id)
        if due is not None:
            due.done_at, due.result = now, _(TITLES[TalkStep.THANK])
        talk.ended_at = now
        return
    talk.step = STEPS[STEPS.index(talk.step) + 1]


def back(session: Session, talk_id: int) -> None:
    """One step back: it was ticked too early."""
    talk = _one(session, talk_id)
    at = STEPS.index(talk.step)
    if at:
        journal.act(session, "talk", session.get(Customer, talk.customer_id))
        talk.step = STEPS[at - 1]


def end(session: Session, talk_id: int, *, now: datetime) -> None:
    """He would rather not: the talk is over where it stands, and nothing is due."""
    talk = _one(session, talk_id)
    journal.act(session, "talk", session.get(Customer, talk.customer_id))
    talk.ended_at = now


def named(
    session: Session,
    talk_id: int,
    *,
    name: str,
    phone: str = "",
    agreed: bool = False,
    honorific: Honorific = Honorific.NONE,
    now: datetime,
    today: date,
) -> int | None:
    """The owner named somebody. With his yes he is a new customer, brought by the owner.

    Returns the id of the new customer; None when there is no yes: then only his name is noted in
    the talk, never his number. Raises `Invalid` beside `name` or `phone`, `ShowroomError` as
    `begin`.
    """
    talk = _one(session, talk_id)
    who = text.clean(name)
    if not who:
        raise Invalid({"name": _("Enter whom he named.")})
    owner = _asked(session, talk.customer_id)
    if not agreed:
        if text.narrow(phone) or _NUMBER.search(text.narrow(who)):
            said = _("Without his yes no number is kept: let the owner call him, or leave it out.")
            raise Invalid({"phone": said})
        journal.act(session, "talk", owner)
        talk.note = "\n".join(filter(None, (talk.note, who)))[-NOTE:]
        return None
    if not text.narrow(phone):
        raise Invalid({"phone": _("Enter a phone number.")})
    known = phones.owners(session, text.phone(phone))
    if known:
        said = _("This number is that of {name} already: he is no new customer.")
        raise Invalid({"phone": said.format(name=customers.on_file(session, known[0]).name)})
    journal.act(session, "talk", owner)
    made = customers.add(
        session,
        name=who,
        phone=phone,
        honorific=honorific,
        consultant_id=owner.consultant_id,
        channel_id=_owners_channel(session),
        now=now,
        today=today,
    )
    try:
        referrals.note(session, introducer_id=owner.id, customer_id=made.id, now=now)
    except Invalid as error:
        raise Invalid({"phone": str(error)}) from None
    return made.id


def thanked(session: Session, customer_id: int, *, now: datetime) -> None:
    """The owner was thanked by a contact that was due: an open talk at its last step is over."""
    open_one = _open(session, customer_id)
    if open_one is not None and open_one.step is TalkStep.THANK:
        open_one.ended_at = now


def of_customer(session: Session, customer_id: int) -> TalkRow | None:
    """The talk with him that is not over."""
    open_one = _open(session, customer_id)
    found = rows(session, [open_one.id]) if open_one is not None else []
    return found[0] if found else None


def begun(session: Session) -> list[int]:
    """Ids of the talks that are not over, the oldest first; none of who must not be contacted or
    has an open complaint."""
    from showroom.store.models import Talk

    return list(
        session.scalars(
            select(Talk.id)
            .join(Customer)
            .where(Talk.ended_at.is_(None), ~barred.from_contact(), ~barred.complaining())
            .order_by(Talk.id)
        )
    )


def rows(session: Session, ids: list[int]) -> list[TalkRow]:
    """The lines for these ids, in no order."""
    from showroom.store.models import Talk

    found = session.execute(select(Talk, Customer).join(Customer).where(Talk.id.in_(ids))).all()
    seen = mask.seen(session, {owner.id for _talk, owner in found})
    names = staff.names(session)
    return [
        TalkRow(
            talk.id,
            owner.id,
            owner.name,
            owner.honorific,
            talk.step,
            talk.begun_at,
            talk.ended_at,
            names.get(talk.staff_id or 0, ""),
            mask.text(talk.note, whole=owner.id in seen),
        )
        for talk, owner in found
    ]


# --- inside


def _asked(session: Session, customer_id: int) -> Customer:
    """The owner, who may be asked for others now."""
    owner = customers.on_file(session, customer_id)
    if owner.do_not_contact:
        raise ShowroomError(_("He asked not to be contacted: do not ask him for others."))
    if consent.complains(session, customer_id):
        raise ShowroomError(_("He has an open complaint: settle that first, then ask him."))
    return owner


def _one(session: Session, talk_id: int) -> Talk:
    from showroom.store.models import Talk

    talk = session.get(Talk, talk_id)
    if talk is None or talk.ended_at is not None:
        raise ShowroomError(_("This talk is over already."))
    return talk


def _open(session: Session, customer_id: int) -> Talk | None:
    from showroom.store.models import Talk

    return session.scalar(
        select(Talk)
        .where(Talk.customer_id == customer_id, Talk.ended_at.is_(None))
        .order_by(Talk.id.desc())
        .limit(1)
    )


def _thanks(session: Session, customer_id: int) -> FollowUp | None:
    """The thanks of a talk that are due; those of a deal are its own."""
    return session.scalar(
        select(FollowUp).where(
            FollowUp.customer_id == customer_id,
            FollowUp.rule == Promise.THANK_INTRODUCER,
            FollowUp.deal_id.is_(None),
            FollowUp.done_at.is_(None),
        )
    )


def _owners_channel(session: Session) -> int | None:
    """The channel of those who come through an owner, as the desk was furnished."""
    from showroom.store.models import Choice, ChoiceKind

    return session.scalar(
        select(Choice.id).where(
            Choice.kind == ChoiceKind.CHANNEL, Choice.code == "owner", Choice.active
        )
    )
