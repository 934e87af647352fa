"""The page of cards by clicks and keys: look, reword, skip; the batch before it is printed."""

from __future__ import annotations

import pypdfium2
from PySide6.QtCore import Qt
from sqlalchemy import select

from showroom.cards import occasions, queue
from showroom.care import own_festivals
from showroom.care.festivals import By
from showroom.care.own_festivals import Typed
from showroom.people import customers
from showroom.store import journal
from showroom.store.models import CardKind, Customer, Honorific
from tests.ui.cards.kit import TODAY, cards, click, names, sell
from ui import jobs
from ui.pages.cards import CardsPage
from ui.widgets import Figure

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
