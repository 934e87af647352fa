"""Introductions by keys: noted, checked, paid with a proof, seen as a picture; and the talks."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from showroom.deals import closing, thanks
from showroom.guard import staff
from showroom.people import customers, introductions, proofs, referrals, talks
from showroom.people.introductions import Link
from showroom.store import journal
from showroom.store.models import ReferralState, Role, TalkStep
from tests import builders as make
from tests.amounts import slow_but
from tests.stories import story
from tests.ui.keys import let_go
from tests.ui.keys import write_into as write
from ui import jobs
from ui.family_tree import FamilyTree, lay_out
from ui.pages.customers import CustomersPage
from ui.referrals import PROOF, TREE

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
State = ReferralState


@story
def people(db: Any) -> dict[str, int]:
    """An owner for a year, and three who are new today."""
    make.stop_clock(db)
    ids: dict[str, int] = {}
    with db.write() as session:
        ids["boss"] = make.a_member(session, "陈明", Role.MANAGER)
        ids["wang"] = make.a_member(session, "王强")
    for name, days in (("Lina", 400), ("Zhang", 0), ("Zhou", 0), ("Sun", 0)):
        with db.write() as session:
            ids[name] = make.a_customer(
                session,
                name,
                consultant_id=ids["wang"],
                now=make.later(days=-days),
                today=make.TODAY - timedelta(days=days),
            )
    with db.write() as session:
        day = make.TODAY - timedelta(days=390)
        deal = make.a_deal(session, ids["Lina"], ordered_on=day)
        closing.deliver(session, deal, on=day, today=make.TODAY)
    return ids


@pytest.fixture
def page(db: Any, people: dict[str, int], page_of: Any) -> CustomersPage:
    opened: CustomersPage = page_of(CustomersPage)
    return opened


def note(db: Any, introducer: int, customer: int) -> int:
    with db.write() as session:
        return thanks.note_introducer(
            session, introducer_id=introducer, customer_id=customer, now=make.NOW, today=make.TODAY
        ).id


def row(db: Any, id: int) -> introductions.Row:
    with db.read() as session:
        return introductions.rows(session, [id])[0]


def view_of(page: CustomersPage, qtbot: Any) -> Any:
    """The view, opened by its key."""
    qtbot.keyClick(page, Key.Key_F12)
    qtbot.waitUntil(lambda: page.views.current == "referrals")
    return page.views.made["referrals"]


def tool_of(page: CustomersPage, qtbot: Any, id: int, key: Key) -> Any:
    page.table.choose(id)
    page.table.setFocus()
    qtbot.keyClick(page.table, key, CTRL | SHIFT)
    qtbot.waitUntil(lambda: page.tools.current is not None)
    return page.tools.current


def a_receipt(path: Any) -> Any:
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    assert image.save(str(path))
    return path


# --- noting


def test_the_introducer_is_noted_in_the_file_by_a_part_of_his_name(page, people, qtbot):
    said = []
    page.said.connect(said.append)
    tool = tool_of(page, qtbot, people["Zhang"], Key.Key_R)
    field = tool.introducer
    assert field.hasFocus()
    qtbot.keyClicks(field, "lina")
    qtbot.waitUntil(field.matches.isVisible)
    qtbot.keyClick(field, Key.Key_Return)
    qtbot.waitUntil(page.tools.finish.hasFocus)
    qtbot.keyClick(page, Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: page.tools.current is None)
    assert said[-1] == "Mr Lina brought Mr Zhang: noted."
    with page.db.read() as session:
        by, brought = introductions.of_customer(session, people["Zhang"])
    assert (by.introducer, by.state, brought) == ("Lina", State.NOTED, [])
    with page.db.write() as session:
        journal.undo(session)
        assert introductions.find(session) == []


def test_what_cannot_be_is_said_beside_the_field_as_soon_as_he_is_chosen(page, people, qtbot):
    tool = tool_of(page, qtbot, people["Zhang"], Key.Key_R)
    qtbot.keyClicks(tool.introducer, "zhou")
    qtbot.keyClick(tool.introducer, Key.Key_Return)
    assert tool.doubts.text() == "The introducer never bought here: he is no owner."
    assert tool.form.problems["introducer"].text() == ""
    with page.db.write() as session:
        number = customers.file(session, people["Lina"]).phones[0][1]
        staff.change(session, people["wang"], phone=number)
    tool.introducer.set_value(None)
    qtbot.keyClicks(tool.introducer, "lina")
    qtbot.keyClick(tool.introducer, Key.Key_Return)
    sentence = "王强 works here: for colleagues there is no reward."
    assert tool.form.problems["introducer"].text() == sentence
    qtbot.keyClick(page, Key.Key_Return, CTRL)
    let_go(qtbot, page)
    assert page.tools.current is tool
    assert tool.form.problems["introducer"].text() == sentence
    tool.introducer.set_value(None)
    qtbot.keyClick(page, Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: tool.form.problems["introducer"].text() == "Choose who brought him.")


def test_of_who_is_known_for_long_or_was_brought_already_it_is_said(page, people, qtbot):
    tool = tool_of(page, qtbot, people["Lina"], Key.Key_R)
    assert tool.known.text().startswith("This customer has been known since 2025-10-14")
    assert not tool.form.isVisible()
    assert not page.tools.finish.isVisible()
    id = note(page.db, people["Lina"], people["Zhang"])
    assert tool.brought.text() == "Brought 1 customer:\nMr Zhang · Noted"
    with page.db.write() as session:
        referrals.check(session, id, now=make.NOW)
    qtbot.keyClick(page, Key.Key_Escape)
    qtbot.waitUntil(lambda: page.tools.current is None)
    tool = tool_of(page, qtbot, people["Zhang"], Key.Key_R)
    lines = tool.known.text().splitlines()
    assert lines[:2] == ["Brought by Mr Lina", "Noted 2026-11-18 · Checked"]
    assert lines[2].startswith("Checked 2026-11-18")


# --- the list


def test_checked_proved_and_paid_by_keys_each_undone(page, people, qtbot, asked, tmp_path):
    id = note(page.db, people["Lina"], people["Zhang"])
    with page.db.write() as session:
        make.a_deal(session, people["Zhang"])
    view = view_of(page, qtbot)
    assert view.part.buttons["todo"].text() == "To be done 1"
    assert view.table.hasFocus()
    assert view.table.current_id() == id
    assert view.card.title.text() == "Mr Lina brought Mr Zhang"
    qtbot.keyClick(view.table, Key.Key_P)
    assert asked.errors[-1].startswith("A reward is paid once the introduction is checked")

    qtbot.keyClick(view.table, Key.Key_K)
    assert row(page.db, id).checked_at == make.NOW
    assert "Checked Today" in view.card.facts.text()

    asked.answers["open"] = [a_receipt(tmp_path / "slip.png")]
    qtbot.keyPress(view.table, Key.Key_A)  # it is read while the window waits
    qtbot.waitUntil(lambda: not jobs.running())
    assert row(page.db, id).proofs == 1
    assert view.card.proofs.isVisible()

    qtbot.keyClick(view.table, Key.Key_P)
    form = view.card.pay
    assert form.fields["reward"].hasFocus()
    qtbot.keyClick(form.fields["reward"], Key.Key_Return)
    qtbot.keyClick(form.fields["words"], Key.Key_Return)
    assert form.problems["reward"].text() == "Enter the amount, or below what he was given."
    qtbot.keyClicks(form.fields["reward"], "much")
    qtbot.keyClick(form.fields["reward"], Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: form.problems["reward"].text() == "Enter an amount such as 500.")
    form.fields["reward"].clear()
    qtbot.keyClicks(form.fields["reward"], "500")
    qtbot.keyClick(form.fields["reward"], Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: row(page.db, id).state is State.PAID)
    assert row(page.db, id).reward == Decimal(500)
    assert view.figures.values()["rewards"] == "500"
    assert not view.card.is_asking()
    assert view.table.rows.ids() == []
    for _step in range(3):  # undone one by one
        with page.db.write() as session:
            journal.undo(session)
    view.reload()
    assert (row(page.db, id).state, row(page.db, id).checked_at) == (State.DEAL, None)
    assert row(page.db, id).proofs == 0


def test_what_was_none_is_asked_why_and_escape_asks_no_more(page, people, qtbot):
    id = note(page.db, people["Lina"], people["Zhang"])
    view = view_of(page, qtbot)
    qtbot.keyClick(view.table, Key.Key_V)
    why = view.card.void.fields["why"]
    assert why.hasFocus()
    qtbot.keyClick(why, Key.Key_Escape)
    assert not view.card.is_asking()
    assert page.views.current == "referrals"
    qtbot.keyClick(view.table, Key.Key_V)
    qtbot.keyClick(why, Key.Key_Return)
    assert view.card.void.problems["why"].text() == "Say why it was no introduction."
    write(why, "自己来的")
    qtbot.keyClick(why, Key.Key_Return)
    qtbot.waitUntil(lambda: row(page.db, id).state is State.VOID)
    assert view.part.buttons["void"].text() == "Void 1"


def test_what_was_noted_by_mistake_is_taken_out_by_a_key(page, people, qtbot):
    note(page.db, people["Lina"], people["Zhang"])
    view = view_of(page, qtbot)
    qtbot.keyClick(view.table, Key.Key_Delete)
    assert view.table.rows.ids() == []
    with page.db.write() as session:
        journal.undo(session)
    assert len(view.table.rows.ids()) == 1


def test_who_may_not_approve_finds_the_buttons_grey(page, people, qtbot, asked):
    note(page.db, people["Lina"], people["Zhang"])
    with page.db.write() as session:
        lily = make.a_member(session, "李静", Role.RECEPTIONIST)
        make.a_pin(session, people["boss"], "2580", by=people["boss"])
    page.db.staff_id = lily
    view = view_of(page, qtbot)
    page.show_rights()
    assert not view.buttons["check"].isEnabled()
    assert view.buttons["attach"].isEnabled()
    qtbot.keyClick(view.table, Key.Key_K)
    assert asked.errors == ["Only a manager or an owner may approve this."]


def test_an_empty_view_says_what_fills_it(page, people, qtbot):
    view = view_of(page, qtbot)
    assert view.table._empty.sentence.text().startswith("Nobody brought anybody yet.")
    assert not view.card.isVisible()
    assert not view.buttons["check"].isVisible()
    qtbot.keyClick(view.table, Key.Key_Escape)
    assert page.views.current == "lists"


def test_enter_shows_the_file_of_the_new_customer(page, people, qtbot):
    note(page.db, people["Lina"], people["Zhang"])
    view = view_of(page, qtbot)
    qtbot.keyClick(view.table, Key.Key_Return)
    assert page.side.title.text() == "Mr Zhang"
    assert page.views.current == "referrals"


# --- proofs


def test_a_proof_is_shown_inside_saved_elsewhere_and_taken_away(
    page, people, qtbot, asked, tmp_path
):
    id = note(page.db, people["Lina"], people["Zhang"])
    content = a_receipt(tmp_path / "slip.png").read_bytes()
    with page.db.write() as session:
        proofs.attach(session, id, name="slip.png", content=content, now=make.NOW)
    view = view_of(page, qtbot)
    qtbot.keyClick(view.table, Key.Key_O)
    qtbot.waitUntil(lambda: view.pile.currentIndex() == PROOF)
    assert view.proof.page_count() == 1
    asked.answers["save"] = tmp_path / "out.png"
    qtbot.keyClick(view.proof, Key.Key_D, ALT)
    qtbot.waitUntil((tmp_path / "out.png").exists)
    qtbot.waitUntil(lambda: not jobs.running())
    assert (tmp_path / "out.png").read_bytes() == content
    with page.db.read() as session:
        assert (
            "out.png"
            in session.connection()
            .exec_driver_sql("SELECT what FROM action WHERE verb = 'export'")
            .scalar_one()
        )
    qtbot.keyClick(view.proof, Key.Key_Escape)
    assert view.table.hasFocus()
    assert view.proof.page_count() == 0
    view.card.proofs.choose(view.card.proofs.rows.ids()[0])
    view.card.proofs.setFocus()
    qtbot.keyClick(view.card.proofs, Key.Key_Delete)
    assert row(page.db, id).proofs == 0
    qtbot.keyClick(view.table, Key.Key_O)
    assert asked.errors == ["Mark a proof first; A attaches one."]


DAMAGED = [
    ("a.pdf", b"%PDF-1.7 nothing more", "The PDF is damaged or asks for a password."),
    ("a.png", b"\x89PNG\r\n\x1a\nnothing more", "The picture is damaged"),
    ("a.png", b"nothing at all", "is no picture"),
]


@pytest.mark.parametrize(("name", "content", "sentence"), slow_but(DAMAGED[:1], DAMAGED))
def test_a_damaged_file_is_refused_and_nothing_is_kept(
    page, people, qtbot, asked, tmp_path, name, content, sentence
):
    id = note(page.db, people["Lina"], people["Zhang"])
    view = view_of(page, qtbot)
    path = tmp_path / name
    path.write_bytes(content)
    view.attach(id, path)
    qtbot.waitUntil(lambda: bool(asked._errors))
    assert sentence in asked.errors[0]
    assert row(page.db, id).proofs == 0


def test_a_pdf_is_shown_page_by_page(page, people, qtbot, tmp_path):
    id = note(page.db, people["Lina"], people["Zhang"])
    from reportlab.pdfgen.canvas import Canvas

    path = tmp_path / "slip.pdf"
    canvas = Canvas(str(path))
    for _page in range(8):
        canvas.rect(50, 50, 100, 100)
        canvas.showPage()
    canvas.save()
    view = view_of(page, qtbot)
    view.attach(id, path)
    qtbot.waitUntil(lambda: not jobs.running())
    qtbot.waitUntil(view.table.hasFocus)
    qtbot.keyClick(view.table, Key.Key_O)
    qtbot.waitUntil(lambda: view.pile.currentIndex() == PROOF)
    assert view.proof.page_count() == 6
    assert view.proof.more.text() == "2 more pages"


# --- the ledger


def test_the_ledger_is_saved_with_a_place_to_sign(page, people, qtbot, asked, tmp_path):
    note(page.db, people["Lina"], people["Zhang"])
    view = view_of(page, qtbot)
    for name in ("ledger.xlsx", "ledger.pdf"):
        asked.answers["save"] = tmp_path / name
        qtbot.keyClick(view.table, Key.Key_E, CTRL)
        qtbot.waitUntil((tmp_path / name).exists)
    from openpyxl import load_workbook

    cells = [cell.value for line in load_workbook(tmp_path / "ledger.xlsx").active for cell in line]
    assert {"Signature", "Mr Lina", "Mr Zhang"} <= set(cells)
    assert (tmp_path / "ledger.pdf").read_bytes().startswith(b"%PDF-")


# --- the picture


def test_where_nobody_brought_anybody_the_keyboard_is_on_what_is_shown(page, qtbot):
    view = view_of(page, qtbot)
    qtbot.keyClick(view.table, Key.Key_B, ALT)
    qtbot.waitUntil(lambda: view.pile.currentIndex() == TREE)
    assert view.drawn.nobody.isVisible()
    assert view.drawn.top.hasFocus()
    qtbot.keyClick(view.drawn.top, Key.Key_Escape)
    qtbot.waitUntil(view.table.hasFocus)


def test_the_picture_is_walked_by_arrows_and_enter_shows_the_file(page, people, qtbot):
    note(page.db, people["Lina"], people["Zhang"])
    note(page.db, people["Lina"], people["Zhou"])
    note(page.db, people["Zhou"], people["Sun"])
    view = view_of(page, qtbot)
    qtbot.keyClick(view.table, Key.Key_B, ALT)
    qtbot.waitUntil(lambda: view.pile.currentIndex() == TREE)
    canvas = view.drawn.tree.canvas
    assert canvas.hasFocus()
    names = {people[name]: name for name in ("Lina", "Zhang", "Zhou", "Sun")}

    def walk(key: Key) -> str:
        qtbot.keyClick(canvas, key)
        return names[view.drawn.tree.current_id()]

    qtbot.keyClick(canvas, Key.Key_Home)
    while names[view.drawn.tree.current_id()] != "Lina":
        walk(Key.Key_Left)
    assert [walk(key) for key in (Key.Key_Right, Key.Key_Down, Key.Key_Right)] == [
        "Zhang", "Zhou", "Sun"
    ]  # fmt: skip
    assert walk(Key.Key_Left) == "Zhou"
    qtbot.keyClick(canvas, Key.Key_Return)
    assert page.side.title.text() == "Mr Zhou"
    assert "Mr Lina brought Mr Zhang: Noted" in canvas.accessibleDescription()
    before = canvas.width()
    qtbot.keyClick(canvas, Key.Key_Plus)
    assert canvas.width() > before
    qtbot.keyClick(canvas, Key.Key_0)
    assert canvas.width() == before
    box = canvas.box(next(n for n in canvas._nodes if n.id == people["Sun"]))
    QTest.mouseClick(
        canvas, Qt.MouseButton.LeftButton, pos=QPoint(*map(int, box.center().toTuple()))
    )
    assert page.side.title.text() == "Mr Sun"
    assert [line.name for line in view.drawn._rows(view.drawn.top.rows.ids())] == [
        "Mr Lina", "Mr Zhou"
    ]  # fmt: skip
    qtbot.keyClick(canvas, Key.Key_Escape)
    assert view.table.hasFocus()


def test_the_picture_holds_a_circle_and_thousands(qtbot):
    ring = [Link(1, 2, State.NOTED), Link(2, 3, State.PAID), Link(3, 1, State.VOID)]
    nodes = lay_out(ring)
    assert sorted(node.id for node in nodes) == [1, 2, 3]
    chain = [Link(number, number + 1, State.NOTED) for number in range(3000)]
    assert lay_out(chain)[-1].column <= 3000
    many = [Link(1 + number % 500, 10_000 + number, State.DEAL) for number in range(5000)]
    nodes = lay_out(many)
    assert len(nodes) == 5500
    places = [(node.column, node.place) for node in nodes]
    assert len(set(places)) == len(places)  # nobody stands on another
    for node in nodes:
        assert node.above < 0 or nodes[node.above].column == node.column - 1
    tree = FamilyTree("tree")
    qtbot.addWidget(tree)
    tree.resize(600, 400)
    tree.show_links(many, {})
    tree.show()
    assert not tree.grab().isNull()


# --- talks


def test_a_talk_is_ticked_by_keys_interrupted_and_resumed(page, people, qtbot):
    tool = tool_of(page, qtbot, people["Lina"], Key.Key_T)
    assert tool.step.text() == "1 · Claim credit"
    assert page.tools.finish.text() == "Done: Claim credit"
    for step in ("2 · Get his agreement", "3 · Ask for names"):
        qtbot.keyClick(page, Key.Key_Return, CTRL)
        qtbot.waitUntil(lambda step=step: tool.step.text() == step)
    qtbot.keyClick(page, Key.Key_Escape)
    qtbot.waitUntil(lambda: page.tools.current is None)
    tool = tool_of(page, qtbot, people["Lina"], Key.Key_T)
    assert tool.step.text() == "3 · Ask for names"
    qtbot.keyClick(page, Key.Key_Left, ALT)
    qtbot.waitUntil(lambda: tool.step.text() == "2 · Get his agreement")
    with page.db.write() as session:
        journal.undo(session)
    assert tool.step.text() == "3 · Ask for names"


def test_who_says_yes_becomes_a_customer_who_does_not_only_a_name(page, people, qtbot):
    with page.db.write() as session:
        talk = talks.begin(session, people["Lina"], now=make.NOW).id
        for _step in range(2):
            talks.tick(session, talk, now=make.NOW, today=make.TODAY)
    tool = tool_of(page, qtbot, people["Lina"], Key.Key_T)
    fields = tool.form.fields
    assert fields["name"].hasFocus()
    write(fields["name"], "孙权")
    qtbot.keyClicks(fields["phone"], "13955556666")
    qtbot.keyClick(page, Key.Key_N, ALT)
    qtbot.waitUntil(lambda: bool(tool.form.problems["phone"].text()))
    assert tool.form.problems["phone"].text().startswith("Without his yes no number is kept")
    fields["phone"].clear()
    qtbot.keyClick(page, Key.Key_N, ALT)
    qtbot.waitUntil(lambda: "孙权" in tool.noted.text())
    write(fields["name"], "刘备")
    qtbot.keyClicks(fields["phone"], "13955556666")
    qtbot.keyClick(fields["agreed"], Key.Key_Space)
    qtbot.keyClick(page, Key.Key_Return, CTRL)  # what is typed is noted with the step
    qtbot.waitUntil(lambda: tool.step.text() == "4 · Call now")
    with page.db.read() as session:
        _by, brought = introductions.of_customer(session, people["Lina"])
    assert [one.customer for one in brought] == ["刘备"]
    qtbot.keyClick(page, Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: tool.step.text() == "5 · Thank and report back")
    with page.db.read() as session:
        open_one = talks.of_customer(session, people["Lina"])
    assert open_one.step is TalkStep.THANK
    qtbot.keyClick(page, Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: page.tools.current is None)
    with page.db.read() as session:
        assert talks.of_customer(session, people["Lina"]) is None


def test_an_open_talk_is_gone_on_with_from_the_view(page, people, qtbot):
    with page.db.write() as session:
        talks.begin(session, people["Lina"], now=make.NOW)
    view = view_of(page, qtbot)
    assert view.talks.text() == "Open Talks 1"
    qtbot.keyClick(view.table, Key.Key_K, ALT)
    qtbot.waitUntil(lambda: page.tools.current is not None)
    assert page.side.title.text() == "Mr Lina"
    assert page.tools.current.step.text() == "1 · Claim credit"


def test_who_would_rather_not_is_asked_no_more(page, people, qtbot):
    tool = tool_of(page, qtbot, people["Lina"], Key.Key_T)
    qtbot.keyClick(tool, Key.Key_E, ALT)
    qtbot.waitUntil(lambda: page.tools.current is None)
    with page.db.read() as session:
        assert talks.begun(session) == []


# --- at the deal


def test_the_deal_form_tells_the_thanks_once(page, people, qtbot):
    note(page.db, people["Lina"], people["Zhang"])
    page.table.choose(people["Zhang"])
    page.table.setFocus()
    qtbot.keyClick(page.table, Key.Key_F9)
    qtbot.waitUntil(page.deal_form.isVisible)
    assert page.deal_form.introducer.text() == "Mr Lina"
    assert "Thank the introducer" in page.deal_form.effects.text()
    qtbot.keyClick(page.deal_form, Key.Key_Escape)
    qtbot.waitUntil(lambda: not page.deal_form.isVisible())
    with page.db.write() as session:
        make.a_deal(session, people["Zhang"])
    qtbot.keyClick(page, Key.Key_F9)
    qtbot.waitUntil(page.deal_form.isVisible)
    assert "Thank the introducer" not in page.deal_form.effects.text()


# --- the phone of a colleague


def test_the_phone_of_a_colleague_is_kept_under_settings(db, page_of, people, qtbot):
    from ui.pages.settings import SettingsPage

    page = page_of(SettingsPage)
    section = page.staff
    section.table.choose(people["wang"])
    field = section.form.fields["phone"]
    qtbot.keyClicks(field, "139")
    qtbot.mouseClick(section.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(section.form.problems["phone"].text()))
    qtbot.keyClicks(field, "11112222")
    qtbot.mouseClick(section.save, Qt.MouseButton.LeftButton)
    with db.read() as session:
        assert staff.phone_of(session, people["wang"]) == "139 1111 2222"
    section.table.choose(people["boss"])
    assert field.text() == ""
    section.table.choose(people["wang"])
    assert field.text() == "139 1111 2222"


def test_the_introduction_of_who_is_shown_is_marked(page, people, qtbot):
    first = note(page.db, people["Lina"], people["Zhang"])
    second = note(page.db, people["Lina"], people["Zhou"])
    for name, id in (("Zhou", second), ("Zhang", first)):
        page.show_id(people[name])
        view = view_of(page, qtbot)
        assert view.table.current_id() == id
        assert page.id == people[name]
        assert view.card.title.text() == f"Mr Lina brought Mr {name}"
    qtbot.keyClick(view.table, Key.Key_K)
    assert row(page.db, first).checked_at == make.NOW
    assert row(page.db, second).checked_at is None
    page.show_id(people["Sun"])  # nobody brought him
    view = view_of(page, qtbot)
    assert page.id in (people["Zhang"], people["Zhou"])
    assert page.id == view.table.current_row().customer_id
