import asyncio
import contextlib
import functools
import re
import threading

from parley import call, provide

traps = {}


def trap(function):
    traps[function.__name__] = function
    return function


@trap
def sort_key(ask):
    return sorted([2, 1], key=lambda _: ask()) and ask()


@trap
def generator(ask):
    return next(value for value in (ask() for _ in range(1)))


@trap
def list_comprehension(ask):
    return [ask() for _ in range(1)][0]


@trap
def property_getter(ask):
    return type("Lazy", (), {"value": property(lambda _: ask())})().value


@trap
def str_method(ask):
    return str(type("Lazy", (), {"__str__": lambda _: ask()})())


@trap
def context_manager(ask):
    @contextlib.contextmanager
    def manager():
        yield ask()

    with manager() as value:
        return value


@trap
def cached(ask):
    return functools.lru_cache(lambda: ask())()


@trap
def substitution(ask):
    return re.sub("x", lambda _: ask(), "x")


@trap
def finalizer(ask):
    found = []

    class Dropped:
        def __del__(self):
            found.append(ask())

    Dropped()
    return found[0] if found else "finalizer"


@trap
def thread(ask):
    found = []
    other = threading.Thread(target=lambda: found.append(call("__plugin__.echo", {"value": "thread"})))
    other.start()
    return ask()


@trap
def under_a_lock(ask):
    with threading.Lock():
        return ask()


@trap
def nested_loop(ask):
    async def main():
        return ask()

    return asyncio.run(main())


@trap
def run_until_complete(ask):
    async def main():
        return await ask()

    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(main())
    finally:
        loop.close()


async def forgotten_await(ask):
    ask()
    return "forgotten_await"


async def awaited(ask):
    return await ask()


async def gathered(ask):
    return (await asyncio.gather(ask(), ask()))[1]


async def shielded(ask):
    return await asyncio.shield(ask())


async def in_a_task(ask):
    return await asyncio.create_task(asyncio.wait_for(ask(), 5))


traps_of_async = {
    function.__name__: function for function in (forgotten_await, awaited, gathered, shielded, in_a_task)
}


@provide("__plugin__.echo")
def echo(value=None):
    return value


@provide("__plugin__.spring")
def spring(trap, method):
    def ask():
        return call(method, {"value": trap})

    function = traps.get(trap) or traps_of_async[trap]
    return function(ask)
