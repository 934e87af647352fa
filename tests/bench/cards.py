"""1,000 cards in one PDF: ≤ 3 s, ≤ 2 MB, ≤ 1.5 × bare reportlab with the same lines."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from showroom.cards import compose, glyphs, layout, render, templates
from showroom.cards.compose import Facts, Letter
from showroom.cards.layout import Page, Paper
from showroom.store.models import Honorific
from tests.bench.measure import Measure, in_turn


def run(quick: bool) -> list[Measure]:
    """Both read their font and break their lines anew each time."""
    count = 3 if quick else 1000
    paper = layout.paper("148x100")
    batch = list(letters(count))
    pages = [layout.set_letter(letter, paper) for letter in batch]
    sizes: list[float] = []

    def ours() -> None:
        layout.set_letter.cache_clear()
        glyphs._face.cache_clear()
        sizes.append(len(render.pdf(batch, size="148x100")) / 1e6)

    plain = len(bare(pages, paper)) / 1e6
    mine, its = in_turn(1 if quick else 7, ours, lambda: bare(pages, paper), unit=1)
    return [
        Measure(f"{count:,} cards in one PDF", mine, its, "s", (("median", 3.0), ("ratio", 1.5))),
        Measure("… its size", sizes[:1], [plain], "MB", (("median", 2.0),)),
    ]


def letters(count: int) -> Iterator[Letter]:
    """Cards as a shop writes them in a month: other names, models, days and consultants."""
    dice = random.Random(7)
    names = "张王李赵陈杨周吴徐孙尉马朱胡郭何高林罗郑"
    models = ["汉EV", "唐DM-i", "宋PLUS DM-i", "海豹 06", "海鸥", "元PLUS", "秦PLUS DM-i 冠军版"]
    for number in range(count):
        given = "".join(chr(dice.randrange(0x4E00, 0x6E00)) for _ in range(dice.randint(1, 2)))
        company = number % 20 == 0
        facts = Facts(
            on=date(2026, 11, 21),
            name=f"{given}汽车贸易有限公司" if company else dice.choice(names) + given,
            honorific=Honorific.COMPANY if company else dice.choice(list(Honorific)[:3]),
            model=dice.choice(models),
            ordered=date(2026, 11, 20) - timedelta(days=dice.randrange(40)),
            consultant=dice.choice(["王强", "李娜", "赵磊", "欧阳思远"]),
            shop="城东展厅",
        )
        code = "thanks-business" if company else "thanks-family"
        yield compose.letter(templates.everything()[code], facts)


def bare(pages: Sequence[Page], paper: Paper) -> bytes:
    """The same lines at the same places by reportlab as it comes, the font read again."""
    from reportlab import rl_config
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    from showroom import paths

    rl_config.useA85 = 1  # its default; ours writes plain streams
    path = paths.resources() / "fonts" / glyphs.FILES["kai"]
    pdfmetrics.registerFont(TTFont("bare", str(path)))
    out = io.BytesIO()
    size = (paper.width * layout.MM, paper.height * layout.MM)
    canvas = Canvas(out, pagesize=size, pageCompression=1, initialFontName="bare")
    for page in pages:
        canvas.setFont("bare", page.size)
        for line in page.placed:
            canvas.drawString(line.x, line.y, line.text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
