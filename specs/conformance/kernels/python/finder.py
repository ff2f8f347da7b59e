from parley import (
    ParleyError,
    contributions,
    log,
    on,
    on_start,
    provide,
    services,
    wait_for,
)

found = []


@on_start
def start():
    try:
        found.extend(contributions("__plugin__.format"))
    except ParleyError as error:
        log(f"no point: {error.kind}")


@on("service:available")
def available(event):
    log(f"saw {event['method']}")


@provide("__plugin__.echo")
def echo(value=None):
    return value


@provide("__plugin__.services")
def list_services(pattern):
    return [[one.method, one.plugin, one.available] for one in services(pattern)]


@provide("__plugin__.wait")
def wait(method, timeout):
    try:
        wait_for(method, timeout=timeout)
    except ParleyError as error:
        return error.kind
    return "there"


def extra():
    return "extra"


@provide("__plugin__.offer")
def offer():
    provide("__plugin__.extra")(extra)


@provide("__plugin__.contributed")
def contributed():
    return [[one.id, one.plugin, one.data["title"]] for one in found]


def render_one(one, params):
    try:
        return one.call("render", params)
    except ParleyError as error:
        return error.kind


@provide("__plugin__.render")
def render(params):
    return [render_one(one, params) for one in found]


@provide("__plugin__.draw")
def draw(value):
    return ["__plugin__", value]


@provide("__plugin__.fail")
def fail(value):
    raise ValueError(value)
