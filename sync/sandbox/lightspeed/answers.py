"""Bodies and headers as the service sends them: JSON when asked properly, XML otherwise."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import orjson
from werkzeug.wrappers import Response

JSON = "application/json"
HTML = "text/html; charset=UTF-8"
_REASONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


class Refusal(Exception):
    """A request that the service turns down."""

    def __init__(self, status: int, message: str, error_class: str = "Exception") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.error_class = error_class


def wants_json(path: str, accept: str | None) -> bool:
    """The Accept header wins over the suffix, and `*/*` in front of it means XML."""
    if accept is None or not accept.strip():
        return path.endswith(".json")
    first = accept.split(",")[0].split(";")[0].strip().lower()
    return first == JSON


def as_json(body: dict[str, Any]) -> bytes:
    """Compact, with escaped slashes; a slash occurs inside strings only."""
    return orjson.dumps(body).replace(b"/", b"\\/")


def _fill(parent: Element, value: Any) -> None:
    if not isinstance(value, dict):
        parent.text = str(value)
        return
    for name, inner in value.items():
        if name == "@attributes":
            for attribute, text in inner.items():
                parent.set(attribute, text)
        else:
            for one in inner if isinstance(inner, list) else [inner]:
                _fill(SubElement(parent, name), one)


def as_xml(root: str, body: dict[str, Any]) -> bytes:
    """The same content for who did not ask for JSON."""
    element = Element(root)
    _fill(element, body)
    text: bytes = tostring(element, encoding="utf-8", xml_declaration=True)
    return text


def data(root: str, body: dict[str, Any], *, json: bool) -> Response:
    """A successful answer."""
    if json:
        return Response(as_json(body), content_type=JSON)
    return Response(as_xml(root, body), content_type="application/xml; charset=UTF-8")


def refused(refusal: Refusal) -> Response:
    """The application's error object, which really is served as HTML."""
    body = {
        "httpCode": str(refusal.status),
        "httpMessage": _REASONS.get(refusal.status, "Error"),
        "message": refusal.message,
        "errorClass": refusal.error_class,
    }
    return Response(as_json(body), status=refusal.status, content_type=HTML)


def unauthorised(hint: str) -> Response:
    """The newer authentication error, in its own shape."""
    body = {
        "error": "access_denied",
        "error_description": "The resource owner or authorization server denied the request.",
        "hint": hint,
    }
    return Response(as_json(body), status=401, content_type=JSON)


def gateway_page(status: int, title: str) -> Response:
    """What stands in front of the service when the service does not."""
    page = f"<html><head><title>{status} {title}</title></head><body><h1>{title}</h1></body></html>"
    return Response(page, status=status, content_type="text/html")
