"""The rules of a connection, in the words they are saved in."""

from __future__ import annotations

from bot.views.blocks import Block, Card, actions, bold, code, context, plain, rich
from bot.views.lines import line_button
from bot.views.text import cut
from bot.views.wording import count
from sync.services.models import ConnectionView, RuleView

_PER_BLOCK, _SHOWN, _WARNINGS = 10, 100, 5


def rules_card(rules: tuple[RuleView, ...], *, on: bool, shipped: tuple[str, ...] = ()) -> Card:
    """From first to last, which is how they are applied; then those that wait to be wanted."""
    state = "" if on else " Rules are off: none of them is applied. /ccc rules on"
    if not rules:
        text = f"There are no rules yet.{state}"
        example = '/ccc rule add "Reg 1 is MD" when register = 1 set region MD'
        return Card(text, [plain(text), context(f"For example: {example}"), *_offered(shipped)])
    text = f"{count(len(rules), 'rule')}, applied from first to last.{state}"
    blocks: list[Block] = [plain(text)]
    for start in range(0, min(len(rules), _SHOWN), _PER_BLOCK):
        lines = [
            [
                bold(f"{rule.position}. "),
                code(cut(rule.line, 250)),
                "" if rule.enabled else "  off",
            ]
            for rule in rules[start : start + _PER_BLOCK]
        ]
        blocks.append(rich(*lines))
    if len(rules) > _SHOWN:
        blocks.append(context(f"{len(rules) - _SHOWN:,} further rules are not shown here."))
    return Card(text, [*blocks, *_offered(shipped)])


def _offered(shipped: tuple[str, ...]) -> list[Block]:
    return [
        context(f"Comes with CCC and is off: {name}. /ccc rule enable {name}") for name in shipped
    ]


def saved_card(rule: RuleView, connection: ConnectionView) -> Card:
    """A rule as it was understood, and what makes it count for held sales."""
    text = " ".join((f"Rule {rule.position} is saved: {rule.line}", *rule.warnings[:_WARNINGS]))
    off = "" if connection.settings.rules_on else "Rules are off as a whole: /ccc rules on."
    blocks: list[Block] = [plain(f"Rule {rule.position} is saved."), rich([code(rule.line)])]
    blocks += [context(cut(warning, 500)) for warning in rule.warnings[:_WARNINGS]]
    if off:
        blocks.append(context(off))
    buttons = [line_button("All rules", "rule list", connection.id)]
    if connection.open_problems:
        buttons.append(line_button("Resync held sales", "resync failed", connection.id))
    return Card(text, [*blocks, actions(*buttons)])
