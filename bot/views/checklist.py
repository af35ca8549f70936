"""The set-up checklist as people read it, in Home, in the wizard and after a bare `/ccc`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.views.blocks import Block, Piece, bold, rich
from bot.views.text import cut
from sync.services.checklist import Step, StepName, StepState

TITLES: Mapping[StepName, str] = {
    StepName.LIGHTSPEED: "Connect Lightspeed",
    StepName.QUICKBOOKS: "Connect QuickBooks",
    StepName.FOUND: "What was found",
    StepName.ACCOUNTS: "Accounts",
    StepName.STORES: "Stores",
    StepName.TYPE: "Transaction type",
    StepName.CUSTOMERS: "Customers",
    StepName.PRODUCTS: "Products",
    StepName.TAX: "Sales tax",
    StepName.CHANNEL: "Log channel",
    StepName.SCHEDULE: "Schedule",
    StepName.GO_LIVE: "Dry run and go live",
}
_MARKS: Mapping[StepState, str] = {
    StepState.DONE: "✓ done",
    StepState.TODO: "○ to do",
    StepState.SKIPPED: "→ skipped",
    StepState.BLOCKED: "‖ waits",
}


def step_mark(step: Step) -> str:
    """A word with a mark, and what is left where that is known."""
    said = _MARKS[step.state]
    return cut(f"{said}: {step.why}", 75) if step.why else said


def checklist_block(steps: Sequence[Step]) -> Block:
    """One line a step."""
    lines: list[list[Piece]] = [
        [bold(f"{step.number}. {TITLES[step.name]}"), f"  {cut(step_mark(step), 200)}"]
        for step in steps
    ]
    return rich(*lines)
