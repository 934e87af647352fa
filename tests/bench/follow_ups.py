"""The list of the day at 100,000 customers and 300,000 contacts ≤ 30 ms, and one consultant's.

The floor is the bare driver reading the same rows by their day, without value, level, and who must
not be called.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random

from sqlalchemy import func, select

from showroom.care import followups
from showroom.people import promises
from showroom.store import journal
from showroom.store.db import Database, connect
from showroom.store.models import Customer, FollowUp, Promise
from tests.bench import desks
from tests.bench.measure import Measure, in_turn

PROMISED, STALL = (("median", 30.0),), (("median", 50.0),)
SHOWN = 50
RULES = (Promise.WEEK, Promise.VISIT, Promise.TWO_MONTHS, Promise.BIRTHDAY, Promise.INSURANCE)
BARE = "SELECT id, due_on FROM follow_up WHERE done_at IS NULL AND due_on <= ? ORDER BY due_on, id"


def run(quick: bool) -> list[Measure]:
    """The list of everybody, of one, and the lines that are seen."""
    db = desks.opened(desks.copy(quick, "follow_ups"))
    today = db.today()
    fill(db, 600 if quick else 300_000)
    with db.read() as session:
        due = followups.due(session, today)
        rows = followups.rows(session, due[:1], today)
    bare = connect(db.path, db.key)

    def everybody() -> None:
        with db.read() as session:
            followups.due(session, today)

    def one() -> None:
        with db.read() as session:
            followups.due(session, today, staff_id=rows[0].staff_id)

    def board() -> None:
        with db.read() as session:
            followups.board(session, today)

    def lines() -> None:
        with db.read() as session:
            followups.rows(session, due[:SHOWN], today)

    def floor() -> None:
        bare.execute(BARE, (str(today),)).fetchall()

    for each in (everybody, one, board, lines, floor):  # the first time SQL is compiled, too
        each()
    runs = 2 if quick else 15
    whole, least = in_turn(runs, everybody, floor)
    his, page = in_turn(runs, one, board)
    some, _floor = in_turn(runs, lines, floor)
    bare.close()
    db.close()
    return [
        Measure(f"follow-ups: {len(due):,} due today", whole, least, promises=PROMISED),
        Measure("… of one consultant", his, promises=PROMISED),
        Measure("… with what is to come and what is done", page, promises=STALL),
        Measure(f"… the {SHOWN} lines that are seen", some, promises=STALL),
    ]


def fill(db: Database, wanted: int) -> None:
    """Contacts until there are so many: half of them done, of the others one in thirty is due."""
    rng, now, today = Random(7), db.now(), db.today()
    with db.write() as session:
        journal.act(session, "sample")
        there = session.scalar(select(func.count()).select_from(FollowUp)) or 0
        query = select(Customer.id, Customer.consultant_id)
        people = session.execute(query.where(Customer.status.in_(promises.CONTACTED))).all()
        rows = []
        for number in range(max(0, wanted - there)):
            id, consultant_id = rng.choice(people)
            done, away = number % 2 == 0, rng.randint(-5, 145)
            rows.append(
                {
                    "customer_id": id,
                    "rule": rng.choice(RULES),
                    "due_on": today + timedelta(days=away if not done else -abs(away)),
                    "staff_id": consultant_id,
                    "done_at": now - timedelta(days=abs(away)) if done else None,
                    "result": "还在对比" if done else "",
                }
            )
        journal.insert_many(session, FollowUp, rows)
