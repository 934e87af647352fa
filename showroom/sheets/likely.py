"""Who on file may be the one a new row means, though his phone is not on file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import words
from showroom.guard import mask
from showroom.i18n import _
from showroom.people import customers, duplicates, likeness
from showroom.people.likeness import FEW, LISTED, Facts, Likeness
from showroom.sheets.match import Person
from showroom.sheets.outcomes import Likely, Outcome, Row
from showroom.store.index import folded
from showroom.store.listed import listed
from showroom.store.models import Customer, Phone

LOOKED_AT: Final = 60
"""So many of one name, the newest, are compared with a row."""

SLIPS_FOR: Final = 300
"""For so many new numbers those one slip apart are looked for; of more only those of one name."""

SHOWN: Final = 3


def note(session: Session, found: Sequence[Row]) -> None:
    """Tell each row of somebody new who on file may be meant (`row.likely`)."""
    rows = [
        row
        for row in found
        if row.outcome is Outcome.NEW and row.person is not None and row.person.id is None
    ]
    people = {id(row.person): row.person for row in rows if row.person is not None}
    sees = mask.sees_all(session)
    told = _candidates(session, list(people.values()), sees)
    best = {key: sorted(likely, reverse=True)[:SHOWN] for key, likely in told.items() if likely}
    ids = sorted({id for likely in best.values() for _score, id, _alike in likely})
    shown = {one.id: one for one in customers.rows(session, ids)} if ids else {}
    for row in rows:
        alike_ones = best.get(id(row.person))
        if not alike_ones:
            continue
        row.likely = [
            Likely(
                id_,
                words.called(shown[id_].name, shown[id_].honorific) or _("No name"),
                shown[id_].phone,
                shown[id_].consultant,
                score,
                " · ".join(_(likeness.REASONS[reason]) for reason in alike.reasons),
            )
            for score, id_, alike in alike_ones
            if id_ in shown
        ]


def _candidates(
    session: Session, people: Sequence[Person], sees: bool
) -> dict[int, list[tuple[int, int, Likeness]]]:
    """By person: points, id and reasons of who may be meant."""
    by_name, by_number = _on_file(session, people, sees)
    ids = {id for found in by_name.values() for id in found[:LOOKED_AT]}
    ids |= {id for found in by_number.values() for id in found}
    known = {one.id: one for one in duplicates.load(session, sorted(ids))} if ids else {}
    told: dict[int, list[tuple[int, int, Likeness]]] = {}
    for person in people if known else ():
        facts = _facts(person)
        named = by_name.get(person.name, [])
        his = {*named[:LOOKED_AT]}
        for number in _numbers(person, sees and len(people) <= SLIPS_FOR):
            his.update(by_number.get(number, ()))
        for other in sorted(his & known.keys()):
            alike = likeness.compare(facts, known[other], rare=len(named) <= FEW, whole=sees)
            if alike.score >= LISTED:
                told.setdefault(id(person), []).append((alike.score, other, alike))
    return told


def _on_file(
    session: Session, people: Sequence[Person], sees: bool
) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """The ids of those with one of the names, the newest first, and with one of the numbers."""
    by_name: dict[str, list[int]] = defaultdict(list)
    by_number: dict[str, list[int]] = defaultdict(list)
    names = [name for name in {person.facts["name"] for person in people} if len(name) > 1]
    if names:
        for id, name in session.execute(
            select(Customer.id, Customer.name)
            .where(Customer.name.in_(listed(names)), Customer.erased_at.is_(None))
            .order_by(Customer.id.desc())
        ):
            by_name[name].append(id)
    slips = sees and len(people) <= SLIPS_FOR
    numbers = list({number for person in people for number in _numbers(person, slips)})
    if numbers:
        for id, number in session.execute(
            select(Phone.customer_id, Phone.number).where(Phone.number.in_(listed(numbers)))
        ):
            by_number[number].append(id)
    return by_name, by_number


def _numbers(person: Person, slips: bool) -> Sequence[str]:
    if not slips:
        return person.phones
    near = [other for number in person.phones for other in likeness.neighbours(number)]
    return [*person.phones, *near]


def _facts(person: Person) -> Facts:
    model = person.facts["model_id"]
    return Facts(
        name=folded(person.name),
        model_id=model if model is not None and model > 0 else None,
        wechat=person.facts["wechat"],
        address=person.facts["address"],
        numbers=person.phones,
    )
