"""A plugin's life: loaded, started, unloaded; and the kernel's end."""

from __future__ import annotations

import os

from . import values
from .envelope import Message
from .frames import Frame
from .loader import Loader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from .executor import Step
    from .kernel import Kernel

    Hook = Callable[[], Any]

_exit_process = os._exit


class Lifecycle:
    """The one plugin of this kernel."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._loader = Loader()
        self.plugin = ""
        self.settings: dict[str, Any] = {}
        self.on_start: list[Hook] = []
        self.on_stop: list[Hook] = []
        self.when_welcomed: Callable[[], object] = lambda: None
        self.when_started: Callable[[], object] = lambda: None  # what a program that attaches waits for

    def load(self, message: Message) -> None:
        """Run the plugin's file."""
        content = message.content
        name, folder = content["plugin"], content["folder"]
        if self.plugin:
            error = RuntimeError(f"this kernel hosts {self.plugin} already")
            self._kernel.reply_error(Frame("load_plugin", message), "load_plugin_reply", error)
            return
        self.plugin = name
        self.settings = content.get("settings") or {}
        self._kernel.events.grants = bool(content.get("event_grants"))
        # A program that attached is loaded already.
        steps = [] if self._kernel.is_attached else [lambda: self._loader.load(name, folder, content["main"])]
        self._life(message, "load_plugin", steps)

    def start(self, message: Message) -> None:
        """Run the start handlers; events that came early are due when they have ended."""
        self._life(message, "start_plugin", [_step(hook) for hook in self.on_start])

    def unload(self, message: Message) -> None:
        """Run the stop handlers and forget the plugin."""
        self._life(message, "unload_plugin", self._stop_steps())

    def shutdown(self, message: Message) -> None:
        """Run the stop handlers, reply and end the process, whatever else is running.

        An attached program is heard no more once there is a reason.
        """
        if self._kernel.is_attached and "reason" in message.content:
            self._kernel.end(str(message.content["reason"]))
            return
        self._life(message, "shutdown", self._stop_steps())

    def _stop_steps(self) -> list[Step]:
        hooks, self.on_stop = self.on_stop, []
        return [_step(hook) for hook in reversed(hooks)]

    def _life(self, message: Message, kind: str, steps: list[Step]) -> None:
        keep_on = kind in ("unload_plugin", "shutdown")
        content = values.dump({"restart": bool(message.content.get("restart"))}) if kind == "shutdown" else b"{}"

        def done(_results: list[Any], errors: list[BaseException]) -> None:
            frame = self._kernel.frames[message.raw_header]
            if kind == "unload_plugin" or (kind == "load_plugin" and errors):
                self._forget()
            if errors:
                self._kernel.reply_errors(frame, f"{kind}_reply", errors)
            else:
                self._kernel.tell(frame, f"{kind}_reply", b'{"outcome":"ok"}', content)
            if kind == "start_plugin" and not errors:
                self._kernel.events.start()
                self.when_started()
            if kind == "shutdown" and not self._kernel.is_attached:
                self._end()

        self._kernel.executor.life(message, kind, steps, done, keep_on)

    def _forget(self) -> None:
        self._kernel.methods.clear()
        self._kernel.events.clear()
        if self._kernel.watches is not None:
            self._kernel.watches.clear()
        self._loader.unload()
        self.plugin = ""
        self.on_start.clear()
        self.on_stop.clear()

    def _end(self) -> None:
        dealer = self._kernel.session.dealer
        os.set_blocking(dealer.descriptor, True)  # the last words may take their time
        dealer.flush()
        _exit_process(0)


def _step(hook: Hook) -> Step:
    from .executor import invoke

    return lambda: invoke(hook)
