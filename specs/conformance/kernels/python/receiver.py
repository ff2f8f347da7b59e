import time

from parley import Nack, Reject, call, context, on, progress, provide

notes = []


class Boom(Exception):
    pass


@provide("__plugin__.echo")
def echo(value=None):
    return value


@provide("__plugin__.seen")
def seen():
    found = notes[:]
    notes.clear()
    return found


def handle(event):
    attempt = context().attempt
    if isinstance(event, list):
        notes.append({"items": [item["n"] for item in event]})
        event = event[0]
    else:
        notes.append({"n": event["n"], "attempt": attempt})
    for step in range(1, event.get("steps", 0) + 1):
        time.sleep(event["pause"])
        if not event.get("silent"):
            progress(step / event["steps"])
    if "then" in event:
        notes.append({"then": call(event["then"], {"value": event["n"]})})
    if "nack" in event and attempt == 1:
        raise Nack(delay=event["nack"])
    if event.get("reject") == context().plugin:
        raise Reject("it is told to")
    if attempt <= event.get("fail", 0):
        raise Boom("it is told to")


@provide("__plugin__.listen")
def listen(pattern, shape=None):
    on(pattern, handle, **(shape or {}))
