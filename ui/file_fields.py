"""The showroom's own fields in a customer's file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.customer_parts import Section

if TYPE_CHECKING:
    pass


class FieldsSection(Section):
    """The showroom's own fields, each changed in place."""
