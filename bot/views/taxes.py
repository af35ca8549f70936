"""Tax mappings as people say them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views.blocks import Block, Card, Piece, actions, bold, context, plain, rich
from bot.views.lines import line_button
from bot.views.text import cut
from bot.views.wording import count
from sync.domain.settings import TaxMapping

NO_TAX = "NA"
LINE = '/ccc tax add MD "Maryland 6%"'
ORDER = "A city goes before its region; NA is for sales without tax."
_PER_BLOCK, _SHOWN, _NAME = 20, 200, 100


def place_name(region: str, city: str = "", county: str = "") -> str:
    """`MD`, `Easton, MD`, `Talbot County, MD`, or the sales without tax."""
    if region == NO_TAX:
        return "NA (sales without tax)"
    return ", ".join(cut(part, _NAME) for part in (city, county, region) if part)


def mapping_name(mapping: TaxMapping) -> str:
    return place_name(mapping.region, mapping.city, mapping.county)


def taxes_card(mappings: Sequence[TaxMapping]) -> Card:
    """The whole table."""
    edit = actions(line_button("Edit", "tax"))
    if not mappings:
        text = (
            "There are no tax mappings. Companies with automated sales tax need none; "
            'others map each region: /ccc tax add MD "Maryland 6%".'
        )
        return Card(text, [plain(text), edit])
    blocks: list[Block] = []
    for start in range(0, min(len(mappings), _SHOWN), _PER_BLOCK):
        lines: list[list[Piece]] = [
            [bold(mapping_name(each)), f"  {cut(each.code.name, _NAME)}"]
            for each in mappings[start : start + _PER_BLOCK]
        ]
        blocks.append(rich(*lines))
    text = f"{count(len(mappings), 'tax mapping')}."
    if len(mappings) > _SHOWN:
        blocks.append(context(f"{len(mappings) - _SHOWN:,} further mappings are in the form."))
    return Card(text, [*blocks, context(ORDER), edit])
