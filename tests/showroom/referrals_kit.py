"""A showroom in which somebody brings somebody, in a line each."""

from __future__ import annotations

from datetime import timedelta

from showroom import choices
from showroom.deals import closing
from showroom.people import (
    introductions,
    proofs,
    referrals,
)
from showroom.store.models import (
    ChoiceKind,
    ReferralState,
    Role,
)
from tests import builders as make

TODAY, NOW = make.TODAY, make.NOW
PNG = b"\x89PNG\r\n\x1a\n" + b"receipt"
State = ReferralState


def begin(db) -> dict[str, int]:
    """A manager, a consultant, an owner and two who are new."""
    ids = {}
    with db.write() as session:
        ids["boss"] = make.a_member(session, "陈明", Role.MANAGER)
    with db.write() as session:
        ids["wang"] = make.a_member(session, "王强")
    for name, days in (("李娜", 400), ("张伟", 0), ("周敏", 0)):
        with db.write() as session:
            then = TODAY - timedelta(days=days)
            ids[name] = make.a_customer(
                session, name, consultant_id=ids["wang"], now=make.later(days=-days), today=then
            )
    with db.write() as session:
        deal = make.a_deal(session, ids["李娜"], ordered_on=TODAY - timedelta(days=390))
    with db.write() as session:
        closing.deliver(session, deal, on=TODAY - timedelta(days=380), today=TODAY)
    return ids


def do(db, function, *args, **facts):
    with db.write() as session:
        return function(session, *args, **facts)


def ask(db, function, *args, **facts):
    with db.read() as session:
        return function(session, *args, **facts)


def note(db, introducer: int, customer: int, *, now=NOW) -> int:
    with db.write() as session:
        return referrals.note(session, introducer_id=introducer, customer_id=customer, now=now).id


def prove(db, id: int, content: bytes = PNG, name: str = "收据.png") -> int:
    return do(db, proofs.attach, id, name=name, content=content, now=NOW)


def row(db, id: int) -> introductions.Row:
    return ask(db, introductions.rows, [id])[0]


def cancel(db, deal: int) -> None:
    with db.write() as session:
        reason = choices.options(session, ChoiceKind.CANCEL_REASON)[0].id
        closing.cancel(session, deal, reason_id=reason, on=TODAY)
