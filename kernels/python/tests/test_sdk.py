"""The SDK beyond calls: confirmation, directed events, shapes, services, extension points and storage.

A real kernel process against a scripted orchestrator; what both kinds of code can do is run in both.
"""

from __future__ import annotations

import importlib.util
import time
import unittest
from typing import Any

from parley.envelope import Message

from .orchestrator import NEVER, Orchestrator, Remote

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


class SdkTests(unittest.TestCase):
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

    # Confirmation

    def test_a_confirmed_emit_tells_what_became_of_it(self) -> None:
        outcomes = {"a": {"outcome": "ok"}, "b": {"outcome": "timeout", "message": "silent"}}
        content = {"subscriptions": 2, "event_id": "e-9", "confirmed": False, "outcomes": outcomes, "new": 1}
        self.peer.answers["emit"] = lambda _: content
        self.assert_in_both(
            'c = AWAIT emit("e:v", {"x": 1}, confirm="all", require=True, timeout=2)\n'
            "return [c.subscriptions, c.event_id, c.confirmed, c.outcomes]",
            [2, "e-9", False, outcomes], "emit", content={"x": 1},
            metadata={"event": "e:v", "confirm": "all", "require": True, "timeout": 2},
        )  # fmt: skip
        self.assert_in_both(
            'return (AWAIT emit("e:v", confirm=2)).confirmed',
            False, "emit", content={}, metadata={"event": "e:v", "confirm": 2},
        )  # fmt: skip
        self.assert_in_both('return AWAIT emit("e:v")', 2, "emit", content={}, metadata={"event": "e:v"})

    def test_what_an_emit_cannot_mean_is_refused_unsent(self) -> None:
        for options, ename, text in (
            ('confirm="some"', "ValueError", '"all", "any" or a number'),
            ("confirm=0", "ValueError", "a number of subscribers from 1"),
            ("confirm=True", "ValueError", "a number of subscribers from 1"),
            ("require=True", "TypeError", 'confirm="all", require=True'),
            ("timeout=3", "TypeError", "go with confirm"),
            ('confirm="any", timeout=0', "Timeout", "e:v was not emitted"),
        ):
            self.assert_raises(f'AWAIT emit("e:v", {{}}, {options})', ename, text)
        self.assertEqual(self.peer.all("emit"), [])

    def test_an_emit_that_must_reach_somebody_raises(self) -> None:
        def refuse(_: Message) -> Any:
            raise Remote("no_provider", nearest=[])

        self.peer.answers["emit"] = refuse
        self.assert_raises('AWAIT emit("e:v", confirm="all", require=True)', "NoProvider", "", outcome="no_provider")

    def test_a_confirmed_emit_suspends_its_frame(self) -> None:
        self.assert_cancellable('AWAIT emit("e:v", confirm="any")', "emit")

    # Shapes

    def test_a_subscription_asks_for_its_shape(self) -> None:
        for shape in (
            {"batch": {"window": 0.5, "max": 100}}, {"debounce": {"wait": 0.3, "max_wait": 2}},
            {"throttle": {"interval": 1}}, {"latest": {"interval": 1, "key": "/sku"}}, {"latest": {"interval": 1}},
        ):  # fmt: skip
            number = len(self.peer.all("subscribe")) + 1
            content = {"subscription": f"s{number}", "pattern": "e:w", "shape": shape}
            reply = self.run_code(f'await on("e:w", print, **{shape})', is_async=True)
            self.assert_value(reply, None)
            self.assertEqual(self.peer.all("subscribe")[-1].content, content)

    def test_options_that_are_none_are_refused_at_their_line(self) -> None:
        subscribed = len(self.peer.all("subscribe"))
        for options, ename, text in (
            ('bach={"window": 1}', "TypeError", 'no option bach: it takes one of batch={"window": 0.5, "max": 100}, '),
            ('batch={"windo": 1}', "TypeError", "batch has window and max, not 'windo': write batch={"),
            ("batch={}", "TypeError", "batch needs window"),
            ('debounce={"max_wait": 1}', "TypeError", "debounce needs wait"),
            ("throttle=1", "TypeError", 'throttle is a dict, not a int: write throttle={"interval": 1}'),
            ('throttle={"interval": "1s"}', "ValueError", "interval of throttle is seconds, a number above 0"),
            ('throttle={"interval": float("inf")}', "ValueError", "a number above 0"),
            ('batch={"window": 1, "max": 0.5}', "ValueError", "max of batch is a whole number from 1"),
            ('latest={"interval": 1, "key": "sku"}', "ValueError", "JSON pointer"),
            ('debounce={"wait": 2, "max_wait": 1}', "ValueError", "no shorter than wait"),
            ('throttle={"interval": 1}, batch={"window": 1}', "TypeError", "one rhythm, not batch and throttle"),
        ):
            self.assert_raises(f'on("e:w", print, {options})', ename, text)
            self.assert_raises(f'@on("e:w", {options})\ndef handler(event): pass', ename, text)
        self.assertEqual(len(self.peer.all("subscribe")), subscribed)

    def test_the_handler_of_a_batch_gets_the_list(self) -> None:
        self.assert_value(self.run_code('on("s:b", lambda items: seen.append(items), batch={"window": 1})'), None)
        ident = self.peer.direct("s:b", {"items": [{"x": 1}, {"x": 2}]}, subscriptions=["s3"], batch=True)
        self.assertEqual(self.peer.wait("event_reply", ident).content, {"handlers": 1})
        self.assertEqual(self.seen(), [[{"x": 1}, {"x": 2}]])

    def test_a_batch_without_a_list_ends_nothing(self) -> None:
        self.peer.direct("e:v", {}, batch=True)
        self.assertEqual(self.peer.wait("error").content["ename"], "KeyError")
        self.assertEqual(self.seen(), [])

    # Directed events

    def test_a_directed_event_runs_the_handlers_that_are_named(self) -> None:
        ident = self.peer.direct("e:v", {"x": 1}, subscriptions=["s2"])
        self.assertEqual(self.peer.wait("event_reply", ident).content, {"handlers": 1})
        self.assertEqual(self.seen(), [["second", {"x": 1}]])
        gone = self.peer.direct("e:v", {"x": 2}, subscriptions=["s9"])
        self.assertEqual(self.peer.wait("event_reply", gone).content, {"handlers": 0})

    def test_a_directed_event_that_names_none_runs_those_whose_pattern_matches(self) -> None:
        ident = self.peer.direct("e:w", {"x": 1})
        self.assertEqual(self.peer.wait("event_reply", ident).content, {"handlers": 1})
        self.assertEqual(self.seen(), [["second", {"x": 1}]])
        self.assertEqual(len(self.peer.all("event_start", ident)), int(self.grants))

    def test_the_context_tells_of_attempts_and_of_retained_events(self) -> None:
        for metadata in ({"attempt": 3}, {"retained": True}):
            self.peer.wait("event_reply", self.peer.direct("e:v", {}, subscriptions=["s1"], **metadata))
        self.assertEqual(self.seen(), [["first", {}, 3, "e-7", False], ["first", {}, 1, "e-7", True]])

    def test_a_retained_event_that_follows_the_reply_at_once_is_handled(self) -> None:
        def subscribe(message: Message) -> Any:
            self.peer.send("subscribe_reply", message.raw_header, {"outcome": "ok"}, {"topics": [], "nonce": "n"})
            self.peer.direct("r:v", {"x": 1}, subscriptions=[message.content["subscription"]], retained=True)
            self.peer.send("subscribed", message.raw_header)
            return NEVER

        self.peer.answers["subscribe"] = subscribe
        self.assert_value(self.run_code('on("r:v", seen.append)'), None)
        self.peer.wait("event_reply")
        self.assertEqual(self.seen(), [{"x": 1}])

    def test_a_subscription_that_is_refused_gets_nothing(self) -> None:
        def refuse(_: Message) -> Any:
            raise Remote("permission_denied", permission="subscribe:r:v")

        self.peer.answers["subscribe"] = refuse
        self.assert_raises('AWAIT on("r:v", seen.append)', "PermissionDenied", "", permission="subscribe:r:v")
        ident = self.peer.direct("r:v", {})
        self.assertEqual(self.peer.wait("event_reply", ident).content, {"handlers": 0})

    def test_a_handler_hands_an_event_back(self) -> None:
        update = {"subscription": "s2", "add": [self.peer.topic("e:v")], "nonce": "n"}  # so that both hear of it
        self.peer.send("subscription_update", content=update)
        nothing = ""
        for raises, metadata, ename in (
            (("raise Nack(2.5)", nothing), {"disposition": "nack", "delay": 2.5}, "Nack"),
            ((nothing, "raise Nack"), {"disposition": "nack"}, "Nack"),
            (("raise Reject('no such row')", nothing), {"disposition": "reject"}, "Reject"),
            (("1 / 0", "raise Nack(1)"), {"disposition": "nack", "delay": 1}, "Nack"),
            (("raise Nack(1)", "raise Nack(5)"), {"disposition": "nack", "delay": 5}, "Nack"),
            (("raise Nack(1)", "raise Reject"), {"disposition": "reject"}, "Reject"),
            (("raise Reject", "1 / 0"), {"disposition": "reject"}, "Reject"),
            (("1 / 0", "raise ValueError"), {}, "ZeroDivisionError"),
        ):
            for way in ("directed", "broadcast"):
                with self.subTest(raises=raises, way=way):
                    payload = {"raise": raises}
                    ident = self.peer.direct("e:v", payload) if way == "directed" else self.peer.publish("e:v", payload)
                    reply = self.peer.wait("event_reply", ident)
                    self.assertEqual(reply.metadata, {"outcome": "handler_error", **metadata})
                    self.assertEqual(reply.content["ename"], ename)
                    failed = [raised for raised in raises if raised]
                    self.assertEqual(len(reply.content.get("errors", [None])), len(failed))
        self.assertEqual(reply.content["message"], "division by zero")

    def test_what_hands_back_is_no_outcome_and_checks_its_delay(self) -> None:
        code = "return [issubclass(each, parley.ParleyError) for each in (Nack, Reject)]"
        self.assert_value(self.run_code(code), [False, False])
        self.assert_raises("Nack('soon')", "TypeError", "a number of seconds, not a str")
        self.assert_raises("Nack(-1)", "ValueError", "a number of seconds from 0")
        ident = self.peer.direct("e:v", {"raise": ["raise Reject('the row is gone')", ""]})
        self.assertEqual(self.peer.wait("event_reply", ident).content["message"], "the row is gone")

    # Services

    def test_services_lists_what_may_be_called(self) -> None:
        listed = {"method": "a.b", "plugin": "a", "language": "lua", "stream": False, "available": True}
        self.peer.answers["services_request"] = lambda _: {"services": [{**listed, "new": 1}]}
        code = "s, = AWAIT services({})\nreturn [repr(s), s.method, s.plugin, s.language, s.stream, s.available]"
        text = "Service(available=True, language='lua', method='a.b', plugin='a', stream=False)"
        value = [text, "a.b", "a", "lua", False, True]
        self.assert_in_both(code.format('"a.*"'), value, "services_request", content={"pattern": "a.*"})
        self.assert_in_both(code.format(""), value, "services_request", content={})

    def test_waiting_for_a_method(self) -> None:
        self.peer.answers["service_wait"] = lambda _: {}
        content = {"method": "a.b"}
        self.assert_in_both('return AWAIT wait_for("a.b")', None, "service_wait", content=content)
        self.assert_in_both(
            'return AWAIT wait_for("a.b", timeout=2)', None, "service_wait", content=content, metadata={"timeout": 2}
        )
        for outcome, ename in (("timeout", "Timeout"), ("permission_denied", "PermissionDenied")):

            def refuse(_: Message, outcome: str = outcome) -> Any:
                raise Remote(outcome)

            self.peer.answers["service_wait"] = refuse
            self.assert_raises('AWAIT wait_for("a.b")', ename, "", outcome=outcome)
        asked = len(self.peer.all("service_wait"))
        self.assert_raises('AWAIT wait_for("a.b", 0)', "Timeout", "a.b was not waited for")
        self.assertEqual(len(self.peer.all("service_wait")), asked)
        self.assert_cancellable('AWAIT wait_for("a.b")', "service_wait")

    # Extension points

    def test_contributions_are_called_by_the_names_of_the_interface(self) -> None:
        listed = [
            {"id": "pdf", "plugin": "a", "language": "lua", "methods": {"render": "a.pdf"}, "data": {"type": "x"}},
            {"id": "png", "plugin": "b", "language": "perl", "methods": {"render": "b.png"}, "data": {}},
        ]
        self.peer.answers["contributions_request"] = lambda _: {"contributions": listed}
        self.assert_in_both(
            'return [[c.id, c.plugin, c.language, c.data] for c in AWAIT contributions("exporters")]',
            [["pdf", "a", "lua", {"type": "x"}], ["png", "b", "perl", {}]],
            "contributions_request", content={"point": "exporters"},
        )  # fmt: skip
        self.peer.services["a.pdf"] = lambda params: params
        code = 'pdf, png = AWAIT contributions("exporters")\n'
        self.assert_in_both(
            code + 'return AWAIT pdf.call("render", {"n": 1}, timeout=3)',
            {"n": 1}, "call_request", content={"n": 1}, metadata={"method": "a.pdf", "timeout": 3},
        )  # fmt: skip
        self.assert_raises(code + 'AWAIT png.call("render")', "NoProvider", "", nearest=[])
        self.assert_raises(
            code + 'AWAIT png.call("print")', "NoProvider", "png of b has no method print: it has render"
        )

    def test_only_the_owner_of_a_point_may_ask(self) -> None:
        def refuse(_: Message) -> Any:
            raise Remote("permission_denied", permission="extensions.points.exporters")

        self.peer.answers["contributions_request"] = refuse
        self.assert_raises('AWAIT contributions("exporters")', "PermissionDenied", "", outcome="permission_denied")
        self.assert_cancellable('AWAIT contributions("exporters")', "contributions_request")

    # Storage

    def stored(self, content: Any) -> None:
        self.peer.answers["storage_request"] = lambda _: content

    def assert_stored(self, code: str, result: Any, **content: Any) -> None:
        self.assert_in_both(code, result, "storage_request", content=content)

    def test_values_are_read(self) -> None:
        self.stored({"found": True, "value": {"n": 1}, "version": 4})
        self.assert_stored('return AWAIT storage.get("a")', {"n": 1}, op="get", key="a")
        code = 'e = AWAIT storage.entry("a")\nreturn [e.key, e.value, e.version]'
        self.assert_stored(code, ["a", {"n": 1}, 4], op="get", key="a")
        self.stored({"found": True, "value": None, "version": 5})
        self.assert_stored('return AWAIT storage.get("a", 7)', None, op="get", key="a")
        self.stored({"found": False})
        self.assert_stored('return AWAIT storage.get("a", 7)', 7, op="get", key="a")
        self.assert_stored('return AWAIT storage.entry("a")', None, op="get", key="a")
        self.stored({"entries": [{"key": "a", "value": 1, "version": 2}]})
        code = "return [[e.key, e.value, e.version] for e in AWAIT storage.list({})]"
        self.assert_stored(code.format('"a"'), [["a", 1, 2]], op="list", prefix="a")
        self.assert_stored(code.format(""), [["a", 1, 2]], op="list", prefix="")

    def test_values_are_written(self) -> None:
        self.stored({"version": 3})
        self.assert_stored('return AWAIT storage.set("a", [None])', 3, op="set", key="a", value=[None])
        self.stored({"deleted": True})
        self.assert_stored('return AWAIT storage.delete("a")', True, op="delete", key="a")
        sent = {"op": "compare_and_set", "key": "a", "value": 1, "version": 0}
        for swapped, result in ((True, 8), (False, None)):
            self.stored({"swapped": swapped, "version": 8})
            self.assert_stored('return AWAIT storage.compare_and_set("a", 1, 0)', result, **sent)

    def test_blobs_travel_as_buffers(self) -> None:
        reference = {"blob": "sha256:" + "0" * 64, "size": 2}
        self.stored(reference)
        put = {"op": "blob_put", "value": b"\0\xff"}
        for data in (r'b"\0\xff"', r'bytearray(b"\0\xff")'):
            self.assert_in_both(
                f"return AWAIT storage.put_blob({data})", reference, "storage_request",
                content=put, metadata={"buffer_paths": [["value"]]},
            )  # fmt: skip
        self.stored({"value": b"\0\xff"})
        get = {"op": "blob_get", "blob": reference["blob"]}
        self.assert_stored(f"return list(AWAIT storage.get_blob({reference}))", [0, 255], **get)
        self.assert_stored(f'return list(AWAIT storage.get_blob("{reference["blob"]}"))', [0, 255], **get)

    def test_refusals_of_the_store_are_their_classes(self) -> None:
        for outcome, ename in (
            ("permission_denied", "PermissionDenied"), ("invalid_payload", "InvalidPayload"),
            ("too_large", "TooLarge"), ("no_provider", "NoProvider"), ("unavailable", "Unavailable"),
        ):  # fmt: skip

            def refuse(_: Message, outcome: str = outcome) -> Any:
                raise Remote(outcome)

            self.peer.answers["storage_request"] = refuse
            for code in ('set("global:a", 1)', 'get_blob("sha256:00")', 'watch("a", print)'):
                self.assert_raises(f"AWAIT storage.{code}", ename, outcome, outcome=outcome)

    def test_what_cannot_be_stored_is_refused_unsent(self) -> None:
        self.stored({"version": 1})
        for code, ename, text in (
            ('set("a", {"x": [b"raw"]})', "NotSerializable", "$.x[0] is bytes: store what storage.put_blob() returns"),
            ('set("a", {1})', "NotSerializable", "$ is a set"),
            ('compare_and_set("a", 1, None)', "TypeError", "or 0 for a key that is not there, not None"),
            ('put_blob("text")', "TypeError", "a blob is bytes, not a str"),
            ("get_blob(7)", "TypeError", "not 7"),
            ('watch("a", 7)', "TypeError", "cannot be called"),
        ):
            self.assert_raises(f"AWAIT storage.{code}", ename, text)
        self.assertEqual(self.peer.all("storage_request"), [])

    def test_the_store_suspends_the_frame(self) -> None:
        self.assert_cancellable('AWAIT storage.get("a")', "storage_request")

    def test_an_await_that_was_forgotten_is_told_by_name(self) -> None:
        self.stored({"found": False})
        reply = self.run_code('storage.get("a")["b"]', is_async=True)
        self.assertIn("write `await storage.get(…)`", reply.content["message"])

    # Watches

    def watch(self, prefix: str, handler: str) -> None:
        self.stored({})
        body = f'{handler}\nspace.setdefault("watches", []).append(storage.watch("{prefix}", handler))'
        self.assert_value(self.run_code(body), None)

    def change(self, key: str, version: int, watch: str = "w1", **more: Any) -> None:
        self.peer.send("storage_changed", content={"watch": watch, "key": key, "version": version, **more})

    def seen_at_last(self, count: int) -> Any:
        end = time.monotonic() + 10
        while len(seen := self.seen()) < count:
            self.assertLess(time.monotonic(), end, seen)
        return seen

    def test_a_watch_gets_each_change(self) -> None:
        self.watch("a", "def handler(c): seen.append([c.key, c.value, c.version, c.deleted])")
        self.assertEqual(self.peer.all("storage_request")[0].content, {"op": "watch", "prefix": "a", "watch": "w1"})
        self.change("a", 1, value={"n": 1})
        self.change("ab", 2, value=None)
        self.change("a", 3, deleted=True)
        self.change("a", 4, watch="w9", value=1)
        self.assertEqual(
            self.seen_at_last(3), [["a", {"n": 1}, 1, False], ["ab", None, 2, False], ["a", None, 3, True]]
        )
        self.assertEqual(self.peer.wait("pong", self.peer.send("ping")).content, {"frames": 0})

    def test_a_change_on_the_heels_of_the_reply_is_not_missed(self) -> None:
        def answer(message: Message) -> Any:
            self.peer.send("storage_reply", message.raw_header, {"outcome": "ok"}, {})
            self.change("a", 1, value=1)
            return NEVER

        self.peer.answers["storage_request"] = answer
        self.assert_value(self.run_code('storage.watch("a", lambda change: seen.append(change.version))'), None)
        self.assertEqual(self.seen_at_last(1), [1])

    def test_changes_are_handled_one_after_the_other(self) -> None:
        self.peer.services["o.slow"] = lambda _: NEVER
        self.watch("a", 'def handler(c):\n    call("o.slow")\n    seen.append(c.version)')
        self.watch("b", 'async def handler(c):\n    await call("o.slow")\n    seen.append(c.version)')
        for version, watch in enumerate(("w1", "w2", "w2", "w1"), 1):
            self.change("k", version, watch=watch, value=version)
        for number in range(1, 5):
            request = self.peer.wait("call_request", count=number)
            self.assertEqual(request.raw_parent, b"{}")
            self.assertEqual(self.seen(), list(range(1, number)))
            self.assertEqual(len(self.peer.all("call_request")), number)
            self.peer.send("call_reply", request.raw_header, {"outcome": "ok"}, {"value": None})
        self.assertEqual(self.seen_at_last(4), [1, 2, 3, 4])

    def test_an_error_of_a_watch_is_logged_and_the_next_change_comes(self) -> None:
        self.watch("a", "async def handler(c):\n    print('at', end=' ')\n    seen.append(c.version)\n    {}[c.key]")
        self.watch("b", "def handler(c):\n    raise SystemExit")
        self.change("k", 1, value=1)
        self.change("k", 2, watch="w2", value=1)
        self.change("k", 3, value=1)
        logs = [self.peer.wait("log", count=number + 1) for number in range(3)]
        self.assertEqual(self.seen(), [1, 3])
        first = logs[0]
        self.assertEqual((first.raw_parent, first.content["level"]), (b"{}", "error"))
        self.assertEqual(first.content["message"], "a handler that watches 'a' failed at 'k': 'k'")
        fields = first.content["fields"]
        self.assertEqual((fields["ename"], fields["key"]), ("KeyError", "k"))
        self.assertEqual([frame["function"] for frame in fields["frames"]], ["handler"])
        self.assertEqual(logs[1].content["fields"]["ename"], "SystemExit")
        self.assertEqual(self.peer.printed(), "at at ")

    def test_a_watch_that_is_disposed_hears_no_more(self) -> None:
        self.watch("a", "def handler(c):\n    seen.append(c.version)\n    [watches[0].dispose() for _ in range(2)]")
        self.change("k", 1, value=1)
        self.change("k", 2, value=1)
        self.watch("a", "def handler(c): seen.append(c.version)")
        self.change("k", 3, watch="w2", value=1)
        self.assertEqual(self.seen_at_last(2), [1, 3])
        sent = [message.content for message in self.peer.all("storage_request")]
        self.assertEqual([each for each in sent if each["op"] == "unwatch"], [{"op": "unwatch", "watch": "w1"}])

    def test_a_decorator_watches_too(self) -> None:
        self.stored({})
        code = '@storage.watch("a")\ndef handler(c): pass\nhandler.dispose()\nhandler.dispose()'
        self.assert_value(self.run_code(code), None)
        self.assertEqual([each.content["op"] for each in self.peer.all("storage_request")], ["watch", "unwatch"])
        self.assertIn(
            'write `await storage.watch("a", handler)`', self.run_code(code, is_async=True).content["message"]
        )

    def test_unloading_ends_the_watches(self) -> None:
        self.watch("a", "def handler(c): print('heard')")
        self.peer.wait("unload_plugin_reply", self.peer.send("unload_plugin"))
        self.change("k", 1, value=1)
        self.peer.wait("pong", self.peer.send("ping"))
        self.assertEqual(self.peer.printed(), "")

    def test_a_change_without_its_fields_is_answered_with_an_error(self) -> None:
        self.watch("a", "def handler(c): seen.append(c.version)")
        self.peer.send("storage_changed", content={"watch": "w1"})
        self.assertEqual(self.peer.wait("error").content["ename"], "KeyError")
        self.change("k", 1, value=1)
        self.assertEqual(self.seen_at_last(1), [1])


@unittest.skipUnless(importlib.util.find_spec("greenlet"), "greenlet is not installed")
class GreenletSdkTests(SdkTests):
    suspend = "greenlet"


class GrantedSdkTests(SdkTests):
    """With `event_grants`: only what concerns events differs."""

    grants = True


def load_tests(loader: unittest.TestLoader, _standard: unittest.TestSuite, _pattern: str | None) -> unittest.TestSuite:
    """Of the granted variant, run the tests of events alone."""
    suite = unittest.TestSuite()
    for case in (SdkTests, GreenletSdkTests):
        suite.addTests(loader.loadTestsFromTestCase(case))
    names = [name for name in loader.getTestCaseNames(GrantedSdkTests) if "event" in name or "batch" in name]
    suite.addTests(GrantedSdkTests(name) for name in names)
    return suite


if __name__ == "__main__":
    unittest.main()
