"""The words of a card: a template and the facts of one customer become a letter, without paper."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, case, false, func, select
from sqlalchemy.orm import Session, aliased

from showroom import dates, settings
from showroom.cards import address, couples, feasts, filling, templates
from showroom.cards.templates import Template
from showroom.care import festivals
from showroom.care.cover import CHIEFS
from showroom.care.festivals import Festival
from showroom.store import models
from showroom.store.models import (
    Card,
    CardKind,
    Choice,
    Customer,
    Deal,
    Honorific,
    Role,
    Staff,
)

HAN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
STOPS: Final = "。！？!?….，,；;"
TO_BOTH: Final = frozenset({CardKind.THANKS, CardKind.ANNIVERSARY, CardKind.FESTIVAL})
"""What is written to a couple; a birthday, a promotion and a favour are one person's own."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a template may speak of; what is empty is not spoken of."""

    on: date
    name: str = ""
    honorific: Honorific = Honorific.NONE
    title: str = ""
    model: str = ""
    ordered: date | None = None
    partner: str = ""  # the other one of a couple, as he is addressed
    friend: str = ""
    festival: str = ""
    wish: str = ""  # what is said on it
    consultant: str = ""
    shop: str = ""
    shop_phone: str = ""
    han_date: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """One card, ready to be set: its parts in the order of DOMAIN §8.1, and the names in it.

    `names` stay on one line and in one font. `who` names the card in a report; `untitled`: a person
    who is called by the name alone, or by none, because no more is known. `sign` is the SHA-256 of
    the signature of who signs, "" for none of his own.
    """

    card_id: int
    who: str
    language: str
    salutation: str
    paragraphs: tuple[str, ...]
    closing: tuple[str, ...]
    signature: tuple[str, ...]
    names: tuple[str, ...]
    untitled: bool = False
    sign: str = ""

    def text(self) -> str:
        """Every character that will be on the paper."""
        parts = (self.salutation, *self.paragraphs, *self.closing, *self.signature)
        return "\n".join(parts)


def compose(session: Session, card_id: int, *, today: date) -> Letter:
    """The letter of one card as it would be printed today, or as it was on the day it was."""
    return compose_many(session, [card_id], today=today)[0]


def compose_many(
    session: Session, ids: Sequence[int], *, today: date, template: str = ""
) -> list[Letter]:
    """The letters of these cards in this order; `template` (code or name) replaces the cards' own.

    Words that were written for one card win over any template. A card that is printed is what was
    printed, however its template is worded by now.
    """
    shop = settings.load(session)
    known = templates.known(session)
    chosen = templates.named(template, known) if template else None
    friend = aliased(Customer)
    query = (
        select(Card, Customer, Deal, Choice, Staff.name, friend, Staff.signature)
        .join(Customer, Card.customer_id == Customer.id)
        .outerjoin(Deal, Card.deal_id == Deal.id)
        .outerjoin(Choice, Deal.model_id == Choice.id)
        .outerjoin(Staff, Staff.id == signer())
        .outerjoin(friend, (friend.id == Deal.customer_id) & (friend.id != Customer.id))
        .where(Card.id.in_(ids))
    )
    rows = session.execute(query).all()
    among = festivals.known(shop)
    both = [row[1].id for row in rows if row[0].kind in TO_BOTH] if shop.card_couples else []
    others = couples.partners(session, both) if both else {}
    found = {}
    for card, customer, deal, model, consultant, introduced, sign in rows:
        if card.said and chosen is None:
            found[card.id] = printed(card.said)
            continue
        wording = chosen or template_of(card, customer, known, among)
        other = others.get(customer.id) if wording.kind in TO_BOTH else None
        feast = feasts.of_card(card, wording, among)
        facts = _facts(
            *(card, customer, deal, model, consultant, introduced, other, feast),
            shop=shop,
            language=wording.language,
            today=today,
        )
        made = letter(wording, facts, words=card.words)
        found[card.id] = replace(made, card_id=card.id, sign=sign or "")
    return [found[id] for id in ids]


def to_both(session: Session, ids: Sequence[int]) -> dict[int, Customer]:
    """The other one of the couple whom a card greets, too, by card: as it will, or as it did."""
    query = (
        select(Card, Customer)
        .join(Customer, Card.customer_id == Customer.id)
        .where(
            Card.id.in_(ids),
            Card.kind.in_(TO_BOTH),
            Customer.name != "",
            Customer.honorific != Honorific.COMPANY,
        )
    )
    rows = session.execute(query).all()
    others = couples.partners(session, [own.id for _card, own in rows]) if rows else {}
    usual, found = settings.load(session).card_couples, {}
    for card, own in rows:
        other = others.get(own.id)
        first = printed(card.said).salutation if card.said else card.words.partition("\n")[0]
        if other is not None and (couples.names(first, other, own) if first else usual):
            found[card.id] = other
    return found


def draft(
    session: Session, customer: Customer, wording: Template, *, festival: str = "", today: date
) -> Letter:
    """The letter of a card that is not written yet."""
    shop = settings.load(session)
    both = shop.card_couples and wording.kind in TO_BOTH
    other = couples.partners(session, [customer.id]).get(customer.id) if both else None
    card = Card(kind=wording.kind, customer_id=customer.id, festival=festival)
    feast = feasts.of_card(card, wording, festivals.known(shop))
    signed = (
        select(Staff.name)
        .select_from(Customer)
        .outerjoin(Card, false())
        .outerjoin(Deal, false())
        .join(Staff, Staff.id == signer())
        .where(Customer.id == customer.id)
    )
    name = session.scalar(signed)
    known = _facts(
        *(card, customer, None, None, name, None, other, feast),
        shop=shop,
        language=wording.language,
        today=today,
    )
    return letter(wording, known)


def signer() -> ColumnElement[int | None]:
    """Who signs (for queries of Card, Customer, Deal): who made the deal; an introducer's own.

    Whoever left does not: then the customer's consultant, or a manager, else owner, who is still
    here.
    """
    here = select(models.Staff.id).where(models.Staff.active).correlate(None)
    owner = models.Staff.role == Role.OWNER
    chief = here.where(models.Staff.role.in_(CHIEFS)).order_by(owner, models.Staff.id).limit(1)
    sold, his = Deal.consultant_id, Customer.consultant_id
    seller, own = case((sold.in_(here), sold)), case((his.in_(here), his))
    instead = case((func.coalesce(sold, his).is_not(None), chief.scalar_subquery()))
    return case(
        (Card.kind == CardKind.THANKS, func.coalesce(seller, own, instead)),
        else_=func.coalesce(own, seller, instead),
    )


def template_of(
    card: Card, customer: Customer, known: Mapping[str, Template], among: Sequence[Festival]
) -> Template:
    """The template chosen for the card, else the usual one for such a customer and festival."""
    chosen = known.get(card.template)
    if chosen is not None and chosen.kind is card.kind:
        return chosen
    language = language_of(customer)
    feast = feasts.named(card.festival, among)
    if feast is not None:
        return feasts.wording_of(feast, known, among, language=language)
    company = customer.honorific is Honorific.COMPANY
    return templates.usual(card.kind, company=company, language=language, among=known)


def language_of(customer: Customer) -> str:
    """In which language he is written to: zh, and en for a name without a Chinese character."""
    return "en" if customer.name and not HAN.search(customer.name) else "zh"


def _facts(
    card: Card,
    customer: Customer,
    deal: Deal | None,
    model: Choice | None,
    consultant: str | None,
    friend: Customer | None,
    partner: Customer | None,
    festival: Festival | None,
    *,
    shop: settings.Settings,
    language: str,
    today: date,
) -> Facts:
    label = "" if model is None else (model.zh if language == "zh" else model.en)
    return Facts(
        on=today if card.printed_at is None else dates.local_day(card.printed_at),
        name=customer.name,
        honorific=customer.honorific,
        title=customer.title,
        model=label,
        ordered=None if deal is None else deal.ordered_on,
        partner=_called(partner, language) if customer.name else "",
        friend=_called(friend, language),
        festival="" if festival is None else festival.called(language),
        wish="" if festival is None else festival.wish(language),
        consultant=consultant or "",
        shop=shop.shop_name,
        shop_phone=shop.shop_phone,
        han_date=shop.card_han_dates,
    )


def _called(other: Customer | None, language: str) -> str:
    if other is None or not other.name:
        return ""
    return address.addressed(other.name, other.honorific, other.title, language)


def letter(template: Template, facts: Facts, *, words: str = "") -> Letter:
    """Fill a template; what has an empty place is left out, see `showroom.cards.filling`.

    `words` is the text of `words_of`, edited: it replaces salutation, paragraphs and closing.
    """
    company = facts.honorific is Honorific.COMPANY
    business = not company and bool(address.spoken_title(facts.title))
    alone = address.addressed(facts.name, facts.honorific, facts.title, template.language)
    both = "" if company else facts.partner
    ordered = facts.ordered
    apart = _apart if template.language == "zh" else str
    values = {
        "greeting": apart(address.couple(alone, both, template.language) if both else alone),
        "model": facts.model,
        "ordered": address.spoken_day(ordered, facts.on, template.language) if ordered else "",
        "shop": facts.shop,
        "shop_phone": facts.shop_phone,
        "consultant": facts.consultant,
        "friend": apart(facts.friend),
        "festival": facts.festival,
        "wish": _wish(facts.wish, company=company),
        "years": _years(facts, template.language),
        "date": address.day(facts.on, template.language, han=facts.han_date),
        "company": "yes" if company else "",
        "business": "yes" if business else "",
        "person": "" if company else "yes",
        "couple": "yes" if both else "",
        "single": "" if company or both else "yes",
    }
    closing = template.closing_business if business else template.closing_person
    made = Letter(
        card_id=0,
        who=facts.name or alone,
        language=template.language,
        salutation=filling.filled(template.salutation, values),
        paragraphs=_full(filling.filled(paragraph, values) for paragraph in template.body),
        closing=_closed(template.closing_company if company else closing, values),
        signature=_full(filling.signed(line, values) for line in template.signature),
        names=_names(alone, both, facts),
        untitled=not company
        and alone in ("客户", "Customer", facts.name.strip())
        and not address.parted(facts.name.strip())[1],
    )
    return reworded(made, words) if words.strip() else made


def _apart(called: str) -> str:
    """A Latin name stands apart from the Chinese before it: 尊敬的 John Smith 先生."""
    return f" {called}" if address.LATIN.match(called) else called


def _full(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


def _wish(said: str, *, company: bool) -> str:
    """What is said on a festival; what comes after the first comma is for a family."""
    return (re.split("[，,]", said)[0] if company else said).rstrip("！!。.，, ")


def _closed(lines: Iterable[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """The closing; none at all where its last line is left out, for 敬祝 alone wishes nothing."""
    made = [filling.filled(line, values) for line in lines]
    return _full(made) if made and made[-1] else ()


def _years(facts: Facts, language: str) -> str:
    """How many years ago it was ordered, in words: 两年, two years; "" within the first one."""
    if facts.ordered is None:
        return ""
    months = (facts.on.year - facts.ordered.year) * 12 + facts.on.month - facts.ordered.month
    years = (months + 1) // 12  # a card is written some days before
    if years < 1:
        return ""
    if language == "zh":
        return f"{'两' if years == 2 else address.spoken_number(years)}年"
    said = ("", "a year", "two years", "three years", "four years", "five years")
    return said[years] if years < len(said) else f"{years} years"


def _names(alone: str, both: str, facts: Facts) -> tuple[str, ...]:
    names = {alone, both, facts.name, facts.consultant, facts.friend, facts.model, facts.shop}
    return tuple(sorted((name for name in names if name), key=lambda name: (-len(name), name)))


# --- what was printed


def kept(letter: Letter) -> str:
    """A letter as a printed card keeps it."""
    return json.dumps(asdict(letter), ensure_ascii=False, separators=(",", ":"))


def printed(said: str) -> Letter:
    """The letter that a printed card keeps."""
    held = json.loads(said)
    made: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in held.items()
    }
    return Letter(**made)


# --- words written for one card


def words_of(letter: Letter) -> str:
    """The part of a letter that may be edited, a line for each paragraph."""
    return "\n".join((letter.salutation, *letter.paragraphs, *letter.closing))


def reworded(letter: Letter, words: str) -> Letter:
    """The letter with the edited `words`.

    A first line that ends with a colon is the salutation; a short line without a stop before the
    last one (敬祝, 此致, 顺颂), or an English last line that ends with a comma, begins the closing.
    """
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    salutation: str = letter.salutation
    ends = ("：", ":", ",") if letter.language == "en" else ("：", ":")
    if lines and lines[0].endswith(ends):
        salutation = lines.pop(0)
    closing: list[str] = []
    if len(lines) > 1 and len(lines[-2]) <= 6 and lines[-2][-1] not in STOPS:
        closing = lines[-2:]
    elif len(lines) > 1 and letter.language == "en" and lines[-1].endswith(","):
        closing = lines[-1:]
    body = lines[: len(lines) - len(closing)]
    return replace(letter, salutation=salutation, paragraphs=tuple(body), closing=tuple(closing))
