"""Buttons of the log: another page, one entry, other filters, and the file of all that match."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands import log
from bot.commands.parse import read
from bot.commands.running import located
from bot.conversation import Action, Message, OpenModal, Reply, Request
from bot.modals import log_filter
from bot.views.actions import LOG_CSV, LOG_ENTRY, LOG_FILTER, LOG_PAGE
from bot.views.blocks import plain
from bot.views.lines import read_line
from bot.views.story import story_card
from sync.domain.identity import Scope
from sync.errors import NotFound

if TYPE_CHECKING:
    from sync.services.facade import Services


def page(request: Request, services: Services) -> Reply:
    """Another page in place of this one."""
    connection, rest = read_line(request.value)
    cursor, typed = "", rest
    if rest.startswith(("<", ">")):
        cursor, _, typed = rest.partition(" ")
    asked = _asked(request, services, connection, typed)
    if isinstance(asked, Message):
        return asked
    number = int(cursor[1:]) if cursor[1:].isascii() and cursor[1:].isdigit() else None
    after = number if cursor.startswith("<") else None
    above = number if cursor.startswith(">") else None
    return replace(log.page(asked, services, after=after, above=above), replaces=True)


def entry(request: Request, services: Services) -> Reply:
    """The story of one line of the page, beside it."""
    connection, number = read_line(request.value)
    scope = Scope(request.actor.workspace, connection)
    found = request.about(services.connections.get(scope)).books
    is_number = number.isascii() and number.isdigit() and len(number) < 18
    story = services.log.story_of(scope, int(number)) if is_number else None
    if story is None:
        raise NotFound("That entry is not in the log any more.")
    return Message.of(story_card(story, found))


def filters(request: Request, services: Services) -> Reply:
    """The form, with what the page was filtered by."""
    asked = _asked(request, services, *read_line(request.value))
    if isinstance(asked, Message):
        return asked
    query = log.query_of(asked, services).query
    return OpenModal(log_filter.form_for(asked, services, query))


def csv(request: Request, services: Services) -> Reply:
    """All that match, to the log channel when asked there, else to this person alone."""
    asked = _asked(request, services, *read_line(request.value))
    if isinstance(asked, Message):
        return asked
    found = log.query_of(asked, services)
    at_home = bool(asked.channel) and asked.channel == asked.books.channel
    channel = asked.channel if at_home else asked.actor.user
    services.log.export(asked.actor, asked.scope, found.query, found.said, channel)
    where = "into this channel" if at_home else "to you alone, in your messages with CCC"
    text = f"The CSV of {found.said} is being written. It comes {where}."
    return Message(text, (plain(text),))


def _asked(request: Request, services: Services, connection: str, typed: str) -> Request | Message:
    """The line of the button, about its connection; a question when that is not clear."""
    line = read(typed)
    found = located(request, services, typed, connection)
    if isinstance(found, Message):
        return found
    asked = request.about(found)
    return replace(asked, words=line.words[1:], text=line.after(1))


ACTIONS = (
    Action(f"{LOG_PAGE}.", page),
    Action(LOG_ENTRY, entry),
    Action(LOG_FILTER, filters),
    Action(LOG_CSV, csv, once=True),
)
