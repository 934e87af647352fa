"""History: frozen, walked in one piece, and its sum is what the models say (STYLE 3.7)."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.dialects import sqlite
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateIndex, CreateTable

from showroom import paths
from showroom.errors import ShowroomError
from showroom.guard import entries, trail
from showroom.people import customers, search
from showroom.store import backup, copies, db, index, keys, migrate, models, recovery, restoring
from showroom.store.db import connect, driver
from showroom.store.migrations.__main__ import schema, write
from showroom.store.models import Base, everything
from showroom.store.opening import open_desk
from tests import builders
from tests.amounts import slow_but

KEY = bytes(range(32))
ROOT = Path(__file__).resolve().parents[2]
STEPS = sorted((migrate.HOME / "versions").glob("*.py"))
FILES = sorted((ROOT / "tests" / "data").glob("desk-*.db"))  # with KEY; a desk of that step made it
PUBLISHED = slow_but((FILES[0], FILES[-1]), FILES)  # the first walks every step
HEAD = migrate.HEAD
NEXT = f"{int(HEAD) + 1:04}"


@pytest.fixture
def walked(tmp_path):
    """An empty file that walked every step."""
    path = tmp_path / "walked.db"
    migrate.walk(path, KEY)
    return path


@pytest.fixture
def home(tmp_path):
    """A copy of the history that a test may go on with."""
    copy = tmp_path / "history"
    shutil.copytree(migrate.HOME, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.fixture
def full(desk):
    """A desk with a customer, closed."""
    opened = builders.stop_clock(open_desk(desk))
    with opened.write() as session:
        builders.a_deal(session, builders.a_customer(session, "张伟"))
    opened.close()
    return desk


def step(home: Path, monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """The next step of a later version of the program."""
    body = "\n".join(f"    {line}" for line in lines)
    (home / "versions" / f"{NEXT}_next.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n\n"
        f"revision = '{NEXT}'\ndown_revision = '{HEAD}'\n\n\ndef upgrade():\n{body}\n"
    )
    monkeypatch.setattr(migrate, "HEAD", NEXT)


def ask(path: Path, key: bytes, sql: str) -> list[tuple[object, ...]]:
    connection = connect(path, key)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def bring(desk, home: Path, **options: object) -> str | None:
    return migrate.bring(desk.database, key_of(desk), home=home, **options)


def key_of(desk) -> bytes:
    return keys.key_of(desk, made_already=True)


# --- what history says


def test_the_head_is_the_newest_step():
    numbers = [re.match(r"\d{4}", path.name)[0] for path in STEPS]
    assert numbers == [f"{number:04}" for number in range(1, len(STEPS) + 1)]
    assert numbers[-1] == migrate.HEAD


@pytest.mark.parametrize("path", STEPS, ids=lambda path: path.stem)
def test_a_step_speaks_no_language_of_today(path):
    text = path.read_text("utf-8")
    assert "showroom" not in text
    assert "downgrade" not in text
    assert "Money" not in text


def test_the_models_and_history_agree(walked):
    engine = create_engine(
        "sqlite://", module=driver, creator=lambda: connect(walked, KEY), poolclass=NullPool
    )
    options = {"include_name": lambda name, kind, _: not (name or "").startswith("customer_fts")}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, everything().metadata) == []


def lines(sql: str) -> set[str]:
    """The columns and rules of a table, in whatever order and on whatever lines they stand.

    SQLite appends a column that a later step adds to the last line, after the rules.
    """
    _head, _bracket, body = sql.partition("(")
    parts, depth = [""], 0
    for sign in body.strip().removesuffix(")"):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return {" ".join(part.split()).replace("DEFAULT ('", "DEFAULT '") for part in parts}


def test_the_models_and_history_agree_to_the_letter(walked):
    """Also where Alembic does not look: checks, names, numbers that are never used again."""
    made = dict(ask(walked, KEY, "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    dialect = sqlite.dialect()
    for table in everything().metadata.sorted_tables:
        wanted = str(CreateTable(table).compile(dialect=dialect))
        assert lines(made[table.name]) == lines(wanted), table.name
        for each in table.indexes:
            wanted = str(CreateIndex(each).compile(dialect=dialect))
            assert made[each.name] == wanted.strip()
    assert made["customer_fts"] == index.CREATE


def test_a_table_that_is_loaded_brings_those_it_refers_to():
    """A row of it could else not be saved; what is loaded first refers to nothing of later."""
    homes = {mapper.local_table.name: mapper.class_ for mapper in everything().registry.mappers}
    first = {kind.__module__ for kind in homes.values() if kind.__name__ not in models._LATER}
    for name, kind in homes.items():
        for key in Base.metadata.tables[name].foreign_keys:
            wanted = homes[key.column.table.name]
            known = vars(sys.modules[kind.__module__]).values()
            assert wanted.__module__ in first or wanted in known, (name, wanted.__name__)


def test_every_table_of_the_journal_never_uses_an_id_again(walked):
    for mapper in everything().registry.mappers:
        if mapper.class_.journaled:
            name = mapper.local_table.name
            ((sql,),) = ask(walked, KEY, f"SELECT sql FROM sqlite_master WHERE name = '{name}'")
            assert "AUTOINCREMENT" in sql


def test_the_short_way_for_a_new_file_ends_where_the_steps_end(walked, tmp_path):
    short = tmp_path / "short.db"
    migrate.create(short, KEY)
    assert schema(short, KEY) == schema(walked, KEY) == (migrate.HOME / "schema.sql").read_text()
    assert ask(short, KEY, "SELECT version_num FROM alembic_version") == [(migrate.HEAD,)]


def test_the_next_step_is_written_from_the_difference(home):
    assert write("nothing new", home) == f"{len(STEPS) + 1:04}"
    text = (home / "versions" / f"{len(STEPS) + 1:04}_nothing_new.py").read_text()
    assert text.endswith("def upgrade() -> None:\n    pass\n")
    sums = (home / "schema.sql").read_text()
    assert sums == (migrate.HOME / "schema.sql").read_text().replace(
        f"('{migrate.HEAD}')", f"('{len(STEPS) + 1:04}')"
    )


def test_the_first_step_is_written_whole(home):
    for path in (home / "versions").glob("*.py"):
        path.unlink()
    assert write("first", home) == "0001"
    text = (home / "versions" / "0001_first.py").read_text()
    assert index.CREATE.split(" USING")[0] in text
    assert "# ###" not in text
    assert "showroom" not in text


# --- walking


def test_a_new_file_is_made_without_alembic(tmp_path):
    code = (
        "import sys; from pathlib import Path; from showroom import paths;"
        "from showroom.store.opening import open_desk;"
        "open_desk(paths.desk(Path(sys.argv[1]))).close();"
        "open_desk(paths.desk(Path(sys.argv[1]))).close();"
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "desk")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"


def test_nothing_is_walked_and_nothing_copied_where_there_is_nothing_to_do(full, home):
    def copy() -> None:
        raise AssertionError

    assert bring(full, home, before=copy) == migrate.HEAD


def test_an_empty_file_gets_its_tables_without_a_copy(tmp_path, home):
    def copy() -> None:
        raise AssertionError

    path = tmp_path / "new.db"
    assert migrate.bring(path, KEY, copy, home) is None
    assert migrate.bring(path, KEY, copy, home) == migrate.HEAD


def test_of_two_starts_at_once_one_makes_the_tables(tmp_path):
    path = tmp_path / "new.db"
    migrate.create(path, KEY)
    migrate.create(path, KEY)
    assert ask(path, KEY, "SELECT count(*) FROM alembic_version") == [(1,)]


# --- files of published steps, made by the program of that time


LISTS_SINCE = {
    "0001": 29,
    "0002": 29,
    "0003": 29,
    "0004": 24,
    "0005": 10,
    "0006": 0,
    "0007": 0,
    "0008": 0,
    "0009": 0,
    "0010": 0,
    "0011": 0,
    "0012": 0,
    "0013": 0,
    "0014": 0,
}  # entries of lists that came later


def counts(path: Path, key: bytes) -> dict[str, int]:
    names = [
        name for (name,) in ask(path, key, "SELECT name FROM sqlite_master WHERE type='table'")
    ]
    ours = [
        name for name in names if not re.match("sqlite_|customer_fts|alembic_version", str(name))
    ]
    return {name: ask(path, key, f'SELECT count(*) FROM "{name}"')[0][0] for name in ours}


def test_there_is_a_file_of_every_step_but_the_newest():
    steps = [path.name[:4] for path in STEPS]
    assert [path.stem.removeprefix("desk-") for path in FILES] == steps[:-1]


@pytest.mark.parametrize("file", PUBLISHED, ids=lambda path: path.stem)
def test_a_file_of_a_published_step_comes_to_today_with_every_row(file, tmp_path):
    desk = paths.desk(tmp_path)
    shutil.copy(file, desk.database)
    desk.key.write_text(KEY.hex())
    desk.key.chmod(0o600)
    step = file.stem.removeprefix("desk-")
    assert ask(desk.database, KEY, "SELECT version_num FROM alembic_version") == [(step,)]
    before = counts(desk.database, KEY)
    assert before["customer"] == 5
    assert before["deal"] == 2
    opened = builders.stop_clock(open_desk(desk))
    after = counts(desk.database, KEY)
    listed = after["choice"] - before["choice"]  # a list that is new to it
    sealed = step < "0003"
    assert {name: after[name] for name in before} == before | {
        "action": before["action"] + (listed > 0) + sealed,
        "choice": before["choice"] + LISTS_SINCE[step],
        "change": before["change"] + listed,
    }
    with opened.read() as session:
        (zhang,) = search.find(session, "张伟")
        assert [row.name for row in customers.rows(session, [zhang])] == ["张伟"]
        assert trail.verify(session).ok
        done = [(row.verb, row.what) for row in entries.rows(session, entries.find(session))]
    assert ("Set up the desk", "") in done
    assert (("Sealed later", f"1–{before['action']}") in done) is sealed
    opened.close()


@pytest.mark.parametrize(
    ("before", "edits", "after"),
    [
        pytest.param(
            "desk-0003.db",
            (
                "UPDATE turn SET away = 1 WHERE id = 2",
                "UPDATE sqlite_sequence SET seq = 77 WHERE name = 'visit'",
            ),
            {
                "SELECT id, state FROM turn": [(1, "post"), (2, "away")],
                "SELECT seq FROM sqlite_sequence WHERE name = 'visit'": [(77,)],
                "SELECT DISTINCT contact_on FROM customer": [("2026-11-18",)],
            },
            id="who was away stays away, a contact gets its day, ids of rows that went stay used",
        ),
        pytest.param(
            "desk-0012.db",
            (
                "UPDATE card SET kind = 'festival', template = 'festival-autumn'",
                "UPDATE card SET template = 'festival-english' WHERE id = 2",
            ),
            {"SELECT id, festival FROM card": [(1, "mid_autumn"), (2, "")]},
            id="a card of a delivered wording knows its festival, one of another kind has none",
        ),
    ],
)
def test_what_a_step_moves(tmp_path, before, edits, after):
    path = Path(shutil.copy(ROOT / "tests" / "data" / before, tmp_path / "desk.db"))
    connection = connect(path, KEY)
    for edit in edits:
        connection.execute(edit)
    connection.commit()
    connection.close()
    migrate.walk(path, KEY)
    assert {query: ask(path, KEY, query) for query in after} == after


@pytest.mark.parametrize("file", PUBLISHED, ids=lambda path: path.stem)
def test_a_published_copy_of_another_desk_comes_here_with_its_trail(file, desk, tmp_path):
    """Its seals are proved with its own key before it gets the key of this desk."""
    copy = Path(shutil.copy(file, tmp_path / "copy.db"))
    code = recovery.new_code()
    recovery.write(recovery.beside(copy), KEY, code, builders.NOW)
    key = key_of(desk)
    restoring.restore(desk.database, key, copy, desk.backups, builders.NOW, code=code)
    opened = builders.stop_clock(open_desk(desk))
    with opened.read() as session:
        assert trail.verify(session).ok
        assert search.find(session, "张伟")
    opened.close()


def test_a_file_in_use_is_not_walked(full, home, monkeypatch):
    step(home, monkeypatch, "op.execute('DROP TABLE draft')")
    monkeypatch.setattr(db, "BUSY_MS", 30)
    holder = connect(full.database, key_of(full))
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(ShowroomError, match="Another program is using"):
        bring(full, home)
    holder.close()
    assert bring(full, home) == HEAD


def test_an_older_file_is_copied_and_walked(full, home, monkeypatch):
    step(home, monkeypatch, "op.add_column('customer', sa.Column('shoe', sa.Integer()))")
    monkeypatch.setattr(migrate, "HOME", home)
    monkeypatch.setattr(migrate.bring, "__defaults__", (None, home))
    open_desk(full).close()
    assert ask(full.database, key_of(full), "SELECT name, shoe FROM customer") == [("张伟", None)]
    (copy,) = copies.listed(full.backups, f"before-{NEXT}")
    assert ask(copy, key_of(full), "SELECT version_num FROM alembic_version") == [(HEAD,)]
    with pytest.raises(driver.OperationalError, match="no such column"):
        ask(copy, key_of(full), "SELECT shoe FROM customer")


def test_a_newer_file_is_refused_untouched(full, home, monkeypatch):
    step(home, monkeypatch, "pass")
    assert bring(full, home) == HEAD
    monkeypatch.undo()
    before = full.database.read_bytes()
    with pytest.raises(ShowroomError, match="newer version"):
        bring(full, migrate.HOME)
    assert full.database.read_bytes() == before


def test_making_a_table_anew_keeps_the_rows_that_refer_to_it(full, home, monkeypatch):
    """With foreign keys on, dropping the old table would take its children along, or fail."""
    step(
        home,
        monkeypatch,
        "with op.batch_alter_table('customer', recreate='always') as table:",
        "    table.alter_column('note', new_column_name='remark')",
    )
    key = key_of(full)
    before = ask(full.database, key, "SELECT * FROM phone")
    assert before
    bring(full, home)
    assert ask(full.database, key, "SELECT * FROM phone") == before
    assert ask(full.database, key, "SELECT name, remark FROM customer") == [("张伟", "")]
    assert ask(full.database, key, "PRAGMA foreign_key_check") == []
    ((sql,),) = ask(full.database, key, "SELECT sql FROM sqlite_master WHERE name = 'phone'")
    assert "REFERENCES customer" in sql.replace('"', "")


def test_a_step_that_fails_leaves_nothing(full, home, monkeypatch):
    step(
        home,
        monkeypatch,
        "op.create_table('half', sa.Column('id', sa.Integer(), primary_key=True))",
        "op.execute('UPDATE customer SET name = 1')",
        "raise ZeroDivisionError",
    )
    before = ask(full.database, key_of(full), "SELECT * FROM sqlite_master")
    with pytest.raises(ShowroomError, match="nothing was changed"):
        bring(full, home)
    assert ask(full.database, key_of(full), "SELECT * FROM sqlite_master") == before
    assert ask(full.database, key_of(full), "SELECT name FROM customer") == [("张伟",)]
    assert ask(full.database, key_of(full), "SELECT * FROM alembic_version") == [(HEAD,)]


@pytest.mark.parametrize("sql", ["DELETE FROM customer", "UPDATE phone SET customer_id = 99"])
def test_a_step_that_leaves_rows_without_their_parents_is_refused(full, home, monkeypatch, sql):
    step(home, monkeypatch, f"op.execute('{sql}')")
    with pytest.raises(ShowroomError, match="nothing was changed"):
        bring(full, home)
    assert ask(full.database, key_of(full), "SELECT name FROM customer") == [("张伟",)]
    assert ask(full.database, key_of(full), "PRAGMA foreign_key_check") == []


def test_a_full_disk_during_a_step_is_said(full, home, monkeypatch):
    step(
        home,
        monkeypatch,
        "op.get_bind().exec_driver_sql('PRAGMA max_page_count = 1')",
        "op.execute('CREATE TABLE big AS SELECT zeroblob(9999999)')",
    )
    with pytest.raises(ShowroomError, match="disk is full"):
        bring(full, home)
    assert ask(full.database, key_of(full), "SELECT name FROM customer") == [("张伟",)]


def test_a_copy_that_fails_stops_the_walk(full, home, monkeypatch):
    step(home, monkeypatch, "op.execute('DROP TABLE draft')")

    def fail() -> None:
        raise ShowroomError("no room for a copy")

    with pytest.raises(ShowroomError, match="no room"):
        bring(full, home, before=fail)
    assert ask(full.database, key_of(full), "SELECT count(*) FROM draft") == [(0,)]


def test_an_older_copy_is_restored_to_the_tables_of_today(full, home, monkeypatch, tmp_path):
    key = key_of(full)
    copy = backup.back_up(full.database, key, tmp_path / "copy.db")
    step(home, monkeypatch, "op.add_column('customer', sa.Column('shoe', sa.Integer()))")
    monkeypatch.setattr(migrate.bring, "__defaults__", (None, home))
    monkeypatch.setattr(migrate.refuse_newer, "__defaults__", (home,))
    bring(full, home)
    backup.restore(full.database, key, copy.path, full.backups, builders.NOW)
    assert ask(full.database, key, "SELECT name, shoe FROM customer") == [("张伟", None)]
