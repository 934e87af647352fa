"""How a Chinese name is spelled, for the search index, and what typed letters may spell.

`y…` is a syllable of the name, `i…` the initials of one to three neighbours: 张伟 is `yzhang ywei
iz iw izw`, and `fyzhang fiz` for how it begins. Letters are looked for as initials and as
syllables, of which the last may be begun or followed by initials: "zw", "zhangwei", "zhangw",
"wei", "xiexd". Of a surname with a reading of its own both are there (单 shan, dan), of ü all that
is typed for it (吕 lv, lu, lyu). Who says zang for zhang finds by it too (`SLIPS`).

The readings come from pypinyin, which is imported when the first name is saved, never to search.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import cache, lru_cache
from itertools import islice, product
from typing import Final, NamedTuple

from showroom.store import characters

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
_TWO: Final = ("zh", "ch", "sh")
SLIPS: Final = ("zh", "ch", "sh", "ng", "ln")
"""What many do not hear apart: z for zh, c for ch, s for sh, n for ng, l for n; each both ways."""

# --- what a name is indexed with


def tokens(name: str) -> list[str]:
    """The tokens of a bare name: of each run of Chinese characters in it."""
    found: list[str] = []
    for run in _RUN.finditer(name):
        said = [_sounds(char) for char in run[0]]
        if run.start() == 0:
            for number, sound in enumerate(_surname(run[0][:2])):
                said[number] = (*said[number], sound)
            found += [f"fy{sound}" for sound in said[0]]
            for first in _firsts(said[0]):
                found += [f"fi{first}", f"l{len(name)}_{first}"]
        found += [f"y{sound}" for sounds in said for sound in sounds]
        found += _neighbours(tuple(map(_firsts, said)))
    return list(dict.fromkeys(found))


@lru_cache(maxsize=10_000)
def _neighbours(initials: tuple[tuple[str, ...], ...]) -> list[str]:
    """The initials of one to three neighbours, of each all that it may begin with."""
    return [
        f"i{''.join(letters)}"
        for start in range(len(initials))
        for end in range(start + 1, min(start + 3, len(initials)) + 1)
        for letters in product(*initials[start:end])
    ]


def initials(words: str, *, others: bool = False) -> str:
    """The first letters of how words are spelled: `bljc` for 办理交车.

    With `others` what is not Chinese stands as it is: `hev` for 汉EV.
    """
    said = ((_sounds(char), char) for char in words)
    return "".join(sounds[0][0] if sounds else char * others for sounds, char in said)


def spelled(words: str) -> str:
    """How words are spelled, what is not Chinese as it stands: `hanev` for 汉EV."""
    return "".join((_sounds(char) or (char,))[0] for char in words).casefold()


def ways(words: str) -> list[str]:
    """All that may be typed for words: how they are spelled, and the initials of it.

    Of a surname also by its own reading, of ü by all that is typed for it: `zengqiang`, `zq` and
    `cengqiang`, `cq` for 曾强.
    """
    said = [_sounds(char) or (char.casefold(),) for char in words]
    for number, sound in enumerate(_surname(words[:2])):
        said[number] = (*said[number], sound)
    found = list(islice(product(*said), WAYS))
    spelled = ["".join(sounds) for sounds in found]
    return list(dict.fromkeys(spelled + ["".join(one[0] for one in sounds) for sounds in found]))


def load() -> None:
    """Read the readings now, on a thread where nobody waits for it: 60 ms."""
    _readings()


@lru_cache(maxsize=10_000)
def _surname(begin: str) -> list[str]:
    """How the surname sounds that two characters begin with, where it has a reading of its own."""
    begin = characters.simplified(begin)
    return (_SURNAMES.get(begin) or _SURNAMES.get(begin[:1], "")).split()


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
    usual = characters.simplified(char)
    return tuple(dict.fromkeys(way for way in [*ways, _GIVEN.get(usual, "")] if way))


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


class Asked(NamedTuple):
    """What the index is asked for letters: "" where they cannot be that.

    The whole name is spelled so, or its first character where it is one syllable; the name begins
    so; some part of it is spelled so.
    """

    whole: str
    begun: str
    part: str


def asked(word: str, slips: Collection[str] = ()) -> Asked:
    """What the index is asked for letters that may spell a name, heard with these `SLIPS`."""
    return _asked(word, frozenset(slips).intersection(SLIPS))


@lru_cache(maxsize=500)
def _asked(word: str, slips: frozenset[str]) -> Asked:
    letters = word.replace("'", "").replace("ü", "v")
    if not (letters.isascii() and letters.isalpha()) or len(letters) > LONGEST:
        return Asked("", "", "")
    ear = _Ear(slips)
    ways = [tuple(letters), *(_ways(letters, slips) if len(letters) > 1 else ())]
    found = [ear.asked(way) for way in dict.fromkeys(ways)]
    return Asked(
        *(" OR ".join(dict.fromkeys(filter(None, said))) for said in zip(*found, strict=True))
    )


class _Ear:
    """Who hears syllables, and the slips he may make."""

    def __init__(self, slips: frozenset[str]) -> None:
        self.slips = slips

    def asked(self, way: tuple[str, ...]) -> tuple[str, str, str]:
        """Syllables in a row, as `Asked`: their initials, and each that is more than an initial.

        All but the last are whole; where the last one is too, or all are initials, it may be the
        whole name.
        """
        first, *rest = way
        heard, begun = _heard(self.slips), _begun(self.slips)
        alone = not rest and len(first) > 1
        initials = [] if alone else list(self._initials("".join(part[0] for part in way)))
        sounds = [_any("y", heard.get(part) or begun[part]) for part in rest[:-1] if len(part) > 1]
        last = way[-1]
        ends = [_any("y", begun[last])] if rest and len(last) > 1 else []
        head, begins = [], _any("fi", self._letters(first))
        if len(first) > 1:
            said = begun[first] if alone else heard.get(first) or begun[first]
            head, begins = [_any("y", said)], _any("fy", said)
        whole, sized = "", _any(f"l{len(way)}_", self._letters(first[0]))
        if alone and first in heard:
            whole = _all([_any("fy", heard[first])])
        elif not alone and len(last) > 1 and last in heard:
            whole = _all([*initials, sized, begins, *sounds, _any("y", heard[last])])
        elif all(len(part) == 1 for part in way):
            whole = _all([*(initials if rest else ()), sized])
        return (
            whole,
            _all([*(initials if len(way) > 1 else ()), begins, *sounds, *ends]),
            _all([*initials, *head, *sounds, *ends]),
        )

    def _letters(self, letter: str) -> str:
        return "ln" if letter in "ln" and "ln" in self.slips else letter

    def _initials(self, letters: str) -> Iterator[str]:
        """Neighbours whose names begin so; three by three where there are more."""
        for at in range(max(len(letters) - 2, 1)):
            runs = product(*map(self._letters, letters[at : at + 3]))
            yield _any("i", map("".join, runs))


def _any(mark: str, words: Iterable[str]) -> str:
    tokens = [mark + word for word in words]
    return tokens[0] if len(tokens) == 1 else f"({' OR '.join(tokens)})"


def _all(parts: Iterable[str]) -> str:
    return f"({' AND '.join(dict.fromkeys(parts))})"


@lru_cache(maxsize=2000)
def _ways(letters: str, slips: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    """How letters part into syllables, of which the last may be begun, or initials: a few ways."""
    ways: list[tuple[str, ...]] = [(letters,)] if letters in _begun(slips) else []
    if 2 <= len(letters) <= 3:
        ways.append(tuple(letters))
    for end in range(min(len(letters) - 1, 6), 0, -1):
        part = letters[:end]
        if part in _heard(slips) or (part in _TWO and letters[end] not in "aeiou"):
            ways += [(part, *rest) for rest in _ways(letters[end:], slips)]
    return tuple(ways[:WAYS])


@cache
def _heard(slips: frozenset[str]) -> dict[str, list[str]]:
    """What is meant by each syllable somebody may type who makes these slips."""
    found: dict[str, list[str]] = {sound: [sound] for sound in _SPELLED}
    for sound in _SPELLED:
        for form in _slipped(sound, slips):
            if sound not in found.setdefault(form, []):
                found[form].append(sound)
    return found


def _slipped(sound: str, slips: frozenset[str]) -> Iterator[str]:
    """How somebody may spell a syllable who makes these slips."""
    starts = re.match("[zcs]h?|[ln]|", sound)
    start = starts[0] if starts else ""
    rest = sound[len(start) :]
    begins, ends = {start}, {rest}
    if f"{start[:1]}h" in slips:
        begins = {start[0], f"{start[0]}h"}
    if start in ("l", "n") and "ln" in slips:
        begins = {"l", "n"}
    if "ng" in slips and re.search("[aeio]ng?$", rest):
        ends = {rest.removesuffix("g"), f"{rest.removesuffix('g')}g"}
    return map("".join, product(sorted(begins), sorted(ends)))


@cache
def _begun(slips: frozenset[str]) -> dict[str, list[str]]:
    """The syllables that begin with these letters."""
    found: dict[str, list[str]] = {}
    for form, sounds in _heard(slips).items():
        for end in range(1, len(form) + 1):
            known = found.setdefault(form[:end], [])
            known += (sound for sound in sounds if sound not in known)
    return found
