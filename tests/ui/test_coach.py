"""The moments as a coach, by keys: what to say, to whom, which moment next, and how it did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from showroom import settings
from showroom.door import moments, scripts, visits
from showroom.door.scripts import Narrowing
from showroom.store import journal
from showroom.store.models import (
    Company,
    Gift,
    Honorific,
    Moment,
    Outcome,
    Refusal,
    Role,
    Wording,
)
from tests import builders as make
from tests.stories import story
from tests.ui.keys import write_into as write
from ui.pages.desk import DeskPage
from ui.pages.settings import PARTS, SettingsPage

Key, ALT = Qt.Key, Qt.KeyboardModifier.AltModifier
LEFT = Qt.MouseButton.LeftButton
A, B = Wording.A, Wording.B


def past(db: Any, moment: Moment, given: int, refused: int, **shown: Any) -> None:
    """Visits of yesterday that are over, each with one ask."""
    then = make.later(days=-1)
    with db.write() as session:
        for number in range(given + refused):
            visit = make.a_visit(session, now=then)
            session.get_one(visits.Visit, visit).left_at = then + timedelta(minutes=40)
            reason = None if number < given else Refusal.CONTROL
            moments.ask(session, visit, moment, refusal=reason, now=then, **shown)


@pytest.fixture
def new_desk(db: Any, page_of: Any) -> DeskPage:
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session)
    page: DeskPage = page_of(DeskPage)
    return page


@story
def shop(db: Any) -> None:
    make.stop_clock(db)
    with db.write() as session:
        for name in ("王强", "李娜"):
            make.a_member(session, name)
        make.a_model(session, "汉EV")
    past(db, Moment.SEATED, 5, 15)
    past(db, Moment.RAPPORT, 9, 13)
    past(db, Moment.OFFER, 19, 0)


@pytest.fixture
def desk_page(shop: None, page_of: Any) -> DeskPage:
    page: DeskPage = page_of(DeskPage)
    return page


def arrive(qtbot: Any, page: DeskPage, people: str = "1") -> int:
    qtbot.keyClick(page, Key.Key_F2)
    qtbot.waitUntil(page.arrival.people.hasFocus)
    qtbot.keyClicks(page.arrival.people, people)
    qtbot.keyClick(page.arrival.people, Key.Key_Return)
    qtbot.waitUntil(page.form.name.hasFocus)
    assert page.form.visit is not None
    return page.form.visit.id


def counted(qtbot: Any, page: DeskPage) -> None:
    """The asks of the days before are counted on a thread."""
    qtbot.waitUntil(lambda: page.strip.numbers(0) != "")


def script(page: DeskPage) -> str:
    shown = page.findChild(QLabel, "desk.moments.script")
    assert isinstance(shown, QLabel)
    return shown.text()


def asked(page: DeskPage, visit: int) -> list[tuple[Moment, Refusal | None, int | None, Any]]:
    with page.db.read() as session:
        return [
            (one.moment, one.refusal, one.script_id, one.wording)
            for one in session.query(moments.Ask).filter_by(visit_id=visit).order_by("id")
        ]


def states(page: DeskPage, visit: int) -> list[Outcome | None]:
    with page.db.read() as session:
        return [state.outcome for state in moments.strip(session, visit)]


def test_a_visit_is_coached_from_the_suggestion_to_the_phone(desk_page, qtbot):
    visit = arrive(qtbot, desk_page)
    counted(qtbot, desk_page)
    strip = desk_page.strip
    assert strip.current() is Moment.RAPPORT  # 41% of 22 beats 25% of 20; 19 asks are no rate
    assert strip.note.text() == "Best of those open: 41% 9/22"
    assert [strip.numbers(n) for n in range(3)] == ["25% 5/20", "", "41% 9/22"]
    assert "“I enjoy talking with you." in script(desk_page)
    assert "41% 9/22" in strip.accessibleDescription()

    qtbot.keyClick(desk_page, Key.Key_3, ALT)
    assert strip.hasFocus()
    assert strip.note.text() == "1-7 · Enter given · \\ refused"
    qtbot.keyClicks(strip, "\\2")
    assert asked(desk_page, visit) == [(Moment.RAPPORT, Refusal.CONTROL, None, A)]
    assert strip.current() is Moment.SEATED  # the next best one that is still open
    assert strip.is_suggested(0)

    qtbot.keyClick(strip, Key.Key_Return)
    qtbot.waitUntil(desk_page.form.phone.hasFocus)
    assert asked(desk_page, visit)[1] == (Moment.SEATED, None, None, A)
    assert not any(strip.is_suggested(number) for number in range(7))
    qtbot.keyClicks(desk_page.form.phone, "13800138000")
    qtbot.keyClick(desk_page.form.phone, Key.Key_Return)
    assert strip.note.text() == "Contact is there: nothing to ask."


def test_a_showroom_without_numbers_says_so_and_goes_by_the_order(new_desk, qtbot):
    page = new_desk
    visit = arrive(qtbot, page)
    assert page.strip.current() is Moment.SEATED
    assert page.strip.note.text() == "No numbers yet: 0 of 20 asks"
    page.strip.setFocus()
    qtbot.keyClicks(page.strip, "\\1\\2\\3\\4")
    assert states(page, visit)[:4] == [Outcome.REFUSED] * 4
    # no draw and no gift: both are left out, the farewell is what remains
    assert page.strip.current() is Moment.FAREWELL


def test_what_does_not_run_today_is_not_mentioned(desk_page, qtbot):
    visit = arrive(qtbot, desk_page)
    qtbot.keyClick(desk_page, Key.Key_5, ALT)
    assert script(desk_page) == "No draw runs today: do not mention one."
    qtbot.keyClicks(desk_page.strip, "\\1")
    assert asked(desk_page, visit) == [(Moment.PRIZE, Refusal.SPAM, None, None)]
    with desk_page.db.write() as session:
        journal.act(session, "gift")
        session.add(Gift(name="行车记录仪", prize=True, stock=1, ends_on=make.TODAY))
        session.add(Gift(name="保温杯", stock=1))
    qtbot.keyClicks(desk_page.strip, "5")
    assert "the prize is 行车记录仪" in script(desk_page)
    qtbot.keyClicks(desk_page.strip, "6")
    assert "保温杯" in script(desk_page)


def test_the_words_follow_what_is_learned_of_the_party(desk_page, qtbot):
    with desk_page.db.write() as session:
        woman = Narrowing(company=Company.WOMAN)
        own = scripts.add(session, Moment.OFFER, A, "女士您好，{model}…", narrowing=woman).id
    visit = arrive(qtbot, desk_page)
    qtbot.keyClick(desk_page, Key.Key_2, ALT)
    assert "when one fits this car" in script(desk_page)
    form = desk_page.form
    write(form.model.lineEdit(), "汉")
    qtbot.keyClick(form.model.lineEdit(), Key.Key_Return)
    assert "when one fits 汉EV" in script(desk_page)
    form.honorific.setFocus()
    for _step in range(list(Honorific).index(Honorific.MS)):
        qtbot.keyClick(form.honorific, Key.Key_Down)
    assert script(desk_page) == "女士您好，汉EV…"
    qtbot.keyClick(desk_page, Key.Key_2, ALT)
    qtbot.keyClicks(desk_page.strip, "\\3")
    assert asked(desk_page, visit) == [(Moment.OFFER, Refusal.NO_REASON, own, A)]


def test_two_wordings_take_turns_and_stay_with_their_visit(desk_page, qtbot):
    said = []
    for _party in range(4):
        visit = arrive(qtbot, desk_page)
        qtbot.keyClick(desk_page, Key.Key_4, ALT)
        before = script(desk_page)
        desk_page.reload()
        assert script(desk_page) == before
        qtbot.keyClicks(desk_page.strip, "\\1")
        said.append(asked(desk_page, visit)[0][3])
    assert said == [A, B, A, B]
    first = desk_page.present.rows.ids()[0]
    desk_page.show_id(first)
    qtbot.keyClick(desk_page, Key.Key_4, ALT)
    assert script(desk_page).startswith("“Here is my card.")  # A again, as it was said to him


# --- the settings


@pytest.fixture
def page(db: Any, page_of: Any) -> SettingsPage:
    make.stop_clock(db)
    with db.write() as session:
        make.a_model(session, "汉EV")
    opened: SettingsPage = page_of(SettingsPage)
    opened.show_id(next(n for n, (code, _t) in enumerate(PARTS, 1) if code == "scripts"))
    return opened


def shown(page: SettingsPage) -> list[tuple[str, ...]]:
    rows = page.scripts.table.rows
    return [
        tuple(rows.index(row, column).data() for column in (0, 1, 3, 4, 5))
        for row in range(rows.rowCount())
    ]


def test_the_two_wordings_are_compared_with_an_honest_interval(page, qtbot):
    section = page.scripts
    assert shown(page) == [("A", "everybody", "0", "", ""), ("B", "everybody", "0", "", "")]
    assert section.verdict.text() == (
        "Not enough yet: A was asked 0 times, B 0 times; each needs 20."
    )
    past(page.db, Moment.SEATED, 48, 32, wording=A)
    past(page.db, Moment.SEATED, 56, 14, wording=B)
    qtbot.waitUntil(lambda: shown(page)[1][2] == "70")
    assert shown(page) == [
        ("A", "everybody", "80", "60%", "49-70%"),
        ("B", "everybody", "70", "80%", "69-88%"),
    ]
    assert section.verdict.text() == "B is better by 5 to 33 points."


def test_the_manager_puts_his_own_words_in_the_place_of_ours(page, qtbot):
    section, field = page.scripts, page.scripts.text.fields["words"]
    section.moment.setFocus()
    qtbot.keyClick(section.moment, Key.Key_Right)  # to the second moment
    assert field.value().startswith("“Offers change with the month.")
    field.selectAll()
    write(field, "名额有限，{车型}有补贴，细则我发您？")
    assert section.hint.isVisible()
    assert "名额有限" in section.hint.text()
    qtbot.mouseClick(section.change, LEFT)
    assert [row[:2] for row in shown(page)] == [("A", "everybody"), ("B", "everybody")]
    with page.db.read() as session:
        text = scripts.texts(session)[Moment.OFFER][scripts.EVERYBODY][A]
    assert (text.id, text.words) == (1, "名额有限，{车型}有补贴，细则我发您？")

    section.text.fields["again"].set_value("again")
    section.text.fields["model_id"].set_value(next(iter(section._models)))
    field.selectAll()
    qtbot.keyClick(field, Key.Key_Delete)
    qtbot.mouseClick(section.add, LEFT)
    assert section.text.problems["words"].text() == "Enter what to say."
    write(field, "又见面了！{车型}的新配置我发您？")
    qtbot.mouseClick(section.add, LEFT)
    assert [row[:2] for row in shown(page)][2] == ("A", "Again · 汉EV")
    assert section.verdict.text().startswith("Only one wording is in use here")
    qtbot.mouseClick(section.withdraw, LEFT)
    assert len(shown(page)) == 2
    with page.db.write() as session:
        journal.undo(session)
    assert len(shown(page)) == 3


def test_the_days_and_the_least_asks_are_the_shops_own(page, qtbot):
    field = page.scripts.form.fields["rates_least"]
    field.selectAll()
    qtbot.keyClicks(field, "30")
    qtbot.mouseClick(page.scripts.save, LEFT)
    assert page.scripts.verdict.text().endswith("each needs 30.")
    with page.db.read() as session:
        assert settings.load(session).rates_least == 30


def test_who_may_not_finds_the_buttons_grey(page, qtbot):
    with page.db.write() as session:
        owner = make.a_member(session, "周总", Role.OWNER)
        seller = make.a_member(session, "王强")
    with page.db.write() as session:
        make.a_pin(session, owner, "135790", by=owner)
    page.db.staff_id = seller
    page.reload()
    page.show_rights()
    assert not page.scripts.change.isEnabled()
    assert not page.scripts.add.isEnabled()
    assert page.scripts.change.toolTip() != ""
