"""From Replies to what Slack takes: bodies of answers, views, and words for what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.access import refusal
from bot.conversation import Choices, Message, Modal, NoConnection, Outcome, Request
from bot.modals.tax_editor import NOTHING
from bot.reports.plain import plain_form
from bot.views.blocks import (
    MOST_BLOCKS,
    Block,
    context,
    fallback,
    mention,
    modal,
    option,
    plain,
    plain_text,
    rich,
    when,
)
from bot.views.next_step import setup_card
from bot.views.wording import moment
from sync.errors import NotAllowed, SyncError

if TYPE_CHECKING:
    from sync.services.facade import Services

TOO_LATE = "That took too long for Slack. Press or type it again."
_CLAIMED = "You are the first CCC admin now, because you are an admin of this Slack."
_SLACK_HOSTS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})


def message_body(message: Message) -> dict[str, Any]:
    """A message as the answer to a command or the body for a response_url."""
    return {
        "response_type": "in_channel" if message.everyone else "ephemeral",
        "text": fallback(message.text),
        "blocks": blocks_of(message),
    }


def blocks_of(message: Message) -> list[Block]:
    return list(message.blocks[:MOST_BLOCKS]) or [plain(message.text)]


def result_page(message: Message, state: Mapping[str, Any]) -> Modal:
    """A form ends on a page that says what became of it; Slack takes no tables or charts there."""
    blocks = list(chain.from_iterable(plain_form(blocks_of(message))))
    return Modal(modal("CCC", "ccc.result", blocks), dict(state))


def outcome_body(outcome: Outcome, pressed: Mapping[str, Any], request: Request) -> dict[str, Any]:
    """The pressed message without its buttons, with what became of it and who did it."""
    kept = [
        block
        for block in (pressed.get("blocks") or [])
        if isinstance(block, dict) and block.get("type") != "actions"
    ]
    at = request.now
    said = rich([f"{outcome.text} By ", mention(outcome.by), ", ", when(at, moment(at, "UTC"))])
    text = str(pressed.get("text") or "")  # Slack's own, escaped already
    return {
        "replace_original": True,
        "text": f"{text} {fallback(outcome.text)}".strip()[:3900],
        "blocks": [*kept[: MOST_BLOCKS - 1], said],
    }


def choices_body(choices: Choices) -> dict[str, Any]:
    """Rows of a pick-list; an empty one says why instead of "No results"."""
    if choices.options:
        return {"options": list(choices.options[:100])}
    label = plain_text(choices.why or "Nothing to choose", 75)
    return {"option_groups": [{"label": label, "options": [option("–", NOTHING)]}]}


def with_claim(message: Message) -> Message:
    """The same answer, with the news that its reader took the first admin seat."""
    blocks = (context(_CLAIMED), *blocks_of(message))
    return replace(message, text=f"{_CLAIMED} {message.text}", blocks=blocks)


def told(error: Exception, workspace: Callable[[], str], services: Services) -> Message | None:
    """An expected error in words; None for what nobody expected."""
    if isinstance(error, NotAllowed) and error.role:
        admins = services.people.admins(workspace(), error.connection)
        return Message.of(refusal(error.role, admins))
    if isinstance(error, NoConnection):
        card = setup_card(None, may_change=False)
        return Message.of(card) if card else None
    if isinstance(error, SyncError):
        return Message(str(error) or "That is not possible now.")
    return None


def unexpected(reference: str) -> Message:
    """Our fault, said as such, with what to quote."""
    return Message(
        "CCC failed on this. What you asked was probably not accepted; /ccc status shows how "
        f"things stand. Try again in a minute. Reference {reference}."
    )


def may_answer(response_url: str, api_url: str) -> bool:
    """Only Slack's own hosts, or the stand-in that plays Slack, ever get an answer."""
    try:
        url, api = urlsplit(response_url), urlsplit(api_url)
        ports = url.port, api.port
    except ValueError:
        return False
    if url.scheme == "https" and url.hostname in _SLACK_HOSTS and ports[0] in (None, 443):
        return "@" not in url.netloc
    return (url.scheme, url.netloc) == (api.scheme, api.netloc) and "@" not in url.netloc
