"""Runs the stand-in by itself: `python -m sync.sandbox.lightspeed --port 8101 --seed 7`."""

from __future__ import annotations

import argparse
import sys
import threading
from datetime import UTC, datetime, timedelta

from sync.sandbox.lightspeed.recorded import dataset_from_recorded
from sync.sandbox.lightspeed.server import LightspeedSandbox
from sync.sandbox.lightspeed.tables import Dataset
from sync.sandbox.retailer.retailer import Retailer
from sync.sandbox.serving import serve


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    """Listen on loopback until interrupted; the first line printed is the address."""
    parser = argparse.ArgumentParser(prog="python -m sync.sandbox.lightspeed")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--days", type=int, default=120, help="how long the shop has been open")
    parser.add_argument("--recorded", help="a file of recorded sales to serve instead")
    parser.add_argument("--client-id", default="sandbox-client")
    parser.add_argument("--client-secret", default="sandbox-secret")
    parser.add_argument("--redirect-uri", default="http://localhost:3000/oauth/lightspeed/callback")
    parser.add_argument("--rate-scale", type=float, default=1.0)
    parser.add_argument("--auto-consent", action="store_true")
    options = parser.parse_args()

    stock: Retailer | Dataset
    if options.recorded:
        stock = dataset_from_recorded(options.recorded)
    else:
        start = _now().date() - timedelta(days=options.days)
        stock = Retailer(options.seed, start=start, now=_now())
    sandbox = LightspeedSandbox(
        stock,
        clock=_now,
        client_id=options.client_id,
        client_secret=options.client_secret,
        redirect_uri=options.redirect_uri,
        rate_scale=options.rate_scale,
        auto_consent=options.auto_consent,
    )
    server = serve(sandbox.application, port=options.port)
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        server.close()


if __name__ == "__main__":
    main()
