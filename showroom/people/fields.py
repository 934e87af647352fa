"""The showroom's own fields of a customer: what they are, and what stands in them.

So that a furniture or a kitchen showroom fits too (DOMAIN §10). A field that is taken out of use is
shown where it holds something.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom.errors import Invalid
from showroom.guard import mask, rights
from showroom.guard.rights import Right
from showroom.i18n import N_, _, language
from showroom.people import customers
from showroom.store import journal
from showroom.store.models import CustomField, FieldKind, FieldValue
from showroom.text import clean, narrow

LONGEST: Final = 200
LABEL: Final = 20
KINDS: Final = {
    FieldKind.TEXT: N_("Some words"),
    FieldKind.NUMBER: N_("A number"),
    FieldKind.DAY: N_("A day"),
    FieldKind.CHOICE: N_("One of a list"),
    FieldKind.YES_NO: N_("Yes or no"),
}


class Field(NamedTuple):
    """A field of the showroom's own; `options` are what a choice offers."""

    id: int
    zh: str
    en: str
    kind: FieldKind
    options: tuple[str, ...]
    active: bool

    @property
    def label(self) -> str:
        """What it is called in the language in use."""
        return self.en if language() == "en" else self.zh


class Held(NamedTuple):
    """A field in one customer's file: the `words` it keeps ("" for nothing), and as `shown`."""

    field: Field
    words: str
    shown: str


class _Preset(NamedTuple):
    zh: str
    en: str
    kind: FieldKind
    options: tuple[tuple[str, str], ...] = ()


_ROOMS: Final = (
    _Preset("房屋面积(㎡)", "Floor area, m²", FieldKind.NUMBER),
    _Preset(
        "户型",
        "Layout",
        FieldKind.CHOICE,
        (
            ("一居", "One bedroom"),
            ("两居", "Two bedrooms"),
            ("三居", "Three bedrooms"),
            ("四居及以上", "Four and more"),
            ("复式/别墅", "House"),
        ),
    ),
    _Preset("预计装修日期", "Fitting out from", FieldKind.DAY),
    _Preset("预算(万元)", "Budget, 10,000 yuan", FieldKind.NUMBER),
    _Preset(
        "风格",
        "Style",
        FieldKind.CHOICE,
        (
            ("现代", "Modern"),
            ("新中式", "New Chinese"),
            ("北欧", "Nordic"),
            ("轻奢", "Light luxury"),
            ("法式", "French"),
            ("日式", "Japanese"),
        ),
    ),
    _Preset("看过样板", "Saw a model room", FieldKind.YES_NO),
)
PRESETS: Final = {  # DOMAIN §10
    "furniture": (
        N_("Furniture showroom"),
        (*_ROOMS, _Preset("材料", "Material", FieldKind.TEXT)),
    ),
    "kitchen": (
        N_("Kitchen showroom"),
        (
            *_ROOMS,
            _Preset("厨房面积(㎡)", "Kitchen area, m²", FieldKind.NUMBER),
            _Preset("已量尺", "Measured", FieldKind.YES_NO),
            _Preset("台面材料", "Worktop", FieldKind.TEXT),
            _Preset("嵌入电器", "Built-in appliances", FieldKind.TEXT),
        ),
    ),
}
"""Fields another trade asks for: the title and what `take_over` makes."""


# --- what the fields are


def every(session: Session, *, active: bool | None = True) -> list[Field]:
    """The fields in their order; `active` None: also those no longer in use."""
    query = select(CustomField).order_by(CustomField.position, CustomField.id)
    if active is not None:
        query = query.where(CustomField.active.is_(active))
    return [_field(row) for row in session.scalars(query)]


def _field(row: CustomField) -> Field:
    options = tuple(row.options.split("\n")) if row.options else ()
    return Field(row.id, row.zh, row.en, row.kind, options, row.active)


def add(
    session: Session, *, zh: str, en: str = "", kind: FieldKind = FieldKind.TEXT, options: str = ""
) -> CustomField:
    """A new field at the end; without an English label it has the Chinese one.

    `options` of a choice stand on a line each. Raises `Invalid` beside `zh`, `en` or `options`,
    `ShowroomError` for who may not.
    """
    rights.require(session, Right.SETTINGS)
    last = session.scalar(select(func.max(CustomField.position)))
    row = CustomField(kind=kind, position=0 if last is None else last + 1)
    _label(session, row, zh, en)
    _offer(row, options)
    journal.act(session, "custom_field", row)
    session.add(row)
    session.flush()
    return row


def change(session: Session, field_id: int, **facts: Any) -> None:
    """Change `zh`, `en`, `options` or `active` of a field; its kind stays, it holds values.

    Raises as `add`.
    """
    rights.require(session, Right.SETTINGS)
    row = session.get_one(CustomField, field_id)
    journal.act(session, "custom_field", row)
    if "zh" in facts or "en" in facts:
        _label(session, row, facts.get("zh", row.zh), facts.get("en", row.en))
    if "options" in facts:
        _offer(row, facts["options"])
    if "active" in facts:
        row.active = bool(facts["active"])


def move(session: Session, field_id: int, step: int) -> None:
    """Put a field one place up (-1) or down (1); at an end nothing happens."""
    rights.require(session, Right.SETTINGS)
    query = select(CustomField).order_by(CustomField.position, CustomField.id)
    order = list(session.scalars(query))
    at = next(place for place, one in enumerate(order) if one.id == field_id)
    journal.act(session, "custom_field", order[at])
    if 0 <= at + step < len(order):
        order.insert(at + step, order.pop(at))
    for place, one in enumerate(order):
        one.position = place


def take_over(session: Session, preset: str) -> int:
    """Make the fields of `PRESETS` that are not there yet; one that was put away is used again.

    Returns how many there are more. Raises `ShowroomError` for who may not.
    """
    rights.require(session, Right.SETTINGS)
    there = {row.zh: row for row in session.scalars(select(CustomField))}
    missing = [one for one in PRESETS[preset][1] if one.zh not in there]
    put_away = [
        there[one.zh] for one in PRESETS[preset][1] if one.zh in there and not there[one.zh].active
    ]
    for known in put_away:
        change(session, known.id, active=True)
    english = language() == "en"
    for one in missing:
        options = "\n".join(en if english else zh for zh, en in one.options)
        add(session, zh=one.zh, en=one.en, kind=one.kind, options=options)
    return len(missing) + len(put_away)


def _label(session: Session, row: CustomField, zh: str, en: str) -> None:
    zh, en = (" ".join(clean(one).split()) for one in (zh, en))  # ㎡ stays ㎡
    problems: dict[str, str] = {}
    for fact, label in (("zh", zh), ("en", en)):
        if len(label) > 2 * LABEL:
            problems[fact] = _("At most {count} characters.").format(count=2 * LABEL)
    if not zh:
        problems["zh"] = _("Enter a name.")
    taken = select(CustomField.id).where(CustomField.zh == zh, CustomField.id != (row.id or 0))
    if zh and session.scalar(taken) is not None:
        problems["zh"] = _("{name} is in the list already.").format(name=zh)
    if problems:
        raise Invalid(problems)
    row.zh, row.en = zh, en or zh


def _offer(row: CustomField, options: str) -> None:
    """Keep what a choice offers, each once."""
    offered = list(dict.fromkeys(filter(None, map(narrow, options.splitlines()))))
    if row.kind is FieldKind.CHOICE and len(offered) < 2:
        raise Invalid({"options": _("Enter what one may choose, each on a line: two at least.")})
    row.options = "\n".join(offered) if row.kind is FieldKind.CHOICE else ""


# --- what stands in them


def of_customer(session: Session, customer_id: int) -> list[Held]:
    """The fields in use, and those put away that hold something, as who sits there may see it."""
    found = session.execute(
        select(CustomField, FieldValue.words)
        .outerjoin(
            FieldValue,
            (FieldValue.field_id == CustomField.id) & (FieldValue.customer_id == customer_id),
        )
        .where(CustomField.active | FieldValue.words.is_not(None))
        .order_by(CustomField.position, CustomField.id)
    ).all()
    if not found:
        return []
    whole = customer_id in mask.seen(session, [customer_id])
    held = []
    for row, words in found:
        field = _field(row)
        seen = words or ""
        if field.kind in (FieldKind.TEXT, FieldKind.NUMBER):  # a phone may stand there
            seen = mask.text(seen, whole=whole)
        held.append(Held(field, seen, shown(field.kind, seen)))
    return held


def shown(kind: FieldKind, words: str) -> str:
    """What a value is called: yes and no in the language in use, a number with its thousands."""
    if kind is FieldKind.YES_NO and words:
        return _("Yes") if words == "1" else _("No")
    if kind is FieldKind.NUMBER and words:
        try:
            number = Decimal(words)
        except InvalidOperation:
            return words
        return f"{number:,f}" if abs(number) < 1_000_000_000 else words
    return words


def put(session: Session, customer_id: int, field_id: int, value: object) -> None:
    """What stands in a field from now on; "" or None empties it.

    `value` is words, a `date` or a bool, as its kind wants. Raises `Invalid` beside `value`.
    """
    customer = customers.on_file(session, customer_id)
    field = session.get_one(CustomField, field_id)
    words = _words(_field(field), value)
    row = session.scalar(
        select(FieldValue).where(
            FieldValue.customer_id == customer_id, FieldValue.field_id == field_id
        )
    )
    journal.act(session, "custom_field", customer)
    if row is None and words:
        session.add(FieldValue(customer_id=customer_id, field_id=field_id, words=words))
    elif row is not None and not words:
        session.delete(row)
    elif row is not None:
        row.words = mask.meant(words, row.words)
    session.flush()


def _words(field: Field, value: object) -> str:
    """A value as the file keeps it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, date):
        return value.isoformat()
    said = clean(str(value))
    problem = ""
    if len(said) > LONGEST:
        problem = _("At most {count} characters.").format(count=LONGEST)
    elif field.kind is FieldKind.NUMBER:
        said, problem = _number(said)
    elif field.kind is FieldKind.CHOICE and said not in field.options:
        problem = _("Choose one from the list.")
    elif field.kind is FieldKind.DAY and not _is_day(said):
        problem = _("There is no such day. Write it as 2026-11-21.")
    elif field.kind is FieldKind.YES_NO and said not in ("0", "1"):
        problem = _("Choose yes or no.")
    if problem:
        raise Invalid({"value": problem})
    return said


def _number(said: str) -> tuple[str, str]:
    """A number as it is kept, and what is wrong with it."""
    try:
        number = Decimal(narrow(said).replace(",", "").replace(" ", ""))
    except InvalidOperation:
        return said, _("Enter a number, such as 120 or 12.5.")
    if not number.is_finite() or abs(number) >= 10**12:
        return said, _("Enter a number, such as 120 or 12.5.")
    plain = f"{number:f}"
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain), ""


def _is_day(said: str) -> bool:
    try:
        date.fromisoformat(said)
    except ValueError:
        return False
    return True
