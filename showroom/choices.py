"""The editable lists: channels with their group, models, colours, reasons, errands."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom.errors import Invalid
from showroom.i18n import N_, _, language
from showroom.store import journal
from showroom.store.models import Choice, ChoiceKind
from showroom.text import narrow

GROUPS = {
    "showroom": N_("Showroom, signs, advertising"),
    "owners": N_("Owners and introductions"),
    "events": N_("Events and outside"),
}

_SEED: dict[ChoiceKind, list[tuple[str, str, str, str]]] = {
    ChoiceKind.CHANNEL: [
        ("walk_in", "自然到店", "Walked in", "showroom"),
        ("passing", "路过", "Passing by", "showroom"),
        ("autohome", "汽车之家", "Autohome", "showroom"),
        ("yiche", "易车", "Yiche", "showroom"),
        ("dongchedi", "懂车帝", "Dongchedi", "showroom"),
        ("douyin", "抖音", "Douyin", "showroom"),
        ("wechat", "微信", "WeChat", "showroom"),
        ("website", "官网", "Website", "showroom"),
        ("owner", "老客户转介绍", "Introduced by an owner", "owners"),
        ("friend", "亲友介绍", "Friend or family", "owners"),
        ("fair", "车展", "Motor show", "events"),
        ("outside", "外展巡展", "Outside display", "events"),
        ("event", "店头活动", "Event in the shop", "events"),
    ],
    ChoiceKind.COLOUR: [
        ("white", "白色", "White", ""),
        ("black", "黑色", "Black", ""),
        ("grey", "灰色", "Grey", ""),
        ("silver", "银色", "Silver", ""),
        ("blue", "蓝色", "Blue", ""),
        ("red", "红色", "Red", ""),
        ("green", "绿色", "Green", ""),
    ],
    ChoiceKind.ERRAND: [
        ("paperwork", "办理手续", "Paperwork", ""),
        ("delivery", "办理交车", "Delivery", ""),
        ("refund", "办理退订", "Cancelling an order", ""),
        ("service", "维修保养", "Service or repair", ""),
        ("parcel", "快递", "Parcel", ""),
        ("supplier", "供应商", "Supplier", ""),
        ("interview", "面试", "Interview", ""),
        ("other", "其他", "Other", ""),
    ],
    ChoiceKind.CANCEL_REASON: [
        ("rival", "购买竞品", "Bought a rival", ""),
        ("budget", "预算不足", "Budget", ""),
        ("same_brand", "同城同品", "Same brand, other shop", ""),
        ("family", "家人反对", "Family objects", ""),
        ("delivery_time", "交付时间太久", "Delivery takes too long", ""),
        ("loan", "贷款未批", "Loan refused", ""),
        ("postponed", "购车计划推迟", "Purchase postponed", ""),
        ("other", "其他", "Other", ""),
    ],
}


class Option(NamedTuple):
    """One entry of a list as the desk sees it."""

    id: int
    code: str
    label: str
    group: str
    active: bool


class Entry(NamedTuple):
    """One entry of a list with both its labels, as the settings show it."""

    id: int
    zh: str
    en: str
    group: str
    active: bool


def seed(session: Session) -> None:
    """Give a new desk the usual lists (DOMAIN §2.4, §3.2, §3.3); models are the shop's own."""
    journal.act(session, "seed")
    for kind, entries in _SEED.items():
        for position, (code, zh, en, group) in enumerate(entries):
            session.add(Choice(kind=kind, code=code, zh=zh, en=en, group=group, position=position))


def _label(choice: Choice) -> str:
    return choice.en if language() == "en" else choice.zh


def options(session: Session, kind: ChoiceKind, *, everything: bool = False) -> list[Option]:
    """The entries of a list in their order; those no longer in use only when asked for."""
    query = select(Choice).where(Choice.kind == kind).order_by(Choice.position, Choice.id)
    return [
        Option(c.id, c.code, _label(c), c.group, c.active)
        for c in session.scalars(query)
        if c.active or everything
    ]


def entries(session: Session, kind: ChoiceKind) -> list[Entry]:
    """All entries of a list in their order, with both labels."""
    query = select(Choice).where(Choice.kind == kind).order_by(Choice.position, Choice.id)
    return [Entry(c.id, c.zh, c.en, c.group, c.active) for c in session.scalars(query)]


def labels(session: Session, kind: ChoiceKind | None = None) -> dict[int, str]:
    """Every label by id, of one list or of all."""
    query = select(Choice.id, Choice.en if language() == "en" else Choice.zh)
    if kind is not None:
        query = query.where(Choice.kind == kind)
    return {id: label for id, label in session.execute(query)}


def find(session: Session, kind: ChoiceKind, text: str) -> int | None:
    """The entry called so in either language or by its code; spaces and case do not count."""
    wanted = _key(text)
    for choice in session.scalars(select(Choice).where(Choice.kind == kind)):
        if wanted in (_key(choice.zh), _key(choice.en), _key(choice.code)):
            return choice.id
    return None


def find_or_add(session: Session, kind: ChoiceKind, text: str) -> int:
    """The entry that is called so, made at the end of the list when there is none."""
    return find(session, kind, text) or add(session, kind, text).id


def add(session: Session, kind: ChoiceKind, text: str, *, group: str = "") -> Choice:
    """A new entry at the end of a list. Raises `Invalid` when the name is empty or taken."""
    name = narrow(text)
    if not name:
        raise Invalid({"name": _("Enter a name.")})
    if find(session, kind, name) is not None:
        raise Invalid({"name": _("{name} is in the list already.").format(name=name)})
    journal.act(session, "choices")
    last = session.scalar(select(func.max(Choice.position)).where(Choice.kind == kind))
    taken = set(session.scalars(select(Choice.code).where(Choice.kind == kind)))
    number = len(taken) + 1
    while f"own_{number}" in taken:
        number += 1
    choice = Choice(
        kind=kind,
        code=f"own_{number}",
        zh=name,
        en=name,
        group=group,
        position=0 if last is None else last + 1,
    )
    session.add(choice)
    session.flush()
    return choice


def change(session: Session, choice_id: int, **facts: object) -> None:
    """Change labels, group, position or use of an entry (`zh en group position active`).

    Raises `Invalid` beside `zh` or `en` when a label is empty or another entry's.
    """
    journal.act(session, "choices")
    choice = session.get_one(Choice, choice_id)
    problems: dict[str, str] = {}
    for name in ("zh", "en"):
        if name in facts:
            facts[name] = label = narrow(str(facts[name]))
            taken = find(session, choice.kind, label)
            if not label:
                problems[name] = _("Enter a name.")
            elif taken not in (None, choice_id):
                problems[name] = _("{name} is in the list already.").format(name=label)
    if problems:
        raise Invalid(problems)
    for name, value in facts.items():
        if name not in ("zh", "en", "group", "position", "active"):
            raise ValueError(name)
        setattr(choice, name, value)


def move(session: Session, choice_id: int, step: int) -> None:
    """Put an entry one place up (-1) or down (1) in its list; at an end nothing happens."""
    journal.act(session, "choices")
    kind = session.get_one(Choice, choice_id).kind
    query = select(Choice).where(Choice.kind == kind).order_by(Choice.position, Choice.id)
    order = list(session.scalars(query))
    at = next(place for place, one in enumerate(order) if one.id == choice_id)
    if 0 <= at + step < len(order):
        order.insert(at + step, order.pop(at))
    for place, one in enumerate(order):
        one.position = place


def _key(text: str) -> str:
    return "".join(narrow(text).split()).casefold()
