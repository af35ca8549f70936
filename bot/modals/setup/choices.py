"""Steps with a few answers: stores, what a sale becomes, customers, products."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.conversation import Message, Request
from bot.modals.fields.choosing import (
    TYPES,
    customer_fields,
    product_fields,
    read_customers,
    read_products,
    read_stores,
    read_type,
    store_fields,
    type_fields,
)
from bot.modals.fields.inputs import Typed
from bot.modals.setup.page import Page, Scene
from bot.views.blocks import Block, Piece, bold, context, plain, rich
from bot.views.text import cut
from bot.views.wording import count
from sync.errors import Invalid
from sync.services.checklist import StepName
from sync.services.setting_up import SetUpView
from sync.services.tally import Findings, staying

if TYPE_CHECKING:
    from sync.services.facade import Services

_SHOPS = 20


def _names(view: SetUpView) -> list[str]:
    return [name for name, *_ in view.found.shops]


def _stores(scene: Scene) -> list[Block]:
    view = scene.set_up
    chosen = view.connection.settings.stores
    blocks = store_fields(scene.place, _names(view), chosen, scene.typed)
    if view.survey is None:
        return [*blocks, context("How many sales stay in is shown once they were looked at.")]
    wanted = read_stores(scene.typed, _names(view)) if "stores" in scene.typed else chosen
    return [*blocks, *_effect(view.survey.findings, wanted)]


def _effect(findings: Findings, stores: tuple[str, ...]) -> list[Block]:
    """What the choice would have done to the last thirty days."""
    total, stay = staying(findings, ()), staying(findings, stores)
    about = "About " if findings.is_sample else ""
    said = f"{about}{stay:,} of the last 30 days' {count(total, 'sale')} stay in"
    said += f", {total - stay:,} drop out." if stay < total else "."
    by_shop: Counter[str] = Counter()
    for each in findings.shops:
        by_shop[each.shop] += each.sales
    lines: list[list[Piece]] = [
        [bold(cut(name, 80)), f": {count(number, 'sale')}"]
        for name, number in by_shop.most_common(_SHOPS)
    ]
    web = sum(each.sales for each in findings.shops if each.web)
    lines.append([bold("Webstore"), f": {count(web, 'sale')}, counted in the shops too"])
    return [plain(said), rich(*lines)]


def _save_stores(
    request: Request, services: Services, view: SetUpView, typed: Typed
) -> Message | None:
    services.settings.stores(
        request.actor,
        request.scope,
        read_stores(typed, _names(view)),
        version=view.connection.settings_version,
    )
    return None


def _type(scene: Scene) -> list[Block]:
    chosen = scene.set_up.connection.settings.document_type
    return [
        *type_fields(scene.place, TYPES, chosen, scene.typed),
        context("Refunds become refund receipts, or credit memos where no money went back."),
    ]


def _save_type(
    request: Request, services: Services, view: SetUpView, typed: Typed
) -> Message | None:
    try:
        services.configuring.save(
            request.actor,
            request.scope,
            {"type": read_type(typed)},
            version=view.connection.settings_version,
        )
    except Invalid as error:
        raise Invalid("Choose what a sale becomes.", field="type") from error
    return None


def _customers(scene: Scene) -> list[Block]:
    return customer_fields(scene.place, scene.set_up.connection.settings, scene.typed)


def _save_customers(
    request: Request, services: Services, view: SetUpView, typed: Typed
) -> Message | None:
    chosen = read_customers(typed)
    services.settings.customers(
        request.actor,
        request.scope,
        chosen.mode,
        chosen.name,
        chosen.missing,
        version=view.connection.settings_version,
    )
    return None


def _products(scene: Scene) -> list[Block]:
    return product_fields(scene.place, scene.set_up.connection.settings, scene.typed)


def _save_products(
    request: Request, services: Services, view: SetUpView, typed: Typed
) -> Message | None:
    chosen = read_products(typed)
    services.settings.products(
        request.actor,
        request.scope,
        chosen.match,
        chosen.missing,
        version=view.connection.settings_version,
    )
    return None


STORES = Page(
    StepName.STORES,
    "Stores",
    "Whose sales go into the books. Sales of other stores are skipped, and logged.",
    "/ccc stores all, or /ccc stores Webstore",
    _stores,
    _save_stores,
    lambda view: view.connection.settings.stores,
)
TYPE = Page(
    StepName.TYPE,
    "Transaction type",
    "What a sale becomes in QuickBooks.",
    "/ccc configure list",
    _type,
    _save_type,
)
CUSTOMERS = Page(
    StepName.CUSTOMERS,
    "Customers",
    "On whose name receipts are written.",
    '/ccc customers single "Walk-in Customer", or /ccc customers match email',
    _customers,
    _save_customers,
    lambda view: (
        view.connection.settings.customer_match,
        view.connection.settings.customer_single,
        view.connection.settings.customer_missing,
    ),
)
PRODUCTS = Page(
    StepName.PRODUCTS,
    "Products",
    "How what was sold finds its product in QuickBooks.",
    "/ccc products match name, or /ccc products match sku missing hold",
    _products,
    _save_products,
    lambda view: (view.connection.settings.item_match, view.connection.settings.item_missing),
)
