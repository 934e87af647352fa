"""How an action is taken back: its net effect a row, what stands in the way, and then all at once.

A row that was edited since, that newer rows rest on, or that could not stand any more where it
stood keeps what it is now, and with it stays what the same action made of it: the phone of a
customer, what was promised to him. The rest goes back together, also when that spans tables.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
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
Told = Image | str | None
Statements = list[tuple[str, dict[Row, tuple[Any, ...]]]]


class Effect(NamedTuple):
    """What an action did to a row in the end: made it, changed it, or removed it.

    `after` is still its text where the row stands just so: nobody has to look into it.
    """

    before: Image | None
    after: Told


class Reverted(NamedTuple):
    """What was put back (the effects of doing so), and the rows that were kept with their image."""

    done: dict[Row, tuple[Told, Told]]
    kept: dict[Row, Image]


def effects(
    changes: Sequence[Sequence[Any]], standing: AbstractSet[Row] = frozenset()
) -> dict[Row, Effect]:
    """The net effect of changes in their order: (table, id, before, after).

    The texts of rows that are known to stand just so (`standing`) are not taken apart.
    """
    net: dict[Row, Effect] = {}
    befores = images.load_all(before for _table, _id, before, _after in changes)
    afters = images.load_all(
        None if (table, id) in standing else after for table, id, _before, after in changes
    )
    for (table, id, _before, text), before, after in zip(changes, befores, afters, strict=True):
        row = table, id
        first = net.get(row)
        later = Effect(before, text if row in standing else after)
        net[row] = later if first is None else _then(first, later)
    return {row: effect for row, effect in net.items() if effect.before != effect.after}


def standing(connection: Connection, changes: Sequence[Sequence[Any]]) -> set[Row]:
    """Of the rows that were made, those that stand as they were made, to the letter."""
    made: dict[str, dict[int, str]] = defaultdict(dict)
    for name, id, before, after in changes:
        if before is None and name not in stock.SUMMED:
            made[name][id] = after
    found: set[Row] = set()
    for name, texts in made.items():
        table = images.named(name)
        if table is not None:
            there = images.texts(connection, table, list(texts))
            found.update((name, id) for id, text in there.items() if texts.get(id) == text)
    return found


def _then(first: Effect, later: Effect) -> Effect:
    """The effect of one change after the other."""
    was, is_now = images.opened(first.after), images.opened(later.after)
    if was is None:
        return Effect(first.before, is_now)
    before = None if first.before is None else (later.before or {}) | first.before
    return Effect(before, None if is_now is None else was | is_now)


def revert(connection: Connection, net: dict[Row, Effect]) -> Reverted:
    """Put back what can be put back; foreign keys are settled at the commit."""
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    net = _without_sums(net)
    going = {row: effect for row, effect in net.items() if isinstance(effect.after, str)}
    doubtful = {row: effect for row, effect in net.items() if row not in going}
    now = _current(connection, doubtful)
    going |= {
        (name, id): effect
        for (name, id), effect in doubtful.items()
        if name in now and _unchanged(now[name].get(id), images.opened(effect.after))
    }
    while True:
        _drop_conflicts(connection, going, net, now)
        refused = _apply(connection, going)
        if not refused:
            break
        for row in refused:
            del going[row]
    kept = {
        (name, id): now.get(name, {}).get(id) or images.opened(effect.after) or effect.before or {}
        for (name, id), effect in net.items()
        if (name, id) not in going
    }
    done: dict[Row, tuple[Told, Told]] = {
        row: (effect.after, effect.before) for row, effect in going.items()
    }
    summed = {
        row: (images.opened(effect.after), effect.before)
        for row, effect in going.items()
        if row[0] in stock.SUMMED
    }
    for row, pair in stock.settle(connection, summed.items()).items():
        done[row] = _then(Effect(*summed[row]), Effect(*pair)) if row in summed else pair
    return Reverted(done, kept)


def _without_sums(net: dict[Row, Effect]) -> dict[Row, Effect]:
    """What is added up anew is not put back; where nothing else changed, there is no effect."""
    if not any(name == stock.GIFT for name, _id in net):
        return net
    left = {}
    for row, effect in net.items():
        if row[0] == stock.GIFT:
            before, after = effect.before, images.opened(effect.after)
            if after is not None:
                before = stock.without(row, before)
            effect = Effect(before, stock.without(row, after))
        if effect.before != effect.after:
            left[row] = effect
    return left


def _current(connection: Connection, net: dict[Row, Effect]) -> dict[str, dict[int, Image]]:
    """The rows as they are now, by table and id; only tables that there still are."""
    return {
        name: images.current(connection, table, ids)
        for name, ids in _by_table(net).items()
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
            wrong |= {row for row, effect in going.items() if _belongs(row, effect, staying)}
        if not wrong:
            return
        for row in wrong:
            del going[row]


def _is_there(name: str, id: int, net: dict[Row, Effect], now: dict[str, dict[int, Image]]) -> bool:
    """Whether a row that the action made is still in the file."""
    return isinstance(net[name, id].after, str) or id in now.get(name, ())


def _belongs(row: Row, effect: Effect, owners: dict[str, set[int]]) -> bool:
    """Whether the action made this row for one of these; the source rows go with their file."""
    if effect.before is not None or effect.after is None or row[0] == "import_row":
        return False
    after = images.opened(effect.after) or {}
    return any(after.get(f"{name}_id") in ids for name, ids in owners.items() if ids)


def _needed(connection: Connection, going: dict[Row, Effect]) -> set[Row]:
    """Rows to be removed that a row that stays would still refer to."""
    removed = _by_table({row: e for row, e in going.items() if e.before is None})
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
                    f"SELECT id, {quoted([column])} FROM {quoted([other])} WHERE {where}", values
                )
                for id, target in rows.all():
                    if (
                        id not in leaving
                        and target in chosen
                        and _stays(going.get((other, id)), column, target)
                    ):
                        wrong.add((name, target))
    return wrong


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
    for name, ids in _by_table({row: e for row, e in going.items() if e.before is None}).items():
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


def _by_table(net: dict[Row, Effect]) -> dict[str, list[int]]:
    grouped: dict[str, list[int]] = defaultdict(list)
    for name, id in net:
        grouped[name].append(id)
    return grouped
