"""The unattended jobs about persons: everything held about one, and who is due to be erased."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from showroom import paths
from showroom.errors import ShowroomError
from showroom.i18n import _, headed, ngettext
from showroom.seating import opened
from showroom.terminal import Answer, percent

if TYPE_CHECKING:
    import argparse

FORMS: Final = {".pdf": "PDF", ".json": "JSON"}


def report(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Write everything held about one customer, as PDF to hand out or as JSON."""
    from showroom.cards import subject_page
    from showroom.sheets.saving import saving

    form = FORMS.get(args.out.suffix.lower())
    if form is None:
        raise ShowroomError(
            _("{path}: the name of the file ends in .pdf or .json.").format(path=args.out)
        )
    with opened(desk, args) as db:
        data = subject_page.hand_out(db, args.id, form)
        with saving(args.out.absolute()) as file:
            file.write(data)
    return Answer({"path": args.out, "id": args.id}, [_("Written: {path}").format(path=args.out)])


def retention(desk: paths.Desk, args: argparse.Namespace) -> Answer:
    """Say who is due to be erased because nobody heard of him for long; with --erase do it."""
    from showroom.guard import retention as terms

    with opened(desk, args) as db, percent(hidden=args.json) as progress:
        with db.read() as session:
            found = terms.due(session, db.today())
            drafts = terms.old_drafts(session, db.now())
            warning = terms.warning(terms.persons(session))
        erased = 0
        if args.erase:
            erased = terms.erase_due(db, progress=progress).persons
            drafts = terms.drop_drafts(db)
    counts = Counter(term for term, _last in found.values())
    lines = [headed(_(terms.TERMS[term]), f"{counts[term]:,}") for term in terms.Term]
    if args.erase:
        said = ngettext("{count} person erased.", "{count} persons erased.", erased)
        lines.append(said.format(count=f"{erased:,}"))
        said = ngettext("{count} draft thrown away.", "{count} drafts thrown away.", drafts)
    else:
        said = ngettext("{count} draft is due, too.", "{count} drafts are due, too.", drafts)
    if drafts:
        lines.append(said.format(count=f"{drafts:,}"))
    data = {
        "due": [
            {"id": id, "term": term, "last_contact": last} for id, (term, last) in found.items()
        ],
        "drafts": drafts,
        "erased": erased,
        "warning": warning,
    }
    return Answer(data, [*lines, warning] if warning else lines)
