"""Jupyter's execute_request: code with one namespace for as long as the kernel lives."""

from __future__ import annotations

import ast
import linecache
from types import CodeType

from . import values
from .envelope import NOTHING, Message
from .executor import Run, invoke
from .failures import describe
from .frames import Frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .kernel import Kernel

_TOP_LEVEL_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_COROUTINE = 0x80  # the flag of code that awaits


class Cells:
    """Runs cells, one frame each."""

    def __init__(self, kernel: Kernel) -> None:
        import parley

        self._kernel = kernel
        self._count = 0
        self._namespace: dict[str, Any] = {"__name__": "__main__", "__builtins__": __builtins__, "parley": parley}
        self._namespace.update({name: getattr(parley, name) for name in parley.__all__})

    def execute(self, message: Message) -> None:
        """An execute_request has come."""
        content = message.content
        silent = bool(content.get("silent"))
        if not silent and content.get("store_history", True):
            self._count += 1
        number = self._count
        frame = Frame("execute", message)

        def step() -> Any:
            return self._evaluate(str(content["code"]), f"<cell {number}>")

        def show() -> Any:
            shown = None if shown_value(results) is None else invoke(repr, shown_value(results))
            if shown is not None and not silent:
                self._namespace["_"] = shown_value(results)
                result = {"execution_count": number, "data": {"text/plain": shown}, "metadata": {}}
                self._kernel.tell(frame, "execute_result", NOTHING, values.encode(result)[0])

        results: list[Any] = []

        def keep() -> Any:
            value = step()
            if hasattr(type(value), "__await__"):
                return keep_async(value)
            results.append(value)
            return None

        async def keep_async(value: Any) -> None:
            results.append(await value)

        def done(_results: list[Any], errors: list[BaseException]) -> None:
            self._reply(frame, number, errors)

        Run(self._kernel, frame, (keep, show), done).start()

    def _evaluate(self, code: str, name: str) -> Any:
        linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
        # Not ast.parse: its own frame would be the first of a syntax error's.
        tree: ast.Module = compile(code, name, "exec", ast.PyCF_ONLY_AST | _TOP_LEVEL_AWAIT, dont_inherit=True)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        body = compile(tree, name, "exec", _TOP_LEVEL_AWAIT, dont_inherit=True)
        value: CodeType | None = None
        if isinstance(last, ast.Expr):
            value = compile(ast.Expression(last.value), name, "eval", _TOP_LEVEL_AWAIT, dont_inherit=True)
        if (body.co_flags | (value.co_flags if value else 0)) & _COROUTINE:
            return self._evaluate_async(body, value)
        invoke(eval, body, self._namespace)
        return None if value is None else invoke(eval, value, self._namespace)

    async def _evaluate_async(self, *parts: CodeType | None) -> Any:
        result = None
        for part in parts:
            if part is not None:
                result = invoke(eval, part, self._namespace)
                if part.co_flags & _COROUTINE:
                    result = await result
        return result

    def _reply(self, frame: Frame, number: int, errors: list[BaseException]) -> None:
        if not errors:
            content = values.dump({"status": "ok", "execution_count": number, "user_expressions": {}, "payload": []})
            self._kernel.tell(frame, "execute_reply", b'{"outcome":"ok"}', content)
            return
        outcome, error = describe(errors[0], frame)
        error.setdefault("ename", type(errors[0]).__name__)
        error.setdefault("evalue", error["message"])
        error.setdefault("traceback", [])
        jupyter = {name: error[name] for name in ("ename", "evalue", "traceback")}
        self._kernel.tell(frame, "error", NOTHING, values.encode(jupyter)[0])
        reply = {"status": "error", "execution_count": number, **error}
        self._kernel.tell(frame, "execute_reply", values.dump({"outcome": outcome}), values.encode(reply)[0])


def shown_value(results: list[Any]) -> Any:
    """The value of the last expression, if there was one."""
    return results[0] if results else None
