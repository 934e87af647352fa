"""How files were read is remembered once they came in, for the next of their kind."""

from __future__ import annotations

from showroom.sheets import layouts
from showroom.sheets.plan import Plan
from showroom.store import journal
from showroom.store.db import Database


def remember(db: Database, planned: Plan) -> None:
    """How these sheets were read, for the next of their kind; taking them back keeps it."""
    with db.read() as session:
        known, words = layouts.known(session), layouts.words(session)
    new = []
    for sheet in planned.sheets:
        before = known.get(layouts.fingerprint(sheet.labels))
        differs = before is None or before.choices != sheet.decided
        if sheet.kind is not None and not sheet.own and differs:
            new.append(sheet)
    learnt = {at: word for at, word in planned.answers.words.items() if words.get(at) != word}
    if not new and not learnt:
        return
    with db.write() as session:
        journal.act(session, "remember_layout", why=planned.name)
        for sheet in new:
            layouts.remember(session, sheet.labels, sheet.decided, now=db.now())
        layouts.learn(session, learnt)
