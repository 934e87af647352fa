"""Whether a text sells something: thanks, wishes and warnings never do (DOMAIN §8.1)."""

from __future__ import annotations

import re
from typing import Final

from showroom.text import narrow

WORDS: Final = tuple(
    "优惠 折扣 打折 特价 促销 让利 降价 直降 立减 满减 秒杀 团购 限时 限量 抢购 钜惠 巨惠 底价 "
    "低价 清仓 返现 返利 返点 补贴 赠送 买一送 免单 半价 礼券 代金券 优惠券 抵用券 抵扣 现金券 "
    "红包 抽奖 大奖 零首付 免息 贴息 分期 惠购 欲购从速 到店有礼 报价 活动价 性价比 "
    "免费 赠品 好礼 礼包 仅需 低至 代金".split()
)
ENGLISH: Final = re.compile(
    r"\b(discounts?|special offers?|on sale|vouchers?|coupons?|cash ?back|rebates?|bargain|"
    r"free gift|free of charge|for free|prize draw|interest[- ]free|limited time|price|prices|"
    r"deal of)\b",
    re.IGNORECASE,
)
MONEY: Final = re.compile(
    r"[¥￥$€]\s?\d|\d[\d,.]*\s?(?:元|万元|块钱|折|rmb|yuan)|[一二三四五六七八九]折|\d\s?%|百分之"
)


def found(text: str) -> list[str]:
    """The words and sums in it that make an offer, in the order of the list."""
    flat = narrow(text)
    words = [word for word in WORDS if word in flat.replace(" ", "")]
    for pattern in (ENGLISH, MONEY):
        words += [match[0].strip() for match in pattern.finditer(flat.casefold())]
    return list(dict.fromkeys(words))
