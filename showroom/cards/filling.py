"""Filling a wording: placeholders, conditions, and no sentence with a hole in it (DOMAIN §8.1).

    感谢您选择{model}。                       left out whole when no model is known
    感谢您[[选择{model}，]]对我们的信任。       only the part in brackets is left out
    [[couple: 祝二位]][[!couple: 祝您]]平安。   said to couples, and to everybody else

What stands in braces and before the colon may be written in English or in Chinese. A part in
brackets ends in its paragraph; one with a condition may be typed over several, and is kept as a
part of each (`coded`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from showroom.i18n import _, language

PLACES: Final = {
    "greeting": "称呼",
    "model": "车型",
    "ordered": "订车日",
    "years": "周年",
    "friend": "朋友",
    "festival": "节日",
    "wish": "祝福",
    "consultant": "顾问",
    "shop": "店名",
    "shop_phone": "电话",
    "date": "日期",
}
CONDITIONS: Final = {
    "person": "个人",
    "single": "一位",
    "business": "商务",
    "company": "公司",
    "couple": "夫妇",
}
"""Business is a person whose title we know; couples and these are persons, too. Single is who is
neither a couple nor a company."""

_CODES: Final = {
    spelling: code for code, han in (PLACES | CONDITIONS).items() for spelling in (code, han)
}
_PLACE: Final = re.compile(r"\{([^{}\n]*)\}")
_BLOCK: Final = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_CONDITION: Final = re.compile(r"\s*([!！]?)\s*([a-z_]+|[\u4e00-\u9fff]{1,6})\s*[:：]\s*")
_WIDE: Final = (
    ("｛", "{"),
    ("｝", "}"),
    ("【【", "[["),
    ("】】", "]]"),
    ("［［", "[["),
    ("］］", "]]"),
)
"""How a Chinese input method types our signs."""
# A sentence ends with its stop and what closes a quotation; an English one before a space, and
# not after Mr.
_SHORT: Final = "".join(rf"(?<!\b{word})" for word in ("Mr", "Mrs", "Ms", "Dr", "No", "St"))
_SENTENCE: Final = re.compile(
    rf".*?(?:[。！？!?…]+[”’」』）)]*|{_SHORT}\.(?=\s|$)|$)\s*", re.DOTALL
)


def filled(text: str, values: Mapping[str, str]) -> str:
    """A paragraph for a customer; a sentence or a part in brackets with an empty place is gone."""
    chosen = _BLOCK.sub(lambda match: _chosen(match[1], values), text)
    kept = (one for one in _SENTENCE.findall(chosen) if not _empty(one, values))
    plain = "".join(kept).replace("[[", "").replace("]]", "")  # half a part that was kept once
    return _put(plain, values).strip()


def signed(line: str, values: Mapping[str, str]) -> str:
    """A line of the signature without its empty parts: `{shop}　{consultant}`."""
    parts = re.split(r"(　|, )", line)
    kept = [part for part in parts[::2] if not _empty(part, values)]
    between = parts[1] if len(parts) > 1 else ""
    return _put(between.join(kept), values)


def _chosen(part: str, values: Mapping[str, str]) -> str:
    """What stays of a part in brackets: itself or nothing."""
    condition = _CONDITION.match(part)
    if condition and condition[2] in _CODES:
        if bool(values[_CODES[condition[2]]]) is bool(condition[1]):
            return ""
        part = part[condition.end() :]
    return "" if _empty(part, values) else part


def _empty(text: str, values: Mapping[str, str]) -> bool:
    return any(not values[_CODES[name]] for name in _PLACE.findall(text))


def _put(text: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda match: values[_CODES[match[1]]], text)


# --- what somebody typed


def problem(text: str) -> str:
    """What is wrong with a wording, in a sentence that names it; "" when it can be filled."""
    for name in _PLACE.findall(text):
        if _CODES.get(name) not in PLACES:
            return _("“{{{name}}}” stands for nothing. There are: {places}.").format(
                name=name, places=" ".join(f"{{{place}}}" for place in _spellings(PLACES))
            )
    for part in _BLOCK.findall(text):
        condition = _CONDITION.match(part)
        if condition and condition[2] not in _CODES and not _is_heading(condition[2], part):
            return _("“{name}” is no condition. There are: {conditions}.").format(
                name=condition[2],
                conditions=_(", ").join(_spellings(CONDITIONS) + _spellings(PLACES)),
            )
    lines = (_BLOCK.sub(lambda match: match[1], line) for line in text.splitlines())
    rest = _PLACE.sub("", "\n".join(lines))
    for sign in ("[[", "]]", "{", "}"):
        if sign in rest:
            return _("A “{sign}” has no other half in its paragraph.").format(sign=sign)
    return ""


def _is_heading(word: str, part: str) -> bool:
    """Whether a word before a colon is text, 您的顾问：{顾问}: longer than a condition, and what it
    is about may be missing."""
    return len(word) > 3 and not word.isascii() and _PLACE.search(part) is not None


def unfilled(text: str) -> str:
    """The first place, part or sign of ours in words that nobody fills; "" when there is none."""
    found = re.search(r"\{[^{}\n]*\}|\[\[.*?\]\]|[{}]|\[\[|\]\]", _narrowed(text), re.DOTALL)
    return found[0] if found else ""


def coded(text: str) -> str:
    """The text as it is kept: places and conditions by their code, in our signs."""
    return _respelled(_narrowed(text), _CODES)


def spelled(text: str) -> str:
    """The text as it is shown: places and conditions in the language in use."""
    shown = dict(zip(PLACES | CONDITIONS, _spellings(PLACES | CONDITIONS), strict=True))
    return _respelled(coded(text), shown)


def places() -> list[str]:
    """What may stand in braces, as it is written in the language in use."""
    return [f"{{{place}}}" for place in _spellings(PLACES)]


def conditions() -> list[str]:
    """What may stand before the colon, as it is written in the language in use."""
    return _spellings(CONDITIONS)


def _spellings(words: Mapping[str, str]) -> list[str]:
    return list(words if language() == "en" else words.values())


def _narrowed(text: str) -> str:
    for wide, sign in _WIDE:
        text = text.replace(wide, sign)
    return text


def _respelled(text: str, spelling: Mapping[str, str]) -> str:
    text = _PLACE.sub(lambda match: f"{{{spelling.get(match[1], match[1])}}}", text)

    def block(match: re.Match[str]) -> str:
        part = match[1]
        condition = _CONDITION.match(part)
        if condition is None or condition[2] not in spelling:
            return match[0]
        said = f"{'!' if condition[1] else ''}{spelling[condition[2]]}"
        lines = part[condition.end() :].split("\n")
        if lines[1:]:
            lines = [line.strip() for line in lines if line.strip()]
        return "\n".join(f"[[{said}: {line}]]" for line in lines)

    return _BLOCK.sub(block, text)
