"""Any number of values as one parameter."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, bindparam, func, select


def listed(values: Collection[int] | Collection[str]) -> Select[Any]:
    """Thousands of ids or texts, as the right side of `in_`: SQLite takes only so many by name."""
    return _members(json.dumps(list(values)))


def named(name: str) -> Select[Any]:
    """The same in a query that is made once: its parameter of this name is the list as JSON."""
    return _members(bindparam(name))


def _members(said: Any) -> Select[Any]:
    return select(func.json_each(said).table_valued("value").c.value)
