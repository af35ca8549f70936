"""A web process for the load to come: what `ccc web` serves, over SQLite too.

`python -m tests.bench.web` reads its job, prints its address and serves until it is ended.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from bot.footprint import settled, share_pools
from bot.processes import build_web, wire
from bot.serving import serve_forever
from tests.bench.client import Job
from tests.bench.office import bench_settings


@contextmanager
def web(job: Job) -> Iterator[str]:
    """The address of a running web process."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.web"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(json.dumps(asdict(job)) + "\n")
            process.stdin.flush()
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def main() -> None:
    share_pools()
    job = Job(**json.loads(sys.stdin.readline()))
    settings = bench_settings(
        job.database_url, job.lightspeed, job.quickbooks, slack_api_url=job.slack
    )
    application = build_web(wire(settings, "web"))
    settled()

    def told(port: int) -> None:
        sys.stdout.write(f"http://127.0.0.1:{port}\n")
        sys.stdout.flush()

    serve_forever(application, "127.0.0.1", 0, listening=told)


if __name__ == "__main__":
    main()
