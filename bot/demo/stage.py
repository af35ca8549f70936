"""Sets the stage: three stand-ins, a scratch database, and the real bot and worker over HTTP."""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.manifest import manifest
from bot.processes import Wired, Working, build_web, migrate_all, wire
from bot.sandbox.person import Person
from bot.sandbox.seed import OWNER
from bot.sandbox.server import SlackSandbox
from bot.serving import serve_forever
from bot.settings import Settings
from sync.ledger.vault import new_key
from sync.sandbox.lightspeed.server import LightspeedSandbox
from sync.sandbox.quickbooks.server import QuickBooksSandbox
from sync.sandbox.retailer.retailer import Retailer
from sync.sandbox.serving import serve

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

ZONE = ZoneInfo("America/New_York")
_HISTORY = timedelta(days=75)  # a few thousand sales
# The stand-ins' own: they open nothing but the stand-ins.
_SECRETS = {
    "signing": "demo-signing-secret",
    "bot": "xoxb-demo",
    "lightspeed": "demo-lightspeed-secret",
    "quickbooks": "demo-quickbooks-secret",
}
_SCALE = 100.0  # the stand-ins' rates, so that nobody waits for a limit


Overhear = Callable[[SlackSandbox, str, "WSGIApplication"], "WSGIApplication"]


def _unheard(slack: SlackSandbox, service: str, application: WSGIApplication) -> WSGIApplication:
    return application


class MovableClock:
    """The time of everybody on the stage, so that nobody waits an hour for an hourly sync."""

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self._ahead = ahead

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def move(self, by: timedelta) -> None:
        self._ahead += by


@dataclass
class Stage:
    """Everything a story needs in hand."""

    retailer: Retailer
    lightspeed: LightspeedSandbox
    quickbooks: QuickBooksSandbox
    slack: SlackSandbox
    wired: Wired
    working: Working
    owner: Person
    ticks: MovableClock

    @property
    def today(self) -> date:
        """The shop's business day."""
        return self.ticks().astimezone(ZONE).date()

    def settled(self, seconds: float = 120.0) -> None:
        """Wait until no run is active, no event waits to be rendered and no message to be sent."""
        self.wait_for(self._is_quiet, seconds)

    def wait_for(self, fact: Callable[[], bool], seconds: float = 120.0) -> None:
        """Look until it is so; a story that stalls says where."""
        end = time.monotonic() + seconds
        while not fact():
            if time.monotonic() > end:
                raise TimeoutError("the demo waited too long for something to happen")
            time.sleep(0.05)

    def _is_quiet(self) -> bool:
        with self.wired.ledgers.read() as ledger:
            busy = ledger.outbox.events(1) or ledger.outbox.waiting() or ledger.runs.any_active()
        return not busy

    def restart_clock(self) -> None:
        """The worker's clock starts anew and finds what was missed meanwhile."""
        self.working.restart_clock()


@contextmanager
def stage(
    *,
    seed: int = 7,
    ahead: timedelta = timedelta(),
    rate_limits: bool = False,
    page_port: int = 0,
    overhear: Overhear = _unheard,
) -> Iterator[Stage]:
    """Open everything, close everything; the scratch folder goes with it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ccc-demo-")))
        ticks = MovableClock(ahead)
        now = ticks()
        retailer = Retailer(seed, start=(now - _HISTORY).date(), now=now)
        port = _free_port()
        public_url = f"http://127.0.0.1:{port}"
        lightspeed = LightspeedSandbox(
            retailer,
            clock=ticks,
            client_id="demo-lightspeed",
            client_secret=_SECRETS["lightspeed"],
            redirect_uri=f"{public_url}/oauth/lightspeed/callback",
            rate_scale=_SCALE,
        )
        quickbooks = QuickBooksSandbox(
            clock=ticks,
            client_id="demo-quickbooks",
            client_secret=_SECRETS["quickbooks"],
            redirect_uri=f"{public_url}/oauth/quickbooks/callback",
            rate_scale=_SCALE,
        )
        app = manifest(public_url, socket_mode=True)  # Slack holds the app to what it asked for
        slack = SlackSandbox(
            signing_secret=_SECRETS["signing"],
            bot_token=_SECRETS["bot"],
            clock=ticks,
            bot_url=f"{public_url}/slack/events",
            rate_limits=rate_limits,
            wall_clock=lambda: ticks().timestamp(),
            subscriptions=app["settings"].get("event_subscriptions", {}).get("bot_events", ()),
        )
        slack.installation.scopes = list(app["oauth_config"]["scopes"]["bot"])
        servers = [
            serve(overhear(slack, "Lightspeed", lightspeed.application)),
            serve(overhear(slack, "QuickBooks", quickbooks.application)),
        ]
        slack.start(page_port)
        stack.callback(slack.close)
        for server in servers:
            stack.callback(server.close)
        settings = _settings(folder, port, slack, servers[0].url, servers[1].url)
        migrate_all(settings)
        wired = wire(settings, "demo", ticks)
        working = Working(wired, embedded=True, on_dead=lambda: None)
        working.start()
        stack.callback(working.stop)
        stop, listening = threading.Event(), threading.Event()
        web = threading.Thread(
            target=serve_forever,
            args=(build_web(wired), "127.0.0.1", port),
            kwargs={"stop": stop, "listening": lambda _: listening.set()},
            name="web",
            daemon=True,
        )
        web.start()
        stack.callback(web.join, 15)
        stack.callback(stop.set)
        if not listening.wait(15):
            raise TimeoutError("the web server did not start")
        owner = Person(slack, OWNER)
        yield Stage(retailer, lightspeed, quickbooks, slack, wired, working, owner, ticks)


def _settings(folder: Path, port: int, slack: SlackSandbox, till: str, books: str) -> Settings:
    return Settings.model_validate(
        {
            "database_url": f"sqlite:///{folder / 'ccc.db'}",
            "port": port,
            "ccc_public_url": f"http://127.0.0.1:{port}",
            "ccc_secret_keys": new_key(),
            "slack_signing_secret": _SECRETS["signing"],
            "slack_bot_token": _SECRETS["bot"],
            "slack_api_url": slack.api_url,
            "lightspeed_client_id": "demo-lightspeed",
            "lightspeed_client_secret": _SECRETS["lightspeed"],
            "lightspeed_api_url": till,
            "lightspeed_auth_url": till,
            "quickbooks_client_id": "demo-quickbooks",
            "quickbooks_client_secret": _SECRETS["quickbooks"],
            "quickbooks_api_url": books,
            "quickbooks_authorize_url": f"{books}/connect/oauth2",
            "quickbooks_token_url": f"{books}/oauth2/v1/tokens/bearer",
            "quickbooks_revoke_url": f"{books}/v2/oauth2/tokens/revoke",
            "ccc_rate_scale": _SCALE,
        }
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
