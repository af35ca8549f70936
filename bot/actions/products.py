"""The list of products on a message: choices are read when the one button is pressed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import Action, Message, Nothing, OpenModal, Outcome, Reply, Request
from bot.modals import products
from bot.modals.reading import chosen
from bot.views.actions import PRODUCT_PICK, PRODUCTS_FORM, PRODUCTS_SAVE
from bot.views.products import product_key
from sync.domain.identity import Scope
from sync.domain.verdicts import Product
from sync.services.models import Role

if TYPE_CHECKING:
    from sync.services.facade import Services


def picked(request: Request, services: Services) -> Reply:
    """Slack tells of every choice; it counts when the button is pressed."""
    return Nothing()


def save(request: Request, services: Services) -> Reply:
    """Rules for what was chosen, and the sales that waited for it again."""
    request = _about(request, services)
    waiting = services.products.unmatched(request.scope)
    if not waiting:
        return Message(products.NONE_LEFT)
    choices = {
        Product(each.sku, each.name): item
        for each in waiting
        if (item := chosen(request.values, f"product-{product_key(each)}"))
    }
    if not choices:
        return Message("Choose an item for at least one product first. Nothing was saved.")
    said = products.saved(request, services, choices)
    return Outcome(said.text, request.actor.user)


def form(request: Request, services: Services) -> Reply:
    """All items of the company to choose from, and all products."""
    request = replace(_about(request, services), view=None)
    return OpenModal(products.list_for(request, services))


def _about(request: Request, services: Services) -> Request:
    scope = Scope(request.actor.workspace, request.value)
    return request.about(services.connections.get(scope))


ACTIONS = (
    Action(f"{PRODUCT_PICK}.", picked, Role.ADMIN),
    Action(PRODUCTS_SAVE, save, Role.ADMIN),
    Action(PRODUCTS_FORM, form, Role.ADMIN),
)
