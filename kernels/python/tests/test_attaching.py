"""A program that Parley did not start: what it is told when it cannot join."""

from __future__ import annotations

import base64
import json
import os
import unittest
from unittest import mock

import parley
from parley import attaching

CONNECTION = {
    "protocol": "1.0", "kernel_id": "k-1", "transport": "ipc", "key": "00", "max_message_bytes": 1 << 20,
    "requests": "ipc:///nowhere/r", "events": "ipc:///nowhere/e", "signature_scheme": "hmac-sha256",
}  # fmt: skip


def token(connection: object) -> str:
    """As the orchestrator writes it."""
    return "parley-" + base64.urlsafe_b64encode(json.dumps(connection).encode()).decode().rstrip("=")


class TokenTests(unittest.TestCase):
    def test_a_token_holds_a_connection_file(self) -> None:
        for connection in (CONNECTION, {**CONNECTION, "key": "?>~"}, {**CONNECTION, "key": "ÿÿ"}):
            self.assertEqual(attaching._read(token(connection) + "\n"), connection)

    def test_what_is_none_is_refused_with_what_mends_it(self) -> None:
        whole = token(CONNECTION)
        for wrong in ("parley-", "x", whole[:40], whole[len("parley-") :], token([1]), token({}), "parley-!!!!"):
            with self.assertRaises(parley.Unavailable, msg=wrong) as raised:
                parley.attach(wrong)
            self.assertIn("This is no token of Parley's", str(raised.exception))
            self.assertIn("parley attach --manifest", str(raised.exception))

    def test_without_a_token_it_says_where_one_comes_from(self) -> None:
        with mock.patch.dict(os.environ, clear=True), self.assertRaises(parley.Unavailable) as raised:
            parley.attach()
        self.assertIn("PARLEY_TOKEN is not set", str(raised.exception))

    def test_an_orchestrator_that_has_gone_is_told(self) -> None:
        with self.assertRaises(parley.Unavailable) as raised:
            parley.attach(token(CONNECTION))
        self.assertIn("The orchestrator of this token cannot be reached", str(raised.exception))

    def test_a_command_that_is_not_there_is_told(self) -> None:
        with self.assertRaises(parley.Unavailable) as raised:
            parley.attach(manifest="plugin.json", command="/nowhere/parley")
        self.assertIn("`/nowhere/parley attach` cannot be run", str(raised.exception))

    def test_what_needs_an_orchestrator_says_to_attach_first(self) -> None:
        with self.assertRaises(RuntimeError) as raised:
            parley.call("a.b")
        self.assertIn("parley.attach()", str(raised.exception))
        parley.detach()  # does nothing
