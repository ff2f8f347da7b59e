"""What the orchestrator asks before it calls something a deadlock: whether a frame waits, and for which requests.

It asks (`wait_query`) only about frames that might be in one; from then on it is told whenever such a frame waits.

A plain handler is suspended for one request, which is known. Of an ``async def`` nobody can know what it awaits. So it
is told to wait when nothing but a message can make anything in this process go on: no callback is ready, no timer runs,
no other descriptor is watched, no other thread lives. Then it waits for any of the requests open in the kernel.
"""

from __future__ import annotations

import sys

from . import values
from .envelope import NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from .aio import AsyncioDriver
    from .envelope import Message
    from .frames import Frame, Mailbox
    from .kernel import Kernel

    Request = tuple[str, int]

_LOOK_AGAIN = 0.05  # seconds
_ANSWERED_LATER = ("call_request", "lock_request", "emit")
_NOT_OF_A_FRAME = ("hello", "event_start")


def _is_plugins(thread: Any) -> bool:
    """Whether a thread is of the plugin's making; those of the shim are known to `threading` as dummies, if at all."""
    threading = sys.modules["threading"]
    return thread is not threading.main_thread() and not isinstance(thread, threading._DummyThread)


class Waits:
    """The frames that were asked about."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._told: dict[bytes, list[Request]] = {}  # by the frame's header
        self._timer: Any = None

    def __bool__(self) -> bool:
        return bool(self._told)

    def ask(self, message: Message) -> None:
        """A `wait_query` has come."""
        if message.raw_parent in self._kernel.frames:
            self._told[message.raw_parent] = []

    def tell(self, driver: Optional[AsyncioDriver]) -> None:
        """Tell what has changed; at the end of each turn of the loop, as long as a frame is asked about."""
        asleep = False
        for header in list(self._told):
            frame = self._kernel.frames.get(header)
            if frame is None:
                del self._told[header]
            elif frame.waiting is not None:
                self._tell(frame, self._requests([frame.waiting]))
            elif driver is not None:
                asleep = True
        if asleep and driver is not None and self._timer is None:
            self._timer = driver.loop.call_later(0, self._look, driver)

    def _look(self, driver: AsyncioDriver) -> None:
        is_quiet = self._is_quiet(driver)
        self._timer = None
        requests = self._requests(list(self._kernel.mailboxes.values())) if is_quiet else None
        left = False
        for header in list(self._told):
            frame = self._kernel.frames.get(header)
            if frame is not None and frame.waiting is None:
                left = True
                self._tell(frame, requests)
        if left and self._timer is None:
            self._timer = driver.loop.call_later(_LOOK_AGAIN, self._look, driver)

    def _is_quiet(self, driver: AsyncioDriver) -> bool:
        threading = sys.modules.get("threading")
        if threading is not None and any(map(_is_plugins, threading.enumerate())):
            return False
        loop: Any = driver.loop
        try:
            timers = [each for each in loop._scheduled if each is not self._timer and not each.cancelled()]
            ready = [each for each in loop._ready if each is not self._timer and not each.cancelled()]
            watched = len(loop._selector.get_map()) - 1  # the loop has one of its own
        except AttributeError:  # another kind of loop
            return False
        return not timers and not ready and watched == len(self._kernel.descriptors())

    def _requests(self, mailboxes: list[Mailbox]) -> Optional[list[Request]]:
        """The open requests behind these; None when one of them is answered at once, or has been."""
        found = []
        for mailbox in mailboxes:
            header = values.decode(mailbox.header) if mailbox.header else {}
            kind = header.get("msg_type")
            if kind in _NOT_OF_A_FRAME:
                continue
            if kind not in _ANSWERED_LATER:
                return None
            arrived = [message.type for message in mailbox.items]
            if "call_reply" in arrived or "lock_reply" in arrived or "emit_reply" in arrived:
                return None
            found.append((header["msg_id"], mailbox.taken + arrived.count("yield_item")))
        return found

    def _tell(self, frame: Frame, requests: Optional[list[Request]]) -> None:
        if not requests or self._told[frame.header] == requests:
            return
        self._told[frame.header] = requests
        content = {"requests": [{"msg_id": name, "items": items} for name, items in requests]}
        self._kernel.send("waiting", frame.header, NOTHING, values.dump(content))
