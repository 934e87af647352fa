"""A field for lengths on paper."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from showroom import text as texts
from showroom.errors import Invalid
from showroom.i18n import _
from ui.fields import Text


class Millimetres(Text):
    """A length on paper within limits, to a tenth; `value()` float or None."""

    def __init__(
        self, name: str, caption: str, *, least: float, most: float, help: str = ""
    ) -> None:
        super().__init__(name, caption, help=help, width=120, max_length=6)
        self.least, self.most = least, most
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.set_hint("mm")

    def value(self) -> Any:
        """Return the length, None when empty; raise `Invalid` outside its limits."""
        typed = texts.narrow(self.text()).replace("mm", "").strip()
        if not typed:
            return None
        try:
            length = round(float(typed), 1)
        except ValueError:
            length = float("nan")
        if not self.least <= length <= self.most:
            sentence = _("Enter millimetres from {least} to {most}, such as 12.5.")
            raise Invalid(
                {self.name: sentence.format(least=f"{self.least:g}", most=f"{self.most:g}")}
            )
        return length

    def set_value(self, value: Any) -> None:
        """Show a length; None empties it."""
        self.setText("" if value is None else f"{value:g}")
