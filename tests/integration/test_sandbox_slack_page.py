"""The page's own doors: strict as Slack, private per person, and telling what was refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
import requests
from slack_sdk.webhook import WebhookClient

from bot.sandbox.inspector import Entry
from bot.sandbox.seed import BOOKKEEPER, LOG, OPERATOR, OWNER, PARTNER, PRIVATE
from bot.sandbox.server import SlackSandbox
from sync.sandbox.serving import serve

TOKEN = "xoxb-page"
Json = dict[str, Any]
BUTTON: Json = {
    "type": "actions",
    "block_id": "row",
    "elements": [
        {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    ],
}


class Door:
    """A bot that is only a status code: what it is sent is kept, what it says is set."""

    def __init__(self) -> None:
        self.status = "200 OK"
        self.headers: list[tuple[str, str]] = []
        self.tried: list[WSGIEnvironment] = []
        self._news = threading.Condition()

    def application(self) -> WSGIApplication:
        def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            with self._news:
                self.tried.append(environ)
                self._news.notify_all()
            start_response(self.status, self.headers)
            return [b""]

        return answer

    def wait_for(self, times: int) -> list[WSGIEnvironment]:
        with self._news:
            assert self._news.wait_for(lambda: len(self.tried) >= times, timeout=5)
        return self.tried


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def slack(door: Door) -> Iterator[SlackSandbox]:
    with SlackSandbox(
        signing_secret="s", bot_token=TOKEN, clock=lambda: datetime.now(UTC)
    ) as sandbox:
        bot = serve(door.application())
        sandbox.bot_url = bot.url
        yield sandbox
        bot.close()


def act(slack: SlackSandbox, deed: str, user: str = OWNER, **body: Any) -> requests.Response:
    return requests.post(
        f"{slack.url}/page/api/act/{deed}",
        json={"as": user, **body},
        headers={"X-Sandbox": "page"},
        timeout=10,
    )


def look(slack: SlackSandbox, user: str = OWNER) -> Json:
    seen: Json = requests.get(f"{slack.url}/page/api/state", {"as": user}, timeout=10).json()
    return seen


def noted(slack: SlackSandbox, title: str) -> list[Entry]:
    return [entry for entry in slack.browser.inspector.since(0) if entry.title == title]


def call(slack: SlackSandbox, method: str, **arguments: Any) -> Json:
    return slack.api.call(method, arguments, TOKEN).body


def test_the_page_runs_its_own_files_only(slack: SlackSandbox) -> None:
    answer = requests.get(f"{slack.url}/", timeout=10)

    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert requests.get(f"{slack.url}/page/../server.py", timeout=10).status_code == 404


def test_another_site_cannot_act(slack: SlackSandbox, door: Door) -> None:
    body = {"as": OWNER, "channel": LOG, "text": "/ccc sync"}

    answer = requests.post(f"{slack.url}/page/api/act/command", json=body, timeout=10)

    assert answer.status_code == 403
    assert door.tried == []


@pytest.mark.parametrize("user", ["U0CCCBOT1", "U0NOBODY", None, 7])
def test_one_acts_only_as_a_person_who_is_there(slack: SlackSandbox, user: Any) -> None:
    assert act(slack, "say", user, channel=LOG, text="hello").status_code == 404


def test_what_one_person_was_told_no_other_sees_or_presses(slack: SlackSandbox, door: Door) -> None:
    told = call(
        slack, "chat.postEphemeral", channel=LOG, user=OWNER, text="USD 12.00", blocks=[BUTTON]
    )
    pressed = {"channel": LOG, "ts": told["message_ts"], "block": "row", "action": "go"}

    assert "USD 12.00" in str(look(slack))
    assert "USD 12.00" not in str(look(slack, OPERATOR))
    assert act(slack, "press", OPERATOR, **pressed).status_code == 404
    assert door.tried == []
    assert act(slack, "press", OWNER, **pressed).ok
    assert len(door.tried) == 1


def test_channels_are_seen_and_used_by_their_members(slack: SlackSandbox) -> None:
    slack.workspace.post(PRIVATE, OWNER, "margins", [])

    assert PRIVATE in str(look(slack)["channels"])
    for outsider in (BOOKKEEPER, PARTNER):
        assert PRIVATE not in str(look(slack, outsider)["channels"])
        assert "margins" not in str(look(slack, outsider)["messages"])
        assert act(slack, "say", outsider, channel=PRIVATE, text="hi").status_code == 404


def test_a_form_belongs_to_whom_it_was_opened_for(slack: SlackSandbox) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [BUTTON]}
    opened = call(slack, "views.open", trigger_id=slack.tickets.trigger(OWNER), view=view)

    answer = act(slack, "close", OPERATOR, view=opened["view"]["id"])

    assert answer.status_code == 404
    assert look(slack, OPERATOR)["views"] == []
    assert [seen["title"] for seen in look(slack)["views"]] == ["T"]


@pytest.mark.parametrize(
    ("status", "notice"), [("500 Oops", "dispatch_failed"), ("404 Not Found", "dispatch_failed")]
)
def test_an_error_of_the_bot_is_told_to_the_person(
    slack: SlackSandbox, door: Door, status: str, notice: str
) -> None:
    door.status = status

    came = act(slack, "command", channel=LOG, text="/ccc status").json()

    assert came["notice"] == notice
    assert [line["text"] for line in look(slack)["lines"]] == ["/ccc status", notice]
    assert [line["text"] for line in look(slack, OPERATOR)["lines"]] == []
    assert not noted(slack, "/ccc status")[0].ok


def test_only_the_command_of_the_app_is_known(slack: SlackSandbox, door: Door) -> None:
    assert act(slack, "command", channel=LOG, text="/giphy cat").status_code == 404
    slack.installation.revoked = True
    assert act(slack, "command", channel=LOG, text="/ccc").status_code == 404
    assert door.tried == []


def test_an_event_that_was_not_heard_comes_again(slack: SlackSandbox, door: Door) -> None:
    door.status = "503 Busy"
    slack.news.retry_after = (0.0, 0.0, 0.0)

    act(slack, "home")

    tried = door.wait_for(4)
    assert [one.get("HTTP_X_SLACK_RETRY_NUM") for one in tried] == [None, "1", "2", "3"]
    assert {one.get("HTTP_X_SLACK_RETRY_REASON") for one in tried[1:]} == {"http_error"}
    slack.wait_for(lambda: len(noted(slack, "event app_home_opened")) == 4)
    assert "retry 3 (http_error)" in noted(slack, "event app_home_opened")[-1].said


def test_a_bot_may_ask_for_no_retry(slack: SlackSandbox, door: Door) -> None:
    door.status, door.headers = "503 Busy", [("X-Slack-No-Retry", "1")]
    slack.news.retry_after = (0.0, 0.0, 0.0)

    act(slack, "home")
    act(slack, "home")

    assert [one.get("HTTP_X_SLACK_RETRY_NUM") for one in door.wait_for(2)] == [None, None]


def test_every_refusal_stands_in_the_inspector(slack: SlackSandbox) -> None:
    too_long = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
    alert = [{"type": "alert", "text": {"type": "plain_text", "text": "Not in a message"}}]
    webhook = WebhookClient(f"{slack.url}/response/{slack.tickets.response(OWNER, LOG)}")

    for blocks in (too_long, alert):
        call(slack, "chat.postMessage", channel=LOG, text="t", blocks=blocks)
    call(slack, "views.open", trigger_id="1.2.old", view={"type": "modal"})
    for _ in range(6):
        webhook.send(text="again")
    for _ in range(5):
        call(slack, "chat.postMessage", channel=LOG, text="faster than one a second")

    said = [(e.title, e.said) for e in slack.browser.inspector.since(0) if not e.ok]
    assert said[:3] == [
        ("chat.postMessage", "invalid_blocks"),
        ("chat.postMessage", "invalid_blocks"),
        ("views.open", "invalid_arguments"),
    ]
    assert ("response_url", "used_url") in said
    assert ("chat.postMessage", "ratelimited") in said


def test_a_file_is_taken_up_to_ten_megabytes(slack: SlackSandbox) -> None:
    def send(name: str, content: bytes) -> requests.Response:
        return requests.post(
            f"{slack.url}/page/api/upload",
            params={"as": OWNER, "name": name},
            data=content,
            headers={"X-Sandbox": "page"},
            timeout=10,
        )

    taken = send("../rules.csv", b"sku\n").json()

    assert (taken["name"], taken["size"]) == ("rules.csv", 4)
    assert send("", b"x").status_code == 400
    assert send("large.csv", b"x" * (10 * 1024**2 + 1)).status_code == 413
