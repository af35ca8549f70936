"""`python -m bot.sandbox`: the Slack stand-in on its own, for a bot started elsewhere."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.sandbox.person import Person
from bot.sandbox.seed import OWNER
from bot.sandbox.server import SlackSandbox
from bot.sandbox.terminal import run_terminal


def main(arguments: Sequence[str] | None = None) -> int:
    """Listen, say where, and offer the prompt when there is somebody to type."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--bot-url", default="http://127.0.0.1:3000")
    parser.add_argument("--signing-secret", required=True)
    parser.add_argument("--bot-token", default="xoxb-sandbox")
    parser.add_argument("--no-rate-limits", action="store_true")
    options = parser.parse_args(arguments)
    sandbox = SlackSandbox(
        signing_secret=options.signing_secret,
        bot_token=options.bot_token,
        clock=lambda: datetime.now(UTC),
        bot_url=options.bot_url,
        rate_limits=not options.no_rate_limits,
    )
    sandbox.start(options.port)
    print(f"SLACK_API_URL={sandbox.api_url}", flush=True)
    try:
        if sys.stdin.isatty():
            run_terminal(sandbox, Person(sandbox, OWNER), input, print)
        else:
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        pass
    finally:
        sandbox.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
