"""The walk through a browser that connects an account: our page, the provider, and back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from bot.pages.cookies import Cookies, is_proof, proof
from bot.pages.failures import Failures
from bot.pages.look import allow_going_on
from bot.pages.outcome import Outcome, page
from sync.errors import Invalid, NotFound
from sync.services.models import LinkPage, Provider

if TYPE_CHECKING:
    from sync.services.connections import Connected

NAMES: Final = {Provider.LIGHTSPEED: "Lightspeed", Provider.QUICKBOOKS: "QuickBooks"}
_MOST_FORM: Final = 4096
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{16,128}")
_ERROR_WORD: Final = re.compile(r"[a-z_]{1,40}")
_GONE: Final = "This link has expired or was used already. Ask for a new one with /ccc connect."
_LONGEST: Final = {"state": 256, "code": 4096, "realmId": 40}


class Linking(Protocol):
    """The part of the connections service that pages use."""

    def link_page(self, token: str) -> LinkPage: ...

    def authorize_url(self, token: str, browser_session: str) -> str: ...

    def complete(
        self,
        provider: Provider,
        *,
        state: str,
        code: str,
        realm_id: str = "",
        browser_session: str,
    ) -> Connected: ...

    def refused(self, provider: Provider, *, state: str, error: str) -> None: ...


def connecting(connections: Linking, cookies: Cookies, failures: Failures) -> Blueprint:
    """The routes of the walk; no parameter of a request decides where a browser goes."""
    pages = Blueprint("connecting", __name__)

    @pages.get("/connect/<token>")
    def show(token: str) -> Response:
        """Looking does not use the link up: chat programs look at links by themselves."""
        link = connections.link_page(_known_shape(token))
        browser = cookies.browser(request) or cookies.new_browser()
        shown = render_template(
            "connect.html",
            provider=NAMES[link.provider],
            workspace=link.workspace_name,
            person=link.user_name,
            proof=proof(browser, token),
        )
        response = allow_going_on(make_response(shown))
        cookies.keep_browser(response, browser)
        return response

    @pages.post("/connect/<token>")
    def go_on(token: str) -> Response:
        request.max_content_length = _MOST_FORM
        browser = cookies.browser(request)
        if not is_proof(request.form.get("proof", ""), browser, _known_shape(token)):
            raise Invalid("This browser did not open the link itself; open it again from Slack.")
        response = _sent_to(connections.authorize_url(token, browser))
        cookies.keep_browser(response, browser)
        return response

    @pages.get("/oauth/lightspeed/callback", endpoint="lightspeed")
    def lightspeed() -> Response:
        return come_back(Provider.LIGHTSPEED)

    @pages.get("/oauth/quickbooks/callback", endpoint="quickbooks")
    def quickbooks() -> Response:
        return come_back(Provider.QUICKBOOKS)

    def come_back(provider: Provider) -> Response:
        """Always ends in a redirect: code and realm id must leave the browser's address line."""
        response = _sent_to("/connected")
        try:
            outcome = _finish(connections, provider, cookies.browser(request))
            cookies.forget_browser(response)
        except Exception as error:  # the browser is the edge: it must leave this address
            outcome = failures.told(error, f"{NAMES[provider]} is not connected")
        cookies.keep(response, outcome)
        return response

    @pages.get("/connected")
    def connected() -> Response:
        outcome = cookies.outcome(request)
        if outcome is None:
            raise NotFound("There is nothing to show here any more. Go back to Slack.")
        return page(outcome)

    return pages


def _finish(connections: Linking, provider: Provider, browser: str) -> Outcome:
    name = NAMES[provider]
    state = _given("state")
    if error := request.args.get("error", ""):
        word = error if _ERROR_WORD.fullmatch(error) else "refused"
        connections.refused(provider, state=state, error=word)
        if word == "access_denied":
            text = f"You did not allow it, so nothing was connected. {_AGAIN}"
        else:
            text = f"{name} refused to go on ({word.replace('_', ' ')}). {_AGAIN}"
        return Outcome(400, f"{name} is not connected", text)
    if not state or not browser:
        raise NotFound(_GONE)
    done = connections.complete(
        provider,
        state=state,
        code=_given("code"),
        realm_id=_given("realmId"),
        browser_session=browser,
    )
    title = f"{name} is connected again" if done.again else f"{name} is connected"
    text = "Slack shows you what was found in it. If it is not the one you meant, type "
    text += f"/ccc disconnect {provider.value} there."
    return Outcome(200, title, text, done.account_name[:200])


_AGAIN: Final = "To try again, ask for a new link in Slack with /ccc connect."


def _given(name: str) -> str:
    """A query parameter, once and of a believable length, or nothing."""
    values = request.args.getlist(name)
    if len(values) != 1 or len(values[0]) > _LONGEST[name] or not values[0].isprintable():
        return ""
    return values[0]


def _known_shape(token: str) -> str:
    if not _TOKEN.fullmatch(token):
        raise NotFound(_GONE)
    return token


def _sent_to(address: str) -> Response:
    response = redirect(address, 303 if request.method == "POST" else 302)
    response.set_data(b"")  # the usual body would repeat the address
    return response
