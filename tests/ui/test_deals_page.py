"""The deals by keys and clicks: closed, corrected, delivered, cancelled; slips get a sentence."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt

from showroom import choices
from showroom.deals import closing, deals
from showroom.deals.deals import State
from showroom.people import customers
from showroom.store import journal
from showroom.store.models import ChoiceKind, Honorific, Payment, Role, Status
from tests import builders as make
from tests.amounts import slow_but
from tests.stories import story
from tests.ui.keys import write_into as write
from ui.pages.deals import DealsPage

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


@story
def shop(db: Any) -> dict[str, int]:
    """Two customers, three models' worth of deals: one of October, two of November."""
    make.stop_clock(db)
    with db.write() as session:
        wang = make.a_member(session, "王强")
    with db.write() as session:
        make.a_member(session, "陈明", Role.MANAGER)
    with db.write() as session:
        zhang = make.a_customer(session, "张伟", phone="13800138000", consultant_id=wang)
    with db.write() as session:
        li = make.a_customer(session, "李娜", phone="13900139000")
    with db.write() as session:
        october = make.a_deal(
            session, li, ordered_on=date(2026, 10, 20), price=Decimal(100000), model_id="唐"
        )
    with db.write() as session:
        planned = make.TODAY + timedelta(days=14)
        open_one = make.a_deal(session, li, planned_on=planned, deposit=Decimal(5000))
    return {"zhang": zhang, "li": li, "october": october, "open": open_one}


@pytest.fixture
def page(db: Any, shop: dict[str, int], page_of: Any) -> DealsPage:
    opened: DealsPage = page_of(DealsPage)
    return opened


def cell(page: DealsPage, id: int, column: int) -> str:
    rows = page.table.rows
    return str(rows.index(rows.ids().index(id), column).data())


def row(page: DealsPage, id: int) -> deals.DealRow:
    with page.db.read() as session:
        (found,) = deals.rows(session, [id])
    return found


def retype(qtbot: Any, field: Any, words: str) -> None:
    field.clear()
    qtbot.keyClicks(field, words)


# --- the list


def test_the_month_is_shown_with_its_figures(page, shop):
    assert page.table.rows.ids() == [shop["open"]]
    assert page.figures.values() == {
        "orders": "1",
        "deliveries": "0",
        "cancellations": "0",
        "amount": "218,000",
    }
    assert [cell(page, shop["open"], n) for n in range(8)] == [
        "20261118-01",
        "Mr 李娜",
        "汉 EV",
        "218,000",
        "—",
        "12-02",
        "Ordered",
        "To print",
    ]


def test_the_months_are_stepped_through_and_all_are_shown_together(page, shop, qtbot):
    page.table.setFocus()
    qtbot.keyClick(page.table, Key.Key_Left, ALT)
    assert page.month.currentText() == "2026-10"
    assert page.table.rows.ids() == [shop["october"]]
    assert page.figures.values()["amount"] == "100,000"
    qtbot.keyClick(page.table, Key.Key_Left, ALT)
    assert page.month.currentText() == "2026-10"
    qtbot.mouseClick(page.later, LEFT)
    assert page.month.currentText() == "2026-11"
    page.month.setCurrentIndex(0)
    page.month.activated.emit(0)
    assert page.table.rows.ids() == [shop["open"], shop["october"]]
    assert page.figures.values()["orders"] == "2"


def test_states_and_words_narrow_the_list(page, shop, qtbot):
    qtbot.mouseClick(page.state.buttons["cancelled"], LEFT)
    assert page.table.rows.ids() == []
    qtbot.mouseClick(page.state.buttons["ordered"], LEFT)
    assert page.table.rows.ids() == [shop["open"]]
    qtbot.keyClicks(page.finder, "1380013")
    qtbot.waitUntil(lambda: page.table.rows.ids() == [])
    retype(qtbot, page.finder, "20261118")
    qtbot.waitUntil(lambda: page.table.rows.ids() == [shop["open"]])


def test_a_delivery_that_is_late_says_so(page, shop):
    page.db.clock = lambda: make.later(days=16)
    page.month.set_value("2026-11")
    page.reload()
    assert cell(page, shop["open"], 6) == "2 days late"


# --- closing a deal


def new(page: DealsPage, qtbot: Any) -> None:
    qtbot.keyClick(page, Key.Key_N, CTRL)
    qtbot.waitUntil(page.deal_form.isVisible)
    qtbot.waitUntil(page.deal_form.customer.hasFocus)


def test_a_deal_is_closed_by_keys_alone(page, shop, qtbot):
    new(page, qtbot)
    form = page.deal_form
    qtbot.keyClicks(form.customer, "0013")
    qtbot.waitUntil(form.customer.matches.isVisible)
    qtbot.keyClick(form.customer, Key.Key_Down)
    qtbot.keyClick(form.customer, Key.Key_Up)
    qtbot.keyClick(form.customer, Key.Key_Down)
    qtbot.keyClick(form.customer, Key.Key_Return)
    assert form.customer.text() == "Mr 张伟"
    assert form.customer.hint() == "138****8000"
    assert form.consultant.currentText() == "王强"
    assert not form.customer.matches.isVisible()
    qtbot.waitUntil(lambda: form.model.lineEdit().hasFocus())
    write(form.model.lineEdit(), "海狮 07")
    assert "海狮 07 joins the list of models." in form.effects.text()
    qtbot.keyClick(form.model.lineEdit(), Key.Key_Return)
    write(form.colour.lineEdit(), "White")
    qtbot.keyClick(form.colour.lineEdit(), Key.Key_Return)
    write(form.price, "21.8")
    assert form.price.hint() == "only 21.80 yuan"
    write(form.price, "万")
    assert form.price.hint() == ""
    qtbot.keyClick(form.price, Key.Key_Return)
    qtbot.keyClicks(form.deposit, "5,000")
    qtbot.keyClick(form.deposit, Key.Key_Return)
    assert form.ordered_on.text() == "2026-11-18"
    qtbot.keyClick(form.ordered_on, Key.Key_Return)
    qtbot.keyClicks(form.planned_on, "+14")
    qtbot.keyClick(form.planned_on, Key.Key_Return)
    assert form.payment.hasFocus()
    qtbot.keyClick(form.payment, Key.Key_L)
    qtbot.keyClick(form.payment, Key.Key_Return)
    qtbot.keyClicks(form.introducer, "139")
    qtbot.waitUntil(form.introducer.matches.isVisible)
    qtbot.keyClick(form.introducer, Key.Key_Return)
    assert form.introducer.text() == "Mr 李娜"
    assert "Thank the introducer" in form.effects.text()
    qtbot.keyClick(form.consultant.lineEdit(), Key.Key_Return)
    assert page.close_deal.hasFocus()
    qtbot.keyClick(page, Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: not form.isVisible())
    made = row(page, page.table.current_id())
    assert (made.customer, made.model, made.colour) == ("张伟", "海狮 07", "White")
    assert (made.price, made.deposit) == (218000, 5000)
    assert made.planned_on == make.TODAY + timedelta(days=14)
    assert (made.payment, made.introducer, made.consultant) == (Payment.LOAN, "李娜", "王强")
    assert page.side.title.text() == "Mr 张伟"
    assert page.side.note.text() == "20261118-02"
    assert page.figures.values()["orders"] == "2"


def test_what_closing_sets_going_is_said_before(page, qtbot):
    new(page, qtbot)
    assert page.deal_form.effects.text().splitlines() == [
        "Closing sets going:",
        "Tomorrow · Card: Thanks for the purchase",
        "Tomorrow · Manager's call · 陈明",
        "11-21 · Call after 3 days",
        "11-25 · Call after a week · 陈明",
        "12-18 · Visit within a month",
        "2027-01-18 · Contact every two months",
    ]
    retype(qtbot, page.deal_form.ordered_on, "2026-11-16")
    assert "11-23 · Call after a week" in page.deal_form.effects.text()
    retype(qtbot, page.deal_form.ordered_on, "2026-13-77")
    assert "11-21 · Call after 3 days" in page.deal_form.effects.text()


SLIPS = [
    (
        {},
        {"customer": "Choose who bought."},
    ),
    (
        {"customer": "nobody at all"},
        {"customer": "Choose a customer from the list."},
    ),
    (
        {"ordered_on": ""},
        {"customer": "Choose who bought.", "ordered_on": "Enter the day of the order."},
    ),
    (
        {"price": "much", "planned_on": "31-31"},
        {
            "price": "Enter an amount such as 218,000 or 21.8万.",
            "planned_on": "There is no such day. Write it as 2026-11-21.",
        },
    ),
    (
        {"customer": "138", "price": "0"},
        {
            "price": "Enter the agreed price; it cannot be 0.",
            "model": "Choose what was bought.",
        },
    ),
    (
        {"customer": "138", "model": "han", "price": "218000", "deposit": "218001"},
        {"deposit": "The deposit is between 0 and the price."},
    ),
    (
        {"customer": "138", "model": "han", "price": "1000", "ordered_on": "2026-11-19"},
        {"ordered_on": "The order cannot lie in the future."},
    ),
    (
        {"customer": "138", "model": "han", "price": "1000", "planned_on": "2026-11-17"},
        {"planned_on": "The delivery cannot be before the order."},
    ),
    (
        {
            "customer": "138",
            "model": "han",
            "price": "1000",
            "ordered_on": "206-11-18",
            "planned_on": "9999-12-31",
        },
        {
            "ordered_on": "There is no such day. Write it as 2026-11-21.",
            "planned_on": "There is no such day. Write it as 2026-11-21.",
        },
    ),
    (
        {"customer": "138", "model": "han", "price": "1000", "planned_on": "2062-11-18"},
        {"planned_on": "That is more than 3 years ahead: check the year."},
    ),
    (
        {"customer": "138", "model": "han", "price": "1000", "introducer": "someone"},
        {"introducer": "Choose a customer from the list."},
    ),
]


@pytest.mark.parametrize(("typed", "problems"), slow_but(SLIPS[2::4], SLIPS))
def test_every_slip_has_its_sentence_beside_the_field_and_nothing_is_made(
    page, qtbot, typed, problems
):
    new(page, qtbot)
    form = page.deal_form
    for name, words in typed.items():
        field = form.fields[name]
        retype(qtbot, field.lineEdit() if name == "model" else field, words)
        if words == "138":
            qtbot.keyClick(field, Key.Key_Return)
    qtbot.keyClick(page, Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: any(label.text() for label in form.problems.values()))
    shown = {name: label.text() for name, label in form.problems.items() if label.text()}
    assert shown == problems
    with page.db.read() as session:
        assert len(deals.find(session)) == 2
        assert choices.find(session, ChoiceKind.MODEL, "han") is None


def test_the_same_deal_twice_is_said_beside_the_product(page, shop, qtbot):
    new(page, qtbot)
    form = page.deal_form
    qtbot.keyClicks(form.customer, "139")
    qtbot.keyClick(form.customer, Key.Key_Return)
    qtbot.keyClicks(form.price, "218000")
    assert form.model.currentText() == "汉 EV"
    qtbot.keyClick(page, Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: bool(form.problems["model"].text()))
    assert form.problems["model"].text() == (
        "This deal is closed already, with number 20261118-01."
    )


def test_nobody_introduces_himself(page, shop, qtbot):
    new(page, qtbot)
    form = page.deal_form
    qtbot.keyClicks(form.introducer, "138")
    qtbot.keyClick(form.introducer, Key.Key_Return)
    qtbot.keyClicks(form.customer, "138")
    qtbot.keyClick(form.customer, Key.Key_Return)
    write(form.model.lineEdit(), "唐")
    qtbot.keyClicks(form.price, "1000")
    qtbot.keyClick(page, Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: bool(form.problems["introducer"].text()))
    assert form.problems["introducer"].text() == "Nobody introduces himself."
    form.introducer.clear()
    qtbot.keyClicks(form.introducer, "138")
    assert not form.introducer.matches.isVisible()
    assert form.introducer.hint() == "nobody"


def test_matches_go_with_escape_and_a_click_takes_one(page, qtbot):
    new(page, qtbot)
    field = page.deal_form.customer
    qtbot.keyClicks(field, "0013")
    assert field.matches.isVisible()
    qtbot.keyClick(field, Key.Key_Escape)
    assert not field.matches.isVisible()
    assert page.deal_form.isVisible()
    qtbot.keyClicks(field, "8")
    index = field.matches.rows.index(0, 0)
    qtbot.mouseClick(field.matches.viewport(), LEFT, pos=field.matches.visualRect(index).center())
    assert field.text() == "Mr 张伟"
    qtbot.keyClick(field, Key.Key_Backspace)
    assert field.raw() == "Mr 张"
    assert field.hint() == "nobody"


def test_who_is_typed_with_his_whole_name_is_taken(page, qtbot):
    with page.db.write() as session:
        ding = make.a_customer(session, "丁丁", honorific=Honorific.NONE)
    new(page, qtbot)
    field = page.deal_form.customer
    write(field, "丁丁")
    qtbot.keyClick(field, Key.Key_Return)
    assert (field.raw(), field.matches.isVisible()) == (ding, False)


def test_another_customer_brings_his_own_facts_unless_they_were_typed(page, shop, qtbot):
    new(page, qtbot)
    form = page.deal_form
    qtbot.keyClicks(form.customer, "138")
    qtbot.keyClick(form.customer, Key.Key_Return)
    assert form.consultant.currentText() == "王强"
    assert form.model.raw() is None
    retype(qtbot, form.customer, "139")
    qtbot.keyClick(form.customer, Key.Key_Return)
    assert form.consultant.currentText() == ""
    assert form.model.currentText() == "汉 EV"


def test_a_half_filled_deal_survives_a_crash(db, page, page_of, qtbot):
    new(page, qtbot)
    qtbot.keyClicks(page.deal_form.customer, "138")
    qtbot.keyClick(page.deal_form.customer, Key.Key_Return)
    qtbot.keyClicks(page.deal_form.price, "218")
    qtbot.wait(400)
    page.close()
    again = page_of(DealsPage)
    qtbot.mouseClick(again.new, LEFT)
    qtbot.waitUntil(again.deal_form.isVisible)
    assert again.deal_form.customer.text() == "Mr 张伟"
    assert again.deal_form.price.text() == "218"
    assert again.deal_form.consultant.currentText() == "王强"


# --- the chosen deal


def choose(page: DealsPage, id: int) -> None:
    page.table.choose(id)
    page.table.setFocus()


def test_the_panel_shows_the_deal_and_opens_the_customer(page, shop, qtbot):
    choose(page, shop["open"])
    assert page.side.title.text() == "Mr 李娜"
    assert page.side.note.text() == "20261118-01"
    assert page.side.tag.text() == "Ordered"
    assert page.facts.phone.text() == "139 0013 9000"
    assert page.facts.facts["card"][1].text() == "Still to print"
    assert page.edit.fields["price"].text() == "218,000"
    assert page.deliver.isVisible()
    assert not page.save.isVisible()
    with qtbot.waitSignal(page.open) as asked:
        qtbot.mouseClick(page.facts.customer, LEFT)
    assert asked.args == ["customers", shop["li"]]


def test_an_open_deal_is_corrected(page, shop, qtbot):
    choose(page, shop["open"])
    qtbot.keyClick(page.table, Key.Key_Return)
    assert page.edit.fields["price"].hasFocus()
    retype(qtbot, page.edit.fields["price"], "20.98w")
    assert page.save.isVisible()
    assert not page.deliver.isVisible()
    retype(qtbot, page.edit.fields["planned_on"], "")
    qtbot.keyClick(page, Key.Key_S, CTRL)
    qtbot.waitUntil(page.deliver.isVisible)
    assert row(page, shop["open"]).price == 209800
    assert row(page, shop["open"]).planned_on is None
    assert page.figures.values()["amount"] == "209,800"


def test_a_correction_that_cannot_be_keeps_the_panel(page, shop, qtbot):
    page.month.set_value("")
    page.reload()
    choose(page, shop["open"])
    retype(qtbot, page.edit.fields["price"], "0")
    page.table.choose(shop["october"])
    assert page.edit.problems["price"].text() == "Enter the agreed price; it cannot be 0."
    assert page.table.current_id() == shop["open"]
    retype(qtbot, page.edit.fields["model_id"].lineEdit(), "")
    page.save.click()
    assert page.edit.problems["model_id"].text() == "Choose what was bought."
    retype(qtbot, page.edit.fields["price"], "1000")
    write(page.edit.fields["model_id"].lineEdit(), "唐")
    retype(qtbot, page.edit.fields["deposit"], "")
    page.table.choose(shop["october"])
    assert row(page, shop["open"]).price == 1000
    assert page.side.note.text() == "20261020-01"


def test_the_car_is_delivered(page, shop, qtbot):
    choose(page, shop["open"])
    qtbot.keyClick(page.table, Key.Key_D, CTRL)
    qtbot.waitUntil(page.deliver_form.isVisible)
    form = page.deliver_form
    assert form.fields["delivered_on"].text() == "2026-11-18"
    for typed, sentence in (
        ("2026-11-17", "The delivery cannot be before the order."),
        ("2026-11-19", "The delivery cannot lie in the future."),
        ("", "Enter the day of the delivery."),
    ):
        retype(qtbot, form.fields["delivered_on"], typed)
        qtbot.keyClick(page, Key.Key_Return, CTRL)
        said = form.problems["delivered_on"]
        qtbot.waitUntil(lambda said=said, sentence=sentence: said.text() == sentence)
    retype(qtbot, form.fields["delivered_on"], "2026-11-18")
    qtbot.keyClicks(form.vin, "lc0ce4cb8n0123456")
    assert form.vin.hint() == "17 / 17"
    qtbot.keyClick(page, Key.Key_Return, CTRL)
    qtbot.waitUntil(page.edit.isVisible)
    assert row(page, shop["open"]).state is State.DELIVERED
    assert page.side.tag.text() == "Delivered"
    assert page.facts.facts["vin"][1].text() == "LC0CE4CB8N0123456"
    assert not page.edit.isEnabled()
    assert not page.deliver.isVisible()
    assert not page.cancel.isVisible()
    with page.db.read() as session:
        assert customers.file(session, shop["li"]).row.status is Status.ORDERED  # October's


def test_a_deal_is_cancelled_with_its_reason(page, shop, qtbot):
    choose(page, shop["open"])
    qtbot.keyClick(page.table, Key.Key_R, CTRL)
    qtbot.waitUntil(page.cancel_form.isVisible)
    form = page.cancel_form
    qtbot.keyClick(page, Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: bool(form.problems["reason"].text()))
    assert form.problems["reason"].text() == "Choose why the deal was cancelled."
    form.fields["reason"].setCurrentText("Loan refused")
    qtbot.keyClicks(form.fields["note"], "no down payment")
    qtbot.keyClick(page, Key.Key_Return, CTRL)
    qtbot.waitUntil(page.facts.isVisible)
    assert row(page, shop["open"]).state is State.CANCELLED
    assert page.facts.facts["cancelled"][1].text() == "Today · Loan refused · no down payment"
    assert cell(page, shop["open"], 5) == ""
    assert page.figures.values()["cancellations"] == "1"
    assert page.figures.values()["amount"] == "0"


def test_escape_leaves_the_deal_as_it_was(page, shop, qtbot):
    choose(page, shop["open"])
    qtbot.keyClick(page.table, Key.Key_R, CTRL)
    qtbot.waitUntil(page.cancel_form.isVisible)
    qtbot.keyClick(page.cancel_form.fields["reason"], Key.Key_Escape)
    qtbot.waitUntil(page.facts.isVisible)
    assert row(page, shop["open"]).state is State.ORDERED


def test_what_was_undone_goes_from_the_panel(page, shop):
    choose(page, shop["open"])
    with page.db.write() as session:
        journal.undo(session)
    assert page.side.is_empty()
    assert page.table.rows.ids() == []


def test_another_page_shows_a_deal_of_any_month(page, shop):
    page.show_id(shop["october"])
    assert page.month.currentText() == "2026-10"
    assert page.side.note.text() == "20261020-01"
    page.show_id(99)
    assert page.side.note.text() == "20261020-01"


def test_what_is_out_of_use_stays_where_it_was_chosen(db, page, shop, qtbot):
    with db.read() as session:
        white = choices.find(session, ChoiceKind.COLOUR, "white")
    with db.write() as session:
        closing.change(session, shop["open"], colour_id=white)
    with db.write() as session:
        choices.change(session, white, active=False)
    choose(page, shop["open"])
    assert page.edit.fields["colour_id"].currentText() == "White"
    choose(page, 0)
    new(page, qtbot)
    assert page.deal_form.colour.findText("White") < 0


def test_every_input_has_its_name_and_every_key_is_listed(page):
    for form in (page.edit, page.deal_form, page.deliver_form, page.cancel_form):
        for name, field in form.fields.items():
            assert field.accessibleName(), name
            assert field.objectName().startswith("deals."), name
    keys = dict(page.keys())
    assert {"Ctrl+N", "Ctrl+D", "Ctrl+R", "Ctrl+S", "Alt+Left", "Alt+Right", "Esc"} <= set(keys)
    assert page.earlier.accessibleName() == "Earlier month"


@pytest.mark.language("zh_CN")
def test_the_page_in_chinese(page, shop):
    assert cell(page, shop["open"], 1) == "李娜 先生"
    choose(page, shop["open"])
    assert page.side.tag.text() == "已订车"
