"""Runs tests in forks of itself: importing libraries takes longer than the tests of one bug.

A process of its own that never imports the product: each fork finds it in the copy it is told.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys

LIBRARIES = (
    *("pytest", "hypothesis", "requests", "orjson", "flask", "werkzeug.serving"),
    *("sqlalchemy.dialects.sqlite", "alembic.command", "dbos", "apscheduler"),
    *("pydantic", "pydantic_settings", "slack_bolt", "slack_sdk", "cryptography"),
)
LONGEST = 120  # seconds for the tests of one bug


def main() -> None:
    """Read one task a line, answer with pytest's exit code."""
    sys.path.remove(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH120, PTH100
    for library in LIBRARIES:
        importlib.import_module(library)
    for line in sys.stdin:
        task = json.loads(line)
        child = os.fork()
        if not child:
            _run(task["copy"], task["arguments"], task["said"])
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _run(copy: str, arguments: list[str], said: str) -> None:
    import pytest

    signal.alarm(LONGEST)
    os.chdir(copy)
    sys.path.insert(0, copy)
    output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    code = 70  # whatever breaks before pytest could judge
    try:
        code = int(pytest.main(arguments))
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
