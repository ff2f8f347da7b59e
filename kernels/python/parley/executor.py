"""Runs handlers: what opens a frame, what runs in it, and the one reply that ends it."""

from __future__ import annotations

import os

from . import values
from .envelope import NOTHING, Message
from .errors import InvalidReply, NoProvider, ParleyError
from .flow import Producer, Refusal, is_stream
from .frames import Frame, current

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Callable, Optional

    from .kernel import Kernel
    from .methods import Method

    Step = Callable[[], Any]
    Done = Callable[[list[Any], list[BaseException]], None]

_PLAIN = frozenset({dict, list, str, int, float, bool, type(None)})  # results that need no closer look
_OK = b'{"outcome":"ok"}'
_exit_process = os._exit


def invoke(handler: Callable[..., Any], *args: Any, **keywords: Any) -> Any:
    """Call a handler; by its name the interrupt handler knows that plugin code runs below."""
    return handler(*args, **keywords)


class Run:
    """The steps of one frame, one after the other, plain or async; then ``done``, whatever happened."""

    __slots__ = ("_done", "_errors", "_frame", "_keep_on", "_kernel", "_next", "_results", "_steps")

    def __init__(self, kernel: Kernel, frame: Frame, steps: Sequence[Step], done: Done, keep_on: bool = False) -> None:
        self._kernel = kernel
        self._frame = frame
        self._steps = steps
        self._done = done
        self._keep_on = keep_on  # after a step that fails
        self._next = 0
        self._results: list[Any] = []
        self._errors: list[BaseException] = []

    def start(self) -> None:
        """Begin, in a strand."""
        if self._frame.header != NOTHING:  # else the orchestrator knows of no such frame, and sends nothing for it
            self._kernel.frames[self._frame.header] = self._frame
        self._kernel.scheduler.start(self._proceed, self._frame)

    def _proceed(self) -> None:
        current.set(self._frame)
        while self._next < len(self._steps):
            step = self._steps[self._next]
            self._next += 1
            try:
                self._frame.check()
                result = step()
                if type(result) not in _PLAIN and hasattr(type(result), "__await__"):
                    self._kernel.asyncio().spawn(self._frame, result, self._after_async)
                    return
            except BaseException as error:
                self._failed(error)
            else:
                self._results.append(result)
            if self._kernel.forked:
                self._leave_child()
        self._end()

    def _after_async(self, result: Any, error: Optional[BaseException]) -> None:
        if error is None:
            self._results.append(result)
        else:
            self._failed(error)
        if self._kernel.forked:
            self._leave_child()
        if self._next < len(self._steps):
            self._kernel.scheduler.start(self._proceed, self._frame)
        else:
            self._end()

    def _failed(self, error: BaseException) -> None:
        self._errors.append(error)
        if not self._keep_on:
            self._next = len(self._steps)

    def _end(self) -> None:
        frame = self._frame
        if frame.mistake is not None and not self._errors:
            self._errors.append(frame.mistake)
        frame.stop = None
        try:
            self._done(self._results, self._errors)
        except BaseException as error:  # an interrupt that came late, or a defect of ours: the caller has to know
            self._kernel.reply_error(frame, f"{frame.kind}_reply", error)
        finally:
            frame.ended = True
            self._kernel.frames.pop(frame.header, None)
            # Tracebacks hold on to frames, and these hold on to this: without it, only the collector ends the circle.
            self._errors.clear()
            self._results.clear()

    def _leave_child(self) -> None:
        """A handler forked, and its child has come back here: it must not go on as a second kernel."""
        if self._errors:
            from .failures import lines

            os.write(2, "\n".join([*lines(self._errors[-1]), ""]).encode())
        _exit_process(1 if self._errors else 0)


class Executor:
    """Opens the frames of calls and of the plugin's life."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def call(self, message: Message) -> None:
        """A call_request has come."""
        name = message.metadata.get("method")
        method = self._kernel.methods.find(name) if isinstance(name, str) else None
        frame = Frame("call", message)
        if method is None:
            error = NoProvider(f"nobody provides {name} here", nearest=self._kernel.methods.nearest(str(name)))
            self._kernel.reply_error(frame, "call_reply", Refusal(error))
            return
        found = method  # for the closure, which does not know that it is there

        def step() -> Any:
            return self._serve(frame, found, message)

        def done(results: list[Any], errors: list[BaseException]) -> None:
            if errors:
                self._kernel.reply_error(frame, "call_reply", errors[0])
            else:
                self._reply(frame, results[0])

        Run(self._kernel, frame, (step,), done).start()

    def _serve(self, frame: Frame, method: Method, message: Message) -> Any:
        params = message.content
        try:
            method.parameters.check(method.name, params)
        except ParleyError as error:
            raise Refusal(error) from None
        result = invoke(method.handler, **params)
        if type(result) in _PLAIN and "stream" not in frame.metadata:
            return result
        if hasattr(type(result), "__await__"):
            return self._finish_async(frame, result)
        return self._finish(frame, result)

    async def _finish_async(self, frame: Frame, result: Any) -> Any:
        result = self._finish(frame, await result)
        return await result if hasattr(type(result), "__await__") else result

    def _finish(self, frame: Frame, result: Any) -> Any:
        if frame.metadata.get("stream") is True:
            return Producer(self._kernel, frame).produce(result)
        if is_stream(result):
            method = frame.metadata.get("method")
            raise Refusal(InvalidReply(f"{method} yields a stream: read it with stream()", pointer="", got="a stream"))
        return result

    def _reply(self, frame: Frame, value: Any) -> None:
        try:
            data, paths, buffers = values.encode(value, ("value",))
            metadata = values.dump({"outcome": "ok", "buffer_paths": paths}) if paths else _OK
            self._kernel.tell(frame, "call_reply", metadata, b'{"value":' + data + b"}", buffers, now=False)
        except ParleyError as error:  # too large, or not serializable
            self._kernel.reply_error(frame, "call_reply", Refusal(error))

    def life(self, message: Message, kind: str, steps: Sequence[Step], done: Done, keep_on: bool = False) -> None:
        """Run handlers of the plugin's life (its load, start and stop) as a frame."""
        Run(self._kernel, Frame(kind, message), steps, done, keep_on).start()
