"""The list of likely pairs: found by a look through the whole file, once a day.

The list is no record of anything: each look makes it anew, and it is not journaled. That a look was
made is noted in the journal, with how many pairs it found.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import combinations
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.orm import Session

from showroom import dates, words
from showroom.guard import mask
from showroom.i18n import _, ngettext
from showroom.people import customers, duplicates, likeness
from showroom.people.customers import CustomerRow
from showroom.people.likeness import FEW, LISTED, Facts, Likeness, Reason
from showroom.progress import Progress
from showroom.store import journal, models, pinyin
from showroom.store.db import Database
from showroom.store.models import Action

MOST: Final = 1000
"""So many pairs stand in the list, the likeliest."""
CROWD: Final = 30
"""A number or a plate of more customers than that is a company's: it makes no pairs."""
VERB: Final = "look_pairs"
_STEPS: Final = 8


class Look(NamedTuple):
    """What a look through the file found: how many customers, pairs, and pairs that are new."""

    customers: int
    pairs: int
    new: int


class Standing(NamedTuple):
    """A likely pair by its ids; the one who came on file later first."""

    id: int
    one_id: int
    other_id: int
    score: int
    reasons: tuple[Reason, ...]


class Pair(NamedTuple):
    """Two who may be one, as who sits here may see them; `id` is that of the pair."""

    id: int
    one: CustomerRow
    other: CustomerRow
    score: int
    reasons: tuple[Reason, ...]

    @property
    def why(self) -> str:
        """The reasons in words."""
        return " · ".join(_(likeness.REASONS[reason]) for reason in self.reasons)


class Apart(NamedTuple):
    """Two who were said to be different people."""

    id: int
    one_id: int
    one: str
    other: str
    noted_at: datetime


# --- looking


def look(db: Database, progress: Progress | None = None) -> Look:
    """Look through the whole file and make the list anew; some seconds for 100,000 customers.

    Any thread. Raises `Cancelled`; then the list of the last look stays.
    """
    progress = progress or Progress()
    progress.step(0, _STEPS)
    with db.read() as session:
        people = duplicates.load(session, None)
        progress.step(1, _STEPS)
        kept_apart = _apart(session)
    found = _find(people, kept_apart, progress)
    best = sorted(found.items(), key=lambda one: (-one[1].score, -one[0][1], -one[0][0]))[:MOST]
    with db.write() as session:
        before = set(_stored(session))
        there = set(session.scalars(select(models.Customer.id))) if best else set()
        best = [(pair, alike) for pair, alike in best if set(pair) <= there]
        session.execute(delete(models.LikelyPair))
        if best:
            session.execute(insert(models.LikelyPair), [_row(*one, db.now()) for one in best])
        said = ngettext("{count} likely pair", "{count} likely pairs", len(best))
        journal.note(session, VERB, what=said.format(count=f"{len(best):,}"))
    progress.step(_STEPS, _STEPS)
    db.tell()
    return Look(len(people), len(best), sum(pair not in before for pair, _alike in best))


def look_at(session: Session, ids: Collection[int], *, now: datetime) -> None:
    """Look for pairs of these customers alone, as after two became two again."""
    there = set(_stored(session))
    for facts in duplicates.load(session, list(ids)):
        for one in duplicates.alike(session, facts, limit=CROWD, least=LISTED, whole=True):
            pair = (min(one.id, facts.id), max(one.id, facts.id))
            if pair not in there:
                there.add(pair)
                alike = Likeness(one.score, one.reasons)
                session.add(models.LikelyPair(**_row(pair, alike, now)))
    session.flush()


def _row(pair: tuple[int, int], alike: Likeness, now: datetime) -> dict[str, Any]:
    return {
        "low_id": pair[0],
        "high_id": pair[1],
        "score": alike.score,
        "reasons": json.dumps([reason.value for reason in alike.reasons]),
        "found_at": now,
    }


def _stored(session: Session) -> list[tuple[int, int]]:
    pairs = session.execute(select(models.LikelyPair.low_id, models.LikelyPair.high_id))
    return [(low, high) for low, high in pairs]


def _apart(session: Session) -> set[tuple[int, int]]:
    """Who was said to be different people, and who is linked: a couple is two."""
    known = [*session.execute(select(models.Different.low_id, models.Different.high_id))]
    known += session.execute(select(models.Relation.customer_id, models.Relation.other_id))
    return {(min(one, other), max(one, other)) for one, other in known}


def _find(
    people: list[Facts], kept_apart: set[tuple[int, int]], progress: Progress
) -> dict[tuple[int, int], Likeness]:
    """Every pair with `LISTED` points or more: compared are those with something in common."""
    by_id = {one.id: one for one in people}
    named = _grouped((one.name, one.id) for one in people if len(one.name) > 1)
    rare = {name for name, ids in named.items() if len(ids) <= FEW}
    progress.step(2, _STEPS)
    pairs: set[tuple[int, int]] = set()
    for number, marks in enumerate(
        (
            ((number, one.id) for one in people for number in set(one.numbers)),
            ((one.wechat.casefold(), one.id) for one in people if one.wechat),
            ((mark, one.id) for one in people for mark in {*one.plates, *one.vins}),
            (
                ((one.name, likeness.bare(one.address)), one.id)
                for one in people
                if one.address and len(one.name) > 1
            ),
            (
                ((one.name, one.model_id), one.id)
                for one in people
                if one.name in rare and one.model_id is not None
            ),
        ),
        3,
    ):
        for ids in _grouped(marks).values():
            if len(ids) <= CROWD:
                pairs.update(combinations(sorted(ids), 2))
        progress.step(min(number, _STEPS - 1), _STEPS)
    for pair in _mistyped(people, progress):
        pairs.add(pair)
    found = {}
    for count, pair in enumerate(pairs - kept_apart):
        if count % 1000 == 0:
            progress.step(_STEPS - 1, _STEPS)
        one, other = by_id[pair[0]], by_id[pair[1]]
        alike = likeness.compare(one, other, rare=one.name in rare)
        if alike.score >= LISTED:
            found[pair] = alike
    return found


def _mistyped(people: list[Facts], progress: Progress) -> Iterator[tuple[int, int]]:
    """Pairs of one name, or of names that sound the same, whose numbers are one slip apart."""
    sounds: dict[str, str] = {}
    alike: dict[str, list[Facts]] = defaultdict(list)
    for count, one in enumerate(people):
        if count % 5000 == 0:
            progress.step(_STEPS - 1, _STEPS)
        if len(one.name) > 1 and one.numbers:
            sound = sounds.get(one.name) or sounds.setdefault(one.name, pinyin.spelled(one.name))
            alike[f"{len(one.name)}{sound}"].append(one)
    for group in alike.values():
        if len(group) < 2:
            continue
        progress.step(_STEPS - 1, _STEPS)
        slips = (
            (slip, one.id)
            for one in group
            for number in one.numbers
            for slip in likeness.slips(number)
        )
        for ids in _grouped(slips).values():
            yield from combinations(sorted(ids), 2)


def _grouped(marks: Iterable[tuple[Any, int]]) -> dict[Any, set[int]]:
    """Who has a mark in common, where two or more do."""
    first: dict[Any, int] = {}
    more: dict[Any, set[int]] = {}
    for mark, id in marks:
        known = first.setdefault(mark, id)
        if known != id:
            more.setdefault(mark, {known}).add(id)
    return more


# --- when it was looked


def last_look(session: Session) -> datetime | None:
    """When somebody looked last; nothing when nobody ever did."""
    query = select(Action.at).where(Action.verb == VERB).order_by(Action.id.desc())
    return session.scalar(query.limit(1))


def is_due(session: Session, today: date) -> bool:
    """Whether a look is due: none today, or a file came in since."""
    looked = last_look(session)
    if looked is None or dates.local_day(looked) != today:
        return session.scalar(select(models.Customer.id).limit(1)) is not None
    came = session.scalar(select(func.max(models.ImportBatch.at)))
    return came is not None and came > looked


# --- the list


def standing(session: Session) -> list[Standing]:
    """The likely pairs of the last look that stand, most likely first, as who sits here knows them.

    Who was said to be somebody else since, or was linked, is left out; so is a pair that only the
    digits of hidden numbers speak for.
    """
    pair = models.LikelyPair
    sees = mask.sees_all(session)
    found = []
    for id, low, high, score, reasons in session.execute(
        select(pair.id, pair.low_id, pair.high_id, pair.score, pair.reasons)
        .where(*_stands())
        .order_by(pair.score.desc(), pair.high_id.desc())
    ):
        alike = Likeness(score, tuple(Reason(code) for code in json.loads(reasons)))
        if not sees:
            alike = likeness.without_guesses(alike)
        if alike.score >= LISTED:
            found.append(Standing(id, high, low, alike.score, alike.reasons))
    if not sees:
        found.sort(key=lambda one: -one.score)
    return found


def listed(session: Session, found: Sequence[Standing] | None = None) -> list[Pair]:
    """These pairs, or all that stand, with their customers as who sits here may see them."""
    found = standing(session) if found is None else found
    ids = {id for one in found for id in (one.one_id, one.other_id)}
    rows = {row.id: row for row in customers.rows(session, sorted(ids))}
    return [
        Pair(one.id, rows[one.one_id], rows[one.other_id], one.score, one.reasons)
        for one in found
        if one.one_id in rows and one.other_id in rows
    ]


def count(session: Session) -> int:
    """How many pairs `standing` tells."""
    if not mask.sees_all(session):
        return len(standing(session))
    query = select(func.count()).select_from(models.LikelyPair).where(*_stands())
    return session.scalar(query) or 0


def _stands() -> list[ColumnElement[bool]]:
    """Nobody said since that the two are different, and nobody linked them."""
    pair, two, kin = models.LikelyPair, models.Different, models.Relation
    ends = (pair.low_id, pair.high_id)
    known = (
        select(two.id).where(two.low_id == pair.low_id, two.high_id == pair.high_id),
        select(kin.id).where(kin.customer_id.in_(ends), kin.other_id.in_(ends)),
    )
    return [~one.correlate(pair).exists() for one in known]


def apart(session: Session) -> list[Apart]:
    """Who was said to be different people, the last first."""
    found = session.scalars(
        select(models.Different).order_by(models.Different.id.desc()).limit(MOST)
    ).all()
    ids = {id for row in found for id in (row.low_id, row.high_id)}
    names = {
        row.id: words.called(row.name, row.honorific) or _("No name")
        for row in customers.rows(session, sorted(ids))
    }
    return [
        Apart(row.id, row.low_id, names[row.low_id], names[row.high_id], row.noted_at)
        for row in found
        if row.low_id in names and row.high_id in names
    ]
