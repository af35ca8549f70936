"""Looks at everything a working bot needs, changes nothing, and says how to mend what is wrong."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from bot.checkup import Check
from bot.manifest import SCOPES
from bot.settings import Mode, Settings, SettingsError
from sync.connectors.http import Answer, Http
from sync.errors import ConnectorError, Misconfigured, Undecryptable
from sync.ledger import health
from sync.ledger.database import Database, open_database
from sync.ledger.ledger import Ledgers
from sync.ledger.vault import Vault
from sync.services.tokens import sealed_place

TIMEOUT: Final = 5.0
_MOST_TOKENS: Final = 50
_CLOCK_NOTE, _CLOCK_WRONG = 60.0, 300.0  # Slack signs with the time and allows five minutes
_DISK_NOTE, _DISK_WRONG = 1 << 30, 100 << 20
_READ_LIMIT: Final = 1 << 20

Clock = Callable[[], datetime]


def checks(
    read: Callable[[], Settings],
    clock: Clock = lambda: datetime.now(UTC),
    *,
    timeout: float = TIMEOUT,
) -> list[Check]:
    """Every finding, in the order in which to mend them."""
    try:
        settings = read()
    except SettingsError as error:
        found = [_problem(problem.variable, str(problem)) for problem in error.problems]
        remedy = "mend the settings above and run `ccc doctor` again: the rest is looked at then"
        return [*found, Check("Everything else", True, "not looked at yet", remedy)]
    found = list(_settings(settings))
    with _opened(settings, timeout) as (database, look):
        found += look
        calls = _Calls(settings, clock, timeout)
        found += calls.reachability()
        team, slack = calls.slack() if settings.slack_bot_token.get_secret_value() else ("", [])
        found += slack
        found += _transport(settings, calls)
        if database is not None:
            found += _channels(Ledgers(database), team, calls)
            if settings.installs_many:
                found.append(_installations(Ledgers(database)))
            found += _keys(Ledgers(database), settings)
    found += _addresses(settings)
    return found


# -- settings


def _settings(settings: Settings) -> Iterator[Check]:
    mode: Mode = "run" if settings.is_sqlite else "web"
    problems = list(settings.problems(mode))
    for problem in problems:
        yield _problem(problem.variable, str(problem))
    if not problems:
        yield Check("Settings", True, f"complete for `ccc {mode}`")


def _problem(name: str, text: str) -> Check:
    what, _, remedy = text.partition("\n")
    return Check(f"Setting {name}", False, what, " ".join(remedy.split()) or "set it and try again")


def _transport(settings: Settings, calls: _Calls) -> Iterator[Check]:
    """How Slack reaches us: by a socket that we open, or at our address."""
    name = "Slack transport"
    if not settings.uses_socket_mode:
        address = f"{settings.public_url}/slack/events"
        remedy = "" if settings.is_secure else "set CCC_PUBLIC_URL to an https address that it can"
        yield Check(name, True, f"HTTP: Slack calls {address}", remedy)
        return
    token = settings.slack_app_token.get_secret_value()
    _, body = calls.slack_call("apps.connections.open", token)
    if body.get("ok"):
        yield Check(name, True, "Socket Mode: Slack gives us a connection")
        return
    word = str(body.get("error", "no answer"))[:60]
    remedy = (
        "make an app-level token with connections:write under Basic Information, switch Socket "
        "Mode on in the app (`ccc manifest --socket-mode`), and set SLACK_APP_TOKEN to it"
    )
    yield Check(name, False, f"Socket Mode: Slack says {word}", remedy)


def _installations(ledgers: Ledgers) -> Check:
    """Where people installed it, and where it is to be installed again."""
    with ledgers.read() as ledger:
        rows = ledger.installations.all()
    broken = sum(row["state"] == "broken" for row in rows)
    active = sum(row["state"] == "active" for row in rows)
    name = "Slack installations"
    if broken:
        remedy = "their Slack admins open /slack/install again; settings and history are kept"
        return Check(name, False, f"{active} work, {broken} lost their token", remedy)
    if not rows:
        return Check(name, True, "none yet", "open /slack/install in a browser")
    return Check(name, True, f"{active} of {len(rows)} are in use")


def _addresses(settings: Settings) -> Iterator[Check]:
    for name, address in (
        ("Lightspeed", settings.lightspeed_redirect_uri),
        ("QuickBooks", settings.quickbooks_redirect_uri),
        *([("Slack", settings.slack_redirect_uri)] if settings.installs_many else []),
    ):
        remedy = f"{name} accepts https addresses only: set CCC_PUBLIC_URL before going live"
        shown = "" if settings.is_secure else remedy
        yield Check(f"Redirect address at {name}", True, f"register {address}", shown)


# -- the database


@contextmanager
def _opened(settings: Settings, timeout: float) -> Iterator[tuple[Database | None, list[Check]]]:
    """The database if it can be read by what comes later, and what was found on the way."""
    if settings.is_sqlite:
        file = Path(settings.database_url.removeprefix("sqlite:///").partition("?")[0])
        if not file.exists():  # opening it would make it
            remedy = "run `ccc migrate`, in the folder where `ccc run` will be started"
            yield None, [Check("Database", False, f"there is no file {file} yet", remedy)]
            return
    database = open_database(_impatient(settings.database_url, timeout), pool_size=1)
    try:
        found = list(_database(database))
        if settings.is_sqlite and all(check.ok for check in found):
            found += _sqlite(database, file)
        yield (database if all(check.ok for check in found[:2]) else None), found
    finally:
        database.close()


def _impatient(url: str, timeout: float) -> str:
    if url.startswith("sqlite:") or "connect_timeout=" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}connect_timeout={max(2, round(timeout))}"


def _database(database: Database) -> Iterator[Check]:
    try:
        health.answers(database)
        migrated = health.is_migrated(database)
    except Exception as error:  # every driver has errors of its own, and all mean the same here
        reason = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        remedy = "check DATABASE_URL, and that the database runs and lets this machine in"
        yield Check("Database", False, f"it does not answer: {reason}", remedy)
        return
    yield Check("Database", True, "SQLite answers" if database.is_sqlite else "PostgreSQL answers")
    if migrated:
        yield Check("Tables", True, "as this version needs them")
    else:
        remedy = "run `ccc migrate`, with the newest version of CCC that uses this database"
        yield Check("Tables", False, "not as this version needs them", remedy)


def _sqlite(database: Database, file: Path) -> Iterator[Check]:
    if health.writes_ahead(database):
        yield Check("Write-ahead log", True, "in use")
    else:
        remedy = "keep the file on a disk of this machine, not on a network share"
        yield Check("Write-ahead log", False, "SQLite refused it", remedy)
    folder = file.resolve().parent
    if not (os.access(file, os.W_OK) and os.access(folder, os.W_OK)):
        remedy = "let the user that runs CCC write the file and its folder"
        yield Check("Disk", False, f"{folder} cannot be written", remedy)
        return
    free = shutil.disk_usage(folder).free
    enough, plenty = free >= _DISK_WRONG, free >= _DISK_NOTE
    remedy = "" if plenty else f"make room on the disk of {folder}"
    yield Check("Disk", enough, f"{free / (1 << 30):,.1f} GiB free", remedy)


# -- the outside


@dataclass(frozen=True, slots=True)
class _Reached:
    check: Check
    ahead: float | None = None  # seconds our clock is before the service's


class _Calls:
    """The few calls a doctor makes, each short, none of which changes anything."""

    def __init__(self, settings: Settings, clock: Clock, timeout: float) -> None:
        self._settings = settings
        self._clock = clock
        self._timeout = timeout

    def reachability(self) -> list[Check]:
        """Every host once; any status is an answer."""
        s = self._settings
        wanted = {
            f"{urlsplit(url).scheme}://{urlsplit(url).netloc}": (service, url)
            for service, url in (
                ("QuickBooks", s.quickbooks_revoke_url),
                ("QuickBooks", s.quickbooks_token_url),
                ("QuickBooks", s.quickbooks_api_url),
                ("Lightspeed", s.lightspeed_auth_url),
                ("Lightspeed", s.lightspeed_api_url),
                ("Slack", f"{s.slack_api_url}api.test"),
            )
        }
        asked = list(reversed(wanted.values()))
        with ThreadPoolExecutor(len(asked)) as pool:
            reached = list(pool.map(lambda one: self._reach(*one), asked))
        return [*(one.check for one in reached), *_clock_check(reached)]

    def _reach(self, service: str, url: str) -> _Reached:
        name = f"{service} at {urlsplit(url).netloc}"
        try:
            answer = self._send(service, "GET", url)
        except ConnectorError as error:
            remedy = (
                "its certificate is not trusted here: look for a proxy that reads along"
                if error.code == "certificate"
                else "let this machine reach it: firewall, DNS, and that the address is right"
            )
            return _Reached(Check(name, False, str(error), remedy))
        return _Reached(Check(name, True, "answers"), self._ahead(answer))

    def _ahead(self, answer: Answer) -> float | None:
        try:
            theirs = parsedate_to_datetime(answer.headers.get("date", ""))
        except (ValueError, TypeError):
            return None
        if theirs.tzinfo is None:
            return None
        return (self._clock() - theirs).total_seconds()

    def slack(self) -> tuple[str, list[Check]]:
        """The workspace's id when Slack takes our token, and what it may do with it."""
        answer, body = self.slack_call("auth.test")
        if not body.get("ok"):
            remedy = "install the app in Slack and copy its Bot User OAuth Token: SLACK_BOT_TOKEN"
            word = str(body.get("error", "no answer"))[:60]
            return "", [Check("Slack sign-in", False, f"Slack says {word}", remedy)]
        found = [Check("Slack sign-in", True, f"in the workspace {body.get('team', '')}")]
        granted = {part.strip() for part in answer.get("x-oauth-scopes", "").split(",")} - {""}
        missing = [scope for scope in SCOPES if scope not in granted]
        if missing:
            remedy = "put `ccc manifest` into the app's settings and install it again"
            found.append(Check("Slack scopes", False, f"without {', '.join(missing)}", remedy))
        else:
            found.append(Check("Slack scopes", True, "all that this version uses"))
        return str(body.get("team_id", "")), found

    def slack_call(self, method: str, token: str = "", **form: str) -> tuple[Any, dict[str, Any]]:
        """Headers and body; an empty body when there is no answer to read."""
        token = token or self._settings.slack_bot_token.get_secret_value()
        try:
            answer = self._send(
                "Slack",
                "POST",
                f"{self._settings.slack_api_url}{method}",
                headers={
                    "Authorization": f"Bearer {token}",
                    "Content-Type": "application/x-www-form-urlencoded",
                },
                body=urlencode(form).encode(),
            )
            body = json.loads(answer.body)
        except (ConnectorError, ValueError, RecursionError):
            return {}, {}
        return answer.headers, body if isinstance(body, dict) else {}

    def _send(self, service: str, method: str, url: str, **more: Any) -> Answer:
        http = Http(
            service,
            [url],
            connect=self._timeout,
            read=self._timeout,
            deadline=self._timeout,
            max_body=_READ_LIMIT,
        )
        try:
            return http.send(method, url, changes=False, **more)
        finally:
            http.close()


def _clock_check(reached: list[_Reached]) -> Iterator[Check]:
    """Our clock beside the one of several that is nearest: a single wrong one is not ours."""
    told = [one.ahead for one in reached if one.ahead is not None]
    if not told:
        return
    ahead = min(told, key=abs)
    off = abs(ahead)
    if off <= _CLOCK_NOTE:
        yield Check("Clock", True, "agrees with the services")
        return
    found = f"{off:,.0f} s {'ahead of' if ahead > 0 else 'behind'} the services"
    remedy = "set the clock by NTP; beyond five minutes every Slack request is refused"
    yield Check("Clock", off <= _CLOCK_WRONG, found, remedy)


# -- what is kept in the database


def _channels(ledgers: Ledgers, team: str, calls: _Calls) -> Iterator[Check]:
    if not team:
        return
    with ledgers.read() as ledger:
        rows = ledger.accounts.connections(team)
    for number, row in enumerate(rows, 1):
        name = "Log channel" if len(rows) == 1 else f"Log channel of connection {number}"
        if not row["channel"]:
            yield Check(name, True, "none chosen", "type /ccc channel #log in Slack")
            continue
        yield _channel(name, row["channel"], calls)


def _channel(name: str, channel_id: str, calls: _Calls) -> Check:
    _, body = calls.slack_call("conversations.info", channel=channel_id)
    channel = body.get("channel") if body.get("ok") else None
    if not isinstance(channel, dict):
        word = str(body.get("error", "no answer"))[:60]
        remedy = "invite the bot with /invite @ccc, or choose another with /ccc channel #log"
        return Check(name, False, f"Slack says {word}", remedy)
    if channel.get("is_archived"):
        return Check(name, False, "archived", "choose another with /ccc channel #log")
    if not channel.get("is_member"):
        return Check(name, False, "the bot is not in it", "invite it there with /invite @ccc")
    return Check(name, True, "the bot is in it")


def _keys(ledgers: Ledgers, settings: Settings) -> Iterator[Check]:
    if not settings.secret_keys:
        return  # said already, as a missing setting
    name = "Encryption keys"
    try:
        vault = Vault(settings.secret_keys)
    except Misconfigured as error:
        yield Check(name, False, str(error), "make one with `ccc key`")
        return
    with ledgers.read() as ledger:
        rows = [
            row
            for workspace in ledger.people.workspaces()
            for row in ledger.accounts.all(workspace)
            if row["tokens"] is not None
        ][:_MOST_TOKENS]
    shut = older = 0
    for row in rows:
        try:
            vault.open(row["tokens"], sealed_place(row["id"], "tokens"))
        except Undecryptable:
            shut += 1
        else:
            older += not vault.is_current(row["tokens"])
    if shut:
        remedy = "put the former key back at the end of CCC_SECRET_KEYS, or reconnect in Slack"
        yield Check(name, False, f"{shut} of {len(rows)} stored accounts do not open", remedy)
    elif older:
        remedy = "keep the former key in CCC_SECRET_KEYS until their tokens have been renewed"
        yield Check(name, True, f"{older} of {len(rows)} accounts open with a former key", remedy)
    else:
        yield Check(name, True, f"all {len(rows)} stored accounts open" if rows else "usable")
