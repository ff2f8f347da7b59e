"""The wire, byte for byte."""

from __future__ import annotations

import os
import unittest

from parley import zmtp

from .support import vectors

VECTORS = vectors("zmtp")
LIMIT = 1 << 24


def unhex(text: str) -> bytes:
    return bytes.fromhex(text)


def ready_decoder() -> zmtp.Decoder:
    decoder = zmtp.Decoder(LIMIT)
    decoder.feed(zmtp.GREETING + unhex(VECTORS["ready_router_from_libzmq"]["bytes"]))
    return decoder


class ZmtpTests(unittest.TestCase):
    def test_the_greeting_is_the_vector(self) -> None:
        self.assertEqual(zmtp.GREETING, unhex(VECTORS["greeting"]))

    def test_ready_of_both_sockets_is_the_vector(self) -> None:
        dealer = VECTORS["ready_dealer"]
        self.assertEqual(zmtp.ready("DEALER", dealer["identity"]), unhex(dealer["bytes"]))
        self.assertEqual(zmtp.ready("SUB"), unhex(VECTORS["ready_sub"]["bytes"]))

    def test_ready_of_libzmq_is_understood(self) -> None:
        self.assertTrue(ready_decoder().is_ready)

    def test_an_error_command_ends_the_connection(self) -> None:
        with self.assertRaisesRegex(zmtp.ZmtpError, VECTORS["error_command"]["reason"]):
            ready_decoder().feed(unhex(VECTORS["error_command"]["bytes"]))

    def test_a_ping_is_answered(self) -> None:
        decoder = ready_decoder()
        self.assertEqual(decoder.feed(unhex(VECTORS["ping"]["bytes"])), [])
        self.assertEqual(decoder.replies, [unhex(VECTORS["ping"]["pong"])])

    def test_an_unknown_command_is_ignored(self) -> None:
        self.assertEqual(ready_decoder().feed(zmtp.command(b"NEWER", b"x" * 300) + b"\0\1a"), [[b"a"]])

    def test_bad_greetings_are_refused(self) -> None:
        for greeting in VECTORS["bad_greetings"]:
            with self.subTest(greeting), self.assertRaises(zmtp.ZmtpError):
                zmtp.Decoder(LIMIT).feed(unhex(greeting))

    def test_subscriptions_are_messages(self) -> None:
        for name, flag in (("subscribe", b"\1"), ("unsubscribe", b"\0")):
            vector = VECTORS[name]
            self.assertEqual(zmtp.encode([flag + vector["topic"].encode()]), unhex(vector["bytes"]))

    def test_messages_are_written_as_the_vectors(self) -> None:
        for message in VECTORS["messages"]:
            with self.subTest(message["bytes"][:20]):
                self.assertEqual(zmtp.encode([unhex(frame) for frame in message["frames"]]), unhex(message["bytes"]))

    def test_messages_are_read_whole_and_split_anywhere(self) -> None:
        data = b"".join(unhex(message["bytes"]) for message in VECTORS["messages"])
        wanted = [[unhex(frame) for frame in message["frames"]] for message in VECTORS["messages"]]
        for step in (1, 2, 3, 7, 64, 255, 256, 257, len(data)):
            with self.subTest(step=step):
                decoder, got = ready_decoder(), []
                for start in range(0, len(data), step):
                    got += decoder.feed(data[start : start + step])
                self.assertEqual(got, wanted)

    def test_the_handshake_may_come_a_byte_at_a_time(self) -> None:
        decoder, got = zmtp.Decoder(LIMIT), []
        for byte in zmtp.GREETING + unhex(VECTORS["ready_router_from_libzmq"]["bytes"]) + b"\0\1a":
            got += decoder.feed(bytes((byte,)))
        self.assertEqual(got, [[b"a"]])

    def test_a_frame_over_the_limit_is_refused_by_its_length(self) -> None:
        with self.assertRaisesRegex(zmtp.ZmtpError, "limit"):
            ready_decoder().feed(b"\2" + (1 << 40).to_bytes(8, "big"))

    def test_a_large_frame_in_pieces_is_put_together(self) -> None:
        body = os.urandom(3_000_000)
        data, decoder, got = zmtp.encode([b"a", body]), ready_decoder(), []
        for start in range(0, len(data), 65536):
            got += decoder.feed(data[start : start + 65536])
        self.assertEqual(got, [[b"a", body]])


if __name__ == "__main__":
    unittest.main()
