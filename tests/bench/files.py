"""A file with 500 entries of a life: read in ≤ 50 ms, shown without a silence over 50 ms.

The floor of reading is the bare driver fetching the same rows: the customer, his numbers, visits
with what was asked, contacts, and the changes the journal keeps of him.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from showroom.people import customers, fields, phones, relations, timeline, vehicles
from showroom.store import journal
from showroom.store.db import Database, connect
from showroom.store.models import Ask, FieldKind, FollowUp, Moment, Outcome, Promise, Visit
from showroom.store.models import VisitKind as Kind
from tests.bench import desks, startup
from tests.bench.measure import Measure, in_turn

NAME = "万里长"
PROMISED = (("median", 50.0),)
SQL = (
    "SELECT * FROM customer WHERE id = :id",
    "SELECT * FROM phone WHERE customer_id = :id",
    "SELECT * FROM visit WHERE customer_id = :id",
    "SELECT * FROM ask WHERE visit_id IN (SELECT id FROM visit WHERE customer_id = :id)",
    "SELECT * FROM follow_up WHERE customer_id = :id",
    "SELECT * FROM action WHERE subject_table = 'customer' AND subject_id = :id",
    "SELECT c.* FROM action a JOIN change c ON c.action_id = a.id "
    "WHERE a.subject_table = 'customer' AND a.subject_id = :id",
)


def run(quick: bool) -> list[Measure]:
    """Reading, then the panel (`scripts.file`)."""
    folder = desks.copy(quick, "file")
    db = desks.opened(folder)
    id = fill(db, 20 if quick else 500)
    bare = connect(db.path, db.key)

    def ours() -> None:
        with db.read() as session:
            customers.file(session, id)
            entries = timeline.of_customer(session, id)
            phones.sharing(session, id)
        assert quick or len(entries) >= 500

    def floor() -> None:
        for query in SQL:
            bare.execute(query, {"id": id}).fetchall()

    mine, its = in_turn(2 if quick else 30, ours, floor)
    bare.close()
    db.close()
    rounds = "1" if quick else "5"
    runs = [
        startup.told(startup.OURS, str(folder), "file", rounds)["steps"]
        for _run in range(1 if quick else 5)
    ]
    return [
        Measure("file: 500 entries read", mine, its, promises=PROMISED),
        *startup.stalls("file", runs),
    ]


def fill(db: Database, wanted: int) -> int:
    """A customer of whom so many things are told: visits, contacts, changes, people, cars."""
    now, today = db.now(), db.today()
    with db.write() as session:
        id = customers.add(session, name=NAME, phone="18600009999", now=now, today=today).id
    with db.write() as session:
        field = fields.add(session, zh="面积", kind=FieldKind.NUMBER).id
        car = vehicles.save(session, id, plate="粤B12345", today=today).id
        others = session.connection().exec_driver_sql("SELECT id FROM customer LIMIT 20").all()
    part = wanted // 5
    with db.write() as session:
        journal.act(session, "sample")
        _visits(session, id, part, now)
        journal.insert_many(
            session,
            FollowUp,
            [
                {
                    "customer_id": id,
                    "rule": Promise.TWO_MONTHS,
                    "due_on": today - timedelta(days=each),
                    "done_at": now - timedelta(days=each),
                    "result": "还在对比,周末再来",
                }
                for each in range(part)
            ],
        )
    for each in range(part):
        with db.write() as session:
            customers.change(session, id, note=f"第 {each} 次改的备注", wechat=f"wan{each}")
        with db.write() as session:
            fields.put(session, id, field, str(each))
        with db.write() as session:
            if each < 10 and others[each][0] != id:
                relations.link(session, id, others[each][0], "friend", now=now)
            else:
                vehicles.save(session, id, car, plate="粤B12345", km=each, today=today)
    return id


def _visits(session: Any, id: int, count: int, now: Any) -> None:
    visits = journal.insert_many(
        session,
        Visit,
        [
            {
                "kind": Kind.WALK_IN,
                "day": (now - timedelta(days=each)).date(),
                "number": 9000 + each,
                "arrived_at": now - timedelta(days=each),
                "left_at": now - timedelta(days=each) + timedelta(minutes=40),
                "people": 2,
                "customer_id": id,
            }
            for each in range(1, count + 1)
        ],
    )
    asks = [
        {"visit_id": visit, "moment": moment, "outcome": Outcome.GIVEN, "at": now}
        for visit in visits
        for moment in (Moment.SEATED, Moment.GIFT)
    ]
    journal.insert_many(session, Ask, asks)
