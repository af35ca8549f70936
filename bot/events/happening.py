"""What a handler of news is given; there is nobody to answer, only things to set right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.access import Lookups
    from bot.installations import Installations
    from sync.services.facade import Services


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a workspace; it may be one that is not served any more."""

    workspace: str
    told: Mapping[str, Any]  # the event as Slack sent it
    services: Services
    installations: Installations
    directory: Lookups
    now: datetime

    def text(self, key: str) -> str:
        """A field that is a plain id, "" when it is not there."""
        value = self.told.get(key)
        return value if isinstance(value, str) else ""
