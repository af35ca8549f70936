"""Slack's rate limits, per method and, for posting, per channel."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Callable

_PER_MINUTE = {
    20: ("conversations.list", "users.list", "usergroups.list", "usergroups.users.list"),
    50: (
        *("chat.update", "chat.delete", "team.info", "auth.revoke"),
        *("conversations.info", "conversations.join", "conversations.open"),
    ),
    100: (
        *("views.open", "views.push", "views.update", "views.publish", "users.info"),
        *("conversations.members", "chat.postEphemeral"),
        *("files.getUploadURLExternal", "files.completeUploadExternal"),
    ),
    300: ("chat.postMessage",),  # the workspace's ceiling over all channels
}
LIMITS = {method: limit for limit, methods in _PER_MINUTE.items() for method in methods}
OTHERS = 600
POST_BURST = 4


class Throttle:
    """Counts calls by the sandbox clock and says how long a caller must wait."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._calls: dict[str, deque[float]] = defaultdict(deque)
        self._tokens: dict[str, tuple[float, float]] = {}

    def seconds_to_wait(self, method: str, channel: str) -> int | None:
        """None when the call may go on (and is counted); else whole seconds for Retry-After."""
        now = self._now()
        window = self._calls[method]
        while window and now - window[0] >= 60:
            window.popleft()
        if len(window) >= LIMITS.get(method, OTHERS):
            return max(1, math.ceil(60 - (now - window[0])))
        if method == "chat.postMessage" and (wait := self._post(channel, now)):
            return wait
        window.append(now)
        return None

    def _post(self, channel: str, now: float) -> int | None:
        tokens, since = self._tokens.get(channel, (float(POST_BURST), now))
        tokens = min(float(POST_BURST), tokens + (now - since))
        if tokens < 1:
            self._tokens[channel] = (tokens, now)
            return math.ceil(1 - tokens)
        self._tokens[channel] = (tokens - 1, now)
        return None
