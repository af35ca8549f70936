"""Large texts on their way through the outbox: packed as they are written, never held whole.

A month of entries is megabytes of text and repeats itself; packed it is a tenth of that, for
every copy that the renderer, the database and the sender hold.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable

_FAST = 1  # of levels up to 9; the next ones win little and take several times as long


def pack(texts: Iterable[str]) -> str:
    """Fit for JSON."""
    packer = zlib.compressobj(_FAST)
    packed = bytearray()
    for text in texts:
        packed += packer.compress(text.encode())
    packed += packer.flush()
    return base64.b64encode(packed).decode()


def unpack(packed: str) -> bytes:
    """The texts again, one after the other, in UTF-8."""
    return zlib.decompress(base64.b64decode(packed))
