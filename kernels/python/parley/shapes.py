"""The rhythm that a subscription asks for: ``on(…, batch=…)`` and the like, checked before anything is sent."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, TypedDict

    class _Batch(TypedDict):
        window: float

    class Batch(_Batch, total=False):
        """A list of all that came within ``window`` seconds of the first, of at most ``max``."""

        max: int

    class _Debounce(TypedDict):
        wait: float

    class Debounce(_Debounce, total=False):
        """The last one, once none has come for ``wait`` seconds; after ``max_wait`` seconds in any case."""

        max_wait: float

    class Throttle(TypedDict):
        """At most one in ``interval`` seconds."""

        interval: float

    class _Latest(TypedDict):
        interval: float

    class Latest(_Latest, total=False):
        """Every ``interval`` seconds the last one of each ``key``, a JSON pointer into the payload."""

        key: str


EXAMPLES = {
    "batch": 'batch={"window": 0.5, "max": 100}',
    "debounce": 'debounce={"wait": 0.3, "max_wait": 2}',
    "throttle": 'throttle={"interval": 1}',
    "latest": 'latest={"interval": 1, "key": "/sku"}',
}


def _is_seconds(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < float("inf")


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_pointer(value: Any) -> bool:
    return isinstance(value, str) and (value == "" or value.startswith("/"))


_SECONDS = ("seconds, a number above 0", _is_seconds)
_COUNT = ("a whole number from 1", _is_count)
_POINTER = ('a JSON pointer into the payload, like "/sku"', _is_pointer)
_FIELDS: dict[str, dict[str, tuple[str, Callable[[Any], bool]]]] = {  # the first one of each must be there
    "batch": {"window": _SECONDS, "max": _COUNT},
    "debounce": {"wait": _SECONDS, "max_wait": _SECONDS},
    "throttle": {"interval": _SECONDS},
    "latest": {"interval": _SECONDS, "key": _POINTER},
}


def check(options: dict[str, Any]) -> None:
    """Refuse what is no ``shape`` of a subscribe, and say what would be one."""
    for name in options:
        if name not in _FIELDS:
            raise TypeError(f"on() has no option {name}: it takes one of {', '.join(EXAMPLES.values())}")
    if len(options) > 1:
        raise TypeError(f"a subscription has one rhythm, not {' and '.join(options)}")
    for name, fields in options.items():
        _check_fields(name, fields)


def _check_fields(name: str, fields: Any) -> None:
    known = _FIELDS[name]
    if not isinstance(fields, dict):
        raise TypeError(f"{name} is a dict, not a {type(fields).__name__}: write {EXAMPLES[name]}")
    for field in fields:
        if field not in known:
            raise TypeError(f"{name} has {' and '.join(known)}, not {field!r}: write {EXAMPLES[name]}")
    needed = next(iter(known))
    if needed not in fields:
        raise TypeError(f"{name} needs {needed}: write {EXAMPLES[name]}")
    for field, value in fields.items():
        wanted, fits = known[field]
        if not fits(value):
            raise ValueError(f"{field} of {name} is {wanted}, not {value!r}: write {EXAMPLES[name]}")
    if name == "debounce" and fields.get("max_wait", fields["wait"]) < fields["wait"]:
        raise ValueError(f"max_wait of debounce is no shorter than wait: write {EXAMPLES[name]}")
