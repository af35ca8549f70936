"""Tokens as any provider grants them; they hide in logs and tracebacks."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import SecretStr


@dataclass(frozen=True, slots=True)
class Tokens:
    """A fresh pair. Save `refresh` before `access` is used: the old one may be dead already."""

    access: SecretStr
    refresh: SecretStr
    expires_in: int  # seconds from the answer
    refresh_expires_in: int | None = None  # unless it is used before
    hard_expires_in: int | None = None  # however much it is used
