"""What a customer is told before he leaves his phone: who, what for, what, how long, his rights.

PIPL 17, DOMAIN §4.4. The shop may write its own; each change is a new version of the wording, and
of every version that somebody was told the words are kept.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import settings
from showroom.i18n import N_, _
from showroom.settings import Settings
from showroom.store import models

DEFAULT: Final = N_(
    "{shop} keeps your name, phone, WeChat, address, the model you look for and your visits, to "
    "receive you, answer you, deliver your car and send you cards. If you do not buy, they are "
    "erased {months} months after the last contact; if you buy, {years} years after it. You may "
    "see, correct or have them erased and withdraw your consent at any time, here or by "
    "phone{phone}; that changes nothing in how you are served."
)
OURSELVES: Final = N_("This showroom")


def text(shop: Settings) -> str:
    """The notice in force: the shop's own words, else ours with the shop's facts in them."""
    if shop.privacy_notice.strip():
        return shop.privacy_notice.strip()
    return _(DEFAULT).format(
        shop=shop.shop_name or _(OURSELVES),
        phone=f" {shop.shop_phone}" if shop.shop_phone else "",
        months=shop.keep_months,
        years=shop.keep_owner_years,
    )


def number(session: Session) -> int:
    """The number of the wording in force: words that were told before have theirs."""
    return _in_force(session)[0]


def keep(session: Session) -> int:
    """Keep the wording in force word by word, because somebody is told it now; returns its number.

    The caller names the action.
    """
    version, said, known = _in_force(session)
    if not known:
        session.add(models.NoticeText(version=version, words=said, since=session.info["now"]))
        session.flush()
    return version


def _in_force(session: Session) -> tuple[int, str, bool]:
    """The number of the wording in force, its words, and whether they were told before."""
    shop = settings.load(session)
    told = dict(session.execute(select(models.NoticeText.words, models.NoticeText.version)).all())
    said = text(shop)
    if said in told:
        return told[said], said, True
    taken = set(told.values())
    free = shop.privacy_version not in taken
    return shop.privacy_version if free else max(taken) + 1, said, False


def wordings(session: Session, versions: set[int]) -> dict[int, str]:
    """The words of these versions, as they were told."""
    rows = session.execute(
        select(models.NoticeText.version, models.NoticeText.words)
        .where(models.NoticeText.version.in_(versions))
        .order_by(models.NoticeText.version)
    )
    return dict(rows.all())
