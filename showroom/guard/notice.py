"""What a customer is told before he leaves his phone: who, what for, what, how long, his rights.

PIPL 17, DOMAIN §4.4. The shop may write its own; each change is a new version of the wording.
"""

from __future__ import annotations

from typing import Final

from showroom.i18n import N_, _
from showroom.settings import Settings

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
