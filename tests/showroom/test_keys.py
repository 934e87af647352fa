"""The key of the file: made once, kept safe, never overwritten."""

from __future__ import annotations

import os
import threading

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from keyring.errors import KeyringLocked, PasswordSetError

from showroom import paths
from showroom.errors import ShowroomError
from showroom.store import keys
from tests.builders import NOW

posix = pytest.mark.skipif(os.name != "posix", reason="rights of files are those of POSIX")


class Keystore(KeyringBackend):
    """A keystore of the system, but in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = self.refuses = self.forgets = False

    def get_password(self, service, username):
        if self.locked:
            raise KeyringLocked
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        if self.refuses:
            raise PasswordSetError
        if not self.forgets:
            self.kept[service, username] = password

    def delete_password(self, service, username):
        del self.kept[service, username]


Keystore.__module__ = "keyring.backends.SecretService"


@pytest.fixture
def use():
    """Let keyring find this backend."""
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


@pytest.fixture
def keystore(use):
    made = Keystore()
    use(made)
    return made


@pytest.fixture
def own(tmp_path):
    """The desk of this user, whose key does not lie beside the data."""
    return paths.Desk(tmp_path / "data", tmp_path / "config", tmp_path / "exports")


@pytest.fixture
def apart(tmp_path):
    """The desk of `--data DIR`."""
    return paths.desk(tmp_path / "apart")


def test_a_key_is_made_once_and_kept_in_a_file_of_its_owner(apart):
    key = keys.key_of(apart, made_already=False)
    assert len(key) == 32
    assert bytes.fromhex(apart.key.read_text()) == key
    assert keys.key_of(apart, made_already=True) == key
    assert keys.key_of(apart, made_already=False) == key
    assert [path.name for path in apart.config.iterdir()] == [apart.key.name]


def test_two_desks_have_two_keys(tmp_path):
    one, two = (
        keys.key_of(paths.desk(tmp_path / name), made_already=False) for name in ("one", "two")
    )
    assert one != two


@posix
def test_the_key_file_is_its_owners_alone(apart):
    keys.key_of(apart, made_already=False)
    assert apart.key.stat().st_mode & 0o777 == 0o600


@posix
def test_rights_that_are_too_wide_are_mended(apart):
    key = keys.key_of(apart, made_already=False)
    apart.key.chmod(0o644)
    assert keys.key_of(apart, made_already=True) == key
    assert apart.key.stat().st_mode & 0o777 == 0o600


def test_rights_that_cannot_be_mended_are_said(apart, monkeypatch):
    keys.key_of(apart, made_already=False)
    apart.key.chmod(0o644)

    def refuse(*_args: object, **_options: object) -> None:
        raise PermissionError

    monkeypatch.setattr(type(apart.key), "chmod" if os.name == "posix" else "read_text", refuse)
    with pytest.raises(ShowroomError, match="others can read it"):
        keys.key_of(apart, made_already=True)


def test_no_key_is_made_for_data_that_has_one_elsewhere(apart):
    with pytest.raises(ShowroomError, match="is not on this PC") as caught:
        keys.key_of(apart, made_already=True)
    assert str(apart.key) in str(caught.value)
    assert not apart.key.exists()


@pytest.mark.parametrize("text", ["", "abc", "zz" * 32, "ab" * 31, "钥匙", "ab" * 33])
def test_a_damaged_key_is_said_and_not_overwritten(apart, text):
    apart.key.parent.mkdir()
    apart.key.write_text(text, "utf-8")
    for made_already in (True, False):
        with pytest.raises(ShowroomError, match="damaged"):
            keys.key_of(apart, made_already=made_already)
    assert apart.key.read_text("utf-8") == text


def test_a_key_that_cannot_be_written_is_said(apart):
    apart.config.write_text("a file where the folder should be")
    with pytest.raises(ShowroomError, match="cannot be written"):
        keys.key_of(apart, made_already=False)


def test_a_disk_without_links_keeps_the_key_too(apart, monkeypatch):
    def refuse(*_names: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "link", refuse)
    key = keys.key_of(apart, made_already=False)
    assert keys.key_of(apart, made_already=True) == key


def test_of_two_starts_at_once_one_makes_the_key(apart):
    gate, found = threading.Barrier(8), []

    def start() -> None:
        gate.wait()
        found.append(keys.key_of(apart, made_already=False))

    threads = [threading.Thread(target=start) for _start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert set(found) == {keys.key_of(apart, made_already=True)}


# --- the keystore


def test_the_key_of_a_users_own_desk_goes_into_the_keystore(own, keystore):
    key = keys.key_of(own, made_already=False)
    assert list(keystore.kept.values()) == [key.hex()]
    assert not own.key.exists()
    assert keys.key_of(own, made_already=True) == key


def test_a_desk_in_a_folder_of_its_own_never_asks_the_keystore(apart, keystore):
    keys.key_of(apart, made_already=False)
    assert keystore.kept == {}
    assert apart.key.exists()


def test_a_key_file_that_was_brought_counts_more_than_the_keystore(own, keystore):
    keys.key_of(own, made_already=False)
    own.config.mkdir()
    own.key.write_text("ab" * 32)
    assert keys.key_of(own, made_already=True) == b"\xab" * 32


def test_a_locked_keystore_is_said_and_nothing_is_made(own, keystore):
    keystore.locked = True
    for made_already in (True, False):
        with pytest.raises(ShowroomError, match="locked"):
            keys.key_of(own, made_already=made_already)
    assert not own.key.exists()


@pytest.mark.parametrize("how", ["refuses", "forgets"])
def test_a_keystore_that_keeps_nothing_is_replaced_by_the_file(own, keystore, how):
    setattr(keystore, how, True)
    key = keys.key_of(own, made_already=False)
    assert bytes.fromhex(own.key.read_text()) == key


def test_a_damaged_key_in_the_keystore_is_said(own, keystore):
    keystore.kept[keys.SERVICE, keys.USER] = "?"
    with pytest.raises(ShowroomError, match="keystore is damaged"):
        keys.key_of(own, made_already=True)


class PlainFile(Keystore):
    """What `keyrings.alt` offers where there is nothing better."""


PlainFile.__module__ = "keyrings.alt.file"


@pytest.mark.parametrize("backend", [null.Keyring, fail.Keyring, PlainFile])
def test_a_keystore_that_guards_nothing_is_not_used(own, use, backend):
    use(backend())
    assert keys.keystore() is None
    key = keys.key_of(own, made_already=False)
    assert bytes.fromhex(own.key.read_text()) == key


def test_the_first_guarded_keystore_of_several_is_used(use, monkeypatch):
    guarded = Keystore()
    several = chainer.ChainerBackend()
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [PlainFile(), guarded])
    use(several)
    assert keys.keystore() is guarded


# --- a key that comes back


def test_a_key_that_comes_back_replaces_none_without_keeping_it(own, keystore):
    old = keys.key_of(own, made_already=False)
    keys.adopt(own, b"\xab" * 32, NOW)
    assert keys.found(own) == b"\xab" * 32
    assert keystore.kept == {
        (keys.SERVICE, keys.USER): "ab" * 32,
        (keys.SERVICE, f"{keys.USER} 20261118T023000Z"): old.hex(),
    }
    keys.adopt(own, b"\xab" * 32, NOW)
    assert len(keystore.kept) == 2


def test_a_keystore_that_takes_no_second_key_leaves_its_first_and_the_file_counts(own, keystore):
    old = keys.key_of(own, made_already=False)
    keystore.refuses = True
    keys.adopt(own, b"\xab" * 32, NOW)
    assert keystore.kept == {(keys.SERVICE, keys.USER): old.hex()}
    assert keys.found(own) == b"\xab" * 32
    assert own.key.exists()


def test_a_key_that_came_back_to_a_pc_without_any(own, keystore):
    assert keys.found(own) is None
    keys.adopt(own, b"\xab" * 32, NOW)
    assert keystore.kept == {(keys.SERVICE, keys.USER): "ab" * 32}


def test_a_key_that_cannot_be_put_aside_is_said(apart, monkeypatch):
    keys.key_of(apart, made_already=False)

    def refuse(*_names: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(ShowroomError, match="cannot be written"):
        keys.adopt(apart, b"\xab" * 32, NOW)
