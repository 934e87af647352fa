"""What becomes of one cell of a row, and the sign that says so."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from showroom.i18n import N_


class Mark(StrEnum):
    """What becomes of one cell."""

    FILL = "fill"
    REPLACE = "replace"
    KEPT = "kept"
    REPAIRED = "repaired"
    MENDED = "mended"
    DOUBT = "doubt"
    WRONG = "wrong"


MARKS: Final = {
    Mark.FILL: N_("Fills a gap"),
    Mark.REPLACE: N_("Overwrites"),
    Mark.KEPT: N_("Differs: what is on file stays"),
    Mark.REPAIRED: N_("Repaired"),
    Mark.MENDED: N_("Mended by hand"),
    Mark.DOUBT: N_("Left out"),
    Mark.WRONG: N_("Not taken"),
}
SIGNS: Final = {
    Mark.FILL: "+",
    Mark.REPLACE: "→",
    Mark.KEPT: "≠",
    Mark.REPAIRED: "~",
    Mark.MENDED: "✎",
    Mark.DOUBT: "?",
    Mark.WRONG: "✕",
}
"""What stands before a cell, so that colour is not the only signal."""
