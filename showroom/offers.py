"""Whether a text sells something: thanks, wishes and warnings never do (DOMAIN §8.1)."""

from __future__ import annotations

import re
from typing import Final

from showroom.text import narrow

WORDS: Final = tuple(
    "优惠 折扣 打折 特价 促销 让利 降价 直降 立减 满减 秒杀 团购 限时 限量 抢购 钜惠 巨惠 底价 "
    "低价 清仓 返现 返利 返点 补贴 赠送 买一送 免单 半价 礼券 代金券 优惠券 抵用券 抵扣 现金券 "
    "红包 抽奖 大奖 零首付 免息 贴息 惠购 欲购从速 到店有礼 报价 活动价 性价比 "
    "免费 赠品 好礼 礼包 低至 代金 特惠 精美礼品 免工时 免首保 买一赠 积分翻倍 积分抵 抵现".split()
)
PHRASES: Final = re.compile(
    r"(?<!部)分期(?![待望盼])|满\s*\d+\s*元?\s*(?:减|送|赠|返)|[送赠领](?:取|您|你|出|上)?"
    r"(?:[一二两三四五\d]+[次张份套桶个箱])?(?:精美|超值|原厂|全年|基础)?"
    r"(?:礼品|油卡|保养|工时|机油|精洗|洗车|脚垫|贴膜|车膜|精品|卡券|礼券|现金|大礼)|"
    r"礼品[一两二三\d][份套个]|[仅只]需\d{2,}(?!\s*(?:分|秒|小时|天|步))|[仅只]需[一二三四五六七八九十百千万几]+[元块万]|"
    r"各[得返]\s*\d|(?<![成设建创])立省(?=[¥￥\d一两二三四五六七八九十百千万几数上])|"
    r"(?:专享|尊享|专属|会员|内部|员工|惊喜)[\u4e00-\u9fff]{0,4}(?<![评估])价(?!值)|"
    r"(?:[享送领]|专属|专享|车主|会员)福利(?!院)|福利(?:价|多多|来袭|放送)|惊喜[大好豪]?礼|"
    r"(?:推荐|介绍|购车|订车|进店|试驾|预约|签到|好友|带新)有[大好豪]?礼"
)
"""What a word alone does not tell: none of these sells anything: 部分期待, 送上祝福, 仅需一个电话,
会员评价, 专享服务的价值, 彬彬有礼, 成立省级.
"""
ENGLISH: Final = re.compile(
    r"\b(discounts?|special offers?|on sale|vouchers?|coupons?|cash ?back|rebates?|bargain|"
    r"free gift|free of charge|for free|prize draw|interest[- ]free|limited time|price|prices|"
    r"deal of|per ?cent off|half off|money off|free service)\b",
    re.IGNORECASE,
)
MONEY: Final = re.compile(
    r"[¥￥$€]\s?\d|\d[\d,.]*\s?(?:元|万元|块钱|折|rmb|yuan)|[一二三四五六七八九]折|"
    r"(?<![\d.])(?!100\s?%(?!\s?off))\d[\d.]*\s?%|百分之(?!百)"
)


def found(text: str) -> list[str]:
    """The words and sums in it that make an offer, in the order of the list."""
    flat = narrow(text)
    close = flat.replace(" ", "")
    words = [word for word in WORDS if word in close]
    words += [match[0] for match in PHRASES.finditer(close)]
    for pattern in (ENGLISH, MONEY):
        words += [match[0].strip() for match in pattern.finditer(flat.casefold())]
    return list(dict.fromkeys(words))
