"""The Home tab: how connections stand, what is next, what waits for a person, what ran."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.views.actions import RECONNECT
from bot.views.blocks import (
    MOST_VIEW_BLOCKS,
    Block,
    Fact,
    Piece,
    actions,
    bold,
    button,
    channel_link,
    context,
    divider,
    facts,
    header,
    mention,
    plain,
    rich,
    when,
)
from bot.views.checklist import TITLES, checklist_block
from bot.views.lines import connect_button, help_button, line_button
from bot.views.text import cut
from bot.views.wording import (
    ACCOUNT_WORDS,
    PROVIDER_NAMES,
    RUN_WORDS,
    count,
    counts,
    moment,
    run_name,
)
from sync.services.checklist import Step, StepName, StepState, next_step, settled
from sync.services.models import (
    AccountState,
    AccountView,
    ConnectionView,
    Provider,
    Role,
    RunSummary,
)

MOST_CONNECTIONS, MOST_PROBLEMS, MOST_RUNS = 3, 4, 5
MAY: Mapping[Role, str] = {
    Role.ADMIN: "You are a CCC admin: you may connect, change settings, rules and roles, and run.",
    Role.OPERATOR: "You are a CCC operator: you may start, stop and repeat runs; settings are for "
    "admins.",
    Role.VIEWER: "You may look at everything here. Runs are for operators, settings for admins.",
    Role.NONE: "You may look at everything here. Runs are for operators, settings for admins.",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A cause that sales wait for, as its alert shows it."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class HomeConnection:
    """One connection as this person may see it."""

    connection: ConnectionView
    role: Role
    steps: tuple[Step, ...] = ()
    problems: tuple[Problem, ...] = ()
    runs: tuple[RunSummary, ...] = ()


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """All that the tab is made from."""

    role: Role
    now: datetime
    connections: tuple[HomeConnection, ...] = ()
    steps: tuple[Step, ...] = ()  # while nothing is connected
    admins: tuple[str, ...] = ()
    claimed: bool = False  # the first admin seat, by looking


def home_view(home: HomeFacts) -> Block:
    """The tab of one person, inside the hundred blocks."""
    blocks: list[Block] = []
    if home.claimed:
        blocks.append(plain("You are the first CCC admin now, as an admin of this Slack."))
    if not home.connections:
        blocks += _empty(home)
    shown = home.connections[:MOST_CONNECTIONS]
    for index, each in enumerate(shown):
        if index:
            blocks.append(divider())
        blocks += _connection(each)
    blocks += _others(home.connections[MOST_CONNECTIONS:])
    blocks += [divider(), *_may(home)]
    return {"type": "home", "blocks": _within(blocks)}


def refused_view(why: str) -> Block:
    """For people whom CCC does not serve."""
    return {"type": "home", "blocks": [header("CCC"), plain(cut(why, 500))]}


def _within(blocks: list[Block]) -> list[Block]:
    """Never a block too many: the last lines say where the rest is."""
    if len(blocks) <= MOST_VIEW_BLOCKS:
        return blocks
    kept = blocks[: MOST_VIEW_BLOCKS - 2]
    return [*kept, context("More than fits here: /ccc status in a log channel.")]


def _empty(home: HomeFacts) -> list[Block]:
    blocks: list[Block] = [
        header("Lightspeed sales into QuickBooks"),
        plain(
            "Nothing is connected yet. Set-up takes about ten minutes; nothing is posted before "
            "you press Go live."
        ),
        checklist_block(home.steps),
    ]
    if home.role is Role.ADMIN:
        blocks.append(
            actions(
                line_button("Start set-up", "setup", style="primary"),
                connect_button(Provider.LIGHTSPEED, "Connect Lightspeed", primary=False),
                help_button(),
            )
        )
    else:
        blocks.append(actions(help_button()))
    return blocks


def _connection(each: HomeConnection) -> list[Block]:
    connection = each.connection
    blocks: list[Block] = [header(connection.name), facts(_standing(connection))]
    if buttons := _buttons(each):
        blocks.append(actions(*buttons))
    blocks += _checklist(each)
    if each.problems:
        blocks.append(rich([bold("Waiting for a person")]))
        for problem in each.problems[:MOST_PROBLEMS]:
            blocks += problem.blocks
        if connection.open_problems:
            total = count(connection.open_problems, "sale")
            blocks.append(context(f"{total} in all: /ccc log problems"))
    blocks += _recent(each.runs, connection.zone)
    return blocks


def _standing(connection: ConnectionView) -> dict[str, Fact]:
    lines: dict[str, Fact] = {
        "Lightspeed": _account(connection.lightspeed),
        "QuickBooks": _account(connection.quickbooks),
        "Next run": _next_run(connection),
    }
    if connection.active_runs:
        lines["Now"] = ", ".join(
            f"{run_name(run)}, {run.read:,} sales read" for run in connection.active_runs[:3]
        )
    waiting = connection.open_problems
    lines["Needs a person"] = count(waiting, "sale") if waiting else "nothing"
    lines["Log channel"] = channel_link(connection.channel) if connection.channel else "not chosen"
    return lines


def _account(account: AccountView | None) -> str:
    if account is None:
        return "not connected"
    problem = f" ({cut(account.problem, 200)})" if account.problem else ""
    return f"{cut(account.name, 200)}, {ACCOUNT_WORDS[account.state]}{problem}"


def _next_run(connection: ConnectionView) -> Fact:
    schedule = connection.schedule
    if schedule.next_at is None or schedule.spec == "off":
        return "no schedule; runs start when somebody asks"
    if connection.paused:
        return f"paused (schedule: {schedule.spec})"
    return [when(schedule.next_at, moment(schedule.next_at, schedule.zone)), f" ({schedule.spec})"]


def _buttons(each: HomeConnection) -> list[Block]:
    """Only what this person may do, and what makes sense now."""
    connection, role = each.connection, each.role
    found: list[Block] = []
    if role is Role.ADMIN:
        found += [
            button(
                f"Reconnect {PROVIDER_NAMES[account.provider]}",
                RECONNECT,
                account.provider.value,
                style="primary",
            )
            for account in (connection.lightspeed, connection.quickbooks)
            if account is not None and account.state is AccountState.BROKEN
        ][:1]
    if role in (Role.ADMIN, Role.OPERATOR) and connection.is_ready:
        found += [
            line_button("Sync now", "sync", connection.id),
            line_button("Dry run", "sync dry", connection.id),
        ]
    if role is Role.ADMIN and connection.schedule.spec != "off":
        word = "Resume" if connection.paused else "Pause"
        found.append(line_button(word, word.lower(), connection.id))
    if connection.last_run is not None:
        found.append(line_button("Log", "log", connection.id))
    if role is Role.ADMIN:
        found.append(line_button("Set up", "setup", connection.id))
    return found


def _checklist(each: HomeConnection) -> list[Block]:
    """Gone once the connection is live and nothing is left."""
    steps = each.steps
    if not steps or settled(steps) == len(steps):
        return []
    title = f"Set-up: {settled(steps)} of {len(steps)} steps"
    live = steps[list(StepName).index(StepName.GO_LIVE)].state is StepState.DONE
    open_steps = [step for step in steps if step.state in (StepState.TODO, StepState.BLOCKED)]
    blocks = [rich([bold(title)]), checklist_block(open_steps if live else steps)]
    if each.role is Role.ADMIN:
        step = next_step(steps)
        name = TITLES[step.name]
        blocks.append(
            actions(
                line_button(
                    f"Continue: {name}",
                    f"setup {step.name.value}",
                    each.connection.id,
                    style="" if live else "primary",
                )
            )
        )
    return blocks


def _recent(runs: Sequence[RunSummary], zone: str) -> list[Block]:
    if not runs:
        return []
    lines: list[list[Piece]] = [[bold("Recent runs")]]
    for run in runs[:MOST_RUNS]:
        at = run.finished_at or run.started_at or run.created_at
        lines.append(
            [
                f"{cut(run_name(run), 150)}: {RUN_WORDS[run.state]}, {counts(run.counts)}, ",
                when(at, moment(at, zone)),
            ]
        )
    return [rich(*lines)]


def _others(rest: Sequence[HomeConnection]) -> list[Block]:
    if not rest:
        return []
    lines: list[list[Piece]] = [[bold(f"{count(len(rest), 'more connection')}")]]
    for each in rest[:20]:
        waiting = each.connection.open_problems
        lines.append(
            [f"{cut(each.connection.name, 100)}: {count(waiting, 'sale')} waiting for a person"]
        )
    buttons = [
        line_button(f"Status of {cut(each.connection.name, 50)}", "status", each.connection.id)
        for each in rest[:20]
    ]
    return [divider(), rich(*lines), actions(*buttons)]


def _may(home: HomeFacts) -> list[Block]:
    pieces: list[Piece] = [MAY[home.role]]
    if home.role is not Role.ADMIN and home.admins:
        pieces.append(" Admins: ")
        for index, admin in enumerate(home.admins[:5]):
            pieces += [", " if index else "", mention(admin)]
        pieces.append(".")
    updated = [context("This page keeps itself up to date."), actions(help_button())]
    return [rich([piece for piece in pieces if piece]), *updated]
