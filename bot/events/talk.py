"""Somebody wrote `@ccc …`, or to the bot itself: the answer is for them alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.actions.lines import TYPED
from bot.conversation import Message, Nothing, Reply, Request

if TYPE_CHECKING:
    from sync.services.facade import Services

_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
_FORM = "That opens a form, which works only from a command. Type it as: /ccc {line}"


def mentioned(
    request: Request, told: Mapping[str, Any], services: Services, claimed: bool
) -> Reply:
    """The words after the mention are a command, as in a thread, where /ccc cannot be typed."""
    line = _MENTION.sub("", str(told.get("text") or ""), count=1).strip()
    reply = TYPED.run(request, services, line)
    return reply if isinstance(reply, Message) else Message(_FORM.format(line=line[:100]))


def written(request: Request, told: Mapping[str, Any], services: Services, claimed: bool) -> Reply:
    """The same in the conversation with the bot; edits, files and other bots are no commands."""
    if told.get("channel_type") != "im" or told.get("subtype") or told.get("bot_id"):
        return Nothing()
    return mentioned(request, told, services, claimed)
