"""The columns of a plan's rows and of what came in before."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from showroom import dates, text, words
from showroom.i18n import N_, _
from showroom.sheets import plan
from showroom.sheets.plan import Outcome
from showroom.store.models import Honorific
from ui.tables import Column

TONES = {
    Outcome.NEW: "good",
    Outcome.FILLED: "accent",
    Outcome.SAME: "muted",
    Outcome.DUPLICATE: "soon",
    Outcome.REFUSED: "late",
    Outcome.IGNORED: "muted",
}


class PlanRow(NamedTuple):
    """One row of the file in the grid; `id` is its place in the plan, from 1."""

    id: int
    sheet: str
    row: plan.Row


def _fact(name: str) -> Callable[[PlanRow], str]:
    def said(row: PlanRow) -> str:
        facts = row.row.facts or {}
        value = facts.get(name)
        return "" if value is None else str(value)

    return said


def _name(row: PlanRow) -> str:
    facts = row.row.facts
    if facts is None:
        shown = [str(cell) for cell in row.row.cells if cell not in ("", None)]
        return " · ".join(shown[:4])
    return words.called(facts.get("name") or "", facts.get("honorific") or Honorific.NONE)


def _phone(row: PlanRow) -> str:
    numbers = (row.row.facts or {}).get("phones") or []
    return text.show_phone(numbers[0]) if numbers else ""


def _came(row: PlanRow) -> str:
    arrived = (row.row.facts or {}).get("arrived")
    return f"{dates.local(arrived):%m-%d %H:%M}" if arrived is not None else ""


ROWS = (
    Column(
        N_("Row"),
        lambda row: f"{row.sheet} {row.row.number}".strip(),
        align="right",
        width=72,
        tone="muted",
    ),
    Column(
        N_("Becomes"),
        lambda row: _(plan.OUTCOMES[row.row.outcome]),
        tag=lambda row: TONES[row.row.outcome],
        width=88,
    ),
    Column(
        N_("Customer"),
        _name,
        tone=lambda row: "" if row.row.facts else "muted",
        width=120,
        stretch=True,
    ),
    Column(N_("Phone"), _phone, width=118),
    Column(N_("Came"), _came, width=96),
    Column(N_("Interest"), _fact("model"), width=84),
    Column(N_("Consultant"), _fact("consultant"), width=68),
    Column(
        N_("Why"),
        lambda row: row.row.reason,
        tone=lambda row: "late" if row.row.outcome is Outcome.REFUSED else "muted",
        tip=lambda row: row.row.reason,
        width=150,
        stretch=True,
    ),
)
HISTORY = (
    Column(N_("File"), lambda row: row.file_name, width=220, stretch=True),
    Column(N_("When"), lambda row: f"{dates.local(row.at):%Y-%m-%d %H:%M}", width=130),
    Column(N_("By"), lambda row: row.staff, width=80, tone="muted"),
    Column(N_("New"), lambda row: str(row.new), align="right", width=64),
    Column(N_("Known"), lambda row: str(row.known), align="right", width=64, tone="muted"),
    Column(
        N_("Not taken"),
        lambda row: str(row.refused),
        align="right",
        width=72,
        tone=lambda row: "late" if row.refused else "muted",
    ),
    Column(
        N_("State"),
        lambda row: _("Taken back") if row.undone else "",
        tag=lambda row: "muted" if row.undone else "",
        width=90,
    ),
)
