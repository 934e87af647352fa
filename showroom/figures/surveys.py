"""How satisfied customers were in a time: figures, month by month, question by question, a list.

Only 100 is evidence of a loyal customer; indices are on 1,000 as the makers write them (DOMAIN
§5.6).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from statistics import fmean
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import dates, settings, words
from showroom.care import surveys
from showroom.care.surveys import FORMS, QUESTIONS, UNHAPPY
from showroom.figures import ledgers
from showroom.figures.figures import Figure
from showroom.guard import consent, mask, staff
from showroom.i18n import N_, _, headed
from showroom.people import customers
from showroom.progress import Progress
from showroom.sheets.write import Cell, Column, Kind, Line, Role, Sheet
from showroom.store.models import Asked, Customer, Deal, Honorific, Survey, Way

MONTHS: Final = 12
LOYAL: Final = 100
TITLES: Final = {
    "asked": N_("asked"),
    "mean": N_("points on average"),
    "loyal": N_("very satisfied"),
    "unhappy": N_("not satisfied"),
    Asked.SSI.value: N_("SSI"),
    Asked.CSI.value: N_("CSI"),
}
FORMULAS: Final = {
    "asked": N_("Answers noted in the period"),
    "mean": N_("Sum of the scores ÷ answers; very satisfied 100, satisfied 60, all right 40"),
    "loyal": N_("Answers with 100 ÷ all answers of the period: only these are loyal"),
    "unhappy": N_("Answers below 40 in the period"),
    Asked.SSI.value: N_("Mean of the sale's short form × 10: answers weighted by J.D. Power 2020"),
    Asked.CSI.value: N_("Mean of the service's short form × 10: its five questions count alike"),
}


class Month(NamedTuple):
    """One month of the trend; without answers the values are None."""

    first: date
    asked: int
    mean: float | None
    loyal: float | None


class Part(NamedTuple):
    """One question of the short forms: its mean, of how many answers."""

    form: Asked
    title: str
    mean: float
    number: int


class Look(NamedTuple):
    """The satisfaction of a time at one look."""

    figures: list[Figure]
    trend: list[Month]
    parts: list[Part]


class AnswerRow(NamedTuple):
    """One answer; `words` as who sits at the desk may see them."""

    id: int
    customer_id: int
    name: str
    honorific: Honorific
    phone: str
    day: date
    asked: Asked
    score: int
    words: str
    about: str
    staff: str


def look(session: Session, first: date, last: date) -> Look:
    """The answers from `first` to `last`, and the trend of the months up to then."""
    found = session.execute(
        select(Survey.asked, Survey.score, Survey.answers).where(Survey.day.between(first, last))
    ).all()
    scores = [one.score for one in found]
    loyal = sum(score >= LOYAL for score in scores)
    figures = [
        _figure("asked", len(scores)),
        _figure("mean", round(fmean(scores), 1) if scores else None, kind=Kind.NUMBER),
        _figure("loyal", loyal / len(scores) if scores else None, loyal, len(scores)),
        _figure("unhappy", sum(score < UNHAPPY for score in scores)),
    ]
    for form in (Asked.SSI, Asked.CSI):
        of_form = [one.score for one in found if one.asked is form]
        figures.append(_figure(form.value, round(10 * fmean(of_form)) if of_form else None))
    return Look(figures, trend(session, last), _parts(found))


def trend(session: Session, last: date) -> list[Month]:
    """The twelve months up to the one of `last`, month by month."""
    this = last.replace(day=1)
    firsts = [dates.add_months(this, -back) for back in reversed(range(MONTHS))]
    scores: dict[date, list[int]] = defaultdict(list)
    for day, score in session.execute(
        select(Survey.day, Survey.score).where(Survey.day.between(firsts[0], last))
    ):
        scores[day.replace(day=1)].append(score)
    return [
        Month(
            first,
            len(said),
            fmean(said) if said else None,
            sum(score >= LOYAL for score in said) / len(said) if said else None,
        )
        for first, said in ((first, scores[first]) for first in firsts)
    ]


def _parts(found: Sequence[tuple[Asked, int, str]]) -> list[Part]:
    """Every question that was answered, the worst first of each form."""
    said: dict[tuple[Asked, str], list[int]] = defaultdict(list)
    for form, _score, answers in found:
        for code, score in surveys.answers_of(answers).items():
            if code in QUESTIONS[form]:
                said[form, code].append(score)
    parts = [
        Part(form, _(QUESTIONS[form][code].title), fmean(scores), len(scores))
        for (form, code), scores in said.items()
    ]
    order = list(FORMS)
    return sorted(parts, key=lambda part: (order.index(part.form), part.mean, part.title))


def _figure(
    code: str,
    value: float | None,
    above: int | None = None,
    below: int | None = None,
    *,
    kind: Kind | None = None,
) -> Figure:
    kind = kind or (Kind.SHARE if below is not None else Kind.WHOLE)
    return Figure(code, _(TITLES[code]), value, "", _(FORMULAS[code]), above, below, kind)


# --- the answers


def answers(session: Session, first: date, last: date) -> list[int]:
    """Ids of the answers of a time, the least satisfied first, then the newest."""
    query = select(Survey.id).where(Survey.day.between(first, last))
    return list(session.scalars(query.order_by(Survey.score, Survey.day.desc(), Survey.id.desc())))


def rows(session: Session, ids: Sequence[int]) -> list[AnswerRow]:
    """The lines for these ids in their order; who was erased has no name."""
    found = {
        one.id: (one, customer, number)
        for one, customer, number in session.execute(
            select(Survey, Customer, Deal.number)
            .join(Customer, Customer.id == Survey.customer_id)
            .outerjoin(Deal, Deal.id == Survey.deal_id)
            .where(Survey.id.in_(ids))
        )
    }
    owners = {customer.id for _one, customer, _number in found.values()}
    seen, phones = mask.seen(session, owners), customers.first_phones(session, owners)
    names = staff.names(session)
    return [
        AnswerRow(
            id=one.id,
            customer_id=customer.id,
            name=customer.name,
            honorific=customer.honorific,
            phone=phones.get(customer.id, ""),
            day=one.day,
            asked=one.asked,
            score=one.score,
            words=mask.text(one.words, whole=customer.id in seen),
            about=number or "",
            staff=names.get(one.staff_id or 0, ""),
        )
        for one, customer, number in (found[id] for id in ids if id in found)
    ]


def called(row: AnswerRow) -> str:
    """Who said it."""
    return words.called(row.name, row.honorific) or _("No name")


# --- leaving


def save(
    session: Session, first: date, last: date, path: Path, progress: Progress | None = None
) -> int:
    """Write the answers of a period as `.xlsx`, `.csv` or `.pdf`; returns how many.

    Raises `exports.Refused`, or `ShowroomError` as `write.save_table` does.
    """
    return ledgers.save(sheet(session, first, last), session, path, progress)


def sheet(session: Session, first: date, last: date) -> Sheet:
    """The answers with the figures and their formulas above."""
    mask.leaving(session)
    found = rows(session, answers(session, first, last))
    silent = consent.unreachable(session)[Way.PHONE]
    shop, title = settings.load(session).shop_name, _("Satisfaction")
    period = _("{first} to {last}").format(first=f"{first:%Y-%m-%d}", last=f"{last:%Y-%m-%d}")
    columns = (
        Column("day", _("Date"), kind=Kind.DAY, width=12),
        Column("name", _("Name"), called, width=16, wrap=True),
        Column("phone", _("Phone"), kind=Kind.CODE, width=15, contact=True),
        Column("asked", _("Form"), lambda row: _(FORMS[row.asked]), width=13),
        Column("score", _("Points"), kind=Kind.WHOLE, width=8),
        Column("said", _("Answer"), lambda row: words.satisfaction(row.score), width=14),
        Column("words", _("His words"), width=36, wrap=True),
        Column("about", _("Deal"), width=14),
        Column("staff", _("Asked by"), width=12),
    )
    lines = []
    for one in look(session, first, last).figures:
        made = "" if one.denominator is None else f" ({one.numerator} ÷ {one.denominator})"
        said = headed(one.title, f"{one.shown}{made}  ·  {one.formula}")
        lines.append(Line([Cell(said, Role.NOTE, span=len(columns))], 18))
    return Sheet(
        title,
        columns,
        found,
        lead=(
            Line([Cell(f"{shop} {title}".strip(), Role.TITLE)], 30),
            Line([Cell(period, Role.SUBTITLE, span=len(columns))], 22),
            *lines,
        ),
        withheld=lambda row: row.customer_id in silent,
        filter=False,
        footer=f"{shop} {title} {period}".strip(),
    )
