"""The unattended jobs by which rows leave: workbooks, lists, cards; each counted and noted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from showroom import paths
from showroom.errors import ShowroomError
from showroom.i18n import _, ngettext
from showroom.seating import opened, person, second_person
from showroom.terminal import Answer, percent
from showroom.text import clean

if TYPE_CHECKING:
    import argparse

    from showroom.figures import papers
    from showroom.guard.exports import WhatFor
    from showroom.store.db import Database


def export(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Write the month's workbook, a list of customers or visits, or the register of a day."""
    from showroom.figures import monthbook, openings, papers, registers
    from showroom.guard import exports

    out = args.out.absolute()
    with opened(desk, args) as db, percent(hidden=args.json) as progress:
        openings.begin(db)
        write: Callable[..., int]
        if args.kind == "month":
            month = f"{args.month:%Y-%m}"
            what = _("Month's workbook {month}").format(month=month)
            write = partial(monthbook.write_month, month=month, now=db.now())
        elif args.kind == "customers":
            what, write = _("All customers"), registers.customers
        elif args.kind == "visits":
            first, last = args.since or date.min, args.until or date.max
            if first > last:
                raise ShowroomError(_("The last day cannot be before the first."))
            what = _("All visits")
            if args.since or args.until:
                what = _("Visits {first} to {last}").format(
                    first=args.since or "…", last=args.until or "…"
                )
            write = partial(registers.visits, first=first, last=last)
        else:
            ask = _asked(db, args)
            what, write = ask.name, partial(papers.save, ask=ask, now=db.now())
        with exports.leaving(
            db, what, out, second=second_person(db, args), what_for=_what_for(args)
        ) as session:
            rows = write(session, path=out, progress=progress)
    return Answer({"path": args.out, "rows": rows}, [_("Written: {path}").format(path=args.out)])


def _what_for(args: argparse.Namespace) -> WhatFor:
    """What the rows leave for; a job of the night that does not say it is noted as one."""
    from showroom.guard.exports import WhatFor

    return WhatFor(clean(args.purpose) or _("Unattended job"), clean(args.recipient))


def _asked(db: Database, args: argparse.Namespace) -> papers.Ask:
    """The register that was asked for; raises `ShowroomError` for days the wrong way round."""
    from showroom.figures import papers

    last = args.until or args.day
    if last < args.day:
        raise ShowroomError(_("The last day cannot be before the first."))
    return papers.Ask(
        papers.Paper(args.form),
        args.day,
        last,
        consultant_id=person(db, args.consultant) if args.consultant else None,
        ids=args.customer or (),
        blank=args.blank,
        filled=not args.blank,
        size=args.paper,
    )


def cards(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Write the cards that are due as one PDF; nothing is marked as printed."""
    from showroom import settings
    from showroom.cards import queue
    from showroom.guard import exports
    from showroom.sheets.saving import saving

    with (
        opened(desk, args) as db,
        percent(hidden=args.json) as progress,
        exports.leaving(
            db, _("Cards"), args.out, second=second_person(db, args), what_for=_what_for(args)
        ) as session,
    ):
        due = args.due or db.today()
        left_out = queue.left_out(session, due)
        pdf, count = queue.pdf_of_due(
            session,
            due=due,
            size=args.size or settings.load(session).card_size,
            template=args.template,
            progress=progress,
        )
        with saving(args.out) as file:
            file.write(pdf)
    return Answer(
        {"path": args.out, "cards": count, "left_out": left_out},
        [
            ngettext("{count} card in {path}.", "{count} cards in {path}.", count).format(
                count=count, path=args.out
            ),
            *([_("Not printed: {list}").format(list=_(", ").join(left_out))] if left_out else []),
        ],
    )
