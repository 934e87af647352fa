"""What keeps a card from going out, and who signed it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest

from showroom import settings
from showroom.cards import queue
from showroom.cards.queue import State
from showroom.errors import Cancelled, ShowroomError
from showroom.guard import erasure
from showroom.people import customers
from showroom.progress import Progress
from showroom.store import journal
from showroom.store.models import (
    Card,
    CardKind,
    Cause,
    Customer,
    Honorific,
)
from tests.amounts import slow_but
from tests.showroom.queue.kit import FRIDAY, NOW

# --- what keeps a card


def test_without_an_address_a_card_goes_into_no_batch_and_says_why(shop):
    (lost,), (found,) = shop.deal(shop.customer("张一", address=" ")), shop.deal(shop.customer())
    assert shop.ask(queue.due, FRIDAY) == [found]
    assert shop.ask(queue.waiting) == [lost, found]  # not lost: it is there, with the reason
    row = shop.row(lost)
    assert (row.state, row.held, row.problems[0]) == (State.HELD, "address", "No address")
    assert shop.row(lost, date(2026, 11, 25)).state is State.LATE  # and it is late all the same
    assert shop.ask(queue.counts, date(2026, 11, 25)) == (1, 2, 1, 0, 2)
    assert shop.ask(queue.batch, [lost, found], FRIDAY) == ([found], ["Mr 张一: No address"])
    assert shop.ask(queue.left_out, FRIDAY) == ["Mr 张一: No address"]
    pdf = shop.ask(queue.pdf, [lost], today=FRIDAY, size="A6")  # by itself: to be handed over
    assert pdf.startswith(b"%PDF")
    shop.do(customers.change, shop.row(lost).customer_id, address="城西路 2 号")
    assert shop.ask(queue.due, FRIDAY) == [lost, found]


def test_when_nothing_goes_out_the_reasons_are_said(shop):
    shop.deal(shop.customer("张一", address=""))
    with pytest.raises(ShowroomError, match=r"No card is due by 2026-11-20.\nMr 张一: No address"):
        shop.ask(queue.pdf_of_due, due=FRIDAY, size="A6")


def test_a_card_of_an_erased_person_says_nothing_and_is_not_printed_again(shop):
    buyer = shop.customer("欧阳思远")
    with shop.db.write() as session:
        model = session.get_one(Customer, buyer)
        journal.act(session, "write_card", model)
        card = Card(kind=CardKind.HELP, customer_id=buyer, due_on=FRIDAY, late_on=FRIDAY)
        waits = Card(kind=CardKind.BIRTHDAY, customer_id=buyer, due_on=FRIDAY, late_on=FRIDAY)
        session.add_all([card, waits])
    shop.do(queue.mark_printed, [card.id], printer="HP", now=NOW)
    assert "欧阳" in shop.letter(card.id).text()
    shop.do(erasure.erase, buyer, why=Cause.ASKED)
    with shop.db.read() as session:
        assert {one.said for one in session.query(Card)} == {""}
    assert shop.ask(queue.waiting) == []
    for one in (card.id, waits.id):
        assert "欧阳" not in shop.letter(one).text()
        with pytest.raises(ShowroomError, match="not to be contacted"):
            shop.ask(queue.pdf, [one], today=FRIDAY, size="A6")


# --- signed


def test_a_card_is_signed_between_printing_and_posting(shop):
    (card,) = shop.deal(shop.customer())
    with pytest.raises(ShowroomError, match="printed before it is signed"):
        shop.do(queue.mark_signed, [card], now=NOW)
    shop.do(queue.mark_printed, [card], printer="HP", now=NOW)
    assert shop.row(card).state is State.PRINTED
    shop.do(queue.mark_signed, [card], now=NOW + timedelta(minutes=5))
    row = shop.row(card)
    assert (row.state, row.signed_at) == (State.SIGNED, NOW + timedelta(minutes=5))
    assert shop.ask(queue.printed) == [card]
    shop.do(journal.undo)
    assert shop.row(card).state is State.PRINTED
    shop.do(queue.mark_posted, [card], now=NOW + timedelta(hours=1))
    assert shop.row(card).signed_at == NOW + timedelta(hours=1)  # what is posted is signed


def test_a_jam_takes_words_and_signature_back(shop):
    (card,) = shop.deal(shop.customer())
    shop.do(queue.mark_printed, [card], printer="HP", now=NOW)
    shop.do(queue.mark_signed, [card], now=NOW)
    shop.do(queue.not_come_out, [card])
    with shop.db.read() as session:
        kept = session.get_one(Card, card)
        assert (kept.said, kept.signed_at, kept.printed_at) == ("", None, None)


def test_a_printed_card_keeps_its_words_whatever_changes(shop):
    buyer = shop.customer()
    (card,) = shop.deal(buyer)
    shop.do(queue.mark_printed, [card], printer="HP", now=NOW)
    before = shop.letter(card)
    shop.do(customers.change, buyer, name="张伟明", honorific=Honorific.MS)
    shop.do(settings.save, settings.Settings(shop_name="城西展厅"))
    assert shop.letter(card, date(2027, 1, 1)) == before
    with pytest.raises(ShowroomError, match="say “Did Not Come Out” first"):
        shop.do(queue.reword, card, "谢谢。", today=FRIDAY)
    with pytest.raises(ShowroomError, match="say “Did Not Come Out” first"):
        shop.do(queue.set_template, card, "thanks-business")
    shop.do(queue.mark_posted, [card], now=NOW)
    for change in (
        partial(queue.reword, text="", today=FRIDAY),
        partial(queue.set_template, code="thanks-business"),
    ):
        with pytest.raises(ShowroomError, match="This card is posted: its words stay"):
            shop.do(change, card_id=card)
    assert shop.letter(card, date(2027, 1, 1)) == before


def test_what_did_not_come_out_is_worded_anew(shop):
    (card,) = shop.deal(shop.customer())
    shop.do(queue.mark_printed, [card], printer="HP", now=NOW)
    shop.do(queue.not_come_out, [card])
    shop.do(queue.reword, card, "谢谢。", today=FRIDAY)
    assert shop.letter(card).paragraphs == ("谢谢。",)


MARKS = [queue.mark_signed, queue.mark_posted, queue.not_come_out]


@pytest.mark.parametrize("write", slow_but(MARKS[:1], MARKS))
def test_stopped_halfway_no_card_is_marked(shop, monkeypatch, write):
    monkeypatch.setattr(queue, "AT_ONCE", 2)
    ids = [shop.deal(shop.customer(name))[0] for name in ("张一", "李二", "王三", "赵四", "孙五")]
    shop.do(queue.mark_printed, ids, printer="HP", now=NOW)
    told: list[tuple[int, int]] = []
    progress = Progress(lambda done, total: (told.append((done, total)), stop(told, progress)))
    more = {} if write is queue.not_come_out else {"now": NOW}
    with pytest.raises(Cancelled):
        shop.do(write, ids, progress=progress, **more)
    assert told == [(0, 5), (2, 5), (4, 5)]
    assert {shop.row(id).state for id in ids} == {State.PRINTED}
    shop.do(write, ids, **more)
    assert not {shop.row(id).state for id in ids} & {State.PRINTED}
    shop.do(journal.undo)  # all of them in one step
    assert {shop.row(id).state for id in ids} == {State.PRINTED}


def stop(told, progress):
    if told[-1][0] == 4:
        progress.cancel()
