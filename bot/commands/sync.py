"""`/ccc sync`: move what changed since the last run, now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import Command, Message, Reply, Request
from bot.views.status import started_card
from sync.errors import Invalid
from sync.services.models import Role

if TYPE_CHECKING:
    from sync.services.facade import Services

STREAMS = ("sales",)
DRY = ("dry", "dryrun", "dry-run", "--dry")


def handle(request: Request, services: Services) -> Reply:
    words = [word.casefold() for word in request.words if word.casefold() != "now"]
    dry = any(word in DRY for word in words)
    rest = [word for word in words if word not in (*DRY, "run")]
    for word in rest:
        if word not in STREAMS:
            raise Invalid(f"“{word[:40]}” cannot be synced; sales can: sync sales.")
    started = services.runs.sync(
        request.actor, request.scope, stream=rest[0] if rest else "sales", dry=dry
    )
    return Message.of(
        started_card(started.run, existing=started.existing, channel=request.books.channel)
    )


COMMAND = Command(
    "sync",
    help="Post what changed since the last run; dry only shows it",
    handle=handle,
    usage=("sync [sales] [dry]",),
    examples=("sync", "sync sales dry"),
    group="Run",
    role=Role.OPERATOR,
)
