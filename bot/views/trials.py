"""What a rule would have done to the last sales, in words and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.views.blocks import Block, Card, code, context, plain, rich
from bot.views.text import cut
from bot.views.wording import count

Told = Mapping[str, Any]


def waiting_card(line: str) -> Card:
    """While the worker reads."""
    text = "Trying the rule on recent sales … Nothing is posted or changed."
    return Card(text, [plain(text), rich([code(line)])])


def tried_card(told: Told) -> Card:
    """Payload of `rule.tried`: so many of so many, with examples."""
    sales, met = int(told["sales"]), int(told["met"])
    if not sales:
        text = "The till has no completed sales of the last 90 days to try the rule on."
    else:
        text = f"It would have matched {met:,} of the last {count(sales, 'sale')}."
    blocks: list[Block] = [plain(text), rich([code(str(told["line"]))])]
    for each in told["examples"]:
        before = cut(str(each["before"]) or "nothing", 80)
        after = cut(str(each["after"]) or "nothing", 80)
        said = f"Sale {each['number']}: {each['field']} from “{before}” to “{after}”."
        blocks.append(plain(said))
    blocks.append(context("Tried after the rules before it, as if it were on. Nothing was posted."))
    return Card(text, blocks)


def untried_card(told: Told) -> Card:
    """Payload of `job.failed`."""
    reason = cut(str(told.get("reason") or "the reason is not known"), 600)
    text = f"The rule could not be tried: {reason}"
    return Card(text, [plain(text)])
