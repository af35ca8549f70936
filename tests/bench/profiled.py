"""Where a client's processor time goes: cProfile on every thread, in milliseconds a thousand."""

from __future__ import annotations

import cProfile
import pstats
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


def profiled(work: Callable[[], T], file: str) -> T:
    """The result of `work`; its figures, all threads together, are left in `file`."""
    profiles: list[cProfile.Profile] = []
    run = threading.Thread.run

    def watched(thread: threading.Thread) -> None:
        profile = cProfile.Profile(time.thread_time)
        profiles.append(profile)
        profile.runcall(run, thread)

    threading.Thread.run = watched  # type: ignore[method-assign, assignment]
    own = cProfile.Profile(time.thread_time)
    try:
        result = own.runcall(work)
    finally:
        threading.Thread.run = run  # type: ignore[method-assign]
    stats = pstats.Stats(own)
    for profile in profiles:
        stats.add(profile)
    stats.dump_stats(file)
    return result


def costs(file: Path, sales: int, *, by: str, most: int = 40) -> list[tuple[str, float, int]]:
    """Function, milliseconds and calls per 1,000 sales; `by` is "own" or "total"."""
    stats: dict[Any, Any] = pstats.Stats(str(file)).stats  # type: ignore[attr-defined]
    place = 2 if by == "own" else 3
    rows = [
        (_name(where), row[place] / sales * 1e6, round(row[1] / sales * 1000))
        for where, row in stats.items()
    ]
    return sorted(rows, key=lambda row: -row[1])[:most]


def _name(where: tuple[str, int, str]) -> str:
    file, line, function = where
    short = "/".join(Path(file).parts[-3:])
    return f"{short}:{line} {function}" if line else function
