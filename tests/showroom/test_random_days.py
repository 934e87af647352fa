"""Random days at the desk, played through its services and recounted by looking at every row."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from sqlalchemy import text

from showroom import choices, dates
from showroom.door import (
    appointments,
    checkin,
    close,
    handover,
    identity,
    moments,
    reception,
    testdrives,
)
from showroom.figures import desk, figures, register
from showroom.guard import erasure
from showroom.store.models import (
    Cause,
    ChoiceKind,
    HandOver,
    Level,
    Moment,
    Refusal,
    VisitKind,
)
from tests import builders as make
from tests.showroom.playing import FIRST_DAY, PHONES, Player, plays

NAMES = ["张伟", "李雪", "", "王芳"]
MOMENTS, REFUSALS, LEVELS = list(Moment), list(Refusal), [Level.WEEK, Level.MONTH, None]

STEPS = [  # what happens oftener stands here oftener
    "wait",  # what a failing day is shortened to
    *["arrive"] * 5,
    *["phone"] * 4,
    *["refuse"] * 3,
    *["leave"] * 4,
    *["next_day"] * 2,
    *["undo"] * 2,
    *["model", "level", "call", "errand", "unmet", "hand_over", "given", "drive", "back", "redo"],
    *["recognise", "part", "arrived", "expect", "check_in", "close", "order", "erase"],
]
PLAY = plays(STEPS, least=15)


class Showroom(Player):
    """Days at the desk; which ones."""

    def furnish(self, session: Any) -> None:
        self.days = [FIRST_DAY]
        self.reason = choices.options(session, ChoiceKind.UNMET)[0].id

    def take(self, step: str, a: int, b: int) -> None:
        if self.today not in self.days:  # past midnight
            self.days.append(self.today)
        super().take(step, a, b)

    def rows(self, query: str, **values: Any) -> list[Any]:
        with self.db.read() as session:
            return list(session.execute(text(query), values).mappings())

    def _visit(self, number: int) -> int:
        """One of the latest five visits; where nobody came yet, somebody comes."""
        latest = "SELECT id FROM visit ORDER BY arrived_at DESC, id DESC LIMIT 5"
        found = self.rows(latest)
        if not found:
            self._arrive(number, number)
            found = self.rows(latest)
        return int(found[number % len(found)]["id"])

    def _arrive(self, a: int, _b: int) -> None:
        with self.db.write() as session:
            reception.arrive(session, people=a + 1, now=self.now)

    def _call(self, _a: int, _b: int) -> None:
        with self.db.write() as session:
            reception.arrive(session, now=self.now, kind=VisitKind.CALL)

    def _errand(self, a: int, _b: int) -> None:
        with self.db.write() as session:
            reception.arrive(session, people=a + 1, now=self.now, kind=VisitKind.ERRAND)

    def _phone(self, a: int, b: int) -> None:
        visit = self._visit(a)
        with self.db.write() as session:
            reception.complete(
                session, visit, now=self.now, name=NAMES[b % 4], phone=PHONES[b // 3]
            )

    def _model(self, a: int, _b: int) -> None:
        visit = self._visit(a)
        with self.db.write() as session:
            reception.complete(session, visit, now=self.now, model_id=self.model)

    def _level(self, a: int, b: int) -> None:
        visit = self._visit(a)
        with self.db.write() as session:
            reception.complete(session, visit, now=self.now, level=LEVELS[b % 3])

    def _refuse(self, a: int, b: int) -> None:
        visit = self._visit(a)
        with self.db.write() as session:
            moments.ask(session, visit, MOMENTS[b % 2], refusal=REFUSALS[b % 4], now=self.now)

    def _given(self, a: int, b: int) -> None:
        visit = self._visit(a)
        with self.db.write() as session:
            moments.ask(session, visit, MOMENTS[b % 7], now=self.now)

    def _drive(self, a: int, b: int) -> None:
        visit = self._visit(a)
        with self.db.write() as session:
            testdrives.set_driven(session, visit, b % 4 > 0, now=self.now)

    def _hand_over(self, a: int, b: int) -> None:
        visit = self._visit(a)
        with self.db.write() as session:
            who = [*self.crew, None][b % 3]
            handover.hand_over(session, visit, who, HandOver.ASSIGNED if who else None)

    def _leave(self, a: int, _b: int) -> None:
        visit = self._visit(a)
        with self.db.write() as session:
            reception.leave(session, visit, at=self.now)

    def _unmet(self, a: int, _b: int) -> None:
        visit = self._visit(a)
        with self.db.write() as session:
            reception.leave_unmet(session, visit, reason_id=self.reason, at=self.now)

    def _back(self, a: int, _b: int) -> None:
        visit = self._visit(a)
        with self.db.write() as session:
            reception.come_back(session, visit)

    def _arrived(self, a: int, b: int) -> None:
        visit = self._visit(a)
        with self.db.write() as session:
            reception.change_arrival(session, visit, self.now - timedelta(minutes=b * 20))

    def _recognise(self, a: int, b: int) -> None:
        visit = self._visit(a)
        guests = self.rows("SELECT id FROM customer WHERE contact_on IS NULL ORDER BY id")
        with self.db.write() as session:
            if guests:
                identity.recognise(session, visit, guests[b % len(guests)]["id"])

    def _part(self, a: int, _b: int) -> None:
        visit = self._visit(a)
        with self.db.write() as session:
            identity.part(session, visit)

    def _order(self, a: int, _b: int) -> None:
        visit = self._visit(a)
        (row,) = self.rows("SELECT customer_id FROM visit WHERE id = :id", id=visit)
        if row["customer_id"] is None:
            return
        today = dates.local_day(self.now)
        with self.db.write() as session:
            make.a_deal(
                session,
                row["customer_id"],
                model_id=self.model,
                ordered_on=today,
                today=today,
                now=self.now,
            )

    def _erase(self, a: int, _b: int) -> None:
        found = self.rows("SELECT id FROM customer ORDER BY id")
        with self.db.write() as session:
            if found:
                erasure.erase(session, found[a % len(found)]["id"], why=Cause.ASKED)

    def _expect(self, a: int, b: int) -> None:
        at = self.now + timedelta(hours=1 + 12 * (b % 3))
        with self.db.write() as session:
            appointments.make(
                session, at=at, now=self.now, name=NAMES[3], phone=PHONES[a % 4], people=2
            )

    def _check_in(self, a: int, _b: int) -> None:
        found = self.rows("SELECT id FROM appointment ORDER BY id")
        with self.db.write() as session:
            if found:
                checkin.check_in(session, found[a % len(found)]["id"], now=self.now)

    def _next_day(self, _a: int, b: int) -> None:
        day = dates.local_day(self.now) + timedelta(days=1 + (b == 0))
        self.now = dates.at(day, time(9))
        self.days.append(day)

    def _close(self, _a: int, _b: int) -> None:
        """Everybody leaves, and the day is signed with what a recount says."""
        today = dates.local_day(self.now)
        here = self.rows("SELECT id, arrived_at FROM visit WHERE left_at IS NULL")
        with self.db.write() as session:
            for row in here:
                reception.leave(session, row["id"], at=max(self.now, moment(row["arrived_at"])))
        with self.db.write() as session:
            totals = register.totals(session, today)
            close.sign(session, today, totals=totals, receptionist="李静", now=self.now)
        recounted = Recount(self, today).figures()
        assert totals == pytest.approx({code: recounted[code] for code in totals})


# --- the recount: nothing of the program but its rows


def moment(written: str) -> datetime:
    """A moment as the file keeps it."""
    return datetime.fromisoformat(f"{written.rstrip('Z')}+00:00")


class Recount:
    """One day by looking at every row, in plain Python."""

    def __init__(self, showroom: Showroom, day: date) -> None:
        self.visits = showroom.rows("SELECT * FROM visit ORDER BY arrived_at, id")
        self.asks = showroom.rows("SELECT * FROM ask")
        self.customers = {row["id"]: row for row in showroom.rows("SELECT * FROM customer")}
        self.driven = {row["visit_id"] for row in showroom.rows("SELECT * FROM test_drive")}
        self.deals = showroom.rows("SELECT * FROM deal")
        self.appointments = showroom.rows("SELECT * FROM appointment")
        self.day = day.isoformat()
        self.today = [v for v in self.visits if v["day"] == self.day]
        self.came = [v for v in self.today if v["kind"] != "call"]
        self.met = [v for v in self.came if v["kind"] == "walk_in" and not v["unmet_id"]]

    def contact(self, visit: Any) -> str:
        """The day on which who came left his contact; "" for never."""
        customer = self.customers.get(visit["customer_id"])
        return (customer and customer["contact_on"]) or ""

    def again(self, visit: Any) -> bool:
        """Whether he walked in on an earlier day."""
        return visit["customer_id"] is not None and any(
            v["customer_id"] == visit["customer_id"]
            and v["kind"] == "walk_in"
            and v["day"] < self.day
            for v in self.visits
        )

    def parties(self) -> list[Any]:
        """The walk-ins that were received; the same customer once a day."""
        seen = set()
        found = []
        for visit in self.met:
            who = visit["customer_id"] or f"visit {visit['id']}"
            if who not in seen:
                seen.add(who)
                found.append(visit)
        return found

    def lacks(self, visit: Any) -> bool:
        """Whether it is over and not filled in, by what the desk asks for when nobody said."""
        if visit["left_at"] is None or visit["unmet_id"] or visit["kind"] == "errand":
            return False
        if (self.customers.get(visit["customer_id"]) or {}).get("erased_at"):
            return False  # nobody can fill it in any more
        if visit["consultant_id"] is None:
            return True
        if visit["kind"] == "call":
            return False
        known = "" < self.contact(visit) <= self.day
        asked = any(ask["visit_id"] == visit["id"] for ask in self.asks)
        contact = visit["name"] and visit["level"] if known else asked
        return not (visit["model_id"] and visit["channel_id"] and contact)

    @staticmethod
    def minutes(visits: list[Any]) -> list[float]:
        over = [v for v in visits if v["left_at"] is not None]
        return [(moment(v["left_at"]) - moment(v["arrived_at"])).total_seconds() / 60 for v in over]

    def figures(self) -> dict[str, Any]:
        """Every figure of the desk, by its code."""
        firsts = [v for v in self.parties() if not self.again(v)]
        fresh = [v for v in firsts if not "" < self.contact(v) < self.day]
        left = [v for v in fresh if self.contact(v) == self.day]
        stays = self.minutes(self.met)
        waits = self.minutes([v for v in self.came if v["unmet_id"] and v["kind"] == "walk_in"])
        due = [a for a in self.appointments if a["day"] == self.day and not a["cancelled_at"]]
        kept = [a for a in due if a["visit_id"] is not None]
        return {
            "parties": len(self.came),
            "people": sum(v["people"] for v in self.came),
            "first": len(firsts),
            "came_again": len(self.parties()) - len(firsts),
            "left": len(left),
            "contacts": mean([v in left for v in fresh]),
            "stay": mean(stays),
            "drives": sum(v["id"] in self.driven for v in self.came if v["kind"] == "walk_in"),
            "orders": sum(deal["ordered_on"] == self.day for deal in self.deals),
            "calls": len(self.today) - len(self.came),
            "errands": sum(v["kind"] == "errand" for v in self.today),
            "unmet": len(waits),
            "wait": mean(waits),
            "appointments": mean([a in kept for a in due]),
            "incomplete": sum(self.lacks(v) for v in self.today),
        }

    def by_moment(self) -> Counter[tuple[str, str | None]]:
        walk_ins = {v["id"] for v in self.today if v["kind"] == "walk_in"}
        return Counter(
            (ask["moment"], ask["refusal"]) for ask in self.asks if ask["visit_id"] in walk_ins
        )

    def by_consultant(self) -> dict[int | None, tuple[int, int, int]]:
        """Walk-ins, first visits that could leave a contact, and those that did."""
        found: dict[int | None, list[int]] = defaultdict(lambda: [0, 0, 0])
        for visit in self.parties():
            line = found[visit["consultant_id"]]
            line[0] += 1
            if not self.again(visit) and not "" < self.contact(visit) < self.day:
                line[1] += 1
                line[2] += self.contact(visit) == self.day
        return {who: (a, b, c) for who, (a, b, c) in found.items()}

    def by_hour(self) -> Counter[int]:
        return Counter(dates.local(moment(v["arrived_at"])).hour for v in self.came)

    def owing(self) -> Counter[int]:
        return Counter(v["consultant_id"] or 0 for v in self.today if self.lacks(v))


def mean(numbers: list[Any]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None


def check(showroom: Showroom) -> None:
    """All figures of all days, and what must be true of everybody."""
    for day in showroom.days:
        mine = Recount(showroom, day)
        with showroom.db.read() as session:
            found = desk.look(session, day)
            top = figures.day(session, day)
        shown = {figure.code: figure.value for figure in found.figures}
        assert shown == pytest.approx(mine.figures(), abs=0.001), day
        for figure in top:
            if figure.code in shown:
                assert figure.value == shown[figure.code]
        asks = {
            (row.moment.value, refusal and refusal.value): n
            for row in found.moments
            for refusal, n in [(None, row.given), *row.refusals.items()]
            if n
        }
        assert asks == mine.by_moment()
        assert {
            s.key: (s.counts.walk_ins, s.counts.fresh, s.counts.left)
            for s in found.consultants
            if s.counts.walk_ins
        } == mine.by_consultant()
        hours = Counter(dict(enumerate(found.hours, found.first_hour)))
        assert +hours == mine.by_hour()
        assert {row.consultant_id: len(row.ids) for row in found.owing} == mine.owing()
    for row in showroom.rows(
        "SELECT c.id, contact_on, count(p.id) AS phones FROM customer c"
        " LEFT JOIN phone p ON p.customer_id = c.id WHERE c.erased_at IS NULL GROUP BY c.id"
    ):
        assert (row["contact_on"] is not None) == (row["phones"] > 0), row["id"]


@pytest.mark.slow
@settings(max_examples=100)
@given(steps=PLAY)
def test_the_figures_of_random_days_are_what_a_recount_says(new_desk, steps):
    with new_desk() as db:
        played = Showroom(db)
        played.play(steps)
        check(played)
