"""The class of a customer with its reason, in his file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.customer_parts import Section

if TYPE_CHECKING:
    pass


class ClassLine(Section):
    """His card, relationship and value in one line, each with its reason."""
