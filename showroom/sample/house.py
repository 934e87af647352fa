"""The invented showroom's house: demo cars and who drove them, gifts, targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final, NamedTuple

from showroom import dates
from showroom.door.cars import DRIVE

PLATES: Final = (
    "粤BD20617 粤BD31852 粤BF06290 粤BD47713 粤BF18835 粤BD52946 粤BD60178 粤BF27301".split()
)
ROUTES: Final = ("展厅—湖滨路—展厅（6 公里）", "展厅—滨河大道—体育中心—展厅（11 公里）")
GIFTS: Final = (("车载香薰", "盒"), ("颈枕", "个"), ("保温杯", "个"), ("车载充电线", "根"))
DRAW: Final = ("周年抽奖：500 元油卡", "张", 3)
RESERVE: Final = 24


class Driven(NamedTuple):
    """An invented drive: its visit, and what is known of it."""

    visit_id: int
    model_id: int | None
    consultant_id: int | None
    start: datetime
    end: datetime


class Given(NamedTuple):
    """Somebody who left his contact when a gift was handed out."""

    visit_id: int
    customer_id: int
    consultant_id: int | None
    receiver: str
    at: datetime


class Fleet:
    """A demo car for each model; a car that is out when it is wanted is not driven.

    `cars` are the rows of the cars, `drives` those of the drives, each with the place of its car
    in `places`; `keys` are those of the keys, each with the place of its drive.
    """

    def __init__(self, models: Sequence[int], drives: Sequence[Driven]) -> None:
        rng = Random(len(drives))
        km = [rng.randrange(800, 6000) for _model in models]
        back: list[datetime | None] = [None for _model in models]
        place = {model: number for number, model in enumerate(models)}
        self.drives: list[dict[str, Any]] = []
        self.keys: list[tuple[int, dict[str, Any]]] = []
        self.places: list[int | None] = []
        for drive in sorted(drives, key=lambda one: one.start):
            car = place.get(drive.model_id or 0)
            if car is not None and (last := back[car]) is not None and last > drive.start:
                car = None
            self.places.append(car)
            self.drives.append(_drive(drive, rng, known=car is not None))
            if car is None:
                continue
            back[car] = drive.end
            out, km[car] = km[car], km[car] + rng.choice((6, 6, 7, 11, 11, 12))
            self.keys.append((len(self.drives) - 1, _key(drive, out, km[car])))
        self.cars = [
            {"plate": plate, "model_id": model, "km": gone, "active": True}
            for plate, model, gone in zip(PLATES, models, km, strict=False)
        ]


def _drive(drive: Driven, rng: Random, *, known: bool) -> dict[str, Any]:
    return {
        "visit_id": drive.visit_id,
        "model_id": drive.model_id,
        "consultant_id": drive.consultant_id,
        "started_at": drive.start,
        "ended_at": drive.end,
        "route": rng.choice(ROUTES) if known else "",
        "licence_seen": known,
        "agreed_at": drive.start - timedelta(minutes=2) if known else None,
    }


def _key(drive: Driven, out: int, km: int) -> dict[str, Any]:
    return {
        "staff_id": drive.consultant_id,
        "purpose": DRIVE,
        "taken_at": drive.start,
        "back_at": drive.end,
        "km_out": out,
        "km_in": km,
    }


class Cupboard:
    """The gifts: all came in on the first day, one went out for each of `given`.

    `gifts` are the rows of the gifts, `moves` those of their moves with the place of the gift.
    """

    def __init__(self, first: date, given: Sequence[Given]) -> None:
        rng = Random(len(given))
        at = dates.at(first, datetime.min.time().replace(hour=9))
        went = [rng.randrange(len(GIFTS)) for _one in given]
        outs = [went.count(gift) for gift in range(len(GIFTS))]
        self.gifts = [_gift(name, unit, stock=RESERVE) for name, unit in GIFTS]
        self.gifts.append(_gift(*DRAW[:2], stock=DRAW[2], prize=True))
        came = [RESERVE + out for out in outs] + [DRAW[2]]
        self.moves = [
            (gift, _move(at, count, note="市场部采购")) for gift, count in enumerate(came)
        ]
        self.moves += [
            (gift, _move(one.at, -1, note="到店留档", to=one))
            for gift, one in zip(went, given, strict=True)
        ]


def _gift(name: str, unit: str, *, stock: int, prize: bool = False) -> dict[str, Any]:
    return {"name": name, "unit": unit, "stock": stock, "prize": prize, "active": True}


def _move(at: datetime, count: int, *, note: str, to: Given | None = None) -> dict[str, Any]:
    return {
        "day": dates.local_day(at),
        "at": at,
        "count": count,
        "visit_id": to.visit_id if to is not None else None,
        "customer_id": to.customer_id if to is not None else None,
        "staff_id": to.consultant_id if to is not None else None,
        "receiver": to.receiver if to is not None else "",
        "note": note,
    }


def targets(sold: Sequence[tuple[date, int]], consultants: Sequence[int]) -> list[dict[str, Any]]:
    """Of each month with orders a little more than it brought, for the rates what training sets.

    `sold` is the day and the consultant of each order.
    """
    counted = Counter((day.replace(day=1), who) for day, seller in sold for who in (None, seller))
    rows = []
    for month in sorted({month for month, _who in counted}):
        for who in (None, *consultants):
            wanted = {"orders": round(counted[month, who] * 1.15) + 1}
            if who is None:
                wanted |= {"contacts": 75, "drive_rate": 40, "order_rate": 20}
            rows += [
                {"month": month, "staff_id": who, "figure": figure, "value": value}
                for figure, value in wanted.items()
            ]
    return rows
