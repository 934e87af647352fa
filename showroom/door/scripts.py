"""What may be said at a moment: the text that fits the party, two wordings shared out evenly.

Words we ship stand in `words.SCRIPTS`; the manager's own take their place. Texts for the same
guests (`Narrowing`) belong together: of the narrowest that fit, one of the two wordings is shown,
so that both are tried on the same kind of guest. Honest wording only (DOMAIN §4.1).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from itertools import accumulate
from typing import Final, NamedTuple
from unicodedata import east_asian_width

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from showroom import text, words
from showroom.door import coach, gifts
from showroom.door.coach import Count, Tally
from showroom.errors import Invalid, ShowroomError
from showroom.guard import rights
from showroom.guard.rights import Right
from showroom.i18n import N_, _, language, ngettext
from showroom.store import journal
from showroom.store.models import Ask, Company, Honorific, Moment, Script, Wording

LONGEST: Final = 120  # columns; a Chinese character takes two: what the strip has room for
PLACES: Final = {
    "model": ("{model}", "{车型}"),
    "prize": ("{prize}", "{奖品}"),
    "gift": ("{gift}", "{礼品}"),
}
AT: Final = {"prize": Moment.PRIZE, "gift": Moment.GIFT}  # only there is it sure that it runs
SHUT: Final = {
    Moment.PRIZE: N_("No draw runs today: do not mention one."),
    Moment.GIFT: N_("No gift is in stock: do not promise one."),
}
DISHONEST: Final = tuple(  # words that press or promise; said as a hint, the manager decides
    word.replace("_", " ")
    for word in """
    仅剩 只剩 最后一天 最后机会 最后一台 名额有限 数量有限 错过就没有 错过不再 过期不候 马上涨价
    马上就要涨 明天就没有 只有今天 仅限今天 全网最低 全城最低 史上最低 历史最低 保证中奖 百分百中奖
    必中 内部价 必须留 不留不能 only_left last_day last_chance limited_places only_today
    guaranteed_to_win everybody_wins lowest_price_ever you_must_leave
    """.split()
)


class Narrowing(NamedTuple):
    """Whom a text is for; None fits all."""

    again: bool | None = None
    model_id: int | None = None
    company: Company | None = None

    @property
    def weight(self) -> int:
        """The narrower the heavier; a model weighs most, then first or again."""
        model, again, company = (self.model_id, self.again, self.company)
        return 4 * (model is not None) + 2 * (again is not None) + (company is not None)


EVERYBODY: Final = Narrowing()


class Guest(NamedTuple):
    """Who is there: what a text is chosen by, and the name of the model he looks at."""

    again: bool
    model_id: int | None = None
    model: str = ""
    company: Company | None = None

    def fits(self, narrowing: Narrowing) -> bool:
        """Whether a text so narrowed is for him."""
        own = (self.again, self.model_id, self.company)
        return all(wanted in (None, held) for wanted, held in zip(narrowing, own, strict=True))


class Line(NamedTuple):
    """What stands on the screen at a moment; without a `wording` it is a remark, nothing to say."""

    moment: Moment
    words: str
    script_id: int | None = None
    wording: Wording | None = None


class Text(NamedTuple):
    """One text in use, as it is kept; `id` None is one of ours."""

    id: int | None
    moment: Moment
    wording: Wording
    words: str
    narrowing: Narrowing


Pair = dict[Wording, Text]


def company(honorific: Honorific, people: int) -> Company | None:
    """A party of two or more is a family, one alone a man or a woman by his honorific."""
    if people > 1:
        return Company.FAMILY
    return {Honorific.MR: Company.MAN, Honorific.MS: Company.WOMAN}.get(honorific)


# --- what to say


def running(session: Session, today: date) -> dict[Moment, str]:
    """The prize of a draw that runs today and the gift in stock, by their moments; or neither."""
    found: dict[Moment, str] = {}
    for gift in gifts.listed(session, today):
        if gift.running:
            found.setdefault(Moment.PRIZE if gift.prize else Moment.GIFT, gift.name)
    return found


def lines(
    session: Session,
    guest: Guest,
    *,
    today: date,
    tally: Tally,
    kept: Mapping[Moment, Wording],
) -> dict[Moment, Line]:
    """What may be said at each moment to this guest.

    Of the two wordings the one asked less often with (`tally`) is taken, unless one is `kept`
    because it was shown already. Where no draw runs, or no gift is in stock, a remark says so.
    """
    pairs = texts(session)
    on = running(session, today)
    found = {}
    for moment in Moment:
        if moment in SHUT and moment not in on:
            found[moment] = Line(moment, _(SHUT[moment]))
            continue
        groups = [narrowing for narrowing in pairs[moment] if guest.fits(narrowing)]
        pair = pairs[moment][max(groups, key=lambda narrowing: narrowing.weight)]
        wording = kept.get(moment)
        if wording not in pair:
            wording = coach.evenly(counts(pair, tally))
        chosen = pair[wording]
        said = _filled(chosen.words, model=guest.model or _("this car"), thing=on.get(moment, ""))
        found[moment] = Line(moment, said, chosen.id, wording)
    return found


_IN_USE: Final = (  # made once: it is asked after every save
    select(
        *(Script.id, Script.moment, Script.wording, Script.words),
        *(Script.again, Script.model_id, Script.company),
    )
    .where(Script.active)
    .order_by(Script.id)
)


def texts(session: Session) -> dict[Moment, dict[Narrowing, Pair]]:
    """Every text in use by moment and by whom it is for; those for everybody come first."""
    found: dict[Moment, dict[Narrowing, Pair]] = {
        moment: {
            EVERYBODY: {
                wording: Text(None, moment, wording, _spelled(_(said)), EVERYBODY)
                for wording, said in ours.items()
            }
        }
        for moment, ours in words.SCRIPTS.items()
    }
    for row in session.execute(_IN_USE):
        one = Text(*row[:4], Narrowing(*row[4:]))
        found[one.moment].setdefault(one.narrowing, {})[one.wording] = one
    return found


def counts(pair: Pair, tally: Tally) -> dict[Wording, Count]:
    """What came of each of two wordings."""
    return {
        wording: coach.asked(tally, one.moment, one.id, wording) for wording, one in pair.items()
    }


def compared(pair: Pair, tally: Tally, *, least: int) -> str:
    """What two wordings for the same guests tell, in a sentence."""
    if len(pair) < len(Wording):
        return _("Only one wording is in use here: there is nothing to compare it with.")
    found = counts(pair, tally)
    return coach.verdict(found[Wording.A], found[Wording.B], least=least)


def places() -> list[str]:
    """What stands in a text for a name, as it is written in the language in use."""
    return [spellings[language() != "en"] for spellings in PLACES.values()]


def _spelled(said: str) -> str:
    for spellings, place in zip(PLACES.values(), places(), strict=True):
        said = said.replace(spellings[0], place)
    return said


def _filled(said: str, *, model: str, thing: str) -> str:
    """The words with the names in their places; whatever else stands in braces stays."""
    named = {"model": model, "prize": thing, "gift": thing}
    for place, spellings in PLACES.items():
        for spelling in spellings:
            said = said.replace(spelling, named[place])
    return said


# --- the manager's own


def add(
    session: Session,
    moment: Moment,
    wording: Wording,
    said: str,
    *,
    narrowing: Narrowing = EVERYBODY,
) -> Script:
    """A text of the shop's own; for everybody it takes the place of ours.

    Raises `Invalid` beside `words` or `wording` (taken for the same guests), `ShowroomError` for
    who may not.
    """
    rights.require(session, Right.SETTINGS)
    said = _checked(said, moment)
    _refuse_taken(session, moment, wording, narrowing)
    script = Script(moment=moment, wording=wording, words=said, **narrowing._asdict())
    journal.act(session, "script", script)
    session.add(script)
    session.flush()
    return script


def change(
    session: Session,
    script_id: int,
    said: str,
    *,
    wording: Wording | None = None,
    narrowing: Narrowing | None = None,
) -> Script:
    """Say it in other words, as the other wording or to other guests (None: as it was).

    A text that was asked with stays as it was, a new one takes its place. Returns the text that is
    in use now. Raises `Invalid` beside `words` or `wording`, `ShowroomError` for who may not and
    for a text that was withdrawn meanwhile.
    """
    rights.require(session, Right.SETTINGS)
    script = _in_use(session, script_id)
    said = _checked(said, script.moment)
    was = Narrowing(script.again, script.model_id, script.company)
    wording, narrowing = wording or script.wording, was if narrowing is None else narrowing
    if (wording, narrowing) != (script.wording, was):
        _refuse_taken(session, script.moment, wording, narrowing)
    elif said == script.words:
        return script
    journal.act(session, "script", script)
    if session.scalar(select(exists().where(Ask.script_id == script_id))):
        script.active = False
        script = Script(moment=script.moment)
        session.add(script)
    script.wording, script.words = wording, said
    script.again, script.model_id, script.company = narrowing
    session.flush()
    return script


def withdraw(session: Session, script_id: int) -> None:
    """Say it no longer; for everybody ours is there again. What was asked with it stays known.

    Raises `ShowroomError` for who may not and for a text that was withdrawn already.
    """
    rights.require(session, Right.SETTINGS)
    script = _in_use(session, script_id)
    journal.act(session, "script", script)
    script.active = False


def pressing(said: str) -> list[str]:
    """The words in it that press or promise what may not be so; for a hint, not a refusal."""
    flat = text.narrow(said).casefold()
    return [word for word in DISHONEST if word in flat]


def hint(said: str) -> str:
    """Why some words of a text should go, in a sentence; "" when there is nothing to say."""
    found = pressing(said)
    if not found:
        return ""
    sentence = _(
        "“{words}”: only if it is exactly so. Who leaves a number because he was pressed or misled "
        "has not agreed (PIPL art. 5, 14)."
    )
    return sentence.format(words="”, “".join(found))


def _in_use(session: Session, script_id: int) -> Script:
    script = session.get(Script, script_id)
    if script is None or not script.active:
        raise ShowroomError(_("This text was put out of use meanwhile. Choose another one."))
    return script


def _refuse_taken(session: Session, moment: Moment, wording: Wording, narrowing: Narrowing) -> None:
    taken = texts(session)[moment].get(narrowing, {}).get(wording)
    if taken is not None and taken.id is not None:
        sentence = _(
            "Wording {letter} for these guests is there already: change it, or put it out of use."
        )
        raise Invalid({"wording": sentence.format(letter=wording.upper())})


def _checked(said: str, moment: Moment) -> str:
    """The text in one line. Raises `Invalid` when it is empty, too long or names what it cannot."""
    said = " ".join(text.clean(said).split())
    problem = ""
    if not said:
        problem = _("Enter what to say.")
    elif said != _cut(said):
        over = len(said) - len(_cut(said))
        problem = ngettext(
            "Too long by {count} character: nobody reads that while talking.",
            "Too long by {count} characters: nobody reads that while talking.",
            over,
        ).format(count=over)
    for named in re.findall(r"\{[^{}]*\}?|\}", said):
        problem = problem or _place_problem(named, moment)
    if problem:
        raise Invalid({"words": problem})
    return said


def _cut(said: str) -> str:
    """As much of it as there is room for."""
    columns = accumulate(1 + (east_asian_width(char) in "WF") for char in said)
    return said[: sum(column <= LONGEST for column in columns)]


def _place_problem(named: str, moment: Moment) -> str:
    for place, spellings in PLACES.items():
        if named in spellings:
            if AT.get(place, moment) is moment:
                return ""
            sentence = _("{place} can stand at “{moment}” only: there it is sure that one runs.")
            return sentence.format(place=named, moment=_(words.MOMENTS[AT[place]]))
    sentence = _("{place} stands for nothing. Write {known}.")
    return sentence.format(place=named, known=", ".join(places()))
