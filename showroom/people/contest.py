"""The contest of archives, quarter by quarter: who keeps the most, the fullest, the truest files.

A file counts for the consultant it belongs to, in the quarter in which its contact was left. What
decides is a rule a quarter (`Settings.contest_rules`): the number of files, their completeness,
what a spot check found, or points given by hand (DOMAIN §6). The other numbers stand beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from showroom import settings
from showroom.errors import Invalid
from showroom.guard import rights, staff
from showroom.guard.rights import Right
from showroom.i18n import N_, _
from showroom.people import archive, spot_checks
from showroom.people.archive import Scheme
from showroom.people.quarters import Quarter
from showroom.settings import Settings
from showroom.store.models import Customer, Honorific, Role, Staff, Verdict


class Rule(StrEnum):
    """What decides in a quarter."""

    COUNT = "count"
    COMPLETENESS = "completeness"
    HONESTY = "honesty"
    FREE = "free"


RULES: Final = {
    Rule.COUNT: N_("Number of files"),
    Rule.COMPLETENESS: N_("Completeness"),
    Rule.HONESTY: N_("Spot check"),
    Rule.FREE: N_("Points by hand"),
}
WORST: Final = 10
MOST_POINTS: Final = 9999


class Entrant(NamedTuple):
    """One consultant with all his numbers.

    `place` by the rule, equal ones have the same; 0 without one: he has too `few` files, or there
    is nothing to compare yet. `mean` is the completeness of his files, 0 to 100, `honesty`
    the share of what was found true, 0 to 1; both None without any.
    """

    id: int
    name: str
    place: int
    few: bool
    files: int
    mean: Fraction | None
    drawn: int
    found: dict[Verdict, int]
    honesty: Fraction | None
    points: int | None

    @property
    def checked(self) -> int:
        """How many of the files drawn have a verdict."""
        return sum(self.found.values())


class Contest(NamedTuple):
    """The standing of a quarter by a rule, best first; `decides` is the rule of the quarter.

    `unowned` counts the files that belong to nobody, `drawn_at` is when the lot was drawn.
    """

    quarter: Quarter
    rule: Rule
    decides: Rule
    entrants: list[Entrant]
    unowned: int
    drawn_at: datetime | None
    formulas: dict[Rule, str]

    def by(self, rule: Rule) -> Contest:
        """The same numbers, placed by another rule."""
        return self._replace(rule=rule, entrants=placed(self.entrants, rule))


def rule_of(shop: Settings, quarter: Quarter) -> Rule:
    """What decides in this quarter."""
    return Rule(shop.contest_rules[quarter.number - 1])


def of_quarter(session: Session, quarter: Quarter, rule: Rule | None = None) -> Contest:
    """The standing of a quarter by its rule, or by another one; for a thread when there are many.

    Completeness is that of today: what was filled in since counts.
    """
    shop = settings.load(session)
    decides = rule_of(shop, quarter)
    rule = rule or decides
    files, unowned = _files(session, shop, quarter)
    checks, drawn_at = spot_checks.tally(session, quarter)
    points = shop.contest_points.get(quarter.first.isoformat(), {})
    names = staff.names(session)
    receiving = select(Staff.id).where(Staff.role == Role.CONSULTANT, Staff.active)
    ids = {*session.scalars(receiving), *files, *checks, *map(int, points)} & names.keys()
    entrants = []
    for id in ids:
        count, mean = files.get(id, (0, None))
        drawn, found = checks.get(id, (0, {}))
        entrants.append(
            Entrant(
                id=id,
                name=names[id],
                place=0,
                few=count < shop.contest_least,
                files=count,
                mean=mean,
                drawn=drawn,
                found=found,
                honesty=spot_checks.honesty(found),
                points=points.get(str(id)),
            )
        )
    return Contest(
        quarter=quarter,
        rule=rule,
        decides=decides,
        entrants=placed(entrants, rule),
        unowned=unowned,
        drawn_at=drawn_at,
        formulas={each: formula(shop, each) for each in Rule},
    )


def formula(shop: Settings, rule: Rule) -> str:
    """How the number that decides is made, to be printed beside it."""
    person = archive.scheme(shop)
    if rule is Rule.COUNT:
        return _("Files whose contact was left in the quarter, by the consultant they belong to.")
    if rule is Rule.COMPLETENESS:
        said = _(
            "Mean of the files of the quarter as they are today, each {weight} × basic fields "
            "filled ÷ {basic} + {rest} × extra fields filled ÷ {extra}; of a company what it can "
            "have."
        )
        return said.format(
            weight=person.weight,
            basic=len(person.basic),
            rest=100 - person.weight,
            extra=len(person.extra),
        )
    if rule is Rule.HONESTY:
        return _("(True + ½ × true in part) ÷ files checked, of those drawn by lot.")
    return shop.contest_free or _("Points given by the manager.")


# --- places


def value(entrant: Entrant, rule: Rule) -> Fraction | None:
    """The number that decides, as exact as it is shown: what looks equal is equal."""
    if rule is Rule.COUNT:
        return Fraction(entrant.files)
    if rule is Rule.COMPLETENESS:
        return None if entrant.mean is None else _tenth(entrant.mean)
    if rule is Rule.HONESTY:
        return None if entrant.honesty is None else _tenth(entrant.honesty * 100)
    return None if entrant.points is None else Fraction(entrant.points)


def _tenth(number: Fraction) -> Fraction:
    return Fraction(int(number * 10 + Fraction(1, 2)), 10)


def placed(entrants: Sequence[Entrant], rule: Rule) -> list[Entrant]:
    """Best first, with their places: equal ones share the better one, and the next is left out.

    Who has too few files, or no number at all, comes last and is in no place.
    """

    def rank(one: Entrant) -> Fraction | None:
        return None if one.few and rule is not Rule.FREE else value(one, rule)

    inside = [one for one in entrants if rank(one) is not None]
    inside.sort(key=lambda one: (-(rank(one) or 0), one.id))
    found: list[Entrant] = []
    for number, one in enumerate(inside, 1):
        equal = found and rank(found[-1]) == rank(one)
        found.append(one._replace(place=found[-1].place if equal else number))
    rest = [one for one in entrants if rank(one) is None]
    return found + sorted(rest, key=lambda one: (-one.files, one.id))


# --- files and how full they are


def _files(
    session: Session, shop: Settings, quarter: Quarter
) -> tuple[dict[int, tuple[int, Fraction | None]], int]:
    """How many files of the quarter each consultant has, and their mean; and those of nobody."""
    each = archive.counted(shop, spot_checks.made_in(quarter)).subquery()
    sums = session.execute(
        select(
            each.c.consultant_id,
            each.c.company,
            func.count(),
            func.sum(each.c.basic),
            func.sum(each.c.extra),
        ).group_by(each.c.consultant_id, each.c.company)
    )
    schemes = _schemes(shop)
    files: dict[int, int] = {}
    points: dict[int, Fraction] = {}
    unowned = 0
    for id, company, count, basic, extra in sums:
        if id is None:
            unowned += count
            continue
        files[id] = files.get(id, 0) + count
        points[id] = points.get(id, Fraction(0)) + schemes[bool(company)].points(basic, extra)
    return {id: (count, points[id] / count) for id, count in files.items()}, unowned


def _schemes(shop: Settings) -> dict[bool, Scheme]:
    return {company: archive.scheme(shop, company=company) for company in (False, True)}


def worst(session: Session, quarter: Quarter) -> dict[int, list[int]]:
    """The ids of the files of a quarter that lack most, by consultant: ten, the emptiest first."""
    shop = settings.load(session)
    each = archive.counted(shop, spot_checks.made_in(quarter)).subquery()

    def share(of: Scheme) -> ColumnElement[Any]:
        basic = each.c.basic * float(of.weight) / max(len(of.basic), 1)
        return basic + each.c.extra * float(100 - of.weight) / max(len(of.extra), 1)

    schemes = _schemes(shop)
    points = func.iif(each.c.company, share(schemes[True]), share(schemes[False]))
    ranked = (
        select(
            each.c.id,
            each.c.consultant_id,
            func.row_number()
            .over(partition_by=each.c.consultant_id, order_by=(points, each.c.id))
            .label("place"),
        )
        .where(each.c.consultant_id.is_not(None), points < 100)
        .subquery()
    )
    found: dict[int, list[int]] = {}
    for id, owner in session.execute(
        select(ranked.c.id, ranked.c.consultant_id)
        .where(ranked.c.place <= WORST)
        .order_by(ranked.c.consultant_id, ranked.c.place)
    ):
        found.setdefault(owner, []).append(id)
    return found


class Lacking(NamedTuple):
    """One file that lacks much: what would be worth most."""

    id: int
    name: str
    honorific: Honorific
    score: int
    next: list[tuple[str, int]]


def lacking(session: Session, ids: Sequence[int]) -> list[Lacking]:
    """The lines of these files, in their order."""
    held = archive.of_many(session, ids)
    people = {one.id: one for one in session.scalars(select(Customer).where(Customer.id.in_(ids)))}
    return [
        Lacking(id, people[id].name, people[id].honorific, held[id].score, held[id].next(3))
        for id in ids
        if id in held
    ]


# --- points by hand


def give_points(session: Session, quarter: Quarter, consultant_id: int, points: int | None) -> None:
    """Give a consultant his points of a quarter; None takes them back.

    Raises `Invalid` beside `points`, `ShowroomError` for who may not.
    """
    rights.require(session, Right.APPROVE)
    if points is not None and not 0 <= points <= MOST_POINTS:
        sentence = _("Enter a whole number from {least} to {most}.")
        raise Invalid({"points": sentence.format(least=0, most=MOST_POINTS)})
    shop = settings.load(session)
    given = shop.contest_points.setdefault(quarter.first.isoformat(), {})
    given.pop(str(consultant_id), None)
    if points is not None:
        given[str(consultant_id)] = points
    settings.save(session, shop)
