"""The rules of the follow-ups as data: on which occasion, how long after, by whom, of what value.

What the shop changed stands in `Settings.follow_rules`; the days of the levels, of a first visit
and of the thank-you card have places of their own there. Sources: DOMAIN §2.2, §5.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from showroom import dates, settings, words, workdays
from showroom.errors import Invalid
from showroom.guard import staff
from showroom.i18n import N_, _
from showroom.progress import Progress
from showroom.settings import Settings
from showroom.store import journal
from showroom.store.models import Customer, FollowUp, Level, Promise, Role

FIRST_VISIT, AGAIN, THANKS = "first_visit", "again", "thanks"
MOST: Final = {"days": 999, "working": 250, "months": 36}
MOST_VALUE: Final = 20
STEPS: Final = 4
"""What keeping a rule consists of; between any two it may be cancelled."""


class Unit(StrEnum):
    """What a rule counts: calendar days, working days, or months."""

    DAYS = "days"
    WORKING = "working"
    MONTHS = "months"


class Rule(NamedTuple):
    """So many units after the occasion; who does it; `value` is its weight in the list."""

    number: int
    unit: Unit = Unit.DAYS
    who: Role = Role.CONSULTANT
    on: bool = True
    value: int = 5


class Occasion(NamedTuple):
    """What may ask for a contact: what is fixed of it, and its rule as long as nobody changed it.

    `promise` None is a card. Without `days` the days stand elsewhere in Settings and only the value
    is the rule's. What is `needed` cannot be switched off: nobody who is waited for is forgotten.
    """

    code: str
    promise: Promise | None
    title: str
    counts_from: str
    rule: Rule
    needed: bool = False
    days: bool = True


def _level(level: Level, days: int, value: int) -> Occasion:
    title = N_("Next contact")
    counts_from = N_("the last contact")
    return Occasion(
        f"level_{level}", Promise.NEXT, title, counts_from, Rule(days, value=value), needed=True
    )


_HANDOVER: Final = N_("the handover; until then its planned day, or the order")
OCCASIONS: Final = (
    Occasion(
        FIRST_VISIT,
        Promise.NEXT,
        N_("After a first visit"),
        N_("the visit"),
        Rule(1, value=8),
        needed=True,
    ),
    Occasion(AGAIN, Promise.NEXT, N_("After a further visit"), N_("the visit"), Rule(1, value=8)),
    _level(Level.ORDERED, 7, 6),
    _level(Level.WEEK, 2, 9),
    _level(Level.FORTNIGHT, 7, 7),
    _level(Level.MONTH, 15, 5),
    _level(Level.QUARTER, 30, 3),
    _level(Level.UNRATED, 7, 4),
    Occasion(THANKS, None, N_("Thank-you card"), N_("the order"), Rule(1, Unit.WORKING)),
    Occasion(
        "manager_call",
        Promise.MANAGER_CALL,
        words.PROMISES[Promise.MANAGER_CALL],
        N_("the order"),
        Rule(1, who=Role.MANAGER, value=12),
    ),
    Occasion(
        "thank_introducer",
        Promise.THANK_INTRODUCER,
        words.PROMISES[Promise.THANK_INTRODUCER],
        N_("the order"),
        Rule(1, value=9),
    ),
    Occasion(
        "three_days",
        Promise.THREE_DAYS,
        words.PROMISES[Promise.THREE_DAYS],
        _HANDOVER,
        Rule(3, value=8),
    ),
    Occasion(
        "week",
        Promise.WEEK,
        words.PROMISES[Promise.WEEK],
        _HANDOVER,
        Rule(7, who=Role.MANAGER, value=8),
    ),
    Occasion(
        "visit",
        Promise.VISIT,
        words.PROMISES[Promise.VISIT],
        _HANDOVER,
        Rule(1, Unit.MONTHS, value=6),
    ),
    Occasion(
        "month",
        Promise.MONTH,
        words.PROMISES[Promise.MONTH],
        _HANDOVER,
        Rule(1, Unit.MONTHS, who=Role.RECEPTIONIST, on=False, value=3),
    ),
    Occasion(
        "two_months",
        Promise.TWO_MONTHS,
        words.PROMISES[Promise.TWO_MONTHS],
        N_("the handover, then the last such contact"),
        Rule(2, Unit.MONTHS, value=4),
    ),
    Occasion(
        "quarter",
        Promise.QUARTER,
        words.PROMISES[Promise.QUARTER],
        _HANDOVER,
        Rule(3, Unit.MONTHS, on=False, value=3),
    ),
    Occasion(
        "absent",
        Promise.ABSENT,
        words.PROMISES[Promise.ABSENT],
        N_("the last time his car was here"),
        Rule(6, Unit.MONTHS, value=5),
    ),
    Occasion(
        "lost",
        Promise.LOST,
        words.PROMISES[Promise.LOST],
        N_("the day a loss was approved"),
        Rule(6, Unit.MONTHS, who=Role.MANAGER, value=3),
    ),
    Occasion(
        "complaint",
        Promise.COMPLAINT,
        words.PROMISES[Promise.COMPLAINT],
        N_("Days: see Complaints"),
        Rule(1, value=14),
        needed=True,
        days=False,
    ),
    Occasion(
        "dates",
        Promise.BIRTHDAY,
        N_("Birthdays and days of cars"),
        N_("Days: see Dates and reminders"),
        Rule(0, value=5),
        needed=True,
        days=False,
    ),
)
OCCASION: Final = {one.code: one for one in OCCASIONS}
OF_PROMISE: Final = {
    one.promise: one.code for one in OCCASIONS if one.promise not in (None, Promise.NEXT)
}
AFTER_DEAL: Final = tuple(
    one.code for one in OCCASIONS if one.counts_from == _HANDOVER or one.code == "two_months"
)
"""What closing a deal sets going beside the manager's call, and its handover counts anew."""


def title(one: Occasion, shop: Settings) -> str:
    """What an occasion is called; of a level its letter, too."""
    if not one.code.startswith("level_"):
        return _(one.title)
    level = Level(one.code.removeprefix("level_"))
    return f"{shop.letter(level)} · {_(words.LEVELS[level])}"


def of_level(level: Level) -> str:
    """The code of the occasion that is the cadence of a level."""
    return f"level_{level}"


# --- what holds


def rule(shop: Settings, code: str) -> Rule:
    """The rule of an occasion as it holds in this shop."""
    made = OCCASION[code].rule
    held = shop.follow_rules.get(code)
    if held:
        made = made._replace(**held)
        made = made._replace(unit=Unit(made.unit), who=Role(made.who))
    number = _place(shop, code, made.number)
    return made if number == made.number else made._replace(number=number)


def _place(shop: Settings, code: str, number: int) -> int:
    if code == FIRST_VISIT:
        return shop.first_visit_days
    if code == THANKS:
        return shop.card_due_days
    if code.startswith("level_"):
        return shop.cadence[code.removeprefix("level_")]
    return number


def day(shop: Settings, code: str, since: date) -> date:
    """When the contact of an occasion is due that was on `since`."""
    return _day(shop, rule(shop, code), since)


def _day(shop: Settings, held: Rule, since: date) -> date:
    if held.unit is Unit.WORKING:
        return workdays.of(shop).after(since, held.number)
    if held.unit is Unit.MONTHS:
        return dates.add_months(since, held.number)
    return since + timedelta(days=held.number)


def span(shop: Settings, code: str, first: date, last: date) -> tuple[date, date]:
    """Days between which all was that is due from `first` to `last`; and more, with days to spare:
    whoever asks for it asks `day` afterwards."""
    held = rule(shop, code)
    least, most = {Unit.DAYS: (1, 1), Unit.WORKING: (1, 2), Unit.MONTHS: (28, 31)}[held.unit]
    spare = timedelta(days=31)  # a long holiday
    return (
        first - timedelta(days=most * held.number) - spare,
        last - timedelta(days=least * held.number),
    )


def doer(session: Session, held: Rule, consultant_id: int | None) -> int | None:
    """Who does it: the consultant of the customer, or the first of the role who works here."""
    if held.who is Role.CONSULTANT:
        return consultant_id
    people = staff.everyone(session, held.who)
    return people[0].id if people else consultant_id


# --- a rule is changed


class Moving(NamedTuple):
    """What a changed rule does to what is promised already: how many of each.

    `moved` get another day or person; `agreed` were said to the customer, `chosen` put there by
    somebody, `late` are owed already: all three stay. `same`: nothing would change.
    """

    moved: int
    agreed: int
    chosen: int
    late: int
    same: int


def preview(session: Session, code: str, new: Rule, *, today: date) -> Moving:
    """Count what moving the open contacts to a changed rule would do. Raises as `change`."""
    _refuse(code, new)
    return _moving(session, code, new, today)[0]


def change(
    session: Session,
    code: str,
    new: Rule,
    *,
    move: bool,
    today: date,
    progress: Progress | None = None,
) -> int:
    """Keep a rule; with `move` the open contacts the desk gave a day by it go along.

    A day that was said to a customer stays, and so does what somebody chose and what is late; none
    is taken away, also when the rule is switched off; what comes back every so often goes on where
    it ended when it is switched on again. Returns how many were moved. Raises `Invalid` beside
    `number`, `value` or `on`, `ShowroomError` for who may not; cancelled it leaves all as it was.
    """
    _refuse(code, new)
    progress = progress or Progress()
    rows = _moving(session, code, new, today)[1] if move else []
    progress.step(1, STEPS)
    journal.act(session, "follow_rule")
    shop = settings.load(session)
    put(shop, code, new)
    settings.save(session, shop)
    progress.step(2, STEPS)
    journal.update_many(session, FollowUp, rows)
    progress.step(3, STEPS)
    if code == OF_PROMISE[Promise.TWO_MONTHS] and new.on:
        from showroom.people import promises

        promises.resume_many(session, today=today)
    session.flush()
    progress.step(STEPS, STEPS)
    return len(rows)


def put(shop: Settings, code: str, new: Rule) -> None:
    """Put a rule into the settings."""
    if code == FIRST_VISIT:
        shop.first_visit_days = new.number
    elif code == THANKS:
        shop.card_due_days = new.number
        shop.card_late_days = max(shop.card_late_days, new.number)
    elif code.startswith("level_"):
        shop.cadence[code.removeprefix("level_")] = new.number
    before = OCCASION[code].rule
    held = {
        name: value
        for name, value in new._asdict().items()
        if value != getattr(before, name) and not (name == "number" and _placed(code))
    }
    shop.follow_rules.pop(code, None)
    if held:
        shop.follow_rules[code] = held


def _placed(code: str) -> bool:
    return code in (FIRST_VISIT, THANKS) or code.startswith("level_")


def _refuse(code: str, new: Rule) -> None:
    problems = {}
    most = MOST[new.unit]
    if not 0 < new.number <= most and OCCASION[code].days:
        sentence = _("Enter a whole number from {least} to {most}.")
        problems["number"] = sentence.format(least=1, most=most)
    if not 1 <= new.value <= MOST_VALUE:
        sentence = _("Enter a whole number from {least} to {most}.")
        problems["value"] = sentence.format(least=1, most=MOST_VALUE)
    if OCCASION[code].needed and not new.on:
        problems["on"] = _("Without it somebody would be forgotten: it cannot be switched off.")
    if problems:
        raise Invalid(problems)


def _moving(
    session: Session, code: str, new: Rule, today: date
) -> tuple[Moving, list[dict[str, Any]]]:
    occasion, shop = OCCASION[code], settings.load(session)
    if occasion.promise is None or not occasion.days:
        return Moving(0, 0, 0, 0, 0), []
    open_ones = session.execute(
        select(
            FollowUp.id,
            FollowUp.due_on,
            FollowUp.staff_id,
            FollowUp.agreed,
            FollowUp.asked_by,
            FollowUp.since,
            Customer.consultant_id,
        )
        .join(Customer, Customer.id == FollowUp.customer_id)
        .where(FollowUp.done_at.is_(None), FollowUp.rule == occasion.promise, *_asked(occasion))
    )
    old = rule(shop, code)
    agreed = chosen = late = same = 0
    rows: list[dict[str, Any]] = []
    other = doer(session, new, None)
    for id, due_on, staff_id, said, asked_by, since, consultant_id in open_ones:
        if said:
            agreed += 1
        elif asked_by != code or since is None:
            chosen += 1
        elif due_on < today:
            late += 1
        else:
            on = max(today, _day(shop, new, since)) if new.on else due_on
            whose = staff_id
            if new.who is not old.who:
                whose = consultant_id if new.who is Role.CONSULTANT else other or staff_id
            if (on, whose) == (due_on, staff_id):
                same += 1
            else:
                rows.append({"id": id, "due_on": on, "staff_id": whose})
    return Moving(len(rows), agreed, chosen, late, same), rows


def _asked(occasion: Occasion) -> Iterable[Any]:
    """Which of the open contacts of that promise are this occasion's."""
    if occasion.promise is not Promise.NEXT:
        return []
    if not occasion.code.startswith("level_"):
        return [FollowUp.asked_by == occasion.code]
    level = Level(occasion.code.removeprefix("level_"))
    its_own = and_(FollowUp.asked_by == "", Customer.level == level)
    return [(FollowUp.asked_by == occasion.code) | its_own]
