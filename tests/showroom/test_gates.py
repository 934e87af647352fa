"""Text goes out through one gate each: SQL, workbooks, cards and pages, the diary.

Names of files have their own, `test_file_names.py`; the screen, `tests/ui/test_plain.py`.
"""

from __future__ import annotations

import ast
import csv
import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from sqlalchemy import text as sql

from showroom import logs
from showroom.cards import compose, glyphs, layout, recovery_page, render, subject_page
from showroom.cards.compose import Letter
from showroom.guard import subject
from showroom.progress import Progress
from showroom.sheets import cells, write
from showroom.store import images, journal, recovery
from showroom.store.models import Customer
from tests import builders
from tests.amounts import slow_but
from tests.builders import NOW, TODAY
from tests.rigs.naughty import STRINGS

ROOT = Path(__file__).parents[2]

# --- SQL: what is not a parameter is one of these, and none of them was ever typed

SQL = re.compile(
    r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|PRAGMA|CREATE TABLE|CREATE INDEX|ALTER TABLE"
    r"|DROP TABLE|WHERE|VALUES|MATCH|ORDER BY|FROM|JOIN|ATTACH|VACUUM INTO)\b"
)
PARTS = {
    "quoted([name])",  # every name of a table or column passes `images.quoted`
    "quoted([column])",
    "quoted([other])",
    "quoted([table.name])",
    "quoted([column.name])",
    "quoted([column.table.name])",
    "quoted(columns)",
    "quoted(names)",
    "quoted(values)",
    "', '.join(FIELDS)",  # constants of a module
    "_INTO_CHANGE",
    "_CUSTOMERS",
    "_LAST",
    "LOG_PAGES",
    "ChoiceKind.MODEL",
    "VERSION",
    "LOOKED if conditions else NEWEST",
    "NEWEST",
}
LOCAL = {  # names of a function: where they come from stands beside each
    ("guard/belongings.py", "table"),  # of `OWNED` and two others, constants
    ("guard/belongings.py", "tables"),
    ("guard/belongings.py", "one"),  # of `PAIRED`, constants
    ("guard/belongings.py", "other"),
    ("guard/belongings.py", "column"),  # of two constants
    ("guard/erasure.py", "where"),  # of `images.blocks`: question marks
    ("people/history.py", "_HIS"),  # constants of the module
    ("people/stopped.py", "_STOPS"),  # a constant of the module
    ("people/history.py", "table"),  # of its own calls, each with constants
    ("people/history.py", "columns"),
    ("people/history.py", "column"),
    ("people/history.py", "owner"),
    ("people/lists.py", "where"),  # of `images.blocks`: question marks
    ("people/search.py", "most"),  # of `MANY` and `NEWEST`
    ("people/search.py", "most * 2 if asked.tests else most"),
    ("people/search.py", "' AND '.join(asked.tests)"),  # constants of `asking`
    ("people/search.py", "query"),  # of constants and :w0, :w1
    ("people/search.py", "source"),
    ("people/search.py", "where"),
    ("store/backup.py", "new.hex()"),  # a key: PRAGMA takes no parameters
    ("store/db.py", "key.hex()"),
    ("store/db.py", "name"),  # of `PRAGMAS`
    ("store/db.py", "value"),
    ("store/db.py", "is_now"),  # in what is said of it
    ("store/images.py", "where"),
    ("store/images.py", "as_text(makers(table))"),  # of names of columns
    ("store/images.py", "-_ROOM"),  # a number
    ("store/index.py", "where"),
    ("store/index.py", "cars"),  # a constant, or nothing
    ("store/journal.py", "digest"),  # an expression of names that stand there
    ("store/journal.py", "images.as_text(names)"),
    ("store/journal.py", "pairs"),  # of `quoted` and names of columns
    ("store/journal.py", "sets"),
    ("store/journal.py", "which"),  # of two constants
    ("store/journal.py", "DIGEST.format_map(names)"),  # of names that stand there
    ("store/restoring.py", "table"),  # of `COUNTED`
    ("store/undoing.py", "table.name"),  # of our own models
    ("store/undoing.py", "images.as_text(images.makers(table))"),  # of names of columns
    ("store/undoing.py", "_STANDS"),  # a constant
    ("store/undoing.py", "' '.join(cases)"),  # of those three
    ("store/undoing.py", "after"),
    ("store/undoing.py", "owner"),  # of `OWNERS`
    ("store/undoing.py", "_outside(leaving)"),  # of numbers
    ("store/undoing.py", "sets"),
    ("store/undoing.py", "marks"),
    ("store/undoing.py", "where"),
}


def statements(path: Path) -> Iterator[tuple[int, str]]:
    """What goes into a text that looks like SQL, with its line: f-string, format, + and %."""
    source = path.read_text("utf-8")
    for node in ast.walk(ast.parse(source)) if SQL.search(source) else ():
        if isinstance(node, ast.JoinedStr):
            fixed = "".join(v.value for v in node.values if isinstance(v, ast.Constant))
            parts: list[ast.expr] = [
                v.value for v in node.values if isinstance(v, ast.FormattedValue)
            ]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr not in {"format", "replace", "format_map"}:
                continue
            fixed = getattr(node.func.value, "value", "")
            parts = [*node.args, *(keyword.value for keyword in node.keywords)]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            sides = (node.left, node.right)
            fixed = "".join(str(s.value) for s in sides if isinstance(s, ast.Constant))
            parts = [s for s in sides if not isinstance(s, ast.Constant | ast.JoinedStr)]
        else:
            continue
        if isinstance(fixed, str) and SQL.search(fixed):
            yield from ((node.lineno, ast.unparse(part)) for part in parts)


def test_statements_are_made_of_constants_and_parameters():
    strange = [
        f"{where}:{line} {part}"
        for path in sorted((ROOT / "showroom").rglob("*.py"))
        if not (where := path.relative_to(ROOT / "showroom").as_posix()).startswith(
            "store/migrations"  # frozen history, without a word of anybody's
        )
        for line, part in statements(path)
        if part not in PARTS and (where, part) not in LOCAL
    ]
    assert strange == [], "say where it comes from, or hand it over as a parameter"


def test_the_look_at_statements_sees_what_it_should(tmp_path):
    module = tmp_path / "module.py"
    module.write_text(
        "run(f\"SELECT id FROM customer WHERE name = '{name}'\")\n"
        "run(\"SELECT id FROM customer WHERE name = '%s'\" % name)\n"
        'run("SELECT id FROM customer WHERE name = \'" + name)\n'
        "run(\"DELETE FROM phone WHERE number = '{}'\".format(number))\n"
        "run('SELECT id FROM customer WHERE name = ?', (name,))\n"
    )
    assert list(statements(module)) == [(1, "name"), (2, "name"), (3, "name"), (4, "number")]


@pytest.mark.parametrize("name", ['a"b', '"; DROP TABLE customer; --', "张 伟", ""])
def test_a_name_in_quotes_stays_one_name(db, name):
    with db.read() as session:
        found = session.execute(sql(f"SELECT 1 AS {images.quoted([name or 'x'])}")).mappings().one()
    assert list(found) == [name or "x"]


# --- workbooks


@dataclass
class Row:
    value: object


def sheet_of(values: list[object], title: str = "表") -> write.Sheet:
    column = write.Column("value", "=1+1")
    return write.Sheet(title, (column,), [Row(value) for value in values])


LONG = ["x" * 32_767, "x" * 32_768, "长" * 40_000, "𠮷" * 20_000, "&" * 32_767, "<" * 50_000]
EVERY_CONTROL = [chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0), 0xFFFE, 0xFFFF)]
NAUGHTY = [
    *STRINGS,
    *LONG,
    *EVERY_CONTROL,
    *(f"a{c}b" for c in EVERY_CONTROL),
    "\ud800",
    "a\udfffb",
]


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("book") / "naughty.xlsx"
    write.save_table(path, sheet_of(list(NAUGHTY)), Progress())
    return path


def test_a_workbook_takes_every_text_and_runs_none(book):
    sheet = openpyxl.load_workbook(book).worksheets[0]
    found = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert len(found) >= len(NAUGHTY)
    assert {cell.data_type for cell in found} <= {"s", "inlineStr", "n"}
    assert all(cell.value is None or isinstance(cell.value, str) for cell in found)
    assert sheet["A1"].value == "=1+1"
    assert sheet["A1"].data_type == "s"
    for cell, given in zip(found, NAUGHTY, strict=False):
        shown = (cell.value or "").replace("_x005F_", "_")  # as Excel does, and openpyxl does not
        assert shown == cells.fit(given)
        assert len((cell.value or "").encode("utf-16-le")) // 2 <= 32_767
        if cells.is_active(cells.fit(given)):
            assert cell.style_id != found[NAUGHTY.index("None")].style_id  # marked as text


def test_another_reader_agrees(book):
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python()
    assert rows[0] == ["=1+1"]
    assert len(rows) == len(NAUGHTY) + 1


def test_a_text_file_has_no_live_text_either(tmp_path):
    path = tmp_path / "naughty.csv"
    write.save_table(path, sheet_of(list(NAUGHTY)), Progress())
    csv.field_size_limit(100_000)
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r＝＋－＠")]


TITLES = [*STRINGS, "'", "History", "a/b\\c", "x" * 40, "[1]", "长" * 40]


@pytest.mark.parametrize("title", slow_but([*TITLES[::4], *TITLES[-6:]], TITLES))
def test_every_title_becomes_a_name_of_a_sheet(title, tmp_path):
    path = tmp_path / "book.xlsx"
    write.save(path, [sheet_of(["x"], title)], Progress(), title=title)
    (name,) = openpyxl.load_workbook(path).sheetnames
    assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31
    assert not set(name) & set("[]:*?/\\")
    assert name.strip("'") == name
    assert not re.search("[\x00-\x1f\ud800-\udfff\ufffe\uffff]", name)
    assert name.casefold() != "history"


# --- paper


def letter(words: str) -> Letter:
    return Letter(1, words, "en", words, (words,), (words,), (words,), (words,))


PAPER = [*STRINGS, "长" * 10_000, "<b>" * 3_000, "(\\)" * 200, "\\101\\n", "% stream endstream"]


@pytest.mark.parametrize("words", slow_but(PAPER[2::5], PAPER), ids=lambda s: ascii(s[:30]))
def test_a_card_prints_the_letters_themselves(words):
    """`preview` draws whatever it is given; the words come out as they went in."""
    said = _read(render.preview(letter(words), size="210x100"))
    page = layout.set_letter(letter(words), layout.paper("210x100"))
    if page.fits and not glyphs.missing([letter(words)]) and _is_plain(words):
        assert _bare(words) in said


def test_a_card_with_markup_is_printed_with_the_markup():
    said = _read(render.pdf([letter("<b>粗</b> & <font size=9>x</font>")], size="210x100"))
    assert "<b>粗</b>&<fontsize=9>x</font>" in said


@pytest.mark.parametrize(
    "words", slow_but(PAPER[::4], [s for s in PAPER if s.strip()]), ids=lambda s: ascii(s[:30])
)
def test_the_page_with_the_recovery_code_takes_every_name_and_path(words):
    code = recovery.new_code()
    made = recovery_page.pdf(code, shop=words, path=Path(f"/x/{words}".replace("\0", "")), now=NOW)
    said = _read(made)
    if _is_plain(words) and len(words) < 30:
        assert _bare(words) in said


def test_paper_is_drawn_letter_by_letter_and_never_from_markup():
    """The paragraphs of reportlab would read `<font size=99>` in a name."""
    for path in (ROOT / "showroom").rglob("*.py"):
        source = path.read_text("utf-8")
        assert "platypus" not in source, path
        assert "Paragraph(" not in source or path.parent.name == "cards", path
        assert not re.search(r"reportlab\.lib\.(?:para|styles)|reportlab\.rl_settings", source), (
            path
        )


def _is_plain(words: str) -> bool:
    """Whether a reader of PDF gives the text back as it was: left to right, one glyph a letter."""
    return all("!" <= c <= "~" or "一" <= c <= "鿿" or c == " " for c in words)


def _bare(words: str) -> str:
    return re.sub(r"\s|[\u0000-\u001f\ufffe]", "", words)


def _read(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    said = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return _bare(said)


@pytest.mark.parametrize(
    "words", ["x" * 40_000, "长" * 10_000, "<b>" * 5_000, "\u202e王\x07强", "a b " * 5_000]
)
def test_the_report_about_a_person_takes_every_note(db, words):
    builders.stop_clock(db)
    with db.write() as session:
        customer = builders.a_customer(session, "<b>张伟</b>", note=words)
    with db.read() as session:
        made = subject_page.pdf(session, subject.report(session, customer, now=NOW))
    assert "<b>张伟</b>" in _read(made)


def test_a_customers_name_goes_to_the_card_as_it_stands(db):
    builders.stop_clock(db)
    name = "<b>&amp;张伟</b>"
    with db.write() as session:
        customer = builders.a_customer(session, name)
    with db.write() as session:
        builders.a_deal(session, customer)
    from showroom.cards import queue

    with db.read() as session:
        letters = compose.compose_many(session, queue.waiting(session), today=TODAY)
    assert name.replace(" ", "") in _read(render.preview(letters[0], size="210x100"))


# --- the diary


@pytest.fixture
def diary(tmp_path):
    before = logging.getLogger().level
    file = logs.start(tmp_path)
    yield lambda: file.read_text("utf-8")
    logs.stop()
    logging.getLogger().setLevel(before)


PRIVATE = ("张伟", "13800138000", "138 0013 8000", "zhang@example.com", "粤B12345")


def nobody_in(written: str) -> None:
    for secret in ("张", "伟", "0013", "13800138000", "zhang@", "粤"):
        assert secret not in written, written[-800:]


@pytest.mark.parametrize("private", PRIVATE)
def test_an_error_that_carries_data_names_nobody(diary, private):
    log = logging.getLogger("showroom.test")
    for error in (
        ValueError(private),
        KeyError(private),
        UnicodeEncodeError("ascii", private, 0, 1, private),
        OSError(2, "No such file", f"/home/{private}/list.xlsx"),
        ExceptionGroup(private, [ValueError(private)]),
    ):
        try:
            raise RuntimeError(f"wrapped {private}") from error
        except RuntimeError as raised:
            raised.add_note(private)
            log.exception("it failed: %s %r", private, {private: [private]})
    written = diary()
    assert written.count("wrapped") >= 5
    nobody_in(written)


def test_an_error_of_the_database_names_nobody(diary, db):
    builders.stop_clock(db)
    log = logging.getLogger("showroom.test")
    for statement, values in (
        ("INSERT INTO customer (id, name) VALUES (:id, :name)", {"id": 1, "name": "张伟"}),
        ("SELECT * FROM nothing WHERE name = :name", {"name": "13800138000"}),
        ("SELECT '张伟 13800138000' FROM", {}),
    ):
        try:
            with db.write() as session:
                session.execute(sql(statement), values)
        except Exception:
            log.exception("a statement failed")
    try:
        with db.write() as session:
            journal.act(session, "add_customer")
            session.add(Customer(name="张伟", note="13800138000"))
            session.flush()
    except Exception:
        log.exception("a save failed")
    written = diary()
    assert written.count("Traceback") >= 4
    nobody_in(written)


def test_a_warning_names_nobody(diary):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("张伟 13800138000 zhang@example.com", UserWarning, stacklevel=1)
    assert "UserWarning" in diary()
    nobody_in(diary())
