from parley import log, provide, settings

at_load = settings()


@provide("__plugin__.echo")
def echo(value=None):
    return value


@provide("__plugin__.settings")
def tell():
    return settings()


@provide("__plugin__.at_load")
def tell_at_load():
    return at_load


@provide("__plugin__.leak")
def leak():
    log(f"logged {settings()['password']}", password=settings()["password"])
    print(f"printed {settings()['password']}")


@provide("__plugin__.fail")
def fail():
    raise ValueError(f"failed with {settings()['password']}")
