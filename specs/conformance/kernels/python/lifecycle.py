from parley import log, on_start, on_stop, provide

on_start(lambda: log("start 1"))
on_start(lambda: log("start 2"))
on_stop(lambda: log("stop 1"))
on_stop(lambda: log("stop 2"))


@provide("__plugin__.echo")
def echo(value=None):
    return value
