"""Losses by keys: applied for in the place of the file, decided and counted in the view (F11)."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from showroom import choices
from showroom.figures import losses as counted
from showroom.guard import erasure, staff
from showroom.people import loss_rows, losses, promises
from showroom.store import journal
from showroom.store.models import (
    Cause,
    ChoiceKind,
    Customer,
    LossState,
    Promise,
    Role,
    Status,
)
from tests import builders as make
from tests.amounts import slow_but
from tests.stories import story
from tests.ui.keys import focus, write
from ui.losses import LossesView
from ui.pages.customers import CustomersPage

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier
Shift, NONE = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier


@story
def people(db: Any) -> dict[str, int]:
    make.stop_clock(db)
    with db.write() as session:
        staff = make.a_member(session)
        make.a_member(session, "周敏", Role.MANAGER)
    with db.write() as session:
        return {
            name: make.a_customer(session, name, consultant_id=staff)
            for name in ("张伟", "李娜", "赵磊")
        }


@pytest.fixture
def page(page_of: Any, people: dict[str, int]) -> CustomersPage:
    opened: CustomersPage = page_of(CustomersPage)
    return opened


def apply_for(page: CustomersPage, id: int, name: str = "rival", **facts: Any) -> int:
    with page.db.write() as session:
        reason = choices.find(session, ChoiceKind.LOSS_REASON, name)
        facts |= {"now": make.NOW, "today": make.TODAY}
        return losses.apply(session, id, reason_id=reason, **facts).id


def status(page: CustomersPage, id: int) -> Status:
    with page.db.read() as session:
        return session.get_one(Customer, id).status


def open_view(page: CustomersPage, qtbot: Any) -> LossesView:
    qtbot.keyClick(page, Key.Key_F11)
    qtbot.waitUntil(lambda: page.views.current == "losses")
    view = page.views.made["losses"]
    assert isinstance(view, LossesView)
    return view


def test_a_loss_is_applied_for_from_the_file_and_approved_in_the_view(page, people, qtbot):
    zhang = people["张伟"]
    page.show_id(zhang)
    qtbot.keyClick(page, Key.Key_L, Ctrl | Shift)
    qtbot.waitUntil(lambda: page.tools.current is not None)
    tool = page.tools.current
    assert page.tools.finish.text() == "Apply for Loss"
    qtbot.keyClicks(focus(), "Better offer elsewhere")
    qtbot.keyClick(page, Key.Key_Return, Ctrl)
    said = tool.form.problems["note"]
    qtbot.waitUntil(lambda: "behind it" in said.text())
    assert focus() is tool.form.fields["note"]
    write("对方送三年保养")
    qtbot.keyClick(focus(), Key.Key_Tab)
    qtbot.keyClicks(focus(), "Xpeng P7")
    qtbot.keyClick(page, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: page.tools.current is None)
    assert status(page, zhang) is Status.OPEN
    view = open_view(page, qtbot)
    assert view.figures.values()["waiting"] == "1"
    row = view.waiting.current_row()
    assert (row.reason, row.note) == ("Better offer elsewhere", "对方送三年保养")
    assert row.rival == "Xpeng P7"
    qtbot.keyClick(focus(), Key.Key_A)
    assert status(page, zhang) is Status.LOST
    assert not view.waiting.isVisible()
    assert focus() is view.decided
    assert view.figures.values() == {
        "waiting": "0",
        "loss_rate": "33%",
        "loss_refused": "0%",
        "loss_clear": "100%",
        "loss_back": "0",
    }
    with page.db.write() as session:
        journal.undo(session)
    qtbot.waitUntil(view.waiting.isVisible)
    assert status(page, zhang) is Status.OPEN


FORMS = [(Key.Key_F9, NONE), (Key.Key_F2, Shift), (Key.Key_I, Ctrl), (Key.Key_F2, NONE)]


@pytest.mark.parametrize(("key", "held"), slow_but(FORMS[:1], FORMS))
def test_escape_from_a_form_beside_the_view_gives_it_the_keyboard(page, people, qtbot, key, held):
    apply_for(page, people["张伟"])
    view = open_view(page, qtbot)
    assert focus() is view.waiting
    qtbot.keyClick(focus(), key, held)
    qtbot.waitUntil(lambda: page.side.isAncestorOf(focus()))
    qtbot.keyClick(focus(), Key.Key_Escape)
    qtbot.waitUntil(view.waiting.hasFocus)
    assert page.views.current == "losses"


OPEN = [(Key.Key_F9, NONE), (Key.Key_F2, Shift), (Key.Key_V, Ctrl | Shift)]


@pytest.mark.parametrize(("key", "held"), slow_but(OPEN[:1], OPEN))
def test_who_is_erased_beside_the_view_goes_with_what_is_open_of_him(
    page, people, qtbot, key, held
):
    loss = apply_for(page, people["张伟"])
    view = open_view(page, qtbot)
    page.filters.finder.setText("李娜")  # he is in the view only
    qtbot.waitUntil(lambda: page.table.rows.ids() == [people["李娜"]])
    view.waiting.choose(loss)
    qtbot.waitUntil(lambda: page.id == people["张伟"])
    view.waiting.setFocus()
    qtbot.keyClick(focus(), key, held)
    qtbot.waitUntil(lambda: page.side.isAncestorOf(focus()))
    said = []
    page.said.connect(said.append)
    with page.db.write() as session:
        erasure.erase(session, people["张伟"], why=Cause.ASKED)
    qtbot.waitUntil(page.side.is_empty)
    assert said == ["This customer is no longer in the file."]
    assert view.isAncestorOf(focus())


def test_refusing_asks_for_a_sentence_and_escape_lets_it_be(page, people, qtbot):
    for name in ("张伟", "李娜"):
        apply_for(page, people[name])
    view = open_view(page, qtbot)
    qtbot.keyClick(focus(), Key.Key_R)
    assert view.form.isVisible()
    qtbot.keyClick(focus(), Key.Key_Return)
    assert view.form.problems["answer"].text() == "Say what is to be tried with him."
    qtbot.keyClick(focus(), Key.Key_Escape)
    assert not view.form.isVisible()
    assert page.views.current == "losses"
    qtbot.keyClick(focus(), Key.Key_R)
    write("请他再试驾一次")
    qtbot.keyClick(focus(), Key.Key_Return)
    assert not view.form.isVisible()
    with page.db.read() as session:
        found = loss_rows.of_customer(session, people["张伟"])
        assert promises.next_days(session, [people["张伟"]])
    assert found is not None
    assert (found.state, found.answer) == (LossState.REFUSED, "请他再试驾一次")
    assert view.waiting.current_row().customer_id == people["李娜"]  # on to the next one
    assert page.id == people["李娜"]


def test_a_bar_shows_its_losses_and_the_one_who_is_marked_is_taken_up_again(page, people, qtbot):
    for name, reason in (("张伟", "rival"), ("李娜", "rival"), ("赵磊", "family")):
        loss = apply_for(page, people[name], reason)
        with page.db.write() as session:
            losses.decide(session, loss, approved=True, now=make.NOW, today=make.TODAY)
    view = open_view(page, qtbot)
    assert len(view.decided.rows.ids()) == 3
    qtbot.keyClick(focus(), Key.Key_2)
    assert [view.decided.rows.row(0).customer_id] == [people["赵磊"]]
    assert "Family objects" in view.decided_card.note.text()
    qtbot.keyClick(focus(), Key.Key_0)
    assert len(view.decided.rows.ids()) == 3
    qtbot.keyClick(focus(), Key.Key_Home)
    qtbot.keyClick(focus(), Key.Key_T)
    assert status(page, people["赵磊"]) is Status.OPEN
    qtbot.waitUntil(lambda: view.figures.values()["loss_back"] == "1")
    qtbot.keyClick(focus(), Key.Key_B)
    with page.db.read() as session:
        from showroom.care import followups

        due = [
            one for one in followups.rows(session, followups.due(session, make.TODAY), make.TODAY)
        ]
    assert {one.customer_id for one in due if one.rule is Promise.MANAGER_CALL} == {
        people["张伟"],
        people["李娜"],
    }


def test_who_is_lost_is_taken_up_again_from_his_file_and_who_waits_is_told(page, people, qtbot):
    zhang = people["张伟"]
    loss = apply_for(page, zhang, rival="小米 SU7")
    page.show_id(zhang)
    page.tools.open_code("loss")
    assert page.tools.current.before.text().startswith("Bought a rival\n小米 SU7")
    assert not page.tools.finish.isVisible()
    qtbot.keyClick(page, Key.Key_Escape)
    qtbot.waitUntil(lambda: page.tools.current is None)
    with page.db.write() as session:
        losses.decide(session, loss, approved=True, now=make.NOW, today=make.TODAY)
    page.tools.open_code("loss")
    assert page.tools.finish.text() == "Take Up Again"
    write("他又来电话")
    qtbot.keyClick(page, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: page.tools.current is None)
    assert status(page, zhang) is Status.OPEN


def test_a_buyer_cannot_be_lost(page, people, qtbot):
    with page.db.write() as session:
        make.a_deal(session, people["张伟"])
    page.show_id(people["张伟"])
    qtbot.keyClick(page, Key.Key_L, Ctrl | Shift)
    qtbot.waitUntil(lambda: page.tools.current is not None)
    assert "cancel the order first" in page.tools.current.hint.text()
    assert not page.tools.current.form.isVisible()
    assert not page.tools.finish.isVisible()


def test_a_consultant_finds_deciding_greyed_with_the_reason(page, people, qtbot):
    with page.db.read() as session:
        by_name = {one.name: one.id for one in staff.everyone(session)}
    with page.db.write() as session:
        make.a_pin(session, by_name["周敏"], "3412", by=by_name["周敏"])
    page.db.staff_id = by_name["王强"]
    apply_for(page, people["张伟"])
    view = open_view(page, qtbot)
    for name in ("approve", "refuse", "draw"):
        assert not view.buttons[name].isEnabled()
        assert "manager or an owner" in view.buttons[name].toolTip()


def test_the_list_is_saved_with_the_figures(page, people, asked, qtbot, tmp_path):
    from openpyxl import load_workbook

    apply_for(page, people["张伟"])
    asked.answers["save"] = tmp_path / "战败.xlsx"
    open_view(page, qtbot)
    qtbot.keyClick(focus(), Key.Key_E, Ctrl)
    qtbot.waitUntil((tmp_path / "战败.xlsx").exists)
    sheet = load_workbook(tmp_path / "战败.xlsx").worksheets[0]
    said = [str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value]
    assert any("张伟" in one for one in said)
    assert any(one.startswith("Loss rate: 0%") for one in said)


def test_of_very_many_customers_the_counts_come_from_a_thread(page, people, qtbot, monkeypatch):
    monkeypatch.setattr(counted, "QUICK", 0)
    apply_for(page, people["张伟"])
    view = open_view(page, qtbot)
    assert view.waiting.rows.ids()
    qtbot.waitUntil(lambda: view.figures.values().get("waiting") == "1")


def test_the_form_of_a_locked_desk_applies_and_the_customer_stays(page, people, qtbot):
    with page.db.read() as session:
        by_name = {one.name: one.id for one in staff.everyone(session)}
    for name, pin in (("周敏", "3412"), ("王强", "2143")):
        with page.db.write() as session:
            make.a_pin(session, by_name[name], pin, by=by_name["周敏"])
    page.db.staff_id = by_name["王强"]
    page.show_id(people["张伟"])
    qtbot.keyClick(page, Key.Key_F2, Shift)
    qtbot.waitUntil(lambda: page.form.isVisible())
    fields = page.form.fields
    fields["status"].set_value(Status.LOST.value)
    fields["status"].edited.emit()
    qtbot.keyClicks(fields["reason_id"].lineEdit(), "Family objects")
    qtbot.keyClicks(fields["why"], "his wife")
    qtbot.keyClick(page, Key.Key_S, Ctrl)
    qtbot.waitUntil(lambda: page.views.buttons["losses"].text() == "Losses 1")
    assert status(page, people["张伟"]) is Status.OPEN


def test_the_tab_says_how_many_wait(page, people, qtbot):
    tab = page.views.buttons["losses"]
    assert tab.text() == "Losses"
    loss = apply_for(page, people["张伟"])
    qtbot.waitUntil(lambda: tab.text() == "Losses 1")
    with page.db.write() as session:
        losses.decide(session, loss, approved=True, now=make.NOW, today=make.TODAY)
    qtbot.waitUntil(lambda: tab.text() == "Losses")


def test_the_one_who_is_shown_is_the_one_decided_on(page, people, qtbot):
    told: list[str] = []
    page.said.connect(told.append)
    wei, na, lei = people.values()
    for id in (wei, na):
        apply_for(page, id)
    page.show_id(na)
    view = open_view(page, qtbot)
    assert page.id == na
    assert view.waiting.current_row().customer_id == na
    qtbot.keyClick(focus(), Key.Key_A)
    assert (status(page, wei), status(page, na)) == (Status.OPEN, Status.LOST)
    assert told[-1] == "Mr 李娜 is lost. Ctrl+Z takes it back."
    assert page.id == wei == view.waiting.current_row().customer_id

    page.show_id(lei)  # by Ctrl+K: nothing is known of a loss
    assert page.views.current == "lists"
    view = open_view(page, qtbot)
    assert page.id == view.waiting.current_row().customer_id == wei


def test_one_row_of_both_lists_is_marked(page, people, qtbot, asked):
    wei, na, _lei = people.values()
    for id in (wei, na):
        apply_for(page, id)
    view = open_view(page, qtbot)
    qtbot.keyClick(focus(), Key.Key_A)
    assert page.id == na
    view.decided.choose(view.decided.rows.ids()[0])
    assert page.id == wei
    assert view.waiting.current_id() == 0
    view.buttons["approve"].click()
    assert status(page, na) is Status.OPEN
    assert asked.errors[-1] == "Mark one in the list first."
    qtbot.keyClick(page, Key.Key_F11)
    qtbot.waitUntil(lambda: focus() is view.waiting or focus() is view.decided)
    assert page.views.current == "losses"
