"""Imports point one way; this reads them all and says where one does not."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SYNC_ROOMS = ("services", "connectors", "ledger", "mapping", "rules", "domain", "engine", "sandbox")

# Who may import whom, room by room; a room may always import itself and sync.errors.
MAY_IMPORT = {
    "sync.domain": set(),
    "sync.errors": set(),
    "sync.mapping": {"sync.domain"},
    "sync.rules": {"sync.domain"},
    "sync.connectors": {"sync.domain"},
    "sync.ledger": {"sync.domain"},
    "sync.engine": {"sync.domain", "sync.ledger"},
    "sync.scheduler": {"sync.domain"},
    "sync.services": {
        *("sync.domain", "sync.mapping", "sync.rules", "sync.connectors", "sync.ledger"),
        *("sync.engine.port", "sync.scheduler"),
    },
    "sync.sandbox": set(),
    "bot.sandbox": {"sync.sandbox.serving"},
}
# The places where everything is wired, and so may know everything.
WIRING = ("bot/cli.py", "bot/demo", "bot/processes.py")


def modules() -> Iterator[tuple[str, Path]]:
    for top in ("sync", "bot"):
        for path in sorted((ROOT / top).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield name.removesuffix(".__init__"), path


def imports(path: Path) -> set[str]:
    """Every module a file imports, also inside functions; `from a import b` counts as a and a.b."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: say the whole path"
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(name: str) -> str:
    return next((r for r in MAY_IMPORT if name == r or name.startswith(f"{r}.")), name)


def is_inside(name: str, places: set[str]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


@pytest.mark.parametrize("start", sorted(MAY_IMPORT))
def test_a_room_imports_only_what_lies_below_it(start: str) -> None:
    """Neighbours do not know each other, and nothing below knows what is above."""
    wrong = [
        f"{name} imports {target}"
        for name, path in modules()
        if is_inside(name, {start})
        for target in imports(path)
        if target.split(".")[0] in ("sync", "bot")
        and target not in ("sync", "bot")
        and not is_inside(target, {start, "sync.errors", *MAY_IMPORT[start]})
        and not (start == "sync.services" and target == "sync.engine")
    ]

    assert wrong == []


def test_sync_has_never_heard_of_slack() -> None:
    wrong = [
        f"{name} imports {target}"
        for name, path in modules()
        if name.startswith("sync")
        for target in imports(path)
        if target.split(".")[0] in ("bot", "slack_bolt", "slack_sdk", "flask")
        and not name.startswith("sync.sandbox")
    ]

    assert wrong == []


def test_bot_opens_one_door() -> None:
    """Only services and their models, the words of the domain, and errors; wiring knows more."""
    allowed = {"sync.services", "sync.errors", "sync.domain"}
    wrong = [
        f"{name} imports {target}"
        for name, path in modules()
        if name.startswith("bot")
        and not str(path.relative_to(ROOT)).startswith((*WIRING, "bot/sandbox"))
        and name not in ("bot.outside", "bot.doctor")
        for target in imports(path)
        if target.startswith("sync.") and not is_inside(target, allowed)
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("library", "home"),
    [
        ("dbos", ("sync.engine",)),
        ("apscheduler", ("sync.scheduler",)),
        ("sqlalchemy", ("sync.ledger", "sync.engine", "sync.services")),
        ("alembic", ("sync.ledger",)),
        ("slack_bolt", ("bot.app", "bot.edge", "bot.cli", "bot.processes", "bot.sockets")),
        ("requests", ("sync.connectors", "bot.doctor", "bot.demo", "bot.sandbox")),
        ("flask", ("bot.pages", "bot.sandbox", "sync.sandbox")),
    ],
)
def test_a_library_has_one_home(library: str, home: tuple[str, ...]) -> None:
    wrong = [
        name
        for name, path in modules()
        if any(target.split(".")[0] == library for target in imports(path))
        and not is_inside(name, set(home))
    ]

    assert wrong == []


def test_statements_are_written_in_the_ledger_only() -> None:
    """Services may name a row; what is asked of the database is the ledger's business."""
    wrong = [
        f"{name} imports {target}"
        for name, path in modules()
        if name.startswith("sync.services")
        for target in imports(path)
        if target.startswith("sqlalchemy") and target not in _ROW_TYPES
    ]

    assert wrong == []


_ROW_TYPES = ("sqlalchemy.engine", "sqlalchemy.engine.RowMapping")


def test_pure_rooms_do_no_input_or_output() -> None:
    """Domain, mapping, rules and views are functions from facts to facts."""
    forbidden = {"requests", "socket", "os", "pathlib", "time", "random", "sqlalchemy", "urllib"}
    wrong = [
        f"{name} imports {target}"
        for name, path in modules()
        if name.startswith(("sync.domain", "sync.mapping", "sync.rules", "bot.views"))
        for target in imports(path)
        if target.split(".")[0] in forbidden and target != "urllib.parse"
    ]

    assert wrong == []


def test_ci_runs_the_test_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^(python3 -m venv .*)$", readme, re.MULTILINE)

    assert any(command.endswith("pytest") for command in commands)
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert all(command in ci for command in commands if command.endswith("pytest"))
