"""Shared steps of scenarios about the settings form."""

from __future__ import annotations

from typing import Any

from bot.sandbox.model import View
from bot.views.actions import CONFIGURE_TAB
from sync.domain.settings import ConnectionSettings
from tests.office import Office, form_of


def saved(office: Office) -> ConnectionSettings:
    return office.house.services.connections.get(office.house.scope).settings


def opened(office: Office, line: str = "configure", who: str = "olivia") -> View:
    office.say(line, who=who)
    return form_of(office.person(who))


def turned(office: Office, tab: str, who: str = "olivia") -> View:
    person = office.person(who)
    person.choose(form_of(person), CONFIGURE_TAB, tab)
    return form_of(person)


def on_screen(office: Office, who: str = "olivia") -> str:
    return str(form_of(office.person(who)).body)


def shown(view: View, field: str) -> Any:
    """What a field begins with."""
    (block,) = (b for b in view.blocks if str(b.get("block_id", "")).partition("~")[0] == field)
    element = block["element"]
    option = element.get("initial_option") or {}
    several = [each["value"] for each in element.get("initial_options", [])]
    return option.get("value") or element.get("initial_value") or several
