"""Being a member of the cluster: join, keep beating, notice one's own death, leave."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from sync.ledger.ledger import Ledgers

log = logging.getLogger(__name__)

BEAT_EVERY = 5.0


class Membership:
    """A node whose heart has a thread of its own, so that no slow call can stop it."""

    def __init__(
        self,
        ledgers: Ledgers,
        node: str,
        version: str,
        on_dead: Callable[[], None],
        *,
        alone: bool = False,
        every: float = BEAT_EVERY,
    ) -> None:
        self._ledgers = ledgers
        self._node = node
        self._version = version
        self._on_dead = on_dead
        self._alone = alone
        self._every = every
        self._stop = Event()
        self._thread = Thread(target=self._beat, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Join; where no other process can be alive, what it left behind is free at once."""
        with self._ledgers.write() as ledger:
            if self._alone:
                for other in [*ledger.cluster.bury(), *ledger.cluster.alive()]:
                    ledger.cluster.leave(other)
            ledger.cluster.join(self._node, self._version)
        self._thread.start()

    def stop(self) -> None:
        """Leave, so that others take over at once instead of waiting for our death."""
        self._stop.set()
        self._thread.join()
        with self._ledgers.write() as ledger:
            ledger.cluster.leave(self._node)

    def _beat(self) -> None:
        while not self._stop.wait(self._every):
            try:
                with self._ledgers.write() as ledger:
                    alive = ledger.cluster.beat(self._node)
            except SQLAlchemyError:
                log.warning("the heartbeat did not reach the database")
                continue
            if not alive:
                log.error("this node was declared dead; others have taken over its work")
                self._on_dead()
                return
