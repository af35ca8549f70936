"""Where results are posted: one picker, with Slack's own word on the channel before it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.channels import log_channel, notes_on
from bot.conversation import (
    FieldErrors,
    Form,
    Message,
    Modal,
    Reply,
    Request,
    State,
    UpdateView,
)
from bot.modals.changed_meanwhile import changed_since
from bot.modals.fields.inputs import Place, Typed, picker_field, typed_in, word
from bot.views.actions import CHANNEL
from bot.views.blocks import Block, Piece, channel_link, context, modal, rich
from sync.errors import Invalid, NotFound
from sync.services.models import Role

if TYPE_CHECKING:
    from sync.services.facade import Services

_FIELD = "channel"


def form_for(request: Request, typed: Typed | None = None, notice: tuple[Block, ...] = ()) -> Modal:
    """The channel as it is saved, or as somebody just chose it."""
    connection = request.books
    place = Place(CHANNEL, tells=False)
    blocks = [
        *notice,
        picker_field(
            place,
            _FIELD,
            "Log channel",
            connection.channel,
            typed or {},
            kind="conversations_select",
            hint="Results of runs are posted there. I must be a member: /invite me first.",
        ),
        context("In one line: /ccc channel #log · channel here"),
    ]
    state: State = {"connection": connection.id, "channel": connection.channel}
    state["at"] = request.now.timestamp()
    return Modal(modal("Log channel", CHANNEL, blocks, submit="Save"), state)


def submit(request: Request, services: Services) -> Reply:
    """Saved when Slack shows it to us; red on the field when not."""
    view = request.view
    if view is None:
        raise NotFound("This form is no longer valid. Open it again.")
    typed = typed_in(view.values)
    channel = word(typed, _FIELD)
    if not channel:
        raise FieldErrors({_FIELD: "Choose a channel."})
    if request.books.channel not in (view.state.get("channel"), channel):
        since = request.now.fromtimestamp(float(view.state.get("at", 0)), request.now.tzinfo)
        notice = changed_since(services, request.scope, since, request.books.zone)
        return UpdateView(form_for(request, typed, notice))
    try:
        return chosen(request, services, channel)
    except Invalid as error:
        raise FieldErrors({_FIELD: str(error)}) from error


def chosen(request: Request, services: Services, channel: str) -> Message:
    """Make it the log channel, and say what else it takes."""
    facts = log_channel(request, channel)
    services.connections.set_channel(request.actor, request.scope, channel)
    notes = notes_on(facts)
    line: list[Piece] = [
        f"{request.books.name}: results are now posted in ",
        channel_link(channel),
        ".",
    ]
    blocks = [rich(line)] + ([context(*notes)] if notes else [])
    return Message(" ".join(["The log channel is set.", *notes]), tuple(blocks))


FORM = Form(CHANNEL, submit, Role.ADMIN)
