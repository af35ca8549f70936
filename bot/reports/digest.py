"""The digest of a day: what was posted, held and failed, by shop, and what waits for a person."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views.actions import CAUSE_RETRY, RECONNECT, cause_value
from bot.views.blocks import (
    Block,
    Card,
    actions,
    bold,
    button,
    context,
    facts,
    header,
    plain,
    rich,
)
from bot.views.chart import chart_block, counted
from bot.views.lines import line_button
from bot.views.remedies import FORMS, waits_for_us, what_now
from bot.views.text import cut
from bot.views.wording import PROVIDER_NAMES, count, day, money
from sync.services.models import ConnectionView, Provider
from sync.services.notices import DayFigures, Digest, OpenCause

_MOST_SHOPS, _MOST_CAUSES = 20, 5


def digest_card(
    digest: Digest, connection: ConnectionView, month: Sequence[DayFigures] = ()
) -> Card:
    """A quiet day is said to be one: somebody asked."""
    said = f"{day(digest.day)}: {_figures(digest.total)}"
    waiting = sum(cause.group.count for cause in digest.causes)
    waits = f" {count(waiting, 'sale')} {'waits' if waiting == 1 else 'wait'} for a person."
    text = f"Digest, {connection.name}, {said}.{waits if waiting else ''}"
    blocks = [header(f"Digest, {day(digest.day)}"), plain(f"{cut(connection.name, 300)}, {said}.")]
    shown = digest.shops[:_MOST_SHOPS]
    if shown:
        blocks.append(facts({cut(shop, 60) or "No shop": _figures(each) for shop, each in shown}))
    left = len(digest.shops) - len(shown)
    if left:
        blocks.append(context(f"{count(left, 'further shop')}: /ccc log {digest.day}"))
    blocks += _causes(digest, connection, waiting)
    if any(each.counts for each in month):
        blocks.append(chart_block(month))
    blocks.append(context(f"Days of sale in {connection.zone}. Change it with /ccc notify."))
    return Card(text, blocks)


def _figures(figures: DayFigures) -> str:
    if not figures.counts:
        return "nothing was sold"
    amount = money(figures.posted, figures.currency)
    posted, held, failed = (counted(figures, number) for number in range(3))
    rest = sum(figures.counts.values()) - posted - held - failed
    parts = [f"{posted:,} posted over {amount}", f"{held:,} held", f"{failed:,} failed"]
    if rest:
        parts.append(f"{rest:,} left out or on the way")
    return ", ".join(parts)


def _causes(digest: Digest, connection: ConnectionView, waiting: int) -> list[Block]:
    if not digest.causes:
        return [plain("Nothing waits for a person.")]
    blocks: list[Block] = [rich([bold(f"Waiting for a person: {count(waiting, 'sale')}")])]
    for cause in digest.causes[:_MOST_CAUSES]:
        blocks += _cause(cause, connection)
    left = len(digest.causes) - _MOST_CAUSES
    if left > 0:
        more = f"{count(left, 'further cause')}: /ccc log problems"
        blocks.append(context(more))
    return blocks


def _cause(cause: OpenCause, connection: ConnectionView) -> list[Block]:
    group = cause.group
    reason = cut(group.reason, 400) or group.cause
    said = f"{count(group.count, 'sale')} over {money(group.amount, group.currency)}: {reason}"
    now = what_now(group.cause, group.fix, connection.settings.prefix)
    return [rich([said], [now]), actions(*_buttons(cause, connection.id))]


def _buttons(cause: OpenCause, connection: str) -> list[Block]:
    """They say nothing of a run: pressed after it was fixed, they find nothing to do."""
    group = cause.group
    about = count(group.count, "sale")
    found: list[Block] = []
    if form := FORMS.get(group.fix):
        text, action = form
        value = cause_value(cause.run, group.cause, group.subject, next(iter(group.examples), ""))
        found.append(button(text, action, value, style="primary", label=f"{text} for {about}"))
    elif group.fix in ("reconnect", "connect"):
        provider = Provider.LIGHTSPEED if group.cause.startswith("ls.") else Provider.QUICKBOOKS
        found.append(button(f"Reconnect {PROVIDER_NAMES[provider]}", RECONNECT, provider.value))
    if not waits_for_us(group.cause):
        value = cause_value(cause.run, group.cause, group.subject)
        found.append(button("Retry", CAUSE_RETRY, value, label=f"Retry {about}"))
    found.append(line_button("Show", f'log problems cause "{group.cause}"', connection))
    return found
