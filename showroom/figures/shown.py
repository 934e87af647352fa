"""The figures of a day at the desk as tables for people and as data for programs."""

from __future__ import annotations

from typing import Any

from showroom import words
from showroom.figures.desk import FORMULAS, Desk
from showroom.figures.figures import show
from showroom.i18n import _
from showroom.sheets.cells import Kind
from showroom.store.models import Refusal


def tables(found: Desk) -> list[tuple[str, str, list[list[str]]]]:
    """Each cut of the day: its title, its formula, its lines with the head first."""
    moments = [
        [row.label, f"{row.asked}", f"{row.given}", show(row.rate, Kind.SHARE)]
        + [f"{row.refusals.get(refusal, 0)}" for refusal in Refusal]
        for row in found.moments
    ]
    consultants = [
        [
            row.label,
            f"{row.counts.walk_ins}",
            f"{row.counts.left} / {row.counts.fresh}",
            show(_quotient(row.counts.left, row.counts.fresh), Kind.SHARE),
            show(_quotient(row.counts.stayed, row.counts.stays), Kind.SPAN),
        ]
        for row in found.consultants
    ]
    hours = [
        [_("{hour}:00").format(hour=hour), f"{count}"]
        for hour, count in enumerate(found.hours, found.first_hour)
        if count
    ]
    owing = [[row.consultant or _("not assigned"), f"{len(row.ids)}"] for row in found.owing]
    reasons = [_(words.REFUSALS[refusal]) for refusal in Refusal]
    heads = {
        "moments": [_("Moment"), _("Asks"), _("Given"), _("Given of asked"), *reasons],
        "consultants": [
            _("Consultant"),
            _("Walk-ins"),
            _("First contacts left"),
            _("Contact rate"),
            _("Mean stay"),
        ],
        "hours": [_("Hour"), _("Parties")],
        "owing": [_("Consultant"), _("To complete")],
    }
    titles = {
        "moments": _("The seven moments"),
        "consultants": _("By consultant"),
        "hours": _("Parties by hour"),
        "owing": _("To complete"),
    }
    lines = {"moments": moments, "consultants": consultants, "hours": hours, "owing": owing}
    return [
        (titles[code], _(FORMULAS[code]), [heads[code], *rows])
        for code, rows in lines.items()
        if rows
    ]


def data(found: Desk) -> dict[str, Any]:
    """The cuts of the day with their formulas, as JSON says them."""
    return {
        "moments": [
            {
                "code": row.moment.value,
                "title": row.label,
                "asked": row.asked,
                "given": row.given,
                "refused": {refusal.value: row.refusals.get(refusal, 0) for refusal in Refusal},
            }
            for row in found.moments
        ],
        "consultants": [
            {
                "id": row.key,
                "name": row.label,
                "walk_ins": row.counts.walk_ins,
                "first": row.counts.first,
                "left": row.counts.left,
                "fresh": row.counts.fresh,
                "stayed": row.counts.stayed,
                "stays": row.counts.stays,
            }
            for row in found.consultants
        ],
        "hours": {
            f"{hour:02}": count for hour, count in enumerate(found.hours, found.first_hour) if count
        },
        "owing": {row.consultant: len(row.ids) for row in found.owing},
        "formulas": {code: _(formula) for code, formula in FORMULAS.items()},
    }


def _quotient(above: float, below: int) -> float | None:
    return above / below if below else None
