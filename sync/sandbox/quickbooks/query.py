"""QuickBooks' query language: a statement in, its parts out, or the error it would give."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sync.sandbox.quickbooks.refusals import Refusal

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<word>[A-Za-z_][\w.]*)|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<sign><=|>=|[=<>(),*]))"
)
_OPERATORS = frozenset({"=", "<", ">", "<=", ">="})
_MOST = 1000

Value = str | bool


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison; `IN` has several values, all others one."""

    field: str
    operator: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed statement."""

    entity: str
    count: bool
    conditions: tuple[Condition, ...]
    order: tuple[tuple[str, bool], ...]
    start: int
    limit: int


def parse(statement: str) -> Query:
    """Read a statement; 4000 for its grammar, 4001 for a paging value out of range."""
    return _Parser(statement).query()


class _Parser:
    def __init__(self, statement: str) -> None:
        self.tokens = _tokens(statement)
        self.at = 0

    def query(self) -> Query:
        self.keyword("select")
        count = self.projection()
        self.keyword("from")
        entity = self.word()
        conditions = self.conditions() if self.next_is("where") else ()
        order = self.order() if self.next_is("orderby") else ()
        start, limit = self.paging()
        if self.at < len(self.tokens):
            raise self.unexpected()
        return Query(entity, count, conditions, order, start, limit)

    def projection(self) -> bool:
        kind, text = self.take()
        if text == "*":
            return False
        if kind == "word" and text.lower() == "count":
            for sign in "(*)":
                self.sign(sign)
            return True
        self.at -= 1
        raise self.unexpected()

    def conditions(self) -> tuple[Condition, ...]:
        found = [self.condition()]
        while self.next_is("and"):
            found.append(self.condition())
        return tuple(found)

    def condition(self) -> Condition:
        field = self.word()
        kind, text = self.take()
        if kind == "sign" and text in _OPERATORS:
            return Condition(field, text, (self.value(),))
        if kind == "word" and text.lower() == "like":
            return Condition(field, "like", (self.value(),))
        if kind == "word" and text.lower() == "in":
            self.sign("(")
            values = [self.value()]
            while self.peek() == ("sign", ","):
                self.at += 1
                values.append(self.value())
            self.sign(")")
            return Condition(field, "in", tuple(values))
        self.at -= 1
        raise self.unexpected()

    def order(self) -> tuple[tuple[str, bool], ...]:
        found = []
        while True:
            field = self.word()
            descending = self.next_is("desc")
            if not descending:
                self.next_is("asc")
            found.append((field, descending))
            if self.peek() != ("sign", ","):
                return tuple(found)
            self.at += 1

    def paging(self) -> tuple[int, int]:
        start, limit = 1, 100
        while True:
            if self.next_is("startposition"):
                start = self.number("startposition", 1)
            elif self.next_is("maxresults"):
                limit = min(self.number("maxresults", 0), _MOST)
            else:
                return start, limit

    def value(self) -> Value:
        kind, text = self.take()
        if kind == "text":
            return re.sub(r"\\(.)", r"\1", text[1:-1])
        if kind == "number":
            return text
        if kind == "word" and text.lower() in ("true", "false"):
            return text.lower() == "true"
        if kind == "word" and text.lower() == "current_date":
            return "CURRENT_DATE"
        self.at -= 1
        raise self.unexpected()

    def number(self, word: str, least: int) -> int:
        kind, text = self.take()
        if kind != "number" or "." in text:
            self.at -= 1
            raise self.unexpected()
        if int(text) < least:
            raise invalid(f"{word} value {text} is too small. Min allowed value is {least}")
        return int(text)

    def word(self) -> str:
        kind, text = self.take()
        if kind != "word":
            self.at -= 1
            raise self.unexpected()
        return text

    def keyword(self, expected: str) -> None:
        if not self.next_is(expected):
            raise self.unexpected()

    def sign(self, expected: str) -> None:
        if self.peek() != ("sign", expected):
            raise self.unexpected()
        self.at += 1

    def next_is(self, expected: str) -> bool:
        kind, text = self.peek()
        if kind == "word" and text.lower() == expected:
            self.at += 1
            return True
        return False

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "<EOF>")

    def take(self) -> tuple[str, str]:
        token = self.peek()
        self.at += 1
        return token

    def unexpected(self) -> Refusal:
        return _garbled(self.peek()[1])


def invalid(why: str) -> Refusal:
    """A statement that reads well but asks for what cannot be asked (4001)."""
    return Refusal("4001", f"QueryValidationError: {why}")


def _tokens(statement: str) -> list[tuple[str, str]]:
    tokens = []
    at = 0
    end = len(statement.rstrip())
    while at < end:
        match = _TOKEN.match(statement, at)
        if match is None:
            raise _garbled(statement[at:end].strip()[:20])
        tokens.append((str(match.lastgroup), match.group(match.lastgroup or 0)))
        at = match.end()
    return tokens


def _garbled(text: str) -> Refusal:
    return Refusal("4000", f'QueryParserError: Encountered " "{text}" "" in the statement.')
