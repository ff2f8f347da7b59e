from parley import emit, provide


@provide("__plugin__.echo")
def echo(value=None):
    return value


@provide("__plugin__.send")
def send(event, payloads, options=None):
    result = None
    for payload in payloads:
        result = emit(event, payload, **(options or {}))
    if not options or "confirm" not in options:
        return result
    outcomes = {plugin: outcome["outcome"] for plugin, outcome in result.outcomes.items()}
    told = {"confirmed": result.confirmed, "outcomes": outcomes}
    return {**told, "duplicate": result.duplicate} if "event_id" in options else told
