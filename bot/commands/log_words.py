"""Reads the filters of `/ccc log` as people say them, and writes them back as one line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from bot.commands import parse
from bot.commands.resync import run_number
from bot.views.wording import days
from sync.domain.verdicts import EntryState
from sync.errors import Invalid
from sync.services.models import LogQuery

_PROBLEMS = (EntryState.HELD, EntryState.FAILED)
_STATES: dict[str, tuple[EntryState, ...]] = {
    **{state.value: (state,) for state in EntryState},
    "problems": _PROBLEMS,
    "problem": _PROBLEMS,
    "errors": _PROBLEMS,
    "duplicates": (EntryState.DUPLICATE,),
    "warnings": (EntryState.WARNED,),
}
DOCUMENTS: Mapping[str, str] = {  # what people say, and what QuickBooks calls it
    "receipt": "SalesReceipt",
    "refund": "RefundReceipt",
    "invoice": "Invoice",
    "payment": "Payment",
    "credit-memo": "CreditMemo",
    "estimate": "Estimate",
    "journal": "JournalEntry",
    "bill": "Bill",
}
_OVER, _UNDER = ("over", "above", ">", ">="), ("under", "below", "<", "<=")
_NOISE = frozenset(("and", "or", "from", "to", "sales", "sale", "all", ","))
_AMOUNT = re.compile(r"(?:[A-Za-z]{3} ?|[$£€¥])?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)", re.A)
_QUOTES = str.maketrans(dict.fromkeys('"“”„‟«»＂', "'"))  # all that a line reads as one
LONGEST_TEXT = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, how it is said back, and the one sale it is about, if it is."""

    query: LogQuery
    said: str
    number: str = ""


def read(words: tuple[str, ...], today: date) -> Asked:
    """`failed today`, `held shop "Newtown" over 100`, `run 42`, `12345`."""
    if len(words) == 1 and (number := words[0].removeprefix("#")).isascii() and number.isdigit():
        return Asked(LogQuery(source_number=number), f"sale {number}", number)
    reading = _Reading(list(words), today)
    while reading.rest:
        reading.take()
    query = reading.query()
    return Asked(query, said(query))


def said(query: LogQuery) -> str:
    """The query in words: `held, 1 to 7 Oct 2026, shop Newtown`."""
    parts = [", ".join(state.value for state in query.states)] if query.states else []
    if query.run_number is not None:
        parts.append(f"run {query.run_number}")
    if query.first and query.last:
        parts.append(days(query.first, query.last))
    elif query.first or query.last:
        parts.append(f"since {query.first}" if query.first else f"until {query.last}")
    if query.shop:
        parts.append(f"shop {query.shop}")
    if query.cause:
        parts.append(f"cause {query.cause}")
    if query.documents:
        parts.append(", ".join(_said_document(each) + "s" for each in query.documents))
    parts += _amount_words(query, said=True)
    if query.text:
        parts.append(f"“{query.text}”")
    return ", ".join(parts) or "everything"


def line_of(query: LogQuery) -> str:
    """The command that asks for exactly this."""
    parts = [state.value for state in query.states]
    if query.run_number is not None:
        parts.append(f"run {query.run_number}")
    if query.first:
        parts.append(f"since {query.first.isoformat()}")
    if query.last:
        parts.append(f"until {query.last.isoformat()}")
    if query.shop:
        parts.append(f"shop {quoted(query.shop)}")
    if query.cause:
        parts.append(f"cause {quoted(query.cause)}")
    parts += [f"kind {_said_document(each)}" for each in query.documents]
    parts += _amount_words(query)
    if query.text:
        parts.append(f"text {quoted(query.text)}")
    return " ".join(["log", *parts])


def quoted(text: str) -> str:
    """One word of a line; a name may hold any quotation mark but ours."""
    return f'"{text.translate(_QUOTES)}"'


def amount(word: str, field: str = "") -> Decimal:
    """`1,250.00`, `$50`, `USD 50`; a sign does not matter, refunds are found either way."""
    match = _AMOUNT.fullmatch(word.strip().removeprefix("-"))
    try:
        found = Decimal(match[1].replace(",", "")) if match else None
    except InvalidOperation:
        found = None
    if found is None or found > Decimal("1e12"):
        raise Invalid(f"“{word[:40]}” is not an amount. Write it as 49.90.", field=field)
    return found


@dataclass
class _Reading:
    """The words that are left, and what the others said."""

    rest: list[str]
    today: date
    states: list[EntryState] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    run: int | None = None
    period: tuple[date, date] | None = None
    first: date | None = None
    last: date | None = None
    shop: str = ""
    cause: str = ""
    least: Decimal | None = None
    most: Decimal | None = None

    def take(self) -> None:
        """One filter, with the words that belong to it."""
        word = self.rest.pop(0)
        low = word.casefold().rstrip(",")
        if low in _STATES:
            self.states += [state for state in _STATES[low] if state not in self.states]
        elif low == "run":
            self.run = run_number(self.rest.pop(0) if self.rest else "")
        elif parse.is_day(low):
            self.days.append(parse.day(low))
        elif (named := _period(low, self.rest, self.today)) is not None:
            self.period = named
        elif low in ("since", "until"):
            self._bound(low)
        elif low == "shop":
            self.shop = self._next("shop")[:255]
        elif low == "cause":
            self.cause = self._next("cause")[:120]
        elif low in ("kind", "document"):
            self._document()
        elif low in ("amount", *_OVER, *_UNDER):
            self._amount(low)
        elif low == "text":
            self.texts.append(self._next("text"))
        elif low not in _NOISE:
            self.texts.append(word)

    def query(self) -> LogQuery:
        """All of it; what contradicts itself is refused."""
        if len(self.days) > 2:
            raise Invalid("Two days at most: the first and the last.")
        first, last = self.period or (self.first, self.last)
        if self.days:
            first, last = self.days[0], self.days[-1]
        if first and last and first > last:
            raise Invalid(f"{first} is after {last}: write the earlier day first.")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise Invalid(f"No amount is over {self.least} and under {self.most}.")
        return LogQuery(
            states=tuple(self.states),
            first=first,
            last=last,
            text=" ".join(self.texts)[:LONGEST_TEXT],
            run_number=self.run,
            shop=self.shop,
            cause=self.cause,
            documents=tuple(dict.fromkeys(self.documents)),
            least=self.least,
            most=self.most,
        )

    def _next(self, after: str) -> str:
        if not self.rest:
            raise Invalid(f"Something is missing after “{after}”.")
        return self.rest.pop(0)

    def _bound(self, which: str) -> None:
        found = parse.day(self._next(which))
        if which == "since":
            self.first = found
        else:
            self.last = found

    def _document(self) -> None:
        word = self._next("kind")
        kind = DOCUMENTS.get(word.casefold().rstrip(",").removesuffix("s"))
        if kind is None:
            known = ", ".join(DOCUMENTS)
            raise Invalid(f"“{word[:40]}” is not a kind of document. Known are {known}.")
        self.documents.append(kind)

    def _amount(self, word: str) -> None:
        if word in _OVER:
            self.least = amount(self._next(word))
        elif word in _UNDER:
            self.most = amount(self._next(word))
        else:
            low, dots, high = self._next("amount").partition("..")
            self.least = amount(low)
            self.most = amount(high) if dots else self.least


def _amount_words(query: LogQuery, *, said: bool = False) -> list[str]:
    if query.least is not None and query.least == query.most:
        return [f"amount {query.least:f}"]
    found = [] if query.least is None else [f"over {query.least:f}"]
    if query.most is not None:
        found.append(f"under {query.most:f}")
    return [" and ".join(found)] if said and found else found


def _said_document(kind: str) -> str:
    return next((word for word, name in DOCUMENTS.items() if name == kind), kind)


def _period(low: str, rest: list[str], today: date) -> tuple[date, date] | None:
    if low == "today":
        return today, today
    if low == "yesterday":
        return today - timedelta(days=1), today - timedelta(days=1)
    if low in ("this", "last") and rest and rest[0].casefold() in ("week", "month"):
        return _whole(low, rest.pop(0).casefold(), today)
    if low in ("week", "month"):
        return _whole("this", low, today)
    if low.endswith("d") and low[:-1].isascii() and low[:-1].isdigit() and len(low) < 5:
        return today - timedelta(days=max(int(low[:-1]), 1) - 1), today
    return None


def _whole(which: str, unit: str, today: date) -> tuple[date, date]:
    if unit == "week":
        start = today - timedelta(days=today.weekday())
        if which == "last":
            return start - timedelta(days=7), start - timedelta(days=1)
        return start, today
    start = today.replace(day=1)
    if which == "last":
        end = start - timedelta(days=1)
        return end.replace(day=1), end
    return start, today
