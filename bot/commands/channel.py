"""`/ccc channel`: where results are posted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.parse import channel_in
from bot.conversation import Command, Message, OpenModal, Reply, Request, bare
from bot.modals.channel import chosen, form_for
from bot.views.blocks import actions, channel_link, rich
from bot.views.lines import line_button
from sync.errors import Invalid
from sync.services.models import Role

if TYPE_CHECKING:
    from sync.services.facade import Services


def handle(request: Request, services: Services) -> Reply:
    if not request.words and request.role is Role.ADMIN:
        return OpenModal(form_for(request))
    if not request.words or request.word(0) in ("list", "show"):
        return _shown(request)
    channel = request.channel if request.word(0) == "here" else channel_in(request.words[0])
    if not channel:
        raise Invalid(
            "Name the channel as Slack offers it, such as #ccc-log, or write: channel here."
        )
    return chosen(request, services, channel)


def _shown(request: Request) -> Message:
    connection = request.books
    use = line_button("Use this channel", "channel here", connection.id)
    if connection.channel:
        said = rich(["Results are posted in ", channel_link(connection.channel), "."])
    else:
        said = rich("No log channel is chosen yet.")
    return Message("The log channel of this connection.", (said, actions(use)))


COMMAND = Command(
    "channel",
    help="Where results of runs are posted; alone it opens the form",
    handle=handle,
    usage=("channel", "channel list", "channel #log", "channel here"),
    examples=("channel <#C0000LOG1|ccc-log>", "channel here"),
    group="Set up",
    role=Role.ADMIN,
    reads=bare,
)
