"""`/ccc roles` and `audit`: who may do what, and who did what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.parse import group_in, user_in
from bot.conversation import Command, Message, Reply, Request, bare
from bot.views.actions import AUDIT_OLDER
from bot.views.audit import MOST_ROWS, audit_card
from bot.views.blocks import Piece, actions, button, rich
from bot.views.roles import ROLE_NAMES, named, roles_card
from sync.errors import Invalid, NotFound
from sync.services.models import Actor, ConnectionView, Role

if TYPE_CHECKING:
    from sync.services.facade import Services

_ROLES = {name: role for role, name in ROLE_NAMES.items()} | {"remove": Role.NONE}
_USELESS = (
    "A role would do nothing for this person: guests, bots, deactivated accounts and people of "
    "other companies cannot use CCC."
)
_HOW = "Write it as: roles @anna operator, or: roles @finance admin in “Connection”."


def roles(request: Request, services: Services) -> Reply:
    workspace = request.actor.workspace
    connections = services.connections.all(workspace)
    if not request.words or request.word(0) in ("list", "show"):
        return Message.of(roles_card(services.people.grants(workspace), connections, request.actor))
    subject = user_in(request.words[0]) or group_in(request.words[0])
    if not subject:
        raise Invalid(f"Choose a person or a user group as Slack offers it. {_HOW}")
    role = _ROLES.get(request.word(1))
    if role is None:
        raise Invalid(f"The role is admin, operator, viewer or none. {_HOW}")
    if role is not Role.NONE and not subject.startswith("S") and request.slack.refuses(subject):
        raise Invalid(_USELESS)
    where = _where(request, services, connections)
    services.people.set_role(request.actor, subject, role, where.id if where else "")
    return _done(subject, role, where)


def _where(
    request: Request, services: Services, connections: tuple[ConnectionView, ...]
) -> ConnectionView | None:
    """The connection that is named, None for all of them."""
    words = request.words[2:]
    if not words:
        return None
    if words[0].casefold() == "here" and len(words) == 1:
        found = services.connections.resolve(request.actor.workspace, request.channel)
        if found is None:
            raise NotFound("No connection reports into this channel.")
        return found
    if words[0].casefold() not in ("in", "for") or len(words) != 2:
        raise Invalid(_HOW)
    if words[1].casefold() == "all":
        return None
    wanted = words[1].casefold()
    for connection in connections:
        if connection.name.casefold() == wanted:
            return connection
    names = ", ".join(f"“{each.name}”" for each in connections[:5])
    raise NotFound(f"There is no connection of that name. There is: {names or 'none yet'}.")


def _done(subject: str, role: Role, where: ConnectionView | None) -> Message:
    place = f" in {where.name}" if where else ""
    if role is Role.NONE:
        text = f"has no role of their own{place} any more."
    elif subject.startswith("S"):
        text = f": everybody in this group is now a CCC {role.value}{place}."
    else:
        text = f"is now a CCC {role.value}{place}."
    said: list[Piece] = [named(subject), text if text.startswith(":") else f" {text}"]
    short = "The role was taken away." if role is Role.NONE else f"The role is now {role.value}."
    return Message(short, (rich(said),))


def audit(request: Request, services: Services) -> Reply:
    return audit_page(request, services, before=None)


def audit_page(request: Request, services: Services, *, before: int | None) -> Message:
    """Some rows of the trail, with a button for the older ones."""
    by = user_in(request.words[0]) if request.words else ""
    word = " ".join(request.words[1:] if by else request.words)[:100]
    rows = services.people.audit(
        request.scope, MOST_ROWS + 1, before=before, by=by, word=word, only=_only(request.actor)
    )
    connections = services.connections.all(request.actor.workspace)
    card = audit_card(rows[:MOST_ROWS], connections, by=by, word=word, older=before is not None)
    reply = Message.of(card)
    if len(rows) <= MOST_ROWS:
        return reply
    line = request.text[:200]
    older = button("Older", AUDIT_OLDER, value=f"{rows[MOST_ROWS - 1].number} {line}".strip())
    return Message(reply.text, (*reply.blocks, actions(older)))


def _only(actor: Actor) -> tuple[str, ...] | None:
    """The connections whose changes somebody may see, None for everything."""
    if actor.role is Role.ADMIN:
        return None
    return tuple(connection for connection, role in actor.higher if role is Role.ADMIN)


ROLES = Command(
    "roles",
    help="Who may look, run and change",
    handle=roles,
    usage=(
        "roles",
        "roles @person|@group admin|operator|viewer|none",
        'roles @person|@group admin|operator in "CONNECTION"|here',
    ),
    examples=("roles", "roles <@U0000ANNA|anna> operator"),
    group="People",
    role=Role.ADMIN,
    reads=bare,
    synonyms=("role",),
    needs_connection=False,
)
AUDIT = Command(
    "audit",
    help="Who changed what, the latest first; for one person or with a word",
    handle=audit,
    usage=("audit [@person] [WORD]",),
    examples=("audit", "audit <@U0000ANNA|anna> schedule"),
    group="People",
    role=Role.ADMIN,
    needs_connection=False,
)
