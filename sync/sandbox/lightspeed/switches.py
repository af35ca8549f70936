"""Behaviour that the real service may or may not show: tests flip it either way."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Switches:
    """Set by name, at any time."""

    refuse_update_time: bool = False  # the `updateTime` filter answers 400
    refuse_raw_plus: bool = True  # otherwise an unencoded offset silently matches nothing
    time_stamp_moves: bool = False  # otherwise a sale's `timeStamp` is frozen at completion
    lower_case_update_time: bool = False  # the documentation's spelling of the key
    retry_after_as_date: bool = False  # the token endpoint's 429 carries an HTTP date

    def set(self, name: str, value: bool) -> None:
        """Flip one; unknown names are refused."""
        if name not in self.__dataclass_fields__:
            raise KeyError(name)
        setattr(self, name, value)
