"""Makes sure that one process at most works on a SQLite file."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from sqlalchemy import make_url

from sync.errors import Misconfigured
from sync.ledger.database import Database


class Alone:
    """A lock beside the database file; the system lets go of it when the process ends."""

    def __init__(self, database: Database) -> None:
        self._file = Path(f"{make_url(database.url).database}.lock")
        self._held: int | None = None

    def take(self) -> None:
        """Raise Misconfigured while another process works on the same file."""
        held = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(held)
            raise Misconfigured(
                f"Another `ccc run` already works on {self._file.with_suffix('').name}. Stop it "
                "first, or use PostgreSQL (DATABASE_URL) to run several."
            ) from error
        self._held = held

    def release(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None
