"""The unattended jobs: one command, one answer, as lines for people or as JSON for programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from showroom import paths
from showroom.errors import ShowroomError
from showroom.i18n import _, ngettext
from showroom.outlets import cards, export
from showroom.privacy import report, retention
from showroom.seating import named, opened, person, recovery_code, sit_down
from showroom.terminal import NEW_PIN_FILE, Answer, percent, pin, say, table

if TYPE_CHECKING:
    import argparse

    from showroom.sheets.plan import Plan, Row

LOOKS: Final = 50  # customers that `find` shows without a word in the trail


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


# --- what fills the desk, or takes it back


def sample(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Fill an empty desk with an invented showroom."""
    from showroom.sample import fill

    with (
        opened(desk, args, make=True) as db,
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
    from showroom.sheets import apply, read
    from showroom.sheets.answers import Answers
    from showroom.text import clean

    empty = args.dry_run and not desk.database.exists()
    with percent(hidden=args.json) as progress, TemporaryDirectory() as nowhere:
        books = [read.read(path, sheet=args.sheet, progress=progress) for path in args.files]
        with opened(paths.desk(Path(nowhere)) if empty else desk, args, make=True) as db:
            plans = [apply.look(db, book, progress) for book in books]
            said = Answers(correction=clean(args.reason))
            if said.correction:
                plans = [
                    apply.look(db, book, progress, answers=said) if planned.closed else planned
                    for book, planned in zip(books, plans, strict=True)
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
    from showroom.sheets import notices
    from showroom.sheets.plan import Outcome
    from showroom.sheets.write import letters

    counts = planned.counts
    return {
        "file": planned.book.name,
        "notices": [one.text for one in notices.of_plan(planned)],
        "new": counts[Outcome.NEW],
        "filled": counts[Outcome.FILLED],
        "changed": counts[Outcome.CHANGED],
        "same": counts[Outcome.SAME],
        "duplicates": counts[Outcome.DUPLICATE],
        "refused": [
            {
                "file": planned.book.name,
                "sheet": of.name,
                "row": of.cell(row)[0],
                "column": row.column,
                "cell": f"{letters(of.cell(row)[1])}{of.cell(row)[0]}",
                "reason": row.reason,
            }
            for row in planned.refused
            for of in [planned.sheets[row.sheet]]
        ],
        "remarks": [
            {
                "file": planned.book.name,
                "sheet": of.name,
                "row": of.cell(row)[0],
                "remark": row.reason,
            }
            for row in planned.remarked
            for of in [planned.sheets[row.sheet]]
        ],
        "ignored": counts[Outcome.IGNORED],
        "rows": sum(counts.values()),
        "action": action,
    }


def _added_up(files: list[dict[str, Any]]) -> dict[str, Any]:
    """Several files as one: counts added, refused rows one after the other."""
    if len(files) == 1:
        return files[0]
    names = "new filled changed same duplicates refused ignored rows notices remarks".split()
    return {name: sum((file[name] for file in files), type(files[0][name])()) for name in names}


def _outcomes(planned: Plan) -> list[str]:
    """What became of one file, as people read it."""
    from showroom.sheets import notices
    from showroom.sheets.plan import OUTCOMES

    counts = [f"{_(OUTCOMES[outcome])} {n}" for outcome, n in planned.counts.items() if n]
    lines = [f"{planned.book.name}: {' · '.join(counts)}"]
    lines += [f"  {one.text}" for one in notices.of_plan(planned)]
    for row in planned.refused:
        parts = _place(planned, row), row.column, row.reason
        lines.append("  " + " · ".join(filter(None, parts)))
    for row in planned.remarked:
        parts = _place(planned, row), _(OUTCOMES[row.outcome]), row.reason
        lines.append("  " + " · ".join(parts))
    return lines


def _place(planned: Plan, row: Row) -> str:
    """Sheet and row, or column where its people stand side by side."""
    of = planned.sheets[row.sheet]
    line = of.line(row)
    said = _("{sheet}, row {row}") if line.isdigit() else _("{sheet}, column {row}")
    return said.format(sheet=of.name, row=line)


def undo(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Take back the last action, or the one named."""
    from showroom.guard import amends
    from showroom.people import unmerging
    from showroom.store import journal

    with opened(desk, args) as db, db.write() as session:
        undone = unmerging.undo(session, args.action)
        lines = [amends.say(session, undone)]
    if undone.kept:
        count = len(undone.kept)
        lines.append(
            ngettext(
                "{count} entry was changed since and stays as it is.",
                "{count} entries were changed since and stay as they are.",
                count,
            ).format(count=count)
        )
    if undone.erased:
        lines.append(journal.say_erased(undone.erased))
    data = {
        "action": undone.action_id,
        "verb": undone.verb,
        "restored": undone.restored,
        "erased": undone.erased,
        "kept": [{"table": row.table, "id": row.id} for row in undone.kept],
    }
    return Answer(data, lines)


# --- what looks something up


def find(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Find customers by any part of name, pinyin, phone, plate, VIN, model: the best first.

    Who asks for more than a look takes them out, and it is noted.
    """
    from showroom import settings
    from showroom.guard import exports
    from showroom.people import customers, search

    looks = args.limit <= LOOKS
    with opened(desk, args) as db, exports.leaving(db, _("Search"), notes=not looks) as session:
        shop = settings.load(session)
        ids = search.find(session, args.text, limit=args.limit)
        exports.allow(session, len(ids))
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
    from showroom.figures import desk as of_desk
    from showroom.figures import figures, shown

    with opened(desk, args) as db, db.read() as session:
        found = figures.period(session, args.day, args.day)
        cut = of_desk.look(session, args.day)
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
    lines = [str(args.day), *table(rows)]
    for title, formula, parts in shown.tables(cut):
        lines += ["", f"{title} ({formula})", *(f"  {line}" for line in table(parts))]
    return Answer({"day": args.day, "figures": data, **shown.data(cut)}, lines)


def check(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Check the file and the rules of the business; 1 when something is wrong.

    A locked desk asks nobody who he is: a job of the night makes the check, and it tells how many
    rows are wrong, but not whose.
    """
    from showroom.guard import retention, trail

    with opened(desk, named(args)) as db, percent(hidden=args.json) as progress:
        problems = trail.check_all(db, progress)
        warning = "" if problems else retention.count_warning(db)
    lines = [f"{problem.sentence}: {problem.count}. {problem.repair}" for problem in problems] or [
        _("Everything is in order.")
    ]
    if warning:
        lines.append(warning)
    data = [
        {
            "code": problem.code,
            "count": problem.count,
            "sentence": problem.sentence,
            "repair": problem.repair,
        }
        for problem in problems
    ]
    said = {"problems": data} | ({"warning": warning} if warning else {})
    return Answer(said, lines, 1 if problems else 0)


def duplicates(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Look through the file for customers who may be one; the desk shows the pairs (F6).

    A locked desk asks nobody who he is: a job of the night looks, and it tells how many, not whom.
    """
    from showroom.people import pairs

    with opened(desk, named(args)) as db, percent(hidden=args.json) as progress:
        found = pairs.look(db, progress)
    said = ngettext(
        "{count} likely pair among {customers} customers, {new} of them new.",
        "{count} likely pairs among {customers} customers, {new} of them new.",
        found.pairs,
    ).format(count=f"{found.pairs:,}", customers=f"{found.customers:,}", new=f"{found.new:,}")
    return Answer(found._asdict(), [said])


# --- whole copies


def backup(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Make a whole, proved copy.

    A locked desk asks nobody who he is: a job of the night makes the copy, which is encrypted like
    the desk itself and of no use without its key or its recovery code. A folder that is not there
    is not made: where a stick is missing, the copy would lie on the disk it is to survive.
    """
    from showroom.store import backup as copying

    out = args.out.absolute()
    if not out.parent.is_dir():
        said = _("There is no folder {folder}. Choose another one.")
        raise ShowroomError(said.format(folder=out.parent))
    with opened(desk, named(args)) as db, percent(hidden=args.json) as progress:
        copy = copying.back_up(db.path, db.key, out, progress)
    return Answer(
        {"path": copy.path, "rows": copy.rows},
        [_("A whole copy is in {path}.").format(path=copy.path)],
    )


def restore(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Put a whole copy in place; what was there before is kept as a copy."""
    from datetime import UTC, datetime

    from showroom.guard import erasure, upkeep
    from showroom.store import restoring

    name = ask_keeper(desk, args.staff)
    now, again = datetime.now(UTC), 0

    def settle(*draft: Any) -> None:
        nonlocal again
        again = erasure.settle(*draft)

    with percent(hidden=args.json) as progress:
        kept = restoring.restore_desk(
            desk, args.file.absolute(), now, recovery_code, progress, settle=settle
        )
    upkeep.restored(desk, args.file, name)
    lines = [_("{path} is in place again.").format(path=args.file)]
    if again:
        said = ngettext(
            "{count} person in it was erased since and is erased again.",
            "{count} persons in it were erased since and are erased again.",
            again,
        )
        lines.append(said.format(count=f"{again:,}"))
    if kept is not None:
        lines.append(_("What was there before is in {path}.").format(path=kept.path))
    data = {"restored": args.file, "kept": kept.path if kept else None, "erased_again": again}
    return Answer(data, lines)


def ask_keeper(desk: paths.Desk, name: str | None) -> str:
    """A copy brings the PINs of its day back: on a locked desk a manager or an owner restores.

    The answer is who it is. Data that a restore alone can help asks nobody, and nobody is named.
    """
    from showroom.guard import rights
    from showroom.store import restoring
    from showroom.store.opening import open_desk

    if not desk.database.exists():
        return ""
    try:
        db = open_desk(desk)
    except ShowroomError as error:
        if restoring.helps(error):
            return ""
        raise
    try:
        sit_down(db, name)
        with db.read() as session:
            rights.require(session, rights.Right.RESTORE)
    finally:
        db.close()
    return name or ""


def reset_pin(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Give a manager or an owner another PIN by the recovery code: who knows a PIN needs none."""
    from showroom.guard import pins

    with opened(desk) as db:
        pins.reset(
            db,
            person(db, args.name),
            pin(NEW_PIN_FILE, _("New PIN:")),
            recovery_code(),
        )
    return Answer({"name": args.name}, [_("{name} has a new PIN.").format(name=args.name)])


JOBS: Final[dict[str, Callable[[paths.Desk, argparse.Namespace], Answer]]] = {
    "sample": sample,
    "import": take_in,
    "undo": undo,
    "find": find,
    "day": day,
    "check": check,
    "duplicates": duplicates,
    "export": export,
    "cards": cards,
    "backup": backup,
    "restore": restore,
    "reset-pin": reset_pin,
    "person": report,
    "retention": retention,
}
