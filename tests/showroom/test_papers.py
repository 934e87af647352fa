"""The registers on paper: the columns of DOMAIN §1, what stands in them, and free for the pen."""

from __future__ import annotations

from datetime import timedelta

import openpyxl
import pypdfium2
import pytest

from showroom import i18n
from showroom.care import followups
from showroom.door import reception
from showroom.errors import ShowroomError
from showroom.figures import papers
from showroom.figures.papers import Ask, Paper
from showroom.guard import exports
from showroom.people import customers, losses
from showroom.sheets import stamps
from showroom.store.models import ChoiceKind, FollowUp, Level, Role, Visit
from tests import builders as b
from tests.amounts import slow_but
from tests.builders import NOW, TODAY
from tests.stories import story

COLUMNS = {  # verbatim, with heads of groups left out where their columns follow
    Paper.TRAFFIC: "序号 销售顾问 客户姓名 F/S 电话 来店时间 离店时间 人数 意向车型 级别 渠道 "
    "是否添加微信 试乘试驾 Y/N 备注",
    Paper.DMS: "客户编号 客户名称 来访方式 来访时间 销售顾问 手机号 意向级别 客户来源 信息渠道 "
    "是否首次到店 是否二次到店 离店时间 试乘试驾 经过情形 品牌 车系 车型 配置 颜色 意向报价 备注",
    Paper.LOG: "序列 门店 客流创建人 是否首次 停留时间 试乘试驾 接待SC 是否留档 是否预约 顾客姓名 "
    "联系电话 意向车 客户级别 首次来源渠道 来源分类 再次来源渠道(活跃/休眠) 报价数 订单数 合同数 "
    "交车数 到店目的 日期 是否指定SC 备注",
    Paper.LEVELS: "序列 客户 来源 级别 访问（日） 促进结果",
    Paper.REPORT: "序号 客户姓名 车型 电话 区域 信息来源 访问计划 意向客户级别 手续管理 促进成交 "
    "访问状况 访问经过",
}


@story
def showroom(db):
    """A consultant's customer: came, was called, moved to H; another one was lost."""
    b.stop_clock(db)
    db.clock = lambda: NOW + timedelta(hours=3)
    with db.write() as session:
        b.a_member(session, "陈主管", Role.MANAGER)
        staff = b.a_member(session)
        visit = b.a_visit(session, name="张伟", phone="13800138000", level=Level.MONTH)
        reception.leave(session, visit, at=b.later(minutes=40))
        one = session.get_one(Visit, visit).customer_id
    return db, staff, one


def head(sheet, found):
    """What the head of a written sheet says, cell by cell; of a group its name alone."""
    row = [cell.value for cell in found[sheet.head_row]]
    return [word for word in row if word and word not in i18n.everywhere(stamps.HEADING)]


@pytest.mark.language("zh_CN")
@pytest.mark.parametrize("paper", list(COLUMNS))
@pytest.mark.parametrize("filled", slow_but([True], [True, False]))
def test_a_form_has_its_own_columns_in_their_order(showroom, tmp_path, paper, filled):
    db, staff, _one = showroom
    ask = Ask(paper, TODAY, TODAY, staff, blank=0 if filled else 12, filled=filled)
    path = tmp_path / "form.xlsx"
    with db.read() as session:
        rows = papers.save(session, ask, path, now=db.now())
        (made,) = papers.sheets(session, ask, now=db.now())
    assert rows == (1 if filled else 0)
    found = openpyxl.load_workbook(path).worksheets[0]
    assert " ".join(head(made, found)) == COLUMNS[paper]
    body = [found.cell(row, 1).value for row in range(made.first_row, made.last_row + 1)]
    if "no" in {column.code for column in made.columns}:
        assert [str(no) for no in body] == [str(no) for no in range(1, len(body) + 1)]
    assert len(body) == (1 if filled else 12)


@pytest.mark.parametrize("paper", slow_but([*Paper][::3], Paper))
def test_every_form_goes_on_paper_filled_and_free_for_the_pen(showroom, tmp_path, paper):
    db, staff, one = showroom
    for filled, blank in ((True, 3), (False, 12)):
        path = tmp_path / f"{filled}.pdf"
        ask = Ask(paper, TODAY, TODAY, staff, [one], blank, filled)
        with db.read() as session:
            papers.save(session, ask, path, now=db.now())
        document = pypdfium2.PdfDocument(path.read_bytes())
        said = "".join(page.get_textpage().get_text_range() for page in document)
        document.close()
        assert ("张伟" in said.replace(" ", "")) is filled, (paper, filled)


def test_an_empty_form_adds_nothing_up_and_says_no_day(showroom):
    db, _staff, _one = showroom
    with db.read() as session:
        ask = Ask(Paper.VISITORS, TODAY, TODAY, blank=5, filled=False)
        (made,) = papers.sheets(session, ask, now=NOW)
    assert made.is_blank
    assert "2026" not in str(made.lead)
    with pytest.raises(ShowroomError, match="how many empty rows"), db.read() as session:
        papers.sheets(session, ask._replace(blank=0), now=NOW)


def test_the_levels_of_a_month_show_what_was_due_and_what_came_of_it(showroom):
    db, staff, one = showroom
    with db.write() as session:
        (promised,) = session.query(FollowUp).filter_by(customer_id=one)
        due_on, promise = promised.due_on, promised.id
    done_at = b.later(days=(due_on - TODAY).days)
    db.clock = lambda: done_at
    with db.write() as session:
        followups.done(
            session, promise, result="来看车", level=Level.WEEK, now=done_at, today=due_on
        )
    now = done_at + timedelta(hours=1)
    with db.read() as session:
        (row,) = papers.level_sheet.rows(session, TODAY, now=now, consultant_id=staff)
    assert (row.name, row.source, row.level) == ("张伟", "S", "B")
    assert row.days[TODAY.day] == "B"
    assert row.days[due_on.day] == "H"
    ahead = sorted(day for day, said in row.days.items() if said == "*")
    assert ahead == list(range(due_on.day + 2, 31, 2))  # H asks for a contact every two days
    assert row.result == "H"


def test_who_was_lost_says_why_and_is_not_carried_over(showroom):
    db, staff, one = showroom
    with db.write() as session:
        reason = losses.choices.options(session, ChoiceKind.LOSS_REASON)[1]
        with b.unguarded(session):
            loss = losses.apply(
                session, one, reason_id=reason.id, note="买了别家", now=NOW, today=TODAY
            )
            losses.decide(session, loss.id, approved=True, now=NOW, today=TODAY)
    with db.read() as session:
        later = b.later(days=20)
        (row,) = papers.level_sheet.rows(session, TODAY, now=later, consultant_id=staff)
        december = papers.level_sheet.rows(
            session, (TODAY + timedelta(days=31)).replace(day=1), now=b.later(days=40)
        )
    assert row.result == f"Lost · {reason.label}"
    assert december == []


def test_a_sheet_of_levels_is_of_whose_customer_he_was_then(showroom):
    """Handed over in December: November stays 王强's, in December each has him as he had him."""
    db, staff, one = showroom
    db.clock = lambda: b.later(days=20)  # 8 December
    with db.write() as session:
        other = b.a_member(session, "李娜")
        customers.change(session, one, consultant_id=other)
    december = (TODAY + timedelta(days=31)).replace(day=1)

    def of(month, who, days=21):
        now = b.later(days=days)
        with db.read() as session:
            found = papers.level_sheet.rows(session, month, now=now, consultant_id=who)
        return [(row.name, row.result) for row in found]

    assert of(TODAY, staff) == [("张伟", "B")]
    assert of(TODAY, other) == []
    assert of(december, staff) == [("张伟", "to 李娜")]
    assert of(december, other) == [("张伟", "B")]
    january = (december + timedelta(days=31)).replace(day=1)
    assert of(january, staff, 50) == []
    assert of(january, other, 50) == [("张伟", "B")]
    with db.read() as session:
        sums = papers.day_report.sums(session, TODAY, consultant_id=staff)
        assert (sums.levels[Level.MONTH], sums.new) == (1, 1)
        sums = papers.day_report.sums(session, TODAY, consultant_id=other)
        assert (sums.levels[Level.MONTH], sums.new) == (0, 0)


def test_the_report_of_a_day_counts_prospects_and_contacts(showroom):
    db, staff, _one = showroom
    with db.write() as session:
        b.a_deal(session, b.a_customer(session, "李娜", consultant_id=staff))
    with db.read() as session:
        (row, *_rest) = papers.day_report.rows(session, TODAY, now=db.now(), consultant_id=staff)
        sums = papers.day_report.sums(session, TODAY, consultant_id=staff)
        other = papers.day_report.sums(session, TODAY, consultant_id=staff - 1)
    assert (row.name, row.opened, row.now, row.met) == ("张伟", True, "B", True)
    assert sums.levels[Level.MONTH] == 1
    assert (sums.carried, sums.new, sums.contacts) == (0, 2, 1)
    assert sum(other.levels.values()) == other.contacts == 0


def test_the_cards_of_several_customers_stand_on_sheets_of_their_own(showroom, tmp_path):
    db, _staff, one = showroom
    with db.write() as session:
        two = b.a_customer(session, "李娜", phone=b.a_phone())
        customers.change(session, two, do_not_contact=True, address="朝阳区 8 号")
    path = tmp_path / "cards.xlsx"
    with db.read() as session:
        ask = Ask(Paper.PROSPECT, TODAY, TODAY, ids=[one, two])
        assert papers.save(session, ask, path, now=NOW) == 2
        with pytest.raises(ShowroomError, match="Choose the customers"):
            papers.save(session, ask._replace(ids=[]), path, now=NOW)
        with pytest.raises(ShowroomError, match="not into a text file"):
            papers.save(session, ask, tmp_path / "cards.csv", now=NOW)
    book = openpyxl.load_workbook(path)
    assert len(book.sheetnames) == 2
    first, second = (
        {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}
        for sheet in book.worksheets
    )
    assert "138 0013 8000" in first
    assert not any(said.startswith("朝阳区") for said in second)  # nobody writes to her
    assert "Do not contact" in second


def test_the_second_day_of_a_customer_is_marked_for_the_dms(showroom):
    db, _staff, one = showroom
    with db.write() as session:
        for day in (1, 2):
            b.a_visit(session, now=b.later(days=day), phone="13800138000")
    with db.read() as session:
        rows = papers.dms.rows(session, TODAY, TODAY + timedelta(days=2))
    assert [row.number for row in rows] == [one] * 3
    assert [row.second for row in rows] == [False, True, False]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("paper", [Paper.TRAFFIC, Paper.VISITORS])
def test_fifteen_free_rows_and_the_signatures_stand_on_one_page(db, paper, language):
    i18n.use(language)
    ask = Ask(paper, TODAY, TODAY, blank=15, filled=False)
    with exports.leaving(db, "form") as session:
        _count, made = papers.pdf(session, ask, now=NOW)
    assert len(pypdfium2.PdfDocument(made)) == 1


def test_a_form_for_the_pen_has_room_for_a_number_and_is_printed_on_two_pages(db, tmp_path):
    path = tmp_path / "form.xlsx"
    with exports.leaving(db, "form", path) as session:
        papers.save(session, Ask(Paper.LOG, TODAY, TODAY, blank=5, filled=False), path, now=NOW)
    page = openpyxl.load_workbook(path).active
    title = {cell.value: cell.column_letter for row in page["A1:AE2"] for cell in row if cell.value}
    assert page.column_dimensions[title["Contact phone"]].width >= 16
    assert page.column_dimensions[title["Arrived at"]].width >= 9
    assert (page.page_setup.fitToWidth, page.print_title_cols) == (2, "$A:$A")


@pytest.mark.parametrize("paper", [Paper.LOG, Paper.DMS, Paper.REPORT, Paper.VISITORS])
def test_no_word_and_no_number_is_broken_on_paper(showroom, paper):
    i18n.use("en")
    db, _staff, _one = showroom
    ask = Ask(paper, TODAY, TODAY)
    with exports.leaving(db, "form") as session:
        (sheet,) = papers.sheets(session, ask, now=NOW)
        _count, made = papers.pdf(session, ask, now=NOW)
    printed = pypdfium2.PdfDocument(made)[0].get_textpage().get_text_bounded().split()
    words = {word for column in sheet.columns for word in column.title.split()}
    assert [word for word in words if word not in " ".join(printed)] == []
    if paper is not Paper.REPORT:
        assert "13800138000" in printed


@pytest.mark.parametrize("paper", [Paper.DMS, Paper.LOG, Paper.TRAFFIC])
def test_a_broad_form_goes_on_a3(showroom, tmp_path, paper):
    db, _staff, _one = showroom
    for size, wide in (("a4", 297), ("a3", 420)):
        path = tmp_path / f"{size}.pdf"
        ask = Ask(paper, TODAY, TODAY, blank=12, filled=False, size=size)
        with db.read() as session:
            papers.save(session, ask, path, now=db.now())
        document = pypdfium2.PdfDocument(path.read_bytes())
        assert [round(page.get_width() / 72 * 25.4) for page in document] == [wide] * len(document)
        document.close()
