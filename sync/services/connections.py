"""Connecting and disconnecting accounts: links, OAuth, pairing; settings survive all of it."""

from __future__ import annotations

import base64
import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.engine import RowMapping

from sync.connectors.oauth import Tokens
from sync.domain.identity import Scope
from sync.domain.settings import ConnectionSettings
from sync.engine.port import Work
from sync.errors import Conflict, Disconnected, Invalid, NotFound, Uncertain
from sync.ledger.ledger import Ledger
from sync.services.means import Means
from sync.services.models import Actor, ConnectionView, LinkPage, Provider, Role
from sync.services.overview import Overview
from sync.services.saved import dump_settings, save_settings
from sync.services.token_ends import ends_of
from sync.services.tokens import pack, sealed_place, unpack

LINK_MINUTES = 10
_GONE = "This link has expired or was used already. Ask for a new one with /ccc connect."


@dataclass(frozen=True, slots=True)
class Connected:
    """What the page says after consent."""

    workspace: str
    user: str
    channel: str
    account_name: str
    again: bool


class Connections:
    """Accounts and their pairings. Every change is an admin's and leaves an audit row."""

    def __init__(self, means: Means, overview: Overview) -> None:
        self._means = means
        self._view = overview.get
        self.all = overview.all
        self.get = overview.get
        self.resolve = overview.resolve

    # -- the one-time link

    def create_link(self, actor: Actor, provider: Provider, *, user_name: str, channel: str) -> str:
        """A link for this person, provider and workspace only, good for ten minutes and once."""
        actor.require(Role.ADMIN)
        token = self._means.secret()
        now = self._means.clock()
        with self._means.ledgers.write() as ledger:
            ledger.accounts.add_link(
                actor.workspace,
                {
                    "token_digest": _digest(token),
                    "user": actor.user,
                    "user_name": user_name[:255],
                    "provider": provider.value,
                    "channel": channel,
                    "expires_at": now + timedelta(minutes=LINK_MINUTES),
                },
            )
            ledger.people.write_audit(
                actor.workspace, actor.user, "link.created", provider.value, now=now
            )
        return f"{self._means.public_url}/connect/{token}"

    def link_page(self, token: str) -> LinkPage:
        """Who asked for what; NotFound, in the same words, for unknown, used and expired ones."""
        with self._means.ledgers.read() as ledger:
            row = self._open_link(ledger.accounts.link_by_token(_digest(token)))
            name = ledger.people.workspace_name(row["workspace"])
        return LinkPage(Provider(row["provider"]), name, row["user_name"], row["expires_at"])

    def authorize_url(self, token: str, browser_session: str) -> str:
        """The provider's page; from here on only this browser can finish."""
        state, verifier = self._means.secret(), self._means.secret() + self._means.secret()
        with self._means.ledgers.write() as ledger:
            row = self._open_link(ledger.accounts.link_by_token(_digest(token)))
            ledger.accounts.change_link(
                row["workspace"],
                row["token_digest"],
                state_digest=_digest(state),
                session_digest=_digest(browser_session),
                verifier=self._means.vault.seal(verifier.encode(), f"ccc_link:{_digest(state)}"),
            )
        if row["provider"] == Provider.LIGHTSPEED.value:
            challenge = hashlib.sha256(verifier.encode()).digest()
            encoded = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
            return self._means.outside.lightspeed_oauth.authorize_url(state, encoded)
        return self._means.outside.quickbooks_oauth.authorize_url(state)

    def complete(
        self,
        provider: Provider,
        *,
        state: str,
        code: str,
        realm_id: str = "",
        browser_session: str,
    ) -> Connected:
        """Exchange the code and keep the tokens, for the session that began it and only once."""
        with self._means.ledgers.write() as ledger:
            row = self._open_link(ledger.accounts.link_by_state(_digest(state)))
            if row["provider"] != provider.value or row["session_digest"] != _digest(
                browser_session
            ):
                raise Invalid("This browser did not start the connection; open the link again.")
            if not code or (provider is Provider.QUICKBOOKS and not realm_id.isdigit()):
                raise Invalid(f"{_title(provider)} did not send what is needed; try again.")
            if not ledger.accounts.use_link(
                row["workspace"], row["token_digest"], self._means.clock()
            ):
                raise NotFound(_GONE)
        sealed = row["verifier"]
        verifier = self._means.vault.open(sealed, f"ccc_link:{_digest(state)}").decode()
        tokens = self._exchange(provider, code, verifier)
        name, external = "", realm_id
        if provider is Provider.LIGHTSPEED:
            external, name = self._means.outside.lightspeed_identity(
                tokens.access.get_secret_value()
            )
        return self._keep(row, provider, tokens, external, name)

    def refused(self, provider: Provider, *, state: str, error: str) -> None:
        """The person said no at the provider; the link is used up all the same."""
        now = self._means.clock()
        with self._means.ledgers.write() as ledger:
            row = ledger.accounts.link_by_state(_digest(state))
            if row is not None and ledger.accounts.use_link(
                row["workspace"], row["token_digest"], now
            ):
                ledger.people.write_audit(
                    row["workspace"],
                    row["user"],
                    "link.refused",
                    provider.value,
                    after=error[:100],
                    now=now,
                )

    # -- keeping an account

    def _exchange(self, provider: Provider, code: str, verifier: str) -> Tokens:
        try:
            if provider is Provider.LIGHTSPEED:
                return self._means.outside.lightspeed_oauth.exchange(code, verifier)
            return self._means.outside.quickbooks_oauth.exchange(code)
        except (Disconnected, Uncertain) as error:
            raise Invalid(
                f"{_title(provider)} did not accept the sign-in: {error}. Open a new link."
            ) from error

    def _keep(
        self, link: RowMapping, provider: Provider, tokens: Tokens, external: str, name: str
    ) -> Connected:
        workspace, now = link["workspace"], self._means.clock()
        digests = self._means.vault.digests(f"{provider.value}:{external}")
        with self._means.ledgers.write() as ledger:
            if provider is Provider.QUICKBOOKS and ledger.accounts.connected_elsewhere(
                workspace, provider.value, digests
            ):
                raise Conflict(
                    "This QuickBooks company is connected to another Slack workspace. "
                    "Disconnect it there first."
                )
            known = ledger.accounts.by_external(workspace, provider.value, digests)
            account = known["id"] if known else self._means.new_id()
            values = {
                "tokens": self._means.vault.seal(pack(tokens), sealed_place(account, "tokens")),
                "token_expires_at": now + timedelta(seconds=tokens.expires_in),
                "warned_of": None,
                "refreshing_until": None,
                "state": "connected",
                "problem": "",
                "connected_by": link["user"],
                **ends_of(tokens, now),
            }
            if known is not None:
                ledger.accounts.change(workspace, account, **values)
            else:
                place = sealed_place(account, "external_id")
                ledger.accounts.add(
                    workspace,
                    values
                    | {
                        "id": account,
                        "provider": provider.value,
                        "external_digest": digests[0],
                        "external_id": self._means.vault.seal(external.encode(), place),
                        "name": name or _title(provider),
                        "facts": {},
                        "created_at": now,
                    },
                )
            connection = self._pair(ledger, workspace, provider, account)
            ledger.people.write_audit(
                workspace,
                link["user"],
                "account.connected",
                provider.value,
                after=name,
                connection=connection,
                now=now,
            )
            scope = Scope(workspace, connection)
            job = self._means.new_id()
            payload = {
                "provider": provider.value,
                "account": account,
                "user": link["user"],
                "channel": link["channel"],
                "again": known is not None,
            }
            ledger.runs.add_job(scope, job, "after_connect", payload, now)
            self._means.engine.enqueue(ledger, Work("job", workspace, connection, job))
        return Connected(workspace, link["user"], link["channel"], name, known is not None)

    def _pair(self, ledger: Ledger, workspace: str, provider: Provider, account: str) -> str:
        """Fill an open place, or make a new connection: document ids are never inherited."""
        column = provider.value
        rows = ledger.accounts.connections(workspace)
        for row in rows:
            if row[column] == account:
                return str(row["id"])
        for row in rows:
            if row[column] is None:
                scope = Scope(workspace, row["id"])
                ledger.accounts.change_connection(scope, **{column: account})
                return str(row["id"])
        other = "quickbooks" if column == "lightspeed" else "lightspeed"
        connection = self._means.new_id()
        # A second company for the same shops, or a second account for the same company: the
        # other side is the one in use. Two accounts in one company must not share numbers.
        partner = rows[-1][other] if rows else None
        twins = sum(row[other] == partner for row in rows) if column == "lightspeed" else 0
        prefix = f"LS{twins + 1}-" if twins else ConnectionSettings().prefix
        ledger.accounts.add_connection(
            workspace,
            {
                "id": connection,
                column: account,
                other: partner,
                "settings": dump_settings(ConnectionSettings(prefix=prefix)),
                "created_at": self._means.clock(),
            },
        )
        return connection

    # -- leaving

    def disconnect(self, actor: Actor, scope: Scope, provider: Provider) -> ConnectionView:
        """Forget the tokens now, revoke them upstream by a job; settings and history stay."""
        actor.require_in(scope, Role.ADMIN)
        now = self._means.clock()
        with self._means.ledgers.write() as ledger:
            row = self._connection(ledger, scope)
            account = row[provider.value]
            known = ledger.accounts.get(scope.workspace, account) if account else None
            if known is None or known["state"] == "disconnected":
                raise NotFound(f"{_title(provider)} is not connected.")
            ledger.accounts.change(scope.workspace, account, state="disconnected", problem="")
            for run in ledger.runs.fail_active(scope, f"{_title(provider)} was disconnected.", now):
                ledger.outbox.tell(scope, "run.finished", {}, run=run, now=now)
            ledger.people.write_audit(
                scope.workspace,
                actor.user,
                "account.disconnected",
                provider.value,
                before=known["name"],
                connection=scope.connection,
                now=now,
            )
            job = self._means.new_id()
            ledger.runs.add_job(scope, job, "revoke", {"account": account}, now)
            self._means.engine.enqueue(ledger, Work("job", scope.workspace, scope.connection, job))
            ledger.outbox.tell(
                scope,
                "account.disconnected",
                {"provider": provider.value, "name": known["name"], "user": actor.user},
                now=now,
            )
        return self._view(scope)

    def revoke(self, workspace: str, account: str) -> None:
        """Upstream revocation; a lost answer is repeated by the job, and a dead token is fine."""
        with self._means.ledgers.read() as ledger:
            row = ledger.accounts.get(workspace, account)
        if row is None or row["tokens"] is None or row["state"] != "disconnected":
            return
        tokens = unpack(self._means, account, row["tokens"])
        outside = self._means.outside
        oauth = (
            outside.lightspeed_oauth
            if row["provider"] == Provider.LIGHTSPEED.value
            else outside.quickbooks_oauth
        )
        with suppress(Disconnected):  # dead already, which is what we want
            oauth.revoke(tokens.refresh)
        with self._means.ledgers.write() as ledger:
            ledger.accounts.change(workspace, account, tokens=None)

    # -- the connection itself

    def set_channel(self, actor: Actor, scope: Scope, channel: str) -> ConnectionView:
        actor.require_in(scope, Role.ADMIN)
        with self._means.ledgers.write() as ledger:
            before = self._connection(ledger, scope)["channel"]
            ledger.accounts.change_connection(scope, channel=channel)
            self._audit(ledger, actor, scope, "channel", before, channel)
        return self._view(scope)

    def channel_moved(self, workspace: str, connection: str, channel: str) -> None:
        """Slack gave the same channel another id."""
        scope, now = Scope(workspace, connection), self._means.clock()
        with self._means.ledgers.write() as ledger:
            before = self._connection(ledger, scope)["channel"]
            if before == channel or not channel:
                return
            ledger.accounts.change_connection(scope, channel=channel)
            ledger.people.write_audit(
                workspace,
                "ccc",
                "channel",
                connection,
                before=before,
                after=channel,
                connection=connection,
                now=now,
            )

    def golive(self, actor: Actor, scope: Scope, day: date | None) -> ConnectionView:
        """Sales of earlier business days are skipped from now on; a backfill overrides."""
        actor.require_in(scope, Role.ADMIN)
        save_settings(self._means, actor, scope, "golive", lambda s: {"go_live": day})
        return self._view(scope)

    def pause(self, actor: Actor, scope: Scope) -> ConnectionView:
        return self._set_paused(actor, scope, True)

    def resume(self, actor: Actor, scope: Scope) -> ConnectionView:
        return self._set_paused(actor, scope, False)

    def _set_paused(self, actor: Actor, scope: Scope, paused: bool) -> ConnectionView:
        actor.require_in(scope, Role.ADMIN)
        with self._means.ledgers.write() as ledger:
            before = self._connection(ledger, scope)["paused"]
            ledger.accounts.change_connection(scope, paused=paused)
            self._audit(ledger, actor, scope, "paused", str(bool(before)), str(paused))
        return self._view(scope)

    def _audit(
        self, ledger: Ledger, actor: Actor, scope: Scope, what: str, before: str, after: str
    ) -> None:
        ledger.people.write_audit(
            actor.workspace,
            actor.user,
            f"connection.{what}",
            scope.connection,
            before=before,
            after=after,
            connection=scope.connection,
            now=self._means.clock(),
        )

    def _connection(self, ledger: Ledger, scope: Scope) -> RowMapping:
        row = ledger.accounts.connection(scope)
        if row is None:
            raise NotFound("There is no such connection.")
        return row

    def _open_link(self, row: RowMapping | None) -> RowMapping:
        if row is None or row["used_at"] is not None or row["expires_at"] < self._means.clock():
            raise NotFound(_GONE)
        return row


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _title(provider: Provider) -> str:
    return "Lightspeed" if provider is Provider.LIGHTSPEED else "QuickBooks"
