"""Access tokens: one refresher per account, and a rotated token is saved before it is used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import orjson
from pydantic import SecretStr

from sync.connectors.oauth import Tokens
from sync.domain.identity import Scope
from sync.errors import Disconnected, Retryable, Uncertain
from sync.services.means import Means
from sync.services.models import Provider
from sync.services.token_ends import ends_of

_EARLY = timedelta(minutes=2)
_CLAIM_SECONDS = 120.0  # three attempts of thirty seconds each, and the pauses between them
_WAIT_STEP = 0.25
_ATTEMPTS = 3  # Lightspeed allows five refreshes a minute


def sealed_place(account: str, column: str) -> str:
    """Where a secret belongs; sealed for one row, it opens in no other."""
    return f"ccc_account:{account}:{column}"


def pack(tokens: Tokens) -> bytes:
    return orjson.dumps(
        {
            "access": tokens.access.get_secret_value(),
            "refresh": tokens.refresh.get_secret_value(),
        }
    )


class TokenKeeper:
    """The tokens of one account; implements the connectors' TokenSource."""

    def __init__(self, means: Means, workspace: str, account: str, provider: Provider) -> None:
        self._means = means
        self._workspace = workspace
        self._account = account
        self._provider = provider
        self._access = ""
        self._good_until = means.clock()

    def access(self) -> str:
        """A token with some life left; refreshed ahead of its end."""
        if self._access and self._means.clock() < self._good_until:
            return self._access
        access, _ = self._load()
        if self._means.clock() < self._good_until:
            return access
        return self.renew(access)

    def renew(self, stale: str) -> str:
        """A token other than `stale`: a sibling's if one rotated already, else a new one."""
        for _ in range(int(_CLAIM_SECONDS / _WAIT_STEP)):
            access, _refresh = self._load()
            if access != stale:
                return access
            with self._means.ledgers.write() as ledger:
                claimed = ledger.accounts.claim_refresh(
                    self._workspace, self._account, _CLAIM_SECONDS
                )
            if claimed:
                return self._refresh(stale)
            self._means.sleep(_WAIT_STEP)
        raise Retryable(f"{self._provider.value} tokens are being refreshed elsewhere")

    def _refresh(self, stale: str) -> str:
        try:
            # Somebody may have finished between our look and our claim.
            access, refresh = self._load()
            if access != stale:
                return access
            tokens = self._ask(refresh)
            self._save(tokens)
            return tokens.access.get_secret_value()
        except Disconnected as error:
            # The refresh token may be dead only because a sibling rotated it.
            access, _ = self._load()
            if access != stale:
                return access
            break_account(self._means, self._workspace, self._account, str(error))
            raise
        finally:
            with self._means.ledgers.write() as ledger:
                ledger.accounts.change(self._workspace, self._account, refreshing_until=None)

    def _ask(self, refresh: str) -> Tokens:
        oauth: Callable[[SecretStr], Tokens] = (
            self._means.outside.lightspeed_oauth.refresh
            if self._provider is Provider.LIGHTSPEED
            else self._means.outside.quickbooks_oauth.refresh
        )
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return oauth(SecretStr(refresh))
            except Uncertain:
                # The answer was lost, not the token: the old one is still good for a retry.
                if attempt == _ATTEMPTS:
                    raise
                self._means.sleep(attempt)
        raise AssertionError("unreachable")

    def _save(self, tokens: Tokens) -> None:
        """Durable before anybody uses the new access token."""
        now = self._means.clock()
        sealed = self._means.vault.seal(pack(tokens), sealed_place(self._account, "tokens"))
        with self._means.ledgers.write() as ledger:
            ledger.accounts.change(
                self._workspace,
                self._account,
                tokens=sealed,
                token_expires_at=now + timedelta(seconds=tokens.expires_in),
                **ends_of(tokens, now),
            )
        self._access = tokens.access.get_secret_value()
        self._good_until = now + timedelta(seconds=tokens.expires_in) - _EARLY

    def _load(self) -> tuple[str, str]:
        with self._means.ledgers.read() as ledger:
            row = ledger.accounts.get(self._workspace, self._account)
        if row is None or row["tokens"] is None or row["state"] == "disconnected":
            raise Disconnected(f"{self._provider.value.title()} is not connected")
        raw = self._means.vault.open(row["tokens"], sealed_place(self._account, "tokens"))
        tokens = orjson.loads(raw)
        self._access = tokens["access"]
        if row["token_expires_at"] is not None:
            self._good_until = row["token_expires_at"] - _EARLY
        return self._access, tokens["refresh"]


def unpack(means: Means, account: str, sealed: bytes) -> Tokens:
    """The stored pair, for a revocation."""
    tokens = orjson.loads(means.vault.open(sealed, sealed_place(account, "tokens")))
    return Tokens(
        access=SecretStr(tokens["access"]), refresh=SecretStr(tokens["refresh"]), expires_in=0
    )


def break_account(means: Means, workspace: str, account: str, problem: str) -> None:
    """Note that an account refuses us: its runs end once, and one message asks to reconnect."""
    now = means.clock()
    with means.ledgers.write() as ledger:
        if not ledger.accounts.break_once(workspace, account, problem):
            return
        row = ledger.accounts.get(workspace, account)
        assert row is not None
        ledger.people.write_audit(
            workspace, "ccc", "account.broken", row["provider"], after=problem, now=now
        )
        for connection in ledger.accounts.connections_of(workspace, account):
            scope = Scope(workspace, connection["id"])
            for run in ledger.runs.fail_active(scope, problem, now):
                ledger.outbox.tell(scope, "run.finished", {}, run=run, now=now)
            ledger.outbox.tell(
                scope,
                "account.broken",
                {"provider": row["provider"], "name": row["name"], "reason": problem},
                now=now,
            )
