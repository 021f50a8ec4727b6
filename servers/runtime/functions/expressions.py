"""A calculator for arithmetic written as text: its own small parser, with bounds; nothing is evaluated as code."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.functions.arithmetic import divide, factorial, floor_divide, modulo, power
from inftool.servers.runtime.functions.checking import bounded, text

MAX_LENGTH = 2_000
MAX_DEPTH = 60
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d{1,3})?|\.\d+)|([A-Za-z]\w{0,15})|(\*\*|//|[-+*/%^(),!×÷−]))")
_NAMES = {"pi": math.pi, "e": math.e, "tau": math.tau}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sqrt": math.sqrt, "abs": abs, "sin": math.sin, "cos": math.cos, "tan": math.tan, "log": math.log, "ln": math.log,
    "log10": math.log10, "log2": math.log2, "exp": math.exp, "floor": math.floor, "ceil": math.ceil, "round": round,
    "min": min, "max": max, "pow": power, "asin": math.asin, "acos": math.acos, "atan": math.atan,
    "radians": math.radians, "degrees": math.degrees, "factorial": factorial, "cbrt": math.cbrt, "hypot": math.hypot,
}  # fmt: skip
_SIGNS = {"^": "**", "×": "*", "÷": "/", "−": "-"}


def calculate(expression: Any) -> int | float:
    """Return the value of an expression such as ``2 * (3 + sqrt(16)) ^ 2``.

    Raises:
        Refusal: it is none, divides by zero, or becomes too large.
    """
    written = text(expression, "expression")
    if len(written) > MAX_LENGTH:
        raise Refusal("invalid", f"expression: longer than {MAX_LENGTH} characters")
    parser = _Parser(written.removesuffix("=").strip())
    result: int | float = bounded(parser.whole())
    return result


class _Parser:
    """Recursive descent over the tokens."""

    def __init__(self, written: str) -> None:
        self._tokens: list[str] = []
        place = 0
        while place < len(written):
            found = _TOKEN.match(written, place)
            if found is None or found.end() == place:
                if not written[place:].strip():
                    break
                raise Refusal("invalid", f"expression: {written[place : place + 20].strip()!r} is not understood")
            token = found[0].strip()
            self._tokens.append(_SIGNS.get(token, token))
            place = found.end()
        self._place = 0
        self._depth = 0

    def whole(self) -> int | float:
        if not self._tokens:
            raise Refusal("invalid", "expression: is empty")
        value: int | float = self._sum()
        if self._place < len(self._tokens):
            raise Refusal("invalid", f"expression: {self._tokens[self._place]!r} is not expected there")
        return value

    def _next(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def _take(self, *tokens: str) -> str:
        if self._next() in tokens and self._next():
            self._place += 1
            return self._tokens[self._place - 1]
        return ""

    def _sum(self) -> Any:
        value = self._product()
        while sign := self._take("+", "-"):
            other = self._product()
            value = bounded(value + other if sign == "+" else value - other)
        return value

    def _product(self) -> Any:
        value = self._signed()
        while sign := self._take("*", "/", "//", "%"):
            other = self._signed()
            work = {"/": divide, "//": floor_divide, "%": modulo}.get(sign)
            value = bounded(work(value, other) if work is not None else value * other)
        return value

    def _signed(self) -> Any:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Refusal("invalid", f"expression: nested deeper than {MAX_DEPTH} levels")
        sign = self._take("-", "+")
        value = -self._signed() if sign == "-" else self._signed() if sign else self._power()
        self._depth -= 1
        return value

    def _power(self) -> Any:
        value = self._atom()
        while self._take("!"):
            value = factorial(value)
        return bounded(power(value, self._signed())) if self._take("**") else value

    def _atom(self) -> Any:
        token = self._next()
        self._place += 1
        if token == "(":
            value = self._sum()
            self._close()
            return value
        if token[:1].isdigit() or token[:1] == ".":
            if len(token) > 300:
                raise Refusal("invalid", "expression: a number is too long")
            return bounded(int(token) if token.isdigit() else float(token))
        name = token.lower()
        if name in _FUNCTIONS and self._take("("):
            return self._call(name)
        if name in _NAMES:
            return _NAMES[name]
        raise Refusal("invalid", f"expression: {token!r} is not understood" if token else "expression: ends too early")

    def _call(self, name: str) -> Any:
        values = [self._sum()]
        while self._take(",") and len(values) < 100:
            values.append(self._sum())
        self._close()
        try:
            if name in ("min", "max"):
                return _FUNCTIONS[name](values)
            return bounded(_FUNCTIONS[name](*values))
        except (ValueError, TypeError, OverflowError, ZeroDivisionError):
            raise Refusal("invalid", f"expression: {name} cannot be worked out of these values") from None

    def _close(self) -> None:
        if not self._take(")"):
            raise Refusal("invalid", "expression: a closing bracket is missing")
