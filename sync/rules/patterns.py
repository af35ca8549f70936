"""Regular expressions that cannot be slow: RE2 runs in linear time and knows no back-references."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

MAX_PATTERN = 200
_MAX_TEXT = 1_000  # characters looked at; a name or note is shorter
_MEMORY = 1 << 20  # bytes one pattern may need


def searching(pattern: str) -> Callable[[Any], bool]:
    """A test that finds the pattern anywhere in a text, whatever its capitals."""
    search = _compiled(pattern).search

    def test(value: str) -> bool:
        text = value[:_MAX_TEXT]
        try:
            return search(text) is not None
        except UnicodeEncodeError:  # half an emoji, as tills cut them
            return search(text.encode(errors="replace").decode()) is not None

    return test


def complaint(pattern: str) -> str:
    """What is wrong with a pattern, or nothing."""
    import re2  # type: ignore[import-untyped]  # not loaded by who has no such rule

    if len(pattern) > MAX_PATTERN:
        return f"a pattern has at most {MAX_PATTERN} characters; this one is longer"
    try:
        _compiled(pattern)
    except UnicodeError:
        return "this pattern holds a character that cannot be written"
    except re2.error as error:
        said = error.args[0] if error.args else b""
        words = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        return f"this pattern is not understood: {words[:80]}"
    return ""


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Any:
    import re2

    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = _MEMORY
    options.log_errors = False
    return re2.compile(pattern, options)
