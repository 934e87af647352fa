"""10,000 rows come in, read, planned and written with checks, journal and index: ≤ 4 × the floor.

A hundred thousand rows come in in ≤ 30 s, and all processes together take ≤ 500 MB meanwhile.
The floor is python-calamine reading the same file and one `executemany` of its rows into their
table of an empty desk. A reader stands ready before the clock starts, as it does once the Sheets
page is shown; the floor's libraries are loaded before its clock, too. Taken back in ≤ 1 s. While a
thread does all this, the one beside it is never late by more than 50 ms.
"""

from __future__ import annotations

import os
import random
import threading
import time
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from showroom.sheets import apply as applying
from showroom.sheets import plan as planning
from showroom.sheets import read as reading
from showroom.sheets import standby
from showroom.sheets.plan import Outcome
from showroom.store import journal
from showroom.store.db import Database, connect
from tests.bench import desks
from tests.bench.measure import Measure, beat

LOG = (
    "序列 门店 是否首次 到店时间 离店时间 停留时间 是否试驾 试驾车型 接待SC 是否留档 顾客姓名 "
    "联系电话 意向车 客户级别 首次来源渠道 到店目的 来店人数 日期 备注"
).split()
LIST = "客户姓名 性别 手机号 微信号 生日 意向级别 客户来源 意向车型 负责人 备注".split()
NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


def a_log(path: Path, count: int) -> Path:
    """A year of visits as a dealer group keeps them: of ten eight leave a phone, two come again."""
    chance = random.Random(1)
    rows: list[list[Any]] = []
    known: list[tuple[str, int]] = []
    for number in range(count):
        arrived = datetime(2025, 11, 1, 9) + timedelta(
            days=number * 380 // count, minutes=chance.randrange(560)
        )
        again = bool(known) and chance.random() < 0.2
        if again:
            name, phone = chance.choice(known)
        else:
            name, phone = a_name(chance), 13_000_000_000 + chance.randrange(10**9)
            known.append((name, phone))
        left = chance.random() < 0.8
        drive = chance.random() < 0.4
        stay = chance.randrange(10, 130)
        model = chance.choice(["汉EV", "唐DM-i", "宋PLUS", "秦PLUS", "海豚"])
        rows.append(
            [
                number + 1,
                "城东店",
                "否" if again else "是",
                arrived,
                arrived + timedelta(minutes=stay),
                f"{stay}分钟",
                "是" if drive else "否",
                model if drive else "",
                chance.choice(["王强", "李娜", "赵磊", "孙悦"]),
                "是" if left else "否",
                name if left or again else "",
                (str(phone) if number % 3 else phone) if left or again else "",
                model,
                chance.choice("HABC"),
                chance.choice(["微信", "抖音", "路过", "车展"]),
                "看车",
                chance.randrange(1, 5),
                arrived.date(),
                chance.choice(["", "全款", "对比汉兰达", "决策人为妻子"]),
            ]
        )
    return a_book(path, LOG, rows)


def a_list(path: Path, count: int) -> Path:
    """Customers of another system, all of them new."""
    chance = random.Random(2)
    rows = [
        [
            a_name(chance),
            chance.choice(["先生", "女士"]),
            13_000_000_000 + number * 7919,
            "",
            date(1960, 1, 1) + timedelta(days=chance.randrange(15000)),
            chance.choice("HABC"),
            chance.choice(["微信", "抖音", "路过", "车展"]),
            chance.choice(["汉EV", "唐DM-i", "宋PLUS"]),
            chance.choice(["王强", "李娜", "赵磊", "孙悦"]),
            chance.choice(["", "全款", "对比汉兰达"]),
        ]
        for number in range(count)
    ]
    return a_book(path, LIST, rows)


def a_name(chance: random.Random) -> str:
    given = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红"
    return chance.choice("王李张刘陈杨黄赵周吴") + "".join(
        chance.choice(given) for _letter in range(chance.randrange(1, 3))
    )


def a_book(path: Path, head: list[str], rows: list[list[Any]]) -> Path:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("客流日志")
    sheet.append(head)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def run(quick: bool) -> list[Measure]:
    """A visitors' log and a list of customers, each into an empty desk."""
    count = 30 if quick else 10_000
    measures = in_bulk(30 if quick else 100_000)  # first: what others left behind is not its own
    for name, make in (("a visitors' log", a_log), ("a list of customers", a_list)):
        path = make(desks.scratch() / f"{make.__name__}.xlsx", count)
        ours(path, count, "first")  # imports the libraries
        floors, parts = [], []
        for number in range(1 if quick else 7):
            floors.append(floor(path, number))
            parts.append(ours(path, count, str(number)))
        read, plan, write, undo = zip(*parts, strict=True)
        whole = [sum(part[:3]) for part in parts]
        late = [stall(path, count, f"late{number}") for number in range(1 if quick else 3)]
        title = f"import of {count:,} rows, {name}"
        measures += [
            Measure(title, whole, floors, "s", (("ratio", 4.0), ("median", 3.0))),
            Measure("… read by a process of its own", read, unit="s"),
            Measure("… planned", plan, unit="s"),
            Measure("… written", write, unit="s"),
            Measure(
                "… read and written bare, all values ready", bare(path, len(floors)), floors, "s"
            ),
            Measure("… taken back", undo, unit="s", promises=(("median", 1.0),)),
            Measure("… longest stall beside it", late, promises=(("median", 50.0),)),
        ]
    return measures


def in_bulk(count: int) -> list[Measure]:
    """A visitors' log of many years into an empty desk, and what all processes hold meanwhile."""
    path = a_log(desks.scratch() / "bulk.xlsx", count)
    db = desks.opened(desks.scratch() / "bulk")
    db.clock = lambda: NOW
    with Peak() as peak:
        start = time.perf_counter()
        book = reading.read(path)
        with db.read() as session:
            planned = planning.plan(session, book, today=db.today(), now=db.now())
        result = applying.apply(db, planned)
        taken = time.perf_counter() - start
    db.close()
    assert result.counts[Outcome.NEW] == count
    title = f"import of {count:,} rows, a visitors' log"
    return [
        Measure(title, [taken], unit="s", promises=(("longest", 30.0),)),
        Measure("… memory of all processes", [peak.most], unit="MB", promises=(("longest", 500),)),
    ]


class Peak:
    """What this process and those it began held at most, in MB; what they share counts once."""

    def __enter__(self) -> Peak:
        self.most = 0.0
        self._done = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._done.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._done.wait(0.1):
            self.most = max(self.most, sum(map(_held, [os.getpid(), *_children()])))


def _children() -> list[int]:
    """The processes that this one began (Linux)."""
    mine = Path(f"/proc/{os.getpid()}/task")
    told = [one / "children" for one in mine.iterdir()] if mine.is_dir() else []
    return [int(pid) for one in told if one.exists() for pid in one.read_text().split()]


def _held(pid: int) -> float:
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it is gone, or this is no Linux
        return 0.0
    return sum(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:")) / 1024


def floor(path: Path, number: int) -> float:
    """Read with calamine; write the rows with one executemany where they belong; seconds.

    Their table of an empty desk, with its indexes and rules: no import can do without.
    """
    import python_calamine

    db = desks.opened(desks.scratch() / f"{path.stem}-floor{number}")
    db.close()
    connection = connect(db.path, db.key)
    start = time.perf_counter()
    rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]
    sql, values = into_visits(rows) if len(rows[0]) == len(LOG) else into_customers(rows)
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(sql, values)
    connection.execute("COMMIT")
    taken = time.perf_counter() - start
    connection.close()
    return taken


def bare(path: Path, runs: int) -> list[float]:
    """Seconds that calamine and SQLite alone take for all that an import writes.

    The statements of one import, its journal and its index among them, are kept with their values
    and done again by the driver on the same empty desk: nothing is checked, planned or made.
    """
    import python_calamine
    from sqlalchemy import event

    kept: list[tuple[str, Any, bool]] = []

    def keep(many: bool, _cursor: Any, statement: str, values: Any, _context: Any) -> None:
        kept.append((statement, values, many))

    db = desks.opened(desks.scratch() / "kept")
    db.clock = lambda: NOW
    with db.read() as session:
        planned = planning.plan(session, reading.read(path), today=db.today(), now=db.now())
    event.listen(db.engine, "do_execute", partial(keep, False))  # as the driver gets them
    event.listen(db.engine, "do_executemany", partial(keep, True))
    applying.apply(db, planned)
    db.close()
    taken = []
    for number in range(runs):
        db = desks.opened(desks.scratch() / f"bare{number}")
        db.close()
        connection = connect(db.path, db.key)
        start = time.perf_counter()
        python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        connection.execute("BEGIN IMMEDIATE")
        for statement, values, many in kept:
            if not statement.startswith("BEGIN"):
                (connection.executemany if many else connection.execute)(statement, values)
        connection.execute("COMMIT")
        taken.append(time.perf_counter() - start)
        connection.close()
    return taken


def into_visits(rows: list[list[Any]]) -> tuple[str, list[tuple[Any, ...]]]:
    """The rows as they are, and as little as the table of visits needs besides."""
    sql = (
        "INSERT INTO visit (kind, day, number, arrived_at, left_at, people, again, name, honorific,"
        " note) VALUES ('walk_in', ?, ?, ?, ?, ?, ?, ?, 'none', ?)"
    )
    return sql, [
        (
            row[17].isoformat(),
            row[0],
            row[3].isoformat(" "),
            row[4].isoformat(" "),
            row[16],
            row[2] == "否",
            row[10],
            row[18],
        )
        for row in rows
    ]


def into_customers(rows: list[list[Any]]) -> tuple[str, list[tuple[Any, ...]]]:
    """The same for customers."""
    sql = (
        "INSERT INTO customer (name, honorific, title, status, level, wechat, address, postcode,"
        " birthday, note, do_not_contact, created_at)"
        " VALUES (?, 'none', '', 'open', ?, ?, '', '', ?, ?, 0, '2026-11-21')"
    )
    return sql, [(row[0], row[5], row[3], row[4].isoformat(), row[9]) for row in rows]


def ours(path: Path, count: int, name: str) -> tuple[float, float, float, float]:
    """Seconds of reading, planning, writing, and of the undo."""
    db = desks.opened(desks.scratch() / f"{path.stem}-{name}")
    db.clock = lambda: NOW
    try:
        return in_and_back(db, path, count)
    finally:
        db.close()


def stall(path: Path, count: int, name: str) -> float:
    """How late another thread came at most meanwhile, ms."""
    db = desks.opened(desks.scratch() / f"{path.stem}-{name}")
    db.clock = lambda: NOW
    try:
        return beat(lambda: in_and_back(db, path, count))
    finally:
        db.close()


def in_and_back(db: Database, path: Path, count: int) -> tuple[float, float, float, float]:
    """Read, plan, write, and take back: the seconds of each."""
    standby.prepare()
    time.sleep(0.3)  # nobody chooses a file faster
    moments = [time.perf_counter()]
    book = reading.read(path)
    moments.append(time.perf_counter())
    with db.read() as session:
        planned = planning.plan(session, book, today=db.today(), now=db.now())
    moments.append(time.perf_counter())
    result = applying.apply(db, planned)
    moments.append(time.perf_counter())
    with db.write() as session:
        undone = journal.undo(session, result.action_id)
    moments.append(time.perf_counter())
    assert result.counts[Outcome.NEW] == count
    assert undone.kept == []
    read, plan, write, undo = (later - earlier for earlier, later in pairwise(moments))
    return read, plan, write, undo
