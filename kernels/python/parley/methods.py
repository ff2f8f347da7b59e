"""The methods that the plugin provides, and whether parameters fit them."""

from __future__ import annotations

from .errors import InvalidPayload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    Handler = Callable[..., Any]

_VARARGS, _KEYWORDS = 0x04, 0x08  # code flags: *args, **keywords


class Parameters:
    """The keywords that a handler takes. `inspect` would know, but costs more to import than all of the shim."""

    __slots__ = ("_known", "_open", "_required")

    def __init__(self, handler: Handler) -> None:
        function = getattr(handler, "__func__", handler)
        code = getattr(function, "__code__", None)
        if code is None or hasattr(handler, "__wrapped__") or hasattr(handler, "__signature__"):
            self._known, self._required, self._open = _inspected(handler)
            return
        if code.co_posonlyargcount > (function is not handler):
            raise TypeError(f"{_name(handler)} takes positional-only arguments, but parameters come by name")
        names = code.co_varnames[: code.co_argcount]
        if function is not handler:
            names = names[1:]  # self
        optional = len(function.__defaults__ or ())
        keywords = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
        defaults = function.__kwdefaults__ or {}
        self._known = frozenset(names + keywords)
        self._required = names[: len(names) - optional] + tuple(name for name in keywords if name not in defaults)
        self._open = bool(code.co_flags & _KEYWORDS)

    def check(self, method: str, params: dict[str, Any]) -> None:
        """Raise :class:`InvalidPayload` for a name that the handler does not take, or for one that is missing."""
        for name in self._required:
            if name not in params:
                raise InvalidPayload(
                    f"{method} needs the parameter {name}", pointer=_pointer(name), expected=name, got="nothing"
                )
        if not self._open and not params.keys() <= self._known:
            name = next(name for name in params if name not in self._known)
            known = ", ".join(sorted(self._known)) or "no parameters"
            raise InvalidPayload(
                f"{method} takes no parameter {name}", pointer=_pointer(name), expected=known, got=name
            )


def _inspected(handler: Handler) -> tuple[frozenset[str], tuple[str, ...], bool]:
    import inspect

    try:
        found = inspect.signature(handler).parameters.values()
    except (TypeError, ValueError):  # something compiled that does not say
        return frozenset(), (), True
    named = [item for item in found if item.kind in (item.POSITIONAL_OR_KEYWORD, item.KEYWORD_ONLY)]
    required = tuple(item.name for item in named if item.default is item.empty)
    return frozenset(item.name for item in named), required, any(item.kind is item.VAR_KEYWORD for item in found)


def _pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _name(handler: Handler) -> str:
    return getattr(handler, "__name__", repr(handler))


class Method:
    """One provided method."""

    __slots__ = ("handler", "name", "parameters")

    def __init__(self, name: str, handler: Handler) -> None:
        self.name = name
        self.handler = handler
        self.parameters = Parameters(handler)


class Methods:
    """What this kernel provides, by name."""

    def __init__(self) -> None:
        self._methods: dict[str, Method] = {}

    def add(self, name: str, handler: Handler) -> Method:
        """Provide a method from now on."""
        if not callable(handler):
            raise TypeError(f"the handler of {name} is a {type(handler).__name__}, which cannot be called")
        if name in self._methods:
            raise ValueError(f"{name} is provided already")
        method = self._methods[name] = Method(name, handler)
        return method

    def remove(self, method: Method) -> None:
        """Withdraw it, unless another has taken its name since."""
        if self._methods.get(method.name) is method:
            del self._methods[method.name]

    def find(self, name: str) -> Optional[Method]:
        """The method of that name."""
        return self._methods.get(name)

    def nearest(self, name: str) -> list[str]:
        """Names that look like it."""
        import difflib

        return difflib.get_close_matches(name, self._methods)

    def clear(self) -> None:
        """Forget them all."""
        self._methods.clear()
