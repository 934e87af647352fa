"""What a row looked like, as the journal keeps it: column by column, the very values of the file.

An image is JSON of what SQLite stores (cents, codes, UTC text), so that bringing a row back needs
no knowledge of types and no rounding can creep in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, repeat
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite

from showroom.store.models import Base

Image = dict[str, Any]

_BLOCK = 10_000
_TOGETHER = 100
_dialect = sqlite.dialect()
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def dump(image: Image | None) -> str | None:
    """An image as text."""
    return None if image is None else _encode(image)


def load(text: str | None) -> Image | None:
    """An image from its text."""
    image: Image | None = None if text is None else json.loads(text)
    return image


@cache
def makers(table: Table) -> dict[str, Callable[[Any], Any] | None]:
    """For each column, what turns a value of the program into that of the file."""
    return {
        column.name: column.type.dialect_impl(_dialect).bind_processor(_dialect)
        for column in table.columns
    }


def stored(table: Table, values: Image) -> Image:
    """The values of a row as they stand in the file."""
    made = makers(table)
    return {
        name: value if (make := made[name]) is None else make(value)
        for name, value in values.items()
    }


@cache
def defaults(table: Table) -> Image:
    """What the file holds where nothing is said, `id` left out."""
    plain = {
        column.name: None if column.default is None else getattr(column.default, "arg", None)
        for column in table.columns
        if not column.primary_key
    }
    return stored(table, plain)


def lines(
    table: Table, rows: Sequence[Image], ids: range
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns of new rows and, for each row, their values as the file stores them.

    Works column by column, for thousands of rows; every row has the keys of the first.
    """
    plain, makes = defaults(table), makers(table)
    columns: dict[str, Iterable[Any]] = {"id": ids}
    for name in makes:
        if name in rows[0]:
            columns[name] = _made(makes[name], [row[name] for row in rows])
        elif name != "id":
            columns[name] = repeat(plain[name], len(rows))
    return list(columns), list(zip(*columns.values(), strict=True))


def put(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows, a hundred with each statement: half the time of one by one."""
    one = f"({', '.join('?' * len(names))})"
    into = f"INSERT INTO {quoted([table.name])} ({quoted(names)}) VALUES "
    whole = len(rows) - len(rows) % _TOGETHER
    if whole:
        connection.exec_driver_sql(
            into + ", ".join([one] * _TOGETHER),
            [
                tuple(chain.from_iterable(rows[start : start + _TOGETHER]))
                for start in range(0, whole, _TOGETHER)
            ],
        )
    if len(rows) > whole:
        connection.exec_driver_sql(into + one, list(rows[whole:]))


def _made(make: Callable[[Any], Any] | None, values: list[Any]) -> list[Any]:
    """The values of a column in the words of the file; where they repeat, each is turned once."""
    if make is None:
        return values
    if len(set(values[:50])) > 25:
        return [make(value) for value in values]
    known = {value: make(value) for value in set(values)}
    return [known[value] for value in values]


def named(name: str) -> Table | None:
    """The table of that name, None when it is gone."""
    return Base.metadata.tables.get(name)


def current(
    connection: Connection, table: Table, ids: Sequence[int], names: Iterable[str] | None = None
) -> dict[int, Image]:
    """The rows with these ids as they stand in the file, by id; `names` narrows the columns."""
    columns = ["id", *(names if names is not None else makers(table))]
    columns = list(dict.fromkeys(columns))
    found: dict[int, Image] = {}
    for where, values in blocks("id", ids):
        rows = connection.exec_driver_sql(
            f"SELECT {quoted(columns)} FROM {quoted([table.name])} WHERE {where}", values
        ).all()
        found |= {row[0]: dict(zip(columns, row, strict=True)) for row in rows}
    return found


def blocks(column: str, ids: Sequence[int]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Conditions that find `column` among `ids`: one range where they lie close together."""
    if not ids:
        return
    low, high = min(ids), max(ids)
    if high - low < 2 * len(ids):
        yield f"{quoted([column])} BETWEEN ? AND ?", (low, high)
        return
    for start in range(0, len(ids), _BLOCK):
        block = tuple(ids[start : start + _BLOCK])
        yield f"{quoted([column])} IN ({', '.join('?' * len(block))})", block


def quoted(names: Iterable[str]) -> str:
    """Names as SQL, whatever they are called."""
    return ", ".join(f'"{name}"' for name in names)
