"""Every error raised on purpose, sorted by what the caller does next."""

from __future__ import annotations


class SyncError(Exception):
    """Base of all errors a person may read; the text holds no secret and no customer."""


class ConnectorError(SyncError):
    """An outside service did not do what we asked.

    `code` is the service's own code, `reference` the id its support asks for (intuit_tid, Cf-Ray).
    """

    def __init__(self, message: str, *, code: str = "", reference: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.reference = reference


class Retryable(ConnectorError):
    """Refused for now, certainly not executed: try again later."""

    def __init__(
        self, message: str, *, code: str = "", reference: str = "", after: float | None = None
    ) -> None:
        super().__init__(message, code=code, reference=reference)
        self.after = after  # seconds, when the service said so


class Uncertain(ConnectorError):
    """Sent, no answer: it may have happened. Send the same again, then look it up."""


class Rejected(ConnectorError):
    """Refused as it stands: hold the entry, tell a person."""


class Disconnected(ConnectorError):
    """The account is closed to us: stop the run, ask for a reconnect.

    `provider` names the account that a service itself has just closed; it is empty when we
    knew already.
    """

    def __init__(
        self, message: str, *, code: str = "", reference: str = "", provider: str = ""
    ) -> None:
        super().__init__(message, code=code, reference=reference)
        self.provider = provider


class Misconfigured(SyncError):
    """Our own set-up is wrong (client keys, settings): the operator must act."""


class NotAllowed(SyncError):
    """The person may not do this; the text names the role that may.

    `role` is set when a role is all that is missing, `connection` when it counts in one only.
    """

    def __init__(self, text: str, *, role: str = "", connection: str = "") -> None:
        super().__init__(text)
        self.role = role
        self.connection = connection


class NotFound(SyncError):
    """No such thing in this workspace; same words whether it exists elsewhere or not."""


class Invalid(SyncError):
    """Input that cannot be used; `field` names the form field where there is one."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Conflict(SyncError):
    """Somebody changed it meanwhile, or the same work already runs."""


class Undecryptable(SyncError):
    """A sealed value does not open with our keys for this row: nothing is sent with it."""
