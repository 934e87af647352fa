"""What is looked at: nothing is cut where it must be read, in either language, at 1366×768."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QScrollArea

from showroom.i18n import _, language
from showroom.people import search
from showroom.sample import fill
from showroom.store.models import Customer, Status
from tests.amounts import slow_but
from tests.stories import story
from ui import care_parts, customer_parts, jobs, style
from ui.label_tool import CODE, open_labels
from ui.pages.cards import CardsPage
from ui.pages.customers import CustomersPage
from ui.pages.deals import DealsPage
from ui.pages.followups import FollowUpsPage
from ui.pages.settings import SettingsPage
from ui.tables import Table

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
RAIL = {"zh_CN": 140, "en": 158}
BOTH = pytest.mark.parametrize(
    "spoken",
    [
        pytest.param("zh_CN", marks=pytest.mark.language("zh_CN")),
        pytest.param("en", marks=pytest.mark.language("en")),
    ],
)
ENGLISH_ALL_DAY = pytest.mark.parametrize(  # its words are the longer ones
    "spoken",
    [
        pytest.param("zh_CN", marks=[pytest.mark.language("zh_CN"), pytest.mark.slow]),
        pytest.param("en", marks=pytest.mark.language("en")),
    ],
)


@story
def shop(db: Any) -> Any:
    """A showroom with life in it."""
    db.clock = lambda: NOW
    with db.write() as session:
        fill.fill(session, customers=60, months=2, seed=8, now=NOW)
        session.add(Customer(created_at=NOW, status=Status.VISITED))  # who left no contact
    return db


def tables(page: Any) -> list[Table]:
    return [table for table in page.findChildren(Table) if table.isVisible()]


def cut(table: Table) -> list[str]:
    """The headings and tags that have not the room they need."""
    header = table.horizontalHeader()
    found = []
    for section in range(table.rows.columnCount()):
        column = table.rows.column(section)
        if column is None:
            continue
        room = header.sectionSize(section)
        title = _(column.title)
        if not header.isHidden() and style.metrics(12).horizontalAdvance(title) > room - 20:
            found.append(title)
        for number in range(table.rows.rowCount()):
            row = table.rows.row(number)
            if column.tag is None or row is None or not column.tag(row):
                continue
            said = column.text(row)
            if said and style.tag_width(said) > room - 20:
                found.append(f"{title}: {said}")
    return found


LISTS = [CustomersPage, DealsPage, CardsPage, FollowUpsPage]


@ENGLISH_ALL_DAY
@pytest.mark.parametrize("kind", slow_but(LISTS[:1], LISTS))
def test_headings_and_tags_are_whole(kind, spoken, shop, page_of, qtbot):
    assert language() == spoken
    page = page_of(kind)
    page.resize(1366 - RAIL[spoken], 692)
    page.reload()
    qtbot.waitUntil(lambda: any(table.rows.rowCount() for table in tables(page)))
    assert {table.objectName(): said for table in tables(page) if (said := cut(table))} == {}


def test_a_short_part_of_the_settings_does_not_scroll_after_a_long_one(shop, page_of):
    page = page_of(SettingsPage)
    page.show_part("finding")
    alone = page.pile.minimumSizeHint().height()
    page.show_part("privacy")
    assert page.pile.minimumSizeHint().height() > alone
    page.show_part("finding")
    assert page.pile.minimumSizeHint().height() == alone


def scrolls_sideways(page: Any) -> list[str]:
    """The parts that are wider than their place."""
    return [
        area.objectName() or type(area.widget()).__name__
        for area in page.findChildren(QScrollArea)
        if area.isVisible() and area.horizontalScrollBar().maximum()
    ]


@ENGLISH_ALL_DAY
@pytest.mark.parametrize("kind", slow_but([FollowUpsPage], [CustomersPage, FollowUpsPage]))
def test_no_view_is_wider_than_the_screen(kind, spoken, shop, page_of, qtbot):
    page = page_of(kind)
    page.resize(1366 - RAIL[spoken], 692)
    for part in {CustomersPage: customer_parts, FollowUpsPage: care_parts}[kind].VIEWS:
        page.views.open_code(part.code)
        qtbot.waitUntil(lambda: not jobs.running())
        QApplication.processEvents()
        assert scrolls_sideways(page) == [], part.code


@BOTH
def test_card_and_envelope_stay_within_their_panel(spoken, shop, page_of, qtbot):
    page = page_of(CardsPage)
    page.resize(1366 - RAIL[spoken], 692)
    qtbot.waitUntil(lambda: page.lists.waiting.rows.rowCount() > 0)
    for code in ("card", "envelope"):
        page.card.what.set_code(code)
        page.card.what.chosen.emit(code)
        QApplication.processEvents()
        assert page.card.minimumSizeHint().width() <= page.side.width() - 2 * style.XL, code
        assert scrolls_sideways(page) == [], code


@BOTH
def test_the_labels_of_a_list_stay_within_their_panel(spoken, shop, page_of, qtbot):
    page = page_of(CustomersPage)
    page.resize(1366 - RAIL[spoken], 692)
    with shop.read() as session:
        ids = search.find(session)
    open_labels(page, ids)
    tool = page.tools.made[CODE]
    qtbot.waitUntil(lambda: tool.made is not None)
    QApplication.processEvents()
    assert scrolls_sideways(page) == []
    assert tool.minimumSizeHint().width() <= page.side.width() - 2 * style.XL


@BOTH
def test_why_somebody_is_called_is_read_whole(spoken, shop, page_of, qtbot):
    page = page_of(FollowUpsPage)
    page.resize(1366 - RAIL[spoken], 692)
    page.reload()
    qtbot.waitUntil(lambda: page.table.rows.rowCount() > 0)
    room = page.table.horizontalHeader().sectionSize(1) - 20
    said = {page.table.rows.index(n, 1).data() for n in range(page.table.rows.rowCount())}
    assert [one for one in said if style.metrics().horizontalAdvance(one) > room] == []
