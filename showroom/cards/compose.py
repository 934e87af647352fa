"""The words of a card: a template and the facts of one customer become a letter, without paper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, aliased

from showroom import dates, settings
from showroom.cards import address, templates
from showroom.cards.templates import PLACEHOLDER, Template
from showroom.store.models import Card, CardKind, Choice, Customer, Deal, Honorific, Staff

# A sentence ends with its stop and what closes a quotation; an English one before a space.
SENTENCE: Final = re.compile(r".*?(?:[。！？!?…]+[”’」』）)]*|\.(?=\s|$)|$)\s*", re.DOTALL)
HAN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
STOPS: Final = "。！？!?….，,；;"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a template may speak of; what is empty is not spoken of."""

    on: date
    name: str = ""
    honorific: Honorific = Honorific.NONE
    title: str = ""
    model: str = ""
    ordered: date | None = None
    friend: str = ""
    consultant: str = ""
    shop: str = ""
    shop_phone: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One card, ready to be set: its parts in the order of DOMAIN §8.1, and the names in it.

    `names` stay on one line and in one font. `who` names the card in a report.
    """

    card_id: int
    who: str
    language: str
    salutation: str
    paragraphs: tuple[str, ...]
    closing: tuple[str, ...]
    signature: tuple[str, ...]
    names: tuple[str, ...]

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

    Words that were written for one card win over any template.
    """
    shop = settings.load(session)
    chosen = templates.named(template) if template else None
    friend = aliased(Customer)
    query = (
        select(Card, Customer, Deal, Choice, Staff.name, friend)
        .join(Customer, Card.customer_id == Customer.id)
        .outerjoin(Deal, Card.deal_id == Deal.id)
        .outerjoin(Choice, Deal.model_id == Choice.id)
        .outerjoin(Staff, Staff.id == signer())
        .outerjoin(friend, (friend.id == Deal.customer_id) & (friend.id != Customer.id))
        .where(Card.id.in_(ids))
    )
    found = {}
    for row in session.execute(query):
        card: Card = row[0]
        wording = chosen or template_of(card, row[1])
        facts = _facts(*row, shop=shop, language=wording.language, today=today)
        found[card.id] = replace(letter(wording, facts, words=card.words), card_id=card.id)
    return [found[id] for id in ids]


def signer() -> ColumnElement[int | None]:
    """Who signs (for queries of Card, Customer, Deal): who made the deal; an introducer's own."""
    return case(
        (Card.kind == CardKind.THANKS, func.coalesce(Deal.consultant_id, Customer.consultant_id)),
        else_=func.coalesce(Customer.consultant_id, Deal.consultant_id),
    )


def template_of(card: Card, customer: Customer) -> Template:
    """The template chosen for the card, else the usual one for such a customer."""
    known = templates.everything().get(card.template)
    if known is not None and known.kind is card.kind:
        return known
    return templates.usual(
        card.kind,
        company=customer.honorific is Honorific.COMPANY,
        language=language_of(customer),
    )


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
        friend=""
        if friend is None or not friend.name
        else address.addressed(friend.name, friend.honorific, friend.title, language),
        consultant=consultant or "",
        shop=shop.shop_name,
        shop_phone=shop.shop_phone,
    )


def letter(template: Template, facts: Facts, *, words: str = "") -> Letter:
    """Fill a template; a sentence with an empty placeholder is left out whole.

    `words` is the text of `words_of`, edited: it replaces salutation, paragraphs and closing.
    """
    greeting = address.addressed(facts.name, facts.honorific, facts.title, template.language)
    ordered = facts.ordered
    values = {
        "greeting": greeting,
        "model": facts.model,
        "ordered": address.spoken_day(ordered, facts.on, template.language) if ordered else "",
        "shop": facts.shop,
        "shop_phone": facts.shop_phone,
        "consultant": facts.consultant,
        "friend": facts.friend,
        "years": _years(facts, template.language),
        "date": address.day(facts.on, template.language),
    }
    company = facts.honorific is Honorific.COMPANY
    body = (_sentences(paragraph, values) for paragraph in template.body)
    made = Letter(
        card_id=0,
        who=facts.name or greeting,
        language=template.language,
        salutation=_fill(template.salutation, values),
        paragraphs=tuple(paragraph for paragraph in body if paragraph),
        closing=template.closing_company if company else template.closing_person,
        signature=tuple(line for line in (_signed(s, values) for s in template.signature) if line),
        names=_names(greeting, facts),
    )
    return reworded(made, words) if words.strip() else made


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


def _names(greeting: str, facts: Facts) -> tuple[str, ...]:
    names = {greeting, facts.name, facts.consultant, facts.friend, facts.model, facts.shop}
    return tuple(sorted((name for name in names if name), key=lambda name: (-len(name), name)))


def _fill(text: str, values: dict[str, str]) -> str:
    return PLACEHOLDER.sub(lambda match: values[match[1]], text)


def _empty(text: str, values: dict[str, str]) -> bool:
    return any(not values[name] for name in PLACEHOLDER.findall(text))


def _sentences(paragraph: str, values: dict[str, str]) -> str:
    kept = (s for s in SENTENCE.findall(paragraph) if not _empty(s, values))
    return _fill("".join(kept), values).strip()


def _signed(line: str, values: dict[str, str]) -> str:
    """A line of the signature without its empty parts: `{shop}　{consultant}`."""
    parts = re.split(r"(　|, )", line)
    kept = [part for part in parts[::2] if not _empty(part, values)]
    between = parts[1] if len(parts) > 1 else ""
    return _fill(between.join(kept), values)


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
