"""Arithmetic, number theory, roots, logarithms and angles (rule P1)."""

from __future__ import annotations

import math
from typing import Any

from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.functions.checking import number, positive, whole

Number = int | float


def add(a: Any, b: Any) -> Number:
    """Return ``a + b``."""
    return number(a, "a") + number(b, "b")


def subtract(a: Any, b: Any) -> Number:
    """Return ``a - b``."""
    return number(a, "a") - number(b, "b")


def multiply(a: Any, b: Any) -> Number:
    """Return ``a * b``."""
    return number(a, "a") * number(b, "b")


def _divisor(b: Any) -> Number:
    found = number(b, "b")
    if found == 0:
        raise Refusal("invalid", "cannot divide by zero")
    return found


def divide(a: Any, b: Any) -> Number:
    """Return ``a / b``."""
    return number(a, "a") / _divisor(b)


def floor_divide(a: Any, b: Any) -> Number:
    """Return ``a / b`` without what is left over."""
    return number(a, "a") // _divisor(b)


def modulo(a: Any, b: Any) -> Number:
    """Return what is left over from ``a / b``."""
    return number(a, "a") % _divisor(b)


def power(base: Any, exponent: Any) -> Number:
    """Return ``base`` to the power of ``exponent``."""
    x, n = number(base, "base"), number(exponent, "exponent")
    if abs(n) > 10_000 or (isinstance(x, int) and isinstance(n, int) and n > 0 and x.bit_length() * n > 4_000):
        raise Refusal("invalid", "the result is too large")
    if x == 0 and n < 0:
        raise Refusal("invalid", "cannot divide by zero")
    if x < 0 and n != int(n):
        raise Refusal("invalid", "the result is not a real number")
    try:
        result: Number = x**n
    except OverflowError:
        raise Refusal("invalid", "the result is too large") from None
    return result


_OPERATIONS = {
    "add": add, "plus": add, "addition": add, "sum": add, "+": add, "subtract": subtract, "minus": subtract,
    "subtraction": subtract, "-": subtract, "multiply": multiply, "times": multiply, "multiplication": multiply,
    "*": multiply, "x": multiply, "divide": divide, "division": divide, "/": divide, "modulo": modulo, "mod": modulo,
    "%": modulo, "power": power, "pow": power, "**": power, "^": power, "exponent": power,
}  # fmt: skip


def operate(a: Any, b: Any, operation: Any) -> Number:
    """Return what an operation, by its name or sign, makes of two numbers."""
    work = _OPERATIONS.get(str(operation).strip().lower())
    if work is None:
        raise Refusal("invalid", f"operation: {str(operation)[:40]!r} is none of add, subtract, multiply, divide")
    return work(a, b)


def square(number_: Any) -> Number:
    """Return a number times itself."""
    return power(number_, 2)


def cube(number_: Any) -> Number:
    """Return the third power."""
    return power(number_, 3)


def square_root(number_: Any) -> Number:
    """Return the square root of a number that is not negative."""
    return math.sqrt(positive(number_, "number"))


def cube_root(number_: Any) -> Number:
    """Return the cube root."""
    return math.cbrt(number(number_))


def nth_root(number_: Any, degree: Any) -> Number:
    """Return the root of some degree."""
    x, n = number(number_), number(degree, "degree")
    if n == 0:
        raise Refusal("invalid", "degree: must not be 0")
    if x < 0 and n % 2 == 1:
        return -float((-x) ** (1 / n))
    return power(x, 1 / n)


def absolute(number_: Any) -> Number:
    """Return the number without its sign."""
    return abs(number(number_))


def negate(number_: Any) -> Number:
    """Return the number with the other sign."""
    return -number(number_)


def rounded(number_: Any, decimals: Any = 0) -> Number:
    """Return the number with some decimals, whole where none are asked for."""
    places = whole(decimals, "decimals", -15, 15)
    return round(number(number_), places) if places else round(number(number_))


def ceiling(number_: Any) -> int:
    """Return the next whole number up."""
    return math.ceil(number(number_))


def floor(number_: Any) -> int:
    """Return the next whole number down."""
    return math.floor(number(number_))


def truncate(number_: Any) -> int:
    """Return the number without its decimals."""
    return math.trunc(number(number_))


def percentage(portion: Any, total: Any) -> Number:
    """Return how many hundredths of ``total`` are ``portion``."""
    return number(portion, "part") / _divisor(total) * 100


def percent_of(percent: Any, number_: Any) -> Number:
    """Return so many hundredths of a number."""
    return number(number_) * number(percent, "percent") / 100


def percent_change(before: Any, after: Any) -> Number:
    """Return by how many hundredths of ``before`` it changed."""
    return (number(after, "after") - number(before, "before")) / abs(_divisor(before)) * 100


def greatest_divisor(a: Any, b: Any) -> int:
    """Return the greatest common divisor."""
    return math.gcd(whole(a, "a"), whole(b, "b"))


def least_multiple(a: Any, b: Any) -> int:
    """Return the least common multiple."""
    return math.lcm(whole(a, "a"), whole(b, "b"))


def factorial(number_: Any) -> int:
    """Return ``n!`` for n up to 500."""
    return math.factorial(whole(number_, "number", 0, 500))


def combinations(n: Any, k: Any) -> int:
    """Return in how many ways k of n can be chosen."""
    return math.comb(whole(n, "n", 0, 1_000), whole(k, "k", 0, 1_000))


def permutations(n: Any, k: Any = None) -> int:
    """Return in how many orders k of n can be put."""
    return math.perm(whole(n, "n", 0, 500), None if k is None else whole(k, "k", 0, 500))


def _least_factor(n: int) -> int:
    if n % 2 == 0:
        return 2
    for factor in range(3, math.isqrt(n) + 1, 2):
        if n % factor == 0:
            return factor
    return n


def is_prime(number_: Any) -> bool:
    """Tell whether a number up to 10^12 is prime."""
    n = whole(number_, "number", -(10**12), 10**12)
    return n > 1 and _least_factor(n) == n


def prime_factors(number_: Any) -> list[int]:
    """Return the prime factors of a number up to 10^12, the smallest first."""
    n = whole(number_, "number", 2, 10**12)
    found = []
    while n > 1:
        found.append(_least_factor(n))
        n //= found[-1]
    return found


def primes(limit: Any) -> list[int]:
    """Return all primes up to a number."""
    n = whole(limit, "limit", 0, 20_000)
    return [k for k in range(2, n + 1) if _least_factor(k) == k]


def divisors(number_: Any) -> list[int]:
    """Return all divisors."""
    n = whole(number_, "number", 1, 10**9)
    low = [k for k in range(1, math.isqrt(n) + 1) if n % k == 0]
    return low + [n // k for k in reversed(low) if k * k != n]


def fibonacci(n: Any) -> int:
    """Return the n-th Fibonacci number, from F(0) = 0."""
    a, b = 0, 1
    for _ in range(whole(n, "n", 0, 1_000)):
        a, b = b, a + b
    return a


def fibonacci_sequence(n: Any) -> list[int]:
    """Return the first n Fibonacci numbers."""
    return [fibonacci(k) for k in range(whole(n, "n", 0, 300))]


def is_even(number_: Any) -> bool:
    """Tell whether a whole number is even."""
    return whole(number_) % 2 == 0


def is_odd(number_: Any) -> bool:
    """Tell whether a whole number is odd."""
    return whole(number_) % 2 == 1


def logarithm(number_: Any, base: Any = None) -> Number:
    """Return the logarithm to a base, to *e* where none is given."""
    x = positive(number_, "number", zero=False)
    if base is None:
        return math.log(x)
    b = positive(base, "base", zero=False)
    if b == 1:
        raise Refusal("invalid", "base: must not be 1")
    exact = {10: math.log10, 2: math.log2}.get(int(b) if b == int(b) else 0)
    return exact(x) if exact is not None else math.log(x, b)


def exponential(number_: Any) -> Number:
    """Return *e* to a power."""
    x = number(number_)
    if x > 690:
        raise Refusal("invalid", "the result is too large")
    return math.exp(x)


def _angle(function: str, angle: Any, unit: Any) -> float:
    x = float(number(angle, "angle"))
    return float(getattr(math, function)(math.radians(x) if _degrees(unit) else x))


def _degrees(unit: Any) -> bool:
    return str(unit).lower().startswith("deg")


def sine(angle: Any, unit: Any = "radians") -> float:
    """Return the sine."""
    return _angle("sin", angle, unit)


def cosine(angle: Any, unit: Any = "radians") -> float:
    """Return the cosine."""
    return _angle("cos", angle, unit)


def tangent(angle: Any, unit: Any = "radians") -> float:
    """Return the tangent."""
    return _angle("tan", angle, unit)


def _inverse(value: float, unit: Any) -> float:
    return math.degrees(value) if _degrees(unit) else value


def _unit_range(value: Any) -> float:
    x = float(number(value))
    if not -1 <= x <= 1:
        raise Refusal("invalid", "number: must be from -1 to 1")
    return x


def arcsine(number_: Any, unit: Any = "radians") -> float:
    """Return the angle with this sine."""
    return _inverse(math.asin(_unit_range(number_)), unit)


def arccosine(number_: Any, unit: Any = "radians") -> float:
    """Return the angle with this cosine."""
    return _inverse(math.acos(_unit_range(number_)), unit)


def arctangent(number_: Any, unit: Any = "radians") -> float:
    """Return the angle with this tangent."""
    return _inverse(math.atan(number(number_)), unit)


def quadratic_roots(a: Any, b: Any, c: Any) -> dict[str, Any]:
    """Return the real roots of ``a x^2 + b x + c``, none to two, the smaller first, and the discriminant."""
    x, y, z = _divisor(a), number(b, "b"), number(c, "c")
    inner = y * y - 4 * x * z
    if inner < 0:
        return {"roots": [], "discriminant": inner}
    found = sorted({(-y - math.sqrt(inner)) / (2 * x), (-y + math.sqrt(inner)) / (2 * x)})
    return {"roots": found, "discriminant": inner}


def compare(a: Any, b: Any) -> str:
    """Return how two numbers stand to each other: ``greater``, ``less`` or ``equal``."""
    x, y = number(a, "a"), number(b, "b")
    return "greater" if x > y else "less" if x < y else "equal"


def larger(a: Any, b: Any) -> Number:
    """Return the larger of two numbers."""
    return max(number(a, "a"), number(b, "b"))


def smaller(a: Any, b: Any) -> Number:
    """Return the smaller of two numbers."""
    return min(number(a, "a"), number(b, "b"))
