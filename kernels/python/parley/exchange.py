"""Operations: a question to the orchestrator, the wait for its answer, and what the answer means.

Each operation is written once, as a generator that yields the mailbox it waits for and returns the result. It is driven
by whoever asks: a plain function suspends its strand, an ``async def`` awaits, a thread of the plugin's own blocks.
"""

from __future__ import annotations

import sys
from _collections_abc import Coroutine
from _thread import allocate_lock, get_ident

from . import values
from .envelope import NOTHING, Message
from .errors import Timeout, from_object
from .frames import Frame, Mailbox, live

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any, Callable, Optional

    from .kernel import Kernel

    Operation = Generator[Mailbox, Any, Any]

_SHIM_FILES = __file__.rpartition("/")[0]
_INSIDE_EXPRESSIONS = frozenset({"<genexpr>", "<listcomp>", "<dictcomp>", "<setcomp>", "<lambda>"})
_ASYNC = 0x80 | 0x200  # code flags: coroutines, async generators


def perform(kernel: Kernel, make: Callable[..., Operation], *args: Any) -> Any:
    """Do the operation and return its result; in async code, return an awaitable of it."""
    scheduler = kernel.scheduler
    asyncio = sys.modules.get("asyncio")
    loop = asyncio._get_running_loop() if asyncio is not None else None
    strand = scheduler.running()
    if strand is not None:
        if loop is not None and not kernel.owns(loop):
            raise RuntimeError(
                "a plain `def` handler runs an event loop of its own here, in which nothing can wait for an answer: "
                "make the handler `async def` and await, instead of asyncio.run()"
            )
        if strand.frame is not None:
            strand.frame.check()
        return _drive(make(*args), scheduler.wait)
    if loop is not None and (not kernel.is_attached or _is_async_caller()):
        return Awaited(make, args)
    if scheduler.is_inside():
        raise RuntimeError("nothing can wait for an answer here, outside of any handler: call from a handler")
    return _drive(make(*args), _block)


def _is_async_caller() -> bool:
    """Whether whoever asks is an ``async def``. A notebook's cell runs in a loop too, and is none unless it awaits."""
    caller: Any = sys._getframe(2)
    while caller is not None and (
        caller.f_code.co_filename.startswith(_SHIM_FILES) or caller.f_code.co_name in _INSIDE_EXPRESSIONS
    ):
        caller = caller.f_back
    return caller is not None and bool(caller.f_code.co_flags & _ASYNC)


def _drive(operation: Operation, wait: Callable[[Mailbox], object]) -> Any:
    try:
        mailbox = next(operation)
        while True:
            try:
                while not mailbox.items:
                    wait(mailbox)
            except BaseException as error:
                mailbox = operation.throw(error)
            else:
                mailbox = operation.send(mailbox.items.popleft())
    except StopIteration as stop:
        return stop.value


def _block(mailbox: Mailbox) -> None:
    lock = allocate_lock()
    lock.acquire()
    mailbox.wake = lock.release
    if not mailbox.items:  # what comes from now on finds the wake
        lock.acquire()


async def receive(mailbox: Mailbox) -> Any:
    """Await the next item of a mailbox."""
    from asyncio import get_running_loop

    loop = get_running_loop()
    thread = get_ident()
    while not mailbox.items:
        arrived = loop.create_future()

        def wake(arrived: Any = arrived) -> None:
            if not arrived.done():
                arrived.set_result(None)

        def wake_from_any_thread(wake: Callable[[], None] = wake) -> None:
            if get_ident() == thread:
                wake()
            else:  # the plugin runs a loop of its own in another thread
                loop.call_soon_threadsafe(wake)

        mailbox.wake = wake_from_any_thread
        if not mailbox.items:
            await arrived
    return mailbox.items.popleft()


async def _drive_async(make: Callable[..., Operation], args: tuple[Any, ...]) -> Any:
    operation = make(*args)
    try:
        mailbox = next(operation)
        while True:
            try:
                item = await receive(mailbox)
            except BaseException as error:
                mailbox = operation.throw(error)
            else:
                mailbox = operation.send(item)
    except StopIteration as stop:
        return stop.value


class NotAwaited(RuntimeError):
    """An operation inside ``async def`` whose result was used, or dropped, without ``await``."""

    place: Optional[dict[str, Any]] = None


class Awaited(Coroutine):  # type: ignore[type-arg]
    """What an operation is in async code: a coroutine that has not begun. Whatever else is done to it says: await."""

    def __init__(self, make: Callable[..., Operation], args: tuple[Any, ...]) -> None:
        self._what = make.__name__.lstrip("_")
        self._frame: Optional[Frame] = live()
        self._begun = False
        self._coroutine = _drive_async(make, args)
        caller = sys._getframe(2)
        while caller.f_back is not None and caller.f_code.co_filename.startswith(_SHIM_FILES):
            caller = caller.f_back
        code = caller.f_code
        self._place = {"file": code.co_filename, "line": caller.f_lineno, "function": code.co_name}

    def __await__(self) -> Generator[Any, Any, Any]:
        self._begun = True
        return self._coroutine.__await__()

    def send(self, value: Any) -> Any:
        self._begun = True
        return self._coroutine.send(value)

    def throw(self, *error: Any) -> Any:
        self._begun = True
        return self._coroutine.throw(*error)

    def close(self) -> None:
        self._begun = True
        self._coroutine.close()

    def _mistake(self) -> NotAwaited:
        mistake = NotAwaited(f"{self._what}() inside `async def` gives an awaitable: write `await {self._what}(…)`")
        mistake.place = self._place
        return mistake

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise self._mistake()

    def _refuse(self, *_args: Any) -> Any:
        raise self._mistake()

    __getitem__ = __iter__ = __len__ = __contains__ = __bool__ = __call__ = __enter__ = __exit__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __lt__ = __gt__ = __le__ = __ge__ = _refuse
    __int__ = __float__ = __str__ = __format__ = _refuse

    def __del__(self) -> None:
        if not self._begun:
            self._coroutine.close()
            if self._frame is not None and not self._frame.ended:
                self._frame.mistake = self._mistake()
            else:
                print(self._mistake(), "at", self._place, file=sys.stderr)


def answer(message: Message) -> dict[str, Any]:
    """The content of a reply that is ok; anything else is raised."""
    if message.outcome != "ok":
        raise from_object(message.outcome, message.content)
    return message.content


def ask(kernel: Kernel, kind: str, content: dict[str, Any], metadata: Optional[dict[str, Any]] = None) -> Operation:
    """One request and its reply."""
    mailbox = kernel.request(kind, values.encode(metadata)[0] if metadata else NOTHING, values.encode(content)[0])
    try:
        return answer((yield mailbox))
    finally:
        kernel.forget(mailbox)


def call(
    kernel: Kernel, method: str, params: Any, timeout: Optional[float], on_progress: Optional[Callable[..., Any]]
) -> Operation:
    """Call a method; while it runs, hand on its progress."""
    metadata, content, buffers = call_parts(method, params, timeout)
    mailbox = kernel.request("call_request", metadata, content, buffers)
    try:
        message = yield mailbox
        while message.type == "progress":
            if on_progress is not None:
                on_progress(message.content.get("fraction"), message.content.get("message"))
            message = yield mailbox
    except BaseException:
        kernel.give_up(mailbox)
        raise
    finally:
        kernel.forget(mailbox)
    return answer(message).get("value")


def call_parts(method: str, params: Any, timeout: Optional[float], **more: Any) -> tuple[bytes, bytes, list[bytes]]:
    """Metadata, content and buffers of a call_request; what cannot be sent is raised here, unsent."""
    what = f"the parameters of {method}"
    return parts(what, params, {"method": method, **more, **patience(f"{method} was not called", timeout)})


def parts(what: str, value: Any, metadata: dict[str, Any]) -> tuple[bytes, bytes, list[bytes]]:
    """Metadata, content and buffers of a message whose content is the plugin's own object."""
    content, paths, buffers = values.encode({} if value is None else value)
    if not content.startswith(b"{"):
        raise TypeError(f"{what} must be a dict, not a {type(value).__name__}")
    if paths:
        metadata["buffer_paths"] = paths
    return values.encode(metadata)[0], content, buffers


def patience(refusal: str, timeout: Optional[float]) -> dict[str, Any]:
    """The metadata of a timeout. When no time is left nothing is sent: the orchestrator could only say the same."""
    if timeout is None:
        return {}
    if timeout <= 0:
        raise Timeout(f"{refusal}: no time is left", started=False, timeout=timeout)
    return {"timeout": timeout}
