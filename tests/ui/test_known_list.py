"""At the desk by keys: who is known appears while he is typed; Down and Enter take him."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from showroom.door import turns, visits
from showroom.guard import staff
from showroom.store import journal
from showroom.store.models import AwayReason, Customer, HandOver, TurnState, Vehicle
from tests import builders as make
from tests.amounts import slow_but
from tests.stories import story
from tests.ui.keys import write_into as write
from ui.pages.customers import CustomersPage
from ui.pages.desk import DeskPage
from ui.services import DeskServices

Key = Qt.Key


@story
def crew(db: Any) -> dict[str, int]:
    make.stop_clock(db)
    with db.write() as session:
        return {name: make.a_member(session, name) for name in ("王强", "李娜")}


@pytest.fixture
def zhang(db: Any, crew: dict[str, int]) -> int:
    """A customer of 李娜, here 78 days ago, with a plate."""
    with db.write() as session:
        id = make.a_customer(session, "张伟", phone="15910012210", consultant_id=crew["李娜"])
    with db.write() as session:
        journal.act(session, "vehicle")
        session.get_one(Customer, id).last_visit_on = make.TODAY - timedelta(days=78)
        session.add(Vehicle(customer_id=id, plate="粤B12D45"))
    return id


@pytest.fixture
def page(db: Any, zhang: int, page_of: Any, qtbot: Any) -> DeskPage:
    """The desk, with a party of two that just came in."""
    made: DeskPage = page_of(DeskPage)
    qtbot.waitUntil(made.window().isActiveWindow)
    qtbot.keyClick(made, Key.Key_F2)
    qtbot.waitUntil(made.arrival.people.hasFocus)
    qtbot.keyClicks(made.arrival.people, "2")
    qtbot.keyClick(made.arrival.people, Key.Key_Return)
    qtbot.waitUntil(made.form.name.hasFocus)
    return made


def compose(field: QWidget, letters: str) -> None:
    QApplication.sendEvent(field, QInputMethodEvent(letters, []))


def visit_of(page: DeskPage) -> visits.VisitRow:
    assert page.form.visit is not None
    with page.db.read() as session:
        return visits.row(session, page.form.visit.id)


def offered(page: DeskPage) -> list[str]:
    known = page.form.known
    return [known.rows.row(n).name for n in range(known.rows.rowCount())] * known.isVisible()


TYPED = [
    ("name", "zw"),
    ("name", "zhangw"),
    ("name", "张伟"),
    ("name", "粤B12D"),
    ("name", "2210"),
    ("phone", "159 1001"),
    ("phone", "2210"),
    ("phone", "12D4"),
]


@pytest.mark.parametrize(("field", "typed"), slow_but(TYPED[3:4], TYPED))
def test_what_is_typed_finds_him_and_down_and_enter_take_him(page, zhang, qtbot, field, typed):
    asks = page.form.fields[field]
    asks.setFocus()
    write(asks, typed)
    assert offered(page) == ["张伟"]
    assert page.form.known.about.text() == (
        "张伟: 李娜 on file, protected for 12 more days · last visit 09-01"
    )
    assert visit_of(page).customer_id is None

    qtbot.keyClick(asks, Key.Key_Down)
    assert page.form.known.hasFocus()
    assert visit_of(page).customer_id is None
    qtbot.keyClick(page.form.known, Key.Key_Return)
    taken = visit_of(page)
    assert (taken.customer_id, taken.name, taken.phone) == (zhang, "张伟", "159 1001 2210")
    assert (taken.consultant, taken.hand_over) == ("李娜", HandOver.ON_FILE)
    assert (page.form.name.text(), page.form.phone.text()) == ("张伟", "159 1001 2210")
    assert offered(page) == []
    assert not page.form.problems["phone"].isVisible()
    assert QApplication.focusWidget() in (page.form.model, page.form.model.lineEdit())
    with page.db.read() as session:
        assert session.get_one(Customer, zhang).name == "张伟"


def test_a_new_customer_of_the_same_name_is_typed_as_if_nobody_were_known(page, zhang, qtbot):
    form = page.form
    write(form.name, "张伟")
    assert offered(page) == ["张伟"]
    qtbot.keyClick(form.name, Key.Key_Return)
    assert form.phone.hasFocus()
    assert offered(page) == []
    qtbot.keyClicks(form.phone, "13800138000")
    qtbot.keyClick(form.phone, Key.Key_Return)
    now_is = visit_of(page)
    assert now_is.name == "张伟"
    assert now_is.customer_id not in (None, zhang)


def test_while_an_input_method_composes_nobody_appears_and_no_key_takes_anybody(page, zhang):
    name = page.form.name
    compose(name, "zhangwei")
    assert offered(page) == []
    write(name, "张伟")
    compose(name, "xian")
    for key in (Key.Key_Down, Key.Key_Return):
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(name, event)
    assert name.hasFocus()
    assert visit_of(page).customer_id is None


def test_escape_goes_back_to_what_was_typed(page, zhang, qtbot):
    name = page.form.name
    qtbot.keyClicks(name, "zhangw")
    qtbot.keyClick(name, Key.Key_Down)
    qtbot.keyClick(page.form.known, Key.Key_Escape)
    assert name.hasFocus()
    assert (name.text(), offered(page)) == ("zhangw", ["张伟"])
    qtbot.keyClick(name, Key.Key_Tab)
    assert (visit_of(page).name, visit_of(page).customer_id) == ("zhangw", None)


def test_a_name_that_was_saved_before_he_was_found_gives_way_to_the_one_on_file(page, zhang, qtbot):
    form = page.form
    qtbot.keyClicks(form.name, "zhang")
    qtbot.keyClick(form.name, Key.Key_Return)
    assert visit_of(page).name == "zhang"
    qtbot.keyClicks(form.phone, "2210")
    qtbot.keyClick(form.phone, Key.Key_Down)
    qtbot.keyClick(form.known, Key.Key_Return)
    assert visit_of(page).name == form.name.text() == "张伟"
    with page.db.read() as session:
        assert session.get_one(Customer, zhang).name == "张伟"


def test_who_is_known_already_is_renamed_without_being_offered_others(page, zhang, qtbot):
    form = page.form
    write(form.name, "李雪")
    qtbot.keyClick(form.name, Key.Key_Return)
    qtbot.keyClicks(form.phone, "13800138000")
    qtbot.keyClick(form.phone, Key.Key_Return)
    form.name.setFocus()
    form.name.selectAll()
    write(form.name, "张伟")
    assert offered(page) == []
    qtbot.keyClick(form.name, Key.Key_Return)
    assert visit_of(page).name == "张伟"
    assert visit_of(page).customer_id != zhang


def test_while_his_consultant_is_away_it_says_who_stands_in(page, crew, zhang, qtbot):
    with page.db.write() as session:
        away = TurnState.AWAY
        turns.set_state(session, crew["李娜"], away, reason=AwayReason.LUNCH, now=make.NOW)
    qtbot.keyClicks(page.form.name, "zw")
    assert "李娜 is away, 王强 stands in" in page.form.known.about.text()
    qtbot.keyClick(page.form.name, Key.Key_Down)
    qtbot.keyClick(page.form.known, Key.Key_Return)
    taken = visit_of(page)
    assert (taken.consultant, taken.hand_over) == ("王强", HandOver.STAND_IN)


def test_of_a_consultant_who_left_it_says_so(page, crew, zhang, qtbot):
    with page.db.write() as session:
        staff.change(session, crew["李娜"], active=False)
    qtbot.keyClicks(page.form.name, "zw")
    assert "李娜 has left, 王强 receives" in page.form.known.about.text()


def test_after_the_protection_nobody_stands_in_and_the_last_visit_is_told(page, crew, zhang, qtbot):
    with page.db.write() as session:
        away = TurnState.AWAY
        turns.set_state(session, crew["李娜"], away, reason=AwayReason.LUNCH, now=make.NOW)
    with page.db.write() as session:
        journal.act(session, "change_customer")
        session.get_one(Customer, zhang).last_visit_on = make.TODAY - timedelta(days=91)
    qtbot.keyClicks(page.form.phone, "2210")
    assert page.form.known.about.text() == (
        "张伟: 李娜 on file, no longer protected · last visit 08-19"
    )


def test_of_several_the_words_follow_the_chosen_one(page, zhang, qtbot):
    with page.db.write() as session:
        make.a_customer(session, "张薇")
    qtbot.keyClicks(page.form.name, "zw")
    assert sorted(offered(page)) == ["张伟", "张薇"]
    qtbot.keyClick(page.form.name, Key.Key_Down)
    said = {page.form.known.about.text().split(":")[0]}
    qtbot.keyClick(page.form.known, Key.Key_Down)
    said.add(page.form.known.about.text().split(":")[0])
    assert said == {"张伟", "张薇"}


def test_the_list_of_customers_finds_by_spelling_and_plate(db, zhang, page_of, qtbot):
    with db.write() as session:
        make.a_customer(session, "王芳")
    page = page_of(CustomersPage)
    for typed in ("zw", "weizh", "12d45", "wangf"):
        page.finder.clear()
        qtbot.keyClicks(page.finder, typed)
        wanted = {"wangf": ["王芳"], "weizh": []}.get(typed, ["张伟"])
        qtbot.waitUntil(lambda wanted=wanted: names_in(page) == wanted)


def names_in(page: CustomersPage) -> list[str]:
    return [page.table.rows.row(number).name for number in range(page.table.rows.rowCount())]


@pytest.mark.parametrize("typed", ["zw", "zhangwei", "B12D45", "12d4"])
def test_the_line_of_ctrl_k_finds_by_spelling_and_plate(db, desk, zhang, typed):
    ((id, name, note, _letter),) = DeskServices(db, desk).find(typed)
    assert (id, name, note) == (zhang, "张伟", "159 1001 2210 · 李娜")
