"""Who hears of a run: the log channel at its level and hours, and everybody who asked for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from bot.reports.links import message_link
from bot.reports.messages import post
from bot.reports.run import PROBLEMS, root_key, sentence
from bot.views.blocks import Block, Card, Piece, actions, channel_link, header, plain, rich
from bot.views.lines import line_button
from bot.views.text import cut
from bot.views.wording import count, money, run_name
from sync.domain.identity import Scope
from sync.domain.quiet import Level, quiet_until
from sync.services.facade import Services
from sync.services.models import CauseGroup, ConnectionView, RunState, RunSummary, Trigger
from sync.services.notices import Notice
from sync.services.reports import Outgoing

_MOST_CAUSES = 5


def is_wanted(run: RunSummary, level: Level) -> bool:
    """Whoever asked for a run hears of it; the clock's are told as the level says."""
    if run.trigger is not Trigger.SCHEDULED or level in (Level.EVERYTHING, Level.SUMMARY):
        return True
    return level is Level.FAILURES and run.state.is_over and _has_failed(run)


def at_their_hour(
    services: Services, messages: Iterable[Outgoing], notice: Notice, now: datetime
) -> Iterator[Outgoing]:
    """In quiet hours a message waits for their end; edits of one that stands there do not."""
    until = quiet_until(now, notice.quiet_from, notice.quiet_to, notice.zone)
    for message in messages:
        stands = (
            message.kind == "update"
            and services.reports.message(message.workspace, message.thread_key) is not None
        )
        yield message if until is None or stands else replace(message, not_before=until)


def copies(
    services: Services,
    workspace: str,
    run: RunSummary,
    connection: ConnectionView,
    now: datetime,
    told: str,
) -> Iterator[Outgoing]:
    """One message for each channel or person that chose to hear; `told` has heard already."""
    if not run.state.is_over or run.dry:
        return
    scope = Scope(workspace, connection.id)
    groups: tuple[CauseGroup, ...] | None = None
    for notice in services.notices.listening(scope):
        if notice.target == told or not _is_for(run, notice.level):
            continue
        if groups is None:
            groups = tuple(services.runs.causes(scope, run.id))
        card = copy_card(run, groups, connection)
        key = f"{root_key(run)}:for:{notice.target}"
        message = post(workspace, key, notice.target, card)
        yield from at_their_hour(services, (message,), notice, now)


def copy_card(run: RunSummary, groups: tuple[CauseGroup, ...], connection: ConnectionView) -> Card:
    """What became of a run and where it is told in full; its causes are settled there."""
    lines: list[list[Piece]] = []
    for group in groups[:_MOST_CAUSES]:
        amount = money(group.amount, group.currency)
        lines.append([f"• {count(group.count, 'sale')} over {amount}: {cut(group.reason, 300)}"])
    if left := len(groups[_MOST_CAUSES:]):
        lines.append([f"• {count(left, 'further cause')}"])
    where: list[Piece] = [message_link(root_key(run), "All of it, with what to do")]
    if connection.channel:
        where += [" in ", channel_link(connection.channel)]
    blocks: list[Block] = [header(run_name(run)), plain(sentence(run)), rich(*lines, where)]
    if run.count(*PROBLEMS):
        line = f"log problems run {run.number}"
        blocks.append(actions(line_button("Show problems", line, connection.id)))
    return Card(f"{cut(connection.name, 300)}: {sentence(run)}", blocks)


def hears_of_trouble(
    services: Services, workspace: str, connection: ConnectionView, told: str
) -> list[str]:
    """Whoever is told that all stands still, besides the place that was `told`: at any hour."""
    notices = services.notices.listening(Scope(workspace, connection.id))
    return [
        notice.target
        for notice in notices
        if notice.level is not Level.NOTHING and notice.target not in (told, connection.channel)
    ]


def _is_for(run: RunSummary, level: Level) -> bool:
    if level is Level.NOTHING:
        return False
    if level is Level.FAILURES:
        return _has_failed(run)
    return bool(sum(run.counts.values())) or _has_failed(run)


def _has_failed(run: RunSummary) -> bool:
    return run.state is RunState.FAILED or run.count(*PROBLEMS) > 0
