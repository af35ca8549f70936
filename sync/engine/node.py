"""One working process: the parts of the engine, started and stopped in the order that is safe."""

from __future__ import annotations

from collections.abc import Callable

from sync.engine.alone import Alone
from sync.engine.durable import DurableEngine
from sync.engine.members import Membership
from sync.engine.reaper import Reaper
from sync.ledger.ledger import Ledgers


class Node:
    """Owns the file when embedded; joins before it takes work; leaves after the last unit."""

    def __init__(
        self,
        engine: DurableEngine,
        ledgers: Ledgers,
        *,
        node: str,
        version: str,
        embedded: bool,
        on_dead: Callable[[], None],
    ) -> None:
        embedded = embedded and ledgers.database.is_sqlite
        self._engine = engine
        self._membership = Membership(ledgers, node, version, on_dead, alone=embedded)
        self._alone = Alone(ledgers.database) if embedded else None
        # Embedded there is nobody else to bury, and DBOS recovers its own work at start.
        self._reaper = None if embedded else Reaper(engine, ledgers)

    def start(self) -> None:
        if self._alone:
            self._alone.take()
        self._membership.start()
        self._engine.start()
        if self._reaper:
            self._reaper.start()

    def stop(self, grace: int = 20) -> None:
        """Finish what is in hand, within `grace` seconds; others resume the rest at once."""
        if self._reaper:
            self._reaper.stop()
        self._engine.stop(grace)
        self._membership.stop()
        if self._alone:
            self._alone.release()
