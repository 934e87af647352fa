"""The wordings that were delivered: one file each in `resources/cards`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from showroom import paths
from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.store.models import CardKind

PLACEHOLDERS: Final = frozenset(
    {"greeting", "model", "ordered", "shop", "shop_phone", "consultant", "friend", "date", "years"}
)
PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """One wording: for what kind of card, in which language, meant for a person or a company."""

    code: str
    name: str
    language: str
    kind: CardKind
    company: bool
    salutation: str
    body: tuple[str, ...]
    closing_person: tuple[str, ...]
    closing_company: tuple[str, ...]
    signature: tuple[str, ...]


@cache
def everything() -> dict[str, Template]:
    """All templates by code (the file's name), Chinese ones first, each kind together."""
    folder = paths.resources() / "cards"
    found = [read(path.stem, path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))]
    found.sort(key=lambda t: (t.language != "zh", list(CardKind).index(t.kind), t.company))
    return {template.code: template for template in found}


def read(code: str, text: str) -> Template:
    """The template written in `text`; ValueError for a word in braces that we do not fill."""
    raw: dict[str, Any] = tomllib.loads(text)
    unknown = set(PLACEHOLDER.findall(text)) - PLACEHOLDERS
    if unknown:
        raise ValueError(f"{code}: unknown placeholder {sorted(unknown)}")
    return Template(
        code=code,
        name=raw["name"],
        language=raw["language"],
        kind=CardKind(raw["kind"]),
        company=raw["for"] == "company",
        salutation=raw["salutation"],
        body=tuple(raw["body"]),
        closing_person=tuple(raw["closing"]["person"]),
        closing_company=tuple(raw["closing"]["company"]),
        signature=tuple(raw["signature"]),
    )


def of_kind(kind: CardKind) -> list[Template]:
    """The templates a card of this kind may use, the usual one first."""
    return [template for template in everything().values() if template.kind is kind]


def named(text: str) -> Template:
    """The template with this code or name; a sentence naming the choices when there is none."""
    for template in everything().values():
        if text in (template.code, template.name):
            return template
    choices = ", ".join(everything())
    raise ShowroomError(
        _("There is no template called {name}. Choose one of: {choices}.").format(
            name=text, choices=choices
        )
    )


def usual(kind: CardKind, *, company: bool, language: str) -> Template:
    """The template a card starts with: same kind and language, made for such a customer."""
    choices = [t for t in of_kind(kind) if t.language == language]
    return next((t for t in choices if t.company == company), choices[0])
