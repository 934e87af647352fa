"""What the columns of registers, exports and customer lists are called, in Chinese and English.

From DOMAIN §1.2, §1.5 and §9; earlier names win where a sheet has several of one field.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from showroom.i18n import N_
from showroom.text import narrow

FIELDS: Final[dict[str, str]] = {
    "date": "日期 来店日期 到店日期 来访日期 进店日期 接待日期 登记日期 date day visitdate",
    "arrived": (
        "来店时间 到店时间 来访时间 进店时间 到访时间 来店时刻 到店时刻 到达时间 接待开始时间 "
        "接待时间 "
        "来电时间 时间 arrived arrival arrivaltime timein arrivedat timeofvisit"
    ),
    "left": (
        "离店时间 离开时间 离店时刻 离店 离去时间 接待结束时间 left departure departuretime "
        "timeout leftat timeofleaving"
    ),
    "span": "在店时段 来店时段 到店时段 进店时段 接待时段 时段 timehere",
    "half": "上午/下午 上/下午 上下午 am/pm",
    "stay": "停留时间 停留时长 在店时长 在店时间 接待时长 停留 stay duration lengthofstay",
    "people": (
        "人数 来客数 来店人数 到店人数 来访人数 进店人数 客户人数 people party partysize persons "
        "peoplewhocame"
    ),
    "first": (
        "是否首次 是否首次到店 首次到店 首次 是否首次来店 首次来店 新客户 初次 初 firstvisit first "
        "firstvisitornot newhere isthefirstvisit"
    ),
    "again": (
        "f/s 初/再 首次/再次 来店频率 首次或再次 新/老 是否二次到店 是否再次到店 是否二次 再次到店 "
        "到店次数 再次 再次来店 再 again returning repeat beenhere isthesecondvisit"
    ),
    "kind": "来访方式 来店方式 到店方式 来店/来电 接待类型 visitkind wayofvisiting",
    "purpose": "到店目的 来店目的 来访目的 来访事由 purpose purposeofvisit",
    "drive": (
        "试乘试驾 是否试驾 有无试驾 试驾 是否试乘试驾 试驾y/n testdrive drive driven "
        "testrideanddrive"
    ),
    "drive_model": "试驾车型 试乘试驾车型 试驾车辆 testdrivemodel modeldriven",
    "drive_start": "试驾开始 试驾开始时间 试乘试驾开始 drivebegan",
    "drive_end": "试驾结束 试驾结束时间 试乘试驾结束 driveended",
    "consultant": (
        "销售顾问 接待sc 接待顾问 接待人员 接待人 接待销售顾问 sc 顾问 负责人 销售 所属顾问 业务员 "
        "跟进顾问 销售人员 跟进人 归属顾问 接待销售 "
        "consultant salesconsultant salesperson owner receivedby"
    ),
    "name": (
        "客户姓名 姓名 客户名称 顾客姓名 车主姓名 客户 顾客 车主 联系人 客户名 名称 姓名或单位 "
        "称呼 "
        "购车人 name customer customername fullname client customer'sname nameofcustomer"
    ),
    "given": "名 名字 givenname firstname forename",
    "phone": (
        "手机号 手机 手机号码 联系电话 电话 电话号码 联系方式 移动电话 手机号1 电话1 客户电话 "
        "客户手机 联络电话 客户手机号 顾客电话 联系手机 本人电话 手机/电话 电话/手机 "
        "来电号码 来电电话 主叫号码 呼入号码 phone mobile "
        "phonenumber tel telephone mobilephone cell contact contactphone mobilenumber"
    ),
    "phone2": (
        "备用电话 其他电话 电话2 手机2 手机号2 第二电话 座机 固定电话 家庭电话 备用手机 固话 "
        "其它电话 "
        "secondphone phone2 otherphone"
    ),
    "sex": "性别 称谓 先生/女士 先生女士 sex gender honorific title",
    "position": "职务 职位 头衔 jobtitle position",
    "wechat": "微信号 微信 微信id 微信账号 wechat wechatid",
    "birthday": "生日 出生日期 出生年月日 客户生日 birthday dateofbirth birthdate",
    "address": "通讯地址 地址 家庭住址 住址 联系地址 家庭地址 客户地址 详细地址 address",
    "postcode": "邮编 邮政编码 postcode zip zipcode",
    "model": (
        "意向车型 意向车 欲购车型 意向产品 关注车型 意向车别 购买车型 成交车型 车型 "
        "车型名称 model interest product carmodel modelwanted modelofinterest kindofcarwanted "
        "interestedmodel interestedcar interestedvehicle vehicleofinterest"
    ),
    "level": (
        "意向级别 级别 客户级别 客户等级 意向等级 等级 意向 现级别 现在级别 线索级别 线索等级 "
        "level customerlevel intentionlevel leadlevel"
    ),
    "channel": (
        "信息渠道 来源渠道 首次来源渠道 渠道 渠道来源 信息来源 来源 来店渠道 获知渠道 "
        "来店契机 二级渠道 线索来源 线索渠道 渠道名称 一级渠道 "
        "channel source channeloffirstvisit channelofinformation "
        "sourceofinformation"
    ),
    "number": "客户编号 customerno",
    "source": "客户来源 customersource",
    "brand": "品牌 意向品牌 brand",
    "series": "车系 意向车系 series",
    "trim": "配置 意向配置 车型配置 型号 trim modelnumber",
    "offer": "意向报价 报价金额 priceoffered",
    "course": "经过情形 接待过程 洽谈经过 courseofevents",
    "status": "客户状态 状态 跟进状态 订单状态 成交状态 合同状态 status orderstatus dealstatus",
    "lost": (
        "战败日期 战败时间 战败原因 战败原因分类 流失日期 流失原因 lostreason lostdate loston "
        "reasonlost reasonforloss"
    ),
    "next": (
        "下次联系 下次联系日期 下次回访 下次回访日期 下次跟进 下次跟进日期 下次追踪日期 "
        "nextcontacton nextcontact nextcontactdate nextfollowup nextfollowupon nextfollowupdate"
    ),
    "next_at": "下次联系时间 下次回访时间 下次跟进时间 下次追踪时间 nextcontactat nextfollowupat",
    "do_not_contact": "请勿联系 勿扰 禁止联系 免打扰 donotcontact",
    "note": "备注 说明 备注信息 备注说明 客户特征 note notes remark remarks comment",
    "price": (
        "成交价 成交价格 成交金额 实际成交价 裸车价 车价 开票价 开票价格 购车价格 购车金额 "
        "销售价格 "
        "成交价(元) 合同金额 合同价 price amount dealprice"
    ),
    "deposit": "定金 订金 已收定金 deposit",
    "ordered": (
        "购买日期 购车日期 购车时间 购买时间 订车日期 订单日期 成交日期 签约日期 下订日期 开票日期 "
        "销售日期 订购日期 订购时间 下单日期 下订时间 订车时间 签约时间 签订日期 合同日期 "
        "ordered orderdate purchasedate dateofpurchase orderedon boughton"
    ),
    "cancelled": (
        "退订日期 退订时间 退单日期 退车日期 取消日期 取消时间 cancelled cancelledon canceledon"
    ),
    "delivered": (
        "交车日期 交车时间 提车日期 交付日期 提车时间 实际交车日期 实际交车时间 实际交付日期 "
        "实际提车日期 交车日 提车日 delivered deliverydate deliveredon actualdelivery"
    ),
    "planned": (
        "计划交车 计划交车日期 计划交车时间 计划交付日期 预计交车 预计交车日期 预计交车时间 "
        "预计交付日期 预计提车日期 预计提车时间 预约交车日期 约定交车日期 plannedfor "
        "planneddelivery planneddeliverydate plannedon deliveryby expecteddelivery "
        "expecteddeliverydate"
    ),
    "vin": "vin 车架号 vin码 车架号码 底盘号 车辆识别代号 vin号 车架号(vin)",
    "colour": "颜色 车身颜色 外观颜色 外观 车色 意向颜色 colour color",
    "payment": "付款方式 支付方式 购车方式 payment",
}

#: What a column is called in a sentence to the user; field → word
LABELS: Final[dict[str, str]] = {
    "date": N_("date"),
    "arrived": N_("arrival"),
    "left": N_("leaving"),
    "name": N_("name"),
    "phone": N_("phone"),
    "sex": N_("honorific"),
    "honorific": N_("honorific"),
    "consultant_id": N_("consultant"),
    "model_id": N_("model"),
    "model": N_("model"),
    "channel_id": N_("channel"),
    "level": N_("level"),
    "wechat": N_("WeChat"),
    "address": N_("address"),
    "note": N_("note"),
    "birthday": N_("birthday"),
    "price": N_("price"),
    "deposit": N_("deposit"),
    "ordered": N_("order date"),
    "delivered": N_("delivery date"),
    "planned": N_("planned delivery"),
    "cancelled": N_("cancellation date"),
    "number": N_("number"),
    "introducer": N_("introducer"),
    "cancel_reason": N_("reason"),
    "colour_id": N_("colour"),
    "brand": N_("brand"),
    "series": N_("series"),
    "trim": N_("trim"),
    "offer": N_("price offered"),
    "next": N_("next contact"),
    "next_at": N_("next contact"),
    "past_level": N_("level of an earlier month"),
    "status": N_("status"),
    "people": N_("people"),
    "again": N_("first or again"),
    "stay": N_("length of stay"),
    "drive": N_("test drive"),
    "drive_model": N_("model driven"),
    "kind": N_("walk-in or call"),
    "purpose": N_("purpose of visit"),
}

TITLES: Final = {
    "name": N_("Name"),
    "phone": N_("Phone"),
    "date": N_("Date"),
    "arrived": N_("Arrived at"),
    "left": N_("Left at"),
    "half": N_("Before or after noon"),
    "span": N_("From – to"),
    "stay": N_("Length of stay"),
    "people": N_("People"),
    "first": N_("First visit?"),
    "again": N_("First or again"),
    "kind": N_("Walk-in or call"),
    "consultant": N_("Consultant"),
    "model": N_("Model"),
    "level": N_("Level"),
    "channel": N_("Channel"),
    "drive": N_("Test drive"),
    "drive_model": N_("Model driven"),
    "drive_start": N_("Drive began"),
    "drive_end": N_("Drive ended"),
    "purpose": N_("Purpose of visit"),
    "phone2": N_("Other phone"),
    "sex": N_("Honorific"),
    "position": N_("Position"),
    "wechat": N_("WeChat"),
    "birthday": N_("Birthday"),
    "address": N_("Address"),
    "postcode": N_("Postcode"),
    "status": N_("Status"),
    "lost": N_("Why lost"),
    "next": N_("Next contact on"),
    "next_at": N_("Next contact at"),
    "price": N_("Price"),
    "deposit": N_("Deposit"),
    "ordered": N_("Ordered on"),
    "delivered": N_("Delivered on"),
    "planned": N_("Planned for"),
    "cancelled": N_("Cancelled on"),
    "brand": N_("Brand"),
    "series": N_("Series"),
    "trim": N_("Trim"),
    "colour": N_("Colour"),
    "offer": N_("Price offered"),
    "course": N_("Course of events"),
    "source": N_("Customer source"),
    "number": N_("Customer no."),
    "vin": N_("VIN"),
    "payment": N_("Payment"),
    "do_not_contact": N_("Do not contact"),
    "note": N_("Note"),
}
"""What the fields are called, in the order in which a plan shows them."""

_EXACT: Final = {
    name: (field, place)
    for field, names in FIELDS.items()
    for place, name in enumerate(names.split())
}
HEADINGS: Final = frozenset(word for word, (field, _rank) in _EXACT.items() if field != "name")
"""The words of headings: nobody is called so, but for 客户 where nobody asked for the name."""

_PATTERNS: Final = tuple(
    (re.compile(pattern), field)
    for pattern, field in (
        (
            r"^(?:客户|顾客|车主|购车人)?(?:手机|电话|联系电话|手机号码?)[^a-z人]{0,3}[2二]$",
            "phone2",
        ),
        (
            r"^(?:客户|顾客|车主|购车人|联系人)?(?:联系)?(?:手机|电话|联系方式|号码)(?:号码?|号)?[1一]?$",
            "phone",
        ),
        (r"^(?:客户|顾客|车主|购车人)(?:姓名|名称|名字)", "name"),
        (r"^(?:来店|到店|来访|进店)(?:日期|时间)(?:年月日|时分)?$", "arrived"),
        (r"^(?:离店|离开)(?:日期|时间)", "left"),
        (r"^(?:意向|欲购|拟购|购买)(?:车型|车辆|产品)", "model"),
        (r"^(?:意向|欲购|拟购|购买)车系", "series"),
        (r"^(?:试乘)?试驾", "drive"),
        (r"^(?:意向|客户)(?:级别|等级)", "level"),
        (r"^备注", "note"),
    )
)


_TRADITIONAL: Final = str.maketrans(
    "絡戶電話號機碼時間離開來訪訊聯試駕銷顧問級別備註車種類價額訂單購買顏數稱郵編遞職務謂狀態"
    "標點標準歡請實際預約報總導員門經過説說業產發動訖導紹來強區縣詳細題圖歷歲經驗費證",
    "络户电话号机码时间离开来访讯联试驾销顾问级别备注车种类价额订单购买颜数称邮编递职务谓状态"
    "标点标准欢请实际预约报总导员门经过说说业产发动讫导绍来强区县详细题图历岁经验费证",
)


def label_key(label: object) -> str:
    """A header as it is compared: narrow, no spaces, no star, no bracketed hint, lower case."""
    return _label_key(label) if type(label) is str else ""


@lru_cache(maxsize=4096)
def _label_key(label: str) -> str:
    text = "".join(narrow(label).split()).casefold().strip("*:：·.、_-")
    text = text.translate(_TRADITIONAL)
    text = re.sub(r"^\d{1,2}[.、)．]\s?(?=\D)", "", text)
    bare = re.sub(r"[(\[【〔][^)\]】〕]*[)\]】〕]", "", text).strip("*:")
    bare = re.sub(r"(?<=.)y/n$", "", bare)
    return bare or text


@lru_cache(maxsize=4096)
def field_of(label: str) -> tuple[str, int] | None:
    """The field a header means, and its rank among the names of that field (0 is best)."""
    key = _label_key(label)
    if not key or len(key) > 24:
        return None
    if key in _EXACT:
        return _EXACT[key]
    key = re.sub(r"[_\-/ ]", "", key)
    if key in _EXACT:
        return _EXACT[key]
    for pattern, field in _PATTERNS:
        if pattern.search(key):
            return field, 50
    return _in_both(key)


def _in_both(key: str) -> tuple[str, int] | None:
    """What a heading in two languages means, where both say the same: 姓名 Name, but not SC姓名."""
    latin, han = ("".join(re.findall(signs, key)) for signs in ("[a-z]+", "[\u4e00-\u9fff]+"))
    found = _EXACT.get(han)
    return found if found and latin and _EXACT.get(latin, ("",))[0] == found[0] else None
