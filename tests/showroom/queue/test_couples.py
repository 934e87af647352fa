"""A card to two: its words speak of both, and both must want it."""

from __future__ import annotations

import pytest

from showroom.cards import compose, couples, queue
from showroom.cards.queue import State
from showroom.errors import ShowroomError
from showroom.guard import consent, erasure
from showroom.people import relations
from showroom.store.models import (
    Cause,
    Customer,
    Honorific,
    Kinship,
    Way,
)
from tests.showroom.queue.kit import FRIDAY, NOW, complain


def a_couple(shop):
    his, hers = shop.customer("王伟"), shop.customer("李雪", Honorific.MS)
    shop.do(relations.link, his, hers, Kinship.COUPLE, now=NOW)
    (card,) = shop.deal(his)
    words = compose.words_of(shop.letter(card))
    assert words.startswith("尊敬的王先生、李女士 伉俪：")
    shop.do(queue.reword, card, f"{words}\n祝二位一路平安！", today=FRIDAY)
    return his, hers, card


@pytest.mark.parametrize(
    ("words", "speaks"),
    [
        ("祝二位一路平安！", True),
        ("感谢两位的信任。", True),
        ("王先生伉俪：您好！", True),
        ("祝家中两位老人身体健康！", False),
        ("行驶里程已是二位数。", False),
    ],
)
def test_words_speak_of_both_where_they_are_said_to_both(words, speaks):
    his, hers = (Customer(name=name, honorific=Honorific.MR, title="") for name in ("王伟", "李雪"))
    assert couples.names(words, hers, his) is speaks


@pytest.mark.parametrize("how", ["complains", "wants none"])
def test_own_words_for_a_couple_wait_while_the_other_one_gets_no_card(shop, how):
    _his, hers, card = a_couple(shop)
    lone = shop.deal(shop.customer("李强"))[0]
    shop.do(queue.reword, lone, "李先生：\n多谢您。", today=FRIDAY)
    assert shop.ask(queue.due, FRIDAY) == [card, lone]
    if how == "complains":
        shop.do(complain, hers, shop.wang)
    else:
        shop.do(consent.withdraw, hers, Way.POST, now=NOW)
    assert shop.ask(queue.due, FRIDAY) == [lone]
    assert (shop.row(card).state, shop.row(card).held) == (State.HELD, "partner")
    assert shop.row(card).problems == ("Names both",)
    why = "The words name the other one of the couple, who gets no card now"
    assert shop.ask(queue.batch, [card, lone], FRIDAY) == ([lone], [f"Mr 王伟: {why}"])
    assert shop.ask(queue.counts, FRIDAY)[:3] == (1, 0, 1)
    with pytest.raises(ShowroomError, match="王伟: the words of this card name the other one"):
        shop.ask(queue.pdf, [card], today=FRIDAY, size="A6")
    shop.do(queue.reword, card, "", today=FRIDAY)  # the template knows whom it may name
    assert shop.letter(card).salutation == "尊敬的王先生："
    assert shop.ask(queue.due, FRIDAY) == [card, lone]
    shop.do(queue.reword, card, "王先生：\n多谢您和李女士。", today=FRIDAY)
    assert shop.ask(queue.due, FRIDAY) == [lone]
    shop.do(queue.reword, card, "王先生：\n多谢您和太太。", today=FRIDAY)
    assert shop.ask(queue.due, FRIDAY) == [lone]
    shop.do(queue.reword, card, "王先生：\n多谢您。", today=FRIDAY)
    assert shop.ask(queue.due, FRIDAY) == [card, lone]


def test_what_was_printed_for_both_is_not_posted_while_the_other_one_complains(shop):
    _his, hers, card = a_couple(shop)
    shop.do(queue.reword, card, "", today=FRIDAY)
    shop.do(queue.mark_printed, [card], printer="HP", now=NOW)
    assert shop.ask(queue.postable, [card], FRIDAY) == ([card], [])
    shop.do(complain, hers, shop.wang)
    assert shop.ask(queue.postable, [card], FRIDAY)[0] == []
    with pytest.raises(ShowroomError, match="Not to be posted: Mr 王伟: The words name the other"):
        shop.do(queue.mark_posted, [card], now=NOW)
    shop.do(queue.not_come_out, [card])  # printed anew it is to him alone
    assert shop.letter(card).salutation == "尊敬的王先生："
    assert shop.ask(queue.due, FRIDAY) == [card]


def test_who_is_erased_stands_on_no_card_to_the_other_one(shop):
    _his, hers, card = a_couple(shop)
    gone = shop.do(erasure.erase, hers, why=Cause.ASKED)
    assert gone.reworded == 1
    assert not shop.row(card).own_words
    assert "李" not in shop.letter(card).text()
    assert shop.letter(card).salutation == "尊敬的王先生："
