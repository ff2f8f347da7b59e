"""The orchestrator's side of the protocol, scripted: enough to start a kernel and play its world."""

from __future__ import annotations

import json
import os
import pathlib
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from typing import Any, Callable

from parley import envelope, values, zmtp

from .support import KERNEL

LIMIT = 1 << 20
Service = Callable[[dict[str, Any]], Any]


class Remote(Exception):
    """Raised by a played service: the outcome of the call."""

    def __init__(self, outcome: str, **error: Any) -> None:
        super().__init__(outcome)
        self.outcome, self.error = outcome, {"message": outcome, **error}


NEVER = object()  # returned by a played service that does not answer


class Peer:
    """One connection of the kernel's, seen from the other end."""

    def __init__(self, path: str, socket_type: str) -> None:
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen()
        self.ready = zmtp.ready(socket_type)
        self.decoder = zmtp.Decoder(1 << 26)
        self.socket: socket.socket | None = None

    def accept(self) -> None:
        self.listener.settimeout(60)
        self.socket, _ = self.listener.accept()
        self.socket.sendall(zmtp.GREETING + self.ready)

    def send(self, frames: list[bytes]) -> None:
        assert self.socket is not None
        self.socket.sendall(zmtp.encode(frames))

    def receive(self) -> list[list[bytes]]:
        assert self.socket is not None
        data = self.socket.recv(1 << 20)
        if not data:
            raise EOFError("the kernel has ended")
        return self.decoder.feed(data)


class Orchestrator:
    """Starts a kernel and plays the rest: `services` by name, subscriptions, locks, credit only when told."""

    def __init__(self, suspend: str, grants: bool = False) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kernel-"))
        self.key, self.signer = "0f" * 16, envelope.Signer(b"0f" * 16)
        self.headers = envelope.Headers()
        self.grants = grants
        self.services: dict[str, Service] = {}
        self.answers: dict[str, Callable[[envelope.Message], Any]] = {}  # by the type of what is asked
        self.provided: set[str] = set()
        self.events: dict[str, tuple[str, str, int]] = {}  # name → topic, key, sequence
        self.messages: list[envelope.Message] = []
        self.sent: dict[str, bytes] = {}  # msg_id → header
        self.subscribed: dict[str, str] = {}
        self._nonces: dict[str, envelope.Message] = {}
        self._held: dict[str, list[envelope.Message]] = {}
        self.router, self.xpub = Peer(f"{self.folder}/r", "ROUTER"), Peer(f"{self.folder}/e", "XPUB")
        connection = {
            "protocol": "1.0", "kernel_id": "k-1", "transport": "ipc", "key": self.key, "max_message_bytes": LIMIT,
            "requests": f"ipc://{self.folder}/r", "events": f"ipc://{self.folder}/e", "signature_scheme": "hmac-sha256",
        }  # fmt: skip
        (self.folder / "connection.json").write_text(json.dumps(connection))
        self.process = subprocess.Popen(
            [sys.executable, str(KERNEL / "launch.py"), str(self.folder / "connection.json")],
            env={**os.environ, "PARLEY_PYTHON_SUSPEND": suspend},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        self.router.accept()
        self.xpub.accept()
        hello = self.wait("hello")
        self.send("welcome", hello.raw_header, {"outcome": "ok"}, {"max_message_bytes": LIMIT})

    # Both directions

    def send(
        self, kind: str, parent: bytes = b"{}", metadata: Any = None, content: Any = None, buffers: Any = ()
    ) -> str:
        header = self.headers.make(kind)
        ident: str = json.loads(header)["msg_id"]
        self.sent[ident] = header
        raw = content if isinstance(content, bytes) else json.dumps(content or {}).encode()
        signed = envelope.write(self.signer, header, parent, json.dumps(metadata or {}).encode(), raw)
        self.router.send([*signed, *buffers])
        return ident

    def pump(self, timeout: float = 0.1) -> None:
        """Receive what there is, and play the orchestrator's part."""
        sockets = {peer.socket: peer for peer in (self.xpub, self.router) if peer.socket is not None}
        for found in select.select(list(sockets), [], [], timeout)[0]:
            peer = sockets[found]
            try:
                received = peer.receive()
            except EOFError:
                if peer is self.router:
                    raise
                continue
            for frames in received:
                if peer is self.xpub:
                    self._subscription(frames[0][:1] == b"\1", frames[0][1:].decode())
                else:
                    message = envelope.read(frames, self.signer)
                    self.messages.append(message)
                    self._play(message)

    def wait(self, kind: str, parent: str | None = None, timeout: float = 60, count: int = 1) -> envelope.Message:
        """The `count`-th message of this type, with the header of `parent`."""
        end = time.monotonic() + timeout
        while True:
            found = self.all(kind, parent)
            if len(found) >= count:
                return found[count - 1]
            if time.monotonic() > end:
                raise TimeoutError(f"no {kind} came; there were {[each.type for each in self.messages][-20:]}")
            self.pump()

    def all(self, kind: str, parent: str | None = None) -> list[envelope.Message]:
        header = None if parent is None else self.sent[parent]
        return [each for each in self.messages if each.type == kind and header in (None, each.raw_parent)]

    def _subscription(self, wanted: bool, topic: str) -> None:
        asked = self._nonces.pop(topic, None) if wanted else None
        if asked is not None:
            self.send("subscribed", asked.raw_header, None, {"subscription": asked.content["subscription"]})

    def _play(self, message: envelope.Message) -> None:
        def reply(content: Any = None, outcome: str = "ok", kind: str = f"{message.type}_reply") -> None:
            self.send(kind, message.raw_header, {"outcome": outcome}, content)

        content = message.content
        if message.type in self.answers:
            self._answer(message, self.answers[message.type])
        elif message.type == "provide":
            if content["method"].startswith("forbidden."):
                reply({"message": f"not allowed: {content['method']}"}, "permission_denied")
                return
            self.provided.add(content["method"])
            reply()
        elif message.type == "withdraw":
            self.provided.discard(content["method"])
            reply()
        elif message.type == "subscribe":
            self.subscribed[content["subscription"]] = content["pattern"]
            nonce = f"nonce-{len(self.messages)}"
            self._nonces[nonce] = message
            reply({"topics": [self.topic(content["pattern"])], "nonce": nonce})
        elif message.type == "unsubscribe":
            del self.subscribed[content["subscription"]]
            reply()
        elif message.type == "emit":
            reply({"subscriptions": 2, "event_id": "e-1"})
        elif message.type == "event_start":
            metadata = {"outcome": "ok", "remaining": 5, "depth": 3, "frame": json.loads(message.raw_parent)["msg_id"]}
            self.send("event_grant", message.raw_header, metadata)
        elif message.type == "lock_request":
            held = self._held.setdefault(content["name"], [])
            held.append(message)
            if len(held) == 1:
                reply(kind="lock_reply")
        elif message.type == "unlock":
            held = self._held[content["name"]]
            held.pop(0)
            if held:
                self.send("lock_reply", held[0].raw_header, {"outcome": "ok"})
        elif message.type == "call_request":
            self._serve(message)

    def _answer(self, message: envelope.Message, answer: Callable[[envelope.Message], Any]) -> None:
        kind = f"{message.type.removesuffix('_request')}_reply"
        try:
            content = answer(message)
        except Remote as error:
            self.send(kind, message.raw_header, {"outcome": error.outcome}, error.error)
            return
        if content is not NEVER:
            data, paths, buffers = values.encode(content)
            self.send(kind, message.raw_header, {"outcome": "ok", "buffer_paths": paths}, data, buffers)

    def _serve(self, message: envelope.Message) -> None:
        name = message.metadata["method"]
        if name in self.provided:  # back into the kernel
            if not hasattr(self, "_forwards"):
                self._forwards: dict[str, envelope.Message] = {}
            ident = self.call_start(name, content=json.dumps(message.content).encode(), depth=2)
            self._forwards[ident] = message
            return
        service = self.services.get(name)
        try:
            if service is None:
                raise Remote("no_provider", nearest=[])
            value = service(message.content)
        except Remote as error:
            self.send("call_reply", message.raw_header, {"outcome": error.outcome}, error.error)
            return
        if value is not NEVER:
            self.send("call_reply", message.raw_header, {"outcome": "ok"}, {"value": value})

    def forward(self) -> None:
        """Hand the replies of calls that came back into the kernel on to their callers."""
        for ident, caller in list(getattr(self, "_forwards", {}).items()):
            found = self.all("call_reply", ident)
            if found:
                del self._forwards[ident]
                self.send("call_reply", caller.raw_header, found[0].metadata, values.encode(found[0].content)[0])

    # Operations

    def load(self, source: str, name: str = "example", start: bool = True, **files: str) -> envelope.Message:
        for file, text in files.items():
            (self.folder / f"{file}.py").write_text(textwrap.dedent(text))
        main = self.folder / "main.py"
        main.write_text(textwrap.dedent(source))
        content = {
            "plugin": name, "version": "1.0.0", "generation": 1, "tenant": "default", "folder": str(self.folder),
            "main": str(main), "event_grants": self.grants, "settings": {"colour": "red"},
        }  # fmt: skip
        reply = self.wait("load_plugin_reply", self.send("load_plugin", content=content))
        return self.start() if start and reply.outcome == "ok" else reply

    def start(self) -> envelope.Message:
        return self.wait("start_plugin_reply", self.send("start_plugin"))

    def call_start(self, method: str, content: Any = None, **metadata: Any) -> str:
        known = {"method": method, "remaining": 30, "depth": 1, "tenant": "default", "caller": "test"}
        buffers = metadata.pop("buffers", ())
        return self.send("call_request", b"{}", {**known, **metadata}, content, buffers)

    def call(self, method: str, content: Any = None, **metadata: Any) -> envelope.Message:
        return self.reply(self.call_start(method, content, **metadata))

    def reply(self, ident: str, timeout: float = 60) -> envelope.Message:
        end = time.monotonic() + timeout
        while not self.all("call_reply", ident):
            if time.monotonic() > end:
                raise TimeoutError(f"no call_reply came; there were {[each.type for each in self.messages][-20:]}")
            self.pump()
            self.forward()
        return self.all("call_reply", ident)[0]

    def cancel(self, ident: str, reason: str = "cancelled") -> None:
        self.send("cancel", self.sent[ident], {"frame": ident}, {"reason": reason})

    def topic(self, event: str) -> dict[str, str]:
        if event not in self.events:
            self.events[event] = (f"topic-{len(self.events)}", f"key-{event}", 0)
        topic, key, _ = self.events[event]
        return {"event": event, "topic": topic, "key": key}

    def publish(self, event: str, payload: Any, key: str | None = None, skip: int = 0) -> str:
        topic, own, number = self.events[event]
        self.events[event] = (topic, own, number + 1 + skip)
        header = self.headers.make("event")
        ident: str = json.loads(header)["msg_id"]
        self.sent[ident] = header
        metadata = {"event": event, "event_id": ident, "sequence": number + 1 + skip, "emitter": "test", "attempt": 1}
        four = [header, b"{}", json.dumps(metadata).encode(), json.dumps(payload).encode()]
        self.xpub.send([topic.encode(), *envelope.write(envelope.Signer((key or own).encode()), *four)])
        return ident

    def direct(self, event: str, payload: Any, **metadata: Any) -> str:
        """Send an event on the DEALER."""
        known = {"event": event, "event_id": "e-7", "emitter": "test", "attempt": 1, "delivery": "queued"}
        return self.send("event", b"{}", {**known, **metadata}, payload)

    def printed(self, parent: str | None = None) -> str:
        return "".join(each.content["text"] for each in self.all("stream", parent))

    def interrupt(self) -> None:
        os.killpg(self.process.pid, signal.SIGINT)

    def stop(self) -> int:
        """Shut the kernel down; its exit status."""
        try:
            if self.process.poll() is None:
                self.wait("shutdown_reply", self.send("shutdown_request", content={"restart": False}))
            return self.process.wait(10)
        finally:
            self.end()

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        for peer in (self.router, self.xpub):
            peer.listener.close()
            if peer.socket is not None:
                peer.socket.close()
        shutil.rmtree(self.folder, ignore_errors=True)
