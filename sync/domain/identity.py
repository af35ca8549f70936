"""What a source record is called on both sides, so that it can be found again."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NOTE = re.compile(r"\bccc:(\d{1,19}):([a-z_]{1,20}):(\w{1,40}):(\d{1,3})\b")


@dataclass(frozen=True, slots=True, order=True)
class SourceKey:
    """A source record of one Lightspeed account; `part` numbers its documents from 0."""

    account: str  # Lightspeed's account id
    kind: str  # "sale"
    id: str
    part: int = 0

    def __str__(self) -> str:
        """The form written into PrivateNote: `ccc:100001:sale:5001:0`."""
        return f"ccc:{self.account}:{self.kind}:{self.id}:{self.part}"

    @classmethod
    def found_in(cls, note: str) -> SourceKey | None:
        """The key in a private note, or None when a person wrote or changed it."""
        match = _NOTE.search(note)
        return cls(match[1], match[2], match[3], int(match[4])) if match else None


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a question is asked for; no repository answers without one."""

    workspace: str
    connection: str = ""
