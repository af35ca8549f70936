"""The one message of a run: edited in place from queued to its final sums."""

from __future__ import annotations

from collections.abc import Sequence

from bot.reports.place import CHOOSE_CHANNEL, is_person
from bot.views.actions import RUN_CANCEL, RUN_RETRY
from bot.views.blocks import (
    Block,
    Card,
    Fact,
    Piece,
    actions,
    bold,
    button,
    confirm,
    context,
    facts,
    header,
    mention,
    plain,
    rich,
)
from bot.views.text import cut
from bot.views.wording import RUN_WORDS, count, counts, days, money, run_name, run_sentence
from sync.domain.verdicts import EntryState
from sync.services.models import AccountState, ConnectionView, RunState, RunSummary, Trigger

PROBLEMS = (EntryState.HELD, EntryState.FAILED)
Choice = tuple[str, str]  # what for, and the account


def root_key(run: RunSummary) -> str:
    """Every message of a run is found by this."""
    return f"run:{run.id}"


def run_metadata(run: RunSummary) -> Block:
    """For programs; everybody in the workspace can read it, so ids only."""
    payload = {"run": run.id, "state": run.state.value}
    return {"event_type": "ccc_run", "event_payload": payload}


def is_told(run: RunSummary, connection: ConnectionView) -> bool:
    """The clock's runs are silent until an entry or a failure; a reconnect is asked for once."""
    if run.trigger is not Trigger.SCHEDULED or sum(run.counts.values()) > 0:
        return True
    return run.state is RunState.FAILED and not is_shut_out(connection)


def is_shut_out(connection: ConnectionView) -> bool:
    """An account refuses us: one message of its own says so, and nothing else does."""
    accounts = (connection.lightspeed, connection.quickbooks)
    return any(account and account.state is not AccountState.CONNECTED for account in accounts)


def root_card(
    run: RunSummary,
    connection: ConnectionView,
    *,
    chosen: Sequence[Choice] = (),
    names_asker: bool,
    left: int | None = None,
) -> Card:
    """Everything about a run at a glance. An edit may name who asked: edits notify nobody.

    `left` of the stuck sales are still as this run left them; None while no other run was there.
    """
    stuck = run.count(*PROBLEMS)
    left = stuck if left is None else min(left, stuck)
    lines: dict[str, Fact] = {"Connection": cut(connection.name, 300), "State": _state(run)}
    if run.window:
        lines["Days"] = _window(run, connection)
    if run.trigger is Trigger.SCHEDULED:
        lines["Asked by"] = "the schedule"
    elif names_asker and is_person(run.requested_by):
        lines["Asked by"] = mention(run.requested_by)
    lines["Entries"] = counts(run.counts)
    lines["Would be posted" if run.dry else "Posted"] = money(run.posted_amount, run.currency)
    if left < stuck:
        lines["Since then"] = _since(stuck, left)
    blocks = [header(run_name(run)), facts(lines)]
    if run.message:
        blocks.append(plain(cut(run.message, 1000)))
    if chosen and run.state.is_over:
        blocks += _chosen(chosen)
    buttons = _buttons(run, left)
    if buttons:
        blocks.append(actions(*buttons))
    if not connection.channel:
        blocks.append(context(CHOOSE_CHANNEL))
    return Card(sentence(run), blocks)


def sentence(run: RunSummary) -> str:
    """The run with its numbers in full sentences."""
    if not run.state.is_over and not run.counts:
        return f"{run_name(run)} is {run.state.value}."
    text = run_sentence(run)
    if any(run.counts.values()):
        verb = "would go" if run.dry else "went"
        text += f" {money(run.posted_amount, run.currency)} {verb} into QuickBooks."
    return f"{text} {cut(run.message, 500)}" if run.state is RunState.FAILED else text


def problems_card(run: RunSummary, waiting: int = 0) -> Card | None:
    """The one message that reaches the channel itself; None when all went well.

    `waiting` of the stuck sales are of a kind that is not posted yet: nobody is called for them.
    """
    stuck = run.count(*PROBLEMS)
    if run.state is RunState.FAILED:
        text = f"{run_name(run)} failed: {cut(run.message, 500) or 'the reason is not known'}"
    elif stuck > waiting:
        need = "needs" if stuck - waiting == 1 else "need"
        text = f"{run_name(run)}: {count(stuck - waiting, 'sale')} {need} a person"
        if waiting:
            text += f". {_waiting(waiting, 'more')}"
        else:
            text += f" ({counts({state: run.count(state) for state in PROBLEMS})})."
    elif stuck:
        text = f"{run_name(run)}: {_waiting(stuck)}"
        return Card(text, [rich([text])])
    else:
        return None
    said: list[Piece] = []
    if is_person(run.requested_by):
        said = [mention(run.requested_by), " "]
    return Card(text, [rich([*said, text])])


def _waiting(number: int, more: str = "") -> str:
    kind = "is of a kind" if number == 1 else "are of kinds"
    sales = count(number, "sale") if not more else f"{number:,} {more}"
    return f"{sales} {kind} that CCC cannot post yet; the thread lists them."


def _state(run: RunSummary) -> str:
    word = RUN_WORDS[run.state]
    if run.cancel_requested and not run.state.is_over:
        word = f"{word} being cancelled"
    if run.state is RunState.RUNNING and run.read:
        of = f" of about {run.expected:,}" if run.expected else ""
        settled = sum(run.counts.values()) - run.count(EntryState.PENDING)
        return f"{word}, {run.read:,}{of} sales read, {settled:,} settled"
    return word


def _window(run: RunSummary, connection: ConnectionView) -> str:
    assert run.window is not None
    said = f"{days(run.window.first, run.window.last)}, both included, in {connection.zone}"
    return f"{said}, shop {cut(run.window.shop, 100)}" if run.window.shop else said


def _chosen(chosen: Sequence[Choice]) -> list[Block]:
    """What a first run decided by itself, so that nobody is surprised by an account."""
    lines: list[list[Piece]] = [[bold(f"{label}: "), cut(name, 200)] for label, name in chosen[:20]]
    return [
        rich([bold("Chosen by CCC for this first run")], *lines),
        context("Change any of them with /ccc accounts."),
    ]


def _since(stuck: int, left: int) -> str:
    again = stuck - left
    if not left:
        return "it was sent again" if again == 1 else f"all {again:,} were sent again"
    return f"{again:,} of the {stuck:,} {'was' if again == 1 else 'were'} sent again"


def _buttons(run: RunSummary, left: int) -> list[Block]:
    if not run.state.is_over:
        if run.cancel_requested:
            return []
        asked = confirm(
            f"Cancel run {run.number}?",
            "What is posted stays. What is in flight is finished; the rest waits for a later run.",
            "Cancel the run",
            danger=True,
        )
        label = f"Cancel run {run.number}"
        return [button("Cancel", RUN_CANCEL, run.id, style="danger", confirm=asked, label=label)]
    if not left or run.dry:
        return []
    label = f"Retry {count(left, 'sale')} of run {run.number}"
    return [button("Retry failed", RUN_RETRY, run.id, style="primary", label=label)]
