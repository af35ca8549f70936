"""The frame around every step: where one is, where one can go, and what is remembered."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bot.conversation import Modal, Request, State
from bot.modals.setup import choices, connecting, live, money, places
from bot.modals.setup.page import Page, Scene
from bot.views.actions import SETUP, SETUP_BACK, SETUP_GOTO, SETUP_OVER, SETUP_SKIP
from bot.views.blocks import (
    Block,
    actions,
    alert,
    button,
    context,
    header,
    modal,
    option,
    plain,
    plain_text,
)
from bot.views.checklist import TITLES, step_mark
from sync.services.checklist import Step, StepName, StepState, settled
from sync.services.setting_up import SetUpView

PAGES: dict[StepName, Page] = {
    page.name: page
    for page in (
        connecting.LIGHTSPEED,
        connecting.QUICKBOOKS,
        connecting.FOUND,
        money.ACCOUNTS,
        choices.STORES,
        choices.TYPE,
        choices.CUSTOMERS,
        choices.PRODUCTS,
        money.TAX,
        places.CHANNEL,
        places.SCHEDULE,
        live.GO_LIVE,
    )
}


def form_name(step: StepName) -> str:
    """The name its draft is kept under."""
    return f"setup:{step.value}"


def piece_of(page: Page, view: SetUpView | None) -> str:
    """A digest of what this step is about, to see whether somebody else changed it."""
    if view is None:
        return ""
    return hashlib.sha256(repr(page.piece(view)).encode()).hexdigest()[:16]


def draw(
    scene: Scene,
    page: Page,
    *,
    notices: Sequence[Block] = (),
    draft: str = "",
) -> Modal:
    """The step as Slack shows it; `draft` is when what stands in it was typed."""
    step = next(each for each in scene.steps if each.name is page.name)
    blocked = step.state is StepState.BLOCKED
    blocks: list[Block] = [
        *notices,
        header(f"Step {step.number} of {len(scene.steps)}: {page.title}"),
        plain(page.intro, _chooser(scene.steps, page.name)),
    ]
    if step.why and step.state in (StepState.TODO, StepState.BLOCKED):
        said = f"{step.why[:1].upper()}{step.why[1:]}."
        blocks.append(alert(said[:200], "warning"))
    if draft:
        blocks.append(context(f"Continued from what you typed at {draft} and had not saved."))
    if scene.view is None and step.number > 2:
        pass  # there is nothing to show before anything is connected
    elif not blocked or page is live.GO_LIVE:
        blocks += page.draw(scene)
    blocks.append(_buttons(step, page, has_draft=bool(draft)))
    blocks.append(
        context(
            f"{settled(scene.steps)} of {len(scene.steps)} steps are settled; each is saved by "
            f"itself, and you may close this at any time. As a line: {page.line}"
        )
    )
    submit = page.submit
    if page is live.GO_LIVE and (blocked or step.state is StepState.DONE):
        submit = "Save" if step.state is StepState.DONE else "Next"
    view = modal("Set up CCC", SETUP, blocks, submit=submit)
    view["notify_on_close"] = True
    view["close"] = plain_text("Close", 24)
    return Modal(view, _state(scene, page))


def _state(scene: Scene, page: Page) -> State:
    request: Request = scene.request
    channel = request.view.state.get("channel", "") if request.view else request.channel
    return {
        "connection": scene.view.connection.id if scene.view else "",
        "channel": channel,
        "step": page.name.value,
        "was": piece_of(page, scene.view),
        "fresh": scene.place.fresh,
    }


def _chooser(steps: Sequence[Step], at: StepName) -> Block:
    rows = [
        option(f"{step.number}. {TITLES[step.name]}", step.name.value, step_mark(step))
        for step in steps
    ]
    return {
        "type": "static_select",
        "action_id": SETUP_GOTO,
        "placeholder": plain_text("Go to a step", 150),
        "options": rows,
        "initial_option": rows[list(StepName).index(at)],
    }


def _buttons(step: Step, page: Page, *, has_draft: bool) -> Block:
    buttons = []
    if step.number > 1:
        buttons.append(button("Back", SETUP_BACK))
    if page.can_skip:
        buttons.append(button("Skip this step", SETUP_SKIP))
    if has_draft:
        buttons.append(button("Forget what I typed", SETUP_OVER))
    return actions(*(buttons or [button("Back", SETUP_BACK)]))
