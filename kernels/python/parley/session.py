"""The two sockets, the ids and the keys: everything that belongs to this launch of the kernel."""

from __future__ import annotations

import os
import sys

from . import envelope, values, zmtp
from .errors import TooLarge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

IMPLEMENTATION_VERSION = "1.0.0"
_FIXED_BYTES = len(envelope.DELIMITER) + 64


class Session:
    """Sends and receives on the DEALER and the SUB. :meth:`send` may be called from any thread."""

    def __init__(self, connection: dict[str, Any], suffix: str = "") -> None:
        if connection.get("signature_scheme") != "hmac-sha256":
            raise ValueError(f"unknown signature scheme {connection.get('signature_scheme')!r}")
        self.limit = int(connection["max_message_bytes"])
        self.signer = envelope.Signer(connection["key"].encode())
        self.headers = envelope.Headers()
        self.dealer = zmtp.Connection(connection["requests"], "DEALER", connection["kernel_id"] + suffix, self.limit)
        self.sub = zmtp.Connection(connection["events"], "SUB", None, self.limit)
        # Other threads of the plugin send as well: a byte in this pipe wakes the loop.
        self.woken, self._waker = os.pipe()
        os.set_blocking(self.woken, False)
        os.set_blocking(self._waker, False)

    @classmethod
    def from_file(cls, path: str) -> Session:
        """The session that the connection file describes; the file can be read only once."""
        with open(path, "rb") as file:
            return cls(values.load(file.read()))

    def send(
        self, header: bytes, parent: bytes, metadata: bytes, content: bytes, buffers: Sequence[bytes] = ()
    ) -> None:
        """Queue a message with this header, which replies carry as their parent."""
        size = _FIXED_BYTES + len(header) + len(parent) + len(metadata) + len(content)
        if buffers:
            size += sum(map(len, buffers))
        if size > self.limit:
            raise TooLarge(f"the message has {size} bytes, the limit is {self.limit}", size=size, limit=self.limit)
        frames = envelope.write(self.signer, header, parent, metadata, content)
        self.dealer.send([*frames, *buffers] if buffers else frames)

    def subscribe(self, topic: str) -> None:
        """Ask the orchestrator's XPUB for a topic."""
        self.sub.send([b"\1" + topic.encode()])

    def unsubscribe(self, topic: str) -> None:
        """Give a topic back."""
        self.sub.send([b"\0" + topic.encode()])

    def wake(self) -> None:
        """Wake the loop from another thread."""
        try:
            os.write(self._waker, b"\0")
        except BlockingIOError:
            pass  # the pipe is full of wake-ups already

    def drain_wakes(self) -> None:
        """Forget the wake-ups that have come."""
        try:
            while len(os.read(self.woken, 4096)) == 4096:
                pass
        except BlockingIOError:
            pass

    def close(self) -> None:
        """Close every descriptor: a forked child must not speak here."""
        self.dealer.close()
        self.sub.close()
        os.close(self.woken)
        os.close(self._waker)


def hello() -> dict[str, Any]:
    """What the kernel says of itself."""
    return {
        "protocol_versions": ["1.0"],
        "implementation": "parley-python",
        "implementation_version": IMPLEMENTATION_VERSION,
        "language_info": {
            "name": "python",
            "version": ".".join(map(str, sys.version_info[:3])),
            "mimetype": "text/x-python",
            "file_extension": ".py",
        },
        "pid": os.getpid(),
        "features": ["streams", "locks", "buffers", "execute", "waits"],
    }
