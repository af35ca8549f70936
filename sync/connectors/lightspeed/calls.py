"""One Lightspeed question and its answer: paced, authorised, and understood or refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from sync.connectors.http import Answer, Http, Pace, TokenSource
from sync.connectors.lightspeed.refusals import reference_of, refusal
from sync.errors import ConnectorError, Rejected, Retryable

KIND: Final = "lightspeed"  # what a call is called in the shared rate buckets
_DOTS: Final = re.compile(r"(?:\.|%2e){2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A good answer: the rows under the entity's name, and what the envelope says of them."""

    rows: Any
    attributes: Mapping[str, Any]
    server_time: datetime


class Refused(Exception):
    """An answer that is not 2xx, kept whole so that the client may try another way."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer.status))
        self.answer = answer


class Calls:
    """GET and nothing else: we never change a shop's data."""

    def __init__(
        self, http: Http, tokens: TokenSource, pace: Pace, now: Callable[[], datetime]
    ) -> None:
        self._http = http
        self._tokens = tokens
        self._pace = pace
        self._now = now

    def get(
        self, url: str, entity: str, *, cost: float, params: Mapping[str, str] | None = None
    ) -> Envelope:
        """The answer, or the error that says what the run does next."""
        try:
            return self.ask(url, entity, cost=cost, params=params)
        except Refused as refused:
            raise self.error(refused, entity) from None

    def ask(
        self, url: str, entity: str, *, cost: float, params: Mapping[str, str] | None = None
    ) -> Envelope:
        """As `get`, with refusals still undecided, except that a 429 is told to everybody."""
        self._http.check(url)
        self._pace.wait(KIND, cost)
        answer = self._http.send_as(
            self._tokens,
            "GET",
            url,
            changes=False,
            params=params,
            headers={"Accept": "application/json"},
        )
        self._learn(answer.headers)
        if answer.ok:
            return self._envelope(answer, entity)
        if answer.status == 429:
            error = refusal(answer, entity, self._now())
            if isinstance(error, Retryable) and error.after is not None:
                self._pace.pushed_back(error.after)
            raise error
        raise Refused(answer)

    def own(self, url: str, *, under: str) -> str:
        """The address itself, once it is known to lie under ours; else no token goes there."""
        self._http.check(url)
        path = urlsplit(url).path
        if not path.startswith(urlsplit(under).path) or _DOTS.search(path):
            raise Rejected("Lightspeed pointed to an address that is not this account's")
        return url

    def error(self, refused: Refused, entity: str) -> ConnectorError:
        """What a refusal means when there is no other way left."""
        return refusal(refused.answer, entity, self._now())

    def _envelope(self, answer: Answer, entity: str) -> Envelope:
        try:
            parsed = orjson.loads(answer.body)
        except ValueError:  # cut short, XML, or somebody's error page
            parsed = None
        attributes = parsed.get("@attributes") if isinstance(parsed, dict) else None
        if not isinstance(attributes, dict):
            raise Retryable("Lightspeed's answer could not be read", reference=reference_of(answer))
        return Envelope(parsed.get(entity), attributes, self._server_time(answer))

    def _server_time(self, answer: Answer) -> datetime:
        """Their clock, not ours: a watermark from a clock that runs ahead would lose sales."""
        try:
            return parsedate_to_datetime(answer.headers.get("date", "")).astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            return self._now()

    def _learn(self, headers: Mapping[str, str]) -> None:
        drip = _number(headers.get("x-ls-api-drip-rate", ""))
        for kind, name in ((KIND, "bucket"), (f"{KIND}_burst", "burst")):
            level, _, size = headers.get(f"x-ls-api-{name}-level", "").partition("/")
            used, limit = _number(level), _number(size)
            if used is not None and limit:
                self._pace.learned(
                    kind, level=used, size=limit, drip=drip if name == "bucket" else None
                )


def _number(text: str) -> float | None:
    """A plain positive number of a header; anything else teaches nothing."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < 1_000_000 else None
