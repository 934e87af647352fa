"""The unattended jobs: one command, one answer, as lines for people or as JSON for programs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from showroom import paths
from showroom.errors import ShowroomError
from showroom.i18n import _, ngettext
from showroom.progress import Progress

if TYPE_CHECKING:
    import argparse

    from showroom.store.db import Database

MAKING: Final = frozenset({"import", "sample"})
"""The jobs that set up a desk where there is none; the others say that there is none."""


class Answer(NamedTuple):
    """What a job has to say: `data` for `--json`, `lines` for people, and the exit code."""

    data: Any
    lines: list[str]
    code: int = 0


def run(args: argparse.Namespace) -> int:
    """Do the job `args.command`; return 0 when done, 1 when there is something wrong.

    Raises `ShowroomError` with the sentence for whoever asked.
    """
    answer = perform(args)
    if args.json:
        _say(json.dumps(answer.data, ensure_ascii=False, default=_plain), "utf-8")
    else:
        _say("\n".join(answer.lines))
    return answer.code


def perform(args: argparse.Namespace) -> Answer:
    """Do the job and return its answer."""
    desk = paths.desk(args.data)
    if args.command == "restore":
        return restore(desk, args)
    if args.command not in MAKING and not desk.database.exists():
        raise ShowroomError(
            _(
                "There is no desk in {folder} yet. Name its folder with --data, "
                "or open the desk once."
            ).format(folder=desk.data)
        )
    from showroom.store.opening import open_desk

    db = open_desk(desk)
    try:
        return JOBS[args.command](db, args)
    finally:
        db.close()


# --- what fills the desk, or takes it back


def sample(db: Database, args: argparse.Namespace) -> Answer:
    """Fill an empty desk with an invented showroom."""
    from showroom.sample import fill

    with _progress(args) as progress, db.write() as session:
        made = fill.fill(
            session,
            customers=args.customers,
            months=args.months,
            seed=args.seed,
            now=db.now(),
            progress=progress,
        )
    counts = made._asdict()
    return Answer(
        counts,
        [
            _(
                "Invented: {customers} customers, {visits} visits, {deals} deals, {cards} cards, "
                "{follow_ups} follow-ups."
            ).format(**{name: f"{count:,}" for name, count in counts.items()})
        ],
    )


def undo(db: Database, args: argparse.Namespace) -> Answer:
    """Take back the last action, or the one named."""
    from showroom import words
    from showroom.store import journal

    with db.write() as session:
        undone = journal.undo(session, args.action)
    what = _(words.VERBS.get(undone.verb, undone.verb))
    lines = [_("Undone: {what}").format(what=what)]
    if undone.kept:
        count = len(undone.kept)
        lines.append(
            ngettext(
                "{count} entry was changed since and stays as it is.",
                "{count} entries were changed since and stay as they are.",
                count,
            ).format(count=count)
        )
    data = {
        "action": undone.action_id,
        "verb": undone.verb,
        "restored": undone.restored,
        "kept": [{"table": row.table, "id": row.id} for row in undone.kept],
    }
    return Answer(data, lines)


# --- what looks something up


def find(db: Database, args: argparse.Namespace) -> Answer:
    """Find customers by name or any part of a phone, who came last first."""
    from showroom import settings
    from showroom.people import customers, search

    with db.read() as session:
        shop = settings.load(session)
        ids = search.find(session, args.text, limit=args.limit)
        known = {row.id: row for row in customers.rows(session, ids)}
    rows = [known[id] for id in ids]
    data = [
        {
            "id": row.id,
            "name": row.name,
            "phone": row.phone.replace(" ", ""),
            "consultant": row.consultant,
            "level": shop.letter(row.level),
            "last_visit": row.last_visit_on,
        }
        for row in rows
    ]
    lines = table(
        [str(row.id), row.name, row.phone, row.consultant, shop.letter(row.level), last]
        for row in rows
        for last in [str(row.last_visit_on or "")]
    )
    return Answer(data, lines or [_("Nobody was found.")])


def day(db: Database, args: argparse.Namespace) -> Answer:
    """The figures of a day, each with its formula."""
    from showroom.figures import figures

    with db.read() as session:
        found = figures.period(session, args.day, args.day)
    rows = [[figure.title, figure.shown, figure.formula] for figure in found]
    data = [
        {
            "code": figure.code,
            "title": figure.title,
            "value": figure.value,
            "unit": figure.unit,
            "numerator": figure.numerator,
            "denominator": figure.denominator,
            "formula": figure.formula,
        }
        for figure in found
    ]
    return Answer({"day": args.day, "figures": data}, [str(args.day), *table(rows)])


def check(db: Database, args: argparse.Namespace) -> Answer:
    """Check the file and the rules of the business; 1 when something is wrong."""
    from showroom.store import check as checking

    with _progress(args) as progress:
        problems = checking.check(db, progress)
    lines = [f"{problem.sentence}: {problem.count}. {problem.repair}" for problem in problems] or [
        _("Everything is in order.")
    ]
    data = [
        {
            "code": problem.code,
            "count": problem.count,
            "sentence": problem.sentence,
            "repair": problem.repair,
        }
        for problem in problems
    ]
    return Answer({"problems": data}, lines, 1 if problems else 0)


# --- whole copies


def backup(db: Database, args: argparse.Namespace) -> Answer:
    """Make a whole, proved copy."""
    from showroom.store import backup as copying

    with _progress(args) as progress:
        copy = copying.back_up(db.path, db.key, args.out.absolute(), progress)
    return _copied(_("A whole copy is in {path}."), copy)


def restore(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Put a whole copy in place; what was there before is kept as a copy."""
    from datetime import UTC, datetime

    from showroom.store import backup as copying
    from showroom.store import keys

    paths.prepare(desk)
    key = keys.key_of(desk, made_already=True)
    with _progress(args) as progress:
        kept = copying.restore(
            desk.database,
            key,
            args.file.absolute(),
            desk.backups,
            datetime.now(UTC),
            progress,
        )
    lines = [_("{path} is in place again.").format(path=args.file)]
    if kept is not None:
        lines.append(_("What was there before is in {path}.").format(path=kept.path))
    return Answer({"restored": args.file, "kept": kept.path if kept else None}, lines)


def _copied(sentence: str, copy: Any) -> Answer:
    return Answer({"path": copy.path, "rows": copy.rows}, [sentence.format(path=copy.path)])


# --- cards


def cards(db: Database, args: argparse.Namespace) -> Answer:
    """Write the cards that are due as one PDF; nothing is marked as printed."""
    from showroom import settings
    from showroom.cards import queue
    from showroom.sheets.saving import saving

    with _progress(args) as progress, db.read() as session:
        pdf, count = queue.pdf_of_due(
            session,
            due=args.due or db.today(),
            size=_paper(args.size) if args.size else settings.load(session).card_size,
            template=args.template,
            progress=progress,
        )
    with saving(args.out) as file:
        file.write(pdf)
    return Answer(
        {"path": args.out, "cards": count},
        [
            ngettext("{count} card in {path}.", "{count} cards in {path}.", count).format(
                count=count, path=args.out
            )
        ],
    )


def _paper(sides: tuple[int, int]) -> str:
    """The code of the paper with these sides in millimetres, lying either way."""
    from showroom.cards.layout import PAPERS

    for paper in PAPERS.values():
        if {paper.width, paper.height} == set(sides):
            return paper.code
    return f"{sides[0]}x{sides[1]}"


JOBS: Final[dict[str, Callable[[Database, argparse.Namespace], Answer]]] = {
    "sample": sample,
    "undo": undo,
    "find": find,
    "day": day,
    "check": check,
    "backup": backup,
    "cards": cards,
}


# --- how it is said


def table(rows: Iterable[list[str]]) -> list[str]:
    """Lines with columns under each other; a Chinese character is two wide."""
    rows = list(rows)
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _plain(value: object) -> Any:
    """Money as a number, a day as 2026-11-21, a path as it is written."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)


def _width(text: str) -> int:
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _say(text: str, encoding: str | None = None) -> None:
    """Print, whatever the terminal can show; nobody may be reading any more."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding=encoding, errors="replace")
    try:
        print(text, flush=True)
    except BrokenPipeError:  # as in `find 李 | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _progress(args: argparse.Namespace) -> Iterator[Progress]:
    """Progress that shows its percent at a terminal, and wipes it away at the end."""
    if args.json or not sys.stderr.isatty():
        yield Progress()
        return
    shown = -1

    def report(done: int, total: int) -> None:
        nonlocal shown
        percent = done * 100 // total if total else 0
        if percent != shown:
            shown = percent
            print(f"\r{percent:3} %", end="", file=sys.stderr, flush=True)

    try:
        yield Progress(report)
    finally:
        print("\r     \r", end="", file=sys.stderr, flush=True)
