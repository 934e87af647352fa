"""The locked desk by keys: who comes in, and that nothing of a customer is left on the screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QAbstractItemModel, QEvent, QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QListView,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QToolTip,
    QVBoxLayout,
    QWidget,
)
from sqlalchemy import select

from showroom import settings
from showroom.door import reception
from showroom.errors import ShowroomError
from showroom.guard import pins, staff
from showroom.store.models import Action, Draft, Role
from tests import builders as make
from tests.amounts import slow_but
from tests.stories import story
from ui import dialogs, jobs, state
from ui.main_window import SOON_MS

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton
NAMES = ("欧阳思远", "诸葛亮亮", "13912345678", "139 1234 5678", "司马相如")
PINS = {"周敏": "2468", "李静": "1357"}


@story
def crew(db):
    """A manager, a receptionist, a consultant, and three customers in the showroom."""
    make.stop_clock(db)
    with db.write() as session:
        roles = [("周敏", Role.MANAGER), ("李静", Role.RECEPTIONIST), ("王强", Role.CONSULTANT)]
        people = {name: make.a_member(session, name, role) for name, role in roles}
    for name, phone in ((NAMES[0], "13912345678"), (NAMES[1], "13712345678")):
        with db.write() as session:
            make.a_visit(session, name=name, phone=phone)
    with db.write() as session:
        make.a_customer(session, "司马相如")
    return people


@pytest.fixture
def locked(db, crew):
    for name, pin in PINS.items():
        with db.write() as session:
            make.a_pin(session, crew[name], pin, by=crew["周敏"])
    return crew


@pytest.fixture
def opened(db, window_of, monkeypatch):
    """Return a function that opens the real window on the desk."""
    monkeypatch.setattr("showroom.store.opening.open_desk", lambda _desk: db)
    return lambda: window_of(lambda _db: None)


@pytest.fixture
def window(opened, locked, qtbot):
    """The window with 李静 sitting at it."""
    made = opened()
    come_in(qtbot, made, "2", PINS["李静"])
    return made


def page(window):
    return window._lock.page


def press(qtbot, window, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(window.focusWidget() or window, key, modifier)


def come_in(qtbot, window, digit, pin):
    """Choose somebody by a digit, type the PIN and Enter, wait for the answer."""
    qtbot.keyClicks(window.focusWidget(), digit)
    qtbot.keyClicks(page(window).pin, pin)
    qtbot.keyClick(page(window).pin, Key.Key_Return)
    qtbot.waitUntil(lambda: not page(window)._checking)


def texts(widget: QWidget) -> Iterator[str]:
    """Everything that a widget shows, says to a screen reader, or tells the mouse."""
    yield from (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip())
    yield widget.windowTitle() if widget.isWindow() else ""
    for name in ("text", "placeholderText", "title", "currentText"):
        said = getattr(widget, name, None)
        if callable(said) and not isinstance(widget, QComboBox):
            yield str(said())
    if isinstance(widget, QPlainTextEdit):
        yield widget.toPlainText()
    if isinstance(widget, QComboBox):
        yield widget.currentText()
    if isinstance(widget, QAbstractItemView):
        model: QAbstractItemModel | None = widget.model()
        for row in range(model.rowCount() if model is not None else 0):
            for column in range(_columns(widget, model)):
                yield str(model.index(row, column).data())


def _columns(view: QAbstractItemView, model: QAbstractItemModel) -> int:
    return 1 if isinstance(view, QListView) else model.columnCount()


def seen() -> str:
    """All words on the screen."""
    widgets = [one for one in QApplication.allWidgets() if one.isVisible()]
    return "\n".join(text for widget in widgets for text in texts(widget) if text)


def on_screen() -> list[str]:
    words = seen()
    return [name for name in NAMES if name in words]


def sitting(db):
    return db.staff_id


# --- before there are PINs


def test_a_fresh_desk_says_calmly_that_there_is_no_pin(opened, crew, qtbot):
    window = opened()
    assert not window.is_locked()
    assert window.top.lock.isHidden()
    assert window.banner.isVisible()
    assert window.banner.words.text().startswith("No PINs yet")
    press(qtbot, window, Key.Key_L, CTRL)
    assert not window.is_locked()
    assert window.status.said.text().startswith("Nobody has a PIN yet")
    qtbot.mouseClick(window.banner.button, LEFT)
    assert window.code == "settings"


def test_who_sits_here_is_changed_without_a_pin_until_there_is_one(opened, crew, db):
    window = opened()
    assert sitting(db) == crew["李静"]
    window.top.sat_down.emit(crew["王强"])
    assert sitting(db) == crew["王强"]


def test_a_manager_sets_the_first_pin_and_the_banner_goes(opened, crew, db, qtbot):
    window = opened()
    window.top.sat_down.emit(crew["周敏"])
    window.show_page("settings")
    part = window.pages["settings"].staff
    part.table.choose(crew["周敏"])
    qtbot.keyClicks(part.pins.fields["pin"], "2468")
    qtbot.keyClicks(part.pins.fields["again"], "2468")
    qtbot.keyClick(part.pins.fields["again"], Key.Key_Return)
    qtbot.waitUntil(lambda: not jobs.running())
    assert window.banner.isHidden()
    assert window.top.lock.isVisible()
    qtbot.mouseClick(window.top.lock, LEFT)
    assert window.is_locked()


# --- coming in


def test_the_program_starts_locked_and_asks_who_sits_down(opened, locked, db, qtbot):
    window = opened()
    assert window.is_locked()
    assert sitting(db) is None
    assert page(window).title.isVisible()
    assert [button.chair.name for button in page(window).chairs] == ["周敏", "李静"]
    assert page(window).without.text() == "No PIN yet: 王强"
    assert on_screen() == []
    come_in(qtbot, window, "2", "1357")
    assert not window.is_locked()
    assert sitting(db) == locked["李静"]
    assert window.top.staff.text() == "李静"
    assert window.pages["desk"].isVisible()
    assert "欧阳思远" in seen()
    assert window.focusWidget().isVisible()


def test_a_wrong_pin_is_said_and_the_fifth_locks_that_person_only(opened, locked, db, qtbot):
    window = opened()
    qtbot.keyClicks(window.focusWidget(), "2")
    for left in ("4 more tries", "3 more tries", "2 more tries", "1 more try"):
        qtbot.keyClicks(page(window).pin, "0000")
        qtbot.keyClick(page(window).pin, Key.Key_Return)
        qtbot.waitUntil(lambda: not page(window)._checking)
        assert page(window).problem.text() == f"Wrong PIN. {left}."
        assert page(window).pin.text() == ""
        assert page(window).pin.hasFocus()
    qtbot.keyClicks(page(window).pin, "0000")
    qtbot.mouseClick(page(window).enter, LEFT)
    qtbot.waitUntil(lambda: "locked for 1 minute" in page(window).problem.text())
    assert window.is_locked()
    assert sitting(db) is None
    qtbot.keyClick(page(window).pin, Key.Key_Escape)
    assert page(window).title.isVisible()
    come_in(qtbot, window, "1", "2468")
    assert sitting(db) == locked["周敏"]
    press(qtbot, window, Key.Key_L, CTRL)
    assert page(window).chairs[1].chair.note == "locked for 1 min"


def test_the_list_goes_by_arrows_and_enter_too(opened, locked, qtbot):
    window = opened()
    assert page(window).chairs[0].hasFocus()
    press(qtbot, window, Key.Key_Down)
    assert page(window).chairs[1].hasFocus()
    press(qtbot, window, Key.Key_Up)
    press(qtbot, window, Key.Key_Return)
    assert page(window).name.text() == "周敏"
    qtbot.keyClick(page(window).pin, Key.Key_Return)  # nothing typed: nothing tried
    assert page(window).problem.text() == ""
    qtbot.mouseClick(page(window).back, LEFT)
    qtbot.mouseClick(page(window).chairs[1], LEFT)
    assert page(window).name.text() == "李静"


def test_where_only_one_has_a_pin_it_is_asked_for_at_once(opened, crew, db, qtbot):
    with db.write() as session:
        make.a_pin(session, crew["周敏"], "2468", by=crew["周敏"])
    window = opened()
    assert page(window).name.text() == "周敏"
    assert page(window).pin.hasFocus()
    assert page(window).back.isHidden()


# --- somebody else sits down


def test_another_one_sits_down_in_two_keys_and_the_pin(window, locked, db, qtbot):
    assert sitting(db) == locked["李静"]
    press(qtbot, window, Key.Key_L, CTRL)
    assert window.is_locked()
    come_in(qtbot, window, "1", "2468")
    assert sitting(db) == locked["周敏"]
    with db.read() as session:
        last = session.scalars(select(Action).order_by(Action.id.desc())).first()
    assert (last.verb, last.staff_id) == ("sit_down", locked["周敏"])


def test_the_staff_menu_asks_for_the_pin_too(window, locked, db):
    menu = window.top.staff.menu()
    next(action for action in menu.actions() if "周敏" in action.text()).trigger()
    assert window.is_locked()
    assert page(window).name.text() == "周敏"
    assert sitting(db) == locked["李静"]


def test_an_open_desk_is_handed_to_a_colleague_without_a_pin(window, locked, db):
    window.top.sat_down.emit(locked["王强"])
    assert not window.is_locked()
    assert sitting(db) == locked["王强"]
    with db.write() as session:
        owner = make.a_member(session, "孙悦", Role.OWNER)
    window.top.sat_down.emit(owner)
    assert sitting(db) == locked["王强"]
    assert window.status.said.text().startswith("孙悦 needs a PIN")


# --- nothing is seen, nothing is typed


LEFT_OPEN = ["desk", "customers", "deals", "cards", "followups", "figures"]


@pytest.mark.parametrize("code", slow_but(LEFT_OPEN[1:2], LEFT_OPEN))
def test_no_word_of_a_customer_is_left_on_any_page(window, qtbot, code):
    window.show_page(code)
    table = getattr(window.pages[code], "table", None)
    if table is not None and table.rows.rowCount():
        table.choose(table.rows.ids()[0])
    if code in ("desk", "customers"):
        assert on_screen() != []
    press(qtbot, window, Key.Key_L, CTRL)
    assert on_screen() == []
    assert window.windowTitle() == "Showroom Desk"
    assert page(window).geometry() == window.rect()
    window.resize(1500, 900)
    assert page(window).geometry() == window.rect()


def test_lists_menus_questions_and_tooltips_are_closed(window, qtbot):
    press(qtbot, window, Key.Key_K, CTRL)
    window.top.search.setText("欧阳")
    window.top.search.show_hits()
    question = QDialog(window)
    question.setWindowTitle("欧阳思远?")
    QVBoxLayout(question).addWidget(QLineEdit("诸葛亮亮"))
    question.show()
    menu = QMenu(window)
    menu.addAction("司马相如")
    menu.popup(window.mapToGlobal(QPoint(40, 40)))
    QToolTip.showText(window.mapToGlobal(QPoint(90, 90)), "欧阳思远", window)
    other = QWidget()
    qtbot.addWidget(other)
    other.setWindowTitle("欧阳思远")
    other.show()
    window.lock()
    qtbot.waitUntil(lambda: on_screen() == [])
    assert not question.isVisible()
    assert not menu.isVisible()
    assert window.top.search.text() == ""


def test_what_a_job_has_to_say_waits_until_somebody_sits_down(window, qtbot, monkeypatch):
    said = []
    monkeypatch.undo()  # the real dialogs
    monkeypatch.setattr(QMessageBox, "exec", lambda box: said.append(box.text()))
    window.lock()
    dialogs.show_error(window, ShowroomError("The card of 欧阳思远 has no address."))
    assert not dialogs.confirm(window, "Print the card of 欧阳思远 again?", "Print Again")
    assert said == []
    come_in(qtbot, window, "2", "1357")
    qtbot.waitUntil(lambda: said == ["The card of 欧阳思远 has no address."])


def test_the_desk_locks_when_who_sits_here_leaves_for_good(window, locked, db, qtbot):
    with db.write() as session, make.unguarded(session):
        staff.change(session, locked["李静"], active=False)
    qtbot.waitUntil(window.is_locked)
    assert on_screen() == []


def test_keys_do_nothing_while_it_is_locked(window, db, qtbot):
    with db.write() as session:
        reception.arrive(session, people=1, now=db.now())
    with db.read() as session:
        before = session.scalar(select(Action.id).order_by(Action.id.desc()))
    press(qtbot, window, Key.Key_L, CTRL)
    for key in (*range(Key.Key_1, Key.Key_9), Key.Key_K, Key.Key_F, Key.Key_Z, Key.Key_L):
        press(qtbot, window, Key(key), CTRL)
    press(qtbot, window, Key.Key_Z, CTRL | SHIFT)
    for key in (Key.Key_F1, Key.Key_F2, Key.Key_F8, Key.Key_F9, Key.Key_Question, Key.Key_X):
        press(qtbot, window, key)
    for _step in range(6):
        press(qtbot, window, Key.Key_Tab)
        assert page(window).isAncestorOf(window.focusWidget())
    assert window.is_locked()
    assert window.code == "desk"
    assert on_screen() == []
    with db.read() as session:
        assert session.scalar(select(Action.id).order_by(Action.id.desc())) == before


def test_one_comes_back_to_where_one_was_and_the_draft_is_kept(window, db, qtbot):
    desk = window.pages["desk"]
    press(qtbot, window, Key.Key_F2)
    qtbot.waitUntil(desk.arrival.people.hasFocus)
    qtbot.keyClicks(desk.arrival.people, "2")
    qtbot.keyClick(desk.arrival.people, Key.Key_Return)
    qtbot.waitUntil(lambda: desk.form.visit is not None and desk.form.isVisible())
    desk.form.phone.setFocus()
    qtbot.keyClicks(desk.form.phone, "1381")
    where = window.focusWidget()
    assert where is not None
    press(qtbot, window, Key.Key_L, CTRL)
    with db.read() as session:
        assert "138 1" in session.scalars(select(Draft.fields)).one()
    come_in(qtbot, window, "2", "1357")
    assert desk.form.phone.text().replace(" ", "") == "1381"
    assert window.focusWidget() is where
    qtbot.keyClicks(desk.form.phone, "2")
    assert desk.form.phone.text().replace(" ", "") == "13812"


# --- nobody moves


def idle(db, seconds):
    with db.write() as session, make.unguarded(session):
        shop = settings.load(session)
        shop.idle_lock_seconds = seconds
        settings.save(session, shop)
    QTest.qWait(2 * SOON_MS)  # the frame is told in a turn of its own


def test_the_desk_locks_itself_when_nobody_moves(window, db, qtbot):
    idle(db, 1)
    qtbot.waitUntil(window.is_locked, timeout=5000)
    assert on_screen() == []


def test_any_key_and_any_move_begin_the_time_anew(window, db, qtbot):
    watch = window._lock
    now = [1000.0]
    watch.clock = lambda: now[0]
    idle(db, 60)
    now[0] += 59
    press(qtbot, window, Key.Key_Shift)
    now[0] += 59
    watch._look()
    assert not window.is_locked()
    place = QPoint(300, 300).toPointF()
    QApplication.sendEvent(
        window.pages["desk"],
        QMouseEvent(QEvent.Type.MouseMove, place, place, Qt.MouseButton.NoButton, LEFT, SHIFT),
    )
    now[0] += 59
    watch._look()
    assert not window.is_locked()
    now[0] += 1
    watch._look()
    assert window.is_locked()


def test_it_never_locks_itself_where_the_shop_says_so(window, db):
    idle(db, 0)
    assert not window._lock._timer.isActive()
    QTest.qWait(50)
    assert not window.is_locked()


def test_a_writing_job_is_waited_for(window, qtbot, monkeypatch):
    class Writing:
        writes = True

    now = [1000.0]
    window._lock.clock = lambda: now[0]
    window._lock._moved = 0.0
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "running", lambda: [Writing()])
        window._lock._look()
        assert not window.is_locked()
        assert window._lock._timer.interval() == 1000
    window._lock._look()
    assert window.is_locked()


def test_watching_costs_next_to_nothing(window):
    import time

    event = QEvent(QEvent.Type.Paint)
    start = time.perf_counter()
    for _time in range(10_000):
        window._lock.eventFilter(window, event)
    assert (time.perf_counter() - start) / 10_000 < 20e-6


def test_without_pins_nothing_is_watched(opened, crew, db, qtbot):
    window = opened()
    assert window._lock is None
    with db.write() as session:
        make.a_pin(session, crew["周敏"], "2468", by=crew["周敏"])
    window.refresh()
    assert window._lock._seconds == 180
    with db.write() as session:
        session.info["staff_id"] = crew["周敏"]
        pins.remove(session, crew["周敏"])
    window.refresh()
    assert window._lock._seconds == 0
    assert state.text("staff") == ""


# --- the settings


@pytest.fixture
def part(opened, locked, qtbot):
    """Settings, Staff; the manager sits here and is chosen in the list."""
    window = opened()
    come_in(qtbot, window, "1", "2468")
    window.show_page("settings")
    section = window.pages["settings"].staff
    section.table.choose(locked["周敏"])
    return section.pins


def fill(qtbot, part, **typed):
    for name, words in typed.items():
        part.fields[name].clear()
        qtbot.keyClicks(part.fields[name], words)
    qtbot.keyClick(part.again, Key.Key_Return)
    qtbot.waitUntil(lambda: not jobs.running())


def opens(db, staff_id, pin):
    with db.write() as session:
        return pins.attempt(session, staff_id, pin, now=db.now()) == ""


def test_ones_own_pin_is_changed_with_the_old_one(part, db, locked, qtbot):
    fill(qtbot, part, old="2468", pin="11223", again="11224")
    assert part.form.problems["again"].text() == "The two are not the same."
    fill(qtbot, part, old="9999", again="11223")
    assert part.form.problems["old"].text() == "Wrong PIN. 4 more tries."
    fill(qtbot, part, old="2468", pin="12", again="12")
    assert part.form.problems["pin"].text() == "A PIN has 4 to 8 digits."
    fill(qtbot, part, old="2468", pin="11223", again="11223")
    assert part.form.problems["old"].text() == ""
    assert part.pin.text() == ""
    assert opens(db, locked["周敏"], "11223")


def test_a_manager_gives_others_a_pin_and_unlocks_them(part, db, locked, qtbot):
    table = part.window().pages["settings"].staff.table
    table.choose(locked["王强"])
    assert part.note.text() == "王强 has no PIN and cannot unlock the desk."
    assert part.old.isHidden()
    assert part.save.text() == "Set PIN"
    fill(qtbot, part, pin="5566", again="5566")
    assert opens(db, locked["王强"], "5566")
    for _time in range(5):
        assert not opens(db, locked["王强"], "0000")
    table.choose(locked["李静"])
    assert part.unlock.isHidden()
    table.choose(locked["王强"])
    assert part.note.text().startswith("Too many wrong PINs")
    qtbot.mouseClick(part.unlock, LEFT)
    qtbot.waitUntil(lambda: part.unlock.isHidden())
    assert opens(db, locked["王强"], "5566")


def test_a_receptionist_sets_nobody_elses(window, locked, qtbot, asked):
    window.show_page("settings")
    section = window.pages["settings"].staff
    section.table.choose(locked["王强"])
    fill(qtbot, section.pins, pin="5566", again="5566")
    assert asked.errors == ["Only a manager or an owner may do this."]


def test_a_pin_is_taken_away_and_the_last_one_opens_the_desk(part, locked, db, qtbot, asked):
    window = part.window()
    table = window.pages["settings"].staff.table
    qtbot.mouseClick(part.remove, LEFT)
    qtbot.waitUntil(lambda: part.form.problems["old"].text() == "Wrong PIN. 4 more tries.")
    qtbot.keyClicks(part.old, "2468")
    qtbot.mouseClick(part.remove, LEFT)
    qtbot.waitUntil(lambda: "the last one who can" in part.form.problems["old"].text())
    table.choose(locked["李静"])
    qtbot.mouseClick(part.remove, LEFT)
    qtbot.waitUntil(lambda: part.remove.isHidden())
    table.choose(locked["周敏"])
    qtbot.keyClicks(part.old, "2468")
    qtbot.mouseClick(part.remove, LEFT)
    qtbot.waitUntil(window.banner.isVisible)
    assert window.top.lock.isHidden()


def test_when_the_desk_locks_itself_is_chosen_there(part, db, qtbot):
    part.idle.set_value(60)
    part.idle.edited.emit()
    with db.read() as session:
        assert settings.load(session).idle_lock_seconds == 60
    qtbot.waitUntil(lambda: part.window()._lock._seconds == 60)
