"""Statistics and order of lists of numbers (rule P1)."""

from __future__ import annotations

import math
import statistics
from typing import Any

from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.functions.checking import number, numbers, whole

Number = int | float


def total(numbers_: Any) -> Number:
    """Return the sum."""
    return sum(numbers(numbers_, 0))


def product(numbers_: Any) -> Number:
    """Return the product."""
    found = numbers(numbers_)
    if sum(abs(x).bit_length() if isinstance(x, int) else 0 for x in found) > 4_000:
        raise Refusal("invalid", "the result is too large")
    return math.prod(found)


def mean(numbers_: Any) -> Number:
    """Return the mean."""
    found = numbers(numbers_)
    return sum(found) / len(found)


def weighted_mean(numbers_: Any, weights: Any) -> Number:
    """Return the mean with weights."""
    found, shares = numbers(numbers_), numbers(weights)
    if len(found) != len(shares) or sum(shares) == 0:
        raise Refusal("invalid", "weights: one for each number was expected")
    return sum(x * w for x, w in zip(found, shares, strict=True)) / sum(shares)


def geometric_mean(numbers_: Any) -> Number:
    """Return the geometric mean of positive numbers."""
    found = numbers(numbers_)
    if min(found) <= 0:
        raise Refusal("invalid", "numbers: must be more than 0")
    return statistics.geometric_mean(found)


def median(numbers_: Any) -> Number:
    """Return the middle one."""
    return statistics.median(numbers(numbers_))


def mode(numbers_: Any) -> Number:
    """Return the most frequent one, the first of several."""
    return statistics.mode(numbers(numbers_))


def deviation(numbers_: Any, sample: Any = False) -> Number:
    """Return the standard deviation: of a whole population, or of a sample."""
    return math.sqrt(variance(numbers_, sample))


def variance(numbers_: Any, sample: Any = False) -> Number:
    """Return the variance: of a whole population, or of a sample."""
    found = numbers(numbers_, 2 if sample else 1)
    middle = sum(found) / len(found)
    return sum((x - middle) ** 2 for x in found) / (len(found) - (1 if sample else 0))


def least(numbers_: Any) -> Number:
    """Return the smallest."""
    return min(numbers(numbers_))


def most(numbers_: Any) -> Number:
    """Return the largest."""
    return max(numbers(numbers_))


def span(numbers_: Any) -> Number:
    """Return the largest less the smallest."""
    found = numbers(numbers_)
    return max(found) - min(found)


def percentile(numbers_: Any, percent: Any) -> Number:
    """Return the value under which so many hundredths of the numbers lie, between two in proportion."""
    found, share = sorted(numbers(numbers_)), number(percent, "percentile")
    if not 0 <= share <= 100:
        raise Refusal("invalid", "percentile: must be from 0 to 100")
    place = (len(found) - 1) * share / 100
    low = math.floor(place)
    high = min(low + 1, len(found) - 1)
    return found[low] + (found[high] - found[low]) * (place - low)


def correlation(x: Any, y: Any) -> Number:
    """Return Pearson's correlation of two lists of the same length."""
    one, two = numbers(x, 2), numbers(y, 2)
    if len(one) != len(two):
        raise Refusal("invalid", "both lists must have the same length")
    if len(set(one)) == 1 or len(set(two)) == 1:
        raise Refusal("invalid", "a list of equal numbers has no correlation")
    return statistics.correlation(one, two)


def regression(x: Any, y: Any) -> dict[str, Number]:
    """Return the line that fits best: slope and intercept."""
    one, two = numbers(x, 2), numbers(y, 2)
    if len(one) != len(two) or len(set(one)) == 1:
        raise Refusal("invalid", "two lists of the same length, the first of different numbers, were expected")
    fit = statistics.linear_regression(one, two)
    return {"slope": fit.slope, "intercept": fit.intercept}


def summary(numbers_: Any) -> dict[str, Number]:
    """Return count, mean, median, standard deviation, smallest and largest."""
    found = numbers(numbers_)
    return {
        "count": len(found),
        "sum": sum(found),
        "mean": mean(found),
        "median": median(found),
        "standard_deviation": deviation(found),
        "min": min(found),
        "max": max(found),
    }


def ordered(items: Any, order: Any = "asc") -> list[Any]:
    """Return numbers or texts in order, from the smallest, or from the largest with ``desc`` (or true)."""
    if not isinstance(items, list):
        raise Refusal("invalid", "items: a list was expected")
    kinds = {"number" if isinstance(x, (int, float)) and not isinstance(x, bool) else type(x).__name__ for x in items}
    if not kinds <= {"number"} and not kinds <= {"str"}:
        raise Refusal("invalid", "items: all must be numbers, or all texts")
    backwards = order is True or str(order).lower().startswith(("desc", "rev", "high"))
    return sorted(items, reverse=backwards)


def backwards(items: Any) -> list[Any]:
    """Return a list from its end."""
    if not isinstance(items, list):
        raise Refusal("invalid", "items: a list was expected")
    return items[::-1]


def distinct(items: Any) -> list[Any]:
    """Return each item once, in the order of first appearance."""
    if not isinstance(items, list):
        raise Refusal("invalid", "items: a list was expected")
    out: list[Any] = []
    for item in items:
        if item not in out:
            out.append(item)
        if len(out) > 2_000:
            raise Refusal("invalid", "items: more than 2000 different ones")
    return out


def how_many(items: Any) -> int:
    """Return the number of items."""
    if not isinstance(items, list):
        raise Refusal("invalid", "items: a list was expected")
    return len(items)


def cumulative(numbers_: Any) -> list[Number]:
    """Return the sums so far."""
    out: list[Number] = []
    for x in numbers(numbers_):
        out.append((out[-1] if out else 0) + x)
    return out


def moving_average(numbers_: Any, window: Any) -> list[Number]:
    """Return the means of every so many neighbours."""
    found = numbers(numbers_)
    size = whole(window, "window", 1, len(found))
    sums = [0, *cumulative(found)]
    return [(sums[end] - sums[end - size]) / size for end in range(size, len(found) + 1)]
