"""One customer's file: his numbers, odd names, and what was changed, by whom and why."""

from __future__ import annotations

from datetime import date

import pytest

from showroom.care import followups
from showroom.deals import closing
from showroom.door import traits
from showroom.errors import Invalid, ShowroomError
from showroom.guard import erasure
from showroom.people import (
    archive,
    customers,
    fields,
    phones,
    referrals,
    relations,
    search,
    timeline,
    vehicles,
)
from showroom.store import journal
from showroom.store.models import Cause, FieldKind, Role
from tests import builders as make
from tests.builders import NOW, TODAY
from tests.stories import story


@story
def zhang(db):
    make.stop_clock(db)
    with db.write() as session:
        return make.a_customer(session, "张伟", phone="13800138000")


def do(db, function, *args, **facts):
    with db.write() as session:
        return function(session, *args, **facts)


def ask(db, function, *args, **facts):
    with db.read() as session:
        return function(session, *args, **facts)


def numbers(db, id):
    return [number for _id, number in ask(db, customers.file, id).phones]


def last(db, id):
    entry = ask(db, timeline.of_customer, id)[0]
    return entry.title, entry.detail


# --- his numbers


def test_a_file_holds_thirty_numbers_and_the_next_is_refused_with_a_sentence(db, zhang):
    for end in range(29):
        do(db, phones.add, zhang, f"139001390{end:02}")
    assert len(numbers(db, zhang)) == 30
    with pytest.raises(Invalid, match="30 numbers at most") as error:
        do(db, phones.add, zhang, "13700137000")
    assert list(error.value.problems) == ["phone"]
    (first, _number), *_rest = ask(db, customers.file, zhang).phones
    do(db, phones.remove, first)
    do(db, phones.add, zhang, "13700137000")
    assert numbers(db, zhang)[-1] == "137 0013 7000"


def test_any_number_is_made_the_first_and_undone(db, zhang):
    for end in (1, 2):
        do(db, phones.add, zhang, f"1390013900{end}")
    third = ask(db, customers.file, zhang).phones[2][0]
    do(db, phones.put_first, third)
    assert numbers(db, zhang) == ["139 0013 9002", "138 0013 8000", "139 0013 9001"]
    assert ask(db, customers.rows, [zhang])[0].phone == "139 0013 9002"
    assert last(db, zhang) == ("Customer changed", "First number: 139 0013 9002")
    do(db, journal.undo)
    assert numbers(db, zhang) == ["138 0013 8000", "139 0013 9001", "139 0013 9002"]


def test_a_number_is_not_corrected_into_one_that_is_there(db, zhang):
    second = do(db, phones.add, zhang, "13900139000").id
    with pytest.raises(Invalid, match="in the file already"):
        do(db, phones.change, second, "13800138000")
    assert numbers(db, zhang) == ["138 0013 8000", "139 0013 9000"]


# --- odd names


@pytest.mark.parametrize("name", ["㛃", "𬭎", "阿依古丽·买买提", "O'Neill-Smith", "长" * 100])
def test_odd_names_are_kept_as_they_are_and_found(db, zhang, name):
    do(db, customers.change, zhang, name=name)
    assert ask(db, customers.file, zhang).row.name == name
    assert ask(db, search.find, name[:12]) == [zhang]


def test_a_name_of_two_hundred_characters_is_refused_with_a_sentence(db, zhang):
    with pytest.raises(Invalid, match="at most 100 characters"):
        do(db, customers.change, zhang, name="长" * 200)
    assert ask(db, customers.file, zhang).row.name == "张伟"


def test_the_file_of_an_erased_person_is_told_to_be_gone(db, zhang):
    number = ask(db, customers.file, zhang).phones[0][0]
    erasure.erase_now(db, [zhang], why=Cause.ASKED)
    assert ask(db, customers.rows, [zhang]) == []
    assert ask(db, search.find, "张伟") == []
    for change in (
        lambda session: customers.file(session, zhang),
        lambda session: customers.change(session, zhang, wechat="zw"),
        lambda session: phones.add(session, zhang, "13900139000"),
        lambda session: vehicles.save(session, zhang, plate="粤B12345", today=TODAY),
    ):
        with pytest.raises(ShowroomError, match="no longer in the file"):
            do(db, change)
    with pytest.raises(ShowroomError, match="no longer"):
        do(db, phones.change, number, "13900139000")


# --- what is due


def test_the_next_contact_says_which_one_it_is_and_can_be_moved(db, zhang):
    due = ask(db, customers.file, zhang).due
    assert (due.on, due.rule) == (date(2026, 11, 19), "next")
    do(db, followups.postpone, due.id, to=date(2026, 12, 1), why="出差", today=TODAY)
    assert ask(db, customers.file, zhang).due.on == date(2026, 12, 1)


# --- what was changed


def test_a_changed_fact_says_what_it_was_and_what_it_is_by_whom(db, zhang):
    db.staff_id = do(db, make.a_member, "李静", Role.RECEPTIONIST)
    model = do(db, make.a_model, "汉 EV")
    do(db, customers.change, zhang, wechat="zw", model_id=model, birthday=date(1980, 5, 4))
    assert last(db, zhang) == (
        "Customer changed",
        "Interest: 汉 EV · WeChat: zw · Birthday: 1980-05-04 · 李静",
    )
    do(db, customers.change, zhang, wechat="zw1980", birthday=None)
    assert last(db, zhang)[1] == "WeChat: zw → zw1980 · Birthday: 1980-05-04 taken out · 李静"
    (id, _number), *_rest = ask(db, customers.file, zhang).phones
    do(db, phones.change, id, "13900139000")
    assert last(db, zhang)[1] == "Phone: 138 0013 8000 → 139 0013 9000 · 李静"
    do(db, journal.undo)
    assert last(db, zhang) == ("Undone", "Phone: 139 0013 9000 → 138 0013 8000 · 李静")


def test_who_sees_no_numbers_sees_none_in_the_timeline(db, zhang):
    (id, _number), *_rest = ask(db, customers.file, zhang).phones
    do(db, phones.change, id, "13900139000")
    do(db, customers.change, zhang, wechat="zhangwei1980", note="太太 13700137000")
    boss = do(db, make.a_member, "赵总", Role.MANAGER)
    desk = do(db, make.a_member, "李静", Role.RECEPTIONIST)
    do(db, make.a_pin, boss, "1234", by=boss)
    db.staff_id = desk
    changed, corrected = (entry.detail for entry in ask(db, timeline.of_customer, zhang)[:2])
    assert corrected == "Phone: 138****8000 → 139****9000"
    assert changed == "WeChat: zh****80 · Note: 太太 137****7000"


def test_people_cars_fields_and_archive_are_told(db, zhang):
    li = do(db, make.a_customer, "李雪晨")
    do(db, relations.link, zhang, li, "couple", now=NOW)
    assert last(db, zhang) == ("People linked", "Linked: 李雪晨 (Couple)")
    assert last(db, li) == ("People linked", "Linked: 张伟 (Couple)")
    car = do(db, vehicles.save, zhang, plate="粤B12345", model="汉 EV", today=TODAY).id
    assert last(db, zhang) == ("Car noted", "Car: 粤B12345 · 汉 EV")
    do(db, vehicles.save, zhang, car, plate="粤B12346", today=TODAY)
    assert last(db, zhang)[1] == "Plate: 粤B12345 → 粤B12346"
    do(db, vehicles.remove, car)
    assert last(db, zhang)[1] == "Car: 粤B12346 · 汉 EV taken out"
    field = do(db, fields.add, zh="看样板", en="Saw it", kind=FieldKind.YES_NO).id
    do(db, fields.put, zhang, field, False)
    do(db, fields.put, zhang, field, True)
    assert last(db, zhang) == ("Own field changed", "Saw it: No → Yes")
    do(db, archive.fill, zhang, "leisure", "钓鱼")
    assert last(db, zhang) == ("Archive filled in", "Leisure: 钓鱼")
    (relation,) = ask(db, relations.of_customer, zhang)
    do(db, relations.unlink, relation.id, zhang)
    assert last(db, zhang)[1] == "Linked: 李雪晨 (Couple) taken out"


def test_what_a_visit_noted_of_him_is_told_too(db, zhang):
    visit = do(db, make.a_visit, phone="13800138000")
    do(db, traits.note_plate, visit, "粤B12345", now=NOW)
    told = {entry.title: entry.detail for entry in ask(db, timeline.of_customer, zhang)}
    assert told["Car noted"] == "Car: 粤B12345"


def test_introductions_say_who_and_a_reward_what(db, zhang):
    li = do(db, make.a_customer, "李娜")
    do(db, referrals.note, introducer_id=zhang, customer_id=li, now=NOW)
    told = {entry.title: entry.detail for entry in ask(db, timeline.of_customer, zhang)}
    assert told["Introduced a new customer"] == "Mr 李娜"
    told = {entry.title: entry.detail for entry in ask(db, timeline.of_customer, li)}
    assert told["Came by an introduction"] == "Mr 张伟"


# --- every change is undone whole

TABLES = (
    "customer phone vehicle relation custom_field field_value trait follow_up deal card visit"
).split()


def everything(db):
    with db.read() as session:
        connection = session.connection()
        return {
            table: connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY id").all()
            for table in TABLES
        }


def _deliver(session, ids):
    closing.deliver(session, ids["deal"], on=TODAY, vin="LSVAA4182E2184847", today=TODAY)


CHANGES = {
    "name": lambda s, ids: customers.change(s, ids["zhang"], name="张大伟"),
    "wechat": lambda s, ids: customers.change(s, ids["zhang"], wechat="zw"),
    "silence": lambda s, ids: customers.change(s, ids["zhang"], do_not_contact=True),
    "e-mail": lambda s, ids: customers.set_email(s, ids["zhang"], "zw@example.com"),
    "number": lambda s, ids: phones.add(s, ids["zhang"], "13700137000"),
    "order": lambda s, ids: phones.put_first(s, ids["second"]),
    "correct": lambda s, ids: phones.change(s, ids["second"], "13700137000"),
    "last one": lambda s, ids: phones.remove(s, ids["only"]),
    "link": lambda s, ids: relations.link(s, ids["li"], ids["zhang"], "family", now=NOW),
    "company": lambda s, ids: relations.change(s, ids["kin"], ids["zhang"], "people"),
    "unlink": lambda s, ids: relations.unlink(s, ids["kin"], ids["zhang"]),
    "car": lambda s, ids: vehicles.save(s, ids["zhang"], vin="184847", today=TODAY),
    "plate": lambda s, ids: vehicles.save(s, ids["zhang"], ids["car"], plate="粤B9", today=TODAY),
    "no car": lambda s, ids: vehicles.remove(s, ids["car"]),
    "field": lambda s, ids: fields.put(s, ids["zhang"], ids["field"], "120"),
    "fields": lambda s, ids: fields.take_over(s, "kitchen"),
    "delivery": _deliver,
    "visit": lambda s, ids: traits.note_plate(s, ids["visit"], "粤B77777", now=NOW),
}


def test_what_was_done_again_can_be_undone_from_the_timeline(db, zhang):
    do(db, phones.add, zhang, "13900139000")
    title = ask(db, timeline.of_customer, zhang)[0].title
    for step, stands in ((journal.undo, False), (journal.redo, True)):
        do(db, step)
        (one,) = [each for each in ask(db, timeline.of_customer, zhang) if each.title == title]
        assert ("taken back" in one.detail) is not stands
        assert (one.action_id is not None) is stands


@story
def ids(db, zhang):
    """Of everything that a file can have."""
    ids = {"zhang": zhang, "li": do(db, make.a_customer, "李娜", phone="13600136000")}
    ids["second"] = do(db, phones.add, zhang, "13900139000").id
    other = do(db, make.a_customer, "王五", phone="13500135000")
    ids["only"] = ask(db, customers.file, ids["li"]).phones[0][0]
    ids["kin"] = do(db, relations.link, zhang, other, "friend", now=NOW).id
    ids["car"] = do(db, vehicles.save, zhang, plate="粤B12345", today=TODAY).id
    ids["field"] = do(db, fields.add, zh="面积", kind=FieldKind.NUMBER).id
    ids["visit"] = do(db, make.a_visit, phone="13800138000")
    ids["deal"] = do(db, make.a_deal, zhang)
    return ids


@pytest.mark.parametrize("change", CHANGES)
def test_one_undo_takes_a_change_back_whole(db, ids, change):
    before = everything(db)
    if change == "plate":  # a wrong one changes nothing at all
        with pytest.raises(Invalid):
            do(db, CHANGES[change], ids)
    else:
        do(db, CHANGES[change], ids)
        assert everything(db) != before
        do(db, journal.undo)
    assert everything(db) == before
