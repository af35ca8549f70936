"""From the command to the first `ready`, against importing what it is built on."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from statistics import median

from bot.settings import Settings
from tests.bench.office import bench_settings
from tests.bench.row import Row
from tests.databases import Postgres

BUDGET = 1.3
CORE = (
    "slack_bolt",
    "slack_sdk",
    "requests",
    "sqlalchemy",
    "psycopg",
    "pydantic",
    "pydantic_settings",
    "dbos",
    "cryptography.hazmat.primitives.ciphers.aead",
    "flask",
    "waitress",
    "prometheus_client",
    "orjson",
)
_PATIENCE = 60.0


def rows(times: int) -> list[Row]:
    postgres = Postgres()
    try:
        environment = _environment(postgres.new())
        importing, starting = [], []
        _imported()
        for _ in range(times):  # in turn, so that a busy moment meets both
            importing.append(_imported())
            starting.append(_ready(environment))
    finally:
        postgres.stop()
    base, start = median(importing), median(starting)
    ratio = start / base
    note = f"{start:.2f} s; importing the core libraries {base:.2f} s; median of {times}"
    name = "start to ready, `ccc web`"
    return [Row(name, f"{ratio:.2f} ×", f"≤ {BUDGET} ×", ratio <= BUDGET, note)]


def _imported() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {', '.join(CORE)}"], check=True)
    return time.perf_counter() - started


def _ready(environment: dict[str, str]) -> float:
    port = _free_port()
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", "import sys; from bot.cli import main; sys.exit(main(['web']))"],
        env=environment | {"PORT": str(port)},
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            while time.perf_counter() - started < _PATIENCE and process.poll() is None:
                if _says_ready(port):
                    return time.perf_counter() - started
                time.sleep(0.005)
        finally:
            process.terminate()
    raise RuntimeError("ccc web did not become ready")


def _says_ready(port: int) -> bool:
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False


def _environment(database_url: str) -> dict[str, str]:
    """What `ccc web` needs, and nothing of whoever runs this."""
    nowhere = {"url": "http://127.0.0.1:9"}
    settings: Settings = bench_settings(database_url, nowhere, nowhere)
    ours = {name.upper(): _plain(value) for name, value in settings if name != "port"}
    return {"PATH": os.environ["PATH"], "CCC_HOST": "127.0.0.1"} | {
        name: value for name, value in ours.items() if value
    }


def _plain(value: object) -> str:
    secret = getattr(value, "get_secret_value", None)
    return str(secret() if secret else value)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
