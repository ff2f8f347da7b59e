"""One exception class per outcome, under one base class, with the fields that the outcome carries."""

from __future__ import annotations

TYPE_CHECKING = False  # `import typing` alone would cost a quarter of the kernel's start
if TYPE_CHECKING:
    from typing import Any, Optional


class ParleyError(Exception):
    """What went wrong with an operation. ``kind`` is the outcome's name; ``message`` is a sentence for people."""

    kind: str = "error"
    FIELDS: tuple[str, ...] = ()

    def __init__(self, message: str = "", **fields: Any) -> None:
        super().__init__(message)
        self.message = message
        for name in self.FIELDS:
            setattr(self, name, fields.get(name))

    def to_object(self) -> dict[str, Any]:
        """The error object of the protocol: the message and those fields that are there."""
        fields = ((name, getattr(self, name, None)) for name in self.FIELDS)
        return {"message": self.message, **{name: value for name, value in fields if value is not None}}


class HandlerError(ParleyError):
    """The handler raised. ``frames`` are those of every language it passed through, outermost first."""

    kind = "handler_error"
    FIELDS = ("ename", "evalue", "traceback", "frames", "cause")
    ename: Optional[str]
    evalue: Optional[str]
    traceback: Optional[list[str]]
    frames: Optional[list[dict[str, Any]]]
    cause: Optional[dict[str, Any]]


class NoProvider(ParleyError):
    """Nobody provides the method; ``nearest`` are names that look like it."""

    kind = "no_provider"
    FIELDS = ("nearest",)
    nearest: Optional[list[str]]


class PermissionDenied(ParleyError):
    """The manifest or the host's configuration does not allow it; ``permission`` is what was missing."""

    kind = "permission_denied"
    FIELDS = ("permission",)
    permission: Optional[str]


class InvalidPayload(ParleyError):
    """The parameters or the payload are not what the schema or the handler wants, at ``pointer``."""

    kind = "invalid_payload"
    FIELDS = ("pointer", "expected", "got")
    pointer: Optional[str]
    expected: Any
    got: Any


class InvalidReply(ParleyError):
    """The handler's result is not what the schema or the caller wants, at ``pointer``."""

    kind = "invalid_reply"
    FIELDS = ("pointer", "expected", "got")
    pointer: Optional[str]
    expected: Any
    got: Any


class Timeout(ParleyError):
    """The deadline passed. ``started`` tells whether the handler had begun; ``timeout`` is in seconds."""

    kind = "timeout"
    FIELDS = ("started", "timeout")
    started: Optional[bool]
    timeout: Optional[float]


class Cancelled(ParleyError):
    """The caller or one of its ancestors gave up; ``reason`` says which way."""

    kind = "cancelled"
    FIELDS = ("reason",)
    reason: Optional[str]


class KernelDied(ParleyError):
    """The process that ran the handler ended; if ``started``, what it did before is unknown."""

    kind = "kernel_died"
    FIELDS = ("signal", "exit_code", "stderr", "started")
    signal: Any
    exit_code: Optional[int]
    stderr: Optional[list[str]]
    started: Optional[bool]


class Unavailable(ParleyError):
    """The provider is restarting, quarantined or going; try again after ``retry_after`` seconds."""

    kind = "unavailable"
    FIELDS = ("since", "retry_after")
    since: Any
    retry_after: Optional[float]


class Overloaded(ParleyError):
    """The provider's mailbox is full; try again after ``retry_after`` seconds."""

    kind = "overloaded"
    FIELDS = ("retry_after", "limit")
    retry_after: Optional[float]
    limit: Any


class RateLimited(ParleyError):
    """More operations than the plugin may make; try again after ``retry_after`` seconds."""

    kind = "rate_limited"
    FIELDS = ("retry_after", "limit")
    retry_after: Optional[float]
    limit: Any


class Deadlock(ParleyError):
    """This call would have closed a circle of waits; ``cycle`` names the plugins on it."""

    kind = "deadlock"
    FIELDS = ("cycle", "path")
    cycle: Optional[list[str]]
    path: Any


class DepthExceeded(ParleyError):
    """Calls are nested deeper than ``limit``; ``chain`` names the way down."""

    kind = "depth_exceeded"
    FIELDS = ("limit", "chain")
    limit: Optional[int]
    chain: Optional[list[str]]


class TooLarge(ParleyError):
    """The message would have ``size`` bytes, more than the ``limit``."""

    kind = "too_large"
    FIELDS = ("size", "limit")
    size: Optional[int]
    limit: Optional[int]


class NotSerializable(ParleyError):
    """A value has no faithful JSON form; ``path`` leads to it, like ``$.rows[3].when``."""

    kind = "not_serializable"
    FIELDS = ("path",)
    path: Optional[str]


class Nack(Exception):
    """Raised by the handler of an event: not now. It comes again after ``delay`` seconds, or when the host sees fit.

    Like :class:`Reject` it is no :class:`ParleyError`, so that ``except ParleyError`` around a call lets it pass.
    """

    def __init__(self, delay: Optional[float] = None, reason: str = "") -> None:
        if delay is not None and (isinstance(delay, bool) or not isinstance(delay, (int, float))):
            raise TypeError(f"the delay of Nack is a number of seconds, not a {type(delay).__name__}")
        if delay is not None and not 0 <= delay < float("inf"):
            raise ValueError(f"the delay of Nack is a number of seconds from 0, not {delay}")
        when = "later" if delay is None else f"in {delay} s"
        super().__init__(reason or f"the event was handed back, to come again {when}")
        self.delay = delay


class Reject(Exception):
    """Raised by the handler of an event: it will never be able to handle this one, and no attempt follows."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason or "the event was rejected")
        self.reason = reason


_CLASSES: dict[str, type[ParleyError]] = {kind.kind: kind for kind in ParleyError.__subclasses__()}


def from_object(outcome: str, error: dict[str, Any]) -> ParleyError:
    """The exception for an outcome that came over the wire."""
    fields = {name: value for name, value in error.items() if name != "message"}
    made = _CLASSES.get(outcome, ParleyError)(str(error.get("message", outcome)), **fields)
    if outcome not in _CLASSES:  # an outcome of a newer protocol
        made.kind = outcome
    return made
