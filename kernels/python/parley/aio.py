"""asyncio, once a plugin has an `async def`: its loop then drives the kernel, with the sockets among its readers."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from .frames import Frame, current
from .scheduler import Left

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from .kernel import Kernel

    After = Callable[[Any, Optional[BaseException]], None]


class AsyncioDriver:
    """Loops are never nested: from the first `async def` on there is this one, on one thread."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.loop = asyncio.new_event_loop()
        self._writing: set[int] = set()
        self._nudged = False
        self._tasks: set[asyncio.Task[None]] = set()  # the loop itself holds them weakly

    def spawn(self, frame: Frame, awaitable: Any, after: After) -> None:
        """Await this for the frame, then tell ``after`` what came of it."""
        task = self.loop.create_task(self._watch(frame, awaitable, after))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.nudge()

    async def _watch(self, frame: Frame, awaitable: Any, after: After) -> None:
        current.set(frame)
        result, failure = None, None
        try:
            # Only a task that has begun can be cancelled: one that has not would never come to tell what became of it.
            frame.check()
            task = asyncio.current_task()
            assert task is not None
            frame.stop = task.cancel
            result = await awaitable
        except BaseException as error:  # SystemExit and KeyboardInterrupt too: asyncio would end its loop for them
            failure = error
            if isinstance(awaitable, Coroutine):
                awaitable.close()  # for the one that never began
        frame.stop = None
        after(result, failure)

    def run_forever(self) -> None:
        """Drive. Only the end of the process ends this."""
        asyncio.set_event_loop(self.loop)
        for descriptor in self._kernel.descriptors():
            self.loop.add_reader(descriptor, self._turn)
        self.nudge()
        while self._kernel.ended is None:
            try:
                self.loop.run_forever()
            except (KeyboardInterrupt, SystemExit):
                # Raised in a task of the plugin's own, which has it as its result; asyncio lets it through besides.
                continue

    def _turn(self) -> None:
        self._nudged = False
        try:
            self._kernel.turn(0)
        except Left:
            self.loop.stop()

    def nudge(self) -> None:
        """There is something to run or to write: take a turn soon."""
        if not self._nudged:
            self._nudged = True
            self.loop.call_soon(self._turn)

    def watch_writing(self, descriptor: int, wanted: bool) -> None:
        """Tell when a full socket takes more."""
        if wanted and descriptor not in self._writing:
            self._writing.add(descriptor)
            self.loop.add_writer(descriptor, self._turn)
        elif not wanted and descriptor in self._writing:
            self._writing.discard(descriptor)
            self.loop.remove_writer(descriptor)

    def after(self, seconds: float, job: Callable[[], object]) -> None:
        """Run a job of the shim's later."""
        self.loop.call_later(seconds, job)
