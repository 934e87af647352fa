"""The wordings of cards: those that are delivered, a file each, and those the showroom wrote."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from showroom import paths
from showroom.cards import filling
from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.store import models
from showroom.store.models import CardKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

LANGUAGES: Final = {"zh": "中文", "en": "English"}


@dataclass(frozen=True, slots=True)
class Template:
    """One wording: for what kind of card, in which language, meant for a person or a company.

    `own_id` is 0 for one that is delivered.
    """

    code: str
    name: str
    language: str
    kind: CardKind
    company: bool
    salutation: str
    body: tuple[str, ...]
    closing_person: tuple[str, ...]
    closing_business: tuple[str, ...]
    closing_company: tuple[str, ...]
    signature: tuple[str, ...]
    own_id: int = 0

    def text(self) -> str:
        """All that is to be filled."""
        closings = (*self.closing_person, *self.closing_business, *self.closing_company)
        return "\n".join((self.salutation, *self.body, *closings, *self.signature))


@cache
def _delivered() -> tuple[dict[str, Template], tuple[str, ...]]:
    found, faults = [], []
    for path in sorted((paths.resources() / "cards").glob("*.toml")):
        try:
            found.append(read(path.stem, path.read_text("utf-8")))
        except ShowroomError as error:
            log.warning("a wording is left out: %s", error)
            faults.append(str(error))
    return {template.code: template for template in _sorted(found)}, tuple(faults)


def everything() -> dict[str, Template]:
    """What is delivered, by code (the file's name), Chinese ones first, each kind together."""
    return _delivered()[0]


def faults() -> tuple[str, ...]:
    """A sentence for each file of wordings that is left out, because it cannot be used."""
    return _delivered()[1]


def known(session: Session) -> dict[str, Template]:
    """Every wording in use by its code: the showroom's own in the place of those delivered."""
    own = {row.code: of_row(row) for row in session.scalars(select(models.CardTemplate))}
    if not own:
        return everything()
    return {one.code: one for one in _sorted((everything() | own).values())}


def of_row(row: models.CardTemplate) -> Template:
    """A wording of the showroom's own."""
    return Template(
        code=row.code,
        name=row.name,
        language=row.language,
        kind=row.kind,
        company=row.company,
        salutation=row.salutation,
        body=tuple(filling.coded(row.body).splitlines()),
        closing_person=tuple(row.closing_person.splitlines()),
        closing_business=tuple((row.closing_business or row.closing_person).splitlines()),
        closing_company=tuple(row.closing_company.splitlines()),
        signature=tuple(row.signature.splitlines()),
        own_id=row.id,
    )


def read(code: str, text: str) -> Template:
    """The template written in `text` (TOML).

    Raises ShowroomError naming the file and what cannot be used in it: a word in braces that we do
    not fill, a part that is missing.
    """
    try:
        raw: dict[str, Any] = tomllib.loads(text)
        closing = raw["closing"]
        made = Template(
            code=code,
            name=raw["name"],
            language=raw["language"],
            kind=CardKind(raw["kind"]),
            company=raw["for"] == "company",
            salutation=filling.coded(raw["salutation"]),
            body=tuple(map(filling.coded, raw["body"])),
            closing_person=tuple(map(filling.coded, closing["person"])),
            closing_business=tuple(map(filling.coded, closing.get("business", closing["person"]))),
            closing_company=tuple(map(filling.coded, closing["company"])),
            signature=tuple(map(filling.coded, raw["signature"])),
        )
    except KeyError as error:
        raise ShowroomError(
            _("The wording {file} lacks “{part}”: mend the file, or take it away.").format(
                file=f"{code}.toml", part=error.args[0]
            )
        ) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise ShowroomError(
            _("The wording {file} cannot be read: mend the file, or take it away.").format(
                file=f"{code}.toml"
            )
        ) from error
    wrong = filling.problem(made.text())
    if wrong:
        raise ShowroomError(f"{code}.toml: {wrong}")
    return made


def of_kind(kind: CardKind, among: Mapping[str, Template]) -> list[Template]:
    """The templates a card of this kind may use, the usual one first."""
    return [template for template in among.values() if template.kind is kind]


def named(text: str, among: Mapping[str, Template]) -> Template:
    """The template with this code or name; a sentence naming the choices when there is none."""
    for template in among.values():
        if text in (template.code, template.name):
            return template
    raise ShowroomError(
        _("There is no template called {name}. Choose one of: {choices}.").format(
            name=text, choices=", ".join(among)
        )
    )


def usual(
    kind: CardKind, *, company: bool, language: str, among: Mapping[str, Template]
) -> Template:
    """The template a card starts with: same kind and language, made for such a customer."""
    choices = [t for t in of_kind(kind, among) if t.language == language]
    choices = choices or of_kind(kind, among)
    return next((t for t in choices if t.company == company), choices[0])


def _sorted(found: Iterable[Template]) -> list[Template]:
    kinds = list(CardKind)
    return sorted(
        found,
        key=lambda t: (t.language != "zh", kinds.index(t.kind), t.company, t.own_id > 0, t.own_id),
    )
