"""Signed commands at a steady rate, whatever the answers take: an open loop, like Slack.

A latency counts from the moment at which its request was due, so a server that stalls cannot
hide it by delaying what follows.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import sys
import threading
import time
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from tests.bench.client import child
from tests.bench.office import OWNER, SIGNING_SECRET, TEAM

_WARM_UP = 1.0  # seconds that do not count: the first look-ups at Slack, the first statements


@dataclass(frozen=True, slots=True)
class Load:
    """`lines` are typed in turn."""

    url: str
    lines: list[str]
    channel: str
    per_second: int = 50
    connections: int = 32
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Latencies:
    """Milliseconds; `failures` are answers that were not 200 or none."""

    p50: float
    p99: float
    worst: float
    count: int
    failures: int
    samples: dict[str, str]


def under(load: Load) -> Latencies:
    """Apply `load` from a process of its own."""
    return Latencies(**json.loads(child("tests.bench.load", asdict(load))))


class _Slack:
    def __init__(self, load: Load) -> None:
        self._load = load
        self._host = urlsplit(load.url).netloc
        self._begin = time.perf_counter() + 0.2
        self.waits: list[float] = []
        self.failures = 0
        self.samples: dict[str, str] = {}

    def run(self) -> Latencies:
        lanes = [
            threading.Thread(target=self._lane, args=(lane,))
            for lane in range(self._load.connections)
        ]
        for lane in lanes:
            lane.start()
        for lane in lanes:
            lane.join()
        waits = sorted(self.waits)
        return Latencies(
            p50=waits[len(waits) // 2],
            p99=waits[int(len(waits) * 0.99)],
            worst=waits[-1],
            count=len(waits),
            failures=self.failures,
            samples=self.samples,
        )

    def _lane(self, lane: int) -> None:
        """One connection: every 32nd request."""
        load = self._load
        connection = HTTPConnection(self._host, timeout=10)
        total = int((load.seconds + _WARM_UP) * load.per_second)
        for number in range(lane, total, load.connections):
            due = self._begin + number / load.per_second
            line = load.lines[number % len(load.lines)]
            body, headers = self._command(line, number)
            time.sleep(max(0.0, due - time.perf_counter()))
            try:
                connection.request("POST", "/slack/events", body, headers)
                answer = connection.getresponse()
                text = answer.read().decode()
            except OSError:
                connection.close()
                self.failures += 1
                continue
            if number / load.per_second >= _WARM_UP:
                self.waits.append((time.perf_counter() - due) * 1000)
                self.failures += answer.status != 200
                self.samples[line] = text[:200]

    def _command(self, line: str, number: int) -> tuple[bytes, dict[str, str]]:
        body = urlencode(
            {
                "team_id": TEAM,
                "channel_id": self._load.channel,
                "user_id": OWNER,
                "user_name": "olivia",
                "command": "/ccc",
                "text": line,
                "api_app_id": "A1",
                "response_url": f"http://127.0.0.1:9/response/{number}",
                "trigger_id": f"{number}.1",
            }
        ).encode()
        stamp = str(int(time.time()))
        signed = b"v0:" + stamp.encode() + b":" + body
        signature = hmac.new(SIGNING_SECRET.encode(), signed, hashlib.sha256).hexdigest()
        return body, {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={signature}",
        }


def main() -> None:
    latencies = _Slack(Load(**json.load(sys.stdin))).run()
    sys.stdout.write(json.dumps(asdict(latencies)) + "\n")


if __name__ == "__main__":
    main()
