"""The recovery code: a page of paper opens the backup on a PC that never had the key."""

from __future__ import annotations

import io
import json
import shutil

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from showroom import paths
from showroom.cards import recovery_page
from showroom.errors import Invalid, ShowroomError
from showroom.store import backup, copies, keys, recovery, restoring
from showroom.store.db import Database
from showroom.store.keys import KeyMissing
from showroom.store.models import Customer
from showroom.store.opening import open_desk
from tests import builders
from tests.builders import NOW, later

codes = st.builds(recovery.new_code)


@pytest.fixture
def db(db: Database) -> Database:
    return builders.stop_clock(db)


@pytest.fixture
def code(db) -> str:
    made = recovery.new_code()
    recovery.write(recovery.beside(db.path), db.key, made, NOW)
    return made


def add(db, name: str = "张伟") -> None:
    with db.write() as session:
        builders.a_customer(session, name)


def names(db) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(Customer.name).order_by(Customer.id)))


def never() -> str:
    raise AssertionError("no code is needed")


# --- the code


@given(codes)
def test_a_code_is_read_back_however_it_is_typed(code):
    whole = code.replace("-", "")
    assert len(whole) == 32
    assert set(whole) <= set(recovery.ALPHABET)
    wide = "".join(chr(ord(char) + 0xFEE0) for char in whole)
    for typed in (code, whole, code.lower(), code.replace("-", " "), f" {code}\n", wide):
        assert recovery.read_code(typed) == whole


@given(codes, st.integers(0, 31), st.integers(1, 31))
def test_one_false_character_is_always_found(code, place, shift):
    whole = code.replace("-", "")
    other = recovery.ALPHABET[(recovery.ALPHABET.index(whole[place]) + shift) % 32]
    with pytest.raises(Invalid, match="Compare each group"):
        recovery.read_code(whole[:place] + other + whole[place + 1 :])


@given(codes, st.integers(0, 30))
def test_two_neighbours_that_changed_places_are_always_found(code, place):
    whole = code.replace("-", "")
    swapped = whole[:place] + whole[place + 1] + whole[place] + whole[place + 2 :]
    if swapped != whole:
        with pytest.raises(Invalid, match="Compare each group"):
            recovery.read_code(swapped)


def test_what_cannot_be_a_code_is_said():
    with pytest.raises(Invalid, match="“0 O” never stands") as caught:
        recovery.read_code("O0AB-CDEF")
    assert set(caught.value.problems) == {"code"}
    with pytest.raises(Invalid, match="8 groups of 4 characters; 3 characters were typed"):
        recovery.read_code("A-B-C")


def test_codes_are_not_repeated():
    assert len({recovery.new_code() for _code in range(200)}) == 200


# --- the wrapped key


def test_only_the_code_frees_the_key_and_the_file_shows_nothing(tmp_path):
    key, side, code = bytes(range(32)), tmp_path / "x.recovery", recovery.new_code()
    recovery.write(side, key, code, NOW)
    assert recovery.unwrap(side, code.lower()) == key
    assert recovery.made(side) == NOW
    assert recovery.belongs(side, key)
    assert not recovery.belongs(side, bytes(32))
    text = side.read_text()
    assert key.hex() not in text
    assert code[:4] not in text
    with pytest.raises(Invalid, match="another desk or to an earlier page"):
        recovery.unwrap(side, recovery.new_code())
    assert [path.name for path in tmp_path.iterdir()] == ["x.recovery"]


def test_a_guess_at_a_code_costs_what_it_should(tmp_path, monkeypatch):
    monkeypatch.undo()
    side, code = tmp_path / "x.recovery", recovery.new_code()
    recovery.write(side, bytes(32), code, NOW)
    price = json.loads(side.read_text())["argon2id"]
    assert price == {"time": 3, "memory": 65536, "lanes": 4}
    assert recovery.unwrap(side, code) == bytes(32)


def test_a_side_file_that_is_missing_or_damaged_is_said(tmp_path):
    side, code = tmp_path / "x.recovery", recovery.new_code()
    with pytest.raises(ShowroomError, match="is missing"):
        recovery.unwrap(side, code)
    recovery.write(side, bytes(32), code, NOW)
    kept = json.loads(side.read_text())
    for text in (
        "",
        "[]",
        "日记",
        json.dumps(kept | {"format": 2}),
        json.dumps(kept | {"wrapped": "zz"}),
        json.dumps(kept | {"salt": ""}),
        json.dumps(kept | {"argon2id": {"time": 1, "memory": 2**40, "lanes": 1}}),
    ):
        side.write_text(text, "utf-8")
        with pytest.raises(ShowroomError, match="damaged or was made by a newer"):
            recovery.unwrap(side, code)
        assert recovery.made(side) is None
        assert not recovery.belongs(side, bytes(32))
    side.write_bytes(b"\xff\xfe")
    with pytest.raises(ShowroomError, match="damaged"):
        recovery.unwrap(side, code)


def test_a_place_that_takes_no_side_file_is_said(tmp_path):
    with pytest.raises(ShowroomError, match="cannot be written"):
        recovery.write(tmp_path / "none" / "x", bytes(32), recovery.new_code(), NOW)


# --- the story of the new PC


def test_backup_and_recovery_code_open_the_data_on_a_new_pc(db, code, tmp_path):
    add(db, "欧阳修文")
    stick = tmp_path / "stick"
    copy = backup.back_up(db.path, db.key, stick / "copy.db")
    db.close()
    fresh = paths.desk(tmp_path / "new pc")
    with pytest.raises(KeyMissing, match="its recovery code opens it"):
        restoring.key_of(copy.path, None)
    assert restoring.restore_desk(fresh, copy.path, NOW, lambda: code) is None
    opened = open_desk(fresh)
    assert names(opened) == ["欧阳修文"]
    assert opened.key == db.key
    assert recovery.unwrap(recovery.beside(opened.path), code) == opened.key
    opened.close()


def test_on_a_new_pc_that_was_tried_out_the_rows_get_its_key(db, code, tmp_path):
    add(db, "张伟")
    copy = backup.back_up(db.path, db.key, tmp_path / "copy.db")
    other = open_desk(paths.desk(tmp_path / "other"))
    add(builders.stop_clock(other), "试一试")
    asked = []

    def ask() -> str:
        asked.append(1)
        return code

    other.close()
    kept = restoring.restore_desk(paths.desk(tmp_path / "other"), copy.path, NOW, ask)
    assert asked == [1]
    opened = open_desk(paths.desk(tmp_path / "other"))
    assert opened.key == other.key != db.key
    assert names(opened) == ["张伟"]
    assert kept is not None
    again = Database(kept.path, opened.key)
    assert names(again) == ["试一试"]
    again.close()
    # the page on paper is as good for the new desk, and for what it copies from now on
    later_copy = backup.back_up(opened.path, opened.key, tmp_path / "later.db")
    assert recovery.unwrap(recovery.beside(later_copy.path), code) == opened.key
    opened.close()


def test_a_wrong_code_changes_nothing(db, code, tmp_path):
    add(db)
    copy = backup.back_up(db.path, db.key, tmp_path / "copy.db")
    fresh = paths.desk(tmp_path / "fresh")
    with pytest.raises(Invalid, match="another desk"):
        restoring.restore_desk(fresh, copy.path, NOW, recovery.new_code)
    assert not fresh.database.exists()
    assert not fresh.key.exists()


def test_a_copy_without_its_side_file_says_what_to_bring(db, tmp_path):
    copy = backup.back_up(db.path, db.key, tmp_path / "copy.db")
    with pytest.raises(ShowroomError, match=r"bring copy\.db\.recovery"):
        restoring.restore_desk(paths.desk(tmp_path / "fresh"), copy.path, NOW, never)
    with pytest.raises(ShowroomError, match="There is no file"):
        restoring.restore_desk(paths.desk(tmp_path / "fresh"), tmp_path / "x", NOW, never)


def test_a_side_file_of_another_copy_is_said(db, code, tmp_path):
    copy = backup.back_up(db.path, db.key, tmp_path / "copy.db")
    other = recovery.new_code()
    recovery.write(recovery.beside(copy.path), bytes(32), other, NOW)
    with pytest.raises(ShowroomError, match="does not belong to it"):
        restoring.key_of(copy.path, None, other)


def test_a_copy_of_ones_own_needs_no_code(db, desk, tmp_path):
    add(db)
    copy = backup.back_up(db.path, db.key, tmp_path / "copy.db")
    add(db, "李四")
    db.close()
    kept = restoring.restore_desk(desk, copy.path, NOW, never)
    assert kept is not None
    opened = open_desk(desk)
    assert names(opened) == ["张伟"]
    opened.close()


# --- a lost key


@pytest.mark.parametrize("left", [None, "?", "ab" * 32])
def test_a_lost_damaged_or_wrong_key_is_brought_back_by_the_code(db, desk, code, left):
    add(db)
    key = db.key
    db.close()
    if left is None:
        desk.key.unlink()
    else:
        desk.key.write_text(left)
    with pytest.raises(KeyMissing, match="recovery code") as caught:
        open_desk(desk)
    assert restoring.helps(caught.value)
    with pytest.raises(Invalid):
        restoring.open_with_code(desk, recovery.new_code(), NOW)
    restoring.open_with_code(desk, code, NOW)
    opened = open_desk(desk)
    assert opened.key == key
    assert names(opened) == ["张伟"]
    opened.close()
    aside = list(desk.config.glob("showroom.key.*"))
    assert [path.read_text() for path in aside] == ([left] if left else [])
    restoring.open_with_code(desk, code, NOW)  # once more: the key is there
    assert list(desk.config.glob("showroom.key.*")) == aside


def test_a_side_file_that_does_not_open_the_data_is_said(db, desk):
    other = recovery.new_code()
    recovery.write(recovery.beside(db.path), bytes(32), other, NOW)
    with pytest.raises(ShowroomError, match="does not belong"):
        restoring.open_with_code(desk, other, NOW)


def test_a_lost_key_and_foreign_data_leave_the_data_aside_and_restore(db, desk, code, tmp_path):
    add(db)
    copy = backup.back_up(db.path, db.key, tmp_path / "copy.db")
    db.close()
    elsewhere = open_desk(paths.desk(tmp_path / "elsewhere"))
    elsewhere.close()
    shutil.copy(elsewhere.path, desk.database)
    with pytest.raises(KeyMissing, match="another desk"):
        open_desk(desk)
    kept = restoring.restore_desk(desk, copy.path, NOW, never)
    assert kept is not None
    assert kept.path.read_bytes() == elsewhere.path.read_bytes()
    opened = open_desk(desk)
    assert names(opened) == ["张伟"]
    opened.close()


# --- looking before restoring


def test_a_look_says_what_a_copy_holds_and_what_would_be_lost(db, tmp_path):
    add(db, "张伟")
    copy = backup.back_up(db.path, db.key, tmp_path / "copy.db")
    seen = restoring.look(copy.path, db.key, db.path, db.key)
    assert seen.holds[:3] == seen.here[:3] == (1, 0, 0)
    assert seen.loses == restoring.Loss(0, True)
    db.clock = lambda: later(hours=2)
    add(db, "李四")
    add(db, "王五")
    seen = restoring.look(copy.path, db.key, db.path, db.key)
    assert seen.holds.customers == 1
    assert seen.here.customers == 3
    assert seen.holds.newest == NOW
    assert seen.here.newest == later(hours=2)
    assert seen.loses == restoring.Loss(2, True)


def test_a_look_at_another_desks_copy_says_that_all_goes(db, tmp_path):
    add(db)
    other = builders.stop_clock(open_desk(paths.desk(tmp_path / "other")))
    other.clock = lambda: later(days=9)
    add(other)
    add(other)
    other.close()
    seen = restoring.look(other.path, other.key, db.path, db.key)
    assert not seen.loses.same_desk
    assert seen.loses.entries == seen.here.entries


def test_what_outlives_a_restore_is_done_before_anybody_sees_the_rows(db, desk, tmp_path):
    add(db)
    copy = backup.back_up(db.path, db.key, tmp_path / "copy.db")

    def erase(draft, key, _graves) -> None:
        assert names(db) == ["张伟"]
        there = Database(draft, key)
        with there.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE customer SET name = ''")
        there.close()

    restoring.restore(db.path, db.key, copy.path, desk.backups, NOW, settle=erase)
    assert names(db) == [""]


# --- the page


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_page_shows_the_code_in_words_and_as_qr(language, tmp_path):
    from showroom import i18n

    i18n.use(language)
    code = recovery.new_code()
    pdf = recovery_page.pdf(code, shop="诚信汽车展厅", path=tmp_path / "showroom.db", now=NOW)
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    assert len(document) == 1
    text = "".join(document[0].get_textpage().get_text_range().split())
    assert all(group in text for group in code.split("-"))
    assert "诚信汽车展厅" in text
    assert "showroom.db" in text
    document.close()


def test_nothing_of_the_code_stays_in_the_folder(db, desk, code, tmp_path):
    backup.back_up(db.path, db.key, copies.place(desk.backups, NOW))
    db.close()
    plain = code.replace("-", "")
    for path in desk.data.rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            assert code.encode() not in held
            assert plain.encode() not in held
    assert keys.found(desk) == db.key


# --- on the command line


@pytest.fixture
def copy(db, code, tmp_path):
    """A copy of this desk, which was carried to a PC without its key."""
    add(db)
    made = backup.back_up(db.path, db.key, tmp_path / "stick" / "copy.db")
    return made.path


def restore_there(copy, tmp_path, capsys) -> tuple[int, str]:
    import main

    code = main.main(["--data", str(tmp_path / "fresh"), "--language", "en", "restore", str(copy)])
    return code, capsys.readouterr().err


def test_the_command_line_reads_the_code_from_a_file(copy, code, tmp_path, capsys, monkeypatch):
    page = tmp_path / "code.txt"
    page.write_text(f"\ufeff{code.lower()}\n", "utf-8")
    monkeypatch.setenv("SHOWROOM_RECOVERY_CODE_FILE", str(page))
    assert restore_there(copy, tmp_path, capsys) == (0, "")
    opened = open_desk(paths.desk(tmp_path / "fresh"))
    assert names(opened) == ["张伟"]
    opened.close()
    monkeypatch.delenv("SHOWROOM_RECOVERY_CODE_FILE")
    assert restore_there(copy, tmp_path, capsys)[0] == 0  # now the key is there


def test_the_command_line_says_where_it_wants_the_code(copy, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert restore_there(copy, tmp_path, capsys) == (
        1,
        "The recovery code is needed: write it into a file and name that file in "
        "SHOWROOM_RECOVERY_CODE_FILE.\n",
    )
    monkeypatch.setenv("SHOWROOM_RECOVERY_CODE_FILE", str(tmp_path / "none"))
    code, said = restore_there(copy, tmp_path, capsys)
    assert code == 1
    assert said.startswith("The recovery code cannot be read from")


def test_at_a_terminal_the_code_is_asked_for(copy, code, tmp_path, capsys, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal(code + "\n"))
    done, said = restore_there(copy, tmp_path, capsys)
    assert done == 0
    assert "Recovery code:" in said


def test_a_damaged_side_file_does_not_keep_the_desk_from_its_copy(db, tmp_path):
    recovery.beside(db.path).write_text("?")
    copy = backup.back_up(db.path, db.key, tmp_path / "copy.db")
    assert copy.path.exists()
    assert not recovery.beside(copy.path).exists()


def test_a_look_at_an_empty_file_is_said(db, tmp_path):
    (tmp_path / "empty.db").touch()
    with pytest.raises(ShowroomError, match="holds no data"):
        restoring.look(tmp_path / "empty.db", db.key, db.path, db.key)
