"""How a Chinese name is spelled, for the search index, and what typed letters may spell.

`y…` is a syllable of the name, `i…` the initials of one to three neighbours: 张伟 is `yzhang ywei
iz iw izw`. Letters are looked for as initials and as syllables, of which the last may be begun or
followed by initials: "zw", "zhangwei", "zhangw", "wei", "xiexd". Of a surname with a reading of its
own both are there (单 shan, dan), of ü all that is typed for it (吕 lv, lu, lyu).

The readings come from pypinyin, which is imported when the first name is saved, never to search.
"""

from __future__ import annotations

import os
import re
import unicodedata
from functools import cache, lru_cache
from itertools import product
from typing import Final

HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
LONGEST, WAYS = 30, 8
_RUN: Final = re.compile(f"[{HAN}]+")

# What a surname is read as where pypinyin's first reading is another one
_SURNAMES: Final = {
    "单": "shan", "仇": "qiu", "解": "xie", "曾": "zeng", "区": "ou", "查": "zha", "盖": "ge",
    "朴": "piao", "翟": "zhai", "覃": "qin", "召": "shao", "种": "chong", "缪": "miao",
    "隗": "wei", "员": "yun", "黑": "he", "折": "she", "繁": "po", "秘": "bi", "卜": "bu",
    "费": "bi", "薄": "bo", "柏": "bo", "俞": "shu", "牟": "mu", "都": "du", "佴": "nai",
    "能": "nai", "祭": "zhai", "适": "kuo", "洗": "xian", "郗": "chi", "宓": "fu", "阚": "kan",
    "句": "gou", "藏": "zang", "乜": "nie", "谌": "shen", "尉": "yu", "乐": "yue", "炅": "gui",
    "盛": "cheng", "么": "yao", "尉迟": "yu chi", "万俟": "mo qi", "澹台": "tan tai",
}  # fmt: skip
# Second readings that are usual in a given name
_GIVEN: Final = {
    "乐": "yue", "长": "chang", "行": "hang", "重": "chong", "朝": "zhao", "盛": "cheng",
    "茜": "xi", "娜": "nuo", "奇": "ji", "卜": "bu", "柏": "bo", "炅": "gui", "阿": "e",
    "曾": "zeng", "朴": "piao", "莎": "suo", "单": "shan", "尉": "yu", "厦": "xia", "率": "shuai",
    "仔": "zi",
}  # fmt: skip
_SPELLED: Final = """
a ai an ang ao ba bai ban bang bao bei ben beng bi bian biang biao bie bin bing bo bu ca cai can
cang cao ce cei cen ceng cha chai chan chang chao che chen cheng chi chong chou chu chua chuai
chuan chuang chui chun chuo ci cong cou cu cuan cui cun cuo da dai dan dang dao de dei den deng di
dia dian diao die din ding diu dong dou du duan dui dun duo e ei en eng er fa fan fang fei fen feng
fiao fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo ha
hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo ji jia jian jiang jiao
jie jin jing jiong jiu ju juan jue jun ka kai kan kang kao ke kei ken keng kong kou ku kua kuai
kuan kuang kui kun kuo la lai lan lang lao le lei len leng li lia lian liang liao lie lin ling liu
lo long lou lu luan lue lun luo lv lve lyu lyue ma mai man mang mao me mei men meng mi mian miao
mie min ming miu mo mou mu na nai nan nang nao ne nei nen neng ni nia nian niang niao nie nin ning
niu nong nou nu nuan nue nun nuo nv nve nyu nyue o ou pa pai pan pang pao pei pen peng pi pian piao
pie pin ping po pou pu qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun ran rang rao
re ren reng ri rong rou ru rua ruan rui run ruo sa sai san sang sao se sen seng sha shai shan shang
shao she shei shen sheng shi shou shu shua shuai shuan shuang shui shun shuo si song sou su suan sui
sun suo ta tai tan tang tao te tei teng ti tian tiao tie ting tong tou tu tuan tui tun tuo wa wai
wan wang wei wen weng wo wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya yan
yang yao ye yi yin ying yo yong you yu yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai
zhan zhang zhao zhe zhei zhen zheng zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi
zong zou zu zuan zui zun zuo
""".split()
_SOUNDS: Final = frozenset(_SPELLED)
_WHOLE: Final = _SOUNDS | {"zh", "ch", "sh"}


# --- what a name is indexed with


def tokens(name: str) -> list[str]:
    """The tokens of a folded name: of each run of Chinese characters in it."""
    found: list[str] = []
    for run in _RUN.finditer(name):
        said = [_sounds(char) for char in run[0]]
        if run.start() == 0:
            _say_surname(run[0], said)
        found += [f"y{sound}" for sounds in said for sound in sounds]
        initials = list(map(_firsts, said))
        for start in range(len(initials)):
            for end in range(start + 1, min(start + 3, len(initials)) + 1):
                found += map("i".__add__, map("".join, product(*initials[start:end])))
    return list(dict.fromkeys(found))


def initials(words: str) -> str:
    """The first letters of how words are spelled: `bljc` for 办理交车."""
    return "".join(sounds[0][0] for char in words if (sounds := _sounds(char)))


def spelled(words: str) -> str:
    """How words are spelled, what is not Chinese as it stands: `hanev` for 汉EV."""
    return "".join((_sounds(char) or (char,))[0] for char in words).casefold()


def load() -> None:
    """Read the readings now, on a thread where nobody waits for it: 60 ms."""
    _readings()


def _say_surname(run: str, said: list[tuple[str, ...]]) -> None:
    for length in (2, 1):
        own = _SURNAMES.get(run[:length], "")
        if own:
            for number, sound in enumerate(own.split()):
                said[number] = (*said[number], sound)
            return


@cache
def _sounds(char: str) -> tuple[str, ...]:
    """How a character is spelled in letters without tones: the usual reading first."""
    first = _readings().get(ord(char), "").partition(",")[0]
    bare = "".join(
        mark
        for mark in unicodedata.normalize("NFD", first)
        if mark == "\u0308" or not unicodedata.combining(mark)
    )
    plain = unicodedata.normalize("NFC", bare)
    ways = [plain.replace("ü", typed) for typed in ("v", "u", "yu")] if "ü" in plain else [plain]
    return tuple(dict.fromkeys(way for way in [*ways, _GIVEN.get(char, "")] if way))


@cache
def _firsts(sounds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sound[0] for sound in sounds))


@cache
def _readings() -> dict[int, str]:
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # its words are 50 MB, and no names
    from pypinyin.pinyin_dict import pinyin_dict

    readings: dict[int, str] = pinyin_dict
    return readings


# --- what was typed


def query(word: str) -> str:
    """What the index is asked for letters that may spell a name; "" for any other word."""
    letters = word.replace("'", "").replace("ü", "v")
    if not (letters.isascii() and letters.isalpha()) or len(letters) > LONGEST:
        return ""
    ways = [_initials(letters)]
    if len(letters) > 1:
        ways += [_spelled(way) for way in _ways(letters)]
    return " OR ".join(f"({way})" for way in dict.fromkeys(ways))


def _initials(letters: str) -> str:
    """Neighbours whose names begin so; three by three where there are more."""
    runs = [letters[at : at + 3] for at in range(max(len(letters) - 2, 1))]
    return " AND ".join(f"i{run}" for run in dict.fromkeys(runs))


def _spelled(way: tuple[str, ...]) -> str:
    """Syllables in a row: their initials side by side, and each that is more than an initial."""
    asked = [_initials("".join(part[0] for part in way))] if len(way) > 1 else []
    for number, part in enumerate(way, 1):
        if len(part) > 1:
            whole = number < len(way) and part in _SOUNDS
            sounds = [part] if whole else _begun()[part]
            asked.append("(" + " OR ".join(f"y{sound}" for sound in sounds) + ")")
    return " AND ".join(dict.fromkeys(asked))


@lru_cache(maxsize=2000)
def _ways(letters: str) -> tuple[tuple[str, ...], ...]:
    """How letters part into syllables, of which the last may be begun, or initials: a few ways."""
    ways: list[tuple[str, ...]] = [(letters,)] if letters in _begun() else []
    if 2 <= len(letters) <= 3:
        ways.append(tuple(letters))
    for end in range(min(len(letters) - 1, 6), 0, -1):
        if letters[:end] in _WHOLE:
            ways += [(letters[:end], *rest) for rest in _ways(letters[end:])]
    return tuple(ways[:WAYS])


@cache
def _begun() -> dict[str, list[str]]:
    """The syllables that begin with these letters."""
    found: dict[str, list[str]] = {}
    for sound in _SPELLED:
        for end in range(1, len(sound) + 1):
            found.setdefault(sound[:end], []).append(sound)
    return found
