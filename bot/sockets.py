"""Socket Mode: the same listeners, reached by a connection that we open; nothing else listens."""

from __future__ import annotations

import logging
import threading

from pydantic import SecretStr
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

log = logging.getLogger(__name__)

_TIMEOUT = 10
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
_NO_USE = ("invalid_auth", "not_allowed_token_type", "not_authed", "account_inactive")
_LOST = (SlackClientError, OSError)


class Sockets:
    """Comes again by itself when Slack renews connections; the first one is tried until it is."""

    def __init__(
        self, app: App, token: SecretStr, api_url: str, *, ping_seconds: float = 10
    ) -> None:
        """`ping_seconds`: how often the connection is looked at, and opened anew if it is gone."""
        secret = token.get_secret_value()
        handler = SocketModeHandler(
            app,
            secret,
            logger=logging.getLogger("slack_sdk.socket_mode"),
            ping_interval=ping_seconds,
            web_client=WebClient(token=secret, base_url=api_url, timeout=_TIMEOUT),
        )
        self._client = handler.client
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._connect, name="socket mode", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Nothing more comes in; what was taken is answered by its own thread."""
        self._stop.set()
        self._client.auto_reconnect_enabled = False
        self._client.close()

    def _connect(self) -> None:
        wait = _FIRST_WAIT
        while not self._stop.is_set():
            try:
                self._client.connect()
            except _LOST as error:
                word = _word(error)
                hint = ": set SLACK_APP_TOKEN anew" if word in _NO_USE else ""
                log.error("Socket Mode is not connected (%s)%s", word, hint)
                self._stop.wait(wait)
                wait = min(_LONGEST_WAIT, 2 * wait)
            else:
                log.info("connected to Slack by Socket Mode")
                return


def _word(error: Exception) -> str:
    """Slack's own word, or the kind of failure; never the address, which holds a ticket."""
    if isinstance(error, SlackApiError):
        return str(error.response.get("error"))
    return type(error).__name__
