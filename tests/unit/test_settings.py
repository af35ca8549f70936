"""What the environment must say, and how it is told what is wrong."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.settings import Mode, Settings, SettingsError

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.urlsafe_b64encode(bytes(range(32, 64))).decode()
FULL = {
    "DATABASE_URL": "postgres://ccc:pw@db.example.com/ccc",
    "CCC_PUBLIC_URL": "https://ccc.example.com",
    "CCC_SECRET_KEYS": KEY,
    "SLACK_SIGNING_SECRET": "8f742231b10e8888",
    "SLACK_BOT_TOKEN": "xoxb-1-2",
    "LIGHTSPEED_CLIENT_ID": "light",
    "LIGHTSPEED_CLIENT_SECRET": "light-secret",
    "QUICKBOOKS_CLIENT_ID": "quick",
    "QUICKBOOKS_CLIENT_SECRET": "quick-secret",
}
LOCAL = {
    "SLACK_API_URL": "http://127.0.0.1:4000/api/",
    "LIGHTSPEED_API_URL": "http://localhost:4001",
    "LIGHTSPEED_AUTH_URL": "http://localhost:4001",
    "QUICKBOOKS_API_URL": "http://[::1]:4002",
    "QUICKBOOKS_AUTHORIZE_URL": "http://127.0.0.1:4002/connect/oauth2",
    "QUICKBOOKS_TOKEN_URL": "http://127.0.0.1:4002/oauth2/v1/tokens/bearer",
    "QUICKBOOKS_REVOKE_URL": "http://127.0.0.1:4002/v2/oauth2/tokens/revoke",
}


def settings(
    monkeypatch: pytest.MonkeyPatch, values: Mapping[str, str], env_file: Path | None = None
) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return Settings.read(env_file)


def refusals(monkeypatch: pytest.MonkeyPatch, values: Mapping[str, str], mode: Mode) -> set[str]:
    try:
        settings(monkeypatch, values).check(mode)
    except SettingsError as error:
        return {problem.variable for problem in error.problems}
    return set()


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in FULL.items() if name not in names}


def test_defaults_are_those_of_the_documentation(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch, {})

    assert found.database_url == "sqlite:///ccc.db"
    assert found.port == 3000
    assert found.public_url == "http://localhost:3000"
    assert found.ccc_rate_scale == 1
    assert found.slack_api_url == "https://slack.com/api/"
    assert found.lightspeed_api_url == "https://api.lightspeedapp.com"
    assert found.lightspeed_auth_url == "https://cloud.lightspeedapp.com"
    assert found.quickbooks_api_url == "https://quickbooks.api.intuit.com"
    assert found.quickbooks_authorize_url == "https://appcenter.intuit.com/connect/oauth2"
    assert found.quickbooks_token_url == (
        "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer"
    )
    assert found.quickbooks_revoke_url == (
        "https://developer.api.intuit.com/v2/oauth2/tokens/revoke"
    )


def test_only_web_listens_to_other_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch, {})

    assert found.host("run") == found.host("demo") == "127.0.0.1"
    assert found.host("web") == "0.0.0.0"
    assert settings(monkeypatch, {"CCC_HOST": "10.0.0.5"}).host("web") == "10.0.0.5"


@pytest.mark.parametrize("mode", ["run", "web", "worker", "migrate", "demo"])
def test_a_full_environment_starts_everything(monkeypatch: pytest.MonkeyPatch, mode: Mode) -> None:
    assert refusals(monkeypatch, FULL, mode) == set()


@pytest.mark.parametrize("mode", ["migrate", "demo"])
def test_migrate_and_demo_need_nothing(monkeypatch: pytest.MonkeyPatch, mode: Mode) -> None:
    assert refusals(monkeypatch, {}, mode) == set()


@pytest.mark.parametrize("mode", ["run", "web", "worker"])
@pytest.mark.parametrize(
    "name",
    [
        "CCC_SECRET_KEYS",
        "SLACK_BOT_TOKEN",
        "LIGHTSPEED_CLIENT_ID",
        "LIGHTSPEED_CLIENT_SECRET",
        "QUICKBOOKS_CLIENT_ID",
        "QUICKBOOKS_CLIENT_SECRET",
    ],
)
@pytest.mark.parametrize("empty", [False, True])
def test_what_every_process_needs_is_asked_for_by_name(
    monkeypatch: pytest.MonkeyPatch, mode: Mode, name: str, empty: bool
) -> None:
    values = without(name) | ({name: ""} if empty else {})

    with pytest.raises(SettingsError) as refused:
        settings(monkeypatch, values).check(mode)

    text = str(refused.value)
    assert text.startswith(f"{name} is missing.")
    assert f"Example: {name}=" in text
    assert "It is " in text


def test_the_signing_secret_is_for_those_who_answer_slack_over_http(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = without("SLACK_SIGNING_SECRET")

    assert refusals(monkeypatch, values, "run") == {"SLACK_SIGNING_SECRET"}
    assert refusals(monkeypatch, values, "web") == {"SLACK_SIGNING_SECRET"}
    assert refusals(monkeypatch, values, "worker") == set()
    assert refusals(monkeypatch, values | {"SLACK_APP_TOKEN": "xapp-1"}, "run") == set()


def test_all_that_is_missing_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"SLACK_BOT_TOKEN", "CCC_SECRET_KEYS", "QUICKBOOKS_CLIENT_ID"}

    assert refusals(monkeypatch, without(*names), "web") == names


@pytest.mark.parametrize("mode", ["web", "worker"])
def test_processes_that_share_work_refuse_sqlite_and_say_why(
    monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    with pytest.raises(SettingsError, match=r"a file of one machine.*PostgreSQL"):
        settings(monkeypatch, FULL | {"DATABASE_URL": "sqlite:///ccc.db"}).check(mode)


def test_half_of_the_install_credentials_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusals(monkeypatch, FULL | {"SLACK_CLIENT_ID": "1.2"}, "run") == {
        "SLACK_CLIENT_SECRET"
    }


def test_many_workspaces_need_no_token_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    many = without("SLACK_BOT_TOKEN") | {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s3cret"}

    assert refusals(monkeypatch, many, "run") == set()
    assert settings(monkeypatch, many).installs_many


def test_a_token_of_one_workspace_beside_the_credentials_of_many_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = FULL | {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s3cret"}

    assert refusals(monkeypatch, both, "run") == {"SLACK_BOT_TOKEN"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://ccc:hunter2@db/ccc"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "postgres://ccc:hunter2@db:port/ccc"),
        ("DATABASE_URL", "postgres://ccc:hunter2@db"),
        ("DATABASE_URL", "hunter2"),
        ("PORT", "hunter2"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "3000.5"),
        ("CCC_HOST", "a b"),
        ("CCC_PUBLIC_URL", "http://ccc.example.com"),
        ("CCC_PUBLIC_URL", "ccc.example.com"),
        ("CCC_PUBLIC_URL", "https://ccc.example.com/hunter2"),
        ("CCC_PUBLIC_URL", "https://user:hunter2@ccc.example.com"),
        ("CCC_SECRET_KEYS", "hunter2"),
        ("CCC_SECRET_KEYS", f"{KEY},hunter2"),
        ("CCC_SECRET_KEYS", base64.urlsafe_b64encode(b"hunter22" * 4).decode()),
        ("CCC_SECRET_KEYS", base64.urlsafe_b64encode(b"\0" * 32).decode()),
        ("SLACK_SIGNING_SECRET", "hunter2 with spaces"),
        ("SLACK_BOT_TOKEN", "xoxp-hunter2"),
        ("SLACK_APP_TOKEN", "xoxb-hunter2"),
        ("SLACK_CLIENT_ID", "hunter2\n2"),
        ("SLACK_CLIENT_SECRET", "hünter2"),
        ("SLACK_API_URL", "http://slack.com/api/"),
        ("LIGHTSPEED_CLIENT_ID", "hunter 2"),
        ("LIGHTSPEED_CLIENT_SECRET", "hunter 2"),
        ("LIGHTSPEED_API_URL", "http://api.lightspeedapp.com"),
        ("LIGHTSPEED_AUTH_URL", "ftp://cloud.lightspeedapp.com"),
        ("QUICKBOOKS_CLIENT_ID", "hunter\x012"),
        ("QUICKBOOKS_CLIENT_SECRET", "hunter\t2"),
        ("QUICKBOOKS_API_URL", "http://10.0.0.1"),
        ("QUICKBOOKS_AUTHORIZE_URL", "https://appcenter.intuit.com/connect/oauth2?a=hunter2"),
        ("QUICKBOOKS_TOKEN_URL", "https://host:99999/"),
        ("QUICKBOOKS_REVOKE_URL", "https://intuit.com\\@hunter2.example"),
        ("CCC_RATE_SCALE", "0"),
        ("CCC_RATE_SCALE", "nan"),
        ("CCC_RATE_SCALE", "hunter2"),
    ],
)
def test_a_malformed_value_is_named_explained_and_never_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        settings(monkeypatch, FULL | {name: value})

    text = str(refused.value)
    assert [problem.variable for problem in refused.value.problems] == [name]
    assert f"Example: {name}=" in text
    assert "hunter" not in text and "pydantic" not in text
    assert refused.value.__cause__ is None and refused.value.__suppress_context__


def test_every_variable_has_a_purpose_and_an_example() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.examples, name


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_has_one_spelling_inside(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    found = settings(monkeypatch, {"DATABASE_URL": f"{scheme}://ccc:pw@db.example.com/ccc"})

    assert found.database_url == "postgresql+psycopg://ccc:pw@db.example.com/ccc"
    assert not found.is_sqlite


def test_rates_are_scaled_against_local_servers_only(monkeypatch: pytest.MonkeyPatch) -> None:
    scaled = FULL | LOCAL | {"CCC_RATE_SCALE": "20"}

    assert refusals(monkeypatch, scaled, "run") == set()
    for name in LOCAL:
        far = scaled | {name: "https://example.com/x"}
        assert refusals(monkeypatch, far, "run") == {"CCC_RATE_SCALE"}, name


def test_clear_http_is_for_this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch, LOCAL | {"CCC_PUBLIC_URL": "http://localhost:3000/"})

    assert found.public_url == "http://localhost:3000"
    assert not found.is_secure


def test_addresses_to_register_follow_the_public_one(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch, FULL)

    assert found.lightspeed_redirect_uri == "https://ccc.example.com/oauth/lightspeed/callback"
    assert found.quickbooks_redirect_uri == "https://ccc.example.com/oauth/quickbooks/callback"
    assert found.is_secure


def test_several_keys_keep_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch, {"CCC_SECRET_KEYS": f" {OTHER_KEY} , {KEY},"})

    assert found.secret_keys == (OTHER_KEY, KEY)


def test_nothing_secret_shows_in_a_printed_model(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = repr(settings(monkeypatch, FULL | {"SLACK_APP_TOKEN": "xapp-9"}))

    for secret in (KEY, "xoxb-1-2", "xapp-9", "light-secret", "quick-secret", ":pw@", "8f742231"):
        assert secret not in printed


def test_a_file_speaks_where_the_environment_is_silent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / ".env"
    file.write_text('PORT=4000\nCCC_HOST="127.0.0.9"\nSOMETHING_ELSE=1\n')

    found = settings(monkeypatch, {"PORT": "5000"}, file)

    assert (found.port, found.ccc_host) == (5000, "127.0.0.9")
    assert "CCC_HOST" not in os.environ


def test_a_file_that_is_no_text_is_said_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"PORT=\xff\xfe\n")

    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        settings(monkeypatch, {}, file)
