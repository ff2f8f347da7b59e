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
    NoProvider,
    NotSerializable,
    Overloaded,
    ParleyError,
    PermissionDenied,
    RateLimited,
    Timeout,
    TooLarge,
    Unavailable,
)
from .plugin import call, context, emit, lock, log, on, on_start, on_stop, progress, provide, settings, stream

__all__ = [
    "Cancelled",
    "Deadlock",
    "DepthExceeded",
    "HandlerError",
    "InvalidPayload",
    "InvalidReply",
    "KernelDied",
    "NoProvider",
    "NotSerializable",
    "Overloaded",
    "ParleyError",
    "PermissionDenied",
    "RateLimited",
    "Timeout",
    "TooLarge",
    "Unavailable",
    "call",
    "context",
    "emit",
    "lock",
    "log",
    "on",
    "on_start",
    "on_stop",
    "progress",
    "provide",
    "settings",
    "stream",
]
