"""Any number of values as one parameter."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, select


def listed(values: Collection[int] | Collection[str]) -> Select[Any]:
    """Thousands of ids or texts, as the right side of `in_`: SQLite takes only so many by name."""
    return select(func.json_each(json.dumps(list(values))).table_valued("value").c.value)
