"""Whom we know: the file, finding, what is promised, who brought whom, what happened."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from showroom import choices, words
from showroom import settings as shops
from showroom.deals import closing
from showroom.door import moments, reception, testdrives
from showroom.errors import Invalid, ShowroomError
from showroom.people import customers, phones, promises, referrals, search, timeline
from showroom.store import index, journal
from showroom.store.models import (
    Card,
    ChoiceKind,
    Customer,
    FollowUp,
    Honorific,
    Level,
    Moment,
    Phone,
    Promise,
    Refusal,
    Role,
    Status,
)
from tests import builders as make
from tests.stories import story

TODAY, NOW = make.TODAY, make.NOW


@pytest.fixture(autouse=True)
def _clock(db):
    make.stop_clock(db)


@pytest.fixture
def zhang(db):
    with db.write() as session:
        wang = make.a_member(session, "王强")
    with db.write() as session:
        return make.a_customer(session, "张伟", phone="138 0013 8000", consultant_id=wang)


def do(db, function, *args, **facts):
    with db.write() as session:
        return function(session, *args, **facts)


def ask(db, function, *args, **facts):
    with db.read() as session:
        return function(session, *args, **facts)


def file_of(db, id):
    return ask(db, customers.file, id)


def next_on(db, id):
    return file_of(db, id).row.next_on


# --- the file


def test_a_new_customer_is_on_file_with_his_next_contact(db):
    with db.write() as session:
        wang = make.a_member(session, "王强")
    with db.write() as session:
        id = make.a_customer(
            session,
            "  张\t伟 ",
            phone="138-0013-8000",
            honorific=Honorific.MR,
            level=Level.FORTNIGHT,
            consultant_id=wang,
            model_id="汉 EV",
            wechat=" zw1980 ",
            note="喜欢白色\r\n下周再来",
        )
    file = file_of(db, id)
    assert file.row == customers.CustomerRow(
        id=id,
        name="张伟",
        honorific=Honorific.MR,
        phone="138 0013 8000",
        model="汉 EV",
        level=Level.FORTNIGHT,
        status=Status.OPEN,
        consultant="王强",
        last_visit_on=None,
        next_on=TODAY + timedelta(days=1),
        do_not_contact=False,
    )
    assert [number for _id, number in file.phones] == ["138 0013 8000"]
    assert (file.wechat, file.note, file.visits) == ("zw1980", "喜欢白色\n下周再来", 0)
    assert file.created_at == NOW


def test_a_model_that_is_named_is_found_again_and_belongs_to_the_same_action(db):
    one = do(db, make.a_customer, "张伟", model_id="汉 EV")
    two = do(db, make.a_customer, "李娜", model_id="汉ev")
    assert file_of(db, one).model_id == file_of(db, two).model_id
    assert len(ask(db, choices.options, ChoiceKind.MODEL)) == 1
    with db.write() as session:
        assert journal.undo(session).verb == "add_customer"


@pytest.mark.parametrize(
    ("name", "phone", "problems"),
    [
        ("", "13800138000", {"name": "Enter a name."}),
        (" ", "", {"name": "Enter a name.", "phone": "Enter a phone number."}),
        ("张" * 101, "13800138000", {"name": "A name has at most 100 characters."}),
        ("张伟", "1380013800", {"phone": "A mobile number has 11 digits: 1 is missing."}),
        ("张伟", "12345678901", {"phone": "No mobile number begins with 12."}),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_kept(db, name, phone, problems):
    with pytest.raises(Invalid) as said:
        do(db, make.a_customer, name, phone=phone)
    assert said.value.problems == problems
    assert ask(db, search.find) == []


def test_wechat_is_a_contact_too(db):
    id = do(db, make.a_customer, "张伟", phone="", wechat="zw1980")
    assert file_of(db, id).phones == []
    assert file_of(db, id).row.phone == ""


def test_facts_are_changed_and_a_wrong_name_is_refused(db, zhang):
    do(db, customers.change, zhang, name="张 伟", birthday=date(1980, 5, 4), model_id="唐")
    assert (file_of(db, zhang).row.name, file_of(db, zhang).birthday) == ("张 伟", date(1980, 5, 4))
    assert file_of(db, zhang).row.model == "唐"
    with pytest.raises(Invalid, match=r"Enter a name\."):
        do(db, customers.change, zhang, name="　")
    with pytest.raises(ValueError, match="status"):
        do(db, customers.change, zhang, status=Status.LOST)


def test_do_not_contact_drops_what_was_promised_at_once(db, zhang):
    assert next_on(db, zhang)
    do(db, customers.change, zhang, do_not_contact=True)
    assert next_on(db, zhang) is None
    do(db, customers.set_level, zhang, Level.WEEK, today=TODAY)
    assert next_on(db, zhang) is None
    with db.write() as session:
        journal.undo(session)
    with db.write() as session:
        journal.undo(session)
    assert next_on(db, zhang) == TODAY + timedelta(days=1)


def test_a_customer_who_is_gone_is_named_in_a_sentence(db, zhang):
    with db.write() as session:
        journal.undo(session)
    assert ask(db, customers.rows, [zhang]) == []
    with pytest.raises(ShowroomError, match="no longer in the file"):
        file_of(db, zhang)
    assert ask(db, customers.rows, []) == []


# --- phones


def test_numbers_are_added_corrected_and_taken_out(db, zhang):
    second = do(db, phones.add, zhang, "0755 2345 6789").id
    assert [n for _id, n in file_of(db, zhang).phones] == ["138 0013 8000", "0755 2345 6789"]
    assert file_of(db, zhang).row.phone == "138 0013 8000"
    do(db, phones.change, second, "139 0013 9000")
    do(db, phones.change, second, "13900139000")
    assert ask(db, phones.owners, "+8613900139000") == [zhang]
    first = file_of(db, zhang).phones[0][0]
    do(db, phones.remove, first)
    assert file_of(db, zhang).row.phone == "139 0013 9000"
    assert ask(db, search.find, "0013800") == []
    assert ask(db, search.find, "0013900") == [zhang]


def test_a_number_twice_in_one_file_is_refused(db, zhang):
    with pytest.raises(Invalid, match="in the file already"):
        do(db, phones.add, zhang, "+86 138 0013 8000")


def test_a_couple_may_share_a_number_and_each_file_names_the_other(db, zhang):
    wife = do(db, make.a_customer, "李雪", phone="13800138000")
    other = do(db, make.a_customer, "王五")
    assert ask(db, phones.sharing, zhang) == [wife]
    assert ask(db, phones.sharing, wife) == [zhang]
    assert ask(db, phones.sharing, other) == []
    assert set(ask(db, phones.owners, "+8613800138000")) == {zhang, wife}


# --- level, status and what is promised


@pytest.mark.parametrize(
    ("level", "days"),
    [
        (Level.WEEK, 2),
        (Level.FORTNIGHT, 7),
        (Level.MONTH, 15),
        (Level.QUARTER, 30),
        (Level.UNRATED, 7),
    ],
)
def test_the_level_moves_the_next_contact(db, zhang, level, days):
    do(db, customers.set_level, zhang, level, today=TODAY)
    assert file_of(db, zhang).row.level is level
    assert next_on(db, zhang) == TODAY + timedelta(days=days)
    with db.read() as session:
        assert session.query(FollowUp).filter_by(customer_id=zhang).count() == 1


def test_the_cadence_is_the_shops_own(db, zhang):
    with db.write() as session:
        shop = shops.load(session)
        shop.cadence[Level.MONTH] = 10
        shops.save(session, shop)
    do(db, customers.set_level, zhang, Level.MONTH, today=TODAY)
    assert next_on(db, zhang) == TODAY + timedelta(days=10)


def test_ordered_is_not_chosen_but_comes_from_a_deal(db, zhang):
    with pytest.raises(ShowroomError, match="comes from closing a deal"):
        do(db, customers.set_level, zhang, Level.ORDERED, today=TODAY)
    for status in (Status.ORDERED, Status.OWNER):
        with pytest.raises(ShowroomError, match="comes from closing or delivering"):
            do(db, customers.set_status, zhang, status, today=TODAY)
    do(db, make.a_deal, zhang)
    do(db, customers.set_level, zhang, Level.ORDERED, today=TODAY)
    do(db, customers.set_status, zhang, Status.ORDERED, today=TODAY)


def test_lost_needs_its_reason_and_ends_the_promise(db, zhang):
    with pytest.raises(Invalid) as said:
        do(db, customers.set_status, zhang, Status.LOST, today=TODAY, why=" ")
    assert said.value.problems == {"why": "Say why the customer was lost."}
    do(db, customers.set_status, zhang, Status.LOST, today=TODAY, why="家人反对")
    assert file_of(db, zhang).row.status is Status.LOST
    assert next_on(db, zhang) is None
    do(db, customers.set_status, zhang, Status.DORMANT, today=TODAY)
    do(db, customers.set_status, zhang, Status.OPEN, today=TODAY)
    assert next_on(db, zhang) == TODAY + timedelta(days=7)


def test_who_waits_is_counted_and_found(db, zhang):
    other = do(db, make.a_customer, "李娜")
    tomorrow, later = TODAY + timedelta(days=1), TODAY + timedelta(days=2)
    assert ask(db, promises.waiting, TODAY) == (0, 0)
    assert ask(db, promises.waiting, tomorrow) == (2, 0)
    assert ask(db, promises.waiting, later) == (2, 2)
    assert set(ask(db, search.find, due_by=tomorrow)) == {zhang, other}
    assert ask(db, search.find, due_by=promises.due_day(tomorrow, late=True)) == []
    assert promises.due_day(tomorrow, late=False) == tomorrow
    do(db, customers.set_status, other, Status.DORMANT, today=TODAY)
    assert ask(db, search.find, due_by=tomorrow) == [zhang]


def test_a_promise_is_its_own_rule_and_goes_to_the_consultant_on_file(db, zhang):
    with db.write() as session:
        journal.act(session, "follow_up")
        customer = session.get_one(Customer, zhang)
        made = promises.promise(session, customer, Promise.WEEK, TODAY)
        session.flush()
        assert (made.staff_id, made.deal_id) == (customer.consultant_id, None)


# --- who brought whom


def test_an_introducer_is_noted_once_and_one_way(db, zhang):
    li = do(db, make.a_customer, "李娜")
    wang = do(db, make.a_customer, "王五")
    assert ask(db, referrals.introducer_of, li) is None
    first = do(db, referrals.note, introducer_id=zhang, customer_id=li, now=NOW)
    same = do(db, referrals.note, introducer_id=zhang, customer_id=li, now=NOW)
    assert first.id == same.id
    assert ask(db, referrals.introducer_of, li) == zhang
    for introducer, customer, sentence in (
        (zhang, zhang, "Nobody introduces himself."),
        (wang, li, "Another introducer is noted"),
        (li, zhang, "cannot be the other way round"),
    ):
        with pytest.raises(Invalid, match=sentence) as said:
            do(db, referrals.note, introducer_id=introducer, customer_id=customer, now=NOW)
        assert list(said.value.problems) == ["introducer"]


# --- finding


@story
def known(db):
    people = {
        "欧阳思远": "13800138000",
        "欧阳雪": "13900139000",
        "张伟": "0755 2345 6789",
        "John Smith": "+852 9123 4567",
        "阿迪力·买买提": "18612345678",
    }
    ids = {}
    for name, phone in people.items():
        ids[name] = do(db, make.a_customer, name, phone=phone)
    return ids


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("欧", ["欧阳雪", "欧阳思远"]),
        ("阳", ["欧阳雪", "欧阳思远"]),
        ("欧阳", ["欧阳雪", "欧阳思远"]),
        ("阳思远", ["欧阳思远"]),
        ("欧思", []),
        ("smith", ["John Smith"]),
        ("SMITH john", ["John Smith"]),
        ("johnsm", ["John Smith"]),
        ("阿迪力买买提", ["阿迪力·买买提"]),
        ("13", ["欧阳雪", "欧阳思远"]),
        ("1", ["阿迪力·买买提", "欧阳雪", "欧阳思远"]),
        ("138", ["欧阳思远"]),
        ("0013", ["欧阳雪", "欧阳思远"]),
        ("00138000", ["欧阳思远"]),
        ("138 0013 8000", ["欧阳思远"]),
        ("138-0013-8", ["欧阳思远"]),
        ("+86 138 0013 8000", ["欧阳思远"]),
        ("１３８００１３", ["欧阳思远"]),
        ("0755", ["张伟"]),
        ("07", ["张伟"]),
        ("2345", ["阿迪力·买买提", "John Smith", "张伟"]),
        ("9123", ["John Smith"]),
        ("欧阳 139", ["欧阳雪"]),
        ("欧阳 18", ["欧阳雪", "欧阳思远"]),
        ("欧阳 186", []),
        ("欧阳思远 13", ["欧阳思远"]),
        ("'; DROP", []),
        ("· ", ["阿迪力·买买提", "John Smith", "张伟", "欧阳雪", "欧阳思远"]),
        ("", ["阿迪力·买买提", "John Smith", "张伟", "欧阳雪", "欧阳思远"]),
    ],
)
def test_any_part_of_name_and_phone_finds(db, known, typed, found):
    assert ask(db, search.find, typed) == [known[name] for name in found]


def test_the_last_visit_comes_first_and_the_list_is_narrowed(db, known):
    visits = {"张伟": 3, "欧阳思远": 1}
    for name, days in visits.items():
        with db.write() as session:
            phone = ask(db, customers.file, known[name]).row.phone
            make.a_visit(session, now=make.later(days=-days), name=name, phone=phone)
    order = ask(db, search.find)
    assert order[:2] == [known["欧阳思远"], known["张伟"]]
    assert ask(db, search.find, limit=1) == [known["欧阳思远"]]
    lena = do(db, make.a_member, "李娜")
    do(db, customers.change, known["欧阳雪"], consultant_id=lena)
    do(db, customers.set_level, known["欧阳雪"], Level.WEEK, today=TODAY)
    do(db, customers.set_status, known["张伟"], Status.INVALID, today=TODAY)
    assert ask(db, search.find, consultant_id=lena) == [known["欧阳雪"]]
    assert ask(db, search.find, level=Level.WEEK) == [known["欧阳雪"]]
    assert ask(db, search.find, "欧阳", level=Level.WEEK) == [known["欧阳雪"]]
    do(db, customers.set_status, known["欧阳雪"], Status.DORMANT, today=TODAY)
    assert ask(db, search.find, level=Level.WEEK) == []  # what he meant to then says nothing now
    dormant = ask(db, search.find, level=Level.WEEK, status=Status.DORMANT)
    assert dormant == [known["欧阳雪"]]
    assert ask(db, search.find, status=Status.INVALID) == [known["张伟"]]


def test_while_a_phone_is_typed_the_known_ones_appear_from_the_fourth_digit(db, known, zhang):
    assert ask(db, search.known, "138", today=TODAY) == []
    assert ask(db, search.known, "", today=TODAY) == []
    (one,) = ask(db, search.known, "+86 139 00", today=TODAY)
    assert (one.name, one.phone, one.consultant) == ("欧阳雪", "139 0013 9000", "")
    both = ask(db, search.known, "138 0013", today=TODAY)
    assert {row.name for row in both} == {"欧阳思远", "张伟"}
    assert {row.consultant for row in both} == {"", "王强"}
    assert ask(db, search.known, "9999", today=TODAY) == []


def test_of_two_numbers_the_one_that_fits_is_shown(db, zhang):
    do(db, phones.add, zhang, "186 1234 5678")
    (one,) = ask(db, search.known, "1234", today=TODAY)
    assert one.phone == "186 1234 5678"


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=some.text("王李张伟芳娜敏静丽强", min_size=1, max_size=4), data=some.data())
def test_any_run_of_characters_and_any_three_digits_find_him(db, name, data):
    with db.write() as session:
        id = make.a_customer(session, name)
    phone = index.national(ask(db, customers.file, id).row.phone.replace(" ", ""))
    digits = phone.removeprefix("+86")
    start = data.draw(some.integers(0, len(name) - 1))
    end = data.draw(some.integers(start + 1, len(name)))
    at = data.draw(some.integers(0, 8))
    until = data.draw(some.integers(at + 3, 11))
    assert id in ask(db, search.find, name[start:end])
    assert id in ask(db, search.find, digits[at:until])
    assert id in ask(db, search.find, f"{name[start:end]} {digits[at:until]}")


# --- the timeline


def titles(db, id):
    return [entry.title for entry in ask(db, timeline.of_customer, id)]


def test_the_timeline_tells_visits_asks_drives_and_how_long_he_stayed(db):
    with db.write() as session:
        make.a_member(session, "王强")
    with db.write() as session:
        visit = make.a_visit(session)
    do(db, moments.ask, visit, Moment.SEATED, refusal=Refusal.SPAM, now=NOW)
    do(db, moments.ask, visit, Moment.RAPPORT, now=NOW)
    model = do(db, make.a_model)
    do(
        db,
        reception.complete,
        visit,
        now=NOW,
        name="张伟",
        phone="13800138000",
        model_id=model,
        note="带孩子",
    )
    do(db, testdrives.set_driven, visit, True, now=NOW)
    do(db, reception.leave, visit, at=make.later(minutes=72))
    with db.write() as session:
        again = make.a_visit(session, now=make.later(days=3), people=1)
    do(db, reception.complete, again, now=make.later(days=3), phone="13800138000")
    (id,) = ask(db, search.find, "张伟")
    second, first = ask(db, timeline.of_customer, id)[:2]
    assert second.title == "Visit 2 · 1 person · 汉 EV"
    assert second.tone == "plain"
    assert first.title == "First visit · 2 people · 汉 EV · Test drive"
    assert first.detail == (
        "王强 · stayed 01:12 · Just seated: refused, Fears spam · Common ground: given · 带孩子"
    )
    assert (first.tone, first.action_id) == ("good", None)


def test_a_visit_of_which_only_the_phone_is_known_is_told_too(db):
    with db.write() as session:
        make.a_visit(session, phone="13800138000")
    (id,) = ask(db, search.find, "13800138000")
    (visit,) = ask(db, timeline.of_customer, id)
    assert (visit.title, visit.detail) == ("First visit · 2 people", "")


def test_what_was_changed_says_from_what_to_what_by_whom_and_is_undone_from_there(db, zhang):
    db.staff_id = do(db, make.a_member, "李静", Role.RECEPTIONIST)
    do(db, customers.set_level, zhang, Level.WEEK, today=TODAY)
    do(db, customers.set_status, zhang, Status.LOST, today=TODAY, why="买了竞品")
    lost, level, added = ask(db, timeline.of_customer, zhang)
    assert (lost.title, lost.detail) == (
        "Status changed · Contact left → Lost",
        "李静 · 买了竞品",
    )
    assert (level.title, level.detail) == ("Level changed · N → H", "李静")
    assert (added.title, added.detail) == ("New customer", "")
    with db.write() as session:
        journal.undo(session, level.action_id)
    assert file_of(db, zhang).row.level is Level.UNRATED
    entries = {entry.title: entry for entry in ask(db, timeline.of_customer, zhang)}
    assert entries["Level changed · N → H"].action_id is None
    assert entries["Level changed · N → H"].detail == "李静 · taken back"
    assert entries["Taken back · H → N"].tone == "late"


def test_one_action_that_changes_level_and_status_says_both(db, zhang):
    with db.write() as session:
        customers.set_status(session, zhang, Status.LOST, today=TODAY, why="x")
        session.flush()
        customers.set_level(session, zhang, Level.WEEK, today=TODAY)
    assert titles(db, zhang)[0] == "Status changed · Contact left → Lost · N → H"


def test_deals_cards_contacts_and_introductions_are_told(db, zhang):
    li = do(db, make.a_customer, "李娜")
    do(db, make.a_deal, li, introducer_id=zhang)
    assert "Introduced a new customer" in titles(db, zhang)
    deal = do(db, make.a_deal, zhang)
    (ordered,) = [e for e in ask(db, timeline.of_customer, zhang) if "Ordered" in e.title]
    assert (ordered.title, ordered.detail) == ("Ordered 汉 EV", "20261118-02 · 218,000")
    with db.write() as session:
        journal.act(session, "print_cards")
        card = session.query(Card).filter_by(deal_id=deal).one()
        card.printed_at, card.printer = make.later(minutes=1), "HP 1020"
        call = session.query(FollowUp).filter_by(deal_id=deal, rule=Promise.MANAGER_CALL).one()
        call.done_at, call.result = make.later(minutes=2), "很满意"
    told = {entry.title: entry.detail for entry in ask(db, timeline.of_customer, zhang)}
    assert told["Card printed: Thanks for the purchase"] == "HP 1020"
    assert told["Contacted: Manager's call"] == "王强 · 很满意"
    do(db, closing.deliver, deal, on=TODAY, today=TODAY)
    told = {entry.title: entry.detail for entry in ask(db, timeline.of_customer, zhang)}
    assert told["Ordered 汉 EV"] == "20261118-02 · 218,000 · delivered 2026-11-18"
    assert "Delivery · O → N · Has ordered → Owner" in told


def test_a_deal_is_undone_from_the_timeline_weeks_later(db, zhang):
    deal = do(db, make.a_deal, zhang)
    db.clock = lambda: make.later(days=30)
    (ordered,) = [e for e in ask(db, timeline.of_customer, zhang) if "Ordered" in e.title]
    with db.write() as session:
        assert journal.undo(session, ordered.action_id).kept == []
    row = file_of(db, zhang).row
    assert (row.status, row.level) == (Status.OPEN, Level.UNRATED)
    assert not [e for e in ask(db, timeline.of_customer, zhang) if "Ordered" in e.title]
    with db.read() as session:
        assert session.query(Card).filter_by(deal_id=deal).count() == 0


def test_a_cancelled_deal_says_so(db, zhang):
    deal = do(db, make.a_deal, zhang)
    with db.read() as session:
        reason = choices.find(session, ChoiceKind.CANCEL_REASON, "预算不足")
    do(db, closing.cancel, deal, reason_id=reason, on=TODAY)
    told = {entry.title: entry for entry in ask(db, timeline.of_customer, zhang)}
    assert told["Ordered 汉 EV"].detail.endswith("cancelled 2026-11-18")
    assert told["Deal cancelled · O → H · Has ordered → Contact left"].tone == "late"


def test_the_words_of_the_timeline_are_the_verbs(db, zhang):
    with db.write() as session:
        journal.act(session, "some_day", session.get_one(Customer, zhang))
        session.add(Phone(customer_id=zhang, number="+8613900139000"))
    assert titles(db, zhang)[0] == "some_day"
    assert "some_day" not in words.VERBS
