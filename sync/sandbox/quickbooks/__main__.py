"""Runs the stand-in alone, for a look with a browser or curl."""

from __future__ import annotations

import argparse
import sys
import threading
from datetime import UTC, datetime

from sync.sandbox.quickbooks.server import QuickBooksSandbox
from sync.sandbox.quickbooks.spec import CompanySpec
from sync.sandbox.serving import serve


def main() -> None:
    """Listen until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m sync.sandbox.quickbooks")
    parser.add_argument("--port", type=int, default=8102)
    parser.add_argument("--tax", choices=("ast", "manual", "none", "global"), default="ast")
    parser.add_argument("--client-id", default="sandbox-client")
    parser.add_argument("--client-secret", default="sandbox-secret")
    parser.add_argument("--redirect-uri", default="http://localhost:3000/oauth/quickbooks/callback")
    parser.add_argument("--rate-scale", type=float, default=1.0)
    parser.add_argument("--seconds-per-item", type=float, default=0.0)
    parser.add_argument("--auto-consent", action="store_true")
    options = parser.parse_args()
    country = "GB" if options.tax == "global" else "US"
    sandbox = QuickBooksSandbox(
        clock=lambda: datetime.now(UTC),
        client_id=options.client_id,
        client_secret=options.client_secret,
        redirect_uri=options.redirect_uri,
        company=CompanySpec(tax=options.tax, country=country),
        rate_scale=options.rate_scale,
        seconds_per_item=options.seconds_per_item,
        auto_consent=options.auto_consent,
    )
    server = serve(sandbox.application, port=options.port)
    realm = sandbox.company().realm
    sys.stdout.write(f"QuickBooks sandbox at {server.url}, company {realm}\n")
    sys.stdout.flush()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        server.close()


if __name__ == "__main__":
    main()
