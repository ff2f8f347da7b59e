"""Plugins that mean no good, or do not know better: each ends in a named outcome, and the kernel lives."""

from __future__ import annotations

import importlib.util
import time
import unittest
from typing import Any

from .orchestrator import LIMIT, NEVER, Orchestrator

PLUGIN = """
    import asyncio, builtins, io, json, os, subprocess, sys, threading
    from parley import call, emit, lock, log, on, provide, stream, context
    import parley

    @provide("t.echo")
    def echo(x=None):
        return x

    @provide("t.run")
    def run(code):
        space = dict(globals())
        exec(code, space)
        return space.get("result")

    @provide("t.arun")
    async def arun(code):
        space = dict(globals())
        exec("async def body():\\n" + "".join("    " + line + "\\n" for line in code.splitlines()), space)
        return await space["body"]()

    @provide("t.swallow")
    def swallow():
        times = 0
        while times < 5:
            try:
                call("o.never")
            except BaseException as error:
                times += 1
                last = type(error).__name__
        return last

    @provide("t.helper_in_async")
    async def helper_in_async():
        return helper()["a"]

    def helper():
        return call("o.one")

    @provide("t.forgets")
    async def forgets():
        call("o.one")
        return 1

    @provide("t.returns_unawaited")
    async def returns_unawaited():
        return call("o.one")

    @provide("t.wrong_for")
    async def wrong_for():
        for _ in stream("o.one"):
            pass

    @provide("t.wrong_with")
    async def wrong_with():
        with lock("x"):
            pass

    @provide("t.coroutine")
    def coroutine():
        return arun("return 5")

    @provide("t.hides_generator")
    def hides_generator():
        return iter([1, 2, 3])

    @provide("t.bad_stream")
    def bad_stream():
        yield 1
        yield object()

    @provide("t.raises_in_stream")
    def raises_in_stream():
        yield 1
        raise LookupError("no more")

    @provide("t.stream_with_calls")
    def stream_with_calls():
        for _ in range(3):
            yield call("o.one")
"""


class HostileTests(unittest.TestCase):
    suspend = "threads"

    def setUp(self) -> None:
        self.peer = peer = Orchestrator(self.suspend)
        self.addCleanup(peer.end)
        peer.services["o.one"] = lambda _: {"a": 1}
        peer.services["o.never"] = lambda _: NEVER
        self.assertEqual(peer.load(PLUGIN).outcome, "ok")

    def run_code(self, code: str, method: str = "t.run") -> Any:
        """Run hostile code; whatever became of it, the kernel answers the next call."""
        reply = self.peer.call(method, {"code": code})
        self.assert_alive()
        return reply

    def assert_alive(self) -> None:
        self.assertEqual(self.peer.call("t.echo", {"x": [1, "ü"]}).content, {"value": [1, "ü"]})

    def assert_error(self, reply: Any, ename: str, text: str = "") -> None:
        self.assertEqual((reply.outcome, reply.content["ename"]), ("handler_error", ename))
        self.assertIn(text, reply.content["message"])

    def test_exits_end_the_frame_only(self) -> None:
        for code in ("sys.exit(3)", "exit()", "raise SystemExit"):
            for method in ("t.run", "t.arun"):
                with self.subTest(code=code, method=method):
                    self.assert_error(self.run_code(code, method), "SystemExit", "sys.exit(")

    def test_every_class_of_exception_is_a_reply(self) -> None:
        for name in ("KeyboardInterrupt", "GeneratorExit", "StopIteration", "BaseException", "MemoryError"):
            with self.subTest(name):
                self.assert_error(self.run_code(f"raise {name}('x')"), name)
        for name in ("KeyboardInterrupt", "BaseException"):
            self.assert_error(self.run_code(f"raise {name}('x')", "t.arun"), name)

    def test_exceptions_that_cannot_be_printed(self) -> None:
        code = "class Bad(Exception):\n    def __str__(self): raise ValueError\nraise Bad"
        self.assert_error(self.run_code(code), "Bad", "its __str__ raised ValueError")
        self.assert_error(self.run_code("raise ValueError('\\ud800' + 'x' * 10**7)"), "ValueError")
        self.assert_error(self.run_code("def f(): f()\nf()"), "RecursionError")
        code = "a = ValueError(1); b = ValueError(2); a.__cause__ = b; b.__cause__ = a\nraise a"
        self.assert_error(self.run_code(code), "ValueError")

    def test_standard_streams_that_are_closed_or_replaced(self) -> None:
        self.run_code("sys.stdout.close(); sys.stderr.close(); sys.__stdout__.close(); print('still')")
        self.assertIn("still\n", self.peer.printed())
        self.run_code("os.close(1); os.close(2); sys.stdin.close()")
        self.run_code("sys.stdout = io.StringIO(); print('lost'); sys.stderr = None; sys.stdout = None")
        self.assert_error(self.run_code("1 / 0"), "ZeroDivisionError")

    def test_names_that_are_replaced_under_the_shim(self) -> None:
        self.run_code(
            "json.dumps = json.loads = json.JSONEncoder.encode = json.JSONDecoder.decode = None\n"
            "builtins.print = None; os.write = os.read = os._exit = None; import time; time.time = None\n"
            "import hashlib, select; hashlib.sha256 = select.poll = None; sys.modules.pop('json')\n"
            "sys.path.clear(); os.environ.clear()"
        )
        self.assert_error(self.run_code("1 / 0"), "ZeroDivisionError")
        self.assertEqual(self.peer.stop(), 0)

    def test_a_hundred_thousand_lines_arrive_in_order(self) -> None:
        ident = self.peer.call_start("t.run", {"code": "for i in range(100_000): print(i)"})
        self.peer.reply(ident, timeout=60)
        self.assertEqual(self.peer.printed(ident), "".join(f"{i}\n" for i in range(100_000)))
        self.assertLess(len(self.peer.all("stream", ident)), 20_000)  # a flood goes out by the piece

    def test_huge_and_odd_output(self) -> None:
        reply = self.run_code("print('x' * 3_000_000); print('\\ud800', end=''); sys.stdout.buffer.write(b'\\xff')")
        self.assertEqual(reply.outcome, "ok")
        self.assertIn("x" * 1000, self.peer.printed())
        self.assertTrue(self.peer.printed().endswith("\\ud800\ufffd"))
        self.assert_error(self.run_code("sys.stdout.write(b'x')"), "TypeError")

    def test_output_is_of_the_frame_that_printed(self) -> None:
        code = "print('{0} before'); call('o.never'); print('{0} after')"
        frames = [self.peer.call_start("t.run", {"code": code.format(n)}) for n in "ab"]
        self.assert_alive()
        requests = [each for each in self.peer.all("call_request") if each.metadata["method"] == "o.never"]
        for request in reversed(requests):
            self.peer.send("call_reply", request.raw_header, {"outcome": "ok"}, {"value": None})
        for name, frame in zip("ab", frames):
            self.peer.reply(frame)
            self.assertEqual(self.peer.printed(frame), f"{name} before\n{name} after\n")

    def test_forks_do_not_speak(self) -> None:
        code = "pid = os.fork()\nif pid: result = os.waitpid(pid, 0)[1]"
        self.assertEqual(self.run_code(code).content, {"value": 0})
        code = (
            "pid = os.fork()\nif pid == 0:\n    try: call('o.one')\n"
            "    except RuntimeError as error: os._exit(7)\nresult = os.waitpid(pid, 0)[1] >> 8"
        )
        self.assertEqual(self.run_code(code).content, {"value": 7})
        self.assertEqual(self.run_code("pid = os.fork()\nif pid == 0: 1 / 0").outcome, "ok")
        code = "result = subprocess.run([sys.executable, '-c', 'print(5)'], capture_output=True, text=True).stdout"
        self.assertEqual(self.run_code(code).content, {"value": "5\n"})

    def test_results_that_cannot_be_sent(self) -> None:
        for code, path in (("object()", "$"), ("{'a': [1, {2}]}", "$.a[1]"), ("float('nan')", "$"), ("2**63", "$")):
            with self.subTest(code):
                reply = self.run_code(f"result = {code}")
                self.assertEqual((reply.outcome, reply.content["path"]), ("not_serializable", path))
        reply = self.run_code(f"result = 'x' * {LIMIT}")
        self.assertEqual((reply.outcome, reply.content["limit"]), ("too_large", LIMIT))
        self.assert_error(self.run_code(f"call('o.one', {{'x': 'x' * {LIMIT}}})"), "TooLarge", "limit")
        self.assert_error(self.run_code("call('o.one', {'f': print})"), "NotSerializable", "$.f")
        self.assert_error(self.run_code("emit('a:b', [])"), "TypeError", "dict")
        self.assertEqual([each.metadata["method"] for each in self.peer.all("call_request")], [])

    def test_a_handler_that_swallows_every_exception(self) -> None:
        ident = self.peer.call_start("t.swallow")
        self.assert_alive()
        self.peer.cancel(ident)
        for number in range(2, 6):  # what it calls from now on is refused
            while len(self.peer.all("call_request")) < number:
                self.peer.pump()
            request = self.peer.all("call_request")[-1]
            self.peer.send("call_reply", request.raw_header, {"outcome": "cancelled"}, {"message": "cancelled"})
        self.assertEqual(self.peer.reply(ident).content, {"value": "Cancelled"})

    def test_async_code_that_does_not_await_is_told_so(self) -> None:
        for method, ename, text in (
            ("t.helper_in_async", "NotAwaited", "write `await call("),
            ("t.forgets", "NotAwaited", "write `await call("),
            ("t.wrong_for", "RuntimeError", "async for"),
            ("t.wrong_with", "RuntimeError", "async with"),
        ):
            with self.subTest(method):
                self.assert_error(self.peer.call(method), ename, text)
                self.assert_alive()
        reply = self.peer.call("t.helper_in_async")
        self.assertEqual([frame["function"] for frame in reply.content["frames"]][:2], ["helper_in_async", "helper"])
        reply = self.peer.call("t.forgets")
        self.assertEqual([frame["function"] for frame in reply.content["frames"]], ["forgets"])
        self.assertEqual(self.peer.call("t.returns_unawaited").content, {"value": {"a": 1}})  # nothing was lost

    def test_an_event_loop_of_its_own_in_a_plain_handler_is_named(self) -> None:
        code = "async def f(): return await call('o.one')\nresult = asyncio.run(f())"
        reply = self.run_code(code)
        self.assertEqual(reply.outcome, "handler_error")
        self.assertIn("event loop", reply.content["message"])
        self.assertEqual(self.run_code("return await call('o.one')", "t.arun").content, {"value": {"a": 1}})
        self.assertEqual(self.run_code(code).outcome, "handler_error")

    def test_a_plain_handler_that_returns_a_coroutine_is_awaited(self) -> None:
        self.assertEqual(self.peer.call("t.coroutine").content, {"value": 5})

    def test_calls_in_odd_places_suspend_as_well(self) -> None:
        for code in (
            "result = sorted([3, 1, 2], key=lambda n: call('o.one') and n)",
            "import re\nresult = re.sub('[ab]', lambda m: str(call('o.one')['a']), 'ab') and [1, 2, 3]",
            "class Row:\n    def __str__(self): return str(call('o.one')['a'])\nresult = [int(str(Row())), 2, 3]",
            "result = [next(x for x in (call('o.one')['a'],) if x), 2, 3]",
            "class Rows(dict):\n    def __missing__(self, key): return call('o.one')['a']\nresult = [Rows()[0], 2, 3]",
            "import parley_example_import\nresult = [parley_example_import.value, 2, 3]",
        ):
            with self.subTest(code):
                (self.peer.folder / "parley_example_import.py").write_text(
                    "from parley import call\nvalue = call('o.one')['a']\n"
                )
                self.assertEqual(self.run_code(code).content, {"value": [1, 2, 3]})

    def test_streams_that_go_wrong(self) -> None:
        reply = self.peer.call("t.bad_stream", stream=True)
        self.assertEqual((reply.outcome, reply.content["path"]), ("not_serializable", "$"))
        self.assert_error(self.peer.call("t.raises_in_stream", stream=True), "LookupError", "no more")
        self.assertEqual(self.peer.call("t.hides_generator").outcome, "invalid_reply")
        ident = self.peer.call_start("t.stream_with_calls", stream=True)
        self.peer.reply(ident)
        self.assertEqual([each.content["value"] for each in self.peer.all("yield_item", ident)], [{"a": 1}] * 3)

    def test_tasks_that_outlive_their_frame_call_as_the_root(self) -> None:
        code = (
            "async def later():\n    await asyncio.sleep(0.05)\n    await call('o.one')\n"
            "globals()['task'] = asyncio.create_task(later())"
        )
        ident = self.peer.call_start("t.arun", {"code": code})
        self.peer.reply(ident)
        end = time.monotonic() + 5
        while not self.peer.all("call_request") and time.monotonic() < end:
            self.peer.pump()
        self.assertEqual(self.peer.all("call_request")[0].raw_parent, b"{}")

    def test_tasks_that_exit_do_not_end_the_loop(self) -> None:
        code = (
            "async def bad(): raise SystemExit\ntry: await asyncio.create_task(bad())\nexcept BaseException: return 1"
        )
        self.assertEqual(self.run_code(code, "t.arun").content, {"value": 1})

    def test_hundreds_of_handlers_wait_at_once(self) -> None:
        idents = [self.peer.call_start("t.run", {"code": "result = call('o.never')"}) for _ in range(300)]
        self.assert_alive()
        for request in self.peer.all("call_request"):
            self.peer.send("call_reply", request.raw_header, {"outcome": "ok"}, {"value": 1})
        for ident in idents:
            self.assertEqual(self.peer.reply(ident).content, {"value": 1})

    def test_shutdown_does_not_wait_for_anybody(self) -> None:
        self.run_code(
            "import atexit, time; atexit.register(time.sleep, 60)\n"
            "threading.Thread(target=time.sleep, args=(60,)).start()"
        )
        self.peer.call_start("t.run", {"code": "call('o.never')"})
        start = time.monotonic()
        self.assertEqual(self.peer.stop(), 0)
        self.assertLess(time.monotonic() - start, 5)


@unittest.skipUnless(importlib.util.find_spec("greenlet"), "greenlet is not installed")
class GreenletHostileTests(HostileTests):
    suspend = "greenlet"

    def test_a_greenlet_of_the_plugins_own_may_call(self) -> None:
        code = "import greenlet\nresult = greenlet.greenlet(lambda: call('o.one')['a']).switch()"
        self.assertEqual(self.run_code(code).content, {"value": 1})


if __name__ == "__main__":
    unittest.main()
