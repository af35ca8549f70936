"""The file that somebody asked for from the log: every entry that matches, and nothing computes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from bot.reports.messages import post, upload
from bot.reports.place import is_person
from bot.reports.sheet import MOST_ENTRIES, sheet
from bot.views.blocks import Card, rich
from bot.views.text import cut, escape
from bot.views.wording import count
from sync.domain.identity import Scope
from sync.services.facade import Services
from sync.services.models import ConnectionView, EntryView
from sync.services.reports import Event, Outgoing

_MOST = 100_000  # entries of one question; a year of a small retailer


def exported(services: Services, event: Event, connection: ConnectionView) -> Iterator[Outgoing]:
    """To a person: a message, and the files in its thread. To the log channel: the files alone."""
    scope = Scope(event.workspace, event.connection)
    channel = str(event.payload["channel"])
    said = cut(str(event.payload["said"]), 300)
    key = f"event:{event.id}"
    under = key if is_person(channel) else ""
    entries = services.log.all(scope, services.log.exported(event.payload), most=_MOST)
    part, some = 0, list(islice(entries, MOST_ENTRIES))
    if under or not some:
        text = f"The log, {said}: " + ("the file is in the thread." if some else "no entries.")
        yield post(event.workspace, key, channel, Card(text, [rich([text])]))
    while some:
        part += 1
        yield upload(
            event.workspace,
            f"{key}:csv:{part}",
            channel,
            name=f"ccc-log-{event.id}{f'-part-{part}' if part > 1 else ''}.csv",
            lines=sheet(some, connection.zone, prefix=connection.settings.prefix),
            comment=escape(_comment(said, some)),
            under=under,
            instead=f"The log, {said}: files are not allowed here. /ccc log shows it in pages.",
            connection="" if under else connection.id,
        )
        some = list(islice(entries, MOST_ENTRIES))


def _comment(said: str, some: list[EntryView]) -> str:
    return f"The log, {said}: {count(len(some), 'entry', 'entries')}, the newest first."
