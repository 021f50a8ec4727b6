"""Interest, payments and the like; a rate of 1 or less is a fraction, a larger one hundredths (rule P1)."""

from __future__ import annotations

from typing import Any

from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.functions.checking import number, positive, whole


def _rate(rate: Any, percent: Any = None) -> float:
    found = number(rate, "rate")
    if abs(found) > 1_000:
        raise Refusal("invalid", "rate: must be at most 1000")
    return found / 100 if (abs(found) > 1 if percent is None else percent) else found


def _years(time: Any) -> float:
    found = positive(time, "time")
    if found > 1_000:
        raise Refusal("invalid", "time: must be at most 1000")
    return found


def simple_interest(principal: Any, rate: Any, time: Any, percent: Any = None) -> dict[str, float]:
    """Return interest that does not itself earn any."""
    interest = positive(principal, "principal") * _rate(rate, percent) * _years(time)
    return {"interest": round(interest, 2), "total": round(number(principal) + interest, 2)}


def compound_interest(
    principal: Any, rate: Any, time: Any, frequency: Any = 1, percent: Any = None
) -> dict[str, float]:
    """Return what a sum grows to, with interest added so many times a year."""
    times = whole(frequency, "frequency", 1, 366)
    total = positive(principal, "principal") * (1 + _rate(rate, percent) / times) ** (times * _years(time))
    return {"amount": round(total, 2), "interest": round(total - number(principal), 2)}


def future_value(principal: Any, rate: Any, time: Any, percent: Any = None) -> float:
    """Return what a sum grows to in some years."""
    return compound_interest(principal, rate, time, 1, percent)["amount"]


def present_value(amount: Any, rate: Any, time: Any, percent: Any = None) -> float:
    """Return what a later sum is worth now."""
    worth: float = number(amount, "amount") / (1 + _rate(rate, percent)) ** _years(time)
    return round(worth, 2)


def loan_payment(
    principal: Any, rate: Any, years: Any = None, months: Any = None, percent: Any = None
) -> dict[str, float]:
    """Return the monthly payment of a loan with a yearly rate, and what is paid in all."""
    if years is None and months is None:
        raise Refusal("invalid", "the time of the loan was expected")
    count = whole(months, "months", 1, 1_200) if months is not None else round(_years(years) * 12)
    if count < 1:
        raise Refusal("invalid", "the time of the loan must be more than 0")
    sum_, monthly = positive(principal, "principal"), _rate(rate, percent) / 12
    payment = sum_ / count if monthly == 0 else sum_ * monthly / (1 - (1 + monthly) ** -count)
    return {
        "monthly_payment": round(payment, 2),
        "total_payment": round(payment * count, 2),
        "total_interest": round(payment * count - sum_, 2),
    }


def return_on_investment(gain: Any, cost: Any) -> float:
    """Return what an investment brought, in hundredths of its cost."""
    return (number(gain, "gain") - number(cost, "cost")) / positive(cost, "cost", zero=False) * 100


def tip(amount: Any, percent: Any = 15, people: Any = 1) -> dict[str, float]:
    """Return the tip on a bill, the total, and each one's share."""
    bill = positive(amount, "amount")
    extra = bill * positive(percent, "percent") / 100
    share = (bill + extra) / whole(people, "people", 1, 10_000)
    return {"tip": round(extra, 2), "total": round(bill + extra, 2), "per_person": round(share, 2)}


def discount(price: Any, percent: Any) -> dict[str, float]:
    """Return a price with so many hundredths off."""
    full, share = positive(price, "price"), number(percent, "percent")
    if not 0 <= share <= 100:
        raise Refusal("invalid", "percent: must be from 0 to 100")
    off = full * share / 100
    return {"final_price": round(full - off, 2), "discount": round(off, 2)}


def tax(amount: Any, rate: Any, percent: Any = None) -> dict[str, float]:
    """Return the tax on an amount, and both together."""
    base = positive(amount, "amount")
    due = base * _rate(rate, percent)
    return {"tax": round(due, 2), "total": round(base + due, 2)}


def body_mass_index(weight: Any, height: Any, unit: Any = "metric") -> dict[str, Any]:
    """Return the body mass index: kilograms with metres (or centimetres, from 3 up), or pounds with inches."""
    mass, size = positive(weight, "weight", zero=False), positive(height, "height", zero=False)
    if str(unit).lower().startswith(("imp", "us", "lb", "pound")):
        index = 703 * mass / size**2
    else:
        index = mass / (size / 100 if size >= 3 else size) ** 2
    kinds = ((18.5, "Underweight"), (25, "Normal weight"), (30, "Overweight"))
    return {"bmi": round(index, 2), "category": next((name for most, name in kinds if index < most), "Obese")}
