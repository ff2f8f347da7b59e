"""Notices which broadcast events have been missed: their numbers jump, or fall behind what a ping counts."""

from __future__ import annotations

from . import values
from .envelope import NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .kernel import Kernel

TAIL_PATIENCE = 0.2  # seconds: a ping may overtake, on its own socket, the event that it counts


class Gaps:
    """The last number seen of each event."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._last: dict[str, int] = {}

    def count(self, event: str, sequence: int) -> None:
        """An event with this number has come; the first of its name is taken as it is."""
        last = self._last.get(event)
        if last is None or sequence > last:
            self._last[event] = sequence
            if last is not None and sequence > last + 1:
                self._report(event, sequence - last - 1)

    def forget(self, event: str) -> None:
        """Nobody subscribes to it any more: what is published from now on is not missed."""
        self._last.pop(event, None)

    def ping(self, numbers: dict[str, int]) -> None:
        """Compare the last numbers that were published with what has come; look again before reporting."""
        behind = {event: number for event, number in numbers.items() if 0 < self._last.get(event, 0) < number}
        if behind:
            self._kernel.after(TAIL_PATIENCE, lambda: self._report_tails(behind))

    def _report_tails(self, behind: dict[str, int]) -> None:
        for event, number in behind.items():
            last = self._last.get(event)
            if last is not None and last < number:
                self._last[event] = number
                self._report(event, number - last)

    def _report(self, event: str, missed: int) -> None:
        self._kernel.send("event_gap", NOTHING, NOTHING, values.dump({"event": event, "missed": missed}))
