"""Joining as a plugin from a program that Parley did not start: its threads go on, and the shim has one of its own."""

from __future__ import annotations

import atexit
import base64
import json
import os
import subprocess
import threading

from . import plugin, values
from .envelope import NOTHING
from .errors import ParleyError, Unavailable
from .kernel import Kernel
from .scheduler import Left
from .session import Session
from .zmtp import ZmtpError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

_PREFIX = "parley-"
_PATIENCE = 10.0  # seconds for the orchestrator's welcome
_ADVICE = "Get a token with `parley attach --manifest plugin.json`."


class Attachment:
    """What :func:`attach` returns. :meth:`detach` leaves; twice is fine, and so is ``with``."""

    def __init__(self, connection: dict[str, Any]) -> None:
        self._connection = connection
        self._kernel: Optional[Kernel] = None
        self._failure: Optional[Exception] = None
        self._ended = threading.Event()
        self._changed = threading.Event()  # welcomed, or not
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="parley", daemon=True)
        self._pid = os.getpid()

    @property
    def plugin(self) -> str:
        """The name of the plugin that this program is."""
        return self._kernel.lifecycle.plugin if self._kernel is not None else ""

    @property
    def is_attached(self) -> bool:
        """Whether it still is."""
        return self._started.is_set() and not self._ended.is_set()

    def join(self) -> Attachment:
        """Connect, and wait until the orchestrator counts this program as the plugin."""
        self._thread.start()
        if not self._changed.wait(_PATIENCE):
            self._abandon()
            raise Unavailable(f"The orchestrator did not answer within {_PATIENCE:g} s. {_ADVICE}")
        self._started.wait()
        if self._ended.is_set():
            raise self._failure or self._refusal()
        return self

    def detach(self) -> None:
        """Run the ``on_stop`` handlers and leave: what is provided and subscribed to is gone, and the name is free."""
        kernel = self._kernel
        if kernel is None or self._ended.is_set() or os.getpid() != self._pid:
            return
        try:
            kernel.send("detach", NOTHING)
        except Unavailable:
            return
        if not kernel.scheduler.is_inside():  # a handler cannot wait for what ends it
            self._ended.wait()

    def __enter__(self) -> Attachment:
        return self

    def __exit__(self, *_error: object) -> None:
        self.detach()

    def __repr__(self) -> str:
        return f"<{'attached' if self.is_attached else 'detached'} plugin {self.plugin}>"

    def _serve(self) -> None:
        """The shim's thread."""
        try:
            kernel = Kernel(Session(self._connection, "." + os.urandom(6).hex()), is_attached=True)
        except (OSError, KeyError, ValueError, ZmtpError) as error:
            self._failure = Unavailable(f"The orchestrator of this token cannot be reached: {error}. {_ADVICE}")
            self._end()
            return
        self._kernel = kernel
        kernel.scheduler.left = self._end  # type: ignore[method-assign]
        kernel.lifecycle.when_welcomed = self._changed.set
        kernel.lifecycle.when_started = self._start
        _forget_in_children(kernel)
        plugin.host(kernel)
        try:
            kernel.run()
        except Left:
            self._end()

    def _start(self) -> None:
        self._started.set()

    def _end(self) -> None:
        kernel = self._kernel
        if kernel is not None:
            kernel.close()
            if plugin.is_hosted_by(kernel):
                plugin.host(None)
        self._ended.set()
        self._changed.set()
        self._started.set()

    def _abandon(self) -> None:
        if self._kernel is not None:
            self._kernel.end("the orchestrator did not answer")
            self._kernel.session.wake()

    def _refusal(self) -> ParleyError:
        kernel = self._kernel
        assert kernel is not None
        return kernel.refusal or Unavailable(f"The orchestrator has let go of this program: {kernel.ended}")


_current: Optional[Attachment] = None


def attach(token: Optional[str] = None, *, manifest: Optional[str] = None, command: str = "parley") -> Attachment:
    """Join the running orchestrator as a plugin, from a program that Parley did not start.

    The token comes from ``parley attach --manifest plugin.json``: it is the argument, or in ``PARLEY_TOKEN``; with
    ``manifest`` that command is run here. When this returns, ``call``, ``emit``, ``on``, ``provide`` and the others
    work, from any thread, and what this program provides is served on a thread of the shim's. It leaves by
    :func:`detach`, at the end of a ``with`` block, or when the process ends.
    """
    global _current
    if _current is not None and not _current._ended.is_set() and _current._pid == os.getpid():
        raise RuntimeError(f"this program is attached already, as {_current.plugin}: call parley.detach() first")
    if plugin.is_hosted():
        raise RuntimeError("this is a plugin that Parley runs already: it need not attach")
    line = token or (_ask(manifest, command) if manifest is not None else os.environ.get("PARLEY_TOKEN", ""))
    attachment = Attachment(_read(line))
    attachment.join()
    _current = attachment
    return attachment


def detach() -> None:
    """Leave: the ``on_stop`` handlers run, and the plugin is gone. Without an attachment it does nothing."""
    if _current is not None:
        _current.detach()


atexit.register(detach)


def _read(token: str) -> dict[str, Any]:
    """What a token holds."""
    token = token.strip()
    if not token:
        raise Unavailable(f"There is no token: PARLEY_TOKEN is not set. {_ADVICE}")
    text = token[len(_PREFIX) :] if token.startswith(_PREFIX) else ""
    try:
        connection = values.load(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(connection["kernel_id"], str):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        raise Unavailable(f"This is no token of Parley's, or only a part of one. {_ADVICE}") from None
    return dict(connection)


def _ask(manifest: str, command: str) -> str:
    """A token for the plugin of this manifest."""
    try:
        done = subprocess.run(  # noqa: S603 -- the program itself names the command
            [command, "attach", "--json", "--manifest", manifest], capture_output=True, text=True, check=False
        )
        reply = json.loads(done.stdout)
    except (OSError, ValueError) as error:
        raise Unavailable(f"`{command} attach` cannot be run: {error}") from None
    if reply.get("outcome") != "ok":
        raise Unavailable(str(reply.get("error", {}).get("message", done.stderr)))
    return str(reply["value"]["token"])


def _forget_in_children(kernel: Kernel) -> None:
    def in_child() -> None:
        if kernel.ended is None:
            kernel.forked = True
            kernel.session.close()

    os.register_at_fork(after_in_child=in_child)
