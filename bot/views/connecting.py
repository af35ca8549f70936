"""Connecting and disconnecting: what is asked, what stays."""

from __future__ import annotations

from datetime import datetime

from bot.views.actions import CONNECT_LINK, DISCONNECT
from bot.views.blocks import Block, Card, actions, button, confirm, context, plain
from bot.views.lines import line_button
from bot.views.wording import PROVIDER_NAMES
from sync.services.models import AccountView, ConnectionView, Provider

_BREAK = "\x1f"


def connect_card(provider: Provider, url: str) -> Card:
    """The one-time link, with what to know before it is opened."""
    name = PROVIDER_NAMES[provider]
    needs = (
        "Sign in as the primary or a company administrator of the QuickBooks company."
        if provider is Provider.QUICKBOOKS
        else "Sign in as an owner or administrator of the Lightspeed account."
    )
    text = f"Connect {name}: the link is yours alone, works once and for ten minutes."
    press = button(f"Connect {name}", CONNECT_LINK, style="primary", url=url)
    return Card(text, [plain(text), actions(press), context(needs)])


def disconnect_card(account: AccountView, connection: ConnectionView, now: datetime) -> Card:
    """What stops, what stays and how to come back; nothing happens before the press."""
    name = PROVIDER_NAMES[account.provider]
    text = (
        f"Disconnect {account.name} ({name})? Syncing stops and the sign-in is withdrawn. "
        "Settings, rules, the log and the links between sales and documents stay; "
        f"/ccc connect {account.provider.value} takes it up again."
    )
    question = confirm(
        f"Disconnect {name}?",
        f"{account.name} is signed out. Nothing in QuickBooks or Lightspeed changes.",
        "Disconnect",
        danger=True,
    )
    value = disconnect_value(account.provider, connection.id, now)
    press = button(f"Disconnect {name}", DISCONNECT, value, style="danger", confirm=question)
    return Card(text, [plain(text), actions(press, *_pause(connection))])


def _pause(connection: ConnectionView) -> list[Block]:
    return [] if connection.paused else [line_button("Pause instead", "pause", connection.id)]


def disconnect_value(provider: Provider, connection: str, now: datetime) -> str:
    """What is to be disconnected, and when that was asked."""
    return _BREAK.join((provider.value, connection, str(int(now.timestamp()))))


def read_disconnect(value: str) -> tuple[str, str, int]:
    """Provider, connection and the second of asking; 0 for what is not ours."""
    provider, connection, asked = (*value.split(_BREAK), "", "", "")[:3]
    return provider, connection, int(asked) if asked.isascii() and asked.isdigit() else 0
