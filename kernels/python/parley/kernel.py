"""The loop: what comes in is dispatched, what is ready runs, what is queued goes out. Plugin code never runs here."""

from __future__ import annotations

import os
import select
import sys
from time import monotonic

from . import plugin, streams, values
from .dispatch import Dispatcher, fail
from .envelope import NOTHING, unavailable
from .errors import ParleyError, Unavailable
from .events import Events
from .executor import Executor
from .frames import Frame, Mailbox, live
from .lifecycle import Lifecycle
from .methods import Methods
from .scheduler import Left, make_scheduler
from .session import Session, hello
from .waits import Waits
from .zmtp import ZmtpError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Callable, NoReturn, Optional

    from .aio import AsyncioDriver
    from .watches import Watches

_exit_process = os._exit
_LARGEST_PIECE = 1 << 16  # characters of output in one message
_BUSY = 64  # calls after which a kernel is worth a faster JSON


class Kernel:
    """One interpreter process as a kernel."""

    def __init__(self, session: Session, is_attached: bool = False) -> None:
        self.session = session
        self.is_attached = is_attached  # to a program that Parley did not start, which outlives this
        self.ended: Optional[str] = None  # why it serves no more, where the process goes on
        self.refusal: Optional[ParleyError] = None  # what the orchestrator said instead of a welcome
        self.scheduler = make_scheduler()
        self.methods = Methods()
        self.events = Events(self)
        self.executor = Executor(self)
        self.lifecycle = Lifecycle(self)
        self.waits = Waits(self)
        self.frames: dict[bytes, Frame] = {}  # by the header that opened them
        self.mailboxes: dict[bytes, Mailbox] = {}  # by the header of what was asked
        self.watches: Optional[Watches] = None  # on storage, once there are any
        self.forked = False
        self._driver: Optional[AsyncioDriver] = None
        self._timers: list[tuple[float, Callable[[], object]]] = []
        self._dispatcher = Dispatcher(self)
        self._is_quick = False  # whether the faster JSON was looked for
        self._poll = select.poll()
        self._connections = {each.descriptor: each for each in (session.sub, session.dealer)}
        self._writing: set[int] = set()
        for descriptor in self.descriptors():
            self._poll.register(descriptor, select.POLLIN)

    # The loop

    def run(self) -> NoReturn:
        """Serve until the orchestrator ends it: then the process ends; a program that attached gets :class:`Left`."""
        welcome = self._dispatcher.welcome = Mailbox()
        self.send("hello", NOTHING, NOTHING, values.dump(hello()), mailbox=welcome)
        self.scheduler.lead(self._lead)
        raise AssertionError("the loop has no end")

    def end(self, reason: str, status: int = 0) -> None:
        """Serve no more. A kernel's process ends here; in one that attached, what is open fails."""
        if not self.is_attached:
            _exit_process(status)
        if self.ended is not None:
            return
        self.ended = reason
        gone = unavailable(reason)
        for frame in list(self.frames.values()):
            frame.cancel("shutdown")
        for mailbox in list(self.mailboxes.values()):
            mailbox.put(gone)
        self.mailboxes.clear()

    def _lead(self) -> None:
        try:
            if self._driver is not None:
                self.scheduler.pin()
                self._driver.run_forever()
            self.turn(0 if self.ended is not None else None)
        except KeyboardInterrupt:
            pass  # it was meant for a frame that has just ended

    def turn(self, timeout: Optional[int]) -> None:
        """One turn: wait (at most ``timeout`` ms, None: until something comes), dispatch, run, write."""
        if self.forked:
            _exit_process(1)  # a child whose code waits for the parent's loop
        if self._timers:
            timeout = self._run_timers(timeout)
        # A strand that waits hands the loop to another thread in the midst of a turn: both may be left over from it.
        self.flush()
        if self.scheduler.ready:
            timeout = 0
        if not self._is_quick and timeout is None and self._dispatcher.calls >= _BUSY and not self._poll.poll(0):
            self._is_quick = True  # an idle moment of a kernel that has work
            values.accelerate()
        dispatch = self._dispatcher
        try:
            for descriptor, _ in self._poll.poll(timeout):
                connection = self._connections.get(descriptor)
                if connection is None:
                    self.session.drain_wakes()
                    continue
                receive = dispatch.on_event if connection is self.session.sub else dispatch.on_frames
                for frames in connection.receive():
                    receive(frames)
        except EOFError:
            self.end("the orchestrator is gone")
        except (ZmtpError, ConnectionError) as error:
            fail(self, f"the connection to the orchestrator broke: {error}")
        self.scheduler.run_ready()
        if self.ended is not None:
            raise Left(self.ended)
        if self.waits:
            self.waits.tell(self._driver)
        self.flush()

    def flush(self) -> None:
        """Write what is queued; what a full socket does not take goes when it does."""
        for descriptor, connection in self._connections.items():
            if not connection.has_output:
                continue
            try:
                waits = not connection.flush()
            except OSError:
                self.end("the orchestrator is gone")
                return
            if waits != (descriptor in self._writing):
                (self._writing.add if waits else self._writing.discard)(descriptor)
                self._poll.modify(descriptor, select.POLLIN | (select.POLLOUT if waits else 0))
                if self._driver is not None:
                    self._driver.watch_writing(descriptor, waits)

    def descriptors(self) -> list[int]:
        """What the loop waits for. The SUB first: a ping on the DEALER counts the events before it."""
        return [*self._connections, self.session.woken]

    def asyncio(self) -> AsyncioDriver:
        """The driver of `async def` handlers; the first of them turns it on."""
        if self._driver is None:
            from .aio import AsyncioDriver

            self._driver = AsyncioDriver(self)
            self.scheduler.nudge = self._driver.nudge
            for descriptor in self._writing:
                self._driver.watch_writing(descriptor, True)
        return self._driver

    def owns(self, loop: Any) -> bool:
        """Whether this event loop is the kernel's."""
        return self._driver is not None and self._driver.loop is loop

    def nudge(self) -> None:
        """Something was queued: see that the loop writes it."""
        if self.ended is not None:
            return
        if not self.scheduler.is_inside():
            self.session.wake()
        else:
            self.scheduler.nudge()

    def after(self, seconds: float, job: Callable[[], object]) -> None:
        """Run a job of the shim's later."""
        if self._driver is not None:
            self._driver.after(seconds, job)
        else:
            self._timers.append((monotonic() + seconds, job))

    def _run_timers(self, timeout: Optional[int]) -> Optional[int]:
        now = monotonic()
        due = [job for when, job in self._timers if when <= now]
        self._timers = [timer for timer in self._timers if timer[0] > now]
        for job in due:
            job()
        if not self._timers:
            return timeout
        first = int((min(when for when, _ in self._timers) - now) * 1000) + 1
        return first if timeout is None else min(first, timeout)

    # Sending

    def send(
        self, kind: str, parent: bytes, metadata: bytes = NOTHING, content: bytes = NOTHING,
        buffers: Sequence[bytes] = (), mailbox: Optional[Mailbox] = None,
    ) -> None:  # fmt: skip
        """Queue a message, from any thread; replies to it come into the mailbox."""
        if self.forked:
            raise RuntimeError(
                "this is a forked child, and only its parent is a kernel: use subprocess, or send results to the parent"
            )
        if self.ended is not None:
            raise Unavailable(f"this program is not attached any more: {self.ended}")
        header = self.session.headers.make(kind)
        if mailbox is not None:  # before it is sent: to a thread of the plugin's own the reply may come at once
            mailbox.header = header
            self.mailboxes[header] = mailbox
        try:
            self.session.send(header, parent, metadata, content, buffers)
        except ParleyError:
            self.mailboxes.pop(header, None)
            raise
        if self.ended is not None and self.mailboxes.pop(header, None) is not None and mailbox is not None:
            mailbox.put(unavailable(self.ended))  # it ended while a thread of the program's own was here
        self.nudge()

    def tell(
        self, frame: Optional[Frame], kind: str, metadata: bytes, content: bytes,
        buffers: Sequence[bytes] = (), now: bool = True, mailbox: Optional[Mailbox] = None,
    ) -> None:  # fmt: skip
        """Send on behalf of a frame, what it printed first; ``now``, or at the end of this turn of the loop."""
        if frame is not None and frame.partial:
            streams.flush_partial(frame, self._print)
        self.send(kind, NOTHING if frame is None else frame.header, metadata, content, buffers, mailbox)
        if now and self.scheduler.is_inside():
            self.flush()

    def flush_output(self, frame: Frame) -> None:
        """Send what a frame printed that ends without a message."""
        if frame.partial:
            streams.flush_partial(frame, self._print)

    def request(self, kind: str, metadata: bytes, content: bytes, buffers: Sequence[bytes] = ()) -> Mailbox:
        """Ask on behalf of the running frame; replies come into the mailbox until it is forgotten."""
        mailbox = Mailbox()
        self.tell(live(), kind, metadata, content, buffers, now=False, mailbox=mailbox)
        return mailbox

    def notify(self, kind: str, metadata: bytes, content: bytes) -> None:
        """Tell, on behalf of the running frame."""
        frame = live()
        self.tell(frame, kind, metadata, content)
        if frame is not None and frame.interrupted and self.scheduler.running() is not None:
            frame.check()

    def forget(self, mailbox: Mailbox) -> None:
        """Ignore what comes for this mailbox from now on."""
        self.mailboxes.pop(mailbox.header, None)

    def give_up(self, mailbox: Mailbox) -> None:
        """Cancel the call of this mailbox. A frame that was cancelled itself need not: the orchestrator did."""
        frame = live()
        if self.forked or (frame is not None and frame.cancelled is not None):
            return
        metadata = values.dump({"call": self.id_of(mailbox)})
        self.tell(frame, "cancel", metadata, b'{"reason":"cancelled"}')

    @staticmethod
    def id_of(mailbox: Mailbox) -> str:
        """The id of the message that this mailbox gets the replies of."""
        ident: str = values.decode(mailbox.header)["msg_id"]
        return ident

    def reply_error(self, frame: Frame, kind: str, error: BaseException) -> None:
        """End a frame with an error."""
        self.reply_errors(frame, kind, [error])

    def reply_errors(
        self, frame: Frame, kind: str, errors: list[BaseException], more: Optional[dict[str, Any]] = None
    ) -> None:
        """End a frame with the first of these, and all of them when there are several; ``more`` is metadata."""
        from .failures import describe

        described = [describe(error, frame) for error in errors]
        outcome, content = described[0]
        if len(described) > 1:
            content = {**content, "errors": [each for _, each in described]}
        metadata = values.dump({"outcome": outcome, **(more or {})})
        try:
            self.tell(frame, kind, metadata, values.encode(content)[0], now=False)
        except ParleyError:  # details that cannot be sent
            short = {"message": str(content.get("message"))[:1000], "ename": str(content.get("ename"))}
            self.tell(frame, kind, metadata, values.dump(short), now=False)

    def _print(self, frame: Optional[Frame], name: str, text: str) -> None:
        parent = NOTHING if frame is None else frame.header
        size = min(_LARGEST_PIECE, self.session.limit // 8)  # a character may take six bytes
        for start in range(0, len(text), size):
            piece = text[start : start + size]
            try:
                content = values.dump({"name": name, "text": piece})
            except (UnicodeEncodeError, TypeError):
                content = values.dump({"name": name, "text": piece.encode("utf-8", "backslashreplace").decode()})
            self.send("stream", parent, NOTHING, content)
        if self.scheduler.is_inside():
            self.flush()
            if frame is not None and frame.interrupted and self.scheduler.running() is not None:
                frame.check()

    def log(self, level: str, message: str, fields: dict[str, Any], frame: Optional[Frame] = None) -> None:
        """Write to the orchestrator's log."""
        content = values.encode({"level": level, "message": message, "fields": fields})[0]
        self.tell(frame, "log", NOTHING, content)

    def close(self) -> None:
        """Close the sockets, once nothing is to be said any more."""
        self.session.close()

    # The process

    def own_process(self) -> None:
        """Take the standard streams, the signals and the forks of this process."""
        outputs = streams.capture(self._print)

        def in_child() -> None:
            self.forked = True
            self.session.close()
            for output in outputs:
                output.forget()

        os.register_at_fork(after_in_child=in_child)
        from .interrupts import Interrupts

        Interrupts(self)


def main(arguments: list[str]) -> NoReturn:
    """What `launch.py` runs."""
    if arguments == ["--check"]:
        sys.exit(0)  # that this module could be imported is the check
    if len(arguments) != 1:
        sys.exit("usage: launch.py CONNECTION_FILE")
    try:
        kernel = Kernel(Session.from_file(arguments[0]))
    except (OSError, KeyError, ValueError, ZmtpError) as error:
        sys.exit(f"parley: the orchestrator could not be reached: {type(error).__name__}: {error}")
    plugin.host(kernel)
    kernel.own_process()
    kernel.run()
