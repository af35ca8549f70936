"""`/ccc roles` and `audit`: who may do what, and who did what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.parse import user_in
from bot.conversation import Command, Message, Reply, Request, bare
from bot.views.audit import audit_card
from bot.views.blocks import bold, context, mention, rich
from sync.errors import Invalid
from sync.services.models import Role

if TYPE_CHECKING:
    from bot.views.blocks import Piece
    from sync.services.facade import Services

_ROLES = {
    "admin": Role.ADMIN,
    "operator": Role.OPERATOR,
    "viewer": Role.VIEWER,
}
_ABOUT = "Admins change everything, operators run and resend, everybody else may look."


def roles(request: Request, services: Services) -> Reply:
    if not request.words or request.word(0) == "list":
        return _listed(request, services)
    user, role = user_in(request.words[0]), _ROLES.get(request.word(1))
    if not user:
        raise Invalid("Choose a person as Slack offers it: roles @anna operator.")
    if role is None:
        raise Invalid("The role is admin, operator or viewer: roles @anna operator.")
    services.people.set_role(request.actor, user, role)
    said: list[Piece] = [mention(user), f" is now a CCC {role.value}."]
    return Message(f"The role is now {role.value}.", (rich(said),))


def _listed(request: Request, services: Services) -> Message:
    known = services.people.roles(request.actor.workspace)
    lines: list[list[Piece]] = []
    for role in (Role.ADMIN, Role.OPERATOR):
        people = sorted(user for user, has in known.items() if has is role)[:50]
        said: list[Piece] = [bold(f"{role.value.capitalize()}s: ")]
        for index, user in enumerate(people):
            said += [", " if index else "", mention(user)]
        lines.append([piece for piece in (said if people else [*said, "nobody"]) if piece])
    return Message("Who may do what in CCC.", (rich(*lines), context(_ABOUT)))


def audit(request: Request, services: Services) -> Reply:
    rows = services.people.audit(request.scope, limit=20)
    return Message.of(audit_card(rows, request.books.zone))


ROLES = Command(
    "roles",
    help="Who may look, run and change",
    handle=roles,
    usage=("roles", "roles @person admin|operator|viewer"),
    examples=("roles", "roles <@U0000ANNA|anna> operator"),
    group="People",
    role=Role.ADMIN,
    reads=bare,
    synonyms=("role",),
    needs_connection=False,
)
AUDIT = Command(
    "audit",
    help="Who changed what, the latest first",
    handle=audit,
    usage=("audit",),
    examples=("audit", "Audit"),
    group="People",
    role=Role.ADMIN,
)
