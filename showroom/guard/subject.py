"""Everything held about one person, for the person: complete for a program, and in words.

PIPL 45: he may see and copy it. What belongs to him is found where an erasure finds it
(`showroom.guard.belongings`), so that the report leaves out nothing that could be erased.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from showroom import lunar, settings
from showroom.errors import ShowroomError
from showroom.guard import belongings, consent, entries, mask, notice, staff
from showroom.i18n import N_, _
from showroom.store import images, journal
from showroom.store.models import Customer, everything

RIGHTS: Final = (
    N_("See and copy: this report, again at any time."),
    N_("Correct: the desk changes what is wrong at once; say which line."),
    N_("Withdraw a consent: for calls, text messages, WeChat or post, each by itself."),
    N_("Be erased: the desk erases it from the data, the journal and every copy that is restored."),
)
"""What the person may ask for, and how (PIPL 15, 45-47)."""

TABLES: Final = (
    *("customer", "phone", "consent", "visit", "ask", "test_drive", "deal", "card"),
    *("follow_up", "referral", "import_row", "trait", "vehicle", "appointment"),
    *("gift_move", "key_move", "field_value", "spot_check", "survey", "loss", "talk"),
    *("invitation", "list_entry", "relation", "different", "likely_pair", "proof"),
    *("complaint", "complaint_step", "key_date", "told"),
)


class Report(NamedTuple):
    """What is held: rows by table, drafts, and the entries of the journal with their images."""

    customer_id: int
    name: str
    shop: settings.Settings
    made_at: datetime
    tables: dict[str, list[dict[str, Any]]]
    drafts: list[dict[str, Any]]
    journal: list[dict[str, Any]]
    wordings: dict[int, str]


def report(session: Session, customer_id: int, *, now: datetime) -> Report:
    """Gather everything held about a customer.

    Raises `ShowroomError` when he is gone, and for who may not see every number: the report has
    them all.
    """
    customer = session.get(Customer, customer_id)
    if customer is None or customer.erased_at is not None:
        raise ShowroomError(_("This customer is no longer in the file."))
    if not mask.sees_all(session):
        raise ShowroomError(_("The report has every number whole: ask somebody who sees them."))
    held = belongings.rows(session, [customer_id])
    past = belongings.past(session, [customer_id], held)
    shared = belongings.shared(session, [customer_id])
    made = belongings.traces(session, held, past, but=shared)
    held["import_row"] += belongings.mentions(session, held, made, others=False)
    for table, them in belongings.loose(session, made)[0].items():
        held[table] = sorted({*held.get(table, ()), *them})
    tables = {table: _rows(session, table, held[table]) for table in TABLES}
    return Report(
        customer_id,
        customer.name,
        settings.load(session),
        now,
        tables,
        _drafts(session, belongings.drafts(session, held, made)),
        _journal(session, held, past, belongings.actions(session, held, made)),
        notice.wordings(session, {row["wording"] for row in tables["consent"]}),
    )


def as_json(found: Report) -> str:
    """The report for a program: every table as it stands in the file, texts as UTF-8.

    Only a birthday of which no year is known has none: 10-03.
    """
    return json.dumps(
        {
            "shop": found.shop.shop_name,
            "made_at": f"{found.made_at:%Y-%m-%dT%H:%M:%SZ}",
            "customer": found.customer_id,
            "notice": notice.text(found.shop),
            "wordings": {str(version): said for version, said in found.wordings.items()},
            "purposes": {code.value: _(said) for code, said in consent.PURPOSES.items()},
            "kept": {
                "not_bought_months": found.shop.keep_months,
                "lost_months": found.shop.keep_lost_months,
                "owner_years": found.shop.keep_owner_years,
            },
            "rights": [_(right) for right in RIGHTS],
            "tables": found.tables
            | {"customer": [_unyeared(row) for row in found.tables["customer"]]},
            "drafts": found.drafts,
            "journal": found.journal,
        },
        ensure_ascii=False,
        indent=1,
    )


def _unyeared(row: dict[str, Any]) -> dict[str, Any]:
    """A row, or an image of one, without the year that stands for none."""
    born = row.get("birthday")
    return row | {"birthday": born.removeprefix(f"{lunar.NO_YEAR}-")} if born else row


def handed_out(session: Session, customer_id: int, form: str) -> None:
    """Note in the trail that a report left the desk, as `PDF` or `JSON`; never under its name."""
    customer = session.get_one(Customer, customer_id)
    journal.note(session, "export", customer, what=_("Everything held · {form}").format(form=form))


def _rows(session: Session, table: str, ids: list[int]) -> list[dict[str, Any]]:
    known = everything().metadata.tables[table]
    found = images.current(session.connection(), known, sorted(set(ids)))
    return [_with_source(found[id]) for id in sorted(found)]


def _with_source(row: dict[str, Any]) -> dict[str, Any]:
    """The cells of a file that came in are JSON themselves."""
    if "cells" in row:
        row["cells"] = json.loads(row["cells"] or "[]")
    return row


def _drafts(session: Session, keys: list[str]) -> list[dict[str, Any]]:
    found = session.connection().exec_driver_sql(
        "SELECT key, fields, at FROM draft WHERE key IN (SELECT value FROM json_each(?))"
        " ORDER BY key",
        (json.dumps(keys),),
    )
    return [{"key": key, "fields": json.loads(fields), "at": at} for key, fields, at in found]


def _journal(
    session: Session, held: belongings.Rows, past: belongings.Rows, said: list[int]
) -> list[dict[str, Any]]:
    """The entries that changed his rows or speak of him, each with the images of his rows."""
    execute = session.connection().exec_driver_sql
    changes: dict[int, list[dict[str, Any]]] = {id: [] for id in said}
    for table in sorted({*held, *past}):
        ids = sorted({*held.get(table, ()), *past.get(table, ())})
        for action, row, before, after in execute(
            "SELECT action_id, row_id, before, after FROM change WHERE table_name = ?"
            " AND row_id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (table, json.dumps(ids)),
        ):
            changes.setdefault(action, []).append(
                {
                    "table": table,
                    "row": row,
                    "before": _unyeared(images.load(before) or {}) or None,
                    "after": _unyeared(images.load(after) or {}) or None,
                }
            )
    names = staff.names(session)
    shown = {row.id: row for row in entries.rows(session, sorted(changes))}
    raw = execute(
        "SELECT id, at, staff_id, verb FROM action WHERE id IN (SELECT value FROM json_each(?))"
        " ORDER BY id",
        (json.dumps(sorted(changes)),),
    )
    return [
        {
            "entry": id,
            "at": at,
            "by": names.get(staff_id or 0, ""),
            "verb": verb,
            "what": shown[id].what,
            "why": shown[id].why,
            "rows": changes[id],
        }
        for id, at, staff_id, verb in raw
    ]
