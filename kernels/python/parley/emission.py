"""Emitting an event, and waiting until those who subscribed have handled it."""

from __future__ import annotations

from .exchange import answer, parts, patience
from .records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal, Optional, Union

    from .exchange import Operation
    from .kernel import Kernel

    Confirm = Union[Literal["all", "any"], int]


class Confirmation(Record):
    """What became of an event that was emitted with ``confirm``."""

    __slots__ = ("confirmed", "duplicate", "event_id", "outcomes", "subscriptions")
    subscriptions: int
    """The subscriptions that it went to."""
    event_id: str
    confirmed: bool
    """Whether as many handled it as were asked for."""
    duplicate: bool
    """Whether an event with this ``event_id`` was emitted before: then nobody gets it again, or is waited for."""
    outcomes: dict[str, dict[str, Any]]
    """By plugin: ``{"outcome": "ok"}``, or an error object with its ``outcome``; ``timeout`` for one that is silent."""


def emit(
    kernel: Kernel,
    event: str,
    payload: Any,
    confirm: Optional[Confirm],
    require: bool,
    timeout: Optional[float],
    event_id: Optional[str],
) -> Operation:
    """Emit an event: the number of subscriptions it went to or, with ``confirm``, what became of it there."""
    metadata = {"event": event, **_conditions(event, confirm, require, timeout)}
    if event_id is not None:
        if not isinstance(event_id, str):
            raise TypeError(f"event_id is text, not {event_id!r}")
        metadata["event_id"] = event_id
    mailbox = kernel.request("emit", *parts(f"the payload of {event}", payload, metadata))
    try:
        content = answer((yield mailbox))
    finally:
        kernel.forget(mailbox)
    if confirm is None:
        return content.get("subscriptions", 0)
    return Confirmation(**{"duplicate": False, **content})


def _conditions(event: str, confirm: Any, require: bool, timeout: Optional[float]) -> dict[str, Any]:
    conditions: dict[str, Any] = patience(f"{event} was not emitted", timeout)
    if require:
        conditions["require"] = True
    if confirm is not None:
        is_number = isinstance(confirm, int) and not isinstance(confirm, bool) and confirm > 0
        if not is_number and confirm not in ("all", "any"):
            raise ValueError(f'confirm is "all", "any" or a number of subscribers from 1, not {confirm!r}')
        conditions["confirm"] = confirm
    return conditions
