"""All pure functions by name, and how one is called."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.functions import (
    arithmetic,
    chance,
    codes,
    dates,
    expressions,
    finance,
    geometry,
    money,
    statistics,
    texts,
    units,
)
from inftool.servers.runtime.functions.checking import bounded, whole

_MODULES = (arithmetic, statistics, geometry, finance, units, texts, codes, dates, expressions, money, chance)
_GIVEN = ("seed", "now")
"""Parameters that the server fills in: the program's seed, and the time of the session's clock."""


def _of(module: ModuleType) -> dict[str, Callable[..., Any]]:
    area = module.__name__.rpartition(".")[2]
    public = getattr(module, "__all__", vars(module))
    return {
        f"{area}.{name}": function
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__ and name in public and name[0] != "_"
    }


FUNCTIONS: dict[str, Callable[..., Any]] = {name: f for module in _MODULES for name, f in _of(module).items()}
"""By area and name: ``arithmetic.add``."""


def parameters(name: str) -> tuple[list[str], list[str]]:
    """Return the parameters of a function that callers give: (those needed, those that may be left out).

    Raises:
        KeyError: there is no such function.
    """
    needed: list[str] = []
    optional: list[str] = []
    for parameter in inspect.signature(FUNCTIONS[name]).parameters.values():
        if parameter.name not in _GIVEN:
            given = parameter.name.rstrip("_")
            (needed if parameter.default is inspect.Parameter.empty else optional).append(given)
    return needed, optional


def call_function(name: str, values: dict[str, Any], seed: int, now: str) -> Any:
    """Return the result of a function: a JSON value.

    Args:
        name: of :data:`FUNCTIONS`.
        values: by parameter; ``precision`` besides rounds the numbers of the result.
        seed: of the program, for what is drawn.
        now: the time (RFC 3339), for what depends on it.

    Raises:
        Refusal: the values are not what the function takes, or the result is too large.
        KeyError: there is no such function.
    """
    function = FUNCTIONS[name]
    signature = inspect.signature(function).parameters
    given = {parameter: values[parameter.rstrip("_")] for parameter in signature if parameter.rstrip("_") in values}
    given |= {parameter: {"seed": seed, "now": now}[parameter] for parameter in _GIVEN if parameter in signature}
    for parameter in signature.values():
        if parameter.default is inspect.Parameter.empty and parameter.name not in given:
            raise Refusal("invalid", f"{parameter.name.rstrip('_')}: is needed")
    try:
        result = bounded(function(**given))
    except (OverflowError, RecursionError):
        raise Refusal("invalid", "the result is too large") from None
    except (ValueError, ArithmeticError):
        raise Refusal("invalid", "it cannot be worked out of these values") from None
    places = values.get("precision")
    return _rounded(result, whole(places, "precision", 0, 15)) if places is not None else result


def _rounded(result: Any, places: int) -> Any:
    if isinstance(result, float):
        return round(result, places)
    if isinstance(result, list):
        return [_rounded(item, places) for item in result]
    if isinstance(result, dict):
        return {name: _rounded(item, places) for name, item in result.items()}
    return result
