"""Encodings, digests, numerals, and documents as texts (rule P1)."""

from __future__ import annotations

import base64
import binascii
import csv
import hashlib
import html
import io
import json
import urllib.parse
import zlib
from typing import Any

from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.functions.checking import MAX_TEXT, text, whole

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_DIGESTS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s")
_MORSE_SIGNS = (
    ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.. "
    "----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----."
)
_MORSE = dict(zip("abcdefghijklmnopqrstuvwxyz0123456789", _MORSE_SIGNS.split(" "), strict=True))


def base64_encode(text_: Any) -> str:
    """Return the text in base64."""
    return base64.b64encode(text(text_).encode()).decode()


def base64_decode(text_: Any) -> str:
    """Return the text that is written in base64."""
    try:
        return base64.b64decode(text(text_).strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        raise Refusal("invalid", "text: is no text in base64") from None


def hex_encode(text_: Any) -> str:
    """Return the text as hexadecimal bytes."""
    return text(text_).encode().hex()


def hex_decode(text_: Any) -> str:
    """Return the text that is written as hexadecimal bytes."""
    try:
        return bytes.fromhex(text(text_).strip().removeprefix("0x")).decode()
    except ValueError:
        raise Refusal("invalid", "text: is no text in hexadecimal") from None


def url_encode(text_: Any) -> str:
    """Return the text as it is written in an address."""
    return urllib.parse.quote(text(text_), safe="")


def url_decode(text_: Any) -> str:
    """Return the text of a part of an address."""
    return urllib.parse.unquote(text(text_))


def html_encode(text_: Any) -> str:
    """Return the text as it is written in a page."""
    return html.escape(text(text_))


def html_decode(text_: Any) -> str:
    """Return the text of a part of a page."""
    return html.unescape(text(text_))


def encode(text_: Any, encoding: Any = "base64") -> str:
    """Return the text in one of the encodings base64, hex, url and html."""
    return str(
        _by_name(encoding, {"base64": base64_encode, "hex": hex_encode, "url": url_encode, "html": html_encode})(text_)
    )


def decode(text_: Any, encoding: Any = "base64") -> str:
    """Return the text that is written in base64, hex, url or html."""
    return str(
        _by_name(encoding, {"base64": base64_decode, "hex": hex_decode, "url": url_decode, "html": html_decode})(text_)
    )


def _by_name(name: Any, known: dict[str, Any]) -> Any:
    plain = "".join(sign for sign in str(name).lower() if sign.isalnum())
    found = next((known[key] for key in known if plain.startswith(key)), None)
    if found is None:
        raise Refusal("invalid", f"encoding: {str(name)[:40]!r} is none of {', '.join(known)}")
    return found


def caesar(text_: Any, shift: Any) -> str:
    """Return the text with every letter moved so many places on in the alphabet."""
    by = whole(shift, "shift", -1_000_000, 1_000_000)
    out = []
    for sign in text(text_):
        start = 97 if "a" <= sign <= "z" else 65 if "A" <= sign <= "Z" else None
        out.append(sign if start is None else chr((ord(sign) - start + by) % 26 + start))
    return "".join(out)


def rot13(text_: Any) -> str:
    """Return the text with every letter moved 13 places on."""
    return caesar(text_, 13)


def morse(text_: Any) -> str:
    """Return the text in Morse code, words with a slash between."""
    words = text(text_).lower().split()
    return " / ".join(" ".join(_MORSE[sign] for sign in word if sign in _MORSE) for word in words)


def digest(text_: Any, algorithm: Any = "sha256") -> str:
    """Return the digest of a text as hexadecimal."""
    name = "".join(sign for sign in str(algorithm).lower() if sign.isalnum())
    if name == "crc32":
        return f"{zlib.crc32(text(text_).encode()):08x}"
    if name not in _DIGESTS:
        raise Refusal("invalid", f"algorithm: {str(algorithm)[:40]!r} is none of {', '.join(_DIGESTS)}, crc32")
    return hashlib.new(name, text(text_).encode(), usedforsecurity=False).hexdigest()


def to_base(number: Any, base: Any) -> str:
    """Return a whole number in a base from 2 to 36."""
    value, radix = whole(number), whole(base, "base", 2, 36)
    digits = ""
    rest = abs(value)
    while rest:
        rest, digit = divmod(rest, radix)
        digits = _DIGITS[digit] + digits
    return ("-" if value < 0 else "") + (digits or "0")


def from_base(digits: Any, base: Any) -> int:
    """Return the number that is written in a base from 2 to 36."""
    written = str(digits).strip().lower()
    if len(written) > 1_000:
        raise Refusal("invalid", "number: is too long")
    try:
        return int(written, whole(base, "base", 2, 36))
    except ValueError:
        raise Refusal("invalid", f"number: {written[:60]!r} is no number in base {base}") from None


def change_base(digits: Any, from_base_: Any, to_base_: Any) -> str:
    """Return a number in another base."""
    return to_base(from_base(digits, from_base_), to_base_)


def to_roman(number: Any) -> str:
    """Return a number from 1 to 3999 in Roman numerals."""
    rest = whole(number, "number", 1, 3_999)
    out = ""
    for value, sign in _ROMAN:
        count, rest = divmod(rest, value)
        out += sign * count
    return out


def from_roman(text_: Any) -> int:
    """Return the number that is written in Roman numerals."""
    written = text(text_).strip().upper()
    rest, total = written, 0
    for value, sign in _ROMAN:
        while rest.startswith(sign) and total < 4_000:
            rest, total = rest[len(sign) :], total + value
    if rest or not total or to_roman(min(total, 3_999)) != written:
        raise Refusal("invalid", f"{written[:40]!r} is no Roman numeral")
    return total


# --- documents


def parse_json(text_: Any) -> Any:
    """Return the value that a JSON text stands for."""
    try:
        return json.loads(text(text_), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refusal("invalid", f"text: is no JSON: {str(error)[:120]}") from None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def is_json(text_: Any) -> bool:
    """Tell whether a text is JSON."""
    try:
        parse_json(text_)
    except Refusal:
        return False
    return True


def format_json(text_: Any, indent: Any = 2) -> str:
    """Return JSON laid out in lines."""
    value = parse_json(text_) if isinstance(text_, str) else text_
    laid = json.dumps(value, indent=whole(indent, "indent", 0, 16), ensure_ascii=False)
    if len(laid) > MAX_TEXT:
        raise Refusal("invalid", "the result is too long")
    return laid


def minify_json(text_: Any) -> str:
    """Return JSON without spaces."""
    value = parse_json(text_) if isinstance(text_, str) else text_
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def csv_to_rows(text_: Any, separator: Any = ",") -> list[dict[str, str]]:
    """Return the rows of a table in CSV, named by its first line."""
    mark = text(separator, "separator")
    if len(mark) != 1 or mark in '"\r\n':
        raise Refusal("invalid", "separator: one character was expected")
    try:
        rows = list(csv.reader(io.StringIO(text(text_)), delimiter=mark))
    except csv.Error as error:
        raise Refusal("invalid", f"text: is no CSV: {error}") from None
    if not rows:
        return []
    return [dict(zip(rows[0], row, strict=False)) for row in rows[1:] if row]


def rows_to_csv(rows: Any) -> str:
    """Return a list of objects as CSV; their names are the first line."""
    found = parse_json(rows) if isinstance(rows, str) else rows
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise Refusal("invalid", "a list of objects was expected")
    names = list(dict.fromkeys(name for row in found for name in row))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in found:
        writer.writerow([row.get(name, "") for name in names])
    return out.getvalue()
