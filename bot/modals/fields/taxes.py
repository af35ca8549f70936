"""Tax fields: one menu of QuickBooks codes for each place and rate that sales were taxed at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.conversation import Action, Choices, Reply, Request
from bot.modals.fields.inputs import Place, Typed, field_id, pick_field, row, word
from bot.views.blocks import Block
from sync.services.models import Option, Role

if TYPE_CHECKING:
    from sync.services.facade import Services

_TAX = "tax"


@dataclass(frozen=True, slots=True)
class TaxRow:
    """A region as sales were taxed there, and the code it should carry."""

    region: str  # two letters, or NA
    label: str
    chosen: Option | None
    why: str = ""


def tax_fields(place: Place, rows: Iterable[TaxRow], typed: Typed) -> list[Block]:
    """A menu per region; leaving one empty maps nothing."""
    return [
        pick_field(
            place,
            f"{_TAX}.{each.region}",
            each.label,
            each.chosen,
            typed,
            empty="No mapping",
            hint=each.why,
            optional=True,
        )
        for each in rows
    ]


def read_taxes(typed: Typed) -> dict[str, str]:
    """Tax code ids by region, where one was chosen."""
    found = {
        name.removeprefix(f"{_TAX}."): word(typed, name)
        for name in typed
        if name.startswith(f"{_TAX}.")
    }
    return {region: code for region, code in found.items() if code}


def tax_options(action: str) -> Action:
    """Answers all tax fields of a form."""
    return Action(field_id(action, f"{_TAX}."), tax_choices, Role.ADMIN)


def tax_choices(request: Request, services: Services) -> Reply:
    """Active codes with their rates."""
    found = services.lists.tax_codes(request.scope, request.typed, 100)
    none = "No tax code has that name" if request.typed else "QuickBooks has no tax codes yet"
    return Choices(tuple(map(row, found)), none)
