"""The walk through a browser that installs CCC in a Slack workspace: our page, Slack, and back."""

from __future__ import annotations

import re
from typing import Final, Protocol

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from bot.pages.cookies import Cookies, is_proof, proof
from bot.pages.failures import Failures
from bot.pages.look import allow_going_on
from bot.pages.outcome import Outcome
from sync.errors import Invalid
from sync.services.installations import GONE, Installed

_MOST_FORM: Final = 4096
_PLACE: Final = "/slack/install"  # what the proof in the form is for
_WORD: Final = re.compile(r"[a-z_]{1,40}")
_TITLE: Final = "CCC is not installed"
_LONGEST: Final = {"state": 256, "code": 4096, "error": 40}


class Installing(Protocol):
    """What the pages need of an installation by OAuth."""

    def authorize_url(self, browser: str) -> str:
        """Slack's page, with a state that is good once and for this browser."""

    def complete(self, *, state: str, code: str, browser: str) -> Installed:
        """Raise NotFound for a state that is not this browser's, or was used."""

    def refused(self, *, state: str, browser: str) -> None:
        """The state is spent: that walk is over."""


def install_pages(installing: Installing, cookies: Cookies, failures: Failures) -> Blueprint:
    """The routes; nothing a request says decides where the browser goes."""
    pages = Blueprint("installing", __name__)

    @pages.get("/slack/install")
    def show() -> Response:
        browser = cookies.browser(request) or cookies.new_browser()
        shown = render_template("install.html", proof=proof(browser, _PLACE))
        response = allow_going_on(make_response(shown))
        cookies.keep_browser(response, browser)
        return response

    @pages.post("/slack/install")
    def go_on() -> Response:
        request.max_content_length = _MOST_FORM
        browser = cookies.browser(request)
        if not is_proof(request.form.get("proof", ""), browser, _PLACE):
            raise Invalid("This browser did not open the page itself; open /slack/install again.")
        response = _sent_to(installing.authorize_url(browser))
        cookies.keep_browser(response, browser)
        return response

    @pages.get("/slack/oauth_redirect")
    def come_back() -> Response:
        """Always ends in a redirect: the code must leave the browser's address line."""
        response = _sent_to("/connected")
        try:
            outcome = _finish(installing, cookies.browser(request))
            cookies.forget_browser(response)
        except Exception as error:  # the browser is the edge: it must leave this address
            outcome = failures.told(error, _TITLE)
        cookies.keep(response, outcome)
        return response

    return pages


def _finish(installing: Installing, browser: str) -> Outcome:
    state = _given("state")
    if error := _given("error"):
        installing.refused(state=state, browser=browser)
        if error == "access_denied":
            text = "You did not allow it, so nothing was installed."
        else:
            word = error if _WORD.fullmatch(error) else "refused"
            text = f"Slack refused to go on ({word.replace('_', ' ')})."
        return Outcome(400, _TITLE, f"{text} To try again, open /slack/install.")
    if not state or not browser:
        return Outcome(404, _TITLE, GONE)
    done = installing.complete(state=state, code=_given("code"), browser=browser)
    if done.is_organisation:
        text = (
            "It is installed for the whole organisation. An organisation admin now adds it to the "
            "workspaces that shall use it; in each of them, type /ccc to begin."
        )
    elif done.again:
        text = (
            "Your settings are as you left them. If syncing was stopped when CCC was removed, "
            "type /ccc resume in Slack."
        )
    else:
        text = "Look into Slack: CCC has written to you what to do next, or type /ccc there."
    title = "CCC is installed again" if done.again else "CCC is installed"
    return Outcome(200, title, text, done.name[:200])


def _given(name: str) -> str:
    """A query parameter, once and of a believable length, or nothing."""
    values = request.args.getlist(name)
    if len(values) != 1 or len(values[0]) > _LONGEST[name] or not values[0].isprintable():
        return ""
    return values[0]


def _sent_to(address: str) -> Response:
    response = redirect(address, 303 if request.method == "POST" else 302)
    response.set_data(b"")  # the usual body would repeat the address
    return response
