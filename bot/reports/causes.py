"""Failures by cause: one reply per remedy, with what, which, why, what now, and its button."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from bot.reports.links import message_link
from bot.reports.place import is_person
from bot.views.actions import (
    CAUSE_RETRY,
    RECONNECT,
    cause_value,
)
from bot.views.blocks import (
    Block,
    Card,
    Fact,
    Piece,
    actions,
    button,
    context,
    facts,
    mention,
    plain,
    rich,
)
from bot.views.lines import line_button
from bot.views.remedies import FORMS, waits_for_us, what_now
from bot.views.text import cut
from bot.views.wording import PROVIDER_NAMES, count, listed, money, run_name
from sync.services.alerts import Alert
from sync.services.models import CauseGroup, Provider, RunSummary

MOST_CAUSES = 20
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_PEOPLE = 3  # named in one line


def digest(group: CauseGroup) -> str:
    """A short name of the remedy, the same whenever it is rendered."""
    named = "\x1f".join((group.cause, group.subject, group.fix))
    return hashlib.sha256(named.encode()).hexdigest()[:12]


def cause_card(run: RunSummary, group: CauseGroup, connection: str, *, prefix: str = "LS-") -> Card:
    """All sales that one remedy settles."""
    held = "was not posted" if group.count == 1 else "were not posted"
    if run.dry:
        held = "would not be posted"
    amount = money(group.amount, group.currency)
    reason = cut(group.reason, 600)
    now = what_now(group.cause, group.fix, prefix)
    head = f"{count(group.count, 'sale')} ({amount}) {held}"
    text = f"{head}: {_sentence(reason)}"
    lines: dict[str, Fact] = {"Which": _which(group, group.count), "Why": reason}
    lines |= _about(group)
    lines["What now"] = now
    blocks = [
        plain(head),
        facts(lines),
        actions(*_buttons(run, group, connection)),
        context(_reference(run, group)),
    ]
    return Card(f"{text} {now}", blocks)


def alert_card(run: RunSummary, alert: Alert, connection: str, *, prefix: str = "LS-") -> Card:
    """A cause as it stands now; `run` is the one in whose thread it was told first."""
    group = alert.waiting
    became = _became(alert)
    if group.count:
        card = cause_card(run, group, connection, prefix=prefix)
        if not became:
            return card
        return Card(f"{_by(alert)} {became}. {card.text}", [_news(alert), *card.blocks])
    lines: dict[str, Fact] = {"Which": _which(group, alert.total), "Why": cut(group.reason, 600)}
    lines |= _about(group)
    blocks = [_news(alert), facts(lines), context(_reference(run, group))]
    return Card(f"{_by(alert)} {became}. It was: {_sentence(cut(group.reason, 600))}", blocks)


def known_card(alerts: Sequence[tuple[Alert, RunSummary]]) -> Card:
    """Sales of a cause that has its alert already: where that is, not a second one."""
    lines: list[list[Piece]] = []
    said: list[str] = []
    for alert, home in alerts:
        verb = "waits" if alert.met == 1 else "wait"
        first = f"{count(alert.met, 'sale')} {verb} for what was told before, in "
        rest = f": {_sentence(cut(alert.waiting.reason, 300))}"
        if alert.waiting.count > alert.met:
            rest += f" Now {alert.waiting.count:,} wait for it."
        lines.append([first, message_link(alert.key, run_name(home)), rest])
        said.append(f"{first}{run_name(home)}{rest}")
    return Card(" ".join(said), [rich(*lines)])


def _news(alert: Alert) -> Block:
    """`Fixed by @olivia: 36 posted, 1 still held.`"""
    people: list[Piece] = []
    for user in alert.by[:_PEOPLE]:
        if is_person(user):
            people += [" and " if people else " by ", mention(user)]
    mark = "" if alert.waiting.count or alert.on_their_way else "✓ "
    return rich([f"{mark}{_by(alert)[:-1]}", *people, f": {_became(alert)}."])


def _by(alert: Alert) -> str:
    return "Fixed:" if alert.settled else "Sent again:"


def _became(alert: Alert) -> str:
    """What became of its sales; "" while nothing did."""
    if not (alert.settled or alert.elsewhere or alert.on_their_way):
        return ""
    told = [
        f"{number:,} {word}"
        for number, word in (
            (alert.posted, "posted"),
            (alert.skipped, "left out of the books"),
            (alert.on_their_way, "on the way"),
            (alert.elsewhere, "held for another reason now"),
            (alert.waiting.count, "still held"),
        )
        if number
    ]
    return ", ".join(told)


def more_causes_card(run: RunSummary, left: int) -> Card:
    """When there are more causes than a thread can bear."""
    text = f"{count(left, 'further cause')} of problems are in the CSV and in /ccc log run "
    text += f"{run.number}."
    return Card(text, [plain(text)])


def _about(group: CauseGroup) -> dict[str, Fact]:
    """What is missing, unless the reason names it: dates it writes in words."""
    if not group.subject or group.subject in group.reason or _DAY.fullmatch(group.subject):
        return {}
    return {"About": cut(group.subject, 300)}


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _reference(run: RunSummary, group: CauseGroup) -> str:
    return f"{run_name(run)}, {_ref(group)}"


def _ref(group: CauseGroup) -> str:
    """The same for a cause in whichever run: what one person reads to another."""
    return f"ref {digest(group)[:6].upper()}"


def _which(group: CauseGroup, total: int) -> str:
    shown = [cut(number, 40) for number in group.examples[:5]]
    more = total - len(shown)
    if more > 0:
        shown.append(f"{more:,} more")
    return f"sale {listed(shown)}" if total == 1 else f"sales {listed(shown)}"


def _buttons(run: RunSummary, group: CauseGroup, connection: str) -> list[Block]:
    about = f"{count(group.count, 'sale')}, {_ref(group)}"
    value = cause_value(run.id, group.cause, group.subject, next(iter(group.examples), ""))
    found: list[Block] = []
    if form := FORMS.get(group.fix):
        text, action = form
        found.append(button(text, action, value, label=f"{text} for {about}"))
    elif group.fix in ("reconnect", "connect"):
        provider = Provider.LIGHTSPEED if group.cause.startswith("ls.") else Provider.QUICKBOOKS
        found.append(button(f"Reconnect {PROVIDER_NAMES[provider]}", RECONNECT, provider.value))
    if not run.dry and not waits_for_us(group.cause):
        retry = cause_value(run.id, group.cause, group.subject)
        found.append(button("Retry", CAUSE_RETRY, retry, label=f"Retry {about}"))
    if group.examples:
        number = group.examples[0]
        found.append(line_button("Preview", f"preview {number[:40]}", connection))
    if not found:
        found.append(line_button("Log", f"log run {run.number}", connection))
    if found[0]["text"]["text"] != "Preview":
        found[0]["style"] = "primary"
    return found
