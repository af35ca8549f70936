"""Codes, tokens and their deaths, with a clock that the test turns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sync.sandbox.lightspeed.grants import Denied, Grants, challenge_of

SCOPES = frozenset({"employee:register_read"})
VERIFIER = "v" * 50


class Hands:
    """A wall clock and a stopwatch."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 12, tzinfo=UTC)
        self.seconds = 1000.0

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)
        self.seconds += timedelta(**by).total_seconds()


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def grants(hands: Hands) -> Grants:
    return Grants("client", 100_001, lambda: hands.now, lambda: hands.seconds, 1.0)


def test_a_code_lives_for_a_minute(grants: Grants, hands: Hands) -> None:
    code = grants.consent(SCOPES)
    hands.turn(seconds=60)

    with pytest.raises(Denied, match="invalid_grant"):
        grants.exchange(code, "")


def test_a_code_works_once(grants: Grants) -> None:
    code = grants.consent(SCOPES)
    grants.exchange(code, "")

    with pytest.raises(Denied, match="invalid_grant"):
        grants.exchange(code, "")


def test_an_announced_challenge_must_be_met(grants: Grants) -> None:
    challenge = challenge_of(VERIFIER, "S256")
    good, bad = (grants.consent(SCOPES, challenge, "S256") for _ in range(2))

    assert grants.exchange(good, VERIFIER).access
    with pytest.raises(Denied, match="invalid_grant"):
        grants.exchange(bad, "something else")


def test_the_old_refresh_token_dies_when_the_new_access_token_is_used(grants: Grants) -> None:
    first = grants.exchange(grants.consent(SCOPES), "")
    lost = grants.refresh(first.refresh)
    second = grants.refresh(first.refresh)

    assert grants.use(first.access) == "revoked"
    assert grants.use(lost.access) == "revoked"
    assert grants.use(second.access) == SCOPES
    for dead in (first.refresh, lost.refresh):
        with pytest.raises(Denied, match="invalid_grant"):
            grants.refresh(dead)
    assert grants.refresh(second.refresh).access


def test_a_sixth_refresh_within_a_minute_is_too_many(grants: Grants, hands: Hands) -> None:
    token = grants.exchange(grants.consent(SCOPES), "").refresh
    for _ in range(5):
        grants.refresh(token)

    with pytest.raises(Denied) as denied:
        grants.refresh(token)
    assert denied.value.status == 429
    assert denied.value.wait == 60
    hands.turn(seconds=61)
    assert grants.refresh(token).access


def test_an_access_token_expires(grants: Grants, hands: Hands) -> None:
    grants.access_seconds = 1800
    tokens = grants.exchange(grants.consent(SCOPES), "")
    hands.turn(seconds=1800)

    assert tokens.seconds == 1800
    assert grants.use(tokens.access) == "expired"


def test_a_refresh_token_dies_of_thirty_idle_days(grants: Grants, hands: Hands) -> None:
    tokens = grants.exchange(grants.consent(SCOPES), "")
    hands.turn(days=30)

    with pytest.raises(Denied, match="invalid_grant"):
        grants.refresh(tokens.refresh)


def test_a_revoked_connection_is_dead_on_both_tokens(grants: Grants) -> None:
    tokens = grants.exchange(grants.consent(SCOPES), "")
    grants.revoke(tokens.refresh)

    assert grants.use(tokens.access) == "revoked"
    with pytest.raises(Denied, match="invalid_grant"):
        grants.refresh(tokens.refresh)


def test_tokens_are_long_and_different(grants: Grants) -> None:
    one, other = (grants.exchange(grants.consent(SCOPES), "") for _ in range(2))

    assert one.access != other.access
    assert len(one.refresh) > 900
    assert one.access.count(".") == 2
