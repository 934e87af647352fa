"""Who belongs to a customer, his cars, who brought him, the lists he is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.customer_parts import Section

if TYPE_CHECKING:
    pass


class CircleTab(Section):
    """His people, cars, introductions, lists and events."""
