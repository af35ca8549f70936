"""A product process that is really started, really killed and really asked to leave."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Process:
    """`ccc COMMAND` as a host would start it; what it says is kept, even when no file can grow."""

    def __init__(self, command: str, folder: Path, environment: dict[str, str]) -> None:
        self.command = command
        self._said: list[bytes] = []
        self._running = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", command],
            cwd=folder,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def id(self) -> int:
        return self._running.pid

    @property
    def is_alive(self) -> bool:
        return self._running.poll() is None

    @property
    def said(self) -> str:
        return b"".join(self._said).decode("utf-8", "replace")

    def kill(self) -> None:
        """As a lost machine would end it: nothing of it runs any more afterwards."""
        self._running.send_signal(signal.SIGKILL)
        self._running.wait(10)

    def ask_to_leave(self) -> None:
        self._running.send_signal(signal.SIGTERM)

    def exit_code(self, seconds: float = 30.0) -> int:
        """Wait for its end."""
        code = self._running.wait(seconds)
        self._listener.join(5)
        return code

    def limit_files(self, size: int) -> None:
        """From now on this process can write no file past `size` bytes; -1 lifts it."""
        _, hard = resource.prlimit(self.id, resource.RLIMIT_FSIZE)
        resource.prlimit(self.id, resource.RLIMIT_FSIZE, (size, hard))

    def close(self) -> None:
        if self.is_alive:
            self.kill()
        self._listener.join(5)

    def _listen(self) -> None:
        pipe = self._running.stdout
        assert pipe is not None
        with pipe:
            self._said.extend(pipe)
