"""Whom an event is for, and what is said of it when handlers fail: decisions alone; `events` acts on them."""

from __future__ import annotations

from .errors import Nack, Reject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from .events import Subscription


def by_topic(subscriptions: Iterable[Subscription], event: str) -> list[Subscription]:
    """Who wants an event that was published for all: those that it has a topic for."""
    return [each for each in subscriptions if event in each.events.values()]


def directed(subscriptions: Iterable[Subscription], event: str, named: Any) -> list[Subscription]:
    """Who wants an event that came for this plugin alone: those that are named, else those whose pattern matches."""
    if named is not None:
        return [each for each in subscriptions if each.id in named]
    return [each for each in subscriptions if matches(each.pattern, event)]


def matches(pattern: str, event: str) -> bool:
    """Whether a pattern is for an event, segment by segment."""
    wanted, segments = pattern.split(":"), event.split(":")
    if wanted[-1] == "**":
        wanted.pop()
        segments = segments[: len(wanted)]
    return len(wanted) == len(segments) and all(map(lambda want, is_: want in ("*", is_), wanted, segments))


def by_weight(errors: list[BaseException]) -> list[BaseException]:
    """The error that decides comes first: a rejection, else a nack, else whichever handler failed first."""
    return sorted(errors, key=lambda error: 0 if isinstance(error, Reject) else 1 if isinstance(error, Nack) else 2)


def disposition(errors: list[BaseException]) -> dict[str, Any]:
    """What the event_reply says besides its outcome. Of several delays the longest holds: no handler is asked early."""
    if any(isinstance(error, Reject) for error in errors):
        return {"disposition": "reject"}
    nacks = [error for error in errors if isinstance(error, Nack)]
    if not nacks:
        return {}
    delays = [error.delay for error in nacks if error.delay is not None]
    return {"disposition": "nack", **({"delay": max(delays)} if delays else {})}


def duplicate(value: Any) -> Any:
    """A copy of a JSON value."""
    if isinstance(value, dict):
        return {key: duplicate(item) for key, item in value.items()}
    if isinstance(value, list):
        return [duplicate(item) for item in value]
    return value
