"""How an action is taken back: its net effect a row, what stands in the way, and then all at once.

A row that was edited since, that newer rows rest on, or that could not stand any more where it
stood keeps what it is now, and with it stays what the same action made of it: the phone of a
customer, what was promised to him. The rest goes back together, also when that spans tables.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import CheckConstraint, Connection, ForeignKey, Table, UniqueConstraint
from sqlalchemy.exc import IntegrityError

from showroom.store import images, stock
from showroom.store.images import Image, quoted
from showroom.store.models import everything

OWNERS: Final = ("customer", "visit", "deal", "complaint", "event")
"""What belongs to one of these names it by `customer_id`, `visit_id`, and so on."""

Row = tuple[str, int]
Statements = list[tuple[str, dict[Row, tuple[Any, ...]]]]


class Effect(NamedTuple):
    """What an action did to a row in the end: made it, changed it, or removed it."""

    before: Image | None
    after: Image | None


_STANDS: Final = "stands"
AS_MADE: Final = Effect(None, {})
"""The effect on a row that was made and stands so, to the letter: nobody has to look into it."""


class Reverted(NamedTuple):
    """What was put back (the effects of doing so), and the rows that were kept with their image.

    `removed` are the ids, by table, of rows that stood as they were made: they are not in `done`.
    """

    done: dict[Row, tuple[Image | None, Image | None]]
    removed: dict[str, list[int]]
    kept: dict[Row, Image]


def changes(connection: Connection, action_id: int) -> list[Sequence[Any]]:
    """What an action changed, in its order: (table, id, before, after), the images as text.

    Of a row that it made, and that stands to the letter, nothing is read but its id: of thousands
    the texts would take most of the time.
    """
    found = "SELECT DISTINCT table_name FROM change WHERE action_id = ?"
    names = connection.exec_driver_sql(found, (action_id,)).scalars().all()
    tables = [images.named(name) for name in names if name not in stock.SUMMED]
    cases = [
        f"WHEN table_name = '{table.name}' AND before IS NULL AND after = (SELECT"
        f" {images.as_text(images.makers(table))} FROM {quoted([table.name])}"
        f" WHERE id = change.row_id) THEN '{_STANDS}'"
        for table in tables
        if table is not None
    ]
    after = f"CASE {' '.join(cases)} ELSE after END" if cases else "after"
    told = connection.exec_driver_sql(
        f"SELECT table_name, row_id, before, {after} FROM change WHERE action_id = ? ORDER BY id",
        (action_id,),
    ).all()
    times = Counter((name, id) for name, id, _before, _after in told)
    return [
        (*change[:3], _text(connection, change[0], change[1]))
        if change[3] == _STANDS and times[change[0], change[1]] > 1
        else change
        for change in told
    ]


def _text(connection: Connection, name: str, id: int) -> str | None:
    """A row as it stands, as text."""
    return images.dump(_current(connection, [(name, id)])[name][id])


def effects(changes: Sequence[Sequence[Any]]) -> dict[Row, Effect]:
    """The net effect of changes in their order: (table, id, before, after)."""
    as_made = {(table, id): AS_MADE for table, id, _before, after in changes if after == _STANDS}
    others = [change for change in changes if change[3] != _STANDS] if as_made else changes
    befores = images.load_all(before for _table, _id, before, _after in others)
    afters = images.load_all(after for _table, _id, _before, after in others)
    net: dict[Row, Effect] = {}
    for (table, id, *_texts), before, after in zip(others, befores, afters, strict=True):
        first = net.get((table, id))
        later = Effect(before, after)
        net[table, id] = later if first is None else _then(first, later)
    return as_made | {row: effect for row, effect in net.items() if effect.before != effect.after}


def _then(first: Effect, later: Effect) -> Effect:
    """The effect of one change after the other."""
    if first.after is None:
        return Effect(first.before, later.after)
    before = None if first.before is None else (later.before or {}) | first.before
    return Effect(before, None if later.after is None else first.after | later.after)


def revert(connection: Connection, net: dict[Row, Effect]) -> Reverted:
    """Put back what can be put back; foreign keys are settled at the commit."""
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    net = _without_sums(net)
    going = {row: effect for row, effect in net.items() if effect is AS_MADE}
    doubtful = {row: effect for row, effect in net.items() if effect is not AS_MADE}
    now = _current(connection, doubtful)
    going |= {
        (name, id): effect
        for (name, id), effect in doubtful.items()
        if name in now and _unchanged(now[name].get(id), effect.after)
    }
    while True:
        _drop_conflicts(connection, going, net, now)
        refused = _apply(connection, going)
        if not refused:
            break
        for row in refused:
            del going[row]
    left = {row: effect for row, effect in net.items() if row not in going}
    now |= _current(connection, {row: effect for row, effect in left.items() if effect is AS_MADE})
    kept = {
        (name, id): now.get(name, {}).get(id) or effect.after or effect.before or {}
        for (name, id), effect in left.items()
    }
    removed = _by_table(row for row, effect in going.items() if effect is AS_MADE)
    done = {
        row: (effect.after, effect.before) for row, effect in going.items() if effect is not AS_MADE
    }
    summed = {row: pair for row, pair in done.items() if row[0] in stock.SUMMED}
    for row, pair in stock.settle(connection, summed.items()).items():
        done[row] = _then(Effect(*summed[row]), Effect(*pair)) if row in summed else pair
    return Reverted(done, removed, kept)


def _without_sums(net: dict[Row, Effect]) -> dict[Row, Effect]:
    """What is added up anew is not put back; where nothing else changed, there is no effect."""
    if not any(name == stock.GIFT for name, _id in net):
        return net
    left = {}
    for row, effect in net.items():
        if row[0] == stock.GIFT:
            before = effect.before if effect.after is None else stock.without(row, effect.before)
            effect = Effect(before, stock.without(row, effect.after))
        if effect.before != effect.after:
            left[row] = effect
    return left


def _current(connection: Connection, rows: Iterable[Row]) -> dict[str, dict[int, Image]]:
    """The rows as they are now, by table and id; only tables that there still are."""
    return {
        name: images.current(connection, table, ids)
        for name, ids in _by_table(rows).items()
        if (table := images.named(name)) is not None
    }


def _unchanged(now: Image | None, after: Image | None) -> bool:
    """Whether a row is still as the action left it; columns of later versions do not count."""
    if now is None or after is None:
        return now is after
    return now == after or all(now[name] == value for name, value in after.items() if name in now)


# --- what stands in the way


def _drop_conflicts(
    connection: Connection,
    going: dict[Row, Effect],
    net: dict[Row, Effect],
    now: dict[str, dict[int, Image]],
) -> None:
    """Leave out, until nothing is left to leave out, what would break a reference, and what
    belongs to a row that stays.
    """
    while True:
        wrong = _needed(connection, going) | _homeless(connection, going)
        wrong |= stock.short(connection, going)
        staying: dict[str, set[int]] = defaultdict(set)
        for (name, id), effect in net.items() if len(going) < len(net) else ():
            made = name in OWNERS and effect.before is None
            if made and (name, id) not in going and _is_there(name, id, net, now):
                staying[name].add(id)
        if staying:
            wrong |= _belonging(connection, going, staying)
        if not wrong:
            return
        for row in wrong:
            del going[row]


def _is_there(name: str, id: int, net: dict[Row, Effect], now: dict[str, dict[int, Image]]) -> bool:
    """Whether a row that the action made is still in the file."""
    return net[name, id] is AS_MADE or id in now.get(name, ())


def _belonging(
    connection: Connection, going: dict[Row, Effect], staying: dict[str, set[int]]
) -> set[Row]:
    """What the action made for one that stays; the source rows go with their file."""
    made = {row for row, (before, after) in going.items() if before is None and after is not None}
    found: set[Row] = set()
    for name in {name for name, _id in made} - {"import_row"}:
        columns = everything().metadata.tables[name].columns
        for owner in staying.keys() & OWNERS:
            if f"{owner}_id" in columns:
                ids = connection.exec_driver_sql(
                    f"SELECT id FROM {quoted([name])} WHERE {owner}_id"
                    " IN (SELECT value FROM json_each(?))",
                    (json.dumps(list(staying[owner])),),
                ).scalars()
                found.update((name, id) for id in ids)
    return found & made


def _needed(connection: Connection, going: dict[Row, Effect]) -> set[Row]:
    """Rows to be removed that a row that stays would still refer to."""
    removed = _by_table(row for row, effect in going.items() if effect.before is None)
    chosen_of = {name: set(ids) for name, ids in removed.items()}
    wrong: set[Row] = set()
    for name, ids in removed.items():
        chosen = chosen_of[name]
        for foreign in _references_to(name):
            column = foreign.parent.name
            other = foreign.parent.table.name
            leaving = chosen_of.get(other, set())
            for where, values in images.blocks(column, ids):
                rows = connection.exec_driver_sql(
                    f"SELECT id, {quoted([column])} FROM {quoted([other])}"
                    f" WHERE {where} AND {_outside(leaving)}",
                    values,
                )
                for id, target in rows.all():
                    if (
                        id not in leaving
                        and target in chosen
                        and _stays(going.get((other, id)), column, target)
                    ):
                        wrong.add((name, target))
    return wrong


def _outside(leaving: set[int]) -> str:
    """SQL that passes over rows which go themselves, where their ids are neighbours."""
    if not leaving or max(leaving) - min(leaving) >= len(leaving):
        return "1"
    return f"id NOT BETWEEN {min(leaving)} AND {max(leaving)}"


def _stays(effect: Effect | None, column: str, target: int) -> bool:
    """Whether a row refers to the target still, after its own effect is taken back."""
    if effect is None:
        return True
    return effect.before is not None and effect.before.get(column, target) == target


def _homeless(connection: Connection, going: dict[Row, Effect]) -> set[Row]:
    """Rows to be put back that would refer to a row that is gone."""
    wrong: set[Row] = set()
    wanted: dict[str, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row, effect in going.items():
        table = images.named(row[0])
        if effect.before is None or table is None:
            continue
        for column in table.columns:
            target = effect.before.get(column.name)
            if target is not None:
                for foreign in column.foreign_keys:
                    wanted[foreign.column.table.name][target].append(row)
    for name, targets in wanted.items():
        table = everything().metadata.tables[name]
        there = images.current(connection, table, list(targets), ())
        for target, rows in targets.items():
            if target not in there and (name, target) not in going:
                wrong.update(rows)
    return wrong


def _references_to(name: str, *, journaled: bool = True) -> list[ForeignKey]:
    """What refers to a table; of tables that are not journaled, which are made anew at any time."""
    return [
        foreign
        for mapper in everything().registry.mappers
        if mapper.class_.journaled is journaled
        for foreign in mapper.local_table.foreign_keys
        if foreign.column.table.name == name
    ]


# --- putting back


def _apply(connection: Connection, going: dict[Row, Effect]) -> list[Row]:
    """Put all of it back; where a rule of the file forbids it, nothing, and say which rows."""
    statements = _statements(going)
    # A savepoint makes a large undo four times slower; removals alone cannot fail.
    trial = connection.begin_nested() if _risky(going) else nullcontext()
    try:
        with trial:
            _let_go(connection, going)
            for sql, rows in statements:
                values = list(rows.values())
                if sql.startswith("DELETE"):  # all of them at once: three times as quick
                    values = [(json.dumps([id for _table, id in rows]),)]
                connection.exec_driver_sql(sql, values)
    except IntegrityError:
        return _refused(connection, statements)
    return []


def _let_go(connection: Connection, going: dict[Row, Effect]) -> None:
    """What is not journaled does not keep a row: a likely pair goes with either of the two."""
    for name, ids in _by_table(row for row, e in going.items() if e.before is None).items():
        for foreign in _references_to(name, journaled=False):
            column = foreign.parent
            connection.exec_driver_sql(
                f"DELETE FROM {quoted([column.table.name])} WHERE {quoted([column.name])}"
                " IN (SELECT value FROM json_each(?))",
                (json.dumps(ids),),
            )


def _risky(going: dict[Row, Effect]) -> bool:
    """Whether a rule of the file may forbid to put something back."""
    return any(
        effect.before is not None
        and (effect.after is None or not effect.before.keys().isdisjoint(_ruled(row[0])))
        for row, effect in going.items()
    )


@cache
def _ruled(name: str) -> frozenset[str]:
    """The columns of a table that a unique or check rule watches over; for a check, all."""
    table = everything().metadata.tables[name]
    watched: set[str] = set()
    for rule in table.constraints:
        if isinstance(rule, CheckConstraint):
            watched.update(table.columns.keys())
        elif isinstance(rule, UniqueConstraint):
            watched.update(rule.columns.keys())
    return frozenset(watched)


def _refused(connection: Connection, statements: Statements) -> list[Row]:
    """Try row by row, and leave nothing of it."""
    trial = connection.begin_nested()
    refused = []
    for sql, rows in statements:
        for row, values in rows.items():
            try:
                with connection.begin_nested():
                    connection.exec_driver_sql(sql, values)
            except IntegrityError:
                refused.append(row)
    trial.rollback()
    return refused


def _statements(going: dict[Row, Effect]) -> Statements:
    """Removals, children first; then columns set back; then rows brought back, parents first."""
    order = {table.name: place for place, table in enumerate(everything().metadata.sorted_tables)}
    made: dict[tuple[int, int, str], dict[Row, tuple[Any, ...]]] = defaultdict(dict)
    for row, (before, after) in going.items():
        name, id = row
        place = order[name]
        if before is None:
            made[0, -place, _removal(name)][row] = (f"[{id}]",)
            continue
        table = everything().metadata.tables[name]
        if after is not None:
            values = _of_today(table, before)
            if not values:  # a column that went meanwhile
                continue
            sets = ", ".join(f'"{column}" = ?' for column in values)
            sql = f"UPDATE {quoted([name])} SET {sets} WHERE id = ?"
            made[1, place, sql][row] = (*values.values(), id)
        else:
            values = images.defaults(table) | _of_today(table, before) | {"id": id}
            marks = ", ".join("?" * len(values))
            sql = f"INSERT INTO {quoted([name])} ({quoted(values)}) VALUES ({marks})"
            made[2, place, sql][row] = tuple(values.values())
    return [(key[2], made[key]) for key in sorted(made)]


@cache
def _removal(name: str) -> str:
    """Takes the ids of rows as a JSON list."""
    return f"DELETE FROM {quoted([name])} WHERE id IN (SELECT value FROM json_each(?))"


def _of_today(table: Table, image: Image) -> Image:
    """The columns that there still are."""
    return {name: value for name, value in image.items() if name in table.columns}


def _by_table(rows: Iterable[Row]) -> dict[str, list[int]]:
    grouped: dict[str, list[int]] = defaultdict(list)
    for name, id in rows:
        grouped[name].append(id)
    return grouped
