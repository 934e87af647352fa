"""What every page does: it follows the data, says its errors, lists its keys."""

from __future__ import annotations

import threading
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from showroom.errors import ShowroomError
from ui.page import Page

# -- pages ---------------------------------------------------------------------------------------


class Counting(Page):
    """A page that counts how often it reads."""

    code = "counting"
    title = "Counting"

    def __init__(self, db: Any) -> None:
        super().__init__(db)
        self.reads = 0
        self.save = self.button("Save", "Ctrl+S", self._fail, name="save")
        self.buttons.addWidget(self.save)
        self.key("1", "First moment", lambda: None)

    def reload(self) -> None:
        self.reads += 1

    def _fail(self) -> None:
        raise ShowroomError("It cannot be saved now.")


def write(db) -> None:
    from showroom.guard import staff
    from showroom.store.models import Role

    with db.write() as session:
        staff.add(session, name=f"N{len(staff.everyone(session))}", role=Role.CONSULTANT)


def test_a_visible_page_follows_every_write_and_a_hidden_one_waits(page_of, db, qtbot):
    page = page_of(Counting)
    assert page.reads == 1
    write(db)
    assert page.reads == 2
    page.hide()
    write(db)
    write(db)
    assert page.reads == 2
    page.show()
    assert page.reads == 3


def test_a_write_on_another_thread_is_followed_too(page_of, db, qtbot):
    page = page_of(Counting)
    thread = threading.Thread(target=write, args=(db,))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: page.reads == 2)


def test_typing_in_a_search_line_reads_once(page_of, qtbot):
    page = page_of(Counting)
    for _key in range(3):
        page.reload_soon()
    qtbot.waitUntil(lambda: page.reads == 2)
    qtbot.wait(200)
    assert page.reads == 2


def test_an_error_of_a_button_is_said_in_a_box(page_of, asked, qtbot):
    page = page_of(Counting)
    qtbot.mouseClick(page.save, Qt.MouseButton.LeftButton)
    assert asked.errors == ["It cannot be saved now."]


def test_a_page_lists_its_keys_and_commands(page_of, qtbot):
    page = page_of(Counting)
    assert page.keys() == [("Ctrl+S", "Save"), ("1", "First moment")]
    assert page.key_groups() == {"Counting": page.keys()}
    page.save.setEnabled(False)
    assert [text for text, _key, _do in page.commands()] == ["First moment"]


def test_the_side_says_what_to_choose_while_nothing_is(page_of, qtbot):
    page = page_of(Counting)
    page.side.show_empty("Choose a customer.")
    assert page.side.is_empty()
    page.side.show_content()
    page.side.set_title("张伟", "138 0013 8000", "A")
    assert page.side.tag.text() == "A"


def test_a_page_that_is_gone_does_not_disturb_a_write(db, qtbot, dressed):
    page = Counting(db)
    page.deleteLater()
    del page
    QApplication.processEvents()
    write(db)
