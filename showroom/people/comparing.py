"""Two customers side by side: what each says, whose is proposed, and what would go over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import choices, dates, lunar, settings, words
from showroom.guard import mask, staff
from showroom.i18n import N_, _, ngettext
from showroom.people import customers, merging
from showroom.people.again import is_anonymous
from showroom.people.joining import Side
from showroom.store import models
from showroom.store.models import (
    Card,
    Customer,
    Deal,
    FollowUp,
    Honorific,
    Level,
    Phone,
    Referral,
    Status,
    TraitKind,
    Visit,
)
from showroom.text import surname

TITLES: Final = {
    "name": N_("Name"),
    "honorific": N_("Honorific"),
    "title": N_("Job title"),
    "level": N_("Level"),
    "status": N_("Status"),
    "consultant_id": N_("Consultant"),
    "model_id": N_("Interest"),
    "channel_id": N_("Channel"),
    "wechat": N_("WeChat"),
    "address": N_("Address"),
    "postcode": N_("Postcode"),
    "birthday": N_("Birthday"),
    "note": N_("Note"),
}
_GONE: Final = (Status.INVALID, Status.DORMANT, Status.LOST, Status.VISITED)
_EMPTY: Final[Mapping[str, Any]] = {"honorific": Honorific.NONE, "level": Level.UNRATED}


class Row(NamedTuple):
    """One fact of both: `code` as `merging.merge` takes it, as who sits here may see it.

    `side` is what is proposed, `open` the sides there are to choose from; one alone is fixed.
    """

    code: str
    title: str
    own: str
    other: str
    side: Side
    open: tuple[Side, ...]


class Compared(NamedTuple):
    """Both, by their names and numbers; `over` are the words for what goes over."""

    own_id: int
    other_id: int
    own: str
    other: str
    own_phones: str
    other_phones: str
    rows: list[Row]
    over: list[str]
    refusal: str


def keeper(session: Session, one_id: int, two_id: int) -> tuple[int, int]:
    """Who keeps his line by proposal, and the other: with a contact, with deals, the older file."""

    def rank(id: int) -> tuple[bool, int, int, int]:
        customer = customers.on_file(session, id)
        return (
            not is_anonymous(customer),
            _count(session, Deal, id),
            _count(session, Visit, id),
            -id,
        )

    one, two = rank(one_id), rank(two_id)
    return (one_id, two_id) if one >= two else (two_id, one_id)


def compare(session: Session, customer_id: int, other_id: int) -> Compared:
    """Both side by side. Raises `ShowroomError` when one is gone or was erased."""
    own, other = customers.on_file(session, customer_id), customers.on_file(session, other_id)
    phones = _phones(session, customer_id), _phones(session, other_id)
    return Compared(
        customer_id,
        other_id,
        words.called(own.name, own.honorific) or _("No name"),
        words.called(other.name, other.honorific) or _("No name"),
        *phones,
        [
            *_facts(session, own, other),
            *_traits(session, own, other),
            *_fields(session, own, other),
        ],
        _goes_over(session, own, other),
        merging.refusal(session, other_id, customer_id),
    )


def proposed(session: Session, customer_id: int, other_id: int) -> dict[str, Side]:
    """What is proposed for each fact of both."""
    own, other = customers.on_file(session, customer_id), customers.on_file(session, other_id)
    rows = [*_facts(session, own, other), *_traits(session, own, other)]
    return {row.code: row.side for row in [*rows, *_fields(session, own, other)]}


# --- the rows


def _facts(session: Session, own: Customer, other: Customer) -> list[Row]:
    fixed = merging.standing(own, other)
    newer = _newer(own, other)
    rows = []
    for fact, title in TITLES.items():
        his, its = getattr(own, fact), getattr(other, fact)
        empty = (_EMPTY.get(fact), "", None)
        if his in empty and its in empty and fact != "name":
            continue
        open_ones: tuple[Side, ...] = (Side.OWN, Side.OTHER)
        side = newer
        if fact in fixed:
            side, open_ones = fixed[fact], (fixed[fact],)
        elif his == its:
            side, open_ones = Side.OWN, (Side.OWN,)
        elif his in empty or its in empty:
            side = Side.OWN if its in empty else Side.OTHER
        elif fact == "name":
            side = _whole_name(his, its)
        elif fact == "status":
            side = Side.OTHER if _gone(own) > _gone(other) else Side.OWN
        elif fact in merging.WORDED and not (his in its or its in his):
            side, open_ones = Side.BOTH if fact == "note" else newer, tuple(Side)
        rows.append(
            Row(
                fact,
                _(title),
                _shown(session, own, fact),
                _shown(session, other, fact),
                side,
                open_ones,
            )
        )
    return rows


def _whole_name(own: str, other: str) -> Side:
    """A whole name rather than a bare surname."""
    return Side.OTHER if surname(other) == own and other != own else Side.OWN


def _gone(customer: Customer) -> int:
    return _GONE.index(customer.status) + 1 if customer.status in _GONE else 0


def _newer(own: Customer, other: Customer) -> Side:
    """Of whom was heard last: what he said is the newer."""

    def last(one: Customer) -> date:
        return one.last_visit_on or one.contact_on or dates.local_day(one.created_at)

    return Side.OTHER if last(other) > last(own) else Side.OWN


def _shown(session: Session, customer: Customer, fact: str) -> str:
    value = getattr(customer, fact)
    if value is None or value == "":
        return ""
    whole = customer.id in mask.seen(session, [customer.id])
    if fact == "honorific":
        return _(words.HONORIFICS[value])
    if fact == "level":
        return f"{settings.load(session).letter(value)} · {_(words.LEVELS[value])}"
    if fact == "status":
        return _(words.STATUSES[value])
    if fact == "consultant_id":
        return staff.names(session).get(value, "")
    if fact in ("model_id", "channel_id"):
        return choices.labels(session).get(value, "")
    if fact == "birthday":
        day = lunar.written(value, customer.birthday_more)
        return " · ".join((day, _("lunar"))) if customer.birthday_lunar else day
    if fact == "wechat":
        return mask.wechat(value, whole=whole)
    return mask.text(value, whole=whole) if fact in ("address", "note") else str(value)


def _traits(session: Session, own: Customer, other: Customer) -> list[Row]:
    """What is known of both: of what guests are known by both are kept, else one is chosen."""
    titles = words.TRAITS | words.ARCHIVE
    return _worded(
        session,
        models.Trait,
        (own, other),
        lambda row, seen: (f"trait:{row.kind.value}", _(titles[TraitKind(row.kind)]), seen),
        both=tuple(f"trait:{kind.value}" for kind in words.TRAITS),
    )


def _fields(session: Session, own: Customer, other: Customer) -> list[Row]:
    from showroom.i18n import language
    from showroom.people import fields

    known = {one.id: one for one in session.scalars(select(models.CustomField))}

    def said(row: Any, seen: str) -> tuple[str, str, str]:
        field = known[row.field_id]
        title = field.en if language() == "en" else field.zh
        return f"field:{row.field_id}", title, fields.shown(field.kind, seen)

    return _worded(session, models.FieldValue, (own, other), said, both=())


def _worded(
    session: Session,
    model: Any,
    both_of: tuple[Customer, Customer],
    said: Any,
    both: tuple[str, ...],
) -> list[Row]:
    own, other = both_of
    found: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    for place, customer in enumerate(both_of):
        whole = customer.id in mask.seen(session, [customer.id])
        query = select(model).where(model.customer_id == customer.id).order_by(model.id)
        for row in session.scalars(query):
            code, titles[code], seen = said(row, mask.text(row.words, whole=whole))
            found.setdefault(code, ["", ""])[place] = seen
    rows = []
    for code, (his, its) in found.items():
        side = _newer(own, other)
        open_ones: tuple[Side, ...] = (Side.OWN, Side.OTHER)
        if his == its or not its:
            side, open_ones = Side.OWN, (Side.OWN,)
        elif not his:
            side, open_ones = Side.OTHER, (Side.OTHER,)
        elif code in both:
            side, open_ones = Side.BOTH, tuple(Side)
        rows.append(Row(code, titles[code], his, its, side, open_ones))
    return rows


# --- what goes over


def _goes_over(session: Session, own: Customer, other: Customer) -> list[str]:
    """What the other one has, counted, and what is worth a word before it is done."""
    count = {
        model: _count(session, model, other.id) for model in (Visit, Deal, Phone, Card, FollowUp)
    }
    said = [
        sentence.format(count=count[model])
        for model, sentence in (
            (Visit, ngettext("{count} visit", "{count} visits", count[Visit])),
            (Deal, ngettext("{count} deal", "{count} deals", count[Deal])),
            (Phone, ngettext("{count} phone", "{count} phones", count[Phone])),
            (Card, ngettext("{count} card", "{count} cards", count[Card])),
            (FollowUp, ngettext("{count} contact", "{count} contacts", count[FollowUp])),
        )
        if count[model]
    ]
    brought = session.scalar(
        select(func.count()).select_from(Referral).where(Referral.introducer_id == other.id)
    )
    if brought:
        said.append(
            ngettext("{count} brought by him", "{count} brought by him", brought).format(
                count=brought
            )
        )
    if own.do_not_contact != other.do_not_contact:
        said.append(_("Do not contact holds for both"))
    if all(_runs(session, one.id) for one in (own, other)):
        said.append(_("both have an order that runs: both stay"))
    return said


def _runs(session: Session, customer_id: int) -> bool:
    running = select(Deal.id).where(
        Deal.customer_id == customer_id, Deal.delivered_on.is_(None), Deal.cancelled_on.is_(None)
    )
    return session.scalar(running.limit(1)) is not None


def _count(session: Session, model: Any, customer_id: int) -> int:
    query = select(func.count()).select_from(model).where(model.customer_id == customer_id)
    return session.scalar(query) or 0


def _phones(session: Session, customer_id: int) -> str:
    file = customers.file(session, customer_id)
    return " · ".join(number for _id, number in file.phones)
