"""The report of everything held about a person, on paper: in words, page by page, A4."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from showroom import choices, dates, lunar, words
from showroom.cards import glyphs
from showroom.cards.layout import MM
from showroom.cards.render import finishing
from showroom.guard import consent, notice, staff
from showroom.guard.subject import RIGHTS, Report, as_json, handed_out, report
from showroom.i18n import N_, _, headed
from showroom.store.db import Database
from showroom.store.models import (
    Aim,
    CardKind,
    Honorific,
    Level,
    Moment,
    Outcome,
    Promise,
    Purpose,
    Status,
    TraitKind,
    VisitKind,
    Way,
)
from showroom.text import clean, show_money, show_phone

WIDTH, HEIGHT = 210 * MM, 297 * MM
EDGE: Final = 20 * MM
LABEL: Final = 42 * MM
LINE: Final = 5.4 * MM
INK: Final = (0.10, 0.14, 0.20)
MUTED: Final = (0.35, 0.40, 0.46)
RULE: Final = (0.80, 0.83, 0.87)
SIZE: Final = 9.5

KEPT: Final = (
    N_("Not bought: {months} months after the last contact."),
    N_("Lost: {lost} months after the last contact."),
    N_("Bought: {years} years after the last contact; the deal itself stays, without a name."),
)
FACTS: Final = {
    "title": N_("Job title"),
    "wechat": N_("WeChat"),
    "address": N_("Address"),
    "postcode": N_("Postcode"),
    "note": N_("Note"),
}


class Part(NamedTuple):
    """One part of the report: lines of a label and what stands beside it."""

    title: str
    lines: list[tuple[str, str]]


def hand_out(db: Database, customer_id: int, form: str) -> bytes:
    """Everything held about a customer as `PDF` or `JSON`; that it leaves is noted before.

    Raises `ShowroomError` as `subject.report` does.
    """
    with db.write() as session:
        found = report(session, customer_id, now=db.now())
        data = pdf(session, found) if form == "PDF" else as_json(found).encode()
        handed_out(session, customer_id, form)
    return data


def pdf(session: Session, found: Report) -> bytes:
    """The report as PDF, with the shop's name, the day, purposes, terms and rights.

    Text is drawn as it is: there is no markup in it that could be anything else.
    """
    return _set(found, parts(session, found))


# --- the words


def parts(session: Session, found: Report) -> list[Part]:
    """The report in words, part by part; parts of which there is nothing are left out."""
    labels, names = choices.labels(session), staff.names(session)
    tables = found.tables
    (person,) = tables["customer"]
    made = [
        Part(_("Person"), _person(person, tables, labels, names)),
        Part(_("Known by"), _known_by(tables)),
        Part(
            _("Consents"),
            [_consent(row, names) for row in tables["consent"]] or [("", _("No consent on file."))],
        ),
        Part(_("Visits"), [_visit(row, tables, labels, names) for row in tables["visit"]]),
        Part(_("Expected"), [_expected(row, labels, names) for row in tables["appointment"]]),
        Part(_("Deals"), [_deal(row, labels) for row in tables["deal"]]),
        Part(_("Cards"), [_card(row) for row in tables["card"]]),
        Part(_("Follow-ups"), [_follow_up(row, names) for row in tables["follow_up"]]),
        Part(_("Introductions"), [_referral(row, person["id"]) for row in tables["referral"]]),
        Part(_("Rows of files that came in"), [_source(row) for row in tables["import_row"]]),
        Part(_("Being typed"), [(row["key"], _plain(row["fields"])) for row in found.drafts]),
        Part(_("What was done"), [_entry(row) for row in found.journal]),
    ]
    shop = found.shop
    kept = [
        _(line).format(
            months=shop.keep_months, lost=shop.keep_lost_months, years=shop.keep_owner_years
        )
        for line in KEPT
    ]
    told = [
        (_("Wording {version}").format(version=version), said)
        for version, said in found.wordings.items()
    ]
    made += [
        Part(_("What for"), [("", notice.text(shop))]),
        Part(_("What you were told"), told),
        Part(_("For how long"), [("", line) for line in kept]),
        Part(_("Your rights"), [("", _(line)) for line in RIGHTS]),
    ]
    return [part for part in made if part.lines]


def _person(
    row: dict[str, Any],
    tables: dict[str, list[dict[str, Any]]],
    labels: dict[int, str],
    names: dict[int, str],
) -> list[tuple[str, str]]:
    phones = [show_phone(phone["number"]) for phone in tables["phone"]]
    lines = [
        (_("Name"), words.called(row["name"], Honorific(row["honorific"])) or "—"),
        (_("Phone"), " · ".join(phones)),
        *((_(label), str(row[name] or "")) for name, label in FACTS.items()),
        (_("Birthday"), _birthday(row)),
        (_("Level"), _(words.LEVELS[Level(row["level"])])),
        (_("Status"), _(words.STATUSES[Status(row["status"])])),
        (_("Interest"), labels.get(row["model_id"], "")),
        (_("Channel"), labels.get(row["channel_id"], "")),
        (_("Consultant"), names.get(row["consultant_id"], "")),
        (_("On file since"), _moment(row["created_at"])),
        (_("First and last visit"), _span(row["first_visit_on"], row["last_visit_on"])),
        (_("Do not contact"), _("Yes") if row["do_not_contact"] else ""),
    ]
    return [(label, said) for label, said in lines if said]


def _birthday(row: dict[str, Any]) -> str:
    born = row["birthday"] and date.fromisoformat(row["birthday"])
    return str(lunar.said(born, row["birthday_more"], bool(row["birthday_lunar"])) or "")


def _known_by(tables: dict[str, list[dict[str, Any]]]) -> list[tuple[str, str]]:
    titles = words.TRAITS | words.ARCHIVE
    lines = [(_(titles[TraitKind(row["kind"])]), row["words"]) for row in tables["trait"]]
    plates = " · ".join(row["plate"] or row["vin"] for row in tables["vehicle"])
    return [*lines, *([(_("Plate"), plates)] if plates else [])]


def _expected(
    row: dict[str, Any], labels: dict[int, str], names: dict[int, str]
) -> tuple[str, str]:
    said = [
        _(words.AIMS[Aim(row["aim"])]),
        _("{count} people").format(count=row["people"]),
        row["name"],
        show_phone(row["phone"]),
        labels.get(row["model_id"], ""),
        names.get(row["consultant_id"], ""),
        _("came") if row["visit_id"] else "",
        _("called off") if row["cancelled_at"] else "",
        row["note"],
    ]
    return _moment(row["at"]), " · ".join(filter(None, said))


def _consent(row: dict[str, Any], names: dict[int, str]) -> tuple[str, str]:
    said = [_(consent.PURPOSES[Purpose(row["purpose"])])]
    if row["given_at"]:
        said.append(
            _("agreed on {day}, told by wording {version}").format(
                day=_moment(row["given_at"]), version=row["wording"]
            )
        )
    if row["moment"]:
        said.append(_(words.MOMENTS[Moment(row["moment"])]))
    if row["staff_id"]:
        said.append(names.get(row["staff_id"], ""))
    if row["withdrawn_at"]:
        said.append(_("withdrawn on {day}").format(day=_moment(row["withdrawn_at"])))
    return _(consent.WAYS[Way(row["way"])]), " · ".join(said)


def _visit(
    row: dict[str, Any],
    tables: dict[str, list[dict[str, Any]]],
    labels: dict[int, str],
    names: dict[int, str],
) -> tuple[str, str]:
    wanted = " ".join(filter(None, (row["brand"], row["series"], row["trim"])))
    said = [
        _(words.VISIT_KINDS[VisitKind(row["kind"])]),
        _("{count} people").format(count=row["people"]),
        row["name"],
        names.get(row["consultant_id"], ""),
        labels.get(row["model_id"], ""),
        _("until {time}").format(time=_moment(row["left_at"])[-5:]) if row["left_at"] else "",
        _("wanted {words}").format(words=wanted) if wanted else "",
        _("was offered {price}").format(price=show_money(Decimal(row["offer"]) / 100))
        if row["offer"]
        else "",
        _("source: {words}").format(words=row["source"]) if row["source"] else "",
        row["course"],
    ]
    said += [_("Test drive") for drive in tables["test_drive"] if drive["visit_id"] == row["id"]]
    said += [
        headed(
            _(words.MOMENTS[Moment(ask["moment"])]),
            _("left") if ask["outcome"] == Outcome.GIVEN else _("refused"),
        )
        for ask in tables["ask"]
        if ask["visit_id"] == row["id"]
    ]
    return _moment(row["arrived_at"]), " · ".join(filter(None, [*said, row["note"]]))


def _deal(row: dict[str, Any], labels: dict[int, str]) -> tuple[str, str]:
    said = [
        labels.get(row["model_id"], ""),
        show_money(Decimal(row["price"]) / 100),
        _("ordered {day}").format(day=row["ordered_on"]),
        _("delivered {day}").format(day=row["delivered_on"]) if row["delivered_on"] else "",
        _("cancelled {day}").format(day=row["cancelled_on"]) if row["cancelled_on"] else "",
        row["vin"],
        row["cancel_note"],
    ]
    return row["number"], " · ".join(filter(None, said))


def _card(row: dict[str, Any]) -> tuple[str, str]:
    said = [
        _("due {day}").format(day=row["due_on"]),
        _("printed {day}").format(day=_moment(row["printed_at"])) if row["printed_at"] else "",
        _("posted {day}").format(day=_moment(row["posted_at"])) if row["posted_at"] else "",
        row["skip_reason"],
        row["words"],
    ]
    return _(words.CARD_KINDS[CardKind(row["kind"])]), " · ".join(filter(None, said))


def _follow_up(row: dict[str, Any], names: dict[int, str]) -> tuple[str, str]:
    said = [
        _(words.PROMISES[Promise(row["rule"])]),
        names.get(row["staff_id"], ""),
        _("done {day}").format(day=_moment(row["done_at"])) if row["done_at"] else "",
        row["result"],
    ]
    return " ".join(filter(None, (row["due_on"], row["clock"]))), " · ".join(filter(None, said))


def _referral(row: dict[str, Any], person: int) -> tuple[str, str]:
    brought = row["introducer_id"] == person
    said = _("Introduced somebody") if brought else _("Was introduced by somebody")
    return _moment(row["noted_at"]), said


def _source(row: dict[str, Any]) -> tuple[str, str]:
    cells = [str(cell) for cell in _flat(row["cells"]) if str(cell).strip()]
    place = _("row {row}").format(row=row["row"])
    if row["sheet"]:
        place = _("{sheet}, row {row}").format(sheet=row["sheet"], row=row["row"])
    return place, " · ".join(filter(None, [*cells, row["reason"]]))


def _entry(row: dict[str, Any]) -> tuple[str, str]:
    said = [_(words.VERBS.get(row["verb"], row["verb"])), row["by"], row["what"], row["why"]]
    return _moment(row["at"]), " · ".join(filter(None, said))


def _plain(fields: dict[str, Any]) -> str:
    return " · ".join(str(value) for value in fields.values() if str(value).strip())


def _flat(cells: Any) -> list[Any]:
    if isinstance(cells, list):
        return [part for value in cells for part in _flat(value)]
    return [] if cells is None else [cells]


def _moment(stored: str) -> str:
    """A moment of the file as a clock on the wall shows it."""
    return f"{dates.local(datetime.fromisoformat(stored).replace(tzinfo=UTC)):%Y-%m-%d %H:%M}"


def _span(first: str | None, last: str | None) -> str:
    return " – ".join(dict.fromkeys(day for day in (first, last) if day))


# --- the paper


def _set(found: Report, made: list[Part]) -> bytes:
    from reportlab import rl_config
    from reportlab.pdfgen.canvas import Canvas

    rl_config.useA85 = 0
    sans, out = glyphs.face("sans"), io.BytesIO()
    canvas = Canvas(
        out, pagesize=(WIDTH, HEIGHT), pageCompression=1, invariant=1, initialFontName=sans.name
    )
    canvas.setTitle(_("Everything we hold about you"))
    pages = _pages(made, sans)
    for number, page in enumerate(pages, 1):
        _head(canvas, sans, found, first=number == 1)
        for x, y, size, colour, text in page:
            canvas.setFillColorRGB(*colour)
            for run in glyphs.runs(text, first="sans"):
                canvas.setFont(run.face.name, size)
                canvas.drawString(x, y, run.text)
                x += run.face.width(run.text) * size
        canvas.setFillColorRGB(*MUTED)
        canvas.setFont(sans.name, 8)
        foot = _("Page {number} of {count}").format(number=number, count=len(pages))
        canvas.drawRightString(WIDTH - EDGE, 12 * MM, foot)
        canvas.showPage()
    with finishing:
        canvas.save()
    return out.getvalue()


Piece = tuple[float, float, float, tuple[float, float, float], str]


def _pages(made: list[Part], sans: glyphs.Face) -> list[list[Piece]]:
    """Break the parts into pages: a title is never the last line of one."""
    pages: list[list[Piece]] = [[]]
    y = HEIGHT - 58 * MM

    def room(lines: int) -> None:
        nonlocal y
        if y - lines * LINE < 20 * MM:
            pages.append([])
            y = HEIGHT - 34 * MM

    for part in made:
        room(3)
        pages[-1].append((EDGE, y, 12, INK, part.title))
        y -= 1.4 * LINE
        for label, said in part.lines:
            left = EDGE + (LABEL if label else 0)
            heads = glyphs.wrapped(clean(label), sans, SIZE, LABEL - 3 * MM) if label else []
            texts = glyphs.wrapped(clean(said), sans, SIZE, WIDTH - EDGE - left)
            for at in range(max(len(heads), len(texts))):
                room(1)
                if at < len(heads):
                    pages[-1].append((EDGE, y, SIZE, MUTED, heads[at]))
                if at < len(texts):
                    pages[-1].append((left, y, SIZE, INK, texts[at]))
                y -= LINE
        y -= 0.9 * LINE
    return pages


def _head(canvas: Any, sans: glyphs.Face, found: Report, *, first: bool) -> None:
    top = HEIGHT - EDGE
    canvas.setFillColorRGB(*MUTED)
    canvas.setFont(sans.name, 9)
    canvas.drawString(EDGE, top, found.shop.shop_name or _("Showroom Desk"))
    canvas.drawRightString(WIDTH - EDGE, top, f"{dates.local(found.made_at):%Y-%m-%d %H:%M}")
    canvas.setStrokeColorRGB(*RULE)
    canvas.line(EDGE, top - 3 * MM, WIDTH - EDGE, top - 3 * MM)
    if first:
        canvas.setFillColorRGB(*INK)
        canvas.setFont(sans.name, 20)
        canvas.drawString(EDGE, top - 17 * MM, _("Everything we hold about you"))
        canvas.setFont(sans.name, 10)
        number = _("Customer no. {id}").format(id=found.customer_id)
        canvas.setFillColorRGB(*MUTED)
        canvas.drawString(EDGE, top - 25 * MM, number)
