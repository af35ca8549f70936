"""The Slack app as this version needs it, to paste into Slack's app page; JSON is what it takes."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from sync.errors import Misconfigured

# What we ask for is what a reader of this file can see in use; nothing reads conversations.
SCOPES: Final = (
    "commands",  # /ccc itself
    "chat:write",  # answers, run messages and their updates in the log channel
    "channels:read",  # is the chosen log channel archived, shared, and are we in it
    "groups:read",  # the same for a private channel
    "files:write",  # the CSV of a run
    "usergroups:read",  # who is in the groups that have a role
    "app_mentions:read",  # `@ccc status` in a thread, where no command can be typed
    "users:read",  # guests are refused, and Slack admins may become the first CCC admin
)

# What Slack shall tell by itself; a handler for each is in `bot/events`.
EVENTS: Final = (
    "app_home_opened",  # Home is drawn when somebody looks at it
    "app_mention",  # the same words as after /ccc, in a thread too
    "app_uninstalled",  # nothing more is done for that workspace
    "tokens_revoked",
    "team_access_granted",  # an organisation adds it to a workspace, or takes it out
    "team_access_revoked",
    "channel_archive",  # a log channel is gone: admins are asked for another
    "group_archive",
    "channel_deleted",
    "group_deleted",
    "channel_left",
    "group_left",
    "member_left_channel",
    "member_joined_channel",  # a guest reads along
    "channel_shared",  # another company does
    "channel_id_changed",
    "user_change",  # who is deactivated or a guest loses every role
    "subteam_members_changed",  # user groups have roles
    "subteam_updated",
)


def manifest(public_url: str, *, socket_mode: bool = False, many: bool = False) -> dict[str, Any]:
    """The manifest, second version; over HTTP one address takes everything that Slack sends.

    `many` is for an app that other workspaces and organisations install by OAuth.
    """
    address = f"{public_url.rstrip('/')}/slack/events"
    if (many or not socket_mode) and urlsplit(address).scheme != "https":
        raise Misconfigured(
            "Slack calls https addresses only: set CCC_PUBLIC_URL, such as "
            "https://ccc.example.com, or set SLACK_APP_TOKEN to use Socket Mode"
        )
    command: dict[str, Any] = {
        "command": "/ccc",
        "description": "Lightspeed to QuickBooks sync",
        "usage_hint": "help | status | setup | sync | backfill | log | rule | pause",
        "should_escape": True,  # people and channels arrive as ids, not as names to guess
    }
    oauth: dict[str, Any] = {"scopes": {"bot": list(SCOPES)}}
    if many:
        oauth["redirect_urls"] = [f"{public_url.rstrip('/')}/slack/oauth_redirect"]
    interactivity: dict[str, Any] = {"is_enabled": True}
    events: dict[str, Any] = {"bot_events": list(EVENTS)}
    if not socket_mode:
        command["url"] = address
        interactivity["request_url"] = address
        events["request_url"] = address
        interactivity["message_menu_options_url"] = address  # pick-lists that search as one types
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "CCC",
            "description": "Keeps Lightspeed Retail sales in step with QuickBooks Online",
            "long_description": (
                "CCC connects Lightspeed Retail with QuickBooks Online. Set up store filters, tax "
                "and account mappings and posting rules in Slack, run or schedule syncs and "
                "backfills, and read every transaction-log entry in the channel of your choice. "
                "It reads no messages."
            ),
            "background_color": "#0B3D2E",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,  # where people find what we send to them alone
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "ccc", "always_online": True},
            "slash_commands": [command],
            "shortcuts": [
                {
                    "name": "Explain log entry",
                    "type": "message",
                    "callback_id": "ccc.explain",
                    "description": "What a report of CCC is about, sale by sale",
                }
            ],
        },
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": many,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": many,  # else the one token stands in the environment
        },
    }
