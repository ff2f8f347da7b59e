"""The compiled halves of standard modules, without the Python halves around them.

`json`, `socket`, `signal` and `collections` import `re` and `enum` and build hundreds of objects, which together take
longer than all the rest of the kernel's start and serve nothing that is used here. What is taken from them is the same
in all of Python 3.9 to 3.14; an interpreter that lacks one of these names gets the module that is documented.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import deque
    from hmac import compare_digest
    from signal import SIGINT
    from signal import signal as set_signal_handler
    from socket import AF_UNIX, SOCK_STREAM, socket
    from typing import Any

    encode_basestring: Any
    make_encoder: Any
    make_scanner: Any
else:
    try:
        from _collections import deque
        from _json import encode_basestring, make_encoder, make_scanner
        from _operator import _compare_digest as compare_digest
        from _signal import SIGINT
        from _signal import signal as set_signal_handler
        from _socket import AF_UNIX, SOCK_STREAM, socket
    except ImportError:
        from collections import deque
        from hmac import compare_digest
        from json.encoder import c_make_encoder as make_encoder
        from json.encoder import encode_basestring
        from json.scanner import c_make_scanner as make_scanner
        from signal import SIGINT
        from signal import signal as set_signal_handler
        from socket import AF_UNIX, SOCK_STREAM, socket

__all__ = [
    "AF_UNIX",
    "SIGINT",
    "SOCK_STREAM",
    "compare_digest",
    "deque",
    "encode_basestring",
    "make_encoder",
    "make_scanner",
    "set_signal_handler",
    "socket",
]
