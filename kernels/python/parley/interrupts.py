"""SIGINT raises KeyboardInterrupt in the frame that is running, and does nothing else, ever."""

from __future__ import annotations

import os
import sys
from _thread import get_ident

from .frames import current
from .native import SIGINT, set_signal_handler
from .scheduler import Threads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Optional

    from .kernel import Kernel

_SHIM = os.path.dirname(os.path.abspath(__file__)) + os.sep
# Where the shim calls plugin code. The innermost of the shim's functions on the stack being one of these means that the
# plugin's own code was interrupted, and not the shim in the midst of something.
_ENTRIES = {
    *("invoke", "invoke_next", "invoke_close", "invoke_module"),
    *("_watch", "_finish_async", "_produce_async", "_evaluate_async", "run_forever"),
}


class Interrupts:
    """The handler of SIGINT."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._main = get_ident()
        set_signal_handler(SIGINT, self._interrupt)

    def _interrupt(self, _number: int, stack: Optional[FrameType]) -> Any:
        if self._kernel.forked:
            raise KeyboardInterrupt
        scheduler = self._kernel.scheduler
        if isinstance(scheduler, Threads) and scheduler.holder.ident != self._main:
            self._interrupt_thread(scheduler)
            return
        # Python runs this in the context of the code that it interrupted, so that `current` is that code's frame.
        frame = current.get()
        if frame is None or frame.ended:
            return
        if _in_plugin_code(stack):
            raise KeyboardInterrupt
        frame.interrupted = True

    def _interrupt_thread(self, scheduler: Threads) -> None:
        holder = scheduler.holder
        frame = holder.frame
        if frame is None or frame.ended:
            return
        if not _in_plugin_code(sys._current_frames().get(holder.ident)):
            frame.interrupted = True
            return
        import ctypes

        thread = ctypes.c_ulong(holder.ident)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(KeyboardInterrupt))


def _in_plugin_code(stack: Optional[FrameType]) -> bool:
    while stack is not None:
        if stack.f_code.co_filename.startswith(_SHIM):
            return stack.f_code.co_name in _ENTRIES
        stack = stack.f_back
    return False
