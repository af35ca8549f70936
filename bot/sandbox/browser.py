"""The sandbox Slack as a page in the browser: its files, what it shows, and what one does there."""

from __future__ import annotations

import json
import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, request, send_from_directory

from bot.sandbox.browser_acts import ACTS, Refused
from bot.sandbox.browser_state import Look, Reads
from bot.sandbox.controls import Lever, Weather, slack_weather
from bot.sandbox.inspector import FROM_BOT, FROM_SLACK, Inspector
from bot.sandbox.model import ApiError, File, Json, User
from bot.sandbox.values import NotOnScreen

if TYPE_CHECKING:
    from bot.sandbox.seat import Seat
    from bot.sandbox.server import SlackSandbox

PAGE = Path(__file__).parent / "page"
LONGEST_WAIT = 20.0
MOST_UPLOAD = 10 * 1024**2
# The page runs its own files only, whatever a message says.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' http: https: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class Browser:
    """`levers` and `hints` are for whoever opens the page; the rest follows from the sandbox."""

    def __init__(self, sandbox: SlackSandbox) -> None:
        self.sandbox = sandbox
        self.inspector = Inspector(sandbox)
        self.levers: list[Lever] = []
        self.weathers: list[Weather] = [slack_weather(sandbox)]
        self.steps: list[str] = []  # what to do first, in mrkdwn
        self.hints: list[tuple[str, str]] = [("/ccc", "what to do next"), ("/ccc help", "")]
        self.shortcuts: list[tuple[str, str]] = []  # on messages: callback id and name
        self.reads: Reads = {}
        self._seats: dict[str, Seat] = {}
        self._boot = secrets.token_hex(8)

    def mount(self, app: Flask) -> Browser:
        """Add the page's routes to the sandbox's own."""
        rules = Blueprint("page", __name__)
        rules.add_url_rule("/", view_func=self.index)
        rules.add_url_rule("/page/<path:name>", view_func=self.asset)
        rules.add_url_rule("/page/api/state", view_func=self.state)
        rules.add_url_rule("/page/api/log/<int:number>", view_func=self.logged)
        rules.add_url_rule("/page/api/act/<name>", view_func=self.act, methods=["POST"])
        rules.add_url_rule("/page/api/upload", view_func=self.upload, methods=["POST"])
        app.register_blueprint(rules)
        app.after_request(self.overhear)
        self.sandbox.news.heard = self.inspector.heard
        self.sandbox.news.missed = self._not_subscribed
        return self

    # -- routes

    def index(self) -> Response:
        """The page itself."""
        return self.asset("index.html")

    def asset(self, name: str) -> Response:
        """One of its files."""
        if not (PAGE / name).is_file():
            return _refuse("there is no such file", 404)
        response = send_from_directory(PAGE, name)
        response.headers.update(_HEADERS)
        return response

    def state(self) -> Response:
        """What changed since a version, at once or as soon as something does."""
        try:
            user = self._user(request.args.get("as") or self._first())
            since, log = (int(request.args.get(key) or 0) for key in ("since", "log"))
            wait = min(float(request.args.get("wait") or 0), LONGEST_WAIT)
        except Refused as refused:
            return _refuse(str(refused), refused.status)
        except ValueError:
            return _refuse("since, log and wait are numbers", 400)
        workspace = self.sandbox.workspace
        known = request.args.get("boot") == self._boot
        with workspace.lock:
            known = known and 0 <= since <= len(workspace.events)
            since = since if known else 0
            self._wait(since, log, wait if known else 0)
            seen = Look(self.sandbox, user, self.reads, since, whole=not known).snapshot()
        seen |= {"boot": self._boot, "hints": self.hints, "steps": self.steps}
        seen["shortcuts"] = [{"id": id, "name": name} for id, name in self.shortcuts]
        seen["levers"] = [lever.summary() for lever in self.levers]
        seen["weathers"] = [weather.summary() for weather in self.weathers]
        newer = self.inspector.since(log if known else 0)
        seen["log"] = [entry.summary() for entry in newer]
        return _json({"ok": True, **seen})

    def logged(self, number: int) -> Response:
        """The bodies of one request in the inspector."""
        entry = self.inspector.find(number)
        if entry is None:
            return _refuse("that request is forgotten", 404)
        return _json({"ok": True, **entry.summary(), "detail": entry.detail})

    def act(self, name: str) -> Response:
        """Do what a person does; what they cannot do is refused in words."""
        if request.headers.get("X-Sandbox") != "page":  # another site's form cannot set it
            return _refuse("only the page itself acts", 403)
        body = request.get_json(force=True, silent=True)
        if not isinstance(body, dict):
            return _refuse("an action is a JSON object", 400)
        if name not in ACTS:
            return _refuse(f"there is no action {name[:40]}", 404)
        try:
            user = self._user(body.get("as"))
            return _json({"ok": True, **ACTS[name](self, self.seat(user), body)})
        except Refused as refused:
            return _refuse(str(refused), refused.status)
        except ApiError as refusal:
            return _refuse(refusal.error, 409)
        except NotOnScreen as missing:
            return _refuse(str(missing), 409)

    def upload(self) -> Response:
        """A file for a file input; it is shared with nobody until the form is sent."""
        if request.headers.get("X-Sandbox") != "page":
            return _refuse("only the page itself acts", 403)
        try:
            self._user(request.args.get("as"))
        except Refused as refused:
            return _refuse(str(refused), refused.status)
        name = Path(request.args.get("name") or "").name
        if not name:
            return _refuse("a file has a name", 400)
        if (request.content_length or 0) > MOST_UPLOAD:
            return _refuse("a file has at most 10 MB", 413)
        content = request.get_data()
        file_id = self.sandbox.workspace.new_id("F")
        file = File(file_id, name, len(content), title=name, content=content, complete=True)
        self.sandbox.workspace.files[file_id] = file
        return _json({"ok": True, "id": file_id, "name": name, "size": len(content)})

    def overhear(self, response: Response) -> Response:
        """Answers to a response URL come from the bot too."""
        if request.path.startswith("/response/"):
            self.inspector.note(
                FROM_BOT,
                "response_url",
                ok=response.status_code == 200,
                said=_said(response),
                sent=request.get_json(force=True, silent=True),
            )
        return response

    # -- for the actions

    def seat(self, user: User) -> Seat:
        """The same seat for the same person, as long as the sandbox lives."""
        from bot.sandbox.seat import Seat  # it needs the server, which needs this module

        if user.id not in self._seats:
            self._seats[user.id] = Seat(self.sandbox, user.id, self.inspector.heard)
        return self._seats[user.id]

    def _first(self) -> str:
        """Whom the page begins as."""
        people = self.sandbox.workspace.people.values()
        return next(user.id for user in people if not user.is_bot and not user.deleted)

    def _user(self, user_id: Any) -> User:
        """A person one can be: not the bot, and nobody who left."""
        user = self.sandbox.workspace.people.get(user_id) if isinstance(user_id, str) else None
        if user is None or user.is_bot or user.deleted:
            raise Refused("there is no such person", 404)
        return user

    def _wait(self, since: int, log: int, seconds: float) -> None:
        workspace = self.sandbox.workspace
        deadline = time.monotonic() + seconds
        while len(workspace.events) <= since and self.inspector.last <= log:
            left = deadline - time.monotonic()
            if left <= 0:
                return
            workspace.lock.wait(left)

    def _not_subscribed(self, kind: str) -> None:
        said = "not delivered: the app does not subscribe to it"
        self.inspector.note(FROM_SLACK, f"event {kind}", ok=True, said=said)


def _said(response: Response) -> str:
    body = response.get_json(silent=True)
    error = body.get("error") if isinstance(body, dict) else None
    return str(error or response.status_code)


def _refuse(error: str, status: int) -> Response:
    return _json({"ok": False, "error": error}, status)


def _json(body: Json, status: int = 200) -> Response:
    response = Response(json.dumps(body), status=status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
