"""A process that backfills and does nothing else, and tells what that took of the machine.

`python -m tests.bench.client` reads its job as JSON and prints one line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from bot.footprint import settled, share_pools
from sync.domain.verdicts import EntryState
from tests.bench.office import Hand, bench_settings
from tests.bench.servers import FREE, Served
from tests.bench.shop import OPENED


@dataclass(frozen=True, slots=True)
class Job:
    """What to backfill, from where to where; `profile` names a file for cProfile's figures."""

    database_url: str
    lightspeed: Served
    quickbooks: Served
    last: str
    scale: float = FREE
    profile: str = ""
    slack: str = ""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds and MiB of one backfill, list reading included, imports and sign-in not."""

    read: int
    posted: int
    cpu: float
    wall: float
    peak_mib: float

    @property
    def cpu_per_thousand(self) -> float:
        return self.cpu / self.read * 1000


def backfill(job: Job) -> Took:
    """Run `job` in a process of its own."""
    return Took(**json.loads(child("tests.bench.client", asdict(job))))


def child(module: str, job: object) -> str:
    """The last line that `python -m module` prints when it is given a job on its input."""
    done = subprocess.run(
        [sys.executable, "-m", module],
        input=json.dumps(job),  # not an argument: it holds tokens
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()[-1]


def peak_mib() -> float:
    """The most memory this process ever had.

    On Linux from its own memory map: what getrusage tells begins with the parent's size.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (peak,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) / 1024
    return getrusage(RUSAGE_SELF).ru_maxrss / 1024


def work(job: Job) -> Took:
    """Connect, then measure."""
    settings = bench_settings(job.database_url, job.lightspeed, job.quickbooks, scale=job.scale)
    hand = Hand(settings)
    hand.connect()
    settled()
    cpu, wall = time.process_time(), time.perf_counter()
    run = hand.backfill(OPENED, date.fromisoformat(job.last))
    return Took(
        read=run.read,
        posted=run.count(EntryState.POSTED, EntryState.WARNED),
        cpu=time.process_time() - cpu,
        wall=time.perf_counter() - wall,
        peak_mib=peak_mib(),
    )


def main() -> None:
    share_pools()
    job = Job(**json.load(sys.stdin))
    if job.profile:
        from tests.bench.profiled import profiled

        took = profiled(lambda: work(job), job.profile)
    else:
        took = work(job)
    sys.stdout.write(json.dumps(asdict(took)) + "\n")


if __name__ == "__main__":
    main()
