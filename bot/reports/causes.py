"""Failures by cause: one reply per remedy, with what, which, why, what now, and its button."""

from __future__ import annotations

import hashlib

from bot.views.actions import (
    CAUSE_RETRY,
    RECONNECT,
    cause_value,
)
from bot.views.blocks import Block, Card, Fact, actions, button, context, facts, plain
from bot.views.lines import line_button
from bot.views.remedies import FORMS, waits_for_us, what_now
from bot.views.text import cut
from bot.views.wording import PROVIDER_NAMES, count, listed, money, run_name
from sync.services.models import CauseGroup, Provider, RunSummary

MOST_CAUSES = 20


def digest(group: CauseGroup) -> str:
    """A short name of the remedy, the same whenever it is rendered."""
    named = "\x1f".join((group.cause, group.subject, group.fix))
    return hashlib.sha256(named.encode()).hexdigest()[:12]


def cause_card(run: RunSummary, group: CauseGroup, connection: str, *, prefix: str = "LS-") -> Card:
    """All sales that one remedy settles."""
    name = digest(group)
    held = "was not posted" if group.count == 1 else "were not posted"
    if run.dry:
        held = "would not be posted"
    amount = money(group.amount, group.currency)
    reason = cut(group.reason, 600)
    now = what_now(group.cause, group.fix, prefix)
    text = f"{count(group.count, 'sale')} over {amount} {held}: {reason}"
    lines: dict[str, Fact] = {"Which": _which(group), "Why": reason}
    if group.subject and group.subject not in group.reason:
        lines["About"] = cut(group.subject, 300)
    lines["What now"] = now
    blocks = [
        plain(f"{count(group.count, 'sale')} over {amount} {held}"),
        facts(lines),
        actions(*_buttons(run, group, connection)),
        context(f"{run_name(run)}, ref {name[:6].upper()}"),
    ]
    return Card(f"{text} {now}", blocks)


def more_causes_card(run: RunSummary, left: int) -> Card:
    """When there are more causes than a thread can bear."""
    text = f"{count(left, 'further cause')} of problems are in the CSV and in /ccc log run "
    text += f"{run.number}."
    return Card(text, [plain(text)])


def _which(group: CauseGroup) -> str:
    shown = [cut(number, 40) for number in group.examples[:5]]
    more = group.count - len(shown)
    if more > 0:
        shown.append(f"{more:,} more")
    return f"sale {listed(shown)}" if group.count == 1 else f"sales {listed(shown)}"


def _buttons(run: RunSummary, group: CauseGroup, connection: str) -> list[Block]:
    about = f"{count(group.count, 'sale')} of run {run.number}"
    value = cause_value(run.id, group.cause, group.subject, next(iter(group.examples), ""))
    found: list[Block] = []
    if form := FORMS.get(group.fix):
        text, action = form
        found.append(button(text, action, value, label=f"{text} for {about}"))
    elif group.fix in ("reconnect", "connect"):
        provider = Provider.LIGHTSPEED if group.cause.startswith("ls.") else Provider.QUICKBOOKS
        found.append(button(f"Reconnect {PROVIDER_NAMES[provider]}", RECONNECT, provider.value))
    if not run.dry and not waits_for_us(group.cause):
        retry = cause_value(run.id, group.cause)
        found.append(button("Retry", CAUSE_RETRY, retry, label=f"Retry {about}"))
    if group.examples:
        number = group.examples[0]
        found.append(line_button("Preview", f"preview {number[:40]}", connection))
    if not found:
        found.append(line_button("Log", f"log run {run.number}", connection))
    if found[0]["text"]["text"] != "Preview":
        found[0]["style"] = "primary"
    return found
