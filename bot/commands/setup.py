"""`/ccc setup`: the wizard, from the first account to the first posted sale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import Command, Message, OpenModal, Reply, Request
from bot.modals.setup.wizard import form_for
from bot.views.status import which_card
from sync.errors import Invalid
from sync.services.checklist import StepName
from sync.services.models import Role

if TYPE_CHECKING:
    from sync.services.facade import Services


def handle(request: Request, services: Services) -> Reply:
    """At a named step, or where it goes on; there may be nothing connected yet."""
    wanted = request.word(0).replace("-", "")
    if wanted and wanted not in tuple(StepName):
        names = ", ".join(StepName)
        raise Invalid(f"“{request.word(0)[:40]}” is not a step. The steps are: {names}.")
    if request.connection is None:
        found = services.connections.resolve(request.actor.workspace, request.channel)
        if found is not None:
            request = request.about(found)
        elif several := services.connections.all(request.actor.workspace):
            return Message.of(which_card(several, f"setup {wanted}".strip()))
    return OpenModal(form_for(request, services, wanted))


COMMAND = Command(
    "setup",
    help="Set up step by step; every step can be skipped and opened again",
    handle=handle,
    usage=("setup", f"setup [{'|'.join(StepName)}]"),
    examples=("setup", "setup stores"),
    group="Set up",
    role=Role.ADMIN,
    synonyms=("set-up", "wizard", "start"),
    needs_connection=False,
)
