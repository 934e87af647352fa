"""How Alembic runs here: on the connection it is handed, in the transaction that is open."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Write plain `sa.` types: history must not need the types of today."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def ours(name: str | None, kind: str, parents: Any) -> bool:
    """Leave the search index and its shadow tables to themselves."""
    return not (kind == "table" and (name or "").startswith("customer_fts"))


attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=attributes.get("metadata"),
    include_name=ours,
    render_item=render_item,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
