"""Jupyter's envelope: frames to messages and back, signatures, ids, and the memory of what was seen."""

from __future__ import annotations

import hashlib
from itertools import count
from os import urandom
from time import gmtime, strftime, time

from . import values
from .native import compare_digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Callable

DELIMITER = b"<IDS|MSG>"
NOTHING = b"{}"


class EnvelopeError(Exception):
    """Frames that are no message. ``reason`` is ``not_an_envelope``, ``bad_signature`` or ``malformed``."""

    def __init__(self, reason: str, text: str, header: bytes = NOTHING) -> None:
        super().__init__(text)
        self.reason = reason
        self.header = header


class Message:
    """A verified message. ``raw_header`` and ``raw_parent`` are the bytes on the wire: replies carry them on."""

    __slots__ = ("content", "id", "metadata", "raw_header", "raw_parent", "type")

    def __init__(self, kind: str, ident: str, frames: Sequence[bytes], metadata: dict[str, Any], content: Any) -> None:
        self.type = kind
        self.id = ident
        self.raw_header, self.raw_parent = frames[0], frames[1]
        self.metadata = metadata
        self.content: dict[str, Any] = content

    @property
    def outcome(self) -> str:
        """What a reply reports."""
        return str(self.metadata.get("outcome", "ok"))


class Signer:
    """HMAC-SHA256 with its key already mixed in: copying two hash states is quicker than making them anew."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        if len(key) > 64:
            key = hashlib.sha256(key).digest()
        key = key.ljust(64, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key))

    def sign(self, frames: Sequence[bytes]) -> bytes:
        """The signature of header, parent_header, metadata and content, in hex."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(b"".join(frames))
        outer.update(inner.digest())
        return outer.hexdigest().encode()


class Headers:
    """Writes headers by template: an id is a random prefix and a number, never a UUID for each message."""

    def __init__(self) -> None:
        self.session = "k-" + urandom(6).hex()
        self._numbers = count(1)
        self._millisecond = -1
        self._date = ""
        self._before = f'{{"msg_id":"{self.session}-'
        self._middle = f'","session":"{self.session}","username":"parley","date":"'

    def make(self, kind: str) -> bytes:
        """The header of the next message of this type."""
        now = int(time() * 1000)
        if now != self._millisecond:
            self._millisecond = now
            self._date = f"{_second(now // 1000)}.{now % 1000:03d}Z"
        number = next(self._numbers)
        return f'{self._before}{number}{self._middle}{self._date}","msg_type":"{kind}","version":"5.4"}}'.encode()


def _second(seconds: int) -> str:
    return strftime("%Y-%m-%dT%H:%M:%S", gmtime(seconds))


class Replays:
    """Remembers the last 1,024 message ids at least (and 2,048 at most): two sets, the older one dropped in turn."""

    def __init__(self, size: int = 1024) -> None:
        self._size = size
        self._new: set[str] = set()
        self._old: set[str] = set()

    def seen(self, ident: str) -> bool:
        """Whether this id came before; it is remembered from now on."""
        if ident in self._new or ident in self._old:
            return True
        self._new.add(ident)
        if len(self._new) >= self._size:
            self._old, self._new = self._new, set()
        return False


def write(signer: Signer, header: bytes, parent: bytes, metadata: bytes, content: bytes) -> list[bytes]:
    """The frames of a message, signed; buffers are appended by the sender."""
    return [DELIMITER, signer.sign((header, parent, metadata, content)), header, parent, metadata, content]


def read(frames: Sequence[bytes], signer: Signer) -> Message:
    """The message in these frames. Nothing is parsed before the signature over the bytes received is right."""
    if len(frames) < 6 or frames[0] != DELIMITER:
        raise EnvelopeError("not_an_envelope", "the frames are not a message")
    signed = frames[2:6]
    if not compare_digest(signer.sign(signed), frames[1]):
        raise EnvelopeError("bad_signature", "the signature is wrong")
    header = _object(values.load, signed[0], "header", NOTHING)
    ident, kind = header.get("msg_id"), header.get("msg_type")
    if not isinstance(ident, str) or not isinstance(kind, str):
        raise EnvelopeError("malformed", "the header lacks msg_id or msg_type")
    metadata = _object(values.load, signed[2], "metadata", signed[0])
    content = _object(values.decode, signed[3], "content", signed[0])
    if len(frames) > 6:
        try:
            values.restore(content, metadata.get("buffer_paths", ()), list(frames[6:]))
        except (LookupError, TypeError, ValueError) as error:
            raise EnvelopeError("malformed", f"buffer_paths do not fit the content: {error}", signed[0]) from error
    return Message(kind, ident, signed, metadata, content)


def unavailable(reason: str) -> Message:
    """What whoever waits gets when the orchestrator says nothing any more."""
    return Message(
        "gone", "", (NOTHING,) * 4, {"outcome": "unavailable"}, {"message": f"It is not answered: {reason}."}
    )


def _object(decode: Callable[[bytes], Any], data: bytes, name: str, header: bytes) -> dict[str, Any]:
    if data == NOTHING:
        return {}
    try:
        value = decode(data)
    except (ValueError, RecursionError) as error:
        raise EnvelopeError("malformed", f"the {name} is not JSON: {error}", header) from error
    if not isinstance(value, dict):
        raise EnvelopeError("malformed", f"the {name} is not an object", header)
    return value
