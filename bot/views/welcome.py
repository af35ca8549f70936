"""The first words to whoever installed CCC."""

from __future__ import annotations

from bot.views.actions import CONNECT
from bot.views.blocks import Block, Card, actions, button, context, plain
from bot.views.lines import line_button


def welcome_card(*, again: bool, is_admin: bool) -> Card:
    """Two steps and how to stop; after a return, how to go on."""
    if again:
        text = (
            "CCC is back, with the settings you left. If syncing was stopped when it was removed, "
            "it stays stopped until somebody types /ccc resume."
        )
        return Card(text, [plain(text), actions(line_button("Show status", "status"))])
    text = (
        "CCC is installed. Two steps: 1. connect Lightspeed, 2. connect QuickBooks. Nothing is "
        "posted before both are connected and you start a sync."
    )
    blocks: list[Block] = [plain(text)]
    if is_admin:
        blocks.append(actions(button("Connect Lightspeed", f"{CONNECT}.lightspeed", "lightspeed")))
        blocks.append(
            context(
                "You are the first CCC admin. Others may look; /ccc roles gives them more. "
                "/ccc help lists everything, and removing the app in Slack stops it."
            )
        )
    else:
        blocks.append(context("/ccc roles shows who the CCC admins are; /ccc help lists the rest."))
    return Card(text, blocks)
