from parley import ParleyError, log, provide, storage


def attempt(action):
    try:
        return action()
    except ParleyError as error:
        return {"error": error.kind}


@provide("__plugin__.echo")
def echo(value=None):
    return value


@provide("__plugin__.get")
def get(key, fallback=None):
    return attempt(lambda: storage.get(key, fallback))


@provide("__plugin__.entry")
def entry(key):
    found = storage.entry(key)
    return found and [found.value, found.version]


@provide("__plugin__.set")
def set_value(key, value):
    return attempt(lambda: storage.set(key, value))


@provide("__plugin__.delete")
def delete(key):
    return attempt(lambda: storage.delete(key))


@provide("__plugin__.list")
def list_entries(prefix):
    return [[one.key, one.value, one.version] for one in storage.list(prefix)]


@provide("__plugin__.swap")
def swap(key, value, version):
    return storage.compare_and_set(key, value, version)


def changed(change):
    if change.deleted:
        log(f"gone {change.key}")
    else:
        log(f"changed {change.key}", value=change.value)


watches = []


@provide("__plugin__.watch")
def watch(prefix):
    watches.append(storage.watch(prefix, changed))


@provide("__plugin__.unwatch")
def unwatch():
    watches.pop().dispose()


@provide("__plugin__.put")
def put(value):
    return storage.put_blob(value)


@provide("__plugin__.read")
def read(reference):
    return attempt(lambda: storage.get_blob(reference))
