"""The processes: what runs in each, wired from settings, started and stopped in order."""

from __future__ import annotations

import errno
import logging
import os
import secrets
import signal
import socket
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from slack_sdk import WebClient

from bot.footprint import settled, share_pools
from bot.installations import Clients, Installations, ManyWorkspaces, OneWorkspace, SlackOAuth
from bot.settings import Mode, Settings
from sync.engine.durable import DurableEngine, migrate_engine
from sync.errors import Misconfigured
from sync.ledger.database import Database, open_database
from sync.ledger.health import answers, is_migrated, require_answer, require_tables
from sync.ledger.ledger import Ledgers
from sync.ledger.migrate import migrate
from sync.ledger.vault import Vault
from sync.services.facade import Services, build_services, build_worker
from sync.services.means import Means
from sync.services.token_ends import warn_of_ends

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.access import Directories
    from bot.sockets import Sockets
    from sync.engine.port import Work
    from sync.services.working import Worker

log = logging.getLogger(__name__)

VERSION = "0.1.0"
LISTENER_TIMEOUT, SENDER_TIMEOUT = 2, 10
_KEEP_HISTORY = timedelta(days=7)
_KEEP_SENT = timedelta(days=30)


@dataclass
class Wired:
    """Everything one process has in hand."""

    settings: Settings
    database: Database
    ledgers: Ledgers
    engine: DurableEngine
    means: Means
    services: Services
    worker: Worker
    node: str
    installations: Installations


def utc_now() -> datetime:
    return datetime.now(UTC)


def wire(settings: Settings, mode: Mode, clock: Callable[[], datetime] = utc_now) -> Wired:
    """Build the object graph; nothing listens or works yet."""
    from bot.access import Directories
    from bot.outside import RealOutside
    from bot.rights import SlackRights
    from sync.services.pace import LIGHTSPEED, QUICKBOOKS, SharedPace

    database = open_database(settings.database_url)
    ledgers = Ledgers(database)
    node = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    holder: list[Worker] = []

    def execute(work: Work) -> None:
        holder[0].execute(work)

    works = mode != "web"
    engine = DurableEngine(
        database, execute if works else None, node=node, embedded=mode in ("run", "demo")
    )

    def pace(provider: str, account: str, *, urgent: bool) -> SharedPace:
        return SharedPace(
            ledgers,
            account,
            LIGHTSPEED if provider == "lightspeed" else QUICKBOOKS,
            scale=settings.ccc_rate_scale,
            sleep=time.sleep,
            urgent=urgent,
        )

    def rest(seconds: float) -> None:
        """A pause that ends when this process is asked to leave."""
        engine.stopping.wait(seconds)

    served: list[tuple[Services, Directories]] = []
    rights = SlackRights(lambda: served[0][0], lambda team: served[0][1](team))
    means = Means(
        ledgers=ledgers,
        vault=Vault(settings.secret_keys),
        engine=engine,
        outside=RealOutside(settings, pace),
        clock=clock,
        new_id=lambda: str(uuid.uuid4()),
        secret=lambda: secrets.token_urlsafe(32),
        sleep=rest,
        public_url=settings.public_url,
        node=node,
        stopping=engine.stopping.is_set,
        rights=rights,
    )
    services = build_services(means)
    installations = installations_of(settings, services, clock)
    people = Directories(Clients(installations, settings.slack_api_url, LISTENER_TIMEOUT))
    served.append((services, people))
    worker = build_worker(means, services)
    holder.append(worker)
    return Wired(settings, database, ledgers, engine, means, services, worker, node, installations)


def installations_of(
    settings: Settings, services: Services, clock: Callable[[], datetime]
) -> Installations:
    """By OAuth in many workspaces, or in the one whose token the environment holds."""
    if settings.installs_many:
        return ManyWorkspaces(services.installations, slack_oauth(settings, clock))
    return OneWorkspace(slack_client(settings, timeout=LISTENER_TIMEOUT), services.installations)


def slack_oauth(settings: Settings, clock: Callable[[], datetime]) -> SlackOAuth:
    return SlackOAuth(
        settings.slack_api_url, settings.slack_client_id, settings.slack_client_secret, clock
    )


def migrate_all(settings: Settings) -> None:
    """Our tables and the engine's."""
    database = open_database(settings.database_url)
    try:
        require_answer(database)
        migrate(database)
        migrate_engine(database)
    finally:
        database.close()


def slack_client(settings: Settings, *, timeout: int) -> WebClient:
    return WebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        timeout=timeout,
    )


# -- parts


class Working:
    """The worker's half: engine, clock, renderer and sender of messages."""

    def __init__(
        self,
        wired: Wired,
        *,
        embedded: bool,
        on_dead: Callable[[], None],
    ) -> None:
        from bot.modals.sealed import Seal
        from bot.reports.dispatcher import Dispatcher
        from bot.reports.sender import Sender
        from sync.engine.node import Node
        from sync.scheduler import Clockwork, Housekeeping

        self._wired = wired
        self._stop = threading.Event()
        self._node = Node(
            wired.engine,
            wired.ledgers,
            node=wired.node,
            version=VERSION,
            embedded=embedded,
            on_dead=on_dead,
        )
        self._new_clock: Callable[[], Clockwork] = lambda: Clockwork(
            wired.services.schedules.due_rows,
            self._tick,
            wired.means.clock,
            housekeeping=(
                Housekeeping("tidy", 3600.0, self._tidy),
                Housekeeping("lost runs", 60.0, self._find_lost),
                Housekeeping("digests", 30.0, self._tell_digests),
                Housekeeping("due retries", 60.0, self._try_due),
                Housekeeping("token ends", 3600.0, self._warn_of_ends),
            ),
        )
        self._clockwork = self._new_clock()
        clients = Clients(wired.installations, wired.settings.slack_api_url, SENDER_TIMEOUT)
        seal = Seal(wired.settings.cookie_key)
        self.dispatcher = Dispatcher(wired.services, wired.means.clock, seal=seal)
        self.sender = Sender(
            wired.services,
            clients,
            wired.means.clock,
            shut_out=self._shut_out,
        )
        self._threads = [
            threading.Thread(target=self._dispatch, name="dispatcher", daemon=True),
            threading.Thread(
                target=self.sender.run, args=(self._stop,), name="sender", daemon=True
            ),
        ]

    def start(self) -> None:
        self._node.start()
        self._clockwork.start()
        for thread in self._threads:
            thread.start()

    def restart_clock(self) -> None:
        """As after a pause of the machine: what was missed meanwhile ticks once."""
        self._clockwork.stop()
        self._clockwork = self._new_clock()
        self._clockwork.start()

    def stop(self) -> None:
        """Finish what is in flight and leave; what waits is somebody else's."""
        self._clockwork.stop()
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=15)
        self._node.stop()

    def _tick(self, row: Any, at: datetime, tick_key: str) -> None:
        from sync.domain.identity import Scope

        self._wired.services.runs.tick(Scope(row.workspace, row.connection), tick_key, at)

    def _dispatch(self) -> None:
        while not self._stop.wait(0.25):
            try:
                while self.dispatcher.step():
                    pass
            except Exception:  # the edge of this thread: log, and go on with the next event
                log.exception("an event could not be rendered")
                self._stop.wait(5)

    def _shut_out(self, workspace: str, why: str) -> None:
        """Only a new installation helps, where there can be one; else the next start tells."""
        if self._wired.settings.installs_many:
            self._wired.installations.ended(workspace, uninstalled=False, why=why)

    def _find_lost(self) -> None:
        self._wired.worker.find_lost()

    def _try_due(self) -> None:
        self._wired.services.runs.try_due()

    def _tell_digests(self) -> None:
        self._wired.services.notices.tell_due()

    def _warn_of_ends(self) -> None:
        warn_of_ends(self._wired.means)

    def _tidy(self) -> None:
        now = self._wired.means.clock()
        self._wired.engine.purge(now - _KEEP_HISTORY)
        with self._wired.ledgers.write() as ledger:
            ledger.people.forget_seen(now - timedelta(hours=1))
            for workspace in ledger.people.workspaces():
                ledger.outbox.forget_sent(workspace, now - _KEEP_SENT)


def build_bot(wired: Wired) -> App:
    """The listeners, the same for HTTP and for Socket Mode."""
    from bot.app import build_app

    settings = wired.settings
    return build_app(
        wired.services,
        signing_secret=signing_secret(settings),
        client=slack_client(settings, timeout=LISTENER_TIMEOUT),
        form_key=settings.cookie_key,
        clock=wired.means.clock,
        installations=wired.installations,
    )


def signing_secret(settings: Settings) -> str:
    """Slack's; with Socket Mode there may be none, and then nothing that comes over HTTP is."""
    return settings.slack_signing_secret.get_secret_value() or secrets.token_hex(32)


def build_web(wired: Wired, app: App | None = None) -> Any:
    """The WSGI application: Slack requests, OAuth pages, health, metrics."""
    from bot.app import build_edge
    from bot.installing import Installer
    from bot.metrics import Metrics
    from bot.pages.app import build_pages
    from sync.services.figures import read_figures

    settings = wired.settings
    return build_pages(
        wired.services,
        public_url=settings.public_url,
        secure_cookies=settings.is_secure,
        cookie_key=settings.cookie_key,
        ready=lambda: missing_parts(wired.database),
        slack_wsgi=build_edge(
            app or build_bot(wired),
            signing_secret=signing_secret(settings),
            clock=wired.means.clock,
        ),
        metrics=Metrics(lambda: read_figures(wired.ledgers)),
        installing=Installer(
            wired.services,
            slack_oauth(settings, wired.means.clock),
            settings.slack_api_url,
            settings.slack_redirect_uri,
        )
        if settings.installs_many
        else None,
    )


def missing_parts(database: Database) -> list[str]:
    """What keeps this process from being ready, in words fit for anybody."""
    answers(database)
    return [] if is_migrated(database) else ["the database is not migrated: run `ccc migrate`"]


# -- processes


def run_web(settings: Settings) -> None:
    share_pools()
    wired = wire(settings, "web")
    try:
        require_tables(wired.database)
    except Misconfigured as error:  # it may come back or be migrated; /readyz says when
        log.error("not ready yet: %s", error)
    serve(wired, "web")


def run_worker(settings: Settings) -> None:
    share_pools()
    wired = wire(settings, "worker")
    require_tables(wired.database)
    working = Working(wired, embedded=False, on_dead=die)
    settled()
    working.start()
    log.info("working as %s", wired.node)
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    stopped.wait()
    working.stop()


def run_embedded(settings: Settings) -> None:
    share_pools()
    migrate_all(settings)
    wired = wire(settings, "run")
    working = Working(wired, embedded=wired.database.is_sqlite, on_dead=die)
    settled()
    working.start()
    try:
        serve(wired, "run")
    finally:
        working.stop()


def serve(wired: Wired, mode: Mode) -> None:
    """Answer until told to stop; a port that cannot be had is a setting to change."""
    from bot.serving import serve_forever

    settings = wired.settings
    host = settings.host(mode)

    def listening(port: int) -> None:
        log.info("listening on %s:%s, reached at %s", host, port, settings.public_url)

    bot = build_bot(wired)
    application = build_web(wired, bot)
    sockets = open_sockets(bot, settings) if settings.uses_socket_mode else None
    settled()
    try:
        serve_forever(application, host, settings.port, listening=listening)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES):
            raise
        raise Misconfigured(
            f"{host}:{settings.port} cannot be listened on: {error.strerror}\n"
            "    Stop what listens there, or set PORT (and CCC_HOST) to something else."
        ) from error
    finally:
        if sockets is not None:
            sockets.stop()


def open_sockets(bot: App, settings: Settings) -> Sockets:
    """Slack reaches the same listeners through a connection of ours; pages stay where they are."""
    from bot.sockets import Sockets

    sockets = Sockets(bot, settings.slack_app_token, settings.slack_api_url)
    sockets.start()
    return sockets


def die() -> None:
    """Others have taken over: nothing this process still does may count."""
    os._exit(70)
