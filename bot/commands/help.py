"""`/ccc help`: made from the same table that routes, so it cannot promise what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.parse import nearest
from bot.conversation import Command, Message, Reply, Request
from bot.views.blocks import actions, plain
from bot.views.help import command_card, help_card
from bot.views.lines import did_you_mean
from sync.services.models import Role

if TYPE_CHECKING:
    from sync.services.facade import Services


def build(commands: tuple[Command, ...]) -> Command:
    """Help over these commands and itself."""

    def handle(request: Request, services: Services) -> Reply:
        if not request.words:
            return Message.of(help_card(listed))
        word = request.word(0)
        found = by_word.get(word)
        if found:
            return Message.of(command_card(found))
        guess = nearest(word, list(by_word))
        text = f"There is no command “{word[:40]}”. /ccc help lists them all."
        if not guess:
            return Message(text)
        right = by_word[guess].name
        return Message(text, (plain(text), actions(did_you_mean(f"help {right}"))))

    own = Command(
        "help",
        help="What CCC does, or one command with examples",
        handle=handle,
        usage=("help [verb]",),
        examples=("help", "help backfill"),
        group="Look",
        role=Role.VIEWER,
        synonyms=("?", "commands"),
        needs_connection=False,
    )
    listed = (own, *commands)
    by_word = {word: each for each in listed for word in (each.name, *each.synonyms)}
    return own
