"""One gate out: nothing writes a file on its own, every list is counted, and no name runs.

A workbook, a text file, a page or an address book goes through `sheets.saving` (whole or not
there), is counted by `exports.allow` or `write.allow`, and its text through `sheets.cells`.
"""

from __future__ import annotations

import ast
import csv
import inspect
import io
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import openpyxl
import pypdfium2
import pytest

from showroom import settings
from showroom.care import followups
from showroom.door import reception
from showroom.figures import (
    class_lists,
    complaints,
    introductions,
    ledgers,
    listings,
    losses,
    monthbook,
    papers,
    register,
    registers,
    trail_sheet,
)
from showroom.figures.papers import Ask, Paper
from showroom.guard import entries
from showroom.people import customers, value
from showroom.sheets import cells
from showroom.store.models import Customer, FollowUp
from tests import builders as b
from tests.amounts import slow_but
from tests.builders import NOW, TODAY
from tests.rigs.naughty import STRINGS

ROOT: Final = Path(__file__).parents[2]
ACTIVE: Final = tuple("=+-@\t\r＝＋－＠")

# --- who writes files

WRITES: Final = {"write_bytes", "write_text", "writer", "Workbook", "Canvas", "ZipFile"}
MAY: Final = {
    "showroom/sheets/saving.py": "the one place where a file is put",
    "showroom/sheets/book.py": "a workbook, into what `saving` gives",
    "showroom/sheets/write.py": "a text file, into what `saving` gives",
    "showroom/sheets/paper.py": "a page in memory",
    "showroom/sheets/picture_page.py": "a page in memory",
    "showroom/sheets/template.py": "the empty template: nobody's data",
    "showroom/sheets/child.py": "reads",
    "showroom/sheets/read.py": "reads",
    "showroom/sheets/results.py": "the workbook that came in, with what became of its rows",
    "showroom/sheets/second_look.py": "reads",
    "showroom/store/backup.py": "whole copies, encrypted",
    "showroom/store/keys.py": "keys",
    "showroom/store/recovery.py": "keys",
    "showroom/store/tidemark.py": "an empty mark beside the file",
    "showroom/store/tombs.py": "who was erased, as digests",
    "showroom/store/migrations/__main__.py": "for who writes the program",
    "ui/tour.py": "invented data",
    "ui/tour_day.py": "invented data",
}
PAGES: Final = "showroom/cards/"
"""The pages of cards are made in memory; what leaves of them is counted there too."""


def sources() -> Iterator[tuple[str, ast.Module]]:
    for folder in ("showroom", "ui"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr, node
            elif isinstance(node.func, ast.Name):
                yield node.func.id, node


def is_writer(name: str, call: ast.Call) -> bool:
    """Whether a call opens a file to write into, or makes one."""
    if name not in {"open", "fdopen"}:
        return name in WRITES
    said = [*call.args, *(keyword.value for keyword in call.keywords)]
    modes = [one.value for one in said if isinstance(one, ast.Constant)]
    return any(isinstance(m, str) and re.fullmatch(r"[rbt]*[wax+][wax+rbt]*", m) for m in modes)


@pytest.mark.slow
def test_nothing_writes_a_file_on_its_own():
    found = {
        name: {called for called, node in calls(tree) if is_writer(called, node)}
        for name, tree in sources()
    }
    strange = {
        name: sorted(called)
        for name, called in found.items()
        if called and name not in MAY and not (name.startswith(PAGES) and called == {"Canvas"})
    }
    assert strange == {}, "write through `sheets.saving` and be counted, or say here why not"


@pytest.mark.slow
def test_who_puts_a_file_in_its_place_has_counted_what_is_in_it():
    counted = {"allow", "take_out", "leaving", "hand_out"}
    exempt = {
        "showroom/sheets/saving.py",
        "showroom/sheets/write.py",
        "showroom/sheets/vcard.py",  # `registers` counts
        "showroom/sheets/template.py",
        "showroom/sheets/layouts.py",  # names of columns: nobody's data
        "ui/settings_data.py",  # the recovery code
    }
    for name, tree in sources():
        called = {one for one, _node in calls(tree)}
        if called & {"saving", "save_table"} and name not in exempt:
            assert called & counted, name


# --- text that runs, through every list


def lists_of(db: Any, ids: dict[str, list[int]]) -> dict[str, tuple[Callable[..., Any], str]]:
    """Everything that writes a list: how it is called with a session and a path, its endings."""
    days = {"first": TODAY, "last": TODAY}
    every = list(ids["customers"])

    def borders(session: Any) -> Any:
        return value.borders(session, settings.load(session), today=TODAY)

    made: dict[str, tuple[Callable[..., Any], str]] = {
        "registers.visits": (lambda s, p: registers.visits(s, TODAY, TODAY, p), "xlsx csv"),
        "registers.customers": (lambda s, p: registers.customers(s, p), "xlsx csv vcf"),
        "register.save": (lambda s, p: register.save(s, TODAY, p), "xlsx csv pdf"),
        "complaints.save": (
            lambda s, p: complaints.save(s, **days, path=p, now=NOW),
            "xlsx csv pdf",
        ),
        "losses.save": (lambda s, p: losses.save(s, **days, path=p), "xlsx csv pdf"),
        "introductions.save": (lambda s, p: introductions.save(s, **days, path=p), "xlsx csv pdf"),
        "ledgers.save": (
            lambda s, p: ledgers.save(ledgers.gift_ledger(s, TODAY, TODAY), s, p),
            "xlsx csv pdf",
        ),
        "class_lists.save": (
            lambda s, p: class_lists.save(s, "=类", every, borders(s), p, today=TODAY),
            "xlsx csv",
        ),
        "trail_sheet.save": (
            lambda s, p: trail_sheet.save(s, entries.find(s), p),
            "xlsx csv",
        ),
        "monthbook.write_month": (
            lambda s, p: monthbook.write_month(s, f"{TODAY:%Y-%m}", p, now=db.now()),
            "xlsx",
        ),
    }
    for paper in Paper:
        ask = Ask(paper, TODAY, TODAY, ids=every)
        endings = "xlsx pdf" if papers.FORMS[paper].of_customers else "xlsx csv pdf"
        made[f"papers.save {paper}"] = (
            lambda s, p, ask=ask: papers.save(s, ask, p, now=db.now()),
            endings,
        )
    for of in map(listings.Of, ("visits", "customers", "deals", "follow_ups")):
        made[f"listings.save {of}"] = (
            lambda s, p, of=of: listings.save(s, of, ids[of], p, today=TODAY, title="=1+1"),
            "xlsx csv pdf",
        )
    return made


ELSEWHERE: Final = {
    "advisories.save": "through `ledgers.save`",
    "events.save": "through `ledgers.save`",
    "surveys.save": "through `ledgers.save`",
    "contest_sheet.save": "names of the staff and points",
    "class_lists.save_sample": "as `class_lists.save`",
    "introductions.save_proof": "a file that was attached, as it was",
}


@pytest.fixture(scope="module")
def naughty(new_desk):
    """A desk whose names, notes, models and addresses are all strings that break programs."""
    with new_desk() as db:
        yield spoil(b.stop_clock(db))


def spoil(db: Any) -> Any:
    from showroom.errors import ShowroomError

    for place, words in enumerate(STRINGS):
        try:
            with db.write() as session:
                visit = b.a_visit(session, name=words, phone=b.a_phone(), note=words)
                reception.leave(session, visit, at=b.later(minutes=5 + place))
                reception.complete(session, visit, now=NOW, rival=words, model_id=words)
                one = session.get_one(b_visit(), visit).customer_id
                customers.change(session, one, address=words, note=words)
                if place % 4 == 0:
                    b.a_deal(session, one, model_id=b.a_model(session, words or "x"))
        except (ShowroomError, ValueError, TypeError):
            continue  # a sentence says why it is refused: nothing of it is kept
    with db.write() as session:
        (first, *_rest) = session.query(FollowUp).filter(FollowUp.done_at.is_(None))
        followups.done(session, first.id, result="=1+1", now=NOW, today=TODAY)
    return db


def b_visit() -> Any:
    from showroom.store.models import Visit

    return Visit


@pytest.fixture(scope="module")
def exports_of(naughty):
    from showroom.store import models

    tables = {
        "customers": Customer,
        "visits": models.Visit,
        "deals": models.Deal,
        "follow_ups": FollowUp,
    }
    with naughty.read() as session:
        ids = {name: [row.id for row in session.query(table)] for name, table in tables.items()}
        assert len(ids["customers"]) > 15
    return lists_of(naughty, ids)


#: Every kind of file, and every hand that writes one; the others go the same way
FEW: Final = ("class_lists.save", "ledgers.save", "register.save", "registers.customers")
ALL: Final = sorted(lists_of(None, {"customers": [], "visits": [], "deals": [], "follow_ups": []}))


@pytest.mark.parametrize("name", slow_but(FEW, ALL))
def test_no_name_runs_in_what_leaves(naughty, exports_of, name, tmp_path):
    write, endings = exports_of[name]
    for ending in endings.split():
        path = tmp_path / f"list.{ending}"
        with naughty.read() as session:
            write(session, path)
            assert "leaving" in session.info, "it was not counted"
        {"xlsx": look_at_book, "csv": look_at_text, "pdf": look_at_page, "vcf": look_at_cards}[
            ending
        ](path)


def look_at_book(path: Path) -> None:
    """Formulas are ours alone, and text that looks like one is marked as text."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    ours = re.sub('"(?:[^"]|"")*"', "", cell.value)  # words in quotes run nowhere
                    assert not re.search(r"HYPERLINK|cmd|!A0", ours, re.I), cell.value
                    assert cell.value not in ("=1+1", "=-2+3")
                elif isinstance(cell.value, str):
                    assert not re.search("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f]", cell.value)
                    if cells.is_active(cell.value):
                        assert cell.quotePrefix, (sheet.title, cell.coordinate, cell.value)


def look_at_text(path: Path) -> None:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")  # or Excel reads it as GBK
    csv.field_size_limit(200_000)
    for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")):
        for cell in row:
            number = re.fullmatch(r"-?\d+(\.\d+)?", cell)
            assert number or not cell.startswith(ACTIVE), cell


def look_at_page(path: Path) -> None:
    document = pypdfium2.PdfDocument(path.read_bytes())
    assert len(document) >= 1
    document.close()


def look_at_cards(path: Path) -> None:
    said = path.read_bytes().decode()
    lines = said.replace("\r\n ", "").split("\r\n")
    assert lines.count("BEGIN:VCARD") == lines.count("END:VCARD") == said.count("\r\nVERSION:3.0")
    known = ("BEGIN", "VERSION", "N:", "FN:", "ORG", "TEL", "ADR", "BDAY", "NOTE", "END")
    assert all(line.startswith(known) for line in lines if line)


def test_everything_that_writes_a_list_is_looked_at():
    looked = {name.split(" ")[0] for name in ALL}
    for path in sorted((ROOT / "showroom/figures").glob("*.py")):
        module = import_module(f"showroom.figures.{path.stem}")
        for name, found in inspect.getmembers(module, inspect.isfunction):
            own = found.__module__ == module.__name__ and not name.startswith("_")
            if own and "path" in inspect.signature(found).parameters:
                code = f"{path.stem}.{name}"
                assert code in looked or code in ELSEWHERE, f"{code} is looked at by no test here"
