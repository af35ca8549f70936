"""The Slack stand-in drives a real Bolt app over HTTP, and the app talks back to it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.webhook import WebhookClient

from bot.sandbox.events import Submitted
from bot.sandbox.person import Person
from bot.sandbox.seed import BOOKKEEPER, LOG, OPERATOR, OWNER, PARTNER, SHARED
from bot.sandbox.server import SlackSandbox
from bot.sandbox.terminal import run_terminal
from bot.sandbox.values import NotOnScreen
from sync.sandbox.serving import serve

SECRET, TOKEN = "a-signing-secret", "xoxb-sandbox"
ACCOUNTS = [f"Account {n:03d}" for n in range(150)]


class Now:
    """A clock that stands still until told otherwise."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def option(text: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": text}, "value": text.lower()}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "backfill",
    "title": plain("Backfill"),
    "submit": plain("Start"),
    "notify_on_close": True,
    "private_metadata": "draft-1",
    "blocks": [
        {
            "type": "input",
            "block_id": "from",
            "label": plain("From"),
            "element": {"type": "datepicker", "action_id": "day", "initial_date": "2026-10-01"},
        },
        {
            "type": "input",
            "block_id": "account",
            "label": plain("Deposit account"),
            "optional": True,
            "element": {"type": "external_select", "action_id": "account", "min_query_length": 0},
        },
        {
            "type": "input",
            "block_id": "note",
            "label": plain("Note"),
            "element": {"type": "plain_text_input", "action_id": "note"},
        },
    ],
}


def run_blocks(state: str, *, button: bool) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"Run 42: *{state}*"}}
    ]
    if button:
        press = {"type": "button", "action_id": "retry", "text": plain("Retry"), "value": "42"}
        blocks.append({"type": "actions", "elements": [press]})
    return blocks


def build_bot(api_url: str) -> App:
    app = App(
        client=WebClient(token=TOKEN, base_url=api_url, timeout=2),
        signing_secret=SECRET,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
    )

    @app.command("/ccc")
    def ccc(ack: Any, command: Any, respond: Any, client: Any) -> None:
        match command["text"]:
            case "backfill":
                ack()
                client.views_open(trigger_id=command["trigger_id"], view=FORM)
            case "run":
                ack()
                posted = client.chat_postMessage(
                    channel=command["channel_id"],
                    text="Run 42: queued",
                    blocks=run_blocks("queued", button=True),
                    metadata={"event_type": "ccc_run", "event_payload": {"run": "42"}},
                )
                client.chat_postMessage(
                    channel=command["channel_id"], thread_ts=posted["ts"], text="entry 1"
                )
            case "later":
                ack()
                respond("Told by response URL")
            case "silent":
                pass
            case words:
                ack(f"You said {words}")

    @app.options("account")
    def accounts(ack: Any, options: Any) -> None:
        found = [name for name in ACCOUNTS if options["value"].lower() in name.lower()]
        ack(options=[option(name) for name in found[:100]])

    @app.view("backfill")
    def backfill(ack: Any, view: Any) -> None:
        note = view["state"]["values"]["note"]["note"]["value"]
        if note == "bad":
            ack(response_action="errors", errors={"note": "Say something kinder."})
        elif note == "check":
            ack(response_action="update", view={**FORM, "title": plain("Checking…")})
        elif note == "more":
            ack(response_action="push", view={**FORM, "title": plain("Second page")})
        else:
            ack()

    @app.view_closed("backfill")
    def closed(ack: Any, client: Any, body: Any) -> None:
        ack()
        client.chat_postMessage(channel=body["user"]["id"], text="Draft kept")

    @app.action("retry")
    def retry(ack: Any, body: Any, client: Any) -> None:
        ack()
        client.chat_update(
            channel=body["channel"]["id"],
            ts=body["message"]["ts"],
            text="Run 42: retried",
            blocks=run_blocks("retried", button=False),
        )

    @app.event("app_home_opened")
    def home(event: Any, client: Any) -> None:
        client.views_publish(
            user_id=event["user"],
            view={"type": "home", "blocks": [{"type": "header", "text": plain("Status")}]},
        )

    return app


@pytest.fixture
def clock() -> Now:
    return Now()


@pytest.fixture
def slack(clock: Now) -> Iterator[SlackSandbox]:
    with SlackSandbox(signing_secret=SECRET, bot_token=TOKEN, clock=clock) as sandbox:
        bot = serve(SlackRequestHandler(build_bot(sandbox.api_url)))
        sandbox.bot_url = bot.url
        yield sandbox
        bot.close()


@pytest.fixture
def client(slack: SlackSandbox) -> WebClient:
    return WebClient(token=TOKEN, base_url=slack.api_url, timeout=5)


@pytest.fixture
def olivia(slack: SlackSandbox) -> Person:
    return Person(slack, OWNER)


def test_a_command_is_answered_privately(slack: SlackSandbox, olivia: Person) -> None:
    outcome = olivia.command("/ccc hello", "#general")

    assert [m.text for m in outcome.ephemerals] == ["You said hello"]
    assert outcome.notice is None
    assert slack.messages("#general") == []


def test_typed_names_arrive_as_ids_and_markup_as_entities(olivia: Person) -> None:
    outcome = olivia.command("say @oscar #ccc-log <b> & more")

    said = outcome.ephemerals[0].text
    assert said == f"You said say <@{OPERATOR}|oscar> <#{LOG}|ccc-log> &lt;b&gt; &amp; more"


def test_a_response_url_answers_where_the_bot_is_not_a_member(olivia: Person) -> None:
    outcome = olivia.command("later", "#general")

    assert [m.text for m in outcome.ephemerals] == ["Told by response URL"]


def test_a_bot_that_does_not_acknowledge_is_reported_to_the_person(olivia: Person) -> None:
    outcome = olivia.command("silent")

    assert outcome.status == 404
    assert outcome.notice == "dispatch_failed"
    assert "dispatch_failed" in outcome.seen


def test_three_seconds_are_enforced(slack: SlackSandbox) -> None:
    slack.fail("views.open", "slow", seconds=5)
    hurried = Person(slack, OWNER, ack_within=0.2)

    outcome = hurried.command("backfill")

    assert outcome.notice == "operation_timeout"
    assert "took too long" in outcome.seen


def test_a_form_shows_errors_then_closes(olivia: Person) -> None:
    opened = olivia.command("backfill")
    assert opened.view is not None

    missing = olivia.submit()
    refused = olivia.submit(values={"Note": "bad"})
    taken = olivia.submit(values={"Note": "fine", "From": "2026-10-31"})

    assert missing.errors == {"note": "Please complete this required field."}
    assert missing.delivery is None
    assert refused.errors == {"note": "Say something kinder."}
    assert taken.errors == {}
    assert olivia.view is None


def test_a_form_can_be_redrawn_and_stacked(olivia: Person) -> None:
    first = olivia.command("backfill").view
    assert first is not None

    olivia.submit(values={"note": "check"})
    redrawn = olivia.view
    olivia.submit(values={"note": "more"})
    second = olivia.view

    assert redrawn is first and redrawn.title == "Checking…"
    assert second is not None and second.previous_id == first.id
    assert second.root_id == first.id
    with pytest.raises(NotOnScreen, match="covered"):
        olivia.submit(first)


def test_closing_tells_a_bot_that_asked_to_know(slack: SlackSandbox, olivia: Person) -> None:
    olivia.command("backfill")

    olivia.close()

    assert olivia.view is None
    assert [m.text for m in olivia.direct_messages] == ["Draft kept"]


def test_an_external_menu_fetches_its_options(olivia: Person) -> None:
    view = olivia.command("backfill").view
    assert view is not None

    everything = olivia.options(view, "Deposit account")
    narrowed = olivia.options(view, "Deposit account", "149")
    olivia.submit(view, {"Deposit account": "Account 149", "Note": "bad"})

    assert len(everything.options) == 100
    assert narrowed.option_texts == ["Account 149"]
    assert view.state["account"]["account"]["selected_option"] == option("Account 149")


def test_a_button_changes_its_own_message(slack: SlackSandbox, olivia: Person) -> None:
    root = olivia.command("run").messages[0]

    outcome = olivia.click(root, "Retry")

    assert outcome.status == 200
    assert root.text == "Run 42: retried"
    assert [version.text for version in root.versions] == ["Run 42: queued", "Run 42: retried"]
    assert [reply.text for reply in slack.replies(root)] == ["entry 1"]
    assert root.metadata == {"event_type": "ccc_run", "event_payload": {"run": "42"}}
    with pytest.raises(NotOnScreen):
        olivia.click(root, "Retry")


def test_a_double_click_reaches_the_bot_twice(slack: SlackSandbox, olivia: Person) -> None:
    root = olivia.command("run").messages[0]

    first, second = olivia.double_click(root, "retry")

    assert (first.status, second.status) == (200, 200)
    assert len(slack.calls_to("chat.update")) == 2


def test_the_same_delivery_can_arrive_twice(slack: SlackSandbox, olivia: Person) -> None:
    first = olivia.command("run")

    again = olivia.redeliver(first)

    assert again.delivery == first.delivery
    assert len(slack.messages(LOG)) == 2


def test_the_home_tab_is_published_per_person(slack: SlackSandbox, olivia: Person) -> None:
    outcome = olivia.open_home()
    slack.wait_for(lambda: olivia.home)

    assert outcome.status == 200
    assert "Status" in outcome.seen
    assert Person(slack, BOOKKEEPER).home is None


def test_a_person_outside_a_channel_cannot_act_in_it(slack: SlackSandbox) -> None:
    partner = Person(slack, PARTNER)

    with pytest.raises(NotOnScreen):
        partner.command("hello", "#ccc-log")

    assert partner.command("hello", SHARED).status == 200


def test_requests_carry_a_signature_the_sdk_accepts(olivia: Person) -> None:
    delivery = olivia.command("hello").delivery
    assert delivery is not None

    verifier = SignatureVerifier(SECRET)

    assert verifier.is_valid_request(delivery.body, delivery.headers)
    assert not verifier.is_valid_request(delivery.body + b"x", delivery.headers)


def test_a_wrong_secret_is_turned_away_by_the_bot(slack: SlackSandbox, olivia: Person) -> None:
    slack.signing_secret = "another"

    assert olivia.command("hello").status == 401


def test_an_event_retry_carries_its_headers(olivia: Person) -> None:
    fields = {"type": "app_home_opened", "user": OWNER, "tab": "home", "channel": "D1"}

    outcome = olivia.event(fields, event_id="Ev1", retry_num=1)

    assert outcome.delivery is not None
    assert outcome.delivery.headers["X-Slack-Retry-Num"] == "1"
    assert outcome.delivery.headers["X-Slack-Retry-Reason"] == "http_timeout"
    assert b'"event_id": "Ev1"' in outcome.delivery.body


def test_the_sdk_uploads_a_file_into_a_thread(slack: SlackSandbox, client: WebClient) -> None:
    root = client.chat_postMessage(channel=LOG, text="Run 42: 2 posted")

    client.files_upload_v2(
        channel=LOG,
        thread_ts=root["ts"],
        content="a,b\r\n1,2\r\n",
        filename="run-42.csv",
        title="Run 42",
        initial_comment="Every entry",
    )

    reply = slack.replies(slack.messages(LOG)[0])[0]
    assert reply.text == "Every entry"
    assert reply.files[0].content == b"a,b\r\n1,2\r\n"
    address = f"{slack.url}/files/{reply.files[0].id}/run-42.csv"
    assert requests.get(address, timeout=5).content == b"a,b\r\n1,2\r\n"


def test_auth_test_with_an_empty_json_body_names_bot_and_scopes(client: WebClient) -> None:
    answer = client.auth_test()

    assert answer["team_id"] == "T0RETAIL1"
    assert "chat:write" in answer.headers["X-OAuth-Scopes"]


def test_a_burst_of_posts_to_one_channel_is_stopped(
    slack: SlackSandbox, client: WebClient, clock: Now
) -> None:
    for number in range(4):
        client.chat_postMessage(channel=LOG, text=f"message {number}")
    with pytest.raises(SlackApiError) as stopped:
        client.chat_postMessage(channel=LOG, text="one too many")
    clock.pass_by(1)

    client.chat_postMessage(channel=LOG, text="after a second")

    assert stopped.value.response.status_code == 429
    assert stopped.value.response.headers["Retry-After"] == "1"
    assert len(slack.messages(LOG)) == 5


def test_a_message_exists_although_its_answer_was_cut(
    slack: SlackSandbox, client: WebClient
) -> None:
    slack.fail("chat.postMessage", "cut_after", times=2)

    with pytest.raises(Exception):  # noqa: B017  (the SDK raises whatever its transport raises)
        client.chat_postMessage(channel=LOG, text="said")

    assert "said" in [m.text for m in slack.messages(LOG)]


def test_faults_are_ordered_over_http(slack: SlackSandbox, client: WebClient) -> None:
    order = {"method": "chat.postMessage", "fault": "ratelimited", "retry_after": 7}
    ordered = requests.post(f"{slack.url}/_sandbox/faults", json=order, timeout=5)
    unknown = requests.post(f"{slack.url}/_sandbox/faults", json={"fault": "rain"}, timeout=5)

    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel=LOG, text="x")

    assert (ordered.status_code, unknown.status_code) == (200, 400)
    assert refused.value.response.headers["Retry-After"] == "7"
    client.chat_postMessage(channel=LOG, text="good again")


def test_calls_are_listed_without_the_token(slack: SlackSandbox) -> None:
    form = {"token": TOKEN, "channel": LOG, "text": "hi"}
    requests.post(f"{slack.url}/api/chat.postMessage", data=form, timeout=5)

    listed = requests.get(f"{slack.url}/_sandbox/calls?method=chat.postMessage", timeout=5)

    assert listed.json()["calls"][0]["arguments"] == {"channel": LOG, "text": "hi"}
    assert TOKEN not in listed.text


def test_a_response_url_is_good_five_times(slack: SlackSandbox, clock: Now) -> None:
    url = f"{slack.url}/response/{slack.tickets.response(OWNER, LOG)}"

    statuses = [WebhookClient(url).send(text=f"answer {n}").status_code for n in range(6)]

    assert statuses == [200] * 5 + [404]
    assert slack.refused_responses == ["used_url"]


def scripted(slack: SlackSandbox, *typed: str) -> str:
    """A terminal session: what was typed, and all that was printed."""
    waiting, printed = iter(typed), []

    def read_line(prompt: str) -> str:
        answer = next(waiting, None)
        if answer is None:
            raise EOFError
        printed.append(prompt + answer)
        return answer

    run_terminal(slack, Person(slack, OWNER), read_line, printed.append)
    return "\n".join(printed)


def test_in_a_terminal_a_numbered_button_is_pressed(slack: SlackSandbox) -> None:
    session = scripted(slack, "/ccc run", "1", "1", "quit")

    assert slack.messages(LOG)[0].text == "Run 42: retried"
    assert "[1] Retry" in session
    assert "  Run 42: retried" in session
    assert "button 1 is gone" in session


def test_in_a_terminal_a_form_is_asked_field_by_field(slack: SlackSandbox) -> None:
    session = scripted(
        slack,
        "/ccc backfill",
        *("", "account 14", "3", "bad", ""),  # date kept, account searched and picked, note, send
        *("fine", ""),  # only the refused field is asked again
        "quit",
    )

    assert "From [2026-10-01]: " in session
    assert "  3  Account 142" in session
    assert "Account 139" not in session
    assert "✖ Note: Say something kinder." in session
    submitted = [e for e in slack.workspace.events if isinstance(e, Submitted)]
    assert submitted[-1].state["note"]["note"]["value"] == "fine"
    assert submitted[-1].state["from"]["day"]["selected_date"] == "2026-10-01"
    assert submitted[-1].state["account"]["account"]["selected_option"] == option("Account 142")
    assert slack.views.top(OWNER) is None


def test_in_a_terminal_one_can_leave_a_form_and_become_somebody_else(slack: SlackSandbox) -> None:
    session = scripted(
        slack, "/ccc backfill", "cancel", "people", "3", "#general", "/ccc hi", "99", "nonsense"
    )

    assert "You are Oscar Operator." in session
    assert "oscar #general> /ccc hi" in session
    assert "You said hi" in session
    assert "there is no button 99" in session
    assert slack.views.top(OWNER) is None


def test_in_a_terminal_nobody_sees_what_was_told_to_another(slack: SlackSandbox) -> None:
    Person(slack, BOOKKEEPER).command("secret")

    assert "secret" not in scripted(slack, "quit")


def test_the_sandbox_runs_on_its_own() -> None:
    command = [sys.executable, "-m", "bot.sandbox", "--port", "0", "--signing-secret", SECRET]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        try:
            url = process.stdout.readline().decode().strip().partition("=")[2]

            answer = WebClient(token="xoxb-sandbox", base_url=url, timeout=5).auth_test()
        finally:
            process.terminate()

    assert answer["team"] == "Corner Cycles"
