"""What the invented showroom knows of its people: cars, archives, couples, losses, satisfaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from showroom import dates
from showroom.care.surveys import QUESTIONS, index
from showroom.sample.lives import Life
from showroom.store.models import (
    Asked,
    Heard,
    Honorific,
    Kinship,
    LossState,
    Purpose,
    Status,
    TraitKind,
    Way,
)

Rows = list[dict[str, Any]]

TOLD: Final = {
    TraitKind.AGE: "三十出头 四十左右 五十多岁 二十七八".split(),
    TraitKind.EMAIL: (),
    TraitKind.WORK: "教师 外贸公司 个体餐饮 软件工程师 医院 建筑公司 公务员 物流公司".split(),
    TraitKind.FAMILY: "两个孩子 女儿上小学 与父母同住 新婚 孩子刚出生 两人世界".split(),
    TraitKind.CHARACTER: "爽快 谨慎，要看数据 健谈 话少，有主见".split(),
    TraitKind.SPENDING: "看重品质 比价三家 喜欢一步到位 能分期就分期".split(),
    TraitKind.CLOTHES: "运动休闲 商务正装 简约 户外风".split(),
    TraitKind.LEISURE: "钓鱼 羽毛球 自驾露营 高尔夫 摄影 带孩子打球".split(),
    TraitKind.LIFESTYLE: "早起晨跑 晚睡 不喝咖啡，喝茶 周末回老家".split(),
    TraitKind.SERVICE: "微信沟通 上门取送车 固定一位顾问 少打电话".split(),
    TraitKind.OFFERS: "短信可以 只看微信 不要打电话 有活动再说".split(),
}
SCORES: Final = ([100, 60, 40, 20], [46, 38, 12, 4])
RIVALS: Final = "Model 3,Model Y,小鹏 P7,理想 L6,深蓝 S7,银河 E8,凯美瑞,".split(",")
WHY: Final = {
    "rival": "试驾后更喜欢对方的后排",
    "same_brand": "住得离那家店近",
    "offer": "对方多送两次保养",
    "postponed": "等孩子放假再看",
    "finance": "对方贷款利率低",
    "delivery_time": "要等两个月",
}
APPLIED: Final = 3
RECENT: Final = timedelta(days=200)


class Circle:
    """Rows about the people of these lives, each under its `ids`; the same lives make the same."""

    def __init__(self, lives: Sequence[Life], ids: Sequence[int], now: datetime) -> None:
        self.rng = Random(len(lives))
        self.now, self.today = now, dates.local_day(now)
        known = zip(ids, lives, strict=True)
        self.people = [(id, life) for id, life in known if self.today - life.last_on <= RECENT]

    def vehicles(self, models: dict[int, str]) -> Rows:
        """The cars of owners who bought here, and of some who came with another one."""
        rng, rows = self.rng, []
        for id, life in self.people:
            got = life.sale.delivered_on if life.sale is not None else None
            if got is None and (life.status is not Status.OWNER or rng.random() < 0.2):
                if rng.random() > 0.12:
                    continue
                rows.append(self._car(id, "", date(rng.randint(2014, 2022), rng.randint(1, 12), 8)))
            else:
                plated = got or life.first_on
                rows.append(self._car(id, models.get(life.model_id, ""), plated))
        return rows

    def _car(self, id: int, model: str, plated: date) -> dict[str, Any]:
        rng = self.rng
        days = max((self.today - plated).days, 0)
        km = round(days * rng.choice([12, 25, 40, 55, 90, 140]) * (0.8 + rng.random() * 0.4))
        signs = "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789") for _n in range(6))
        return {
            "customer_id": id,
            "plate": f"粤B{rng.choice('DFABC')}{id:05}"[:8],
            "model": model,
            "vin": f"LGXCE{signs[:4]}{id % 10}{rng.randint(0, 9)}{id:06}"[:17] if model else "",
            "plated_on": plated if model else None,
            "km": km if model and days > 60 else None,
            "km_on": self.today - timedelta(days=rng.randint(0, min(days, 60))) if model else None,
            "services": min(days // 120, rng.randint(0, 6)) if model else 0,
        }

    def traits(self) -> Rows:
        """What consultants noted in the archives: of one customer in three, more of who bought."""
        rng, rows = self.rng, []
        for id, life in self.people:
            likely = 0.75 if life.sale is not None else 0.28
            if life.person.honorific is Honorific.COMPANY or rng.random() > likely:
                continue
            for kind in sorted(rng.sample(list(TOLD), rng.randint(1, len(TOLD)))):
                said = rng.choice(TOLD[kind]) if TOLD[kind] else f"c{id:06}@example.com"
                rows.append({"customer_id": id, "kind": kind, "words": said})
        return rows

    def relations(self) -> Rows:
        """A few couples and families among who came."""
        rng, rows = self.rng, []
        kinds = ([Kinship.COUPLE, Kinship.FAMILY, Kinship.FRIEND, Kinship.COLLEAGUE], [5, 3, 2, 1])
        for (one, _life), (two, _other) in zip(self.people[::9], self.people[4::9], strict=False):
            if rng.random() < 0.4:
                kind = rng.choices(*kinds)[0]
                noted = {"customer_id": one, "other_id": two, "kind": kind, "note": ""}
                rows.append({**noted, "noted_at": self.now})
        return rows

    def consents(self, wording: int) -> Rows:
        """Who left a phone may be called; every second one agreed to text messages, too."""
        return [
            {
                "customer_id": id,
                "purpose": Purpose.CONTACT,
                "way": way,
                "given_at": life.created,
                "how": Heard.VISIT,
                "wording": wording,
                "staff_id": life.consultant_id,
            }
            for id, life in self.people
            if life.phones and not life.do_not_contact
            for way in (Way.PHONE, Way.SMS)[: self.rng.choice((1, 2))]
        ]

    def surveys(self, deals: dict[int, int]) -> Rows:
        """How satisfied those were who got their car, when they were called a week later."""
        rng, rows = self.rng, []
        for id, life in self.people:
            got = life.sale.delivered_on if life.sale is not None else None
            if got is not None and got + timedelta(days=7) < self.today and rng.random() < 0.7:
                score = rng.choices(*SCORES)[0]
                asked, answers = self._short_form(id, score)
                score = index(asked, answers) or score
                words = "等上牌太久" if score < 60 else ""
                day = got + timedelta(days=7)
                rows.append(
                    {
                        "customer_id": id,
                        "deal_id": deals.get(id),
                        "day": day,
                        "score": score,
                        "words": words,
                        "staff_id": life.consultant_id,
                        "asked": asked,
                        "answers": json.dumps(answers, sort_keys=True) if answers else "",
                    }
                )
        return rows

    def _short_form(self, id: int, score: int) -> tuple[Asked, dict[str, int]]:
        """Of two in three the short form of the sale, its answers near to the score."""
        if id % 3 == 0:
            return Asked.WHOLE, {}
        rng, known = Random(id), [20, 40, 60, 100]
        near = [score, score, score, known[max(known.index(score) - 1, 0)], 100]
        asked = [code for code in QUESTIONS[Asked.SSI] if rng.random() < 0.9]
        return Asked.SSI, {code: rng.choice(near) for code in asked}

    def losses(self, reasons: dict[str, int], manager: int) -> Rows:
        """Who was lost and why, approved by the manager; the newest few still wait for that."""
        rng, rows = self.rng, []
        lost = [(id, life) for id, life in self.people if life.status is Status.LOST]
        cold = [
            (id, life)
            for id, life in self.people
            if life.status is Status.OPEN and life.sale is None and life.last_on < self.today
        ]
        codes = list(reasons)
        weights = [6 if code == "rival" else 3 if code in WHY else 1 for code in codes]
        for number, (id, life) in enumerate([*lost, *cold[-APPLIED:]]):
            waits = number >= len(lost)
            code = rng.choices(codes, weights)[0]
            rival = rng.choice(RIVALS) if code in ("rival", "offer", "finance", "design") else ""
            day = self.today if waits else min(life.last_on + timedelta(days=5), self.today)
            at = self.now if waits else dates.at(day, time(10, 5))
            rows.append(
                {
                    "customer_id": id,
                    "reason_id": reasons[code],
                    "rival": rival,
                    "shop": "城西店" if code == "same_brand" else "",
                    "note": WHY.get(code, ""),
                    "day": day,
                    "applied_at": at,
                    "staff_id": life.consultant_id,
                    "state": LossState.APPLIED if waits else LossState.APPROVED,
                    "decided_at": None if waits else at + timedelta(minutes=30),
                    "decided_by_id": None if waits else manager,
                }
            )
        return rows
