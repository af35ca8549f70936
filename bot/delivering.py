"""The calls back to Slack that a press or a form needs; each gives up after two seconds."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.answering import TOO_LATE, may_answer, message_body, outcome_body, result_page
from bot.conversation import (
    BackTo,
    Message,
    Modal,
    OpenModal,
    Outcome,
    PublishHome,
    PushModal,
    Reply,
    Request,
    UpdateView,
)
from bot.modals.sealed import Seal
from bot.views.blocks import Block
from sync.errors import SyncError

log = logging.getLogger(__name__)

LISTENER_TIMEOUT = 2
_FAILURES = (SlackClientError, OSError, SyncError)  # also: there is no token any more
_EXPIRED = ("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id")


class Delivery:
    """Opens, pushes and redraws views, and answers presses on messages."""

    def __init__(self, client_for: Callable[[str], WebClient], seal: Seal, api_url: str) -> None:
        self._client_for = client_for
        self._api_url = api_url
        self._seal = seal

    def drawn(self, modal: Modal, request: Request | None) -> Block:
        """The view with its memory sealed for the person who sees it."""
        if request is None:
            return modal.view
        return self._seal.drawn(modal, request.actor.workspace, request.actor.user)

    def open(self, modal: Modal, request: Request) -> Message | None:
        """Show a form; a Message when Slack did not take it."""
        try:
            self._client_for(request.actor.workspace).views_open(
                trigger_id=request.trigger_id, view=self.drawn(modal, request)
            )
        except _FAILURES as error:
            return _not_shown(error)
        return None

    def pressed(self, reply: Reply, request: Request | None, body: Mapping[str, Any]) -> None:
        """Deliver what a press leads to, where it was pressed."""
        in_view = request is not None and request.view is not None
        if request is None:
            if isinstance(reply, Message):
                self._respond(str(body.get("response_url") or ""), message_body(reply))
            return
        match reply:
            case OpenModal(modal):
                failure = self.open(modal, request)
                if failure is not None:
                    self._respond(request.response_url, message_body(failure))
            case PushModal(modal, then):
                pushed = self._push(modal, request)
                if then and pushed:
                    then(pushed)
            case UpdateView(modal, then):
                self._update(modal, request)
                instead = then() if then else None
                if instead is not None:
                    self._update(instead, request, checked=False)
            case Message() if request.at_home:
                self._shown(reply, request)
            case Outcome(text=text, also=also) if request.at_home:
                self._shown(also or Message(text), request)
            case PublishHome():
                self.publish(reply, request.actor.workspace, request.actor.user)
            case Message(replaces=True) if in_view:
                assert request.view is not None
                self._update(result_page(reply, request.view.state), request)
            case Message() if in_view:
                assert request.view is not None
                self._push(result_page(reply, request.view.state), request)
            case Message():
                answer = message_body(reply) | {"replace_original": reply.replaces}
                self._respond(request.response_url, answer)
            case Outcome(also=also):
                message = body.get("message") or {}
                self._respond(request.response_url, outcome_body(reply, message, request))
                if also is not None:
                    self._respond(request.response_url, message_body(also))
            case BackTo(modal):
                self.redraw_previous(modal, request)
            case _:
                pass

    def _shown(self, message: Message, request: Request) -> None:
        """The Home tab has no place for answers: they come as a form without fields."""
        failure = self.open(result_page(message, {}), request)
        if failure is not None:
            log.warning("an answer to a press in Home was not shown")

    def publish(self, home: PublishHome, workspace: str, user: str) -> None:
        """Home as this person should see it."""
        try:
            self._client_for(workspace).views_publish(user_id=user, view=home.view)
        except _FAILURES as error:
            log.warning("a Home tab was not published: %s", _name(error))

    def redraw_previous(self, modal: Modal, request: Request) -> None:
        """Redraw the view below a pushed one, which closes by itself."""
        view = request.view
        if view is not None and view.previous:
            self._call_update(request, view.previous, "", self.drawn(modal, request))

    def _push(self, modal: Modal, request: Request) -> str:
        """The id of the new view, "" when Slack did not take it."""
        try:
            answer = self._client_for(request.actor.workspace).views_push(
                trigger_id=request.trigger_id, view=self.drawn(modal, request)
            )
        except _FAILURES as error:
            log.warning("a view was not pushed: %s", _name(error))
            return ""
        return str((answer.get("view") or {}).get("id") or "")

    def _update(self, modal: Modal, request: Request, *, checked: bool = True) -> None:
        view = request.view
        if view is not None:
            drawn = self.drawn(modal, request)
            self._call_update(request, view.id, view.hash if checked else "", drawn)

    def _call_update(self, request: Request, view_id: str, hash_: str, view: Block) -> None:
        client = self._client_for(request.actor.workspace)
        try:
            client.views_update(view_id=view_id, view=view, **_given(hash=hash_))
        except SlackApiError as error:
            if error.response.get("error") == "hash_conflict" and hash_:
                self._call_update(
                    request, view_id, "", view
                )  # ours was drawn from the newer values
            else:
                log.warning("a view was not updated: %s", _name(error))
        except _FAILURES as error:
            log.warning("a view was not updated: %s", _name(error))

    def _respond(self, url: str, body: Mapping[str, Any]) -> None:
        if not may_answer(url, self._api_url):
            log.warning("an answer was not sent: its address is not Slack's")
            return
        try:
            answer = WebhookClient(url, timeout=LISTENER_TIMEOUT, retry_handlers=[]).send_dict(
                dict(body)
            )
        except _FAILURES as error:
            log.warning("an answer was not sent: %s", _name(error))
            return
        if answer.status_code != 200:
            log.warning("an answer was refused with %s", answer.status_code)


def _given(**values: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def _not_shown(error: Exception) -> Message:
    if isinstance(error, SlackApiError) and error.response.get("error") in _EXPIRED:
        return Message(TOO_LATE)
    log.warning("a form was not shown: %s", _name(error))
    return Message("Slack did not show the form. Try again in a minute, or type it as a line.")


def _name(error: Exception) -> str:
    """Slack's error word, or the kind of failure; never the payload."""
    if isinstance(error, SlackApiError):
        return str(error.response.get("error"))
    return type(error).__name__
