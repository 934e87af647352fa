"""What the invented showroom did after the sale: complaints and what became of them, notices."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from showroom import dates
from showroom.sample.lives import Life
from showroom.store.models import AdvisoryKind, Alert, CareStep, Gravity, Reply, TraitKind, Way

Rows = list[dict[str, Any]]
People = Sequence[tuple[int, Life]]

SAID: Final = (
    ("waiting", Gravity.ORDINARY, "说好两点交车，等到四点半才办完"),
    ("promise", Gravity.ORDINARY, "答应送的脚垫一直没有给"),
    ("repair", Gravity.ORDINARY, "右前门异响，来了两次还在响"),
    ("attitude", Gravity.ORDINARY, "打电话问上牌，接电话的人爱理不理"),
    ("quality", Gravity.ESCALATED, "中控屏一周黑了三次"),
    ("charges", Gravity.ORDINARY, "上牌服务费和当初说的不一样"),
)
DONE: Final = {
    CareStep.CALMED: "",
    CareStep.ANSWERED: "今天内给您答复，由我负责",
    CareStep.HANDLED: "已解决，向客户当面说明",
    CareStep.CALLED: "客户表示满意",
}
AFTER: Final = {  # hours after it was taken
    CareStep.CALMED: 0.2,
    CareStep.ANSWERED: 3.0,
    CareStep.HANDLED: 27.0,
    CareStep.CALLED: 44.0,
}
SENT: Final = (  # days ago, and what share of those it meets was told
    (41, AdvisoryKind.TYRES, None, 1.0),
    (16, AdvisoryKind.RAIN, Alert.ORANGE, 0.9),
    (0, AdvisoryKind.COLD, Alert.YELLOW, 0.3),
)
WORDS: Final = {
    AdvisoryKind.TYRES: "近期气温变化大，请检查轮胎气压和花纹，备胎也看一下。",
    AdvisoryKind.RAIN: "近日有暴雨，请勿涉水行驶；万一在水中熄火，请不要再次启动。",
    AdvisoryKind.COLD: "寒潮将至，请检查防冻液、玻璃水、电瓶和胎压，路上慢一点。",
}
OPEN: Final = 2
HOBBY: Final = "钓鱼"


class Care:
    """Rows about these people, each under its id; the same people make the same rows."""

    def __init__(self, people: People, now: datetime, staff: list[int], manager: int) -> None:
        self.rng = Random(len(people))
        self.people, self.now, self.today = people, now, dates.local_day(now)
        self.staff, self.manager = staff, manager

    def absences(self) -> Rows:
        """A consultant is on leave for three days next week; another one makes his calls."""
        if len(self.staff) < 2:
            return []
        first = self.today + timedelta(days=4)
        last = first + timedelta(days=2)
        stands = {"staff_id": self.staff[-1], "stand_in_id": self.staff[0]}
        return [{**stands, "first_on": first, "last_on": last}]

    def complaints(self, causes: dict[str, int], hours: dict[str, int]) -> tuple[Rows, list[Rows]]:
        """Complaints, and the steps of each without its id; the last ones are still open."""
        rng = self.rng
        before = self.today - timedelta(days=5)
        bought = [
            (id, life) for id, life in self.people if (self._got(life) or self.today) < before
        ]
        rng.shuffle(bought)
        known = [said for said in SAID if said[0] in causes]
        rows, steps = [], []
        for number, (id, life) in enumerate(bought[: max(len(bought) // 9, OPEN + 1)]):
            is_open = number < OPEN
            got = self._got(life) or self.today
            code, gravity, said = known[number % len(known)]
            day = min(got + timedelta(days=rng.randint(1, 20)), self.today - timedelta(days=4))
            at = dates.at(day, time(rng.randint(9, 17), rng.randint(0, 59)))
            if is_open:
                at = dates.at(self.today - timedelta(days=number), time(15, 20))
                at = min(at, self.now - timedelta(minutes=35))
            about = life.consultant_id if code in ("promise", "attitude") else None
            others = [one for one in (*self.staff, self.manager) if one != about]
            done = [CareStep.CALMED, CareStep.ANSWERED][:number] if is_open else list(DONE)
            times = {step: at + timedelta(hours=AFTER[step]) for step in done}
            whose = rng.choice(others)
            rows.append(
                {
                    "customer_id": id,
                    "day": dates.local_day(at),
                    "taken_at": at,
                    "taken_by_id": whose,
                    "cause_id": causes[code],
                    "gravity": gravity,
                    "words": said,
                    "about_id": about,
                    "responsible_id": whose,
                    "answer_by": at + timedelta(hours=hours[gravity]),
                    "answered_at": times.get(CareStep.ANSWERED),
                    "handled_at": times.get(CareStep.HANDLED),
                    "closed_at": None if is_open else at + timedelta(hours=46),
                    "closed_by_id": None if is_open else self.manager,
                    "reopened": 0,
                }
            )
            steps.append(
                [
                    {"kind": step, "at": times[step], "staff_id": whose, "words": DONE[step]}
                    for step in done
                ]
            )
        return rows, steps

    def notices(self) -> Rows:
        """Three notices by text message, the last one of today."""
        rows = []
        for days, kind, colour, _share in SENT:
            day = self.today - timedelta(days=days)
            rows.append(
                {
                    "kind": kind,
                    "colour": colour,
                    "day": day,
                    "way": Way.SMS,
                    "words": WORDS[kind],
                    "rule": '{"owners": true}',
                    "made_at": min(dates.at(day, time(8, 40)), self.now),
                    "staff_id": self.manager,
                }
            )
        return rows

    def told(self, notices: Sequence[int], agreed: Sequence[int]) -> Rows:
        """Who of the owners that agreed to text messages was told of each."""
        may = set(agreed)
        rows = []
        for (days, _kind, _colour, share), notice in zip(SENT, notices, strict=True):
            day = self.today - timedelta(days=days)
            at = min(dates.at(day, time(9, 5)), self.now)
            for id, life in self.people:
                had = self._got(life)
                if id in may and had is not None and had <= day and self.rng.random() < share:
                    told = {"advisory_id": notice, "customer_id": id, "at": at}
                    rows.append({**told, "staff_id": life.consultant_id})
        return rows

    def club(self) -> dict[str, Any]:
        """The list of who likes to fish, a club."""
        return {
            "name": "钓友会",
            "rule": json.dumps({"hobby": HOBBY}, ensure_ascii=False),
            "staff_id": self.manager,
            "made_at": dates.at(self.today - timedelta(days=60), time(16, 0)),
            "club": True,
        }

    def activity(self, club_id: int) -> dict[str, Any]:
        """What the club did three weeks ago."""
        day = self.today - timedelta(days=22)
        facts = {"name": "水库垂钓", "day": day, "until": day, "place": "西丽水库", "note": ""}
        return {**facts, "prize": "", "trace_days": 30, "club_id": club_id}

    def guests(self, event_id: int, traits: Rows) -> Rows:
        """Who was invited to it, two in three came."""
        day = self.today - timedelta(days=22)
        known = {id: life for id, life in self.people if life.first_on < day}
        likes = [
            row["customer_id"]
            for row in traits
            if row["kind"] is TraitKind.LEISURE and row["words"] == HOBBY
        ]
        rows = []
        for number, id in enumerate([one for one in likes if one in known][:24], 1):
            came = number % 3 != 0
            rows.append(
                {
                    "event_id": event_id,
                    "customer_id": id,
                    "staff_id": known[id].consultant_id,
                    "invited_at": dates.at(day - timedelta(days=5), time(15, 10)),
                    "reply": Reply.COMES if came else Reply.NOT,
                    "came_at": dates.at(day, time(9, 20 + number)) if came else None,
                    "people": 1,
                    "ticket": number if came else None,
                }
            )
        return rows

    def _got(self, life: Life) -> date | None:
        return life.sale.delivered_on if life.sale is not None else None
