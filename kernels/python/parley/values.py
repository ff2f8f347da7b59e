"""JSON values, faithfully: what JSON cannot carry is refused with the path to it, bytes travel as buffers.

Most values are plain, so a quick check without paths comes first and the standard encoder does the rest. Only a value
that is not plain (it holds bytes, a subclass, or something to refuse) is copied, with its path at hand.
"""

from __future__ import annotations

from .errors import NotSerializable
from .native import encode_basestring, make_encoder, make_scanner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Callable

    Path = tuple["str | int", ...]

MAX_DEPTH = 128
SMALLEST, LARGEST = -(2**63), 2**63 - 1


def encode(value: Any, prefix: Path = ()) -> tuple[bytes, list[Path], list[bytes]]:
    """The JSON text of a value, the paths of its bytes (each after ``prefix``) and those bytes."""
    if _is_plain(value, MAX_DEPTH):
        try:
            return dump(value), [], []
        except (UnicodeEncodeError, TypeError, ValueError):
            pass  # a lone surrogate: the copier finds where
    copier = _Copier(prefix)
    return dump(copier.copy(value, (), MAX_DEPTH)), copier.paths, copier.buffers


def decode(data: bytes) -> Any:
    """The value of a JSON text; ``ValueError`` when it is not one, or not one that Parley carries."""
    value = load(data)
    if b"\\u" in data:
        dump(value)  # raises for a lone surrogate, which the escape lets in
    if (
        len(data) > MAX_DEPTH
        and data.count(b"[") + data.count(b"{") > MAX_DEPTH
        and not _is_shallow(value, MAX_DEPTH + 1)
    ):
        raise ValueError(f"more than {MAX_DEPTH} levels of nesting")
    return value


def restore(content: Any, paths: Iterable[Iterable[str | int]], buffers: list[bytes]) -> None:
    """Put each buffer back to its path in the content."""
    for path, buffer in zip(paths, buffers):
        *way, last = path
        place = content
        for step in way:
            place = place[step]
        place[last] = buffer


def _is_plain(value: Any, room: int) -> bool:
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return bool(SMALLEST <= value <= LARGEST)
    if kind is float:
        return bool(value - value == 0)  # not so for NaN and the infinities
    if room == 0:
        return False
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or not (type(item) is str or _is_plain(item, room - 1)):
                return False
        return True
    if kind is list or kind is tuple:
        if len(value) > 8:  # long lists are mostly of one kind
            kinds = set(map(type, value))
            if kinds == {int}:
                return bool(min(value) >= SMALLEST and max(value) <= LARGEST)
            if kinds <= {str, bool, type(None)}:
                return True
        return all(_is_plain(item, room - 1) for item in value)
    return False


def _is_shallow(value: Any, room: int) -> bool:
    if isinstance(value, (dict, list)):
        items = value.values() if isinstance(value, dict) else value
        return room > 0 and all(_is_shallow(item, room - 1) for item in items)
    return True


class _Copier:
    """Makes a plain copy of a value, takes its bytes out, and knows the path of what it has to refuse."""

    def __init__(self, prefix: Path) -> None:
        self.prefix = prefix
        self.paths: list[Path] = []
        self.buffers: list[bytes] = []
        self.open: set[int] = set()

    def copy(self, value: Any, path: Path, room: int) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self._text(value, path)
        if isinstance(value, int):
            if SMALLEST <= value <= LARGEST:
                return int(value)
            raise _refusal("an integer beyond 64 bits: send it as text", path)
        if isinstance(value, float):
            if value - value == 0:
                return float(value)
            raise _refusal(f"{float(value)}, which JSON has no number for", path)
        if isinstance(value, (bytes, bytearray, memoryview)):
            self.paths.append(self.prefix + path)
            self.buffers.append(bytes(value))
            return None
        if isinstance(value, (dict, list, tuple)):
            return self._container(value, path, room)
        raise _refusal(_describe(value), path)

    def _container(self, value: Any, path: Path, room: int) -> Any:
        if id(value) in self.open:
            raise _refusal("a value that contains itself", path)
        if room == 0:
            raise _refusal(f"nested more than {MAX_DEPTH} levels deep", path)
        self.open.add(id(value))
        made: Any
        if isinstance(value, dict):
            made = {self._key(key, path): self.copy(item, (*path, key), room - 1) for key, item in value.items()}
        else:
            made = [self.copy(item, (*path, index), room - 1) for index, item in enumerate(value)]
        self.open.discard(id(value))
        return made

    def _key(self, key: Any, path: Path) -> str:
        if not isinstance(key, str):
            raise _refusal(f"an object with the key {key!r}, which is not text", path)
        return self._text(key, path)

    @staticmethod
    def _text(text: str, path: Path) -> str:
        try:
            text.encode()
        except UnicodeEncodeError:
            raise _refusal("text with a lone surrogate, which is not valid Unicode", path) from None
        return str.__str__(text)


def _describe(value: Any) -> str:
    if hasattr(type(value), "__await__"):
        return f"a {type(value).__name__} that was not awaited: write `await`"
    return f"a {type(value).__name__}, which JSON cannot carry"


def _refusal(what: str, path: Path) -> NotSerializable:
    where = path_text(path)
    return NotSerializable(f"{where} is {what}", path=where)


def path_text(path: Path) -> str:
    """A path as people read it: ``$.rows[3].when``."""
    return "$" + "".join(_step(step) for step in path)


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return "." + step if step.isidentifier() else f"[{dump(step).decode()}]"


def _no_default(value: Any) -> Any:
    raise TypeError(f"cannot encode a {type(value).__name__}")


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


class _Grammar:
    """What the scanner asks for: JSON, strictly."""

    strict = True
    object_hook = object_pairs_hook = None
    parse_float, parse_int, parse_constant = float, int, staticmethod(_refuse_constant)


def _make_dump() -> Callable[[Any], bytes]:
    # The parts are bound now: a plugin that replaces json.dumps or the methods of JSONEncoder does not reach them.
    if make_encoder is None:  # an interpreter without the compiled parts
        import json

        encode_text = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
        return lambda value: encode_text(value).encode()
    chunks = make_encoder(None, _no_default, encode_basestring, None, ":", ",", False, False, False)
    return lambda value: "".join(chunks(value, 0)).encode()


def _make_load() -> Callable[[bytes], Any]:
    if make_scanner is None:
        return _load_slowly
    scan = make_scanner(_Grammar)

    def decode_text(data: bytes) -> Any:
        text = data.decode()
        try:
            value, end = scan(text, 0)
        except StopIteration:
            return _load_slowly(data)
        return value if end == len(text) else _load_slowly(data)

    return decode_text


def _load_slowly(data: bytes) -> Any:
    """Decode what the scanner alone cannot: space around the value, and errors with their reason."""
    import json

    return json.loads(data.decode(), parse_constant=_refuse_constant)


dump = _make_dump()
load = _make_load()


def accelerate() -> None:
    """Use orjson where it is installed. It takes a while to import, so a kernel does this once it is busy enough."""
    global dump, load
    try:
        import orjson
    except ImportError:
        return
    dump, load = orjson.dumps, orjson.loads
