"""What became of an exception: the outcome and the error object that the orchestrator is told.

Imported with the first error: `traceback` takes longer to load than most handlers run.
"""

from __future__ import annotations

import os
import traceback

from .errors import Cancelled, HandlerError, ParleyError
from .exchange import NotAwaited
from .flow import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Optional

    from .frames import Frame

_SHIM = os.path.dirname(os.path.abspath(__file__)) + os.sep
_LAUNCHER = os.path.join(os.path.dirname(_SHIM[:-1]), "launch.py")
_LONGEST_TEXT = 64 * 1024
_MOST_FRAMES = 200
_MOST_CAUSES = 16


def describe(error: BaseException, frame: Optional[Frame] = None) -> tuple[str, dict[str, Any]]:
    """The outcome of a frame that ended with this error, and its error object."""
    if isinstance(error, Refusal):
        if isinstance(error.error, ParleyError):
            return error.error.kind, error.error.to_object()
        error = error.error
    cancelled = frame is not None and frame.cancelled is not None
    if cancelled and (isinstance(error, Cancelled) or type(error).__name__ == "CancelledError"):
        reason = frame.cancelled if frame is not None else None
        return "cancelled", {"message": f"the frame was cancelled: {reason}", "reason": reason}
    return "handler_error", handler_error(error)


def handler_error(error: BaseException, room: int = _MOST_CAUSES) -> dict[str, Any]:
    """The error object of an exception that a handler let pass."""
    own = user_frames(error)
    if isinstance(error, HandlerError):  # what another handler raised, with this one's frames before its own
        return _without_none({
            "message": error.message,
            "ename": error.ename,
            "evalue": error.evalue,
            "traceback": [*lines(error), *(error.traceback or ())],
            "frames": own + list(error.frames or ()),
            "cause": error.cause,
        })  # fmt: skip
    name, text = type(error).__name__, _text(error)
    made: dict[str, Any] = {
        "message": _message(error, text),
        "ename": name,
        "evalue": text,
        "traceback": lines(error),
        "frames": own,
    }
    cause = _cause(error, room)
    if cause is not None:
        made["cause"] = cause
    return made


def _cause(error: BaseException, room: int) -> Optional[dict[str, Any]]:
    if isinstance(error, ParleyError):
        return {"outcome": error.kind, **error.to_object()}
    cause = error.__cause__
    if cause is None and not error.__suppress_context__:
        cause = error.__context__
    if cause is None or room == 0:
        return None
    if isinstance(cause, ParleyError) and not isinstance(cause, HandlerError):
        return {"outcome": cause.kind, **cause.to_object(), "frames": user_frames(cause)}
    return {"outcome": "handler_error", **handler_error(cause, room - 1)}


def _message(error: BaseException, text: str) -> str:
    if isinstance(error, SyntaxError):
        return f"{error.filename}:{error.lineno}:{error.offset}: {error.msg}"
    if isinstance(error, ModuleNotFoundError):
        frames = user_frames(error)
        where = f", wanted by {frames[-1]['file']} line {frames[-1]['line']}" if frames else ""
        import sys

        return f"{text}{where} (the environment is {sys.executable})"
    if isinstance(error, SystemExit):
        return f"the handler called sys.exit({'' if error.code is None else repr(error.code)}), which ends no kernel"
    return text or type(error).__name__


def _text(error: BaseException) -> str:
    try:
        text = str(error)
    except BaseException as another:  # a __str__ of the plugin's own
        text = f"<its __str__ raised {type(another).__name__}>"
    if len(text) > _LONGEST_TEXT:
        text = text[:_LONGEST_TEXT] + f"… ({len(text)} characters)"
    return _valid(text)


def _valid(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def user_frames(error: BaseException) -> list[dict[str, Any]]:
    """The frames of the traceback that are the user's, outermost first."""
    frames: list[dict[str, Any]] = []
    step: Optional[TracebackType] = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if not _is_shim(code.co_filename):
            frames.append({"file": _valid(code.co_filename), "line": step.tb_lineno, "function": code.co_name})
        step = step.tb_next
    if isinstance(error, SyntaxError) and error.filename:
        place = {"file": error.filename, "line": error.lineno, "column": error.offset, "function": "<module>"}
        frames.append(place)
    if isinstance(error, NotAwaited) and error.place is not None and error.place not in frames:
        frames.append(error.place)
    if len(frames) > _MOST_FRAMES:
        frames = frames[: _MOST_FRAMES // 2] + frames[-_MOST_FRAMES // 2 :]
    return frames


def _is_shim(file: str) -> bool:
    return file.startswith((_SHIM, "<frozen ")) or file == _LAUNCHER


def lines(error: BaseException) -> list[str]:
    """The traceback as Python prints it, without the shim's frames."""
    try:
        found: Optional[traceback.TracebackException] = traceback.TracebackException.from_exception(error)
        _trim(found, set())
        text = "".join(found.format()) if found is not None else ""
    except Exception:  # an exception whose parts do not let themselves be printed
        text = f"{type(error).__name__}: {_text(error)}"
    return _valid(text[:_LONGEST_TEXT]).splitlines()


def _trim(found: Optional[traceback.TracebackException], seen: set[int]) -> None:
    if found is None or id(found) in seen:
        return
    seen.add(id(found))
    found.stack = traceback.StackSummary.from_list([step for step in found.stack if not _is_shim(step.filename)])
    _trim(found.__cause__, seen)
    _trim(found.__context__, seen)
    for each in getattr(found, "exceptions", None) or ():
        _trim(each, seen)


def _without_none(error: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in error.items() if value is not None}
