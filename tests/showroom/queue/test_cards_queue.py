"""The queue of cards: what waits, what was printed by whom, what is never printed twice unasked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from showroom import choices, settings
from showroom.cards import compose, queue, taken_back
from showroom.cards.queue import State
from showroom.care import complaints
from showroom.deals import closing
from showroom.errors import Invalid, ShowroomError
from showroom.guard import consent, staff
from showroom.people import customers
from showroom.store import journal
from showroom.store.models import (
    Action,
    Card,
    CardKind,
    ChoiceKind,
    Customer,
    Honorific,
    Role,
    Staff,
    Way,
)
from tests.showroom.queue.kit import FRIDAY, NOW


def test_closing_a_deal_puts_its_card_in_the_queue_from_the_next_working_day(shop):
    (card,) = shop.deal(shop.customer())
    assert shop.ask(queue.due, date(2026, 11, 19)) == []
    assert shop.ask(queue.due, FRIDAY) == [card]
    assert shop.ask(queue.waiting) == [card]
    row = shop.row(card)
    assert (row.due_on, row.late_on) == (FRIDAY, date(2026, 11, 23))
    assert (row.customer, row.reason, row.consultant) == (
        "Mr 张伟",
        "Thanks for the purchase · 汉EV",
        "赵磊",
    )
    assert row.problems == ()


@pytest.mark.parametrize(
    ("today", "state", "days"),
    [
        (date(2026, 11, 17), State.LATER, 3),
        (date(2026, 11, 19), State.SOON, 1),
        (date(2026, 11, 20), State.TODAY, 0),
        (date(2026, 11, 21), State.DUE, 0),
        (date(2026, 11, 23), State.TODAY, 0),
        (date(2026, 11, 24), State.LATE, 1),
        (date(2026, 11, 30), State.LATE, 7),
    ],
)
def test_a_card_is_soon_then_due_then_late(shop, today, state, days):
    (card,) = shop.deal(shop.customer())
    row = shop.row(card, today)
    assert (row.state, row.days) == (state, days)


def test_who_is_not_to_be_contacted_gets_no_card(shop):
    buyer = shop.customer()
    (card,) = shop.deal(buyer)
    shop.do(customers.change, buyer, do_not_contact=True)
    assert shop.ask(queue.due, FRIDAY) == []
    assert shop.ask(queue.waiting) == []
    assert shop.ask(queue.counts, FRIDAY).due == 0
    with pytest.raises(ShowroomError, match="张伟 is not to be contacted"):
        shop.ask(queue.pdf, [card], today=FRIDAY, size="A6")


def test_what_came_out_is_marked_whatever_changed_meanwhile(shop):
    """While the pages ran one withdrew the post, and the deal of another was cancelled."""
    stays, silent, gone = (shop.deal(shop.customer(name))[0] for name in ("张一", "李二", "王三"))
    whose = shop.ask(queue.whose, [stays, silent, gone])
    shop.do(consent.withdraw, shop.row(silent).customer_id, Way.POST, now=NOW)
    with shop.db.write() as session:
        deal = session.get_one(Card, gone).deal_id
        reason = choices.options(session, ChoiceKind.CANCEL_REASON)[0].id
        closing.cancel(session, deal, reason_id=reason, on=FRIDAY)
    ids = [stays, silent, gone]
    odd = shop.do(queue.mark_printed, ids, printer="HP", now=NOW, whose=whose)
    assert odd == ["Mr 王三: the card is gone", "Mr 李二: Do not contact"]
    assert shop.ask(queue.printed) == [stays, silent]
    assert shop.ask(queue.waiting) == []
    assert (shop.row(silent).state, shop.row(silent).problems) == (
        State.PRINTED,
        ("Do not contact",),
    )


def test_the_letter_knows_model_day_consultant_and_shop(shop):
    (card,) = shop.deal(shop.customer())
    made = shop.letter(card)
    assert made.card_id == card
    assert made.salutation == "尊敬的张先生："
    assert "感谢您选择汉EV。十一月十九日" in made.paragraphs[1]
    assert made.signature == ("城东展厅　赵磊", "2026年11月20日")


def test_an_introducer_is_thanked_for_his_friend_by_his_own_consultant(shop):
    introducer = shop.customer("李娜", Honorific.MS)
    buyer, thanks = shop.deal(shop.customer("欧阳思远"), introducer_id=introducer)
    row = shop.row(thanks)
    assert row.kind is CardKind.INTRODUCER
    assert row.reason == "Thanks for the introduction · Mr 欧阳思远"
    assert row.template == "introducer"
    made = shop.letter(thanks)
    assert made.salutation == "尊敬的李女士："
    assert "承蒙您介绍欧阳先生来到我们展厅" in made.paragraphs[1]
    assert made.signature[0] == "城东展厅　王强"
    with shop.db.read() as session:
        letters = compose.compose_many(session, [thanks, buyer], today=FRIDAY)
    assert [letter.who for letter in letters] == ["李娜", "欧阳思远"]


def test_who_left_is_asked_for_on_no_card(shop):
    """Zhao sold it, Wang is the customer's, Chen is the manager."""
    (card,) = shop.deal(shop.customer())
    chen = shop.do(staff.add, name="陈志远", role=Role.MANAGER).id
    signed = []
    for id in (None, shop.zhao, shop.wang, chen):
        if id is not None:
            with shop.db.write() as session:
                journal.act(session, "change_staff")
                session.get_one(Staff, id).active = False
        signed.append(shop.letter(card).signature[0].removeprefix("城东展厅").strip())
        assert shop.row(card).consultant == signed[-1]
        assert f"请直接找{signed[-1]}，" in shop.letter(card).text() or not signed[-1]
    assert signed == ["赵磊", "王强", "陈志远", ""]


def test_the_template_follows_the_customer(shop):
    company = shop.customer("远航物流有限公司", Honorific.COMPANY)
    foreigner = shop.customer("John Smith")
    codes = [shop.row(shop.deal(id)[0]).template for id in (company, foreigner, shop.customer())]
    assert codes == ["thanks-business", "thanks-english", "thanks-family"]


def test_what_was_printed_says_by_whom_when_and_where(shop):
    (card,) = shop.deal(shop.customer())
    shop.do(queue.mark_printed, [card], printer="HP-前台", now=NOW)
    row = shop.row(card)
    assert (row.state, row.printed_at, row.printed_by, row.printer) == (
        State.PRINTED,
        NOW,
        "李静",
        "HP-前台",
    )
    assert shop.ask(queue.waiting) == []
    assert shop.ask(queue.printed) == [card]
    assert shop.letter(card, date(2027, 1, 1)).signature[1] == "2026年11月20日"


def test_a_card_is_not_printed_again_without_a_reason(shop):
    (card,) = shop.deal(shop.customer())
    shop.do(queue.mark_printed, [card], printer="HP", now=NOW)
    later = NOW + timedelta(hours=2)
    with pytest.raises(ShowroomError, match=r"Printed before: Mr 张伟 \(11-20 .*李静, HP\)"):
        shop.do(queue.mark_printed, [card], printer="HP", now=later)
    with pytest.raises(ShowroomError, match="Printed before"):
        shop.do(queue.mark_printed, [card], printer="HP", now=later, again=[card], again_reason=" ")
    why = {"again": [card], "again_reason": "smudged"}
    shop.do(queue.mark_printed, [card], printer="HP", now=later, **why)
    assert shop.row(card).printed_at == later
    with shop.db.read() as session:
        action = session.query(Action).order_by(Action.id.desc()).first()
        assert (action.verb, action.why, action.staff_id) == ("print_cards", "smudged", shop.li)


def test_printing_can_be_undone(shop):
    ids = [shop.deal(shop.customer(name))[0] for name in ("张一", "李二")]
    shop.do(queue.mark_printed, ids, printer="HP", now=NOW)
    assert shop.ask(queue.due, FRIDAY) == []
    shop.do(journal.undo)
    assert shop.ask(queue.due, FRIDAY) == ids
    first = shop.ask(taken_back.said, ids)[ids[0]]
    assert first.startswith("Mr 张一 (11-20 ")
    assert shop.row(ids[0]).problems == ("Printed once",)
    shop.do(journal.redo)
    assert shop.ask(taken_back.said, ids) == {}
    shop.do(queue.not_come_out, ids)  # a jam: no page lies anywhere
    assert shop.ask(taken_back.said, ids) == {}


def test_a_posted_card_that_is_printed_again_is_to_be_signed_and_posted_again(shop):
    (card,) = shop.deal(shop.customer())
    shop.do(queue.mark_printed, [card], printer="HP", now=NOW)
    shop.do(queue.mark_posted, [card], now=NOW)
    later = NOW + timedelta(hours=1)
    reason = {"again": [card], "again_reason": "it came back"}
    shop.do(queue.mark_printed, [card], printer="HP", now=later, **reason)
    assert (shop.ask(queue.printed), shop.ask(queue.posted, FRIDAY)) == ([card], [])
    assert shop.row(card).state is State.PRINTED


def test_a_jam_of_a_card_for_who_wants_none_any_more_is_skipped_with_the_reason(shop):
    """It stood in no list at all."""
    (card,) = shop.deal(shop.customer())
    shop.do(queue.mark_printed, [card], printer="HP", now=NOW)
    shop.do(consent.withdraw, shop.row(card).customer_id, Way.POST, now=NOW)
    shop.do(queue.not_come_out, [card])
    assert (shop.ask(queue.waiting), shop.ask(queue.skipped, FRIDAY)) == ([], [card])
    assert (shop.row(card).state, shop.row(card).skip_reason) == (State.SKIPPED, "Do not contact")


def test_a_printed_card_of_who_complains_is_neither_posted_nor_printed_again(shop):
    angry, calm = (shop.deal(shop.customer(name))[0] for name in ("张一", "李二"))
    shop.do(queue.mark_printed, [angry, calm], printer="HP", now=NOW)
    with shop.db.write() as session:
        said = {"cause_id": choices.first(session, ChoiceKind.COMPLAINT_CAUSE), "words": "慢"}
        who = session.get_one(Card, angry).customer_id
        complaints.take(session, who, **said, responsible_id=shop.wang, now=NOW)
    assert (shop.row(angry).state, shop.row(angry).problems) == (
        State.PRINTED,
        ("Open complaint",),
    )
    assert shop.ask(queue.postable, [angry, calm], FRIDAY) == ([calm], ["Mr 张一: Open complaint"])
    with pytest.raises(ShowroomError, match="Not to be posted: Mr 张一: Open complaint"):
        shop.do(queue.mark_posted, [angry], now=NOW)
    with pytest.raises(ShowroomError, match="while a complaint is open"):
        shop.ask(queue.pdf, [angry], today=FRIDAY, size="A6")
    shop.do(queue.mark_posted, [angry], now=NOW, before=True)  # it was in the box already
    assert shop.row(angry).state is State.POSTED


@pytest.mark.parametrize("kind", [CardKind.BIRTHDAY, CardKind.ANNIVERSARY, CardKind.FESTIVAL])
def test_long_after_the_day_a_card_is_printed_only_when_asked(shop, kind):
    buyer = shop.customer()
    with shop.db.write() as session:
        journal.act(session, "write_card")
        card = Card(kind=kind, customer_id=buyer, due_on=FRIDAY, late_on=FRIDAY)
        session.add(card)
    soon, after = FRIDAY + timedelta(days=5), FRIDAY + timedelta(days=6)
    assert shop.ask(queue.due, soon) == [card.id]
    assert shop.row(card.id, soon).state is State.LATE
    assert shop.ask(queue.due, after) == []
    assert (shop.row(card.id, after).state, shop.row(card.id, after).held) == (State.HELD, "over")
    assert shop.ask(queue.counts, after)[:3] == (0, 0, 1)
    assert shop.ask(queue.batch, [card.id], after) == ([], ["Mr 张伟: The day is over"])
    assert shop.ask(queue.pdf, [card.id], today=after, size="A6").startswith(b"%PDF")
    with shop.db.write() as session:  # so many days of grace the showroom chose itself
        held = settings.load(session)
        held.card_grace_days = 10
        settings.save(session, held)
    assert shop.ask(queue.due, after) == [card.id]
    assert shop.ask(queue.counts, after)[:3] == (1, 1, 0)
    assert shop.ask(queue.due, FRIDAY + timedelta(days=11)) == []


def test_what_a_jam_kept_is_due_again_and_no_more(shop):
    """Of five the printer gave out two: the third and all after it are due again."""
    ids = [shop.deal(shop.customer(name))[0] for name in ("张一", "李二", "王三", "赵四", "钱五")]
    earlier = shop.deal(shop.customer("孙六"))[0]
    shop.do(queue.mark_printed, [earlier], printer="HP", now=NOW - timedelta(hours=1))
    shop.do(queue.mark_printed, ids, printer="HP", now=NOW)
    kept = shop.ask(queue.batch_from, ids[2])
    assert kept == ids[2:]
    shop.do(queue.not_come_out, kept)
    assert shop.ask(queue.due, FRIDAY) == ids[2:]
    assert set(shop.ask(queue.printed)) == {earlier, *ids[:2]}
    with shop.db.read() as session:
        action = session.query(Action).order_by(Action.id.desc()).first()
        assert (action.verb, action.why) == ("unprint_cards", "HP")
    shop.do(queue.mark_printed, kept, printer="HP", now=NOW + timedelta(minutes=5))  # unasked
    shop.do(queue.mark_posted, kept, now=NOW + timedelta(hours=1))
    with pytest.raises(ShowroomError, match="printed and not posted"):
        shop.do(queue.not_come_out, kept)


def test_what_a_jam_kept_never_came_out_when_that_is_done_again_either(shop):
    (card,) = shop.deal(shop.customer())
    shop.do(queue.mark_printed, [card], printer="HP", now=NOW)
    shop.do(queue.not_come_out, [card])
    for step in (journal.undo, journal.redo, journal.undo, journal.redo):
        shop.do(step)
    assert shop.ask(queue.due, FRIDAY) == [card]
    assert shop.ask(taken_back.printed_at, [card]) == {}
    for step in (journal.undo, journal.undo):  # the jam, then the printing
        shop.do(step)
    assert shop.ask(taken_back.printed_at, [card]) == {card: NOW}


def test_a_card_is_posted_after_it_was_printed_and_counts_for_the_month(shop):
    ids = [shop.deal(shop.customer(name))[0] for name in ("张一", "李二", "王三")]
    with pytest.raises(ShowroomError, match="printed before it is posted"):
        shop.do(queue.mark_posted, ids, now=NOW)
    shop.do(queue.mark_printed, ids[:2], printer="HP", now=NOW)
    assert shop.ask(queue.counts, FRIDAY) == (1, 0, 0, 0, 0)
    shop.do(queue.mark_posted, ids[:1], now=NOW)
    assert shop.ask(queue.posted, FRIDAY) == ids[:1]
    assert shop.ask(queue.counts, FRIDAY) == (1, 0, 0, 1, 1)
    tuesday = datetime(2026, 11, 24, 3, tzinfo=UTC)
    shop.do(queue.mark_posted, ids[:2], now=tuesday)
    assert shop.row(ids[0]).posted_at == NOW
    assert shop.ask(queue.counts, tuesday.date()) == (1, 1, 0, 1, 3)
    assert shop.ask(queue.posted, date(2026, 12, 1)) == []


def test_a_card_is_skipped_with_a_reason_and_put_back(shop):
    (card,) = shop.deal(shop.customer())
    with pytest.raises(Invalid) as refused:
        shop.do(queue.skip, card, " ", now=NOW)
    assert refused.value.problems == {"reason": "Say why this card is skipped."}
    shop.do(queue.skip, card, "handed over in person", now=NOW)
    row = shop.row(card)
    assert (row.state, row.skip_reason) == (State.SKIPPED, "handed over in person")
    assert shop.ask(queue.due, FRIDAY) == []
    assert shop.ask(queue.skipped, FRIDAY) == [card]
    assert shop.ask(queue.skipped, date(2027, 1, 20)) == []
    shop.do(queue.unskip, card)
    assert shop.ask(queue.due, FRIDAY) == [card]
    shop.do(queue.mark_printed, [card], printer="HP", now=NOW)
    with pytest.raises(ShowroomError, match="printed already"):
        shop.do(queue.skip, card, "no", now=NOW)


def test_own_words_are_kept_until_they_are_the_template_again(shop):
    (card,) = shop.deal(shop.customer())
    usual = compose.words_of(shop.letter(card))
    shop.do(queue.reword, card, "尊敬的张老师：\n谢谢。", today=FRIDAY)
    assert shop.row(card).own_words
    assert shop.letter(card).salutation == "尊敬的张老师："
    shop.do(queue.reword, card, usual, today=FRIDAY)
    assert not shop.row(card).own_words
    shop.do(queue.reword, card, "谢谢。", today=FRIDAY)
    shop.do(queue.reword, card, "", today=FRIDAY)
    assert not shop.row(card).own_words
    shop.do(queue.reword, card, "谢谢。", today=FRIDAY)
    shop.do(queue.set_template, card, "thanks-business")
    assert (shop.row(card).own_words, shop.row(card).template) == (False, "thanks-business")
    with pytest.raises(ShowroomError, match="another kind of card"):
        shop.do(queue.set_template, card, "introducer")


def test_what_the_desk_should_look_at_is_said(shop):
    buyer = shop.customer(postcode="")
    (card,) = shop.deal(buyer)
    assert shop.row(card).problems == ("No postcode",)
    shop.do(customers.change, buyer, postcode="100000")
    assert shop.row(card).problems == ()
    with shop.db.write() as session:
        journal.act(session, "change_customer")
        session.get_one(Customer, buyer).name = ""
    assert shop.row(card).problems == ("Name missing",)
    assert shop.letter(card).salutation == "尊敬的客户："


def test_a_printed_card_of_a_cancelled_deal_says_so(shop):
    (card,) = shop.deal(shop.customer())
    shop.do(queue.mark_printed, [card], printer="HP", now=NOW)
    with shop.db.write() as session:
        deal_id = session.get_one(Card, card).deal_id
        reason = choices.options(session, ChoiceKind.CANCEL_REASON)[0].id
        closing.cancel(session, deal_id, reason_id=reason, on=FRIDAY)
    assert shop.row(card).problems == ("Deal cancelled",)


def test_a_card_without_a_deal_thanks_all_the_same(shop):
    buyer = shop.customer()
    with shop.db.write() as session:
        journal.act(session, "close_deal")
        card = Card(kind=CardKind.THANKS, customer_id=buyer, due_on=FRIDAY, late_on=FRIDAY)
        session.add(card)
    assert shop.row(card.id).reason == "Thanks for the purchase"
    made = shop.letter(card.id)
    assert "选择" not in made.text()
    assert made.signature[0] == "城东展厅　王强"


def test_a_card_that_is_gone_is_said_to_be_gone(shop):
    with pytest.raises(ShowroomError, match="no longer there"):
        shop.do(queue.mark_printed, [999], printer="HP", now=NOW)


def test_the_due_cards_become_one_pdf_and_nothing_is_marked(shop):
    ids = [shop.deal(shop.customer(name))[0] for name in ("张一", "李二")]
    introducer = shop.customer("李娜", Honorific.MS)
    shop.deal(shop.customer("王三"), introducer_id=introducer)
    pdf, count = shop.ask(queue.pdf_of_due, due=FRIDAY, size="148x100")
    assert pdf.startswith(b"%PDF")
    assert count == 4
    _pdf, count = shop.ask(queue.pdf_of_due, due=FRIDAY, size="A6", template="购车感谢·商务")
    assert count == 3
    assert shop.ask(queue.due, FRIDAY)[:2] == ids
    with pytest.raises(ShowroomError, match="No card is due by 2026-11-19"):
        shop.ask(queue.pdf_of_due, due=date(2026, 11, 19), size="A6")
    with pytest.raises(ShowroomError, match="no template"):
        shop.ask(queue.pdf_of_due, due=FRIDAY, size="A6", template="x")


@pytest.mark.language("zh_CN")
def test_a_card_is_in_chinese_whatever_the_desk_speaks(shop):
    (card,) = shop.deal(shop.customer())
    assert "汉EV" in shop.letter(card).text()
