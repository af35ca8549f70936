"""auth.* and oauth.v2.access: who the token is, getting one, giving it up."""

from __future__ import annotations

from bot.sandbox.model import ApiError, Json
from bot.sandbox.slack_state import SlackState

ROTATED_FOR = 43_200  # seconds an access token lives


def auth_test(state: SlackState, arguments: Json) -> Json:
    """auth.test."""
    workspace = state.workspace
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.name,
        "team_id": workspace.team_id,
        "user": workspace.people[workspace.bot_user].name,
        "user_id": workspace.bot_user,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


def revoke(state: SlackState, arguments: Json) -> Json:
    """auth.revoke."""
    state.installation.revoked = True
    return {"revoked": True}


def access(state: SlackState, arguments: Json) -> Json:
    """oauth.v2.access: a code is good once, and so is a refresh token."""
    installation, workspace = state.installation, state.workspace
    if not arguments.get("client_id") or not arguments.get("client_secret"):
        raise ApiError("bad_client_secret")
    if arguments.get("grant_type") == "refresh_token":
        installation.spend(str(arguments.get("refresh_token")))
        return _tokens(state)
    code = str(arguments.get("code"))
    if code not in installation.codes:
        raise ApiError("invalid_code")
    installation.codes.remove(code)
    installation.revoked = False
    return {
        **_tokens(state),
        "token_type": "bot",
        "scope": ",".join(installation.scopes),
        "bot_user_id": workspace.bot_user,
        "app_id": workspace.app_id,
        "team": {"id": workspace.team_id, "name": workspace.name},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": next(u.id for u in workspace.people.values() if u.is_owner)},
    }


def _tokens(state: SlackState) -> Json:
    """With rotation every answer has a new pair, and the old access token lives on for a while."""
    installation = state.installation
    if not installation.rotates:
        return {"access_token": installation.token}
    return {**installation.rotate(), "expires_in": ROTATED_FOR}
