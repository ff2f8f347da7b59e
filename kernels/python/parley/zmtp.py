"""The part of ZMTP 3.0 that a kernel needs, over a unix stream socket: NULL mechanism, DEALER and SUB."""

from __future__ import annotations

from os import read as read_descriptor
from os import write as write_descriptor

from .native import AF_UNIX, SOCK_STREAM, deque, socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
MORE, LONG, COMMAND = 1, 2, 4
_READ_SIZE = 65536
_READS_PER_TURN = 32
_MARGIN = 65536
_SHORT_MORE = [bytes((MORE, size)) for size in range(256)]
_LONG_MORE, _LONG_LAST = bytes((MORE | LONG,)), bytes((LONG,))
_SHORT_LAST = [bytes((0, size)) for size in range(256)]


class ZmtpError(Exception):
    """The peer does not speak our ZMTP, or refused us; the connection is of no more use."""


def command(name: bytes, body: bytes) -> bytes:
    """A command frame."""
    body = bytes((len(name),)) + name + body
    if len(body) > 255:
        return bytes((COMMAND | LONG,)) + len(body).to_bytes(8, "big") + body
    return bytes((COMMAND, len(body))) + body


def ready(socket_type: str, identity: str | None = None) -> bytes:
    """The READY command of a socket."""
    properties = [("Socket-Type", socket_type.encode())]
    if identity is not None:
        properties.append(("Identity", identity.encode()))
    return command(b"READY", b"".join(_property(name, value) for name, value in properties))


def _property(name: str, value: bytes) -> bytes:
    return bytes((len(name),)) + name.encode() + len(value).to_bytes(4, "big") + value


def encode(frames: Sequence[bytes]) -> bytes:
    """A multipart message."""
    parts: list[bytes] = []
    for frame in frames:
        size = len(frame)
        parts += (_SHORT_MORE[size] if size < 256 else _LONG_MORE + size.to_bytes(8, "big")), frame
    size = len(frames[-1])
    parts[-2] = _SHORT_LAST[size] if size < 256 else _LONG_LAST + size.to_bytes(8, "big")
    return b"".join(parts)


class Decoder:
    """Bytes in, however they were split or joined on the way; messages out, and replies to commands."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.replies: list[bytes] = []
        self.is_ready = False
        self._greeted = False
        self._waiting: list[bytes] = []  # what has come of a frame that is not whole yet
        self._have = 0
        self._need = 0
        self._frames: list[bytes] = []

    def feed(self, data: bytes) -> list[list[bytes]]:
        """The messages that these bytes complete."""
        if self._waiting:
            # Joined only once enough has come: a frame of megabytes arrives in hundreds of pieces.
            self._waiting.append(data)
            self._have += len(data)
            if self._have < self._need:
                return []
            data = b"".join(self._waiting)
            self._waiting = []
        messages: list[list[bytes]] = []
        position = self._parse(data, messages)
        if position < len(data):
            self._waiting = [data[position:]]
            self._have = len(data) - position
        return messages

    def _parse(self, data: bytes, messages: list[list[bytes]]) -> int:
        position, end = 0, len(data)
        if not self._greeted:
            if end < len(GREETING):
                self._need = len(GREETING)
                return 0
            _check_greeting(data)
            self._greeted = True
            position = len(GREETING)
        while end - position >= 2:
            flags = data[position]
            if flags & LONG:
                start = position + 9
                if end < start:
                    self._need = 9
                    return position
                size = int.from_bytes(data[position + 1 : start], "big")
                if size > self.limit + _MARGIN:
                    raise ZmtpError(f"a frame of {size} bytes, the limit is {self.limit}")
            else:
                start = position + 2
                size = data[position + 1]
            after = start + size
            if after > end:
                self._need = after - position
                return position
            position = after
            if flags & COMMAND:
                self._command(data[start:after])
                continue
            self._frames.append(data[start:after])
            if not flags & MORE:
                messages.append(self._frames)
                self._frames = []
        self._need = 2
        return position

    def _command(self, body: bytes) -> None:
        size = body[0] if body else 0
        name, rest = body[1 : 1 + size], body[1 + size :]
        if name == b"READY":
            self.is_ready = True
        elif name == b"ERROR":
            raise ZmtpError("refused by the peer: " + rest[1:].decode("utf-8", "replace"))
        elif name == b"PING":
            self.replies.append(command(b"PONG", rest[2:]))


def _check_greeting(data: bytes) -> None:
    if data[0] != 0xFF or data[9] != 0x7F:
        raise ZmtpError("the peer does not speak ZMTP")
    if data[10] < 3:
        raise ZmtpError(f"the peer speaks ZMTP {data[10]}, too old")
    if data[12:32].rstrip(b"\0") != b"NULL":
        raise ZmtpError("the peer wants a security mechanism that kernels do not have")


class Connection:
    """One socket's connection. It never blocks: what cannot be written yet is kept, and reading goes on meanwhile."""

    def __init__(self, endpoint: str, socket_type: str, identity: str | None, limit: int) -> None:
        if not endpoint.startswith("ipc://"):
            raise ZmtpError(f"only ipc:// endpoints are spoken, this is {endpoint}")
        self._socket = socket(AF_UNIX, SOCK_STREAM)
        self._socket.connect(endpoint[len("ipc://") :])
        self._socket.setblocking(False)
        self.descriptor = self._socket.fileno()
        self.decoder = Decoder(limit)
        # A deque, since its append and popleft are safe when a plugin's own threads send as well.
        self._out: deque[bytes] = deque()
        self._rest: bytes | memoryview = GREETING + ready(socket_type, identity)

    def send(self, frames: Sequence[bytes]) -> None:
        """Queue a message; :meth:`flush` writes it."""
        self._out.append(encode(frames))

    @property
    def has_output(self) -> bool:
        """Whether something waits to be written."""
        return bool(self._out or self._rest)

    def flush(self) -> bool:
        """Write what is queued as far as the socket takes it, in one go; False when some had to be kept."""
        # libzmq ends a connection on which messages come before it has sent its own READY.
        while self._rest or (self._out and self.decoder.is_ready):
            if not self._rest:
                queued = []
                while self._out:
                    queued.append(self._out.popleft())
                self._rest = queued[0] if len(queued) == 1 else b"".join(queued)
            try:
                written = write_descriptor(self.descriptor, self._rest)
            except BlockingIOError:
                return False
            self._rest = memoryview(self._rest)[written:] if written < len(self._rest) else b""
        return True

    def receive(self) -> list[list[bytes]]:
        """The messages that have come. ``EOFError`` when the peer is gone."""
        messages: list[list[bytes]] = []
        for _ in range(_READS_PER_TURN):
            try:
                data = read_descriptor(self.descriptor, _READ_SIZE)
            except BlockingIOError:
                break
            if not data:
                raise EOFError("the connection has ended")
            messages += self.decoder.feed(data)
            if len(data) < _READ_SIZE:
                break
        if self.decoder.replies:
            self._out.extend(self.decoder.replies)
            self.decoder.replies.clear()
        return messages

    def close(self) -> None:
        """Close the descriptor (in a forked child, which must not speak here)."""
        self._socket.close()
