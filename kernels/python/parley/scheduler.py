"""Strands: plain functions that can be suspended. The loop never runs plugin code on its own stack.

A *strand* runs a job (the handlers of a frame) until it ends or waits for a mailbox. Waiting suspends it and gives
control back to the loop, and whatever is put into the mailbox makes the strand ready again, in whatever order. There
are two ways to suspend a plain function in Python, with the same behaviour:

- :class:`Greenlets`, where greenlet is installed: a stack switch of half a microsecond;
- :class:`Threads`, with the standard library alone: one thread for each *waiting* strand, of which only one at a time
  holds the baton and runs.
"""

from __future__ import annotations

import os
from _thread import allocate_lock, get_ident, start_new_thread
from contextvars import Context

from .native import deque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from .frames import Frame, Mailbox

    Job = Callable[[], object]

_POOL_SIZE = 64


class Left(BaseException):
    """The loop of a program that attached has ended; the argument says why."""


class Strand:
    """One suspended, running or pooled flow of control; ``at`` is the greenlet or the lock that resumes it."""

    __slots__ = ("_scheduler", "asleep", "at", "frame", "ident", "job")

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self.asleep = False
        self.at: Any = None
        self.frame: Optional[Frame] = None
        self.ident = 0
        self.job: Optional[Job] = None

    def wake(self) -> None:
        """Make it ready again; once, however many reasons there are."""
        if self.asleep:
            self.asleep = False
            self._scheduler.add(self, None, None)


class Scheduler:
    """What both kinds share: the queue of what is ready, and waiting for a mailbox."""

    name = ""

    def __init__(self) -> None:
        self.ready: deque[tuple[Optional[Strand], Optional[Job], Optional[Frame]]] = deque()
        self.nudge: Callable[[], object] = lambda: None  # tells asyncio's loop, once it drives, that there is work

    def add(self, strand: Optional[Strand], job: Optional[Job], frame: Optional[Frame]) -> None:
        self.ready.append((strand, job, frame))
        self.nudge()

    def start(self, job: Job, frame: Frame) -> None:
        """Run this job for the frame, in a strand, at the loop's next turn."""
        self.add(None, job, frame)

    def run_ready(self) -> None:
        """Run what is ready until everything waits. Called by the loop only."""
        while self.ready:
            strand, job, frame = self.ready.popleft()
            if strand is not None:
                self._resume(strand)
            elif job is not None:
                self._begin(job, frame)

    def wait(self, mailbox: Mailbox) -> None:
        """Suspend the running strand until the mailbox has something, or its frame is cancelled."""
        strand = self.running()
        assert strand is not None
        frame = strand.frame
        assert frame is not None
        frame.check()
        mailbox.wake = frame.stop = strand.wake
        frame.waiting = mailbox
        strand.asleep = True
        try:
            self._suspend(strand)
        finally:
            mailbox.wake = frame.stop = frame.waiting = None
        frame.check()

    def running(self) -> Optional[Strand]:
        """The strand that calls this, None in the loop and in other threads."""
        raise NotImplementedError

    def is_inside(self) -> bool:
        """Whether the calling thread is the one that runs the loop and the strands now."""
        raise NotImplementedError

    def _begin(self, job: Job, frame: Optional[Frame]) -> None:
        raise NotImplementedError

    def _resume(self, strand: Strand) -> None:
        raise NotImplementedError

    def _suspend(self, strand: Strand) -> None:
        raise NotImplementedError

    def left(self) -> None:
        """Called where the loop of an attached program ended, if that was another thread than it began on."""

    def lead(self, turn: Callable[[], object]) -> None:
        """Take turns of the loop for ever."""
        raise NotImplementedError

    def pin(self) -> None:
        """From now on the loop stays on the calling thread: asyncio's loop cannot move."""


class Greenlets(Scheduler):
    """Strands as pooled greenlets; making one costs twenty times a switch."""

    name = "greenlet"

    def __init__(self) -> None:
        super().__init__()
        import greenlet

        self._make = greenlet.greenlet
        self._here = greenlet.getcurrent
        self._hub = greenlet.getcurrent()
        self._thread = get_ident()
        self._running: Optional[Strand] = None
        self._pool: list[Strand] = []

    def running(self) -> Optional[Strand]:
        return self._running if get_ident() == self._thread else None

    def is_inside(self) -> bool:
        return get_ident() == self._thread

    def _begin(self, job: Job, frame: Optional[Frame]) -> None:
        if self._pool:
            strand = self._pool.pop()
        else:
            strand = Strand(self)
            strand.at = self._make(self._work)
            strand.at.switch(strand)  # to where it waits for its first job
        strand.job, strand.frame = job, frame
        self._resume(strand)

    def _work(self, strand: Strand) -> None:
        self._hub.switch()
        while True:
            job, strand.job = strand.job, None
            assert job is not None
            Context().run(job)
            del job
            strand.frame = None
            if len(self._pool) >= _POOL_SIZE:
                return
            self._pool.append(strand)
            self._hub.switch()

    def _resume(self, strand: Strand) -> None:
        self._running = strand
        strand.at.switch()
        self._running = None

    def _suspend(self, strand: Strand) -> None:
        # A handler may have switched to a greenlet of its own: it is that one which has to go on.
        own, strand.at = strand.at, self._here()
        self._hub.switch()
        strand.at = own

    def lead(self, turn: Callable[[], object]) -> None:
        while True:
            turn()


class Threads(Scheduler):
    """Strands as threads that hand on a baton.

    A handler runs right on the thread that leads the loop, so one that never waits costs no switch. When it waits, its
    thread stops there, and another takes over the loop: a parked one, or a new one. When it is resumed, the leader
    parks in its own loop until it is needed again.
    """

    name = "threads"

    def __init__(self) -> None:
        super().__init__()
        self._turn: Callable[[], object] = lambda: None
        self._parked: list[Strand] = []
        self._pinned: Optional[Strand] = None
        self._holder = Strand(self)
        self._holder.at = allocate_lock()
        self._holder.at.acquire()
        self._holder.ident = get_ident()

    def running(self) -> Optional[Strand]:
        holder = self._holder
        return holder if holder.frame is not None and holder.ident == get_ident() else None

    def is_inside(self) -> bool:
        return self._holder.ident == get_ident()

    @property
    def holder(self) -> Strand:
        """Who has the baton."""
        return self._holder

    def _begin(self, job: Job, frame: Optional[Frame]) -> None:
        me = self._holder
        if me is self._pinned:
            self.ready.appendleft((None, job, frame))
            self._hand_over(me)
            return
        me.frame = frame
        try:
            Context().run(job)
        finally:
            me.frame = None

    def _resume(self, strand: Strand) -> None:
        me = self._holder
        if me is not self._pinned:
            self._parked.append(me)
        self._give(strand)
        me.at.acquire()

    def _suspend(self, strand: Strand) -> None:
        if self._pinned is not None:
            self._give(self._pinned)
            strand.at.acquire()
        else:
            self._hand_over(strand)

    def _hand_over(self, me: Strand) -> None:
        """Let a parked thread run, or a new one, until somebody resumes this one."""
        if self._parked:
            self._give(self._parked.pop())
        else:
            fresh = Strand(self)
            fresh.at = allocate_lock()
            fresh.at.acquire()
            self._holder = fresh
            start_new_thread(self._work, (fresh,))
        me.at.acquire()

    def _give(self, strand: Strand) -> None:
        self._holder = strand
        strand.at.release()

    def _work(self, me: Strand) -> None:
        me.ident = get_ident()
        try:
            self.lead(self._turn)
        except Left:
            self.left()

    def lead(self, turn: Callable[[], object]) -> None:
        self._turn = turn
        while True:
            me = self._holder
            if self._pinned is None or me is self._pinned:
                turn()
            else:  # asyncio's thread has the loop, this one only runs strands for it
                self.run_ready()
                self._parked.append(me)
                self._give(self._pinned)
                me.at.acquire()

    def pin(self) -> None:
        self._pinned = self._holder


def make_scheduler() -> Scheduler:
    """Greenlets where they can be had; ``PARLEY_PYTHON_SUSPEND`` (``greenlet`` or ``threads``) decides otherwise."""
    choice = os.environ.get("PARLEY_PYTHON_SUSPEND")
    if choice == "threads":
        return Threads()
    try:
        return Greenlets()
    except ImportError:
        if choice == "greenlet":
            raise
        return Threads()
