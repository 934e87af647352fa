"""A small desk, what is done at it, and the proof afterwards that nothing is lost or half."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from showroom import paths
from showroom.deals import closing
from showroom.door import reception
from showroom.errors import ShowroomError
from showroom.guard import thinning, trail
from showroom.people import customers, search
from showroom.sheets import apply, plan, read
from showroom.store import backup, check, copies, damage, images, journal, keys, migrate
from showroom.store.db import Database, connect, speaking
from showroom.store.models import Action, Change, Customer, Level, Status, everything
from showroom.store.opening import open_desk
from tests import builders
from tests.builders import NOW, TODAY
from tests.rigs.shim import Ack

SAMPLES = Path(__file__).parents[1] / "data" / "samples"


class Known(NamedTuple):
    """What was acknowledged: an action of the journal, or a copy and its number of customers."""

    action: int = 0
    copy: str = ""
    rows: int = 0


def key_of(folder: Path) -> bytes:
    """The key of the desk in a folder."""
    return keys.key_of(paths.desk(folder), made_already=True)


@contextmanager
def opened(folder: Path) -> Iterator[Database]:
    """The desk in a folder, opened as the program does."""
    db = builders.stop_clock(open_desk(paths.desk(folder)))
    try:
        yield db
    finally:
        db.close()


@contextmanager
def writing(db: Database, ack: Ack) -> Iterator[Session]:
    """One action of the user; acknowledged when it was saved."""
    with db.write() as session:
        yield session
    ack(Known(action=inspect(session.info["action"]).identity[0]))


def build(folder: Path, customers_of: int = 25) -> Path:
    """A desk with staff, customers, visits and deals, in which every rule is kept."""
    with opened(folder) as db:
        with db.write() as session:
            for name in ("王强", "李娜"):
                builders.a_member(session, name)
        for number in range(customers_of):
            with db.write() as session:
                customer = builders.a_customer(session, f"客户{number}", note="字" * 60)
            if number % 5 == 0:
                with db.write() as session:
                    builders.a_deal(session, customer)
        with db.write() as session:
            journal.undo(session)
        with db.write() as session:
            journal.redo(session)
    return folder


# --- what is done at the desk: each gets the folder, and says what was acknowledged


def save(folder: Path, ack: Ack) -> None:
    """Three parties come, say who they are, and go."""
    with opened(folder) as db:
        for number in range(3):
            with writing(db, ack) as session:
                visit = builders.a_visit(session)
            with writing(db, ack) as session:
                reception.complete(
                    session, visit, now=NOW, name=f"来客{number}", phone=f"1391111000{number}"
                )
            with writing(db, ack) as session:
                reception.leave(session, visit, at=NOW + timedelta(minutes=40))


def deal(folder: Path, ack: Ack) -> None:
    """A deal is closed and delivered; a customer is rated anew; that is undone."""
    with opened(folder) as db:
        with db.read() as session:
            chosen = select(Customer.id).where(Customer.status == Status.OPEN).limit(2)
            buyer, other = session.scalars(chosen)
        with writing(db, ack) as session:
            number = builders.a_deal(session, buyer, introducer_id=other)
        with writing(db, ack) as session:
            closing.deliver(session, number, on=TODAY, today=TODAY)
        with writing(db, ack) as session:
            customers.set_level(session, other, Level.WEEK, today=TODAY)
        with writing(db, ack) as session:
            journal.undo(session)


def take_in(folder: Path, ack: Ack, book: list[read.Workbook] = []) -> None:  # noqa: B006
    """A workbook of customers is imported, and the import undone."""
    if not book:  # read once, before any process of a trial begins
        book.append(read.read(SAMPLES / "客户导入模板.xlsx"))
    with opened(folder) as db:
        with db.read() as session:
            planned = plan.plan(session, book[0], today=TODAY, now=NOW)
        done = apply.apply(db, planned)
        assert done.action_id, "nothing was imported"
        ack(Known(action=done.action_id))
        with writing(db, ack) as session:
            journal.undo(session)


def copy(folder: Path, ack: Ack) -> None:
    """Copies are made and thinned while something is written between them."""
    desk = paths.desk(folder)
    for number in range(3):
        with opened(folder) as db:
            with writing(db, ack) as session:
                builders.a_customer(session, f"副本{number}")
            target = desk.backups / f"desk-20261118T0{number}0000Z.db"
            made = backup.back_up(db.path, db.key, target)
            ack(Known(copy=made.path.name, rows=made.rows["customer"]))
            copies.thin(desk.backups)


def put_back(folder: Path, ack: Ack) -> None:
    """The copy that lies beside is put in the place of the file."""
    desk = paths.desk(folder)
    key = key_of(folder)
    kept = backup.restore(desk.database, key, folder / "older.db", desk.backups, NOW)
    assert kept is not None
    if kept.rows:  # else the present data could not be read, and lies there as it was
        ack(Known(copy=kept.path.name, rows=kept.rows["customer"]))


def bring(folder: Path, ack: Ack) -> None:
    """The file walks to the tables of a later version, after a copy."""
    desk = paths.desk(folder)
    key = key_of(folder)
    target = desk.backups / "before-step-20261118T023000Z.db"
    with later_version():
        migrate.bring(
            desk.database,
            key,
            before=lambda: backup.back_up(desk.database, key, target),
            home=folder / "history",
        )
    with speaking(target):  # a read that fails here is the rig's own
        connection = connect(target, key)
        try:
            (rows,) = connection.execute("SELECT count(*) FROM customer").fetchone()
        finally:
            connection.close()
    ack(Known(copy=target.name, rows=rows))


def age(folder: Path) -> None:
    """Entries of three years ago, and a busy autumn: some of them may go."""
    with opened(folder) as db:
        for ago in (*range(1150, 1144, -1), *range(16, -1, -1)):
            db.clock = lambda at=NOW - timedelta(days=ago): at  # type: ignore[misc]
            with db.write() as session:
                builders.a_customer(session, f"客户{ago}")


def let_go(folder: Path, ack: Ack) -> None:
    """What the trail need keep no longer goes."""
    with opened(folder) as db:
        taken = thinning.thin(db)
        assert taken is not None, "nothing was thinned"
        with db.read() as session:
            ack(Known(action=session.scalars(select(func.max(Action.id))).one()))


def begin(folder: Path, _ack: Ack) -> None:
    """The first start in an empty folder."""
    with opened(folder):
        pass


WORKS: dict[str, Callable[[Path, Ack], None]] = {
    "save": save,
    "deal": deal,
    "import": take_in,
    "backup": copy,
    "restore": put_back,
    "migrate": bring,
    "thin": let_go,
    "start": begin,
}


def prepare(root: Path) -> dict[str, Path]:
    """For each work the folder it begins with; copy it, never use it."""
    base = build(root / "base")
    for work in (save, deal, take_in, copy):  # once here: what each trial compiles, they all know
        work(Path(shutil.copytree(base, root / f"warm {work.__name__}")), lambda _fact: None)
    folders = dict.fromkeys(WORKS, base)
    (root / "fresh").mkdir()
    folders["start"] = root / "fresh"
    folders["restore"] = older = Path(shutil.copytree(base, root / "restore"))
    backup.back_up(older / "showroom.db", key_of(older), older / "older.db")
    with opened(older) as db:
        for number in range(5):
            with db.write() as session:
                builders.a_customer(session, f"较新{number}")
    age(root / "old")
    folders["thin"] = root / "old"
    folders["migrate"] = Path(shutil.copytree(base, root / "migrate"))
    history(
        folders["migrate"] / "history",
        "op.create_table('rig', sa.Column('id', sa.Integer, primary_key=True))",
        "op.add_column('customer', sa.Column('rig', sa.String))",
        "op.execute('UPDATE customer SET rig = name')",
        "op.execute('INSERT INTO rig SELECT id FROM customer')",
    )
    bring(Path(shutil.copytree(folders["migrate"], root / "walked")), lambda _fact: None)
    return folders


NOW_AT = migrate.HEAD
LATER = f"{int(NOW_AT) + 1:04}"


@contextmanager
def later_version() -> Iterator[None]:
    """This is the version of the program that knows the step to come."""
    head = migrate.HEAD
    migrate.HEAD = LATER  # type: ignore[misc]
    try:
        yield
    finally:
        migrate.HEAD = head  # type: ignore[misc]


def history(home: Path, *lines: str) -> None:
    """The steps and one more, of a version of the program that is still to come."""
    shutil.copytree(migrate.HOME, home, ignore=shutil.ignore_patterns("__pycache__"))
    body = "\n".join(f"    {line}" for line in lines)
    (home / "versions" / f"{LATER}_rig.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n\n"
        f"revision = {LATER!r}\ndown_revision = {NOW_AT!r}\n\n\ndef upgrade():\n{body}\n"
    )


# --- the proof


def proof(name: str, folder: Path, acks: list[Any]) -> list[str]:
    """What is lost, half or wrong in the desk after a work of that name was cut short."""
    known = [Known(*ack) for ack in acks]
    with later_version() if name == "migrate" else nullcontext():
        return _proof(name, folder, known)


def _proof(name: str, folder: Path, known: list[Known]) -> list[str]:
    try:
        faults = _copies(folder, [ack for ack in known if ack.copy])
        if name == "migrate":
            faults += _walked(folder)
        if name == "start":
            begin(folder, lambda _fact: None)
        with opened(folder) as db:
            faults += sound(db, {ack.action for ack in known if ack.action})
            if db.lost:
                faults.append(f"something is said to be lost: {db.lost}")
            with db.write() as session:  # and the desk goes on
                builders.a_customer(session, "下一位", phone="13700000000")
            with db.read() as session:
                if not search.find(session, "13700000000"):
                    faults.append("what is saved next is not found")
    except Exception as error:  # a sentence, or worse
        return [f"the desk does not open: {type(error).__name__}: {error}"]
    return faults


def sound(db: Database, acked: set[int]) -> list[str]:
    """Damage, broken rules, lost actions, and rows that the journal does not account for."""
    problems = check.check(db)
    if problems:
        return [f"{problem.count} {problem.code}" for problem in problems]
    with db.read() as session:
        there = set(session.scalars(select(Action.id)))
        faults = [f"acknowledged record lost: action {id}" for id in sorted(acked - there)]
        verdict = trail.verify(session)
        if not verdict.ok:
            faults.append(f"the trail does not hold: {verdict.sentence}")
        return faults + half(session)


def half(session: Session) -> list[str]:
    """Tables whose rows are not what the journal says that they became.

    What it never spoke of, columns of a later version of the tables, does not count, nor do rows
    that are older than the journal.
    """
    thinned = trail.goes_back_to(session) is not None
    told: dict[str, dict[int, dict[str, Any]]] = {}
    unknown: set[tuple[str, int]] = set()
    for table, id, before, after in session.execute(
        select(Change.table_name, Change.row_id, Change.before, Change.after).order_by(Change.id)
    ):
        rows = told.setdefault(table, {})
        emptied = before is None and after is None  # by an erasure: nothing is known any more
        older = thinned and before is not None and id not in rows
        if emptied or older:
            unknown.add((table, id))
        elif (table, id) in unknown:
            continue
        elif after is None:
            rows.pop(id)
        else:
            was = {} if before is None else rows[id]
            rows[id] = was | (images.load(after) or {})
    faults = []
    for mapper in everything().registry.mappers:
        if mapper.class_.journaled:
            table = everything().metadata.tables[mapper.class_.__tablename__]
            silent = {id for name, id in unknown if name == table.name}
            rows = {
                id: {name: row[name] for name in row if name in table.columns}  # of today
                for id, row in told.get(table.name, {}).items()
                if id not in silent
            }
            ids = list(session.scalars(select(table.c.id)))
            silent |= set(ids) - set(rows) if thinned else set()
            found = images.current(session.connection(), table, ids)
            there = {id: row for id, row in found.items() if id not in silent}
            if there != {id: there.get(id, {}) | row for id, row in rows.items()}:
                faults.append(f"half an action: rows and journal of {table.name} differ")
    return faults


def _copies(folder: Path, acked: list[Known]) -> list[str]:
    """Acknowledged copies that are gone, and files named as copies that are not whole."""
    desk, key = paths.desk(folder), key_of(folder) if paths.desk(folder).key.exists() else b""
    faults = []
    there = {path.name: path for path in desk.backups.glob("*.db")}
    for ack in acked[-1:]:  # the newest stands; older ones are thinned
        if ack.copy not in there:
            faults.append(f"acknowledged copy lost: {ack.copy}")
        elif _count(there[ack.copy], key) != ack.rows:
            faults.append(f"{ack.copy} lost customers")
    for path in there.values():
        try:
            if damage.pages(path, key) or not _count(path, key):
                faults.append(f"{path.name} is not whole")
        except ShowroomError:
            faults.append(f"{path.name} cannot be opened")
    return faults


def _count(path: Path, key: bytes) -> int:
    connection = connect(path, key)
    try:
        number: int = connection.execute("SELECT count(*) FROM customer").fetchone()[0]
        return number
    except Exception:
        return 0
    finally:
        connection.close()


def _walked(folder: Path) -> list[str]:
    """The step was walked whole or not at all, and can be walked now."""
    desk, key = paths.desk(folder), key_of(folder)
    state = []
    for turn in range(2):
        connection = connect(desk.database, key)
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        wrong = 0
        (sql,) = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'customer'"
        ).fetchone()
        column = bool(re.search(r"\brig\b", sql))
        if column:
            (wrong,) = connection.execute(
                "SELECT count(*) FROM customer WHERE rig IS NOT name"
            ).fetchone()
        state.append((migrate.revision(connection) == LATER, "rig" in tables, column, wrong))
        connection.close()
        if not turn:
            migrate.bring(desk.database, key, home=folder / "history")
    whole, none = (True, True, True, 0), (False, False, False, 0)
    faults = [] if state[0] in (whole, none) else [f"half a migration: {state[0]}"]
    return faults if state[1] == whole else [*faults, "the step cannot be walked any more"]
