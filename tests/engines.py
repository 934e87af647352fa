"""What was compiled for one desk serves all that a process of tests opens."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Engine

from showroom.store import db


@cache
def compile_once() -> None:
    """Let the engines of all desks share what they compiled, from here to the end of the process.

    A desk opens one engine, the tests thousands: a third of their time went into making the same
    SQL anew.
    """
    made = db.create_engine
    first = made("sqlite://", module=db.driver, query_cache_size=5000)
    first.connect().close()  # a dialect looks once at what it talks to

    def create(*words: Any, **options: Any) -> Engine:
        engine = made(*words, **options)
        engine.dialect = engine.pool._dialect = first.dialect
        engine._compiled_cache = first._compiled_cache
        return engine

    db.create_engine = create
