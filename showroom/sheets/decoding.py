"""In which encoding a text is: found out, or chosen by who sees a sample of each.

The order is that of TECH §4: byte-order mark, strict UTF-8, GB18030, Big5, UTF-16. Python's own
`gbk` is never asked: it lacks rare characters that GB18030 has, with the same bytes otherwise.
"""

from __future__ import annotations

import re
from typing import Final

from showroom.sheets.unreadable import Unreadable

MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
OFFERED: Final = ("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be", "cp1252")
"""What can be chosen, in the order in which it is offered."""

SAMPLE: Final = 60
LOOK_AT: Final = 1 << 18
_TELLING: Final = {
    "gb18030": "姓名 客户 电话 手机 日期 时间 顾问 车型 备注 性别 来店 渠道 级别".split(),
    "big5": "姓名 客戶 電話 手機 日期 時間 顧問 車型 備註 性別 來店 渠道 級別".split(),
}
_ODD = re.compile("[\0-\x08\x0b\x0e-\x19\x1b-\x1f\x7f-\x9f\ufffd]")


def decode(data: bytes, encoding: str = "") -> tuple[str, str]:
    """Text and the name of its encoding; raises `Unreadable` when nothing fits."""
    if encoding:
        text = _strictly(data, encoding)
        if text is None:
            raise Unreadable("encoding")
        return text, encoding
    for mark, name in MARKS:
        if data.startswith(mark):
            text = _strictly(data, name)
            if text is None:
                raise Unreadable("damaged")
            return text, name
    bare = data.rstrip(b"\0")
    if b"\0" not in bare:
        data = bare  # zeros that fill up the last block
    elif b"\0" in data[:8192]:
        name = _wide(data)
        if not name:
            raise Unreadable("foreign")
        return data.decode(name, "replace"), name
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if error.end >= len(data) - 1 and error.reason == "unexpected end of data":
            raise Unreadable("damaged") from None
    chinese = _chinese(data)
    if chinese is not None:
        return chinese
    import charset_normalizer

    guess = charset_normalizer.from_bytes(data).best()
    if guess is not None and not _ODD.search(str(guess)[:65536]):
        return str(guess), guess.encoding
    for name in ("gb18030", "big5"):
        text = _strictly(data, name)
        if text is not None:
            return text, name
    raise Unreadable("encoding")


def samples(data: bytes) -> list[tuple[str, str]]:
    """Each encoding that fits the beginning of a file, with a line in it that tells them apart."""
    head = data[:LOOK_AT]
    if len(data) > LOOK_AT:
        head = head[: head.rfind(b"\n") + 1] or head
    for mark, name in MARKS:
        if head.startswith(mark):
            text = _strictly(head[: len(head) & ~1] if name == "utf-16" else head, name)
            return [] if text is None else [(name, _line(text))]
    found = []
    for name in OFFERED:
        wide = name.startswith("utf-16")
        if wide is not (b"\0" in head):
            continue
        text = _strictly(head[: len(head) & ~1] if wide else head, name)
        if text is not None and not (_ODD.search(text) and name != "cp1252"):
            found.append((name, _line(text)))
    return found


def _strictly(data: bytes, name: str) -> str | None:
    for codec in ("cp950", "big5hkscs") if name == "big5" else (name,):
        try:
            return data.decode(codec)
        except (UnicodeDecodeError, LookupError):
            continue
    return None


def _was_cut(data: bytes, name: str) -> bool:
    """Whether a register ends in the middle of a sign."""
    text = next((text for most in (1, 2, 3) if (text := _strictly(data[:-most], name))), "")
    return any(word in text for word in _TELLING[name])


def _wide(data: bytes) -> str:
    """UTF-16 without its mark: every second byte of what is Latin is zero, always on one side."""
    head = data[:8192]
    low, high = head[1::2].count(0), head[::2].count(0)
    for name, many, few in (("utf-16-le", low, high), ("utf-16-be", high, low)):
        if many > 8 * few and not _ODD.search(head[: len(head) & ~1].decode(name, "ignore")):
            return name
    return ""


def _chinese(data: bytes) -> tuple[str, str] | None:
    """The Chinese reading whose headings are words of a register, or whose signs are everyday."""
    texts = {name: _strictly(data, name) for name in ("gb18030", "big5")}
    simple, taiwan = texts["gb18030"], texts["big5"]
    score = {
        name: sum(text.count(word) for word in _TELLING[name])
        for name, text in texts.items()
        if text is not None
    }
    if taiwan is not None and score["big5"] > score.get("gb18030", 0):
        return taiwan, "big5"
    if simple is not None and (score["gb18030"] or looks_chinese(simple)):
        return simple, "gb18030"
    if not score and any(_was_cut(data, name) for name in _TELLING):
        raise Unreadable("damaged")
    return None


def looks_chinese(text: str) -> bool:
    """Whether the Han characters are mostly everyday ones: another encoding read as this is not."""
    han = [char for char in text[:20000] if "\u3400" <= char <= "\u9fff" or char >= "\ue000"]
    if not han:
        return True
    everyday = sum(1 for char in han if len(char.encode("gb2312", "ignore")) == 2)
    return everyday >= 0.8 * len(han)


def _line(text: str) -> str:
    """The first two lines that are not plain Latin, cut to what a line of a window shows."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if not line.isascii()][:2] or lines[:1]
    shown = " / ".join(
        " ".join(line.replace(",", " ").replace("\t", " ").split()) for line in telling
    )
    return f"{shown[:SAMPLE]}…" if len(shown) > SAMPLE else shown
