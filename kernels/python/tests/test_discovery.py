"""Services and contributions to extension points."""

from __future__ import annotations

import importlib.util
import unittest
from typing import Any

from parley.envelope import Message

from .handlers import HandlerTestCase
from .orchestrator import Remote


class DiscoveryTests(HandlerTestCase):
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


@unittest.skipUnless(importlib.util.find_spec("greenlet"), "greenlet is not installed")
class GreenletDiscoveryTests(DiscoveryTests):
    suspend = "greenlet"


if __name__ == "__main__":
    unittest.main()
