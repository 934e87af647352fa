"""Cards on paper, by clicks and keys: printed once, signed, posted; envelopes and labels."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt

from showroom.cards import queue
from showroom.guard import entries
from showroom.people import customers
from showroom.store import journal
from showroom.store.models import Card, Honorific
from tests.ui.cards.kit import NOW, cards, click, last_action, names, sell
from ui import jobs, printing

# --- printing


def test_cards_are_marked_when_the_printer_took_them(page, shop, qtbot, paper):
    qtbot.keyClick(page, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.lists.waiting.rows.ids() == [])
    assert paper.pages() == 3
    assert all((card.printed_at, card.printer) == (NOW, "HP.pdf") for card in cards(shop))
    assert names(page.lists.printed) == ["Mr 张伟", "Ms 尉迟恭敏", "远航物流有限公司"]
    note = page.lists.printed.rows.index(0, 3).data()
    assert note.startswith("李静 today ")
    assert note.endswith("on HP.pdf")
    assert last_action(shop).verb == "print_cards"
    with shop.write() as session:
        journal.undo(session)
    assert len(page.lists.waiting.rows.ids()) == 3


def test_only_this_card_is_printed_and_the_next_one_shown(page, shop, qtbot, paper):
    click(qtbot, page.one)
    qtbot.waitUntil(lambda: len(page.lists.printed.rows.ids()) == 1)
    assert paper.pages() == 1
    assert page.side.title.text() == "Ms 尉迟恭敏"
    assert page.print.text() == "Print 2 Cards"


def test_who_closes_the_print_dialog_has_printed_nothing(page, shop, qtbot, paper):
    paper.answer = False
    click(qtbot, page.print)
    qtbot.waitUntil(lambda: paper.asked == 1 and page.print.isEnabled())
    assert all(card.printed_at is None for card in cards(shop))


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_printer_that_refuses_leaves_the_cards_due(page, shop, qtbot, paper, asked):
    paper.path = Path("/no/such/folder/HP.pdf")
    click(qtbot, page.print)
    qtbot.waitUntil(lambda: bool(asked.errors))
    assert "HP.pdf did not take the pages" in asked.errors[0]
    assert all(card.printed_at is None for card in cards(shop))
    assert page.figures.values()["due"] == "3"
    qtbot.waitUntil(page.print.isEnabled)


def test_a_missing_glyph_stops_the_batch_by_name(page, shop, qtbot, paper, asked):
    sell(shop, "钱🜲", honorific=Honorific.NONE)
    click(qtbot, page.print)
    qtbot.waitUntil(lambda: bool(asked.errors))
    assert asked.errors == ["No font has “🜲” (钱🜲)."]
    assert paper.asked == 0
    assert all(card.printed_at is None for card in cards(shop))


def test_printing_again_asks_and_names_who_printed_it_when(page, shop, qtbot, paper, asked):
    click(qtbot, page.one)
    qtbot.waitUntil(lambda: len(page.lists.printed.rows.ids()) == 1)
    page.lists.printed.choose(page.lists.printed.rows.ids()[0])
    assert page.one.text() == "Print Again…"
    asked.answers["confirm"] = False
    click(qtbot, page.one)
    (question,) = asked.questions
    assert question.startswith("This card was printed before: Mr 张伟 (11-20 ")
    assert "李静, HP.pdf). Print it again?" in question
    assert paper.asked == 1
    asked.answers["confirm"] = True
    shop.clock = lambda: datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
    click(qtbot, page.one)
    qtbot.waitUntil(lambda: cards(shop)[0].printed_at == shop.now())
    assert last_action(shop).why.startswith("again, after Mr 张伟 (11-20 ")


def test_no_second_batch_starts_while_one_is_printed(page, shop, qtbot, paper):
    page.print.click()
    page.print.click()
    page.one.click()
    qtbot.waitUntil(lambda: page.lists.waiting.rows.ids() == [])
    assert paper.asked == 1


def test_who_is_not_to_be_contacted_leaves_the_queue_at_once(page, shop):
    with shop.write() as session:
        card = session.get_one(Card, page.lists.waiting.rows.ids()[0])
        customers.change(session, card.customer_id, do_not_contact=True)
    assert names(page.lists.waiting) == ["Ms 尉迟恭敏", "远航物流有限公司"]
    assert page.side.title.text() == "Mr 张伟"  # among those skipped, where the reason stands
    assert names(page.lists.skipped) == ["Mr 张伟"]
    assert card.skip_reason == "Do not contact"
    assert page.one.isHidden()


# --- posting and saving


def test_what_is_printed_is_worded_no_other_way(page, shop, qtbot, paper):
    """An arrow key in the box of wordings emptied what was printed."""
    click(qtbot, page.one)
    qtbot.waitUntil(lambda: len(page.lists.printed.rows.ids()) == 1)
    assert page.card.template.isEnabled()  # the next one waits
    page.lists.printed.choose(page.lists.printed.rows.ids()[0])
    (before,) = {(card.template, card.said) for card in cards(shop) if card.printed_at}
    assert not page.card.template.isEnabled()
    assert "Printed: the words stay" in page.card.template.toolTip()
    page.card.template.setFocus()
    qtbot.keyClick(page.card.template, Qt.Key.Key_Down)
    assert page.edit.isHidden()
    qtbot.keyClick(page, Qt.Key.Key_F2)
    qtbot.keyClick(page.lists.printed, Qt.Key.Key_Return)
    assert page.card.mode == ""
    assert (before,) == tuple((card.template, card.said) for card in cards(shop) if card.printed_at)
    qtbot.keyClick(page, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(page.lists.waiting.rows.ids()) == 3)
    page.lists.waiting.choose(page.lists.waiting.rows.ids()[0])
    assert page.card.template.isEnabled()


def test_printed_cards_are_marked_as_posted(page, shop, qtbot, paper):
    click(qtbot, page.print)
    qtbot.waitUntil(lambda: page.lists.waiting.rows.ids() == [])
    assert page.post.text() == "Mark 3 Posted"
    page.lists.printed.set_checked(page.lists.printed.rows.ids()[:1])
    assert page.post.text() == "Mark 1 Posted"
    with qtbot.waitSignal(page.said) as said:
        click(qtbot, page.post)
    assert said.args == ["1 card is posted."]
    qtbot.waitUntil(lambda: names(page.lists.posted) == ["Mr 张伟"])
    assert page.figures.values()["in_time"] == "1"
    click(qtbot, page.post)
    qtbot.waitUntil(lambda: len(page.lists.posted.rows.ids()) == 3)
    assert page.side.tag.text() == "Posted"
    with shop.write() as session:
        journal.undo(session)  # the last two in one step
    assert len(page.lists.posted.rows.ids()) == 1


def test_cards_are_saved_as_pdf_and_nothing_is_marked(page, shop, qtbot, asked, tmp_path):
    asked.answers["save"] = tmp_path / "cards.pdf"
    with qtbot.waitSignal(page.said) as said:
        click(qtbot, page.save_pdf)
    assert said.args == ["Saved as cards.pdf. Nothing is marked as printed."]
    document = pypdfium2.PdfDocument(tmp_path / "cards.pdf")
    assert len(document) == 3
    assert "尊敬的尉迟女士：" in document[1].get_textpage().get_text_bounded()
    assert all(card.printed_at is None for card in cards(shop))
    with page.db.read() as session:
        (noted,) = entries.rows(session, entries.find(session, verb="export"))
    assert noted.what == "Cards · 3 rows · cards.pdf"


def test_a_place_that_cannot_be_written_is_explained(page, shop, qtbot, asked, tmp_path):
    asked.answers["save"] = tmp_path / "missing" / "cards.pdf"
    click(qtbot, page.save_pdf)
    qtbot.waitUntil(lambda: bool(asked.errors))


def test_who_does_not_choose_a_place_saves_nothing(page, qtbot, asked):
    asked.answers["save"] = None
    click(qtbot, page.save_pdf)
    assert jobs.running() == []


def test_every_key_of_the_page_is_told(page):
    keys = dict(page.keys())
    assert keys["Ctrl+P"] == "Print the Ticked Cards"
    assert keys["Ctrl+M"] == "Mark as Posted"
    assert keys["F2"] == "Edit Words"
    assert all(keys.values())


@pytest.mark.language("zh_CN")
def test_the_card_is_the_same_on_a_chinese_desk(page):
    assert "尊敬的张先生：" in page.card.preview.accessibleDescription()


# --- envelopes


def test_the_envelope_of_the_card_is_seen_and_printed_in_the_order_of_the_cards(
    page, shop, qtbot, paper
):
    card = page.card.preview.height()
    qtbot.keyClick(page, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert page.card.preview.accessibleDescription() == "518000 深圳市莲花路 1 号 张伟 先生 收"
    assert page.card.envelope.currentText() == "B6 176 × 125 mm"  # a card of 148 × 100
    assert page.card.preview.height() != card
    assert not page.card.template.isVisible()
    assert page.print.text() == "Print 3 Envelopes"
    click(qtbot, page.print)
    qtbot.waitUntil(lambda: jobs.running() == [] and paper.pages() == 3)
    assert [card.printed_at for card in cards(shop)] == [None] * 3  # nothing is marked
    assert last_action(shop).verb == "export"
    click(qtbot, page.one)
    qtbot.waitUntil(lambda: paper.asked == 2 and jobs.running() == [])
    assert paper.pages() == 1
    qtbot.keyClick(page, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert page.print.text() == "Print 3 Cards"
    assert "尊敬的张先生：" in page.card.preview.accessibleDescription()


def test_who_has_no_address_is_said_and_the_test_page_needs_none(page, shop, qtbot, paper):
    with shop.write() as session:
        customers.change(session, cards(shop)[0].customer_id, address="")
    page.card.what.buttons["envelope"].click()
    assert page.card.note.text() == "Mr 张伟: no address"
    click(qtbot, page.plain)
    qtbot.waitUntil(lambda: paper.asked == 1 and jobs.running() == [])
    assert paper.pages() == 1


def test_printed_cards_get_their_envelopes_and_the_choice_is_remembered(page, shop, qtbot, paper):
    click(qtbot, page.print)
    qtbot.waitUntil(lambda: page.lists.waiting.rows.ids() == [] and jobs.running() == [])
    page.card.turn()
    assert page.print.text() == "Print 3 Envelopes"
    page.card.envelope.setCurrentIndex(page.card.envelope.findText("C5 229 × 162 mm"))
    page.card.envelope.activated.emit(page.card.envelope.currentIndex())
    page.card.printed.click()
    assert page.side.note.text() == "C5 229 × 162 mm"
    assert (page.card.kind().code, page.card.is_blank()) == ("C5", False)
    page.reload()
    assert (page.card.kind().code, page.card.is_blank()) == ("C5", False)


def test_labels_come_in_the_order_of_the_cards_from_the_first_free_place(
    page, shop, qtbot, paper, asked, tmp_path
):
    page.card.turn()
    page.card.envelope.setCurrentIndex(
        page.card.envelope.findText("Labels 63.5 × 38.1", Qt.MatchFlag.MatchStartsWith)
    )
    page.card.envelope.activated.emit(page.card.envelope.currentIndex())
    assert page.print.text() == "Print 3 Labels"
    assert page.card.free.isVisible()
    assert not page.card.printed.isVisible()
    assert not page.plain.isVisible()
    page.card.free.set_value(20)
    said = []
    page.said.connect(said.append)
    asked.answers["save"] = tmp_path / "labels.pdf"
    click(qtbot, page.save_pdf)
    qtbot.waitUntil(lambda: bool(said))
    made = pypdfium2.PdfDocument(tmp_path / "labels.pdf")
    first, second = (one.get_textpage().get_text_bounded() for one in made)
    assert first.index("张伟 先生 收") < first.index("尉迟恭敏 女士 收")  # places 20 and 21
    assert "远航物流有限公司 收" in second
    click(qtbot, page.print)
    qtbot.waitUntil(lambda: len(said) == 2 and jobs.running() == [])
    assert said[1] == "3 labels printed."
    assert page.card.free.value() == 2
    assert page.one.text() == "Print This Label"
    page.reload()
    assert page.card.posted_in().startswith("Labels 63.5 × 38.1")
    page.card.envelope.setCurrentIndex(0)
    page.card.envelope.activated.emit(0)
    assert page.print.text() == "Print 3 Envelopes"
    assert not page.card.free.isVisible()


def test_an_envelope_that_is_left_out_is_named(page, shop, qtbot, paper, asked, tmp_path):
    """The button said three, two came out, and the stacks did not match."""
    with shop.write() as session:
        customers.change(session, cards(shop)[1].customer_id, address="")
    page.lists.waiting.set_checked(page.lists.waiting.rows.ids())
    page.card.turn()
    said = []
    page.said.connect(said.append)
    click(qtbot, page.print)
    qtbot.waitUntil(lambda: bool(said) and jobs.running() == [])
    assert said == ["2 envelopes printed. Left out: Ms 尉迟恭敏: no address"]
    asked.answers["save"] = tmp_path / "envelopes.pdf"
    click(qtbot, page.save_pdf)
    qtbot.waitUntil(lambda: len(said) == 2)
    assert said[1] == "Saved: envelopes.pdf Left out: Ms 尉迟恭敏: no address"


def test_a_printing_that_was_undone_is_asked_about_before_it_is_printed_again(
    page, shop, qtbot, paper, asked
):
    click(qtbot, page.print)
    qtbot.waitUntil(lambda: page.lists.waiting.rows.ids() == [] and jobs.running() == [])
    with shop.write() as session:
        journal.undo(session)
    assert page.lists.waiting.checked_ids() == []
    assert page.lists.waiting.rows.index(0, 6).data() == "Printed once"
    page.lists.waiting.set_checked(page.lists.waiting.rows.ids())
    asked.answers["confirm"] = False
    click(qtbot, page.print)
    assert asked.questions[0].startswith("Printed before, and the printing undone: Mr 张伟 (11-20 ")
    assert paper.asked == 1
    asked.answers["confirm"] = True
    click(qtbot, page.print)
    qtbot.waitUntil(lambda: page.lists.waiting.rows.ids() == [] and jobs.running() == [])
    assert last_action(shop).why.startswith("again, after Mr 张伟 (11-20 ")


def test_only_what_was_asked_about_is_printed_again(page, shop, qtbot, paper, asked, monkeypatch):
    """While the dialog stood open somebody else printed a card that nobody asked about."""
    first, second, _third = page.lists.waiting.rows.ids()
    for step in (partial(queue.mark_printed, ids=[first], printer="HP", now=NOW), journal.undo):
        with shop.write() as session:
            step(session)

    def choose(*args):
        with shop.write() as session:
            queue.mark_printed(session, [second], printer="Canon", now=NOW)
        return paper.choose(*args)

    monkeypatch.setattr(printing, "choose_printer", choose)
    page.lists.waiting.set_checked(page.lists.waiting.rows.ids())
    click(qtbot, page.print)
    qtbot.waitUntil(lambda: bool(asked.errors))
    assert asked.errors[0].startswith("Printed before: Ms 尉迟恭敏 (11-20 ")
    assert cards(shop)[0].printed_at is None


def test_who_complains_after_the_printing_is_left_out_of_the_post(page, shop, qtbot, paper, asked):
    click(qtbot, page.print)
    qtbot.waitUntil(lambda: page.lists.waiting.rows.ids() == [] and jobs.running() == [])
    with shop.write() as session:
        customers.change(session, cards(shop)[0].customer_id, do_not_contact=True)
    assert page.lists.printed.rows.index(0, 4).data() == "Do not contact"
    said = []
    page.said.connect(said.append)
    click(qtbot, page.post)
    qtbot.waitUntil(lambda: bool(said) and jobs.running() == [])
    assert said == ["2 cards are posted. Not to be posted: Mr 张伟: Do not contact"]
    assert names(page.lists.printed) == ["Mr 张伟"]
    page.lists.printed.set_checked(page.lists.printed.rows.ids())
    click(qtbot, page.post)  # ticked by himself it is asked: it was in the box already
    assert asked.questions[-1].endswith("Were they in the post already?")
    qtbot.waitUntil(lambda: len(page.lists.posted.rows.ids()) == 3)


def test_after_a_jam_what_did_not_come_out_is_due_again(page, shop, qtbot, paper):
    click(qtbot, page.print)
    qtbot.waitUntil(lambda: page.lists.waiting.rows.ids() == [] and jobs.running() == [])
    second = cards(shop)[1].id
    page.lists.printed.choose(second)
    qtbot.keyClick(page, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(page.lists.waiting.rows.ids()) == 2)
    assert names(page.lists.waiting) == ["Ms 尉迟恭敏", "远航物流有限公司"]
    assert names(page.lists.printed) == ["Mr 张伟"]
    assert page.lists.printed.rows.ids() == [cards(shop)[0].id]
