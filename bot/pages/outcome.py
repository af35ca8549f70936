"""What a page says in the end, whether all went well or not."""

from __future__ import annotations

from dataclasses import dataclass

from flask import make_response, render_template
from werkzeug.wrappers import Response


@dataclass(frozen=True, slots=True)
class Outcome:
    """One small page; nothing in it is secret. `reference` is what to quote to whoever runs CCC."""

    status: int
    title: str
    text: str
    account: str = ""
    reference: str = ""


def page(outcome: Outcome) -> Response:
    """The outcome as HTML."""
    return make_response(render_template("outcome.html", outcome=outcome), outcome.status)
