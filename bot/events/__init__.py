"""What Slack tells of by itself; adding one is a module and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bot.conversation import Reply, Request
from bot.events import home

if TYPE_CHECKING:
    from sync.services.facade import Services

Told = Mapping[str, Any]  # the event as Slack sent it
PERSONAL: Mapping[str, Callable[[Request, Told, Services, bool], Reply]] = {
    # By people who get an answer; the last argument: they took the first admin seat with it.
    "app_home_opened": home.opened,
}
