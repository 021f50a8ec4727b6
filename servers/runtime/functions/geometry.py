"""Lengths, areas, volumes and distances (rule P1)."""

from __future__ import annotations

import math
from typing import Any

from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.functions.checking import number, positive

_EARTH = {"km": 6371.0, "mi": 3958.8, "m": 6371000.0, "nm": 3440.1}


def circle_area(radius: Any) -> float:
    """Return the area of a circle."""
    return math.pi * positive(radius, "radius") ** 2


def circumference(radius: Any) -> float:
    """Return the length around a circle."""
    return 2 * math.pi * positive(radius, "radius")


def rectangle_area(length: Any, width: Any) -> float:
    """Return the area of a rectangle."""
    return positive(length, "length") * positive(width, "width")


def rectangle_perimeter(length: Any, width: Any) -> float:
    """Return the length around a rectangle."""
    return 2 * (positive(length, "length") + positive(width, "width"))


def square_area(side: Any) -> float:
    """Return the area of a square."""
    return positive(side, "side") ** 2


def square_perimeter(side: Any) -> float:
    """Return the length around a square."""
    return 4 * positive(side, "side")


def triangle_area(base: Any, height: Any) -> float:
    """Return the area of a triangle from its base and height."""
    return positive(base, "base") * positive(height, "height") / 2


def triangle_area_by_sides(a: Any, b: Any, c: Any) -> float:
    """Return the area of a triangle from its sides."""
    x, y, z = (positive(side, "side", zero=False) for side in (a, b, c))
    half = (x + y + z) / 2
    inner = half * (half - x) * (half - y) * (half - z)
    if inner <= 0:
        raise Refusal("invalid", "sides of these lengths make no triangle")
    return math.sqrt(inner)


def trapezoid_area(a: Any, b: Any, height: Any) -> float:
    """Return the area of a trapezoid from its parallel sides and height."""
    return (positive(a, "a") + positive(b, "b")) / 2 * positive(height, "height")


def sphere_volume(radius: Any) -> float:
    """Return the volume of a sphere."""
    return 4 / 3 * math.pi * positive(radius, "radius") ** 3


def sphere_area(radius: Any) -> float:
    """Return the surface of a sphere."""
    return 4 * math.pi * positive(radius, "radius") ** 2


def cylinder_volume(radius: Any, height: Any) -> float:
    """Return the volume of a cylinder."""
    return math.pi * positive(radius, "radius") ** 2 * positive(height, "height")


def cone_volume(radius: Any, height: Any) -> float:
    """Return the volume of a cone."""
    return cylinder_volume(radius, height) / 3


def cube_volume(side: Any) -> float:
    """Return the volume of a cube."""
    return positive(side, "side") ** 3


def box_volume(length: Any, width: Any, height: Any) -> float:
    """Return the volume of a box."""
    return positive(length, "length") * positive(width, "width") * positive(height, "height")


def hypotenuse(a: Any, b: Any) -> float:
    """Return the longest side of a right triangle from the two others."""
    return math.hypot(positive(a, "a"), positive(b, "b"))


def distance(x1: Any, y1: Any, x2: Any, y2: Any) -> float:
    """Return the distance of two points in the plane."""
    return math.dist((number(x1, "x1"), number(y1, "y1")), (number(x2, "x2"), number(y2, "y2")))


def point_distance(a: Any, b: Any) -> float:
    """Return the distance of two points given as lists of coordinates."""
    if not isinstance(a, list) or not isinstance(b, list) or len(a) != len(b) or not a:
        raise Refusal("invalid", "two points with as many coordinates each were expected")
    return math.dist([number(x, "point") for x in a], [number(x, "point") for x in b])


def earth_distance(latitude1: Any, longitude1: Any, latitude2: Any, longitude2: Any, unit: Any = "km") -> float:
    """Return the distance of two places on the globe, in km or another unit (``mi``, ``m``, ``nm``)."""
    radius = _EARTH.get({"miles": "mi", "mile": "mi", "kilometers": "km", "meters": "m"}.get(str(unit), str(unit)))
    if radius is None:
        raise Refusal("invalid", f"unit: {str(unit)[:40]!r} is none of {', '.join(_EARTH)}")
    places = []
    for name, value, most in (
        ("latitude1", latitude1, 90), ("longitude1", longitude1, 180), ("latitude2", latitude2, 90),
        ("longitude2", longitude2, 180),
    ):  # fmt: skip
        found = number(value, name)
        if abs(found) > most:
            raise Refusal("invalid", f"{name}: must be from -{most} to {most}")
        places.append(math.radians(found))
    one, east, two, west = places
    half = math.sin((two - one) / 2) ** 2 + math.cos(one) * math.cos(two) * math.sin((west - east) / 2) ** 2
    return 2 * radius * math.asin(min(1.0, math.sqrt(half)))


def slope(x1: Any, y1: Any, x2: Any, y2: Any) -> float:
    """Return the slope of the line through two points."""
    if number(x1, "x1") == number(x2, "x2"):
        raise Refusal("invalid", "the line is vertical")
    return (number(y2, "y2") - number(y1, "y1")) / (number(x2) - number(x1))


def speed(distance_: Any, time: Any) -> float:
    """Return distance by time."""
    return positive(distance_, "distance") / positive(time, "time", zero=False)
