"""What a value in the environment must look like; the texts complete "NAME …"."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import math
from typing import Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr


def port(value: Any) -> int:
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65_536):
        raise ValueError("must be a whole number from 1 to 65535")
    return int(text)


def scale(value: Any) -> float:
    try:
        scale = float(str(value))
    except ValueError:
        scale = 0.0
    if not (math.isfinite(scale) and scale > 0):
        raise ValueError("must be a number above 0")
    return scale


def database(value: str) -> str:
    """One spelling from here on: hosts write `postgres://`, SQLAlchemy wants the driver named."""
    file = value.removeprefix("sqlite:///")
    if file != value and file not in ("", ":memory:"):
        return value
    for prefix in ("postgres://", "postgresql://"):
        if value.startswith(prefix):
            value = "postgresql+psycopg://" + value.removeprefix(prefix)
    try:
        parts = urlsplit(value)
        named = len(parts.path) > 1 and (parts.port is None or parts.port > 0)
    except ValueError:
        named = False
    if named and value.startswith("postgresql+psycopg://"):
        return value
    raise ValueError("must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")


def one_word(value: str) -> str:
    value = value.strip()
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("has spaces or characters that cannot be part of it")
    return value


def secret(value: SecretStr) -> SecretStr:
    return SecretStr(one_word(value.get_secret_value()))


def token(*prefixes: str) -> AfterValidator:
    """Slack's tokens say what they are; the wrong one in the wrong place is a common slip."""

    def check(value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not value.get_secret_value().startswith(prefixes):
            raise ValueError(f"must start with {prefixes[0]}")
        return value

    return AfterValidator(check)


def keys(value: SecretStr) -> SecretStr:
    for number, key in enumerate(split_keys(value), 1):
        try:
            raw = base64.b64decode(key + "=" * (-len(key) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        if len(raw) != 32:
            raise ValueError(f"has a key (number {number}) that `ccc key` did not make")
        if len(set(raw)) < 8:
            raise ValueError(f"has a key (number {number}) that is too simple: use `ccc key`")
    return value


def split_keys(keys: SecretStr) -> list[str]:
    return [key for part in keys.get_secret_value().split(",") if (key := part.strip())]


def address(value: str) -> str:
    """An http(s) address two parsers read alike; in clear only to this machine."""
    value = one_word(value)
    try:
        parts = urlsplit(value)
        readable = parts.port is None or parts.port > 0
    except ValueError:
        readable = False
    if not readable or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address that starts with https://")
    if "@" in parts.netloc or "\\" in value or parts.query or parts.fragment:
        raise ValueError("must be a plain address, without user name, ? or #")
    if parts.scheme == "http" and not is_loopback(value):
        raise ValueError("must start with https://: without it anybody on the way reads along")
    return value


def origin(value: str) -> str:
    value = address(value).rstrip("/")
    if urlsplit(value).path:
        raise ValueError("must be a host only, without a path")
    return value


def unslashed(value: str) -> str:
    return address(value).rstrip("/")


def slashed(value: str) -> str:
    return unslashed(value) + "/"


def is_loopback(address: str) -> bool:
    """Whether an address is this machine."""
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
