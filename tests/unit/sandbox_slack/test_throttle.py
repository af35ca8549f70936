"""How fast Slack lets a bot go."""

from __future__ import annotations

import pytest

from bot.sandbox.throttle import POST_BURST, Throttle


class Seconds:
    """A clock that counts from zero."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_posts_go_one_a_second_after_a_burst() -> None:
    clock = Seconds()
    throttle = Throttle(clock)

    burst = [throttle.seconds_to_wait("chat.postMessage", "C1") for _ in range(POST_BURST + 1)]
    other = throttle.seconds_to_wait("chat.postMessage", "C2")
    clock.now = 1.0
    later = [throttle.seconds_to_wait("chat.postMessage", "C1") for _ in range(2)]

    assert burst == [None] * POST_BURST + [1]
    assert other is None
    assert later == [None, 1]


def test_posts_over_all_channels_have_a_ceiling() -> None:
    throttle = Throttle(Seconds())

    waits = [throttle.seconds_to_wait("chat.postMessage", f"C{n}") for n in range(301)]

    assert waits == [None] * 300 + [60]


@pytest.mark.parametrize(
    ("method", "limit"), [("users.list", 20), ("chat.update", 50), ("views.open", 100)]
)
def test_tiers_count_a_minute(method: str, limit: int) -> None:
    clock = Seconds()
    throttle = Throttle(clock)
    allowed = [throttle.seconds_to_wait(method, "") for _ in range(limit)]
    clock.now = 59.5

    refused = throttle.seconds_to_wait(method, "")
    elsewhere = throttle.seconds_to_wait("auth.test", "")
    clock.now = 60.0

    assert allowed == [None] * limit
    assert refused == 1
    assert elsewhere is None
    assert throttle.seconds_to_wait(method, "") is None
