"""The settings by keys and clicks: who works here, the lists, the numbers, backup and check."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from showroom import choices, i18n, paths, settings
from showroom.door import turns
from showroom.guard import staff
from showroom.people import customers, search
from showroom.store import backup, copies, keeping, recovery
from showroom.store.models import ChoiceKind, Level, Role, TurnState
from showroom.store.opening import open_desk
from tests import builders as make
from tests.ui.keys import write_into as write
from ui import copying, state, style
from ui.pages.settings import SettingsPage

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def page(db: Any, page_of: Any) -> SettingsPage:
    make.stop_clock(db)
    opened: SettingsPage = page_of(SettingsPage)
    return opened


def retype(qtbot: Any, field: Any, words: str) -> None:
    field.clear()
    qtbot.keyClicks(field, words)


def people(page: SettingsPage) -> list[tuple[str, Role]]:
    with page.db.read() as session:
        return [(one.name, one.role) for one in staff.everyone(session)]


def order(page: SettingsPage) -> list[tuple[str, bool]]:
    with page.db.read() as session:
        return [(one.name, one.away) for one in turns.order(session, make.TODAY)]


def shown(table: Any, column: int) -> list[str]:
    return [table.rows.index(n, column).data() for n in range(table.rows.rowCount())]


def shop(page: SettingsPage) -> settings.Settings:
    with page.db.read() as session:
        return settings.load(session)


# --- staff


def add(page: SettingsPage, qtbot: Any, name: str, role: Role = Role.CONSULTANT) -> None:
    page.staff.role.set_value(role.value)
    write(page.staff.name, name)
    qtbot.keyClick(page.staff.name, Key.Key_Return)


def test_at_the_first_start_names_are_typed_one_after_the_other(page, qtbot):
    page.show_id(0)
    page.focus_first()
    assert page.staff.name.hasFocus()
    assert page.staff.card.title.text() == "Who works here?"
    for name in ("王强", "李娜"):
        add(page, qtbot, name)
        assert page.staff.name.text() == ""
        assert page.staff.name.hasFocus()
    add(page, qtbot, "陈明", Role.MANAGER)
    assert people(page) == [
        ("王强", Role.CONSULTANT),
        ("李娜", Role.CONSULTANT),
        ("陈明", Role.MANAGER),
    ]
    assert shown(page.staff.table, 2) == ["no. 1", "no. 2", ""]
    page.focus_first()
    assert page.list.hasFocus()


def test_enter_on_the_role_behind_the_name_adds_a_colleague_too(page, qtbot):
    write(page.staff.name, "陈明")
    role = page.staff.new.fields["role"]
    role.setFocus()
    qtbot.keyClick(role, Key.Key_End)
    qtbot.keyClick(role, Key.Key_Return)
    assert people(page) == [("陈明", list(Role)[-1])]
    assert page.staff.name.hasFocus()
    assert page.staff.name.text() == ""


def test_a_name_twice_is_said_beside_it(page, qtbot):
    add(page, qtbot, "王强")
    add(page, qtbot, "王强")
    assert page.staff.new.problems["name"].text().startswith("王强 works here already")
    assert page.staff.name.text() == "王强"
    retype(qtbot, page.staff.name, "")
    qtbot.mouseClick(page.staff.add, LEFT)
    assert page.staff.new.problems["name"].text() == "Enter a name."


def test_a_colleague_is_renamed_gets_another_role_and_leaves(page, qtbot):
    for name in ("王强", "李娜"):
        add(page, qtbot, name)
    page.staff.table.choose(1)
    name = page.staff.form.fields["name"]
    assert name.text() == "王强"
    retype(qtbot, name, "")
    write(name, "李娜")
    qtbot.mouseClick(page.staff.save, LEFT)
    assert page.staff.form.problems["name"].text().startswith("李娜 works here already")
    retype(qtbot, name, "")
    write(name, "王小强")
    page.staff.form.fields["role"].set_value(Role.OWNER.value)
    qtbot.mouseClick(page.staff.save, LEFT)
    assert ("王小强", Role.OWNER) in people(page)
    assert order(page) == [("李娜", False)]
    qtbot.mouseClick(page.staff.left, LEFT)
    assert people(page) == [("李娜", Role.CONSULTANT)]
    assert shown(page.staff.table, 2) == ["no. 1", "has left"]
    assert page.staff.left.text() == "Works Here Again"
    qtbot.mouseClick(page.staff.left, LEFT)
    assert len(people(page)) == 2


def test_places_in_the_order_of_turns_stand_beside_the_names(page, qtbot):
    for name in ("王强", "李娜", "赵磊"):
        add(page, qtbot, name)
    with page.db.write() as session:
        turns.put_first(session, 3, now=make.NOW)
    assert shown(page.staff.table, 2) == ["no. 1", "no. 2", "no. 3"]
    assert shown(page.staff.table, 0) == ["赵磊", "王强", "李娜"]
    with page.db.write() as session:
        turns.set_state(session, 3, TurnState.RESTING, now=make.NOW)
    assert shown(page.staff.table, 2) == ["no. 1", "no. 2", "away"]


# --- the shop, levels, cards


def part(page: SettingsPage, number: int) -> None:
    page.list.choose(number)


def test_the_parts_are_walked_through_by_keys(page, qtbot):
    page.list.setFocus()
    parts = [page.shop, page.lists, page.levels, page.cards, page.look, page.data]
    for section in parts:
        page.list.setFocus()
        qtbot.keyClick(page.list, Key.Key_Down)
        assert page.section() is section
        section.focus_first()
    page.show_id(2)
    assert page.shop.form.fields["shop_name"].hasFocus()
    assert shown(page.list, 0)[0] == "Staff"


def test_the_shops_facts_are_kept(page, qtbot):
    part(page, 2)
    assert not page.shop.save.isEnabled()
    write(page.shop.form.fields["shop_name"], "诚信汽车展厅")
    assert page.shop.save.isEnabled()
    qtbot.keyClicks(page.shop.form.fields["shop_phone"], "0755 2345 6789")
    with qtbot.waitSignal(page.said):
        qtbot.keyClick(page, Key.Key_S, CTRL)
    assert shop(page).shop_name == "诚信汽车展厅"
    assert shop(page).shop_phone == "0755 2345 6789"
    assert not page.shop.save.isEnabled()


def test_what_is_being_typed_is_not_touched_by_a_write_elsewhere(page, qtbot):
    part(page, 2)
    qtbot.keyClicks(page.shop.form.fields["shop_name"], "half")
    with page.db.write() as session:
        make.a_member(session, "王强")
    assert page.shop.form.fields["shop_name"].text() == "half"


def test_letters_and_days_of_the_levels(page, qtbot):
    part(page, 4)
    fields = page.levels.form.fields
    assert fields["letter_week"].text() == "H"
    assert "horizon_ordered" not in fields
    retype(qtbot, fields["letter_fortnight"], "h")
    retype(qtbot, fields["letter_month"], "")
    retype(qtbot, fields["horizon_fortnight"], "7")
    qtbot.mouseClick(page.levels.save, LEFT)
    problems = page.levels.form.problems
    assert problems["letter_fortnight"].text() == "h stands for two levels."
    assert problems["letter_month"].text() == "Enter a letter."
    assert problems["horizon_fortnight"].text() == "It must be longer than the level before it."
    retype(qtbot, fields["letter_fortnight"], "F")
    retype(qtbot, fields["letter_month"], "B")
    retype(qtbot, fields["horizon_fortnight"], "14")
    retype(qtbot, fields["protection_days"], "")
    qtbot.mouseClick(page.levels.save, LEFT)
    kept = shop(page)
    assert kept.letter(Level.FORTNIGHT) == "F"
    assert kept.horizons[Level.FORTNIGHT] == 14
    assert kept.protection_days == 90


def test_when_cards_are_due(page, qtbot):
    part(page, 5)
    fields = page.cards.form.fields
    retype(qtbot, fields["card_due_days"], "3")
    qtbot.mouseClick(page.cards.save, LEFT)
    assert page.cards.form.problems["card_late_days"].text() == (
        "A card cannot be late before it is due."
    )
    retype(qtbot, fields["card_late_days"], "4")
    retype(qtbot, fields["card_grace_days"], "61")
    qtbot.mouseClick(page.cards.save, LEFT)
    assert page.cards.form.problems["card_grace_days"].text() == (
        "Enter a whole number from 0 to 60."
    )
    retype(qtbot, fields["card_grace_days"], "0")
    fields["card_size"].set_value("210x100")
    qtbot.mouseClick(page.cards.save, LEFT)
    kept = shop(page)
    assert (kept.card_due_days, kept.card_late_days, kept.card_size) == (3, 4, "210x100")
    assert kept.card_grace_days == 0


def test_what_a_visit_owes_is_ticked(page, qtbot):
    part(page, 12)
    fields = page.owed.form.fields
    assert fields["owed_name"].isChecked()
    assert fields["owed_level"].text() == "level, where a contact was left"
    assert not fields["owed_rival"].isChecked()
    for name in ("owed_rival", "owed_channel"):
        fields[name].setFocus()
        qtbot.keyClick(fields[name], Key.Key_Space)
    with qtbot.waitSignal(page.said):
        qtbot.keyClick(page, Key.Key_S, CTRL)
    assert shop(page).owed == ["consultant", "name", "model", "level", "moments", "rival"]


# --- lists


def entries(page: SettingsPage, kind: ChoiceKind) -> list[choices.Entry]:
    with page.db.read() as session:
        return choices.entries(session, kind)


def test_models_are_added_one_after_the_other_and_put_in_order(page, qtbot):
    part(page, 3)
    page.lists.focus_first()
    for name in ("Han", "Tang", "Song"):
        qtbot.keyClicks(page.lists.name, name)
        qtbot.keyClick(page.lists.name, Key.Key_Return)
    assert shown(page.lists.table, 0) == ["Han", "Tang", "Song"]
    assert page.lists.name.hasFocus()
    qtbot.keyClicks(page.lists.name, "han")
    qtbot.keyClick(page.lists.name, Key.Key_Return)
    assert page.lists.new.problems["name"].text() == "han is in the list already."
    page.lists.table.choose(page.lists.table.rows.ids()[2])
    page.lists.table.setFocus()
    qtbot.keyClick(page.lists.table, Key.Key_Up, ALT)
    qtbot.waitUntil(lambda: shown(page.lists.table, 0) == ["Han", "Song", "Tang"])
    qtbot.mouseClick(page.lists.up, LEFT)
    qtbot.mouseClick(page.lists.up, LEFT)
    assert shown(page.lists.table, 0) == ["Song", "Han", "Tang"]
    qtbot.mouseClick(page.lists.down, LEFT)
    assert shown(page.lists.table, 0) == ["Han", "Song", "Tang"]


def test_a_channel_gets_both_names_its_group_and_goes_out_of_use(page, qtbot):
    part(page, 3)
    assert not page.lists.form.fields["group"].isVisible()
    qtbot.mouseClick(page.lists.kind.buttons["channel"], LEFT)
    assert page.lists.form.fields["group"].isVisible()
    qtbot.keyClicks(page.lists.name, "Bilibili")
    qtbot.mouseClick(page.lists.add, LEFT)
    form = page.lists.form
    assert form.fields["zh"].text() == "Bilibili"
    retype(qtbot, form.fields["zh"], "")
    qtbot.mouseClick(page.lists.save, LEFT)
    assert form.problems["zh"].text() == "Enter a name."
    write(form.fields["zh"], "抖音")
    qtbot.mouseClick(page.lists.save, LEFT)
    assert form.problems["zh"].text() == "抖音 is in the list already."
    retype(qtbot, form.fields["zh"], "")
    write(form.fields["zh"], "哔哩哔哩")
    form.fields["group"].set_value("showroom")
    qtbot.mouseClick(page.lists.save, LEFT)
    (made,) = [one for one in entries(page, ChoiceKind.CHANNEL) if one.en == "Bilibili"]
    assert (made.zh, made.group, made.active) == ("哔哩哔哩", "showroom", True)
    qtbot.mouseClick(page.lists.use, LEFT)
    assert page.lists.use.text() == "Use Again"
    assert shown(page.lists.table, 3)[-1] == "out of use"
    with page.db.read() as session:
        assert "Bilibili" not in [one.label for one in choices.options(session, ChoiceKind.CHANNEL)]
    qtbot.mouseClick(page.lists.use, LEFT)
    assert page.lists.use.text() == "Out of Use"


# --- look


def test_light_and_dark_change_at_once_and_the_language_at_the_next_start(page, qtbot, tmp_path):
    state.use(tmp_path)
    part(page, 6)
    qtbot.mouseClick(page.look.scheme.buttons["dark"], LEFT)
    assert style.is_dark()
    assert state.text("scheme") == "dark"
    qtbot.mouseClick(page.look.scheme.buttons["light"], LEFT)
    assert not style.is_dark()
    assert page.look.language.value() == "en"
    qtbot.mouseClick(page.look.language.buttons["zh_CN"], LEFT)
    assert state.text("language") == "zh_CN"
    assert i18n.language() == "en"
    assert page.look.note.text() == "The desk speaks it after the next start."
    qtbot.mouseClick(page.look.language.buttons["en"], LEFT)
    assert page.look.note.text() == ""


# --- data


def test_a_backup_is_made_and_proved_and_its_time_stands_there(page, qtbot):
    part(page, 7)
    assert page.data.copied.text() == "none yet"
    assert page.data.place.text() == str(page.db.path)
    with qtbot.waitSignal(page.said, timeout=20_000):
        qtbot.mouseClick(page.data.back_up, LEFT)
    folder = page.db.path.parent / "backups"
    assert len(copies.listed(folder)) == 1
    assert page.data.copied.text().startswith("Today ")


def test_a_backup_goes_where_one_says(page, qtbot, asked, tmp_path):
    part(page, 7)
    qtbot.mouseClick(page.data.back_up_to, LEFT)
    assert asked.questions == ["Back up to"]
    asked.answers["save"] = tmp_path / "copy.db"
    with qtbot.waitSignal(page.said, timeout=20_000) as said:
        qtbot.mouseClick(page.data.back_up_to, LEFT)
    assert (tmp_path / "copy.db").exists()
    assert "copy.db" in said.args[0]


def test_the_data_is_checked_and_a_broken_search_is_made_anew(page, qtbot):
    with page.db.write() as session:
        make.a_customer(session)
    part(page, 7)
    qtbot.mouseClick(page.data.check, LEFT)
    whole = "Everything is whole, and every rule is kept."
    qtbot.waitUntil(lambda: page.data.found.text() == whole, timeout=20_000)
    assert not page.data.mend.isVisible()
    with page.db.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM customer_fts")
    qtbot.mouseClick(page.data.check, LEFT)
    qtbot.waitUntil(lambda: page.data.found.text().startswith("1 problem:"), timeout=20_000)
    assert page.data.mend.isVisible()
    qtbot.mouseClick(page.data.mend, LEFT)
    qtbot.waitUntil(lambda: page.data.found.text() == whole, timeout=20_000)


def test_every_input_has_its_name(page):
    for number in range(1, 8):
        part(page, number)
        for form in vars(page.section()).values():
            for name, field in getattr(form, "fields", {}).items():
                assert field.accessibleName(), name
                assert field.objectName().startswith("settings"), name


@pytest.mark.language("zh_CN")
def test_the_page_in_chinese(page, qtbot):
    assert shown(page.list, 0) == [
        "员工",
        "门店",
        "选项列表",
        "级别",
        "感谢卡",
        "语言与外观",
        "数据与备份",
        "操作记录",
        "电话号码",
        "导出名单",
        "个人信息",
        "待补全",
        "留档话术",
        "试驾车",
        "试驾",
        "礼品",
        "目标",
        "日期与提醒",
        "提醒",
        "客户分类",
        "档案与评比",
        "自定义字段",
        "投诉",
        "回访规则",
        "节假日",
        "节日与祝福",
        "搜索",
        "卡片文案",
    ]


# --- copies, recovery code, restore


@pytest.fixture
def habits(tmp_path):
    """The desk remembers its habits, as the second folder."""
    state.use(tmp_path)
    yield tmp_path
    state.use(None)


def test_a_second_folder_is_chosen_filled_and_forgotten(page, qtbot, asked, habits):
    part(page, 7)
    assert page.data.second.text().startswith("none:")
    stick = habits / "stick"
    stick.mkdir()
    asked.answers["open"] = [stick]
    with qtbot.waitSignal(page.said, timeout=20_000):
        qtbot.mouseClick(page.data.choose, LEFT)
    assert page.data.second.text() == f"{stick} · up to date"
    assert len(copies.listed(stick)) == 1
    assert shown(page.data.copies, 2) == ["this PC", str(stick)]
    for path in stick.iterdir():
        path.unlink()
    stick.rmdir()
    qtbot.mouseClick(page.data.back_up, LEFT)
    qtbot.waitUntil(lambda: page.data.second.text() == f"{stick} · not there", timeout=20_000)
    qtbot.mouseClick(page.data.forget, LEFT)
    assert page.data.second.text().startswith("none:")


def test_a_recovery_code_is_saved_as_a_page_and_only_then_in_force(
    page, qtbot, asked, tmp_path, monkeypatch
):
    import pypdfium2

    code = recovery.new_code()
    monkeypatch.setattr(recovery, "new_code", lambda: code)
    part(page, 7)
    side = recovery.beside(page.db.path)
    assert page.data.code.text().startswith("none yet")
    qtbot.mouseClick(page.data.save_code, LEFT)
    qtbot.waitUntil(lambda: "Save the recovery code" in asked.questions, timeout=20_000)
    assert not side.exists()  # nobody has the page
    asked.answers["save"] = tmp_path / "code.pdf"
    with qtbot.waitSignal(page.said, timeout=20_000):
        qtbot.mouseClick(page.data.save_code, LEFT)
    assert page.data.code.text() == f"made on {page.db.today()}"
    document = pypdfium2.PdfDocument(tmp_path / "code.pdf")
    text = "".join(document[0].get_textpage().get_text_range().split())
    document.close()
    assert all(group in text for group in code.split("-"))
    assert recovery.unwrap(side, code) == page.db.key
    asked.answers["confirm"] = False
    kept = side.read_text()
    qtbot.mouseClick(page.data.print_code, LEFT)
    assert asked.questions[-1].startswith("Make a new recovery code?")
    assert side.read_text() == kept


def test_a_recovery_code_is_printed_and_only_then_in_force(page, qtbot, monkeypatch):
    from ui import printing

    part(page, 7)
    printed = []

    def print_pdf(_parent, pdf, title, done):
        printed.append((pdf[:5], title, recovery.beside(page.db.path).exists()))
        done("printer")

    monkeypatch.setattr(printing, "print_pdf", print_pdf)
    with qtbot.waitSignal(page.said, timeout=20_000):
        qtbot.mouseClick(page.data.print_code, LEFT)
    assert printed == [(b"%PDF-", "Recovery code", False)]
    assert recovery.belongs(recovery.beside(page.db.path), page.db.key)


def names(page: SettingsPage) -> list[str]:
    with page.db.read() as session:
        return [row.name for row in customers.rows(session, search.find(session))]


def test_a_backup_is_looked_into_and_restored(page, qtbot, asked):
    with page.db.write() as session:
        make.a_customer(session, "张伟")
    part(page, 7)
    with qtbot.waitSignal(page.said, timeout=20_000):
        qtbot.mouseClick(page.data.back_up, LEFT)
    with page.db.write() as session:
        make.a_customer(session, "李四")
    panel = page.data.restore
    assert panel.sentence.text().startswith("Choose a backup")
    page.data.copies.choose(1)
    qtbot.waitUntil(lambda: panel.button.isVisible(), timeout=20_000)
    assert [panel.cells[1, column].text() for column in (1, 2)] == ["1", "2"]
    assert panel.lost.text() == "1 entry made since would be lost."
    asked.answers["confirm"] = False
    qtbot.mouseClick(panel.button, LEFT)
    assert len(names(page)) == 2
    asked.answers["confirm"] = True
    with qtbot.waitSignal(panel.restored, timeout=20_000):
        qtbot.mouseClick(panel.button, LEFT)
    assert "would be lost" in asked.questions[-1]
    assert names(page) == ["张伟"]
    assert sorted(shown(page.data.copies, 1)) == ["before a restore", "by itself"]
    assert not panel.button.isVisible()


def test_a_backup_of_another_desk_asks_for_its_code(page, qtbot, asked, tmp_path):
    other = open_desk(paths.desk(tmp_path / "other"))
    code = recovery.new_code()
    recovery.write(recovery.beside(other.path), other.key, code, make.NOW)
    copy = backup.back_up(other.path, other.key, tmp_path / "copy.db")
    other.close()
    part(page, 7)
    panel = page.data.restore
    asked.answers["open"] = [tmp_path / "none.db"]
    qtbot.mouseClick(page.data.from_file, LEFT)
    qtbot.waitUntil(lambda: panel.sentence.text().startswith("There is no file"))
    asked.answers["open"] = [copy.path]
    qtbot.mouseClick(page.data.from_file, LEFT)
    qtbot.waitUntil(lambda: panel.code.isVisible(), timeout=20_000)
    panel.code.set_value(code[:-1])
    qtbot.mouseClick(panel.open, LEFT)
    assert "31 characters" in panel.form.problems["code"].text()
    panel.code.set_value(recovery.new_code())
    qtbot.mouseClick(panel.open, LEFT)
    qtbot.waitUntil(lambda: "another desk" in panel.form.problems["code"].text(), timeout=20_000)
    panel.code.set_value(code)
    qtbot.mouseClick(panel.open, LEFT)
    qtbot.waitUntil(lambda: panel.button.isVisible(), timeout=20_000)
    assert "another desk" in panel.lost.text()
    with qtbot.waitSignal(panel.restored, timeout=20_000):
        qtbot.mouseClick(panel.button, LEFT)
    assert recovery.unwrap(recovery.beside(page.db.path), code) == page.db.key


def test_each_problem_stands_on_a_line_of_its_own(page, qtbot):
    with page.db.write() as session:
        make.a_customer(session)
    with page.db.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM customer_fts")
        connection.exec_driver_sql("DELETE FROM follow_up")
        connection.exec_driver_sql("UPDATE customer SET status = 'open'")
    part(page, 7)
    qtbot.mouseClick(page.data.check, LEFT)
    qtbot.waitUntil(lambda: page.data.found.text().endswith("problems:"), timeout=20_000)
    lines = [
        page.data.problems.itemAt(n).widget().objectName()
        for n in range(page.data.problems.count())
    ]
    assert lines == ["settings.problem.index", "settings.problem.no_next"]
    qtbot.mouseClick(page.data.mend, LEFT)
    qtbot.waitUntil(lambda: page.data.problems.count() == 1, timeout=20_000)


def test_the_status_bar_says_how_old_the_backup_is(db, desk, habits):
    make.stop_clock(db)
    assert copying.line(desk.backups, db.now()) == ("No backup yet", "muted")
    db.clock = lambda: make.NOW
    copying.keep(db, desk.backups, None)
    words, tone = copying.line(desk.backups, make.NOW)
    assert words.startswith("Backup ")
    assert words.endswith("✓")
    assert tone == "muted"
    assert copying.line(desk.backups, make.later(days=3)) == ("Backup 3 days old", "soon")
    copying.set_second(habits / "stick")
    for became, said in (("absent", "not there"), ("failed", "takes no copy")):
        copying.note(keeping.Kept(None, keeping.Second(became)))
        assert said in copying.line(desk.backups, make.NOW)[0]
