"""What is asked once for a whole file: each question with its answers; none has to be given.

What columns are (`sheet_questions`); a date that can be read both ways, a word that is not known, a
name that is on no list, phones that one hand slipped on alike, what differs from what is on file,
and who may be on file already.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from showroom.i18n import N_, _, headed, ngettext
from showroom.sheets import contacts, day_questions, sheet_questions, values
from showroom.sheets.answers import LEFT_OUT, NOBODY, Cell
from showroom.sheets.columns import Column
from showroom.sheets.marks import Mark
from showroom.sheets.mending import LISTED, word
from showroom.sheets.orders import Order
from showroom.sheets.outcomes import Outcome, Row
from showroom.sheets.plan import Plan
from showroom.sheets.sheet_questions import Option as Option
from showroom.sheets.sheet_questions import Question as Question
from showroom.sheets.times import Wrong
from showroom.store.models import ChoiceKind
from showroom.text import narrow

SURE: Final = 80
"""From so many points on somebody is offered as the same in one go."""

OFFERED: Final = 4
ALIKE: Final = 60
"""From so many points of a hundred on a word of a list is offered for one that is on none."""

#: What may be said of an unknown word, and how a reader of cells takes it
_MEANINGS: Final = {
    "yes": ((N_("Yes"), "是"), (N_("No"), "否")),
    "sex": ((N_("Mr"), "先生"), (N_("Ms"), "女士"), (N_("Company"), "公司")),
    "status": (
        (N_("In contact"), "跟进"),
        (N_("Owner"), "保有"),
        (N_("Dormant"), "休眠"),
        (N_("Lost"), "战败"),
        (N_("Invalid"), "无效"),
    ),
    "payment": (
        (N_("Paid in full"), "全款"),
        (N_("Loan"), "贷款"),
        (N_("Lease"), "租赁"),
        (N_("Trade-in"), "置换"),
    ),
}
_LETTERS: Final = str.maketrans("oOoOlIiＯ", "00001110")


def ask(plan: Plan) -> list[Question]:
    """All that is worth asking, what changes most first."""
    return [
        *day_questions.ask(plan),
        *sheet_questions.ask(plan),
        *_dates(plan),
        *_words(plan),
        *_phones(plan),
        *_new_words(plan),
        *_differing(plan),
        *_people(plan),
    ]


# --- dates


def _dates(plan: Plan) -> Iterator[Question]:
    for at, sheet in enumerate(plan.sheets):
        for place, told in sheet.dates.items():
            if told.decided or told.order not in (Order.OPEN, Order.BOTH) or not told.readings:
                continue
            label = next(column.label for column in sheet.columns if column.index == place)
            yield Question(
                f"dates.{at}.{place}",
                ngettext(
                    "{column}: is {sample} the day or the month first? {count} date can be read "
                    "both ways.",
                    "{column}: is {sample} the day or the month first? {count} dates can be read "
                    "both ways.",
                    told.count,
                ).format(column=label, sample=told.sample, count=told.count),
                [
                    Option(day.isoformat(), plan.answers.dated((at, place), day_first=bool(first)))
                    for first, day in enumerate(told.readings)
                ],
            )


# --- words


def _words(plan: Plan) -> Iterator[Question]:
    found: dict[tuple[str, str, str], list[int]] = {}
    for place, row in enumerate(plan.rows):
        doubts = (row.facts or {}).get("doubts", ())
        if not doubts:
            continue
        for column in plan.sheets[row.sheet].columns:
            if column.field in LISTED and any(
                said.startswith(headed(column.label, "")) for said in doubts
            ):
                told = word(row.cells[column.index]) if column.index < len(row.cells) else ""
                if told:
                    key = (LISTED[column.field], column.label, told)
                    found.setdefault(key, []).append(place)
    for (group, label, told), places in sorted(found.items(), key=lambda one: -len(one[1])):
        meanings = [
            *((letter, letter) for letter in plan.levels.values() if group == "level"),
            *((_(text), meaning) for text, meaning in _MEANINGS.get(group, ())),
        ]
        if not meanings:
            continue
        yield Question(
            f"word.{group}.{told}",
            ngettext(
                "{column}: what does “{word}” mean? It stands in {count} row.",
                "{column}: what does “{word}” mean? It stands in {count} rows.",
                len(places),
            ).format(column=label, word=told, count=len(places)),
            [
                *(Option(text, plan.answers.says(group, told, said)) for text, said in meanings),
                Option(_("Leave out"), plan.answers.says(group, told, LEFT_OUT)),
            ],
            places,
        )


def _new_words(plan: Plan) -> Iterator[Question]:
    """Names and words that no list holds yet and that may be another way to write one that is."""
    for group, kind in (
        ("consultant", None),
        ("model", ChoiceKind.MODEL),
        ("channel", ChoiceKind.CHANNEL),
        ("colour", ChoiceKind.COLOUR),
    ):
        there = plan.lists.people if kind is None else plan.lists.words.get(kind, [])
        for added in plan.lists.new(kind):
            near = _near(added, there, always=kind is None)
            if not near or (group, added) in plan.answers.words:
                continue
            places = [
                place
                for place, row in enumerate(plan.rows)
                if (row.facts or {}).get(group) == added
            ]
            said = (
                _("{name} is not on the staff. Somebody who is, written otherwise?")
                if kind is None
                else _("{name} is on no list. Another word for one that is?")
            )
            yield Question(
                f"new.{group}.{added}",
                said.format(name=added),
                [
                    Option(
                        _("Add {name}").format(name=added), plan.answers.says(group, added, added)
                    ),
                    *(Option(one, plan.answers.says(group, added, one)) for one in near),
                    Option(_("Leave out"), plan.answers.says(group, added, LEFT_OUT)),
                ],
                places,
            )


def _near(added: str, there: Sequence[str], *, always: bool) -> list[str]:
    """The entries most like a word; of the staff all may be meant."""
    return difflib.get_close_matches(added, there, OFFERED, 0.0 if always else ALIKE / 100)


# --- cells that are wrong alike


def _phones(plan: Plan) -> Iterator[Question]:
    """Phones with a letter for a digit: O for 0, l for 1."""
    cells: dict[Cell, str] = {}
    places = []
    for place, row in enumerate(plan.rows):
        if row.outcome is not Outcome.REFUSED or row.field not in ("phone", "phone2"):
            continue
        for column in plan.sheets[row.sheet].columns:
            if column.field == row.field and column.index < len(row.cells):
                typed = narrow(values.plain(row.cells[column.index]))
                mended = typed.translate(_LETTERS)
                if mended != typed and not isinstance(contacts.phones(mended), Wrong):
                    cells[row.sheet, row.number, column.index] = mended
                    places.append(place)
    if cells:
        yield Question(
            "letters",
            ngettext(
                "{count} phone has a letter in the place of a digit (O for 0, l for 1).",
                "{count} phones have a letter in the place of a digit (O for 0, l for 1).",
                len(cells),
            ).format(count=len(cells)),
            [Option(_("Mend All"), plan.answers.mend(cells))],
            places,
        )


def alike(plan: Plan, mended: Cell, was: str, now: str) -> Question | None:
    """What was just mended in one cell, for all that are wrong alike; nothing when it is alone.

    The rule is read off the one: a beginning, an end or a piece that was taken away or changed, or
    a whole cell that says the same.
    """
    sheet, number, index = mended
    column = next((one for one in plan.sheets[sheet].columns if one.index == index), None)
    if column is None or was == now:
        return None
    start = _common(was, now)
    end = _common(was[start:][::-1], now[start:][::-1])
    gone, come = was[start : len(was) - end], now[start : len(now) - end]
    cells: dict[Cell, str] = {}
    places = []
    for place, row in enumerate(plan.rows):
        if row.sheet != sheet or row.number == number or index >= len(row.cells):
            continue
        if not _is_wrong(row, column):
            continue
        typed = values.plain(row.cells[index])
        told = now if typed == was else _same(typed, gone, come, first=start == 0, last=end == 0)
        if told is not None and told != typed and _reads(column, told):
            cells[sheet, row.number, index] = told
            places.append(place)
    if not cells:
        return None
    return Question(
        "alike",
        ngettext(
            "{column}: {count} more cell is wrong in the same way.",
            "{column}: {count} more cells are wrong in the same way.",
            len(cells),
        ).format(column=column.label, count=len(cells)),
        [Option(_("Mend All"), plan.answers.mend(cells))],
        places,
    )


def _common(one: str, other: str) -> int:
    return next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )


def _same(typed: str, gone: str, come: str, *, first: bool, last: bool) -> str | None:
    if not gone:
        return f"{come}{typed}" if first else f"{typed}{come}" if last else None
    if first and typed.startswith(gone):
        return come + typed.removeprefix(gone)
    if last and typed.endswith(gone):
        return typed.removesuffix(gone) + come
    return typed.replace(gone, come) if gone in typed and not (first or last) else None


def _is_wrong(row: Row, column: Column) -> bool:
    if row.outcome is Outcome.REFUSED:
        return row.field == column.field
    doubts = (row.facts or {}).get("doubts", ())
    return any(said.startswith(headed(column.label, "")) for said in doubts)


def _reads(column: Column, typed: str) -> bool:
    return column.field not in ("phone", "phone2") or not isinstance(contacts.phones(typed), Wrong)


# --- what is on file


def _differing(plan: Plan) -> Iterator[Question]:
    """Whose word counts where the file says something else than what is known."""
    told: Counter[int] = Counter()
    places: dict[int, list[int]] = {}
    for place, row in enumerate(plan.rows):
        kept = sum(mark is Mark.KEPT for mark, _before in row.changes.values())
        if kept and row.stamp is None and (row.person is None or row.person.id is not None):
            told[row.sheet] += kept
            places.setdefault(row.sheet, []).append(place)
    for at, count in told.items():
        if at in plan.answers.replace:
            continue
        yield Question(
            f"differs.{at}",
            ngettext(
                "{count} cell differs from what is on file. Which counts?",
                "{count} cells differ from what is on file. Which count?",
                count,
            ).format(count=count),
            [
                Option(_("What Is on File"), plan.answers.replacing(at, take=False)),
                Option(_("What This File Says"), plan.answers.replacing(at, take=True)),
            ],
            places[at],
        )


def _people(plan: Plan) -> Iterator[Question]:
    """Who may be on file already."""
    open_ = [
        (place, row)
        for place, row in enumerate(plan.rows)
        if row.likely and row.place not in plan.answers.people
    ]
    if not open_:
        return
    sure = {row.place: row.likely[0].id for _place, row in open_ if row.likely[0].score >= SURE}
    options = [Option(_("All Are Others"), plan.answers.is_({r.place: NOBODY for _p, r in open_}))]
    if sure:
        said = ngettext(
            "{count} of {points} Points or More Is the Same",
            "{count} of {points} Points or More Are the Same",
            len(sure),
        ).format(count=len(sure), points=SURE)
        options.insert(0, Option(said, plan.answers.is_(sure)))
    yield Question(
        "people",
        ngettext(
            "{count} new row may mean somebody who is on file. In the row: S the same, D another.",
            "{count} new rows may mean somebody who is on file. In a row: S the same, D another.",
            len(open_),
        ).format(count=len(open_)),
        options,
        [place for place, _row in open_],
    )
