"""Events beyond broadcast: confirmation, shapes, directed events, and those that are handed back."""

from __future__ import annotations

import importlib.util
import unittest
from typing import Any

from parley.envelope import Message

from .handlers import HandlerTestCase, load_variants
from .orchestrator import NEVER, Remote


class DeliveryTests(HandlerTestCase):
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
        plain = {"event": "e:v", "require": True, "timeout": 3}
        self.assert_in_both('return AWAIT emit("e:v", require=True, timeout=3)', 2, "emit", content={}, metadata=plain)
        self.assert_in_both('return AWAIT emit("e:v")', 2, "emit", content={}, metadata={"event": "e:v"})

    def test_an_emit_names_its_event_and_is_told_of_a_duplicate(self) -> None:
        named = {"event": "e:v", "event_id": "order-17"}
        self.assert_in_both(
            'return AWAIT emit("e:v", event_id="order-17")', 2, "emit", content={}, metadata=named
        )  # fmt: skip
        content = {"subscriptions": 0, "event_id": "order-17", "confirmed": False, "outcomes": {}}
        self.peer.answers["emit"] = lambda _: {**content, "duplicate": True}
        again = 'return (AWAIT emit("e:v", confirm="all", event_id="order-17")).duplicate'
        self.assert_in_both(again, True, "emit", content={}, metadata={**named, "confirm": "all"})
        self.peer.answers["emit"] = lambda _: content
        self.assert_in_both(again, False, "emit", content={}, metadata={**named, "confirm": "all"})

    def test_what_an_emit_cannot_mean_is_refused_unsent(self) -> None:
        for options, ename, text in (
            ('confirm="some"', "ValueError", '"all", "any" or a number'),
            ("confirm=0", "ValueError", "a number of subscribers from 1"),
            ("confirm=True", "ValueError", "a number of subscribers from 1"),
            ("event_id=17", "TypeError", "event_id is text, not 17"),
            ("timeout=-1", "Timeout", "e:v was not emitted"),
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


@unittest.skipUnless(importlib.util.find_spec("greenlet"), "greenlet is not installed")
class GreenletDeliveryTests(DeliveryTests):
    suspend = "greenlet"


class GrantedDeliveryTests(DeliveryTests):
    """With `event_grants`: only what concerns events that come differs."""

    grants = True


def load_tests(loader: unittest.TestLoader, _standard: unittest.TestSuite, _pattern: str | None) -> unittest.TestSuite:
    return load_variants(loader, (DeliveryTests, GreenletDeliveryTests), GrantedDeliveryTests, ("event", "batch"))


if __name__ == "__main__":
    unittest.main()
