"""Invented people: Chinese names with common, compound and rare surnames, phones, firms."""

from __future__ import annotations

from itertools import accumulate
from random import Random
from typing import Final, NamedTuple

from showroom.store.models import Honorific

# A surname and how many of a thousand bear it, roughly as in the census
_COMMON: Final = """
王72 李70 张66 刘52 陈46 杨31 黄23 赵22 吴20 周20 徐17 孙16 马13 朱13 胡13 郭12 何12 高11 林11 罗10
郑9 梁9 谢8 宋8 唐7 许7 韩7 冯7 邓7 曹6 彭6 曾6 肖6 田6 董5 袁5 潘5 于5 蒋4 蔡4 余4 杜4 叶4 程4 苏4
魏4 吕4 丁4 任4 沈4 姚3 卢3 姜3 崔3 钟3 谭3 陆3 汪3 范3 金3 石3 廖3 贾3 夏3 韦3 付3 方3 白3 邹3 孟3
熊3 秦2 邱2 江2 尹2 薛2 闫2 段2 雷2 侯2 龙2 史2 陶2 黎2 贺2 顾2 毛2 郝2 龚2 邵2 万2 钱2 严2 武2 戴2
""".split()
_COMPOUND: Final = "欧阳 上官 司马 诸葛 慕容 皇甫 令狐 尉迟 司徒 东方 夏侯 公孙 端木 长孙".split()
_RARE: Final = "仝 亓 郄 逄 佘 缪 邴 翟 覃 笪 璩 禤 晁 卞 郗 仇 查 曲 盖 解 单 区 麴 訾".split()
_MALE: Final = (
    "伟 强 磊 军 勇 杰 涛 超 鹏 辉 刚 浩 斌 波 健 亮 俊 凯 峰 晖 建华 志强 建国 文博 浩然 子轩 "
    "宇航 明远 思远 晨浩 俊杰 家豪 志远 建平 国栋 海涛 振宇 嘉诚 博文 天佑 少华 永康 立新 锦程 "
    "景行 铎 钺 昊 晟 煜 烨 懿 骁 翀 赟"
).split()
_FEMALE: Final = (
    "芳 娜 敏 静 丽 燕 艳 娟 玲 霞 萍 颖 婷 雪 慧 莹 洁 琳 倩 丹 秀英 丽娟 晓燕 雅婷 梦瑶 欣怡 "
    "雨桐 思琪 诗涵 佳怡 淑华 桂芳 春梅 海燕 文静 晓彤 若曦 语嫣 婉清 恭敏 子涵 可馨 嘉怡 "
    "玥 婕 昕 妍 钰 媛 琬 婧 祎 翊"
).split()
_TOWNS: Final = {
    "深圳市": "518000",
    "东莞市": "523000",
    "惠州市": "516000",
    "广州市": "510000",
    "佛山市": "528000",
    "中山市": "528400",
}
_ROADS: Final = "桂园路 映山街 临湖大道 望海路 榕树东街 学府路 明月街 翠竹路".split()
_ESTATES: Final = "锦绣家园 东湖花园 云山雅苑 海悦居 书香里 幸福城".split()
_FIRMS: Final = "远航 恒通 金鼎 新锐 华盛 联创 宏达 天成 嘉禾 博远 致远 中科瑞达".split()
_TRADES: Final = "物流 贸易 建材 电子科技 装饰工程 餐饮管理 文化传播 医疗器械".split()
_PREFIXES: Final = (
    "130 131 132 133 135 136 137 138 139 150 151 152 155 156 157 158 159 "
    "166 173 175 176 177 178 180 181 182 183 185 186 187 188 189 191 198 199"
).split()

_SURNAMES: Final = [entry[0] for entry in _COMMON]
_SHARES: Final = list(accumulate(int(entry[1:]) for entry in _COMMON))


class Person(NamedTuple):
    """Who somebody is and how he is addressed."""

    name: str
    honorific: Honorific


def person(rng: Random) -> Person:
    """Invent a person, or once in fifty a firm."""
    kind = rng.random()
    if kind < 0.02:
        town, firm, trade = rng.choice(list(_TOWNS)), rng.choice(_FIRMS), rng.choice(_TRADES)
        return Person(f"{town}{firm}{trade}有限公司", Honorific.COMPANY)
    if kind < 0.035:
        family = rng.choice(_COMPOUND)
    elif kind < 0.055:
        family = rng.choice(_RARE)
    else:
        (family,) = rng.choices(_SURNAMES, cum_weights=_SHARES)
    if rng.random() < 0.58:
        return Person(family + rng.choice(_MALE), Honorific.MR)
    return Person(family + rng.choice(_FEMALE), Honorific.MS)


def address(rng: Random) -> tuple[str, str]:
    """Invent where somebody lives, and the postcode of the town."""
    town = rng.choice(list(_TOWNS))
    home = (
        f"{rng.choice(_ESTATES)} {rng.randint(1, 18)} 栋 {rng.randint(2, 28)}{rng.randint(1, 4):02}"
    )
    return f"{town}{rng.choice(_ROADS)} {rng.randint(1, 180)} 号{home}", _TOWNS[town]


def phone(rng: Random, taken: set[str]) -> str:
    """Invent a mobile number in E.164 that is not among those `taken`, and take it."""
    while True:
        number = f"+86{rng.choice(_PREFIXES)}{rng.randrange(10**8):08}"
        if number not in taken:
            taken.add(number)
            return number
