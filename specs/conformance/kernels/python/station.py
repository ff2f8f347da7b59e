import asyncio

import parley
from parley import (
    ParleyError,
    call,
    context,
    emit,
    lock,
    log,
    progress,
    provide,
    stream,
)

FIELDS = "ename frames nearest permission pointer path signal started cycle limit size reason retry_after".split()
journal = []


class Boom(Exception):
    pass


def describe(error):
    found = {name: getattr(error, name, None) for name in FIELDS}
    return {"kind": error.kind, "message": error.message, **{k: v for k, v in found.items() if v is not None}}


def next_call(route, params, timeout):
    first, *rest = route
    return call(first, {"route": rest, "params": params} if rest else params, timeout=timeout)


def in_sequence(calls):
    return [call(one["method"], one["params"]) for one in calls]


@provide("__plugin__.echo")
def echo(value=None):
    return value


@provide("__plugin__.relay")
def relay(route, params, timeout=None):
    return next_call(route, params, timeout)


@provide("__plugin__.tidy")
def tidy(route, params, timeout=None):
    try:
        return next_call(route, params, timeout)
    finally:
        try:
            call("__plugin__.echo", {"value": 1})
            log("tidied ok")
        except ParleyError as error:
            log(f"tidied {error.kind}")


@provide("__plugin__.sequence")
def sequence(calls):
    return in_sequence(calls)


@provide("__plugin__.both")
async def both(calls):
    return await asyncio.gather(*(call(one["method"], one["params"]) for one in calls))


@provide("__plugin__.fail")
def fail(message):
    raise Boom(message)


@provide("__plugin__.fail_because")
def fail_because(message):
    raise Boom(message) from Boom("the root")


@provide("__plugin__.catch")
def catch(method, params, timeout=None):
    try:
        return {"kind": "ok", "value": call(method, params, timeout=timeout)}
    except ParleyError as error:
        return describe(error)


@provide("__plugin__.catch_as")
def catch_as(name, method, params, timeout=None):
    try:
        call(method, params, timeout=timeout)
    except getattr(parley, name) as error:
        return f"caught {error.kind}"
    return "nothing was raised"


@provide("__plugin__.strict")
def strict(x):
    return x


@provide("__plugin__.context")
def describe_context():
    names = "plugin method caller depth tenant trace deadline".split()
    return {name: getattr(context(), name) for name in names}


def cycle():
    made = []
    made.append(made)
    return made


MAKERS = {
    "nan": lambda: float("nan"),
    "inf": lambda: float("inf"),
    "-inf": lambda: float("-inf"),
    "2^63": lambda: 2**63,
    "function": lambda: print,
    "cycle": cycle,
    "broken_text": lambda: "a\ud800b",
    "bad_key": lambda: {1: 1},
    "too_deep": lambda: too_deep(),
}


def too_deep():
    made = []
    for _ in range(130):
        made = [made]
    return made


def made(what):
    return {"rows": [1, MAKERS[what]()]}


@provide("__plugin__.make")
def make(what):
    return made(what)


@provide("__plugin__.send")
def send(method, what):
    return catch(method, made(what))


@provide("__plugin__.bytes")
def make_bytes(octets):
    return bytes(octets)


@provide("__plugin__.note")
def note(text):
    journal.append(text)


@provide("__plugin__.journal")
def take_journal():
    notes = journal[:]
    journal.clear()
    return notes


@provide("__plugin__.bracket")
def bracket(tag, method, params):
    journal.append(f"<{tag}")
    call(method, params)
    journal.append(f"{tag}>")


@provide("__plugin__.numbers")
def numbers(count):
    n = 0
    done = False
    try:
        while count < 0 or n < count:
            yield n
            n += 1
        done = True
    finally:
        if not done:
            log("closed")


@provide("__plugin__.yields_unasked")
def yields_unasked():
    return numbers(3)


@provide("__plugin__.plain_as_stream")
def plain_as_stream():
    return 1


@provide("__plugin__.failing_numbers")
def failing_numbers(count):
    yield from range(count)
    raise Boom("no more numbers")


@provide("__plugin__.replies")
def replies(calls):
    for one in calls:
        yield call(one["method"], one["params"])


@provide("__plugin__.collect")
def collect(method, params, limit=None, between=None):
    items = []
    for item in stream(method, params):
        items.append(item)
        if between:
            call(between["method"], between["params"])
        if len(items) == limit:
            break
    return items


@provide("__plugin__.advance")
def advance(steps):
    for i in range(1, steps + 1):
        progress(i / steps, str(i))
    return "done"


@provide("__plugin__.watch")
def watch(method, params):
    reports = []
    value = call(method, params, on_progress=lambda fraction, text: reports.append([fraction, text]))
    return {"value": value, "progress": reports}


@provide("__plugin__.locked")
def locked(name, calls):
    with lock(name):
        return in_sequence(calls)


@provide("__plugin__.speak")
def speak(tag, method, params):
    print(tag, "before")
    value = call(method, params)
    print(tag, "after")
    return value


@provide("__plugin__.spin")
def spin():
    print("spinning")
    while True:
        pass


@provide("__plugin__.text")
def text(size):
    return "x" * size


@provide("__plugin__.oversize")
def oversize(size):
    return catch("__plugin__.echo", {"value": "x" * size})


@provide("__plugin__.emit")
def emit_event(event, payload, times=1):
    reached = 0
    for n in range(1, times + 1):
        reached = emit(event, {**payload, "n": n})
    return reached
