"""What a process asks of its allocator and collector, so that it stays small and swift."""

from __future__ import annotations

import ctypes
import gc
import sys

# Of glibc: how many pools of memory threads may open. Each keeps what it once had, and a page of
# sales passes through several threads.
_M_ARENA_MAX = -8
_ARENAS = 2


def share_pools() -> None:
    """Before any thread starts; elsewhere than on glibc there is nothing to ask."""
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, _ARENAS)


def settled() -> None:
    """What is loaded now stays: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
