"""A real kernel process against a scripted orchestrator: everything is run with greenlets and with threads."""

from __future__ import annotations

import importlib.util
import time
import unittest
from typing import Any

from .handlers import load_variants
from .orchestrator import NEVER, Orchestrator, Remote

PLUGIN = """
    import asyncio
    import threading
    import time

    import parley
    from parley import call, context, emit, lock, log, on, on_start, on_stop, progress, provide, stream

    @provide("t.echo")
    def echo(x=None):
        return x

    @provide("t.strict")
    def strict(a, *, b=1):
        return [a, b]

    @provide("t.nested")
    def nested(method, params=None, timeout=None):
        return call(method, params, timeout=timeout)

    @provide("t.async_nested")
    async def async_nested(method, params=None, timeout=None):
        return await call(method, params, timeout=timeout)

    @provide("t.down")
    def down(n):
        return 0 if n == 0 else 1 + call("t.up", {"n": n - 1})

    @provide("t.up")
    async def up(n):
        return 0 if n == 0 else 1 + await call("t.down", {"n": n - 1})

    @provide("t.kind")
    def kind(method):
        try:
            call(method)
        except parley.ParleyError as error:
            return {"class": type(error).__name__, "kind": error.kind, **error.to_object()}

    @provide("t.caused")
    def caused():
        try:
            {}["absent"]
        except KeyError as error:
            raise ValueError("no such row") from error

    @provide("t.patient")
    def patient():
        print("begun")
        try:
            return call("o.never")
        finally:
            log.info("cleaned", by="def")

    @provide("t.async_patient")
    async def async_patient():
        print("begun")
        try:
            await asyncio.sleep(60)
        finally:
            log.info("cleaned", by="async")

    @provide("t.gives_up")
    async def gives_up():
        try:
            await asyncio.wait_for(call("o.never"), 0.05)
        except asyncio.TimeoutError:
            return "gave up"

    @provide("t.gather")
    async def gather():
        return await asyncio.gather(*(call("o.double", {"n": n}) for n in range(3)), asyncio.create_task(call("o.one")))

    @provide("t.about")
    def about():
        here = context()
        names = ("plugin", "method", "event", "caller", "emitter", "depth", "tenant", "trace", "cancelled")
        return {**{name: getattr(here, name) for name in names}, "deadline": 0 < here.deadline <= 30}

    @provide("t.locked")
    def locked():
        with lock("stock", timeout=2):
            return call("o.one")

    @provide("t.async_locked")
    async def async_locked():
        async with lock("stock"):
            return await call("o.one")

    @provide("t.works")
    def works():
        progress(0.5, "half")
        return "done"

    @provide("t.watches")
    def watches():
        seen = []
        value = call("o.works", on_progress=lambda fraction, message: seen.append([fraction, message]))
        return [value, seen]

    @provide("t.count")
    def count(n, dirty=False):
        try:
            for i in range(n):
                yield b"raw" if dirty else i
        finally:
            log.info("closed")

    @provide("t.async_count")
    async def async_count(n):
        try:
            for i in range(n):
                await asyncio.sleep(0)
                yield i
        finally:
            log.info("closed")

    @provide("t.consume")
    def consume(limit):
        got = []
        for item in stream("o.items", {"x": 1}, window=4):
            got.append(item)
            if len(got) == limit:
                break
        return got

    @provide("t.async_consume")
    async def async_consume(limit):
        got = []
        async for item in stream("o.items", window=4):
            got.append(item)
            if len(got) == limit:
                break
        return got

    @provide("t.emits")
    def emits():
        return emit("e:v", {"raw": b"bytes"})

    @provide("t.thread")
    def from_thread():
        box = []
        thread = threading.Thread(target=lambda: box.append(call("o.one")))
        thread.start()
        while thread.is_alive():
            call("o.one")
        return box

    @provide("t.to_thread")
    async def to_thread():
        return await asyncio.to_thread(call, "o.one")

    @provide("t.settings")
    def settings():
        return parley.settings()

    @provide("t.dispose")
    def dispose():
        registration = provide("t.brief", lambda: 1)
        registration.dispose()
        registration.dispose()
        echo.dispose()

    @provide("t.spin")
    def spin():
        print("spinning")
        while True:
            pass

    @provide("t.async_spin")
    async def async_spin():
        print("spinning")
        while True:
            pass

    @on("e:v")
    def first(event):
        event["seen"] = True
        print("first", event["x"], context().event, context().depth)

    @on("e:v")
    async def second(event):
        if event.get("fail"):
            raise ValueError("second")
        print("second", event)

    @on_start
    def started():
        print("started")

    @on_start
    async def started_async():
        await call("o.one")

    @on_stop
    def stopped():
        print("stopped 1")

    @on_stop
    async def stopped_async():
        print("stopped 2")
"""


class KernelTests(unittest.TestCase):
    suspend = "threads"
    grants = False

    def setUp(self) -> None:
        self.peer = peer = Orchestrator(self.suspend, self.grants)
        self.addCleanup(peer.end)
        peer.services["o.one"] = lambda _: 1
        peer.services["o.double"] = lambda params: params["n"] * 2
        peer.services["o.never"] = lambda _: NEVER
        peer.services["o.echo"] = lambda params: params
        peer.services["o.fail"] = self.fail_remotely
        self.assertEqual(peer.load(PLUGIN).outcome, "ok")

    @staticmethod
    def fail_remotely(_params: dict[str, Any]) -> Any:
        frames = [{"plugin": "o", "language": "lua", "file": "/o.lua", "line": 3, "function": "fail"}]
        raise Remote(
            "handler_error", message="no rows", ename="Empty", evalue="no rows", frames=frames, traceback=["at o.lua:3"]
        )

    def value(self, method: str, content: Any = None, **metadata: Any) -> Any:
        reply = self.peer.call(method, content, **metadata)
        self.assertEqual((reply.outcome, reply.content.get("message")), ("ok", None))
        return reply.content["value"]

    def lines_of(self, reply: Any) -> list[tuple[str, str]]:
        return [(frame["file"].rpartition("/")[2], frame["function"]) for frame in reply.content["frames"]]

    # Calls

    def test_a_call_returns_its_value(self) -> None:
        examples: tuple[Any, ...] = (None, False, 0, "", [], {}, 2**62, 1.5, "ü😀\0", {"a": [1, {"b": None}]})
        for value in examples:
            with self.subTest(value=value):
                self.assertEqual(self.value("t.echo", {"x": value}), value)

    def test_bytes_go_both_ways(self) -> None:
        reply = self.peer.call("t.echo", {"x": [None]}, buffers=[b"\0\xff"], buffer_paths=[["x", 0]])
        self.assertEqual((reply.metadata["buffer_paths"], reply.content), ([["value", 0]], {"value": [b"\0\xff"]}))

    def test_a_method_that_is_not_there_has_no_provider(self) -> None:
        reply = self.peer.call("t.ecko")
        self.assertEqual((reply.outcome, reply.content["nearest"][0]), ("no_provider", "t.echo"))

    def test_parameters_are_checked_by_name(self) -> None:
        self.assertEqual(self.value("t.strict", {"a": 1, "b": 2}), [1, 2])
        for params, pointer in (({"a": 1, "c": 2}, "/c"), ({"b": 1}, "/a")):
            with self.subTest(params):
                reply = self.peer.call("t.strict", params)
                self.assertEqual((reply.outcome, reply.content["pointer"]), ("invalid_payload", pointer))
                self.assertIn(pointer[1:], reply.content["message"])

    def test_nested_calls_return_to_their_caller(self) -> None:
        for method in ("t.nested", "t.async_nested"):
            with self.subTest(method):
                self.assertEqual(self.value(method, {"method": "o.echo", "params": {"a": 1}}), {"a": 1})

    def test_calls_nest_deep_through_both_kinds_of_handlers(self) -> None:
        self.assertEqual(self.value("t.down", {"n": 40}), 40)

    def test_replies_resume_handlers_in_any_order(self) -> None:
        waiting = [self.peer.call_start("t.nested", {"method": "o.never"}) for _ in range(20)]
        calls = [self.wait_call("o.never", index + 1) for index in range(20)]
        for index in (7, 19, 0, *(set(range(20)) - {7, 19, 0})):
            self.peer.send("call_reply", calls[index].raw_header, {"outcome": "ok"}, {"value": index})
            self.assertEqual(self.peer.reply(waiting[index]).content["value"], index)

    def wait_call(self, method: str, count: int = 1) -> Any:
        end = time.monotonic() + 10
        while time.monotonic() < end:
            found = [each for each in self.peer.all("call_request") if each.metadata["method"] == method]
            if len(found) >= count:
                return found[count - 1]
            self.peer.pump()
        raise TimeoutError(method)

    def test_a_call_names_its_frame_as_parent(self) -> None:
        ident = self.peer.call_start("t.nested", {"method": "o.echo", "timeout": 3})
        self.peer.reply(ident)
        request = self.peer.all("call_request")[-1]
        self.assertEqual(request.raw_parent, self.peer.sent[ident])
        self.assertEqual(request.metadata, {"method": "o.echo", "timeout": 3})

    def test_async_code_calls_in_parallel(self) -> None:
        self.assertEqual(self.value("t.gather"), [0, 2, 4, 1])

    def test_threads_of_the_plugin_call_as_its_root(self) -> None:
        self.assertEqual(self.value("t.thread"), [1])
        self.assertIn(b"{}", [each.raw_parent for each in self.peer.all("call_request")])
        self.assertEqual(self.value("t.to_thread"), 1)

    def test_outcomes_are_exception_classes_with_fields(self) -> None:
        outcomes: dict[str, dict[str, Any]] = {
            "no_provider": {"nearest": ["a"]}, "permission_denied": {"permission": "call:x"},
            "invalid_payload": {"pointer": "/a", "expected": "number", "got": "text"}, "timeout": {"started": True},
            "invalid_reply": {"pointer": "/b"}, "cancelled": {"reason": "cancelled"}, "kernel_died": {"signal": "KILL"},
            "unavailable": {"since": 1}, "overloaded": {"limit": 2}, "rate_limited": {"retry_after": 3.5},
            "deadlock": {"cycle": ["a", "b"]}, "depth_exceeded": {"limit": 64}, "too_large": {"size": 9, "limit": 8},
            "not_serializable": {"path": "$"},
        }  # fmt: skip
        for outcome, fields in outcomes.items():
            with self.subTest(outcome):

                def service(_: Any, outcome: str = outcome, fields: dict[str, Any] = fields) -> Any:
                    raise Remote(outcome, **fields)

                self.peer.services["o.outcome"] = service
                value = self.value("t.kind", {"method": "o.outcome"})
                self.assertEqual(value["class"].lower(), outcome.replace("_", ""))
                self.assertEqual(value, {**value, "kind": outcome, "message": outcome, **fields})
                reply = self.peer.call("t.nested", {"method": "o.outcome"})
                self.assertEqual((reply.outcome, reply.content["ename"]), ("handler_error", value["class"]))
                self.assertEqual(reply.content["cause"], {"outcome": outcome, "message": outcome, **fields})

    def test_what_cannot_be_sent_is_raised_before_sending(self) -> None:
        sent = len(self.peer.all("call_request"))
        reply = self.peer.call("t.nested", {"method": "o.echo", "timeout": 0})
        self.assertEqual((reply.content["ename"], reply.content["cause"]["started"]), ("Timeout", False))
        reply = self.peer.call("t.echo", {"x": "x" * (1 << 19)})
        self.assertEqual(reply.outcome, "ok")
        reply = self.peer.call("t.nested", {"method": "o.echo", "params": {"x": "\0" * (1 << 17)}})
        self.assertEqual(reply.outcome, "ok")
        self.assertEqual(len(self.peer.all("call_request")), sent + 1)

    # Errors

    def test_an_error_has_the_frames_of_the_plugin_only(self) -> None:
        reply = self.peer.call("t.caused")
        self.assertEqual(reply.outcome, "handler_error")
        self.assertEqual((reply.content["ename"], reply.content["evalue"]), ("ValueError", "no such row"))
        self.assertEqual(self.lines_of(reply), [("main.py", "caused")])
        self.assertEqual(reply.content["cause"]["ename"], "KeyError")
        self.assertNotIn("parley", "".join(reply.content["traceback"]))

    def test_a_remote_error_passes_with_the_frames_of_both(self) -> None:
        for method, function in (("t.nested", "nested"), ("t.async_nested", "async_nested")):
            with self.subTest(method):
                reply = self.peer.call(method, {"method": "o.fail"})
                self.assertEqual((reply.outcome, reply.content["ename"]), ("handler_error", "Empty"))
                self.assertEqual(self.lines_of(reply), [("main.py", function), ("o.lua", "fail")])

    # Cancelling

    def test_a_cancelled_frame_cleans_up_and_replies(self) -> None:
        for method in ("t.patient", "t.async_patient"):
            with self.subTest(method):
                ident = self.peer.call_start(method)
                self.peer.wait("stream", ident)
                self.peer.cancel(ident, "timeout")
                reply = self.peer.reply(ident)
                self.assertEqual((reply.outcome, reply.content["reason"]), ("cancelled", "timeout"))
                self.assertEqual(self.peer.all("log", ident)[0].content["message"], "cleaned")
                self.assertEqual(self.peer.all("cancel"), [])

    def test_a_caller_that_gives_up_sends_cancel(self) -> None:
        self.assertEqual(self.value("t.gives_up"), "gave up")
        request = self.peer.all("call_request")[-1]
        self.assertEqual(self.peer.wait("cancel").metadata["call"], request.id)

    # Streams

    def test_items_flow_by_credit(self) -> None:
        for method in ("t.count", "t.async_count"):
            with self.subTest(method):
                ident = self.peer.call_start(method, {"n": 6}, stream=True, credit=2)
                self.peer.wait("yield_item", ident, count=2)
                self.assertEqual(self.value("t.echo", {"x": 1}), 1)
                self.assertEqual(len(self.peer.all("yield_item", ident)), 2)
                self.peer.wait("credit_wait", ident)
                self.assertEqual(len(self.peer.all("credit_wait", ident)), 1)
                self.peer.send("credit", self.peer.sent[ident], {"credit": 9})
                self.assertEqual(self.peer.reply(ident).content, {"value": None})
                items = self.peer.all("yield_item", ident)
                self.assertEqual([item.metadata["sequence"] for item in items], list(range(6)))
                self.assertEqual([item.content["value"] for item in items], list(range(6)))

    def test_a_cancelled_producer_is_closed(self) -> None:
        for method in ("t.count", "t.async_count"):
            with self.subTest(method):
                ident = self.peer.call_start(method, {"n": 1000}, stream=True, credit=2)
                self.peer.wait("yield_item", ident, count=2)
                self.peer.cancel(ident)
                self.assertEqual(self.peer.reply(ident).outcome, "cancelled")
                self.assertEqual(len(self.peer.all("log", ident)), 1)

    def test_streams_and_values_are_not_confused(self) -> None:
        for method, metadata, word in (("t.count", {}, "stream()"), ("t.echo", {"stream": True}, "call()")):
            with self.subTest(method):
                reply = self.peer.call(method, {"n": 1} if method == "t.count" else {}, **metadata)
                self.assertEqual(reply.outcome, "invalid_reply")
                self.assertIn(word, reply.content["message"])

    def test_a_consumer_gives_credit_and_cancels_when_it_breaks_off(self) -> None:
        self.peer.services["o.items"] = lambda _: NEVER
        for number, method in enumerate(("t.consume", "t.async_consume")):
            for limit, kind in ((100, "call_reply"), (3, "cancel")):
                with self.subTest(method=method, limit=limit):
                    before = len(self.peer.messages)
                    ident = self.peer.call_start(method, {"limit": limit})
                    request = self.wait_call("o.items", 2 * number + (1 if limit == 100 else 2))
                    self.assertEqual((request.metadata["stream"], request.metadata["credit"]), (True, 4))
                    for item in range(4):
                        content = {"value": item}
                        self.peer.send("yield_item", request.raw_header, {"sequence": item}, content)
                    if kind == "call_reply":
                        self.peer.send("call_reply", request.raw_header, {"outcome": "ok"}, {"value": None})
                    self.assertEqual(self.peer.reply(ident).content["value"], list(range(min(limit, 4))))
                    came = [each for each in self.peer.messages[before:] if each.metadata.get("call") == request.id]
                    credit = sum(each.metadata.get("credit", 0) for each in came)
                    self.assertEqual(credit, 4 if limit == 100 else 2)
                    self.assertEqual("cancel" in [each.type for each in came], kind == "cancel")

    # Progress, locks, context

    def test_progress_goes_to_the_orchestrator_and_comes_to_the_caller(self) -> None:
        ident = self.peer.call_start("t.works")
        self.peer.reply(ident)
        self.assertEqual(self.peer.all("progress", ident)[0].content, {"fraction": 0.5, "message": "half"})

        self.peer.services["o.works"] = lambda _: NEVER
        ident = self.peer.call_start("t.watches")
        request = self.wait_call("o.works")
        self.peer.send("progress", request.raw_header, None, {"fraction": 0.25, "message": "quarter"})
        self.peer.send("call_reply", request.raw_header, {"outcome": "ok"}, {"value": 7})
        self.assertEqual(self.peer.reply(ident).content["value"], [7, [[0.25, "quarter"]]])

    def test_a_lock_is_held_across_a_call(self) -> None:
        for method in ("t.locked", "t.async_locked"):
            with self.subTest(method):
                ident = self.peer.call_start(method)
                self.assertEqual(self.peer.reply(ident).content["value"], 1)
                self.assertEqual(self.peer.all("unlock", ident)[0].content, {"name": "stock"})

    def test_the_context_tells_about_the_frame(self) -> None:
        value = self.value("t.about", traceparent="00-aa-bb-01")
        expected = {"plugin": "example", "method": "t.about", "caller": "test", "depth": 1, "deadline": True}
        self.assertEqual(value, {**value, **expected, "trace": "00-aa-bb-01", "event": None, "cancelled": False})
        self.assertEqual(self.value("t.settings"), {"colour": "red"})

    def test_registrations_are_disposed_once(self) -> None:
        self.assertIsNone(self.value("t.dispose"))
        withdrawn = [each.content["method"] for each in self.peer.all("withdraw")]
        self.assertEqual(withdrawn, ["t.brief", "t.echo"])
        self.assertEqual(self.peer.call("t.echo").outcome, "no_provider")

    # Events

    def test_an_event_runs_all_handlers_in_one_frame(self) -> None:
        ident = self.peer.publish("e:v", {"x": 1})
        reply = self.peer.wait("event_reply", ident)
        self.assertEqual((reply.outcome, reply.content), ("ok", {"handlers": 2}))
        depth = 3 if self.grants else None
        self.assertEqual(self.peer.printed(ident), f"first 1 e:v {depth}\nsecond {{'x': 1}}\n")
        self.assertEqual(len(self.peer.all("event_start", ident)), int(self.grants))

    def test_a_handler_that_raises_does_not_keep_the_others_from_running(self) -> None:
        reply = self.peer.wait("event_reply", self.peer.publish("e:v", {"fail": True}))
        self.assertEqual((reply.outcome, reply.content["ename"]), ("handler_error", "KeyError"))
        self.assertEqual([error["ename"] for error in reply.content["errors"]], ["KeyError", "ValueError"])

    def test_a_gap_is_reported_and_a_lost_tail_once(self) -> None:
        self.peer.wait("event_reply", self.peer.publish("e:v", {"x": 1}, skip=4))
        self.assertEqual(self.peer.all("event_gap"), [])
        self.peer.wait("event_reply", self.peer.publish("e:v", {"x": 2}, skip=2))
        self.assertEqual(self.peer.wait("event_gap").content, {"event": "e:v", "missed": 2})
        for _ in range(2):
            self.peer.wait("pong", self.peer.send("ping", content={"events": {"e:v": 11, "other:e": 5}}))
        self.assertEqual(self.peer.wait("event_gap", count=2).content, {"event": "e:v", "missed": 3})
        time.sleep(0.4)
        self.peer.pump(0)
        self.assertEqual(len(self.peer.all("event_gap")), 2)

    def test_an_event_with_the_wrong_key_is_dropped(self) -> None:
        wrong = self.peer.publish("e:v", {"x": 1}, key="another")
        right = self.peer.publish("e:v", {"x": 2})
        self.peer.wait("event_reply", right)
        self.assertEqual(self.peer.all("event_reply", wrong), [])

    def test_topics_are_changed_by_an_update(self) -> None:
        subscription = next(iter(self.peer.subscribed))
        update = {"subscription": subscription, "add": [self.peer.topic("e:w")], "remove": ["topic-0"], "nonce": "n"}
        self.peer.send("subscription_update", content=update)
        self.value("t.echo")
        reply = self.peer.wait("event_reply", self.peer.publish("e:w", {"x": 1}))
        self.assertEqual(reply.content, {"handlers": 1})

    def test_emit_returns_the_number_of_subscriptions(self) -> None:
        self.assertEqual(self.value("t.emits"), 2)
        self.assertEqual(self.peer.all("emit")[0].content, {"raw": b"bytes"})

    # Life

    def test_the_plugin_starts_and_stops_in_order(self) -> None:
        self.assertIn("started\n", self.peer.printed())
        self.assertEqual(self.peer.stop(), 0)
        self.assertTrue(self.peer.printed().endswith("stopped 2\nstopped 1\n"))

    def test_unloading_leaves_nothing(self) -> None:
        self.peer.wait("unload_plugin_reply", self.peer.send("unload_plugin"))
        self.assertEqual(self.peer.call("t.echo").outcome, "no_provider")
        self.assertEqual(self.peer.load("from parley import provide; provide('t.new', lambda: 2)").outcome, "ok")
        self.assertEqual(self.value("t.new"), 2)

    def test_the_kernel_ends_with_the_orchestrator(self) -> None:
        self.peer.call_start("t.nested", {"method": "o.never"})
        self.wait_call("o.never")
        assert self.peer.router.socket is not None
        self.peer.router.socket.close()
        self.assertEqual(self.peer.process.wait(5), 0)

    def test_a_ping_counts_the_frames(self) -> None:
        self.peer.call_start("t.nested", {"method": "o.never"})
        self.wait_call("o.never")
        self.assertEqual(self.peer.wait("pong", self.peer.send("ping")).content, {"frames": 1})

    def test_an_interrupt_reaches_the_frame_that_spins_and_nothing_else(self) -> None:
        waiting = self.peer.call_start("t.nested", {"method": "o.never"})
        request = self.wait_call("o.never")
        self.peer.interrupt()
        for method in ("t.spin", "t.async_spin"):
            with self.subTest(method):
                ident = self.peer.call_start(method)
                self.peer.wait("stream", ident)
                time.sleep(0.05)
                self.peer.interrupt()
                reply = self.peer.reply(ident)
                self.assertEqual((reply.outcome, reply.content["ename"]), ("handler_error", "KeyboardInterrupt"))
        self.peer.send("call_reply", request.raw_header, {"outcome": "ok"}, {"value": 5})
        self.assertEqual(self.peer.reply(waiting).content["value"], 5)

    def test_messages_that_are_none_are_answered_or_dropped(self) -> None:
        header = b'{"msg_id":"x-1","msg_type":"call_request"}'
        self.peer.router.send([b"garbage"])
        self.peer.router.send([b"<IDS|MSG>", b"0" * 64, b"{}", b"{}", b"{}", b"{}"])
        self.peer.router.send(
            [b"<IDS|MSG>", self.peer.signer.sign((header, b"{}", b"{}", b"[1]")), header, b"{}", b"{}", b"[1]"]
        )
        self.assertEqual(self.peer.wait("error").raw_parent, header)
        self.peer.send("load_plugin", content={})
        self.peer.wait("error", count=2)
        self.peer.send("from_the_future")
        self.peer.send("credit", b'{"msg_id":"y"}', {"credit": 1})
        self.assertEqual(self.value("t.echo", {"x": 1}), 1)

    def test_a_replayed_message_is_dropped(self) -> None:
        ident = self.peer.call_start("t.echo", {"x": 1})
        self.peer.reply(ident)
        four = [self.peer.sent[ident], b"{}", b'{"method":"t.echo"}', b"{}"]
        self.peer.router.send([b"<IDS|MSG>", self.peer.signer.sign(four), *four])
        self.value("t.echo")
        self.assertEqual(len(self.peer.all("call_reply", ident)), 1)

    def test_large_messages_cross_without_stopping_either(self) -> None:
        text = "x" * 300_000
        idents = [self.peer.call_start("t.echo", {"x": text}) for _ in range(8)]
        for ident in idents:
            self.assertEqual(self.peer.reply(ident).content["value"], text)

    # Cells

    def execute(self, code: str, **content: Any) -> tuple[Any, list[tuple[str, dict[str, Any]]]]:
        ident = self.peer.send("execute_request", content={"code": code, "silent": False, **content})
        reply = self.peer.wait("execute_reply", ident)
        header = self.peer.sent[ident]
        outputs = [each for each in self.peer.messages if each.raw_parent == header and each is not reply]
        return reply, [(each.type, each.content) for each in outputs]

    def test_cells_share_a_namespace_and_show_the_last_value(self) -> None:
        self.execute("x = 20\ndef double(n):\n    return n * 2")
        reply, outputs = self.execute("print('hm')\ndouble(x) + call('o.one')")
        self.assertEqual((reply.content["status"], reply.content["execution_count"]), ("ok", 2))
        self.assertEqual([kind for kind, _ in outputs], ["stream", "call_request", "execute_result"])
        self.assertEqual(outputs[-1][1]["data"], {"text/plain": "41"})
        self.assertEqual(self.execute("None")[1], [])
        self.assertEqual(self.execute("await call('o.one')")[1][-1][1]["data"], {"text/plain": "1"})

    def test_errors_in_cells_name_the_cell(self) -> None:
        reply, outputs = self.execute("def f():\n    1 / 0\nf()")
        self.assertEqual((reply.content["status"], reply.content["ename"]), ("error", "ZeroDivisionError"))
        self.assertEqual([(f["file"], f["line"]) for f in reply.content["frames"]], [("<cell 1>", 3), ("<cell 1>", 2)])
        self.assertIn("    1 / 0", "\n".join(reply.content["traceback"]))
        self.assertEqual(outputs[-1][0], "error")
        reply, _ = self.execute("x = = 2")
        self.assertEqual((reply.content["ename"], reply.content["frames"][0]["column"]), ("SyntaxError", 5))


@unittest.skipUnless(importlib.util.find_spec("greenlet"), "greenlet is not installed")
class GreenletKernelTests(KernelTests):
    suspend = "greenlet"


class GrantedKernelTests(KernelTests):
    """With `event_grants`: only what concerns events differs."""

    grants = True


def load_tests(loader: unittest.TestLoader, _standard: unittest.TestSuite, _pattern: str | None) -> unittest.TestSuite:
    return load_variants(loader, (KernelTests, GreenletKernelTests), GrantedKernelTests, ("event", "handler_that"))


if __name__ == "__main__":
    unittest.main()
