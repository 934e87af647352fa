"""The archive of a customer: how complete it is, what to ask next, all its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from ui.customer_parts import Section

if TYPE_CHECKING:
    pass


class ArchiveBar(Section):
    """How complete the archive is and what to ask next; `asked()` when it is clicked."""

    asked = Signal()


class ArchiveTab(Section):
    """All fields of the archive, the score live while one types."""
