"""What a row looked like, as the journal keeps it: column by column, the very values of the file.

An image is JSON of what SQLite stores (cents, codes, UTC text), so that bringing a row back needs
no knowledge of types and no rounding can creep in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, islice
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Connection, Date, Table
from sqlalchemy.dialects import sqlite

from showroom.store.models import everything

Image = dict[str, Any]

_BLOCK = 10_000
_ROOM = 32_000  # KB
_TOGETHER = 100
_PARSED = 1000  # of more every other thread would wait for as long
_dialect = sqlite.dialect()
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def dump(image: Image | None) -> str | None:
    """An image as text."""
    return None if image is None else _encode(image)


def load(text: str | None) -> Image | None:
    """An image from its text."""
    image: Image | None = None if text is None else json.loads(text)
    return image


def load_all(texts: Iterable[str | None]) -> list[Image | None]:
    """The images of many texts, many read as one: in half the time."""
    found: list[Image | None] = []
    each = iter(texts)
    while block := list(islice(each, _PARSED)):
        if any(block):
            found += json.loads(f"[{','.join([text or 'null' for text in block])}]")
        else:
            found += [None] * len(block)
    return found


@cache
def makers(table: Table) -> dict[str, Callable[[Any], Any] | None]:
    """For each column, what turns a value of the program into that of the file."""
    return {column.name: _maker(column) for column in table.columns}


def _maker(column: Column[Any]) -> Callable[[Any], Any] | None:
    if isinstance(column.type, Date):  # what SQLAlchemy has for it takes five times as long
        return lambda day: day and day.isoformat()
    bind = getattr(column.type, "process_bind_param", None)
    if bind is not None:  # one of ours, without what is around it
        return lambda value: bind(value, _dialect)
    return column.type.dialect_impl(_dialect).bind_processor(_dialect)


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


def columns(table: Table, rows: Sequence[Image], ids: range) -> dict[str, Sequence[Any]]:
    """Each column of new rows, with their values as the file stores them.

    Works column by column, for thousands of rows; every row has the keys of the first.
    """
    plain, makes = defaults(table), makers(table)
    found: dict[str, Sequence[Any]] = {"id": ids}
    for name in makes:
        if name in rows[0]:
            found[name] = _made(makes[name], list(map(itemgetter(name), rows)))
        elif name != "id":
            found[name] = [plain[name]] * len(rows)
    return found


def put(connection: Connection, table: Table, columns: dict[str, Sequence[Any]]) -> None:
    """Insert rows given by column, a hundred with each statement: half the time of one by one.

    What all of them say alike is handed over once a statement.
    """
    count = len(columns["id"])
    alike = [n for n, values in columns.items() if n != "id" and values.count(values[0]) == count]
    own = [name for name in columns if name not in alike]
    names = [*alike, *own]
    said = tuple(columns[name][0] for name in alike)
    rows = list(zip(*(columns[name] for name in own), strict=True))
    marks = [f"?{place + 1}" for place in range(len(alike))] + ["?"] * len(own)
    one = f"({', '.join(marks)})"
    into = f"INSERT INTO {quoted([table.name])} ({quoted(names)}) VALUES "
    whole = count - count % _TOGETHER
    if whole:
        connection.exec_driver_sql(
            into + ", ".join([one] * _TOGETHER),
            [
                (*said, *chain.from_iterable(rows[start : start + _TOGETHER]))
                for start in range(0, whole, _TOGETHER)
            ],
        )
    if count > whole:
        connection.exec_driver_sql(into + one, [(*said, *row) for row in rows[whole:]])


def room(connection: Connection) -> None:
    """Let a write of thousands keep its pages at hand until the connection is given back.

    Else those it needs again are decrypted again, and half-filled ones written twice.
    """
    if "room" not in connection.info:
        connection.info["room"] = True
        connection.exec_driver_sql(f"PRAGMA cache_size = {-_ROOM}")


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
    return everything().metadata.tables.get(name)


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
        found |= {row[0]: dict(zip(columns, row)) for row in rows}  # noqa: B905 - as asked for
    return found


def as_text(names: Iterable[str]) -> str:
    """SQL for an image of these columns: made by SQLite itself, far quicker."""
    pairs = ", ".join(f"'{name}', {quoted([name])}" for name in names)
    return f"json_object({pairs})"


def blocks(column: str, ids: Sequence[int]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Conditions that find `column` among `ids`: ranges where they lie close together."""
    if not ids:
        return
    low, high = min(ids), max(ids)
    if high - low < 2 * len(ids):
        for start in range(low, high + 1, _BLOCK):
            end = min(start + _BLOCK - 1, high)
            yield f"{quoted([column])} BETWEEN ? AND ?", (start, end)
        return
    for start in range(0, len(ids), _BLOCK):
        block = tuple(ids[start : start + _BLOCK])
        yield f"{quoted([column])} IN ({', '.join('?' * len(block))})", block


def quoted(names: Iterable[str]) -> str:
    """Names as SQL, whatever they are called."""
    return ", ".join('"{}"'.format(name.replace('"', '""')) for name in names)
