"""Parley's SDK for Python: ``from parley import on, emit, provide, call``. See the README for each function."""

from __future__ import annotations

from .errors import (
    Cancelled,
    Deadlock,
    DepthExceeded,
    HandlerError,
    InvalidPayload,
    InvalidReply,
    KernelDied,
    Nack,
    NoProvider,
    NotSerializable,
    Overloaded,
    ParleyError,
    PermissionDenied,
    RateLimited,
    Reject,
    Timeout,
    TooLarge,
    Unavailable,
)
from .plugin import (
    call,
    context,
    contributions,
    emit,
    lock,
    log,
    on,
    on_start,
    on_stop,
    progress,
    provide,
    services,
    settings,
    stream,
    wait_for,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .attaching import attach, detach
    from .store import storage

__all__ = [
    "Cancelled",
    "Deadlock",
    "DepthExceeded",
    "HandlerError",
    "InvalidPayload",
    "InvalidReply",
    "KernelDied",
    "Nack",
    "NoProvider",
    "NotSerializable",
    "Overloaded",
    "ParleyError",
    "PermissionDenied",
    "RateLimited",
    "Reject",
    "Timeout",
    "TooLarge",
    "Unavailable",
    "attach",
    "call",
    "context",
    "contributions",
    "detach",
    "emit",
    "lock",
    "log",
    "on",
    "on_start",
    "on_stop",
    "progress",
    "provide",
    "services",
    "settings",
    "storage",
    "stream",
    "wait_for",
]


def __getattr__(name: str) -> Any:
    """Load what few plugins want once one does."""
    if name == "storage":
        from .store import storage

        return storage
    if name in ("attach", "detach"):
        from . import attaching

        return getattr(attaching, name)
    raise AttributeError(f"parley has no {name}")
