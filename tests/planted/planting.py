"""Copies of the repository in which bugs are planted, and the tests that are run on them."""

from __future__ import annotations

import compileall
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode
from queue import SimpleQueue

from tests.planted.bugs import Bug

ROOT = Path(__file__).parents[2]
_QUIET = ("-W", "ignore:Module already imported")  # the libraries are, and need no rewriting
_PARTS = ("sync", "bot", "tests")
_FAILED = 1  # pytest's word for tests that ran and did not hold; 2 to 5 mean they did not run


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a run of tests ended."""

    code: int
    said: str

    @property
    def is_caught(self) -> bool:
        """A test failed by what it found; one that could not even begin proves nothing."""
        return self.code == _FAILED and "\nFAILED " in self.said and "\nERROR " not in self.said


class Copy:
    """One copy of the code and a process that runs its tests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        ignored = shutil.ignore_patterns("__pycache__", ".*_cache")
        for part in _PARTS:
            shutil.copytree(ROOT / part, folder / part, ignore=ignored)
        shutil.copy(ROOT / "pyproject.toml", folder)
        # By content: two versions of a file within a second would look alike by their time.
        checked = PycInvalidationMode.CHECKED_HASH
        compileall.compile_dir(folder, quiet=2, invalidation_mode=checked)
        self._runner = subprocess.Popen(
            [sys.executable, ROOT / "tests" / "planted" / "zygote.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={name: v for name, v in os.environ.items() if not name.startswith("PYTEST_")},
        )

    def run(self, tests: tuple[str, ...]) -> Verdict:
        said = self._folder / "said.txt"
        arguments = ["-n0", "-x", "-q", "-p", "no:cacheprovider", *_QUIET, *tests]
        task = {"copy": str(self._folder), "arguments": arguments, "said": str(said)}
        assert self._runner.stdin is not None
        assert self._runner.stdout is not None
        self._runner.stdin.write(json.dumps(task) + "\n")
        self._runner.stdin.flush()
        code = int(self._runner.stdout.readline())
        return Verdict(code, said.read_text("utf-8", "replace"))

    def run_with(self, bug: Bug) -> Verdict:
        file = self._folder / bug.file
        healthy = file.read_text("utf-8")
        try:
            file.write_text(healthy.replace(bug.right, bug.wrong), "utf-8")
            return self.run(bug.tests)
        finally:
            file.write_text(healthy, "utf-8")

    def close(self) -> None:
        self._runner.communicate()  # it ends when nothing more can be asked


class Nursery:
    """Several copies side by side, one bug at a time in each."""

    def __init__(self, folder: Path, copies: int = 2) -> None:
        self._copies = [Copy(folder / f"copy-{number}") for number in range(copies)]
        self._free: SimpleQueue[Copy] = SimpleQueue()
        for copy in self._copies:
            self._free.put(copy)
        self._pool = ThreadPoolExecutor(copies)

    def plant(self, bug: Bug) -> Future[Verdict]:
        """Begin to run the tests of a bug with the bug in place."""
        return self._pool.submit(self._on_a_copy, bug, bug.tests)

    def control(self, tests: tuple[str, ...]) -> Future[Verdict]:
        """Begin to run tests on the code as it is."""
        return self._pool.submit(self._on_a_copy, None, tests)

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        for copy in self._copies:
            copy.close()

    def _on_a_copy(self, bug: Bug | None, tests: tuple[str, ...]) -> Verdict:
        copy = self._free.get()
        try:
            return copy.run(tests) if bug is None else copy.run_with(bug)
        finally:
            self._free.put(copy)
