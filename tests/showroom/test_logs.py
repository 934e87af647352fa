"""The log helps whoever mends the program and names nobody."""

from __future__ import annotations

import logging
import warnings

import pytest

from showroom import logs


@pytest.fixture
def log(tmp_path):
    """The log, and a way to read it."""
    before = logging.getLogger().level
    file = logs.start(tmp_path)
    yield logging.getLogger("showroom.test"), lambda: file.read_text("utf-8")
    logs.stop()
    logging.getLogger().setLevel(before)


@pytest.mark.parametrize(
    "private",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+86 138.0013.8000",
        "(010) 6552-9988",
        "１３８００１３８０００",
        "8613800138000.0",
        "张伟",
        "尉迟𬭎",
        "Renée",
        r"\u5f20\u4f1f",
        r"\xe5\xbc\xa0",
        "zhang.wei@example.com",
    ],
)
def test_names_and_phones_are_masked(private):
    masked = logs.mask(f"customer <{private}> saved")
    for part in (private, "0013", "6552", "张", "尉", "example", "u5f20", "xe5"):
        assert part not in masked
    assert masked.startswith("customer <")
    assert masked.endswith("> saved")


@pytest.mark.parametrize(
    "harmless",
    ["visit 123456 closed", "on 2026-11-21 at 10:54:02", "PySide6 6.12.0, line 1234", "3 of 10"],
)
def test_what_a_mender_needs_stays(harmless):
    assert logs.mask(harmless) == harmless


def test_a_traceback_is_masked_too(log):
    diary, text = log
    try:
        raise KeyError("张伟 13800138000")
    except KeyError:
        diary.exception("customer %s with %s was not saved", 7, "李娜", stack_info=True)
    written = text()
    assert "ERROR showroom.test: customer 7 with *** was not saved" in written
    assert "Traceback" in written
    assert "KeyError" in written
    assert "test_logs.py" in written
    for private in ("张", "李", "1380"):
        assert private not in written


def test_a_traceback_that_another_reader_formatted_first_is_masked(log):
    diary, text = log
    record = diary.makeRecord(diary.name, logging.ERROR, "f", 1, "failed", (), None)
    record.exc_text = "ValueError: 13800138000"
    diary.handle(record)
    assert "ValueError: ***" in text()


def test_the_log_is_kept_small(log, tmp_path):
    diary, _text = log
    for _ in range(70):
        diary.info("x" * 100_000)
    files = list(tmp_path.iterdir())
    assert len(files) == 5
    assert all(file.stat().st_size <= 1_000_000 for file in files)


def test_chatter_is_left_out_and_warnings_are_kept(log):
    diary, text = log
    diary.debug("chatter")
    diary.info("landmark")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old way", UserWarning, stacklevel=1)
    assert "chatter" not in text()
    assert "INFO showroom.test: landmark" in text()
    assert "WARNING py.warnings" in text()


def test_a_log_that_cannot_be_written_stops_nobody_and_tells_nobody(log, tmp_path, capfd):
    diary, _text = log
    (tmp_path / "showroom.log").mkdir()
    diary.error("call 13800138000")
    assert capfd.readouterr().err == ""
