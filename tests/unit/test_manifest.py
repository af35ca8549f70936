"""The Slack app that `ccc manifest` asks for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.events import SUBSCRIBED
from bot.manifest import manifest
from sync.errors import Misconfigured

PUBLIC = "https://ccc.example.com"


def addresses(node: Any) -> list[str]:
    """Every address anywhere in a manifest."""
    if isinstance(node, dict):
        return [found for value in node.values() for found in addresses(value)]
    if isinstance(node, list):
        return [found for value in node for found in addresses(value)]
    return [node] if isinstance(node, str) and "://" in node else []


def test_one_address_takes_commands_buttons_and_pick_lists() -> None:
    found = manifest(f"{PUBLIC}/")

    [command] = found["features"]["slash_commands"]
    interactivity = found["settings"]["interactivity"]
    events = found["settings"]["event_subscriptions"]
    assert command["command"] == "/ccc"
    assert {
        command["url"],
        interactivity["request_url"],
        interactivity["message_menu_options_url"],
        events["request_url"],
    } == {f"{PUBLIC}/slack/events"}


def test_every_event_that_is_asked_for_has_a_listener() -> None:
    found = manifest(PUBLIC)

    assert found["features"]["app_home"]["home_tab_enabled"] is True
    assert set(found["settings"]["event_subscriptions"]["bot_events"]) == set(SUBSCRIBED)


def test_names_of_people_and_channels_arrive_as_ids() -> None:
    assert manifest(PUBLIC)["features"]["slash_commands"][0]["should_escape"] is True


def test_conversations_are_not_read() -> None:
    scopes = manifest(PUBLIC)["oauth_config"]["scopes"]

    assert set(scopes) == {"bot"}
    assert not [scope for scope in scopes["bot"] if "history" in scope or "email" in scope]


def test_socket_mode_has_no_address_at_all() -> None:
    found = manifest("http://localhost:3000", socket_mode=True)

    assert found["settings"]["socket_mode_enabled"] is True
    assert addresses(found) == []


def test_an_address_that_slack_would_refuse_is_refused_here() -> None:
    with pytest.raises(Misconfigured, match="CCC_PUBLIC_URL"):
        manifest("http://localhost:3000")


def test_slacks_limits_hold() -> None:
    found = manifest(PUBLIC)
    shown, [command] = found["display_information"], found["features"]["slash_commands"]

    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    assert len(command["description"]) <= 2000
    assert len(command["usage_hint"]) <= 1000
    assert json.loads(json.dumps(found)) == found


def test_an_app_for_many_workspaces_names_where_slack_sends_them_back() -> None:
    found = manifest(PUBLIC, many=True)

    assert found["oauth_config"]["redirect_urls"] == [f"{PUBLIC}/slack/oauth_redirect"]
    assert found["settings"]["token_rotation_enabled"] is True
    assert found["settings"]["org_deploy_enabled"] is True


def test_an_app_for_one_workspace_keeps_the_token_it_was_given() -> None:
    found = manifest(PUBLIC)

    assert found["settings"]["token_rotation_enabled"] is False
    assert "redirect_urls" not in found["oauth_config"]


def test_an_app_for_many_needs_an_address_even_by_socket() -> None:
    with pytest.raises(Misconfigured, match="CCC_PUBLIC_URL"):
        manifest("http://localhost:3000", socket_mode=True, many=True)
