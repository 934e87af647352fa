"""Events: who is invited and who is left out, who came, the draw, contacts gained, deals traced."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from showroom import choices
from showroom.cards import event_page
from showroom.care import attendance, events, invitations
from showroom.care.invitations import Left, Which
from showroom.deals import closing
from showroom.door import gifts, guests, testdrives
from showroom.errors import Invalid, ShowroomError
from showroom.figures import events as counted
from showroom.guard import consent, erasure, exports
from showroom.people import customers, lists, loss_rows, timeline
from showroom.store import journal
from showroom.store.models import (
    Action,
    Cause,
    ChoiceKind,
    Consent,
    Customer,
    Event,
    Gift,
    Heard,
    Invitation,
    Reply,
    Status,
    Visit,
    Way,
)
from tests import builders as make
from tests.builders import NOW, TODAY
from tests.stories import story


@story
def staff(db):
    make.stop_clock(db)
    with db.write() as session:
        return make.a_member(session)


@pytest.fixture
def event(db, staff):
    """An event of today and tomorrow."""
    with db.write() as session:
        return events.add(
            session,
            name="秋季团购会",
            day=TODAY,
            until=TODAY + timedelta(days=1),
            place="一号展厅",
            prize="保养券",
        ).id


@pytest.fixture
def people(db, staff):
    with db.write() as session:
        return [make.a_customer(session, f"客{n}", consultant_id=staff) for n in range(4)]


def do(db, function: Any, *args: Any, **facts: Any) -> Any:
    with db.write() as session:
        return function(session, *args, **facts)


def ask(db, function: Any, *args: Any, **facts: Any) -> Any:
    with db.read() as session:
        return function(session, *args, **facts)


def invite(db, event, ids):
    return do(db, invitations.invite, event, ids, now=NOW)


def guest(db, event, customer):
    return ask(db, invitations.of_customers, event, [customer])[0]


def came(db, event, customer, now=NOW, **facts):
    return do(db, attendance.came, guest(db, event, customer), now=now, **facts)


def row(db, event, customer):
    return ask(db, invitations.rows, [guest(db, event, customer)])[0]


def figures(db, event):
    return {one.code: one.shown for one in ask(db, counted.of_event, event)}


def undo(db):
    do(db, journal.undo)


def everything(db):
    """What stands in the tables that an event changes."""
    with db.read() as session:
        found = []
        for model in (Event, Invitation, Customer, Consent, Gift):
            names = [column.name for column in model.__table__.columns]
            query = select(model).order_by(model.id)
            found.append(
                [tuple(getattr(one, name) for name in names) for one in session.scalars(query)]
            )
        return found


# --- the event


def test_an_event_needs_a_name_and_days_that_follow_each_other(db, staff):
    with pytest.raises(Invalid) as said:
        do(db, events.add, name=" ", day=None)
    assert set(said.value.problems) == {"name", "day"}
    with pytest.raises(Invalid) as said:
        do(db, events.add, name="x", day=TODAY, until=TODAY - timedelta(days=1), trace_days=400)
    assert set(said.value.problems) == {"until", "trace_days"}
    made = do(db, events.add, name="试驾日", day=TODAY).id
    do(db, events.change, made, until=TODAY + timedelta(days=2), place="南门")
    (found,) = ask(db, events.rows, [made])
    assert (found.until, found.place, found.came) == (TODAY + timedelta(days=2), "南门", 0)
    with pytest.raises(Invalid, match="called"):
        do(db, events.change, made, name="")
    undo(db)
    assert ask(db, events.rows, [made])[0].until == TODAY


def test_one_that_was_called_off_takes_nobody_until_it_is_put_back(db, event, people):
    invite(db, event, people[:1])
    do(db, events.cancel, event, now=NOW)
    for deed in (
        lambda: invite(db, event, people),
        lambda: came(db, event, people[0]),
        lambda: do(db, attendance.walk_in, event, name="陈晨", now=NOW),
        lambda: do(db, attendance.draw, event, now=NOW),
        lambda: do(db, invitations.answer, guest(db, event, people[0]), Reply.COMES),
    ):
        with pytest.raises(ShowroomError, match="called off"):
            deed()
    do(db, events.put_back, event)
    assert invite(db, event, people).new == 3


# --- inviting


def test_a_named_list_is_invited_without_who_must_not_be_and_says_how_many_and_why(
    db, event, people
):
    with db.write() as session:
        visit = session.get_one(Visit, make.a_visit(session, name="没留电话"))
        unknown = guests.stay(session, visit, now=NOW).id
    do(db, customers.change, people[0], do_not_contact=True)
    do(db, consent.withdraw_events, people[1], now=NOW)
    named = do(db, lists.add, "老客户", ids=[*people, unknown], now=NOW).id
    invite(db, event, [people[2]])
    ids = ask(db, lists.members, named, today=TODAY)
    found = invite(db, event, ids)
    assert found.new == 1
    assert found.left_out == {Left.AGAIN: 1, Left.SILENT: 2, Left.UNKNOWN: 1}
    assert found.why() == (
        "invited already: 1, must not be contacted or want no invitations: 2, left no contact: 1"
    )
    undo(db)
    assert len(ask(db, invitations.guests, event)) == 1


def test_an_answer_is_noted_and_one_may_be_taken_off_unless_he_came(db, event, people):
    invite(db, event, people)
    for id, reply in zip(people, (Reply.COMES, Reply.MAYBE, Reply.NOT), strict=False):
        do(db, invitations.answer, guest(db, event, id), reply)
    assert figures(db, event)["replied"] == "75%"
    assert ask(db, events.rows, [event])[0].coming == 1
    do(db, invitations.take_back, guest(db, event, people[3]))
    assert figures(db, event)["invited"] == "3"
    came(db, event, people[0])
    with pytest.raises(ShowroomError, match="was there"):
        do(db, invitations.take_back, guest(db, event, people[0]))
    entries = ask(db, timeline.of_customer, people[0])
    assert [one.title for one in entries][:2] == ["Came to an event", "Invited"]
    assert "秋季团购会" in entries[0].detail


# --- who came


def test_who_came_has_a_ticket_and_people_and_his_visit_of_that_day(db, event, people):
    invite(db, event, people)
    with db.write() as session:
        phone = session.scalar(select(customers.Phone.number).limit(1))
        make.a_visit(session, name="客0", phone=phone)
    came(db, event, people[0], people=3)
    came(db, event, people[2])
    found = row(db, event, people[0])
    assert (found.ticket, found.people, found.visit, found.came_at) == (1, 3, 1, NOW)
    assert row(db, event, people[2]).ticket == 2
    came(db, event, people[0], people=4, now=make.later(days=1))  # he comes on both days
    assert (row(db, event, people[0]).people, row(db, event, people[0]).came_at) == (4, NOW)
    assert figures(db, event) == {
        "invited": "4",
        "replied": "0%",
        "came": "50%",
        "guests": "2",
        "gained": "0",
        "event_drives": "0",
        "event_deals": "0",
        "event_amount": "0",
    }
    with pytest.raises(Invalid, match="from 1 to 99"):
        came(db, event, people[0], people=100)
    do(db, attendance.not_there, guest(db, event, people[2]))
    assert row(db, event, people[2]).came_at is None
    assert ask(db, events.rows, [event])[0].people == 4


def test_nobody_is_there_before_it_begins_and_afterwards_he_was_there_on_the_last_day(
    db, event, people
):
    invite(db, event, people)
    with pytest.raises(ShowroomError, match="begins on 2026-11-18"):
        came(db, event, people[0], now=make.later(days=-1))
    came(db, event, people[0], now=make.later(days=9))
    at = row(db, event, people[0]).came_at
    assert at is not None
    assert at.astimezone().date() == TODAY + timedelta(days=1)


def test_who_was_lost_and_comes_is_open_again(db, event, people):
    invite(db, event, people)
    do(db, customers.set_status, people[0], Status.LOST, today=TODAY, why="买了竞品")
    came(db, event, people[0])
    assert row(db, event, people[0]).status is Status.OPEN
    lost = ask(db, loss_rows.of_customer, people[0])
    assert lost.reactivated_at == NOW


def test_a_walk_in_with_a_new_phone_is_a_contact_gained_at_the_event(db, event, staff):
    found = do(
        db,
        attendance.walk_in,
        event,
        name="陈晨",
        phone="139 0013 9000",
        people=2,
        consultant_id=staff,
        may_call=True,
        now=NOW,
    )
    assert (found.known, found.gained) == (False, True)
    with db.read() as session:
        customer = session.get_one(Customer, found.customer_id)
        assert customer.status is Status.OPEN
        assert customer.channel_id == choices.find(session, ChoiceKind.CHANNEL, "event")
        (said,) = session.scalars(select(Consent).where(Consent.customer_id == customer.id))
        assert (said.how, said.way) == (Heard.EVENT, Way.PHONE)
    assert figures(db, event)["gained"] == "1"
    assert row(db, event, found.customer_id).people == 2
    undo(db)
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Customer)) == 0


def test_who_does_not_say_he_may_be_called_is_in_the_draw_all_the_same(db, event):
    found = do(db, attendance.walk_in, event, name="陈晨", phone="13900139000", now=NOW)
    with db.read() as session:
        assert consent.is_barred(session, found.customer_id)
        assert attendance.in_the_draw(session, event) == [1]
        said = consent.of_customer(session, found.customer_id)
        assert [one.given_at for one in said] == [None] * 4  # nothing was agreed to, ever


def test_without_a_phone_nobody_agrees_to_be_called(db, event):
    with pytest.raises(Invalid) as said:
        do(db, attendance.walk_in, event, name="陈晨", may_call=True, now=NOW)
    assert set(said.value.problems) == {"phone"}
    do(db, attendance.walk_in, event, name="陈晨", now=NOW)
    with db.read() as session:
        assert session.scalars(select(Consent)).all() == []


def test_a_known_phone_is_that_customer_and_nobody_is_there_twice(db, event, people):
    with db.write() as session:
        make.a_customer(session, "李娜", phone="13900139000")
        couple = make.a_customer(session, "王刚", phone="13900139000")
    for _time in range(2):
        found = do(db, attendance.walk_in, event, name="王刚", phone="13900139000", now=NOW)
        assert (found.customer_id, found.known, found.gained) == (couple, True, False)
    assert figures(db, event)["guests"] == "1"
    assert row(db, event, couple).invited_at is None
    with pytest.raises(Invalid) as said:
        do(db, attendance.walk_in, event, name="", phone="13900139999", now=NOW)
    assert set(said.value.problems) == {"name"}
    with pytest.raises(Invalid) as said:
        do(db, attendance.walk_in, event, name="x", phone="139", now=NOW)
    assert set(said.value.problems) == {"phone"}


def test_a_guest_without_a_phone_is_counted_without_being_a_contact(db, event):
    found = do(db, attendance.walk_in, event, people=3, now=NOW)
    one = row(db, event, found.customer_id)
    assert (invitations.called(one), one.status, one.people) == ("No name", Status.VISITED, 3)
    assert (figures(db, event)["guests"], figures(db, event)["gained"]) == ("1", "0")
    do(db, attendance.not_there, one.id)
    assert figures(db, event)["guests"] == "0"


# --- the draw


def test_the_draw_is_among_who_came_recorded_and_the_same_when_drawn_again(db, event, people):
    invite(db, event, people)
    with pytest.raises(ShowroomError, match="Nobody is in the draw"):
        do(db, attendance.draw, event, now=NOW)
    for id in people[:3]:
        came(db, event, id)
    before = everything(db)
    (won,) = do(db, attendance.draw, event, now=NOW)
    with db.read() as session:
        (winner,) = invitations.rows(session, [won])
        action = session.scalars(select(Action).order_by(Action.id.desc())).first()
    assert action is not None
    seed = "2026-11-18T02:30:00+00:00"
    assert attendance.drawn([1, 2, 3], 1, seed) == [winner.ticket]
    assert action.what == f"seed {seed}; tickets 1-3; won {winner.ticket}"
    assert (winner.prize, winner.came_at) == ("保养券", NOW)
    assert len(ask(db, attendance.in_the_draw, event)) == 2  # nobody wins twice
    told = ask(db, timeline.of_customer, winner.customer_id)
    (draw,) = (entry.detail for entry in told if entry.title == "Draw")
    assert draw == f"秋季团购会 · ticket {winner.ticket} won, 保养券"  # seed: in the journal
    with pytest.raises(ShowroomError, match="he was there"):
        do(db, attendance.not_there, won)
    undo(db)
    assert everything(db) == before


def test_a_prize_from_the_stock_leaves_it_and_cannot_be_more_than_there_is(db, event, people):
    invite(db, event, people)
    for id in people:
        came(db, event, id)
    gift = do(db, gifts.add, name="车模", count=2, now=NOW).id
    with pytest.raises(Invalid) as said:
        do(db, attendance.draw, event, gift_id=gift, winners=3, now=NOW)
    assert said.value.problems == {"gift_id": "Of 车模 2 are in stock."}
    with pytest.raises(Invalid) as said:
        do(db, attendance.draw, event, winners=5, now=NOW)
    assert said.value.problems == {"winners": "Enter a whole number from 1 to 4."}
    before = everything(db)
    won = do(db, attendance.draw, event, gift_id=gift, winners=2, now=NOW)
    assert [one.prize for one in ask(db, invitations.rows, won)] == ["车模", "车模"]
    ledger = ask(db, gifts.ledger, TODAY, TODAY)
    assert [(one.went, one.balance) for one in ledger if one.went] == [(1, 1), (1, 0)]
    undo(db)
    assert everything(db) == before
    do(db, events.change, event, prize="")
    with pytest.raises(Invalid, match="Say what is won"):
        do(db, attendance.draw, event, now=NOW)


# --- what came of it


def test_deals_are_traced_from_the_day_he_came_until_the_traced_days_are_over(db, event, people):
    invite(db, event, people)
    for id in people[:3]:
        came(db, event, id)
    end = TODAY + timedelta(days=1 + 30)

    def order(id: int, on: date) -> int:
        made: int = do(db, make.a_deal, id, ordered_on=on, today=on)
        return made

    order(people[0], TODAY - timedelta(days=1))  # before
    order(people[0], end)
    order(people[1], end + timedelta(days=1))  # too late
    gone = order(people[2], TODAY)
    order(people[3], TODAY)  # was not there
    assert figures(db, event)["event_deals"] == "2"
    with db.write() as session:
        reason = choices.find(session, ChoiceKind.CANCEL_REASON, "Budget")
        closing.cancel(session, gone, reason_id=reason, on=TODAY)
    found = figures(db, event)
    assert (found["event_deals"], found["event_amount"]) == ("1", "218,000")
    assert ask(db, counted.traced, event) == {
        guest(db, event, people[0]): [Decimal(218000)],
    }


def test_a_drive_on_the_day_counts_once_a_party(db, event, people):
    invite(db, event, people)
    came(db, event, people[0])
    with db.write() as session:
        number = session.scalar(select(customers.Phone.number).limit(1))
        visit = make.a_visit(session, name="客0", phone=number)
    do(db, testdrives.set_driven, visit, True, now=NOW)
    assert figures(db, event)["event_drives"] == "1"
    came(db, event, people[1])
    assert figures(db, event)["event_drives"] == "1"


def test_an_event_nobody_came_to_has_figures_all_the_same(db, event):
    found = figures(db, event)
    assert (found["invited"], found["came"], found["event_amount"]) == ("0", "—", "0")


def test_who_is_erased_stays_counted_without_his_name(db, event, people):
    invite(db, event, people)
    came(db, event, people[0])
    do(db, erasure.erase, people[0], why=Cause.ASKED)
    one = row(db, event, people[0])
    assert (invitations.called(one), one.phone, one.ticket) == ("Erased", "", 1)
    assert figures(db, event)["guests"] == "1"
    assert ask(db, attendance.in_the_draw, event) == []
    with pytest.raises(ShowroomError, match="no longer in the file"):
        came(db, event, people[0])


def test_every_step_is_undone_whole(db, event, people):
    invite(db, event, people)
    steps = [
        lambda: do(db, invitations.answer, guest(db, event, people[0]), Reply.COMES),
        lambda: came(db, event, people[0], people=2),
        lambda: do(db, attendance.walk_in, event, name="陈晨", phone="13900139000", now=NOW),
        lambda: do(db, attendance.walk_in, event, people=2, now=NOW),
        lambda: do(db, events.cancel, event, now=NOW),
        lambda: do(db, events.put_back, event),
        lambda: do(db, attendance.not_there, guest(db, event, people[0])),
        lambda: do(db, invitations.take_back, guest(db, event, people[1])),
    ]
    states = []
    for step in steps:
        states.append(everything(db))
        step()
    for state in reversed(states):
        undo(db)
        assert everything(db) == state


# --- paper


def test_lists_leave_through_the_gate_without_numbers_of_who_must_not_be_contacted(
    db, event, people, tmp_path
):
    from openpyxl import load_workbook

    invite(db, event, people)
    came(db, event, people[0])
    do(db, customers.change, people[1], do_not_contact=True)
    do(db, customers.change, people[3], wechat="kehu3")
    do(db, consent.withdraw, people[3], Way.PHONE, now=NOW)  # by WeChat he may still be reached
    path = tmp_path / "guests.xlsx"
    with exports.leaving(db, "Guests", path) as session:
        assert counted.save(session, event, Which.INVITED, path) == 4
    sheet = load_workbook(path).worksheets[0]
    phones = {
        str(line[0].value).split()[-1]: line[1].value
        for line in sheet.iter_rows()
        if "客" in str(line[0].value)
    }
    assert phones["客1"] is None
    assert phones["客2"]
    assert phones["客3"] is None
    with exports.leaving(db, "Guests") as session:
        count, paper = counted.pdf(session, event, Which.CAME)
    assert (count, paper[:4]) == (1, b"%PDF")
    with db.read() as session:
        said = [str(line.cells[0].value) for line in counted.sheet(session, event, Which.CAME).lead]
    assert any(line.startswith("Came as invited: 25% (1 ÷ 4)") for line in said)


def test_the_form_has_a_line_and_a_ticket_for_each_guest_and_goes_on_where_they_end(
    db, event, people
):
    import pypdfium2

    invite(db, event, people)
    for id in people:
        came(db, event, id)
    with exports.leaving(db, "Form") as session:
        paper = event_page.hand_out(session, event, pages=2)
    document = pypdfium2.PdfDocument(paper)
    pages = [document[number].get_textpage().get_text_bounded() for number in range(len(document))]
    assert len(pages) == 6  # each page of lines with two pages of tickets
    assert "秋季团购会" in pages[0]
    assert "保养券" in pages[0]
    assert "You may see, correct or have erased" in pages[0].replace("\r\n", " ")
    assert "客0" not in "".join(pages)  # nobody's data
    numbers = [int(word) for page in pages[1:3] for word in page.split() if word.isdigit()]
    assert sorted(set(numbers)) == list(range(5, 25))
    assert all(numbers.count(number) == 2 for number in set(numbers))
