"""A day at the desk that never was: who came, what was said, what was bought.

The showroom of `showroom.sample` stands behind it, the days before it are written by the rooms
themselves; `ui.hands` types the day into the real window, one minute after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

from showroom import choices, dates
from showroom.cards import queue
from showroom.deals import closing
from showroom.door import appointments, handover, moments, reception, testdrives, visits
from showroom.guard import pins, staff
from showroom.people import customers, search
from showroom.sample import fill
from showroom.sheets import apply, plan, read
from showroom.store.models import (
    Aim,
    ChoiceKind,
    Honorific,
    Level,
    Moment,
    Refusal,
    Role,
    Status,
    VisitKind,
)

if TYPE_CHECKING:
    from showroom.store.db import Database, Session

TODAY: Final = date(2026, 11, 20)  # a Friday
NOW: Final = "10:54"
CUSTOMERS, MONTHS, SEED = 260, 2, 8


class Try(NamedTuple):
    """An ask at one of the seven moments, 1 to 7; refused for a reason or given."""

    clock: str
    moment: int
    refused: Refusal | None = None


class Party(NamedTuple):
    """One line of the day as the desk lives it; an empty clock means not (yet)."""

    came: str
    people: int = 1
    kind: VisitKind = VisitKind.WALK_IN
    name: str = ""
    honorific: Honorific = Honorific.NONE
    phone: str = ""
    model: str = ""
    channel: str = ""
    level: str = ""
    note: str = ""
    consultant: str = ""
    errand: str = ""
    tries: tuple[Try, ...] = ()
    drove: str = ""
    back: str = ""
    bought: str = ""
    left: str = ""


MR, MS = Honorific.MR, Honorific.MS

EXPECTED: Final = (
    ("10:40", "高翔", MR, "海豹", Aim.DRIVE, "王强"),
    ("11:30", "林婉清", MS, "汉EV", Aim.LOOK, "赵磊"),
    ("15:00", "司马文远", MR, "唐DM-i", Aim.DELIVERY, "李娜"),
)

DAY: Final = (
    Party(
        "08:12",
        kind=VisitKind.ERRAND,
        errand="delivery",
        name="吴建华",
        honorific=MR,
        left="08:52",
    ),
    Party(
        "08:20",
        2,
        name="孙晨浩",
        honorific=MR,
        phone="13590217734",
        model="秦PLUS",
        channel="自然到店",
        level="B",
        note="带家人来看空间",
        tries=(
            Try("08:24", 1, Refusal.SPAM),
            Try("08:33", 2, Refusal.CONTROL),
            Try("08:41", 3),
        ),
        drove="08:46",
        back="09:04",
        left="09:11",
    ),
    Party(
        "08:31",
        name="周敏",
        honorific=MS,
        phone="13823650091",
        model="海豚",
        channel="懂车帝",
        level="B",
        left="08:53",
    ),
    Party(
        "08:40",
        3,
        name="欧阳思远",
        honorific=MR,
        phone="15820476612",
        model="唐DM-i",
        channel="亲友介绍",
        level="H",
        tries=(Try("08:55", 2),),
        drove="09:00",
        back="09:21",
        bought="09:38",
        left="09:45",
    ),
    Party(
        "08:55",
        2,
        name="陈",
        honorific=MR,
        phone="13728840165",
        model="海豹",
        channel="路过",
        tries=(Try("09:02", 4),),
        left="09:30",
    ),
    Party(
        "09:02",
        kind=VisitKind.CALL,
        name="何",
        honorific=MS,
        model="元PLUS",
        consultant="王强",
        left="09:06",
    ),
    Party("09:10", tries=(Try("09:17", 7, Refusal.NOT_BUYER),), channel="路过", left="09:18"),
    Party(
        "09:20",
        2,
        name="何雪",
        honorific=MS,
        phone="18926503348",
        model="元PLUS",
        channel="抖音",
        level="C",
        tries=(Try("09:31", 4),),
        left="09:58",
    ),
    Party(
        "09:25",
        2,
        name="罗志强",
        honorific=MR,
        phone="17727061843",
        model="海豚",
        channel="自然到店",
        level="C",
        tries=(
            Try("09:28", 1, Refusal.NO_REASON),
            Try("09:35", 5, Refusal.SPAM),
            Try("09:40", 7),
        ),
        left="09:41",
    ),
    Party(
        "09:42",
        2,
        name="张伟",
        honorific=MR,
        model="汉EV",
        channel="自然到店",
        level="A",
        tries=(Try("09:47", 1, Refusal.SPAM), Try("10:20", 2, Refusal.CONTROL)),
        drove="10:30",
        back="10:47",
    ),
    Party(
        "10:05",
        name="李晓燕",
        honorific=MS,
        phone="13902459001",
        model="宋PLUS",
        channel="汽车之家",
        level="H",
        tries=(Try("10:09", 1),),
    ),
    Party("10:31", 4, model="海豹", tries=(Try("10:36", 1, Refusal.NO_REASON),), drove="10:46"),
)
TELLING: Final = "陈铖"
"""Whose file and deal are shown."""
OUTSIDE: Final = (
    ("姓名", "称呼", "手机号", "意向车型", "级别", "渠道"),
    ("钱思琪", "女士", "13590021784", "元PLUS", "C", "外展巡展"),
    ("龙海涛", "先生", "18520873361", "秦PLUS", "B", "外展巡展"),
    ("白婉清", "女士", "1562043", "海豚", "C", "外展巡展"),
    ("石锦程", "先生", "15013769920", "汉EV", "A", "外展巡展"),
)
MOTOR_SHOW: Final = (
    ("秋季车展意向客户名单",),
    ("姓名", "称呼", "手机号", "意向车型", "级别", "渠道", "备注"),
    ("卢嘉诚", "先生", "13902987716", "汉EV", "A", "车展", "周末到店试驾"),
    ("谭雅婷", "女士", "189-2650-7741", "海豚", "重点", "车展", ""),
    ("司徒文静", "女士", "+86 136 3288 0912", "宋PLUS", "B", "车展", "带孩子"),
    ("邓国栋", "先生", "1382290175", "秦PLUS", "B", "车展", "手机少一位"),
    ("周敏", "女士", "13823650091", "海豚", "B", "懂车帝", "已在店里"),
    ("陶慧", "女士", "I382365OO92", "海豚", "C", "车展", ""),
    ("熊浩", "先生", 15818240337, "唐DM-i", "H", "车展", "置换"),
    ("熊浩", "先生", "15818240337", "唐DM-i", "H", "车展", "置换"),
    ("金婕", "女士", "见名片", "元PLUS", "C", "车展", ""),
    ("深圳市恒通物流有限公司", "", "0755-23456701", "腾势D9", "B", "车展", "公务用车"),
    ("合计", "", 9, "", "", "", ""),
)
HALF_A_PHONE: Final = "13800138"
"""What is being typed for the party of 09:42 when the pictures are taken."""
PIN: Final = "1357"  # the receptionist's


# --- the days before


def moment(clock: str, day: date = TODAY) -> datetime:
    """The aware moment of `09:42` of a day by the clock of this PC."""
    return dates.at(day, time.fromisoformat(clock))


def prepare(db: Database) -> None:
    """Fill the desk with the showroom of yesterday evening and the visits this day goes back to."""
    from ui import tour_people

    evening = moment("18:40", TODAY - timedelta(days=1))
    db.clock = lambda: evening
    with db.write() as session:
        fill.fill(session, customers=CUSTOMERS, months=MONTHS, seed=SEED, now=evening)
    with db.read() as session:
        seats = {one.name: one.id for one in staff.everyone(session)}
    db.staff_id = receptionist(db)
    _print_waiting(db)
    _take_in(db, "外展名单.xlsx", OUTSIDE)
    _came_before(db, "周敏", MS, "13823650091", "海豚", Level.MONTH, 6, seats["李娜"])
    _came_before(db, "李晓燕", MS, "13902459001", "宋PLUS", Level.FORTNIGHT, 5, seats["李娜"])
    _bought(db, "尉迟恭敏", MS, "13662204518", "海豹", "218600", 3, seats["王强"])
    _bought(db, "陈铖", MR, "13510947726", "唐DM-i", "196800", 1, seats["李娜"])
    _bought(db, "郭丽娟", MS, "18688310274", "元PLUS", "132800", 1, seats["赵磊"], address="")
    for clock, name, honorific, model, aim, who in EXPECTED:
        with db.write() as session:
            appointments.make(
                session,
                at=moment(clock),
                now=evening,
                name=name,
                honorific=honorific,
                model_id=choices.find_or_add(session, ChoiceKind.MODEL, model),
                aim=aim,
                consultant_id=seats[who],
            )
    tour_people.prepare(db)
    _give_pins(db)


def _give_pins(db: Database) -> None:
    """The manager gives himself a PIN, then the receptionist."""
    db.staff_id = manager(db)
    for id, pin in ((manager(db), "246810"), (receptionist(db), PIN)):
        with db.write() as session:
            pins.set_pin(session, id, pin)
    db.staff_id = receptionist(db)


def _take_in(db: Database, name: str, lines: Iterable[Sequence[object]]) -> None:
    """A list that came in the day before yesterday."""
    now = moment("17:05", TODAY - timedelta(days=2))
    db.clock = lambda: now
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        write_list(path, lines)
        book = read.read(path)
    with db.read() as session:
        planned = plan.plan(session, book, today=db.today(), now=now)
    apply.apply(db, planned)


def _print_waiting(db: Database) -> None:
    """What waited yesterday was printed this morning, and is to be signed."""
    now = moment("08:05")
    db.clock = lambda: now
    with db.write() as session:
        queue.mark_printed(session, queue.waiting(session), printer="HP-前台", now=now)


def receptionist(db: Database) -> int:
    """Who sits at the desk all day."""
    with db.read() as session:
        return staff.everyone(session, Role.RECEPTIONIST)[0].id


def manager(db: Database) -> int:
    """Who takes the month's workbook out."""
    with db.read() as session:
        return staff.everyone(session, Role.MANAGER)[0].id


def _came_before(
    db: Database,
    name: str,
    honorific: Honorific,
    phone: str,
    model: str,
    level: Level,
    days: int,
    consultant: int,
) -> int:
    """A visit some days ago, with a contact left; returns the visit."""
    came = moment("14:20", TODAY - timedelta(days=days))
    db.clock = lambda: came
    with db.write() as session:
        visit = reception.arrive(session, people=2, now=came).id
        handover.hand_over(session, visit, consultant)
        moments.ask(session, visit, Moment.RAPPORT, now=came + timedelta(minutes=21))
        reception.complete(
            session,
            visit,
            now=came + timedelta(minutes=22),
            name=name,
            honorific=honorific,
            phone=phone,
            model_id=choices.find_or_add(session, ChoiceKind.MODEL, model),
            channel_id=choices.find_or_add(session, ChoiceKind.CHANNEL, "汽车之家"),
            level=level,
        )
        testdrives.set_driven(session, visit, True, now=came + timedelta(minutes=40))
        reception.leave(session, visit, at=came + timedelta(minutes=66))
    return visit


def _bought(
    db: Database,
    name: str,
    honorific: Honorific,
    phone: str,
    model: str,
    price: str,
    days: int,
    consultant: int,
    address: str = "深圳市映山街 28 号东湖花园 6 栋 1203",
) -> None:
    """A deal some days ago, whose card still waits."""
    visit = _came_before(db, name, honorific, phone, model, Level.WEEK, days, consultant)
    closed = moment("15:20", TODAY - timedelta(days=days))
    with db.write() as session:
        row = visits.row(session, visit)
        assert row.customer_id is not None
        closing.close(
            session,
            customer_id=row.customer_id,
            visit_id=visit,
            model_id=row.model_id,
            price=Decimal(price),
            deposit=Decimal(5000),
            ordered_on=dates.local_day(closed),
            planned_on=dates.local_day(closed) + timedelta(days=14),
            introducer_id=_an_owner(session) if name == "陈铖" else None,
            now=closed,
            today=dates.local_day(closed),
        )
        if address:
            customers.change(session, row.customer_id, address=address, postcode="518000")


def _an_owner(session: Session) -> int:
    """Some owner, to have introduced somebody."""
    return search.find(session, status=Status.OWNER)[4]


def write_list(path: Path, lines: Iterable[Sequence[object]]) -> None:
    """A workbook with these lines, as it comes by mail."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = path.stem
    for line in lines:
        sheet.append(line)
    book.save(path)
