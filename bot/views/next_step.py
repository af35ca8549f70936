"""The one thing that set-up needs next: what a bare `/ccc` says until sales are posted."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views.blocks import Block, Card, actions, context, header, plain
from bot.views.checklist import TITLES
from bot.views.lines import connect_button, help_button, line_button
from bot.views.text import cut
from sync.services.checklist import (
    Facts,
    Step,
    StepName,
    StepState,
    checklist,
    next_needed,
    settled,
)
from sync.services.models import ConnectionView, Provider

START = checklist(Facts())  # with nothing connected it is always the same


def setup_card(
    connection: ConnectionView | None, steps: Sequence[Step] = START, *, may_change: bool
) -> Card | None:
    """What is needed next; None when nothing is, or when a run is at it already."""
    step = next_needed(steps)
    if step is None or (step.name is StepName.GO_LIVE and _is_under_way(connection)):
        return None
    text, buttons = _asked(step, connection)
    if may_change:
        id = connection.id if connection else ""
        buttons = [*buttons, line_button("Set up step by step", f"setup {step.name.value}", id)]
    else:
        text, buttons = f"{text} A CCC admin does this.", []
    done = f"{settled(steps)} of {len(steps)} steps are settled"
    title = f"Set up, step {step.number} of {len(steps)}: {TITLES[step.name]}"
    blocks: list[Block] = [header(title), plain(text), actions(*buttons, help_button())]
    if connection is not None:
        blocks.append(context(f"{done}; those left out here work with what CCC found."))
    return Card(f"{title}. {text}", blocks)


def _is_under_way(connection: ConnectionView | None) -> bool:
    return connection is not None and bool(connection.active_runs or connection.last_run)


def _asked(step: Step, connection: ConnectionView | None) -> tuple[str, list[Block]]:
    why = f" ({cut(step.why, 300)})" if step.why else ""
    if step.name is StepName.LIGHTSPEED:
        text = "Start here: connect the Lightspeed account whose sales go into QuickBooks."
        return f"{text}{why}", [connect_button(Provider.LIGHTSPEED, "Connect Lightspeed")]
    if step.name is StepName.QUICKBOOKS:
        name = connection.lightspeed.name if connection and connection.lightspeed else "Lightspeed"
        text = f"{cut(name, 200)} is connected. Now connect QuickBooks."
        return f"{text}{why}", [connect_button(Provider.QUICKBOOKS, "Connect QuickBooks")]
    id = connection.id if connection else ""
    if step.state is StepState.BLOCKED:
        return f"{TITLES[step.name]} has to wait: {cut(step.why, 300)}.", []
    if step.name is StepName.CHANNEL:
        text = "Both accounts are connected. Choose the channel where CCC reports what it posted."
        return text, [line_button("Use this channel", "channel here", id, style="primary")]
    if step.name is StepName.GO_LIVE:
        text = "Everything is ready. A dry run shows what would be posted and posts nothing."
        return text, [
            line_button("Sync now", "sync", id, style="primary"),
            line_button("Dry run", "sync dry", id),
        ]
    return f"{TITLES[step.name]}: {cut(step.why, 300)}.", []
