"""Names, phones and money as people write them, and as the file keeps them."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Final

from showroom.errors import Invalid
from showroom.i18n import _, ngettext

MOBILE = re.compile(r"1[3-9][0-9]{9}")

COMPOUND_SURNAMES = frozenset(
    """
    欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连
    澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于
    司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋
    夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 公户 公玉 公仪 梁丘 公仲
    公上 公门 公山 公坚 左丘 公伯 西门 公祖 第五 公乘 贯丘 公皙 南荣 东里 东宫
    仲长 子书 子桑 即墨 达奚 褚师 纳兰 完颜 叶赫 爱新觉罗
    """.split()
)


def narrow(text: str) -> str:
    """Full-width to half-width, no control characters, single spaces, nothing at the ends."""
    text = unicodedata.normalize("NFKC", text)
    if not text.isprintable():  # most are, and are done in a tenth of the time
        text = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
        text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cs"))
    return " ".join(text.split())


_BETWEEN: Final = re.compile(r"[\s\-_\u2010-\u2015\u2212·•・]+")


def joined(text: str) -> str:
    """Words as they are looked for: small, with no blanks and hyphens between: `songplus`."""
    return _BETWEEN.sub("", narrow(text)).casefold()


def clean(text: str) -> str:
    """What a person typed for a name or a note: control characters go, characters stay.

    Unlike `narrow` it keeps full-width punctuation and line ends.
    """
    lines = re.sub(r"\r\n?", "\n", text).split("\n")
    kept = (
        "".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp"))
        for line in lines
    )
    return "\n".join(kept).strip()


# --- names of files

LONGEST_FILE_NAME = 240  # bytes: 255 is what disks hold, and copies have files beside them
_NO_FILE_NAME = re.compile(r'[/\\:*?"<>|]')
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,10}$")
_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])", re.IGNORECASE)


def file_name(title: str) -> str:
    """A name that every system takes for a file, as near to `title` as can be.

    No folder, no character that a disk refuses or that turns the reading direction, no name of a
    device, nothing invisible; at most 240 bytes in UTF-8, the ending kept. Every name that the
    program proposes for a file goes through here.
    """
    kept = "".join(
        " " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c
        for c in unicodedata.normalize("NFC", title)
        if unicodedata.category(c) not in ("Cf", "Cs", "Cn", "Co")
    )
    name = " ".join(_NO_FILE_NAME.sub(" ", kept).split()).rstrip(" .")
    found = _ENDING.search(name)
    stem, ending = (name[: found.start()], found[0]) if found else (name, "")
    stem = stem.strip(" .")
    if _DEVICES.fullmatch(stem.split(".")[0].strip()):
        stem = f"_{stem}"
    room = LONGEST_FILE_NAME - len(ending)
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(" .")
    if not stem:
        return _("Showroom Desk") + ending
    return stem + ending


# --- phones


def phone(raw: str) -> str:
    """The E.164 number of what was typed: mobile, landline with area code, 400, or +country.

    Raises `Invalid({"phone": …})` saying what is wrong with it.
    """
    typed = narrow(raw)
    digits = re.sub(r"[\s\-–—().·/]", "", typed)
    digits = re.sub(r"^(?:\+|00)86", "", digits)
    if MOBILE.fullmatch(digits):
        return f"+86{digits}"
    problem = _phone_problem(digits)
    if problem:
        raise Invalid({"phone": problem})
    import phonenumbers

    try:
        number = phonenumbers.parse(digits, "CN")
    except phonenumbers.NumberParseException:
        raise Invalid({"phone": _("This is not a phone number.")}) from None
    if not phonenumbers.is_valid_number(number):
        raise Invalid({"phone": _unknown(digits)})
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _phone_problem(digits: str) -> str:
    if not digits:
        return _("Enter a phone number.")
    if not re.fullmatch(r"\+?\d+", digits):
        return _("A phone number has digits only.")
    if re.match(r"1[3-9]", digits) and len(digits) != 11:
        short = 11 - len(digits)
        if short > 0:
            return ngettext(
                "A mobile number has 11 digits: {count} is missing.",
                "A mobile number has 11 digits: {count} are missing.",
                short,
            ).format(count=short)
        return ngettext(
            "A mobile number has 11 digits: {count} too many.",
            "A mobile number has 11 digits: {count} too many.",
            -short,
        ).format(count=-short)
    return ""


def _unknown(digits: str) -> str:
    if len(digits) == 11 and digits.startswith("1"):
        return _("No mobile number begins with {start}.").format(start=digits[:2])
    if 7 <= len(digits) <= 8:
        return _("A landline needs its area code, as in 010 6552 9988.")
    return _("There is no such phone number.")


def phone_hint(raw: str) -> str:
    """What lacks while a phone is typed: `3 more`, a sentence, or nothing when it is whole."""
    digits = re.sub(r"\D", "", re.sub(r"^\s*(\+|00)86", "", narrow(raw)))
    if not digits:
        return ""
    if re.match(r"1([3-9]|$)", digits) and len(digits) < 11:
        short = 11 - len(digits)
        return ngettext("{count} more", "{count} more", short).format(count=short)
    try:
        phone(raw)
    except Invalid as error:
        return error.problems["phone"]
    return ""


def show_phone(number: str) -> str:
    """A stored number as people write it: 138 0013 8000, 0755 2345 6789, +852 9123 4567."""
    if number.startswith("+86"):
        local = number[3:]
        if MOBILE.fullmatch(local):
            return f"{local[:3]} {local[3:7]} {local[7:]}"
        if re.match(r"[48]00", local):
            return f"{local[:3]} {local[3:6]} {local[6:]}"
        area = 2 if local[0] in "12" else 3
        return f"0{local[:area]} {local[area:-4]} {local[-4:]}"
    if number.startswith("+852") or number.startswith("+853"):
        return f"{number[:4]} {number[4:8]} {number[8:]}"
    return number


STARS = "****"
"""What stands for the digits of a number that are not shown; see `showroom.guard.mask`."""


def is_hidden(shown: str) -> bool:
    """Whether a number stands there hidden: 138****8000."""
    return STARS[:3] in shown


# --- names


def surname(name: str) -> str:
    """The surname of a Chinese name; a name in Latin letters stays whole."""
    if not name or not _is_han(name[0]):
        return name
    if len(name) > 2 and name[:4] in COMPOUND_SURNAMES:
        return name[:4]
    if len(name) > 2 and name[:2] in COMPOUND_SURNAMES:
        return name[:2]
    return name[0]


def _is_han(char: str) -> bool:
    return unicodedata.name(char, "").startswith("CJK") or char == "〇"


# --- money


def money(raw: str) -> Decimal:
    """Yuan of what was typed: 218000, 218,000.50, ¥218000, 21.8万.

    Raises `Invalid({"money": …})`.
    """
    typed = re.sub(r"[,\s¥￥元]|RMB|CNY", "", narrow(raw), flags=re.IGNORECASE)
    factor = Decimal(1)
    if typed.endswith(("万", "w", "W")):
        factor, typed = Decimal(10000), typed[:-1]
    try:
        amount = Decimal(typed) * factor
    except InvalidOperation:
        raise Invalid({"money": _("Enter an amount such as 218,000 or 21.8万.")}) from None
    if not amount.is_finite() or abs(amount) >= 10**12 or amount * 100 % 1:
        raise Invalid({"money": _("Enter an amount such as 218,000 or 21.8万.")})
    return amount.quantize(Decimal("0.01"))


LEAST_PRICE: Final = 1000
"""Yuan; no car costs less: a smaller number is one of ten thousands whose 万 was forgotten."""


def too_little(shown: str) -> str:
    """The sentence on a price below `LEAST_PRICE`, as it was written."""
    return _("{text} is too little for a price; write 218,000 or 21.8万.").format(text=shown)


def show_money(amount: Decimal | None) -> str:
    """`218,000`; cents only where there are some."""
    if amount is None:
        return ""
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
