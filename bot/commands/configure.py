"""`/ccc configure`: every setting in one form, or one of them in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.parse import names
from bot.conversation import Command, Message, OpenModal, Reply, Request, bare
from bot.modals.configure import form_for
from bot.modals.panels import TABS
from bot.views.blocks import context, facts
from bot.views.text import cut
from bot.views.wording import listed
from sync.errors import Invalid
from sync.services.models import Role
from sync.services.named_settings import SETTINGS, Shape, Value, known_setting

if TYPE_CHECKING:
    from sync.services.facade import Services

_TABS = {word: panel.id for panel in TABS for word in (panel.id, panel.title.casefold())}
_NOTHING = ("all", "none", "nothing")


def handle(request: Request, services: Services) -> Reply:
    if not request.words and request.role is Role.ADMIN:
        return OpenModal(form_for(request, services, TABS[0].id))
    if not request.words or request.word(0) in ("list", "show"):
        return _listed(request, services)
    tab = _TABS.get(request.text.casefold())
    if tab:
        return OpenModal(form_for(request, services, tab))
    setting = known_setting(request.words[0])
    if len(request.words) < 2:
        raise Invalid(f"Write what it becomes: configure {setting.name} VALUE.")
    typed = request.text[len(request.text.split(" ", 1)[0]) :].strip()
    value: Value = _value(typed, request.words[1:], setting.shape)
    saved = services.configuring.save(request.actor, request.scope, {setting.name: value})
    return Message(
        f"{setting.label}: {_words(setting.saved(saved.settings))}. The next run follows it."
    )


def _value(typed: str, words: tuple[str, ...], shape: Shape) -> Value:
    nothing = typed.casefold() in _NOTHING
    if shape is Shape.NAMES:
        return () if nothing else names(typed)
    return "" if nothing and shape is Shape.TEXT else " ".join(words)


def _listed(request: Request, services: Services) -> Message:
    saved = services.configuring.read(request.scope)
    said = {each.label: _words(saved.values[each.name]) for each in SETTINGS}
    note = f"Change one with: configure NAME VALUE. Names: {listed(each.name for each in SETTINGS)}"
    more = "Accounts, sales tax, rules and the schedule: /ccc accounts, tax, rules, schedule."
    return Message("The settings of this connection.", (facts(said), context(note, more)))


def _words(value: Value) -> str:
    if isinstance(value, tuple):
        return cut(listed(value), 500) or "all"
    return value or "none"


COMMAND = Command(
    "configure",
    help="All settings; alone, or with a tab, it opens the form",
    handle=handle,
    usage=(
        f"configure [{'|'.join(panel.id for panel in TABS)}]",
        "configure list",
        "configure NAME VALUE",
    ),
    examples=("configure accounts", "configure prefix LS-"),
    group="Set up",
    role=Role.ADMIN,
    reads=bare,
    synonyms=("config", "configuration"),
)
