"""Streams of items between plugins: producers that suspend when their credit is used up, consumers that give it."""

from __future__ import annotations

from . import values
from .envelope import NOTHING, Message
from .errors import InvalidReply
from .exchange import Awaited, answer, call_parts, perform, receive
from .frames import Frame, Mailbox

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import Any, Optional

    from .exchange import Operation
    from .kernel import Kernel

WINDOW = 64
_END = object()


class Refusal(Exception):
    """Ends a frame with this error as its outcome, where the handler itself did not raise."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error: Any = error


def is_stream(result: Any) -> bool:
    """Whether a handler has returned something to iterate, rather than a value."""
    return hasattr(type(result), "__next__") or hasattr(type(result), "__anext__")


def invoke_next(iterator: Any) -> Any:
    """The next item; by its name the interrupt handler knows that plugin code runs below."""
    return next(iterator, _END)


def invoke_close(iterator: Any) -> None:
    """Let a generator clean up."""
    close = getattr(iterator, "close", None)
    if close is not None:
        close()


class Producer:
    """Sends the items of one frame."""

    def __init__(self, kernel: Kernel, frame: Frame) -> None:
        self._kernel = kernel
        self._frame = frame
        self._sequence = 0
        self._credit = int(frame.metadata.get("credit", WINDOW))
        self._mailbox = frame.credit = Mailbox()

    def produce(self, result: Any) -> Any:
        """Iterate what the handler returned, to its end; a coroutine when it is an async iterable."""
        if hasattr(type(result), "__anext__"):
            return self._produce_async(result)
        if not hasattr(type(result), "__next__"):
            method = self._frame.metadata.get("method")
            error = InvalidReply(f"{method} does not yield: call it with call()", pointer="", expected="a stream")
            raise Refusal(error)
        try:
            while (item := invoke_next(result)) is not _END:
                while self._lacks_credit():
                    self._kernel.scheduler.wait(self._mailbox)
                self._send(item)
        finally:
            invoke_close(result)
        return None

    async def _produce_async(self, result: Any) -> None:
        try:
            async for item in result:
                while self._lacks_credit():
                    self._credit += await receive(self._mailbox)
                self._send(item)
        finally:
            if hasattr(result, "aclose"):
                await result.aclose()

    def _lacks_credit(self) -> bool:
        """Whether the item at hand must wait for its consumer, of which the orchestrator is then told."""
        while self._mailbox.items:
            self._credit += self._mailbox.items.popleft()
        if self._credit > 0:
            return False
        self._kernel.tell(self._frame, "credit_wait", NOTHING, NOTHING)
        return True

    def _send(self, item: Any) -> None:
        metadata: dict[str, Any] = {"sequence": self._sequence}
        try:
            data, paths, buffers = values.encode(item, ("value",))
            if paths:
                metadata["buffer_paths"] = paths
            self._kernel.tell(self._frame, "yield_item", values.dump(metadata), b'{"value":' + data + b"}", buffers)
        except Exception as error:
            raise Refusal(error) from error
        self._sequence += 1
        self._credit -= 1


class Stream:
    """What :func:`parley.stream` returns.

    The call begins with the first item that is asked for; leaving the loop, or dropping the iterator, cancels it.
    """

    def __init__(self, kernel: Kernel, method: str, params: Any, timeout: Optional[float], window: int) -> None:
        self._arguments = (kernel, method, params, timeout, window)

    def __iter__(self) -> Iterator[Any]:
        reader = _Reader(*self._arguments)
        try:
            while True:
                item = perform(reader.kernel, reader.stream)
                if isinstance(item, Awaited):
                    item.close()
                    raise RuntimeError("stream() inside `async def` is read with `async for`")
                if item is _END:
                    return
                yield item
        finally:
            reader.close()

    def __aiter__(self) -> AsyncIterator[Any]:
        return _Reader(*self._arguments)


class _Reader:
    """The consumer's end of one stream."""

    def __init__(self, kernel: Kernel, method: str, params: Any, timeout: Optional[float], window: int) -> None:
        self.kernel = kernel
        self._method = method
        self._parts = call_parts(method, params, timeout, stream=True, credit=window)
        self._window = window
        self._consumed = 0
        self._mailbox: Optional[Mailbox] = None
        self._ended = False

    def stream(self) -> Operation:
        """The next item, or the end."""
        if self._ended:
            return _END
        if self._mailbox is None:
            self._mailbox = self.kernel.request("call_request", *self._parts)
        try:
            message: Message = yield self._mailbox
            while message.type == "progress":
                message = yield self._mailbox
            if message.type == "yield_item":
                self._mailbox.taken += 1
                self._count()
                return message.content.get("value")
            self._ended = True
            answer(message)
            return _END
        except BaseException:
            self.close()
            raise

    def _count(self) -> None:
        self._consumed += 1
        if self._consumed * 2 >= self._window and self._mailbox is not None:
            metadata = {"call": self.kernel.id_of(self._mailbox), "credit": self._consumed}
            self.kernel.notify("credit", values.dump(metadata), b"{}")
            self._consumed = 0

    def close(self) -> None:
        """Give the rest up."""
        if self._mailbox is not None:
            if not self._ended:
                self.kernel.give_up(self._mailbox)
            self.kernel.forget(self._mailbox)
        self._ended = True

    def __aiter__(self) -> _Reader:
        return self

    async def __anext__(self) -> Any:
        item = await perform(self.kernel, self.stream)
        if item is _END:
            raise StopAsyncIteration
        return item

    def __del__(self) -> None:
        if not self._ended and self._mailbox is not None:
            self.close()
