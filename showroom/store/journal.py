"""Every write is an action with the rows it changed; undo, redo and the timeline read it back.

What changes no row and still has to be shown later (an export, a login) is noted as an action, too.
Each action is sealed before the commit, see `showroom.store.seals`. DESIGN §4.12.

ORM changes are recorded as they are flushed; bulk writes go through `insert_many`,
`update_many` and `delete_many`. Any other statement that changes a journaled table is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Exists, Table, event, exists, func, inspect, or_, select
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, sessionmaker

from showroom.errors import ShowroomError
from showroom.i18n import _, ngettext
from showroom.progress import uncollected
from showroom.store import images, index, models, stock, undoing
from showroom.store.images import Image, quoted
from showroom.store.models import Base
from showroom.store.seals import CHAINED, DIGEST, FIELDS, Sealer

Recorded = tuple[str, int, Image | None, Image | None]

UNASKED = (
    "seed",
    "remember_cards",
    "remember_dates",
    "remember_absent",
    "remember_lost",
    "remember_layout",
    "open_month",
    "keep_figures",
)
"""What the desk does of itself: no key takes it back instead of what somebody did."""
REMEMBERED = "remembered"
"""What a transaction read once of the shop's settings, in `Session.info`; an undo forgets it."""
_BLOCK = 10_000
_MANY = 1000
_INTO_CHANGE = "INSERT INTO change (action_id, table_name, row_id, before, after, digest)"


class Touched(NamedTuple):
    """A row that a transaction changed, and columns of it as the file stores them."""

    table: str
    id: int
    image: Image


class Undone(NamedTuple):
    """What an undo did: the action, and the rows that were kept because they were edited since.

    `erased` rows stay because an erasure took out what stood in them.
    """

    action_id: int
    verb: str
    subject_table: str
    subject_id: int | None
    restored: int
    kept: list[Touched]
    erased: int = 0


# --- recording


def act(session: Session, verb: str, subject: Base | None = None, *, why: str = "") -> None:
    """Name what this transaction does; the first name stays.

    `verb` is a code of `showroom.words.VERBS`, `subject` the row it is about (flushed or not).
    """
    session.info.setdefault("act", (verb, subject, why))


def note(
    session: Session, verb: str, subject: Base | None = None, *, why: str = "", what: str = ""
) -> None:
    """Record an action even when the transaction changes no row: an export, a login, a reveal.

    `what` says in words what no row shows. In a transaction that is named already the name stays,
    and the first `what` is kept.
    """
    act(session, verb, subject, why=why)
    session.info.setdefault("what", what)
    _action(session)


def because(session: Session, why: str) -> None:
    """Say why this transaction is done, unless its action says it already."""
    session.info.setdefault("why", why)
    action = session.info.get("action")
    if action is not None:
        action.why = action.why or why


def follow(sessions: sessionmaker[Session]) -> None:
    """Record every change that a session of these makes."""
    event.listen(sessions, "before_flush", _before_flush)
    event.listen(sessions, "after_flush", _after_flush)
    event.listen(sessions, "do_orm_execute", _refuse_bulk)


def finish(session: Session) -> None:
    """Flush, give the action its subject and seal it: called once before the commit."""
    session.flush()
    action = session.info.get("action")
    if action is None:
        return
    subject = session.info["act"][1]
    if subject is not None:
        action.subject_table = subject.__tablename__
        action.subject_id = subject.id
    action.what = session.info.get("what", "")
    _seal(session, action)
    session.flush()


def _seal(session: Session, action: models.Action) -> None:
    """Chain the action to the one before it; nobody else writes meanwhile."""
    connection = session.connection()
    last = connection.exec_driver_sql(
        "SELECT seal FROM action WHERE id < ? ORDER BY id DESC LIMIT 1", (action.id,)
    ).scalar()
    first, last_change = connection.exec_driver_sql(
        "SELECT (SELECT min(id) FROM change WHERE action_id = ?1),"
        " (SELECT max(id) FROM change WHERE action_id = ?1)",
        (action.id,),
    ).one()
    rows = (  # in parts: of a large import the whole text would fill the memory
        connection.exec_driver_sql(CHAINED, (action.id, at, at + _BLOCK - 1)).scalar() or ""
        for at in range(first or 0, (last_change or -1) + 1, _BLOCK)
    )
    values = images.stored(_table(action), {name: getattr(action, name) for name in FIELDS})
    sealer: Sealer = session.info["sealer"]
    action.seal = sealer.seal_rows(last or "", list(values.values()), rows)


def acted(session: Session) -> bool:
    """Whether this transaction changed anything the journal follows; a mere note does not."""
    return "changed" in session.info


def touched(session: Session, *tables: str) -> list[Touched]:
    """The rows of these tables that this transaction has changed so far."""
    found = list(_each_touched(session, *tables))
    for table, ids in session.info.get("made", ()):
        if table.name in tables:
            there = images.current(session.connection(), table, ids)
            found += [Touched(table.name, id, image) for id, image in there.items()]
    for name, ids in session.info.get("removed", {}).items():
        if name in tables:
            found += [Touched(name, id, image) for id, image in _removed(session, name, ids)]
    return found


def _each_touched(session: Session, *tables: str) -> Iterator[Touched]:
    """Those that were not made by thousands, one by one: the others would fill the memory."""
    for table, id, before, after in session.info.get("touched", ()):
        if table in tables:
            for image in (before, after):
                if image is not None:
                    yield Touched(table, id, image)


def _removed(session: Session, table: str, ids: Sequence[int]) -> Iterator[tuple[int, Image]]:
    """What stood in rows that this transaction removed by thousands."""
    wanted = set(ids)
    rows = session.connection().exec_driver_sql(
        "SELECT row_id, before FROM change WHERE action_id = ? AND table_name = ?",
        (session.info["action"].id, table),
    )
    told = [(id, before) for id, before in rows if id in wanted]
    for (id, _before), image in zip(told, images.load_all(b for _id, b in told), strict=True):
        if image is not None:
            yield id, image


def bring_index(session: Session) -> None:
    """Bring the search index to what this transaction has changed: called once before the commit.

    Of rows made by thousands it knows whom they are about (`index.note`).
    """
    index.refresh(session, _each_touched(session, *index.INDEXED))


def _action(session: Session) -> models.Action:
    """The action of this transaction, begun by its first change."""
    action: models.Action | None = session.info.get("action")
    if action is None:
        if "act" not in session.info:
            raise RuntimeError("a write without its action: call journal.act first")
        verb, _subject, why = session.info["act"]
        action = models.Action(
            at=session.info["now"],
            staff_id=session.info["staff_id"],
            verb=verb,
            why=why or session.info.get("why", ""),
            undoes_id=session.info.get("undoes"),
        )
        session.info["action"] = action
        session.add(action)
    return action


def _before_flush(session: Session, _context: UOWTransaction, _instances: object) -> None:
    changed: list[tuple[Base, Image]] = []
    for row in session.dirty:
        if isinstance(row, Base) and row.journaled and session.is_modified(row):
            before = _before(session, row)
            if before:
                changed.append((row, before))
    removed = [
        (row, _now(session, row))
        for row in session.deleted
        if isinstance(row, Base) and row.journaled
    ]
    made = [row for row in session.new if isinstance(row, Base) and row.journaled]
    if made or changed or removed:
        _action(session)
    session.info["pending"] = (made, changed, removed)


def _after_flush(session: Session, _context: UOWTransaction) -> None:
    made, changed, removed = session.info.pop("pending", ((), (), ()))
    recorded: list[Recorded] = []
    recorded += [(_name(row), row.id, None, _image(row, _columns(row))) for row in made]
    recorded += [(_name(row), row.id, old, _image(row, old)) for row, old in changed]
    recorded += [(_name(row), row.id, old, None) for row, old in removed]
    if recorded:
        _record(session, recorded)


def _before(session: Session, row: Base) -> Image:
    """What stood in the columns that changed; asked of the file where it was not loaded."""
    state = inspect(row)
    old: Image = {}
    unknown = []
    for name in _columns(row):
        history = state.attrs[name].history
        if history.deleted:
            old[name] = history.deleted[0]
        elif history.added:
            unknown.append(name)
    old = images.stored(_table(row), old)
    if unknown:
        old |= _now(session, row, unknown)
        del old["id"]
    return old


def _now(session: Session, row: Any, names: Sequence[str] | None = None) -> Image:
    """A row as it stands in the file."""
    return images.current(session.connection(), _table(row), [row.id], names)[row.id]


def _image(row: Base, names: Iterable[str]) -> Image:
    return images.stored(_table(row), {name: getattr(row, name) for name in names})


def _columns(row: Base) -> list[str]:
    return list(images.makers(_table(row)))


def _table(row: Base | type[Base]) -> Table:
    table = row.__table__
    assert isinstance(table, Table)
    return table


def _name(row: Base) -> str:
    return _table(row).name


def _recording(session: Session) -> models.Action:
    """The action of this transaction, which is in the file from its first change on."""
    action = _action(session)
    if action.id is None:
        session.flush()
    session.info["changed"] = True
    return action


def _record(session: Session, changes: Sequence[Recorded]) -> None:
    """Write down changes."""
    action = _recording(session)
    sealer: Sealer = session.info["sealer"]
    texts = [
        (table, row_id, images.dump(before), images.dump(after))
        for table, row_id, before, after in changes
    ]
    session.connection().exec_driver_sql(
        f"{_INTO_CHANGE} VALUES (?, ?, ?, ?, ?, ?)",
        [(action.id, *text, sealer.digest(*text)) for text in texts],
    )
    session.info.setdefault("touched", []).extend(changes)


def _mirror(
    session: Session, mirrored: models.Action, table: str = "", ids: Sequence[int] = ()
) -> None:
    """Write down all changes of an older action seen from behind, or those of some of its rows.

    The texts are there already: far quicker.
    """
    action = _recording(session)
    names = {"table": "table_name", "row_id": "row_id", "before": "after", "after": "before"}
    which = " AND table_name = ? AND row_id IN (SELECT value FROM json_each(?))" if table else ""
    session.connection().exec_driver_sql(
        f"{_INTO_CHANGE} SELECT ?, table_name, row_id, after, before, {DIGEST.format_map(names)}"
        f" FROM change WHERE action_id = ?{which} ORDER BY id DESC",
        (action.id, mirrored.id, *((table, json.dumps(ids)) if table else ())),
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


def insert_many(session: Session, model: type[Base], rows: Sequence[Image]) -> list[int]:
    """Insert rows fast, recorded like any other; give every row the same keys. Returns the ids."""
    if not rows:
        return []
    session.flush()
    if len(rows) > _MANY:
        images.room(session.connection())
    table = _table(model)
    start = _next_id(session, table)
    ids = range(start, start + len(rows))
    for at in range(0, len(rows), _BLOCK):  # of a hundred thousand the values would fill the memory
        part = ids[at : at + _BLOCK]
        columns = images.columns(table, rows[at : at + _BLOCK], part)
        images.put(session.connection(), table, columns)
        _record_made(session, table, list(columns), part)
    session.info.setdefault("made", []).append((table, ids))
    index.note(session, table.name, ids, rows)
    return list(ids)


def _record_made(session: Session, table: Table, names: Sequence[str], ids: range) -> None:
    """Write down new rows with neighbouring ids."""
    action = _recording(session)
    digest = DIGEST.format(table="?4", row_id="id", before="NULL", after="image")
    session.connection().exec_driver_sql(
        # the limit keeps them apart: each image is made once
        f"{_INTO_CHANGE} SELECT ?3, ?4, id, NULL, image, {digest}"
        f" FROM (SELECT id, {images.as_text(names)} AS image FROM {quoted([table.name])}"
        " WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT -1)",
        (ids[0], ids[-1], action.id, table.name),
    )


def update_many(session: Session, model: type[Base], rows: Sequence[Image]) -> None:
    """Update rows by their `id` fast, recorded like any other; give every row the same keys."""
    if not rows:
        return
    session.flush()
    table = _table(model)
    names = [name for name in rows[0] if name != "id"]
    connection = session.connection()
    there = images.current(connection, table, [row["id"] for row in rows], names)
    changes: list[Recorded] = []
    for row in rows:
        old = {name: there[row["id"]][name] for name in names}
        new = images.stored(table, {name: row[name] for name in names})
        if old != new:
            changes.append((table.name, row["id"], old, new))
    if not changes:
        return
    sets = ", ".join(f"{quoted([name])} = ?" for name in names)
    connection.exec_driver_sql(
        f"UPDATE {quoted([table.name])} SET {sets} WHERE id = ?",
        [(*after.values(), id) for _table, id, _old, after in changes if isinstance(after, dict)],
    )
    _record(session, changes)
    session.expire_all()


def delete_many(session: Session, model: type[Base], ids: Sequence[int]) -> None:
    """Remove rows by their `id` fast, recorded like any other."""
    if not ids:
        return
    session.flush()
    table = _table(model)
    connection = session.connection()
    there = images.current(connection, table, ids)  # neighbours of theirs may be among them
    going = [id for id in dict.fromkeys(ids) if id in there]
    connection.exec_driver_sql(
        f"DELETE FROM {quoted([table.name])} WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(going),),
    )
    _record(session, [(table.name, id, there[id], None) for id in going])
    session.expire_all()


def empty(session: Session, table: str, ids: Sequence[int]) -> int:
    """Take the images of these rows out of the journal for ever, for an erasure.

    Their digests stay, so that the chain of seals holds; the changes of this very transaction are
    emptied, too. Returns how many images went.
    """
    session.flush()
    emptied = session.connection().exec_driver_sql(
        "UPDATE change SET before = NULL, after = NULL, digest = change_emptied(id, digest)"
        " WHERE table_name = ? AND row_id IN (SELECT value FROM json_each(?))"
        " AND instr(digest, ':') = 0",
        (table, json.dumps(list(ids))),
    )
    return emptied.rowcount


def empty_texts(session: Session, ids: Sequence[int]) -> None:
    """Take out what was written to these actions, for an erasure; the chain of seals holds."""
    session.flush()
    session.connection().exec_driver_sql(
        "UPDATE action SET why = text_gone(why), what = text_gone(what)"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )


def _next_id(session: Session, table: Table) -> int:
    """The id after the greatest one ever used: ids are never used twice."""
    row = (
        session.connection()
        .exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,))
        .first()
    )
    return (row[0] if row else 0) + 1


# --- reading


def _changed() -> Exists:
    """What was only noted cannot be undone, nor what an erasure has emptied."""
    before, after = models.Change.before, models.Change.after
    return exists().where(
        models.Change.action_id == models.Action.id, or_(before.is_not(None), after.is_not(None))
    )


def tables(session: Session, action_id: int) -> set[str]:
    """The tables whose rows an action changed."""
    named = select(models.Change.table_name).where(models.Change.action_id == action_id)
    return set(session.scalars(named.distinct()))


def last_undoable(session: Session) -> int | None:
    """The newest action that stands; undos, redos and what nobody did left out (`UNASKED`)."""
    fallen = _fallen(session)
    work = select(models.Action.id).where(
        models.Action.verb.not_in(("undo", "redo", *UNASKED)), _changed()
    )
    ids = session.scalars(work.order_by(models.Action.id.desc()).execution_options(yield_per=50))
    with ids:
        return next((id for id in ids if id not in fallen), None)


def last_redoable(session: Session) -> int | None:
    """The newest undo that stands, while nothing new was done after it."""
    fallen = _fallen(session)
    done = models.Action.verb.not_in(("undo", "redo", *UNASKED))
    last_work = select(func.max(models.Action.id)).where(done, _changed())
    undos = (
        select(models.Action.id)
        .where(models.Action.verb == "undo", models.Action.id > (session.scalar(last_work) or 0))
        .order_by(models.Action.id.desc())
    )
    return next((id for id in session.scalars(undos) if id not in fallen), None)


def _fallen(session: Session) -> set[int]:
    """The actions that are undone; what was undone and done again stands."""
    fallen: set[int] = set()
    undos = select(models.Action.id, models.Action.undoes_id).where(
        models.Action.undoes_id.is_not(None)
    )
    for id, undone in session.execute(
        undos.order_by(models.Action.id.desc())
    ):  # the newest decides
        if id not in fallen and undone is not None:
            fallen.add(undone)
    return fallen


def fallen(session: Session, ids: Iterable[int]) -> set[int]:
    """Which of these actions are undone; what was undone and done again stands."""
    asked = set(ids)
    undos: dict[int, int] = {}
    level = list(asked)
    while level:  # what undid them, what undid that, and so on
        found = session.connection().exec_driver_sql(
            "SELECT id, undoes_id FROM action WHERE undoes_id IN (SELECT value FROM json_each(?))",
            (json.dumps(level),),
        )
        above = {row.id: row.undoes_id for row in found}
        undos |= above
        level = list(above)
    down: set[int] = set()
    for id in sorted(undos, reverse=True):  # the newest decides
        if id not in down:
            down.add(undos[id])
    return down & asked


# --- undo


def undo(session: Session, action_id: int | None = None) -> Undone:
    """Take an action back: the last one, or the one named. It is an action of its own.

    Rows that were edited since, that newer rows rest on, or that could not stand where they stood
    keep what they are and are named in `Undone.kept`. Taking back an older one ("take_back") is
    new work, which the next undo takes back. Raises `ShowroomError` when there is nothing to
    undo, when it was undone already, or when every part of it was edited since.
    """
    last = last_undoable(session)
    action = session.get(models.Action, action_id if action_id is not None else last or 0)
    if action is None and action_id is not None and 0 < action_id < _oldest(session):
        raise ShowroomError(_("That was so long ago that the journal keeps it no longer."))
    while action is not None and action.verb == "redo":  # what it did again is what is meant
        action = session.get(
            models.Action, session.get_one(models.Action, action.undoes_id).undoes_id
        )
    if action is None:
        raise ShowroomError(_("There is nothing to undo."))
    if action.verb == "seed":
        raise ShowroomError(_("The lists a desk begins with cannot be undone; change them."))
    if action.id in _fallen(session):
        raise ShowroomError(_("This was undone already."))
    return _revert(session, action, "undo" if action.id == last else "take_back")


def _oldest(session: Session) -> int:
    return session.scalar(select(func.min(models.Action.id))) or 0


def say_erased(count: int) -> str:
    """The sentence for rows that an undo could not bring back, because they were erased."""
    return ngettext(
        "{count} entry of an erased person stays erased.",
        "{count} entries of erased persons stay erased.",
        count,
    ).format(count=f"{count:,}")


def redo(session: Session) -> Undone:
    """Do again what was undone last. Raises `ShowroomError` when something new was done since."""
    action_id = last_redoable(session)
    if action_id is None:
        raise ShowroomError(_("There is nothing to redo."))
    taken_back = session.get_one(models.Action, action_id)
    meant = session.get_one(models.Action, taken_back.undoes_id).verb
    return _revert(session, taken_back, "redo")._replace(verb=meant)


def take_back(session: Session, changes: Sequence[Sequence[Any]]) -> None:
    """Take back some changes of older actions, as an undo does, as part of this transaction.

    A change is (table, id, before, after), the images as text.
    """
    session.flush()
    done = undoing.revert(session.connection(), undoing.effects(changes)).done
    if done:
        _record(session, [(table, id, old, new) for (table, id), (old, new) in done.items()])
        session.expire_all()


@uncollected()
def _revert(session: Session, action: models.Action, verb: str) -> Undone:
    session.flush()
    if "action" in session.info:
        raise RuntimeError("an undo is a transaction of its own")
    connection = session.connection()
    images.room(connection)
    changes = undoing.changes(connection, action.id)
    net = undoing.effects(changes)
    erased = sum(before is None and after is None for _table, _id, before, after in changes)
    if erased and not net:
        raise ShowroomError(_("It was about somebody who was erased: that cannot be undone."))
    if not net:
        raise ShowroomError(_("There is nothing to undo."))
    done, removed, kept = undoing.revert(connection, net)
    count = len(done) + sum(map(len, removed.values()))
    if not count:
        raise ShowroomError(_("Nothing was undone: every part of it was edited since."))
    session.info["act"] = (verb, None, "")
    session.info["undoes"] = action.id
    summed = any(table == stock.GIFT for table, _id in done)
    told = [(table, id, old, new) for (table, id), (old, new) in done.items()]
    if count == len(changes) and not summed:
        _mirror(session, action)
        session.info.setdefault("touched", []).extend(told)
    else:
        for table, ids in removed.items():
            _mirror(session, action, table, ids)
        if told:
            _record(session, told)
    session.info["removed"] = removed
    for table, ids in removed.items():
        index.note(session, table, ids, (image for _id, image in _removed(session, table, ids)))
    undone = session.info["action"]
    undone.subject_table, undone.subject_id = action.subject_table, action.subject_id
    session.flush()
    session.expire_all()
    session.info.pop(REMEMBERED, None)
    return Undone(
        action.id,
        action.verb,
        action.subject_table,
        action.subject_id,
        count,
        [Touched(table, id, image) for (table, id), image in kept.items()],
        erased,
    )
