"""The lists to choose from and the shop's own numbers."""

from __future__ import annotations

import pytest

from showroom import choices, settings
from showroom.errors import Invalid
from showroom.i18n import use
from showroom.store import journal
from showroom.store.models import ChoiceKind, Level

COLOUR, MODEL, CHANNEL = ChoiceKind.COLOUR, ChoiceKind.MODEL, ChoiceKind.CHANNEL


def do(db, function, *args, **facts):
    with db.write() as session:
        return function(session, *args, **facts)


def ask(db, function, *args, **facts):
    with db.read() as session:
        return function(session, *args, **facts)


def names(db, kind):
    return [one.zh for one in ask(db, choices.entries, kind)]


def test_a_new_desk_has_the_usual_lists_in_both_languages(db):
    assert ask(db, choices.options, COLOUR)[0].label == "White"
    use("zh_CN")
    assert ask(db, choices.options, COLOUR)[0].label == "白色"
    assert ask(db, choices.labels, COLOUR) == {
        one.id: one.label for one in ask(db, choices.options, COLOUR)
    }
    assert ask(db, choices.options, MODEL) == []
    groups = {one.group for one in ask(db, choices.options, CHANNEL)}
    assert groups == set(choices.GROUPS)


def test_an_entry_is_found_by_either_name_or_its_code(db):
    found = {ask(db, choices.find, COLOUR, text) for text in ("白色", "white", " White ", "ｗhite")}
    assert len(found) == 1
    assert ask(db, choices.find, COLOUR, "粉色") is None
    assert do(db, choices.find_or_add, COLOUR, "白色") in found


def test_a_new_entry_stands_at_the_end_and_its_code_is_its_own(db):
    for name in ("汉 EV", "唐"):
        do(db, choices.add, MODEL, name)
    assert names(db, MODEL) == ["汉 EV", "唐"]
    do(db, choices.add, COLOUR, "粉色")
    assert names(db, COLOUR)[-1] == "粉色"
    with db.write() as session:
        journal.undo(session)
    assert "粉色" not in names(db, COLOUR)
    for wrong, sentence in (("", "Enter a name."), ("汉ev", "汉ev is in the list already.")):
        with pytest.raises(Invalid) as said:
            do(db, choices.add, MODEL, wrong)
        assert said.value.problems == {"name": sentence}


def test_a_code_is_never_given_twice(db):
    first = do(db, choices.add, MODEL, "汉")
    do(db, choices.add, MODEL, "唐")
    with db.write() as session:
        journal.act(session, "choices")
        session.delete(session.merge(first))
    do(db, choices.add, MODEL, "宋")
    codes = [one.code for one in ask(db, choices.options, MODEL)]
    assert len(set(codes)) == 2


def test_names_are_changed_but_neither_empty_nor_taken(db):
    han = do(db, choices.add, MODEL, "汉").id
    do(db, choices.add, MODEL, "唐")
    do(db, choices.change, han, zh="汉 EV", en="Han", group="")
    assert ask(db, choices.entries, MODEL)[0] == (han, "汉 EV", "Han", "", True)
    do(db, choices.change, han, zh="汉 EV")
    with pytest.raises(Invalid) as said:
        do(db, choices.change, han, zh=" ", en="唐")
    assert said.value.problems == {"zh": "Enter a name.", "en": "唐 is in the list already."}
    with pytest.raises(ValueError, match="code"):
        do(db, choices.change, han, code="x")


def test_what_is_out_of_use_is_offered_no_more_but_keeps_its_name(db):
    han = do(db, choices.add, MODEL, "汉").id
    do(db, choices.change, han, active=False)
    assert ask(db, choices.options, MODEL) == []
    assert [one.id for one in ask(db, choices.options, MODEL, everything=True)] == [han]
    assert ask(db, choices.labels)[han] == "汉"


def test_entries_move_up_and_down_and_stay_at_the_ends(db):
    ids = [do(db, choices.add, MODEL, name).id for name in ("一", "二", "三")]
    do(db, choices.move, ids[2], -1)
    assert names(db, MODEL) == ["一", "三", "二"]
    do(db, choices.move, ids[2], -1)
    do(db, choices.move, ids[2], -1)
    assert names(db, MODEL) == ["三", "一", "二"]
    do(db, choices.move, ids[1], 1)
    assert names(db, MODEL) == ["三", "一", "二"]


# --- settings


def test_settings_are_kept_and_only_what_differs_is_written(db):
    shop = ask(db, settings.load)
    assert shop == settings.Settings()
    shop.shop_name, shop.letters[Level.WEEK] = "诚信", "S"
    do(db, settings.save, shop)
    kept = ask(db, settings.load)
    assert (kept.shop_name, kept.letter(Level.WEEK), kept.letter(None)) == ("诚信", "S", "")
    assert (kept.level("s"), kept.level("Z")) == (Level.WEEK, None)
    shop.shop_name = "诚信二店"
    do(db, settings.save, shop)
    with db.write() as session:
        journal.undo(session)
    assert ask(db, settings.load).shop_name == "诚信"


@pytest.mark.parametrize(
    ("muddle", "problems"),
    [
        (
            lambda shop: shop.letters.update({Level.MONTH: "h"}),
            {"letter_month": "h stands for two levels."},
        ),
        (
            lambda shop: shop.letters.update({Level.MONTH: " "}),
            {"letter_month": "Enter a letter."},
        ),
        (
            lambda shop: shop.horizons.update({Level.MONTH: 15}),
            {"horizon_month": "It must be longer than the level before it."},
        ),
        (
            lambda shop: setattr(shop, "card_late_days", 0),
            {"card_late_days": "A card cannot be late before it is due."},
        ),
    ],
)
def test_a_muddle_of_levels_or_days_is_refused(db, muddle, problems):
    shop = settings.Settings()
    muddle(shop)
    with pytest.raises(Invalid) as said:
        do(db, settings.save, shop)
    assert said.value.problems == problems
    assert ask(db, settings.load) == settings.Settings()
