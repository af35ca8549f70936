"""Who may do what, by role and by connection."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views.blocks import Block, Card, Piece, bold, context, header, mention, plain, rich
from bot.views.text import cut
from bot.views.wording import count
from sync.services.models import Actor, ConnectionView, Grant, Role

ROLE_NAMES = {
    Role.ADMIN: "admin",
    Role.OPERATOR: "operator",
    Role.VIEWER: "viewer",
    Role.NONE: "none",
}
_ABOUT = (
    "Admins change everything, operators run and resend, every other full member may look. "
    "Guests, bots and people of other companies may nothing. Of several roles the highest counts."
)
_HOW = "/ccc roles @anna operator, /ccc roles @finance admin, /ccc roles @anna none"
_MOST = 40
_MOST_PLACES = 20


def named(subject: str) -> Block:
    """A person or a user group; in an answer for one reader it notifies nobody."""
    if subject.startswith("S"):
        return {"type": "usergroup", "usergroup_id": subject}
    return mention(subject)


def roles_card(
    grants: Sequence[Grant], connections: Sequence[ConnectionView], reader: Actor
) -> Card:
    """Everybody with a role, those for all connections first, and what the reader may do."""
    blocks: list[Block] = [header("Who may do what in CCC")]
    given = {grant.connection for grant in grants}
    own = [(each.id, each.name) for each in connections if each.id in given]
    for connection, name in [("", ""), *own[:_MOST_PLACES]]:
        here = [grant for grant in grants if grant.connection == connection]
        if connection:
            blocks.append(plain(f"Only in {cut(name, 100)}"))
        lines = [
            _line(role, [grant.subject for grant in here if grant.role is role])
            for role in (Role.ADMIN, Role.OPERATOR, Role.VIEWER)
            if role is not Role.VIEWER or any(grant.role is role for grant in here)
        ]
        blocks.append(rich(*lines))
    if left := len(own[_MOST_PLACES:]):
        blocks.append(context(f"Roles are also given in {count(left, 'further connection')}."))
    yours = f"You are {_article(reader.role)}{_elsewhere(reader)}."
    blocks.append(context(yours, _ABOUT))
    blocks.append(context(f"An admin changes it by typing {_HOW}"))
    return Card(f"{count(len(grants), 'role')} given in CCC. {yours}", blocks)


def _line(role: Role, subjects: Sequence[str]) -> list[Piece]:
    said: list[Piece] = [bold(f"{ROLE_NAMES[role].capitalize()}s: ")]
    if not subjects:
        return [*said, "nobody"]
    for index, subject in enumerate(subjects[:_MOST]):
        said += [", ", named(subject)] if index else [named(subject)]
    if left := len(subjects[_MOST:]):
        said.append(f" and {left} more")
    return said


def _article(role: Role) -> str:
    return f"{'a' if role is Role.VIEWER else 'an'} {ROLE_NAMES[role]}"


def _elsewhere(reader: Actor) -> str:
    return (
        "" if reader.best is reader.role else f", and {_article(reader.best)} in some connections"
    )
