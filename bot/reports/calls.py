"""One outbox row as one call to Slack; what it raises is always a Failure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from bot.reports.outcome import LOST_ERRORS, Failure, Trouble, failure, named, retry_after
from bot.reports.parcel import unpack
from bot.views.blocks import Block

TIMEOUT = 10
_HOOKS = ("https", "hooks.slack.com")
_QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}

Place = tuple[str, str]  # channel and timestamp


def without_retries(client: WebClient) -> WebClient:
    """The same client on our terms: a lost answer is our decision, never repeated unseen."""
    return WebClient(
        token=client.token,
        base_url=client.base_url,
        timeout=TIMEOUT,
        ssl=client.ssl,
        proxy=client.proxy,
        team_id=client.default_params.get("team_id"),
        retry_handlers=[],
    )


def post(
    client: WebClient, channel: str, payload: Mapping[str, Any], blocks: list[Block], thread: str
) -> Place:
    """chat.postMessage; posting to a person opens the conversation with them."""
    more: dict[str, Any] = {"metadata": payload["metadata"]} if payload.get("metadata") else {}
    if thread:
        more |= {"thread_ts": thread, "reply_broadcast": bool(payload.get("broadcast"))}
    if blocks:
        more["blocks"] = blocks
    else:
        more["mrkdwn"] = False  # words alone: a `*` in a name stays a `*`
    try:
        answer = client.chat_postMessage(channel=channel, text=payload["text"], **more, **_QUIET)
    except LOST_ERRORS as error:
        raise failure(error) from error
    return str(answer.get("channel") or channel), str(answer.get("ts") or "")


def update(
    client: WebClient, place: Place, payload: Mapping[str, Any], blocks: list[Block]
) -> Place:
    """chat.update, with text, blocks and metadata together: what is left out might stay."""
    metadata = payload.get("metadata")
    more = {"metadata": metadata} if metadata else {}
    try:
        client.chat_update(
            channel=place[0], ts=place[1], text=payload["text"], blocks=blocks, **more
        )
    except LOST_ERRORS as error:
        raise failure(error) from error
    return place


def permalink(client: WebClient, place: Place) -> str:
    """Where people find the message, "" when Slack does not say: a link is never worth a retry."""
    try:
        answer = client.chat_getPermalink(channel=place[0], message_ts=place[1])
    except LOST_ERRORS:
        return ""
    return str(answer.get("permalink") or "")


def upload(client: WebClient, place: Place, payload: Mapping[str, Any]) -> Place:
    """The three calls of a file; the answer does not say which message it became."""
    try:
        client.files_upload_v2(
            channel=place[0],
            thread_ts=place[1] or None,
            content=unpack(payload["packed"]),
            filename=payload["filename"],
            title=payload["filename"],
            initial_comment=payload["comment"],
        )
    except LOST_ERRORS as error:
        raise failure(error) from error
    return place


def ephemeral(
    client: WebClient, channel: str, payload: Mapping[str, Any], blocks: list[Block]
) -> Place:
    """chat.postEphemeral: to somebody who is in the channel."""
    try:
        client.chat_postEphemeral(
            channel=channel, user=payload["user"], text=payload["text"], blocks=blocks
        )
    except LOST_ERRORS as error:
        raise failure(error) from error
    return channel, ""


def respond(client: WebClient, payload: Mapping[str, Any], blocks: list[Block]) -> Place:
    """The response URL of a command or press; it works where the bot is no member."""
    url = str(payload["response_url"])
    if not may_call(url, client.base_url):
        raise Failure(Trouble.REFUSED, "foreign_response_url")
    hook = WebhookClient(url, timeout=TIMEOUT, retry_handlers=[])
    try:
        answer = hook.send(
            text=payload["text"], blocks=blocks, response_type="ephemeral", replace_original=False
        )
    except LOST_ERRORS as error:
        raise failure(error) from error
    if answer.status_code == 429:
        raise Failure(Trouble.LIMITED, "ratelimited", retry_after(answer.headers))
    if answer.status_code >= 500:
        raise Failure(Trouble.LOST, f"http_{answer.status_code}")
    if answer.status_code != 200:
        said = "invalid_blocks" if "invalid_blocks" in answer.body else "response_url_refused"
        raise named(said)
    return "", ""


def view(client: WebClient, payload: Mapping[str, Any]) -> Place:
    """views.update of a form that may have been closed meanwhile."""
    try:
        client.views_update(view_id=payload["view_id"], view=payload["view"])
    except LOST_ERRORS as error:
        raise failure(error) from error
    return "", ""


def publish(client: WebClient, payload: Mapping[str, Any]) -> Place:
    """views.publish: somebody's Home tab as it is now."""
    try:
        client.views_publish(user_id=payload["user"], view=payload["view"])
    except LOST_ERRORS as error:
        raise failure(error) from error
    return "", ""


def may_call(url: str, api_url: str) -> bool:
    """Only Slack's own hooks, or the stand-in that also plays the API."""
    there, api = urlsplit(url), urlsplit(api_url)
    if (there.scheme, there.netloc) == _HOOKS:
        return True
    stands_in = api.hostname is not None and not api.hostname.endswith("slack.com")
    return stands_in and (there.scheme, there.netloc) == (api.scheme, api.netloc)
