"""Pace, order and the sorting of refusals, without Slack."""

from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import WebClient
from slack_sdk.web.slack_response import SlackResponse

from bot.reports.calls import may_call
from bot.reports.lanes import Lanes
from bot.reports.outcome import Trouble, failure, named, retry_after
from bot.reports.pace import Key, Pace, Rate
from sync.services.reports import OutboxRow

SLACK, STAND_IN = "https://slack.com/api/", "http://127.0.0.1:8080/api/"


def a_row(number: int, channel: str = "C1", kind: str = "post") -> OutboxRow:
    return OutboxRow(number, "T1", f"key-{number}", channel, kind, {}, "", 0)


def test_a_bucket_allows_a_burst_and_then_one_a_second() -> None:
    pace, now = Pace(), 1000.0
    rates: dict[Key, Rate] = {("posts", "C1"): Rate(1.0, 3.0)}
    sent: list[float] = []
    while len(sent) < 8:
        if wait := pace.wait(rates, now):
            now += wait
            continue
        pace.take(rates, now)
        sent.append(now - 1000.0)

    assert sent == pytest.approx([0, 0, 0, 1, 2, 3, 4, 5])


def test_the_slowest_of_several_limits_counts() -> None:
    pace = Pace()
    fast: dict[Key, Rate] = {("all",): Rate(4.0, 1.0)}
    both: dict[Key, Rate] = {**fast, ("updates",): Rate(0.5, 1.0)}
    pace.take(both, 0.0)

    assert pace.wait(fast, 0.0) == pytest.approx(0.25)
    assert pace.wait(both, 0.0) == pytest.approx(2.0)


def test_nothing_overtakes_a_message_that_waits_in_its_channel() -> None:
    lanes = Lanes()
    lanes.wait(a_row(4), 30.0)

    assert lanes.until(a_row(5), 1.0) == 30.0
    assert lanes.until(a_row(4), 1.0) == 0.0
    assert lanes.until(a_row(5, channel="C2"), 1.0) == 0.0
    assert lanes.until(a_row(5, kind="update"), 1.0) == 0.0
    assert lanes.wait(a_row(5), 30.0) == 31.0
    assert lanes.wait(a_row(6), 30.0) == 32.0


def test_the_next_may_go_when_the_one_in_front_is_settled() -> None:
    lanes = Lanes()
    lanes.wait(a_row(4), 30.0)

    lanes.settled(a_row(4))

    assert lanes.until(a_row(5), 1.0) == 0.0


@pytest.mark.parametrize(
    ("word", "trouble"),
    [
        ("invalid_blocks", Trouble.CONTENT),
        ("msg_too_long", Trouble.CONTENT),
        ("is_archived", Trouble.CHANNEL),
        ("restricted_action_read_only_channel", Trouble.CHANNEL),
        ("token_revoked", Trouble.SHUT_OUT),
        ("message_not_found", Trouble.GONE),
        ("user_not_in_channel", Trouble.NOT_HERE),
        ("file_uploads_disabled", Trouble.NO_FILES),
        ("internal_error", Trouble.LOST),
        ("rate_limited", Trouble.LIMITED),
        ("no_permission", Trouble.REFUSED),
    ],
)
def test_refusals_are_sorted_by_what_to_do_next(word: str, trouble: Trouble) -> None:
    assert named(word).trouble is trouble


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("30", 30), ("0", 1), ("-5", 60), ("soon", 60), ("9" * 12, 60), ("999999", 3600), ("", 60)],
)
def test_a_wait_is_bounded(value: str, seconds: int) -> None:
    assert retry_after({"retry-after": value}) == seconds


def answered(status: int, body: dict[str, object]) -> SlackApiError:
    response = SlackResponse(
        client=WebClient(),
        http_verb="POST",
        api_url="",
        req_args={},
        data=body,
        headers={"Retry-After": "7"},
        status_code=status,
    )
    return SlackApiError("secret words of a message", response)  # type: ignore[no-untyped-call]


def test_a_failure_keeps_slacks_word_and_nothing_of_the_message() -> None:
    limited = failure(answered(429, {"ok": False, "error": "ratelimited"}))
    broken = failure(answered(500, {"ok": False, "error": "Received a response: secret words"}))
    unreadable = failure(answered(200, {"ok": False, "error": "Received a response: secret"}))

    assert (limited.trouble, limited.after) == (Trouble.LIMITED, 7)
    assert (broken.trouble, broken.reason) == (Trouble.LOST, "http_500")
    assert (unreadable.trouble, unreadable.reason) == (Trouble.LOST, "unreadable_answer")
    assert failure(TimeoutError("secret")).trouble is Trouble.LOST
    assert "secret" not in str(failure(TimeoutError("secret")))


@pytest.mark.parametrize(
    ("url", "api", "allowed"),
    [
        ("https://hooks.slack.com/commands/1", SLACK, True),
        ("http://hooks.slack.com/commands/1", SLACK, False),
        ("https://hooks.slack.com.evil.example/1", SLACK, False),
        ("https://hooks.slack.com@evil.example/1", SLACK, False),
        ("https://slack.com/1", SLACK, False),
        ("http://127.0.0.1:8080/response/1", STAND_IN, True),
        ("http://127.0.0.1:8081/response/1", STAND_IN, False),
        ("http://127.0.0.1:8080/response/1", SLACK, False),
    ],
)
def test_only_slacks_own_response_urls_are_called(url: str, api: str, allowed: bool) -> None:
    assert may_call(url, api) is allowed
