"""DBOS as a durable queue with recovery: the only module that knows it.

A unit of work is one workflow without steps. A worker that dies leaves it pending; it is then
started again from the beginning and finds its place in the ledger.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from threading import Event

from dbos import (
    DBOS,
    DBOSClient,
    DBOSConfig,
    DBOSPortableJSONSerializer,
    EnqueueOptions,
    WorkflowStatus,
)
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from sync.engine.port import Work
from sync.errors import Misconfigured
from sync.ledger.database import Database
from sync.ledger.ledger import Ledger

log = logging.getLogger(__name__)

_APP = "ccc"
# Never change it: a worker resumes only units of its own version, so others would lie for ever.
_VERSION = "flow-1"
_EMBEDDED = "embedded"
_WORK = "ccc.work"

_INTERACTIVE = "interactive"  # ticks, commands, jobs
_BACKFILL = "backfill"
_QUEUES = (_INTERACTIVE, _BACKFILL)
_INTERACTIVE_SLOTS = 12
_BACKFILL_SLOTS = 4
_TENANT_SLOTS = 4  # of one workspace at a time, so that a small one never waits behind a large one

_OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_CRASHES = 10  # a unit that raises so often is dropped; its run counts its own attempts
_FIRST_PAUSE = 2.0
_LONGEST_PAUSE = 60.0
_PURGE_SIZE = 200


def migrate_engine(database: Database) -> None:
    """Create or upgrade DBOS' own tables."""
    _quiet()
    DBOS.migrate(database.url)


class DurableEngine:
    """The queue of one process. As it is, it only enqueues; `start` makes it work as well."""

    def __init__(
        self,
        database: Database,
        execute: Callable[[Work], None] | None = None,
        *,
        node: str = "",
        embedded: bool = False,
    ) -> None:
        self.stopping = Event()  # a body that sees it set ends after the batch in flight
        self._database = database
        self._execute = execute
        # DBOS recovers by itself what its own id left behind at start. With one process that is
        # what we want; with several, as there may always be on PostgreSQL, an id must never
        # come back: the reaper does it.
        self._executor = _EMBEDDED if embedded and database.is_sqlite else node
        _quiet()
        self._client = DBOSClient(
            system_database_url=database.url,
            serializer=DBOSPortableJSONSerializer(),
            application_name=_APP,
            lazy=True,
            retry_connection_errors=False,
        )

    @classmethod
    def client_only(cls, database: Database) -> DurableEngine:
        """For processes that never work: `web`."""
        return cls(database)

    # -- asking

    def enqueue(self, ledger: Ledger, work: Work, *, delay: float = 0.0) -> None:
        """Queue a unit in the ledger's own transaction; the same unit twice is one unit."""
        self._enqueue(ledger.connection, work, delay=delay, crashes=0)

    def cancel(self, workspace: str, run: str) -> None:
        """Wake what waits of a run, so that its cancel flag is seen at once.

        Nothing is dropped: only the run's own next unit can end it. Not for inside a unit of work.
        """
        waiting = self._client.list_workflows(
            workflow_id_prefix=f"run:{run}:", status="DELAYED", load_input=False, load_output=False
        )
        for unit in waiting:
            if unit.queue_partition_key == workspace:
                self._client.set_workflow_delay(unit.workflow_id, delay_seconds=0.0)

    def has_unit(self, run: str) -> bool:
        """Whether anything of a run waits or is in hand."""
        return bool(
            self._client.list_workflows(
                workflow_id_prefix=f"run:{run}:",
                status=["ENQUEUED", "DELAYED", "PENDING"],
                limit=1,
                load_input=False,
                load_output=False,
            )
        )

    def purge(self, before: datetime) -> None:
        """Forget units that ended before then, with everything DBOS kept about them."""
        while units := self._client.list_workflows(
            status=_OVER,
            completed_before=before.isoformat(),
            limit=_PURGE_SIZE,
            load_input=False,
            load_output=False,
        ):
            self._client.delete_workflows([unit.workflow_id for unit in units])

    def holders(self) -> set[str]:
        """Who has units in hand: ids of nodes, alive or not."""
        return {unit.executor_id for unit in self._pending() if unit.executor_id}

    def take_back(self, executors: Collection[str]) -> int:
        """Queue again what these had in hand, each unit on its own queue and partition."""
        by_queue: defaultdict[str, list[str]] = defaultdict(list)
        for unit in self._pending(executors):
            by_queue[unit.queue_name or _INTERACTIVE].append(unit.workflow_id)
        for queue, ids in by_queue.items():
            self._client.resume_workflows(ids, queue_name=queue)
        return sum(map(len, by_queue.values()))

    # -- working

    def start(self) -> None:
        """Begin to take units off the queues; the process must be known as a node by now."""
        global _running
        if self._execute is None or not self._executor:
            raise RuntimeError("An engine that works needs something to execute and a node.")
        if _running is not None:
            raise RuntimeError("DBOS allows one working engine in a process.")
        config: DBOSConfig = {
            "name": _APP,
            "system_database_url": self._database.url,
            "application_version": _VERSION,
            "executor_id": self._executor,
            "serializer": DBOSPortableJSONSerializer(),
            "run_migrations": False,
            "max_executor_threads": _INTERACTIVE_SLOTS + _BACKFILL_SLOTS,
            "sys_db_pool_size": 10,
            "scheduler_polling_interval_sec": 3600.0,  # its scheduler is not used
            "log_level": "WARNING",
        }
        if self._database.is_sqlite:
            # The journal mode stays in the file, so DBOS' own connections find it set.
            with self._database.read():
                pass
        self._register()
        _running = self
        try:
            DBOS(config=config)
            DBOS.launch()
        except Exception:
            _running = None
            DBOS.destroy()
            raise

    def stop(self, grace: int = 20) -> None:
        """Take nothing more, give what is in hand so many seconds, and leave the rest queued."""
        global _running
        self.stopping.set()
        if _running is self:
            DBOS.destroy(workflow_completion_timeout_sec=grace)
            _running = None
        self._client.destroy()

    def perform(self, work: Work, crashes: int) -> None:
        """One unit at the edge of the process: whatever it raises ends here, counted."""
        assert self._execute is not None
        try:
            self._execute(work)
        except Exception:
            log.exception("%s %s failed at chunk %s", work.kind, work.id, work.chunk)
            if crashes < _CRASHES:
                self._try_again(work, crashes + 1)

    # -- inside

    def _enqueue(self, connection: Connection, work: Work, *, delay: float, crashes: int) -> None:
        options: EnqueueOptions = {
            "workflow_name": _WORK,
            "workflow_id": f"{work.kind}:{work.id}:{work.chunk}:{work.turn}",
            "queue_name": _BACKFILL if work.backfill else _INTERACTIVE,
            "queue_partition_key": work.workspace,
        }
        if delay > 0:
            options["delay_seconds"] = delay
        self._client.enqueue_in_transaction(
            connection,
            options,
            work.kind,
            work.workspace,
            work.connection,
            work.id,
            work.chunk,
            work.backfill,
            work.turn,
            crashes,
        )

    def _try_again(self, work: Work, crashes: int) -> None:
        """Queue it once more, even if the database itself is what is away just now."""
        again = replace(work, turn=work.turn + 1)
        pause = min(_FIRST_PAUSE * 2 ** (crashes - 1), _LONGEST_PAUSE)
        while True:
            try:
                with self._database.write() as connection:
                    self._enqueue(connection, again, delay=pause, crashes=crashes)
            except SQLAlchemyError:
                log.warning("%s %s waits for the database", work.kind, work.id)
                if self.stopping.wait(pause):
                    return
            else:
                return

    def _pending(self, executors: Collection[str] | None = None) -> list[WorkflowStatus]:
        return self._client.list_workflows(
            name=_WORK,
            status="PENDING",
            executor_id=None if executors is None else list(executors),
            load_input=False,
            load_output=False,
        )

    def _register(self) -> None:
        """Queues are rows in DBOS' tables, the same for every node."""
        try:
            self._client.register_queue(
                _INTERACTIVE,
                worker_concurrency=_INTERACTIVE_SLOTS,
                partition_concurrency=_TENANT_SLOTS,
                polling_interval_sec=0.25,
            )
            self._client.register_queue(
                _BACKFILL,
                worker_concurrency=_BACKFILL_SLOTS,
                partition_concurrency=_TENANT_SLOTS,
                polling_interval_sec=2.0,
            )
        except SQLAlchemyError as error:
            raise Misconfigured(
                "The database is not ready for this version: run `ccc migrate`."
            ) from error


_running: DurableEngine | None = None


@DBOS.workflow(name=_WORK, max_recovery_attempts=None)
def _perform(
    kind: str,
    workspace: str,
    connection: str,
    id: str,
    chunk: int,
    backfill: bool,
    turn: int,
    crashes: int,
) -> None:
    if _running is None:
        raise RuntimeError("A unit was started while the engine stops.")
    work = Work(kind, workspace, connection, id, chunk, backfill, turn)
    _running.perform(work, crashes)


def _quiet() -> None:
    """DBOS speaks through our logging, and only when something is wrong."""
    logger = logging.getLogger("dbos")
    logger.setLevel(logging.WARNING)
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())  # else it adds a handler of its own
        logger.propagate = True
