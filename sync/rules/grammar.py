"""The one-line form of a rule, read and written: what a person types is what they see again.

"Name" [(off)] when FIELD COMPARISON VALUE [(off)] [and|or …] ACTION [VALUE]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from sync.rules import actions, comparisons
from sync.rules.actions import ACTION_WORDS, ACTIONS_BY_ID, ActionKind, Value
from sync.rules.comparisons import COMPARISON_WORDS, COMPARISONS_BY_ID, Comparison, Takes
from sync.rules.fields import FIELD_WORDS, Field
from sync.rules.model import MAX_CONDITIONS, MAX_NAME, Action, Condition, Joint, Rule
from sync.rules.model import RuleError as RuleError
from sync.rules.tokens import Token, TokenKind, excerpt, quoted, tokenize
from sync.rules.values import fold, nearest

T = TypeVar("T")

_ACTION_STARTS = frozenset(words.split()[0] for words in ACTION_WORDS)
RESERVED = frozenset(("and", "or", "when")) | _ACTION_STARTS
_LONGEST_PHRASE = 6
_LOOSE = (TokenKind.WORD, TokenKind.COMMA, TokenKind.OPEN, TokenKind.CLOSE)
_EXAMPLE = '"Reg 1 is MD" when register = 1 set region MD'


def parse_rule(text: str) -> Rule:
    """The rule a line describes, or a RuleError that points at the word in the way."""
    return _Parser(text).rule()


def format_rule(rule: Rule) -> str:
    """The rule as a line that reads back to the same rule."""
    head = f"{quoted(rule.name)}{'' if rule.enabled else ' (off)'} when"
    tests = f" {rule.joined_by} ".join(_format_condition(c) for c in rule.conditions)
    kind = ACTIONS_BY_ID[rule.action.name]
    action = kind.words if kind.value is Value.NONE else f"{kind.words} {_word(rule.action.value)}"
    return f"{head} {tests} {action}"


def _format_condition(condition: Condition) -> str:
    takes = COMPARISONS_BY_ID[condition.comparison].takes
    values = (" and " if takes is Takes.TWO else ", ").join(map(_word, condition.values))
    parts = (condition.field, condition.comparison, values, "" if condition.enabled else "(off)")
    return " ".join(part for part in parts if part)


def _word(value: str) -> str:
    """Numbers, dates, `*` and short capitals stand bare; all else is quoted, whatever it says."""
    digits = any(char.isdigit() for char in value)
    bare = value.isascii() and value.replace("-", "").replace(".", "").isalnum()
    short = value.isupper() and value.isalpha() and len(value) < 4
    bare = bare and (digits or short) and fold(value) not in RESERVED
    return value if bare or value == "*" else quoted(value)


class _Parser:
    """Reads tokens from left to right; nothing recurses, so nothing can be nested too deep."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokenize(text)
        self._at = 0
        self._value_at = 0  # where the last value began: a misspelt action may be part of it

    def rule(self) -> Rule:
        name = self._name()
        enabled = not self._took(TokenKind.OFF)
        if not self._took_word("when"):
            raise self._error('expected "when" after the name', near=("when",))
        conditions = [self._condition()]
        joint: Joint | None = None
        while (token := self._next).kind is TokenKind.WORD and fold(token.text) in ("and", "or"):
            word: Joint = "and" if fold(token.text) == "and" else "or"
            if joint not in (None, word):
                raise self._error(
                    '"and" and "or" cannot be mixed in one rule; make two rules of it'
                )
            joint = word
            self._at += 1
            if len(conditions) == MAX_CONDITIONS:
                raise self._error(f"a rule has at most {MAX_CONDITIONS} conditions")
            conditions.append(self._condition())
        return Rule(name, tuple(conditions), joint or "and", self._action(), enabled)

    def _name(self) -> str:
        first = self._next
        if first.kind is TokenKind.QUOTED:
            self._at += 1
            name = first.text
        else:
            name = self._loose(stops=frozenset(("when",)))
        if not name:
            raise self._error(f"a rule starts with its name in quotes, as in {_EXAMPLE}", first)
        if len(name) > MAX_NAME:
            raise self._error(f"a rule's name has at most {MAX_NAME} characters", first)
        return name

    def _condition(self) -> Condition:
        field = self._field()
        comparison = self._comparison(field)
        first = self._next
        values = self._values(field, comparison)
        if message := comparisons.complaint(field, comparison, values):
            raise self._error(message, first)
        several = comparison.takes in (Takes.TWO, Takes.LIST)
        value: str | tuple[str, ...] = values if several else "".join(values)
        return Condition(field.id, comparison.id, value, enabled=not self._took(TokenKind.OFF))

    def _field(self) -> Field:
        if field := self._phrase(FIELD_WORDS):
            return field
        if self._next.kind is TokenKind.OPEN:
            raise self._error("conditions cannot be grouped in brackets")
        words = self._words_before_comparison()
        if not words:
            raise self._error("expected a field to test, such as register or payment method")
        near = nearest(" ".join(words), FIELD_WORDS) or nearest(words[0], FIELD_WORDS)
        raise self._error(f'there is no field "{_cut(" ".join(words))}"', suggestion=near)

    def _comparison(self, field: Field) -> Comparison:
        if comparison := self._phrase(COMPARISON_WORDS):
            return comparison
        words = self._words_before_comparison()
        near = nearest(words[0], COMPARISON_WORDS) if words else ""
        near = near or nearest(" ".join((field.id, *words)), FIELD_WORDS)
        near = "" if near == field.id else near
        raise self._error(
            f'expected a comparison after "{field.id}", such as = or contains', suggestion=near
        )

    def _values(self, field: Field, comparison: Comparison) -> tuple[str, ...]:
        after = f"{field.id} {comparison.id}"
        if comparison.takes is Takes.NONE:
            return ()
        if comparison.takes is Takes.ONE:
            return (self._value(after),)
        if comparison.takes is Takes.TWO:
            low = self._value(after)
            if not self._took_word("and"):
                raise self._error(f'"{after}" needs two values with "and" between them')
            return low, self._value(f"{after} {low} and")
        bracket = self._took(TokenKind.OPEN)
        values = [self._value(after, in_list=True)]
        while self._took(TokenKind.COMMA):
            values.append(self._value(after, in_list=True))
        if bracket and not self._took(TokenKind.CLOSE):
            raise self._error('expected ")" at the end of the list')
        return tuple(values)

    def _value(self, after: str, *, in_list: bool = False) -> str:
        first = self._next
        self._value_at = self._at
        if first.kind is TokenKind.QUOTED:
            self._at += 1
            return first.text
        value = self._loose(kinds=(TokenKind.WORD,) if in_list else _LOOSE)
        if value:
            return value
        hint = f'; if it is "{_cut(first.text)}", put it in quotes' if first.text else ""
        raise self._error(f'a value is missing after "{_cut(after)}"{hint}')

    def _action(self) -> Action:
        first = self._next
        kind = self._phrase(ACTION_WORDS)
        if kind is None:
            raise self._no_action()
        value = ""
        if kind.value is not Value.NONE:
            value = self._value(kind.words)
        if kind.value is Value.REGION:
            value = value.upper()
        if message := actions.complaint(kind, value):
            raise self._error(message, first)
        if self._next.kind is not TokenKind.END:
            raise self._error(self._after_action(kind, value))
        return Action(kind.id, value)

    def _after_action(self, kind: ActionKind, value: str) -> str:
        done = f"{kind.words} {value}".strip()
        hint = "" if kind.value is Value.NONE else "; a value of several words goes in quotes"
        return f'a rule ends after its action, and something follows "{_cut(done)}"{hint}'

    def _no_action(self) -> RuleError:
        token = self._next
        if token.kind is TokenKind.SIGN:
            return self._error(
                f'unexpected "{token.text}": join conditions with "and" or "or", '
                "and put a value that contains signs in quotes"
            )
        choices = ", ".join(kind.words for kind in actions.ACTIONS)
        if token.kind is TokenKind.END:
            value = self._tokens[self._value_at : -1]
            words = [t.text for t in value if t.kind is TokenKind.WORD][-12:]
            starts: Iterable[int] = range(len(words))
        else:
            words = [t.text for t in self._tokens[self._at : self._at + 4]]
            starts = (0,)
        guesses = (
            nearest(" ".join(words[i : i + n]), ACTION_WORDS) for n in (3, 2, 1) for i in starts
        )
        near = next(filter(None, guesses), "")
        return self._error(f"expected an action: {choices}", suggestion=near)

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _took(self, kind: TokenKind) -> bool:
        taken = self._next.kind is kind
        self._at += taken
        return taken

    def _took_word(self, word: str) -> bool:
        taken = self._next.kind is TokenKind.WORD and fold(self._next.text) == word
        self._at += taken
        return taken

    def _phrase(self, known: Mapping[str, T]) -> T | None:
        """The longest known phrase that starts here; quotes keep a word from being one."""
        words: list[str] = []
        for token in self._tokens[self._at : self._at + _LONGEST_PHRASE]:
            if token.kind not in (TokenKind.WORD, TokenKind.SIGN):
                break
            words.append(fold(token.text))
        for length in range(len(words), 0, -1):
            if (found := known.get(" ".join(words[:length]))) is not None:
                self._at += length
                return found
        return None

    def _words_before_comparison(self) -> list[str]:
        words: list[str] = []
        for token in self._tokens[self._at : self._at + 4]:
            word = fold(token.text)
            if token.kind is not TokenKind.WORD or word in COMPARISON_WORDS or word in RESERVED:
                break
            words.append(token.text)
        return words

    def _loose(
        self,
        stops: frozenset[str] = RESERVED,
        kinds: tuple[TokenKind, ...] = _LOOSE,
    ) -> str:
        """Words without quotes, up to a word that has a meaning of its own."""
        start = self._at
        while (token := self._next).kind in kinds and fold(token.text) not in stops:
            self._at += 1
        if self._at == start:
            return ""
        raw = self._text[self._tokens[start].start : self._tokens[self._at - 1].end]
        return " ".join(raw.split())

    def _error(
        self,
        message: str,
        token: Token | None = None,
        *,
        suggestion: str = "",
        near: Iterable[str] = (),
    ) -> RuleError:
        token = token or self._next
        suggestion = suggestion or nearest(token.text, near)
        place = excerpt(self._text, token.start, token.end)
        where = f", near ‘{place}’" if token.kind is not TokenKind.END else ", at the end"
        guess = f'. Did you mean "{suggestion}"?' if suggestion else ""
        return RuleError(
            f"{message}{where}{guess}",
            word=_cut(token.text),
            position=token.start,
            suggestion=suggestion,
        )


def _cut(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
