"""The coach: scripts that fit, shared out evenly; rates, suggestion, intervals that are true."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from showroom import words
from showroom.door import coach, moments, scripts
from showroom.door.coach import Count, Interval
from showroom.door.scripts import Guest, Narrowing
from showroom.errors import Invalid, ShowroomError
from showroom.store import journal
from showroom.store.models import (
    Ask,
    Company,
    Gift,
    Honorific,
    Moment,
    Refusal,
    Role,
    Script,
    Visit,
    VisitKind,
    Wording,
)
from tests import builders as make

LONG_AGO, YESTERDAY = make.TODAY - timedelta(days=180), make.TODAY - timedelta(days=1)
A, B = Wording.A, Wording.B


def write(db: Any, work: Any, *args: Any, **facts: Any) -> Any:
    with db.write() as session:
        return work(session, *args, **facts)


def asks(
    db: Any,
    moment: Moment,
    *,
    given: int,
    refused: int = 0,
    again: bool = False,
    days: int = 1,
    script_id: int | None = None,
    wording: Wording | None = None,
    kind: VisitKind = VisitKind.WALK_IN,
) -> None:
    """Visits some days ago, each with one ask."""
    then = make.later(days=-days)
    with db.write() as session:
        for number in range(given + refused):
            visit = session.get_one(Visit, make.a_visit(session, now=then))
            visit.again, visit.kind = again, kind
            moments.ask(
                session,
                visit.id,
                moment,
                refusal=None if number < given else Refusal.SPAM,
                script_id=script_id,
                wording=wording,
                now=then,
            )


def tally(db: Any, first: Any = LONG_AGO, last: Any = make.TODAY) -> coach.Tally:
    with db.read() as session:
        return coach.read(session, first, last)


def lines(db: Any, guest: Guest, **kept: Wording) -> dict[Moment, scripts.Line]:
    with db.read() as session:
        return scripts.lines(
            session,
            guest,
            today=make.TODAY,
            tally=tally(db),
            kept={Moment(code): wording for code, wording in kept.items()},
        )


def stock(session: Any, name: str, **facts: Any) -> None:
    journal.act(session, "gift")
    session.add(Gift(name=name, **{"stock": 5} | facts))


# --- what to say


def test_every_moment_has_two_honest_wordings_that_fit_the_strip():
    assert list(words.SCRIPTS) == list(Moment)
    for moment, ours in words.SCRIPTS.items():
        assert list(ours) == [A, B]
        assert ours[A] != ours[B]
        for said in ours.values():
            assert scripts._checked(said, moment) == said
            assert scripts.hint(said) == ""


def test_the_model_stands_in_the_text_once_it_is_known(db):
    kept = {moment.value: A for moment in Moment}
    assert "fits this car" in lines(db, Guest(False), **kept)[Moment.OFFER].words
    known = lines(db, Guest(False, 7, "汉EV"), **kept)[Moment.OFFER]
    assert "fits 汉EV" in known.words
    assert known.script_id is None


@pytest.mark.parametrize(
    ("facts", "runs"),
    [
        ({"prize": True}, True),
        ({"prize": True, "starts_on": make.TODAY, "ends_on": make.TODAY}, True),
        ({"prize": True, "starts_on": make.TODAY + timedelta(days=1)}, False),
        ({"prize": True, "ends_on": YESTERDAY}, False),
        ({"prize": True, "active": False}, False),
        ({"prize": True, "stock": 0}, False),  # all are won
        ({"prize": False}, False),
    ],
)
def test_a_draw_is_mentioned_only_while_one_runs(db, facts, runs):
    write(db, stock, "行车记录仪", **facts)
    line = lines(db, Guest(False))[Moment.PRIZE]
    if runs:
        assert "行车记录仪" in line.words
        assert line.wording is A
    else:
        assert line == (Moment.PRIZE, "No draw runs today: do not mention one.", None, None)


def test_a_gift_is_promised_only_while_one_is_there(db):
    write(db, stock, "保温杯", stock=0)
    write(db, stock, "旧台历", stock=3, active=False)
    line = lines(db, Guest(False))[Moment.GIFT]
    assert (line.words, line.wording) == ("No gift is in stock: do not promise one.", None)
    write(db, stock, "遮阳伞", stock=1)
    assert "遮阳伞" in lines(db, Guest(False))[Moment.GIFT].words


@pytest.mark.parametrize(
    ("honorific", "people", "company"),
    [
        (Honorific.MR, 1, Company.MAN),
        (Honorific.MS, 1, Company.WOMAN),
        (Honorific.MR, 2, Company.FAMILY),
        (Honorific.NONE, 3, Company.FAMILY),
        (Honorific.NONE, 1, None),
        (Honorific.COMPANY, 1, None),
    ],
)
def test_who_is_there_is_known_by_honorific_and_number(honorific, people, company):
    assert scripts.company(honorific, people) is company


def test_the_narrowest_text_that_fits_is_said(db):
    with db.write() as session:
        han, song = make.a_model(session, "汉EV"), make.a_model(session, "宋PLUS")
    for said, narrowing in (
        ("everybody", Narrowing()),
        ("again", Narrowing(again=True)),
        ("woman", Narrowing(company=Company.WOMAN)),
        ("han", Narrowing(model_id=han)),
        ("han woman", Narrowing(model_id=han, company=Company.WOMAN)),
    ):
        write(db, scripts.add, Moment.SEATED, A, said, narrowing=narrowing)

    def said(guest: Guest) -> str:
        return lines(db, guest, seated=A)[Moment.SEATED].words

    assert said(Guest(False)) == "everybody"
    assert said(Guest(True)) == "again"
    assert said(Guest(True, company=Company.WOMAN)) == "again"
    assert said(Guest(False, company=Company.WOMAN)) == "woman"
    assert said(Guest(True, han, company=Company.MAN)) == "han"
    assert said(Guest(True, han, company=Company.WOMAN)) == "han woman"
    assert said(Guest(False, song, company=Company.FAMILY)) == "everybody"
    # beside the shop's own wording A for everybody our B stays in use; a narrow one stands alone
    assert lines(db, Guest(False), seated=B)[Moment.SEATED].wording is B
    assert lines(db, Guest(False, han), seated=B)[Moment.SEATED].wording is A


def test_two_wordings_are_shared_out_evenly_and_each_ask_knows_its_own(db):
    said = []
    for _visit in range(7):
        line = lines(db, Guest(False))[Moment.FAREWELL]
        asks(db, Moment.FAREWELL, given=1, wording=line.wording, days=0)
        said.append(line.wording)
    assert said == [A, B, A, B, A, B, A]
    asks(db, Moment.FAREWELL, given=0, refused=3, wording=A)
    assert lines(db, Guest(False))[Moment.FAREWELL].wording is B
    assert lines(db, Guest(False), farewell=A)[Moment.FAREWELL].wording is A


# --- the manager's own


def test_a_used_text_is_never_changed(db):
    first = write(db, scripts.add, Moment.OFFER, B, "“有新政策我告诉您？”").id
    assert write(db, scripts.change, first, "有新政策我发您？").id == first  # nobody was asked yet
    asks(db, Moment.OFFER, given=1, script_id=first, wording=B)
    second = write(db, scripts.change, first, "{车型}有新政策，我发您？").id
    assert second != first
    with db.read() as session:
        assert session.get_one(Script, first).words == "有新政策我发您？"
        assert session.query(Ask.script_id).scalar() == first
    line = lines(db, Guest(False, 3, "汉EV"), offer=B)[Moment.OFFER]
    assert (line.script_id, line.words) == (second, "汉EV有新政策，我发您？")

    write(db, scripts.withdraw, second)
    assert lines(db, Guest(False), offer=B)[Moment.OFFER].script_id is None  # ours again
    with pytest.raises(ShowroomError, match="out of use meanwhile"):
        write(db, scripts.change, second, "又改了")
    write(db, journal.undo)
    assert lines(db, Guest(False), offer=B)[Moment.OFFER].script_id == second


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (" 　\n", "Enter what to say."),
        ("您" * 61, "Too long by 1 character: nobody reads that while talking."),
        ("a" * 123, "Too long by 3 characters: nobody reads that while talking."),
        ("留个电话，{优惠}告诉您", "{优惠} stands for nothing. Write {model}, {prize}, {gift}."),
        (
            "留个电话，{model 告诉您",
            "{model 告诉您 stands for nothing. Write {model}, {prize}, {gift}.",
        ),
        (
            "送您{礼品}",
            "{礼品} can stand at “Gift handed out” only: there it is sure that one runs.",
        ),
    ],
)
def test_a_text_that_cannot_be_said_is_refused(db, said, problem):
    with pytest.raises(Invalid) as refused:
        write(db, scripts.add, Moment.SEATED, A, said)
    assert refused.value.problems == {"words": problem}


def test_a_place_taken_for_the_same_guests_is_said(db):
    write(db, scripts.add, Moment.SEATED, A, "您坐", narrowing=Narrowing(again=True))
    write(db, scripts.add, Moment.SEATED, B, "请坐", narrowing=Narrowing(again=True))
    with pytest.raises(Invalid) as refused:
        write(db, scripts.add, Moment.SEATED, B, "坐", narrowing=Narrowing(again=True))
    assert set(refused.value.problems) == {"wording"}


def test_a_text_moves_to_other_guests_unless_their_place_is_taken(db):
    narrow = Narrowing(again=True)
    one = write(db, scripts.add, Moment.SEATED, A, "您坐").id
    write(db, scripts.add, Moment.SEATED, B, "请坐", narrowing=narrow)
    with pytest.raises(Invalid) as refused:
        write(db, scripts.change, one, "您坐", wording=B, narrowing=narrow)
    assert set(refused.value.problems) == {"wording"}
    write(db, scripts.change, one, "您坐", narrowing=narrow)
    assert lines(db, Guest(True), seated=A)[Moment.SEATED].script_id == one
    assert lines(db, Guest(False), seated=A)[Moment.SEATED].script_id is None


def test_words_that_press_are_hinted_at_with_the_reason():
    said = scripts.hint("名额有限，仅剩两台，错过就没有了")
    assert said.startswith("“仅剩”, “名额有限”, “错过就没有”: only if it is exactly so.")
    assert "PIPL" in said
    assert scripts.hint("This is the LAST DAY!") != ""
    assert scripts.hint("您慢走，方便留个电话吗？") == ""


def test_who_may_not_change_settings_changes_no_script(db):
    with db.write() as session:
        owner = make.a_member(session, "周总", Role.OWNER)
        seller = make.a_member(session, "王强")
        own = scripts.add(session, Moment.SEATED, A, "您坐").id
    with db.write() as session:
        make.a_pin(session, owner, "135790", by=owner)
    db.staff_id = seller
    for work in (
        lambda session: scripts.add(session, Moment.SEATED, B, "请坐"),
        lambda session: scripts.change(session, own, "坐"),
        lambda session: scripts.withdraw(session, own),
    ):
        with pytest.raises(ShowroomError):
            write(db, work)
    assert lines(db, Guest(False), seated=A)[Moment.SEATED].words == "您坐"


# --- what to try next


def suggested(db: Any, tried: dict[Moment, Refusal | None], **facts: Any) -> Moment | None:
    with db.write() as session:
        visit = make.a_visit(session)
        for moment, refusal in tried.items():
            moments.ask(session, visit, moment, refusal=refusal, now=make.NOW)
    with db.read() as session:
        states = moments.strip(session, visit)
    rates = coach.rates(tally(db, last=YESTERDAY), again=facts.pop("again", False), least=20)
    return coach.suggest(states, rates, **facts)


def test_without_numbers_the_order_is_the_suggestion(db):
    asks(db, Moment.GIFT, given=19)
    no = Refusal.SPAM
    assert suggested(db, {}) is Moment.SEATED
    assert suggested(db, {Moment.SEATED: no, Moment.OFFER: no}) is Moment.RAPPORT
    rate = coach.rates(tally(db), again=False, least=20)[Moment.GIFT]
    assert (rate.tried, rate.enough) == (Count(19, 19), False)


def test_the_best_of_those_still_open_is_suggested(db):
    asks(db, Moment.SEATED, given=5, refused=15)
    asks(db, Moment.OFFER, given=8, refused=12)
    asks(db, Moment.PRIZE, given=18, refused=2)
    asks(db, Moment.FAREWELL, given=19, refused=1)
    no, open_shut = Refusal.CONTROL, {"shut": {Moment.PRIZE}}
    assert suggested(db, {}) is Moment.PRIZE
    assert suggested(db, {}, **open_shut) is Moment.OFFER  # nothing runs: not suggested
    assert suggested(db, {Moment.OFFER: no}, **open_shut) is Moment.SEATED
    # the farewell is the last resort, however well it does
    rest = [moment for moment in Moment if moment is not Moment.FAREWELL]
    assert suggested(db, dict.fromkeys(rest, no)) is Moment.FAREWELL
    assert suggested(db, dict.fromkeys(Moment, no)) is None
    assert suggested(db, {Moment.SEATED: None}) is None  # given: nothing is left to ask
    assert suggested(db, {}, contact=True) is None


def test_first_and_again_are_told_apart_where_both_have_enough(db):
    asks(db, Moment.OFFER, given=15, refused=5)
    asks(db, Moment.OFFER, given=2, refused=18, again=True)
    asks(db, Moment.RAPPORT, given=10, refused=10)
    asks(db, Moment.RAPPORT, given=9, refused=0, again=True)
    found = {again: coach.rates(tally(db), again=again, least=20) for again in (False, True)}
    assert found[False][Moment.OFFER] == (Count(20, 15), True, True)
    assert found[True][Moment.OFFER] == (Count(20, 2), True, True)
    assert found[True][Moment.RAPPORT] == (Count(29, 19), False, True)
    assert suggested(db, {}) is Moment.OFFER
    assert suggested(db, {}, again=True) is Moment.RAPPORT


def test_calls_and_what_is_long_ago_do_not_count(db):
    asks(db, Moment.SEATED, given=2, kind=VisitKind.CALL)
    asks(db, Moment.SEATED, given=3, days=400)
    asks(db, Moment.SEATED, given=1, refused=1, days=180)
    rate = coach.rates(tally(db), again=False, least=2)[Moment.SEATED]
    assert rate.tried == Count(2, 1)


# --- intervals


def close_to(low: float, high: float) -> Any:
    return pytest.approx((low, high), abs=0.00006)


@pytest.mark.parametrize(
    ("given", "asked", "low", "high"),
    [  # Newcombe, Intervals for the single proportion (1998), table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_in_the_textbook(given, asked, low, high):
    assert coach.wilson(Count(asked, given)) == close_to(low, high)


@pytest.mark.parametrize(
    ("b", "a", "low", "high"),
    [  # Newcombe, Interval estimation for the difference (1998), table II, method 10
        ((70, 56), (80, 48), 0.0524, 0.3339),
        ((10, 9), (10, 3), 0.1705, 0.8090),
        ((7, 6), (7, 2), 0.0582, 0.8062),
        ((56, 5), (29, 0), -0.0381, 0.1926),
        ((10, 0), (20, 0), -0.1611, 0.2775),
        ((10, 0), (10, 0), -0.2775, 0.2775),
        ((10, 10), (20, 0), 0.6791, 1.0),
        ((10, 10), (10, 0), 0.6075, 1.0),
    ],
)
def test_the_difference_as_in_the_textbook(b, a, low, high):
    assert coach.newcombe(Count(*a), Count(*b)) == close_to(low, high)


def test_nothing_asked_may_be_anything():
    assert coach.wilson(Count(0, 0)) == Interval(0.0, 1.0)


@pytest.mark.parametrize(
    ("p", "q", "n", "m"), [(0.3, 0.3, 20, 25), (0.41, 0.52, 60, 40), (0.1, 0.35, 30, 90)]
)
def test_the_truth_lies_within_as_often_as_promised(p, q, n, m):
    chance = random.Random(20261118)

    def draw(rate: float, size: int) -> Count:
        return Count(size, sum(chance.random() < rate for _ask in range(size)))

    runs, within, both = 3000, 0, 0
    for _run in range(runs):
        a, b = draw(p, n), draw(q, m)
        alone, apart = coach.wilson(a), coach.newcombe(a, b)
        within += alone.low <= p <= alone.high
        both += apart.low <= q - p <= apart.high
    assert within / runs >= 0.93
    assert both / runs >= 0.93


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ((12, 3), (9, 6), "Not enough yet: A was asked 12 times, B 9 times; each needs 20."),
        ((80, 48), (70, 56), "B is better by 5 to 33 points."),
        ((70, 56), (80, 48), "A is better by 5 to 33 points."),
        ((40, 16), (40, 18), "No difference shown: B may be 16 points worse or 25 better."),
        ((20, 0), (20, 0), "No difference shown: B may be 16 points worse or 16 better."),
        ((500, 200), (500, 231), "B is better by 0.1 to 12 points."),
    ],
)
def test_the_verdict_is_a_sentence_and_not_enough_is_one(a, b, said):
    assert coach.verdict(Count(*a), Count(*b), least=20) == said


def test_only_texts_for_the_same_guests_are_compared(db):
    own = write(db, scripts.add, Moment.RAPPORT, B, "老乡见老乡，加个微信？").id
    asks(db, Moment.RAPPORT, given=10, refused=15, wording=A)
    asks(db, Moment.RAPPORT, given=20, refused=5, wording=B)  # with our B, before it was replaced
    asks(db, Moment.RAPPORT, given=22, refused=3, wording=B, script_id=own)
    narrow = Narrowing(again=True)
    write(db, scripts.add, Moment.RAPPORT, A, "又见面了", narrowing=narrow)
    with db.read() as session:
        pairs = scripts.texts(session)[Moment.RAPPORT]
    counted = tally(db)
    pair = pairs[scripts.EVERYBODY]
    assert scripts.counts(pair, counted) == {A: Count(25, 10), B: Count(25, 22)}
    assert scripts.compared(pair, counted, least=20).startswith("B is better by")
    assert scripts.compared(pairs[narrow], counted, least=20).startswith("Only one wording")
