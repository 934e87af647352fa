"""The lists a new desk begins with (DOMAIN §2.4, §3.2, §3.3); models are the shop's own."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom.store import journal
from showroom.store.models import Choice, ChoiceKind

_LISTS: Final[dict[ChoiceKind, list[tuple[str, str, str, str]]]] = {
    ChoiceKind.CHANNEL: [
        ("walk_in", "自然到店", "Walked in", "showroom"),
        ("passing", "路过", "Passing by", "showroom"),
        ("autohome", "汽车之家", "Autohome", "showroom"),
        ("yiche", "易车", "Yiche", "showroom"),
        ("dongchedi", "懂车帝", "Dongchedi", "showroom"),
        ("douyin", "抖音", "Douyin", "showroom"),
        ("wechat", "微信", "WeChat", "showroom"),
        ("website", "官网", "Website", "showroom"),
        ("owner", "老客户转介绍", "Introduced by an owner", "owners"),
        ("friend", "亲友介绍", "Friend or family", "owners"),
        ("fair", "车展", "Motor show", "events"),
        ("outside", "外展巡展", "Outside display", "events"),
        ("event", "店头活动", "Event in the shop", "events"),
    ],
    ChoiceKind.COLOUR: [
        ("white", "白色", "White", ""),
        ("black", "黑色", "Black", ""),
        ("grey", "灰色", "Grey", ""),
        ("silver", "银色", "Silver", ""),
        ("blue", "蓝色", "Blue", ""),
        ("red", "红色", "Red", ""),
        ("green", "绿色", "Green", ""),
    ],
    ChoiceKind.ERRAND: [
        ("paperwork", "办理手续", "Paperwork", ""),
        ("delivery", "办理交车", "Delivery", ""),
        ("refund", "办理退订", "Cancelling an order", ""),
        ("service", "维修保养", "Service or repair", ""),
        ("parcel", "快递", "Parcel", ""),
        ("supplier", "供应商", "Supplier", ""),
        ("interview", "面试", "Interview", ""),
        ("visitor", "领导来访", "Visitor for the management", ""),
        ("other", "其他", "Other", ""),
    ],
    ChoiceKind.CANCEL_REASON: [
        ("rival", "购买竞品", "Bought a rival", ""),
        ("budget", "预算不足", "Budget", ""),
        ("same_brand", "同城同品", "Same brand, other shop", ""),
        ("family", "家人反对", "Family objects", ""),
        ("delivery_time", "交付时间太久", "Delivery takes too long", ""),
        ("loan", "贷款未批", "Loan refused", ""),
        ("postponed", "购车计划推迟", "Purchase postponed", ""),
        ("other", "其他", "Other", ""),
    ],
    ChoiceKind.LOSS_REASON: [
        ("rival", "购买竞品", "Bought a rival", ""),
        ("same_brand", "同城同品", "Same brand, other shop", ""),
        ("offer", "价格优惠", "Better offer elsewhere", ""),
        ("budget", "预算不足", "Budget", ""),
        ("equipment", "装备配置", "Equipment", ""),
        ("design", "内外设计", "Design", ""),
        ("service", "服务体验", "How he was served", ""),
        ("finance", "金融方案", "Finance", ""),
        ("postponed", "购车计划推迟", "Purchase postponed", ""),
        ("delivery_time", "交付时间太久", "Delivery takes too long", ""),
        ("family", "家人反对", "Family objects", ""),
        ("away", "外地购买", "Bought in another city", ""),
        ("silent", "失联", "Cannot be reached", ""),
        ("other", "其他", "Other", ""),
    ],
    ChoiceKind.COMPLAINT_CAUSE: [
        ("attitude", "服务态度差", "Attitude or poor service", ""),
        ("charges", "收费过高", "Charged too much", ""),
        ("waiting", "等待时间太久", "Waited too long", ""),
        ("quality", "产品质量问题", "Quality of the product", ""),
        ("promise", "承诺未落实", "A promise was not kept", ""),
        ("repair", "未一次修妥", "Not repaired at the first go", ""),
        ("warranty", "保修争议", "Dispute about the warranty", ""),
        ("after_sales", "售后服务差", "Poor after-sales service", ""),
        ("advertising", "广告夸大", "Exaggerated advertising", ""),
        ("dishonest", "不实投诉", "Complaint that is not honest", ""),
    ],
    ChoiceKind.UNMET: [
        ("busy", "顾问都在忙", "Everybody was busy", ""),
        ("nobody", "无人接待", "Nobody came to them", ""),
        ("waited", "等不及先走", "Could not wait", ""),
        ("passing_through", "转一圈就走", "Had a look and went", ""),
        ("other", "其他", "Other", ""),
    ],
}
KINDS: Final = frozenset(_LISTS)


def seed(session: Session) -> None:
    """Give a new desk the usual lists, an older one those that are new to it."""
    journal.act(session, "seed")
    there = set(session.scalars(select(Choice.kind).distinct()))
    for kind, entries in _LISTS.items():
        if kind in there:
            continue
        for position, (code, zh, en, group) in enumerate(entries):
            session.add(Choice(kind=kind, code=code, zh=zh, en=en, group=group, position=position))
