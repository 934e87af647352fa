"""The invented showroom itself: what it is called, who works there, what it sells."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from showroom import choices, settings
from showroom.guard import staff
from showroom.sample.house import ROUTES
from showroom.sample.lives import Model, Shop
from showroom.store.models import ChoiceKind, Role

ANNIVERSARY: Final = {
    "name_zh": "店庆",
    "name_en": "Our anniversary",
    "by": "solar",
    "month": 12,
    "day": 8,
    "zh": "店庆同喜，岁岁平安",
    "en": "Thank you for another year together",
    "on": True,
}
"""A festival of the showroom's own, as `showroom.care.own_festivals` keeps it."""

# Name, the same in English, weight, prices in hundreds of yuan
_MODELS: Final = (
    ("汉EV", "Han EV", 16, 1798, 2298),
    ("宋PLUS", "Song PLUS", 20, 1298, 1758),
    ("海豹", "Seal", 14, 1798, 2398),
    ("海豚", "Dolphin", 12, 998, 1298),
    ("唐DM-i", "Tang DM-i", 12, 1798, 2198),
    ("秦PLUS", "Qin PLUS", 15, 798, 1198),
    ("元PLUS", "Yuan PLUS", 8, 1198, 1478),
    ("腾势D9", "Denza D9", 3, 3098, 4198),
)
_CHANNELS: Final = {
    "walk_in": 40,
    "passing": 12,
    "dongchedi": 11,
    "autohome": 9,
    "douyin": 8,
    "friend": 7,
    "owner": 6,
    "fair": 3,
    "website": 2,
    "event": 2,
}
_CONSULTANTS: Final = "王强 李娜 赵磊 周敏 孙晨 吴婷 郑浩 林雪 何军 高洁 罗鹏 梁静怡".split()


def open_shop(session: Session, newcomers_a_day: float) -> Shop:
    """Employ the staff and list the models of a shop with so many newcomers a day."""
    facts = settings.load(session)
    facts.shop_name = "城东展厅"
    facts.shop_phone = "0755 2345 6789"
    facts.shop_address = "深圳市城东大道 88 号"
    facts.drive_routes = list(ROUTES)
    facts.festivals = {"own-1": dict(ANNIVERSARY)}
    settings.save(session, facts)
    staff.add(session, name="李静", role=Role.RECEPTIONIST)
    manager = staff.add(session, name="陈志远", role=Role.MANAGER).id
    hands = min(len(_CONSULTANTS), max(3, round(newcomers_a_day / 3)))
    consultants = [
        staff.add(session, name=name, role=Role.CONSULTANT).id for name in _CONSULTANTS[:hands]
    ]
    models = []
    for name, english, _weight, cheapest, dearest in _MODELS:
        model = choices.find_or_add(session, ChoiceKind.MODEL, name)
        choices.change(session, model, en=english)
        models.append(Model(model, cheapest, dearest))
    lists = {
        kind: {option.code: option.id for option in choices.options(session, kind)}
        for kind in ChoiceKind
    }
    channels, errands = lists[ChoiceKind.CHANNEL], lists[ChoiceKind.ERRAND]
    return Shop(
        consultants=consultants,
        manager=manager,
        models=models,
        model_weights=[entry[2] for entry in _MODELS],
        channels=[channels[code] for code in _CHANNELS],
        channel_weights=list(_CHANNELS.values()),
        colours=list(lists[ChoiceKind.COLOUR].values()),
        reasons=list(lists[ChoiceKind.CANCEL_REASON].values()),
        errands=[errands[code] for code in ("paperwork", "service", "parcel", "supplier", "other")],
        delivery=errands["delivery"],
        introduced=channels["owner"],
        settings=facts,
    )
