"""The file of rules that somebody asked for, sent to them alone."""

from __future__ import annotations

from collections.abc import Iterator

from bot.reports.messages import post, upload
from bot.reports.place import is_person
from bot.views.blocks import Card, rich
from bot.views.text import escape
from bot.views.wording import count
from sync.domain.identity import Scope
from sync.services.facade import Services
from sync.services.models import ConnectionView
from sync.services.reports import Event, Outgoing


def rules_file(services: Services, event: Event, connection: ConnectionView) -> Iterator[Outgoing]:
    """To a person: a message, and the file in its thread. To the log channel: the file alone."""
    scope = Scope(event.workspace, event.connection)
    channel, key = str(event.payload["channel"]), f"event:{event.id}"
    under = key if is_person(channel) else ""
    rules = count(len(services.rules.all(scope)), "rule")
    if under:
        text = f"The file of {rules} is in the thread."
        yield post(event.workspace, key, channel, Card(text, [rich([text])]))
    yield upload(
        event.workspace,
        f"{key}:csv:1",
        channel,
        name=f"ccc-rules-{event.id}.csv",
        lines=[services.rule_files.export(scope)],
        comment=escape(f"{rules}, in their order. /ccc rules import takes such a file back."),
        under=under,
        instead="Files are not allowed here. /ccc rules shows the rules in pages.",
        connection="" if under else connection.id,
    )
