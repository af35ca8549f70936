"""Sales tax: a list of mappings to look through, and how a row of it is changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import (
    Action,
    BackTo,
    Form,
    Message,
    Modal,
    Nothing,
    PushModal,
    Reply,
    Request,
    UpdateView,
)
from bot.modals import tax_editor
from bot.modals.tax_editor import place_value, read_place
from bot.views.actions import TAX_ADD, TAX_EDIT, TAX_LIST, TAX_PAGE, TAX_REMOVE
from bot.views.blocks import (
    Block,
    actions,
    alert,
    bold,
    button,
    confirm,
    context,
    modal,
    plain,
    rich,
)
from bot.views.taxes import LINE, ORDER, mapping_name
from bot.views.text import cut
from bot.views.wording import count
from sync.errors import NotFound
from sync.services.models import ConnectionView, Role

if TYPE_CHECKING:
    from sync.services.facade import Services

PAGE = 20  # two blocks a row, well inside a view's hundred


def list_for(request: Request, page: int = 0, notice: str = "") -> Modal:
    """One page of the table; who may not change it sees no buttons."""
    connection = request.books
    mappings = connection.settings.tax_mappings
    last = max((len(mappings) - 1) // PAGE, 0)
    page = min(max(page, 0), last)
    may_change = request.role is Role.ADMIN
    blocks: list[Block] = [alert(notice, "info")] if notice else []
    blocks.append(plain(f"{connection.name}: {count(len(mappings), 'tax mapping')}."))
    if may_change:
        blocks.append(actions(button("Add", TAX_ADD, style="primary")))
    for mapping in mappings[page * PAGE : (page + 1) * PAGE]:
        blocks.append(rich([bold(mapping_name(mapping)), f"  {cut(mapping.code.name, 100)}"]))
        if may_change:
            value = place_value(mapping.region, mapping.city, mapping.county)
            blocks.append(_row_buttons(value, mapping_name(mapping)))
    if last:
        blocks.append(_pager(page, last))
    blocks.append(context(ORDER, f"In one line: {LINE}, or /ccc tax remove MD"))
    view = modal("Sales tax", TAX_LIST, blocks)
    channel = request.view.state.get("channel", "") if request.view else request.channel
    return Modal(view, {"connection": connection.id, "channel": channel, "page": page})


def editor_for(request: Request) -> Modal:
    """An empty editor, for adding."""
    return tax_editor.draw(tax_editor.blank(request))


def _row_buttons(value: str, name: str) -> Block:
    question = confirm(
        "Remove this mapping?",
        f"{name} will have no tax code. Taxed sales there may be held.",
        "Remove",
        danger=True,
    )
    return actions(
        button("Edit", TAX_EDIT, value, label=f"Edit {name}"),
        button("Remove", TAX_REMOVE, value, confirm=question, label=f"Remove {name}"),
    )


def _pager(page: int, last: int) -> Block:
    buttons: list[Block] = []
    if page:
        buttons.append(button("Previous", f"{TAX_PAGE}.previous", str(page - 1)))
    if page < last:
        buttons.append(button("Next", f"{TAX_PAGE}.next", str(page + 1)))
    return actions(*buttons)


def add(request: Request, services: Services) -> Reply:
    return PushModal(editor_for(request))


def edit(request: Request, services: Services) -> Reply:
    """The editor with a row's values; a row that is gone meanwhile redraws the list."""
    place = read_place(request.value)
    for mapping in request.books.settings.tax_mappings:
        if (mapping.region, mapping.city, mapping.county) == place:
            return PushModal(tax_editor.draw(tax_editor.of(request, mapping)))
    return UpdateView(list_for(request, _page(request), "Somebody removed that row meanwhile."))


def remove(request: Request, services: Services) -> Reply:
    region, city, county = read_place(request.value)
    try:
        saved: ConnectionView = services.settings.tax_remove(
            request.actor, request.scope, region, city=city, county=county
        )
    except NotFound:
        saved = services.connections.get(request.scope)
    return UpdateView(list_for(request.about(saved), _page(request)))


def turn(request: Request, services: Services) -> Reply:
    wanted = int(request.value) if request.value.isascii() and request.value.isdigit() else 0
    return UpdateView(list_for(request, wanted))


def saved(request: Request, services: Services) -> Reply:
    """The editor was sent: back to the list it came from, or on to what it was for."""
    reply = tax_editor.submit(request, services)
    view = request.view
    if isinstance(reply, Message) and view is not None and view.previous:
        fresh = request.about(services.connections.get(request.scope))
        return BackTo(list_for(replace(fresh, view=view), notice=reply.text[:200]))
    return reply


def _page(request: Request) -> int:
    page = request.view.state.get("page", 0) if request.view else 0
    return page if isinstance(page, int) else 0


def _close(request: Request, services: Services) -> Reply:
    return Nothing()


LIST = Form(
    TAX_LIST,
    _close,
    Role.VIEWER,
    actions=(
        Action(TAX_ADD, add, Role.ADMIN),
        Action(TAX_EDIT, edit, Role.ADMIN),
        Action(TAX_REMOVE, remove, Role.ADMIN),
        Action(f"{TAX_PAGE}.", turn),
    ),
)
EDITOR = Form(tax_editor.CALLBACK, saved, Role.ADMIN, options=(tax_editor.CODES,))
