"""Storage: values, blobs, watches."""

from __future__ import annotations

import importlib.util
import time
import unittest
from typing import Any

from parley.envelope import Message

from .handlers import HandlerTestCase
from .orchestrator import NEVER, Remote


class StorageTests(HandlerTestCase):
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
class GreenletStorageTests(StorageTests):
    suspend = "greenlet"


if __name__ == "__main__":
    unittest.main()
