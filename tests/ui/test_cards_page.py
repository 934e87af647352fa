"""The page of cards by clicks and keys: look, reword, skip, print once, post."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from sqlalchemy import select

from showroom import settings
from showroom.cards import occasions, queue
from showroom.care import own_festivals
from showroom.care.festivals import By
from showroom.care.own_festivals import Typed
from showroom.guard import entries, staff
from showroom.people import customers
from showroom.store import journal
from showroom.store.models import Action, Card, CardKind, Customer, Honorific, Role
from tests import builders
from tests.stories import story
from ui import jobs, printing
from ui.pages.cards import CardsPage
from ui.widgets import Figure

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@story
def shop(db):
    """Three buyers of Thursday; their cards are due on Friday, today."""
    db.clock = lambda: NOW
    with db.write() as session:
        reception = staff.add(session, name="李静", role=Role.RECEPTIONIST).id
        consultant = builders.a_member(session)
    db.staff_id = reception
    with db.write() as session:
        settings.save(session, settings.Settings(shop_name="城东展厅"))
    for name, honorific in (
        ("张伟", Honorific.MR),
        ("尉迟恭敏", Honorific.MS),
        ("远航物流有限公司", Honorific.COMPANY),
    ):
        sell(db, name, honorific=honorific, consultant_id=consultant)
    return db


def sell(db, name, on=date(2026, 11, 19), **facts):
    facts = {"address": "深圳市莲花路 1 号", "postcode": "518000"} | facts
    with db.write() as session:
        buyer = builders.a_customer(session, name, **facts)
    with db.write() as session:
        builders.a_deal(session, buyer, ordered_on=on, today=on)
    return buyer


@pytest.fixture
def page(shop, page_of, qtbot):
    shown = page_of(CardsPage)
    qtbot.waitUntil(lambda: shown.card.ready and jobs.running() == [])
    return shown


@pytest.fixture
def paper(monkeypatch, tmp_path):
    """The print dialog answers with a PDF file as the printer; `False` is Cancel."""

    class Paper:
        path = tmp_path / "HP.pdf"
        answer = True
        asked = 0

        def choose(self, _parent, printer, _title):
            self.asked += 1
            printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
            printer.setOutputFileName(str(self.path))
            return self.answer

        def pages(self):
            return len(pypdfium2.PdfDocument(self.path)) if self.path.exists() else 0

    made = Paper()
    monkeypatch.setattr(printing, "choose_printer", made.choose)
    return made


def click(qtbot, button):
    assert button.isVisible()
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def names(table):
    return [table.rows.row(number).customer for number in range(table.rows.rowCount())]


def cards(db):
    with db.read() as session:
        return session.query(Card).order_by(Card.id).all()


def last_action(db):
    with db.read() as session:
        return session.query(Action).order_by(Action.id.desc()).first()


# --- looking


def test_what_is_due_is_listed_ticked_and_counted(page):
    assert names(page.lists.waiting) == ["Mr 张伟", "Ms 尉迟恭敏", "远航物流有限公司"]
    assert page.figures.values() == {"due": "3", "late": "0", "held": "0", "in_time": "0"}
    assert page.print.text() == "Print 3 Cards"
    assert page.side.title.text() == "Mr 张伟"
    assert not page.lists.printed.isVisible()
    row = [page.lists.waiting.rows.index(0, column).data() for column in range(1, 7)]
    assert row == [
        "Due today",
        "Mr 张伟",
        "Thanks for the purchase · 汉 EV",
        "王强",
        "11-23",
        "",
    ]


def test_the_preview_shows_the_pixels_of_the_pdf(page):
    picture = page.card.preview.picture()
    assert abs(picture.width() - page.card.preview.width() * picture.devicePixelRatio()) <= 1
    assert "尊敬的张先生：" in page.card.preview.accessibleDescription()
    assert "3 cards: no character is missing" in page.card.note.text()
    page.lists.waiting.choose(page.lists.waiting.rows.ids()[2])
    assert "尊敬的远航物流有限公司：" in page.card.preview.accessibleDescription()
    assert "商祺" in page.card.preview.accessibleDescription()
    assert page.card.template.currentText() == "购车感谢·商务"


def test_a_card_of_today_waits_for_tomorrow_and_is_not_ticked(page, shop):
    sell(shop, "李一", on=TODAY)
    assert page.lists.waiting.rows.row(3).state is queue.State.LATER
    assert len(page.lists.waiting.checked_ids()) == 3
    assert page.print.text() == "Print 3 Cards"


def test_ticks_change_what_is_printed(page, qtbot):
    page.lists.waiting.set_checked(page.lists.waiting.rows.ids(), False)
    assert not page.print.isEnabled()
    assert page.print.text() == "Print 0 Cards"
    page.lists.waiting.set_checked(page.lists.waiting.rows.ids()[:1])
    assert page.print.text() == "Print 1 Card"
    qtbot.waitUntil(lambda: page.card.note.text().startswith("1 card:"))


def test_an_empty_queue_says_what_fills_it(db, page_of, qtbot):
    page = page_of(CardsPage)
    assert page.side.is_empty()
    assert page.close_deal.isVisible()
    with qtbot.waitSignal(page.open) as asked_for:
        click(qtbot, page.close_deal)
    assert asked_for.args == ["deals", 0]


def test_another_page_may_open_a_card(page):
    second = page.lists.waiting.rows.ids()[1]
    page.show_id(second)
    assert page.lists.waiting.current_id() == second
    assert page.side.title.text() == "Ms 尉迟恭敏"


# --- wording and paper


def test_a_wording_that_greets_nobody_is_refused_and_the_card_keeps_its_own(page, shop, asked):
    """An own festival without English words: the sentence is said, the choice goes back."""
    with shop.write() as session:
        code = own_festivals.save(session, "", Typed("店庆", "", By.SOLAR, 5, 18, "店庆同喜"))
        who = session.scalars(select(Customer.id)).first()
        occasions.write(
            session, who, "festival-any", on=shop.today(), today=shop.today(), festival=code
        )
    (card,) = (one for one in cards(shop) if one.kind is CardKind.FESTIVAL)
    page.show_id(card.id)
    before = page.card.template.currentText()
    page.card.template.setCurrentIndex(page.card.template.findText("Season's greetings"))
    page.card.template.activated.emit(page.card.template.currentIndex())
    assert asked.errors == ["This festival has no greeting in English: write one in Settings."]
    assert page.card.template.currentText() == before
    assert "店庆同喜" in page.card.preview.accessibleDescription()


def test_another_wording_is_kept(page, shop):
    page.card.template.setCurrentIndex(page.card.template.findText("购车感谢·商务"))
    page.card.template.activated.emit(page.card.template.currentIndex())
    assert cards(shop)[0].template == "thanks-business"
    assert "谨致谢忱" in page.card.preview.accessibleDescription()


def test_another_paper_changes_the_preview_and_is_used(page, qtbot, paper):
    before = page.card.preview.height()
    page.card.paper.setCurrentIndex(page.card.paper.findText("A4, 2 cards of 210 × 100 mm"))
    page.card.paper.activated.emit(page.card.paper.currentIndex())
    assert page.card.preview.height() < before
    click(qtbot, page.print)
    qtbot.waitUntil(lambda: page.lists.waiting.rows.ids() == [])
    assert paper.pages() == 2


def test_words_are_edited_in_place_and_seen_at_once(page, shop, qtbot):
    qtbot.keyClick(page, Qt.Key.Key_F2)
    qtbot.waitUntil(page.card.words.isVisible)
    assert page.card.words.toPlainText().startswith("尊敬的张先生：\n您好！")
    page.card.words.setPlainText("尊敬的张老师：\n谢谢您。")
    qtbot.waitUntil(lambda: "张老师" in page.card.preview.accessibleDescription())
    assert cards(shop)[0].words == ""
    click(qtbot, page.keep)
    assert cards(shop)[0].words == "尊敬的张老师：\n谢谢您。"
    assert not page.card.words.isVisible()
    assert "张老师" in page.card.preview.accessibleDescription()
    page.edit.click()
    click(qtbot, page.usual)
    assert cards(shop)[0].words == ""


def test_words_that_are_being_edited_survive_what_others_write(page, shop, qtbot):
    page.edit.click()
    page.card.words.setPlainText("半句")
    sell(shop, "李一")
    assert page.card.words.toPlainText() == "半句"
    assert page.card.words.isVisible()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not page.card.words.isVisible())
    assert cards(shop)[0].words == ""


def test_words_that_do_not_fit_or_cannot_be_printed_are_said(page, qtbot):
    page.edit.click()
    page.card.words.setPlainText("尊敬的张先生：\n🜲" + "谢谢。" * 300)
    qtbot.waitUntil(lambda: "No font has “🜲” (张伟)" in page.card.note.text())
    assert "words for 张伟 do not fit" in page.card.note.text()


def test_a_card_is_skipped_with_a_reason_and_put_back(page, shop, qtbot, asked):
    click(qtbot, page.skip)
    click(qtbot, page.keep)
    problem = page.card.reason.problems["reason"]
    assert problem.text() == "Say why this card is skipped."
    qtbot.keyClicks(page.card.reason.fields["reason"], "handed over")
    qtbot.keyClick(page.card.reason.fields["reason"], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(page.lists.skipped) == ["Mr 张伟"])
    assert page.side.title.text() == "Ms 尉迟恭敏"
    page.lists.skipped.choose(page.lists.skipped.rows.ids()[0])
    click(qtbot, page.back)
    assert names(page.lists.waiting)[0] == "Mr 张伟"


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


# --- the batch


def test_the_worst_of_the_batch_is_looked_at_by_a_key(page, shop, qtbot):
    sell(shop, "阿依古丽·买买提", honorific=Honorific.MS)
    sell(shop, "王㛃", honorific=Honorific.NONE)
    qtbot.waitUntil(lambda: page.card.look.count() == 5)
    looks = [page.card.look.itemText(number) for number in range(5)]
    assert looks == [
        "This card",
        "Longest name: 阿依古丽·买买提",
        "Rarest character: 㛃",
        "Title missing: 王㛃",
        "Most words: 尉迟恭敏",
    ]
    seen = []
    for _step in range(5):
        qtbot.keyClick(page, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
        seen.append(page.card.preview.accessibleDescription().partition("：")[0])
    assert seen[0] == "尊敬的阿依古丽·买买提女士"
    assert seen[1] == seen[2] == "尊敬的王㛃"
    assert seen[4] == "尊敬的张先生"  # and the card itself again
    assert page.side.title.text() == "Mr 张伟"  # which card is chosen did not change


def test_a_large_batch_is_looked_through_on_a_thread_and_says_who_is_affected(shop, request, qtbot):
    for number in range(20):
        sell(shop, f"客户{number}")
    sell(shop, "钱🜲", honorific=Honorific.NONE)
    page = request.getfixturevalue("page")
    qtbot.waitUntil(lambda: page.card.note.text() == "No font has “🜲” (钱🜲).", timeout=20_000)
    assert "Rarest character: 🜲" in [
        page.card.look.itemText(number) for number in range(page.card.look.count())
    ]


def test_what_is_held_stays_out_of_a_batch_with_the_reason(
    page, shop, qtbot, paper, asked, tmp_path
):
    sell(shop, "钱没地址", address="")
    assert page.figures.values()["held"] == "1"
    assert len(page.lists.waiting.checked_ids()) == 3  # it is not ticked by itself
    held = page.lists.waiting.rows.ids()[3]
    row = [page.lists.waiting.rows.index(3, column).data() for column in (1, 6)]
    assert row == ["Held back", "No address"]
    page.lists.waiting.set_checked(page.lists.waiting.rows.ids())
    page.lists.ticked.emit()
    assert page.print.text() == "Print 3 Cards"  # said before
    left_out = "Left out: Mr 钱没地址: No address"
    qtbot.waitUntil(lambda: left_out in page.card.note.text())
    assert page.card.note.text().startswith("3 cards: ")
    said = []
    page.said.connect(said.append)
    asked.answers["save"] = tmp_path / "cards.pdf"
    click(qtbot, page.save_pdf)
    qtbot.waitUntil(lambda: bool(said) and jobs.running() == [])
    assert said.pop() == f"Saved as cards.pdf. Nothing is marked as printed. {left_out}"
    assert len(pypdfium2.PdfDocument(tmp_path / "cards.pdf")) == 3
    click(qtbot, page.print)
    qtbot.waitUntil(lambda: bool(said) and jobs.running() == [])
    assert said == ["3 cards printed. Not printed: Mr 钱没地址: No address"]
    assert paper.pages() == 3
    assert page.lists.waiting.rows.ids() == [held]
    click(qtbot, page.one)  # by itself it is printed, to be handed over
    qtbot.waitUntil(lambda: page.lists.waiting.rows.ids() == [])


def test_a_batch_of_nothing_but_held_cards_is_explained(page, shop, qtbot, paper, asked):
    for card in cards(shop):
        with shop.write() as session:
            customers.change(session, card.customer_id, address="")
    page.lists.waiting.set_checked(page.lists.waiting.rows.ids())
    qtbot.keyClick(page, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(asked.errors))
    assert asked.errors[0].startswith("None of these cards can be printed.\nMr 张伟: No address")
    assert paper.asked == 0
    page.save_pdf.click()
    assert asked.errors[1] == asked.errors[0]  # no file of them either


def test_the_figure_of_today_is_not_named_as_the_whole_queue(page, shop):
    sell(shop, "李一", on=TODAY)  # due tomorrow
    assert page.lists.waiting.rows.rowCount() == 4
    assert page.figures.values()["due"] == "3"
    (figure,) = (one for one in page.figures.findChildren(Figure) if one.fig.code == "due")
    assert figure.fig.label == "to print today"


def test_the_next_batch_begins_where_the_sheet_ended(page, shop, qtbot, paper):
    page.card.use_paper("148x100/A4", 3)
    assert page.card.start.isVisible()
    click(qtbot, page.print)
    qtbot.waitUntil(lambda: page.lists.waiting.rows.ids() == [] and jobs.running() == [])
    assert paper.pages() == 2  # two on the begun sheet, one on the next
    assert page.card.start.value() == 2
    page.card.use_paper("148x100")
    assert not page.card.start.isVisible()


def test_a_folded_card_is_two_pages_and_shows_its_front(page, shop, qtbot, paper):
    page.card.use_paper("A6/fold")
    page.review.look()
    assert "turned over like a page of a book" in page.card.note.text()
    page.card.look_at("front")
    assert page.card.preview.accessibleDescription() == "Front"
    click(qtbot, page.print)
    qtbot.waitUntil(lambda: page.lists.waiting.rows.ids() == [] and jobs.running() == [])
    assert paper.pages() == 6


def test_an_offer_on_a_card_of_thanks_is_refused_where_it_is_typed(page, shop, qtbot):
    page.edit.click()
    page.card.words.setPlainText("尊敬的张先生：\n下次保养优惠。")
    click(qtbot, page.keep)
    qtbot.waitUntil(lambda: "“优惠” sells something" in page.card.note.text())
    assert page.card.words.isVisible()
    assert cards(shop)[0].words == ""


def test_printed_cards_are_signed_then_posted(page, shop, qtbot, paper):
    click(qtbot, page.print)
    qtbot.waitUntil(lambda: page.lists.waiting.rows.ids() == [] and jobs.running() == [])
    assert page.sign.text() == "Mark 3 Signed"
    page.lists.printed.set_checked(page.lists.printed.rows.ids()[:1])
    qtbot.keyClick(page, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: any(card.signed_at for card in cards(shop)) and not jobs.running())
    notes = [page.lists.printed.rows.index(number, 3).data() for number in range(3)]
    assert notes[0].startswith("signed today")
    assert "on HP.pdf" in notes[1]
    page.lists.printed.choose(page.lists.printed.rows.ids()[0])
    assert page.side.tag.text() == "Signed"
    with shop.write() as session:
        journal.undo(session)
    assert not any(card.signed_at for card in cards(shop))
