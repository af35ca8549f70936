"""`/ccc products`: what was sold and has no item in QuickBooks, to be mapped in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.parse import keyed
from bot.conversation import Command, Message, OpenModal, Reply, Request, bare
from bot.modals.configure import form_for
from bot.modals.products import NONE_LEFT, list_for
from bot.views.products import ON_A_MESSAGE, products_card
from sync.domain.verdicts import Product
from sync.errors import Invalid
from sync.services.models import Role
from sync.services.named_settings import Value

if TYPE_CHECKING:
    from sync.services.facade import Services

_SUGGESTED = 20


def handle(request: Request, services: Services) -> Reply:
    word = request.word(0)
    if word == "settings" and len(request.words) == 1:
        return OpenModal(form_for(request, services, "products", only=True))
    if word == "match":
        return _match(request, services)
    if word and word not in ("list", "show", "map"):
        raise Invalid(
            "Write products for the list, products map for the form, or products match name|sku."
        )
    waiting = services.products.unmatched(request.scope)
    if not waiting:
        return Message(NONE_LEFT)
    may_change = request.role is Role.ADMIN
    if word == "map" or (may_change and not word and len(waiting) > ON_A_MESSAGE):
        return OpenModal(list_for(request, services))
    shown = [Product(each.sku, each.name) for each in waiting[:ON_A_MESSAGE]]
    options = (
        services.products.suggestions_for(request.scope, shown, limit=_SUGGESTED)
        if may_change
        else ()
    )
    return Message.of(products_card(waiting, options, request.books, may_change=may_change))


def _match(request: Request, services: Services) -> Reply:
    """`match sku missing hold`: the same as the form."""
    wanted: dict[str, Value] = {"products": request.word(1)}
    missing = keyed(request.words[2:], ("missing",)).get("missing", "")
    if missing:
        wanted["missing-products"] = missing
    saved = services.configuring.save(request.actor, request.scope, wanted).settings
    where = "name" if saved.item_match == "name" else "SKU"
    then = "made" if saved.item_missing == "create" else "waited for: its sales are held"
    return Message(f"A SKU is looked for in the item's {where}; a missing item is {then}.")


COMMAND = Command(
    "products",
    help="Map products without an item and send their sales again; map and settings are forms",
    handle=handle,
    usage=(
        "products",
        "products map",
        "products settings",
        "products match name|sku [missing create|hold]",
    ),
    examples=("products map", "products match sku missing hold"),
    group="Run",
    role=Role.ADMIN,
    reads=bare,
    synonyms=("product",),
)
