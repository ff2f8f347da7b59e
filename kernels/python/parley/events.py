"""Subscriptions: which topics they are in force for, what arrives on them, and what has been missed."""

from __future__ import annotations

from itertools import count

from . import delivery, values
from .envelope import NOTHING, Message, Signer
from .exchange import answer
from .executor import Run, invoke
from .frames import Frame, Mailbox
from .gaps import Gaps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from .exchange import Operation
    from .kernel import Kernel

    Handler = Callable[[Any], Any]


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
        self.gaps = Gaps(kernel)
        self._early: list[tuple[Message, bool]] = []  # with whether it is directed
        self.started = False
        self.grants = False

    # Subscribing

    def subscribe(self, pattern: str, handler: Handler, shape: dict[str, Any]) -> Operation:
        """Subscribe; it ends when the topics are in force, so that no event emitted after is missed."""
        subscription = Subscription(f"s{next(self._ids)}", pattern, handler)
        content = {"subscription": subscription.id, "pattern": pattern, **({"shape": shape} if shape else {})}
        mailbox = self._kernel.request("subscribe", NOTHING, values.encode(content)[0])
        self._subscriptions[subscription.id] = subscription  # already: a retained event may follow the reply at once
        try:
            reply = answer((yield mailbox))
            self._change(subscription, reply.get("topics", ()), ())
            nonce = reply["nonce"]
            self._kernel.session.subscribe(nonce)
            self._kernel.nudge()
            answer((yield mailbox))
            self._kernel.session.unsubscribe(nonce)
        except BaseException:
            self._forget(subscription)
            raise
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
                self.gaps.forget(found.event)

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
        self.gaps.count(message.metadata["event"], message.metadata["sequence"])
        self._deliver(message, is_directed=False)

    def directed(self, message: Message) -> None:
        """An event has come on the DEALER: queued, durable, retained or shaped, for this plugin alone."""
        self._deliver(message, is_directed=True)

    def _deliver(self, message: Message, is_directed: bool) -> None:
        """Start an event, now or once the plugin has started."""
        if not self.started:
            self._early.append((message, is_directed))
        elif self.grants:
            grant = Grant(lambda reply: self._granted(message, is_directed, reply))
            self._kernel.send("event_start", message.raw_header, mailbox=grant)
        else:
            self._run(message, is_directed, message.metadata)

    def start(self) -> None:
        """The plugin has started: what came early is due."""
        self.started = True
        early, self._early = self._early, []
        for message, is_directed in early:
            self._deliver(message, is_directed)

    def _granted(self, message: Message, is_directed: bool, reply: Message) -> None:
        self._kernel.mailboxes.pop(reply.raw_parent, None)
        if reply.outcome == "ok":
            self._run(message, is_directed, {**message.metadata, **reply.metadata})

    def _run(self, message: Message, is_directed: bool, metadata: dict[str, Any]) -> None:
        frame = Frame("event", message, metadata)
        payload = message.content["items"] if metadata.get("batch") is True else message.content
        handlers = [each.handler for each in self._wanting(is_directed, metadata)]
        # What one handler does to its payload is not for the next one to see.
        payloads = [*(delivery.duplicate(payload) for _ in handlers[1:]), payload]

        def step(handler: Handler, payload: Any) -> Callable[[], Any]:
            return lambda: invoke(handler, payload)

        def done(_results: list[Any], errors: list[BaseException]) -> None:
            if errors:
                more = delivery.disposition(errors)
                self._kernel.reply_errors(frame, "event_reply", delivery.by_weight(errors), more)
            else:
                content = values.dump({"handlers": len(handlers)})
                self._kernel.tell(frame, "event_reply", b'{"outcome":"ok"}', content, now=False)

        Run(self._kernel, frame, list(map(step, handlers, payloads)), done, keep_on=True).start()

    def _wanting(self, is_directed: bool, metadata: dict[str, Any]) -> list[Subscription]:
        subscriptions, event = self._subscriptions.values(), metadata.get("event", "")
        if is_directed:
            return delivery.directed(subscriptions, event, metadata.get("subscriptions"))
        return delivery.by_topic(subscriptions, event)
