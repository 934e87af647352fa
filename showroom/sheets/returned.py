"""Rows that left this desk as a list and come back: what was edited in them since, and no more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from typing import Any, Final

from showroom.dates import When
from showroom.deals import closing
from showroom.guard import mask
from showroom.i18n import _
from showroom.sheets.drafts import Deals, Drafted
from showroom.sheets.marks import Mark
from showroom.sheets.match import People, Person
from showroom.sheets.meaning import Facts
from showroom.sheets.outcomes import Outcome, Row
from showroom.sheets.stamps import Of, Stamp
from showroom.sheets.synonyms import LABELS
from showroom.store.models import Honorific, Level, Status

Takes = Callable[[Person, str, Any], bool]

#: What is read from which columns; a name tells how to address somebody, too
_FROM: Final = {
    "name": ("name",),
    "honorific": ("name", "sex"),
    "position": ("position", "name"),
    "phones": ("phone", "phone2"),
    "day": ("date", "arrived", "span"),
    "left": ("left", "span", "stay"),
    "again": ("first", "again"),
    "consultant_id": ("consultant",),
    "model_id": ("model",),
    "channel_id": ("channel",),
    "colour_id": ("colour",),
    "next": ("next", "next_at"),
}
_CUSTOMER: Final = {
    "position": "title",
    **{
        name: name
        for name in (
            "name honorific consultant_id model_id channel_id wechat address postcode birthday note"
        ).split()
    },
}
_VISIT: Final = {
    "left": "left_at",
    **{
        name: name
        for name in (
            "people again consultant_id name honorific model_id channel_id level note colour_id "
            "brand series trim offer course source"
        ).split()
    },
}
_BUYER: Final = {"name": "name", "honorific": "honorific"}
_DEAL: Final = {
    "planned": "planned_on",
    **{name: name for name in "model_id colour_id price deposit payment consultant_id".split()},
}
"""What may be changed of a deal until the car is handed over (`showroom.deals.closing`)."""

DAY_LEVEL: Final = "day_level"
"""The level of a day that is over, in the form of levels."""

DAY_AHEAD: Final = "day_ahead"
"""The level of a day that has not come."""

RATED_ON: Final = "rated_on"
"""The day whose level a form of levels says; what was rated later counts."""

ANYBODY: Final = "+8613000000000"
"""The number that stands in for one that is not looked at."""

_ELSEWHERE: Final = frozenset(
    "status date arrived drive drive_model kind purpose stay past_level "
    "ordered number introducer".split()
)
"""What has rules of its own is changed where they are kept, not by a list."""

_COURSE: Final = frozenset("status delivered cancelled cancel_reason".split())
"""What becomes of a deal is done on its page, where all that follows is done, too."""


def restrict(row: Row) -> None:
    """Settle a row in which nothing was edited; of another keep only what was."""
    assert row.touched is not None
    if not row.touched:
        row.facts, row.outcome, row.reason = None, Outcome.SAME, _emptied(row)
        row.field = row.column = ""
    elif row.facts is not None:
        numbers = (number for number in row.facts["phones"] if number != ANYBODY)
        row.facts["phones"] = tuple(numbers)
        if row.emptied:
            row.facts["doubts"] = [*row.facts.get("doubts", ()), _emptied(row)]


def _emptied(row: Row) -> str:
    """What to say of cells that were emptied: a list takes nothing away."""
    names = _(", ").join(_called(name) for name in row.emptied)
    return names and _("Emptied cells take nothing away; do it in his file: {fields}.").format(
        fields=names
    )


def to_customer(
    row: Row,
    person: Person,
    facts: Facts,
    takes: Takes,
    promised: When | None = None,
    rated: date | None = None,
) -> None:
    """Put what was edited into a customer; `takes` says what would take somebody from another.

    `promised` is when he is to be contacted so far, where a list may move it; `rated` the day on
    which he was rated last.
    """
    on = facts.get(RATED_ON)
    if on and rated and on < rated and facts.get("level") != person.facts["level"]:
        facts.pop("level", None)
        row.touched = frozenset({*(row.touched or ()), DAY_LEVEL})
    if takes(person, "consultant_id", facts.get("consultant_id")):
        row.changes["consultant_id"] = Mark.KEPT, person.facts["consultant_id"]
        del facts["consultant_id"]
    _put_all(row, facts, _CUSTOMER, person.facts, person.put)
    if _edited(row, "level") and facts.get("level") not in (None, person.facts["level"]):
        if person.facts["status"] in (Status.OPEN, Status.VISITED):
            _note(row, "level", person.facts["level"])
            person.put("level", facts["level"])
        else:
            row.changes["level"] = Mark.KEPT, person.facts["level"]
    if facts.get("do_not_contact") and not person.facts["do_not_contact"]:
        row.changes["do_not_contact"] = Mark.REPLACE, False
        person.put("do_not_contact", True)
    when = facts.get("next")
    elsewhere = set()
    if _edited(row, "next") and when is not None and when != promised:
        if promised is None:
            elsewhere.add("next")
        else:
            _note(row, "next", said(promised))
            person.promised = when
    if _edited(row, "phones"):
        _phones(row, person, facts["phones"])
    _settle(row, elsewhere)


def said(when: When) -> str:
    """A day and its time as the list writes them."""
    return f"{when.on} {when.clock:%H:%M}" if when.clock is not None else f"{when.on}"


def to_visit(row: Row, draft: Drafted, facts: Facts, people: People, now: datetime) -> None:
    """Put what was edited into a visit; a number that is new to it finds or makes its customer."""

    def put(name: str, value: Any) -> None:
        draft.values[name] = draft.changed[name] = value

    _put_all(row, facts, _VISIT, draft.values, put)
    if _edited(row, "phones") and facts["phones"] and draft.customer_id is None:
        person = people.find(facts)
        if person is None:
            person = people.add({**facts, "name": draft.values["name"] or facts["name"]})
            person.created_at = now
        draft.person = row.person = person
        draft.changed["customer"] = person
        row.changes["phone"] = Mark.FILL, ""
    elif _edited(row, "phones"):
        row.changes["phone"] = Mark.KEPT, ""
    moved = "span" in (row.touched or ()) and facts["arrived"] != draft.values["arrived_at"]
    _settle(row, {"arrived"} if moved else ())


def to_deal(
    row: Row, draft: Drafted, person: Person, facts: Facts, deals: Deals, today: date
) -> None:
    """Put what was edited into a deal that is not handed over yet, and into its buyer.

    A chassis number is filled in also later; one that is of another car is refused.
    """
    known = draft.values
    ended = _ended(known)
    edited = [name for name in _DEAL if _edited(row, name) and facts.get(name) not in (None, "")]
    price, deposit = ((facts if name in edited else known)[name] for name in ("price", "deposit"))
    vin = facts.get("vin", "") if _edited(row, "vin") and not known["vin"] else ""
    planned = facts.get("planned") if not ended else None
    if planned and (wrong := closing.planned_problem(planned, known["ordered_on"], today)):
        _refuse(row, "planned", wrong)
        return
    if not ended and not 0 <= deposit <= price:
        _refuse(row, "deposit", _("The deposit is between 0 and the price."))
        return
    if vin and deals.of_vin(vin) is not None:
        _refuse(row, "vin", _("The car with this chassis number is of another deal."))
        return

    def put(name: str, value: Any) -> None:
        draft.values[name] = draft.changed[name] = value

    if not ended:
        _put_all(row, facts, _DEAL, known, put)
    if vin and known["cancelled_on"] is None:
        _note(row, "vin", "")
        put("vin", vin)
        deals.note_vin(draft)
    _put_all(row, facts, _BUYER, person.facts, person.put)
    if _edited(row, "phones"):
        _phones(row, person, facts["phones"])
    _settle(row, {"vin"} if _edited(row, "vin") and known["vin"] != facts.get("vin") else ())
    course = sorted((row.touched or frozenset()) & _COURSE)
    if course:
        said = _(
            "Cars are delivered and orders cancelled on the page Deals, not by a list: {fields}."
        )
        said = said.format(fields=_(", ").join(map(_called, course)))
        row.reason = " ".join(filter(None, (row.reason, said)))
    if ended and edited:
        row.reason = " ".join(filter(None, (ended, row.reason)))


def _ended(deal: Facts) -> str:
    """Why a deal is not changed any more; "" while it is open."""
    if deal["delivered_on"] is not None:
        return _("This deal was delivered on {day} already.").format(day=deal["delivered_on"])
    if deal["cancelled_on"] is not None:
        return _("This deal was cancelled on {day} already.").format(day=deal["cancelled_on"])
    return ""


def _refuse(row: Row, field: str, reason: str) -> None:
    row.outcome, row.field, row.reason = Outcome.REFUSED, field, reason


def of_visit(draft: Drafted) -> Facts:
    """What a visit on file says, by the names that facts have."""
    told = {name: value for name in _VISIT if (value := draft.values[_VISIT[name]])}
    if told.get("level") is Level.UNRATED:
        del told["level"]
    return {
        "name": "",
        **told,
        "day": draft.values["day"],
        "arrived": draft.values["arrived_at"],
    }


def _edited(row: Row, name: str) -> bool:
    """Whether one of the columns a fact is read from was edited."""
    assert row.touched is not None
    return not row.touched.isdisjoint(_FROM.get(name, (name,)))


def _put_all(
    row: Row,
    facts: Facts,
    names: dict[str, str],
    known: dict[str, Any],
    put: Callable[[str, Any], None],
) -> None:
    for name, fact in names.items():
        value = facts.get(name)
        if not _edited(row, name) or value in (None, "", Honorific.NONE) or value == known[fact]:
            continue
        _note(row, name, known[fact])
        put(fact, value)


def _note(row: Row, name: str, before: Any) -> None:
    blank = before in (None, "", Honorific.NONE)
    row.changes[name] = (Mark.FILL if blank else Mark.REPLACE), before


def _phones(row: Row, person: Person, numbers: Iterable[str]) -> None:
    """A number that was typed over another takes its place; one in an empty cell is added."""
    assert row.stamp is not None
    assert row.touched is not None
    new = [number for number in numbers if number not in person.phones]
    for field in ("phone", "phone2"):
        if field not in row.touched or not new:
            continue
        number = new.pop(0)
        old = next((one for one in person.phones if _left_as(row.stamp, field, one)), "")
        if old:
            person.swapped[old] = number
            person.phones = tuple(number if one == old else one for one in person.phones)
        else:
            person.add_phones([number])
        row.changes[field] = (Mark.REPLACE if old else Mark.FILL), old


def _left_as(stamp: Stamp, field: str, number: str) -> bool:
    """Whether a number is what stood in a cell, as who took the list out saw it."""
    return any(
        stamp.holds(field, mask.phone(number, whole=whole).replace(" ", ""))
        for whole in (True, False)
    )


def _settle(row: Row, elsewhere: Collection[str] = ()) -> None:
    assert row.touched is not None
    marks = {mark for mark, _before in row.changes.values()}
    if Mark.REPLACE in marks:
        row.outcome = Outcome.CHANGED
    elif Mark.FILL in marks:
        row.outcome = Outcome.FILLED
    else:
        row.outcome = Outcome.SAME
    of_deal = row.stamp is not None and row.stamp.of is Of.DEAL
    aside = sorted({*row.touched & (_ELSEWHERE - _COURSE if of_deal else _ELSEWHERE), *elsewhere})
    if aside:
        row.reason = _("Changed where its rules are kept, not by a list: {fields}.").format(
            fields=_(", ").join(map(_called, aside))
        )
    if DAY_LEVEL in row.touched:
        said = _(
            "What he was rated on an earlier day stays: he was rated again since. Correct the "
            "level of today in the result or in his file, that of a visit in the visit."
        )
        row.reason = " ".join(filter(None, (row.reason, said)))
    if DAY_AHEAD in row.touched:
        said = _("A day that has not come yet has no level: what stands there is not taken.")
        row.reason = " ".join(filter(None, (row.reason, said)))


def _called(name: str) -> str:
    """What a field is called in a sentence."""
    return _(LABELS.get(name, name))
