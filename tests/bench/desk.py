"""A desk with 300 visits today: read anew in ≤ 50 ms, and no key of a visit takes longer.

The floor of a reload is the bare driver reading the day's visits.
"""

from __future__ import annotations

import random
from datetime import timedelta

from sqlalchemy import func, select

from showroom import choices
from showroom.guard import staff
from showroom.store import journal
from showroom.store.db import Database, connect
from showroom.store.models import Ask, ChoiceKind, Customer, Level, Moment, Outcome, Role, Visit
from showroom.store.models import VisitKind as Kind
from tests.bench import desks, startup
from tests.bench.measure import Measure, seconds

HERE, VISITS = 8, 300
DAY = "SELECT * FROM visit WHERE day = ? ORDER BY arrived_at"


def run(quick: bool) -> list[Measure]:
    """The steps of `scripts.desk`, each kind by itself."""
    runs, floor = [], []
    for number in range(1 if quick else 5):  # the script writes: each time in a copy of its own
        folder = desks.copy(quick, f"desk{number}")
        db = desks.opened(folder)
        fill(db, 10 if quick else VISITS)
        db.close()
        floor += least(db)
        runs.append(startup.told(startup.OURS, str(folder), "desk", "1" if quick else "5")["steps"])
    return [
        Measure(one.name, one.ours, floor, promises=one.promises)
        if one.name.endswith("read anew")
        else one
        for one in startup.stalls("desk", runs)
    ]


def least(db: Database) -> list[float]:
    """The day's visits by the bare driver, some times."""
    bare = connect(db.path, db.key)
    day = (db.today().isoformat(),)
    times = [seconds(lambda: bare.execute(DAY, day).fetchall()) * 1000 for _time in range(20)]
    bare.close()
    return times


def fill(db: Database, wanted: int) -> None:
    """As many visits today as wanted; some parties are here, some left with something missing."""
    chance = random.Random(4)
    now, today = db.now(), db.today()
    with db.write() as session:
        journal.act(session, "sample")
        there = session.scalar(select(func.count(Visit.id)).where(Visit.day == today)) or 0
        number = session.scalar(select(func.max(Visit.number)).where(Visit.day == today)) or 0
        owners = session.scalars(select(Customer.id).limit(wanted)).all()
        people = [one.id for one in staff.everyone(session, Role.CONSULTANT)]
        models = [option.id for option in choices.options(session, ChoiceKind.MODEL)]
        channels = [option.id for option in choices.options(session, ChoiceKind.CHANNEL)]
        rows = []
        for place in range(max(wanted - there, HERE)):
            known = chance.random() < 0.7
            rows.append(
                {
                    "kind": Kind.WALK_IN,
                    "day": today,
                    "number": number + 1 + place,
                    "arrived_at": now - timedelta(minutes=30),
                    "left_at": None if place < HERE else now - timedelta(minutes=5),
                    "people": chance.randint(1, 4),
                    "consultant_id": chance.choice(people),
                    "customer_id": chance.choice(owners) if known else None,
                    "name": "张伟" if known else "",
                    "model_id": chance.choice(models) if place % 20 else None,
                    "channel_id": chance.choice(channels),
                    "level": chance.choice(list(Level)[:3]) if known else None,
                }
            )
        visits = journal.insert_many(session, Visit, rows)
        asks = [
            {"visit_id": visit, "moment": moment, "outcome": Outcome.GIVEN, "at": now}
            for visit in visits
            for moment in chance.sample(list(Moment), 2)
        ]
        journal.insert_many(session, Ask, asks)
