"""The workspace everybody starts with: a small retailer, a guest, a partner company and the bot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.sandbox.model import Channel, User, UserGroup
from bot.sandbox.workspace import Workspace

TEAM, PARTNER_TEAM = "T0RETAIL1", "T0PARTNER"
OWNER, OPERATOR, BOOKKEEPER = "U0OLIVIA1", "U0OSCAR01", "U0BEATRIX"
GUEST, PARTNER, ADMIN = "U0GUSTAV1", "U0PETRA01", "U0AMIR001"
GENERAL, LOG, PRIVATE = "C0GENERAL", "C0CCCLOG1", "C0OWNERS1"
ARCHIVED, SHARED, PRIVATE_WITH_BOT = "C0OLDLOG1", "C0PARTNER", "C0BOOKS01"
ADMINS_GROUP, RETIRED_GROUP = "S0ADMINS1", "S0RETIRED"


def retailer(clock: Callable[[], datetime]) -> Workspace:
    """A fresh workspace in which nothing has been said yet."""
    workspace = Workspace(team_id=TEAM, name="Corner Cycles", domain="cornercycles", clock=clock)
    for user in (
        User(OWNER, "olivia", "Olivia Owner", TEAM, is_admin=True, is_owner=True),
        User(ADMIN, "amir", "Amir Admin", TEAM, is_admin=True),
        User(OPERATOR, "oscar", "Oscar Operator", TEAM),
        User(BOOKKEEPER, "beatrix", "Beatrix Bookkeeper", TEAM),
        User(GUEST, "gustav", "Gustav Guest", TEAM, is_restricted=True),
        User(PARTNER, "petra", "Petra Partner", PARTNER_TEAM),
        User(workspace.bot_user, "ccc", "CCC", TEAM, is_bot=True),
    ):
        workspace.people[user.id] = user
    bot, staff = workspace.bot_user, [OWNER, ADMIN, OPERATOR, BOOKKEEPER]
    for channel in (
        Channel(GENERAL, "general", [*staff, GUEST]),
        Channel(LOG, "ccc-log", [*staff, GUEST, bot], topic="What CCC posted"),
        Channel(PRIVATE, "owners", [OWNER], is_private=True),
        Channel(PRIVATE_WITH_BOT, "books", [OWNER, BOOKKEEPER, bot], is_private=True),
        Channel(ARCHIVED, "old-log", [OWNER, bot], is_archived=True),
        Channel(SHARED, "partner-shared", [OWNER, PARTNER, bot], is_ext_shared=True),
    ):
        workspace.channels[channel.id] = channel
    for group in (
        UserGroup(ADMINS_GROUP, "ccc-admins", "CCC admins", [OWNER, ADMIN]),
        UserGroup(RETIRED_GROUP, "ccc-retired", "Retired", [OPERATOR], disabled=True),
    ):
        workspace.groups[group.id] = group
    return workspace
