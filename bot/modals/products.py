"""All products to map: pages, one pushed editor, and nothing saved before the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.conversation import (
    Action,
    BackTo,
    FieldErrors,
    Form,
    Message,
    Modal,
    PushModal,
    Reply,
    Request,
    State,
    UpdateView,
)
from bot.modals.reading import chosen
from bot.modals.resending import sent_again
from bot.views.actions import PRODUCT_EDIT, PRODUCT_EDITOR, PRODUCT_LIST, PRODUCT_PAGE
from bot.views.blocks import Block, actions, alert, button, context, input_block, modal, plain
from bot.views.products import as_a_line, best_guess, item_select, product_key, product_name, waits
from bot.views.text import cut
from bot.views.wording import count
from sync.domain.verdicts import Product
from sync.errors import Conflict, Invalid, NotFound
from sync.services.models import Role, Unmatched

if TYPE_CHECKING:
    from sync.services.facade import Services

PAGE = 20
_MOST = 60  # choices that a form can remember
_NOTHING = "none"
NONE_LEFT = "Every product that was sold has a usable item in QuickBooks."


def list_for(
    request: Request,
    services: Services,
    page: int = 0,
    choices: Mapping[str, str] | None = None,
    notice: str = "",
) -> Modal:
    """One page; choices made on others are kept."""
    products = services.products.unmatched(request.scope)
    kept = {key: item for key, item in (choices or {}).items() if key in _by_key(products)}
    names = services.products.names(request.scope, list(kept.values()))
    last = max((len(products) - 1) // PAGE, 0)
    page = min(max(page, 0), last)
    blocks: list[Block] = [alert(notice, "info")] if notice else []
    head = f"{count(len(products), 'product has', 'products have')} no usable item in QuickBooks"
    blocks.append(plain(f"{head}; {count(len(kept), 'item')} chosen. Nothing is saved yet."))
    for product in products[page * PAGE : (page + 1) * PAGE]:
        key = product_key(product)
        item = names.get(kept.get(key, ""), "")
        said = f"{waits(product)} → {cut(item, 100)}" if item else waits(product)
        label = f"Choose an item for {product_name(product)}"
        press = button("Change" if item else "Choose", PRODUCT_EDIT, key, label=label)
        blocks.append(plain(said, press))
    if last:
        blocks.append(_pager(page, last))
    blocks.append(context(f"Page {page + 1} of {last + 1}. Each choice becomes a rule."))
    if products:
        blocks.append(context(f"In one line: {as_a_line(products)}"))
    view = modal("Map products", PRODUCT_LIST, blocks, submit="Create and resync")
    state: State = {"connection": request.books.id, "channel": _channel(request)}
    return Modal(view, state | {"page": page, "choices": kept})


def submit(request: Request, services: Services) -> Reply:
    """Save every choice as a rule and send exactly the sales that waited for them."""
    choices = _choices(request)
    products = _by_key(services.products.unmatched(request.scope))
    picked = {
        Product(products[key].sku, products[key].name): item
        for key, item in choices.items()
        if key in products
    }
    if not picked:
        none = "Choose an item for a product first." if products else NONE_LEFT
        return UpdateView(list_for(request, services, _page(request), {}, none))
    try:
        return saved(request, services, picked)
    except (Conflict, Invalid) as error:
        notice = cut(str(error), 200)
        return UpdateView(list_for(request, services, _page(request), choices, notice))


def saved(request: Request, services: Services, picked: Mapping[Product, str]) -> Message:
    """The same for the message and the form: rules, then the resync."""
    mapped = services.products.map(request.actor, request.scope, picked)
    sales = count(len(mapped.sales), "sale")
    text = f"{count(len(mapped.rules), 'mapping')} created, {sales} sent again."
    return sent_again(request, services, text, mapped.sales)


def edit(request: Request, services: Services) -> Reply:
    """One row, with the best guess or what was chosen; a row that is gone redraws the list."""
    product = _by_key(services.products.unmatched(request.scope)).get(request.value)
    choices = _choices(request)
    if product is None or (len(choices) >= _MOST and request.value not in choices):
        notice = (
            "That product waits no more."
            if product is None
            else f"{_MOST} are chosen; create these first."
        )
        return UpdateView(list_for(request, services, _page(request), choices, notice))
    (options,) = services.products.suggestions_for(
        request.scope, [Product(product.sku, product.name)], limit=1
    )
    blocks = [
        plain(waits(product)),
        input_block("item", "QuickBooks item", item_select(request.value, best_guess(options))),
        context("Kept in the list; nothing is saved before Create and resync."),
        context(f"In one line: {as_a_line([product])}"),
    ]
    view = modal("Choose an item", PRODUCT_EDITOR, blocks, submit="Choose")
    state: State = {"connection": request.books.id, "channel": _channel(request)}
    state |= {"page": _page(request), "choices": choices, "key": request.value}
    return PushModal(Modal(view, state))


def chose(request: Request, services: Services) -> Reply:
    """Back to the list, which now remembers it."""
    view = request.view
    if view is None:
        raise NotFound("This form is no longer valid. Open it again.")
    item = chosen(view.values, "item")
    if not item or item == _NOTHING:
        raise FieldErrors({"item": "Choose an item."})
    choices = {**_choices(request), str(view.state.get("key", "")): item}
    return BackTo(list_for(request, services, _page(request), choices))


def turn(request: Request, services: Services) -> Reply:
    wanted = int(request.value) if request.value.isascii() and request.value.isdigit() else 0
    return UpdateView(list_for(request, services, wanted, _choices(request)))


def _pager(page: int, last: int) -> Block:
    buttons: list[Block] = []
    if page:
        buttons.append(button("Previous", f"{PRODUCT_PAGE}.previous", str(page - 1)))
    if page < last:
        buttons.append(button("Next", f"{PRODUCT_PAGE}.next", str(page + 1)))
    return actions(*buttons)


def _by_key(products: tuple[Unmatched, ...]) -> dict[str, Unmatched]:
    return {product_key(each): each for each in products}


def _choices(request: Request) -> dict[str, str]:
    found = request.view.state.get("choices") if request.view else None
    return {str(key): str(item) for key, item in found.items()} if isinstance(found, dict) else {}


def _page(request: Request) -> int:
    page = request.view.state.get("page", 0) if request.view else 0
    return page if isinstance(page, int) else 0


def _channel(request: Request) -> str:
    return str(request.view.state.get("channel", "")) if request.view else request.channel


LIST = Form(
    PRODUCT_LIST,
    submit,
    Role.ADMIN,
    actions=(Action(PRODUCT_EDIT, edit, Role.ADMIN), Action(f"{PRODUCT_PAGE}.", turn, Role.ADMIN)),
)
EDITOR = Form(PRODUCT_EDITOR, chose, Role.ADMIN)
