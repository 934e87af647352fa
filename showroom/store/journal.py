"""Every write is an action with the rows it changed; undo, redo and the timeline read it back.

DESIGN §4.12. ORM changes are recorded as they are flushed; bulk writes go through `insert_many`
and `update_many`. Any other statement that changes a journaled table is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    Select,
    Table,
    bindparam,
    delete,
    event,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, sessionmaker

from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.store.models import Action, Base, Change
from showroom.store.models.base import Instant, Money

Images = dict[str, Any]


class Touched(NamedTuple):
    """A row that a transaction changed."""

    table: str
    id: int
    image: Images


class Undone(NamedTuple):
    """What an undo did: the action, and the rows that were kept because they were edited since."""

    action_id: int
    verb: str
    subject_table: str
    subject_id: int | None
    restored: int
    kept: list[Touched]


# --- recording


def act(session: Session, verb: str, subject: Base | None = None, *, why: str = "") -> None:
    """Name what this transaction does; the first name stays.

    `verb` is a code of `showroom.words.VERBS`, `subject` the row it is about (flushed or not).
    """
    session.info.setdefault("act", (verb, subject, why))


def follow(sessions: sessionmaker[Session]) -> None:
    """Record every change that a session of these makes."""
    event.listen(sessions, "before_flush", _before_flush)
    event.listen(sessions, "after_flush", _after_flush)
    event.listen(sessions, "do_orm_execute", _refuse_bulk)


def finish(session: Session) -> None:
    """Flush, and give the action its subject: called once before the commit."""
    session.flush()
    action = session.info.get("action")
    if action is None:
        return
    subject = session.info["act"][1]
    if subject is not None:
        action.subject_table = subject.__tablename__
        action.subject_id = subject.id
        session.flush()


def touched(session: Session) -> list[Touched]:
    """The rows that this transaction has changed so far."""
    rows: list[Touched] = session.info.get("touched", [])
    return rows


def _action(session: Session) -> Action:
    """The action of this transaction, begun by its first change."""
    action: Action | None = session.info.get("action")
    if action is None:
        if "act" not in session.info:
            raise RuntimeError("a write without its action: call journal.act first")
        verb, _subject, why = session.info["act"]
        action = Action(
            at=session.info["now"],
            staff_id=session.info["staff_id"],
            verb=verb,
            why=why,
            undoes_id=session.info.get("undoes"),
        )
        session.info["action"] = action
        session.add(action)
    return action


def _before_flush(session: Session, _context: UOWTransaction, _instances: object) -> None:
    updates = []
    for row in session.dirty:
        if isinstance(row, Base) and row.journaled and session.is_modified(row):
            before = _before(row)
            if before:
                updates.append((row, before))
    deletes = [
        (row, _image(row, row.__table__.columns.keys()))
        for row in session.deleted
        if isinstance(row, Base) and row.journaled
    ]
    inserts = [row for row in session.new if isinstance(row, Base) and row.journaled]
    if updates or deletes or inserts:
        _action(session)
    session.info["pending"] = (inserts, updates, deletes)


def _after_flush(session: Session, _context: UOWTransaction) -> None:
    inserts, updates, deletes = session.info.pop("pending", ((), (), ()))
    changes: list[tuple[Any, Images | None, Images | None]] = []
    changes += [(row, None, _image(row, _columns(row))) for row in inserts]
    changes += [(row, before, _image(row, before)) for row, before in updates]
    changes += [(row, before, None) for row, before in deletes]
    if changes:
        _record(session, [(r.__tablename__, r.id, before, after) for r, before, after in changes])


def _record(
    session: Session, changes: Sequence[tuple[str, int, Images | None, Images | None]]
) -> None:
    action = _action(session)
    if action.id is None:
        session.flush([action])
    session.connection().execute(
        insert(Change),
        [
            {
                "action_id": action.id,
                "table_name": table,
                "row_id": row_id,
                "before": _dump(before),
                "after": _dump(after),
            }
            for table, row_id, before, after in changes
        ],
    )
    session.info.setdefault("touched", []).extend(
        Touched(table, row_id, after or before or {}) for table, row_id, before, after in changes
    )


def _refuse_bulk(state: ORMExecuteState) -> None:
    """A bulk statement would pass the journal by."""
    if (state.is_insert or state.is_update or state.is_delete) and not state.session.info.get(
        "bulk"
    ):
        table = getattr(state.statement, "table", None)
        journaled = {m.local_table for m in Base.registry.mappers if m.class_.journaled}
        if table in journaled:
            raise RuntimeError(f"{table} is written past the journal: use insert_many, update_many")


# --- bulk


def insert_many(session: Session, model: type[Base], rows: Sequence[Images]) -> list[int]:
    """Insert rows fast, recorded like any other; give every row the same keys. Returns the ids."""
    if not rows:
        return []
    session.flush()
    table = model.__table__
    assert isinstance(table, Table)
    start = _next_id(session, table)
    ids = list(range(start, start + len(rows)))
    full = [{**_defaults(table, row), **row, "id": id} for id, row in zip(ids, rows, strict=True)]
    session.connection().execute(insert(table), full)
    _record(session, [(table.name, row["id"], None, row) for row in full])
    return ids


def update_many(session: Session, model: type[Base], rows: Sequence[Images]) -> None:
    """Update rows by their `id` fast, recorded like any other; give every row the same keys."""
    if not rows:
        return
    session.flush()
    table = model.__table__
    assert isinstance(table, Table)
    names = [name for name in rows[0] if name != "id"]
    columns = [table.c.id, *(table.c[name] for name in names)]
    before: dict[int, Any] = {}
    ids = [row["id"] for row in rows]
    for start in range(0, len(ids), 900):
        chosen = select(*columns).where(table.c.id.in_(ids[start : start + 900]))
        before |= {found.id: found._mapping for found in session.connection().execute(chosen)}
    changes = []
    for row in rows:
        old = before[row["id"]]
        if any(old[name] != row[name] for name in names):
            changes.append(
                (
                    table.name,
                    row["id"],
                    {name: old[name] for name in names},
                    {name: row[name] for name in names},
                )
            )
    if not changes:
        return
    session.connection().execute(
        update(table)
        .where(table.c.id == bindparam("_id"))
        .values({name: bindparam(f"_{name}") for name in names}),
        [
            {"_id": row_id, **{f"_{name}": value for name, value in after.items()}}
            for _table, row_id, _before, after in changes
        ],
    )
    _record(session, changes)
    session.expire_all()


def _next_id(session: Session, table: Table) -> int:
    """The id after the greatest one ever used: ids are never used twice."""
    row = (
        session.connection()
        .exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,))
        .first()
    )
    return (row[0] if row else 0) + 1


def _defaults(table: Table, row: Images) -> Images:
    values: Images = {}
    for column in table.columns:
        if column.name not in row and column.name != "id":
            default = column.default
            values[column.name] = getattr(default, "arg", None) if default is not None else None
    return values


# --- reading


def last_undoable(session: Session) -> int | None:
    """The newest action that stands: neither undone nor itself an undo."""
    return session.scalar(
        select(Action.id)
        .where(Action.verb != "undo", Action.id.not_in(_undone()))
        .order_by(Action.id.desc())
        .limit(1)
    )


def last_redoable(session: Session) -> int | None:
    """The newest undo that stands, while nothing new was done after it."""
    newest_work = (
        select(func.coalesce(func.max(Action.id), 0))
        .where(Action.verb.not_in(("undo", "redo")))
        .scalar_subquery()
    )
    return session.scalar(
        select(Action.id)
        .where(Action.verb == "undo", Action.id > newest_work, Action.id.not_in(_undone()))
        .order_by(Action.id.desc())
        .limit(1)
    )


def _undone() -> Select[int | None]:
    return select(Action.undoes_id).where(Action.undoes_id.is_not(None))


def of_rows(session: Session, table: str, ids: Iterable[int]) -> list[Action]:
    """The actions that changed these rows, oldest first."""
    changed = select(Change.action_id).where(
        Change.table_name == table, Change.row_id.in_(list(ids))
    )
    return list(session.scalars(select(Action).where(Action.id.in_(changed)).order_by(Action.id)))


# --- undo


def undo(session: Session, action_id: int | None = None) -> Undone:
    """Take an action back: the last one, or the one named.

    Rows that were edited since, or that newer rows rest on, keep what they are and are named in
    `Undone.kept`. Raises `ShowroomError` when there is nothing to undo or it was undone already.
    """
    if action_id is None:
        action_id = last_undoable(session)
    action = session.get(Action, action_id) if action_id is not None else None
    if action is None:
        raise ShowroomError(_("There is nothing to undo."))
    if session.scalar(select(Action.id).where(Action.undoes_id == action.id)):
        raise ShowroomError(_("This was undone already."))
    return _revert(session, action, "redo" if action.verb == "undo" else "undo")


def redo(session: Session) -> Undone:
    """Do again what was undone last. Raises `ShowroomError` when the last action was no undo."""
    action_id = last_redoable(session)
    if action_id is None:
        raise ShowroomError(_("There is nothing to redo."))
    return undo(session, action_id)


def _revert(session: Session, action: Action, verb: str) -> Undone:
    session.flush()
    session.expire_all()
    changes = session.scalars(
        select(Change).where(Change.action_id == action.id).order_by(Change.id.desc())
    ).all()
    if not changes:
        raise ShowroomError(_("There is nothing to undo."))
    session.info.setdefault("act", (verb, None, ""))
    session.info["undoes"] = action.id
    connection = session.connection()
    made: list[tuple[str, int, Images | None, Images | None]] = []
    kept: list[Touched] = []
    kept_rows: set[tuple[str, int]] = set()
    going = {(c.table_name, c.row_id) for c in changes if c.before is None}
    for change in changes:
        table = Base.metadata.tables[change.table_name]
        here = table.c.id == change.row_id
        found = connection.execute(select(table).where(here)).mappings().first()
        current = dict(found) if found is not None else None
        before, after = _load(table, change.before), _load(table, change.after)
        row = (change.table_name, change.row_id)
        if row in kept_rows or not _unchanged(current, after):
            kept_rows.add(row)
            kept.append(Touched(*row, current or before or after or {}))
        elif before is None:
            assert current is not None
            if _rested_on(session, table, change.row_id, going):
                kept_rows.add(row)
                kept.append(Touched(*row, current))
            else:
                connection.execute(delete(table).where(here))
                made.append((*row, current, None))
        elif after is None:
            connection.execute(insert(table).values(id=change.row_id, **_without_id(before)))
            made.append((*row, None, before))
        else:
            connection.execute(update(table).where(here).values(before))
            made.append((*row, after, before))
    if not made:
        raise ShowroomError(_("Nothing was undone: every part of it was edited since."))
    _record(session, made)
    undone = session.info["action"]
    undone.subject_table, undone.subject_id = action.subject_table, action.subject_id
    session.flush()
    session.expire_all()
    return Undone(action.id, action.verb, action.subject_table, action.subject_id, len(made), kept)


def _unchanged(current: Images | None, after: Images | None) -> bool:
    if current is None or after is None:
        return current is after
    return all(current[name] == value for name, value in after.items() if name in current)


def _rested_on(session: Session, table: Table, row_id: int, going: set[tuple[str, int]]) -> bool:
    """Whether a row that stays refers to this one."""
    for other in Base.metadata.tables.values():
        for foreign in other.foreign_keys:
            if foreign.column.table is table:
                rows = session.connection().execute(
                    select(other.c.id).where(foreign.parent == row_id)
                )
                if any((other.name, id) not in going for (id,) in rows):
                    return True
    return False


# --- images


def _columns(row: Base) -> list[str]:
    return list(row.__table__.columns.keys())


def _image(row: Base, names: Iterable[str]) -> Images:
    return {name: getattr(row, name) for name in names}


def _before(row: Base) -> Images:
    state = inspect(row)
    old: Images = {}
    for name in _columns(row):
        history = state.attrs[name].history
        if history.has_changes():
            old[name] = history.deleted[0] if history.deleted else None
    return old


def _dump(image: Images | None) -> str | None:
    return None if image is None else json.dumps(image, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str | int:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in the journal")


def _load(table: Table, text: str | None) -> Images | None:
    """Read an image back with the types of its columns; a column that is gone is left out."""
    if text is None:
        return None
    return {
        name: _typed(table.c[name].type, value)
        for name, value in json.loads(text).items()
        if name in table.c
    }


def _typed(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Money):
        return Decimal(value)
    if isinstance(kind, Instant):
        return datetime.fromisoformat(value)
    if kind.python_type is date:
        return date.fromisoformat(value)
    if hasattr(kind, "kind") and isinstance(value, str):
        word: StrEnum = kind.kind(value)
        return word
    return value


def _without_id(image: Images) -> Images:
    return {name: value for name, value in image.items() if name != "id"}
