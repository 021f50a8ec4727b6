"""Exchange of currencies at rates that are fixed by the seed: there and back gives the same (rules P2, P3)."""

from __future__ import annotations

from typing import Any

from inftool.servers.runtime.draw import Draw
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.functions.checking import number, text

_WORTH = {
    "USD": 1, "EUR": 1.08, "GBP": 1.27, "JPY": 0.0067, "CNY": 0.14, "CHF": 1.13, "CAD": 0.74, "AUD": 0.66, "NZD": 0.61,
    "INR": 0.012, "RMB": 0.14, "KRW": 0.00075, "BRL": 0.2, "MXN": 0.055, "ZAR": 0.054, "SEK": 0.095, "NOK": 0.094,
    "DKK": 0.145, "PLN": 0.25, "CZK": 0.043, "HUF": 0.0028, "RUB": 0.011, "TRY": 0.031, "SGD": 0.74, "HKD": 0.128,
    "THB": 0.028, "IDR": 0.000063, "MYR": 0.21, "PHP": 0.0175, "VND": 0.00004, "AED": 0.272, "SAR": 0.267, "ILS": 0.27,
    "EGP": 0.021, "NGN": 0.00067, "KES": 0.0076, "ARS": 0.0011, "CLP": 0.0011, "COP": 0.00025, "PEN": 0.27,
    "UAH": 0.025, "RON": 0.22, "BGN": 0.55, "ISK": 0.0072, "TWD": 0.031, "PKR": 0.0036, "BDT": 0.0091, "BTC": 62000,
    "ETH": 3100,
}  # fmt: skip
"""What one unit is worth in US dollars, roughly; the seed moves it a little."""
_NAMES = {
    "dollar": "USD", "us dollar": "USD", "euro": "EUR", "pound": "GBP", "british pound": "GBP", "yen": "JPY",
    "yuan": "CNY", "rupee": "INR", "franc": "CHF", "swiss franc": "CHF", "won": "KRW", "peso": "MXN", "real": "BRL",
    "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY",
}  # fmt: skip


def _worth(currency: Any, name: str, seed: int) -> float:
    written = text(currency, name).strip()[:40]
    code = _NAMES.get(written.lower().removesuffix("s"), written.upper())
    if code not in _WORTH:
        raise Refusal("invalid", f"{name}: there is no currency {written!r}")
    return _WORTH[code] * (0.97 + 0.06 * Draw(seed, "currency", code).unit()) if code != "USD" else 1.0


def exchange_rate(from_currency: Any, to_currency: Any, seed: int) -> float:
    """Return what one unit of a currency is in another."""
    return float(f"{_worth(from_currency, 'from', seed) / _worth(to_currency, 'to', seed):.8g}")


def exchange(amount: Any, from_currency: Any, to_currency: Any, seed: int) -> dict[str, float]:
    """Return an amount in another currency, and the rate."""
    value = number(amount, "amount")
    if value < 0:
        raise Refusal("invalid", "amount: must be 0 or more")
    worth = _worth(from_currency, "from", seed) / _worth(to_currency, "to", seed)
    return {"converted_amount": round(value * worth, 2), "exchange_rate": float(f"{worth:.8g}")}


def currencies(seed: int) -> list[str]:
    """Return the codes of all currencies."""
    return list(_WORTH)
