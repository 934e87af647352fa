"""Who is on file already: p99 ≤ 30 ms a key at 100,000; the floor asks the same indexes bare.

And the look through the whole file, and a merge with its undo.
"""

from __future__ import annotations

import random
from typing import Any

from showroom.people import duplicates, likeness, merging, pairs, search, unmerging
from showroom.people.likeness import Facts
from showroom.store import index
from showroom.store.db import Database, connect
from tests.bench import desks
from tests.bench.measure import Measure, each_in_turn, in_turn, seconds

FAST = (("p99", 30.0),)
SECONDS = 20.0
NUMBERS = "SELECT customer_id FROM phone WHERE number IN ({marks})"
BEGUN = "SELECT customer_id FROM phone WHERE number BETWEEN ? AND ?"
WECHAT = "SELECT id FROM customer WHERE wechat IN (?, ?)"
NAMED = (
    "SELECT c.id FROM (SELECT rowid AS id FROM customer_fts WHERE customer_fts MATCH ?"
    " ORDER BY 1 DESC LIMIT 1000) f CROSS JOIN customer c ON c.id = f.id WHERE c.name = ?"
)


def run(quick: bool) -> list[Measure]:
    """A number half typed and whole, a WeChat, a name with its model, all of it; then the look."""
    folder = desks.copy(quick, "duplicates")
    db = desks.opened(folder)
    bare = connect(db.path, db.key)
    count, rounds = (3, 1) if quick else (100, 3)
    with db.read() as session:
        ids = search.find(session)
        people = duplicates.load(session, random.Random(5).sample(ids, min(count, len(ids))))

    def alike(facts: Facts) -> int:
        with db.read() as session:
            return len(duplicates.alike(session, facts))

    def floor(facts: Facts) -> int:
        return ask(bare, facts)

    measures = []
    for name, typed in kinds(people).items():
        for facts in typed[:3]:
            alike(facts)
            floor(facts)
        mine, its = each_in_turn(rounds, typed, alike, floor)
        measures.append(Measure(f"duplicates: {name}", mine, its, promises=FAST))
    look = [seconds(pairs.look, db) for _time in range(1 if quick else 3)]
    slow = (("longest", SECONDS),)
    measures.append(Measure("duplicates: a look through all", look, unit="s", promises=slow))
    measures += merges(db, ids[:2], count=3 if quick else 20)
    bare.close()
    db.close()
    return measures


def kinds(people: list[Facts]) -> dict[str, list[Facts]]:
    """What stands in a form while somebody of the file is typed once more."""
    known = [one for one in people if one.numbers]
    return {
        "seven digits of a phone": [
            Facts(begun=[index.national(one.numbers[0])[:7]]) for one in known
        ],
        "a phone, and one slip apart": [Facts(numbers=one.numbers) for one in known],
        "a WeChat": [Facts(wechat=f"wx_{one.id:06}") for one in people],
        "a name and its model": [Facts(name=one.name, model_id=one.model_id) for one in people],
        "all at once": [one._replace(id=0, wechat=f"wx_{one.id:06}") for one in known],
    }


def ask(bare: Any, facts: Facts) -> int:
    """The same indexes, by hand."""
    found = 0
    numbers = [other for one in facts.numbers for other in (one, *likeness.neighbours(one))]
    if numbers:
        marks = ", ".join("?" * len(numbers))
        found += len(bare.execute(NUMBERS.format(marks=marks), numbers).fetchall())
    for digits in facts.begun:
        found += len(bare.execute(BEGUN, (f"+86{digits}", f"+86{digits}:")).fetchall())
    if facts.wechat:
        found += len(bare.execute(WECHAT, (facts.wechat, facts.wechat.lower())).fetchall())
    if len(facts.name) > 1:
        own = index.name_tokens(facts.name)
        match = " AND ".join(dict.fromkeys(own[len(facts.name) :] or own))
        found += len(bare.execute(NAMED, (match, facts.name)).fetchall())
    return found


def merges(db: Database, ids: list[int], *, count: int) -> list[Measure]:
    """Two become one, and two again."""
    one, other = ids
    now, today = db.now(), db.today()

    def merge() -> None:
        with db.write() as session:
            merging.merge(session, other, one, now=now, today=today)

    def part() -> None:
        with db.write() as session:
            unmerging.undo(session)

    apart, together = in_turn(count, part, merge)
    return [
        Measure("duplicates: two customers become one", together),
        Measure("duplicates: and two again", apart),
    ]
