"""The products of one cause: each gets an item, as a rule, and what waited is sent again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.conversation import (
    Action,
    Choices,
    FieldErrors,
    Form,
    Message,
    Modal,
    OpenModal,
    Reply,
    Request,
)
from bot.modals.fixed_meanwhile import fixed_meanwhile
from bot.modals.reading import chosen
from bot.modals.resending import Problem, resent
from bot.views.actions import FIX_FIELD, MAP_PRODUCT, PRODUCT_ITEM
from bot.views.blocks import Block, context, input_block, modal, plain
from bot.views.products import (
    as_a_line,
    best_guess,
    item_option,
    item_select,
    product_key,
    waits,
)
from bot.views.text import cut
from bot.views.wording import count
from sync.domain.verdicts import Product
from sync.errors import Conflict, Invalid, NotFound
from sync.services.models import Role, Unmatched, Waiting

if TYPE_CHECKING:
    from sync.services.facade import Services

_MOST = 10
ANY = "any"  # QuickBooks refused a product without saying which
_NOTHING = "none"
_OURS = ("item.inactive", "item.kind")


def opened(request: Request, services: Services, problem: Problem, number: str) -> Reply:
    """The form with the best guess for each product; `number` is a sale of the alert."""
    products = services.products.of_cause(request.scope, problem.cause, problem.subject)
    waiting = services.decisions.waiting(request.scope, problem.cause, problem.subject)
    if not waiting:
        return fixed_meanwhile(request, services, number)
    if not products and problem.cause in _OURS:
        return Message(
            f"{cut(problem.subject, 100)} is an item that CCC itself puts on documents, so no "
            "product can be mapped. Make it active in QuickBooks, then press Retry."
        )
    blocks = _rows(request, services, products) if products else _unnamed(waiting)
    view = modal("Map product", MAP_PRODUCT, blocks, submit="Save and resend")
    state = {"connection": request.books.id, "channel": request.channel, "sale": waiting[0].number}
    return OpenModal(Modal(view, state | problem.state()))


def submit(request: Request, services: Services) -> Reply:
    """Save the rules and send exactly the sales that waited for these products."""
    view = request.view
    problem = Problem.of(view.state) if view else None
    if view is None or problem is None:
        raise NotFound("This form is no longer valid. Open it again.")
    sale = str(view.state.get("sale", ""))
    if "sku" in view.values:
        return _submit_unnamed(request, services, problem, sale)
    offered = [block.removeprefix("item-") for block in view.values if block.startswith("item-")]
    products = {
        product_key(each): each
        for each in services.products.of_cause(request.scope, problem.cause, problem.subject)
    }
    if not any(key in products for key in offered):
        return fixed_meanwhile(request, services, sale)
    picked = {key: chosen(view.values, f"item-{key}") for key in offered if key in products}
    choices = {
        Product(products[key].sku, products[key].name): item
        for key, item in picked.items()
        if item and item != _NOTHING
    }
    return _saved(request, services, problem, choices, f"item-{offered[0]}", None)


def _submit_unnamed(request: Request, services: Services, problem: Problem, sale: str) -> Reply:
    assert request.view is not None
    waiting = services.decisions.waiting(request.scope, problem.cause, problem.subject)
    if not waiting:
        return fixed_meanwhile(request, services, sale)
    values = request.view.values
    item = chosen(values, f"item-{ANY}")
    choices = {Product(chosen(values, "sku"), ""): item} if item and item != _NOTHING else {}
    return _saved(request, services, problem, choices, f"item-{ANY}", [each.id for each in waiting])


def _saved(
    request: Request,
    services: Services,
    problem: Problem,
    choices: dict[Product, str],
    block: str,
    sales: Sequence[str] | None,
) -> Reply:
    """`sales` are to be sent when the products do not say which."""
    if not choices:
        raise FieldErrors({block: "Choose an item."})
    try:
        mapped = services.products.map(request.actor, request.scope, choices)
    except (Conflict, Invalid, NotFound) as error:
        raise FieldErrors({block: str(error)}) from error
    text = f"{count(len(mapped.rules), 'mapping')} saved as a rule of that name."
    return resent(request, services, problem, text, mapped.sales if sales is None else sales)


def items(request: Request, services: Services) -> Reply:
    """Rows of an item list: best guesses for its product first."""
    key = request.action_id.rpartition(".")[2]
    product = Product("", "")
    if key != ANY:
        known = services.products.unmatched(request.scope)
        found = next((each for each in known if product_key(each) == key), None)
        if found is None:
            return Choices((), "No sale waits for this product any more")
        product = Product(found.sku, found.name)
    options = services.products.suggestions(request.scope, product, request.typed)
    none = "No item has that name or SKU" if request.typed else "QuickBooks has no items yet"
    return Choices(tuple(map(item_option, options)), none)


def _rows(request: Request, services: Services, products: Sequence[Unmatched]) -> list[Block]:
    shown = products[:_MOST]
    guesses = services.products.suggestions_for(
        request.scope, [Product(each.sku, each.name) for each in shown], limit=1
    )
    blocks: list[Block] = []
    for product, options in zip(shown, guesses, strict=True):
        key = product_key(product)
        select = item_select(key, best_guess(options))
        label = "QuickBooks item"
        blocks += [
            plain(waits(product)),
            input_block(f"item-{key}", label, select, optional=len(shown) > 1),
        ]
    if len(products) > len(shown):
        blocks.append(context(f"{len(products) - len(shown):,} more: /ccc products has them all."))
    return [*blocks, context(f"Each choice becomes a rule. As a line: {as_a_line(shown)}")]


def _unnamed(waiting: Sequence[Waiting]) -> list[Block]:
    sku: Block = {"type": "plain_text_input", "action_id": f"{FIX_FIELD}.sku", "max_length": 100}
    return [
        plain(f"{count(len(waiting), 'sale')}: {cut(waiting[0].message, 400)}"),
        plain(
            f"QuickBooks does not say which product it is. /ccc preview {waiting[0].number[:40]} "
            "lists them."
        ),
        input_block("sku", "SKU at the till", sku),
        input_block(f"item-{ANY}", "QuickBooks item", item_select(ANY, None)),
    ]


OPTIONS = Action(f"{PRODUCT_ITEM}.", items, Role.ADMIN)
FORM = Form(MAP_PRODUCT, submit, Role.ADMIN, options=(OPTIONS,))
