"""What a plugin's author sees: everything here is importable from ``parley``.

In a plain ``def`` these functions wait for what they ask for and return it. In an ``async def`` they return an
awaitable: ``await call(…)``. Both read the same otherwise.
"""

from __future__ import annotations

from . import values
from .emission import emit as _emit
from .envelope import NOTHING
from .exchange import Awaited, ask, perform
from .exchange import call as _call
from .flow import WINDOW, Stream
from .frames import Context, live

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, NoReturn, Optional

    from .emission import Confirm
    from .events import Subscription
    from .exchange import Operation
    from .kernel import Kernel
    from .methods import Method
    from .shapes import Batch, Debounce, Latest, Throttle

    Handler = Callable[..., Any]

_kernel: Optional[Kernel] = None


def host(kernel: Optional[Kernel]) -> None:
    """Called by the kernel that runs the plugin, and by the program that attaches; None once that has left."""
    global _kernel
    _kernel = kernel


def is_hosted() -> bool:
    """Whether there is a kernel."""
    return _kernel is not None and not _kernel.forked


def is_hosted_by(kernel: Kernel) -> bool:
    """Whether it is this one."""
    return _kernel is kernel


def attached() -> Kernel:
    """The kernel, for what the SDK has in modules of its own."""
    if _kernel is None:
        raise RuntimeError(
            "parley works inside a Parley kernel only: run this file as a plugin, or call parley.attach() first"
        )
    return _kernel


class Registration:
    """What :func:`on` and :func:`provide` return. :meth:`dispose` ends it; twice is fine, and so is ``with``."""

    def __init__(self, kernel: Kernel, undo: Callable[[], Operation]) -> None:
        self._kernel = kernel
        self._undo: Optional[Callable[[], Operation]] = undo

    def dispose(self) -> Any:
        """End it. In ``async def``, await this."""
        undo, self._undo = self._undo, None
        return perform(self._kernel, _dispose, undo)

    def __enter__(self) -> Registration:
        return self

    def __exit__(self, *_error: object) -> None:
        _plainly(self.dispose(), "async with")

    async def __aenter__(self) -> Registration:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.dispose()


def _dispose(undo: Optional[Callable[[], Operation]]) -> Operation:
    if undo is not None:
        yield from undo()


def _plainly(result: Any, instead: str) -> Any:
    if isinstance(result, Awaited):
        result.close()
        raise RuntimeError(f"inside `async def`, write `{instead}`")
    return result


def on(
    event: str,
    handler: Optional[Handler] = None,
    *,
    batch: Optional[Batch] = None,
    debounce: Optional[Debounce] = None,
    throttle: Optional[Throttle] = None,
    latest: Optional[Latest] = None,
    **wrong: NoReturn,
) -> Any:
    """Subscribe to an event or a pattern (``order:*``, ``order:**``); the handler takes the payload, one dict.

    ``on("order:placed", handler)`` returns a :class:`Registration`; ``@on("order:placed")`` above a function leaves the
    function as it is and gives it a ``dispose``. When it returns, no event emitted after is missed.

    One of the options asks for another rhythm, in seconds: ``batch={"window": 0.5, "max": 100}`` (the handler takes a
    list), ``debounce={"wait": 0.3, "max_wait": 2}``, ``throttle={"interval": 1}``, ``latest={"interval": 1, "key":
    "/sku"}``. What the handler cannot do now it hands back by raising :class:`Nack`, or for ever, :class:`Reject`.
    """
    options: dict[str, Any] = {"batch": batch, "debounce": debounce, "throttle": throttle, "latest": latest}
    shape = {name: value for name, value in options.items() if value is not None}
    if shape or wrong:
        from .shapes import check

        check({**shape, **wrong})
    return register(_subscribe, "on", event, handler, shape)


def provide(method: str, handler: Optional[Handler] = None) -> Any:
    """Provide a method; its parameters are the handler's keyword arguments. A generator makes it a stream.

    ``provide("tax.rate", handler)`` returns a :class:`Registration`; ``@provide("tax.rate")`` above a function leaves
    the function as it is and gives it a ``dispose``.
    """
    return register(_provide, "provide", method, handler)


def register(make: Callable[..., Operation], what: str, name: str, handler: Optional[Handler], *more: Any) -> Any:
    """Register a handler now, or once it is decorated; ``what`` is the function's name for its author."""
    kernel = attached()
    if handler is not None:
        return perform(kernel, make, kernel, name, handler, *more)

    def decorate(function: Handler) -> Any:
        made = perform(kernel, make, kernel, name, function, *more)
        registration = _plainly(made, f'await {what}("{name}", handler)')
        try:
            function.dispose = registration.dispose  # type: ignore[attr-defined]
        except AttributeError:
            pass  # a method or something compiled: there the form with two arguments is the way
        return function

    return decorate


def _subscribe(kernel: Kernel, pattern: str, handler: Handler, shape: dict[str, Any]) -> Operation:
    if not callable(handler):
        raise TypeError(f"the handler of {pattern} is a {type(handler).__name__}, which cannot be called")
    subscription: Subscription = yield from kernel.events.subscribe(pattern, handler, shape)
    return Registration(kernel, lambda: kernel.events.unsubscribe(subscription))


def _provide(kernel: Kernel, name: str, handler: Handler) -> Operation:
    method = kernel.methods.add(name, handler)
    try:
        yield from ask(kernel, "provide", {"method": name})
    except BaseException:
        kernel.methods.remove(method)
        raise
    return Registration(kernel, lambda: _withdraw(kernel, method))


def _withdraw(kernel: Kernel, method: Method) -> Operation:
    kernel.methods.remove(method)
    yield from ask(kernel, "withdraw", {"method": method.name})


def call(
    method: str,
    params: Optional[dict[str, Any]] = None,
    *,
    timeout: Optional[float] = None,
    on_progress: Optional[Callable[[Optional[float], Optional[str]], Any]] = None,
) -> Any:
    """Call a method of another plugin, in whatever language, and return its result.

    ``timeout`` is in seconds. ``on_progress`` gets the fraction done (or None) and a message whenever the handler
    reports. What goes wrong is raised as a :class:`ParleyError` of the class that names the outcome.
    """
    kernel = attached()
    return perform(kernel, _call, kernel, method, params, timeout, on_progress)


def stream(
    method: str, params: Optional[dict[str, Any]] = None, *, timeout: Optional[float] = None, window: int = WINDOW
) -> Stream:
    """Iterate the items of a method that yields: ``for x in stream(…)``, or ``async for``. Leaving the loop cancels it.

    ``window`` is how many items may be on their way; ``timeout`` is for each item, in seconds.
    """
    return Stream(attached(), method, params, timeout, window)


def emit(
    event: str,
    payload: Optional[dict[str, Any]] = None,
    *,
    confirm: Optional[Confirm] = None,
    require: bool = False,
    timeout: Optional[float] = None,
    event_id: Optional[str] = None,
) -> Any:
    """Emit an event; returns the number of subscriptions that it goes to.

    With ``confirm`` (``"all"``, ``"any"`` or a number of subscribers) it waits until so many have handled the event,
    and returns a :class:`~parley.emission.Confirmation`: ``subscriptions``, ``event_id``, ``confirmed``, and
    ``outcomes`` by plugin. ``require`` raises :class:`NoProvider` when nobody has subscribed.

    ``event_id`` is a name of your own, up to 256 bytes: an event of the same name that is emitted again with it is a
    ``duplicate``, which goes to nobody (0 subscriptions). Without it each emit gets an id of its own.
    """
    kernel = attached()
    return perform(kernel, _emit, kernel, event, payload, confirm, require, timeout, event_id)


class Lock:
    """What :func:`lock` returns."""

    def __init__(self, kernel: Kernel, name: str, timeout: Optional[float]) -> None:
        self._kernel = kernel
        self._name = name
        self._metadata = None if timeout is None else {"timeout": timeout}

    def _acquire(self) -> Any:
        return perform(self._kernel, _lock, self._kernel, self._name, self._metadata)

    def _release(self) -> None:
        self._kernel.notify("unlock", NOTHING, values.encode({"name": self._name})[0])

    def __enter__(self) -> Lock:
        _plainly(self._acquire(), "async with lock(…)")
        return self

    def __exit__(self, *_error: object) -> None:
        self._release()

    async def __aenter__(self) -> Lock:
        await self._acquire()
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._release()


def _lock(kernel: Kernel, name: str, metadata: Optional[dict[str, Any]]) -> Operation:
    yield from ask(kernel, "lock_request", {"name": name}, metadata)


def lock(name: str, *, timeout: Optional[float] = None) -> Lock:
    """``with lock("stock"):`` (``async with``): one frame at a time, over all plugins and languages.

    Hold this across a call, never a ``threading.Lock``: the orchestrator knows who waits for whom and fails a deadlock.
    """
    return Lock(attached(), name, timeout)


def services(pattern: Optional[str] = None) -> Any:
    """The methods that this plugin may call, by name, or those that match a pattern (``pricing.*``).

    A list of :class:`~parley.discovery.Service`: ``method``, ``plugin``, ``language``, ``stream``, ``available``.
    """
    from . import discovery

    kernel = attached()
    return perform(kernel, discovery.services, kernel, pattern)


def wait_for(method: str, timeout: Optional[float] = None) -> Any:
    """Wait until somebody provides the method; ``timeout`` is in seconds."""
    from . import discovery

    kernel = attached()
    return perform(kernel, discovery.wait_for, kernel, method, timeout)


def contributions(point: str) -> Any:
    """What other plugins contribute to a point that this plugin's manifest declares, in the order declared there.

    A list of :class:`~parley.discovery.Contribution`: ``id``, ``plugin``, ``language``, ``data``, and ``call(name,
    params, timeout=…)``.
    """
    from . import discovery

    kernel = attached()
    return perform(kernel, discovery.contributions, kernel, point)


def progress(fraction: Optional[float] = None, message: Optional[str] = None) -> None:
    """Report on a long call: ``fraction`` is 0 to 1. The caller's ``on_progress`` gets it."""
    content = values.encode({"fraction": fraction, "message": message})[0]
    attached().notify("progress", NOTHING, content)


class Log:
    """``log.info("stored", rows=3)``: to the orchestrator's log, with the plugin, the frame and the trace."""

    def __call__(self, message: str, **fields: Any) -> None:
        """The same as :meth:`info`."""
        self._write("info", message, fields)

    def debug(self, message: str, **fields: Any) -> None:
        """For whoever looks for a fault."""
        self._write("debug", message, fields)

    def info(self, message: str, **fields: Any) -> None:
        """What happened."""
        self._write("info", message, fields)

    def warning(self, message: str, **fields: Any) -> None:
        """What should not have."""
        self._write("warning", message, fields)

    def error(self, message: str, **fields: Any) -> None:
        """What went wrong."""
        self._write("error", message, fields)

    @staticmethod
    def _write(level: str, message: str, fields: dict[str, Any]) -> None:
        attached().log(level, str(message), fields, live())


log = Log()


def on_start(handler: Handler) -> Handler:
    """Run this once all registrations are in force, before the first event: ``@on_start``."""
    kernel = attached()
    if kernel.is_attached:
        raise RuntimeError("on_start is for plugins that Parley starts: after parley.attach() just call the function")
    kernel.lifecycle.on_start.append(handler)
    return handler


def on_stop(handler: Handler) -> Handler:
    """Run this before the plugin goes, last registered first: ``@on_stop``."""
    attached().lifecycle.on_stop.append(handler)
    return handler


def context() -> Context:
    """About the running frame: who called, which event, how much time is left; see :class:`Context`."""
    return Context(live(), attached().lifecycle.plugin)


def settings() -> dict[str, Any]:
    """The settings that the host gives this plugin."""
    return attached().lifecycle.settings
