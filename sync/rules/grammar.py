"""The one-line form of a rule, read and written: what a person types is what they see again.

"Name" [(off)] when FIELD COMPARISON VALUE [(off)] [and|or …] ACTION [VALUE]

Some conditions may stand in one pair of brackets: A and (B or C).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from sync.rules import actions, comparisons, targets
from sync.rules.actions import ACTION_WORDS, ACTIONS_BY_ID, ActionKind
from sync.rules.comparisons import COMPARISON_WORDS, COMPARISONS_BY_ID, Comparison, Takes
from sync.rules.fields import FIELD_WORDS, UNSENT, Field
from sync.rules.later import LATER_WORDS
from sync.rules.model import MAX_CONDITIONS, MAX_NAME, Action, Condition, Joint, Rule
from sync.rules.model import RuleError as RuleError
from sync.rules.targets import Value
from sync.rules.tokens import Token, TokenKind, excerpt, quoted, tokenize
from sync.rules.values import fold, nearest

T = TypeVar("T")

# Words that end a value without quotes wherever they stand, and those that only begin an action.
_STOPS = frozenset(("and", "or", "when", "set", "exclude", "skip"))
RESERVED = _STOPS | {words.split()[0] for words in (*ACTION_WORDS, *LATER_WORDS)}
_LONGEST_PHRASE = 6
_CHOICES = 8  # actions named in an error; the form lists them all
_LOOSE = (TokenKind.WORD, TokenKind.COMMA, TokenKind.OPEN, TokenKind.CLOSE)
_EXAMPLE = '"Reg 1 is MD" when register = 1 set region MD'


def parse_rule(text: str) -> Rule:
    """The rule a line describes, or a RuleError that points at the word in the way."""
    return _Parser(text).rule()


def format_rule(rule: Rule) -> str:
    """The rule as a line that reads back to the same rule."""
    head = f"{quoted(rule.name)}{'' if rule.enabled else ' (off)'} when"
    kind = ACTIONS_BY_ID[rule.action.name]
    value = rule.action.value
    action = kind.words if kind.value is Value.NONE or not value else f"{kind.words} {_word(value)}"
    return f"{head} {_format_conditions(rule)} {action}"


def _format_conditions(rule: Rule) -> str:
    inner = " or " if rule.joined_by == "and" else " and "
    parts: list[str] = []
    group = rule.group
    for condition in rule.conditions:
        if not condition.grouped:
            parts.append(_format_condition(condition))
        elif condition is group[0]:
            parts.append(f"({inner.join(map(_format_condition, group))})")
    return f" {rule.joined_by} ".join(parts)


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
        self._in_brackets = False  # where a value ends before a bracket that it did not open
        self._value_at = 0  # where the last value began: a misspelt action may be part of it

    def rule(self) -> Rule:
        name = self._name()
        enabled = not self._took(TokenKind.OFF)
        if not self._took_word("when"):
            raise self._error('expected "when" after the name', near=("when",))
        joint, conditions = self._conditions()
        return Rule(name, conditions, joint, self._action(conditions), enabled)

    def _conditions(self) -> tuple[Joint, tuple[Condition, ...]]:
        """Everything between "when" and the action; brackets that change nothing are dropped."""
        outer: Joint | None = None
        inner: Joint | None = None
        found: list[Condition] = []
        opened = False  # inside the brackets
        while True:
            if self._next.kind is TokenKind.OPEN:
                if any(each.grouped for each in found):
                    raise self._error("a rule has one pair of brackets, and none inside it")
                self._at += 1
                opened = True
            if len(found) == MAX_CONDITIONS:
                raise self._error(f"a rule has at most {MAX_CONDITIONS} conditions")
            found.append(replace(self._condition(in_brackets=opened), grouped=opened))
            if opened and self._took(TokenKind.CLOSE):
                opened = False
            word = self._joint()
            if word is None:
                break
            if opened:
                inner = self._same(inner, word)
            else:
                outer = self._same(outer, word)
            self._at += 1
        if opened:
            raise self._error('expected ")" after the conditions in brackets')
        plain = tuple(replace(each, grouped=False) for each in found)
        if inner is None or outer is None or inner == outer:
            return outer or inner or "and", plain
        return outer, tuple(found)

    def _joint(self) -> Joint | None:
        word = fold(self._next.text) if self._next.kind is TokenKind.WORD else ""
        return "and" if word == "and" else "or" if word == "or" else None

    def _same(self, before: Joint | None, word: Joint) -> Joint:
        if before not in (None, word):
            raise self._error(
                '"and" and "or" cannot be mixed in one rule; make two rules of it, or put what '
                "belongs together in brackets"
            )
        return word

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

    def _condition(self, *, in_brackets: bool) -> Condition:
        field = self._field()
        comparison = self._comparison(field)
        first = self._next
        self._in_brackets = in_brackets
        values = self._values(field, comparison)
        self._in_brackets = False
        if message := comparisons.complaint(field, comparison, values):
            raise self._error(message, first)
        several = comparison.takes in (Takes.TWO, Takes.LIST)
        value: str | tuple[str, ...] = values if several else "".join(values)
        return Condition(field.id, comparison.id, value, enabled=not self._took(TokenKind.OFF))

    def _field(self) -> Field:
        first = self._next
        if reason := self._phrase(UNSENT):
            raise self._error(reason, first)
        if field := self._phrase(FIELD_WORDS):
            return field
        if self._next.kind is TokenKind.OPEN:
            raise self._error("a rule has one pair of brackets, and none inside it")
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

    def _action(self, conditions: tuple[Condition, ...]) -> Action:
        first = self._next
        if later := self._phrase(LATER_WORDS):
            message = f'"{later.words[0]}" cannot be used yet: {later.reason}'
            raise self._error(message, first)
        kind = self._phrase(ACTION_WORDS)
        if kind is None:
            raise self._no_action()
        value = ""
        if self._next.kind is TokenKind.END:
            first = self._next
        elif kind.value is not Value.NONE:
            value = self._value(kind.words)
        value = targets.written(kind, value)
        if message := targets.complaint(kind, value, conditions):
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
        choices = ", ".join(kind.words for kind in actions.ACTIONS[:_CHOICES]) + " …"
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
        stops: frozenset[str] = _STOPS,
        kinds: tuple[TokenKind, ...] = _LOOSE,
    ) -> str:
        """Words without quotes, up to a word that has a meaning of its own."""
        start, depth = self._at, 0
        while (token := self._next).kind in kinds and fold(token.text) not in stops:
            if self._at > start and stops is _STOPS and self._begins_action():
                break
            depth += (token.kind is TokenKind.OPEN) - (token.kind is TokenKind.CLOSE)
            if depth < 0 and self._in_brackets:
                break
            self._at += 1
        if self._at == start:
            return ""
        raw = self._text[self._tokens[start].start : self._tokens[self._at - 1].end]
        return " ".join(raw.split())

    def _begins_action(self) -> bool:
        """Whether an action's words stand here, such as "split sku"; "Split Rock" is a name."""
        at = self._at
        if fold(self._next.text) not in RESERVED:
            return False
        found = self._phrase(ACTION_WORDS) or self._phrase(LATER_WORDS)
        self._at = at
        return found is not None

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
