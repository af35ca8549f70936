"""The bot's own credentials in Slack workspaces: begun, kept sealed, rotated, ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson
from pydantic import SecretStr
from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.errors import Disconnected, NotFound, Retryable, Uncertain
from sync.ledger.ledger import Ledger
from sync.services.means import Means

ACTIVE, BROKEN, UNINSTALLED = "active", "broken", "uninstalled"
_STATE_LIFE = timedelta(minutes=10)
_EARLY = timedelta(hours=2)  # Slack's access tokens live twelve
_CLAIM_SECONDS = 60.0
_WAIT_STEP = 0.25
GONE = "This installation link has expired or was used already. Start again at /slack/install."


@dataclass(frozen=True, slots=True)
class SlackTokens:
    """What Slack gave: `refresh` and `expires_at` only where the app rotates its tokens."""

    access: SecretStr
    refresh: SecretStr = field(default_factory=lambda: SecretStr(""))
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewInstallation:
    """One workspace, or an organisation with all of its own when `team` is ""."""

    team: str
    enterprise: str
    name: str
    app_id: str
    bot: str
    bot_user: str
    scopes: str
    installed_by: str
    tokens: SlackTokens

    @property
    def id(self) -> str:
        """What it is kept under."""
        return self.team or self.enterprise


@dataclass(frozen=True, slots=True)
class InstallationView:
    """Where the bot is, or was; never its tokens."""

    id: str
    name: str
    bot: str
    bot_user: str
    state: str
    scopes: str = ""
    installed_by: str = ""

    @property
    def is_active(self) -> bool:
        return self.state == ACTIVE


@dataclass(frozen=True, slots=True)
class Installed:
    """What an installation led to, for the page and for the greeting."""

    id: str
    name: str
    installed_by: str
    again: bool
    is_organisation: bool = False
    number: str = ""  # names this installation, should the same workspace be installed again


Refresh = Callable[[SecretStr], SlackTokens]


class Installations:
    """One per workspace; an organisation's stands in for those of its workspaces without one."""

    def __init__(self, means: Means) -> None:
        self._means = means

    # -- installing

    def begin(self, browser: str) -> str:
        """A state for Slack's page: good once, ten minutes, and in this browser only."""
        state, now = self._means.secret(), self._means.clock()
        with self._means.ledgers.write() as ledger:
            digest = self._means.vault.digest(_bound(state, browser))
            ledger.installations.begin(digest, now + _STATE_LIFE, now)
        return state

    def spend(self, state: str, browser: str) -> None:
        """Raise NotFound unless this browser began it, lately, and this is its first return."""
        digests = self._means.vault.digests(_bound(state, browser))
        with self._means.ledgers.write() as ledger:
            known = ledger.installations.spend(digests, self._means.clock())
        if not known or not state or not browser:
            raise NotFound(GONE)

    def save(self, new: NewInstallation) -> Installed:
        """Keep it; the installer takes the first admin seat where nobody has it."""
        now = self._means.clock()
        with self._means.ledgers.write() as ledger:
            before = ledger.installations.get(new.id)
            version = before["token_version"] + 1 if before else 0
            ledger.installations.save(
                new.id,
                {
                    "enterprise": new.enterprise,
                    "name": new.name,
                    "app_id": new.app_id,
                    "bot": new.bot,
                    "bot_user": new.bot_user,
                    "scopes": new.scopes,
                    "tokens": self._sealed(new.id, new.tokens),
                    "token_version": version,
                    "token_expires_at": new.tokens.expires_at,
                    "refreshing_until": None,
                    "state": ACTIVE,
                    "installed_by": new.installed_by,
                    "installed_at": now,
                    "ended_at": None,
                },
            )
            ledger.people.ensure_workspace(new.id, new.name, now)
            ledger.people.write_audit(
                new.id,
                new.installed_by or "ccc",
                "slack.installed",
                new.name,
                before=before["state"] if before else "",
                after=ACTIVE,
                now=now,
            )
        return Installed(
            new.id,
            new.name,
            new.installed_by,
            again=before is not None,
            is_organisation=not new.team,
            number=f"{new.id}:{version}",
        )

    # -- knowing

    def get(self, team: str, enterprise: str = "") -> InstallationView | None:
        """Where requests of this workspace belong; None when CCC never was there."""
        with self._means.ledgers.read() as ledger:
            row = _row(ledger, team, enterprise)
        return None if row is None else _view(row)

    def all(self) -> tuple[InstallationView, ...]:
        with self._means.ledgers.read() as ledger:
            return tuple(_view(row) for row in ledger.installations.all())

    def token(self, id: str, refresh: Refresh) -> str:
        """The bot's token, renewed ahead of its end by one process, and saved before it is used."""
        for _ in range(int(_CLAIM_SECONDS / _WAIT_STEP)):
            row = self._active(id)
            tokens = self._opened(row)
            expires = row["token_expires_at"]
            now = self._means.clock()
            if expires is None or now < expires - _EARLY:
                return tokens.access.get_secret_value()
            with self._means.ledgers.write() as ledger:
                claimed = ledger.installations.claim_refresh(
                    id, row["token_version"], _CLAIM_SECONDS
                )
            if claimed:
                return self._renewed(row, tokens, refresh)
            if now < expires:  # a sibling is at it, and this one is still good
                return tokens.access.get_secret_value()
            self._means.sleep(_WAIT_STEP)
        raise Retryable("Slack's tokens are being refreshed elsewhere")

    def _renewed(self, row: RowMapping, tokens: SlackTokens, refresh: Refresh) -> str:
        id, version = row["id"], row["token_version"]
        try:
            fresh = refresh(tokens.refresh)
        except (Retryable, Uncertain):
            with self._means.ledgers.write() as ledger:
                ledger.installations.change(id, refreshing_until=None)
            if self._means.clock() < row["token_expires_at"]:
                return tokens.access.get_secret_value()
            raise
        except Disconnected as error:
            self.end(id, uninstalled=False, why=str(error))
            raise
        with self._means.ledgers.write() as ledger:
            ledger.installations.rotated(
                id, version, tokens=self._sealed(id, fresh), token_expires_at=fresh.expires_at
            )
        return fresh.access.get_secret_value()

    # -- ending

    def end(self, id: str, *, uninstalled: bool, why: str) -> bool:
        """No further call for it: tokens are deleted, runs end, nothing starts by itself.

        Business data stays, so that coming back needs no new set-up; connections are paused,
        because nobody should find sales posted that they did not ask for again.
        """
        now, state = self._means.clock(), UNINSTALLED if uninstalled else BROKEN
        with self._means.ledgers.write() as ledger:
            if ledger.installations.get(id) is None:
                self._remember(ledger, id, now)
            if not ledger.installations.end(id, state, now):
                return False
            ledger.people.write_audit(
                id, "ccc", f"slack.{state}", id, before=ACTIVE, after=why, now=now
            )
            if uninstalled:
                for row in ledger.accounts.connections(id):
                    self._stop(ledger, Scope(id, row["id"]), bool(row["paused"]), why, now)
        return True

    def revive(self, view: InstallationView) -> None:
        """The token of the environment works: this workspace is served again."""
        now = self._means.clock()
        with self._means.ledgers.write() as ledger:
            row = ledger.installations.get(view.id)
            if row is None or row["state"] == ACTIVE:
                return
            ledger.installations.change(view.id, state=ACTIVE, ended_at=None)
            ledger.people.write_audit(
                view.id,
                "ccc",
                "slack.installed",
                view.name,
                before=row["state"],
                after=ACTIVE,
                now=now,
            )

    def grant(self, id: str) -> None:
        """An organisation let CCC into this workspace again: its own installation counts."""
        with self._means.ledgers.write() as ledger:
            row = ledger.installations.get(id)
            if row is not None and row["tokens"] is None:
                ledger.installations.forget(id)

    def _stop(
        self, ledger: Ledger, scope: Scope, was_paused: bool, why: str, now: datetime
    ) -> None:
        for run in ledger.runs.fail_active(scope, why, now):
            ledger.outbox.tell(scope, "run.finished", {}, run=run, now=now)
        if not was_paused:
            ledger.accounts.change_connection(scope, paused=True)
            ledger.people.write_audit(
                scope.workspace,
                "ccc",
                "paused",
                scope.connection,
                before="False",
                after="True",
                connection=scope.connection,
                now=now,
            )

    def _remember(self, ledger: Ledger, id: str, now: datetime) -> None:
        """A workspace that was served by a token of the environment has no row of its own yet."""
        values = dict.fromkeys(("enterprise", "app_id", "bot", "bot_user", "scopes"), "")
        ledger.installations.save(
            id,
            values
            | {
                "name": ledger.people.workspace_name(id),
                "installed_by": "",
                "installed_at": now,
                "state": ACTIVE,
            },
        )

    # -- inside

    def _active(self, id: str) -> RowMapping:
        with self._means.ledgers.read() as ledger:
            row = ledger.installations.get(id)
        if row is None or row["tokens"] is None or row["state"] != ACTIVE:
            raise NotFound("CCC is not installed in this Slack workspace.")
        return row

    def _sealed(self, id: str, tokens: SlackTokens) -> bytes:
        raw = {
            "access": tokens.access.get_secret_value(),
            "refresh": tokens.refresh.get_secret_value(),
        }
        return self._means.vault.seal(orjson.dumps(raw), sealed_place(id))

    def _opened(self, row: RowMapping) -> SlackTokens:
        raw = orjson.loads(self._means.vault.open(row["tokens"], sealed_place(row["id"])))
        return SlackTokens(
            SecretStr(raw["access"]), SecretStr(raw["refresh"]), row["token_expires_at"]
        )


def sealed_place(id: str) -> str:
    """Where these tokens belong; sealed for one row, they open in no other."""
    return f"ccc_installation:{id}:tokens"


def _bound(state: str, browser: str) -> str:
    return f"slack install\n{state}\n{browser}"


def _row(ledger: Ledger, team: str, enterprise: str) -> RowMapping | None:
    row = ledger.installations.get(team) if team else None
    if row is None and enterprise:
        row = ledger.installations.get(enterprise)
    return row


def _view(row: RowMapping) -> InstallationView:
    return InstallationView(
        row["id"],
        row["name"],
        row["bot"],
        row["bot_user"],
        row["state"],
        row["scopes"],
        row["installed_by"],
    )
