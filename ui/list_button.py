"""A button that belongs to lists: its letter counts while one of them has the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ui.widgets import Button

if TYPE_CHECKING:
    from ui.page import Page
    from ui.tables import Table


def list_button(
    page: Page,
    tables: Sequence[Table],
    text: str,
    key: str,
    slot: Callable[[], object],
    name: str,
    *,
    kind: str = "",
) -> Button:
    """Make a button `page.name` and its key in these lists, in their menus, too.

    F1 tells the key once, with the first list.
    """
    first, *others = tables
    command = page.command(first, text, key, slot, name=f"{name}.key")
    for table in others:
        table.action(text, key, command.trigger)
    button = Button(text, key, kind=kind, name=f"{page.code}.{name}")
    button.clicked.connect(command.trigger)
    return button
