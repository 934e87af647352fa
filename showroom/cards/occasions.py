"""Cards beside those of a deal: written for an occasion, or remembered on the day (DOMAIN §5.1).

Birthdays and the anniversary of the purchase are those of who bought here; a card is remembered
`Settings.card_ahead_days` before the day, once a year. Everything else is written by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from showroom import dates, settings, words, workdays
from showroom.cards import compose, couples, feasts, templates
from showroom.care import day_sources
from showroom.errors import Invalid, ShowroomError
from showroom.guard import consent
from showroom.i18n import N_, _
from showroom.lunar import birthdays, solar_days
from showroom.people import customers
from showroom.people.birthdays import born_within
from showroom.progress import Progress
from showroom.store import barred, journal
from showroom.store.models import Card, CardKind, Customer, Deal, Honorific, Way

BY_HAND: Final = (
    CardKind.HELP,
    CardKind.BIRTHDAY,
    CardKind.FESTIVAL,
    CardKind.CONGRATULATION,
)
"""What is written by hand; thanks for a deal come with the deal."""
YEARLY: Final = (CardKind.BIRTHDAY, CardKind.FESTIVAL)
"""Of these nobody gets two for one day."""
GENERAL: Final = ("congratulation-english", "congratulation-business")
"""Congratulations on whatever it is."""
TO_BOTH: Final = N_("the card to {name} is for both")
NEAR: Final = timedelta(days=30)
"""A birthday so near is what a card is written for, unless he has one already."""
APART: Final = timedelta(days=60)
"""A card due so near a yearly day is the card for it, and not for another day before or after."""


class Offer(NamedTuple):
    """What may be written to a customer: the wordings in their order, and the likely one."""

    templates: list[templates.Template]
    likely: templates.Template
    has_address: bool


def offer(session: Session, customer_id: int, *, today: date) -> Offer:
    """The wordings for this customer, those of his language first.

    Likely is the birthday that comes within `NEAR` and has no card yet, else the first of all.
    """
    customer = customers.on_file(session, customer_id)
    own = compose.language_of(customer)
    known = templates.known(session)
    found = [one for kind in BY_HAND for one in templates.of_kind(kind, known)]
    found.sort(key=lambda one: one.language != own)
    days = []
    if customer.birthday is not None:
        span = (today, today + NEAR)
        days = birthdays(
            customer.birthday, customer.birthday_lunar, *span, more=customer.birthday_more
        )
    near = any(not _has(session, customer_id, CardKind.BIRTHDAY, day) for day in days)
    kind = CardKind.BIRTHDAY if near else found[0].kind
    likely = next(one for one in found if one.kind is kind)
    return Offer(found, likely, bool(customer.address.strip()))


def write(
    session: Session,
    customer_id: int,
    template: str,
    *,
    on: date,
    today: date,
    festival: str = "",
) -> Card:
    """A card for a customer by this wording (its code), due on that day; `festival` by its code.

    Raises `Invalid` beside `on` or `template`, `ShowroomError` for who gets no post or is gone.
    """
    customer = customers.on_file(session, customer_id)
    wording = _wording(templates.known(session), template, on, today)
    if consent.is_barred(session, customer_id, Way.POST):
        raise ShowroomError(
            _("{name} is not to be contacted.").format(name=customer.name or _("No name"))
        )
    waiting = _waiting(wording.kind).where(Card.customer_id == customer_id)
    if session.scalar(waiting.limit(1)) is not None:
        raise Invalid({"template": _("Such a card waits for him already.")})
    feast = feasts.code_of(session, wording, festival)
    feasts.refuse_unsaid(session, feast, wording)
    greeted = _greeted(session, wording, feast, on)
    other = _both(session, [customer_id], wording).get(customer_id)
    if customer_id in greeted:
        raise Invalid({"template": _("He has such a card already: print that one again.")})
    if other is not None and other.id in greeted:
        raise Invalid({"template": _(TO_BOTH).format(name=other.name)})
    journal.act(session, "write_card", customer)
    card = _card(session, customer_id, wording.kind, on)
    card.template = wording.code
    card.festival = feast
    session.flush()
    return card


def without_address(session: Session, ids: Sequence[int]) -> list[str]:
    """Whose card could be handed over only: the names of those without an address."""
    found = select(Customer.id, Customer.name, Customer.honorific).where(
        Customer.erased_at.is_(None), func.trim(Customer.address) == ""
    )
    bare = {id: words.called(name, honorific) for id, name, honorific in session.execute(found)}
    return [bare[id] or _("No name") for id in dict.fromkeys(ids) if id in bare]


class Written(NamedTuple):
    """How many cards were written, and who gets none: a sentence with the reason each."""

    cards: int
    left_out: list[str]


def write_many(
    session: Session,
    ids: Sequence[int],
    template: str,
    *,
    on: date,
    today: date,
    festival: str = "",
    progress: Progress | None = None,
) -> Written:
    """A card for each of these customers, as for a festival, in one action.

    None for who has neither name nor address, wants no post, or has one; a couple gets one. Who is
    written to in another language gets the wording of that one for the same festival or occasion,
    and none where there is none. Raises `Invalid` beside `on` or `template`.
    """
    known = templates.known(session)
    wording = _wording(known, template, on, today)
    feast = feasts.code_of(session, wording, festival)
    journal.act(session, "write_card", why=wording.name)
    waiting = set(session.scalars(_waiting(wording.kind)))
    stopped = set(session.scalars(select(Customer.id).where(barred.from_post())))
    greeted = _greeted(session, wording, feast, on)
    others = _both(session, ids, wording)
    unsaid = {one for one in templates.LANGUAGES if feasts.is_unsaid(session, feast, one)}
    shop = settings.load(session)
    late = workdays.of(shop).after(on, shop.card_late_days)
    made, left_out = [], []
    for id in (progress or Progress()).track(list(dict.fromkeys(ids)), every=200):
        customer = session.get(Customer, id)
        if customer is None or customer.erased_at is not None:
            continue
        why = ""
        language = compose.language_of(customer)
        other = others.get(id)
        code: str | None = wording.code
        if language != wording.language:
            code = _in_other_words(wording, feast, customer, language, known)
        if language in unsaid:
            code = None
        if not customer.name:
            why = _("no name")
        elif id in stopped:
            why = _("not to be contacted by post")
        elif not customer.address.strip():
            why = _("no address")
        elif id in waiting:
            why = _("such a card waits already")
        elif id in greeted:
            why = _("has such a card already")
        elif other is not None and other.id in greeted:
            why = _(TO_BOTH).format(name=other.name)
        elif code is None:
            why = _("no such wording in {language}").format(language=templates.LANGUAGES[language])
        if why:
            who = words.called(customer.name, customer.honorific) or _("No name")
            left_out.append(_("{name}: {reason}").format(name=who, reason=why))
            continue
        if wording.kind in YEARLY:
            greeted.add(id)
        made.append(
            {
                "kind": wording.kind,
                "customer_id": id,
                "due_on": on,
                "late_on": late,
                "template": code,
                "words": "",
                "printer": "",
                "skip_reason": "",
                "festival": feast,
            }
        )
    journal.insert_many(session, Card, made)
    return Written(len(made), left_out)


def _wording(
    known: Mapping[str, templates.Template], template: str, on: date, today: date
) -> templates.Template:
    wording = known.get(template)
    if wording is None or wording.kind not in BY_HAND:
        raise Invalid({"template": _("Choose what the card is for.")})
    if on < today:
        raise Invalid({"on": _("That day is over.")})
    return wording


def _greeted(session: Session, wording: templates.Template, feast: str, on: date) -> set[int]:
    """Who has a card for the same birthday or festival, waiting or printed."""
    if wording.kind not in YEARLY:
        return set()
    query = select(Card.customer_id).where(
        Card.kind == wording.kind,
        Card.festival == feast,
        Card.due_on > on - APART,
        Card.due_on < on + APART,
        or_(Card.printed_at.is_not(None), Card.skipped_at.is_(None)),
    )
    if not feast and wording.kind is CardKind.FESTIVAL:
        query = query.where(Card.template == wording.code)
    return set(session.scalars(query))


def _both(session: Session, ids: Sequence[int], wording: templates.Template) -> dict[int, Customer]:
    """With whom each of these gets one card."""
    together = wording.kind in compose.TO_BOTH and settings.load(session).card_couples
    return couples.partners(session, ids) if together else {}


def _in_other_words(
    wording: templates.Template,
    feast: str,
    customer: Customer,
    language: str,
    known: Mapping[str, templates.Template],
) -> str | None:
    """The wording in another language for the same occasion; "" the usual one, None: none."""
    if wording.kind is CardKind.FESTIVAL:
        return "" if feast else None
    if wording.kind is not CardKind.CONGRATULATION:
        return ""
    company = customer.honorific is Honorific.COMPANY
    for one in templates.of_kind(wording.kind, known):
        if one.language == language and one.code in GENERAL and (company or not one.company):
            return one.code
    return None


def _waiting(kind: CardKind) -> Select[int]:
    """Whose card of this kind is not printed yet."""
    return select(Card.customer_id).where(
        Card.kind == kind, Card.printed_at.is_(None), Card.skipped_at.is_(None)
    )


def preview(
    session: Session, customer_id: int, template: str, *, festival: str = "", today: date
) -> str:
    """What would stand on a card that is not written yet, line by line; "" for no such wording."""
    wording = templates.known(session).get(template)
    if wording is None:
        return ""
    customer = customers.on_file(session, customer_id)
    return compose.draft(session, customer, wording, festival=festival, today=today).text()


def remember(session: Session, *, today: date) -> int:
    """Put the cards of the coming birthdays and anniversaries into the queue; returns how many.

    Who gets no post, and who has such a card of this year, gets none. Called every day; a day that
    was missed is made good as long as the day itself is not over.
    """
    ahead = settings.load(session).card_ahead_days
    if ahead < 0:
        return 0
    days = [today + timedelta(days=step) for step in range(ahead + 1)]
    made = 0
    for kind, found in (
        (CardKind.BIRTHDAY, _birthdays(session, days)),
        (CardKind.ANNIVERSARY, _anniversaries(session, days)),
    ):
        for customer_id, deal_id, on in found:
            if _has(session, customer_id, kind, on):
                continue
            journal.act(session, "remember_cards")
            card = _card(session, customer_id, kind, max(today, on - timedelta(days=ahead)))
            card.deal_id = deal_id
            card.late_on = max(on, card.due_on)
            made += 1
    session.flush()
    return made


def _card(session: Session, customer_id: int, kind: CardKind, on: date) -> Card:
    shop = settings.load(session)
    late = workdays.of(shop).after(on, shop.card_late_days)
    card = Card(kind=kind, customer_id=customer_id, due_on=on, late_on=late)
    session.add(card)
    return card


def _birthdays(session: Session, days: list[date]) -> list[tuple[int, int | None, date]]:
    bought = select(Deal.id).where(Deal.customer_id == Customer.id, Deal.cancelled_on.is_(None))
    found = session.execute(
        select(
            Customer.id, Customer.birthday, Customer.birthday_lunar, Customer.birthday_more
        ).where(
            born_within(days[0], days[-1]),
            Customer.erased_at.is_(None),
            ~barred.from_post(),
            bought.exists(),
        )
    )
    return [
        (id, None, day)
        for id, born, by_moon, more in found
        if born is not None
        for day in birthdays(born, by_moon, days[0], days[-1], more=more)[:1]
    ]


def _anniversaries(session: Session, days: list[date]) -> list[tuple[int, int | None, date]]:
    found = session.execute(
        select(Deal.customer_id, Deal.id, Deal.ordered_on)
        .join(Customer, Customer.id == Deal.customer_id)
        .where(
            *day_sources.same_day(Deal.ordered_on, days[0], days[-1]),
            Deal.ordered_on <= dates.add_months(days[-1], -11),
            Deal.delivered_on.is_not(None),
            Customer.erased_at.is_(None),
            ~barred.from_post(),
        )
        .order_by(Deal.ordered_on.desc(), Deal.id.desc())
    )
    newest: dict[int, tuple[int, int | None, date]] = {}
    for customer_id, deal_id, on in found:
        for day in solar_days(on.month, on.day, days[0], days[-1])[:1]:
            newest.setdefault(customer_id, (customer_id, deal_id, day))
    return list(newest.values())


def _has(session: Session, customer_id: int, kind: CardKind, on: date) -> bool:
    query = select(Card.id).where(
        Card.customer_id == customer_id,
        Card.kind == kind,
        Card.due_on > on - APART,
        Card.due_on < on + APART,
    )
    return session.scalar(query.limit(1)) is not None
