"""How the pages look, and the headers that keep anything else from happening on them."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from werkzeug.wrappers import Response

STYLE: Final = """
:root { color-scheme: light dark; --ink: #1d2a26; --paper: #f4f6f3; --sheet: #ffffff;
  --quiet: #55635d; --line: #d7ded9; --deed: #0b5d45; --on-deed: #ffffff; --bad: #a3231f }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eeea; --paper: #111815; --sheet: #19221e;
  --quiet: #a5b3ac; --line: #33403a; --deed: #58c79f; --on-deed: #06261b; --bad: #ff9d94 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--paper); color: var(--ink); font: 1.0625rem/1.55 system-ui, sans-serif }
main { width: 100%; max-width: 30rem; padding: 2rem; background: var(--sheet);
  border: 1px solid var(--line); border-radius: .75rem; overflow-wrap: anywhere }
h1 { margin: 0 0 .75rem; font-size: 1.375rem; line-height: 1.25 }
h1.bad { color: var(--bad) }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 1.25rem 0 }
dt { color: var(--quiet) }
dd { margin: 0; font-weight: 600 }
p { margin: .75rem 0 }
.quiet { color: var(--quiet); font-size: .9375rem }
button { width: 100%; padding: .8rem 1rem; border: 0; border-radius: .5rem; cursor: pointer;
  background: var(--deed); color: var(--on-deed); font: inherit; font-weight: 600 }
button:hover { filter: brightness(1.08) }
:focus-visible { outline: 3px solid var(--deed); outline-offset: 3px }
"""

_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; frame-ancestors 'none'"
)


def guard(response: Response, *, secure: bool) -> None:
    """No scripts, no frames, no copies, and no address given away to the next page."""
    headers = response.headers
    # Browsers hold a form's redirects to `form-action` too, and a provider's sign-in hops between
    # hosts we cannot list; so only the page that goes on to a provider is without it.
    headers.setdefault("Content-Security-Policy", f"{_POLICY}; form-action 'none'")
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Frame-Options"] = "DENY"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cache-Control"] = "no-store"
    headers["X-Robots-Tag"] = "noindex"
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"


def allow_going_on(response: Response) -> Response:
    """For the one page whose form ends at a provider."""
    response.headers["Content-Security-Policy"] = _POLICY
    return response
