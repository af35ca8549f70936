"""The last step: a dry run of yesterday, the first day, and going live."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.conversation import Message, Request
from bot.modals.fields.inputs import Typed, picker_field, word
from bot.modals.setup.page import Page, Scene
from bot.modals.setup.places import is_live
from bot.views.actions import SETUP_DRY, SETUP_REFRESH
from bot.views.blocks import Block, actions, button, plain
from bot.views.status import started_card
from bot.views.wording import counts, day, moment, run_name
from sync.errors import Invalid
from sync.services.checklist import StepName, StepState
from sync.services.models import RunSummary
from sync.services.setting_up import SetUpView

if TYPE_CHECKING:
    from sync.services.facade import Services

GO = "Go live"


def yesterday(request: Request) -> date:
    """The last whole day of the shop."""
    return request.today - timedelta(days=1)


def _golive(scene: Scene) -> list[Block]:
    view, request = scene.set_up, scene.request
    first = view.connection.settings.go_live or request.today
    last_dry = next((run for run in _runs(view) if run.dry), None)
    blocks: list[Block] = [
        plain(
            f"A dry run of yesterday, {day(yesterday(request))}, reads its sales and makes every "
            "document, but posts none. What it finds stands in the log channel."
        ),
        plain(_dry_words(last_dry, view.connection.zone)),
        actions(
            button("Dry run of yesterday", SETUP_DRY),
            button("Show the newest state", SETUP_REFRESH),
        ),
        picker_field(
            scene.place,
            "day",
            "First business day",
            first.isoformat(),
            scene.typed,
            hint="Earlier sales are skipped as before go-live; a backfill can bring them in.",
        ),
    ]
    return [*blocks, plain(_what_happens(view))]


def _runs(view: SetUpView) -> tuple[RunSummary, ...]:
    connection = view.connection
    last = (connection.last_run,) if connection.last_run is not None else ()
    return (*connection.active_runs, *last)


def _dry_words(run: RunSummary | None, zone: str) -> str:
    if run is None:
        return "No dry run yet."
    at = run.finished_at or run.started_at or run.created_at
    return f"{run_name(run)}: {run.state.value}, {counts(run.counts)} ({moment(at, zone)})."


def _what_happens(view: SetUpView) -> str:
    if is_live(view):
        return "This connection is live. Saving only changes the first day."
    spec = view.connection.schedule.spec
    after = (
        f"and after it the schedule runs ({spec})"
        if spec != "off"
        else "and no schedule is set, so later ones start when somebody asks: /ccc sync"
    )
    return (
        f"{GO} starts the first sync: sales from the first day on are posted to QuickBooks, "
        f"{after}. /ccc pause stops the schedule at any time."
    )


def _save(request: Request, services: Services, view: SetUpView, typed: Typed) -> Message | None:
    chosen = word(typed, "day")
    try:
        first = date.fromisoformat(chosen)
    except ValueError:
        raise Invalid("Choose the first day.", field="day") from None
    if first > request.today + timedelta(days=365):
        raise Invalid(f"{day(first)} is more than a year away.", field="day")
    if is_live(view):
        services.connections.golive(request.actor, request.scope, first)
        return Message(f"The first day is {day(first)}. Earlier sales are skipped.")
    started = services.setting_up.go_live(
        request.actor, request.scope, first, version=view.connection.settings_version
    )
    card = started_card(started.run, existing=started.existing, channel=view.connection.channel)
    said = f"You are live from {day(first)} on."
    return Message(f"{said} {card.text}", (plain(said), *card.blocks))


def is_blocked(view: SetUpView) -> bool:
    return any(
        step.name is StepName.GO_LIVE and step.state is StepState.BLOCKED for step in view.steps
    )


GO_LIVE = Page(
    StepName.GO_LIVE,
    "Dry run and go live",
    "Look at a dry run first, then begin; before that nothing runs by itself.",
    "/ccc backfill FROM TO dry, then /ccc golive 2026-11-01 and /ccc sync",
    _golive,
    _save,
    lambda view: view.connection.settings.go_live,
    submit=GO,
    can_skip=False,
    settles=False,
)
