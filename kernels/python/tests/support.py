"""Where the vectors are."""

from __future__ import annotations

import json
import os
import pathlib
from typing import Any

KERNEL = pathlib.Path(__file__).resolve().parent.parent
SPECS = pathlib.Path(os.environ.get("PARLEY_SPECS") or KERNEL.parent.parent / "specs")


def vectors(name: str) -> Any:
    """A file of test vectors."""
    return json.loads((SPECS / "vectors" / f"{name}.json").read_text(encoding="utf-8"))
