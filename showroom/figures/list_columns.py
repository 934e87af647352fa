"""The columns of the lists of `listings`, kind by kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from showroom import dates, settings, words
from showroom.care import complaint_rows
from showroom.care.complaints import GRAVITIES
from showroom.deals import deals
from showroom.figures import log
from showroom.i18n import N_, _
from showroom.people import introductions, loss_rows
from showroom.sheets.write import Column, Kind


def on_the_wall(moment: datetime | None) -> datetime | None:
    """A moment as a clock on the wall shows it: a workbook knows no zones."""
    return None if moment is None else dates.local(moment).replace(tzinfo=None)


def _phone(title: str = "", code: str = "phone") -> Column:
    def bare(row: Any) -> str:
        return str(getattr(row, code)).replace(" ", "")

    return Column("phone", title or _("Phone"), bare, kind=Kind.CODE, contact=True)


def _at(code: str, title: str) -> Column:
    return Column(code, title, lambda row: on_the_wall(getattr(row, code)), kind=Kind.MOMENT)


def of_visits(_session: Session) -> Sequence[Column]:
    """The log of visits, and how many came."""
    *found, note = log.columns()
    return (*found, Column("people", _("People"), kind=Kind.WHOLE), note)


def of_customers(session: Session) -> Sequence[Column]:
    """A short list of customers."""
    shop = settings.load(session)
    return (
        Column("name", _("Name"), lambda r: words.called(r.name, r.honorific), wrap=True, width=16),
        _phone(),
        Column("level", _("Level"), lambda r: shop.letter(r.level)),
        Column("status", _("Status"), lambda r: _(words.STATUSES[r.status])),
        Column("model", _("Model")),
        Column("consultant", _("Consultant")),
        Column("last_visit_on", _("Last visit on"), kind=Kind.DAY),
        Column("next_on", _("Next contact on"), kind=Kind.DAY),
        Column("next_clock", _("Next contact at"), kind=Kind.CLOCK),
    )


def of_deals(_session: Session) -> Sequence[Column]:
    """Deals, with the sum of their prices."""

    def state(row: Any) -> str:
        return _(_STATES[row.state])

    def paid(row: Any) -> str:
        return _(words.PAYMENTS[row.payment]) if row.payment else ""

    return (
        Column("number", _("Number"), kind=Kind.CODE),
        Column(
            "customer",
            _("Customer"),
            lambda r: words.called(r.customer, r.honorific),
            wrap=True,
            width=16,
        ),
        _phone(),
        Column("model", _("Model")),
        Column("colour", _("Colour")),
        Column("price", _("Price"), kind=Kind.MONEY, total=True),
        Column("deposit", _("Deposit"), kind=Kind.MONEY),
        Column("payment", _("Payment"), paid),
        Column("consultant", _("Consultant")),
        Column("ordered_on", _("Ordered on"), kind=Kind.DAY),
        Column("planned_on", _("Planned for"), kind=Kind.DAY),
        Column("delivered_on", _("Delivered on"), kind=Kind.DAY),
        Column("cancelled_on", _("Cancelled on"), kind=Kind.DAY),
        Column("cancel_reason", _("Reason")),
        Column("vin", _("VIN"), kind=Kind.CODE),
        Column("introducer", _("Introducer")),
        Column("state", _("State"), state),
    )


_STATES: Final = {
    deals.State.ORDERED: N_("Ordered"),
    deals.State.DELIVERED: N_("Delivered"),
    deals.State.CANCELLED: N_("Cancelled"),
}


def of_cards(_session: Session) -> Sequence[Column]:
    """Cards and what became of them."""
    return (
        Column("customer", _("Customer"), wrap=True, width=16),
        Column("reason", _("What for"), wrap=True, width=24),
        Column("consultant", _("Signed by")),
        Column("due_on", _("Due on"), kind=Kind.DAY),
        Column("late_on", _("Late after"), kind=Kind.DAY),
        _at("printed_at", _("Printed at")),
        Column("printed_by", _("Printed by")),
        _at("posted_at", _("Posted at")),
        Column("skip_reason", _("Skipped because"), wrap=True, width=20),
    )


def of_follow_ups(session: Session) -> Sequence[Column]:
    """Contacts that are due or done."""
    shop = settings.load(session)
    return (
        Column("name", _("Name"), lambda r: words.called(r.name, r.honorific), wrap=True, width=16),
        _phone(),
        Column("rule", _("What for"), lambda r: _(words.PROMISES[r.rule])),
        Column("due_on", _("Due on"), kind=Kind.DAY),
        Column("clock", _("Time of day"), kind=Kind.CLOCK),
        Column("staff", _("Who calls")),
        Column("level", _("Level"), lambda r: shop.letter(r.level)),
        Column("status", _("Status"), lambda r: _(words.STATUSES[r.status])),
        Column("model", _("Model")),
        Column("last_contact_on", _("Last contact"), kind=Kind.DAY),
        Column("last_result", _("What he said last"), wrap=True, width=26),
        _at("done_at", _("Done at")),
        Column("result", _("What came of it"), wrap=True, width=26),
    )


def of_appointments(_session: Session) -> Sequence[Column]:
    """Appointments and whether they were kept."""
    return (
        Column("day", _("Date"), kind=Kind.DAY),
        Column("at", _("Time of day"), kind=Kind.CLOCK),
        Column("name", _("Name"), wrap=True, width=16),
        Column("aim", _("Purpose")),
        Column("consultant", _("Consultant")),
        Column("came", _("Came"), tick=True),
    )


def of_complaints(_session: Session) -> Sequence[Column]:
    """Complaints and how far they are."""
    return (
        _at("taken_at", _("Taken at")),
        Column("name", _("Name"), complaint_rows.called, wrap=True, width=16),
        _phone(),
        Column("car", _("Car")),
        Column("cause", _("Cause")),
        Column("gravity", _("How grave"), lambda r: _(GRAVITIES[r.gravity])),
        Column("words", _("His words"), wrap=True, width=30),
        Column("responsible", _("Responsible")),
        _at("answered_at", _("Answered")),
        _at("closed_at", _("Closed")),
    )


def of_introductions(_session: Session) -> Sequence[Column]:
    """Introductions and their rewards."""
    return (
        _at("noted_at", _("Registered at")),
        Column(
            "introducer",
            _("Introducer"),
            lambda r: words.called(r.introducer, r.introducer_honorific),
            wrap=True,
            width=16,
        ),
        _phone(code="introducer_phone"),
        Column("customer", _("New customer"), lambda r: words.called(r.customer, r.honorific)),
        Column("consultant", _("Consultant")),
        Column("state", _("State"), lambda r: _(introductions.STATES[r.state])),
        Column("deal", _("Order"), kind=Kind.CODE),
        Column("ordered_on", _("Ordered on"), kind=Kind.DAY),
        Column("reward", _("Reward"), kind=Kind.MONEY, total=True),
        Column("reward_words", _("Or in kind"), wrap=True, width=20),
        _at("paid_at", _("Paid at")),
        Column("note", _("Words about the introduction"), wrap=True, width=26),
    )


def of_losses(_session: Session) -> Sequence[Column]:
    """Losses and their reasons."""
    return (
        Column("day", _("Date"), kind=Kind.DAY),
        Column("name", _("Name"), loss_rows.called, wrap=True, width=16),
        _phone(),
        Column("model", _("Model")),
        Column("consultant", _("Consultant")),
        Column("reason", _("Reason")),
        Column("rival", _("Rival")),
        Column("price", _("Price there"), kind=Kind.MONEY),
        Column("note", _("Words about the loss"), wrap=True, width=30),
        Column("decider", _("Decided by")),
    )


def of_events(_session: Session) -> Sequence[Column]:
    """Events in numbers."""
    return (
        Column("name", _("Event"), wrap=True, width=24),
        Column("day", _("From"), kind=Kind.DAY),
        Column("until", _("To"), kind=Kind.DAY),
        Column("place", _("Place"), wrap=True, width=20),
        Column("invited", _("Invited"), kind=Kind.WHOLE, total=True),
        Column("coming", _("Say they come"), kind=Kind.WHOLE, total=True),
        Column("came", _("Came"), kind=Kind.WHOLE, total=True),
        Column("people", _("People"), kind=Kind.WHOLE, total=True),
    )
