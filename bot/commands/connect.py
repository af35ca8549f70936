"""`/ccc connect` and `disconnect`: one-time links in, a confirmed press out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import Command, Message, Reply, Request
from bot.views.blocks import actions, plain
from bot.views.connecting import connect_card, disconnect_card
from bot.views.lines import connect_button
from sync.errors import Invalid
from sync.services.models import AccountState, Provider, Role

if TYPE_CHECKING:
    from sync.services.facade import Services

_PROVIDERS = {
    "lightspeed": Provider.LIGHTSPEED,
    "ls": Provider.LIGHTSPEED,
    "quickbooks": Provider.QUICKBOOKS,
    "qbo": Provider.QUICKBOOKS,
    "qb": Provider.QUICKBOOKS,
}


def connect(request: Request, services: Services) -> Reply:
    if not request.words:
        text = "What shall be connected?"
        choices = (
            connect_button(Provider.LIGHTSPEED, "Connect Lightspeed", primary=False),
            connect_button(Provider.QUICKBOOKS, "Connect QuickBooks", primary=False),
        )
        return Message(text, (plain(text), actions(*choices)))
    return link(request, services, provider_in(request.word(0)))


def link(request: Request, services: Services, provider: Provider) -> Reply:
    """A link for this person only, good once and for ten minutes."""
    url = services.connections.create_link(
        request.actor, provider, user_name=request.user_name, channel=request.channel
    )
    return Message.of(connect_card(provider, url))


def disconnect(request: Request, services: Services) -> Reply:
    connection = request.books
    if not request.words:
        raise Invalid("Write what to disconnect: lightspeed or quickbooks.")
    provider = provider_in(request.word(0))
    account = connection.lightspeed if provider is Provider.LIGHTSPEED else connection.quickbooks
    if account is None or account.state is AccountState.DISCONNECTED:
        raise Invalid(f"{request.word(0).capitalize()} is not connected.")
    return Message.of(disconnect_card(account, connection, request.now))


def provider_in(word: str) -> Provider:
    """The account meant by a word."""
    if word not in _PROVIDERS:
        raise Invalid(f"“{word[:40]}” is no account of CCC. Write lightspeed or quickbooks.")
    return _PROVIDERS[word]


CONNECT = Command(
    "connect",
    help="Connect a Lightspeed account or a QuickBooks company",
    handle=connect,
    usage=("connect lightspeed", "connect quickbooks"),
    examples=("connect lightspeed", "connect quickbooks"),
    group="Set up",
    role=Role.ADMIN,
    synonyms=("reconnect",),
    needs_connection=False,
)
DISCONNECT = Command(
    "disconnect",
    help="Stop and forget an account's sign-in; settings, log and links stay",
    handle=disconnect,
    usage=("disconnect lightspeed|quickbooks",),
    examples=("disconnect lightspeed", "disconnect quickbooks"),
    group="Set up",
    role=Role.ADMIN,
)
