"""Everything the environment may say, read once; what is wrong is said by name, with an example."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot import settings_values as values
from sync.errors import Misconfigured

Mode = Literal["run", "web", "worker", "migrate", "demo"]

_PORT: Final = 3000


@dataclass(frozen=True, slots=True)
class Problem:
    """One variable and what is wrong with it; its value is never repeated."""

    variable: str
    what: str

    def __str__(self) -> str:
        field = Settings.model_fields.get(self.variable.lower())
        if field is None:
            return f"{self.variable} {self.what}."
        example = (field.examples or [""])[0]
        purpose = field.description or ""
        return (
            f"{self.variable} {self.what}.\n"
            f"    It is {purpose}.\n"
            f"    Example: {self.variable}={example}"
        )


class SettingsError(Misconfigured):
    """All that is wrong with the environment, at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


Word = Annotated[str, AfterValidator(values.one_word)]
Secret = Annotated[SecretStr, AfterValidator(values.secret)]
Address = Annotated[str, AfterValidator(values.unslashed)]

_OUTSIDE: Final = (
    "slack_api_url",
    "lightspeed_api_url",
    "lightspeed_auth_url",
    "quickbooks_api_url",
    "quickbooks_authorize_url",
    "quickbooks_token_url",
    "quickbooks_revoke_url",
)
_TALKING: Final = (
    "ccc_secret_keys",
    "lightspeed_client_id",
    "lightspeed_client_secret",
    "quickbooks_client_id",
    "quickbooks_client_secret",
)


class Settings(BaseSettings):
    """Fields are named as the variables are; empty means not set."""

    model_config = SettingsConfigDict(
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
        env_file_encoding="utf-8",
        hide_input_in_errors=True,
    )

    database_url: Annotated[str, AfterValidator(values.database)] = Field(
        "sqlite:///ccc.db",
        repr=False,  # it may hold a password
        description="where everything is kept; PostgreSQL for more than one machine",
        examples=["postgresql://ccc:PASSWORD@db.example.com/ccc"],
    )
    port: Annotated[int, BeforeValidator(values.port)] = Field(
        _PORT, description="the port that Slack and browsers reach", examples=["3000"]
    )
    ccc_host: Word = Field(
        "", description="the address of this machine to listen on", examples=["127.0.0.1"]
    )
    ccc_public_url: Annotated[str, AfterValidator(lambda value: value and values.origin(value))] = (
        Field(
            "",
            description="how Slack and browsers reach this bot, as all three services know it",
            examples=["https://ccc.example.com"],
        )
    )
    ccc_secret_keys: Annotated[SecretStr, AfterValidator(values.keys)] = Field(
        SecretStr(""),
        description="the keys that encrypt stored tokens, made by `ccc key`; the first one "
        "encrypts, all decrypt",
        examples=["NEWKEY,OLDKEY"],
    )

    slack_signing_secret: Secret = Field(
        SecretStr(""),
        description="what proves that a request is Slack's (Basic Information, App Credentials)",
        examples=["8f742231b10e8888abcd99yyyzzz85a5"],
    )
    slack_bot_token: Annotated[Secret, values.token("xoxb-", "xoxe.xoxb-")] = Field(
        SecretStr(""),
        description="what the bot signs in with (OAuth & Permissions, Bot User OAuth Token)",
        examples=["xoxb-…"],
    )
    slack_app_token: Annotated[Secret, values.token("xapp-")] = Field(
        SecretStr(""),
        description="for Socket Mode only (Basic Information, App-Level Tokens)",
        examples=["xapp-…"],
    )
    slack_client_id: Word = Field(
        "", description="for installing in many workspaces", examples=["2141029472.691202649728"]
    )
    slack_client_secret: Secret = Field(
        SecretStr(""), description="the secret of SLACK_CLIENT_ID", examples=["d2c3…"]
    )
    slack_api_url: Annotated[str, AfterValidator(values.slashed)] = Field(
        "https://slack.com/api/",
        description="where Slack's Web API answers",
        examples=["https://slack.com/api/"],
    )

    lightspeed_client_id: Word = Field(
        "", description="this app's client id at Lightspeed", examples=["9c4ba6…"]
    )
    lightspeed_client_secret: Secret = Field(
        SecretStr(""), description="the secret of LIGHTSPEED_CLIENT_ID", examples=["b1f5…"]
    )
    lightspeed_api_url: Address = Field(
        "https://api.lightspeedapp.com",
        description="where Lightspeed's API answers",
        examples=["https://api.lightspeedapp.com"],
    )
    lightspeed_auth_url: Address = Field(
        "https://cloud.lightspeedapp.com",
        description="where people allow access to their Lightspeed account",
        examples=["https://cloud.lightspeedapp.com"],
    )

    quickbooks_client_id: Word = Field(
        "", description="this app's client id at Intuit", examples=["ABa1…"]
    )
    quickbooks_client_secret: Secret = Field(
        SecretStr(""), description="the secret of QUICKBOOKS_CLIENT_ID", examples=["Yx0q…"]
    )
    quickbooks_api_url: Address = Field(
        "https://quickbooks.api.intuit.com",
        description="where QuickBooks' API answers",
        examples=["https://quickbooks.api.intuit.com"],
    )
    quickbooks_authorize_url: Address = Field(
        "https://appcenter.intuit.com/connect/oauth2",
        description="where people allow access to their QuickBooks company",
        examples=["https://appcenter.intuit.com/connect/oauth2"],
    )
    quickbooks_token_url: Address = Field(
        "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer",
        description="where Intuit gives and renews tokens",
        examples=["https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer"],
    )
    quickbooks_revoke_url: Address = Field(
        "https://developer.api.intuit.com/v2/oauth2/tokens/revoke",
        description="where access is given back to Intuit",
        examples=["https://developer.api.intuit.com/v2/oauth2/tokens/revoke"],
    )

    ccc_rate_scale: Annotated[float, BeforeValidator(values.scale)] = Field(
        1.0,
        description="a factor on every outside rate limit, for benchmarks against local servers",
        examples=["1"],
    )

    @classmethod
    def read(cls, env_file: Path | None = Path(".env")) -> Self:
        """From the environment, and from a `.env` file where the environment is silent."""
        try:
            return cls(_env_file=env_file)  # type: ignore[call-arg]  # pydantic-settings' own argument
        except ValidationError as error:
            raise SettingsError([_problem(one) for one in error.errors()]) from None
        except (OSError, UnicodeDecodeError):
            raise SettingsError([Problem(".env", "cannot be read as text")]) from None

    def check(self, mode: Mode) -> None:
        """Raise SettingsError unless everything that `ccc MODE` needs is there."""
        if problems := list(self.problems(mode)):
            raise SettingsError(problems)

    def problems(self, mode: Mode) -> Iterator[Problem]:
        """What keeps `ccc MODE` from starting."""
        if mode in ("web", "worker") and self.is_sqlite:
            what = (
                f"is SQLite, a file of one machine, while `ccc {mode}` shares its work with other "
                "processes: use PostgreSQL, or `ccc run` for one machine"
            )
            yield Problem("DATABASE_URL", what)
        if mode == "migrate":
            return
        if self.ccc_rate_scale != 1:
            far = [name.upper() for name in _OUTSIDE if not values.is_loopback(getattr(self, name))]
            if far:
                where = f"{far[0]} is not" if len(far) == 1 else f"{far[0]} and others are not"
                yield Problem("CCC_RATE_SCALE", f"must be 1, because {where} on this machine")
        if mode == "demo":
            return
        needed = list(_TALKING)
        if not self.installs_many:
            needed.append("slack_bot_token")
        elif _plain(self.slack_bot_token) and _plain(self.slack_client_secret):
            what = (
                "is set beside SLACK_CLIENT_ID: with the first CCC serves one workspace, with the "
                "second all that install it. Remove one of them"
            )
            yield Problem("SLACK_BOT_TOKEN", what)
        if mode == "web" or (mode == "run" and not self.uses_socket_mode):
            needed.append("slack_signing_secret")
        for name in needed:
            if not _plain(getattr(self, name)):
                yield Problem(name.upper(), "is missing")
        if bool(self.slack_client_id) != bool(_plain(self.slack_client_secret)):
            missing = "SLACK_CLIENT_SECRET" if self.slack_client_id else "SLACK_CLIENT_ID"
            yield Problem(missing, "is missing, while its other half is set")

    def host(self, mode: Mode) -> str:
        """Only `web` stands behind a host's own proxy and listens to everybody."""
        return self.ccc_host or ("0.0.0.0" if mode == "web" else "127.0.0.1")  # noqa: S104

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite:")

    @property
    def uses_socket_mode(self) -> bool:
        return bool(_plain(self.slack_app_token))

    @property
    def installs_many(self) -> bool:
        """Whether workspaces install CCC themselves, by OAuth."""
        return bool(self.slack_client_id)

    @property
    def slack_redirect_uri(self) -> str:
        """To be registered with the Slack app; `ccc manifest` does."""
        return f"{self.public_url}/slack/oauth_redirect"

    @property
    def public_url(self) -> str:
        """Without a slash at the end."""
        return self.ccc_public_url or f"http://localhost:{self.port}"

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach us over TLS."""
        return self.public_url.startswith("https://")

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The encryption keys, the current one first."""
        return tuple(values.split_keys(self.ccc_secret_keys))

    @property
    def cookie_key(self) -> bytes:
        """Signs the pages' cookies alike in every process; says nothing about the key itself."""
        first = (self.secret_keys or ("",))[0]
        return hashlib.sha256(b"ccc pages cookie" + first.encode()).digest()

    @property
    def lightspeed_redirect_uri(self) -> str:
        """To be registered with the Lightspeed client."""
        return f"{self.public_url}/oauth/lightspeed/callback"

    @property
    def quickbooks_redirect_uri(self) -> str:
        """To be registered with the Intuit app, exactly so."""
        return f"{self.public_url}/oauth/quickbooks/callback"


def _plain(value: str | SecretStr) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _problem(error: Any) -> Problem:
    """Pydantic's finding in our words; its own text would speak of types and URLs."""
    cause = error.get("ctx", {}).get("error")
    name = str(error["loc"][0]).upper() if error["loc"] else "The environment"
    return Problem(name, str(cause) if isinstance(cause, ValueError) else "cannot be used")
