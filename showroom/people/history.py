"""What was changed about a customer, in words: what it was, what it is now (DESIGN §4.12).

Read from the images the journal keeps, for the timeline.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from showroom import lunar, settings, words
from showroom.guard import mask
from showroom.i18n import N_, _, language
from showroom.store import images
from showroom.store.models import (
    AdvisoryKind,
    Alert,
    FieldKind,
    Honorific,
    Kinship,
    Level,
    Promise,
    Status,
    TraitKind,
)

_HIS: Final = """
    SELECT 'customer' AS of_table, :id AS id
    UNION ALL SELECT 'phone', id FROM phone WHERE customer_id = :id
    UNION ALL SELECT 'vehicle', id FROM vehicle WHERE customer_id = :id
    UNION ALL SELECT 'trait', id FROM trait WHERE customer_id = :id
    UNION ALL SELECT 'field_value', id FROM field_value WHERE customer_id = :id
    UNION ALL SELECT 'relation', id FROM relation WHERE customer_id = :id OR other_id = :id
    UNION ALL SELECT 'list_entry', id FROM list_entry WHERE customer_id = :id
    UNION ALL SELECT 'invitation', id FROM invitation WHERE customer_id = :id
    UNION ALL SELECT 'key_date', id FROM key_date WHERE customer_id = :id
    UNION ALL SELECT 'told', id FROM told WHERE customer_id = :id
"""
_ROWS: Final = sql(f"""
    SELECT c.action_id, c.id, c.table_name, c.row_id, c.before, c.after
    FROM ({_HIS}) h CROSS JOIN change c ON c.table_name = h.of_table AND c.row_id = h.id
    UNION
    SELECT c.action_id, c.id, c.table_name, c.row_id, c.before, c.after
    FROM action a JOIN change c ON c.action_id = a.id
    WHERE a.subject_table = 'customer' AND a.subject_id = :id
      AND c.table_name IN (
        'phone', 'vehicle', 'trait', 'field_value', 'relation', 'list_entry', 'key_date')
    ORDER BY 2
""")
"""All changes of rows that are his, and of those that were when the action was about him."""

_WHOLE: Final = frozenset({"merge", "join"})
"""Actions that move many rows from one file to another: they are told by their names."""

_CUSTOMER: Final = {
    "name": N_("Name"),
    "honorific": N_("Honorific"),
    "title": N_("Job title"),
    "consultant_id": N_("Consultant"),
    "model_id": N_("Interest"),
    "channel_id": N_("Channel"),
    "wechat": N_("WeChat"),
    "address": N_("Address"),
    "postcode": N_("Postcode"),
    "birthday": N_("Birthday"),
    "birthday_lunar": N_("Lunar birthday"),
    "note": N_("Note"),
    "do_not_contact": N_("Do not contact"),
}
_VEHICLE: Final = {
    "plate": N_("Plate"),
    "vin": N_("VIN"),
    "model": N_("Model"),
    "plated_on": N_("Plate of"),
    "km": N_("Has run, km"),
    "services": N_("Workshop visits"),
}

Image = dict[str, Any]


class _Names:
    """What codes and ids of images are called, read when first needed."""

    def __init__(
        self, session: Session, customer_id: int, labels: dict[int, str], staff: dict[int, str]
    ) -> None:
        self.session, self.customer_id = session, customer_id
        self.whole = customer_id in mask.seen(session, [customer_id])
        self.labels, self.staff = labels, staff
        self._kept: dict[str, dict[int, tuple[Any, ...]]] = {}
        self._ones: dict[tuple[str, str, int | None], Any] = {}

    def kept(self, table: str, id: int, columns: str) -> tuple[Any, ...] | None:
        """Columns of a row as it stands, None when it is gone."""
        if table not in self._kept:
            owner = " OR other_id = :id" if table == "relation" else ""
            found = self.session.execute(
                sql(f"SELECT id, {columns} FROM {table} WHERE customer_id = :id{owner}"),
                {"id": self.customer_id},
            )
            self._kept[table] = {row[0]: tuple(row[1:]) for row in found}
        return self._kept[table].get(id)

    def one(self, table: str, column: str, id: int | None) -> Any:
        """One column of one row of any table."""
        asked = (table, column, id)
        if asked not in self._ones:
            query = sql(f"SELECT {column} FROM {table} WHERE id = :id")
            self._ones[asked] = self.session.execute(query, {"id": id}).scalar()
        return self._ones[asked]


def told(
    session: Session, customer_id: int, labels: dict[int, str], names: dict[int, str]
) -> tuple[dict[int, str], dict[int, list[str]]]:
    """By action what it did to level and status (of all that changed his own row), and what else.

    The rest is each as `WeChat: old → new`, numbers as they may be seen; an action that changed
    nothing told in words has an empty list. `labels` and `names`: of choices and staff.
    """
    known = _Names(session, customer_id, labels, names)
    shop = settings.load(session)
    moves: dict[int, str] = {}
    found: dict[int, list[str]] = defaultdict(list)
    new: set[int] = set()
    for action_id, _id, table, row_id, before, after in session.execute(_ROWS, {"id": customer_id}):
        said = found[action_id]
        old, now = images.load(before) or {}, images.load(after) or {}
        if table == "customer":
            parts = filter(None, (moves.get(action_id), *_standing(shop, old, now)))
            moves[action_id] = " · ".join(parts)
            if before is None:
                new.add(action_id)
            elif after is not None:
                said += _columns(known, _CUSTOMER, old, now)
        elif table == "vehicle":
            said += _car(known, old, now)
        elif (tell := _TELL.get(table)) is not None:
            line = tell(known, row_id, old, now)
            if line:
                said.append(line)
    for action_id in new:
        found[action_id] = []  # a new file tells all there is by itself
    return moves, dict(found)


def _standing(shop: settings.Settings, old: Image, now: Image) -> list[str]:
    """What became of level and status."""
    parts = []
    if "level" in old and "level" in now:
        parts.append(f"{shop.letter(Level(old['level']))} → {shop.letter(Level(now['level']))}")
    if "status" in old and "status" in now:
        was, is_now = (_(words.STATUSES[Status(image["status"])]) for image in (old, now))
        parts.append(f"{was} → {is_now}")
    return parts


def is_silent(verb: str) -> bool:
    """Whether the single facts of such an action are not told."""
    return verb in _WHOLE


def moved(what: str, old: str, now: str) -> str:
    """One change in words."""
    if not old:
        return _("{what}: {new}").format(what=what, new=now)
    if not now:
        return _("{what}: {old} taken out").format(what=what, old=old)
    return _("{what}: {old} → {new}").format(what=what, old=old, new=now)


def _columns(names: _Names, captions: dict[str, str], old: Image, now: Image) -> list[str]:
    return [
        moved(_(caption), _shown(names, column, old), _shown(names, column, now))
        for column, caption in captions.items()
        if column in old and column in now and old[column] != now[column]
    ]


def _shown(names: _Names, column: str, image: Image) -> str:
    value = image[column]
    if value is None or value == "":
        return ""
    if column == "birthday":
        return lunar.written(date.fromisoformat(value), image.get("birthday_more") or 0)
    if column == "wechat":
        return mask.wechat(value, whole=names.whole)
    if column == "consultant_id":
        return names.staff.get(value, "")
    if column in ("model_id", "channel_id"):
        return names.labels.get(value, "")
    if column == "honorific":
        return _(words.HONORIFICS[Honorific(value)]) if value else ""
    if column in ("do_not_contact", "birthday_lunar"):
        return _("Yes") if value else _("No")
    return mask.text(f"{value:,}" if column == "km" else str(value), whole=names.whole)


def _car(names: _Names, old: Image, now: Image) -> list[str]:
    if old and now:
        return _columns(names, _VEHICLE, old, now)
    car = now or old
    known = " · ".join(
        part for part in (car.get("plate"), car.get("vin"), car.get("model")) if part
    )
    return [moved(_("Car"), *((known, "") if old else ("", known)))] if known else []


def _phone(names: _Names, id: int, old: Image, now: Image) -> str:
    was, is_now = (
        mask.phone(image["number"], whole=names.whole) if image.get("number") else ""
        for image in (old, now)
    )
    if was or is_now:
        return moved(_("Phone"), was, is_now)
    if now.get("position") == 0 and old.get("position"):
        kept = names.kept("phone", id, "number")
        number = mask.phone(kept[0], whole=names.whole) if kept else ""
        return moved(_("First number"), "", number) if number else ""
    return ""


def _trait(names: _Names, id: int, old: Image, now: Image) -> str:
    kept = names.kept("trait", id, "kind")
    kind = now.get("kind") or old.get("kind") or (kept[0] if kept else None)
    if kind is None:
        return ""
    titles = {**words.ARCHIVE, **words.TRAITS}
    return moved(_(titles[TraitKind(kind)]), *_texts(names, "words", old, now))


def _field(names: _Names, id: int, old: Image, now: Image) -> str:
    from showroom.people import fields

    kept = names.kept("field_value", id, "field_id")
    field_id = now.get("field_id") or old.get("field_id") or (kept[0] if kept else None)
    kind = names.one("custom_field", "kind", field_id)
    if kind is None:
        return ""
    label = names.one("custom_field", "en" if language() == "en" else "zh", field_id)
    was, is_now = (fields.shown(FieldKind(kind), text) for text in _texts(names, "words", old, now))
    return moved(label, was, is_now)


def _relation(names: _Names, id: int, old: Image, now: Image) -> str:
    from showroom.people import relations

    kept = names.kept("relation", id, "customer_id, other_id, kind")
    whole = {**dict(zip(("customer_id", "other_id", "kind"), kept or (), strict=False))}
    sides = [{**whole, **old, **image} if image else {} for image in (old, now)]
    said = []
    for side in sides:
        if not {"customer_id", "other_id", "kind"} <= set(side):
            said.append("")
            continue
        mine = side["customer_id"] == names.customer_id
        other = names.one("customer", "name", side["other_id"] if mine else side["customer_id"])
        kind = Kinship(side["kind"])
        code = relations.PEOPLE if kind is Kinship.COMPANY and not mine else kind.value
        who = other or _("No name")
        said.append(f"{who} ({_(relations.KINDS[code])})")
    was, is_now = said
    if was == is_now:
        return moved(_("Note"), *_texts(names, "note", old, now)) if "note" in now else ""
    return moved(_("Linked"), was, is_now)


def _listed(names: _Names, _id: int, old: Image, now: Image) -> str:
    name = names.one("named_list", "name", (now or old).get("list_id"))
    return moved(_("On a list"), *((name, "") if old else ("", name))) if name else ""


def _invited(names: _Names, id: int, _old: Image, now: Image) -> str:
    kept = names.kept("invitation", id, "event_id, ticket")
    event_id = now.get("event_id") or (kept[0] if kept else None)
    event = str(names.one("event", "name", event_id) or "")
    if not now.get("prize") or kept is None:
        return event
    won = _("ticket {ticket} won, {prize}").format(ticket=kept[1], prize=now["prize"])
    return " · ".join(part for part in (event, won) if part)


def _told(names: _Names, id: int, old: Image, now: Image) -> str:
    kept = names.kept("told", id, "advisory_id")
    advisory_id = now.get("advisory_id") or old.get("advisory_id") or (kept[0] if kept else None)
    kind = names.one("advisory", "kind", advisory_id)
    if kind is None:
        return ""
    colour = names.one("advisory", "colour", advisory_id)
    return words.advisory(AdvisoryKind(kind), Alert(colour) if colour else None)


def _date(names: _Names, id: int, old: Image, now: Image) -> str:
    kept = names.kept("key_date", id, "kind")
    kind = now.get("kind") or old.get("kind") or (kept[0] if kept else None)
    days = [str(image.get("day") or "") for image in (old, now)]
    what = words.DAYS[Promise(kind)] if kind else N_("Day")  # it is gone, and only moved here
    return moved(_(what), *days) if any(days) else ""


def _texts(names: _Names, column: str, old: Image, now: Image) -> tuple[str, str]:
    was, is_now = (
        mask.text(str(image.get(column) or ""), whole=names.whole) for image in (old, now)
    )
    return was, is_now


_TELL: Final[dict[str, Callable[[_Names, int, Image, Image], str]]] = {
    "phone": _phone,
    "trait": _trait,
    "field_value": _field,
    "relation": _relation,
    "list_entry": _listed,
    "invitation": _invited,
    "key_date": _date,
    "told": _told,
}
