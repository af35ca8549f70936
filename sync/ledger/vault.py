"""Seals secrets for the database: AES-GCM, bound to the row they belong to."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Callable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync.errors import Misconfigured, Undecryptable

_VERSION = b"\x01"
_KEY_ID = 8
_NONCE = 12


def new_key(random: Callable[[int], bytes] = os.urandom) -> str:
    """A fresh key in the form CCC_SECRET_KEYS takes."""
    return base64.urlsafe_b64encode(random(32)).decode()


class Vault:
    """The first key seals, every key opens; so keys rotate without a stop."""

    def __init__(self, keys: Sequence[str], *, random: Callable[[int], bytes] = os.urandom) -> None:
        if not keys:
            raise Misconfigured("CCC_SECRET_KEYS is empty; make a key with `ccc key`.")
        self._random = random
        self._keys: dict[bytes, AESGCM] = {}
        raw = [_decode(key, place) for place, key in enumerate(keys, 1)]
        for secret in raw:
            self._keys.setdefault(_key_id(secret), AESGCM(secret))
        self._first = _key_id(raw[0])
        self._secrets = raw

    def seal(self, secret: bytes, place: str) -> bytes:
        """Encrypt for one place (table, row, column); it opens nowhere else."""
        nonce = self._random(_NONCE)
        sealed = self._keys[self._first].encrypt(nonce, secret, place.encode())
        return _VERSION + self._first + nonce + sealed

    def open(self, sealed: bytes, place: str) -> bytes:
        """Decrypt, or raise Undecryptable: altered, moved, or sealed with a key we lack."""
        key = self._keys.get(sealed[1 : 1 + _KEY_ID])
        if sealed[:1] != _VERSION or key is None:
            raise Undecryptable("A stored secret was sealed with a key that is not in use here.")
        start = 1 + _KEY_ID + _NONCE
        try:
            return key.decrypt(sealed[1 + _KEY_ID : start], sealed[start:], place.encode())
        except InvalidTag as error:
            raise Undecryptable("A stored secret does not open for its row.") from error

    def is_current(self, sealed: bytes) -> bool:
        """False when a rotation should seal it again."""
        return sealed[1 : 1 + _KEY_ID] == self._first

    def digest(self, value: str) -> str:
        """A look-up key that does not show the value."""
        return self.digests(value)[0]

    def digests(self, value: str) -> tuple[str, ...]:
        """The digest under every key, the current first: rows made before a rotation are found."""
        return tuple(
            hmac.new(secret, b"ccc external id" + value.encode(), hashlib.sha256).hexdigest()
            for secret in self._secrets
        )


def _decode(key: str, place: int) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(key.strip() + "=" * (-len(key.strip()) % 4))
    except (binascii.Error, ValueError) as error:
        raise Misconfigured(
            f"Key {place} of CCC_SECRET_KEYS is not base64; use `ccc key`."
        ) from error
    if len(raw) != 32:
        raise Misconfigured(f"Key {place} of CCC_SECRET_KEYS is not 32 bytes; use `ccc key`.")
    if len(set(raw)) < 8:
        raise Misconfigured(f"Key {place} of CCC_SECRET_KEYS is too simple; use `ccc key`.")
    return raw


def _key_id(secret: bytes) -> bytes:
    return hashlib.sha256(b"ccc key id" + secret).digest()[:_KEY_ID]
