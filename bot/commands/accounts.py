"""`/ccc accounts`: which QuickBooks account takes what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import Command, Message, OpenModal, Reply, Request, bare
from bot.modals.configure import form_for
from bot.views.blocks import context, facts
from sync.errors import Invalid
from sync.services.models import Role

if TYPE_CHECKING:
    from sync.services.facade import Services


def handle(request: Request, services: Services) -> Reply:
    if not request.words and request.role is Role.ADMIN:
        return OpenModal(form_for(request, services, "accounts", only=True))
    if not request.words or request.word(0) in ("list", "show"):
        return _listed(request, services)
    if len(request.words) < 2:
        raise Invalid('Write the role and the account: accounts deposit "Undeposited Funds".')
    role, name = request.words[0], " ".join(request.words[1:])
    services.settings.account(request.actor, request.scope, role, name)
    return Message(f"“{name}” is now the account for {role.casefold()}. The next run uses it.")


def _listed(request: Request, services: Services) -> Message:
    rows = services.settings.account_roles(request.scope)
    said = {
        label: (f"{ref.name} (chosen by CCC)" if ours else ref.name) if ref else "not chosen"
        for _, label, ref, ours in rows
    }
    note = 'Change one with: accounts ROLE "Account name". Roles: ' + ", ".join(
        role for role, *_ in rows
    )
    return Message("The accounts this connection uses.", (facts(said), context(note)))


COMMAND = Command(
    "accounts",
    help="Which QuickBooks account takes deposits, income, each tender; alone it opens the form",
    handle=handle,
    usage=("accounts", "accounts list", 'accounts ROLE "Account name"'),
    examples=('accounts deposit "Undeposited Funds"', 'accounts Visa "Card clearing"'),
    group="Set up",
    role=Role.ADMIN,
    reads=bare,
    synonyms=("account",),
)
