"""How plugins are loaded, and what their authors see when they cannot be."""

from __future__ import annotations

import unittest

from .orchestrator import Orchestrator


class LoaderTests(unittest.TestCase):
    def setUp(self) -> None:
        self.peer = Orchestrator("threads")
        self.addCleanup(self.peer.end)

    def test_a_syntax_error_names_file_line_and_column(self) -> None:
        reply = self.peer.load("x = 1\ny = = 2\n")
        main = str(self.peer.folder / "main.py")
        self.assertEqual((reply.outcome, reply.content["ename"]), ("handler_error", "SyntaxError"))
        self.assertIn(f"{main}:2:5", reply.content["message"])
        frame = {"file": main, "line": 2, "column": 5, "function": "<module>"}
        self.assertEqual(reply.content["frames"], [frame])

    def test_a_missing_module_is_named_with_who_wanted_it(self) -> None:
        reply = self.peer.load("import beside\n", beside="import absent_module\n")
        self.assertEqual(reply.content["ename"], "ModuleNotFoundError")
        self.assertIn("absent_module", reply.content["message"])
        self.assertIn(f"{self.peer.folder / 'beside.py'} line 1", reply.content["message"])
        self.assertEqual([frame["line"] for frame in reply.content["frames"]], [1, 1])

    def test_an_error_at_the_top_has_its_line(self) -> None:
        reply = self.peer.load("x = 1\n\n1 / 0\n")
        self.assertEqual([frame["line"] for frame in reply.content["frames"]], [3])
        self.assertIn("    1 / 0", reply.content["traceback"])

    def test_a_refused_registration_fails_the_load_at_its_line(self) -> None:
        reply = self.peer.load("from parley import provide\n\nprovide('forbidden.x', print)\n")
        self.assertEqual((reply.outcome, reply.content["ename"]), ("handler_error", "PermissionDenied"))
        self.assertEqual([frame["line"] for frame in reply.content["frames"]], [3])
        self.assertEqual(self.peer.load("from parley import provide; provide('t.x', lambda: 1)").outcome, "ok")

    def test_the_file_may_be_missing_or_not_be_text(self) -> None:
        for source in (b"\xff\xfe", b"x = '\0'"):
            with self.subTest(source):
                (self.peer.folder / "other.py").write_bytes(source)
                content = {"plugin": "p", "folder": str(self.peer.folder), "main": str(self.peer.folder / "other.py")}
                reply = self.peer.wait("load_plugin_reply", self.peer.send("load_plugin", content=content))
                self.assertEqual(reply.outcome, "handler_error")
        content["main"] = "/nowhere/main.py"
        reply = self.peer.wait("load_plugin_reply", self.peer.send("load_plugin", content=content))
        self.assertEqual(reply.content["ename"], "FileNotFoundError")

    def test_modules_beside_the_file_can_be_imported_in_both_ways(self) -> None:
        source = """
            import os
            import beside
            from . import other
            from .other import value
            from parley import call, provide
            assert __name__ == "statistics", __name__
            import statistics
            assert statistics.mean([1, 3]) == 2
            loaded = call("o.one")
            provide("t.x", lambda: [beside.value, other.value, value, loaded, os.getcwd(), __file__])
        """
        self.peer.services["o.one"] = lambda _: 1
        reply = self.peer.load(source, name="statistics", beside="value = 2", other="value = 3")
        self.assertEqual(reply.outcome, "ok", reply.content)
        folder = str(self.peer.folder)
        self.assertEqual(self.peer.call("t.x").content["value"], [2, 3, 3, 1, folder, f"{folder}/main.py"])

    def test_the_kernels_own_folder_is_not_on_the_path(self) -> None:
        self.assertEqual(self.peer.load("import tests").content["ename"], "ModuleNotFoundError")

    def test_classes_can_be_pickled_and_source_is_found(self) -> None:
        source = """
            import dataclasses, inspect, pickle
            from parley import provide

            @dataclasses.dataclass
            class Row:
                a: int

            @provide("t.x")
            def x():
                return [pickle.loads(pickle.dumps(Row(5))).a, inspect.getsource(Row).splitlines()[-1].strip()]
        """
        self.assertEqual(self.peer.load(source, name="rows").outcome, "ok")
        self.assertEqual(self.peer.call("t.x").content["value"], [5, "a: int"])

    def test_a_second_plugin_is_refused(self) -> None:
        self.assertEqual(self.peer.load("x = 1").outcome, "ok")
        ident = self.peer.send("load_plugin", content={"plugin": "b", "folder": "/", "main": "/b.py"})
        self.assertIn("already", self.peer.wait("load_plugin_reply", ident).content["message"])


if __name__ == "__main__":
    unittest.main()
