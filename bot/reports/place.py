"""Where a report goes: the log channel, or a person as long as none is chosen."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sync.services.models import ConnectionView

_PERSON = re.compile(r"[UW][A-Z0-9]+")
CHOOSE_CHANNEL = "Reports come to you until a channel is chosen: /ccc channel #log."


def is_person(name: str) -> bool:
    """Whether this is a Slack user, who can be written to and mentioned."""
    return _PERSON.fullmatch(name) is not None


def is_direct(channel: str) -> bool:
    """A conversation with one person, by its own id or by the person's."""
    return is_person(channel) or channel.startswith("D")


def home(connection: ConnectionView, asked_by: str = "", admins: Sequence[str] = ()) -> str:
    """The connection's channel, else who asked, else who connected, else an admin, or nobody."""
    if connection.channel:
        return connection.channel
    accounts = (connection.quickbooks, connection.lightspeed)
    people = [asked_by, *(account.connected_by for account in accounts if account), *admins]
    return next((person for person in people if is_person(person)), "")
