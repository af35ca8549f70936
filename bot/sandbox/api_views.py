"""views.*: modals by trigger, updates by id and hash, the Home tab by person."""

from __future__ import annotations

from bot.sandbox.limits import check_view
from bot.sandbox.model import ApiError, Json, refuse
from bot.sandbox.slack_state import SlackState, view_wire


def checked_view(view: object, kind: str) -> Json:
    """The view, or Slack's refusal with every reason."""
    problems = check_view(view)
    if any("view_too_large" in problem for problem in problems):
        refuse("view_too_large", problems)
    refuse("invalid_arguments", problems)
    if not isinstance(view, dict) or view["type"] != kind:
        raise ApiError("invalid_arguments", response_metadata={"messages": [f"must be {kind}"]})
    return view


def open_view(state: SlackState, arguments: Json) -> Json:
    """views.open: the trigger is spent only when the view is good."""
    view = checked_view(arguments.get("view"), "modal")
    trigger = state.tickets.redeem(str(arguments.get("trigger_id")))
    return {"view": view_wire(state, state.views.open(trigger.user, view))}


def push_view(state: SlackState, arguments: Json) -> Json:
    """views.push: the trigger must come from inside an open modal."""
    view = checked_view(arguments.get("view"), "modal")
    trigger = state.tickets.redeem(str(arguments.get("trigger_id")))
    if trigger.view_id is None or state.views.top(trigger.user) is None:
        raise ApiError("invalid_trigger_id")
    return {"view": view_wire(state, state.views.push(trigger.user, view))}


def update_view(state: SlackState, arguments: Json) -> Json:
    """views.update, while the view is open."""
    found = state.views.find(arguments.get("view_id"), arguments.get("external_id"))
    view = checked_view(arguments.get("view"), found.body["type"])
    return {"view": view_wire(state, state.views.update(found, view, arguments.get("hash")))}


def publish_view(state: SlackState, arguments: Json) -> Json:
    """views.publish."""
    user = state.workspace.people.get(str(arguments.get("user_id")))
    if user is None:
        raise ApiError("user_not_found")
    view = checked_view(arguments.get("view"), "home")
    return {"view": view_wire(state, state.views.publish(user.id, view, arguments.get("hash")))}
