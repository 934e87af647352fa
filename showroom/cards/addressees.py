"""Who gets a letter: what stands on his label or envelope, and who gets none and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from showroom import words
from showroom.cards import address, compose, couples, glyphs, held
from showroom.guard import mask
from showroom.i18n import N_, _
from showroom.store import barred
from showroom.store.listed import listed
from showroom.store.models import Card, Customer

WHY: Final = {
    "address": N_("no address"),
    "name": N_("nobody to address it to"),
    "stop": N_("must not be contacted by post"),
    "complaint": N_("a complaint is open"),
    "glyph": N_("a character that no font has"),
    "room": N_("the address is too long for this paper"),
    "partner": held.WHY["partner"],
}


class Addressee(NamedTuple):
    """Whom it is for; `who` names him in a message, `name` is what the postman reads."""

    who: str
    postcode: str
    address: str
    name: str


class LeftOut(NamedTuple):
    """Somebody who gets none; `why` is a code of `WHY`."""

    who: str
    why: str

    @property
    def sentence(self) -> str:
        """Who and why."""
        return _("{name}: {reason}").format(name=self.who, reason=_(WHY[self.why]))


class Made(NamedTuple):
    """The addressees in the order asked for, and who is left out."""

    addressees: list[Addressee]
    left_out: list[LeftOut]


def of_customers(
    session: Session,
    ids: Sequence[int],
    fits: Callable[[Addressee], bool],
    *,
    cards: bool = False,
    beside: Sequence[str] = (),
    unsayable: Sequence[bool] = (),
) -> Made:
    """Who of these gets one; somebody who is asked for twice gets two.

    `fits` says whether the paper has room; `cards`: an open complaint holds them; `beside`: of each
    the other one of the couple as the postman reads him, or "": both stand on it where there is
    room; `unsayable`: of each whether the words of his card name a partner who gets none now. What
    is hidden from who sits at the desk is hidden here, too: it leaves the desk.
    """
    mask.leaving(session)
    complaining = barred.complaining() if cards else literal(False)
    found = {
        row.id: row
        for row in session.execute(
            select(
                Customer.id,
                Customer.name,
                Customer.honorific,
                Customer.address,
                Customer.postcode,
                barred.from_post().label("stopped"),
                complaining.label("held"),
            ).where(Customer.id.in_(listed(ids)), Customer.erased_at.is_(None))
        )
    }
    seen = mask.seen(session)
    made = Made([], [])
    each = zip(ids, beside or [""] * len(ids), unsayable or [False] * len(ids), strict=True)
    for id, other, names_partner in each:
        row = found.get(id)
        if row is None:
            continue
        who = words.called(row.name, row.honorific) or _("No name")
        where = " ".join(mask.text(row.address, whole=id in seen).split())
        named = address.for_the_postman(row.name, row.honorific)
        one = Addressee(who, row.postcode.strip(), where, named)
        both = one._replace(name=address.for_both(named, other))
        if other and not _unprintable(both, fits):
            one = both
        why = "stop" if row.stopped else "complaint" if row.held else ""
        why = why or ("partner" if names_partner else "" if where else "address")
        why = why or ("" if row.name.strip() else "name") or _unprintable(one, fits)
        if why:
            made.left_out.append(LeftOut(who, why))
        else:
            made.addressees.append(one)
    return made


def of_cards(session: Session, card_ids: Sequence[int], fits: Callable[[Addressee], bool]) -> Made:
    """Whom these cards are for: one for each card, in their order; one to a couple is for both.

    A card that is held has no envelope either.
    """
    owners = {
        card: customer
        for card, customer in session.execute(
            select(Card.id, Card.customer_id).where(Card.id.in_(card_ids))
        )
    }
    others = {
        card: address.for_the_postman(other.name, other.honorific)
        for card, other in compose.to_both(session, card_ids).items()
    }
    there = [card for card in card_ids if card in owners]
    beside = [others.get(card, "") for card in there]
    kept = set(couples.unsayable(session))
    return of_customers(
        session,
        [owners[card] for card in there],
        fits,
        cards=True,
        beside=beside,
        unsayable=[card in kept for card in there],
    )


def _unprintable(one: Addressee, fits: Callable[[Addressee], bool]) -> str:
    sans, kai = glyphs.face("sans"), glyphs.face("kai")
    text = one.postcode + one.address + one.name
    if not sans.has(text) and not all(sans.has(char) or kai.has(char) for char in text):
        return "glyph"
    return "" if fits(one) else "room"
