"""Buttons that stand for typed lines, and the few that only lead on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands import COMMANDS, connect
from bot.commands.running import Commands
from bot.conversation import Action, Message, Nothing, Outcome, Reply, Request
from bot.views.actions import (
    CONNECT,
    CONNECT_LINK,
    DID_YOU_MEAN,
    DISCONNECT,
    DO,
    HELP,
    RECONNECT,
    SHARE,
)
from bot.views.connecting import read_disconnect
from bot.views.lines import read_line
from bot.views.wording import PROVIDER_NAMES
from sync.domain.identity import Scope
from sync.errors import Conflict, Invalid
from sync.services.models import Role

if TYPE_CHECKING:
    from sync.services.facade import Services

TYPED = Commands(COMMANDS)
_SHARED = ("status", "log")  # what may be shown to a channel: they only look
_CONFIRM_SECONDS = 600


def run(request: Request, services: Services) -> Reply:
    """Do what the line says, as the person who pressed."""
    connection, line = read_line(request.value)
    return TYPED.run(request, services, line, connection)


def help_(request: Request, services: Services) -> Reply:
    return TYPED.run(request, services, f"help {request.value}".strip())


def connect_(request: Request, services: Services) -> Reply:
    """A fresh link: the id or the value names the provider."""
    word = request.value or request.action_id.rpartition(".")[2]
    return connect.link(request, services, connect.provider_in(word))


def share(request: Request, services: Services) -> Reply:
    """The same again, now, for everybody in the channel."""
    connection, line = read_line(request.value)
    if line.split(" ")[0] not in _SHARED:
        raise Invalid("That cannot be shared.")
    if request.view is not None:  # opened from Home, where there is no channel
        verb = line.split(" ")[0]
        raise Invalid(f"Share it from the channel that shall see it: type /ccc {verb} there.")
    reply = TYPED.run(request, services, line, connection)
    return replace(reply, everyone=True) if isinstance(reply, Message) else reply


def disconnect(request: Request, services: Services) -> Reply:
    """Only what was asked within ten minutes; later, things may look different."""
    name, connection, asked = read_disconnect(request.value)
    if request.now.timestamp() - asked > _CONFIRM_SECONDS:
        raise Conflict(
            f"That question is more than ten minutes old. Ask again: /ccc disconnect {name}"
        )
    provider = connect.provider_in(name)
    scope = Scope(request.actor.workspace, connection)
    services.connections.disconnect(request.actor, scope, provider)
    return Outcome(f"{PROVIDER_NAMES[provider]} is disconnected.", request.actor.user)


def opened(request: Request, services: Services) -> Reply:
    """A button that opens a page tells us too; there is nothing to do."""
    return Nothing()


ACTIONS = (
    Action(f"{DO}.", run),
    Action(DID_YOU_MEAN, run),
    Action(HELP, help_),
    Action(CONNECT_LINK, opened),
    Action(f"{CONNECT}.", connect_, Role.ADMIN),
    Action(RECONNECT, connect_, Role.ADMIN),
    Action(DISCONNECT, disconnect, Role.ADMIN, once=True),
    Action(SHARE, share),
)
