"""From the order to the delivery or its cancelling, and all that closing a deal sets going."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from showroom import choices
from showroom import settings as shops
from showroom.care import followups
from showroom.deals import closing, deals
from showroom.deals.deals import State
from showroom.door import visits
from showroom.errors import Invalid, ShowroomError
from showroom.people import customers, referrals
from showroom.store import journal
from showroom.store.models import (
    Card,
    CardKind,
    ChoiceKind,
    Customer,
    Deal,
    FollowUp,
    Level,
    Payment,
    Promise,
    Role,
    Status,
    Visit,
)
from tests import builders as make
from tests.stories import story

TODAY, NOW = make.TODAY, make.NOW


@pytest.fixture(autouse=True)
def _clock(db):
    make.stop_clock(db)


@story
def zhang(db):
    with db.write() as session:
        wang = make.a_member(session, "王强")
    with db.write() as session:
        make.a_member(session, "陈明", Role.MANAGER)
    with db.write() as session:
        return make.a_customer(session, "张伟", consultant_id=wang)


def do(db, function, *args, **facts):
    with db.write() as session:
        return function(session, *args, **facts)


def ask(db, function, *args, **facts):
    with db.read() as session:
        return function(session, *args, **facts)


def row_of(db, deal_id):
    (row,) = ask(db, deals.rows, [deal_id])
    return row


def promised(db, deal_id):
    with db.read() as session:
        rows = session.query(FollowUp).filter_by(deal_id=deal_id, done_at=None)
        return sorted((row.due_on, row.rule) for row in rows)


def cards(db, deal_id):
    with db.read() as session:
        rows = session.query(Card).filter_by(deal_id=deal_id).order_by(Card.id)
        return [(row.kind, row.customer_id, row.due_on, row.late_on) for row in rows]


def reason(db, text="预算不足"):
    return ask(db, choices.find, ChoiceKind.CANCEL_REASON, text)


def standing(db, id):
    row = ask(db, customers.file, id).row
    return row.status, row.level


# --- closing


def test_closing_makes_all_that_follows_in_one_action(db, zhang):
    deal = do(db, make.a_deal, zhang, deposit=Decimal(5000), payment=Payment.LOAN)
    row = row_of(db, deal)
    assert (row.number, row.state, row.customer) == ("20261118-01", State.ORDERED, "张伟")
    assert (row.price, row.deposit, row.payment) == (218000, 5000, Payment.LOAN)
    assert (row.consultant, row.ordered_on, row.card_printed) == ("王强", TODAY, False)
    assert standing(db, zhang) == (Status.ORDERED, Level.ORDERED)
    assert cards(db, deal) == [(CardKind.THANKS, zhang, date(2026, 11, 19), date(2026, 11, 20))]
    assert promised(db, deal) == [
        (date(2026, 11, 19), Promise.MANAGER_CALL),
        (date(2026, 11, 21), Promise.THREE_DAYS),
        (date(2026, 11, 25), Promise.WEEK),
        (date(2026, 12, 18), Promise.VISIT),
        (date(2027, 1, 18), Promise.TWO_MONTHS),
    ]
    with db.read() as session:
        call = session.query(FollowUp).filter_by(rule=Promise.MANAGER_CALL).one()
        assert session.get_one(Deal, deal).consultant_id != call.staff_id
    with db.write() as session:
        assert journal.undo(session).kept == []
    assert ask(db, deals.find) == []
    assert (cards(db, deal), promised(db, deal)) == ([], [])
    assert standing(db, zhang) == (Status.OPEN, Level.UNRATED)


def test_what_closing_will_set_going_is_told_before_and_comes_true(db, zhang):
    told = ask(db, closing.sets_going, ordered_on=TODAY, introduced=True, today=TODAY)
    li = do(db, make.a_customer, "李娜")
    deal = do(db, make.a_deal, zhang, introducer_id=li)
    came = [(due, what) for due, what in promised(db, deal)]
    came += [(due, kind) for kind, _who, due, _late in cards(db, deal)]
    assert sorted((due.on, due.what) for due in told) == sorted(came)
    assert [due.who for due in told if due.what is Promise.MANAGER_CALL] == ["陈明"]
    assert [due.on for due in told] == sorted(due.on for due in told)


def test_without_a_manager_the_call_is_promised_all_the_same(db):
    told = ask(db, closing.sets_going, ordered_on=TODAY, introduced=False, today=TODAY)
    assert [due.who for due in told] == [""] * 6
    deal = do(db, make.a_deal, do(db, make.a_customer))
    assert (date(2026, 11, 19), Promise.MANAGER_CALL) in promised(db, deal)


def test_the_card_is_due_on_the_next_working_day_and_the_days_are_the_shops_own(db, zhang):
    friday = date(2026, 11, 20)
    deal = do(db, make.a_deal, zhang, ordered_on=friday, today=friday)
    assert cards(db, deal)[0][2:] == (date(2026, 11, 23), date(2026, 11, 24))
    with db.write() as session:
        shop = shops.load(session)
        shop.card_due_days, shop.card_late_days = 2, 3
        shops.save(session, shop)
    other = do(db, make.a_deal, do(db, make.a_customer), ordered_on=friday, today=friday)
    assert cards(db, other)[0][2:] == (date(2026, 11, 24), date(2026, 11, 25))


def test_a_deal_from_a_visit_takes_consultant_and_model_along(db):
    with db.write() as session:
        wang = make.a_member(session, "王强")
    with db.write() as session:
        visit = make.a_visit(session, name="张伟", phone="13800138000")
    with db.read() as session:
        customer = session.get_one(Visit, visit).customer_id
    model = do(db, make.a_model, "唐")
    deal = do(db, make.a_deal, customer, visit_id=visit, model_id=model)
    with db.read() as session:
        seen = session.get_one(Visit, visit)
        assert (seen.level, seen.model_id) == (Level.ORDERED, model)
        assert session.get_one(Deal, deal).consultant_id == wang
        assert session.get_one(Customer, customer).model_id == model
        first = min(call.due_on for call in session.query(FollowUp).filter_by(done_at=None))
        assert visits.row(session, visit).next_on == first, "the desk says who calls first"
    assert ask(db, deals.of_visit, visit) == deal


def test_who_had_no_consultant_has_the_one_who_sold(db):
    with db.write() as session:
        wang = make.a_member(session, "王强")
    li = do(db, make.a_customer, "李娜")
    do(db, make.a_deal, li, consultant_id=wang)
    assert ask(db, customers.file, li).row.consultant == "王强"


def test_a_new_model_joins_the_list_within_the_same_action(db, zhang):
    deal = do(db, make.a_deal, zhang, model_id=" 海狮 07 EV ")
    assert row_of(db, deal).model == "海狮 07 EV"
    other = do(db, make.a_deal, do(db, make.a_customer), model_id="海狮07ev")
    assert row_of(db, other).model_id == row_of(db, deal).model_id
    with db.write() as session:
        assert journal.undo(session).verb == "close_deal"


@pytest.mark.parametrize(
    ("facts", "problems"),
    [
        ({"price": Decimal(0)}, {"price": "Enter the agreed price; it cannot be 0."}),
        ({"price": Decimal(-1)}, {"price": "Enter the agreed price; it cannot be 0."}),
        (
            {"price": Decimal("21.8")},
            {"price": "21.80 is too little for a price; write 218,000 or 21.8万."},
        ),
        ({"price": None}, {"price": "Enter the agreed price; it cannot be 0."}),
        ({"model_id": None}, {"model": "Choose what was bought."}),
        ({"model_id": "  "}, {"model": "Choose what was bought."}),
        ({"deposit": Decimal(-1)}, {"deposit": "The deposit is between 0 and the price."}),
        ({"deposit": Decimal(218001)}, {"deposit": "The deposit is between 0 and the price."}),
        (
            {"ordered_on": TODAY + timedelta(days=1)},
            {"ordered_on": "The order cannot lie in the future."},
        ),
        (
            {"planned_on": TODAY - timedelta(days=1)},
            {"planned_on": "The delivery cannot be before the order."},
        ),
        (
            {"ordered_on": date(206, 11, 18)},
            {"ordered_on": "That is more than 30 years ago: check the year."},
        ),
        (
            {"planned_on": date(2262, 1, 1)},
            {"planned_on": "That is more than 3 years ahead: check the year."},
        ),
        (
            {"price": Decimal(0), "model_id": None, "planned_on": date(2020, 1, 1)},
            {
                "price": "Enter the agreed price; it cannot be 0.",
                "model": "Choose what was bought.",
                "planned_on": "The delivery cannot be before the order.",
            },
        ),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_made(db, zhang, facts, problems):
    with pytest.raises(Invalid) as said:
        do(db, make.a_deal, zhang, **facts)
    assert said.value.problems == problems
    assert ask(db, deals.find) == []
    assert standing(db, zhang) == (Status.OPEN, Level.UNRATED)


def test_a_deal_is_closed_once(db, zhang):
    deal = do(db, make.a_deal, zhang)
    with pytest.raises(Invalid) as said:
        do(db, make.a_deal, zhang)
    assert said.value.problems == {"model": "This deal is closed already, with number 20261118-01."}
    second = do(db, make.a_deal, zhang, model_id="唐")
    assert row_of(db, second).number == "20261118-02"
    do(db, closing.cancel, deal, reason_id=reason(db), on=TODAY)
    assert row_of(db, do(db, make.a_deal, zhang)).number == "20261118-03"


def test_a_visit_has_one_deal(db):
    with db.write() as session:
        visit = make.a_visit(session, phone="13800138000")
    with db.read() as session:
        customer = session.get_one(Visit, visit).customer_id
    do(db, make.a_deal, customer, visit_id=visit)
    with pytest.raises(Invalid, match="closed already"):
        do(db, make.a_deal, customer, visit_id=visit, model_id="唐")


def test_a_customer_who_is_gone_buys_nothing(db):
    with pytest.raises(ShowroomError, match="no longer in the file"):
        do(db, make.a_deal, 99, model_id="汉")


# --- the introducer


def test_the_introducer_is_noted_and_thanked_by_a_call_and_a_card(db, zhang):
    li = do(db, make.a_customer, "李娜")
    deal = do(db, make.a_deal, zhang, introducer_id=li)
    assert row_of(db, deal).introducer == "李娜"
    assert ask(db, referrals.introducer_of, zhang) == li
    assert (CardKind.INTRODUCER, li) in [card[:2] for card in cards(db, deal)]
    assert (date(2026, 11, 19), Promise.THANK_INTRODUCER) in promised(db, deal)


def test_who_must_not_be_contacted_is_noted_but_not_thanked(db, zhang):
    li = do(db, make.a_customer, "李娜", do_not_contact=True)
    deal = do(db, make.a_deal, zhang, introducer_id=li)
    assert row_of(db, deal).introducer == "李娜"
    assert [card[0] for card in cards(db, deal)] == [CardKind.THANKS]


def test_nobody_introduces_himself_and_then_nothing_is_closed(db, zhang):
    with pytest.raises(Invalid, match="Nobody introduces himself"):
        do(db, make.a_deal, zhang, introducer_id=zhang)
    assert ask(db, deals.find) == []


# --- delivery


def test_with_the_delivery_he_is_an_owner_and_the_calendar_counts_from_it(db, zhang):
    deal = do(db, make.a_deal, zhang)
    on = TODAY + timedelta(days=10)
    do(db, closing.deliver, deal, on=on, vin=" lc0ce4cb8n0123456 ", today=on)
    row = row_of(db, deal)
    assert (row.state, row.delivered_on, row.vin) == (State.DELIVERED, on, "LC0CE4CB8N0123456")
    assert standing(db, zhang) == (Status.OWNER, Level.UNRATED)
    assert promised(db, deal) == [
        (TODAY + timedelta(days=1), Promise.MANAGER_CALL),
        (on + timedelta(days=3), Promise.THREE_DAYS),
        (on + timedelta(days=7), Promise.WEEK),
        (on + timedelta(days=30), Promise.VISIT),
        (date(2027, 1, 28), Promise.TWO_MONTHS),
    ]


def test_who_has_another_order_stays_ordered(db, zhang):
    one = do(db, make.a_deal, zhang)
    two = do(db, make.a_deal, zhang, model_id="唐")
    do(db, closing.deliver, one, on=TODAY, today=TODAY)
    assert standing(db, zhang) == (Status.ORDERED, Level.ORDERED)
    do(db, closing.cancel, two, reason_id=reason(db), on=TODAY)
    assert standing(db, zhang) == (Status.OWNER, Level.UNRATED)  # the first car is his


def test_an_owner_of_a_list_is_an_owner_again_when_he_cancels(db, zhang):
    with db.write() as session:
        journal.act(session, "import")
        session.get_one(Customer, zhang).status = Status.OWNER
    deal = do(db, make.a_deal, zhang)
    assert standing(db, zhang)[0] is Status.ORDERED
    do(db, closing.cancel, deal, reason_id=reason(db), on=TODAY)
    assert standing(db, zhang) == (Status.OWNER, Level.UNRATED)


def test_who_cancels_one_of_two_stays_ordered(db, zhang):
    one = do(db, make.a_deal, zhang)
    do(db, make.a_deal, zhang, model_id="唐")
    do(db, closing.cancel, one, reason_id=reason(db), on=TODAY)
    assert standing(db, zhang) == (Status.ORDERED, Level.ORDERED)


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        (TODAY - timedelta(days=1), "The delivery cannot be before the order."),
        (TODAY + timedelta(days=1), "The delivery cannot lie in the future."),
    ],
)
def test_a_delivery_that_cannot_be_is_said_beside_the_day(db, zhang, on, sentence):
    deal = do(db, make.a_deal, zhang)
    with pytest.raises(Invalid) as said:
        do(db, closing.deliver, deal, on=on, today=TODAY)
    assert said.value.problems == {"delivered_on": sentence}


def test_what_is_delivered_or_cancelled_is_at_its_end(db, zhang):
    one = do(db, make.a_deal, zhang)
    two = do(db, make.a_deal, zhang, model_id="唐")
    do(db, closing.deliver, one, on=TODAY, today=TODAY)
    do(db, closing.cancel, two, reason_id=reason(db), on=TODAY)
    for deal, sentence in ((one, "delivered on 2026-11-18"), (two, "cancelled on 2026-11-18")):
        for act in (
            lambda session, id: closing.deliver(session, id, on=TODAY, today=TODAY),
            lambda session, id: closing.cancel(session, id, reason_id=1, on=TODAY),
            lambda session, id: closing.change(session, id, price=Decimal(1)),
        ):
            with pytest.raises(ShowroomError, match=sentence):
                do(db, act, deal)
    with pytest.raises(ShowroomError, match="no longer there"):
        do(db, closing.change, 99, price=Decimal(1))


# --- cancelling


def test_a_cancelled_deal_stays_with_its_reason_and_what_was_due_is_dropped(db, zhang):
    deal = do(db, make.a_deal, zhang)
    do(db, closing.cancel, deal, reason_id=reason(db, "贷款未批"), note=" 首付不够 ", on=TODAY)
    row = row_of(db, deal)
    assert (row.state, row.cancelled_on) == (State.CANCELLED, TODAY)
    assert (row.cancel_reason, row.cancel_note) == ("Loan refused", "首付不够")
    assert (cards(db, deal), promised(db, deal)) == ([], [])
    assert standing(db, zhang) == (Status.OPEN, Level.WEEK)
    assert ask(db, customers.file, zhang).row.next_on == TODAY + timedelta(days=2)


def test_a_card_that_was_printed_stays(db, zhang):
    deal = do(db, make.a_deal, zhang)
    with db.write() as session:
        journal.act(session, "print_cards")
        session.query(Card).filter_by(deal_id=deal).one().printed_at = NOW
    assert row_of(db, deal).card_printed
    do(db, closing.cancel, deal, reason_id=reason(db), on=TODAY)
    assert len(cards(db, deal)) == 1


def test_a_day_that_was_said_to_him_stays_when_the_deal_is_cancelled(db, zhang):
    deal = do(db, make.a_deal, zhang)
    with db.write() as session:
        visit = session.query(FollowUp).filter_by(rule=Promise.VISIT).one().id
        facts = {"to": TODAY + timedelta(days=5), "why": "he said so", "today": TODAY}
        followups.postpone(session, visit, agreed=True, **facts)
    do(db, closing.cancel, deal, reason_id=reason(db), on=TODAY)
    with db.read() as session:
        kept = session.get_one(FollowUp, visit)
        assert (kept.due_on, kept.agreed, kept.deal_id) == (TODAY + timedelta(days=5), True, None)
    with db.write() as session:
        journal.undo(session)
    with db.read() as session:
        assert session.get_one(FollowUp, visit).deal_id == deal


def test_cancelling_needs_its_reason(db, zhang):
    deal = do(db, make.a_deal, zhang)
    with pytest.raises(Invalid) as said:
        do(db, closing.cancel, deal, reason_id=None, on=TODAY)
    assert said.value.problems == {"reason": "Choose why the deal was cancelled."}


# --- correcting


def test_an_open_deal_is_corrected_and_what_is_emptied_is_empty(db, zhang):
    deal = do(db, make.a_deal, zhang, planned_on=TODAY, payment=Payment.LOAN)
    white = ask(db, choices.find, ChoiceKind.COLOUR, "白色")
    do(
        db,
        closing.change,
        deal,
        price=Decimal("209800.50"),
        deposit=Decimal(10000),
        colour_id=white,
        planned_on=None,
        payment=None,
        model_id="唐",
    )
    row = row_of(db, deal)
    assert (row.price, row.deposit) == (Decimal("209800.50"), 10000)
    assert (row.colour, row.planned_on, row.payment, row.model) == ("White", None, None, "唐")
    with db.write() as session:
        journal.undo(session)
    assert row_of(db, deal).price == 218000


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"price": Decimal(0)}, "price"),
        ({"price": Decimal(1000), "deposit": Decimal(1001)}, "deposit"),
        ({"planned_on": TODAY - timedelta(days=1)}, "planned_on"),
        ({"planned_on": date(2062, 1, 1)}, "planned_on"),
        ({"model_id": None}, "model"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(db, zhang, facts, field):
    deal = do(db, make.a_deal, zhang)
    with pytest.raises(Invalid) as said:
        do(db, closing.change, deal, **facts)
    assert list(said.value.problems) == [field]


def test_the_number_of_a_deal_is_not_corrected(db, zhang):
    deal = do(db, make.a_deal, zhang)
    with pytest.raises(ValueError, match="number"):
        do(db, closing.change, deal, number="1")


# --- the list


@story
def some_deals(db, zhang):
    li = do(db, make.a_customer, "李娜", phone="13900139000")
    october = date(2026, 10, 20)
    ids = {
        "october": do(db, make.a_deal, zhang, ordered_on=october, price=Decimal(100000)),
        "open": do(db, make.a_deal, zhang, model_id="唐", price=Decimal(200000)),
        "cancelled": do(db, make.a_deal, li, price=Decimal(300000)),
    }
    do(db, closing.deliver, ids["october"], on=TODAY, today=TODAY)
    do(db, closing.cancel, ids["cancelled"], reason_id=reason(db), on=TODAY)
    return ids


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ({}, ["cancelled", "open", "october"]),
        ({"month": "2026-11"}, ["cancelled", "open"]),
        ({"month": "2026-12"}, []),
        ({"state": State.ORDERED}, ["open"]),
        ({"state": State.DELIVERED}, ["october"]),
        ({"state": State.CANCELLED}, ["cancelled"]),
        ({"typed": "李"}, ["cancelled"]),
        ({"typed": "1390013"}, ["cancelled"]),
        ({"typed": "20261020-01"}, ["october"]),
        ({"typed": "20261020-99"}, []),
        ({"typed": "张伟", "month": "2026-10"}, ["october"]),
    ],
)
def test_deals_are_found_by_month_state_customer_and_number(db, some_deals, narrowed, found):
    facts = dict(narrowed)
    typed = facts.pop("typed", "")
    assert ask(db, deals.find, typed, **facts) == [some_deals[name] for name in found]


def test_the_figures_of_a_month_and_of_all_time(db, some_deals):
    assert ask(db, deals.totals, "2026-11") == (2, 1, 1, Decimal(200000))
    assert ask(db, deals.totals, "2026-10") == (1, 0, 0, Decimal(100000))
    assert ask(db, deals.totals, "2026-12") == (0, 0, 0, Decimal(0))
    assert ask(db, deals.totals) == (3, 1, 1, Decimal(300000))
    assert ask(db, deals.span) == (date(2026, 10, 20), TODAY)


def test_before_the_first_deal_there_is_nothing(db):
    assert ask(db, deals.span) is None
    assert ask(db, deals.rows, []) == []
    assert ask(db, deals.totals) == (0, 0, 0, Decimal(0))


# --- any order of things


@pytest.mark.slow
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=some.lists(
        some.tuples(some.sampled_from(["close", "deliver", "cancel", "undo"]), some.integers(0, 4)),
        max_size=12,
    )
)
def test_whatever_is_done_number_status_cards_and_calls_agree(db, steps):
    with db.write() as session:
        customer = make.a_customer(session)
    made = []
    for number, (step, which) in enumerate(steps):
        try:
            if step == "close":
                made.append(do(db, make.a_deal, customer, model_id=f"车型 {number}"))
            elif step == "deliver" and made:
                do(db, closing.deliver, made[which % len(made)], on=TODAY, today=TODAY)
            elif step == "cancel" and made:
                do(db, closing.cancel, made[which % len(made)], reason_id=reason(db), on=TODAY)
            elif step == "undo" and made:
                with db.write() as session:
                    journal.undo(session)
        except ShowroomError:
            pass
    with db.read() as session:
        here = session.query(Deal).filter_by(customer_id=customer).all()
        assert len({deal.number for deal in here}) == len(here)
        open_ones = [deal for deal in here if deals.state(deal) is State.ORDERED]
        status = session.get_one(Customer, customer).status if here else None
        for deal in here:
            due = session.query(Card).filter_by(deal_id=deal.id).count()
            assert due == (deals.state(deal) is not State.CANCELLED)
    if open_ones:
        assert status is Status.ORDERED
    elif here:
        assert status in (Status.OWNER, Status.OPEN)
