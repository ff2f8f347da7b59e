from parley import call, context, on, provide

notes = []
subscription = None


class Boom(Exception):
    pass


@provide("__plugin__.echo")
def echo(value=None):
    return value


@on("*:tick")
def first(event):
    about = context()
    notes.append({"handler": 1, "payload": event, "event": about.event, "emitter": about.emitter})
    if event.get("fail"):
        raise Boom("the first fails")


@on("*:tick")
def second(event):
    n = event.get("n")
    if "ask" in event:
        n = call(event["ask"], {"value": n})
    notes.append({"handler": 2, "n": n})


@provide("__plugin__.seen")
def seen():
    found = notes[:]
    notes.clear()
    return found


def third(event):
    notes.append({"handler": 3, "n": event["n"]})


@provide("__plugin__.listen")
def listen(pattern):
    global subscription
    subscription = on(pattern, third)


@provide("__plugin__.forget")
def forget():
    subscription.dispose()
    subscription.dispose()


@provide("__plugin__.listen_and_call")
def listen_and_call(pattern, method, params):
    on(pattern, third)
    return call(method, params)
