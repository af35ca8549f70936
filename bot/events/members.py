"""People and user groups are not what they were: what we remember of them is asked again."""

from __future__ import annotations

from bot.events.happening import Happening


def changed(news: Happening) -> None:
    """Somebody deactivated, or made a guest, loses every role; a name may be another now."""
    user = news.told.get("user")
    if not isinstance(user, dict) or not isinstance(user.get("id"), str):
        return
    person = user["id"]
    news.directory.forget(person)
    if user.get("deleted"):
        news.services.people.gone(news.workspace, person, "deactivated in Slack")
    elif user.get("is_restricted") or user.get("is_ultra_restricted"):
        news.services.people.gone(news.workspace, person, "a guest now")


def group_changed(news: Happening) -> None:
    """Other people are in it, or it was switched off."""
    group = news.told.get("subteam")
    name = group.get("id") if isinstance(group, dict) else news.told.get("subteam_id")
    if isinstance(name, str):
        news.directory.forget(name)
