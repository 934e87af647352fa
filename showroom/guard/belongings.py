"""What the file holds about a customer: the rows of every table, the texts, the drafts.

The report of everything held and the erasure both ask here, so that nothing is told that would not
be erased, and nothing stays that was not told.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.orm import Session

from showroom.store import images, index
from showroom.store.models import everything
from showroom.text import surname

Rows = dict[str, list[int]]

OWNED: Final = (
    *("phone", "consent", "visit", "deal", "card", "follow_up", "import_row"),
    *("trait", "vehicle", "appointment", "gift_move", "test_drive"),
    *("field_value", "spot_check", "survey", "loss", "talk", "invitation", "list_entry"),
    *("complaint", "key_date", "told"),
)
"""The tables whose rows name their customer in `customer_id`."""

PAIRED: Final = {
    "referral": ("customer_id", "introducer_id"),
    "relation": ("customer_id", "other_id"),
    "different": ("low_id", "high_id"),
    "likely_pair": ("low_id", "high_id"),
}
"""The tables whose rows name two customers, and where."""

WITHIN: Final = {
    "proof": ("referral", "referral_id"),
    "complaint_step": ("complaint", "complaint_id"),
}
"""The tables whose rows are about whom another row is about: which, and how they name it."""

_LEAST: Final = 2  # a name of one character occurs in every second word
_FORMS: Final = "先生|女士|小姐|太太|总|经理|主任|老师"
_RUNS: Final = re.compile(r"\d{7,}")
_GAPS: Final = re.compile(r"[\s()·.–—-]+")


@dataclass
class Traces:
    """What gives away these customers in a text: names, digits of phones, WeChat ids."""

    names: set[str] = field(default_factory=set)
    digits: set[str] = field(default_factory=set)
    wechats: set[str] = field(default_factory=set)

    def numbered(self, text: str) -> bool:
        """Whether a phone or a WeChat id of theirs stands in the text, however it is written."""
        if any(wechat in text for wechat in self.wechats):
            return True
        runs = _RUNS.findall(_GAPS.sub("", text))
        return any(run in self.digits or run[-11:] in self.digits for run in runs)

    def named(self, text: str) -> bool:
        """Whether a name of theirs stands in the text."""
        return any(name in text for name in self.names)

    def addressed(self, text: str) -> bool:
        """Whether somebody of their surname is addressed in the text: 李女士, Ms. Lee."""
        surnames = "|".join(re.escape(surname(name)) for name in self.names)
        families = "|".join(re.escape(name.split()[-1]) for name in self.names)
        spoken = rf"(?:{surnames})(?:{_FORMS})|\bM(?:r|s|rs)\.? (?:{families})"
        return bool(self.names) and re.search(spoken, text) is not None


def rows(session: Session, ids: Collection[int]) -> Rows:
    """The rows about these customers by table.

    What a file that came in said of them without being theirs is found by `mentions`, what stands
    in the journal alone by `former`.
    """
    found: dict[str, set[int]] = {"customer": set(ids)}
    chosen = json.dumps(list(ids))
    execute = session.connection().exec_driver_sql
    for table in OWNED:
        found[table] = {
            id
            for (id,) in execute(
                f"SELECT id FROM {table} WHERE customer_id IN (SELECT value FROM json_each(?))",
                (chosen,),
            )
        }
    visits = json.dumps(sorted(found["visit"]))
    found["import_row"] |= {
        id
        for (id,) in execute(
            "SELECT id FROM import_row WHERE visit_id IN (SELECT value FROM json_each(?))",
            (visits,),
        )
    }
    for table, (one, other) in PAIRED.items():
        found[table] = {
            id
            for (id,) in execute(
                f"SELECT id FROM {table} WHERE {one} IN (SELECT value FROM json_each(?))"
                f" OR {other} IN (SELECT value FROM json_each(?))",
                (chosen, chosen),
            )
        }
    found["complaint_step"] = {
        id
        for (id,) in execute(
            "SELECT id FROM complaint_step WHERE complaint_id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(found["complaint"])),),
        )
    }
    found["proof"] = {
        id
        for (id,) in execute(
            "SELECT id FROM proof WHERE referral_id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(found["referral"])),),
        )
    }
    found["ask"] = set()
    for table in ("ask", "test_drive", "gift_move", "appointment"):
        found[table] |= {
            id
            for (id,) in execute(
                f"SELECT id FROM {table} WHERE visit_id IN (SELECT value FROM json_each(?))",
                (visits,),
            )
        }
    found["appointment"] |= {
        id
        for (id,) in execute(
            "SELECT id FROM appointment WHERE call_id IN (SELECT value FROM json_each(?))",
            (visits,),
        )
    }
    found["key_move"] = {
        id
        for (id,) in execute(
            "SELECT id FROM key_move WHERE test_drive_id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(found["test_drive"])),),
        )
    }
    return {table: sorted(them) for table, them in found.items()}


def former(session: Session, ids: Collection[int], held: Rows | None = None) -> Rows:
    """The rows that were theirs once and are gone, or somebody else's by now, by table.

    Of what they have (`held`) also what belonged to it.
    """
    past: Rows = {}
    chosen = json.dumps(list(ids))
    tables = ", ".join(f"'{table}'" for table in (*OWNED, "relation", "referral"))
    for column in ("customer_id", "other_id", "introducer_id"):
        found = session.connection().exec_driver_sql(
            f"SELECT DISTINCT table_name, row_id FROM change WHERE table_name IN ({tables})"
            f" AND before IS NOT NULL AND json_extract(before, '$.{column}') IN"
            " (SELECT value FROM json_each(?))",
            (chosen,),
        )
        for table, id in found:
            past.setdefault(table, []).append(id)
    for table, (owner, column) in WITHIN.items():
        owners = json.dumps([*past.get(owner, ()), *(held or {}).get(owner, ())])
        gone = session.connection().exec_driver_sql(
            "SELECT DISTINCT row_id FROM change WHERE table_name = ? AND before IS NOT NULL"
            f" AND json_extract(before, '$.{column}') IN (SELECT value FROM json_each(?))",
            (table, owners),
        )
        past.setdefault(table, []).extend(id for (id,) in gone)
    return past


def absorbed(session: Session, held: Rows) -> list[int]:
    """Who turned out to be these customers, or was merged into them: the journal alone knows."""
    found: set[int] = set()
    for table in OWNED:
        rows = session.connection().exec_driver_sql(
            "SELECT DISTINCT json_extract(before, '$.customer_id') FROM change"
            " WHERE table_name = ? AND row_id IN (SELECT value FROM json_each(?))"
            " AND json_extract(before, '$.customer_id') IS NOT NULL",
            (table, json.dumps(held[table])),
        )
        found |= {id for (id,) in rows}
    found |= _merged(session, held["customer"])
    if not found:
        return []
    there = session.connection().exec_driver_sql(
        "SELECT id FROM customer WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(found)),),
    )
    return sorted(found - {id for (id,) in there})


def _merged(session: Session, ids: Collection[int]) -> set[int]:
    """Who was merged into these customers, and into those: also where nothing of theirs moved."""
    rows = session.connection().exec_driver_sql(
        "WITH RECURSIVE gone(id) AS (SELECT value FROM json_each(?) UNION"
        " SELECT change.row_id FROM gone JOIN action ON action.subject_id = gone.id"
        " AND action.subject_table = 'customer' AND action.verb = 'merge'"
        " JOIN change ON change.action_id = action.id AND change.table_name = 'customer'"
        " AND change.after IS NULL AND change.before IS NOT NULL) SELECT id FROM gone",
        (json.dumps(list(ids)),),
    )
    return {id for (id,) in rows} - set(ids)


def made_at(session: Session, ids: Collection[int]) -> dict[int, str]:
    """When these customers, who are gone from the file, were noted, as the file stored it."""
    found = session.connection().exec_driver_sql(
        "SELECT row_id, json_extract(before, '$.created_at') FROM change"
        " WHERE table_name = 'customer' AND row_id IN (SELECT value FROM json_each(?))"
        " AND json_extract(before, '$.created_at') IS NOT NULL",
        (json.dumps(list(ids)),),
    )
    return {id: made for id, made in found}


def past(session: Session, ids: Collection[int], held: Rows) -> Rows:
    """What was theirs once, also under the line of a guest who turned out to be one of them."""
    guests = absorbed(session, held)
    found = former(session, [*ids, *guests], held)
    if guests:
        found["customer"] = guests
    return found


def traces(session: Session, held: Rows, past: Rows, *, but: Collection[str] = ()) -> Traces:
    """What gives these customers away: as it stands now, and as it stood before.

    `but` are numbers (E.164) that somebody else has, too: they give nobody away.
    """
    made = Traces()
    phones = [*held["phone"], *past.get("phone", ())]
    people = [*held["customer"], *past.get("customer", ())]
    for image in _images(session, {"customer": people, "phone": phones}):
        name = str(image.get("name") or "").strip()
        if len(name) >= _LEAST:
            made.names.add(name)
        wechat = str(image.get("wechat") or "").strip()
        if len(wechat) > _LEAST:
            made.wechats.add(wechat)
        number = image.get("number")
        if isinstance(number, str) and number not in but:
            made.digits.add(index.national(number))
    return made


def lives(session: Session, made: Traces) -> list[int]:
    """Customers who are gone from the file and had a number that only these have.

    An entry of theirs that was taken back: the journal alone knows it.
    """
    found = session.connection().exec_driver_sql(
        "SELECT DISTINCT json_extract(image, '$.customer_id'), json_extract(image, '$.number')"
        " FROM (SELECT coalesce(after, before) AS image FROM change WHERE table_name = 'phone')"
        " WHERE json_extract(image, '$.customer_id') NOT IN (SELECT id FROM customer)"
    )
    return [id for id, number in found if number and index.national(number) in made.digits]


def _images(session: Session, held: Rows) -> Iterator[dict[str, Any]]:
    """These rows, and what the journal remembers of them."""
    connection = session.connection()
    for table, ids in held.items():
        yield from images.current(connection, everything().metadata.tables[table], ids).values()
        for before, after in connection.exec_driver_sql(
            "SELECT before, after FROM change WHERE table_name = ?"
            " AND row_id IN (SELECT value FROM json_each(?))",
            (table, json.dumps(ids)),
        ):
            yield from (image for image in map(images.load, (before, after)) if image)


def shared(session: Session, ids: Collection[int]) -> set[str]:
    """The numbers of these customers that somebody else has, too: a couple, a company."""
    chosen = json.dumps(list(ids))
    found = session.connection().exec_driver_sql(
        "SELECT DISTINCT his.number FROM phone AS his JOIN phone AS other"
        " ON other.number = his.number WHERE his.customer_id IN (SELECT value FROM json_each(?))"
        " AND other.customer_id NOT IN (SELECT value FROM json_each(?))",
        (chosen, chosen),
    )
    return {number for (number,) in found}


def mentions(session: Session, held: Rows, made: Traces, *, others: bool = True) -> list[int]:
    """The rows of files that came in and speak of these customers, beside their own.

    By phone or WeChat anywhere; by name only where the row is nobody's or says it of another one
    (“the same phone as 张伟”): a namesake's own row stays. Without `others` only nobody's rows.
    """
    own = set(held["import_row"])
    found = []
    for id, whose, cells, reason in _import_rows(session):
        if id in own or (whose is not None and not others):
            continue
        text = f"{cells} {reason}"
        if made.numbered(text) or made.named(reason) or (whose is None and made.named(cells)):
            found.append(id)
    return found


def cards_about(session: Session, held: Rows, made: Traces) -> tuple[list[int], list[int]]:
    """Cards to somebody else on which they may be named: to who brought them, to who is a couple
    with them. First those whose words do name them, then all, as the journal has them. Of words for
    a card that waits a surname with its title is a name, too: it would be printed.
    """
    found = session.connection().exec_driver_sql(
        "SELECT id, said, words, printed_at FROM card"
        " WHERE deal_id IN (SELECT value FROM json_each(?)) OR customer_id IN"
        " (SELECT value FROM (SELECT id AS link, customer_id AS value FROM relation UNION ALL"
        " SELECT id, other_id FROM relation) WHERE link IN (SELECT value FROM json_each(?)))",
        (json.dumps(held["deal"]), json.dumps(held["relation"])),
    )
    own = set(held["card"])
    naming, others = [], []
    for id, said, words, printed_at in found:
        if id in own:
            continue
        others.append(id)
        if made.named(said) or made.named(words) or (not printed_at and made.addressed(words)):
            naming.append(id)
    return naming, others


def loose(session: Session, made: Traces) -> tuple[Rows, Rows]:
    """What is not theirs and speaks of them all the same: who is expected, who got a gift, events,
    what an owner said of whom he knows. As it stands now, and as the journal remembers it.

    An appointment by its phone, or by its name where it has none: a namesake's stays.
    """
    now: Rows = {}
    past: Rows = {}
    execute = session.connection().exec_driver_sql
    for table in _LOOSE:
        for row in execute(f"SELECT * FROM {table}"):
            if _speaks(table, row._asdict(), made):
                now.setdefault(table, []).append(row.id)
        changes = "SELECT row_id, before, after FROM change WHERE table_name = ?"
        for id, *both in execute(changes, (table,)):
            if any(_speaks(table, image, made) for image in map(images.load, both) if image):
                past.setdefault(table, []).append(id)
    return now, past


def _speaks(table: str, row: Mapping[str, Any], made: Traces) -> bool:
    if table in _NOBODYS and row.get("customer_id") is not None:
        return False
    text = " ".join(str(row.get(column) or "") for column in _LOOSE[table])
    return made.numbered(text) or (not row.get("phone") and made.named(text))


_NOBODYS: Final = ("appointment", "gift_move")  # who has a customer in it is found by him
_LOOSE: Final = {
    "appointment": ("name", "phone", "note"),
    "gift_move": ("receiver", "note"),
    "key_move": ("purpose",),
    "day_close": ("note",),
    "event": ("note", "prize"),
    "talk": ("note",),
}
"""Per table the columns with words."""


def files(session: Session, made: Traces) -> list[int]:
    """The files that came in under a name that speaks of these customers."""
    rows = session.connection().exec_driver_sql("SELECT id, file_name FROM import_batch")
    return [id for id, name in rows if made.named(name) or made.numbered(name)]


def _import_rows(session: Session) -> Iterator[tuple[int, int | None, str, str]]:
    execute = session.connection().exec_driver_sql
    yield from execute("SELECT id, coalesce(customer_id, visit_id), cells, reason FROM import_row")
    for id, image in execute(  # of imports that were taken back
        "SELECT row_id, coalesce(after, before) FROM change WHERE table_name = 'import_row'"
        " AND coalesce(after, before) IS NOT NULL AND row_id NOT IN (SELECT id FROM import_row)"
    ):
        row = images.load(image) or {}
        whose = row.get("customer_id") or row.get("visit_id")
        yield id, whose, str(row.get("cells", "")), str(row.get("reason", ""))


def drafts(session: Session, held: Rows, made: Traces) -> list[str]:
    """The keys of what is being typed about them."""
    own = {f"{kind}:{id}" for kind, table in DRAFTS.items() for id in held[table]}
    rows = session.connection().exec_driver_sql("SELECT key, fields FROM draft")
    found = []
    for key, fields in rows:
        values = [str(value) for value in json.loads(fields).values()]
        typed = any(value.strip() in made.names for value in values)
        if key in own or typed or made.numbered(" ; ".join(values)):
            found.append(key)
    return found


DRAFTS: Final = {"visit": "visit", "more": "visit", "deal": "customer", "archive": "customer"}
"""How the keys of drafts begin, and of which table the number in them is."""


def actions(session: Session, held: Rows, made: Traces) -> list[int]:
    """The entries of the journal whose texts were written about them, or speak of them."""
    own = defaultdict(set, {table: set(ids) for table, ids in held.items()})
    rows = session.connection().exec_driver_sql(
        "SELECT id, subject_table, subject_id, why, what FROM action"
        " WHERE (why <> '' OR what <> '') AND verb <> 'thin'"
    )
    found = []
    for id, table, subject, why, what in rows:
        text = f"{why} {what}"
        others = table in ("staff", "choice", "setting")
        if subject in own[table] or (not others and (made.named(text) or made.numbered(text))):
            found.append(id)
    return found
