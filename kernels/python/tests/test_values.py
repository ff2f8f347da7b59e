"""Values both ways, with the standard library's codec and with orjson where it is there."""

from __future__ import annotations

import datetime
import enum
import importlib.util
import math
import unittest
import uuid
from typing import Any

from parley import values
from parley.errors import NotSerializable

from .support import vectors

VECTORS = vectors("values")


class Colour(enum.IntEnum):
    RED = 1


def make(recipe: str) -> Any:
    if recipe in ("nan", "inf", "-inf"):
        return float(recipe)
    if recipe.startswith("int:"):
        return int(recipe[4:])
    if recipe.startswith("deep:"):
        value: Any = []
        for _ in range(int(recipe[5:]) - 1):
            value = [value]
        return value
    cycle: list[Any] = []
    cycle.append(cycle)
    return {"function": make, "cycle": cycle, "broken_utf8": "a\ud800", "bad_key": {1: 2}}[recipe]


def same(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other and (type(one) is type(other) or isinstance(one, (int, float))))


class ValueTests(unittest.TestCase):
    def test_faithful_values_survive(self) -> None:
        for vector in VECTORS["faithful"]:
            with self.subTest(vector["name"]):
                value = values.decode(vector["json"].encode())
                data, paths, buffers = values.encode(value)
                self.assertTrue(same(values.decode(data), value))
                self.assertEqual((paths, buffers), ([], []))

    def test_unfaithful_values_are_refused_with_their_path(self) -> None:
        for vector in VECTORS["unfaithful"]:
            with self.subTest(vector["name"]):
                with self.assertRaises(NotSerializable) as caught:
                    values.encode({"rows": [0, make(vector["make"])]})
                self.assertTrue(str(caught.exception.path).startswith("$.rows[1]"), caught.exception.path)

    def test_a_long_list_is_checked_as_well(self) -> None:
        for bad in (2**63, math.nan, "\ud800", b"x".join, {3: 4}):
            with self.subTest(repr(bad)), self.assertRaises(NotSerializable) as caught:
                values.encode([1] * 20 + [bad])
            self.assertEqual(caught.exception.path, "$[20]")

    def test_other_types_are_refused_never_changed(self) -> None:
        for bad in (datetime.datetime.now(), uuid.uuid4(), {1, 2}, object(), 1j, values, Exception("x")):
            with self.subTest(type(bad).__name__), self.assertRaises(NotSerializable) as caught:
                values.encode({"a b": bad})
            self.assertEqual(caught.exception.path, '$["a b"]')

    def test_subclasses_of_plain_types_travel_as_their_values(self) -> None:
        class Rows(dict):  # type: ignore[type-arg]
            pass

        self.assertEqual(values.encode(Rows(a=Colour.RED, b=(1, 2)))[0], b'{"a":1,"b":[1,2]}')

    def test_invalid_texts_are_refused(self) -> None:
        for vector in VECTORS["invalid"]:
            with self.subTest(vector["name"]), self.assertRaises(ValueError):
                text = bytes.fromhex(vector["json_hex"])
                values.decode(b'{"value":' + text + b"}" if vector["name"] == "129 levels" else text)

    def test_bytes_travel_as_buffers(self) -> None:
        for vector in VECTORS["bytes"]:
            with self.subTest(vector["name"]):
                raw = bytes.fromhex(vector["hex"])
                data, paths, buffers = values.encode({"image": raw, "parts": [1, bytearray(raw)]}, ("value",))
                self.assertEqual(paths, [("value", "image"), ("value", "parts", 1)])
                content = {"value": values.decode(data)}
                self.assertEqual(content, {"value": {"image": None, "parts": [1, None]}})
                values.restore(content, paths, buffers)
                self.assertEqual(content, {"value": {"image": raw, "parts": [1, raw]}})


@unittest.skipUnless(importlib.util.find_spec("orjson"), "orjson is not installed")
class AcceleratedValueTests(ValueTests):
    standard = values.dump, values.load

    @classmethod
    def setUpClass(cls) -> None:
        values.accelerate()

    @classmethod
    def tearDownClass(cls) -> None:
        values.dump, values.load = AcceleratedValueTests.standard


if __name__ == "__main__":
    unittest.main()
