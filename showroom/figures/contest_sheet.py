"""The contest of archives on paper and as a workbook, each number with its formula (DOMAIN §6)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from showroom import dates, settings, words
from showroom.errors import ShowroomError
from showroom.guard import exports, mask
from showroom.i18n import _
from showroom.people import archive, contest, spot_checks
from showroom.people.contest import RULES, Contest, Entrant, Rule
from showroom.people.quarters import Quarter
from showroom.people.spot_checks import VERDICTS
from showroom.progress import Progress
from showroom.sheets import write
from showroom.sheets.write import Cell, Column, Kind, Line, Role, Sheet
from showroom.store.models import Verdict


def save(
    session: Session,
    quarter: Quarter,
    rule: Rule,
    path: Path,
    progress: Progress | None = None,
) -> int:
    """Write the standing as `.pdf`, or with the files it is about as `.xlsx`; how many rows left.

    Raises `exports.Refused`, `ShowroomError` for another ending or as `write.save` does.
    """
    if path.suffix.lower() == ".pdf":
        count, made = pdf(session, quarter, rule, progress)
        with write.saving(path) as file:
            file.write(made)
        return count
    if path.suffix.lower() != ".xlsx":
        said = _("Give the file a name that ends in .xlsx, not {name}.")
        raise ShowroomError(said.format(name=path.name))
    mask.leaving(session)
    found = contest.of_quarter(session, quarter, rule)
    sheets = [ranking(session, found), _lacking(session, found), _drawn(session, quarter)]
    count = sum(len(sheet.rows) for sheet in sheets)
    exports.allow(session, count)
    write.save(path, sheets, progress or Progress(), title=sheets[0].title)
    return count


def pdf(
    session: Session, quarter: Quarter, rule: Rule, progress: Progress | None = None
) -> tuple[int, bytes]:
    """How many consultants, and the standing on A4. Raises `exports.Refused`."""
    from showroom.sheets import paper

    found = ranking(session, contest.of_quarter(session, quarter, rule))
    write.allow(session, found)
    return len(found.rows), paper.pdf(found, progress=progress)


def ranking(session: Session, found: Contest) -> Sheet:
    """The consultants with their places and numbers, and how each number is made."""
    shop = settings.load(session)
    title = _("Contest of archives")
    quarter = found.quarter
    days = f"{quarter.first:%Y-%m-%d} – {quarter.last:%Y-%m-%d}"
    said = _("{quarter} · {days} · decided by: {rule}").format(
        quarter=quarter.title, days=days, rule=_(RULES[found.rule])
    )
    columns = _columns(found)
    wide = len(columns)
    foot = [Line(), Line([Cell(_("How it is counted"), Role.SECTION)], 24)]
    notes = [
        _("{what}: {words}").format(what=_(RULES[rule]), words=found.formulas[rule])
        for rule in Rule
    ]
    notes.append(few_words(shop.contest_least))
    if found.drawn_at is not None:
        moment = f"{dates.local(found.drawn_at):%Y-%m-%d %H:%M}"
        notes.append(_("Drawn by lot on {moment}.").format(moment=moment))
    for what, words_ in (
        (_("Reward"), shop.contest_reward),
        (_("For who comes last"), shop.contest_penalty),
    ):
        if words_:
            notes.append(_("{what}: {words}").format(what=what, words=words_))
    foot += [Line([Cell(note, Role.NOTE, span=wide)]) for note in notes]
    return Sheet(
        title,
        columns,
        found.entrants,
        lead=(
            Line([Cell(f"{shop.shop_name} {title}".strip(), Role.TITLE)], 30),
            Line([Cell(said, Role.SUBTITLE, span=wide)], 22),
        ),
        foot=foot,
        filter=False,
        one_page=True,
        footer=f"{shop.shop_name} {quarter.title}".strip(),
    )


def few_words(least: int) -> str:
    """Who is in no place, in words."""
    said = _("With fewer than {count} files a consultant is in no place. Equal ones share one.")
    return said.format(count=least)


def _columns(found: Contest) -> tuple[Column, ...]:
    def verdict(one: Verdict) -> Any:
        return lambda row: row.found.get(one, 0)

    def place(row: Entrant) -> str:
        return place_words(row, found.rule)

    checks = _("Spot check")
    return (
        Column("place", _("Rank"), place, width=12),
        Column("name", _("Consultant"), width=18),
        Column("files", _("Files kept"), kind=Kind.WHOLE, width=10, total=True),
        Column("mean", _("Completeness"), mean, Kind.NUMBER, width=14),
        Column("drawn", _("Files drawn"), kind=Kind.WHOLE, group=checks, width=10, total=True),
        *(
            Column(one.value, _(VERDICTS[one]), verdict(one), Kind.WHOLE, checks, 12, True)
            for one in Verdict
        ),
        Column("honesty", _("Found true"), honesty, Kind.SHARE, checks, 12),
        Column("points", _("Points"), kind=Kind.WHOLE, width=10),
    )


def place_words(row: Entrant, rule: Rule) -> str:
    """The place, or why there is none."""
    if row.place:
        return str(row.place)
    return _("too few") if row.few and rule is not Rule.FREE else "—"


def mean(row: Entrant) -> float | None:
    """The completeness with one decimal."""
    found = contest.value(row, Rule.COMPLETENESS)
    return None if found is None else float(found)


def honesty(row: Entrant) -> float | None:
    """The share that was found true, between 0 and 1."""
    return None if row.honesty is None else float(row.honesty)


def _lacking(session: Session, found: Contest) -> Sheet:
    """The files that lack most, consultant by consultant."""
    worst = contest.worst(session, found.quarter)
    rows: list[tuple[str, contest.Lacking]] = [
        (one.name, file)
        for one in found.entrants
        for file in contest.lacking(session, worst.get(one.id, []))
    ]
    return Sheet(
        _("What lacks most"),
        (
            Column("consultant", _("Consultant"), lambda row: row[0], width=18),
            Column("customer", _("Customer"), lambda row: called(row[1]), width=22),
            Column("score", _("Completeness"), lambda row: row[1].score, Kind.WHOLE, width=14),
            Column("next", _("Worth most"), lambda row: worth_most(row[1].next), width=60),
        ),
        rows,
    )


def called(row: contest.Lacking | spot_checks.Check) -> str:
    """What a customer is called in a line; one who was erased has no name."""
    return words.called(row.name, row.honorific) or _("No name")


def worth_most(asked: Sequence[tuple[str, int]]) -> str:
    """The fields that lack, as `Family +8 · Leisure +8`."""
    return " · ".join(f"{_(archive.TITLES[field])} +{gain}" for field, gain in asked)


def _drawn(session: Session, quarter: Quarter) -> Sheet:
    """The files drawn by lot, with what was found."""

    def verdict(row: spot_checks.Check) -> str:
        return "" if row.verdict is None else _(VERDICTS[row.verdict])

    return Sheet(
        _("Spot check"),
        (
            Column("consultant", _("Consultant"), width=18),
            Column("customer", _("Customer"), called, width=22),
            Column("verdict", _("Verdict"), verdict, width=16),
            Column("note", _("Note"), width=50, wrap=True),
            Column("checked_by", _("Checked by"), width=16),
        ),
        spot_checks.checks(session, quarter),
    )
