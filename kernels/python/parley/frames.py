"""A frame is one running invocation of a handler; this is what the shim knows about each."""

from __future__ import annotations

from contextvars import ContextVar
from time import monotonic

from .errors import Cancelled
from .native import deque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from .envelope import Message


class Mailbox:
    """Where what a frame waits for arrives. Whoever waits leaves a ``wake``; putting something in calls it, once."""

    __slots__ = ("header", "items", "taken", "wake")

    def __init__(self) -> None:
        self.header = b""  # of the message that is answered here
        self.items: deque[Any] = deque()
        self.taken = 0  # items of a stream that its reader has taken out
        self.wake: Optional[Callable[[], object]] = None

    def put(self, item: Any) -> None:
        """Deliver an item, and wake who waits."""
        self.items.append(item)
        wake, self.wake = self.wake, None
        if wake is not None:
            wake()


class Frame:
    """``header`` are the bytes of the message that opened it: the parent of everything sent on its behalf."""

    __slots__ = (
        "cancelled", "credit", "deadline", "ended", "header", "id", "interrupted", "kind", "metadata", "mistake",
        "partial", "stop", "told", "waiting",
    )  # fmt: skip

    def __init__(self, kind: str, message: Message, metadata: Optional[dict[str, Any]] = None) -> None:
        self.kind = kind
        self.id = message.id
        self.header = message.raw_header
        self.metadata = message.metadata if metadata is None else metadata
        remaining = self.metadata.get("remaining")
        self.deadline = monotonic() + remaining if isinstance(remaining, (int, float)) else None
        self.ended = False
        self.cancelled: Optional[str] = None  # the reason
        self.told = False  # whether the handler has seen the cancellation
        self.interrupted = False  # a SIGINT came while the shim worked for this frame
        self.stop: Optional[Callable[[], object]] = None  # how to reach it where it is suspended
        self.credit: Optional[Mailbox] = None  # of a stream's producer
        self.waiting: Optional[Mailbox] = None  # what a plain handler is suspended for
        self.partial: dict[str, str] = {}  # what was printed of lines that have not ended
        self.mistake: Optional[Exception] = None  # a call that was not awaited

    def cancel(self, reason: str) -> None:
        """Raise the cancellation in the frame, where it is suspended or will be next."""
        self.cancelled = reason
        if self.stop is not None:
            self.stop()

    def check(self) -> None:
        """Raise what came while the frame could not be reached: a cancellation (once), an interrupt."""
        if self.interrupted:
            self.interrupted = False
            raise KeyboardInterrupt
        if self.cancelled is not None and not self.told:
            self.told = True
            raise Cancelled(f"the frame was cancelled: {self.cancelled}", reason=self.cancelled)


# Each strand and each asyncio task has a context of its own, so this is right in all of them, and None in a plugin's
# own threads and timers.
current: ContextVar[Optional[Frame]] = ContextVar("parley_frame", default=None)


def live() -> Optional[Frame]:
    """The frame on whose behalf the caller runs; a background task outlives its frame and then has none."""
    frame = current.get()
    return None if frame is None or frame.ended else frame


class Context:
    """What a handler can know about its frame: :func:`parley.context` returns one. Outside a frame most is None."""

    __slots__ = ("_frame", "plugin")

    def __init__(self, frame: Optional[Frame], plugin: str) -> None:
        self._frame = frame
        self.plugin = plugin

    def _field(self, name: str) -> Any:
        return None if self._frame is None else self._frame.metadata.get(name)

    @property
    def method(self) -> Optional[str]:
        """The method that was called."""
        method: Optional[str] = self._field("method")
        return method

    @property
    def event(self) -> Optional[str]:
        """The name of the event."""
        event: Optional[str] = self._field("event")
        return event

    @property
    def caller(self) -> Optional[str]:
        """The plugin that called."""
        caller: Optional[str] = self._field("caller")
        return caller

    @property
    def emitter(self) -> Optional[str]:
        """The plugin that emitted the event."""
        emitter: Optional[str] = self._field("emitter")
        return emitter

    @property
    def depth(self) -> Optional[int]:
        """How deep calls are nested here."""
        depth: Optional[int] = self._field("depth")
        return depth

    @property
    def deadline(self) -> Optional[float]:
        """The seconds that remain, None without a deadline."""
        if self._frame is None or self._frame.deadline is None:
            return None
        return max(0.0, self._frame.deadline - monotonic())

    @property
    def tenant(self) -> Optional[str]:
        """The tenant that the plugin belongs to."""
        tenant: Optional[str] = self._field("tenant")
        return tenant

    @property
    def trace(self) -> Optional[str]:
        """The W3C traceparent."""
        trace: Optional[str] = self._field("traceparent")
        return trace

    @property
    def event_id(self) -> Optional[str]:
        """Stable over redeliveries of the same event: what to deduplicate by."""
        event_id: Optional[str] = self._field("event_id")
        return event_id

    @property
    def attempt(self) -> Optional[int]:
        """Which delivery of the event this is, from 1."""
        attempt: Optional[int] = self._field("attempt")
        return attempt

    @property
    def retained(self) -> bool:
        """Whether this is an earlier event, kept for who subscribes later."""
        return self._field("retained") is True

    @property
    def cancelled(self) -> bool:
        """Whether the caller has given up: long computations look here now and then."""
        return self._frame is not None and self._frame.cancelled is not None

    def __repr__(self) -> str:
        names = (
            "method",
            "event",
            "caller",
            "emitter",
            "depth",
            "deadline",
            "tenant",
            "attempt",
            "retained",
            "cancelled",
        )
        fields = ((name, getattr(self, name)) for name in ("plugin", *names))
        return f"Context({', '.join(f'{name}={value!r}' for name, value in fields if value is not None)})"
