"""What comes in: each message is verified, seen once, and handed to who knows its type."""

from __future__ import annotations

import os

from . import values
from .envelope import NOTHING, EnvelopeError, Message, Replays, read
from .errors import from_object
from .frames import Mailbox

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from .kernel import Kernel


class Dispatcher:
    """No message ends the kernel, whatever is in it."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._replays = Replays()
        self._welcomed = False
        self._cells: Any = None
        self.welcome = Mailbox()  # of our hello
        self.calls = 0
        self._handlers: dict[str, Callable[[Message], object]] = {
            "welcome": self._welcome,
            "ping": self._ping,
            "call_request": self._call,
            "cancel": self._cancel,
            "credit": self._credit,
            "event": kernel.events.directed,
            "wait_query": kernel.waits.ask,
            "subscription_update": kernel.events.update,
            "load_plugin": kernel.lifecycle.load,
            "start_plugin": kernel.lifecycle.start,
            "unload_plugin": kernel.lifecycle.unload,
            "shutdown_request": kernel.lifecycle.shutdown,
            "execute_request": self._execute,
            "storage_changed": self._storage_changed,
        }

    def on_frames(self, frames: list[bytes]) -> None:
        """A message has come on the DEALER."""
        try:
            message = read(frames, self._kernel.session.signer)
        except EnvelopeError as error:
            self._refuse(error)
            return
        if self._replays.seen(message.id):
            return
        if not self._welcomed and message.type != "welcome":
            return
        mailbox = self._kernel.mailboxes.get(message.raw_parent)
        if mailbox is not None and message.type not in self._handlers:
            self._handle(message, mailbox.put)
            return
        self._handle(message, self._handlers.get(message.type))

    def on_event(self, frames: list[bytes]) -> None:
        """A message has come on the SUB."""
        topic = self._kernel.events.topic(frames[0])
        if topic is None:
            return
        try:
            message = read(frames[1:], topic.signer)
        except EnvelopeError as error:
            self._kernel.log("warning", f"an event on the topic of {topic.event} was dropped: {error}", {})
            return
        if message.type == "event" and not self._replays.seen(message.id):
            self._handle(message, self._kernel.events.broadcast)

    def _handle(self, message: Message, handle: Optional[Callable[[Message], object]]) -> None:
        if handle is None:
            return  # a type of a newer protocol, or a reply that nobody awaits any more
        try:
            handle(message)
        except Exception as error:
            self._answer_error(message.raw_header, error)

    def _refuse(self, error: EnvelopeError) -> None:
        if error.reason == "malformed":
            self._answer_error(error.header, error)
        if self._welcomed:
            self._kernel.log("warning", f"a message was dropped: {error}", {"reason": error.reason})

    def _answer_error(self, header: bytes, error: Exception) -> None:
        content = {"ename": type(error).__name__, "evalue": str(error), "traceback": []}
        self._kernel.send("error", header, NOTHING, values.encode(content)[0])

    def _welcome(self, message: Message) -> None:
        if self._welcomed or message.raw_parent != self.welcome.header:
            return
        if message.outcome != "ok":
            reason = str(message.content.get("message", "the orchestrator does not welcome this kernel"))
            self._kernel.refusal = from_object(message.outcome, message.content)
            fail(self._kernel, reason)
            return
        self._kernel.session.limit = int(message.content.get("max_message_bytes", self._kernel.session.limit))
        self._welcomed = True
        self._kernel.lifecycle.when_welcomed()

    def _ping(self, message: Message) -> None:
        self._kernel.send("pong", message.raw_header, NOTHING, values.dump({"frames": len(self._kernel.frames)}))
        self._kernel.events.gaps.ping(message.content.get("events") or {})

    def _call(self, message: Message) -> None:
        self.calls += 1
        self._kernel.executor.call(message)

    def _cancel(self, message: Message) -> None:
        frame = self._kernel.frames.get(message.raw_parent)
        if frame is None:
            ident = message.metadata.get("frame")
            frame = next((each for each in self._kernel.frames.values() if each.id == ident), None)
        if frame is not None:
            frame.cancel(str(message.content.get("reason", "cancelled")))

    def _storage_changed(self, message: Message) -> None:
        if self._kernel.watches is not None:
            self._kernel.watches.changed(message)

    def _credit(self, message: Message) -> None:
        frame = self._kernel.frames.get(message.raw_parent)
        if frame is not None and frame.credit is not None:
            frame.credit.put(int(message.metadata["credit"]))

    def _execute(self, message: Message) -> None:
        if self._cells is None:
            from .cells import Cells

            self._cells = Cells(self._kernel)
        self._cells.execute(message)


def fail(kernel: Kernel, message: str) -> None:
    """End the kernel, which is of no use."""
    if not kernel.is_attached:
        os.write(2, f"parley: {message}\n".encode())
    kernel.end(message, 1)
