"""Products without an item in QuickBooks: what waits for each, and what it might be."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bot.views.actions import PRODUCT_ITEM, PRODUCT_PICK, PRODUCTS_FORM, PRODUCTS_SAVE
from bot.views.blocks import (
    Block,
    Card,
    actions,
    button,
    context,
    header,
    option,
    plain,
    plain_text,
)
from bot.views.text import cut, cut_middle
from bot.views.wording import count, listed
from sync.services.models import ConnectionView, Option, Unmatched

ON_A_MESSAGE = 12  # rows; more go into the form, which has pages
_SUGGESTED = 20
_TYPED = 60  # characters; nobody types a longer one
_HINT = "best guess"


def product_key(product: Unmatched) -> str:
    """A product in an id of Slack's: short, and the same whenever it is drawn."""
    named = "\x1f".join((product.sku, "" if product.sku else product.name))
    return hashlib.sha256(named.encode()).hexdigest()[:10]


def product_name(product: Unmatched) -> str:
    """`BEL-22, Brass bell`."""
    parts = [cut(part, 80) for part in (product.sku, product.name) if part]
    return ", ".join(parts)


def waits(product: Unmatched) -> str:
    """`BEL-22, Brass bell: 3 sales wait (10006, 10007 and 1 more)`."""
    shown = [cut(number, 20) for number in product.examples[:3]]
    if more := len(product.sales) - len(shown):
        shown.append(f"{more:,} more")
    verb = "waits" if len(product.sales) == 1 else "wait"
    return f"{product_name(product)}: {count(len(product.sales), 'sale')} {verb} ({listed(shown)})"


def as_a_line(products: Sequence[Unmatched]) -> str:
    """What would be typed for the first of them that a line can name."""
    for each in products:
        label, field, value = (
            ("SKU", "sku", each.sku) if each.sku else ("Product", "name", each.name)
        )
        if len(value) <= _TYPED and '"' not in value:
            return f'/ccc rule add "{label} {value}" when {field} = "{value}" set sku "Item name"'
    return '/ccc rule add "SKU BEL-22" when sku = "BEL-22" set sku "Item name"'


def item_option(each: Option) -> Block:
    """A row of a pick-list of items."""
    return option(cut_middle(each.label, 75), each.value, cut_middle(each.hint, 75))


def best_guess(options: Sequence[Option]) -> Option | None:
    """The first, if it has anything in common with the product."""
    first = next(iter(options), None)
    return first if first is not None and first.hint.startswith(_HINT) else None


def item_select(key: str, initial: Option | None) -> Block:
    """The company's items, looked up while typing."""
    element: Block = {
        "type": "external_select",
        "action_id": f"{PRODUCT_ITEM}.{key}",
        "min_query_length": 0,
        "placeholder": plain_text("Choose an item", 150),
    }
    return element | {"initial_option": item_option(initial)} if initial else element


def products_card(
    products: Sequence[Unmatched],
    options: Sequence[Sequence[Option]],
    connection: ConnectionView,
    *,
    may_change: bool,
) -> Card:
    """The list as a message: a picker per product, and one button; nothing is saved before it."""
    sales = len({sale for each in products for sale in each.sales})
    noun = count(len(products), "product has", "products have")
    verb = "waits" if sales == 1 else "wait"
    text = f"{noun} no usable item in QuickBooks; {count(sales, 'sale')} {verb} for them."
    blocks: list[Block] = [header("Products to map"), plain(text)]
    shown = products[:ON_A_MESSAGE]
    for index, product in enumerate(shown):
        found = options[index] if index < len(options) else ()
        row = plain(waits(product), _picker(product, found) if may_change else None)
        blocks.append(row | {"block_id": f"product-{product_key(product)}"})
    if len(products) > len(shown):
        blocks.append(context(f"{len(products) - len(shown):,} further products are in the form."))
    if not may_change:
        return Card(text, [*blocks, context("A CCC admin maps them.")])
    save = button("Create mappings and resync", PRODUCTS_SAVE, connection.id, style="primary")
    form = button("Choose in a form", PRODUCTS_FORM, connection.id)
    note = "Nothing is saved before you press. Each choice becomes a rule; as a line: "
    note += as_a_line(shown)
    return Card(text, [*blocks, actions(save, form), context(note)])


def _picker(product: Unmatched, options: Sequence[Option]) -> Block | None:
    """Guesses only: the form has all items."""
    if not options:
        return None
    return {
        "type": "static_select",
        "action_id": f"{PRODUCT_PICK}.{product_key(product)}",
        "placeholder": plain_text("Choose an item", 150),
        "options": [item_option(each) for each in options[:_SUGGESTED]],
    }
