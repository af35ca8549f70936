"""Finds the dead and gives their work to the living, on every worker, again and again."""

from __future__ import annotations

import logging
from collections.abc import Collection
from threading import Event, Thread
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from sync.ledger.ledger import Ledgers

log = logging.getLogger(__name__)

REAP_EVERY = 5.0
_AFTER_OUTAGE = 15.0  # everybody missed beats: let the living beat before burying anybody


class Hands(Protocol):
    """Who holds which unit."""

    def holders(self) -> set[str]:
        """Nodes with units in hand, alive or not."""

    def take_back(self, executors: Collection[str]) -> int:
        """Queue their units again; how many there were."""


class Reaper:
    """Compares what is in hand with who is alive, so that a missed death is found next time."""

    def __init__(self, engine: Hands, ledgers: Ledgers, *, every: float = REAP_EVERY) -> None:
        self._engine = engine
        self._ledgers = ledgers
        self._every = every
        self._stop = Event()
        self._thread = Thread(target=self._watch, name="reaper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def reap(self) -> int:
        """One pass; how many units were taken back."""
        # Hands first: whoever holds a unit by now has joined before, so a living node
        # can be missing from the second answer only if it is dead.
        holders = self._engine.holders()
        with self._ledgers.write() as ledger:
            buried = ledger.cluster.bury()
            dead = holders - ledger.cluster.alive()
        if buried:
            log.warning("buried %s", ", ".join(buried))
        if not dead:
            return 0
        taken = self._engine.take_back(dead)
        log.warning("took back %d units of %s", taken, ", ".join(sorted(dead)))
        return taken

    def _watch(self) -> None:
        pause = self._every
        while not self._stop.wait(pause):
            try:
                self.reap()
            except SQLAlchemyError:
                log.warning("the reaper did not reach the database")
                pause = max(_AFTER_OUTAGE, self._every)
            else:
                pause = self._every
