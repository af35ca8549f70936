"""Who looks at the Home tab, so that it can be kept true for them."""

from __future__ import annotations

from datetime import timedelta

from sync.services.means import Means

_REMEMBERED = timedelta(days=30)  # whoever has not looked for longer gets a new one on opening
_MOST = 50  # people per workspace whose Home is redrawn at every change


class Homes:
    """Opening it is all that anybody does here."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def opened(self, workspace: str, user: str) -> None:
        with self._means.ledgers.write() as ledger:
            ledger.setup.home_opened(workspace, user, self._means.clock())

    def of(self, workspace: str) -> tuple[str, ...]:
        """Who should see changes, the latest visitor first."""
        since = self._means.clock() - _REMEMBERED
        with self._means.ledgers.read() as ledger:
            return ledger.setup.homes(workspace, since, _MOST)
