"""What each figure is: its name, its formula in words, and which counts make it (DOMAIN §7.2)."""

from __future__ import annotations

from typing import NamedTuple

from showroom.i18n import N_
from showroom.sheets.cells import Kind


class Definition(NamedTuple):
    """A count, or one count over another; the names are those of `counts.Counts` and of `extra`."""

    code: str
    title: str
    formula: str
    above: str
    below: str = ""
    unit: str = ""
    kind: Kind = Kind.WHOLE


PARTIES = N_("parties")
TIMES = N_("times")
CARS = N_("cars")

DEFINITIONS = (
    Definition(
        "parties",
        N_("Parties"),
        N_("Walk-ins and errands; each party once, however many people"),
        "parties",
        unit=PARTIES,
    ),
    Definition(
        "people",
        N_("People"),
        N_("People in these parties"),
        "people",
        unit=N_("people"),
    ),
    Definition(
        "walk_ins",
        N_("Walk-ins"),
        N_("Parties that came to look and were received; the same customer counts once a day"),
        "walk_ins",
        unit=PARTIES,
    ),
    Definition(
        "first",
        N_("First visits"),
        N_("Walk-ins that had not been here on an earlier day"),
        "first",
        unit=PARTIES,
    ),
    Definition(
        "came_again",
        N_("Came again"),
        N_("Walk-ins that had been here on an earlier day"),
        "again",
        unit=PARTIES,
    ),
    Definition(
        "left",
        N_("First contacts left"),
        N_("First visits that left a contact, without those on file before"),
        "left",
        unit=PARTIES,
    ),
    Definition(
        "contacts",
        N_("Contact rate"),
        N_("First visits that left a contact ÷ first visits, without those on file before"),
        "left",
        "fresh",
        kind=Kind.SHARE,
    ),
    Definition(
        "again",
        N_("Return rate"),
        N_("Walk-ins that had been here on an earlier day ÷ walk-ins"),
        "again",
        "walk_ins",
        kind=Kind.SHARE,
    ),
    Definition(
        "drives",
        N_("Test drives"),
        N_("Walk-ins that drove, each party once"),
        "drives",
        unit=TIMES,
    ),
    Definition(
        "drive_rate",
        N_("Test drive rate"),
        N_("Walk-ins that drove ÷ walk-ins"),
        "drives",
        "walk_ins",
        kind=Kind.SHARE,
    ),
    Definition(
        "orders",
        N_("Orders"),
        N_("Orders taken, also those cancelled later"),
        "orders",
        unit=CARS,
    ),
    Definition(
        "order_rate",
        N_("Closing rate"),
        N_("Orders ÷ first contacts left"),
        "orders",
        "left",
        kind=Kind.SHARE,
    ),
    Definition(
        "amount",
        N_("Amount ordered"),
        N_("Prices of the orders taken, without those cancelled"),
        "amount",
        unit=N_("yuan"),
        kind=Kind.MONEY,
    ),
    Definition(
        "delivered",
        N_("Deliveries"),
        N_("Orders handed over, whenever taken"),
        "delivered",
        unit=CARS,
    ),
    Definition(
        "cancelled",
        N_("Cancellations"),
        N_("Orders cancelled, whenever taken"),
        "cancelled",
        unit=CARS,
    ),
    Definition(
        "cancel_rate",
        N_("Cancellation rate"),
        N_("Cancellations ÷ (orders taken + orders open at the start)"),
        "cancelled",
        "standing",
        kind=Kind.SHARE,
    ),
    Definition(
        "owners",
        N_("Owners, introduced"),
        N_("Orders of customers who were introduced or came through owners ÷ orders"),
        "by_owners",
        "orders",
        kind=Kind.SHARE,
    ),
    Definition(
        "cards",
        N_("Cards in time"),
        N_("Cards printed before they were late ÷ cards due"),
        "cards_in_time",
        "cards_due",
        kind=Kind.SHARE,
    ),
    Definition(
        "first_call",
        N_("First follow-up"),
        N_("Days from the first visit to the first follow-up done ÷ customers followed up"),
        "call_days",
        "called",
        unit=N_("days"),
        kind=Kind.NUMBER,
    ),
    Definition(
        "stay",
        N_("Mean stay"),
        N_("Time from arrival to leaving ÷ walk-ins that left"),
        "stayed",
        "stays",
        kind=Kind.SPAN,
    ),
    Definition(
        "calls",
        N_("Calls"),
        N_("Calls taken; in no rate"),
        "calls",
        unit=TIMES,
    ),
    Definition(
        "errands",
        N_("Parties on errands"),
        N_("Parties on an errand; in no rate"),
        "errands",
        unit=PARTIES,
    ),
    Definition(
        "unmet",
        N_("Left without being received"),
        N_("Parties that left before anybody received them; in no rate"),
        "unmet",
        unit=PARTIES,
    ),
    Definition(
        "wait",
        N_("Mean wait"),
        N_("Time from arrival to leaving ÷ parties that left without being received"),
        "waited",
        "unmet",
        kind=Kind.SPAN,
    ),
    Definition(
        "appointments",
        N_("Appointments kept"),
        N_("Appointments whose party came ÷ appointments, without those cancelled"),
        "kept",
        "appointed",
        kind=Kind.SHARE,
    ),
    Definition(
        "incomplete",
        N_("Incomplete"),
        N_("Visits that are over and still owe something that the settings ask for"),
        "incomplete",
        unit=PARTIES,
    ),
)
LOSSES = (  # DOMAIN §7.2; a period's losses are those applied for in it
    Definition(
        "loss_rate",
        N_("Loss rate"),
        N_(
            "Losses applied for in the period and approved ÷ (contacts left in it + customers "
            "open when it began)"
        ),
        "lost",
        "losable",
        kind=Kind.SHARE,
    ),
    Definition(
        "loss_refused",
        N_("Losses refused"),
        N_("Losses applied for in the period and refused ÷ losses applied for"),
        "loss_refused",
        "loss_applied",
        kind=Kind.SHARE,
    ),
    Definition(
        "loss_clear",
        N_("Clear losses"),
        N_(
            "Losses applied for in the period and approved, with a reason that says something "
            "(not “Other”, not “Cannot be reached”) ÷ losses applied for"
        ),
        "loss_clear",
        "loss_applied",
        kind=Kind.SHARE,
    ),
    Definition(
        "loss_back",
        N_("Won back"),
        N_("Lost customers who were open again in the period, whenever they were lost"),
        "loss_back",
        unit=N_("people"),
    ),
)
"""Of losses alone: not among the figures of a day."""

MONTH = (  # DOMAIN §7.2; of a whole month only: they rest on its opening
    Definition(
        "opening",
        N_("Carried in"),
        N_("Customers open at 00:00 of the 1st, of every level; frozen then"),
        "opening",
        unit=N_("people"),
    ),
    Definition(
        "conversion",
        N_("Conversion of prospects"),
        N_("Orders ÷ (first contacts left + carried in)"),
        "orders",
        "prospects",
        kind=Kind.SHARE,
    ),
    Definition(
        "handed_over",
        N_("Orders handed over"),
        N_("Deliveries ÷ (orders taken + orders open at the start)"),
        "delivered",
        "standing",
        kind=Kind.SHARE,
    ),
    Definition(
        "kept",
        N_("Follow-ups in time"),
        N_("Contacts made by the day they were due ÷ contacts due, up to today"),
        "in_time",
        "due",
        kind=Kind.SHARE,
    ),
)
"""Of a month alone: not among the figures of a day."""

EVENTS = (
    Definition(
        "invited",
        N_("Guests invited"),
        N_("Customers invited to the event"),
        "invited",
        unit=N_("people"),
    ),
    Definition(
        "replied",
        N_("Answered"),
        N_("Invited customers who said they come, may come, or do not come ÷ invited"),
        "replied",
        "invited",
        kind=Kind.SHARE,
    ),
    Definition(
        "came",
        N_("Came as invited"),
        N_("Invited customers who came ÷ invited"),
        "came_invited",
        "invited",
        kind=Kind.SHARE,
    ),
    Definition(
        "guests",
        N_("Parties there"),
        N_("Everybody noted as there, invited or not, each party once"),
        "guests",
        unit=PARTIES,
    ),
    Definition(
        "gained",
        N_("Contacts gained"),
        N_("Parties that left their contact at the event for the first time"),
        "gained",
        unit=N_("people"),
    ),
    Definition(
        "event_drives",
        N_("Drove there"),
        N_("Parties there that drove on the days of the event, each once"),
        "drives",
        unit=TIMES,
    ),
    Definition(
        "event_deals",
        N_("Deals traced"),
        N_(
            "Orders of those who came, from the day they were there until the traced days after "
            "the last day of the event, without those cancelled"
        ),
        "deals",
        unit=CARS,
    ),
    Definition(
        "event_amount",
        N_("Amount traced"),
        N_("Prices of the deals traced"),
        "amount",
        unit=N_("yuan"),
        kind=Kind.MONEY,
    ),
)
"""Of one event: not among the figures of a day."""

BY_CODE = {definition.code: definition for definition in (*DEFINITIONS, *LOSSES, *MONTH, *EVENTS)}
