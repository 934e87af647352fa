"""The window when the data does not open: the recovery code, a backup, and back to work."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from showroom import paths
from showroom.errors import ShowroomError
from showroom.guard import erasure
from showroom.people import search
from showroom.store import backup, recovery
from showroom.store.keys import KeyMissing
from showroom.store.models import Cause
from showroom.store.opening import open_desk
from tests import builders as make
from tests.stories import story
from ui.rescue import Rescue
from ui.widgets import Button

LEFT = Qt.MouseButton.LeftButton


@story
def code(db: Any) -> str:
    made = recovery.new_code()
    recovery.write(recovery.beside(db.path), db.key, made, make.NOW)
    with db.write() as session:
        make.a_customer(session, "张伟")
    return made


@pytest.fixture
def rescue(qtbot: Any, desk: paths.Desk) -> Any:
    """Open the desk, which fails, and show what the window then offers."""
    windows = []  # Qt forgets a window that nobody holds

    def show(where: paths.Desk = desk) -> Rescue:
        with pytest.raises(ShowroomError) as caught:
            open_desk(where)
        window = QWidget()
        column = QVBoxLayout(window)
        made = Rescue(where, caught.value, [Button("Quit")])
        column.addWidget(made)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        windows.append(window)
        return made

    return show


def opens(desk: paths.Desk) -> list[str]:
    from sqlalchemy import select

    from showroom.store.models import Customer

    opened = open_desk(desk)
    with opened.read() as session:
        names = list(session.scalars(select(Customer.name)))
    opened.close()
    return names


def test_a_lost_key_comes_back_by_the_code(db, desk, code, rescue, qtbot):
    db.close()
    desk.key.unlink()
    shown = rescue()
    assert shown.code.isVisible()
    qtbot.keyClicks(shown.code, code[:-1])
    qtbot.mouseClick(shown.open, LEFT)
    assert "31 characters were typed" in shown.form.problems["code"].text()
    shown.code.set_value(recovery.new_code())
    qtbot.mouseClick(shown.open, LEFT)
    qtbot.waitUntil(lambda: "another desk" in shown.form.problems["code"].text())
    shown.code.set_value(code)
    with qtbot.waitSignal(shown.done):
        qtbot.mouseClick(shown.open, LEFT)
    assert opens(desk) == ["张伟"]


def test_a_damaged_file_is_replaced_by_a_backup(db, desk, code, rescue, qtbot, asked, tmp_path):
    copy = backup.back_up(db.path, db.key, tmp_path / "copy.db")
    db.close()
    whole = db.path.read_bytes()
    db.path.write_bytes(whole[:-4096])
    shown = rescue()
    assert not shown.code.isVisible()
    asked.answers["open"] = [tmp_path / "none.db"]
    qtbot.mouseClick(shown.restore, LEFT)
    qtbot.waitUntil(lambda: shown.sentence.text().startswith("There is no file"))
    asked.answers["open"] = [copy.path]
    with qtbot.waitSignal(shown.done, timeout=20_000):
        qtbot.mouseClick(shown.restore, LEFT)
    assert opens(desk) == ["张伟"]


def test_a_backup_does_not_bring_an_erased_person_back(db, desk, code, rescue, qtbot, asked):
    copy = backup.back_up(db.path, db.key, desk.backups / "desk-20261118T023000Z.db")
    with db.read() as session:
        (id,) = search.find(session, "张伟")
    erasure.erase_now(db, [id], why=Cause.ASKED)
    db.close()
    whole = db.path.read_bytes()
    db.path.write_bytes(whole[:-4096])
    shown = rescue()
    asked.answers["open"] = [copy.path]
    with qtbot.waitSignal(shown.done, timeout=20_000):
        qtbot.mouseClick(shown.restore, LEFT)
    assert opens(desk) == [""]


def test_on_a_new_pc_the_backup_asks_for_its_code(db, desk, code, rescue, qtbot, asked, tmp_path):
    copy = backup.back_up(db.path, db.key, tmp_path / "copy.db")
    db.close()
    fresh = paths.prepare(paths.desk(tmp_path / "fresh"))
    fresh.database.write_bytes(db.path.read_bytes())  # the file alone, without key and side file
    shown = rescue(fresh)
    assert not shown.code.isVisible()
    asked.answers["open"] = [copy.path]
    qtbot.mouseClick(shown.restore, LEFT)
    qtbot.waitUntil(lambda: shown.code.isVisible())
    assert "recovery code" in shown.sentence.text()
    shown.code.set_value(code)
    with qtbot.waitSignal(shown.done, timeout=20_000):
        qtbot.mouseClick(shown.open, LEFT)
    assert opens(fresh) == ["张伟"]


def test_the_window_itself_offers_the_code_and_opens(db, desk, code, qtbot, qapp):
    from ui.app import Program

    db.close()
    desk.key.unlink()
    program = Program(qapp, desk)
    qtbot.addWidget(program.window)
    program.start()
    qtbot.waitUntil(lambda: program.window.findChild(Rescue) is not None, timeout=20_000)
    shown = program.window.findChild(Rescue)
    qtbot.waitUntil(shown.code.isVisible)
    shown.code.set_value(code)
    qtbot.mouseClick(shown.open, LEFT)
    qtbot.waitUntil(lambda: program.db is not None, timeout=20_000)
    program.window.close()


def test_only_what_a_backup_can_help_offers_one():
    from showroom.store import restoring

    assert restoring.helps(KeyMissing("x"))
    assert not restoring.helps(ShowroomError("x"))
    assert not restoring.helps(ValueError("x"))
