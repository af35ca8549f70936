"""`/ccc channel`: where results are posted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.parse import channel_in
from bot.conversation import Command, Message, Reply, Request, bare
from bot.views.blocks import Piece, actions, channel_link, context, rich
from bot.views.lines import line_button
from sync.errors import Invalid
from sync.services.models import Role

if TYPE_CHECKING:
    from sync.services.facade import Services


def handle(request: Request, services: Services) -> Reply:
    connection = request.books
    if not request.words:
        return _shown(request)
    channel = request.channel if request.word(0) == "here" else channel_in(request.words[0])
    if not channel:
        raise Invalid(
            "Name the channel as Slack offers it, such as #ccc-log, or write: channel here."
        )
    facts = request.slack.channel(channel)
    if facts is None:
        raise Invalid("I cannot see that channel. Invite me there first with /invite, then again.")
    if facts.is_archived:
        raise Invalid("That channel is archived. Choose another one.")
    services.connections.set_channel(request.actor, request.scope, channel)
    notes = []
    if not facts.is_member:
        notes.append("I am not in that channel yet: type /invite there and choose me.")
    if facts.is_shared:
        notes.append(
            "Another company reads along in that channel: sums and sale numbers will be visible."
        )
    line: list[Piece] = [
        f"{connection.name}: results are now posted in ",
        channel_link(channel),
        ".",
    ]
    blocks = [rich(line)] + ([context(*notes)] if notes else [])
    return Message(" ".join(["The log channel is set.", *notes]), tuple(blocks))


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
    help="Where results of runs are posted",
    handle=handle,
    usage=("channel", "channel #log", "channel here"),
    examples=("channel <#C0000LOG1|ccc-log>", "channel here"),
    group="Set up",
    role=Role.ADMIN,
    reads=bare,
)
