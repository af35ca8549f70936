"""A browser just good enough for pages with one form: it shows, fills and presses."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

_QUIET = ("style", "script", "title", "head")


class _Page(HTMLParser):
    """The text people read, and the form with its first button."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.form: dict[str, str] | None = None
        self.fields: dict[str, str] = {}
        self._pressed = False
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _QUIET:
            self._hidden += 1
        elif tag == "form" and self.form is None:
            self.form = given
        elif tag == "input" and self.form is not None and given.get("name"):
            self.fields[given["name"]] = given.get("value", "")
        elif tag == "button" and self.form is not None and not self._pressed:
            self._pressed = True
            if given.get("name"):
                self.fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _QUIET:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.words.append(" ".join(data.split()))


def walk_through(link: str, *, most_pages: int = 6) -> list[str]:
    """Open a link and press the one button of every page; what each page's heading said."""
    headings: list[str] = []
    with requests.Session() as session:
        answer = session.get(link, timeout=30)
        for _ in range(most_pages):
            page = _Page(answer.text)
            headings.append(" · ".join(page.words[:3]))
            if page.form is None:
                break
            address = urljoin(answer.url, page.form.get("action") or answer.url)
            if page.form.get("method", "get").lower() == "post":
                answer = session.post(address, data=page.fields, timeout=30)
            else:
                answer = session.get(address, params=page.fields, timeout=30)
    return headings
