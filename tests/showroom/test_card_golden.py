"""Every wording that is delivered, said to everybody a showroom meets: kept to the letter.

After a wording was changed on purpose: `python -m tests.showroom.test_card_golden`, then read the
difference before it is kept.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from showroom import i18n
from showroom.cards import compose, feasts, templates, wordings
from showroom.cards.compose import Facts
from showroom.care.festivals import FESTIVAL, FESTIVALS
from showroom.store.models import CardKind, Honorific

FILE = Path(__file__).parents[1] / "data" / "cards.txt"
KNOWN = {
    "on": date(2026, 11, 21),
    "model": "汉EV",
    "ordered": date(2024, 11, 20),
    "consultant": "王强",
    "shop": "城东展厅",
    "shop_phone": "0755-88886666",
    "friend": "陈先生",
}
MR, MS, NONE, COMPANY = Honorific.MR, Honorific.MS, Honorific.NONE, Honorific.COMPANY
CASES = {
    "先生": {"name": "张伟", "honorific": MR},
    "女士，复姓": {"name": "尉迟恭敏", "honorific": MS},
    "不知性别": {"name": "李静", "honorific": NONE},
    "副总经理": {"name": "陈明", "honorific": MR, "title": "副总经理"},
    "女经理": {"name": "欧阳雪", "honorific": MS, "title": "销售部经理"},
    "伉俪": {"name": "王伟", "honorific": MR, "partner": "李女士"},
    "伉俪，总": {"name": "陈明", "honorific": MR, "title": "董事长", "partner": "周总"},
    "公司": {"name": "深圳市远航物流有限公司", "honorific": COMPANY, "partner": "李女士"},
    "少数民族姓名": {"name": "阿依古丽·买买提", "honorific": MS},
    "生僻字": {"name": "张㸃", "honorific": NONE},
    "小姐写成女士": {"name": "刘小姐", "honorific": NONE},
    "外国人": {"name": "John Smith", "honorific": MR},
    "没有姓名": {"name": "", "honorific": MR},
    "只知道姓名": {
        "name": "张伟",
        "honorific": MR,
        **dict.fromkeys(("model", "consultant", "shop", "shop_phone", "friend"), ""),
        "ordered": None,
    },
}


def said() -> dict[str, str]:
    """Title of each case, and the letter."""
    return {
        f"{template.name} · {case}": compose.letter(
            template, Facts(**{**KNOWN, **feast_of(template), **facts})
        ).text()
        for template in templates.everything().values()
        for case, facts in CASES.items()
    }


def feast_of(template: templates.Template) -> dict[str, str]:
    """The festival of a wording; of one that is for any, the teachers' day."""
    if template.kind is not CardKind.FESTIVAL:
        return {}
    one = feasts.meant(template.name, FESTIVALS) or FESTIVAL["teachers"]
    english = template.language == "en"
    return {"festival": one.names[english], "wish": one.greetings[english]}


def kept() -> dict[str, str]:
    parts = FILE.read_text("utf-8").split("\n\n## ")[1:]
    return {title: text.rstrip("\n") for title, _line, text in (p.partition("\n") for p in parts)}


SAID = said()


def test_every_case_is_kept():
    assert list(kept()) == list(SAID)


def test_a_wording_says_what_was_read():
    golden = kept()
    titles = [f"{it.name} · {case}" for it in templates.everything().values() for case in CASES]
    assert [title for title in titles if SAID[title] != golden[title]] == []


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_wording_that_was_edited_says_the_same_to_everybody(language):
    """As it is typed in Settings and kept, in either language of the desk."""
    i18n.use(language)
    for template in templates.everything().values():
        own = wordings.checked(replace(wordings.typed(template), name="自己的"), "own-1")
        for case, facts in CASES.items():
            said = compose.letter(own, Facts(**{**KNOWN, **feast_of(template), **facts})).text()
            assert said == SAID[f"{template.name} · {case}"], (template.code, case)


if __name__ == "__main__":
    whole = "\n\n## ".join(["", *(f"{title}\n{text}" for title, text in SAID.items())])
    FILE.write_text(whole + "\n", "utf-8")
