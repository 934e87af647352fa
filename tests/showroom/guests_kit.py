"""Parties that come, refuse, come back and leave their phone, in a line each."""

from __future__ import annotations

from datetime import timedelta

from showroom.door import identity, moments, reception, traits
from showroom.figures import counts
from showroom.figures.counts import Counts
from showroom.store import journal
from showroom.store.models import (
    Moment,
    Refusal,
    TraitKind,
    Visit,
)
from tests import builders as make
from tests.builders import TODAY, later

PHONE = "13912345678"


def refuse(db, *, days: float = 0, name: str = "", **said: str) -> int:
    """A party that came, refused its contact and left; returns the visit."""
    now = later(days=days)
    with db.write() as session:
        visit = (
            make.a_visit(session, now=now, name=name) if name else make.a_visit(session, now=now)
        )
    with db.write() as session:
        moments.ask(session, visit, Moment.SEATED, refusal=Refusal.SPAM, now=now)
    with db.write() as session:
        reception.leave(session, visit, at=now + timedelta(minutes=20))
    if said:
        with db.write() as session:
            kinds = {TraitKind(kind): words for kind, words in said.items()}
            traits.note_traits(session, visit, kinds, now=now)
    return visit


def come(db, *, days: float) -> int:
    with db.write() as session:
        return make.a_visit(session, now=later(days=days))


def whose(db, visit: int) -> int | None:
    with db.read() as session:
        return session.get_one(Visit, visit).customer_id


def recognise(db, visit: int, guest: int | None) -> int:
    assert guest is not None
    with db.write() as session:
        return identity.recognise(session, visit, guest)


def leave_phone(db, visit: int, phone: str = PHONE, *, days: float = 0, **facts: str) -> None:
    with db.write() as session:
        reception.complete(session, visit, phone=phone, now=later(days=days), **facts)


def on(db, days: int) -> Counts:
    day = TODAY + timedelta(days=days)
    with db.read() as session:
        return counts.whole(session, day, day)


def told(found: Counts) -> dict[str, int]:
    names = ("walk_ins", "first", "filed", "left", "again", "known", "captured")
    return {name: getattr(found, name) for name in names if getattr(found, name)}


def undo(db, action: int | None = None) -> journal.Undone:
    with db.write() as session:
        return journal.undo(session, action)


# --- the notice on paper


def text_of(pdf: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = []
        for number in range(len(document)):
            page = document[number]
            words = page.get_textpage()
            pages.append(words.get_text_range())
            words.close()
            page.close()
    finally:
        document.close()
    return "\f".join(pages)
