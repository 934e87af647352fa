"""The unattended jobs: one command, one answer, as lines for people or as JSON for programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from showroom import paths
from showroom.errors import ShowroomError
from showroom.i18n import _, ngettext
from showroom.terminal import Answer, percent, pin, say, table

if TYPE_CHECKING:
    import argparse

    from showroom.sheets.plan import Plan
    from showroom.store.db import Database


CODE_FILE: Final = "SHOWROOM_RECOVERY_CODE_FILE"


def run(args: argparse.Namespace) -> int:
    """Do the job `args.command`; return 0 when done, 1 when there is something wrong.

    Raises `ShowroomError` with the sentence for whoever asked.
    """
    answer = perform(args)
    say(answer, as_json=args.json)
    return answer.code


def perform(args: argparse.Namespace) -> Answer:
    """Do the job and return its answer."""
    return JOBS[args.command](paths.desk(args.data), args)


@contextmanager
def opened(
    desk: paths.Desk, args: argparse.Namespace | None = None, *, make: bool = False
) -> Iterator[Database]:
    """The open data of a desk; a desk that is not there is made, or said not to be there.

    With `args` somebody sits down: what reads or writes what customers left hands them in.
    """
    if not make and not desk.database.exists():
        raise ShowroomError(
            _(
                "There is no desk in {folder} yet. Name its folder with --data, "
                "or open the desk once."
            ).format(folder=desk.data)
        )
    from showroom import logs
    from showroom.store.opening import open_desk

    db = open_desk(desk)
    logs.start(desk.logs)
    try:
        if args is not None:
            sit_down(db, args.staff)
        yield db
    finally:
        db.close()
        logs.stop()


def sit_down(db: Database, name: str | None) -> None:
    """Let the journal name who asked; once PINs are in use nobody comes in without his."""
    from showroom.guard import pins, staff

    with db.read() as session:
        locked = pins.in_use(session)
        known = {one.name: one.id for one in staff.everyone(session)}
    if name is None:
        if locked:
            raise ShowroomError(_("This desk is locked: say who you are with --staff NAME."))
        return
    if name not in known:
        raise ShowroomError(_("Nobody called {name} works here.").format(name=name))
    if locked:
        pins.check(db, known[name], pin())
    db.staff_id = known[name]


# --- what fills the desk, or takes it back


def sample(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Fill an empty desk with an invented showroom."""
    from showroom.sample import fill

    with (
        opened(desk, make=True) as db,
        percent(hidden=args.json) as progress,
        db.write() as session,
    ):
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


def take_in(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Import files, each as one action; a file that cannot be read keeps all of them out."""
    from showroom.sheets import apply, plan, read

    empty = args.dry_run and not desk.database.exists()
    with percent(hidden=args.json) as progress, TemporaryDirectory() as nowhere:
        books = [read.read(path, sheet=args.sheet, progress=progress) for path in args.files]
        with opened(paths.desk(Path(nowhere)) if empty else desk, args, make=True) as db:
            with db.read() as session:
                plans = [
                    plan.plan(session, book, today=db.today(), now=db.now(), progress=progress)
                    for book in books
                ]
            actions: list[int | None] = [None] * len(plans)
            if not args.dry_run:
                results = [apply.apply(db, planned, progress) for planned in plans]
                plans = [result.plan for result in results]
                actions = [result.action_id for result in results]
    files = [_imported(planned, action) for planned, action in zip(plans, actions, strict=True)]
    data = {**_added_up(files), "dry_run": args.dry_run}
    if len(files) > 1:
        data["files"] = files
    lines = [_("Nothing was written: this is only the plan.")] if args.dry_run else []
    return Answer(data, [line for planned in plans for line in _outcomes(planned)] + lines)


def _imported(planned: Plan, action: int | None) -> dict[str, Any]:
    """What became of one file, as JSON says it."""
    from showroom.sheets.plan import Outcome

    counts = planned.counts
    return {
        "file": planned.book.name,
        "new": counts[Outcome.NEW],
        "filled": counts[Outcome.FILLED],
        "same": counts[Outcome.SAME],
        "duplicates": counts[Outcome.DUPLICATE],
        "refused": [
            {
                "file": planned.book.name,
                "sheet": planned.sheets[row.sheet].name,
                "row": row.number,
                "column": row.column,
                "reason": row.reason,
            }
            for row in planned.refused
        ],
        "ignored": counts[Outcome.IGNORED],
        "rows": sum(counts.values()),
        "action": action,
    }


def _added_up(files: list[dict[str, Any]]) -> dict[str, Any]:
    """Several files as one: counts added, refused rows one after the other."""
    if len(files) == 1:
        return files[0]
    names = ("new", "filled", "same", "duplicates", "refused", "ignored", "rows")
    return {name: sum((file[name] for file in files), type(files[0][name])()) for name in names}


def _outcomes(planned: Plan) -> list[str]:
    """What became of one file, as people read it."""
    from showroom.sheets.plan import OUTCOMES

    counts = [f"{_(OUTCOMES[outcome])} {n}" for outcome, n in planned.counts.items() if n]
    lines = [f"{planned.book.name}: {' · '.join(counts)}"]
    for row in planned.refused:
        place = _("{sheet}, row {row}").format(sheet=planned.sheets[row.sheet].name, row=row.number)
        lines.append("  " + " · ".join(filter(None, (place, row.column, row.reason))))
    return lines


def undo(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Take back the last action, or the one named."""
    from showroom import words
    from showroom.store import journal

    with opened(desk, args) as db, db.write() as session:
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


def find(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Find customers by name or any part of a phone, who came last first."""
    from showroom import settings
    from showroom.people import customers, search

    with opened(desk, args) as db, db.read() as session:
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


def day(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """The figures of a day, each with its formula."""
    from showroom.figures import figures

    with opened(desk, args) as db, db.read() as session:
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


def check(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Check the file and the rules of the business; 1 when something is wrong."""
    from showroom.guard import trail

    with opened(desk) as db, percent(hidden=args.json) as progress:
        problems = trail.check_all(db, progress)
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


def backup(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Make a whole, proved copy."""
    from showroom.store import backup as copying

    with opened(desk) as db, percent(hidden=args.json) as progress:
        copy = copying.back_up(db.path, db.key, args.out.absolute(), progress)
    return Answer(
        {"path": copy.path, "rows": copy.rows},
        [_("A whole copy is in {path}.").format(path=copy.path)],
    )


def restore(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Put a whole copy in place; what was there before is kept as a copy."""
    from datetime import UTC, datetime

    from showroom.store import restoring

    ask_keeper(desk, args.staff)
    now = datetime.now(UTC)
    with percent(hidden=args.json) as progress:
        kept = restoring.restore_desk(desk, args.file.absolute(), now, recovery_code, progress)
    lines = [_("{path} is in place again.").format(path=args.file)]
    if kept is not None:
        lines.append(_("What was there before is in {path}.").format(path=kept.path))
    return Answer({"restored": args.file, "kept": kept.path if kept else None}, lines)


def ask_keeper(desk: paths.Desk, name: str | None) -> None:
    """A copy brings the PINs of its day back: on a locked desk a manager or an owner restores.

    Data that does not open asks nobody: to restore is its way out.
    """
    from showroom.guard import pins
    from showroom.store.opening import open_desk

    if not desk.database.exists():
        return
    try:
        db = open_desk(desk)
    except ShowroomError:
        return
    try:
        sit_down(db, name)
        with db.read() as session:
            if pins.in_use(session):
                pins.keepers_only(session, db.staff_id)
    finally:
        db.close()


def recovery_code() -> str:
    """The recovery code from the file named in `SHOWROOM_RECOVERY_CODE_FILE`, or from a prompt."""
    named = os.environ.get(CODE_FILE)
    if named:
        try:
            return Path(named).read_text("utf-8-sig").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ShowroomError(
                _("The recovery code cannot be read from {path}.").format(path=named)
            ) from error
    if not sys.stdin.isatty():
        raise ShowroomError(
            _(
                "This backup needs its recovery code: write it into a file and name that file "
                "in {variable}."
            ).format(variable=CODE_FILE)
        )
    print(_("Recovery code:"), end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


# --- what leaves as a workbook or as paper


def export(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Write the month's workbook, a list of customers or visits, or the register of a day."""
    from showroom.figures import monthbook, registers
    from showroom.guard import trail

    out, rows, what = args.out.absolute(), None, args.kind
    with opened(desk, args) as db, percent(hidden=args.json) as progress, db.read() as session:
        if args.kind == "month":
            monthbook.write_month(
                session, f"{args.month:%Y-%m}", out, now=db.now(), progress=progress
            )
            what = _("Month's workbook {month}").format(month=f"{args.month:%Y-%m}")
        elif args.kind == "customers":
            rows = registers.customers(session, out, progress=progress)
            what = _("All customers")
        elif args.kind == "visits":
            first, last = args.since or date.min, args.until or date.max
            if first > last:
                raise ShowroomError(_("The last day cannot be before the first."))
            rows = registers.visits(session, first, last, out, progress=progress)
            what = _("All visits")
            if args.since or args.until:
                what = _("Visits {first} to {last}").format(
                    first=args.since or "…", last=args.until or "…"
                )
        else:
            rows = registers.register(session, args.day, out, progress=progress)
            what = _("Register {day}").format(day=args.day)
        trail.exported(db, what, out, rows)
    return Answer({"path": args.out, "rows": rows}, [_("Written: {path}").format(path=args.out)])


def cards(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Write the cards that are due as one PDF; nothing is marked as printed."""
    from showroom import settings
    from showroom.cards import queue
    from showroom.guard import trail
    from showroom.sheets.saving import saving

    with opened(desk, args) as db, percent(hidden=args.json) as progress, db.read() as session:
        pdf, count = queue.pdf_of_due(
            session,
            due=args.due or db.today(),
            size=_paper(args.size) if args.size else settings.load(session).card_size,
            template=args.template,
            progress=progress,
        )
        with saving(args.out) as file:
            file.write(pdf)
        trail.exported(db, _("Cards"), args.out, count)
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


JOBS: Final[dict[str, Callable[[paths.Desk, argparse.Namespace], Answer]]] = {
    "sample": sample,
    "import": take_in,
    "undo": undo,
    "find": find,
    "day": day,
    "check": check,
    "export": export,
    "cards": cards,
    "backup": backup,
    "restore": restore,
}
