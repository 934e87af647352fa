"""Duplicates by keys: warned while typing, compared side by side, merged, parted again."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import select

from showroom.people import customers, pairs, relations
from showroom.store import journal
from showroom.store.models import Customer, FollowUp, Honorific, Phone, Promise, Status
from tests import builders as make
from tests.stories import story
from tests.ui.keys import focus, press, write
from ui.pages.customers import CustomersPage
from ui.pairs import APART, LIKELY, MERGED, PairsView
from ui.services import DeskServices

Key, Ctrl, Alt = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@story
def people(db: Any) -> dict[str, int]:
    """张伟 twice, once with a deal; 王芳 and her husband with one phone; and 李娜."""
    make.stop_clock(db)
    made = {}
    with db.write() as session:
        model = make.a_model(session)
    for key, name, phone, facts in (
        ("old", "张伟", "13800138000", {"note": "喜欢白色", "model_id": model}),
        ("new", "张伟", "13800138001", {"wechat": "zw_1988", "model_id": model}),
        ("wife", "王芳", "13912345678", {"honorific": Honorific.MS}),
        ("husband", "刘强", "13912345678", {}),
        ("other", "李娜", "13700001111", {}),
    ):
        with db.write() as session:
            made[key] = make.a_customer(session, name, phone=phone, **facts)
    with db.write() as session:
        make.a_deal(session, made["old"])
    return made


@pytest.fixture
def page(people: Any, page_of: Any) -> CustomersPage:
    opened: CustomersPage = page_of(CustomersPage)
    opened.focus_first()
    return opened


def open_pairs(qtbot: Any, page: CustomersPage, *, look: bool = True) -> PairsView:
    if look:
        pairs.look(page.db)
        page.reload()
    press(qtbot, Key.Key_F6)
    qtbot.waitUntil(lambda: page.views.current == "pairs")
    view = page.views.made["pairs"]
    assert isinstance(view, PairsView)
    qtbot.waitUntil(view.tables[LIKELY].hasFocus)
    return view


def shown(table: Any) -> list[list[str]]:
    return [
        [table.rows.index(row, column).data() for column in range(table.rows.columnCount())]
        for row in range(table.rows.rowCount())
    ]


def line(page: CustomersPage, id: int) -> Customer | None:
    with page.db.read() as session:
        return session.get(Customer, id)


def test_the_list_of_pairs_says_whom_and_why_and_the_tab_counts_them(page, people, qtbot):
    assert page.views.buttons["pairs"].text() == "Duplicates"
    view = open_pairs(qtbot, page)
    assert page.views.buttons["pairs"].text() == "Duplicates 2"
    assert shown(view.table) == [
        [
            "95",
            "Mr 张伟",
            "138 0013 8001",
            "Mr 张伟",
            "138 0013 8000",
            "phone one slip apart · same name · same model",
        ],
        ["60", "Mr 刘强", "139 1234 5678", "Ms 王芳", "139 1234 5678", "same phone"],
    ]
    assert page.side.title.text() == "Mr 张伟"
    press(qtbot, Key.Key_Down)
    assert page.id == people["husband"]
    press(qtbot, Key.Key_O)
    assert page.id == people["wife"]
    assert view.table.hasFocus()


def test_nobody_looked_yet_then_one_looks_now(page, qtbot):
    view = open_pairs(qtbot, page, look=False)
    assert "Nobody looked" in view.table._empty.sentence.text()
    press(qtbot, Key.Key_L, Alt)
    qtbot.waitUntil(lambda: len(shown(view.table)) == 2)
    assert "looked through" in view.card.note.text()


def test_two_are_compared_chosen_merged_and_parted_in_the_list(page, people, qtbot):
    view = open_pairs(qtbot, page)
    press(qtbot, Key.Key_Return)
    compare = view.compare
    qtbot.waitUntil(compare.table.hasFocus)
    assert "Mr 张伟 keeps his line" in compare.title.text()
    assert compare.found.own_id == people["old"]  # the one with the deal
    assert "2 contacts" in compare.over.text() or "1 contact" in compare.over.text()
    facts = {row.title: row for row in compare.found.rows}
    assert (facts["Status"].own, facts["Status"].open) == ("Has ordered", (facts["Status"].side,))
    assert [facts["WeChat"].own, facts["WeChat"].other] == ["", "zw_1988"]

    # the note of the other, by the arrows
    codes = [row.code for row in compare.found.rows]
    compare.table.choose(codes.index("wechat") + 1)
    press(qtbot, Key.Key_Left)
    assert compare._chosen["wechat"] == "own"
    press(qtbot, Key.Key_Space)
    assert compare._chosen["wechat"] == "other"
    press(qtbot, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: line(page, people["new"]) is None)
    merged = line(page, people["old"])
    assert (merged.wechat, merged.note, merged.status) == ("zw_1988", "喜欢白色", Status.ORDERED)
    assert page.side.title.text() == "Mr 张伟"
    assert page.id == people["old"]
    assert len(shown(view.tables[LIKELY])) == 1

    # weeks later: from the list of merges
    view.kind.setFocus()
    press(qtbot, Key.Key_Right)
    press(qtbot, Key.Key_Right)
    press(qtbot, Key.Key_Down)
    qtbot.waitUntil(view.tables[MERGED].hasFocus)
    assert [row[:2] for row in shown(view.table)] == [["Mr 张伟", "Mr 张伟"]]
    press(qtbot, Key.Key_U)
    qtbot.waitUntil(lambda: line(page, people["new"]) is not None)
    assert line(page, people["new"]).wechat == "zw_1988"
    assert line(page, people["old"]).wechat == ""
    assert shown(view.table) == []
    assert len(shown(view.tables[LIKELY])) == 2  # proposed again


def test_a_merge_is_parted_from_the_timeline(page, people, qtbot):
    view = open_pairs(qtbot, page)
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(view.compare.table.hasFocus)
    press(qtbot, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: line(page, people["new"]) is None)
    entries = page.file.timeline.entries()
    at = next(n for n, entry in enumerate(entries) if entry.title == "Customers merged")
    assert "张伟" in entries[at].note
    page.file.timeline.setCurrentIndex(page.file.timeline.model().index(at, 0))
    press(qtbot, Key.Key_U, Alt)
    qtbot.waitUntil(lambda: line(page, people["new"]) is not None)


def test_ctrl_z_parts_them_with_a_next_contact_for_both(page, people, desk, qtbot):
    view = open_pairs(qtbot, page)
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(view.compare.table.hasFocus)
    press(qtbot, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: line(page, people["new"]) is None)
    assert DeskServices(page.db, desk).undo() == "Undone: Customers merged · Mr 张伟"
    with page.db.read() as session:
        for key in ("old", "new"):
            (row,) = customers.rows(session, [people[key]])
            assert row.next_on is not None


def test_who_keeps_his_line_is_changed_and_escape_goes_back_step_by_step(page, people, qtbot):
    view = open_pairs(qtbot, page)
    view.show_two(people["other"], people["wife"])
    qtbot.waitUntil(view.compare.table.hasFocus)
    own = view.compare.found.own_id
    press(qtbot, Key.Key_X, Alt)
    qtbot.waitUntil(lambda: view.compare.found.own_id != own)
    press(qtbot, Key.Key_Escape)
    qtbot.waitUntil(view.table.hasFocus)
    assert page.views.current == "pairs"
    press(qtbot, Key.Key_Escape)
    assert page.views.current == "lists"


def test_different_people_are_remembered_and_taken_back(page, people, qtbot):
    view = open_pairs(qtbot, page)
    press(qtbot, Key.Key_D)
    qtbot.waitUntil(lambda: len(shown(view.tables[LIKELY])) == 1)
    pairs.look(page.db)
    page.reload()
    assert len(shown(view.tables[LIKELY])) == 1
    view.kind.setFocus()
    press(qtbot, Key.Key_Right)
    press(qtbot, Key.Key_Down)
    qtbot.waitUntil(view.tables[APART].hasFocus)
    assert [row[:2] for row in shown(view.table)] == [["Mr 张伟", "Mr 张伟"]]
    press(qtbot, Key.Key_Delete)
    qtbot.waitUntil(lambda: shown(view.table) == [])
    pairs.look(page.db)
    page.reload()
    assert len(shown(view.tables[LIKELY])) == 2


def test_one_pair_comes_after_the_other_and_without_any_the_buttons_rest(page, people, qtbot):
    view = open_pairs(qtbot, page)
    for left in (1, 0):
        press(qtbot, Key.Key_D)
        qtbot.waitUntil(lambda n=left: len(shown(view.table)) == n)
        assert view.table.hasFocus()
        assert bool(view.table.current_id()) is (left > 0)
    held = view.buttons[view.table.objectName()]
    assert not any(button.isEnabled() for button in held)
    with page.db.write() as session:
        journal.undo(session)
    qtbot.waitUntil(lambda: len(shown(view.table)) == 1)
    assert all(button.isEnabled() for button in held)


def test_escape_leaves_the_comparison_before_what_is_half_typed_at_the_right(page, people, qtbot):
    view = open_pairs(qtbot, page)
    page.tools.open_code("car")
    tool = page.tools.current
    write("粤B1")
    view._compare()
    qtbot.waitUntil(view.compare.table.hasFocus)
    qtbot.keyClick(focus(), Key.Key_Escape)
    assert not page.foot.back.isDown()
    qtbot.waitUntil(view.table.hasFocus)
    assert page.tools.current is tool
    assert tool.form.fields["plate"].text() == "粤B1"


def test_a_couple_with_one_phone_is_linked_and_not_proposed_again(page, people, qtbot):
    view = open_pairs(qtbot, page)
    press(qtbot, Key.Key_Down)
    press(qtbot, Key.Key_K)
    qtbot.waitUntil(lambda: len(shown(view.table)) == 1)
    with page.db.read() as session:
        (kin,) = relations.of_customer(session, people["wife"])
    assert (kin.other_id, kin.kind) == (people["husband"], "couple")


def test_what_cannot_be_merged_says_why_and_the_button_rests(page, people, qtbot):
    from showroom.people import referrals

    with page.db.write() as session:
        referrals.note(
            session, introducer_id=people["other"], customer_id=people["wife"], now=make.NOW
        )
    view = open_pairs(qtbot, page)
    view.show_two(people["other"], people["wife"])
    assert "nobody introduces himself" in view.compare.problem.text()
    assert not view.compare.go.isEnabled()


# --- while typing


def new(qtbot: Any, page: CustomersPage, name: str) -> None:
    press(qtbot, Key.Key_N, Ctrl)
    qtbot.waitUntil(page.form.fields["name"].hasFocus)
    write(name)
    page.form.fields["phone"].setFocus()


def test_from_the_seventh_digit_on_it_says_who_it_may_be(page, people, qtbot):
    new(qtbot, page, "张玮")
    qtbot.keyClicks(focus(), "138001")
    assert not page.form.alike.isVisible()
    qtbot.keyClicks(focus(), "3")
    assert [row.id for row in page.form.alike.shown()] == [people["new"], people["old"]]
    assert "phone begins the same" in page.form.alike.why.text()
    qtbot.keyClicks(focus(), "8002")
    first = page.form.alike.shown()[0]
    assert first.why == "phone one slip apart · name sounds the same"
    save(qtbot)  # it warns, it never blocks
    qtbot.waitUntil(lambda: page.side.title.text() == "张玮")


def save(qtbot: Any) -> None:
    press(qtbot, Key.Key_S, Ctrl)


def test_it_is_he_fills_his_file_with_what_was_typed(page, people, qtbot):
    new(qtbot, page, "李娜")
    qtbot.keyClicks(focus(), "13700001111")
    page.form.fields["phone_2"].setText("")
    page.form.fields["address"].setText("深圳市南山区")
    page.form.fields["wechat"].setText("lina_88")
    page.form.fields["phone"].setFocus()
    press(qtbot, Key.Key_Down)
    assert focus() is page.form.alike.table
    press(qtbot, Key.Key_S)
    qtbot.waitUntil(lambda: page.form.file is not None)
    assert page.form.file.row.id == people["other"]
    save(qtbot)
    qtbot.waitUntil(lambda: page.file.isVisible())
    with page.db.read() as session:
        file = customers.file(session, people["other"])
        count = len(session.scalars(select(Customer)).all())
    assert (file.address, file.wechat, count) == ("深圳市南山区", "lina_88", 5)
    assert [number for _id, number in file.phones] == ["137 0000 1111"]


def test_a_couple_is_linked_when_the_new_one_is_saved(page, people, qtbot):
    new(qtbot, page, "周芳")
    qtbot.keyClicks(focus(), "13700001111")
    press(qtbot, Key.Key_Down)
    press(qtbot, Key.Key_K)
    assert not page.form.alike.isVisible()
    save(qtbot)
    qtbot.waitUntil(lambda: page.side.title.text() == "周芳")
    with page.db.read() as session:
        (kin,) = relations.of_customer(session, people["other"])
    assert kin.kind == "couple"


def test_a_phone_added_to_a_file_asks_whether_the_two_are_one(page, people, qtbot):
    page.show_id(people["other"])
    press(qtbot, Key.Key_F2, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(page.form.fields["name"].hasFocus)
    assert not page.form.alike.isVisible()
    page.form.fields["phone_2"].setFocus()
    qtbot.keyClicks(focus(), "13912345678")
    assert {row.id for row in page.form.alike.shown()} == {people["wife"], people["husband"]}
    press(qtbot, Key.Key_Down)
    press(qtbot, Key.Key_S)
    qtbot.waitUntil(lambda: page.views.current == "pairs")
    view = page.views.made["pairs"]
    qtbot.waitUntil(view.compare.table.hasFocus)
    assert {view.compare.found.own_id, view.compare.found.other_id} >= {people["other"]}
    with page.db.read() as session:
        numbers = session.scalars(select(Phone).where(Phone.customer_id == people["other"])).all()
    assert len(numbers) == 2


def test_any_two_are_compared_by_name(page, people, qtbot):
    page.show_id(people["other"])
    view = open_pairs(qtbot, page)
    page.show_in_panel(people["other"])
    view.other.setFocus()
    qtbot.keyClicks(focus(), "13912345678")
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(view.compare.table.hasFocus)
    assert people["other"] in (view.compare.found.own_id, view.compare.found.other_id)


# --- at the visit


def test_at_the_visit_a_number_one_slip_apart_asks_whether_it_is_he(db, people, page_of, qtbot):
    from showroom.door import visits
    from ui.pages.desk import DeskPage

    desk: Any = page_of(DeskPage)
    desk.focus_first()
    with db.write() as session:
        visit = make.a_visit(session)
    desk.reload()
    desk.show_id(visit)
    form = desk.form
    form.phone.setFocus()
    qtbot.waitUntil(form.phone.hasFocus)
    qtbot.keyClicks(form.phone, "13700001112")
    assert [row.id for row in form.alike.box.shown()] == [people["other"]]
    press(qtbot, Key.Key_Down)
    assert focus() is form.alike.box.table
    with db.read() as session:  # nobody new is made while one chooses
        assert visits.row(session, visit).customer_id is None
    press(qtbot, Key.Key_S)
    qtbot.waitUntil(lambda: form.visit.customer_id == people["other"])
    assert not form.alike.isVisible()
    with db.read() as session:
        numbers = session.scalars(select(Phone.number).where(Phone.customer_id == people["other"]))
        assert list(numbers) == ["+8613700001111"]


def test_at_the_visit_it_is_somebody_else_is_written_down_with_his_phone(
    db, people, page_of, qtbot
):
    from showroom.people import duplicates
    from ui.pages.desk import DeskPage

    desk: Any = page_of(DeskPage)
    with db.write() as session:
        visit = make.a_visit(session)
    desk.reload()
    desk.show_id(visit)
    form = desk.form
    form.phone.setFocus()
    qtbot.waitUntil(form.phone.hasFocus)
    qtbot.keyClicks(form.phone, "13700001112")
    press(qtbot, Key.Key_Down)
    press(qtbot, Key.Key_D)
    assert not form.alike.isVisible()
    assert form.phone.hasFocus()
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: form.visit.customer_id is not None)
    with db.read() as session:
        assert duplicates.apart(session, form.visit.customer_id) == {people["other"]}


# --- while the desk rests


def test_the_desk_looks_by_itself_once_a_day_while_it_rests(db, people, page_of, qtbot):
    from ui.daily_look import REST, DailyLook

    page = page_of(CustomersPage)
    daily = DailyLook(page.window(), db)

    def rest() -> None:
        for _minute in range(REST + 1):
            daily.tick()
        if daily.job is not None:
            with qtbot.waitSignal(daily.job.finished):
                pass

    daily.tick()
    assert daily.job is None
    rest()
    with db.read() as session:
        looked = pairs.last_look(session)
        assert pairs.count(session) == 2
    assert looked == make.NOW
    qtbot.waitUntil(lambda: page.views.buttons["pairs"].text() == "Duplicates 2")
    db.clock = lambda: make.later(hours=2)
    rest()
    with db.read() as session:
        assert pairs.last_look(session) == looked  # once a day
    db.clock = lambda: make.later(days=1)
    rest()
    with db.read() as session:
        assert pairs.last_look(session) == make.later(days=1)
    daily.stop()


def test_the_pair_of_who_is_shown_is_marked_and_named(page, people, qtbot):
    told: list[str] = []
    page.said.connect(told.append)
    pairs.look(page.db)
    for key in ("husband", "old"):
        page.show_id(people[key])
        view = open_pairs(qtbot, page, look=False)
        pair = view._pairs[view.table.current_id()]
        assert page.id == people[key]
        assert page.id in (pair.one_id, pair.other_id)
    press(qtbot, Key.Key_D)
    assert told[-1] == "Mr 张伟 · Mr 张伟: Remembered: two different people."
    page.show_id(people["other"])  # in no pair
    view = open_pairs(qtbot, page, look=False)
    pair = view._pairs[view.table.current_id()]
    assert page.id in (pair.one_id, pair.other_id)


def test_two_agreed_days_become_one_and_the_other_is_told_in_the_timeline(
    page, people, desk, qtbot
):
    agreed = (("old", date(2026, 11, 25), time(15, 30)), ("new", date(2026, 11, 21), None))
    for key, day, clock in agreed:
        with page.db.write() as session:
            journal.act(session, "postpone")
            (row,) = session.scalars(
                select(FollowUp).where(
                    FollowUp.customer_id == people[key], FollowUp.rule == Promise.NEXT
                )
            )
            row.due_on, row.clock, row.agreed = day, clock, True
    view = open_pairs(qtbot, page)
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(view.compare.table.hasFocus)
    press(qtbot, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: line(page, people["new"]) is None)
    with page.db.read() as session:
        (kept,) = session.scalars(
            select(FollowUp).where(
                FollowUp.customer_id == people["old"], FollowUp.rule == Promise.NEXT
            )
        )
    assert (kept.due_on, kept.clock, kept.agreed) == (date(2026, 11, 21), None, True)
    merged = next(one for one in page.file.timeline.entries() if one.title == "Customers merged")
    assert merged.note == "张伟 · He was told 2026-11-25 15:30 Next contact, too"
    assert DeskServices(page.db, desk).undo() == "Undone: Customers merged · Mr 张伟"
    with page.db.read() as session:
        rows = session.execute(
            select(FollowUp.customer_id, FollowUp.due_on, FollowUp.clock).where(FollowUp.agreed)
        )
        assert {tuple(row) for row in rows} == {
            (people["old"], date(2026, 11, 25), time(15, 30)),
            (people["new"], date(2026, 11, 21), None),
        }
