"""`ccc`: the commands of an installation; everything is wired in `processes` and `demo`."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable, Sequence

from bot.settings import Mode, Settings
from sync.errors import Misconfigured

CHATTY = ("slack_bolt", "slack_sdk", "urllib3", "waitress", "dbos", "alembic", "apscheduler")
EXIT_MISCONFIGURED = 78  # as sysexits.h has it: the environment is wrong, not the program


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what is wrong with the settings is told in words, never as a traceback."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
        stream=sys.stderr,
    )
    quiet_libraries()
    try:
        command: Callable[[argparse.Namespace], int] = asked.command
        return command(asked)
    except Misconfigured as error:
        print(f"ccc {asked.name}: {error}", file=sys.stderr)
        return EXIT_MISCONFIGURED


def quiet_libraries() -> None:
    """Some log whole addresses or bodies, which hold company ids, names and amounts."""
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.ERROR)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ccc",
        description="Keeps QuickBooks Online in step with Lightspeed Retail, from Slack.",
    )
    commands = parser.add_subparsers(dest="name", required=True, metavar="COMMAND")

    def add(
        name: str, help: str, run: Callable[[argparse.Namespace], int]
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help, description=help)
        command.set_defaults(command=run)
        return command

    demo = add("demo", "everything in one process against built-in stand-ins", _demo)
    told = demo.add_mutually_exclusive_group()
    told.add_argument("--once", action="store_true", help="play the story, print it, and end")
    told.add_argument(
        "--terminal", action="store_true", help="play the story, then type /ccc at a prompt"
    )
    told.add_argument(
        "--no-browser", action="store_true", help="print the page's address, open nothing"
    )
    demo.add_argument("--page-port", type=int, help="where the page listens; 3000 if it is free")
    add("run", "web and worker in one process, on SQLite by default", _run)
    add("web", "answer Slack and browsers; needs PostgreSQL", _web)
    add("worker", "do the syncing and send the messages; needs PostgreSQL", _worker)
    add("migrate", "bring the database up to date", _migrate)
    add("doctor", "check settings, database and reachability, with a remedy each", _doctor)
    manifest = add("manifest", "print the Slack app manifest", _manifest)
    manifest.add_argument("--socket-mode", action="store_true", help="without any public URL")
    manifest.add_argument(
        "--many", action="store_true", help="for workspaces that install it themselves, by OAuth"
    )
    add("key", "make an encryption key for CCC_SECRET_KEYS", _key)
    return parser


def _settings(mode: Mode) -> Settings:
    settings = Settings.read()
    settings.check(mode)
    return settings


def _run(asked: argparse.Namespace) -> int:
    from bot.processes import run_embedded

    run_embedded(_settings("run"))
    return 0


def _web(asked: argparse.Namespace) -> int:
    from bot.processes import run_web

    run_web(_settings("web"))
    return 0


def _worker(asked: argparse.Namespace) -> int:
    from bot.processes import run_worker

    run_worker(_settings("worker"))
    return 0


def _migrate(asked: argparse.Namespace) -> int:
    from bot.processes import migrate_all

    migrate_all(_settings("migrate"))
    print("The database is up to date.")
    return 0


def _doctor(asked: argparse.Namespace) -> int:
    from bot.checkup import exit_code, report
    from bot.doctor import checks

    found = checks(Settings.read)
    print(report(found))
    return exit_code(found)


def _manifest(asked: argparse.Namespace) -> int:
    from bot.manifest import manifest

    settings = Settings.read()
    found = manifest(
        settings.public_url,
        socket_mode=asked.socket_mode or settings.uses_socket_mode,
        many=asked.many or settings.installs_many,
    )
    print(json.dumps(found, indent=2))
    return 0


def _key(asked: argparse.Namespace) -> int:
    from sync.ledger.vault import new_key

    print(new_key())
    return 0


def _demo(asked: argparse.Namespace) -> int:
    if asked.once or asked.terminal:
        from bot.demo.play import play

        return play(once=asked.once)
    from bot.demo.tour import tour

    return tour(opens_browser=not asked.no_browser, port=asked.page_port)


if __name__ == "__main__":
    sys.exit(main())
