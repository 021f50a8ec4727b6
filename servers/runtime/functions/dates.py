"""Dates and times; "now" is the logical clock of the session, never the machine's (rules P1, P4)."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.functions.checking import number, text, whole
from inftool.servers.runtime.lexicon import PLACES

_FORMS = (
    "%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y",
    "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y %H:%M", "%Y%m%d",
)  # fmt: skip
_TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I %p", "%I:%M%p", "%I%p")
_DAYS = {"day": 1, "week": 7, "weekday": 1}
_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
_ZONE = re.compile(r"(?:utc|gmt)?([+-])(\d{1,2}):?(\d{2})?")
_SHORT_ZONES = {
    "utc": "UTC", "gmt": "UTC", "z": "UTC", "est": "America/New_York", "edt": "America/New_York",
    "cst": "America/Chicago", "cdt": "America/Chicago", "mst": "America/Denver", "mdt": "America/Denver",
    "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles", "cet": "Europe/Paris", "cest": "Europe/Paris",
    "bst": "Europe/London", "ist": "Asia/Kolkata", "jst": "Asia/Tokyo", "aest": "Australia/Sydney",
    "eet": "Europe/Athens",
}  # fmt: skip
_CODES = (
    ("YYYY", "%Y"), ("yyyy", "%Y"), ("MMMM", "%B"), ("MMM", "%b"), ("MM", "%m"), ("DD", "%d"), ("dd", "%d"),
    ("YY", "%y"), ("HH", "%H"), ("hh", "%I"), ("mm", "%M"), ("ss", "%S"), ("A", "%p"),
)  # fmt: skip


def _moment(value: Any, name: str = "date") -> datetime:
    """Return the time that a text or a number of seconds stands for; a text without a time is midnight.

    Raises:
        Refusal: it stands for none.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, UTC).replace(tzinfo=None)
        except (OverflowError, OSError, ValueError):
            raise Refusal("invalid", f"{name}: is no time") from None
    written = " ".join(text(value, name).split())[:60]
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        pass
    for form in _FORMS:
        try:
            return datetime.strptime(written, form)
        except ValueError:
            continue
    raise Refusal("invalid", f"{name}: {written!r} is no date; write it as 2026-01-31")


def _naive(value: datetime) -> datetime:
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value


def _written(value: datetime, like: Any) -> str:
    """Write a time as precisely as the one it was made from."""
    plain = isinstance(like, str) and ":" not in like
    return (
        value.date().isoformat()
        if plain and (value.hour, value.minute, value.second) == (0, 0, 0)
        else value.isoformat()
    )


def _shifted(value: datetime, by: timedelta) -> datetime:
    try:
        return value + by
    except OverflowError:
        raise Refusal("invalid", "the date is outside the years 1 to 9999") from None


def _span(one: Any, two: Any) -> timedelta:
    return _naive(_moment(two, "end")) - _naive(_moment(one, "start"))


def days_between(start: Any, end: Any) -> int:
    """Return how many days lie between two dates; negative where the second is the earlier."""
    return _span(start, end).days


def difference(start: Any, end: Any, unit: Any = "days") -> float | int:
    """Return the time between two dates in some unit."""
    seconds = _span(start, end).total_seconds()
    name = _unit(unit)
    if name in ("month", "year"):
        one, two = _naive(_moment(start)), _naive(_moment(end))
        months = (two.year - one.year) * 12 + two.month - one.month - (two.day < one.day)
        return months if name == "month" else months // 12
    found = seconds / (_SECONDS[name] if name in _SECONDS else _DAYS[name] * 86_400)
    return int(found) if found == int(found) else round(found, 6)


def _unit(unit: Any) -> str:
    name = str(unit).strip().lower().removesuffix("s")
    name = {
        "d": "day",
        "w": "week",
        "h": "hour",
        "m": "minute",
        "min": "minute",
        "sec": "second",
        "hr": "hour",
        "y": "year",
    }.get(name, name)
    if name not in (*_DAYS, *_SECONDS, "month", "year"):
        raise Refusal("invalid", f"unit: {str(unit)[:40]!r} is no unit of time")
    return name


def add_time(date_: Any, amount: Any, unit: Any = "days") -> str:
    """Return a date so much later; earlier for a negative amount. A month's last day is kept in shorter months."""
    start, name = _moment(date_), _unit(unit)
    by = number(amount, "amount")
    if abs(by) > 10**9:
        raise Refusal("invalid", "amount: is too large")
    if name in ("month", "year"):
        months = start.year * 12 + start.month - 1 + int(by) * (12 if name == "year" else 1)
        year, month = divmod(months, 12)
        if not 1 <= year <= 9999:
            raise Refusal("invalid", "the date is outside the years 1 to 9999")
        last = calendar.monthrange(year, month + 1)[1]
        return _written(start.replace(year=year, month=month + 1, day=min(start.day, last)), date_)
    by = by * (_SECONDS[name] if name in _SECONDS else _DAYS[name] * 86_400)
    return _written(_shifted(start, timedelta(seconds=by)), date_)


def subtract_time(date_: Any, amount: Any, unit: Any = "days") -> str:
    """Return a date so much earlier."""
    return add_time(date_, -number(amount, "amount"), unit)


def weekday(date_: Any) -> str:
    """Return the name of the day of the week."""
    return _moment(date_).strftime("%A")


def is_weekend(date_: Any) -> bool:
    """Tell whether a date is a Saturday or Sunday."""
    return _moment(date_).weekday() >= 5


def day_of_year(date_: Any) -> int:
    """Return the number of the day in its year."""
    return _moment(date_).timetuple().tm_yday


def week_number(date_: Any) -> int:
    """Return the number of the week in its year (ISO 8601)."""
    return _moment(date_).isocalendar().week


def is_leap_year(year: Any) -> bool:
    """Tell whether a year has 366 days."""
    return calendar.isleap(whole(year, "year", 1, 9_999))


def days_in_month(year: Any, month: Any) -> int:
    """Return how many days a month has."""
    return calendar.monthrange(whole(year, "year", 1, 9_999), whole(month, "month", 1, 12))[1]


def format_date(date_: Any, form: Any = "%Y-%m-%d") -> str:
    """Return a date in another form, written with ``%Y`` or ``YYYY`` codes."""
    pattern = text(form, "format")[:200]
    if "%" not in pattern:
        marked, rest = "", pattern
        while rest:
            code = next(((old, new) for old, new in _CODES if rest.startswith(old)), (rest[0], rest[0]))
            marked, rest = marked + code[1], rest[len(code[0]) :]
        pattern = marked
    if re.search(r"%[^aAbBcdHIjmMpSUwWxXyYZzfGuV%-]", pattern):
        raise Refusal("invalid", f"format: {pattern[:60]!r} has an unknown code")
    return _moment(date_).strftime(pattern)


def age(date_: Any, now: str, today: Any = None) -> int:
    """Return the age in years of someone born on a date."""
    born, then = _moment(date_).date(), _moment(today if today is not None else now).date()
    if born > then:
        raise Refusal("invalid", "birth date: lies in the future")
    return then.year - born.year - ((then.month, then.day) < (born.month, born.day))


def _zone(name: Any) -> ZoneInfo | timezone:
    """Return a time zone by its name (``Europe/Paris``, ``EST``, ``UTC+2``).

    Raises:
        Refusal: there is none of that name.
    """
    written = text(name, "timezone").strip()[:64]
    offset = _ZONE.fullmatch(written.lower().replace(" ", ""))
    if offset is not None and int(offset[2]) < 24:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    city = next((place.timezone for place in PLACES if place.city.lower() == written.lower()), written)
    key = _SHORT_ZONES.get(written.lower(), city)
    try:
        if not key or key.startswith((".", "/")) or ".." in key:
            raise ValueError
        return ZoneInfo(key)
    except (KeyError, ValueError, OSError):
        raise Refusal("invalid", f"timezone: there is no time zone {written!r}") from None


def now(now: str, timezone_: Any = None, form: Any = None) -> str:
    """Return the time of the session's clock, in a time zone and form where these are given."""
    found = datetime.fromisoformat(now)
    if timezone_ is not None:
        found = found.astimezone(_zone(timezone_))
    if isinstance(form, str) and ("%" in form or "YY" in form.upper()):
        return format_date(found.isoformat(), form)
    return found.isoformat() if timezone_ is not None else now


def today(now: str, timezone_: Any = None) -> str:
    """Return the date of the session's clock."""
    found = datetime.fromisoformat(now)
    return (found.astimezone(_zone(timezone_)) if timezone_ is not None else found).date().isoformat()


def timestamp(now: str) -> int:
    """Return the time of the session's clock in seconds since 1970."""
    return int(datetime.fromisoformat(now).timestamp())


def convert_zone(time: Any, from_zone: Any, to_zone: Any, now: str) -> str:
    """Return a time as it is in another time zone; one without a date is of the session's day."""
    source, target = _zone(from_zone), _zone(to_zone)
    clock = _clock(time)
    if clock is not None:
        day = date.fromisoformat(now[:10])
        found = datetime(day.year, day.month, day.day, clock.hour, clock.minute, clock.second, tzinfo=source)
        return found.astimezone(target).strftime("%H:%M")
    found = _moment(time, "time")
    found = found if found.tzinfo else found.replace(tzinfo=source)
    try:
        return found.astimezone(target).isoformat()
    except OverflowError:
        raise Refusal("invalid", "the date is outside the years 1 to 9999") from None


def _clock(time: Any) -> datetime | None:
    for form in _TIMES:
        try:
            return datetime.strptime(str(time).strip()[:20].upper(), form)
        except ValueError:
            continue
    return None


def to_timestamp(date_: Any) -> int:
    """Return a date in seconds since 1970 (UTC)."""
    found = _moment(date_)
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())


def from_timestamp(timestamp_: Any) -> str:
    """Return the time that a number of seconds since 1970 stands for."""
    found = _moment(number(timestamp_, "timestamp")).replace(tzinfo=UTC)
    return found.isoformat().replace("+00:00", "Z")
