"""How things stand: five lines and what to press, or the next step of setting up."""

from __future__ import annotations

from datetime import datetime

from bot.views.actions import SHARE
from bot.views.blocks import (
    Block,
    Card,
    Fact,
    Piece,
    actions,
    button,
    channel_link,
    context,
    facts,
    header,
    plain,
    rich,
    when,
)
from bot.views.lines import connect_button, help_button, line_button, line_value
from bot.views.wording import (
    ACCOUNT_WORDS,
    PROVIDER_NAMES,
    count,
    counts,
    moment,
    money,
    run_name,
    run_sentence,
)
from sync.services.models import AccountView, ConnectionView, RunSummary

_LONGEST = 1800


def status_card(connection: ConnectionView) -> Card:
    """Five lines, and buttons only for what can be done now."""
    lines: dict[str, Fact] = {
        "Lightspeed": _account(connection.lightspeed),
        "QuickBooks": _account(connection.quickbooks),
        "Last run": _last_run(connection.last_run, connection.zone),
        "Schedule": schedule_words(connection),
        "Needs a person": count(connection.open_problems, "sale", "sales")
        if connection.open_problems
        else "nothing",
    }
    if connection.active_runs:
        lines["Now"] = ", ".join(_running(run) for run in connection.active_runs)
    lines["Log channel"] = channel_link(connection.channel) if connection.channel else "not chosen"
    buttons = [line_button("Sync now", "sync", connection.id)]
    if connection.open_problems:
        buttons.append(line_button("Show problems", "log problems", connection.id))
    if connection.last_run:
        buttons.append(line_button("Chart", "chart", connection.id))
    buttons += [
        button("Share in channel", SHARE, line_value("status", connection.id)),
        help_button(),
    ]
    last = run_sentence(connection.last_run) if connection.last_run else "No run yet."
    text = (
        f"{connection.name}: {last} {count(connection.open_problems, 'sale', 'sales')} "
        f"need a person. Schedule: {schedule_words(connection)}."
    )
    return Card(text, [header(connection.name), facts(lines), actions(*buttons)])


def reconnect_card(account: AccountView) -> Card:
    """A connection that refuses us, and the one thing that helps."""
    name = PROVIDER_NAMES[account.provider]
    text = f"{name} no longer lets CCC in. Nothing is lost: reconnect, and syncing goes on."
    return Card(text, [plain(text), actions(connect_button(account.provider, f"Reconnect {name}"))])


def which_card(connections: tuple[ConnectionView, ...], line: str) -> Card:
    """There are several connections, and this channel belongs to none of them."""
    text = "Which connection? In a connection's log channel you need not say."
    if len(line) > _LONGEST:  # more than a button can carry
        text = "There are several connections: type it in the log channel of the one you mean."
        return Card(text, [plain(text)])
    buttons = [line_button(each.name, line, each.id) for each in connections[:25]]
    return Card(text, [plain(text), actions(*buttons)])


def started_card(run: RunSummary, *, existing: bool, channel: str, reads: str = "") -> Card:
    """What was asked for is on its way, or was already."""
    name = run_name(run)
    if existing:
        text = f"{name} is already {run.state.value}: {counts(run.counts)}. I left it at that."
    else:
        text = f"{name} is queued."
    pieces: list[Piece] = [text]
    if channel:
        pieces += [" What becomes of it is told in ", channel_link(channel), "."]
    blocks = [rich(pieces)]
    if not channel:
        text_missing = "No log channel is chosen, so its result is in /ccc status and /ccc log."
        blocks.append(context(text_missing))
    return Card(text, blocks)


def schedule_words(connection: ConnectionView) -> str:
    """`hourly (Australia/Sydney), next 23 Nov 2026 15:00 AEDT`."""
    schedule = connection.schedule
    if connection.paused:
        return f"paused, otherwise {schedule.spec}"
    if schedule.next_at is None:
        return schedule.spec
    zone = schedule.zone or connection.zone
    return f"{schedule.spec} ({zone}), next {moment(schedule.next_at, zone)}"


def _last_run(run: RunSummary | None, zone: str) -> Fact:
    if run is None:
        return "none yet"
    said = run_sentence(run)
    if any(run.counts.values()) and not run.dry:
        said += f" {money(run.posted_amount, run.currency)} went into QuickBooks"
    at = run.finished_at or run.started_at or run.created_at
    return [f"{said}, ", _when(at, zone)]


def _when(at: datetime, zone: str) -> Block:
    return when(at, moment(at, zone))


def _running(run: RunSummary) -> str:
    of = f" of about {run.expected:,}" if run.expected else ""
    return f"{run_name(run)}: {run.read:,}{of} sales read"


def _account(account: AccountView | None) -> str:
    if account is None:
        return "not connected"
    problem = f" ({account.problem})" if account.problem else ""
    return f"{account.name}, {ACCOUNT_WORDS[account.state]}{problem}"
