"""Sends signed requests to the bot, and says what Slack would tell the person about the answer."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

ACK_SECONDS = 3.0
FORM, JSON_TYPE = "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request to the bot, ready to be sent once or twice."""

    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back in time; `notice` is Slack's own word when it did not or was an error."""

    status: int | None
    text: str
    seconds: float
    notice: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object in the answer, or an empty one."""
        try:
            read = json.loads(self.text) if self.text else {}
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """`v0=` and the HMAC over version, timestamp and raw body."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def signed(
    secret: str,
    body: bytes,
    content_type: str,
    wall_clock: Callable[[], float] = time.time,
    **extra: str,
) -> Delivery:
    """A delivery as Slack makes it; the bot compares the timestamp with the real clock."""
    timestamp = str(int(wall_clock()))
    headers = {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature(secret, timestamp, body),
        **extra,
    }
    return Delivery(body, headers)


def deliver(bot_url: str | None, delivery: Delivery, within: float = ACK_SECONDS) -> Reply:
    """Post it and wait as long as Slack waits."""
    if bot_url is None:
        raise RuntimeError("no bot to talk to: set bot_url")
    url = bot_url.rstrip("/")
    url = url if url.endswith("/slack/events") else f"{url}/slack/events"
    started = time.monotonic()
    try:
        answer = requests.post(url, data=delivery.body, headers=delivery.headers, timeout=within)
    except requests.Timeout:
        return Reply(None, "", time.monotonic() - started, "operation_timeout")
    except requests.ConnectionError:
        return Reply(None, "", time.monotonic() - started, "dispatch_failed")
    taken = time.monotonic() - started
    notice = None
    if taken > within:
        notice = "operation_timeout"
    elif answer.status_code != 200:
        notice = "dispatch_failed"
    return Reply(answer.status_code, answer.text, taken, notice, answer.headers)
