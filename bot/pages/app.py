"""The few addresses outside Slack, in one Flask application that also hands Slack's requests on."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

from flask import Flask, abort, request
from werkzeug.wrappers import Response

from bot.pages.connecting import Linking, connecting
from bot.pages.cookies import Cookies
from bot.pages.failures import Failures
from bot.pages.health import Numbers, health
from bot.pages.installing import Installing, install_pages
from bot.pages.look import STYLE, guard
from bot.pages.outcome import Outcome, page

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

MOST_BODY: Final = 1 << 20
_ONE_WORKSPACE: Final = (
    "This CCC belongs to one Slack workspace and is already installed there; "
    "it cannot be installed from here. Type /ccc in Slack."
)


class Services(Protocol):
    """The part of `sync.services.facade.Services` that pages use."""

    @property
    def connections(self) -> Linking: ...


def build_pages(
    services: Services,
    *,
    public_url: str,
    secure_cookies: bool,
    cookie_key: bytes,
    ready: Callable[[], list[str]],
    slack_wsgi: WSGIApplication,
    metrics: Numbers,
    installing: Installing | None = None,
    secret: Callable[[], str] = lambda: secrets.token_urlsafe(32),
) -> Flask:
    """The WSGI application of `run` and `web`; `cookie_key` must be the same in every process.

    Without `installing` CCC belongs to one workspace.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BODY
    app.jinja_env.globals["style"] = STYLE
    over_tls = urlsplit(public_url).scheme == "https"
    cookies = Cookies(cookie_key, secure=secure_cookies, secret=secret)
    failures = Failures(lambda: secret()[:8])
    failures.watch(app)
    app.register_blueprint(connecting(services.connections, cookies, failures))
    app.register_blueprint(health(ready, metrics))

    @app.post("/slack/events")
    def slack_events() -> Response:
        """Slack's own application judges the signature; here only the size is looked at."""
        if "CONTENT_LENGTH" in request.environ and request.content_length is None:
            abort(400)
        if (request.content_length or 0) > MOST_BODY:
            abort(413)
        return Response.from_app(slack_wsgi, request.environ, buffered=True)

    if installing is not None:
        app.register_blueprint(install_pages(installing, cookies, failures))
    else:

        @app.get("/slack/install")
        @app.get("/slack/oauth_redirect")
        def slack_install() -> Response:
            return page(Outcome(404, "Already installed", _ONE_WORKSPACE))

    @app.after_request
    def finish(response: Response) -> Response:
        metrics.answered(
            request.url_rule.rule if request.url_rule else "other", response.status_code
        )
        guard(response, secure=over_tls)
        return response

    return app
