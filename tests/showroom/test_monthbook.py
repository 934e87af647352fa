"""The month's workbook and the registers: what stands where, and that the formulas are right."""

from __future__ import annotations

import re
import shutil
import subprocess
import warnings
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from showroom import choices, dates, settings
from showroom.deals import closing
from showroom.door import handover, moments, reception, testdrives
from showroom.errors import ShowroomError
from showroom.figures import (
    balance,
    changes,
    monthbook,
    months,
    register,
    registers,
    tables,
    targets,
    workbook,
)
from showroom.guard import exports, trail
from showroom.people import customers, phones
from showroom.sheets.write import Sheet
from showroom.store import journal
from showroom.store.models import (
    Card,
    ChoiceKind,
    Deal,
    HandOver,
    Moment,
    Refusal,
    Role,
    Visit,
    VisitKind,
)
from tests import builders as b
from tests.stories import story

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
NOW = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return dates.at(date(2026, 10, day), time(hour, minute))


@story
def month(db: Any) -> Any:
    """October with a buyer called like a formula, a party that left nothing, errand and call."""
    with db.write() as session:
        shop = settings.load(session)
        shop.shop_name = "城东店 & 展厅"
        settings.save(session, shop)
        db.staff_id = b.a_member(session, "李静", Role.RECEPTIONIST)
    db.clock = lambda: at(3, 9)
    with db.write() as session:
        wang = b.a_member(session, "王强")
        b.a_member(session, "赵磊", Role.MANAGER)
        model, channels = b.a_model(session), choices.options(session, ChoiceKind.CHANNEL)
        fair = next(o.id for o in channels if o.code == "fair")
        bought = b.a_visit(session, now=at(3, 9, 42), people=3)
        handover.hand_over(session, bought, wang, HandOver.ASKED_FOR)
        facts = {"name": "=1+1", "phone": "13800138000", "model_id": model, "channel_id": fair}
        reception.complete(session, bought, now=at(3, 9, 45), **facts, note="要白色\n两个孩子")
        moments.ask(session, bought, Moment.OFFER, now=at(3, 9, 50))
        testdrives.set_driven(session, bought, True, now=at(3, 10))
        reception.leave(session, bought, at=at(3, 10, 54))
        buyer = session.get_one(Visit, bought).customer_id
        closing.close(
            session,
            customer_id=buyer,
            visit_id=bought,
            model_id=model,
            price=Decimal(218000),
            deposit=Decimal(5000),
            ordered_on=date(2026, 10, 3),
            now=at(3, 10, 50),
            today=date(2026, 10, 3),
        )
        shy = b.a_visit(session, now=at(4, 15), name="", model_id=model, channel_id=fair)
        moments.ask(session, shy, Moment.SEATED, refusal=Refusal.SPAM, now=at(4, 15, 5))
        reception.leave(session, shy, at=at(4, 15, 20))
        errand = choices.options(session, ChoiceKind.ERRAND)[1].id
        for kind, hour in ((VisitKind.ERRAND, 10), (VisitKind.CALL, 11)):
            visit = reception.arrive(session, people=1, now=at(4, hour), kind=kind)
            visit.errand_id = errand if kind is VisitKind.ERRAND else None
            reception.leave(session, visit.id, at=at(4, hour, 10))
        back = b.a_visit(session, now=at(31, 16), name="=1+1", phone="13800138000")
        reception.leave(session, back, at=at(31, 17))
    return db


def read(path: Path, **options: Any) -> Any:
    from openpyxl import load_workbook

    return load_workbook(path, **options)


def written(db: Any, path: Path, **options: Any) -> Any:
    with db.read() as session:
        monthbook.write_month(session, "2026-10", path, now=NOW)
    return read(path, **options)


def test_the_book_has_a_cover_a_log_every_cut_deals_and_cards(month: Any, tmp_path: Path) -> None:
    workbook = written(month, tmp_path / "m.xlsx")
    assert workbook.sheetnames == [
        "Cover",
        "Summary",
        "By day",
        "By consultant",
        "By channel",
        "Kinds of channel",
        "By model",
        "Funnel",
        "By hour",
        "Levels",
        "Lost customers",
        "Losses counted",
        "Moments",
        "Follow-ups",
        "Complaints to their end",
        "Ledger of introductions",
        "Gift ledger",
        "Thank-you cards",
        "Contest of archives",
        "Targets",
        "Changed since",
        "Visitor log",
        "Deals",
    ]
    assert sum(len(sheet._charts) for sheet in workbook) >= 9
    for sheet in workbook:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows
        assert sheet.freeze_panes
        assert sheet.oddFooter.left.text == "城东店 && 展厅 October 2026"


def test_every_figure_stands_on_the_cover_with_its_formula(month: Any, tmp_path: Path) -> None:
    live = written(month, tmp_path / "m.xlsx")["Cover"]
    shown = read(tmp_path / "m.xlsx", data_only=True)["Cover"]
    with month.read() as session:
        found = months.of_month(session, FIRST, now=NOW)
        code = trail.anchor(session)
    assert shown["A3"].value == f"Code of the trail: {code}"
    start = 6
    for row, figure in enumerate(found, start):
        title, value, unit, formula, above, below = (cell.value for cell in shown[row])
        assert (title, unit or "", formula) == (figure.title, figure.unit, figure.formula)
        assert str(live.cell(row, 2).value).startswith("=") or figure.code == "loss_back"
        if figure.code in ("stay", "wait"):
            value = value and value / timedelta(minutes=1)
        if figure.value is None:
            assert value is None
        else:
            assert value == pytest.approx(float(figure.value), abs=1e-3)
        if figure.denominator is not None:
            assert above == pytest.approx(float(figure.numerator))
            assert below == figure.denominator
    words = [cell.value for cell in shown["A"] if cell.value]
    assert words[0] == "城东店 & 展厅 October 2026"
    assert "How it is counted" in words
    assert "2026-11-01" in words[1]


@pytest.mark.language("zh_CN")
def test_the_log_has_the_columns_of_the_trade(month: Any, tmp_path: Path) -> None:
    workbook = written(month, tmp_path / "m.xlsx")
    sheet = workbook["客流日志"]
    top, under = ([cell.value for cell in sheet[row]] for row in (2, 3))
    assert [t for t in top[:29] if t] == (
        "序列 门店 客流创建人 是否首次 停留时间 试乘试驾 接待SC 是否留档 是否预约 顾客姓名 "
        "联系电话 意向车 客户级别 首次来源渠道 来源分类 再次来源渠道(活跃/休眠) 报价数 订单数 "
        "合同数 交车数 到店目的 日期 是否指定SC 备注"
    ).split()
    assert [u for u in under[:29] if u] == (
        "到店时间 离店时间 停留时间 试驾开始 试驾结束 试驾时长 试驾车型".split()
    )
    merged = {str(reach) for reach in sheet.merged_cells.ranges}
    assert {"E2:G2", "H2:K2", "A2:A3", "AC2:AC3"} <= merged


def test_the_log_tells_each_visit(month: Any, tmp_path: Path) -> None:
    sheet = written(month, tmp_path / "m.xlsx", data_only=True)["Visitor log"]
    buyer, errand, call, shy, back = (
        [cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=8)
    )
    assert buyer[:7] == [
        1,
        "城东店 & 展厅",
        "李静",
        "Yes",
        time(9, 42),
        time(10, 54),
        timedelta(hours=1, minutes=12),
    ]
    assert buyer[10:22] == [
        "汉 EV",
        "王强",
        "Yes",
        "No",
        "=1+1",
        "13800138000",
        "汉 EV",
        "O",
        "Motor show",
        "Events and outside",
        None,
        None,
    ]
    assert buyer[22:29] == [
        1,
        None,
        None,
        "Look at cars",
        datetime(2026, 10, 3),
        "Yes",
        "要白色\n两个孩子",
    ]
    assert (errand[3], errand[12], errand[25]) == (None, None, "Delivery")
    assert (call[3], call[25]) == (None, "Call")
    assert (shy[3], shy[12], shy[14]) == ("Yes", "No", None)
    assert (back[3], back[20]) == ("No", "Active")
    live = read(tmp_path / "m.xlsx")["Visitor log"]
    assert (live["O4"].data_type, live["O4"].quotePrefix) == ("s", True)


def test_the_days_of_the_month_add_up(month: Any, tmp_path: Path) -> None:
    sheet = written(month, tmp_path / "m.xlsx", data_only=True)["By day"]
    days = [row[0].value for row in sheet.iter_rows(min_row=3, max_row=33)]
    assert (len(days), days[0], days[-1]) == (31, datetime(2026, 10, 1), datetime(2026, 10, 31))
    head = [cell.value for cell in sheet[2]]
    total = dict(zip(head, (cell.value for cell in sheet[34]), strict=True))
    assert total["Date"] == "Total"
    assert (total["Parties"], total["People"], total["Walk-ins"]) == (4, 8, 3)
    assert (total["Contact rate"], total["Orders"], total["Calls"]) == (0.5, 1, 1)


def test_deals_and_cards_of_the_month(month: Any, tmp_path: Path) -> None:
    workbook = written(month, tmp_path / "m.xlsx", data_only=True)
    deal = [cell.value for cell in workbook["Deals"][3]]
    assert deal[:4] == ["20261003-01", datetime(2026, 10, 3), "=1+1", "13800138000"]
    assert deal[6:8] == [218000, 5000]
    card = [cell.value for cell in workbook["Thank-you cards"][3]]
    assert card[1:3] == ["=1+1", "13800138000"]
    assert card[11] == "No"


def test_the_contest_of_the_quarter_stands_in_the_book(month: Any, tmp_path: Path) -> None:
    sheet = written(month, tmp_path / "m.xlsx")["Contest of archives"]
    assert sheet["A1"].value == "城东店 & 展厅 Contest of archives"
    assert sheet["A2"].value.startswith("Q4 2026 · 2026-10-01 – 2026-12-31")
    said = [str(row[0].value) for row in sheet.iter_rows()]
    assert any(words.startswith("Completeness: Mean of the files") for words in said)
    assert [cell.value for cell in sheet[3]][:4] == [
        "Rank",
        "Consultant",
        "Files kept",
        "Completeness",
    ]


def test_contacts_of_whoever_must_not_be_contacted_are_in_no_sheet(
    month: Any, tmp_path: Path
) -> None:
    with month.write() as session:
        visit = session.get_one(Visit, 1)
        customers.change(session, visit.customer_id, do_not_contact=True, address="长安街1号")
    with month.read() as session:
        monthbook.write_month(session, "2026-10", tmp_path / "m.xlsx", now=NOW)
        registers.customers(session, tmp_path / "c.csv")
        registers.visits(session, FIRST, LAST, tmp_path / "v.csv")
        register.save(session, date(2026, 10, 3), tmp_path / "r.xlsx")
    for path in tmp_path.glob("*.*sv"):
        assert "138" not in path.read_text("utf-8")
    for path in tmp_path.glob("*.xlsx"):
        with zipfile.ZipFile(path) as parts:
            for name in parts.namelist():
                assert b"13800138000" not in parts.read(name)
                assert "长安街".encode() not in parts.read(name)
    log = read(tmp_path / "m.xlsx")["Visitor log"]
    assert log["AC4"].value.startswith("Do not contact\n")


def test_an_empty_month_is_a_book_too(db: Any, tmp_path: Path) -> None:
    workbook = written(db, tmp_path / "m.xlsx", data_only=True)
    cover = {row[0].value: row[1].value for row in workbook["Cover"].iter_rows(min_row=5)}
    assert (cover["Parties"], cover["Contact rate"]) == (0, None)
    assert workbook["Cover"]["A1"].value == "October 2026"


def test_another_ending_or_month_is_refused(db: Any, tmp_path: Path) -> None:
    with db.read() as session:
        with pytest.raises(ShowroomError, match=r"ends in \.xlsx, not m\.csv"):
            monthbook.write_month(session, "2026-10", tmp_path / "m.csv", now=NOW)
        with pytest.raises(ValueError, match="remains"):
            monthbook.write_month(session, "2026-13", tmp_path / "m.xlsx", now=NOW)


def test_the_file_is_named_after_its_month() -> None:
    assert monthbook.file_name(FIRST) == "Showroom 2026-10.xlsx"


def test_hours_outside_the_usual_ones_are_shown_when_somebody_came(db: Any) -> None:
    with db.write() as session:
        b.a_visit(session, now=at(5, 7))
        sheet = tables.by_hour(session, FIRST, LAST)
    titles = [column.title for column in sheet.columns]
    assert (titles[1], *titles[-2:]) == ("7:00", "18:00", "Whole day")
    assert sheet.columns[1].of(0) == 1


# --- registers


def test_the_register_of_a_day_has_ticks_totals_and_places_to_sign(
    month: Any, tmp_path: Path
) -> None:
    path = tmp_path / "r.xlsx"
    with month.read() as session:
        assert register.save(session, date(2026, 10, 4), path) == 2
    sheet = read(path, data_only=True).active
    words = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert words[0][0] == "城东店 & 展厅 Register of visitors"
    assert words[1][0].startswith("Date: 2026-10-04   Sun   Weather:")
    errand, shy = words[4], words[5]
    assert errand[:3] == [1, "10:00–10:10", 1]
    assert errand[12:17] == [None, "√", None, None, None]
    assert shy[12:22] == ["√", None, None, "√", None, None, None, "√", None, None]
    assert words[6][:3] == ["Total", None, 3]
    assert words[6][12:22] == [1, 1, 0, 1, 0, 0, 0, 1, 0, 0]
    assert [w for w in words[-1] if w] == ["Receptionist:", "Showroom manager:", "Sales manager:"]


def test_the_list_of_customers_has_every_customer(month: Any, tmp_path: Path) -> None:
    with month.write() as session:
        extra = b.a_customer(session, "王芳", level="week", wechat="wx1")
        phones.add(session, extra, "010 6552 9988")
    with month.read() as session:
        assert registers.customers(session, tmp_path / "c.xlsx") == 2
    sheet = read(tmp_path / "c.xlsx").active
    rows = {row[0].value: [cell.value for cell in row] for row in sheet.iter_rows(min_row=2)}
    assert rows["王芳"][1] == "Mr"
    assert rows["王芳"][3:6] == ["01065529988", "wx1", "H"]
    assert rows["=1+1"][11] == datetime(2026, 10, 31)


def test_the_list_of_visits_says_how_many_came(month: Any, tmp_path: Path) -> None:
    with month.read() as session:
        count = registers.visits(session, date(2026, 10, 4), LAST, tmp_path / "v.xlsx")
    sheet = read(tmp_path / "v.xlsx").active
    assert count == 4
    assert sheet.cell(1, 29).value == "People"
    assert sheet.cell(3, 29).value == 1


# --- reckoned by somebody else


@story
def busy(db: Any) -> Any:
    """Three months of an invented showroom."""
    from showroom.sample import fill

    db.clock = lambda: NOW
    with db.write() as session:
        fill.fill(session, customers=400, months=3, seed=7, now=NOW)
        for card in session.query(Card).limit(3):
            card.printed_at = None
    return db


def formulas(path: Path) -> Iterator[tuple[str, str, Any]]:
    """Sheet, place and value of every formula, as the file says."""
    live, shown = read(path), read(path, data_only=True)
    for sheet in live:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield sheet.title, cell.coordinate, shown[sheet.title][cell.coordinate].value


def recomputed(path: Path, folder: Path) -> dict[tuple[str, str], Any]:
    """What LibreOffice makes of every formula when the values are taken away from it."""
    bare = folder / "bare.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(bare, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", part))
    out = folder / "out"
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--convert-to", "xlsx", "--outdir", out, bare),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    with warnings.catch_warnings():  # it writes conditional formats openpyxl does not know
        warnings.simplefilter("ignore", UserWarning)
        return {(s, c): v for s, c, v in formulas(out / "bare.xlsx")}


def compare(path: Path, folder: Path) -> int:
    """LibreOffice comes to what we say in every cell, and to no error; how many there are."""
    ours = {(s, c): v for s, c, v in formulas(path)}
    theirs = recomputed(path, folder)
    assert theirs.keys() == ours.keys()
    for place, value in ours.items():
        other = theirs[place]
        assert not str(other).startswith("#"), place
        if isinstance(value, timedelta):
            assert abs(other - value) < timedelta(seconds=1), place
        elif value is None:
            assert other in (None, ""), place
        else:
            assert other == pytest.approx(value), place
    return len(ours)


OFFICE = pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")


@OFFICE
@pytest.mark.slow
@pytest.mark.parametrize(
    "language",
    [pytest.param(code, marks=pytest.mark.language(code)) for code in ("zh_CN", "en")],
)
def test_libreoffice_reckons_every_formula_as_we_did(
    busy: Any, tmp_path: Path, language: str
) -> None:
    assert language
    with busy.write() as session:
        targets.save(session, FIRST, {(None, "orders"): 40, (None, "contacts"): 75})
    with exports.leaving(busy, "book", tmp_path / "first.xlsx") as session:
        monthbook.write_month(session, "2026-10", tmp_path / "first.xlsx", now=NOW)
    with busy.write() as session:  # the second book has something that changed
        journal.act(session, "change_deal")
        deal = session.scalars(select(Deal).where(Deal.ordered_on.between(FIRST, LAST))).first()
        deal.price += Decimal("0.01")
    path = tmp_path / "m.xlsx"
    with exports.leaving(busy, "book", path) as session:
        monthbook.write_month(session, "2026-10", path, now=NOW)
    assert compare(path, tmp_path) > 1000
    with busy.read() as session:
        amount = {one.code: one for one in months.of_month(session, FIRST, now=NOW)}["amount"]
    cover = read(path, data_only=True).worksheets[0]
    said = {row[0].value: row[1].value for row in cover.iter_rows(min_row=6, max_row=50)}
    assert f"{said[amount.title]:.2f}" == f"{amount.value:.2f}"
    changed = read(path, data_only=True).worksheets[20]
    found = [[cell.value for cell in row[:5]] for row in changed.iter_rows(min_row=4, max_row=5)]
    assert [row[4] for row in found if row[1] == amount.title] == [pytest.approx(0.01)]


@OFFICE
@pytest.mark.slow
def test_names_that_a_formula_could_misread_are_counted_all_the_same(
    db: Any, tmp_path: Path
) -> None:
    db.clock = lambda: NOW
    names = ("王*", "王强", ">5", "=1+1", "~李?", '丁"一"', "5008", "赵 云")
    with db.write() as session:
        for hour, name in enumerate(names, 9):
            who = b.a_member(session, name)
            model = b.a_model(session, f"{name} EV" if name != "5008" else "5008")
            visit = b.a_visit(session, now=at(5, hour), model_id=model)
            session.get_one(Visit, visit).consultant_id = who
            reception.leave(session, visit, at=at(5, hour, 30))
    with db.write() as session:  # the last lines of the log name no model and no consultant
        known = b.a_customer(session, now=at(5, 8), today=date(2026, 10, 5))
        for day in (30, 31):
            b.a_visit(session, now=at(day, 9), name="周" + "一二"[day - 30], phone=b.a_phone())
            b.a_visit(session, now=at(day, 10))
        visit = session.get_one(Visit, b.a_visit(session, now=at(31, 11)))
        visit.customer_id = known
    path = tmp_path / "m.xlsx"
    written(db, path)
    compare(path, tmp_path)
    sheet = read(path)["By consultant"]
    counted = {row[0].value: str(row[1].value) for row in sheet.iter_rows(min_row=3, max_row=10)}
    assert all(text.startswith("=COUNTIFS") for text in counted.values())
    assert '"=~~李~?"' in counted["~李?"]


def test_the_second_book_says_what_changed_since_the_first(month: Any, tmp_path: Path) -> None:
    month.clock = lambda: NOW
    path = tmp_path / "m.xlsx"
    with exports.leaving(month, "book", path) as session:
        monthbook.write_month(session, "2026-10", path, now=NOW)
    sheet = read(path)["Changed since"]
    assert sheet["A2"].value.startswith("This month leaves for the first time")
    with month.write() as session:
        late = b.a_visit(session, now=at(31, 17, 30))
        session.get_one(Visit, late).people = 5
    with exports.leaving(month, "book", path) as session:
        monthbook.write_month(session, "2026-10", path, now=NOW)
    sheet = read(path, data_only=True)["Changed since"]
    said = [[cell.value for cell in row[:5]] for row in sheet.iter_rows(min_row=4)]
    assert ["Whole month", "Parties", 4, 5, 1] in said
    assert ["2026-10-31", "Parties", 1, 2, 1] in said
    assert "Arrival" in [row[1] for row in said]
    assert sheet["A2"].value.startswith("Compared with the export of 2026-11-01")


def test_a_book_that_does_not_leave_is_not_the_last_export(month: Any, tmp_path: Path) -> None:
    with (
        pytest.raises(ShowroomError),
        exports.leaving(month, "book", tmp_path) as session,
    ):
        monthbook.write_month(session, "2026-10", tmp_path / "none" / "m.xlsx", now=NOW)
    with month.read() as session:
        assert changes.last_export(session, FIRST) is None


def test_a_sheet_of_a_busy_month_never_shows_two_codes_alike(busy: Any) -> None:
    with busy.read() as session:
        figures = months.of_month(session, FIRST, now=NOW)
        carried = balance.of_month(session, FIRST, now=NOW)
        found = workbook.sheets(session, "Shop", (FIRST, LAST), figures, carried, now=NOW)
    assert all(isinstance(sheet, Sheet) for sheet in found)
    assert len({sheet.title for sheet in found}) == len(found)
