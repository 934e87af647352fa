"""An outcome for every row of some files, shown before anything is written; `apply` writes it."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from datetime import time as clock
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import settings
from showroom.errors import ShowroomError
from showroom.guard import mask, rights
from showroom.guard.rights import Right
from showroom.i18n import _, ngettext
from showroom.progress import Progress, uncollected
from showroom.sheets import (
    columns,
    headings,
    layouts,
    level_form,
    meaning,
    mending,
    parts,
    returned,
    rows,
    sealed,
    stamped_rows,
    titles,
    turned,
)
from showroom.sheets.answers import Answers
from showroom.sheets.columns import Kind, Nothing
from showroom.sheets.drafts import Drafted
from showroom.sheets.layouts import Choices, Words
from showroom.sheets.lists import Lists
from showroom.sheets.match import Person
from showroom.sheets.outcomes import KINDS, OUTCOMES, Outcome, Row, SheetPlan
from showroom.sheets.planner import EVERY, Planner
from showroom.sheets.read import Sheet, Workbook
from showroom.sheets.times import Context
from showroom.store.models import Action, ChoiceKind

__all__ = ["KINDS", "OUTCOMES", "Outcome", "Plan", "Row", "SheetPlan", "plan"]

FREED: Final = 500
_VISIT_DAY: Final = re.compile(r"[来到进]店|来访|接待|visit", re.I)
Blocked = dict[tuple[int, int], tuple[date, str]]


@dataclass
class Plan:
    """What an import would do; `rows` in the order of the files, `counts` by outcome.

    `answers` are what was decided by hand, `words` all that words mean, remembered or decided;
    `levels` are the letters of the shop; `sees_all`: who asked sees every number. `closed` are the
    rows that are refused because their day is closed; `may_correct`: who asked may say why not.
    """

    books: Sequence[Workbook]
    sheets: list[SheetPlan]
    rows: list[Row]
    counts: dict[Outcome, int]
    lists: Lists
    people: list[Person]
    visits: list[Drafted]
    deals: list[Drafted]
    action: int
    today: date
    now: datetime
    answers: Answers
    words: Words
    levels: Mapping[str, str]
    sees_all: bool
    closed: Mapping[tuple[int, int], date] = field(default_factory=dict)
    may_correct: bool = True

    @property
    def book(self) -> Workbook:
        """The file, or the first of several."""
        return self.books[0]

    @property
    def name(self) -> str:
        """What the files are called in one line."""
        more = len(self.books) - 1
        if not more:
            return self.book.name
        return ngettext(
            "{name} and {count} other file", "{name} and {count} other files", more
        ).format(name=self.book.name, count=more)

    @property
    def changes(self) -> bool:
        """Whether applying it would write anything."""
        return bool(self.people or self.visits or self.deals)

    @property
    def is_known(self) -> bool:
        """Whether sheets come in, and every one is read as one before it was."""
        taken = [sheet for sheet in self.sheets if sheet.kind]
        return bool(taken) and all(sheet.known or sheet.own for sheet in taken)

    @property
    def consultants(self) -> list[str]:
        """The consultants who are not on the staff yet; applying adds them."""
        return self.lists.new(None)

    @property
    def models(self) -> list[str]:
        """The models that are not on the list yet; applying adds them."""
        return self.lists.new(ChoiceKind.MODEL)

    @property
    def channels(self) -> list[str]:
        """The channels that are not on the list yet; applying adds them."""
        return self.lists.new(ChoiceKind.CHANNEL)

    @property
    def refused(self) -> list[Row]:
        """The rows that will not come in, each with its column and reason."""
        return [row for row in self.rows if row.outcome is Outcome.REFUSED]

    @property
    def remarked(self) -> list[Row]:
        """The rows that are taken, or were known, of which there is something to say."""
        without = Outcome.REFUSED, Outcome.IGNORED
        return [row for row in self.rows if row.reason and row.outcome not in without]

    def of_book(self, book: int) -> list[Row]:
        """The rows of one of the files."""
        return [row for row in self.rows if self.sheets[row.sheet].book == book]

    def let_go(self) -> None:
        """Free a plan that is shown no more piece by piece: in one it would stop every thread."""
        for held in (self.rows, self.visits, self.deals, self.people):
            while held:
                del held[-FREED:]
                time.sleep(0)  # no waiting: another thread may go on

    def source(self, row: Row) -> bytes:
        """The cells of a row as JSON as they were read."""
        sheet = self.sheets[row.sheet]
        return self.books[sheet.book].sheets[sheet.place].source[row.number - 1]


def plan(
    session: Session,
    books: Workbook | Sequence[Workbook],
    *,
    today: date,
    now: datetime,
    progress: Progress | None = None,
    answers: Answers | None = None,
    ask: bool = False,
) -> Plan:
    """Decide on every row of some workbooks; writes nothing.

    Raises `ShowroomError` when no sheet has columns we know; with `ask` only where no sheet holds
    a table: of any other somebody may still say what its columns are.
    """
    several = [books] if isinstance(books, Workbook) else list(books)
    with uncollected():
        answers = answers or Answers()
        blocked: Blocked = {}
        while True:
            maker = _Maker(session, several, answers, today, now, blocked)
            made = maker.make(progress or Progress(), ask=ask)
            more = {} if answers.correction else sealed.blocked(session, made.rows)
            if not more:
                return made
            blocked = {**blocked, **more}  # without them others of their people may be new


class _Maker:
    """Reads the sheets with what is remembered and decided, then lets the rows be judged."""

    def __init__(
        self,
        session: Session,
        books: Sequence[Workbook],
        answers: Answers,
        today: date,
        now: datetime,
        blocked: Blocked,
    ) -> None:
        self._session = session
        self._blocked = blocked
        self._books = books
        self._answers = answers
        self._today = today
        self._now = now
        self._shop = settings.load(session)
        self._known = layouts.known(session)
        self._words = layouts.words(session) | dict(answers.words)
        self._sheets: list[SheetPlan] = []
        self._rows: list[Row] = []

    def make(self, progress: Progress, *, ask: bool) -> Plan:
        for book, workbook in enumerate(self._books):
            parts.split(workbook)
            for place, sheet in enumerate(workbook.sheets):
                self._sheet(book, place, workbook, sheet, progress)
            found = [sheet for sheet in self._sheets if sheet.book == book]
            if not any(sheet.kind or (ask and sheet.columns) for sheet in found):
                raise ShowroomError(
                    _(
                        "No sheet of {name} has columns we know, such as name and phone, or "
                        "arrival. Say on the page Sheets what its columns are, or give them "
                        "these headings."
                    ).format(name=workbook.name)
                )
        planner = Planner(
            self._session, self._sheets, self._rows, self._today, self._now, self._answers
        )
        planner.decide(progress)
        counts = dict.fromkeys(Outcome, 0)
        for row in self._rows:
            counts[row.outcome] += 1
        return Plan(
            books=self._books,
            sheets=self._sheets,
            rows=self._rows,
            counts=counts,
            lists=planner.lists,
            people=planner.people.to_write(),
            visits=planner.visits.to_write(),
            deals=planner.deals.to_write(),
            action=self._session.scalar(select(func.max(Action.id))) or 0,
            today=self._today,
            now=self._now,
            answers=self._answers,
            words=self._words,
            levels=self._shop.letters,
            sees_all=mask.sees_all(self._session),
            closed={place: day for place, (day, _why) in self._blocked.items()},
            may_correct=not rights.refusal(self._session, Right.CORRECT),
        )

    def _sheet(
        self, book: int, place: int, workbook: Workbook, sheet: Sheet, progress: Progress
    ) -> None:
        at = len(self._sheets)
        hidden = sheet.hidden and len(workbook.sheets) > 1
        said = self._answers.headings.get(at)
        if said is None and not hidden:
            sheet = workbook.sheets[place] = turned.as_list(sheet)
        found = None if hidden else headings.find(sheet, self._known, said)
        if found is None:
            why = Nothing.HIDDEN if hidden else Nothing.UNKNOWN
            self._rows += [_none(at, number, row, why) for number, row in enumerate(sheet.rows, 1)]
            self._sheets.append(SheetPlan(sheet.name, None, [], len(sheet.rows), book, place))
            return
        known = found.known
        if sheet.origin is not None and not sheet.origin.boxes:
            found.layout.title = turned.title(sheet)
        decided = self._decided(at, found)
        layout = columns.said(found.layout, decided.fields)
        rated: dict[int, level_form.Written] = {}
        if level_form.is_one(layout):
            about = self._about(workbook, sheet, layout)
            sheet, layout, rated = level_form.told(sheet, layout, about)
        said_days = "date" in decided.fields.values()
        clockless = layout.kind is Kind.CUSTOMERS and (said_days or _has_days_of_visits(layout))
        if clockless and (said_days or decided.clock):
            layout.kind = Kind.VISITS
        _drop_unused(layout)
        labels = headings.labels(
            layout.columns if decided.lines == headings.NONE else found.layout.columns, decided
        )
        if layout.kind is None:
            why = Nothing.UNKNOWN
            self._rows += [_none(at, number, row, why) for number, row in enumerate(sheet.rows, 1)]
            self._sheets.append(
                SheetPlan(
                    *(sheet.name, None, layout.columns, len(sheet.rows), book, place),
                    *(layout.after, False, decided),
                    twice=layout.twice,
                    labels=labels,
                    origin=sheet.origin,
                )
            )
            return
        about = self._about(workbook, sheet, layout)
        if decided.clock:
            about = replace(about, clock=clock.fromisoformat(decided.clock))
        mended, dates = mending.prepare(
            sheet, at, layout, self._answers, self._words, decided.day_first, about
        )
        stamped, gone, strange = stamped_rows.find(self._session, mended, layout)
        for number, one in rated.items():
            if number in stamped:
                stamp, touched = stamped[number]
                aside = {returned.DAY_LEVEL: one.earlier, returned.DAY_AHEAD: one.ahead}
                stamped[number] = stamp, touched | {name for name, so in aside.items() if so}
        emptied = stamped_rows.emptied(mended.rows, layout, stamped)
        self._sheets.append(
            SheetPlan(
                sheet.name,
                layout.kind,
                layout.columns,
                len(sheet.rows),
                book,
                place,
                layout.after,
                known is not None,
                decided,
                dates,
                self._answers.replace.get(at, False),
                bool(stamped or gone),
                layout.twice,
                labels,
                strange=strange,
                clockless=clockless,
                origin=sheet.origin,
            )
        )
        if stamped:
            mended = replace(mended, rows=stamped_rows.untouched(mended.rows, layout, stamped))
        without_clock = _(meaning.NO_CLOCK)
        for number, parsed in enumerate(rows.parse(mended, layout, self._shop, about, stamped)):
            if number % EVERY == 0:
                progress.step(number, len(sheet.rows))
            if number < sheet.skip:
                continue
            if gone and parsed.number in gone:
                parsed = parsed._replace(facts=None, nothing=Nothing.GONE)
            row = Row(at, parsed)
            told = stamped.get(parsed.number) if stamped else None
            if told is not None:
                row.stamp, row.touched = told
                row.emptied = emptied.get(parsed.number, ())
                row.cells = sheet.rows[parsed.number - 1]
                if row.facts is not None and parsed.number in rated:
                    row.facts[returned.RATED_ON] = rated[parsed.number].on
            if self._blocked and row.facts is not None and row.place in self._blocked:
                row.facts, row.field = None, "date" if "date" in layout.fields else "arrived"
                row.column = layout.fields.get(row.field, layout.columns)[0].label
                row.reason = self._blocked[row.place][1]
            if row.reason and row.reason == without_clock:
                self._sheets[-1].clockless = True
            if self._answers.left_out and row.place in self._answers.left_out:
                row.facts, row.outcome = None, Outcome.IGNORED
                row.reason = _("Left out by hand.")
            self._rows.append(row)

    def _about(self, workbook: Workbook, sheet: Sheet, layout: columns.Layout) -> Context:
        """What the names of file and sheet and the title say of the day."""
        return titles.context(
            layout.title,
            sheet.name,
            workbook.path.stem,
            self._today,
            epoch1904=workbook.epoch1904,
        )

    def _decided(self, at: int, found: headings.Found) -> Choices:
        """What was decided for a sheet before, and now."""
        known, now = found.known, self._answers
        before = known.choices if known is not None else Choices()

        def own(told: Mapping[tuple[int, int], Any]) -> dict[int, Any]:
            return {column: value for (sheet, column), value in told.items() if sheet == at}

        return Choices(
            fields={**before.fields, **own(now.fields)},
            day_first={**before.day_first, **own(now.day_first)},
            lines=found.lines,
            clock=now.clocks.get(at, before.clock),
        )


def _none(sheet: int, number: int, cells: list[Any], why: Nothing) -> Row:
    blank = all(cell == "" for cell in cells)
    return Row(sheet, rows.Parsed(number, cells, None, Nothing.BLANK if blank else why))


def _has_days_of_visits(layout: columns.Layout) -> bool:
    """Whether a list of people says on which days they came: 来店日期, not 登记日期."""
    return any(_VISIT_DAY.search(column.label) for column in layout.fields.get("date", ()))


def _drop_unused(layout: columns.Layout) -> None:
    """A column that this kind of sheet has no use for counts as not read."""
    if layout.kind is None:
        return
    for name in [name for name in layout.fields if name not in rows.USED[layout.kind]]:
        for column in layout.fields.pop(name):
            column.field = ""
