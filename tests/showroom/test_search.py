"""Finding somebody by how he is spelled and by his plate; and what digits tell whom."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from showroom import choices
from showroom import settings as config
from showroom.care import followups
from showroom.deals import deals
from showroom.door import visits
from showroom.guard import amends, entries, erasure, staff
from showroom.people import customers, protection, search
from showroom.store import check, index, journal, migrate, pinyin
from showroom.store.models import Cause, Customer, Deal, Role, Vehicle
from tests import builders as make
from tests.builders import NOW, TODAY
from tests.stories import story

NAMES = [
    "张伟",
    "李小龙",
    "单雄信",
    "吕布",
    "曾国藩",
    "解晓东",
    "万俟卨",
    "尉迟恭",
    "欧阳娜娜",
    "阿迪力·买买提",
    "Zhang Wei",
    "Ng Wan",
    "Anna O'Brien",
    "深圳市远航物流有限公司",
]


@pytest.fixture(autouse=True)
def _clock(db):
    make.stop_clock(db)


@story
def known(db):
    with db.write() as session:
        return {make.a_customer(session, name): name for name in NAMES}


def found(db, typed):
    with db.read() as session:
        return [session.get_one(Customer, id).name for id in search.find(session, typed)]


def give_plate(db, customer_id, plate):
    with db.write() as session:
        journal.act(session, "vehicle")
        car = Vehicle(customer_id=customer_id, plate=plate)
        session.add(car)
        session.flush()
        return car.id


# --- how it is spelled


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("zw", ["张伟"]),
        ("zhangwei", ["Zhang Wei", "张伟"]),
        ("ZhangWei", ["Zhang Wei", "张伟"]),
        ("zhang w", ["张伟", "Zhang Wei"]),
        ("zhangw", ["Zhang Wei", "张伟"]),
        ("zhwei", ["张伟"]),
        ("wei", ["尉迟恭", "Zhang Wei", "张伟"]),
        ("lxl", ["李小龙"]),
        ("xl", ["李小龙"]),
        ("xiaolong", ["李小龙"]),
        ("lixiao", ["李小龙"]),
        ("lixl", ["李小龙"]),
        ("ll", []),
        ("longli", []),
        ("shanxx", ["单雄信"]),
        ("danxiong", ["单雄信"]),
        ("lvbu", ["吕布"]),
        ("lubu", ["吕布"]),
        ("lyubu", ["吕布"]),
        ("lüb", ["吕布"]),
        ("zenggf", ["曾国藩"]),
        ("xiexd", ["解晓东"]),
        ("jiexiaodong", ["解晓东"]),
        ("moqi", ["万俟卨"]),
        ("yuchi", ["尉迟恭"]),
        ("oynn", ["欧阳娜娜"]),
        ("ouyangn", ["欧阳娜娜"]),
        ("adlmmt", ["阿迪力·买买提"]),
        ("di'li", ["阿迪力·买买提"]),
        ("yuanhangwuliu", ["深圳市远航物流有限公司"]),
        ("szsyhwl", ["深圳市远航物流有限公司"]),
        ("wang", ["万俟卨"]),  # by a slip; Ng Wan has wa, an and ng, but in no such order
        ("ngwan", ["Ng Wan"]),
        ("o'b", ["Anna O'Brien"]),
        ("obri", ["Anna O'Brien"]),
        ("anna o'brien", ["Anna O'Brien"]),
        ("nao'b", ["Anna O'Brien"]),
        ("x" * 500, []),
        ("an" * 200, []),
    ],
)
def test_initials_and_syllables_in_a_row_find_a_name(db, known, typed, names):
    assert found(db, typed) == names


def test_a_spelling_and_part_of_a_phone_find_together(db, known):
    with db.write() as session:
        other = make.a_customer(session, "张薇", phone="159 1001 2210")
    with db.read() as session:
        assert search.find(session, "zw 2210") == [other]
        assert search.find(session, "zhangwei 1591") == [other]


@pytest.mark.parametrize(
    ("surname", "readings"),
    [
        ("仇", "qiu chou"),
        ("区", "ou qu"),
        ("查", "zha cha"),
        ("盖", "ge gai"),
        ("朴", "piao pu"),
        ("任", "ren"),
        ("华", "hua"),
        ("纪", "ji"),
        ("翟", "zhai di"),
        ("覃", "qin tan"),
        ("缪", "miao mou"),
        ("黑", "he hei"),
        ("乐", "yue le"),
        ("长孙", "zhang sun"),
        ("澹台", "tan tai"),
        ("令狐", "ling hu"),
    ],
)
def test_a_surname_is_found_by_its_own_reading_and_by_the_usual_one(surname, readings):
    assert {f"y{reading}" for reading in readings.split()} <= set(pinyin.tokens(f"{surname}刚"))


def test_what_only_a_surname_is_called_is_no_reading_in_a_given_name():
    assert "yzha" not in pinyin.tokens("王查")
    assert "ymo" not in pinyin.tokens("陈万里")
    assert pinyin.tokens("smith") == pinyin.tokens("") == []


@pytest.mark.slow
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=some.text("王李张欧阳单解曾吕伟芳娜敏静长乐小安恩", min_size=1, max_size=5),
    data=some.data(),
)
def test_every_way_to_spell_part_of_a_name_finds_it(db, name, data):
    with db.write() as session:
        id = make.a_customer(session, name)
    start = data.draw(some.integers(0, len(name) - 1))
    end = data.draw(some.integers(start + 1, len(name)))
    sounds = [data.draw(some.sampled_from(pinyin._sounds(char))) for char in name[start:end]]
    cut = data.draw(some.integers(1, len(sounds[-1])))
    initials = "".join(sound[0] for sound in sounds)
    with db.read() as session:
        for typed in ("".join(sounds), "".join([*sounds[:-1], sounds[-1][:cut]]), initials):
            assert id in search.find(session, typed), typed


@pytest.mark.slow
def test_pypinyin_is_not_needed_to_open_a_desk_nor_to_search_it(known, db):
    code = (
        "import sys\nfrom pathlib import Path\nfrom showroom import paths\n"
        "from showroom.people import search\nfrom showroom.store.opening import open_desk\n"
        "db = open_desk(paths.desk(Path(sys.argv[1])))\n"
        "with db.read() as session:\n    print(len(search.find(session, 'zhangw')))\n"
        "db.close()\nassert 'pypinyin' not in sys.modules\n"
    )
    folder = db.path.parent
    said = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False
    )
    assert (said.stdout, said.stderr) == ("2\n", "")


# --- the plate


def test_a_plate_is_found_by_any_three_of_it_and_follows_its_row(db, known):
    one, other = list(known)[:2]
    car = give_plate(db, one, "京A·12D45")
    give_plate(db, other, "粤BF12345")
    for typed in ("京A1", "京a12d45", "京A 12D45", "京A·12D45", "12D", "d45", "2d4"):
        assert found(db, typed) == ["张伟"], typed
    assert found(db, "f12") == found(db, "2345") == found(db, "粤BF123") == ["李小龙"]
    assert found(db, "45") == []
    assert found(db, "zw 12d") == ["张伟"]
    assert found(db, "李小龙 12d") == []

    with db.write() as session:
        journal.act(session, "vehicle")
        session.get_one(Vehicle, car).plate = "京N88888"
    assert (found(db, "12d"), found(db, "京N888")) == ([], ["张伟"])
    with db.write() as session:
        amends.undo(session)
    assert (found(db, "12d"), found(db, "京N888")) == (["张伟"], [])
    with db.write() as session:
        journal.act(session, "vehicle")
        session.delete(session.get_one(Vehicle, car))
    assert found(db, "12d") == []


# --- the end of a VIN


def test_a_vin_is_found_by_its_end_be_it_of_his_car_or_of_a_deal(db, known):
    one, other, third = list(known)[:3]
    with db.write() as session:
        journal.act(session, "vehicle")
        session.add(Vehicle(customer_id=one, vin="LGXCE4CB7N1023456"))
        session.add(Vehicle(customer_id=third, plate="粤B00001", vin="LGXCE4CB7N1923456"))
        deal = make.a_deal(session, other)
    with db.write() as session:
        journal.act(session, "change_deal")
        session.get_one(Deal, deal).vin = "LGXCE4CB7N1877777"
    for typed in ("1023456", "10 23456", "lgxce4cb7n1023456", "N1023456"):
        assert found(db, typed) == ["张伟"], typed
    assert found(db, "3456") == ["单雄信", "张伟"]
    assert found(db, "877777") == ["李小龙"]
    for part in ("lgxce", "1023", "777", "56"):
        assert not {"张伟", "李小龙"} & set(found(db, part)), part

    with db.write() as session:  # the deal was another one's
        journal.act(session, "change_deal")
        session.get_one(Deal, deal).customer_id = one
    assert found(db, "877777") == ["张伟"]
    with db.write() as session:
        amends.undo(session)
    assert found(db, "877777") == ["李小龙"]


# --- the model and the consultant


def test_a_consultant_and_a_model_are_found_by_what_they_are_called_now(db):
    with db.write() as session:
        wang = make.a_member(session, "王强")
        model = make.a_model(session, "汉EV")
        make.a_customer(session, "张伟", consultant_id=wang, model_id=model)
        make.a_customer(session, "李雪", consultant_id=wang)
    assert found(db, "wangqiang") == ["李雪", "张伟"]
    assert found(db, "qiang hev") == found(db, "han 王") == found(db, "EV wq") == ["张伟"]
    with db.write() as session:
        staff.change(session, wang, name="汪锵")
        choices.change(session, model, zh="唐DM", en="Tang DM")
    assert found(db, "王强") == found(db, "hanev") == []
    assert found(db, "汪") == found(db, "wq") == ["李雪", "张伟"]
    assert found(db, "tang") == found(db, "唐 汪锵") == ["张伟"]
    with db.write() as session:
        amends.undo(session)
    assert found(db, "汉 王强") == ["张伟"]
    with db.write() as session:
        journal.act(session, "change_customer")
        session.scalars(select(Customer).where(Customer.name == "张伟")).one().model_id = None
    assert found(db, "汉") == []


def test_who_comes_in_is_nobody_for_being_called_as_a_consultant(db):
    with db.write() as session:
        wang = make.a_member(session, "王强")
        make.a_customer(session, "张伟", consultant_id=wang)
    assert found(db, "王强") == ["张伟"]
    assert look(db, "王强") == look(db, "wangqiang") == []
    with db.write() as session:
        make.a_customer(session, "王强", consultant_id=wang)
    assert [row.name for row in look(db, "王强")] == ["王强"]


def test_one_letter_is_part_of_a_name_and_no_consultant(db):
    with db.write() as session:
        wang = make.a_member(session, "王强")
        make.a_customer(session, "张伟", consultant_id=wang)
    assert found(db, "z") == found(db, "w") == ["张伟"]
    assert found(db, "q") == []


# --- the order


def test_of_the_same_worth_who_came_last_is_first_and_then_the_newer_one(db):
    with db.write() as session:
        ids = [make.a_customer(session, "王伟") for _one in range(4)]
        other = make.a_customer(session, "李王")
        for id, days in zip(ids, (9, 3, 9, 20), strict=True):
            session.get_one(Customer, id).last_visit_on = TODAY - timedelta(days=days)
        session.get_one(Customer, other).last_visit_on = TODAY
    with db.read() as session:
        wanted = [ids[1], ids[2], ids[0], ids[3], other]
        assert search.find(session, "王") == wanted
        assert search.find(session, "王", limit=2) == wanted[:2]
        assert search.find(session, "王", where=[Customer.id != ids[1]], limit=2) == wanted[1:3]
        few = [row.id for row in search.known(session, "王伟", today=TODAY)]
        assert few == wanted[:3]


def test_who_is_meant_is_found_behind_thousands_who_are_newer(db):
    """The newest thousand of each kind are looked at: there are fewer who are called just so."""
    with db.write() as session:
        meant = make.a_customer(session, "王")
        journal.act(session, "import")
        rows = [{"name": f"王{n}", "created_at": NOW} for n in range(3000)]
        journal.insert_many(session, Customer, rows)
    with db.read() as session:
        assert search.find(session, "王")[0] == meant
        assert len(search.find(session, "王")) == 1001
        old = search.find(session, "王", where=[Customer.id <= meant + 5])
        assert old == [meant, *range(meant + 5, meant, -1)]


# --- what is not heard apart


@pytest.mark.parametrize("slip", pinyin.SLIPS)
def test_each_slip_is_heard_both_ways_where_the_shop_wants_it(db, slip):
    pairs = {"zh": ("zang", "zhang"), "ch": ("can", "chan"), "sh": ("si", "shi")}
    pairs |= {"ng": ("lin", "ling"), "ln": ("liu", "niu")}
    for one, other in (pairs[slip], pairs[slip][::-1]):
        said = pinyin.asked(one, [slip])
        assert f"fy{other}" in said.whole.replace("(", " ").replace(")", " ").split()
        assert f"fy{other}" not in pinyin.asked(one).whole.replace("(", " ").split()


def test_who_is_spelled_as_typed_comes_before_who_sounds_so(db):
    with db.write() as session:
        make.a_customer(session, "臧三")
        make.a_customer(session, "张三")
        make.a_customer(session, "林云")
    assert found(db, "zangsan") == ["臧三", "张三"]
    assert found(db, "zhangshan") == ["张三", "臧三"]
    assert found(db, "lingyun") == ["林云"]
    with db.write() as session:
        shop = config.load(session)
        shop.slips = []
        config.save(session, shop)
    assert found(db, "zangsan") == ["臧三"]
    assert found(db, "lingyun") == []


# --- whatever is typed


@pytest.mark.parametrize(
    "typed",
    [
        "王" * 200,
        "z" * 200,
        "zhang" * 40,
        "1" * 200,
        "京A" * 100,
        " ".join("王李张刘陈杨赵黄周吴"),
        " ".join("abcdefghijklmnopqrstuvwxyz"),
        "\"'*^:()-+",
        "AND OR NOT NEAR",
        "c5f20",
        "l2_z w1",
        "%_",
        "\x00\u200b",
        "㛃𬭎",
    ],
)
def test_whatever_is_typed_is_answered(db, known, typed):
    with db.read() as session:
        assert set(search.find(session, typed)) <= set(known)
        search.known(session, typed, today=TODAY)
        search.waits(session, typed)


def test_a_name_of_two_hundred_characters_is_found_by_any_part_of_it(db):
    name = "".join(map(chr, range(0x4E00, 0x4E00 + 100))) + "买买提·阿不都热合曼"
    with db.write() as session:
        id = make.a_customer(session, name[:100])
    with db.read() as session:
        for typed in (name[:100], name[:60], name[40:43], name[99]):
            assert search.find(session, typed) == [id], typed


# --- who was erased


def test_who_was_erased_is_found_in_no_way(db):
    with db.write() as session:
        wang = make.a_member(session, "王强")
        model = make.a_model(session, "汉EV")
        id = make.a_customer(
            session, "单雄信", phone="13800138000", consultant_id=wang, model_id=model
        )
        make.a_customer(session, "李雪", phone="15966669999", consultant_id=wang, model_id=model)
        deal = make.a_deal(session, id)
        journal.act(session, "vehicle")
        session.add(Vehicle(customer_id=id, plate="粤B12345", vin="LGXCE4CB7N1023456"))
        session.get_one(Deal, deal).vin = "LGXCE4CB7N1877777"
        session.get_one(Deal, deal).delivered_on = TODAY
    ways = ("单", "单雄信", "單雄信", "sxx", "shan", "dan", "sanxiongxin", "13800138000", "8000")
    ways += ("0013", "138", "13", "粤B12345", "345", "023456", "LGXCE4CB7N1877777", "77777")
    shared = ("王强", "wq", "汉", "hanev", "汉 王强", "")
    for typed in (*ways, *shared):
        with db.read() as session:
            assert id in search.find(session, typed), typed
    erasure.erase_now(db, [id], why=Cause.ASKED)
    for typed in (*ways, *shared):
        with db.read() as session:
            assert id not in search.find(session, typed), typed
            assert id not in [row.id for row in search.known(session, typed, today=TODAY)]
            assert bool(search.find(session, typed)) == (typed in shared), typed


# --- an index of before


def test_the_index_of_an_earlier_program_is_made_anew_when_the_desk_is_opened(db, known):
    with db.write() as session:  # as the program before this one left it
        connection = session.connection()
        connection.exec_driver_sql("DELETE FROM customer_fts")
        lines = [(id, " ".join(index.name_tokens(name))) for id, name in known.items()]
        connection.exec_driver_sql("INSERT INTO customer_fts(rowid, t) VALUES (?, ?)", lines)
        connection.exec_driver_sql("PRAGMA user_version = 0")
    assert (found(db, "张伟"), found(db, "zw")) == (["张伟"], [])
    (problem,) = check.check(db)
    assert (problem.code, problem.count) == ("index", len(known))

    copied = []
    assert migrate.bring(db.path, db.key, lambda: copied.append(1)) == migrate.HEAD
    assert copied == [1]
    assert found(db, "zw") == ["张伟"]
    assert check.check(db) == []
    migrate.bring(db.path, db.key, lambda: copied.append(2))
    assert copied == [1]


def test_the_check_page_makes_it_anew_too(db, known):
    with db.write() as session:
        session.connection().exec_driver_sql("PRAGMA user_version = 1")
    assert [problem.code for problem in check.check(db)] == ["index"]
    assert check.mend(db) == len(known)
    assert check.check(db) == []


# --- what digits tell whom


@story
def twins(db):
    """Two customers whose numbers look the same to who sits at the desk."""
    with db.write() as session:
        zhou = make.a_member(session, "周敏", Role.MANAGER)
        li = make.a_member(session, "李静", Role.RECEPTIONIST)
    pair = set()
    for phone in ("138 1234 5678", "138 8766 5678"):
        with db.write() as session:
            pair.add(make.a_customer(session, "张伟", phone=phone))
    db.staff_id = zhou
    for person in (zhou, li):
        with db.write() as session:
            make.a_pin(session, person, "2468", by=zhou)
    db.staff_id = li
    return pair


def test_by_what_is_shown_of_it_or_whole_a_hidden_number_is_found(db, twins):
    with db.read() as session:
        for typed in ("5678", "1385678", "138 5678", "张伟 5678", "zw 1385678"):
            assert set(search.find(session, typed)) == twins, typed
        (one,) = search.find(session, "138 1234 5678")
        assert one in twins
        assert search.find(session, "13812") == search.find(session, "45678") == []
        assert search.waits(session, "13812")
        assert search.waits(session, "138")
        assert not search.waits(session, "1381")
        assert not search.waits(session, "13812345670")


@pytest.mark.slow
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=some.data())
def test_no_search_tells_two_numbers_apart_that_look_the_same(db, twins, data):
    """Whatever part, glued and split as one likes, but the whole number itself."""
    wholes = ("13812345678", "13887665678")
    pieces = data.draw(
        some.lists(
            some.one_of(
                some.builds(
                    lambda whole, start, size: whole[start : start + size],
                    some.sampled_from(wholes),
                    some.integers(0, 10),
                    some.integers(1, 11),
                ),
                some.sampled_from(["张", "zw", "+86", "0086", "*", "5678", "138", "京A"]),
            ),
            min_size=1,
            max_size=3,
        )
    )
    typed = data.draw(some.sampled_from(["", " ", "-", "*", "·"])).join(pieces)
    if any(whole in "".join(filter(str.isdigit, typed)) for whole in wholes):
        return
    with db.read() as session:
        names = {row.id for row in customers.rows(session, sorted(twins))}
        for ids in (
            search.find(session, typed),
            [row.id for row in search.known(session, typed, today=TODAY)],
        ):
            assert len(names & set(ids)) in (0, 2), typed
        made = entries.rows(session, entries.find(session, typed, verb="add_customer"))
        assert len(made) in (0, 2), typed
        assert deals.find(session, typed) == []


def test_plates_and_vins_are_not_hidden(db, twins):
    one, other = sorted(twins)
    with db.write() as session:
        journal.act(session, "vehicle")
        session.add(Vehicle(customer_id=one, plate="粤B12345", vin="LGXCE4CB7N1023456"))
    with db.read() as session:
        for typed in ("粤B123", "12345", "2345", "023456", "3456", "LGXCE4CB7N1023456"):
            assert search.find(session, typed) == [one], typed
        assert set(search.find(session, "5678")) == {one, other}


def test_who_sees_all_numbers_finds_by_any_part(db, twins):
    with db.read() as session:
        db.staff_id = next(one.id for one in staff.everyone(session) if one.role is Role.MANAGER)
    with db.read() as session:
        assert len(search.find(session, "1234")) == len(search.find(session, "8766")) == 1


# --- while it is typed


@pytest.mark.parametrize("typed", ["+852 9123 4567", "(0755) 2345 6789", "0755-2345", "+8529123"])
def test_a_number_is_looked_for_however_it_is_written(db, typed):
    with db.write() as session:
        here = make.a_customer(session, "张伟", phone="0755 2345 6789")
        there = make.a_customer(session, "John", phone="+852 9123 4567")
    (row,) = look(db, typed)
    assert row.id == (there if "852" in typed else here)


def look(db, typed):
    with db.read() as session:
        return search.known(session, typed, today=TODAY)


def test_who_it_may_be_is_shown_while_a_name_a_spelling_or_a_plate_is_typed(db, known):
    give_plate(db, next(iter(known)), "京A12345")
    for typed in ("张伟", "zw", "zhangwei", "京A123", "12345"):
        assert "张伟" in [row.name for row in look(db, typed)], typed
    for typed in ("张", "z", "123", "", " "):
        assert look(db, typed) == [], typed
    with db.write() as session:
        for _one in range(5):
            make.a_customer(session, "王建国")
    assert len(look(db, "wjg")) == 3


def test_a_customer_is_protected_from_the_last_visit_or_contact_on(db):
    with db.write() as session:
        wang = make.a_member(session, "王强")
        id = make.a_customer(session, "张伟", phone="13800138000", consultant_id=wang)
        nobody = make.a_customer(session, "李雪")
    with db.write() as session:
        journal.act(session, "change_customer")
        session.get_one(Customer, id).last_visit_on = TODAY - timedelta(days=78)

    def days():
        with db.read() as session:
            return protection.days_left(session, [id, nobody], today=TODAY)

    assert days() == {id: 12}
    (row,) = look(db, "13800138000")
    assert (row.consultant, row.days, row.protected, row.left) == ("王强", 12, True, False)

    with db.write() as session:
        journal.act(session, "change_customer")
        session.get_one(Customer, id).last_visit_on = TODAY - timedelta(days=91)
    assert days() == {id: -1}
    assert not look(db, "张伟")[0].protected
    with db.read() as session:
        (due,) = followups.board(session, TODAY, ahead=99).coming[:1]
    with db.write() as session:
        followups.done(session, due, result="谈了价格", now=NOW, today=TODAY)
    assert days() == {id: 90}


@pytest.mark.parametrize(("spoken", "whose"), [(True, "李娜"), (False, "王强")])
def test_who_was_spoken_with_lately_goes_to_his_consultant_again(db, spoken, whose):
    with db.write() as session:
        make.a_member(session, "王强")
        lina = make.a_member(session, "李娜")
        id = make.a_customer(session, phone="13800138000", consultant_id=lina)
    with db.write() as session:
        journal.act(session, "change_customer")
        session.get_one(Customer, id).last_visit_on = TODAY - timedelta(days=91)
    with db.read() as session:
        (due,) = followups.board(session, TODAY, ahead=99).coming[:1]
    if spoken:
        with db.write() as session:
            followups.done(session, due, result="谈了价格", now=NOW, today=TODAY)
    with db.write() as session:
        visit = make.a_visit(session, phone="13800138000")
    with db.read() as session:
        assert visits.row(session, visit).consultant == whose


def test_a_consultant_who_left_is_named_as_such(db):
    with db.write() as session:
        wang = make.a_member(session, "王强")
        make.a_customer(session, "张伟", consultant_id=wang)
    with db.write() as session:
        staff.change(session, wang, active=False)
    (row,) = look(db, "zw")
    assert (row.consultant, row.left) == ("王强", True)


@pytest.mark.parametrize("name", ["=1+1", "-2+3", "A(1)座"])
def test_a_sign_inside_a_word_is_part_of_it(db, name):
    with db.write() as session:
        id = make.a_customer(session, name)
    with db.read() as session:
        assert search.find(session, name) == [id]
