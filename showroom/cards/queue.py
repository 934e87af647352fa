"""Which cards wait, are printed, posted or skipped; each step in the journal (DESIGN §4.9)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from showroom import dates, words
from showroom.cards import compose, couples, dress, feasts, held, render, templates, wordings
from showroom.cards.rows import CardRow, State, rows
from showroom.errors import Invalid, ShowroomError
from showroom.guard import consent, exports
from showroom.i18n import _, ngettext
from showroom.progress import Progress
from showroom.store import barred, journal
from showroom.store.models import Card, Customer, Staff
from showroom.text import clean

__all__ = ["CardRow", "State", "rows"]

AT_ONCE: Final = 100
"""So many cards are written before it is asked whether to stop."""


class Counts(NamedTuple):
    """The figures of the page. `held` would be due, and something keeps them out of the batch.

    `in_time` of `month` were posted by their last day.
    """

    due: int
    late: int
    held: int
    in_time: int
    month: int


# --- lists


def _ids() -> Select[int]:
    return select(Card.id).join(Customer, Card.customer_id == Customer.id)


def waiting(session: Session) -> list[int]:
    """Every card not printed yet, the one due first on top; nobody who may not be written to."""
    return list(session.scalars(_ids().where(held.waits()).order_by(Card.due_on, Card.id)))


def due(session: Session, today: date) -> list[int]:
    """The cards to be printed today: due by now, still waiting, and nothing keeps them."""
    query = _ids().where(held.goes_out(session, today), Card.due_on <= today)
    query = query.order_by(Card.due_on, Card.id)
    return list(session.scalars(query))


def printed(session: Session) -> list[int]:
    """The cards that are printed and not posted yet: the newest batch first, each in the order in
    which it was printed, which is that of its envelopes."""
    query = _ids().where(
        Card.printed_at.is_not(None), Card.posted_at.is_(None), Card.skipped_at.is_(None)
    )
    return list(session.scalars(query.order_by(Card.printed_at.desc(), Card.due_on, Card.id)))


def posted(session: Session, today: date) -> list[int]:
    """The cards posted this month, newest first."""
    start = dates.at(today.replace(day=1), time())
    query = _ids().where(Card.posted_at >= start)
    return list(session.scalars(query.order_by(Card.posted_at.desc(), Card.id.desc())))


def skipped(session: Session, today: date) -> list[int]:
    """The cards skipped in the last 30 days, newest first; they can be put back."""
    start = dates.at(today - timedelta(days=30), time())
    query = _ids().where(Card.skipped_at >= start, Card.printed_at.is_(None))
    return list(session.scalars(query.order_by(Card.skipped_at.desc(), Card.id.desc())))


def counts(session: Session, today: date) -> Counts:
    """Due, late and held among the waiting; and of the cards whose last day lies in this month so
    far, with those posted before it, how many were posted by that day."""
    by_now = Card.due_on <= today
    first = today.replace(day=1)
    last = dates.add_months(first, 1)
    total = in_time = 0
    query = select(Card.late_on, Card.posted_at).where(
        Card.late_on >= first, Card.late_on < last, Card.skipped_at.is_(None)
    )
    for late_on, posted_at in session.execute(query):
        if posted_at is None and late_on > today:
            continue
        total += 1
        in_time += posted_at is not None and dates.local_day(posted_at) <= late_on
    urgent = held.urgent(session, today)
    out = urgent & held.has_address()
    count = func.count()
    sums = select(
        count.filter(out, by_now),
        count.filter(urgent, Card.late_on < today),
        count.filter(by_now, ~out),
    )
    sums = sums.select_from(Card).join(Customer).where(held.waits())
    due, late, kept = session.execute(sums).one()
    return Counts(due=due, late=late, held=kept, in_time=in_time, month=total)


def batch(session: Session, ids: Sequence[int], today: date) -> tuple[list[int], list[str]]:
    """Of these waiting cards those that may be printed together, and who is left out and why."""
    chosen = Card.id.in_(ids)
    out = held.goes_out(session, today)
    free = set(session.scalars(_ids().where(chosen, out)))
    kept = chosen & held.waits() & ~out
    return [id for id in ids if id in free], _reasons(session, kept, today)


def postable(session: Session, ids: Sequence[int], today: date) -> tuple[list[int], list[str]]:
    """Of these printed cards those that may be posted, and whose may not any more, and why."""
    stopped = Card.id.in_(ids) & held.stopped(session)
    kept = set(session.scalars(_ids().where(stopped)))
    return [id for id in ids if id not in kept], _reasons(session, stopped, today)


def left_out(session: Session, today: date) -> list[str]:
    """Whose card is due by that day and goes into no batch, a sentence with the reason each."""
    kept = held.waits() & ~held.goes_out(session, today)
    return _reasons(session, kept & (Card.due_on <= today), today)


def _reasons(session: Session, which: ColumnElement[bool], today: date) -> list[str]:
    query = (
        select(Customer.name, Customer.honorific, held.why(session, today))
        .join(Card, Card.customer_id == Customer.id)
        .where(which)
        .order_by(Card.due_on, Card.id)
    )
    return [
        _("{name}: {reason}").format(
            name=words.called(name, honorific) or _("No name"), reason=_(held.WHY[why])
        )
        for name, honorific, why in session.execute(query)
    ]


# --- steps


def mark_printed(
    session: Session,
    ids: Sequence[int],
    *,
    printer: str,
    now: datetime,
    again: Collection[int] = (),
    again_reason: str = "",
    whose: Mapping[int, str] | None = None,
) -> list[str]:
    """Note that the printer took these cards; call it only after it did.

    What changed while the pages ran keeps no card due that came out. Returns a sentence for each
    that is not to be posted: who gets none any more, which is gone (`whose` it was). Raises
    `ShowroomError` when all are gone, and for one that was printed before, by whom and when, unless
    it is one of `again` with the reason. A card that was posted is to be posted again. Its words
    are kept with it: what is worded otherwise later changes no printed card.
    """
    there = list(session.scalars(select(Card.id).where(Card.id.in_(ids))))
    cards = _cards(session, [id for id in ids if id in set(there)] or ids)
    meant = set(again) if again_reason.strip() else set()
    before = [card for card in cards if card.printed_at is not None and card.id not in meant]
    if before:
        raise ShowroomError(
            _("Printed before: {list}. Say why to print again.").format(
                list=", ".join(when_printed(session, [card.id for card in before]))
            )
        )
    journal.act(
        session,
        "print_cards",
        cards[0] if len(cards) == 1 else None,
        why=again_reason.strip(),
    )
    letters = compose.compose_many(session, there, today=dates.local_day(now))
    said = {letter.card_id: compose.kept(letter) for letter in letters}
    for card in cards:
        card.said = said[card.id]
        card.signed_at = card.posted_at = None
        card.printed_at = now
        card.printed_by_id = session.info.get("staff_id")
        card.printer = printer
        card.skipped_at, card.skip_reason = None, ""
    session.flush()
    gone = [
        _("{name}: {reason}").format(
            name=(whose or {}).get(id, _("No name")), reason=_("the card is gone")
        )
        for id in ids
        if id not in said
    ]
    return gone + postable(session, there, dates.local_day(now))[1]


def whose(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """For whom each of these cards is."""
    query = _ids().with_only_columns(Card.id, Customer.name, Customer.honorific)
    return {
        id: words.called(name, honorific) or _("No name")
        for id, name, honorific in session.execute(query.where(Card.id.in_(ids)))
    }


def batch_from(session: Session, card_id: int) -> list[int]:
    """This printed card and those that were printed after it in the same batch, in their order."""
    (card,) = _cards(session, [card_id])
    query = (
        select(Card.id)
        .where(Card.printed_at == card.printed_at, Card.posted_at.is_(None))
        .order_by(Card.due_on, Card.id)
    )
    batch = list(session.scalars(query))
    return batch[batch.index(card_id) :] if card_id in batch else []


def not_come_out(session: Session, ids: Sequence[int], progress: Progress | None = None) -> None:
    """The printer took these cards and did not give them out (a jam): they are due again.

    For who wants no post any more it is skipped, with the reason. Raises `ShowroomError` for one
    that was never printed, or is posted; cancelled none is.
    """
    cards = _cards(session, ids)
    if any(card.printed_at is None or card.posted_at is not None for card in cards):
        raise ShowroomError(_("Only a card that is printed and not posted can be due again."))
    printers = ", ".join(dict.fromkeys(card.printer for card in cards))
    journal.act(session, "unprint_cards", cards[0] if len(cards) == 1 else None, why=printers)
    for card in _written(session, cards, progress):
        card.printed_at, card.printed_by_id, card.printer = None, None, ""
        card.said, card.signed_at = "", None
    consent.stop(session, [card.customer_id for card in cards], now=session.info["now"])


def when_printed(session: Session, ids: Sequence[int]) -> list[str]:
    """`张伟 先生 (11-20 09:12, 李静, HP)` for each of these cards that was printed."""
    query = (
        select(Card, Customer, Staff.name)
        .join(Customer, Card.customer_id == Customer.id)
        .outerjoin(Staff, Card.printed_by_id == Staff.id)
        .where(Card.id.in_(ids), Card.printed_at.is_not(None))
    )
    said = {}
    for card, customer, name in session.execute(query):
        assert card.printed_at is not None
        when = f"{dates.local(card.printed_at):%m-%d %H:%M}"
        details = ", ".join(part for part in (when, name, card.printer) if part)
        said[card.id] = f"{words.called(customer.name, customer.honorific)} ({details})"
    return [said[id] for id in ids if id in said]


def mark_signed(
    session: Session, ids: Sequence[int], *, now: datetime, progress: Progress | None = None
) -> None:
    """Note that these printed cards were signed by hand; cancelled none is."""
    cards = _cards(session, ids)
    if any(card.printed_at is None for card in cards):
        raise ShowroomError(_("A card is printed before it is signed."))
    journal.act(session, "sign_cards", cards[0] if len(cards) == 1 else None)
    for card in _written(session, cards, progress):
        card.signed_at = card.signed_at or now


def mark_posted(
    session: Session,
    ids: Sequence[int],
    *,
    now: datetime,
    before: bool = False,
    progress: Progress | None = None,
) -> None:
    """Note that these printed cards were posted; by then they are signed. Cancelled none is.

    Raises `ShowroomError` for who may get nothing now; `before` he said so it was in the post.
    """
    cards = _cards(session, ids)
    if any(card.printed_at is None for card in cards):
        raise ShowroomError(_("A card is printed before it is posted."))
    kept = [] if before else postable(session, ids, dates.local_day(now))[1]
    if kept:
        raise ShowroomError(_("Not to be posted: {list}").format(list=_(", ").join(kept)))
    journal.act(session, "post_cards", cards[0] if len(cards) == 1 else None)
    for card in _written(session, cards, progress):
        card.signed_at = card.signed_at or now
        card.posted_at = card.posted_at or now


def skip(session: Session, card_id: int, reason: str, *, now: datetime) -> None:
    """Take a card out of the queue; Invalid beside `reason` when none is given."""
    (card,) = _cards(session, [card_id])
    reason = clean(reason)
    if not reason:
        raise Invalid({"reason": _("Say why this card is skipped.")})
    if card.printed_at is not None:
        raise ShowroomError(_("This card is printed already."))
    journal.act(session, "skip_card", card, why=reason)
    card.skipped_at, card.skip_reason = now, reason


def unskip(session: Session, card_id: int) -> None:
    """Put a skipped card back into the queue."""
    (card,) = _cards(session, [card_id])
    refused = _refused(session, [card])
    if refused:
        raise ShowroomError(_("{name} is not to be contacted.").format(name=refused))
    journal.act(session, "unskip_card", card)
    card.skipped_at, card.skip_reason = None, ""


def reword(session: Session, card_id: int, text: str, *, today: date) -> None:
    """Keep own words for one card (`compose.words_of`, edited); "" for the template's.

    Raises `Invalid` beside `words` for an offer on a card of thanks, and for a place in braces:
    nobody fills the words for one card; `ShowroomError` for one that is printed.
    """
    (card,) = _cards(session, [card_id])
    _refuse_printed(card)
    text = clean(text)
    journal.act(session, "reword_card", card)
    with session.no_autoflush:
        card.words = card.said = ""
        letter = compose.compose(session, card_id, today=today)
        wordings.refuse_unfilled(text, letter.names)
        wordings.refuse_offer(card.kind, text, letter.names)
        card.words = "" if text == compose.words_of(letter) else text


def set_template(session: Session, card_id: int, code: str) -> None:
    """Choose another template for one card; its own words are given up.

    Raises `ShowroomError` for one of another kind and for a card that is printed, and `Invalid`
    beside `template` for one in whose language nothing is said on the festival of the card.
    """
    (card,) = _cards(session, [card_id])
    _refuse_printed(card)
    template = templates.named(code, templates.known(session))
    if template.kind is not card.kind:
        raise ShowroomError(_("This template is for another kind of card."))
    feast = feasts.code_of(session, template, card.festival)
    feasts.refuse_unsaid(session, feast, template)
    journal.act(session, "reword_card", card)
    card.template, card.words, card.said = template.code, "", ""
    card.festival = feast


def _refuse_printed(card: Card) -> None:
    """A printed card is what stands on the paper."""
    if card.posted_at is not None:
        raise ShowroomError(_("This card is posted: its words stay as they were printed."))
    if card.printed_at is not None:
        raise ShowroomError(
            _(
                "This card is printed: its words stay as they were printed. To word it anew, say "
                "“Did Not Come Out” first."
            )
        )


def _written(session: Session, cards: Sequence[Card], progress: Progress | None) -> Iterator[Card]:
    """Each card to be changed; those before are written some at a time, so that it can stop."""
    progress = progress or Progress()
    for done, card in enumerate(cards):
        if done % AT_ONCE == 0:
            session.flush()
            progress.step(done, len(cards))
        yield card
    session.flush()
    progress.step(len(cards), len(cards))


def _cards(session: Session, ids: Sequence[int]) -> list[Card]:
    found = {card.id: card for card in session.scalars(select(Card).where(Card.id.in_(ids)))}
    if len(found) != len(set(ids)):
        raise ShowroomError(
            ngettext(
                "This card is no longer there.",
                "Some of these cards are no longer there.",
                len(ids),
            )
        )
    return [found[id] for id in dict.fromkeys(ids)]


def _refused(session: Session, cards: Iterable[Card]) -> str:
    """The first of these customers who is not to be contacted any more, or nothing."""
    wanted = [card.customer_id for card in cards]
    query = select(Customer.name).where(Customer.id.in_(wanted), barred.from_post())
    name = session.scalar(query.limit(1))
    return "" if name is None else name or _("No name")


def _refuse_complaining(session: Session, ids: Sequence[int]) -> None:
    query = _ids().where(Card.id.in_(ids), barred.complaining())
    names = session.scalars(query.with_only_columns(Customer.name).distinct())
    said = ", ".join(name or _("No name") for name in names)
    if said:
        raise ShowroomError(
            _(
                "No card while a complaint is open ({name}): take it out, it is due once it is "
                "closed."
            ).format(name=said)
        )


def _refuse_naming(session: Session, ids: Sequence[int]) -> None:
    naming = set(couples.unsayable(session)).intersection(ids)
    if naming:
        raise ShowroomError(
            _(
                "{name}: the words of this card name the other one of the couple, who gets no card "
                "now. Edit them, or take the template's."
            ).format(name=", ".join(whose(session, sorted(naming)).values()))
        )


# --- out


def pdf(
    session: Session,
    ids: Sequence[int],
    *,
    today: date,
    size: str,
    sheet: str = "",
    start: int = 1,
    template: str | None = None,
    progress: Progress | None = None,
) -> bytes:
    """These cards as one PDF, dated today; for paper and for a file, both leave the desk.

    Raises `exports.Refused` when they are too many for who sits here, `ShowroomError` when one is
    for who gets no card any more or has an open complaint, or as `render.pdf` does.
    """
    exports.allow(session, len(ids))
    refused = _refused(session, _cards(session, ids))
    if refused:
        raise ShowroomError(
            _("{name} is not to be contacted: take the card out.").format(name=refused)
        )
    _refuse_complaining(session, ids)
    _refuse_naming(session, ids)
    letters = compose.compose_many(session, ids, today=today, template=template or "")
    worn = dress.load(session)
    return render.pdf(letters, size=size, sheet=sheet, start=start, dress=worn, progress=progress)


def pdf_of_due(
    session: Session,
    *,
    due: date,
    size: str,
    template: str | None = None,
    progress: Progress | None = None,
) -> tuple[bytes, int]:
    """The cards due by that day as one PDF, dated that day, and how many; marks nothing as printed.

    `template` (code or name) replaces the cards' own. Raises ShowroomError when none is due, or as
    `pdf` does.
    """
    query = (
        _ids().where(held.goes_out(session, due), Card.due_on <= due).order_by(Card.due_on, Card.id)
    )
    if template:
        chosen = templates.named(template, templates.known(session))
        query = query.where(Card.kind == chosen.kind)
        for feast in session.scalars(query.with_only_columns(Card.festival).distinct()).all():
            feasts.refuse_unsaid(session, feasts.code_of(session, chosen, feast), chosen)
    ids = list(session.scalars(query))
    if not ids:
        sentences = [_("No card is due by {day}.").format(day=due), *left_out(session, due)]
        raise ShowroomError("\n".join(sentences))
    return pdf(session, ids, today=due, size=size, template=template, progress=progress), len(ids)
