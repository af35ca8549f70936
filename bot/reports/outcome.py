"""What became of a call to Slack, sorted by what the sender does next."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from http.client import HTTPException
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError

LOST_ERRORS = (SlackClientError, OSError, HTTPException)  # everything a call raises

_PATIENCE, _MOST_PATIENCE = 60, 3600


class Trouble(StrEnum):
    """Why a message was not sent."""

    LIMITED = "limited"  # wait as long as Slack says, with this method only
    LOST = "lost"  # no answer, or a server's error: it may have happened
    CONTENT = "content"  # refused as it stands: say it plainly
    CHANNEL = "channel"  # this place is closed to us
    SHUT_OUT = "shut out"  # the token is dead: no further call
    GONE = "gone"  # the message to edit or to reply to is not there any more
    NOT_HERE = "not here"  # the person is not in that channel
    NO_FILES = "no files"  # uploads are not allowed
    REFUSED = "refused"  # anything else


class Failure(Exception):
    """A call that failed; `reason` is Slack's own word and holds no content."""

    def __init__(self, trouble: Trouble, reason: str, after: float = 0.0) -> None:
        super().__init__(reason)
        self.trouble = trouble
        self.reason = reason
        self.after = after  # seconds to wait, where Slack said so


_BY_ERROR: Mapping[str, Trouble] = {
    **dict.fromkeys(
        ("ratelimited", "rate_limited", "message_limit_exceeded"),
        Trouble.LIMITED,
    ),
    **dict.fromkeys(
        ("invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long"),
        Trouble.CONTENT,
    ),
    **dict.fromkeys(
        (
            *("channel_not_found", "not_in_channel", "is_archived", "is_inactive"),
            *("channel_is_limited_access", "ekm_access_denied", "team_access_not_granted"),
            *("access_denied", "enterprise_is_restricted"),
        ),
        Trouble.CHANNEL,
    ),
    **dict.fromkeys(
        ("token_revoked", "token_expired", "invalid_auth", "account_inactive", "not_authed"),
        Trouble.SHUT_OUT,
    ),
    **dict.fromkeys(
        (
            *("cant_update_message", "message_not_found", "edit_window_closed"),
            *("streaming_state_conflict", "thread_not_found", "invalid_thread_ts"),
        ),
        Trouble.GONE,
    ),
    "user_not_in_channel": Trouble.NOT_HERE,
    **dict.fromkeys(
        (
            *("file_uploads_disabled", "file_type_not_allowed", "storage_limit_reached"),
            *("file_upload_size_restricted", "missing_scope"),
        ),
        Trouble.NO_FILES,
    ),
    **dict.fromkeys(
        ("internal_error", "fatal_error", "service_unavailable", "request_timeout"),
        Trouble.LOST,
    ),
}


def failure(error: Exception) -> Failure:
    """A raised error in our words; its own text may hold the message, so it is not kept."""
    if not isinstance(error, SlackApiError):
        return Failure(Trouble.LOST, _name(error))
    response = error.response
    status = int(getattr(response, "status_code", 200) or 200)
    if status == 429:
        headers = getattr(response, "headers", None) or {}
        return Failure(Trouble.LIMITED, "ratelimited", retry_after(headers))
    if status >= 500:
        return Failure(Trouble.LOST, f"http_{status}")
    return named(str(response.get("error") or "unknown") if response else "unknown")


def named(word: str) -> Failure:
    """A refusal by Slack's word for it."""
    if word.startswith("restricted_action"):
        return Failure(Trouble.CHANNEL, word)
    trouble = _BY_ERROR.get(word)
    if trouble is None:
        plain = word if word.isidentifier() else "unreadable_answer"
        lost = plain == "unreadable_answer"
        return Failure(Trouble.LOST if lost else Trouble.REFUSED, plain[:80])
    return Failure(trouble, word, _PATIENCE if trouble is Trouble.LIMITED else 0.0)


def retry_after(headers: Mapping[str, str]) -> float:
    """Slack's wait in seconds; a minute when it is missing or nonsense."""
    given = next((v for k, v in headers.items() if k.lower() == "retry-after"), "")
    text = str(given).strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        return _PATIENCE
    return float(min(max(int(text), 1), _MOST_PATIENCE))


def _name(error: Exception) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    return type(reason).__name__ if isinstance(reason, Exception) else type(error).__name__
