"""The button under the audit trail."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.parse import read
from bot.commands.roles import audit_page
from bot.conversation import Action, Reply, Request
from bot.views.actions import AUDIT_OLDER
from sync.errors import Invalid
from sync.services.models import Role

if TYPE_CHECKING:
    from sync.services.facade import Services


def older(request: Request, services: Services) -> Reply:
    """The page before this one, asked with the same words."""
    number, _, text = request.value.partition(" ")
    if not number.isdigit():
        raise Invalid("That page cannot be shown any more. Type /ccc audit again.")
    line = read(text)
    page = audit_page(
        replace(request, words=line.words, text=line.text), services, before=int(number)
    )
    return replace(page, replaces=True)


ACTIONS = (Action(AUDIT_OLDER, older, Role.ADMIN),)
