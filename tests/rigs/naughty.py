"""Strings that break programs: through the database, the search, workbooks, cards, file names.

Each is kept exactly as `text.clean` says, or refused in a sentence; never a traceback, a formula
that runs, a second statement, or a file outside its folder.
"""

from __future__ import annotations

import csv
import re
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from showroom import choices, text
from showroom.cards import queue
from showroom.door import reception, visits
from showroom.errors import ShowroomError
from showroom.figures import registers
from showroom.guard import staff
from showroom.people import customers, search, timeline
from showroom.sheets import apply, plan, read
from showroom.sheets.saving import saving
from showroom.store import backup
from showroom.store.db import Database
from showroom.store.models import ChoiceKind, Customer, Role, Visit
from tests import builders
from tests.builders import NOW, TODAY
from tests.rigs import desks, rig

STRINGS = (
    "\u202e王强\u202c",  # right to left
    "عبد الله",
    "\u200b零\u200b宽\ufeff",
    "\u200b",
    "e\u0301\u0327\u0315" * 20,
    "=1+1",
    '=HYPERLINK("http://x.invalid","点")',
    "=cmd|' /C calc'!A0",
    "+86 138",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r\n=1+1",
    "\uff1d1+1",
    "'quoted",
    "'; DROP TABLE customer; --",
    '" OR ""="',
    "Robert'); DELETE FROM phone;--",
    "% _ \\% *",
    'NEAR("a" "b") AND NOT *',
    "customer_fts : ^a*",
    "{name} %s %(x)s {0}",
    "<b>粗</b>&amp;<script>alert(1)</script>",
    "<para><font size=99>大</font></para>",
    "_x000D_ _x0041_",
    "]]> <!-- -->",
    "\ud83d",
    "张\udcff伟",
    "\x00",
    "张\x00伟",
    "\x1b[31m红\x07\x08",
    "\ufffe\uffff",
    "\U0010ffff",
    "👨‍👩‍👧‍👦🇨🇳",
    "𠮷野家𪚥",
    "㐂䶮㛃",
    "ﾃｽﾄ",
    "ＡＢＣ　１２３",
    "长" * 100,
    "长" * 101,
    "x" * 40_000,
    "一\n二\r三\u2028四\u2029五",
    "",
    " ",
    "　",
    ".",
    "..",
    "../../etc/passwd",
    "..\\..\\windows",
    "/etc/passwd",
    "CON",
    "nul.xlsx",
    "a:b*c?d|e<f>g",
    "end. ",
    "com1.pdf",
    "\u2066王\u2069强",
    "<img src=x onerror=alert(1)>",
    "&amp;&lt;&#60;",
    "-rf *",
    "长" * 10_000,
    "None",
    "NaN",
    "1e309",
    "0x10",
    "true",
    "undefined",
    "2026-02-30",
    "#REF!",
    "ıİſß",
    "Z̵̧͇͝a̷͕͋l̴̤̔g̶̰̈o̷",
)


def run(*, long: bool) -> rig.Report:
    """Everything with everything."""
    report = rig.Report()
    with rig.scratch() as root:
        folder = desks.build(root / "desk", 1)
        with desks.opened(folder) as db:
            for number, string in enumerate(STRINGS):
                doors: dict[str, Callable[[], Any]] = {
                    "customer": lambda s=string: _customer(db, s),
                    "visit": lambda s=string: _visit(db, s),
                    "note": lambda s=string: _note(db, s),
                    "list": lambda s=string: _lists(db, s),
                    "search": lambda s=string: _search(db, s),
                    "file name": lambda s=string, n=number: _file(db, root / f"out{n}", s),
                    "workbook in": lambda s=string, n=number: _take_in(db, root, s),
                }
                for door, work in doors.items():
                    _try(report, f"{door} {string[:30]!a}", work)
            _try(report, "workbook out", lambda: _export(db, root / "out.xlsx"))
            _try(report, "text out", lambda: _export(db, root / "out.csv"))
            _try(report, "cards", lambda: _cards(report, db))
            _try(report, "timeline", lambda: _timelines(db))
            report.fault(*desks.sound(db, set()))
        names = {path.name for path in root.iterdir()}
        if not all(name == "desk" or name.startswith(("out", "in.")) for name in names):
            report.fault(f"files outside their folder: {names}")
    report.figures = {"strings": len(STRINGS)} | report.figures
    return report


def _try(report: rig.Report, what: str, work: Callable[[], Any]) -> None:
    try:
        problem = work()
    except ShowroomError as error:
        report.count("refused in a sentence")
        if not str(error).strip():
            report.fault(f"{what}: refused without a word")
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)
        ours = [
            f"{Path(at.filename).name}:{at.lineno}" for at in where if "/showroom/" in at.filename
        ]
        report.fault(f"{what}: {type(error).__name__}: {str(error)[:90]!a} at {ours[-2:]}")
    else:
        report.count("taken")
        if problem:
            report.fault(f"{what}: {problem}")


def _customer(db: Database, string: str) -> str:
    with db.write() as session:
        id = builders.a_customer(session, string)
    with db.read() as session:
        row = customers.file(session, id)
        kept = session.get_one(Customer, id).name
        assert row
        found = id in search.find(session, kept)
    if kept != text.clean(string):
        return f"kept as {kept!a}"
    words = re.split(r"[\s-]+", text.narrow(kept))  # a word of digits is sought in phones only
    sought = any(words) and not any(word.isdigit() for word in words)
    return "is not found" if sought and not found else ""


def _visit(db: Database, string: str) -> str:
    with db.write() as session:
        id = builders.a_visit(session)
    with db.write() as session:
        reception.complete(session, id, now=NOW, name=string, phone=builders.a_phone(), note=string)
    with db.write() as session:
        reception.leave(session, id, at=NOW)
    with db.read() as session:
        assert visits.row(session, id)
        kept = session.get_one(Visit, id).name
    return "" if kept == text.clean(string) else f"kept as {kept!a}"


def _note(db: Database, string: str) -> str:
    with db.write() as session:
        id = builders.a_customer(session, note=string, address=string, wechat=string)
    with db.write() as session:
        builders.a_deal(session, id, model_id=string or "x", now=NOW)
    with db.read() as session:
        kept = session.get_one(Customer, id).note
    return "" if kept == text.clean(string) else f"kept as {kept!a}"


def _lists(db: Database, string: str) -> None:
    with db.write() as session:
        choices.find_or_add(session, ChoiceKind.MODEL, string)
    with db.write() as session:
        staff.add(session, name=string, role=Role.RECEPTIONIST)


def _search(db: Database, string: str) -> None:
    with db.read() as session:
        customers.rows(session, search.find(session, string))
        search.known(session, string, today=TODAY)


def _file(db: Database, folder: Path, string: str) -> str:
    """A person types a name for a file; it lands in the folder, or a sentence says why not."""
    folder.mkdir()
    for name in (f"{string}.xlsx", f"客户 {string}.db"):
        target = folder / name.replace("/", "_") if "/" in name else folder / name
        try:
            if name.endswith(".db"):
                backup.back_up(db.path, db.key, target)
            else:
                with saving(target) as file:
                    file.write(b"x")
        except ShowroomError:
            continue
        if not target.exists() or [path for path in folder.iterdir() if path.suffix == ".part"]:
            return "is not where it was named, or left a draft"
    return ""


def _take_in(db: Database, root: Path, string: str) -> None:
    """A text file from elsewhere with the string in every column."""
    path = root / "in.csv"
    with open(path, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        csv.writer(file).writerows(
            [["客户姓名", "手机号", "地址", "备注"], [string, builders.a_phone(), string, string]]
        )
    book = read.read(path)
    with db.read() as session:
        planned = plan.plan(session, book, today=TODAY, now=NOW)
    apply.apply(db, planned)


def _export(db: Database, path: Path) -> str:
    """The customers leave; nothing in the file is taken for a formula."""
    with db.read() as session:
        rows = registers.customers(session, path)
    if path.suffix == ".csv":
        with open(path, encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        live = [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    else:
        import openpyxl

        sheet = openpyxl.load_workbook(path).worksheets[0]
        live = [c.value for row in sheet.iter_rows() for c in row if c.data_type in ("f", "e")]
        if sheet.max_row < rows:
            return f"{sheet.max_row} rows of {rows}"
    return f"live text: {live[:3]!a}" if live else ""


def _cards(report: rig.Report, db: Database) -> str:
    """Each card is drawn, or names what is missing."""
    from showroom.cards import compose, render

    with db.read() as session:
        ids = queue.waiting(session)
        letters = compose.compose_many(session, ids, today=TODAY)
    for letter in letters:
        _try(report, "card", lambda one=letter: _drawn(render.pdf([one], size="148x100")))
        _try(report, "preview", lambda one=letter: _drawn(render.preview(one, size="148x100")))
    return "" if letters else "no card was drawn"


def _drawn(pdf: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    pages = len(document)
    document.close()
    return "" if pages == 1 else f"{pages} pages"


def _timelines(db: Database) -> None:
    with db.read() as session:
        for id in search.find(session):
            timeline.of_customer(session, id)
