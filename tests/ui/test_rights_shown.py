"""What somebody may not do is seen and says who may; the second PIN; the forgotten one."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from showroom import settings
from showroom.guard import entries, pins
from showroom.store import recovery
from showroom.store.models import Role
from tests import builders as make
from tests.amounts import slow_but
from tests.stories import story
from tests.ui.test_lock import LEFT, come_in, crew, locked, opened, page, window  # noqa: F401
from ui import dialogs, jobs
from ui.pages.cards import CardsPage
from ui.pages.deals import DealsPage
from ui.pages.figures import FiguresPage
from ui.pages.settings import PARTS, SettingsPage
from ui.pages.sheets import SheetsPage
from ui.second import SecondDialog

MANAGER = "Only a manager or an owner may "


@story
def people(db):
    """Manager 周敏 (3333), owner 孙悦 (4444), receptionist 李静 (1111), who sits here; a deal."""
    make.stop_clock(db)
    roles = {"周敏": Role.MANAGER, "孙悦": Role.OWNER, "李静": Role.RECEPTIONIST}
    with db.write() as session:
        found = {name: make.a_member(session, name, role) for name, role in roles.items()}
    with db.write() as session:
        make.a_deal(session, make.a_customer(session))
    for name, pin in (("周敏", "3333"), ("孙悦", "4444"), ("李静", "1111")):
        with db.write() as session:
            make.a_pin(session, found[name], pin, by=found["周敏"])
    db.staff_id = found["李静"]
    return found


def limits(db: Any, alone: int, two: int) -> None:
    with db.write() as session, make.unguarded(session):
        shop = settings.load(session)
        shop.export_alone, shop.export_two = alone, two
        settings.save(session, shop)


def noted(db: Any) -> Any:
    with db.read() as session:
        return entries.rows(session, entries.find(session)[:1])[0]


def part(page: SettingsPage, name: str) -> Any:
    page.show_id([code for code, _title in PARTS].index(name) + 1)
    return page.section()


def asking() -> SecondDialog | None:
    return next(
        (
            one
            for one in QApplication.topLevelWidgets()
            if isinstance(one, SecondDialog) and one.isVisible()
        ),
        None,
    )


# --- settings


def test_settings_are_read_by_all_and_saved_by_who_may(db, people, page_of, qtbot, asked):
    settings_page = page_of(SettingsPage)
    shop = part(settings_page, "shop")
    assert shop.card.note.text() == MANAGER + "change settings."
    name = shop.form.fields["shop_name"]
    qtbot.keyClicks(name, "Long Road")
    qtbot.mouseClick(shop.save, LEFT)
    assert asked.errors == [MANAGER + "change settings."]
    assert name.text() == "Long Road"
    db.seat(people["周敏"])
    qtbot.waitUntil(lambda: shop.card.note.text() == "")
    assert name.text() == "Long Road", "what was typed waits for who may save it"
    qtbot.mouseClick(shop.save, LEFT)
    with db.read() as session:
        assert settings.load(session).shop_name == "Long Road"


@pytest.mark.parametrize(
    ("name", "buttons", "may"),
    [
        ("staff", ("add", "save", "left"), "change the staff."),
        ("lists", ("add", "save", "up", "down", "use"), "change settings."),
        ("data", ("print_code", "save_code"), "restore, repair, or make a recovery code."),
    ],
)
def test_buttons_are_grey_and_say_who_may_until_he_sits_down(
    db, people, page_of, qtbot, name, buttons, may
):
    settings_page = page_of(SettingsPage)
    section = part(settings_page, name)
    for one in buttons:
        button = getattr(section, one)
        assert not button.isEnabled()
        assert button.toolTip() == button.accessibleDescription() == MANAGER + may
    db.seat(people["孙悦"])
    first = getattr(section, buttons[0])
    qtbot.waitUntil(first.isEnabled)
    assert first.toolTip() == ""


def test_the_idle_lock_is_put_back_where_it_was(db, people, page_of, qtbot, asked):
    section = part(page_of(SettingsPage), "staff")
    section.table.choose(people["李静"])
    section.pins.idle.set_value(0)
    section.pins.idle.edited.emit()
    assert asked.errors == [MANAGER + "change settings."]
    assert section.pins.idle.value() == 180


def test_a_copy_is_not_put_in_place_by_the_receptionist(db, people, page_of, qtbot, asked):
    section = part(page_of(SettingsPage), "data")
    qtbot.mouseClick(section.back_up, LEFT)
    qtbot.waitUntil(lambda: bool(section._copies))
    section.copies.choose(1)
    qtbot.waitUntil(section.restore.button.isVisible)
    assert not section.restore.button.isEnabled()
    section.restore._restore()
    qtbot.waitUntil(lambda: bool(asked._errors))
    assert asked.errors == [MANAGER + "restore, repair, or make a recovery code."]


def test_the_limits_are_set_and_an_empty_one_stays(db, people, page_of, qtbot):
    db.seat(people["周敏"])
    section = part(page_of(SettingsPage), "export")
    fields = section.form.fields
    assert (fields["export_alone"].value(), fields["export_two"].value()) == (200, 2500)
    fields["export_alone"].clear()
    qtbot.keyClicks(fields["export_alone"], "100")
    qtbot.keyClick(fields["export_alone"], Qt.Key.Key_Return)
    fields["export_two"].clear()
    qtbot.mouseClick(section.save, LEFT)
    with db.read() as session:
        shop = settings.load(session)
    assert (shop.export_alone, shop.export_two) == (100, 2500)


def test_a_deal_is_cancelled_by_who_may(db, people, page_of, qtbot, asked):
    deals = page_of(DealsPage)
    deals.table.choose(deals.table.rows.ids()[0])
    assert not deals.cancel.isEnabled()
    assert deals.cancel.toolTip() == MANAGER + "approve this."
    db.seat(people["周敏"])
    qtbot.waitUntil(deals.cancel.isEnabled)
    assert deals.cancel.toolTip().startswith("Cancel Deal…")


# --- what leaves


def test_too_many_rows_are_refused_with_the_sentence(db, people, page_of, qtbot, asked, tmp_path):
    limits(db, 0, 0)
    target = asked.answers["save"] = tmp_path / "out.xlsx"
    sheets = page_of(SheetsPage)
    sheets.out._export_customers()
    qtbot.waitUntil(lambda: bool(asked._errors))
    assert asked.errors[0].startswith("Rows: 1. More than 0 may be taken out only by a manager")
    assert not target.exists()
    assert noted(db).verb == "Export refused"


@pytest.fixture
def two(db, people):
    """The manager sits there, and every list needs a second one."""
    limits(db, 0, 0)
    db.staff_id = people["周敏"]
    return people


def give(qtbot: Any, pin: str) -> SecondDialog:
    qtbot.waitUntil(lambda: asking() is not None)
    dialog = asking()
    assert dialog is not None
    qtbot.keyClicks(dialog.pin, pin)
    qtbot.keyClick(dialog.pin, Qt.Key.Key_Return)
    return dialog


WAYS = {
    "customers": (SheetsPage, lambda page: page.out._export_customers(), "out.xlsx"),
    "month": (FiguresPage, lambda page: page._export(), "out.xlsx"),
    "cards": (CardsPage, lambda page: page._save(), "out.pdf"),
    "trail": (SettingsPage, lambda page: part(page, "trail")._export(), "out.xlsx"),
}


@pytest.mark.parametrize("way", slow_but(["customers", "cards"], WAYS))
def test_the_second_person_gives_the_pin_and_the_file_is_there(
    db, two, page_of, qtbot, asked, tmp_path, way
):
    kind, export, name = WAYS[way]
    db.clock = lambda: make.later(days=5)
    target = asked.answers["save"] = tmp_path / name
    shown = page_of(kind)
    qtbot.wait(50)
    export(shown)
    dialog = give(qtbot, "0000")
    qtbot.waitUntil(lambda: dialog.form.problems["pin"].text().startswith("Wrong PIN"))
    assert dialog.isVisible()
    assert dialog.pin.text() == ""
    assert not target.exists()
    give(qtbot, "4444")
    qtbot.waitUntil(target.exists)
    qtbot.waitUntil(lambda: noted(db).verb == "Export")
    assert noted(db).what.endswith(f"{name} · second person: 孙悦")
    assert asking() is None


def test_whoever_gives_up_is_noted_and_nothing_is_there(db, two, page_of, qtbot, asked, tmp_path):
    target = asked.answers["save"] = tmp_path / "out.xlsx"
    page_of(SheetsPage).out._export_customers()
    qtbot.waitUntil(lambda: asking() is not None)
    assert asking().who.value() == two["孙悦"], "who sits here cannot be the second"
    qtbot.mouseClick(asking().leave, LEFT)
    qtbot.waitUntil(lambda: noted(db).verb == "Export refused")
    assert not target.exists()
    assert asked.errors == []


def test_a_pin_that_comes_after_giving_up_takes_nothing_out(
    db, two, page_of, qtbot, asked, tmp_path
):
    target = asked.answers["save"] = tmp_path / "out.xlsx"
    page_of(SheetsPage).out._export_customers()
    dialog = give(qtbot, "4444")
    dialog.reject()
    qtbot.waitUntil(lambda: not jobs.running())
    qtbot.wait(50)
    assert not target.exists()
    assert asked.errors == []


def test_where_there_is_no_second_it_is_said(db, two, page_of, qtbot, asked, tmp_path):
    with db.write() as session:
        session.info["staff_id"] = two["周敏"]
        pins.remove(session, two["孙悦"])
    asked.answers["save"] = tmp_path / "out.xlsx"
    page_of(SheetsPage).out._export_customers()
    qtbot.waitUntil(lambda: bool(asked._errors))
    assert "a second manager or owner gives the PIN" in asked.errors[0]
    assert noted(db).verb == "Export refused"


def test_a_locked_desk_asks_for_nobody(db, two, page_of, qtbot, asked, tmp_path):
    asked.answers["save"] = tmp_path / "out.xlsx"
    sheets = page_of(SheetsPage)
    dialogs.hold()
    try:
        sheets.out._export_customers()
        qtbot.waitUntil(lambda: noted(db).verb == "Export refused")
        assert asking() is None
    finally:
        dialogs.release(say=False)
    assert asked.errors


# --- the forgotten PIN


@pytest.fixture
def code(db):
    made = recovery.new_code()
    recovery.write(recovery.beside(db.path), db.key, made, db.now())
    return made


def test_a_manager_who_forgot_the_pin_comes_in_by_the_code(opened, locked, db, qtbot, code):  # noqa: F811
    made = opened()
    lock = page(made)
    qtbot.keyClicks(made.focusWidget(), "1")
    assert lock.name.text() == "周敏"
    qtbot.mouseClick(lock.forgot, LEFT)
    forgotten = lock.pile.currentWidget()
    assert QApplication.focusWidget() is forgotten.code
    qtbot.keyClicks(forgotten.code, recovery.new_code())
    qtbot.keyClick(forgotten.code, Qt.Key.Key_Return)
    qtbot.keyClicks(forgotten.pin, "8080")
    qtbot.keyClick(forgotten.pin, Qt.Key.Key_Return)
    qtbot.keyClicks(forgotten.again, "8081")
    qtbot.keyClick(forgotten.again, Qt.Key.Key_Return)
    assert forgotten.problem.text() == "The two are not the same."
    forgotten.again.clear()
    qtbot.keyClicks(forgotten.again, "8080")
    qtbot.keyClick(forgotten.again, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "another desk or" in forgotten.problem.text())
    assert made.is_locked()
    forgotten.code.clear()
    qtbot.keyClicks(forgotten.code, code)
    qtbot.mouseClick(forgotten.enter, LEFT)
    qtbot.waitUntil(lambda: not made.is_locked())
    assert db.staff_id == locked["周敏"]
    pins.check(db, locked["周敏"], "8080")


def test_the_code_is_offered_to_managers_and_escape_goes_back(opened, locked, qtbot, code):  # noqa: F811
    made = opened()
    lock = page(made)
    qtbot.keyClicks(made.focusWidget(), "2")
    assert (lock.name.text(), lock.forgot.isVisible()) == ("李静", False)
    qtbot.keyClick(lock.pin, Qt.Key.Key_Escape)
    qtbot.keyClicks(made.focusWidget(), "1")
    qtbot.mouseClick(lock.forgot, LEFT)
    qtbot.keyClick(lock.pile.currentWidget().code, Qt.Key.Key_Escape)
    assert lock.pile.currentIndex() == 1
    assert lock.pile.count() == 2
    assert QApplication.focusWidget() is lock.pin


def test_who_undoes_an_older_action_of_somebody_else_is_told_in_the_status_bar(
    window,  # noqa: F811
    db,
    qtbot,
):
    """The customers came in on a day long gone; 李静, who sits here now, did none of it."""
    db.clock = lambda: make.later(days=30)
    window.undo()
    assert window.status.said.text().endswith("somebody else did on an earlier day.")
