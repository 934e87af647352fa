"""What is typed, and who is found first: one showroom of forty customers, one table of searches.

Both tables are to be read, and added to, by whoever knows the desk: a line is a search.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from showroom.people import customers, search
from showroom.store import journal
from showroom.store.models import Customer, Deal, Vehicle
from tests import builders as make
from tests.builders import TODAY

# name · phone · plate · VIN (* of a deal) · model · consultant · last visit, days ago
KNOWN = """
张伟 · 13800138000 · 粤B12345 · LGXCE4CB7N1023456 · 汉EV · 王强 · 30
张伟国 · 13912345678 · - · - · 宋PLUS · 李娜 · 2
张三 · 13712340001 · - · - · 海豹 · 赵磊 · 9
张三丰 · 13712340002 · - · - · 海豹 · 赵磊 · 4
赵斯 · 13712340003 · - · - · 海豹 · 李娜 · 1
王伟 · 13612340004 · - · - · 宋PLUS · 李娜 · 5
王 · 13612340005 · - · - · 汉EV · 李娜 · 60
王强 · 13612340006 · - · - · 秦L · 赵磊 · 40
王小强 · 13612340007 · - · - · 秦L · 李娜 · 6
李娜娜 · 15012340008 · - · - · 极氪007 · 王强 · 8
单雄信 · 15012340009 · - · - · 海豹 · 李娜 · 11
仇英 · 15012340010 · - · - · 海豹 · 李娜 · 12
解晓东 · 15012340011 · - · - · 海豹 · 李娜 · 13
曾国藩 · 15012340012 · - · - · 海豹 · 李娜 · 14
查良镛 · 15012340013 · - · - · 海豹 · 李娜 · 15
尉迟恭 · 15012340014 · - · - · 海豹 · 李娜 · 16
欧阳娜娜 · 15012340015 · - · - · 海豹 · 李娜 · 17
吕布 · 15012340016 · - · - · 海豹 · 李娜 · 18
陳麗華 · 15012340017 · - · - · 海豹 · 李娜 · 19
陈丽 · 15012340018 · - · - · 海豹 · 李娜 · 20
乾元 · 15012340019 · - · - · 海豹 · 李娜 · 21
葉問 · 15012340020 · - · - · 海豹 · 李娜 · 22
詹天佑 · 15012340021 · - · - · 海豹 · 李娜 · 23
岑参 · 15012340022 · - · - · 海豹 · 李娜 · 24
陈升 · 15012340023 · - · - · 海豹 · 李娜 · 25
林青霞 · 15012340024 · - · - · 海豹 · 李娜 · 26
凌云 · 15012340025 · - · - · 海豹 · 李娜 · 27
㛃儿 · 15012340026 · - · - · 海豹 · 李娜 · 28
李𬭎 · 15012340027 · - · - · 海豹 · 李娜 · 29
阿迪力·买买提 · 15012340028 · - · - · 海豹 · 李娜 · 31
John Smith · +85291234567 · - · - · 海豹 · 李娜 · 32
Anna O'Brien · 15012340029 · - · - · 海豹 · 李娜 · 33
深圳市远航物流有限公司 · 075523456789 · 粤BD88866 · - · 海豹 · 李娜 · 34
远航 · 15012340030 · - · - · 海豹 · 李娜 · 35
何静 · 18680008000 · 京A12D45 · - · 海豚 · 李娜 · 36
何晴 · 18612348000 · - · - · 海豚 · 李娜 · 37
何青 · 18612388880 · 粤B8000Q · - · 海豚 · 李娜 · 38
孙悦 · 18612380009 · - · *LGXCE4CB7N1877777 · 唐DM-i · 赵磊 · 39
罗罡 · 18612380010 · - · LVSHFFAL7RS100200 · 唐DM-i · 赵磊 · 41
汉斯 · 18612380011 · - · - · 唐DM-i · 赵磊 · 42
"""

# what is typed → who is found first ("-": nobody) [· and who second]
SEARCHES = """
王 → 王 · 王伟
张 → 张伟国 · 张三丰
伟 → 张伟国 · 王伟
张伟 → 张伟 · 张伟国
張偉 → 张伟 · 张伟国
張偉國 → 张伟国
陈丽华 → 陳麗華
陳麗華 → 陳麗華
陈丽 → 陈丽 · 陳麗華
陳麗 → 陈丽 · 陳麗華
叶问 → 葉問
單雄信 → 单雄信
zs → 赵斯 · 张三
zsf → 张三丰
zw → 张伟
zwg → 张伟国
zhangs → 张三丰 · 张三
zhangsan → 张三 · 张三丰
zhang wei → 张伟 · 张伟国
zhangwei → 张伟 · 张伟国
ZHANGWEI → 张伟 · 张伟国
ｚｈａｎｇｗｅｉ → 张伟 · 张伟国
zhangweig → 张伟国
zangwei → 张伟 · 张伟国
zangsan → 张三 · 张三丰
zang wei → 张伟 · 张伟国
zantianyou → 詹天佑
zhangtianyou → 詹天佑
cencan → 岑参
chengli → 陈丽 · 陳麗華
chensen → 陈升
chensheng → 陈升
lingqinxia → 林青霞
linyun → 凌云
shan → 单雄信
dan → 单雄信
qiu → 仇英
qiuying → 仇英
chou → 仇英
xiexd → 解晓东
jiexiaodong → 解晓东
zeng → 曾国藩
zenggf → 曾国藩
zha → 查良镛 · 赵斯
li → 李娜娜 · 李𬭎
l → 李娜娜
zhaliangyong → 查良镛
yuchi → 尉迟恭
yuchigong → 尉迟恭
ycg → 尉迟恭
oynn → 欧阳娜娜
娜娜 → 李娜娜 · 欧阳娜娜
lvbu → 吕布
lubu → 吕布
lübu → 吕布
yewen → 葉問
qianyuan → 乾元
㛃 → 㛃儿
𬭎 → 李𬭎
李𬭎 → 李𬭎
阿迪力买买提 → 阿迪力·买买提
阿迪力•买买提 → 阿迪力·买买提
买买提 → 阿迪力·买买提
adl → 阿迪力·买买提
smith → John Smith
john smith → John Smith
smith john → John Smith
o'brien → Anna O'Brien
远航 → 远航 · 深圳市远航物流有限公司
远航物流 → 深圳市远航物流有限公司
szsyh → 深圳市远航物流有限公司
13800138000 → 张伟
138 0013 8000 → 张伟
138-0013 → 张伟
＋８６ １３８ ００１３ ８０００ → 张伟
0013 8 → 张伟
8000 → 张伟 · 何静
1234 0 → 赵斯
9123 4567 → John Smith
0755 → 深圳市远航物流有限公司
粤B12345 → 张伟
粤b 12345 → 张伟
粤Ｂ·１２３４５ → 张伟
粵B12345 → 张伟
D45 → 何静
12d → 何静
88866 → 深圳市远航物流有限公司
023456 → 张伟
LGXCE4CB7N1023456 → 张伟
lgxce4cb7n1023456 → 张伟
77777 → 孙悦
N1877777 → 孙悦
100200 → 罗罡
海豚 → 何静 · 何晴
haitun → 何静
ht → 何静
汉 → 汉斯 · 张伟
汉EV → 张伟 · 王
漢EV → 张伟 · 王
hanev → 张伟
秦L → 王小强 · 王强
极氪 007 → 李娜娜
王强 → 王强 · 李娜娜
wangqiang → 王强
wq → 王强
王 强 → 王强 · 王小强
王强 汉 → 张伟
汉 王强 → 张伟
王强 极氪 → 李娜娜
强 秦 → 王小强 · 王强
张 海豹 → 张三丰
海豹 zs → 赵斯
赵磊 唐 → 孙悦
何 8000 → 何静 · 何晴
hq 8000 → 何晴
何静 海豚 李娜 → 何静
zhaolei 唐dm → 孙悦
张伟 9999 → -
龘 → -
"""


def lines(table: str) -> list[list[str]]:
    """The lines of a table, each by its columns."""
    return [line.split(" · ") for line in table.strip().splitlines()]


@pytest.fixture(scope="module")
def shop(new_desk):
    """The showroom of these forty, open."""
    with new_desk() as db:
        yield fill(make.stop_clock(db))


def fill(db):
    with db.write() as session:
        crew = {name: make.a_member(session, name) for name in ("王强", "李娜", "赵磊")}
    with db.write() as session:
        for name, phone, plate, vin, model, consultant, days in lines(KNOWN):
            id = make.a_customer(
                session,
                name,
                phone=phone,
                consultant_id=crew[consultant],
                model_id=make.a_model(session, model),
            )
            session.get_one(Customer, id).last_visit_on = TODAY - timedelta(days=int(days))
            sold = vin.startswith("*")
            if plate != "-" or (vin != "-" and not sold):
                car = {"plate": plate.strip("-"), "vin": "" if sold else vin.strip("-")}
                journal.act(session, "vehicle")
                session.add(Vehicle(customer_id=id, **car))
            if sold:
                deal = make.a_deal(session, id, model_id=make.a_model(session, model))
                session.get_one(Deal, deal).vin = vin[1:]
    return db


def test_who_is_meant_is_found_first(shop):
    for line in SEARCHES.strip().splitlines():
        typed, names = line.split(" → ")
        wanted = names.split(" · ") if names != "-" else []
        with shop.read() as session:
            ids = search.find(session, typed)
            few = search.find(session, typed, limit=len(wanted) or 1)
            rows = {row.id: row.name for row in customers.rows(session, ids)}
        found = [rows[id] for id in ids]
        assert found[: len(wanted) or 1] == wanted, line
        assert few == ids[: len(wanted) or 1], line
