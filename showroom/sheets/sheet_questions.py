"""What is asked of a whole sheet: what its columns are, and whose list it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from showroom.i18n import _
from showroom.sheets.answers import Answers
from showroom.sheets.columns import Kind
from showroom.sheets.plan import Plan
from showroom.sheets.synonyms import TITLES


class Option(NamedTuple):
    """One answer: its words, and the answers of the plan with it."""

    text: str
    answers: Answers


@dataclass(frozen=True)
class Question:
    """What is asked, of how many rows, with its answers; `rows` are their places in the plan.

    `words` makes the answers of what is typed, where it is to be answered in words.
    """

    code: str
    text: str
    options: Sequence[Option]
    rows: Sequence[int] = field(default_factory=tuple)
    words: Callable[[str], Answers] | None = None


def ask(plan: Plan) -> Iterator[Question]:
    """What is to be known of the sheets before their rows."""
    yield from _columns(plan)
    yield from _twice(plan)
    yield from _strange(plan)


def _columns(plan: Plan) -> Iterator[Question]:
    """Files of which no column is known, and lists without what no row comes in without."""
    known = {sheet.book for sheet in plan.sheets if sheet.kind}
    for at, sheet in enumerate(plan.sheets):
        name = plan.books[sheet.book].name
        name = f"{name}, {sheet.name}" if sheet.name else name
        fields = {column.field for column in sheet.columns}
        if sheet.columns and sheet.book not in known:
            said = _(
                "{name}: say what its columns are. M on a column, H on the row of headings. "
                "A list needs names and phones; visits need times of arrival."
            )
            yield Question(f"columns.{at}", said.format(name=name), [])
        elif sheet.kind in (Kind.CUSTOMERS, Kind.DEALS) and not sheet.own:
            lacking = [
                _(TITLES[one[0]])
                for one in (("name",), ("phone", "wechat"))
                if fields.isdisjoint(one)
            ]
            if lacking:
                said = _("{name}: no column is taken for {fields}. Press M on the one that is.")
                said = said.format(name=name, fields=_(", ").join(lacking))
                yield Question(f"columns.{at}", said, [])


def _twice(plan: Plan) -> Iterator[Question]:
    """Columns that were taken for the same though only one can tell it."""
    for at, sheet in enumerate(plan.sheets):
        for name, found in sheet.twice.items():
            options = []
            for chosen in found:
                answers = plan.answers
                for column in found:
                    taken = name if column is chosen else ""
                    answers = answers.means((at, column.index), taken)
                options.append(Option(chosen.label, answers))
            yield Question(
                f"twice.{at}.{name}",
                _("{columns} are taken for the same, {field}. Which one is read?").format(
                    columns=_(", ").join(column.label for column in found), field=_(TITLES[name])
                ),
                options,
            )


def _strange(plan: Plan) -> Iterator[Question]:
    """Lists that left a desk: another one, or this one with people of whom nothing is left."""
    for at, sheet in enumerate(plan.sheets):
        if sheet.strange:
            said = _(
                "{name} left another desk, or means people who are no longer on file: its rows "
                "come in as new."
            )
            places = [n for n, row in enumerate(plan.rows) if row.sheet == at and row.facts]
            name = plan.books[sheet.book].name
            yield Question(f"strange.{at}", said.format(name=name), [], places)
