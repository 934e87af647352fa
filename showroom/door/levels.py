"""What level the facts of a visit speak for: proposed with its reason, confirmed by a person.

Nothing here is ever written by itself: the level is what somebody chose (DOMAIN §2.1).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from showroom.door.visits import VisitRow
from showroom.i18n import N_, _
from showroom.store.models import Level, VisitKind

FACTS = {
    "drive": N_("drove the car"),
    "quoted": N_("has a quote"),
    "again": N_("came again"),
    "model": N_("knows the model"),
    "contact": N_("left a contact"),
}


class Rule(NamedTuple):
    """A level, and the facts of `FACTS` that speak for it: all of these, and any of those."""

    level: Level
    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()

    def holds(self, known: Collection[str]) -> bool:
        """Whether what is known speaks for this level."""
        some = not self.any_of or any(code in known for code in self.any_of)
        return some and all(code in known for code in self.all_of)


RULES = (
    Rule(Level.WEEK, all_of=("drive", "quoted")),
    Rule(Level.FORTNIGHT, any_of=("drive", "again")),
    Rule(Level.MONTH, all_of=("model", "contact")),
    Rule(Level.QUARTER),
)
"""The first that holds proposes its level: need, confidence and purchasing power as far as the desk
can see them (DOMAIN §2.1)."""


class Suggestion(NamedTuple):
    """A level that is proposed, and the codes of `FACTS` it was proposed for."""

    level: Level
    facts: tuple[str, ...]

    @property
    def reason(self) -> str:
        """What speaks for it, in words."""
        return _(", ").join(_(FACTS[code]) for code in self.facts) or _("little is known yet")


def suggest(known: Collection[str]) -> Suggestion:
    """The level for what is known of somebody, codes of `FACTS`."""
    rule = next(rule for rule in RULES if rule.holds(known))
    named = (*rule.all_of, *rule.any_of)
    return Suggestion(rule.level, tuple(code for code in named if code in known))


def of_visit(visit: VisitRow) -> Suggestion | None:
    """The level a walk-in speaks for; nothing for other visits, and for who has ordered."""
    if visit.kind is not VisitKind.WALK_IN or visit.level is Level.ORDERED:
        return None
    facts = {
        "drive": visit.drive,
        "quoted": visit.quoted,
        "again": visit.again,
        "model": visit.model_id is not None,
        "contact": visit.contact,
    }
    return suggest([code for code, holds in facts.items() if holds])
