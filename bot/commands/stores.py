"""`/ccc stores`: which shops' sales are for the books."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.parse import names
from bot.conversation import Command, Message, OpenModal, Reply, Request, bare
from bot.modals.configure import form_for
from bot.views.blocks import actions, plain
from bot.views.lines import line_button
from bot.views.wording import listed
from sync.errors import Invalid
from sync.services.models import Role

if TYPE_CHECKING:
    from sync.services.facade import Services


def handle(request: Request, services: Services) -> Reply:
    if not request.words and request.role is Role.ADMIN:
        return OpenModal(form_for(request, services, "stores", only=True))
    if not request.words or request.word(0) in ("list", "show"):
        chosen = request.books.settings.stores
        known = listed(services.settings.shop_names(request.scope))
        shops = f" Shops: {known}." if known else ""
        return Message(f"Sales of {listed(chosen) or 'all stores'} are posted.{shops}")
    wanted = () if request.text.casefold() == "all" else names(request.text)
    if not wanted and request.text.casefold() != "all":
        raise Invalid("Write store names with commas between them, or all.")
    saved = services.settings.stores(request.actor, request.scope, wanted)
    chosen = saved.settings.stores
    text = (
        f"From now on sales of {listed(chosen)} are posted; others are skipped, and logged."
        if chosen
        else "From now on sales of all stores are posted."
    )
    again = line_button("Sync now", "sync", request.books.id)
    return Message(text, (plain(text), actions(again)))


COMMAND = Command(
    "stores",
    help="Which stores' sales are posted; alone it opens the form",
    handle=handle,
    usage=("stores", "stores list", "stores all", "stores NAME, NAME"),
    examples=("stores Webstore", 'stores "Newtown", Webstore'),
    group="Set up",
    role=Role.ADMIN,
    reads=bare,
    synonyms=("store", "shops", "shop"),
)
