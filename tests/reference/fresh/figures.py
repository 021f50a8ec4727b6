"""A helper for sums and units that keeps nothing: pure functions, one ``result`` each; bare functions."""

from __future__ import annotations

import math
import statistics
from typing import Any, Literal

from ..documents import document
from ..domain import Domain

Length = Literal["metre", "kilometre", "mile", "foot", "inch"]
METRES = {"metre": 1.0, "kilometre": 1000.0, "mile": 1609.344, "foot": 0.3048, "inch": 0.0254}
Heat = Literal["celsius", "fahrenheit", "kelvin"]


class Figures:
    def __init__(self, state: dict[str, Any]) -> None:
        self.state = state

    def sum_of(self, values: list[float]) -> dict[str, Any]:
        """Add up a list of numbers.

        Args:
            values: The numbers.
        """
        return {"result": sum(values)}

    def product_of(self, values: list[float]) -> dict[str, Any]:
        """Multiply a list of numbers.

        Args:
            values: The numbers.
        """
        return {"result": math.prod(values)}

    def difference_of(self, minuend: float, subtrahend: float) -> dict[str, Any]:
        """Subtract the second number from the first.

        Args:
            minuend: The number to subtract from.
            subtrahend: The number that is subtracted.
        """
        return {"result": minuend - subtrahend}

    def quotient_of(self, dividend: float, divisor: float) -> dict[str, Any]:
        """Divide the first number by the second.

        Args:
            dividend: The number that is divided.
            divisor: The number to divide by; it cannot be zero.
        """
        if divisor == 0:
            return {"error": "division by zero"}
        return {"result": dividend / divisor}

    def raise_to(self, base: float, exponent: int) -> dict[str, Any]:
        """Raise a number to a whole power.

        Args:
            base: The number.
            exponent: The power, from 0 to 20.
        """
        if not 0 <= exponent <= 20:
            return {"error": "exponent out of range"}
        return {"result": base**exponent}

    def square_root_of(self, radicand: float) -> dict[str, Any]:
        """Take the square root of a number.

        Args:
            radicand: The number; it cannot be negative.
        """
        if radicand < 0:
            return {"error": "negative numbers have no real root"}
        return {"result": math.sqrt(radicand)}

    def round_off(self, number: float, decimals: int = 0) -> dict[str, Any]:
        """Round a number to a number of decimals.

        Args:
            number: The number.
            decimals: How many decimals are kept.
        """
        return {"result": round(number, decimals)}

    def arithmetic_mean(self, values: list[float]) -> dict[str, Any]:
        """Work out the mean of a list of numbers.

        Args:
            values: The numbers, at least one.
        """
        return {"result": statistics.fmean(values)} if values else {"error": "no values"}

    def middle_value(self, values: list[float]) -> dict[str, Any]:
        """Work out the median of a list of numbers.

        Args:
            values: The numbers, at least one.
        """
        return {"result": statistics.median(values)} if values else {"error": "no values"}

    def largest_of(self, values: list[float]) -> dict[str, Any]:
        """Find the maximum of a list of numbers.

        Args:
            values: The numbers, at least one.
        """
        return {"result": max(values)} if values else {"error": "no values"}

    def share_in_percent(self, part: float, whole: float) -> dict[str, Any]:
        """Work out what percentage one number is of another.

        Args:
            part: The part.
            whole: The whole; it cannot be zero.
        """
        if whole == 0:
            return {"error": "the whole is zero"}
        return {"result": 100 * part / whole}

    def length_in(self, value: float, from_unit: Length, to_unit: Length) -> dict[str, Any]:
        """Convert a length from one unit to another.

        Args:
            value: The length.
            from_unit: Unit it is given in.
            to_unit: Unit it is wanted in.
        """
        return {"result": value * METRES[from_unit] / METRES[to_unit], "unit": to_unit}

    def heat_in(self, value: float, from_unit: Heat, to_unit: Heat) -> dict[str, Any]:
        """Convert a temperature from one scale to another.

        Args:
            value: The temperature.
            from_unit: Scale it is given in.
            to_unit: Scale it is wanted in.
        """
        celsius = {"celsius": value, "fahrenheit": (value - 32) / 1.8, "kelvin": value - 273.15}[from_unit]
        if celsius < -273.15:
            return {"error": "below absolute zero"}
        result = {"celsius": celsius, "fahrenheit": celsius * 1.8 + 32, "kelvin": celsius + 273.15}[to_unit]
        return {"result": result, "unit": to_unit}

    def greatest_common_factor(self, first: int, second: int) -> dict[str, Any]:
        """Find the greatest common divisor of two whole numbers above zero.

        Args:
            first: One number.
            second: The other number.
        """
        if first < 1 or second < 1:
            return {"error": "numbers must be above zero"}
        return {"result": math.gcd(first, second)}


DOMAIN = Domain(
    name="figures",
    api=Figures,
    document=document(Figures, "openai-bare"),
    state={},
    pools={
        "values": lambda api, random: [random.choice([2, 3.5, 8, 12, 20.25]) for _ in range(random.randint(1, 5))],
        "divisor": lambda api, random: random.choice([0, 2, 4, 2.5]),
        "whole": lambda api, random: random.choice([0, 50, 80]),
        "radicand": lambda api, random: random.choice([-4, 2, 9, 12.25]),
        "exponent": lambda api, random: random.choice([0, 2, 3, 50]),
        "first": lambda api, random: random.choice([12, 18, 30]),
        "second": lambda api, random: random.choice([8, 27, 45]),
    },
)
