"""What the desk is reminded of: who is expected, whom to contact, what runs late, the daily close.

A reminder is due at a moment and has a key. Its key is kept in the data once it was shown, so that
it is shown exactly once, whatever the clock does: a PC that slept, an hour set back, a restart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from showroom import dates, settings, words
from showroom.care import complaint_rows
from showroom.care.complaint_rows import NEXT
from showroom.i18n import _, ngettext
from showroom.settings import Settings
from showroom.store import barred
from showroom.store.models import (
    Appointment,
    Card,
    Customer,
    DayClose,
    Event,
    FollowUp,
    Invitation,
    Reminder,
    Reply,
    Visit,
)

OVER: Final = timedelta(hours=2)
"""So long after its time an appointment is still worth a reminder."""
MISSED: Final = timedelta(days=7)
"""So long a contact is worth a reminder whose time passed while the PC was off."""
COMPLAINT_AHEAD: Final = timedelta(hours=1)
KEPT: Final = 1000
"""So many keys are kept that nothing asks for any more: a clock that ran ahead ages none."""


class Due(NamedTuple):
    """One reminder: `words` name nobody, `who` does, without a number; both open `page`.

    `view` is the code of a view of that page, `id` what is marked there, 0 for nothing.
    """

    key: str
    at: datetime
    words: str
    who: str
    page: str
    view: str = ""
    id: int = 0

    def said(self, *, named: bool) -> str:
        """The words, with the name where somebody sits at the desk who may read it."""
        return " · ".join(part for part in (self.words, self.who if named else "") if part)


def clock(typed: str) -> time | None:
    """A time of day as settings keep it, HH:MM; None for what is none."""
    try:
        return time.fromisoformat(typed)
    except ValueError:
        return None


# --- what is to be shown: no data, no clock


def quiet(now: time, first: time, last: time) -> bool:
    """Whether nothing is said at this time of day: from `first` to before `last`, over midnight
    too. The same time twice: never quiet."""
    if first <= last:
        return first <= now < last
    return now >= first or now < last


def to_show(
    due: Iterable[Due], shown: Collection[str], now: datetime, *, silent: bool = False
) -> list[Due]:
    """What is to be shown now of what is due, the earliest first: not yet shown, and its time came.

    While it is `silent` nothing is; what came up meanwhile is shown afterwards.
    """
    if silent:
        return []
    found = {one.key: one for one in due if one.at <= now and one.key not in shown}
    return sorted(found.values(), key=lambda one: (one.at, one.key))


def spoken(found: Sequence[Due], *, named: bool, most: int = 3) -> str:
    """Some reminders as one text."""
    lines = [one.said(named=named) for one in found[:most]]
    if len(found) > most:
        more = len(found) - most
        lines.append(ngettext("and {count} more", "and {count} more", more).format(count=more))
    return "\n".join(lines)


# --- what is due


def due(session: Session, *, now: datetime) -> list[Due]:
    """All that there is to be reminded of today, shown or not, its time come or not."""
    shop, today = settings.load(session), dates.local_day(now)
    morning = dates.at(today, clock(shop.remind_morning) or time(9))
    return [
        *_expected(session, shop, today, now),
        *_calls(session, today),
        *_events(session, today, morning),
        *_complaints(session, now),
        *_counts(session, today, morning),
        *_close(session, shop, today),
    ]


def _expected(session: Session, shop: Settings, today: date, now: datetime) -> list[Due]:
    """Who has an appointment today and is not here yet."""
    ahead = timedelta(minutes=shop.remind_before)
    query = (
        select(Appointment, Customer.name, Customer.honorific)
        .outerjoin(Customer, Customer.id == Appointment.customer_id)
        .where(
            Appointment.day == today,
            Appointment.visit_id.is_(None),
            Appointment.cancelled_at.is_(None),
            Appointment.at > now - OVER,
        )
    )
    found = []
    for one, name, honorific in session.execute(query):
        said = _("{time} expected: {aim}").format(
            time=dates.show_clock(one.at), aim=_(words.AIMS[one.aim])
        )
        who = words.called(name or one.name, honorific or one.honorific)
        key = f"appointment:{one.id}:{one.at:%Y-%m-%dT%H:%M}"
        found.append(Due(key, one.at - ahead, said, who, "desk", "expected", one.id))
    return found


def _calls(session: Session, today: date) -> list[Due]:
    """Who is to be contacted at a time of day: today's, and those of the last days not done yet."""
    query = (
        select(FollowUp, Customer.name, Customer.honorific)
        .join(Customer, Customer.id == FollowUp.customer_id)
        .where(
            FollowUp.done_at.is_(None),
            FollowUp.due_on.between(today - MISSED, today),
            FollowUp.clock.is_not(None),
            ~barred.from_contact(),
        )
    )
    found = []
    for one, name, honorific in session.execute(query):
        assert one.clock is not None
        said = _("{time} to be contacted: {what}").format(
            time=dates.show_when(one.due_on, one.clock, today)
            if one.due_on < today
            else f"{one.clock:%H:%M}",
            what=_(words.PROMISES[one.rule]),
        )
        key = f"contact:{one.id}:{one.due_on}T{one.clock:%H:%M}"
        at = dates.at(one.due_on, one.clock)
        found.append(Due(key, at, said, words.called(name, honorific), "followups", "", one.id))
    return found


def _events(session: Session, today: date, morning: datetime) -> list[Due]:
    """The events of today with how many said they come."""
    query = (
        select(Event.id, Event.name, func.count(Invitation.id))
        .outerjoin(
            Invitation, (Invitation.event_id == Event.id) & (Invitation.reply == Reply.COMES)
        )
        .where(Event.day <= today, Event.until >= today, Event.cancelled_at.is_(None))
        .group_by(Event.id)
    )
    return [
        Due(
            f"event:{id}:{today}",
            morning,
            ngettext(
                "Today: {event}, {count} guest expected",
                "Today: {event}, {count} guests expected",
                count,
            ).format(event=name, count=count),
            "",
            "customers",
            "events",
            id,
        )
        for id, name, count in session.execute(query)
    ]


def _complaints(session: Session, now: datetime) -> list[Due]:
    """Whose time runs out within the hour, and whose ran out: each said once."""
    found = []
    for row in complaint_rows.rows(session, complaint_rows.open_ones(session)):
        if row.due is None:
            continue
        key = f"complaint:{row.id}:{row.due:%Y-%m-%dT%H:%M}"
        step, name = _(NEXT[row.step]), complaint_rows.called(row)
        if row.late(now):
            said = _("A complaint is late: {step}").format(step=step)
            found.append(Due(key, row.due, said, name, "followups", "complaints", row.id))
        else:
            said = _("A complaint waits until {time}: {step}").format(
                time=dates.show_clock(row.due), step=step
            )
            at = row.due - COMPLAINT_AHEAD
            found.append(Due(f"{key}:ahead", at, said, name, "followups", "complaints", row.id))
    return found


def _counts(session: Session, today: date, morning: datetime) -> list[Due]:
    """How many are to be contacted, how many cards are late: once in the morning."""
    by_today = select(FollowUp.customer_id).where(  # counted here: the list of the day has an index
        FollowUp.done_at.is_(None),
        FollowUp.due_on <= today,
        ~barred.silent(FollowUp.customer_id),
    )
    contacts = len(set(session.scalars(by_today)))
    late = session.scalar(
        select(func.count())
        .select_from(Card)
        .join(Customer, Customer.id == Card.customer_id)
        .where(
            Card.printed_at.is_(None),
            Card.skipped_at.is_(None),
            Card.late_on < today,
            ~barred.from_post(),
            ~barred.complaining(),
            ~barred.belated(today, settings.card_grace(session)),
        )
    )
    found = []
    if contacts:
        said = ngettext(
            "{count} customer is to be contacted today",
            "{count} customers are to be contacted today",
            contacts,
        )
        found.append(
            Due(f"followups:{today}", morning, said.format(count=contacts), "", "followups")
        )
    if late:
        said = ngettext("{count} card is late", "{count} cards are late", late)
        found.append(Due(f"cards:{today}", morning, said.format(count=late), "", "cards"))
    return found


def _close(session: Session, shop: Settings, today: date) -> list[Due]:
    """The day is not closed yet though somebody came."""
    at = clock(shop.remind_close)
    if at is None or session.scalar(select(DayClose.id).where(DayClose.day == today)) is not None:
        return []
    if session.scalar(select(Visit.id).where(Visit.day == today).limit(1)) is None:
        return []
    said = _("The day is not closed yet")
    return [Due(f"close:{today}", dates.at(today, at), said, "", "desk", "day_close")]


def is_quiet(session: Session, now: datetime) -> bool:
    """Whether it is quiet now by the settings of the shop."""
    shop = settings.load(session)
    first, last = clock(shop.quiet_from), clock(shop.quiet_to)
    if first is None or last is None:
        return False
    return quiet(dates.local(now).time(), first, last)


# --- what was shown


def look(
    session: Session, keys: Collection[str] = (), *, now: datetime
) -> tuple[list[Due], list[Due]]:
    """What is to be shown now; and of what was shown under these keys that which is due still."""
    quiet = is_quiet(session, now)
    if quiet and not keys:
        return [], []
    found = due(session, now=now)
    still = [one for one in found if one.key in keys]
    if quiet:
        return [], still
    theirs = Reminder.key.in_([one.key for one in found])
    shown = set(session.scalars(select(Reminder.key).where(theirs)))
    return to_show(found, shown, now), still


def note(session: Session, shown: Sequence[Due], *, now: datetime) -> None:
    """These were shown: from this transaction on never again."""
    keys = [one.key for one in shown]
    known = set(session.scalars(select(Reminder.key).where(Reminder.key.in_(keys))))
    old = select(Reminder.id).order_by(Reminder.id.desc()).offset(KEPT)
    still = [one.key for one in due(session, now=now)]
    session.execute(delete(Reminder).where(Reminder.id.in_(old), Reminder.key.not_in(still)))
    session.add_all(Reminder(key=key, at=now) for key in keys if key not in known)
    session.flush()
