"""What happened with one customer: his visits, asks, deals, cards and promises, newest first.

Visits and deals tell themselves from their rows; what was changed and undone is read from the
journal (DESIGN §4.12).
"""

from __future__ import annotations

import json
from datetime import datetime, time
from typing import NamedTuple

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from showroom import choices, dates, words
from showroom.dates import minutes_between, show_clock, show_span
from showroom.guard import mask, staff, trail
from showroom.i18n import _, ngettext
from showroom.people import history
from showroom.store import journal, models
from showroom.store.driven import drove
from showroom.store.listed import listed
from showroom.store.models import (
    Action,
    Appointment,
    Ask,
    Card,
    Change,
    Customer,
    Deal,
    FollowUp,
    Gift,
    GiftMove,
    Moment,
    Outcome,
    Referral,
    Refusal,
    TestDrive,
    Visit,
    VisitKind,
)
from showroom.store.seals import readable
from showroom.text import show_money

QUIET = frozenset("arrive complete ask close_deal leave hand_over test_drive survey".split())


class Entry(NamedTuple):
    """One thing that happened; `tone` is plain, good or late for the colour of its dot."""

    at: datetime
    tone: str
    title: str
    detail: str
    action_id: int | None


def of_customer(session: Session, customer_id: int) -> list[Entry]:
    """The timeline of one customer, newest first."""
    labels = choices.labels(session)
    names = staff.names(session)
    entries = [
        *_visits(session, customer_id, labels, names),
        *_appointments(session, customer_id, names),
        *_deals(session, customer_id, labels),
        *_cards(session, customer_id),
        *_gifts(session, customer_id, names),
        *_contacts(session, customer_id, names),
        *_surveys(session, customer_id, names),
        *_changes(session, customer_id, labels, names),
        *_introductions(session, customer_id),
        *_gone(session, customer_id),
    ]
    entries.reverse()  # of one moment the later one first
    whole = customer_id in mask.seen(session, [customer_id])
    entries = [each._replace(detail=mask.text(each.detail, whole=whole)) for each in entries]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _visits(
    session: Session, customer_id: int, labels: dict[int, str], names: dict[int, str]
) -> list[Entry]:
    visits = session.execute(  # columns: whole rows take twice as long
        select(
            Visit.id,
            Visit.kind,
            Visit.arrived_at,
            Visit.left_at,
            Visit.people,
            Visit.model_id,
            Visit.consultant_id,
            Visit.note,
            Visit.brand,
            Visit.series,
            Visit.trim,
            Visit.offer,
            Visit.course,
        )
        .where(Visit.customer_id == customer_id)
        .order_by(Visit.arrived_at)
    ).all()
    ids = [visit.id for visit in visits]
    asks: dict[int, list[str]] = {}
    for visit_id, moment, outcome, refusal in session.execute(
        select(Ask.visit_id, Ask.moment, Ask.outcome, Ask.refusal)
        .where(Ask.visit_id.in_(ids))
        .order_by(Ask.at, Ask.id)
    ):
        asks.setdefault(visit_id, []).append(_ask(moment, outcome, refusal))
    driven = set(
        session.scalars(select(TestDrive.visit_id).where(TestDrive.visit_id.in_(ids), drove()))
    )
    entries = []
    came = 0
    for visit in visits:
        came += visit.kind is VisitKind.WALK_IN
        title = [
            _visit(visit.kind, came),
            ngettext("{count} person", "{count} people", visit.people).format(count=visit.people),
        ]
        if visit.model_id:
            title.append(labels.get(visit.model_id, ""))
        if visit.id in driven:
            title.append(_("Test drive"))
        detail = [names[visit.consultant_id]] if visit.consultant_id else []
        if visit.left_at is not None:
            detail.append(
                _("stayed {span}").format(
                    span=show_span(minutes_between(visit.arrived_at, visit.left_at))
                )
            )
        detail += asks.get(visit.id, [])
        wanted = " ".join(filter(None, (visit.brand, visit.series, visit.trim)))
        if wanted:
            detail.append(_("wanted {words}").format(words=wanted))
        if visit.offer:
            detail.append(_("was offered {price}").format(price=show_money(visit.offer)))
        if visit.course:
            detail.append(visit.course)
        if visit.note:
            detail.append(visit.note)
        tone = "good" if visit.id in driven else "plain"
        entries.append(Entry(visit.arrived_at, tone, " · ".join(title), " · ".join(detail), None))
    return entries


def _visit(kind: VisitKind, count: int) -> str:
    """A call and an errand by their names; a visit by its number."""
    if kind is not VisitKind.WALK_IN:
        return _(words.VISIT_KINDS[kind])
    return _("First visit") if count == 1 else _("Visit {count}").format(count=count)


def _appointments(session: Session, customer_id: int, names: dict[int, str]) -> list[Entry]:
    """When he is or was expected; of one he came to his visit tells."""
    planned = session.scalars(
        select(Appointment).where(
            Appointment.customer_id == customer_id,
            Appointment.visit_id.is_(None),
            Appointment.cancelled_at.is_(None),
        )
    )
    return [
        Entry(
            one.at,
            "plain",
            " ".join((_("Appointment"), show_clock(one.at), "·", _(words.AIMS[one.aim]))),
            " · ".join(part for part in (names.get(one.consultant_id or 0, ""), one.note) if part),
            None,
        )
        for one in planned
    ]


def _ask(moment: Moment, outcome: Outcome, refusal: Refusal | None) -> str:
    said = _(words.MOMENTS[moment])
    if outcome is Outcome.GIVEN or refusal is None:
        return _("{moment}: given").format(moment=said)
    return _("{moment}: refused, {reason}").format(moment=said, reason=_(words.REFUSALS[refusal]))


def _deals(session: Session, customer_id: int, labels: dict[int, str]) -> list[Entry]:
    """Orders; delivery and cancelling are changes and come from the journal."""
    deals = session.scalars(select(Deal).where(Deal.customer_id == customer_id)).all()
    closed_by = dict(
        session.execute(
            select(Change.row_id, func.max(Change.action_id))
            .where(
                Change.table_name == "deal",
                Change.row_id.in_([deal.id for deal in deals]),
                Change.before.is_(None),
            )
            .group_by(Change.row_id)
        ).all()
    )
    return [
        Entry(
            deal.closed_at,
            "good",
            _("Ordered {model}").format(model=labels.get(deal.model_id, "")),
            " · ".join(
                part
                for part in (
                    deal.number,
                    show_money(deal.price),
                    _("cancelled {day}").format(day=deal.cancelled_on) if deal.cancelled_on else "",
                    _("delivered {day}").format(day=deal.delivered_on) if deal.delivered_on else "",
                )
                if part
            ),
            closed_by.get(deal.id),
        )
        for deal in deals
    ]


def _cards(session: Session, customer_id: int) -> list[Entry]:
    return [
        Entry(
            card.printed_at,
            "good",
            _("Card printed: {kind}").format(kind=_(words.CARD_KINDS[card.kind])),
            card.printer,
            None,
        )
        for card in session.scalars(
            select(Card).where(Card.customer_id == customer_id, Card.printed_at.is_not(None))
        )
        if card.printed_at is not None
    ]


def _gifts(session: Session, customer_id: int, names: dict[int, str]) -> list[Entry]:
    found = session.execute(
        select(GiftMove, Gift.name)
        .join(Gift, Gift.id == GiftMove.gift_id)
        .where(GiftMove.customer_id == customer_id, GiftMove.count < 0)
    )
    return [
        Entry(
            move.at,
            "good",
            _("Gift: {gift} × {count}").format(gift=gift, count=-move.count),
            names.get(move.staff_id or 0, ""),
            None,
        )
        for move, gift in found
    ]


def _contacts(session: Session, customer_id: int, names: dict[int, str]) -> list[Entry]:
    done = session.execute(
        select(FollowUp.done_at, FollowUp.rule, FollowUp.staff_id, FollowUp.result).where(
            FollowUp.customer_id == customer_id, FollowUp.done_at.is_not(None)
        )
    )
    return [
        Entry(
            at,
            "good",
            _("Contacted: {rule}").format(rule=_(words.PROMISES[rule])),
            " · ".join(part for part in (names.get(staff_id or 0, ""), result) if part),
            None,
        )
        for at, rule, staff_id, result in done
        if at is not None
    ]


def _surveys(session: Session, customer_id: int, names: dict[int, str]) -> list[Entry]:
    """How satisfied he said he is; what was noted stands with the moment it was noted."""
    survey = models.Survey
    surveys = session.execute(
        select(survey, Deal.number)
        .outerjoin(Deal, Deal.id == survey.deal_id)
        .where(survey.customer_id == customer_id)
        .order_by(survey.id)
    ).all()
    noted = {
        row_id: (action_id, at)
        for row_id, action_id, at in session.execute(
            select(Change.row_id, Action.id, Action.at)
            .join(Action, Action.id == Change.action_id)
            .where(
                Change.table_name == "survey",
                Change.row_id.in_([one.id for one, _number in surveys]),
                Change.before.is_(None),
            )
            .order_by(Change.id)
        )
    }
    entries = []
    for one, number in surveys:
        action_id, at = noted.get(one.id, (None, dates.at(one.day, time(12))))
        day = "" if one.day == dates.local_day(at) else f"{one.day}"
        detail = (day, number, one.words, names.get(one.staff_id or 0, ""))
        title = _("{words} ({score})").format(words=words.satisfaction(one.score), score=one.score)
        tone = "good" if one.score >= 60 else "late"
        entries.append(Entry(at, tone, title, " · ".join(filter(None, detail)), action_id))
    return entries


def _changes(
    session: Session, customer_id: int, labels: dict[int, str], names: dict[int, str]
) -> list[Entry]:
    """What was done to the customer's own rows; what stands can be undone from here."""
    moves, told = history.told(session, customer_id, labels, names)
    about = (Action.subject_table == "customer") & (Action.subject_id == customer_id)
    others = {id for id, facts in told.items() if facts}
    actions = session.execute(
        select(Action.id, Action.at, Action.verb, Action.staff_id, Action.what, Action.why)
        .where(Action.id.in_(listed(moves.keys() | others)) | about)
        .order_by(Action.id)
    ).all()
    ids = [action.id for action in actions]
    undone = journal.fallen(session, ids)
    changed = set(  # an import has changed a hundred thousand rows: one of them is enough
        session.scalars(
            select(Action.id).where(
                Action.id.in_(listed([id for id in ids if id not in told])),
                select(Change.id).where(Change.action_id == Action.id).exists(),
            )
        )
    )
    stands = (changed | told.keys()) - undone
    sources = _sources(session, customer_id)
    entries = []
    for action in actions:
        if action.verb in QUIET:
            continue
        title = [_(words.VERBS.get(action.verb, action.verb)), moves.get(action.id, "")]
        facts = [] if history.is_silent(action.verb) else told.get(action.id, [])
        what = readable(action.what)
        why = readable(action.why)
        if any(fact.startswith(what) for fact in facts):
            what = ""  # the fact says it
        if action.verb == "event" and what:
            title = [_("Draw")]  # the fact says who won; seed and tickets stay in the journal
            what = why = ""
        detail = [*facts, names.get(action.staff_id or 0, ""), what, sources.get(action.id, why)]
        if action.id in undone:
            detail.append(_("taken back"))
        entries.append(
            Entry(
                action.at,
                "late" if action.verb in ("undo", "take_back", "cancel_deal") else "plain",
                " · ".join(part for part in title if part),
                " · ".join(part for part in detail if part),
                action.id if action.id in stands else None,
            )
        )
    return entries


def _sources(session: Session, customer_id: int) -> dict[int, str]:
    """By import: the file and the rows of it that were about him, as they stood there."""
    found = session.execute(
        select(
            Change.action_id,
            models.ImportBatch.file_name,
            models.ImportRow.sheet,
            models.ImportRow.row,
            models.ImportRow.cells,
        )
        .join(models.ImportBatch, models.ImportBatch.id == models.ImportRow.batch_id)
        .join(
            Change,
            (Change.table_name == models.ImportBatch.__tablename__)
            & (Change.row_id == models.ImportBatch.id)
            & Change.before.is_(None),
        )
        .where(models.ImportRow.customer_id == customer_id)
        .order_by(models.ImportRow.id)
    ).all()
    whole = customer_id in mask.seen(session, [customer_id])
    told: dict[int, list[str]] = {}
    for action_id, file, sheet, row, cells in found:
        place = [file, sheet, _("row {number}").format(number=row)]
        read = [str(cell) for cell in json.loads(cells) if cell not in ("", None)] if whole else []
        said = " ".join(filter(None, place)) + (": " + " · ".join(read) if read else "")
        told.setdefault(action_id, []).append(said)
    return {action_id: "\n".join(lines[:3]) for action_id, lines in told.items()}


def _introductions(session: Session, customer_id: int) -> list[Entry]:
    """Whom he brought and what he had for it, and who brought him."""
    found = session.execute(
        select(Referral, Customer.name, Customer.honorific)
        .join(
            Customer,
            case(
                (Referral.introducer_id == customer_id, Customer.id == Referral.customer_id),
                else_=Customer.id == Referral.introducer_id,
            ),
        )
        .where(or_(Referral.introducer_id == customer_id, Referral.customer_id == customer_id))
    ).all()
    entries = []
    for one, name, honorific in found:
        whom = words.called(name, honorific)
        if one.customer_id == customer_id:
            entries.append(Entry(one.noted_at, "plain", _("Came by an introduction"), whom, None))
            continue
        entries.append(Entry(one.noted_at, "good", _("Introduced a new customer"), whom, None))
        if one.paid_at is not None:
            reward = " · ".join(filter(None, (show_money(one.reward), one.reward_words, whom)))
            entries.append(Entry(one.paid_at, "good", _("Reward paid"), reward, None))
    return entries


def _gone(session: Session, customer_id: int) -> list[Entry]:
    """Says of a customer who is older than the journal that it tells no more of what was before."""
    since = trail.goes_back_to(session)
    made = session.scalar(select(Customer.created_at).where(Customer.id == customer_id))
    if since is None or made is None or made >= since:
        return []
    return [Entry(since, "plain", _("What was changed earlier is kept no longer"), "", None)]
