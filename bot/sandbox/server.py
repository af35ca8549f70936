"""The Slack stand-in as a web server: arguments in, answers out; the state is elsewhere."""

from __future__ import annotations

import base64
import binascii
import json
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from flask import Flask, Request, Response, request, send_file

from bot.sandbox import api_files
from bot.sandbox.browser import Browser
from bot.sandbox.delivery import ACK_SECONDS, Delivery, Reply, deliver
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.happenings import Happenings
from bot.sandbox.mentions import Notification
from bot.sandbox.model import ApiError, Json, Message
from bot.sandbox.news import News
from bot.sandbox.seed import retailer
from bot.sandbox.slack_state import Installation, SlackState
from bot.sandbox.sockets import Sockets
from bot.sandbox.tickets import Tickets
from bot.sandbox.view_stacks import Views
from bot.sandbox.web_api import Answer, Call, WebApi
from sync.sandbox.serving import RunningServer, cut, serve

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

T = TypeVar("T")
_JSON_ARGUMENTS = ("blocks", "attachments", "metadata", "view", "files")


class SlackSandbox:
    """A workspace that behaves like Slack: `start()` it, or serve `.application` and set `.url`."""

    def __init__(
        self,
        *,
        signing_secret: str,
        bot_token: str,
        clock: Callable[[], datetime],
        bot_url: str | None = None,
        rate_limits: bool = True,
        wall_clock: Callable[[], float] = time.time,
        subscriptions: Iterable[str] | None = None,
    ) -> None:
        """`wall_clock` dates the signatures; `subscriptions` are the app's events, or all."""
        self.signing_secret = signing_secret
        self.bot_url = bot_url
        self.wall_clock = wall_clock
        self.ack_within = ACK_SECONDS
        self.workspace = retailer(clock)
        self.views = Views(self.workspace)
        self.tickets = Tickets(self.workspace)
        self.installation = Installation(bot_token)
        self.state = SlackState(self.workspace, self.views, self.tickets, self.installation)
        self.faults = Faults()
        self.sockets = Sockets()
        self.api = WebApi(self.state, self.faults, rate_limits=rate_limits)
        self.refused_responses: list[str] = []
        self._stopping = threading.Event()
        self.news = News(self, subscriptions, self._stopping)
        self.happenings = Happenings(self.state, self.news.tell)
        self._server: RunningServer | None = None
        self._app = _routes(self)
        self.browser = Browser(self).mount(self._app)

    @property
    def application(self) -> WSGIApplication:
        """The WSGI application."""
        return self._app.wsgi_app

    @property
    def url(self) -> str | None:
        """Where it listens, without a trailing slash; the API is under `/api/`."""
        return self.state.url

    @url.setter
    def url(self, value: str) -> None:
        self.state.url = value.rstrip("/")

    @property
    def api_url(self) -> str:
        """What a Slack client takes as its base URL."""
        return f"{self.state.base_url()}/api/"

    @property
    def calls(self) -> list[Call]:
        """Every Web API call so far."""
        return self.api.calls

    @property
    def notifications(self) -> list[Notification]:
        """Every mention in a message, wanted or not."""
        return self.workspace.notifications

    def start(self, port: int = 0) -> SlackSandbox:
        """Listen on loopback."""
        self._server = serve(self.application, port=port)
        self.url = self._server.url
        return self

    def close(self) -> None:
        """Stop listening; slow answers end at once."""
        self._stopping.set()
        self.sockets.close()
        if self._server:
            self._server.close()

    def __enter__(self) -> SlackSandbox:
        return self if self.url else self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def calls_to(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method == method]

    def fail(self, method: str, name: str, times: int = 1, **more: Any) -> None:
        """Plan a fault; see `faults.NAMES`. `method` may be `*`, `response_url` or `upload`."""
        self.faults.add(Fault(method, name, times, **more))

    def messages(self, channel: str) -> list[Message]:
        """What everybody sees in a channel (id or `#name`), oldest first."""
        return self.workspace.roots(self.workspace.channel_named(channel).id)

    def replies(self, root: Message) -> list[Message]:
        """The thread under a message."""
        return self.workspace.replies(root)

    def wait_for(self, look: Callable[[], T], timeout: float = 5.0) -> T:
        """The first true answer of `look`; asked again whenever something happens."""
        return self.workspace.wait_for(look, timeout)

    def deliver(self, delivery: Delivery, within: float) -> Reply:
        """To the bot, by its socket when the app has Socket Mode, and else over HTTP."""
        if self.sockets.app_token:
            return self.sockets.deliver(delivery, within)
        return deliver(self.bot_url, delivery, within)

    def pause(self, seconds: float) -> None:
        """Keep a caller waiting, but not a closing server."""
        self._stopping.wait(seconds)


def _routes(sandbox: SlackSandbox) -> Flask:
    app = Flask("slack-sandbox", static_folder=None)

    @app.post("/api/apps.connections.open")
    def connections_open() -> Response:
        _, token = read_arguments(request)
        try:
            return _json(sandbox.sockets.connections_open(token, sandbox.state.base_url()))
        except ApiError as refusal:
            return _json({"ok": False, "error": refusal.error})

    @app.get("/oauth/v2/authorize")
    def authorize() -> Response:
        """The consent page, already agreed to; a person who refuses brings no code back."""
        back = request.args.get("redirect_uri", "")
        answer = {"code": sandbox.installation.new_code(), "state": request.args.get("state", "")}
        return Response(status=302, headers={"Location": f"{back}?{urlencode(answer)}"})

    @app.route("/link/", websocket=True)
    def link() -> Response:
        try:
            sandbox.sockets.serve(request.environ, request.args.get("ticket", ""))
        except ApiError as refusal:
            return Response(refusal.error, status=401)
        raise ConnectionAbortedError  # what was to be said went through the socket

    @app.route("/api/<method>", methods=["GET", "POST"])
    def api(method: str) -> Response:
        try:
            arguments, token = read_arguments(request)
        except ValueError:
            return _json({"ok": False, "error": "invalid_json"})
        return _send(sandbox, sandbox.api.call(method, arguments, token))

    @app.post("/response/<name>")
    def response_url(name: str) -> Response:
        body = request.get_json(force=True, silent=True)
        answer = _respond(sandbox, name, body if isinstance(body, dict) else {})
        return _send(sandbox, answer)

    @app.post("/upload/v1/<file_id>")
    def upload(file_id: str) -> Response:
        fault = sandbox.faults.take("upload", {})
        if fault and fault.name == "500":
            return _json({}, 500)
        multipart = request.mimetype == "multipart/form-data"
        sent = next(iter(request.files.values()), None) if multipart else None
        try:
            api_files.receive(sandbox.state, file_id, sent.read() if sent else request.get_data())
        except ApiError as refusal:
            return Response(refusal.error, status=400)
        return Response("OK")

    @app.get("/files/<file_id>/<name>")
    def download(file_id: str, name: str) -> Response:
        file = sandbox.workspace.files.get(file_id)
        if file is None or file.content is None:
            return Response("not found", status=404)
        return send_file(BytesIO(file.content), download_name=file.name, as_attachment=True)

    @app.get("/_sandbox/calls")
    def calls() -> Response:
        wanted = request.args.get("method")
        found = [
            {"method": c.method, "arguments": c.arguments, "at": c.at, "ok": c.ok, "error": c.error}
            for c in list(sandbox.calls)
            if wanted in (None, c.method)
        ]
        return _json({"calls": found})

    @app.post("/_sandbox/faults")
    def faults() -> Response:
        asked = request.get_json(force=True, silent=True)
        try:
            if not isinstance(asked, dict):
                raise ValueError("a fault is an object with method and name")
            asked.setdefault("name", asked.pop("fault", ""))
            sandbox.faults.add(Fault(**asked))
        except (TypeError, ValueError) as error:
            return _json({"ok": False, "error": str(error)}, 400)
        return _json({"ok": True})

    return app


def read_arguments(incoming: Request) -> tuple[Json, str | None]:
    """Query, form and JSON merged, as slack_sdk uses all three; and the token, wherever it was."""
    arguments: Json = {**incoming.args.to_dict(), **incoming.form.to_dict()}
    if incoming.is_json and (raw := incoming.get_data()):
        body = json.loads(raw)
        if not isinstance(body, dict):
            raise ValueError("arguments are an object")
        arguments |= body
    for key in _JSON_ARGUMENTS:
        if isinstance(arguments.get(key), str):
            try:
                arguments[key] = json.loads(arguments[key])
            except ValueError:
                continue  # the method's own check answers with Slack's word for it
    kind, _, credentials = incoming.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "basic":
        arguments |= _client(credentials)
    token = credentials if kind.lower() == "bearer" else arguments.get("token")
    return arguments, token


def _client(credentials: str) -> Json:
    try:
        name, _, secret = base64.b64decode(credentials).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": name, "client_secret": secret}


def _respond(sandbox: SlackSandbox, name: str, body: Json) -> Answer:
    fault = sandbox.faults.take("response_url", body)
    if fault and fault.name == "500":
        return Answer({}, status=500)
    if fault and fault.name == "ratelimited":
        wait = {"Retry-After": str(fault.retry_after)}
        return Answer({"ok": False, "error": "ratelimited"}, status=429, headers=wait)
    if fault and fault.name == "invalid_blocks":
        sandbox.refused_responses.append(fault.name)
        return Answer({"ok": False, "error": fault.name}, status=400)
    try:
        sandbox.tickets.respond(name, body)
    except ApiError as refusal:
        sandbox.refused_responses.append(refusal.error)
        status = 400 if refusal.error in ("invalid_blocks", "no_text") else 404
        return Answer({"ok": False, "error": refusal.error, **refusal.extra}, status=status)
    return Answer({"ok": True}, fault=fault)


def _send(sandbox: SlackSandbox, answer: Answer) -> Response:
    fault = answer.fault
    if fault and fault.name == "slow":
        sandbox.pause(fault.seconds)
    if fault and fault.name in ("cut_before", "cut_after"):
        cut(request.environ)
    return _json(answer.body, answer.status, answer.headers)


def _json(body: Json, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    text = json.dumps(body)
    return Response(text, status=status, headers=headers or {}, mimetype="application/json")
