"""1,000 names and phones come into a desk by every door; then every byte of its folder is read.

Looked for are UTF-8, UTF-16 either way round and GB18030, in the file, its log, copies, the diary,
drafts, and temporary files (which are made to lie in the folder too): while it is open, after a
kill in the middle of an import, and closed.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

from showroom import logs, paths
from showroom.errors import ShowroomError
from showroom.people import customers, search
from showroom.sheets import apply, plan, read
from showroom.store import backup, drafts, journal
from showroom.store.db import Database
from tests import builders
from tests.builders import NOW, TODAY
from tests.rigs import desks, rig, shim

COUNT = 1_000
NAME, PHONE = "欧阳", "1398765"  # how all of them begin
NAMES = [f"{NAME}{chr(0x5E00 + number // 25)}{chr(0x6C00 + number)}" for number in range(COUNT)]
PHONES = [f"{PHONE}{number:04}" for number in range(COUNT)]
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


def run(*, long: bool) -> rig.Report:
    """Let them in, and look at three moments."""
    report = rig.Report()
    with rig.scratch() as root:
        folder = root / "desk"
        desks.build(folder, 3)
        book = read.read(_workbook(root / "book.xlsx"))
        for moment in ("killed", "open", "closed"):

            def work(ack: shim.Ack, moment: str = moment) -> None:
                _work(folder, book, moment, ack)

            done = shim.trial(work, _midway(folder) if moment == "killed" else None)
            for fact in done.acks:
                report.fault(*fact["found"])
                report.count("bytes read", fact["bytes"])
            if done.ended == "broken":
                report.fault(f"{moment}: {done.said.strip()[-600:]}")
            found, size = look(folder)
            report.count("bytes read", size)
            report.count("moments", 1 + len(done.acks))
            report.fault(*(f"{moment}: {one}" for one in found))
        with desks.opened(folder) as db, db.read() as session:
            there = sum(len(search.find(session, phone)) for phone in PHONES)
        report.count("persons in the desk", there)
        if there < COUNT:
            report.fault(f"only {there} of {COUNT} persons came in: this shows nothing")
    return report


def look(folder: Path) -> tuple[list[str], int]:
    """What is readable in the files of a folder, and how many bytes were read."""
    found, size = [], 0
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            size += len(data)
            named = str(path).encode("utf-8", "surrogateescape")
            for encoding in ENCODINGS:
                hits = sum(_hits(data, encoding)) + sum(_hits(named, encoding))
                if hits:
                    found.append(f"{hits} names or phones in {encoding} in {path.name}")
    return found, size


def _hits(data: bytes, encoding: str) -> Iterator[bool]:
    for beginning, whole in ((NAME, NAMES), (PHONE, PHONES)):
        patterns = {word.encode(encoding) for word in whole}
        length = len(whole[0].encode(encoding))
        for match in re.finditer(re.escape(beginning.encode(encoding)), data):
            yield data[match.start() : match.start() + length] in patterns


def _midway(folder: Path) -> shim.Fault:
    """The middle of the import."""
    return shim.Fault(folder, shim.TORN, 120)


def _workbook(path: Path) -> Path:
    """A workbook with most of them."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["客户姓名", "手机号", "备注"])
    for name, phone in zip(NAMES[60:], PHONES[60:], strict=True):
        book.active.append([name, phone, f"{name} {phone}"])
    book.save(path)
    return path


def _work(folder: Path, book: read.Workbook, moment: str, ack: shim.Ack) -> None:
    tempfile.tempdir = str(folder / "temporary")
    os.makedirs(tempfile.tempdir, exist_ok=True)
    os.environ["TMPDIR"] = tempfile.tempdir
    desk = paths.desk(folder)
    logging.disable(logging.NOTSET)
    logs.start(desk.logs)
    with desks.opened(folder) as db:
        if moment != "closed":
            _typed(db)
            with db.read() as session:
                planned = plan.plan(session, book, today=TODAY, now=NOW)
            apply.apply(db, planned)
            read.read(_workbook(folder.parent / "again.xlsx"))  # by a child, of another program
        for number in range(0, COUNT, 50):
            logging.getLogger("showroom").warning("no card for %s", NAMES[number])
            logging.getLogger("showroom").warning("call %s", PHONES[number])
        try:
            raise ShowroomError(f"{NAMES[0]} {PHONES[0]!r} {NAMES[1]!a}")
        except ShowroomError:
            logging.getLogger("showroom").exception("in a traceback")
        backup.back_up(db.path, db.key, desk.backups / f"desk-{moment}.db")
        found, size = look(folder)
        ack({"found": [f"at work: {one}" for one in found], "bytes": size})
        if moment == "open":
            os.kill(os.getpid(), signal.SIGKILL)


def _typed(db: Database) -> None:
    """The first of them come in by hand: added, changed, drafted, undone."""
    for number in range(60):
        name, phone = NAMES[number], PHONES[number]
        with db.read() as session:
            there = search.find(session, phone)
        if there:
            continue
        with db.write() as session:
            id = builders.a_customer(session, name, phone=phone, address=name, note=phone)
        with db.write() as session:
            customers.change(session, id, note=f"{name} {phone}", wechat=phone)
        with db.write() as session:
            drafts.save(session, f"visit:{number}", {"name": name}, now=NOW)
        if number % 10 == 0:
            with db.write() as session:
                journal.undo(session)
