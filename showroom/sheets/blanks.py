"""What people write where there is nothing to write."""

from __future__ import annotations

import re
from typing import Final

from showroom.text import narrow

NOTHING: Final = frozenset(
    """
    未留 未留电话 未留档 未留姓名 无 没有 没留 / \\ // - -- --- — —— _ 不详 未知 拒留 不留 拒绝
    未提供 暂无 n/a na null none nil 空 × x * ? . 、 同上无
    """.split()
)
_NOT_YET: Final = frozenset(
    """
    未离店 未离开 未走 没走 还没走 在店 仍在店 还在 还在店 未交车 未交 未提车 未提 待交车 待交
    待提车 待提 待定 未定 未到店 未到 未订车 未订 未成交 未签 保密
    不便透露 不愿透露 不方便 0000-00-00 tbd pending
    """.split()
)
_NO_NUMBER: Final = re.compile(
    r"(?:客户|顾客|本人|对方)?(?:拒绝|拒|不肯|不愿意?|不想|未|没有?|暂未|暂无|无|不)"
    r"(?:客户|顾客)?(?:留下?|提供|告知|给|说|透露|登记)?(?:下|档)?"
    r"(?:任何)?(?:手机|电话|联系方式|联系|号码|手机号码?|电话号码|信息|资料|方式)*(?:了|过)?"
)
_NO_WAY: Final = frozenset(
    "不方便 不便 不便留 不方便留 保密 没带手机 空白 待留 待补 下次留 下次再留 "
    "无拒绝 refused".split()
)


def no_day(text: str) -> bool:
    """Whether a text of a column of days or times says that there is none, or none yet."""
    return text.lower() in NOTHING or text.lower() in _NOT_YET


def no_number(text: str) -> bool:
    """Whether a text of a column of phones says that none was left."""
    bare = re.sub(r"[\s(),。.!_-]", "", narrow(text)).lower()
    return not bare or bare in NOTHING or bare in _NO_WAY or _NO_NUMBER.fullmatch(bare) is not None
