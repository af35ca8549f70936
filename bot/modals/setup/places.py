"""Steps about where and when: the log channel and the schedule."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.channels import log_channel, notes_on
from bot.conversation import Request
from bot.modals.fields.choosing import read_schedule, schedule_fields
from bot.modals.fields.inputs import Typed, picker_field, word
from bot.modals.setup.page import Page, Scene
from bot.views.blocks import Block, context
from sync.errors import Invalid
from sync.services.checklist import StepName, StepState
from sync.services.setting_up import SetUpView

if TYPE_CHECKING:
    from sync.services.facade import Services


_SUGGESTED = "hourly"


def _channel(scene: Scene) -> list[Block]:
    chosen = scene.set_up.connection.channel or asked_from(scene)
    return [
        picker_field(
            scene.place,
            "channel",
            "Log channel",
            chosen if chosen.startswith(("C", "G")) else "",
            scene.typed,
            kind="conversations_select",
            hint="Sums and sale numbers are posted there, so everybody in it can read them.",
        ),
        context("In a private channel, first type /invite there and choose CCC."),
    ]


def asked_from(scene: Scene) -> str:
    """Where `/ccc setup` was typed: the likeliest place for reports."""
    view = scene.request.view
    return str(view.state.get("channel", "")) if view else scene.request.channel


def _save_channel(
    request: Request, services: Services, view: SetUpView, typed: Typed
) -> str | None:
    channel = word(typed, "channel")
    if not channel:
        raise Invalid("Choose a channel.", field="channel")
    try:
        facts = log_channel(request, channel)
    except Invalid as error:
        raise Invalid(str(error), field="channel") from error
    if channel != view.connection.channel:
        services.connections.set_channel(request.actor, request.scope, channel)
    return " ".join(notes_on(facts)) or None


def _schedule(scene: Scene) -> list[Block]:
    view = scene.set_up
    schedule = view.connection.schedule
    if is_open(view):
        schedule = replace(schedule, spec=_SUGGESTED)
    blocks = schedule_fields(scene.place, schedule, view.connection.zone, scene.typed)
    if not is_live(view):
        blocks.append(context("It begins when you go live. Until then nothing runs by itself."))
    return blocks


def _save_schedule(
    request: Request, services: Services, view: SetUpView, typed: Typed
) -> str | None:
    spec, zone = read_schedule(typed)
    if not is_live(view) and spec != "off" and not view.connection.paused:
        # Before the schedule: between the two a tick could post what nobody has looked at.
        services.connections.pause(request.actor, request.scope)
    services.schedules.set(request.actor, request.scope, spec, zone)
    return None


def is_open(view: SetUpView) -> bool:
    """Whether nobody has answered it: then a rhythm is proposed."""
    return any(
        step.name is StepName.SCHEDULE and step.state is StepState.TODO for step in view.steps
    )


def is_live(view: SetUpView) -> bool:
    """Whether a person said go, so that schedules may run."""
    return any(
        step.name is StepName.GO_LIVE and step.state is StepState.DONE for step in view.steps
    )


def _schedule_field(name: str) -> str:
    return "zone" if name == "zone" else "spec"


CHANNEL = Page(
    StepName.CHANNEL,
    "Log channel",
    "Where CCC tells what it posted and what needs a person.",
    "/ccc channel #ccc-log",
    _channel,
    _save_channel,
    lambda view: view.connection.channel,
)
SCHEDULE = Page(
    StepName.SCHEDULE,
    "Schedule",
    "When new sales are read by themselves.",
    "/ccc schedule hourly, or /ccc schedule daily 02:00",
    _schedule,
    _save_schedule,
    lambda view: (view.connection.schedule.spec, view.connection.schedule.zone),
    _schedule_field,
)
