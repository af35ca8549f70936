"""`/ccc rule`: the rules, in the grammar in which they are saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import Command, Message, OpenModal, Reply, Request, bare
from bot.modals.rule_file import import_for
from bot.modals.rules import editor_for, list_for
from bot.views.blocks import code, plain, rich
from bot.views.rules import rules_card, saved_card
from bot.views.trials import waiting_card
from sync.errors import Invalid
from sync.services.models import ReplyTo, Role
from sync.services.names import did_you_mean

if TYPE_CHECKING:
    from sync.services.facade import Services

_ADD = 'rule add "Reg 1 is MD" when register = 1 set region MD'


def handle(request: Request, services: Services) -> Reply:
    if not request.words and request.role is Role.ADMIN:
        return OpenModal(list_for(request, services))
    word = request.word(0) or "list"
    if word in ("list", "show") and len(request.words) < 2:
        return _listed(request, services)
    if word in ("on", "off"):
        services.rules.switch(request.actor, request.scope, word == "on")
        return Message(f"Rules are {word}. The next run follows that.")
    if word == "export":
        services.rule_files.send(request.actor, request.scope, request.actor.user)
        return Message("The file of rules comes to you alone, in your messages with CCC.")
    if word == "import":
        return OpenModal(import_for(request))
    if word in ("show", "test"):
        return _one(request, services, word)
    if word == "add" and len(request.words) == 1:
        return OpenModal(editor_for(request))
    if word == "add":
        return _add(request, services)
    if word in ("enable", "disable", "remove", "move"):
        return _change(request, services, word)
    raise Invalid(f"“{word[:40]}” is not something rules do. /ccc help rule shows what is.")


def _listed(request: Request, services: Services) -> Message:
    rules = services.rules.all(request.scope)
    shipped = services.rules.shipped(request.scope)
    on = request.books.settings.rules_on
    return Message.of(rules_card(rules, on=on, shipped=shipped))


def _add(request: Request, services: Services) -> Message:
    line = request.text.split(" ", 1)[1]
    rule = services.rules.add(request.actor, request.scope, line)
    return Message.of(saved_card(rule, services.connections.get(request.scope)))


def _one(request: Request, services: Services, word: str) -> Message:
    """One rule in its line, or what it would have done to recent sales."""
    name = request.words[1] if len(request.words) > 1 else ""
    rules = services.rules.all(request.scope)
    rule = next((each for each in rules if each.name.casefold() == name.casefold()), None)
    if rule is None:
        meant = did_you_mean(name, [each.name for each in rules]) if name else ""
        raise Invalid(f'Name a rule as it is listed: rule {word} "Reg 1 is MD".{meant}')
    if word == "show":
        off = "" if rule.enabled else ", switched off"
        text = f"Rule {rule.position}{off}: {rule.line}"
        return Message(text, (plain(f"Rule {rule.position}{off}"), rich([code(rule.line)])))
    reply = ReplyTo(request.actor.user, request.channel, request.response_url)
    services.trials.ask(request.actor, request.scope, rule.line, rule.name, reply)
    return Message.of(waiting_card(rule.line))


def _change(request: Request, services: Services, word: str) -> Message:
    if len(request.words) < 2:
        raise Invalid(f'Name the rule: rule {word} "Reg 1 is MD".')
    name = request.words[1]
    actor, scope = request.actor, request.scope
    if word == "move":
        position = request.word(2).removeprefix("to ")
        if not (position.isascii() and position.isdigit() and 0 < int(position[:6]) < 100_000):
            raise Invalid(f'Write the place it moves to: rule move "{name[:60]}" 1.')
        services.rules.move(actor, scope, name, int(position))
        return Message(f"Rule “{name}” is now number {int(position)}.")
    if word == "enable":
        services.rules.enable(actor, scope, name)
    elif word == "disable":
        services.rules.disable(actor, scope, name)
    else:
        services.rules.remove(actor, scope, name)
    return Message(f"Rule “{name}” is {word.removesuffix('e')}ed. The next run follows that.")


COMMAND = Command(
    "rule",
    help="Rules that decide about sales before they are posted; alone it opens the form",
    handle=handle,
    usage=(
        "rules",
        "rule add",
        "rule list",
        "rule show|test NAME",
        'rule add "Name" when FIELD OP VALUE [and|or …] ACTION VALUE',
        "rule enable|disable|remove NAME",
        "rule move NAME POSITION",
        "rules on|off",
        "rules export|import",
    ),
    examples=(_ADD, 'rule disable "Reg 1 is MD"'),
    group="Set up",
    role=Role.ADMIN,
    reads=bare,
    synonyms=("rules",),
)
