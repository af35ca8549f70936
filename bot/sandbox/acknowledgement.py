"""Does what a bot's acknowledgement asks for, or tells the person that it made no sense."""

from __future__ import annotations

from bot.sandbox.api_views import checked_view
from bot.sandbox.delivery import Reply
from bot.sandbox.limits import check_message, check_suggestions
from bot.sandbox.model import ApiError, Channel, Json, View
from bot.sandbox.slack_state import SlackState


def command_answer(state: SlackState, user_id: str, channel: Channel, reply: Reply) -> str | None:
    """Show the text or blocks a command was acknowledged with; answers a notice on nonsense."""
    body = reply.body or ({"text": reply.text} if reply.text.strip() not in ("", "{}") else {})
    if not body.get("text") and not body.get("blocks"):
        return None
    if check_message(body):
        return "invalid_command_response"
    in_channel = body.get("response_type") == "in_channel"
    state.workspace.post(
        channel.id,
        state.workspace.bot_user,
        body.get("text") or "",
        body.get("blocks") or [],
        visible_to=None if in_channel else user_id,
    )
    return None


def submission_answer(state: SlackState, view: View, reply: Reply) -> str | None:
    """Close, redraw, push, clear or show errors."""
    body = reply.body
    action = body.get("response_action")
    try:
        if reply.text.strip() in ("", "{}"):
            state.views.close(view)
        elif action == "errors":
            return _errors(state, view, body)
        elif action == "update":
            state.views.update(view, checked_view(body.get("view"), "modal"))
        elif action == "push":
            state.views.push(view.user, checked_view(body.get("view"), "modal"))
        elif action == "clear":
            state.views.clear(view.user)
        else:
            return "invalid_view_response"
    except ApiError as refusal:
        messages = refusal.extra.get("response_metadata", {}).get("messages", [])
        return ": ".join(["invalid_view_response", refusal.error, *messages])
    return None


def _errors(state: SlackState, view: View, body: Json) -> str | None:
    """Only input blocks can show an error; anything else is lost on the person."""
    errors = body.get("errors")
    fields = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= fields:
        return "invalid_view_response: errors must name input blocks"
    state.views.show_errors(view, {str(k): str(v) for k, v in errors.items()})
    return None


def suggestions(reply: Reply) -> tuple[Json, str | None]:
    """The options a bot answered, or a notice when Slack would show none."""
    problems = check_suggestions(reply.body)
    if problems:
        return {}, ": ".join(["invalid_options_response", *problems])
    return reply.body, None
