"""`/ccc customers`: on whose name receipts are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.parse import keyed
from bot.conversation import Command, Message, OpenModal, Reply, Request, bare
from bot.modals.configure import form_for
from sync.errors import Invalid
from sync.services.models import Role

if TYPE_CHECKING:
    from sync.domain.settings import ConnectionSettings
    from sync.services.facade import Services

_MISSING = {
    "create": "a missing one is created",
    "hold": "a sale with a missing one is held",
    "single": "a missing one becomes the single customer",
}


def handle(request: Request, services: Services) -> Reply:
    if not request.words and request.role is Role.ADMIN:
        return OpenModal(form_for(request, services, "customers", only=True))
    if not request.words or request.word(0) in ("list", "show"):
        return Message(_said(request.books.settings))
    mode, name, more = request.word(0), "", request.words[1:]
    if mode == "single":
        if not more:
            raise Invalid('Write the customer: customers single "Walk-in Customer".')
        name, more = more[0], more[1:]
    elif mode == "match":
        mode, more = request.word(1), more[1:]
    if mode not in ("single", "name", "email"):
        raise Invalid('Write: customers single "Name", customers match name, or match email.')
    missing = keyed(more, ("missing",)).get("missing", "").casefold()
    if missing and missing not in _MISSING:
        raise Invalid("After “missing” comes create, hold or single.")
    saved = services.settings.customers(
        request.actor, request.scope, mode, name=name, missing=missing
    )
    return Message(_said(saved.settings))


def _said(settings: ConnectionSettings) -> str:
    if settings.customer_match == "single":
        return f"Every sale is written on “{settings.customer_single}”."
    by = "e-mail" if settings.customer_match == "email" else "display name"
    missing = _MISSING.get(settings.customer_missing, settings.customer_missing)
    return f"Customers are matched by {by}; {missing}."


COMMAND = Command(
    "customers",
    help="On whose name receipts are written; alone it opens the form",
    handle=handle,
    usage=(
        "customers",
        "customers list",
        'customers single "Name"',
        "customers match name|email [missing create|hold|single]",
    ),
    examples=('customers single "Walk-in Customer"', "customers match email missing create"),
    group="Set up",
    role=Role.ADMIN,
    reads=bare,
    synonyms=("customer",),
)
