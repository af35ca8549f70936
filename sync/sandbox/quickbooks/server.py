"""The stand-in as a whole: one WSGI application over several companies, and a handle for tests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from sync.sandbox.quickbooks.api import CompanyApi
from sync.sandbox.quickbooks.batch import BatchRunner
from sync.sandbox.quickbooks.books import Books
from sync.sandbox.quickbooks.company import Company
from sync.sandbox.quickbooks.control import control
from sync.sandbox.quickbooks.door import Door
from sync.sandbox.quickbooks.gate import Counters, Gate
from sync.sandbox.quickbooks.mishaps import Mishaps
from sync.sandbox.quickbooks.oauth import App, SignIn
from sync.sandbox.quickbooks.replies import Replies
from sync.sandbox.quickbooks.spec import CompanySpec
from sync.sandbox.quickbooks.start import start_company
from sync.sandbox.quickbooks.tokens import TokenPair, Tokens
from sync.sandbox.quickbooks.wire import Json

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class QuickBooksSandbox:
    """A QuickBooks Online that refuses what the real one refuses and keeps real books.

    `rate_scale` multiplies the documented rates; `seconds_per_item` is how long one operation
    takes, slept through `sleep` outside every lock. `refresh_grace` is how long a superseded
    refresh token still works, `remember` how long request ids do.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        client_id: str,
        client_secret: str,
        redirect_uri: str,
        company: CompanySpec | None = None,
        companies: Sequence[CompanySpec] = (),
        rate_scale: float = 1.0,
        seconds_per_item: float = 0.0,
        auto_consent: bool = False,
        refresh_grace: timedelta = timedelta(seconds=60),
        remember: timedelta = timedelta(hours=1),
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        specs = tuple(companies) or (company or CompanySpec(),)
        self.companies: dict[str, Company] = {}
        self.mishaps = Mishaps()
        self.counters = Counters()
        self.tokens = Tokens(clock, refresh_grace)
        self.replies = Replies(clock, remember)
        self.gate = Gate(self.counters, scale=rate_scale, monotonic=monotonic)
        self.seconds_per_item = seconds_per_item
        self._clock = clock
        self._sleep = sleep
        for spec in specs:
            self.add_company(spec)
        sign_in = SignIn(
            App(client_id, client_secret, redirect_uri),
            self.tokens,
            lambda: {realm: company.spec for realm, company in self.companies.items()},
            auto_consent=auto_consent,
        )
        batches = BatchRunner(self.replies, self.mishaps, self.counters, self._pause)
        api = CompanyApi(self.replies, self.mishaps, self.counters, batches, self._pause)
        self._door = Door(
            companies=self.companies,
            tokens=self.tokens,
            gate=self.gate,
            mishaps=self.mishaps,
            counters=self.counters,
            sign_in=sign_in,
            api=api,
            sleep=sleep,
            clock=clock,
        )
        self.lock = threading.Lock()

    def application(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """The WSGI application."""
        request = Request(environ)
        response: Response
        if request.path.startswith("/_sandbox"):
            response = control(self, request)
        else:
            response = self._door.answer(request)
        return response(environ, start_response)

    def add_company(self, spec: CompanySpec) -> Company:
        """One more company behind the same app."""
        company = start_company(spec, self._clock)
        company.ignores_total_tax = lambda: (
            company.spec.ignore_total_tax or self.mishaps.on("ignore_total_tax")
        )
        self.companies[spec.realm_id] = company
        return company

    def company(self, realm: str | None = None) -> Company:
        """A company by realm, or the first."""
        return self.companies[realm] if realm else next(iter(self.companies.values()))

    def books(self, realm: str | None = None) -> Books:
        """Trial balance and document totals of a company."""
        return self.company(realm).books()

    def documents(self, kind: str, realm: str | None = None) -> list[Json]:
        """All living documents of a kind, as reads would show them, oldest first."""
        company = self.company(realm)
        with company.lock:
            return [company.render(record) for record in company.store.objects[kind].values()]

    def plan(self, name: str, times: int | None = 1, path: str = "", seconds: float = 2.0) -> None:
        """Plan a mishap by name; see `mishaps.NAMES`."""
        self.mishaps.plan(name, times, path, seconds)

    def connect(self, realm: str | None = None) -> TokenPair:
        """Tokens for a company without walking through the pages."""
        chosen = self.company(realm).realm
        code = self.tokens.code(chosen, "direct")
        return self.tokens.exchange(code, "direct")

    def change_company(self, realm: str | None = None, **settings: Any) -> None:
        """What an owner changes in the settings, by the names of CompanySpec."""
        self.company(realm).change(**settings)

    def _pause(self) -> None:
        if self.seconds_per_item:
            self._sleep(self.seconds_per_item)
