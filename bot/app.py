"""The one room that touches Bolt: dispatch a request, deliver the reply, survive the rest."""

from __future__ import annotations

import logging
import re
import secrets
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk import WebClient

from bot.access import Directories
from bot.actions import ACTIONS
from bot.actions.lines import TYPED
from bot.answering import (
    blocks_of,
    choices_body,
    message_body,
    result_page,
    told,
    unexpected,
    with_claim,
)
from bot.asking import Asked, Asking
from bot.conversation import (
    Action,
    BackTo,
    Choices,
    FieldErrors,
    Form,
    Message,
    NoConnection,
    OpenModal,
    PublishHome,
    PushModal,
    Reply,
    UpdateView,
)
from bot.delivering import LISTENER_TIMEOUT, Delivery
from bot.edge import Clock, Edge, OnceOnly, Signature, SignedOnly
from bot.events import EVENTS, PERSONAL
from bot.installations import Clients, Installations, OneWorkspace
from bot.modals import FORMS
from bot.modals.sealed import Seal
from bot.presses import Presses
from bot.reports.messages import answer
from bot.shortcuts import SHORTCUTS
from bot.views.blocks import Card
from bot.views.home import refused_view
from sync.errors import NotAllowed, NotFound, SyncError
from sync.services.models import ReplyTo

if TYPE_CHECKING:
    from sync.services.facade import Services

log = logging.getLogger(__name__)
Body = Mapping[str, Any]
AFTER_THE_END = ("app_uninstalled", "tokens_revoked", "team_access_revoked", "team_access_granted")
EXPECTED = (SyncError, NoConnection)  # anything else reaches `failed`, with a reference


class Registry:
    """Handlers by id; an id that ends in a dot serves everything that begins with it."""

    def __init__(self, actions: tuple[Action, ...]) -> None:
        self._exact = {action.id: action for action in actions if not action.id.endswith(".")}
        self._begins = tuple(action for action in actions if action.id.endswith("."))
        patterns = [
            re.escape(action.id) + (".+" if action.id.endswith(".") else "$") for action in actions
        ]
        self.pattern = re.compile(f"^(?:{'|'.join(patterns)})")

    def find(self, action_id: str) -> Action:
        """The handler; Bolt matched the pattern before, so there is one."""
        found = self._exact.get(action_id)
        return found or next(each for each in self._begins if action_id.startswith(each.id))


class Listeners:
    """What Bolt calls: one method per kind of payload."""

    def __init__(
        self, services: Services, asking: Asking, delivery: Delivery, presses: Presses
    ) -> None:
        self._services = services
        self._asking = asking
        self._delivery = delivery
        self._presses = presses
        self.actions = Registry((*ACTIONS, *(a for form in FORMS for a in form.actions)))
        self.options = Registry(tuple(option for form in FORMS for option in form.options))
        self.forms: dict[str, Form] = {form.callback_id: form for form in FORMS}

    def command(self, body: Body) -> BoltResponse:
        """A typed line: the answer is the acknowledgement, without another call."""
        asked: Asked | None = None
        try:
            asked = self._asking.command(body)
            reply = TYPED.run(asked.request, self._services, str(body.get("text") or ""))
        except EXPECTED as error:
            reply = self._told(error, body)
        if isinstance(reply, OpenModal) and asked:
            failure = self._delivery.open(reply.modal, asked.request)
            reply = failure or Message("")
        if not isinstance(reply, Message) or not (reply.text or reply.blocks):
            return _answer()
        if asked and asked.claimed:
            reply = with_claim(reply)
        return _answer(message_body(reply))

    def press(self, body: Body) -> BoltResponse:
        """A button or a choice."""
        asked: Asked | None = None
        try:
            asked = self._asking.press(body)
            action = self.actions.find(asked.request.action_id)
            request = asked.request.needing(action.role)
            already = self._presses.already(body, request) if action.once else None
            reply: Reply = already or action.handle(request, self._services)
        except EXPECTED as error:
            reply = self._told(error, body)
        self._delivery.pressed(reply, asked.request if asked else None, body)
        return _answer()

    def shortcut(self, body: Body) -> BoltResponse:
        """A shortcut on a message, answered beside it and to whoever asked alone."""
        asked: Asked | None = None
        try:
            asked = self._asking.press(body)
            handle = SHORTCUTS[str(body.get("callback_id"))]
            reply = handle(asked.request, body.get("message") or {}, self._services)
        except EXPECTED as error:
            reply = self._told(error, body)
        self._delivery.pressed(reply, asked.request if asked else None, body)
        return _answer()

    def submission(self, body: Body) -> BoltResponse:
        """A form was sent: close it, redraw it, or show what is wrong in red."""
        asked: Asked | None = None
        try:
            asked = self._asking.form(body)
            form = self.forms[str(body["view"]["callback_id"])]
            reply = form.submit(asked.request.needing(form.role), self._services)
        except FieldErrors as error:
            return _answer({"response_action": "errors", "errors": error.errors})
        except EXPECTED as error:
            reply = self._told(error, body)
        request = asked.request if asked else None
        if isinstance(reply, Message):
            state = request.view.state if request and request.view else {}
            reply = UpdateView(result_page(reply, state))
        if isinstance(reply, BackTo) and request:
            self._delivery.redraw_previous(reply.modal, request)
            return _answer()
        if isinstance(reply, (UpdateView, PushModal)):
            action = "push" if isinstance(reply, PushModal) else "update"
            view = self._delivery.drawn(reply.modal, request)
            return _answer({"response_action": action, "view": view})
        return _answer()

    def event(self, body: Body) -> BoltResponse:
        """Something a person did that Slack tells of by itself, such as opening Home."""
        told = body.get("event") or {}
        user = str(told.get("user") or "")
        try:
            asked = self._asking.event(body)
            handle = PERSONAL[str(told.get("type"))]
            reply = handle(asked.request, told, self._services, asked.claimed)
        except EXPECTED as error:
            if told.get("type") != "app_home_opened":
                self._whisper(body, self._told(error, body))
                return _answer()
            refused = refused_view(self._told(error, body).text)
            self._delivery.publish(PublishHome(refused), str(body.get("team_id")), user)
            return _answer()
        if isinstance(reply, PublishHome):
            self._delivery.publish(reply, asked.request.actor.workspace, user)
        if isinstance(reply, Message):
            self._whisper(body, reply)
        return _answer()

    def _whisper(self, body: Body, message: Message) -> None:
        """To whoever wrote, and nobody else; the outbox finds the way."""
        told = body["event"]
        reply = ReplyTo(str(told.get("user") or ""), channel=str(told.get("channel") or ""))
        try:
            workspace = self._asking.workspace(body)
        except SyncError:
            return  # not one of ours: nothing may be called for it
        card = Card(message.text, blocks_of(message))
        key = f"told:{body.get('event_id')}"[:200]
        self._services.reports.post(answer(workspace, key, reply, card))

    def news(self, body: Body) -> BoltResponse:
        """Something happened in the workspace; Slack tells it again when we fail at it."""
        told = body.get("event") or {}
        kind = str(told.get("type"))
        workspace = str(body.get("team_id") or body.get("enterprise_id") or "")
        try:
            if kind not in AFTER_THE_END:
                workspace = self._asking.workspace(body)
            EVENTS[kind](self._asking.happening(workspace, told))
        except (NotAllowed, NotFound) as error:
            log.info("an event of kind %s is about nothing any more: %s", kind, error)
        return _answer()

    def closed(self, body: Body) -> BoltResponse:
        """A form was closed without sending it; there is nobody left to answer."""
        try:
            request = self._asking.form(body).request
            form = self.forms[str(body["view"]["callback_id"])]
            if form.closed is not None:
                form.closed(request.needing(form.role), self._services)
        except EXPECTED as error:
            log.info("a closed form kept nothing: %s", type(error).__name__)
        return _answer()

    def suggestion(self, body: Body) -> BoltResponse:
        """A pick-list wants its rows."""
        try:
            asked = self._asking.form(body)
            option = self.options.find(asked.request.action_id)
            reply = option.handle(asked.request.needing(option.role), self._services)
        except EXPECTED as error:
            reply = Choices((), self._told(error, body).text)
        return _answer(choices_body(reply if isinstance(reply, Choices) else Choices(())))

    def failed(self, error: Exception, request: BoltRequest) -> BoltResponse:
        """Whatever was raised outside the methods above."""
        if isinstance(error, BoltUnhandledRequestError):
            log.warning("no listener for a request of type %s", request.body.get("type", "command"))
            return BoltResponse(status=404, body="unhandled request")
        message = self._told(error, request.body)
        kind = request.body.get("type")
        if request.body.get("command"):
            return _answer(message_body(message))
        if kind == "view_submission":
            view = self._delivery.drawn(result_page(message, {}), None)
            return _answer({"response_action": "update", "view": view})
        if kind == "block_suggestion":
            return _answer(choices_body(Choices((), message.text)))
        if kind in ("block_actions", "message_action"):
            self._delivery.pressed(message, None, request.body)
            return _answer()
        return BoltResponse(status=500, body="")  # an event: Slack sends it again

    def _told(self, error: Exception, body: Body) -> Message:
        """Expected errors in their own words; the rest with a reference and a log line."""
        try:
            known = told(error, lambda: self._asking.workspace(body), self._services)
        except Exception as second:  # the database may be what failed
            known, error = None, second
        if known is not None:
            return known
        reference = secrets.token_hex(3).upper()
        # The text of a foreign exception may hold names, amounts or tokens; its place does not.
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("ref %s: %s\n%s", reference, type(error).__name__, where)
        return unexpected(reference)


def build_app(
    services: Services,
    *,
    signing_secret: str,
    client: WebClient,
    form_key: bytes,
    clock: Clock = lambda: datetime.now(UTC),
    installations: Installations | None = None,
    raise_error_for_unhandled_request: bool = False,
) -> App:
    """The Bolt app. `client` lends its address, and its token where `installations` is not given.

    Ours gives up after two seconds.
    """
    quick = WebClient(
        token=client.token,
        base_url=client.base_url,
        timeout=LISTENER_TIMEOUT,
        retry_handlers=[],  # a retry would outlive the three seconds Slack waits
    )
    served = installations or OneWorkspace(quick, services.installations)
    clients = Clients(served, client.base_url, LISTENER_TIMEOUT)
    directories = Directories(clients, lambda: clock().timestamp())
    seal = Seal(form_key)
    asking = Asking(services, directories, seal, served, clock)
    listeners = Listeners(
        services,
        asking,
        Delivery(clients, seal, client.base_url),
        Presses(services.requests.first_time, clock),
    )

    def first_time(team: str, key: str) -> bool:
        return services.requests.first_time(team, key, clock())

    app = App(
        logger=logging.getLogger("slack_bolt"),  # else Bolt's loggers take the root's level
        client=WebClient(  # without a token: each request is given its own
            base_url=client.base_url, timeout=LISTENER_TIMEOUT, retry_handlers=[]
        ),
        signing_secret=signing_secret,
        request_verification_enabled=False,  # ours answers 401 where Bolt's raises
        before_authorize=SignedOnly(Signature(signing_secret, clock)),
        authorize=_authorize(served),
        process_before_response=True,
        raise_error_for_unhandled_request=raise_error_for_unhandled_request,
        listener_executor=ThreadPoolExecutor(1, thread_name_prefix="bolt"),  # never used
    )
    app.use(OnceOnly(first_time))
    app.command("/ccc")(listeners.command)
    app.action(listeners.actions.pattern)(listeners.press)
    forms = re.compile(f"^(?:{'|'.join(map(re.escape, listeners.forms))})$")
    for name in PERSONAL:
        app.event(name)(listeners.event)
    for name in EVENTS:
        app.event(name)(listeners.news)
    app.view(forms)(listeners.submission)
    app.view_closed(forms)(listeners.closed)
    app.options(listeners.options.pattern)(listeners.suggestion)
    for name in SHORTCUTS:
        app.message_shortcut(name)(listeners.shortcut)
    app.error(listeners.failed)
    return app


def build_edge(app: App, *, signing_secret: str, clock: Clock = lambda: datetime.now(UTC)) -> Edge:
    """The WSGI application for `/slack/events`."""
    return Edge(app, Signature(signing_secret, clock))


def _authorize(served: Installations) -> Callable[..., AuthorizeResult]:
    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        """Whom Bolt's middleware takes for ourselves; no token, for each call asks for its own.

        A workspace that is not served passes too: our own answer says why, and Bolt's would not.
        """
        try:
            ours = served.of(team_id or "", enterprise_id or "")
        except SyncError:
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id or ours.team,
            bot_user_id=ours.bot_user,
            bot_id=ours.bot,
        )

    return authorize


def _answer(body: Mapping[str, Any] | None = None) -> BoltResponse:
    if body is None:
        return BoltResponse(status=200, body="")
    headers: dict[str, str | Sequence[str]] = {"content-type": ["application/json;charset=utf-8"]}
    return BoltResponse(status=200, body=orjson.dumps(body).decode(), headers=headers)
