"""The app was removed, or its token revoked: nothing more is done for that workspace."""

from __future__ import annotations

from bot.events.happening import Happening

_REMOVED = "CCC was removed from this Slack workspace."
_REVOKED = "Slack revoked the bot's token."


def uninstalled(news: Happening) -> None:
    """Tokens are deleted, runs end, schedules rest; settings and history stay for a return."""
    news.installations.ended(news.workspace, uninstalled=True, why=_REMOVED)


def revoked(news: Happening) -> None:
    """Tokens of people are none of ours: only the bot's counts."""
    tokens = news.told.get("tokens")
    if isinstance(tokens, dict) and tokens.get("bot"):
        news.installations.ended(news.workspace, uninstalled=False, why=_REVOKED)


def access_revoked(news: Happening) -> None:
    """An organisation took CCC out of some of its workspaces."""
    for team in _teams(news):
        news.installations.ended(team, uninstalled=True, why=_REMOVED)


def access_granted(news: Happening) -> None:
    """An organisation let it into some again."""
    for team in _teams(news):
        news.services.installations.grant(team)


def _teams(news: Happening) -> tuple[str, ...]:
    teams = news.told.get("team_ids")
    return tuple(str(team) for team in teams) if isinstance(teams, list) else ()
