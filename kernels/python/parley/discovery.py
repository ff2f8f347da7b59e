"""What other plugins have to offer: methods that may be called, and contributions to this plugin's own points."""

from __future__ import annotations

from .errors import NoProvider
from .exchange import ask, call, patience, perform
from .records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from .exchange import Operation
    from .kernel import Kernel


class Service(Record):
    """A method that this plugin may call."""

    __slots__ = ("available", "language", "method", "plugin", "stream")
    method: str
    plugin: str
    language: str
    stream: bool
    """Whether it is read with ``stream()``."""
    available: bool
    """Whether its provider has started and provides it now."""


class Contribution(Record):
    """What another plugin contributes to a point of this one."""

    __slots__ = ("_kernel", "_methods", "data", "id", "language", "plugin")
    id: str
    plugin: str
    language: str
    data: dict[str, Any]
    """What the contributor's manifest says."""
    _kernel: Kernel
    _methods: dict[str, str]

    def call(
        self,
        name: str,
        params: Optional[dict[str, Any]] = None,
        *,
        timeout: Optional[float] = None,
        on_progress: Optional[Callable[[Optional[float], Optional[str]], Any]] = None,
    ) -> Any:
        """Call a method of the point's interface, as :func:`parley.call` does. One that fails raises here alone."""
        return perform(self._kernel, call, self._kernel, self._method(name), params, timeout, on_progress)

    def _method(self, name: str) -> str:
        if name in self._methods:
            return self._methods[name]
        known = ", ".join(self._methods) or "no methods"
        raise NoProvider(
            f"{self.id} of {self.plugin} has no method {name}: it has {known}", nearest=list(self._methods)
        )


def services(kernel: Kernel, pattern: Optional[str]) -> Operation:
    """The methods that the plugin may call, by name."""
    content = yield from ask(kernel, "services_request", {} if pattern is None else {"pattern": pattern})
    return [Service(**each) for each in content["services"]]


def wait_for(kernel: Kernel, method: str, timeout: Optional[float]) -> Operation:
    """Wait until a provider of the method is available."""
    metadata = patience(f"{method} was not waited for", timeout)
    yield from ask(kernel, "service_wait", {"method": method}, metadata)


def contributions(kernel: Kernel, point: str) -> Operation:
    """What others contribute to a point of the plugin's, in the order that the point declares."""
    content = yield from ask(kernel, "contributions_request", {"point": point})
    return [_contribution(kernel, each) for each in content["contributions"]]


def _contribution(kernel: Kernel, fields: dict[str, Any]) -> Contribution:
    return Contribution(_kernel=kernel, _methods=fields.get("methods") or {}, **{"data": {}, **fields})
