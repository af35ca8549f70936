"""Shortcuts on messages; adding one is a module, a line here and one in the manifest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bot.conversation import Reply, Request
from bot.shortcuts import explain

if TYPE_CHECKING:
    from sync.services.facade import Services

Told = Mapping[str, Any]  # the message as Slack sent it
SHORTCUTS: Mapping[str, Callable[[Request, Told, Services], Reply]] = {
    explain.CALLBACK: explain.explain,
}
