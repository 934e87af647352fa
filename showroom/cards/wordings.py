"""The wordings the showroom writes itself; what is delivered and what was printed never changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import offers, settings
from showroom.cards import compose, feasts, filling, templates
from showroom.cards.templates import Template
from showroom.care import festivals, own_festivals
from showroom.care.festivals import FESTIVAL, FESTIVALS
from showroom.errors import Invalid, ShowroomError
from showroom.guard import rights
from showroom.guard.rights import Right
from showroom.i18n import _, ngettext
from showroom.store import journal, models
from showroom.store.models import CardKind, Honorific
from showroom.text import clean

THANKS: Final = frozenset({CardKind.THANKS, CardKind.INTRODUCER, CardKind.HELP})
"""Cards of thanks: an offer on them would turn thanks into an advertisement (DOMAIN §8.1)."""
LONGEST: Final = 600
CLOSINGS: Final = ("closing_person", "closing_business", "closing_company")
TEXTS: Final = ("body", *CLOSINGS, "signature")
TYPED: Final = ("name", *TEXTS)


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording as it is typed: a line for each paragraph, `body` with the salutation on top.

    Places and conditions as `filling.spelled` shows them.
    """

    name: str
    language: str
    kind: CardKind
    company: bool
    body: str
    closing_person: str
    closing_business: str
    closing_company: str
    signature: str


def typed(template: Template) -> Wording:
    """A template as it is edited."""

    def lines(*parts: str) -> str:
        return "\n".join(map(filling.spelled, parts))

    business = template.closing_business
    return Wording(
        name=template.name,
        language=template.language,
        kind=template.kind,
        company=template.company,
        body=lines(template.salutation, *template.body),
        closing_person=lines(*template.closing_person),
        closing_business="" if business == template.closing_person else lines(*business),
        closing_company=lines(*template.closing_company),
        signature=lines(*template.signature),
    )


def checked(wording: Wording, code: str = "") -> Template:
    """The template that was typed. Raises `Invalid` beside what cannot be used."""
    problems: dict[str, str] = {}
    texts = {
        name: [line.strip() for line in filling.coded(clean(getattr(wording, name))).splitlines()]
        for name in TEXTS
    }
    texts = {name: [line for line in lines if line] for name, lines in texts.items()}
    if not clean(wording.name):
        problems["name"] = _("Give the wording a name.")
    if len(texts["body"]) < 2:
        problems["body"] = _("The first line addresses the customer, the words follow below it.")
    for name, lines in texts.items():
        text = "\n".join(lines)
        wrong = filling.problem(text)
        sells = offers.found(text) if wording.kind in THANKS else []
        if wrong:
            problems.setdefault(name, wrong)
        elif sells:
            problems.setdefault(name, offer_sentence(sells))
        elif len(text) > LONGEST:
            problems.setdefault(name, _("That is too long for a card."))
    if not problems.get("body") and "{greeting}" not in texts["body"][0]:
        problems["body"] = _(
            "The first line addresses the customer: {place} must stand in it."
        ).format(place=filling.spelled("{greeting}"))
    if problems:
        raise Invalid(problems)
    person = tuple(texts["closing_person"])
    return Template(
        code=code,
        name=clean(wording.name),
        language=wording.language,
        kind=wording.kind,
        company=wording.company,
        salutation=texts["body"][0],
        body=tuple(texts["body"][1:]),
        closing_person=person,
        closing_business=tuple(texts["closing_business"]) or person,
        closing_company=tuple(texts["closing_company"]) or person,
        signature=tuple(texts["signature"]),
    )


def save(session: Session, code: str, wording: Wording) -> str:
    """Keep a wording; returns its code. With the code of one that is delivered it replaces that.

    `code` "" makes a new one. Raises `Invalid` as `checked` does, and `ShowroomError` for who may
    not change settings.
    """
    rights.require(session, Right.SETTINGS)
    made = checked(wording, code)
    known = templates.known(session)
    if any(one.name == made.name and one.code != code for one in known.values()):
        raise Invalid({"name": _("There is a wording of this name.")})
    if made.kind is CardKind.FESTIVAL:
        _refuse_unfit(session, made)
    before = known.get(code)
    if before is not None and before.kind is not made.kind and not before.own_id:
        raise Invalid({"kind": _("A delivered wording keeps its kind: add yours as a new one.")})
    row = session.scalar(select(models.CardTemplate).where(models.CardTemplate.code == code))
    if row is not None and row.kind is not made.kind:
        _refuse_waiting(session, row)
    journal.act(session, "card_wording", row, why=made.name)
    if row is None:
        row = models.CardTemplate(code=code or _new_code(session))
        session.add(row)
    row.name, row.language, row.kind, row.company = (
        made.name,
        made.language,
        made.kind,
        made.company,
    )
    row.salutation = made.salutation
    row.body = "\n".join(made.body)
    row.closing_person = "\n".join(made.closing_person)
    own = made.closing_business != made.closing_person
    row.closing_business = "\n".join(made.closing_business) if own else ""
    row.closing_company = "\n".join(made.closing_company)
    row.signature = "\n".join(made.signature)
    row.changed_at = session.info["now"]
    session.flush()
    return row.code


def _refuse_unfit(session: Session, made: Template) -> None:
    """Raise `Invalid` beside what is not said on the day the wording is for, or speaks of."""
    one = feasts.meant(made.name, festivals.known(settings.load(session)))
    if one is not None and own_festivals.is_silent(one):
        sentence = _("On this day the dead are remembered: nobody is greeted, there is no card.")
        raise Invalid({"name": sentence})
    parts = {"body": made.body, **{name: getattr(made, name) for name in CLOSINGS}}
    problems = {
        name: said
        for name, lines in parts.items()
        if (said := own_festivals.unfit(one, "\n".join(lines)))
    }
    if problems:
        raise Invalid(problems)


def withdraw(session: Session, code: str) -> None:
    """Give up a wording of the showroom's own; what was delivered under its code is there again.

    Cards that waited with it take the usual one. Raises `ShowroomError` for one that is delivered,
    and for a congratulation of the showroom's own while cards wait with it: the usual one is for
    something else.
    """
    rights.require(session, Right.SETTINGS)
    row = session.scalar(select(models.CardTemplate).where(models.CardTemplate.code == code))
    if row is None:
        raise ShowroomError(_("This wording is delivered with the program and stays."))
    _refuse_waiting(session, row)
    journal.act(session, "card_wording", row, why=row.name)
    session.delete(row)


def _refuse_waiting(session: Session, row: models.CardTemplate) -> None:
    if row.kind is not CardKind.CONGRATULATION or row.code in templates.everything():
        return
    query = select(func.count()).where(
        models.Card.template == row.code,
        models.Card.printed_at.is_(None),
        models.Card.skipped_at.is_(None),
    )
    waiting = session.scalar(query) or 0
    if waiting:
        said = ngettext(
            "{count} card waits with this wording: print or skip it first, or choose another one.",
            "{count} cards wait with this wording: print or skip them first, or choose another "
            "one.",
            waiting,
        )
        raise ShowroomError(said.format(count=waiting))


def refuse_offer(kind: CardKind, text: str, names: tuple[str, ...] = ()) -> None:
    """Raise `Invalid` beside `words` when a card of thanks would sell something.

    `names` (of a model, a shop) may say what they like.
    """
    found = offers.found(_without(text, names)) if kind in THANKS else []
    if found:
        raise Invalid({"words": offer_sentence(found)})


def refuse_unfilled(text: str, names: tuple[str, ...] = ()) -> None:
    """Raise `Invalid` beside `words` for a place in braces in the words for one card."""
    raw = filling.unfilled(_without(text, names))
    if raw:
        raise Invalid(
            {
                "words": _("“{place}” would be printed so: write what shall stand there.").format(
                    place=raw
                )
            }
        )


def _without(text: str, names: tuple[str, ...]) -> str:
    for name in names:
        text = text.replace(name, " ")
    return text


def offer_sentence(found: list[str]) -> str:
    """Why these words go."""
    sentence = _("“{words}” sells something: a card of thanks makes no offer. Take it out.")
    return sentence.format(words="”, “".join(found))


EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "person": {"zh": "张伟", "en": "Jane Miller"},
    "couple": {"zh": "王伟", "en": "John Smith", "partner": ("李女士", "Ms. Lee")},
    "company": {"zh": "远航物流有限公司", "en": "Acme Logistics Ltd"},
    "bare": {"zh": "", "en": ""},
}
"""Invented customers, on whom a wording shows what it says and what it leaves out."""


def example(template: Template, which: str, on: date) -> compose.Letter:
    """The letter to one of `EXAMPLES`."""
    one = EXAMPLES[which]
    english = template.language == "en"
    feast = feasts.meant(template.name, FESTIVALS) or FESTIVAL["mid_autumn"]
    known = which != "bare"
    company = which == "company"
    facts = compose.Facts(
        on=on,
        name=one[template.language],
        honorific=Honorific.COMPANY if company else Honorific.MR if known else Honorific.NONE,
        partner=one["partner"][english] if "partner" in one else "",
        model=("Seal" if english else "海豹") if known else "",
        ordered=on.replace(year=on.year - 2, day=min(on.day, 28)) if known else None,
        festival=feast.called(template.language),
        wish=feast.wish(template.language),
        friend=("Mr. Brown" if english else "陈先生") if known else "",
        consultant=("Ann Lee" if english else "王强") if known else "",
        shop="East Hall" if english else "城东展厅",
        shop_phone="0755-8888 6666",
    )
    return compose.letter(template, facts)


def _new_code(session: Session) -> str:
    """own-1, own-2 …; one that was used stays used, its cards may be there still."""
    known = session.scalars(select(models.CardTemplate.code)).all()
    used = session.scalars(select(models.Card.template).where(models.Card.template != "")).all()
    number = 1
    while f"own-{number}" in {*known, *used}:
        number += 1
    return f"own-{number}"
