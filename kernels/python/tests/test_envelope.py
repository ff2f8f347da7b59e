"""Envelopes against the vectors, signatures, ids and replays."""

from __future__ import annotations

import hashlib
import hmac
import json
import unittest

from parley import envelope

from .support import vectors

VECTORS = vectors("envelope")


class EnvelopeTests(unittest.TestCase):
    def test_valid_envelopes_are_read_and_written_byte_for_byte(self) -> None:
        for vector in VECTORS["valid"]:
            with self.subTest(vector["name"]):
                signer = envelope.Signer(vector["key"].encode())
                frames = [bytes.fromhex(frame) for frame in vector["frames"]]
                if "topic" in vector:
                    self.assertEqual(frames.pop(0).decode(), vector["topic"])
                message = envelope.read(frames, signer)
                header = json.loads(vector["header"])
                self.assertEqual((message.id, message.type), (header["msg_id"], header["msg_type"]))
                self.assertEqual(message.raw_header.decode(), vector["header"])
                self.assertEqual(message.metadata, json.loads(vector["metadata"]))
                four = [vector[name].encode() for name in ("header", "parent_header", "metadata", "content")]
                buffers = [bytes.fromhex(buffer) for buffer in vector["buffers"]]
                self.assertEqual(envelope.write(signer, *four) + buffers, frames)
                self.assertEqual(frames[1].decode(), vector["signature"])

    def test_buffers_are_put_back_to_their_paths(self) -> None:
        vector = next(vector for vector in VECTORS["valid"] if vector["buffers"])
        frames = [bytes.fromhex(frame) for frame in vector["frames"]]
        message = envelope.read(frames, envelope.Signer(vector["key"].encode()))
        value = message.content["value"]
        self.assertEqual([value["image"], value["parts"][0]], [bytes.fromhex(b) for b in vector["buffers"]])

    def test_invalid_envelopes_are_refused_by_name(self) -> None:
        for vector in VECTORS["invalid"]:
            with self.subTest(vector["name"]):
                frames = [bytes.fromhex(frame) for frame in vector["frames"]]
                with self.assertRaises(envelope.EnvelopeError) as caught:
                    envelope.read(frames, envelope.Signer(vector["key"].encode()))
                self.assertEqual(caught.exception.reason, vector["error"])

    def test_buffer_paths_that_lead_nowhere_are_malformed(self) -> None:
        signer = envelope.Signer(b"key")
        for paths in (b'[["absent","x"]]', b"[[]]", b"[7]", b"null"):
            with self.subTest(paths), self.assertRaises(envelope.EnvelopeError):
                header = b'{"msg_id":"a","msg_type":"event"}'
                frames = envelope.write(signer, header, b"{}", b'{"buffer_paths":' + paths + b"}", b'{"x":1}')
                envelope.read([*frames, b"buffer"], signer)

    def test_the_pre_keyed_signature_is_hmac(self) -> None:
        for key in (b"", b"short", b"k" * 64, b"long" * 40):
            with self.subTest(len(key)):
                expected = hmac.new(key, b"abcd", hashlib.sha256).hexdigest().encode()
                self.assertEqual(envelope.Signer(key).sign((b"a", b"b", b"c", b"d")), expected)

    def test_headers_are_json_and_their_ids_differ(self) -> None:
        headers = envelope.Headers()
        first, second = json.loads(headers.make("hello")), json.loads(headers.make("emit"))
        self.assertEqual((first["msg_type"], second["msg_type"]), ("hello", "emit"))
        self.assertNotEqual(first["msg_id"], second["msg_id"])
        self.assertRegex(first["date"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_a_replay_is_seen_for_a_thousand_messages(self) -> None:
        replays = envelope.Replays()
        self.assertFalse(replays.seen("first"))
        for number in range(1023):
            self.assertFalse(replays.seen(f"m{number}"))
        self.assertTrue(replays.seen("first"))


if __name__ == "__main__":
    unittest.main()
