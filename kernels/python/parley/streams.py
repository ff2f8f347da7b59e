"""What plugin code prints goes out as `stream` messages of the frame that printed it."""

from __future__ import annotations

import io
import os
import sys
from time import monotonic

from .frames import current

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Callable, Optional

    from .frames import Frame

    Emit = Callable[[Optional[Frame], str, str], None]

_write_descriptor = os.write
_PIECE = 8192  # characters
_LINES = 32  # that go out at once, before a flood is taken for one
_PATIENCE = 0.02  # seconds


class Output(io.TextIOBase):
    """Stands for ``sys.stdout`` or ``sys.stderr``.

    It sends each line as it ends, so that nothing printed before a crash is lost; the rest of a line waits for its end,
    a flush, or the frame's next message. Of a frame that floods, lines wait until 8 KiB are there or a moment passed.
    """

    errors = "backslashreplace"
    encoding = "utf-8"

    def __init__(self, name: str, descriptor: int, emit: Emit) -> None:
        super().__init__()
        self.name = f"<{name}>"
        self._stream = name
        self._descriptor = descriptor
        self._emit = emit
        self._outside: dict[str, str] = {}  # what was printed outside of any frame
        self._forked = False
        self._burst = 0
        self._sent = 0.0
        self.buffer = _Bytes(self)

    def write(self, text: str) -> int:
        """Print."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self._forked:
            _write_descriptor(self._descriptor, text.encode("utf-8", "backslashreplace"))
            return len(text)
        frame, partial = self._place()
        if frame is not None and len(partial) > (self._stream in partial):
            flush_partial(frame, self._emit)  # what went to the other stream came first
            partial = frame.partial
        whole = partial.pop(self._stream, "") + text
        end = self._end(frame, whole)
        if end:
            self._emit(frame, self._stream, whole[:end])
        if end < len(whole):
            partial[self._stream] = whole[end:]
        return len(text)

    def _end(self, frame: Optional[Frame], text: str) -> int:
        """How much of a text is to be sent now."""
        end = text.rfind("\n") + 1
        if len(text) >= _PIECE:
            return end or len(text)
        if not end or frame is None:
            return end
        now = monotonic()
        if now - self._sent > _PATIENCE:
            self._burst = 0
        if self._burst >= _LINES:
            return 0
        self._burst += 1
        self._sent = now
        return end

    def flush(self) -> None:
        """Send what has been printed of a line that has not ended."""
        if not self._forked:
            frame, partial = self._place()
            if partial.get(self._stream):
                self._emit(frame, self._stream, partial.pop(self._stream))

    def _place(self) -> tuple[Optional[Frame], dict[str, str]]:
        frame = current.get()
        if frame is None or frame.ended:
            return None, self._outside
        return frame, frame.partial

    def _send(self, frame: Optional[Frame], text: str) -> None:
        self._emit(frame, self._stream, text)

    def close(self) -> None:
        """Flush. A plugin that closes its standard output closes it for nobody, not even for itself."""
        self.flush()

    def writelines(self, lines: Iterable[Any]) -> None:
        """Print each."""
        self.write("".join(lines))

    def writable(self) -> bool:
        """It is."""
        return True

    def fileno(self) -> int:
        """The real descriptor, for child processes: the orchestrator captures it as well."""
        return self._descriptor

    def isatty(self) -> bool:
        """It is not."""
        return False

    def reconfigure(self, **_options: Any) -> None:
        """Lines are sent as they end, in UTF-8, whatever is asked for."""

    def forget(self) -> None:
        """In a forked child: print to the descriptor from now on."""
        self._forked = True


class _Bytes(io.RawIOBase):
    """``sys.stdout.buffer``: bytes are shown as UTF-8."""

    def __init__(self, text: Output) -> None:
        super().__init__()
        self._text = text

    def write(self, data: Any) -> int:
        self._text.write(bytes(data).decode("utf-8", "replace"))
        return len(data)

    def flush(self) -> None:
        self._text.flush()

    def close(self) -> None:
        self.flush()

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._text.fileno()


def capture(emit: Emit) -> tuple[Output, Output]:
    """Put our streams into ``sys``; the interpreter's own stay at ``sys.__stdout__``, line buffered."""
    for stream in (sys.__stdout__, sys.__stderr__):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True)
    outputs = Output("stdout", 1, emit), Output("stderr", 2, emit)
    sys.stdout, sys.stderr = outputs
    return outputs


def flush_partial(frame: Frame, emit: Emit) -> None:
    """Send the unended lines of a frame: they come before its other messages."""
    partial, frame.partial = frame.partial, {}
    for name, text in partial.items():
        if text:
            emit(frame, name, text)
