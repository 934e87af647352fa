"""The shop's settings: what is kept, and when it is read."""

from __future__ import annotations

from showroom import settings
from showroom.store import journal


def test_settings_are_read_once_in_a_transaction_and_again_after_they_changed(db):
    with db.write() as session:
        shop = settings.load(session)
        shop.shop_name = "云海"
        assert settings.load(session).shop_name == ""
        settings.save(session, shop)
        assert settings.load(session).shop_name == "云海"
    with db.write() as session:
        assert settings.load(session).shop_name == "云海"
        journal.undo(session)
        assert settings.load(session).shop_name == ""
