"""What a typed line, or a button that stands for one, leads to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.parse import Line, nearest, read
from bot.conversation import Command, Message, Reply, Request
from bot.views.blocks import actions, plain
from bot.views.lines import did_you_mean, help_button
from bot.views.next_step import setup_card
from bot.views.status import status_card, which_card
from sync.domain.identity import Scope
from sync.services.models import ConnectionView, Role

if TYPE_CHECKING:
    from sync.services.facade import Services


class Commands:
    """All verbs by every word they answer to; built once."""

    def __init__(self, commands: tuple[Command, ...]) -> None:
        self.all = commands
        self.by_word = {
            word: command for command in commands for word in (command.name, *command.synonyms)
        }
        self._words = list(self.by_word)

    def run(self, request: Request, services: Services, typed: str, connection: str = "") -> Reply:
        """Route, check the role, find the connection, answer."""
        line = read(typed)
        if not line.words:
            return _home(request, services)
        command = self.by_word.get(line.words[0].casefold())
        if command is None:
            return self._unknown(line)
        words = line.words[1:]
        request = request.needing(command.role_for(words))
        if command.needs_connection:
            found = located(request, services, line.text, connection, whole=command.shows_state)
            if isinstance(found, Message):
                return found
            request = request.about(found)
        elif connection:
            scope = Scope(request.actor.workspace, connection)
            request = request.about(services.connections.get(scope))
        request = replace(request, words=words, text=line.after(1), line=line.text)
        return command.handle(request, services)

    def _unknown(self, line: Line) -> Message:
        word = line.words[0][:40]
        guess = nearest(word, self._words)
        if not guess:
            text = f"I do not know “{word}”. /ccc help lists what I do."
            return Message(text, (plain(text), actions(help_button())))
        right = self.by_word[guess].name
        meant = f"{right} {line.after(1)}".strip()
        text = f"I do not know “{word}”. Did you mean “{right}”?"
        return Message(text, (plain(text), actions(did_you_mean(meant), help_button())))


def located(
    request: Request, services: Services, line: str, connection: str = "", *, whole: bool = False
) -> ConnectionView | Message:
    """The connection a line is about, or the question which one."""
    workspace = request.actor.workspace
    if connection:
        return services.connections.get(Scope(workspace, connection))
    found = services.connections.resolve(workspace, request.channel, whole=whole)
    if found is not None:
        return found
    several = services.connections.all(workspace)
    if several:
        return Message.of(which_card(several, line))
    card = setup_card(None, may_change=request.role is Role.ADMIN)
    assert card is not None  # with nothing connected there is always a first step
    return Message.of(card)


def _home(request: Request, services: Services) -> Message:
    """Bare `/ccc`: the next step while setting up, the status after."""
    found = located(request, services, "status", whole=True)
    if isinstance(found, Message):
        return found
    if found.is_ready and found.channel and found.last_run is not None:
        return Message.of(status_card(found))
    may_change = request.about(found).role is Role.ADMIN
    steps = services.setting_up.steps(found, request.actor.workspace)
    return Message.of(setup_card(found, steps, may_change=may_change) or status_card(found))
