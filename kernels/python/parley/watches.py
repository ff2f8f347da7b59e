"""Watches on storage: each change to its handler, one after the other, in the order of the changes."""

from __future__ import annotations

from itertools import count

from .envelope import NOTHING, Message
from .errors import ParleyError
from .exchange import ask
from .executor import Run, invoke
from .frames import Frame
from .native import deque
from .records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from .exchange import Operation
    from .kernel import Kernel

    Handler = Callable[["Change"], Any]


class Change(Record):
    """What has become of a key. One that was deleted has the value None, and ``deleted``."""

    __slots__ = ("deleted", "key", "value", "version")
    key: str
    value: Any
    version: int
    deleted: bool


class Watches:
    """The plugin's watches, and the changes that wait for their handler."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._ids = count(1)
        self._watches: dict[str, tuple[str, Handler]] = {}
        self._changes: deque[tuple[str, Change, Message]] = deque()  # each with the id of its watch
        self._is_busy = False

    def add(self, prefix: str, handler: Handler) -> Operation:
        """Watch; when it ends, no change after is missed."""
        ident = f"w{next(self._ids)}"
        self._watches[ident] = (prefix, handler)  # already: the first change may follow the reply at once
        try:
            yield from ask(self._kernel, "storage_request", {"op": "watch", "prefix": prefix, "watch": ident})
        except BaseException:
            self._watches.pop(ident, None)
            raise
        return ident

    def remove(self, ident: str) -> Operation:
        """Watch no longer: changes that wait are dropped."""
        if self._watches.pop(ident, None) is not None:
            yield from ask(self._kernel, "storage_request", {"op": "unwatch", "watch": ident})

    def clear(self) -> None:
        """Forget all of them."""
        self._watches.clear()
        self._changes.clear()

    def changed(self, message: Message) -> None:
        """A storage_changed has come."""
        content = message.content
        is_deleted = content.get("deleted") is True
        value = None if is_deleted else content["value"]
        change = Change(key=content["key"], value=value, version=content.get("version"), deleted=is_deleted)
        self._changes.append((content["watch"], change, message))
        if not self._is_busy:
            self._proceed()

    def _proceed(self) -> None:
        self._is_busy = False
        while self._changes and not self._is_busy:
            ident, change, message = self._changes.popleft()
            watch = self._watches.get(ident)
            if watch is not None:
                self._is_busy = True
                self._run(change, message, *watch)

    def _run(self, change: Change, message: Message, prefix: str, handler: Handler) -> None:
        # The orchestrator counts no frame for this: what the handler does has no parent.
        frame = Frame("watch", message, {})
        frame.header = NOTHING

        def done(_results: list[Any], errors: list[BaseException]) -> None:
            try:
                self._kernel.flush_output(frame)
                if errors:
                    self._report(frame, prefix, change.key, errors[0])
            finally:
                self._proceed()

        Run(self._kernel, frame, (lambda: invoke(handler, change),), done).start()

    def _report(self, frame: Frame, prefix: str, key: str, error: BaseException) -> None:
        from .failures import describe

        fields = describe(error, frame)[1]
        text = f"a handler that watches {prefix!r} failed at {key!r}: {fields.pop('message')}"
        try:
            self._kernel.log("error", text, {"prefix": prefix, "key": key, **fields})
        except ParleyError:  # details that cannot be sent
            self._kernel.log("error", text[:1000], {"prefix": prefix, "key": key})
