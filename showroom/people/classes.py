"""Which class a customer is in, and why: his card, the relationship, his value (DOMAIN §6).

The seeds name the classes and give no numbers for them. What stands here is our reading; the
numbers are settings, and every class says its reason:

* Who bought has a customer card. *Loyal*: so many visits to the workshop, so many introduced, and
  the last time he was asked he was very satisfied: only 100 counts (DOMAIN §5.6). *Active*: seen in
  the last months, and in the workshop. *Record*: his archive is full enough, or address and
  birthday are known. *Deal*: he bought, nothing more is known. The highest class he reaches is his.
* Who did not buy has a contact card: H, A, B, C by his level while he is open, *potential* else.
* The relationship. *Loyal*: very satisfied and introduced others. *Key*: bought, came often or
  introduced somebody, unless he said that he is less than satisfied. *Ordinary*: a first contact
  was made. *Potential*: none was.
* The value: see `showroom.people.value`. Beside its band it is said of who was not seen for long
  that he is losing value.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom.dates import add_months
from showroom.i18n import N_, _, ngettext
from showroom.people import facts, value
from showroom.people.facts import Facts
from showroom.people.value import Band, Borders, Key
from showroom.progress import Progress
from showroom.settings import Settings
from showroom.store.models import Customer, Level, Status
from showroom.text import show_money
from showroom.words import STATUSES

VERY_SATISFIED: Final = 100
SATISFIED: Final = 60


class ContactCard(StrEnum):
    """The card of who has not bought; the first four by his level."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    QUARTER = "quarter"
    POTENTIAL = "potential"


class CustomerCard(StrEnum):
    """The card of who bought, from the most loyal down."""

    LOYAL = "loyal"
    ACTIVE = "active"
    RECORD = "record"
    DEAL = "deal"


class Relationship(StrEnum):
    """How close we are."""

    LOYAL = "loyal"
    KEY = "key"
    ORDINARY = "ordinary"
    POTENTIAL = "potential"


CUSTOMER_CARDS: Final = {
    CustomerCard.LOYAL: N_("Loyal customer"),
    CustomerCard.ACTIVE: N_("Active customer"),
    CustomerCard.RECORD: N_("Customer on record"),
    CustomerCard.DEAL: N_("Deal customer"),
}
RELATIONSHIPS: Final = {
    Relationship.LOYAL: N_("Loyal relation"),
    Relationship.KEY: N_("Key relation"),
    Relationship.ORDINARY: N_("Ordinary relation"),
    Relationship.POTENTIAL: N_("Potential relation"),
}
BANDS: Final = {
    Band.FIRST: N_("First target"),
    Band.BASIS: N_("Basis of sales"),
    Band.REST: N_("The others"),
    Band.NONE: N_("No order that counts"),
}
_BY_LEVEL: Final = {
    Level.WEEK: ContactCard.WEEK,
    Level.FORTNIGHT: ContactCard.FORTNIGHT,
    Level.MONTH: ContactCard.MONTH,
    Level.QUARTER: ContactCard.QUARTER,
}


class Classed(NamedTuple):
    """The classes of one customer, each with its reason in words.

    `losing` says why he is losing value, "" when he is not; `money` is that of the orders that
    count.
    """

    id: int
    card: ContactCard | CustomerCard
    card_why: str
    relationship: Relationship
    relationship_why: str
    band: Band
    band_why: str
    losing: str
    money: Decimal

    @property
    def unknown(self) -> bool:
        """Whether there is nothing to say of him yet."""
        return (
            self.card is ContactCard.POTENTIAL
            and self.relationship is Relationship.POTENTIAL
            and self.band is Band.NONE
        )


class Census(NamedTuple):
    """All customers by class, who came last first; the bands by rank. `money` is that of a band."""

    size: int
    cards: dict[ContactCard | CustomerCard, list[int]]
    relationships: dict[Relationship, list[int]]
    bands: dict[Band, list[int]]
    losing: list[int]
    money: dict[Band, Decimal]
    borders: Borders


def card_name(card: ContactCard | CustomerCard, shop: Settings) -> str:
    """What a card is called: that of a level by the letter of this shop."""
    if isinstance(card, CustomerCard):
        return _(CUSTOMER_CARDS[card])
    if card is ContactCard.POTENTIAL:
        return _("Potential")
    return shop.letter(Level(card.value))


# --- of one, with the reasons


def of(
    session: Session, ids: Sequence[int], shop: Settings, borders: Borders, *, today: date
) -> dict[int, Classed]:
    """The classes of these customers by id, without who is gone or erased; one takes 4 ms.

    `borders` are those of `value.borders`, kept while the orders stay what they are.
    """
    found = facts.of(session, ids, since=borders.since)
    return {id: classed(fact, shop, borders, today=today) for id, fact in found.items()}


def classed(fact: Facts, shop: Settings, borders: Borders, *, today: date) -> Classed:
    """The classes of who has these facts, with their reasons."""
    card, relationship = card_of(fact, shop, today), relationship_of(fact, shop)
    band = band_of(fact, borders)
    return Classed(
        fact.id,
        card,
        _card_why(card, fact, shop),
        relationship,
        _relationship_why(relationship, fact, shop),
        band,
        _band_why(band, fact, shop),
        _losing_why(fact) if loses(fact, shop, today) else "",
        fact.money,
    )


def _card_why(card: ContactCard | CustomerCard, fact: Facts, shop: Settings) -> str:
    if card is CustomerCard.LOYAL:
        return _joined(_services(fact), _satisfaction(fact), _introduced(fact))
    if card is CustomerCard.ACTIVE:
        return _joined(_seen(fact), _services(fact))
    if card is CustomerCard.RECORD:
        full = _("archive {percent} %").format(percent=fact.archive)
        return full if fact.archive >= shop.record_least else _("address and birthday known")
    if card is CustomerCard.DEAL:
        if fact.ordered_on is None:
            return _(STATUSES[fact.status])
        return _("ordered {day}").format(day=fact.ordered_on)
    if card is not ContactCard.POTENTIAL:
        days = shop.horizons[Level(card.value)]
        return ngettext(
            "means to buy within {count} day", "means to buy within {count} days", days
        ).format(count=days)
    if fact.status is Status.OPEN:
        return _("not rated yet")
    return _(STATUSES[fact.status])


def _relationship_why(relationship: Relationship, fact: Facts, shop: Settings) -> str:
    if relationship is Relationship.LOYAL:
        return _joined(_satisfaction(fact), _introduced(fact))
    if relationship is Relationship.KEY:
        return _joined(
            _("bought") if bought(fact) else "",
            _came(fact) if fact.came >= shop.key_visits else "",
            _introduced(fact),
        )
    if relationship is Relationship.ORDINARY:
        return _satisfaction(fact) if _is_unhappy(fact) else _seen(fact)
    return _("no contact yet")


def _band_why(band: Band, fact: Facts, shop: Settings) -> str:
    said = {
        Band.FIRST: _("{money}: among those who make the first {share} % of the sales"),
        Band.BASIS: _("{money}: among those who make the sales up to {share} %"),
        Band.REST: _("{money}: beyond {share} % of the sales"),
    }
    if band is Band.NONE:
        return ""
    share = shop.value_first if band is Band.FIRST else shop.value_basis
    return said[band].format(money=show_money(fact.money), share=share)


def _losing_why(fact: Facts) -> str:
    return _("not seen since {day}").format(day=fact.seen_on)


def _services(fact: Facts) -> str:
    if not fact.services:
        return ""
    return ngettext(
        "{count} visit to the workshop", "{count} visits to the workshop", fact.services
    ).format(count=fact.services)


def _satisfaction(fact: Facts) -> str:
    return "" if fact.score is None else _("satisfied {score}").format(score=fact.score)


def _introduced(fact: Facts) -> str:
    if not fact.introduced:
        return ""
    return ngettext("{count} introduced", "{count} introduced", fact.introduced).format(
        count=fact.introduced
    )


def _came(fact: Facts) -> str:
    return ngettext("came on {count} day", "came on {count} days", fact.came).format(
        count=fact.came
    )


def _seen(fact: Facts) -> str:
    return _("last contact {day}").format(day=fact.seen_on)


def _joined(*parts: str) -> str:
    return _(", ").join(part for part in parts if part)


# --- the rules


def bought(fact: Facts) -> bool:
    """Whether he has an order that stands, or is an owner of whose order we know nothing."""
    return fact.orders > 0 or fact.status in facts.BUYERS


def card_of(fact: Facts, shop: Settings, today: date) -> ContactCard | CustomerCard:
    """The card of who has these facts."""
    if not bought(fact):
        open_now = fact.status is Status.OPEN
        return (
            _BY_LEVEL.get(fact.level, ContactCard.POTENTIAL) if open_now else ContactCard.POTENTIAL
        )
    if (
        fact.score == VERY_SATISFIED
        and fact.services >= shop.loyal_services
        and fact.introduced >= shop.loyal_introduced
    ):
        return CustomerCard.LOYAL
    if (
        fact.seen_on is not None
        and fact.seen_on >= add_months(today, -shop.active_months)
        and fact.services >= shop.active_services
    ):
        return CustomerCard.ACTIVE
    if fact.archive >= shop.record_least or fact.at_home:
        return CustomerCard.RECORD
    return CustomerCard.DEAL


def relationship_of(fact: Facts, shop: Settings) -> Relationship:
    """The relationship with who has these facts."""
    if fact.score == VERY_SATISFIED and fact.introduced >= max(shop.loyal_introduced, 1):
        return Relationship.LOYAL
    known_well = bought(fact) or fact.came >= shop.key_visits or fact.introduced > 0
    if known_well and not _is_unhappy(fact):
        return Relationship.KEY
    if known_well or fact.seen_on is not None:
        return Relationship.ORDINARY
    return Relationship.POTENTIAL


def band_of(fact: Facts, borders: Borders) -> Band:
    """The value band of who has these facts."""
    return value.band(_key(fact), borders)


def loses(fact: Facts, shop: Settings, today: date) -> bool:
    """Whether he once bought and was not seen for long: find out the real cause (DOMAIN §6)."""
    if not shop.losing_months or not fact.orders or fact.seen_on is None:
        return False
    return fact.seen_on < add_months(today, -shop.losing_months)


def _is_unhappy(fact: Facts) -> bool:
    return fact.score is not None and fact.score < SATISFIED


def _key(fact: Facts) -> Key:
    return Key(fact.money, fact.ordered_on or value.BEGINNING, fact.id)


# --- of all


def census(
    session: Session, shop: Settings, *, today: date, progress: Progress | None = None
) -> Census:
    """All customers by class: 100,000 take about 2 s, so from a thread."""
    progress = progress or Progress()
    total = session.scalar(
        select(func.count()).select_from(Customer).where(Customer.erased_at.is_(None))
    )
    cards: dict[ContactCard | CustomerCard, list[int]] = {
        card: [] for card in (*CustomerCard, *ContactCard)
    }
    relationships: dict[Relationship, list[int]] = {one: [] for one in Relationship}
    keys: list[Key] = []
    nothing, losing, count = [], [], 0
    begin = value.since(shop, today)
    for block in facts.of_all(session, shop, since=begin):
        progress.step(count, total or 0)
        count += len(block)
        for fact in block:
            cards[card_of(fact, shop, today)].append(fact.id)
            relationships[relationship_of(fact, shop)].append(fact.id)
            if fact.money:
                keys.append(_key(fact))
            else:
                nothing.append(fact.id)
            if loses(fact, shop, today):
                losing.append(fact.id)
    borders = value.rank(keys, shop, begin)
    bands: dict[Band, list[int]] = {band: [] for band in Band}
    money = dict.fromkeys(Band, Decimal(0))
    for key in sorted(keys, reverse=True):
        band = value.band(key, borders)
        bands[band].append(key.id)
        money[band] += key.money
    bands[Band.NONE] = nothing
    return Census(count, cards, relationships, bands, losing, money, borders)
