"""Both limiters, on a stopwatch of the test's own."""

from __future__ import annotations

from sync.sandbox.lightspeed.limits import Limits


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 500.25

    def __call__(self) -> float:
        return self.seconds


def test_size_and_drip_follow_the_registers() -> None:
    one, four = (Limits(number, 1.0, Stopwatch()) for number in (1, 4))

    assert one.admit(1).headers["X-LS-API-Bucket-Level"] == "1/90"
    assert one.admit(1).headers["X-LS-API-Burst-Level"] == "2/20"
    assert four.admit(3.2).headers["X-LS-API-Bucket-Level"] == "3.2/120"
    assert four.admit(1).headers["X-LS-API-Drip-Rate"] == "2.5"


def test_the_call_that_overflows_is_let_in_and_the_next_is_not() -> None:
    limits = Limits(1, 1.0, Stopwatch())
    for _ in range(8):
        assert limits.admit(11).refused is None
    overflowing = limits.admit(4.57)

    refused = limits.admit(1)

    assert overflowing.refused is None
    assert refused.refused == "api-leaky-bucket"
    assert refused.headers["X-LS-API-Bucket-Level"] == "92.57/90"
    assert refused.headers["Retry-After"] == "3"
    assert refused.headers["X-LS-API-RateLimit-Type"] == "api-leaky-bucket"


def test_a_refused_call_costs_nothing_and_the_bucket_drains() -> None:
    watch = Stopwatch()
    limits = Limits(1, 1.0, watch)
    limits.admit(92)
    for _ in range(3):
        assert limits.admit(5).refused

    watch.seconds += 3

    assert limits.admit(1).headers["X-LS-API-Bucket-Level"] == "90/90"


def test_twenty_calls_fit_in_a_second_whatever_they_cost() -> None:
    watch = Stopwatch()
    limits = Limits(1, 1.0, watch)
    for _ in range(20):
        assert limits.admit(1).refused is None

    refused = limits.admit(1)
    watch.seconds += 1

    assert refused.refused == "api-burst-limiter"
    assert refused.headers["Retry-After"] == "1"
    assert limits.admit(1).refused is None


def test_everything_scales() -> None:
    scaled = Limits(1, 100.0, Stopwatch()).admit(1)

    assert scaled.headers["X-LS-API-Bucket-Level"] == "1/9000"
    assert scaled.headers["X-LS-API-Drip-Rate"] == "100"
    assert scaled.headers["X-LS-API-Burst-Level"] == "1/2000"
