"""The plugin's storage, kept by the orchestrator: ``from parley import storage``. Loaded once a plugin wants it."""

from __future__ import annotations

from . import plugin, values
from .envelope import NOTHING
from .errors import NotSerializable
from .exchange import answer, ask, perform
from .records import Record
from .watches import Watches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional, Union

    from .exchange import Operation
    from .kernel import Kernel
    from .watches import Handler


class Entry(Record):
    """A value and its version, which grows with each change and never comes again."""

    __slots__ = ("key", "value", "version")
    key: str
    value: Any
    version: int


class Storage:
    """Values by key. A key that begins with ``global:`` is shared between plugins, and needs a permission.

    Every function waits, as :func:`parley.call` does: in ``async def``, await it. Values are JSON; bytes go as blobs.
    """

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key, or the default."""
        return _perform(_get, key, default)

    def entry(self, key: str) -> Any:
        """The :class:`Entry` of a key, with its version; None when there is none."""
        return _perform(_entry, key)

    def set(self, key: str, value: Any) -> Any:
        """Store a value; returns its version."""
        return _perform(_set, key, value)

    def delete(self, key: str) -> Any:
        """Delete a key; returns whether it was there."""
        return _perform(_delete, key)

    def list(self, prefix: str = "") -> Any:
        """The :class:`Entry` of each key that begins so, by key."""
        return _perform(_list, prefix)

    def compare_and_set(self, key: str, value: Any, version: int) -> Any:
        """Store a value if the key still has this version (0: if there is none).

        Returns the new version, or None when another was there.
        """
        return _perform(_compare_and_set, key, value, version)

    def watch(self, prefix: str, handler: Optional[Handler] = None) -> Any:
        """Have the handler called with each :class:`~parley.watches.Change` of a key that begins so.

        Like :func:`parley.on` it returns a registration, or decorates. Changes are handled one after the other, in
        their order; an error of the handler is logged, and the next change comes none the less.
        """
        return plugin.register(_watch, "storage.watch", prefix, handler)

    def put_blob(self, data: Union[bytes, bytearray, memoryview]) -> Any:
        """Store bytes, once however often they are put; returns a reference to keep: ``{"blob": …, "size": …}``."""
        return _perform(_put_blob, data)

    def get_blob(self, reference: Union[dict[str, Any], str]) -> Any:
        """The bytes of a reference."""
        return _perform(_get_blob, reference)


storage = Storage()


def _perform(make: Callable[..., Operation], *args: Any) -> Any:
    kernel = plugin.attached()
    return perform(kernel, make, kernel, *args)


def _tagged(operation: Callable[..., Operation]) -> Callable[..., Operation]:
    """Name it as its author knows it: whoever forgets to await it is told this name."""
    operation.__name__ = "storage." + operation.__name__.lstrip("_")
    return operation


def _ask(kernel: Kernel, op: str, **fields: Any) -> Operation:
    return (yield from ask(kernel, "storage_request", {"op": op, **fields}))


@_tagged
def _get(kernel: Kernel, key: str, default: Any) -> Operation:
    content = yield from _ask(kernel, "get", key=key)
    return content.get("value") if content["found"] else default


@_tagged
def _entry(kernel: Kernel, key: str) -> Operation:
    content = yield from _ask(kernel, "get", key=key)
    return Entry(**{**content, "key": key}) if content["found"] else None


@_tagged
def _set(kernel: Kernel, key: str, value: Any) -> Operation:
    return (yield from _store(kernel, {"op": "set", "key": key}, value))["version"]


@_tagged
def _compare_and_set(kernel: Kernel, key: str, value: Any, version: int) -> Operation:
    if isinstance(version, bool) or not isinstance(version, int) or version < 0:
        raise TypeError(f"the version is that of an entry, or 0 for a key that is not there, not {version!r}")
    content = yield from _store(kernel, {"op": "compare_and_set", "key": key, "version": version}, value)
    return content["version"] if content["swapped"] else None


def _store(kernel: Kernel, fields: dict[str, Any], value: Any) -> Operation:
    # Encoded by itself: the path of what cannot be stored is to begin at the value.
    data, paths, _ = values.encode(value)
    if paths:
        where = values.path_text(paths[0])
        raise NotSerializable(f"{where} is bytes: store what storage.put_blob() returns for them", path=where)
    content = values.encode(fields)[0][:-1] + b',"value":' + data + b"}"
    mailbox = kernel.request("storage_request", NOTHING, content)
    try:
        return answer((yield mailbox))
    finally:
        kernel.forget(mailbox)


@_tagged
def _delete(kernel: Kernel, key: str) -> Operation:
    return (yield from _ask(kernel, "delete", key=key))["deleted"]


@_tagged
def _list(kernel: Kernel, prefix: str) -> Operation:
    content = yield from _ask(kernel, "list", prefix=prefix)
    return [Entry(**each) for each in content["entries"]]


@_tagged
def _put_blob(kernel: Kernel, data: Any) -> Operation:
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise TypeError(f"a blob is bytes, not a {type(data).__name__}")
    content, paths, buffers = values.encode({"op": "blob_put", "value": data})
    mailbox = kernel.request("storage_request", values.dump({"buffer_paths": paths}), content, buffers)
    try:
        reply = answer((yield mailbox))
    finally:
        kernel.forget(mailbox)
    return {"blob": reply["blob"], "size": reply["size"]}


@_tagged
def _get_blob(kernel: Kernel, reference: Any) -> Operation:
    blob = reference.get("blob") if isinstance(reference, dict) else reference
    if not isinstance(blob, str):
        raise TypeError(f"a reference is what put_blob() returned, not {reference!r}")
    return (yield from _ask(kernel, "blob_get", blob=blob))["value"]


def _watch(kernel: Kernel, prefix: str, handler: Handler) -> Operation:
    if not callable(handler):
        raise TypeError(f"the handler of {prefix} is a {type(handler).__name__}, which cannot be called")
    if kernel.watches is None:
        kernel.watches = Watches(kernel)
    watches = kernel.watches
    ident = yield from watches.add(prefix, handler)
    return plugin.Registration(kernel, lambda: watches.remove(ident))
