"""Subscriptions: which topics they are in force for, what arrives on them, and what has been missed."""

from __future__ import annotations

from itertools import count

from . import values
from .envelope import NOTHING, Message, Signer
from .exchange import answer
from .executor import Run, invoke
from .frames import Frame, Mailbox

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from .exchange import Operation
    from .kernel import Kernel

    Handler = Callable[[Any], Any]

TAIL_PATIENCE = 0.2  # seconds: a ping may overtake, on its own socket, the event that it counts


class Subscription:
    """One handler and its pattern; the orchestrator does the matching."""

    def __init__(self, ident: str, pattern: str, handler: Handler) -> None:
        self.id = ident
        self.pattern = pattern
        self.handler = handler
        self.events: dict[bytes, str] = {}  # topic → event


class Topic:
    """A key that events of one name are published under, and who wants them."""

    def __init__(self, event: str, key: str) -> None:
        self.event = event
        self.signer = Signer(key.encode())
        self.subscriptions: set[str] = set()


class Grant(Mailbox):
    """Where the orchestrator's leave to start an event arrives."""

    __slots__ = ("begin",)

    def __init__(self, begin: Callable[[Message], None]) -> None:
        super().__init__()
        self.begin = begin

    def put(self, item: Any) -> None:
        self.begin(item)


class Events:
    """The plugin's subscriptions."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._ids = count(1)
        self._subscriptions: dict[str, Subscription] = {}  # in the order of subscribing
        self._topics: dict[bytes, Topic] = {}
        self._last: dict[str, int] = {}
        self._early: list[Message] = []
        self.started = False
        self.grants = False

    # Subscribing

    def subscribe(self, pattern: str, handler: Handler) -> Operation:
        """Subscribe; it ends when the topics are in force, so that no event emitted after is missed."""
        subscription = Subscription(f"s{next(self._ids)}", pattern, handler)
        content = values.encode({"subscription": subscription.id, "pattern": pattern})[0]
        mailbox = self._kernel.request("subscribe", NOTHING, content)
        try:
            reply = answer((yield mailbox))
            self._subscriptions[subscription.id] = subscription
            self._change(subscription, reply.get("topics", ()), ())
            nonce = reply["nonce"]
            self._kernel.session.subscribe(nonce)
            self._kernel.nudge()
            answer((yield mailbox))
            self._kernel.session.unsubscribe(nonce)
        finally:
            self._kernel.forget(mailbox)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> Operation:
        """Give a subscription back."""
        self._forget(subscription)
        mailbox = self._kernel.request("unsubscribe", NOTHING, values.dump({"subscription": subscription.id}))
        try:
            answer((yield mailbox))
        finally:
            self._kernel.forget(mailbox)

    def update(self, message: Message) -> None:
        """The orchestrator changes the topics of a subscription."""
        content = message.content
        subscription = self._subscriptions.get(content["subscription"])
        if subscription is not None:
            self._change(subscription, content.get("add", ()), content.get("remove", ()))
        if "nonce" in content:
            self._kernel.session.subscribe(content["nonce"])
            self._kernel.session.unsubscribe(content["nonce"])

    def _change(self, subscription: Subscription, add: Any, remove: Any) -> None:
        for item in add:
            topic = item["topic"].encode()
            if topic not in self._topics:
                self._topics[topic] = Topic(item["event"], item["key"])
                self._kernel.session.subscribe(item["topic"])
            self._topics[topic].subscriptions.add(subscription.id)
            subscription.events[topic] = item["event"]
        for item in remove:
            self._leave(subscription, (item["topic"] if isinstance(item, dict) else item).encode())

    def _leave(self, subscription: Subscription, topic: bytes) -> None:
        subscription.events.pop(topic, None)
        found = self._topics.get(topic)
        if found is None:
            return
        found.subscriptions.discard(subscription.id)
        if not found.subscriptions:
            del self._topics[topic]
            self._kernel.session.unsubscribe(topic.decode())
            if all(other.event != found.event for other in self._topics.values()):
                self._last.pop(found.event, None)  # what is published from now on is not missed

    def _forget(self, subscription: Subscription) -> None:
        self._subscriptions.pop(subscription.id, None)
        for topic in list(subscription.events):
            self._leave(subscription, topic)

    def clear(self) -> None:
        """Forget all of them."""
        for subscription in list(self._subscriptions.values()):
            self._forget(subscription)
        self._early.clear()
        self.started = False

    # Arriving

    def topic(self, name: bytes) -> Optional[Topic]:
        """What is known of a topic."""
        return self._topics.get(name)

    def broadcast(self, message: Message) -> None:
        """An event has come on the SUB."""
        event, sequence = message.metadata["event"], message.metadata["sequence"]
        last = self._last.get(event)
        if last is None or sequence > last:
            self._last[event] = sequence
            if last is not None and sequence > last + 1:
                self._report(event, sequence - last - 1)
        self.deliver(message)

    def deliver(self, message: Message) -> None:
        """Start an event, now or once the plugin has started."""
        if not self.started:
            self._early.append(message)
        elif self.grants:
            grant = Grant(lambda reply: self._granted(message, reply))
            self._kernel.send("event_start", message.raw_header, mailbox=grant)
        else:
            self._run(message, message.metadata)

    def start(self) -> None:
        """The plugin has started: what came early is due."""
        self.started = True
        early, self._early = self._early, []
        for message in early:
            self.deliver(message)

    def _granted(self, message: Message, reply: Message) -> None:
        self._kernel.mailboxes.pop(reply.raw_parent, None)
        if reply.outcome == "ok":
            self._run(message, {**message.metadata, **reply.metadata})

    def _run(self, message: Message, metadata: dict[str, Any]) -> None:
        frame = Frame("event", message, metadata)
        event = metadata.get("event", "")
        # An event that is directed at this plugin alone has no topic: there the pattern says who wants it.
        known = any(topic.event == event for topic in self._topics.values())
        wanting = (event_is_wanted(each, event, known) for each in self._subscriptions.values())
        handlers = [each.handler for each, wants in zip(self._subscriptions.values(), wanting) if wants]

        def step(handler: Handler) -> Callable[[], Any]:
            return lambda: invoke(handler, payload(handler))

        def payload(handler: Handler) -> Any:
            # What one handler does to its payload is not for the next one to see.
            return message.content if handler is handlers[-1] else duplicate(message.content)

        def done(_results: list[Any], errors: list[BaseException]) -> None:
            if errors:
                self._kernel.reply_errors(frame, "event_reply", errors)
            else:
                content = values.dump({"handlers": len(handlers)})
                self._kernel.tell(frame, "event_reply", b'{"outcome":"ok"}', content, now=False)

        Run(self._kernel, frame, [step(handler) for handler in handlers], done, keep_on=True).start()

    # Gaps

    def ping(self, numbers: dict[str, int]) -> None:
        """Compare the last numbers that were published with what has come; look again before reporting."""
        behind = {event: number for event, number in numbers.items() if 0 < self._last.get(event, 0) < number}
        if behind:
            self._kernel.after(TAIL_PATIENCE, lambda: self._report_tails(behind))

    def _report_tails(self, behind: dict[str, int]) -> None:
        for event, number in behind.items():
            last = self._last.get(event)
            if last is not None and last < number:
                self._last[event] = number
                self._report(event, number - last)

    def _report(self, event: str, missed: int) -> None:
        self._kernel.send("event_gap", NOTHING, NOTHING, values.dump({"event": event, "missed": missed}))


def event_is_wanted(subscription: Subscription, event: str, known: bool) -> bool:
    """Whether a subscription is for this event: by its topics where the event has one, else by its pattern."""
    if known:
        return event in subscription.events.values()
    segments = event.split(":")
    pattern = subscription.pattern.split(":")
    if pattern[-1] == "**":
        pattern.pop()
        segments = segments[: len(pattern)]
    return len(pattern) == len(segments) and all(map(lambda want, is_: want in ("*", is_), pattern, segments))


def duplicate(value: Any) -> Any:
    """A copy of a JSON value."""
    if isinstance(value, dict):
        return {key: duplicate(item) for key, item in value.items()}
    if isinstance(value, list):
        return [duplicate(item) for item in value]
    return value
