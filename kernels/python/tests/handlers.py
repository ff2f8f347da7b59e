"""Lines of code run in handlers of both kinds, in a real kernel process against a scripted orchestrator."""

from __future__ import annotations

import unittest
from typing import Any

from parley.envelope import Message

from .orchestrator import NEVER, Orchestrator

PLUGIN = """
    import asyncio
    import parley
    from parley import Nack, Reject, call, context, contributions, emit, on, provide, services, storage, wait_for

    seen = []
    space = globals()

    @provide("t.run")
    def run(code):
        exec(code, space)
        return space["body"]()

    @provide("t.seen")
    def seen_so_far():
        return seen

    @on("e:v")
    def first(event):
        here = context()
        seen.append(["first", event, here.attempt, here.event_id, here.retained])
        if "raise" in event:
            exec(event["raise"][0])

    @on("e:*")
    async def second(event):
        seen.append(["second", event])
        if "raise" in event:
            exec(event["raise"][1])
"""


class HandlerTestCase(unittest.TestCase):
    suspend = "threads"
    grants = False

    def setUp(self) -> None:
        self.peer = Orchestrator(self.suspend, self.grants)
        self.addCleanup(self.peer.end)
        self.assertEqual(self.peer.load(PLUGIN).outcome, "ok")

    # Running code, in both kinds of handlers

    def begin(self, code: str, is_async: bool = False) -> str:
        """Run the code as the body of a handler; `AWAIT` stands for what the kind of handler needs."""
        lines = code.replace("AWAIT ", "await " if is_async else "").splitlines()
        body = "".join(f"    {line}\n" for line in lines)
        return self.peer.call_start("t.run", {"code": f"{'async ' if is_async else ''}def body():\n{body}"})

    def run_code(self, code: str, is_async: bool = False) -> Message:
        return self.peer.reply(self.begin(code, is_async))

    def assert_value(self, reply: Message, value: Any) -> None:
        self.assertEqual((reply.outcome, reply.content.get("message")), ("ok", None))
        self.assertEqual(reply.content["value"], value)

    def assert_in_both(self, code: str, value: Any, kind: str, **sent: Any) -> None:
        """The code returns the value, and on its way sends one message of this kind, with this content and metadata."""
        for is_async in (False, True):
            with self.subTest(code, is_async=is_async):
                before = len(self.peer.all(kind))
                ident = self.begin(code, is_async)
                self.assert_value(self.peer.reply(ident), value)
                (message,) = self.peer.all(kind)[before:]
                self.assertEqual(message.raw_parent, self.peer.sent[ident])
                self.assertEqual(message.metadata, sent.get("metadata", {}))
                self.assertEqual(message.content, sent["content"])

    def assert_raises(self, code: str, ename: str, text: str = "", **fields: Any) -> None:
        """The error has the class, says this, carries the fields, and points at the line of the plugin."""
        for is_async in (False, True):
            with self.subTest(code, is_async=is_async):
                reply = self.run_code(code, is_async)
                self.assertEqual((reply.outcome, reply.content["ename"]), ("handler_error", ename))
                self.assertIn(text, reply.content["message"])
                self.assertEqual(reply.content["frames"][-1]["function"], "body")
                self.assertEqual({**reply.content.get("cause", {}), **fields}, reply.content.get("cause", {}))

    def assert_cancellable(self, code: str, kind: str) -> None:
        """The code suspends its frame: others run meanwhile, and a cancellation ends it."""
        self.peer.answers[kind] = lambda _: NEVER
        for is_async in (False, True):
            with self.subTest(code, is_async=is_async):
                before = len(self.peer.all(kind))
                ident = self.begin(code, is_async)
                self.peer.wait(kind, count=before + 1)
                self.assert_value(self.run_code("return 1"), 1)
                self.peer.cancel(ident)
                self.assertEqual(self.peer.reply(ident).outcome, "cancelled")

    def seen(self) -> Any:
        return self.peer.call("t.seen").content["value"]


def load_variants(
    loader: unittest.TestLoader,
    cases: tuple[type[unittest.TestCase], ...],
    granted: type[unittest.TestCase],
    words: tuple[str, ...],
) -> unittest.TestSuite:
    """All the tests of the cases; of the granted variant those alone whose names have one of the words."""
    suite = unittest.TestSuite(map(loader.loadTestsFromTestCase, cases))
    names = (name for name in loader.getTestCaseNames(granted) if any(word in name for word in words))
    suite.addTests(map(granted, names))
    return suite
