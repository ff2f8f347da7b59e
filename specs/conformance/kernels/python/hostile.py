import builtins
import io
import json
import os
import subprocess
import sys
import traceback

import parley
from parley import call, provide


class Own:
    pass


@provide("__plugin__.echo")
def echo(value=None):
    return value


@provide("__plugin__.exit")
def leave():
    sys.exit(3)


@provide("__plugin__.close_output")
def close_output():
    sys.stdout.close()
    sys.stderr.close()
    try:
        print("into nowhere")
    except ValueError:
        pass
    return "still here"


@provide("__plugin__.flood")
def flood(lines):
    for i in range(lines):
        print("line", i)
    return lines


@provide("__plugin__.fork")
def fork():
    child = os.fork()
    if child == 0:
        try:
            call("__plugin__.echo", {"value": "from the child"})
        finally:
            os._exit(7)
    os.waitpid(child, 0)
    return "parent"


@provide("__plugin__.child")
def run_child():
    subprocess.run(["echo", "from the child"], check=True)
    return "done"


@provide("__plugin__.swallow")
def swallow(method, params):
    for _ in range(3):
        try:
            call(method, params)
        except BaseException:
            pass
    return "swallowed"


@provide("__plugin__.garbage")
def garbage(what):
    if what == "cycle":
        cycle = {}
        cycle["a"] = cycle
        return cycle
    return {"function": print, "sdk": parley, "error": ValueError("x"), "self": Own()}[what]


@provide("__plugin__.raise_odd")
def raise_odd(what):
    if what == "nothing":
        raise Exception
    if what == "text":
        raise RuntimeError("just text")
    if what == "table":
        raise Exception({})

    class Fatal(BaseException):
        def __str__(self):
            raise ValueError("not even text")

    raise Fatal


def broken(*_arguments, **_keywords):
    raise RuntimeError("this was replaced")


@provide("__plugin__.patch")
def patch():
    builtins.print = broken
    json.dumps = json.loads = broken
    traceback.format_exception = traceback.extract_tb = broken
    sys.stdout = io.StringIO()
    return "patched"


def deeper(n):
    return 1 + deeper(n + 1)


@provide("__plugin__.deep")
def deep():
    return deeper(1)
