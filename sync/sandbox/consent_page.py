"""The page on which an owner lets an app in, the same for every stand-in but in its own colour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

_STYLE = """
:root { color-scheme: light dark; --ink: #20242a; --quiet: #5d6570; --paper: #eef0f3;
  --sheet: #fff; --line: #d5d9df }
@media (prefers-color-scheme: dark) { :root { --ink: #e9ecf0; --quiet: #a6aeb8; --paper: #14171b;
  --sheet: #1d2126; --line: #363c44 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 27rem; background: var(--sheet); border: 1px solid var(--line);
  border-top: 6px solid var(--accent); border-radius: .6rem; padding: 1.75rem;
  overflow-wrap: anywhere }
.who { display: flex; justify-content: space-between; gap: 1rem; color: var(--quiet);
  font-size: .875rem }
.who b { color: var(--ink) }
h1 { font-size: 1.3rem; line-height: 1.3; margin: 1rem 0 .5rem }
ul { padding-left: 1.2rem; margin: .5rem 0 1.25rem }
li small { color: var(--quiet) }
form { display: flex; gap: .75rem; flex-wrap: wrap }
button { flex: 1 1 8rem; padding: .7rem 1rem; border-radius: .4rem; font: inherit;
  font-weight: 600; cursor: pointer; border: 1px solid var(--line); background: none;
  color: inherit }
button:first-of-type { background: var(--accent); border-color: var(--accent); color: #fff }
button:hover { filter: brightness(1.08) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px }
"""

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{service} (sandbox)</title><style>{style}:root {{ --accent: {accent} }}</style></head>
<body><main><p class="who"><b>{service}</b> <span>a stand-in to practise on</span></p>
<h1>CCC asks to use {account}</h1>
<ul>{asks}</ul>
<form method="post">{fields}
<button name="answer" value="{yes}">{allow}</button>
<button name="answer" value="{no}">{deny}</button></form></main></body></html>
"""


def consent_page(
    service: str,
    *,
    accent: str,
    account: str,
    asks: Iterable[tuple[str, str]],
    fields: Mapping[str, str],
    allow: tuple[str, str],
    deny: tuple[str, str],
) -> str:
    """`asks` are sentences with the scope's own name; a button is its value and its words."""
    hidden = (
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    listed = (f"<li>{escape(words)} <small>{escape(name)}</small></li>" for words, name in asks)
    return _PAGE.format(
        service=escape(service),
        style=_STYLE,
        accent=accent,
        account=escape(account),
        asks="".join(listed),
        fields="".join(hidden),
        yes=escape(allow[0]),
        allow=escape(allow[1]),
        no=escape(deny[0]),
        deny=escape(deny[1]),
    )
