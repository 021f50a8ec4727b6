"""Units of length, mass, temperature and so on, by their many names, and what they are in each other (rule P1)."""

from __future__ import annotations

from typing import Any

from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.functions.checking import number

__all__ = ["convert"]

_TABLE = {
    "length": "m meter metre 1|in inch inches 0.0254|ft foot feet 0.3048|yd yard 0.9144|mi mile 1609.344|"
    "nmi nauticalmile 1852|au astronomicalunit 149597870700|ly lightyear 9460730472580800|angstrom 1e-10|"
    "micron 1e-6|fathom 1.8288|furlong 201.168",
    "mass": "g gram gramme 1|lb lbs pound 453.59237|oz ounce 28.349523125|st stone 6350.29318|t tonne metricton "
    "1000000|ton shortton uston 907184.74|longton imperialton 1016046.9088|ct carat 0.2",
    "time": "s sec second 1|min minute 60|h hr hour 3600|d day 86400|wk week 604800|fortnight 1209600|month "
    "2629746|y yr year 31556952|decade 315569520|century centuries 3155695200",
    "volume": "l liter litre 1|m3 cubicmeter cubicmetre 1000|cm3 cc cubiccentimeter cubiccentimetre 0.001|gal gallon "
    "usgallon 3.785411784|imperialgallon ukgallon 4.54609|qt quart 0.946352946|pt pint 0.473176473|cup 0.2365882365|"
    "floz fluidounce 0.0295735295625|tbsp tablespoon 0.01478676478125|tsp teaspoon 0.00492892159375|"
    "ft3 cubicfoot cubicfeet 28.316846592|in3 cubicinch cubicinches 0.016387064|bbl barrel 158.987294928",
    "area": "m2 sqm squaremeter squaremetre 1|km2 sqkm squarekilometer squarekilometre 1000000|cm2 sqcm "
    "squarecentimeter squarecentimetre 0.0001|mm2 0.000001|ha hectare 10000|acre ac 4046.8564224|ft2 sqft squarefoot "
    "squarefeet 0.09290304|in2 sqin squareinch squareinches 0.00064516|yd2 sqyd squareyard 0.83612736|mi2 sqmi "
    "squaremile 2589988.110336",
    "speed": "mps ms meterspersecond metrespersecond meterpersecond 1|kmh kph kmph kilometersperhour kilometerperhour "
    "kilometresperhour 0.2777777777777778|mph milesperhour mileperhour 0.44704|kn kt knot 0.5144444444444445|fps "
    "feetpersecond footpersecond 0.3048|mach 343|c speedoflight 299792458",
    "data": "b byte 1|bit 0.125|kb kilobyte 1000|mb megabyte 1000000|gb gigabyte 1000000000|tb terabyte "
    "1000000000000|pb petabyte 1000000000000000|kib kibibyte 1024|mib mebibyte 1048576|gib gibibyte 1073741824|tib "
    "tebibyte 1099511627776|kbit kilobit 125|mbit megabit 125000|gbit gigabit 125000000",
    "pressure": "pa pascal 1|bar 100000|atm atmosphere 101325|psi 6894.757293168|torr mmhg 133.32236842105263",
    "energy": "j joule 1|cal calorie 4.184|kcal kilocalorie 4184|wh watthour 3600|kwh kilowatthour 3600000|ev "
    "electronvolt 1.602176634e-19|btu 1055.05585262",
    "power": "w watt 1|hp horsepower 745.6998715822702",
    "force": "n newton 1|lbf poundforce 4.4482216152605|dyn dyne 0.00001",
    "frequency": "hz hertz 1|rpm 0.016666666666666666",
    "angle": "rad radian 1|deg degree 0.017453292519943295|grad gradian 0.015707963267948967|turn revolution "
    "6.283185307179586",
    "current": "a ampere amp 1",
    "voltage": "v volt 1",
    "substance": "mol mole 1",
    "fuel": "kmperliter kml kpl 1|mpg milespergallon 0.4251437074976",
}
_PREFIXES = (
    ("yotta", "Y", 24), ("zetta", "Z", 21), ("exa", "E", 18), ("peta", "P", 15), ("tera", "T", 12), ("giga", "G", 9),
    ("mega", "M", 6), ("kilo", "k", 3), ("hecto", "h", 2), ("deca", "da", 1), ("deci", "d", -1), ("centi", "c", -2),
    ("milli", "m", -3), ("micro", "u", -6), ("micro", "µ", -6), ("micro", "μ", -6), ("nano", "n", -9),
    ("pico", "p", -12), ("femto", "f", -15), ("atto", "a", -18),
)  # fmt: skip
_METRIC = ("m", "g", "s", "l", "w", "j", "hz", "n", "pa", "a", "v", "mol", "rad")
_TEMPERATURES = {
    "c": "c", "celsius": "c", "centigrade": "c", "degreecelsius": "c", "degc": "c", "f": "f", "fahrenheit": "f",
    "degreefahrenheit": "f", "degf": "f", "k": "k", "kelvin": "k", "r": "r", "rankine": "r",
}  # fmt: skip
_SIGNS = {"°": "", "²": "2", "³": "3", "/": "per", "^": ""}
_SLASHED = {
    "mpers": "mps",
    "kmperh": "kmh",
    "kmperhr": "kmh",
    "miperh": "mph",
    "ftpers": "fps",
    "degreec": "c",
    "degreef": "f",
}


def _units() -> tuple[dict[str, tuple[str, float]], dict[str, tuple[str, float]]]:
    """Return (names in lower case, symbols as they are) → (dimension, size in the dimension's first unit)."""
    names: dict[str, tuple[str, float]] = {}
    symbols: dict[str, tuple[str, float]] = {}
    for dimension, units in _TABLE.items():
        for unit in units.split("|"):
            *spelled, size = unit.split()
            for name in spelled:
                names.setdefault(name, (dimension, float(size)))
    for dimension, units in _TABLE.items():
        *spelled, _ = units.split("|")[0].split()
        if spelled[0] not in _METRIC:
            continue
        for word, sign, exponent in _PREFIXES:
            scale = float(f"1e{exponent}")
            for name in spelled[1:]:
                names.setdefault(word + name, (dimension, scale))
            base = {"l": "L", "w": "W", "j": "J", "hz": "Hz", "n": "N", "pa": "Pa", "a": "A", "v": "V"}.get(spelled[0])
            for symbol in (spelled[0], base or spelled[0]):
                symbols.setdefault(sign + symbol, (dimension, scale))
    return names, symbols


_NAMES, _SYMBOLS = _units()


def unit(spelling: Any) -> tuple[str, str, float] | None:
    """Return (dimension, name, size) of a unit, however it is spelt; None for what is none.

    The size of a temperature is 1: its scales do not begin at the same point.
    """
    text = str(spelling).strip()[:60]
    if text in _SYMBOLS:
        return _SYMBOLS[text][0], text, _SYMBOLS[text][1]
    plain = "".join(_SIGNS.get(sign, sign) for sign in text.lower())
    plain = plain.replace("degrees", "degree")
    plain = "".join(sign for sign in plain if sign.isalnum())
    plain = _SLASHED.get(plain, plain)
    if plain in _TEMPERATURES:
        return "temperature", _TEMPERATURES[plain], 1.0
    singulars = (plain, plain.removesuffix("s"), plain.removesuffix("es"), plain.replace("metersper", "meterper"))
    for name in singulars:
        if name in _NAMES:
            return _NAMES[name][0], name, _NAMES[name][1]
    for symbol, (dimension, size) in _SYMBOLS.items():
        if symbol.lower() == plain and len(plain) > 1:
            return dimension, symbol, size
    return None


def _kelvin(value: float, scale: str) -> float:
    return {
        "c": value + 273.15,
        "f": (value + 459.67) * 5 / 9,
        "r": value * 5 / 9,
    }.get(scale, value)


def _from_kelvin(value: float, scale: str) -> float:
    return {
        "c": value - 273.15,
        "f": value * 9 / 5 - 459.67,
        "r": value * 9 / 5,
    }.get(scale, value)


def convert(value: Any, from_unit: Any, to_unit: Any) -> float:
    """Return a measure in another unit.

    Raises:
        Refusal: a unit is not known, or they measure different things.
    """
    amount = number(value, "value")
    one, two = unit(from_unit), unit(to_unit)
    for name, found in ((from_unit, one), (to_unit, two)):
        if found is None:
            raise Refusal("invalid", f"there is no unit {str(name)[:60]!r}")
    if one is None or two is None:
        return amount
    if one[0] != two[0]:
        raise Refusal("invalid", f"{one[0]} cannot be converted to {two[0]}")
    if one[0] == "temperature":
        return round(_from_kelvin(_kelvin(amount, one[1]), two[1]), 9) + 0.0
    return float(f"{amount * one[2] / two[2]:.12g}")
