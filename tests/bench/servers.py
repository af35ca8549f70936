"""The stand-ins as processes of their own, so that a client's processor time is its own.

`python -m tests.bench.servers lightspeed …` prints one line of JSON and serves until it is ended.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import requests

from sync.sandbox.lightspeed.server import LightspeedSandbox
from sync.sandbox.quickbooks.server import QuickBooksSandbox
from sync.sandbox.quickbooks.spec import CompanySpec
from sync.sandbox.serving import serve
from tests.bench.shop import EVERYTHING, RECEIPTS, a_shop

PUBLIC_URL = "http://localhost:3000"
CLIENT, SECRET = "bench-client", "bench-secret"
FREE = 1000.0  # a rate scale that nobody reaches
SECOND_COMPANY = "9341450000000002"
_START_SECONDS = 180.0

Served = dict[str, str]


@contextmanager
def lightspeed(last: date, *, refunds: bool, scale: float = FREE) -> Iterator[Served]:
    """`url`, `account` and a `token` of its own for callers that do not sign in."""
    arguments = ["--last", last.isoformat(), "--scale", str(scale)]
    with _started("lightspeed", *arguments, *(["--refunds"] if refunds else [])) as served:
        yield served


@contextmanager
def quickbooks(*, scale: float = FREE, per_item: float = 0.0) -> Iterator[Served]:
    """`url`; `company` and `token` are those of a second company."""
    with _started("quickbooks", "--scale", str(scale), "--per-item", str(per_item)) as served:
        yield served


def counters(served: Served) -> dict[str, Any]:
    """What QuickBooks counted so far."""
    counted: dict[str, Any] = requests.get(f"{served['url']}/_sandbox/counters", timeout=10).json()
    return counted


@contextmanager
def _started(*arguments: str) -> Iterator[Served]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.servers", *arguments],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            served: Served = json.loads(process.stdout.readline())
            yield served
        finally:
            process.terminate()


def _lightspeed(options: argparse.Namespace) -> Served:
    shop = a_shop(date.fromisoformat(options.last), EVERYTHING if options.refunds else RECEIPTS)
    sandbox = LightspeedSandbox(
        shop,
        clock=_now,
        client_id=CLIENT,
        client_secret=SECRET,
        redirect_uri=f"{PUBLIC_URL}/oauth/lightspeed/callback",
        rate_scale=options.scale,
        auto_consent=True,
    )
    return {
        "url": serve(sandbox.application).url,
        "account": str(sandbox.dataset.account_id),
        "token": sandbox.issue_tokens().access,
    }


def _quickbooks(options: argparse.Namespace) -> Served:
    sandbox = QuickBooksSandbox(
        clock=_now,
        client_id=CLIENT,
        client_secret=SECRET,
        redirect_uri=f"{PUBLIC_URL}/oauth/quickbooks/callback",
        companies=(CompanySpec(), CompanySpec(realm_id=SECOND_COMPANY)),
        rate_scale=options.scale,
        seconds_per_item=options.per_item,
        auto_consent=True,
    )
    return {
        "url": serve(sandbox.application).url,
        "company": SECOND_COMPANY,
        "token": sandbox.connect(SECOND_COMPANY).access,
    }


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.servers")
    parser.add_argument("service", choices=("lightspeed", "quickbooks"))
    parser.add_argument("--last", help="the last day of trade")
    parser.add_argument("--refunds", action="store_true")
    parser.add_argument("--scale", type=float, default=FREE)
    parser.add_argument("--per-item", type=float, default=0.0)
    options = parser.parse_args()
    start: Callable[[argparse.Namespace], Served] = (
        _lightspeed if options.service == "lightspeed" else _quickbooks
    )
    sys.stdout.write(json.dumps(start(options)) + "\n")
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    main()
