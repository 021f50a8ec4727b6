"""Work on texts (rule P1)."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.functions.checking import MAX_TEXT, text, whole

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_LINK = re.compile(r"https?://[^\s<>\"']{1,2000}")


def upper(text_: Any) -> str:
    """Return the text in capitals."""
    return text(text_).upper()


def lower(text_: Any) -> str:
    """Return the text in small letters."""
    return text(text_).lower()


def title(text_: Any) -> str:
    """Return the text with a capital at each word."""
    return text(text_).title()


def capitalize(text_: Any) -> str:
    """Return the text with a capital at its beginning."""
    return text(text_).capitalize()


def swap_case(text_: Any) -> str:
    """Return the text with capitals and small letters exchanged."""
    return text(text_).swapcase()


def snake(text_: Any) -> str:
    """Return the words of a text with underscores between."""
    return "_".join(word.lower() for word in _words(text_))


def kebab(text_: Any) -> str:
    """Return the words of a text with hyphens between."""
    return "-".join(word.lower() for word in _words(text_))


def camel(text_: Any) -> str:
    """Return the words of a text joined, with a capital at each but the first."""
    words = [word.lower() for word in _words(text_)]
    return "".join(word if not place else word.capitalize() for place, word in enumerate(words))


def _words(text_: Any) -> list[str]:
    return re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+", text(text_))


def backwards(text_: Any) -> str:
    """Return the text from its end."""
    return text(text_)[::-1]


def length(text_: Any) -> int:
    """Return the number of characters."""
    return len(text(text_))


def count_words(text_: Any) -> int:
    """Return the number of words."""
    return len(text(text_).split())


def count_lines(text_: Any) -> int:
    """Return the number of lines."""
    return len(text(text_).splitlines())


def count_vowels(text_: Any) -> int:
    """Return the number of vowels."""
    return sum(letter in "aeiou" for letter in text(text_).lower())


def count_of(text_: Any, part: Any) -> int:
    """Return how often a part is in the text."""
    if not text(part, "part"):
        raise Refusal("invalid", "part: must not be empty")
    return text(text_).count(part)


def frequencies(text_: Any) -> dict[str, int]:
    """Return how often each word is there, in small letters, the most frequent first."""
    return dict(Counter(word.lower() for word in _WORD.findall(text(text_))).most_common(1_000))


def letter_frequencies(text_: Any) -> dict[str, int]:
    """Return how often each character is there."""
    return dict(Counter(text(text_)))


def statistics(text_: Any) -> dict[str, int]:
    """Return the number of characters, words, lines and sentences."""
    found = text(text_)
    sentences = len([part for part in re.split(r"[.!?]+(?:\s|$)", found) if part.strip()])
    return {
        "characters": len(found),
        "words": len(found.split()),
        "lines": len(found.splitlines()),
        "sentences": sentences,
    }


def replace(text_: Any, old: Any, new: Any) -> str:
    """Return the text with every ``old`` as ``new``."""
    if not text(old, "old"):
        raise Refusal("invalid", "old: must not be empty")
    found = text(text_)
    if len(found) + found.count(old) * (len(text(new, "new")) - len(old)) > MAX_TEXT:
        raise Refusal("invalid", "the result is too long")
    return found.replace(old, new)


def split(text_: Any, separator: Any = None) -> list[str]:
    """Return the parts between separators, or the words."""
    return text(text_).split(text(separator, "separator") or None if separator is not None else None)


def lines(text_: Any) -> list[str]:
    """Return the lines."""
    return text(text_).splitlines()


def join(items: Any, separator: Any = "") -> str:
    """Return the items with separators between."""
    if not isinstance(items, list):
        raise Refusal("invalid", "items: a list was expected")
    return text(separator, "separator").join(item if isinstance(item, str) else str(item) for item in items)


def concatenate(a: Any, b: Any, separator: Any = "") -> str:
    """Return two texts as one."""
    return f"{text(a)}{text(separator)}{text(b)}"


def trim(text_: Any) -> str:
    """Return the text without spaces around it."""
    return text(text_).strip()


def without_spaces(text_: Any) -> str:
    """Return the text without spaces."""
    return "".join(text(text_).split())


def without_punctuation(text_: Any) -> str:
    """Return the letters, digits and spaces alone."""
    return "".join(sign for sign in text(text_) if sign.isalnum() or sign.isspace())


def repeat(text_: Any, count: Any) -> str:
    """Return the text so many times."""
    times = whole(count, "count", 0, MAX_TEXT)
    if len(text(text_)) * times > MAX_TEXT:
        raise Refusal("invalid", "the result is too long")
    return str(text_) * times


def part(text_: Any, start: Any, end: Any = None) -> str:
    """Return the characters from one place, counted from 0, to before another."""
    last = None if end is None else whole(end, "end")
    return text(text_)[whole(start, "start") : last]


def truncate(text_: Any, length_: Any, ending: Any = "...") -> str:
    """Return the beginning of the text, with an ending where something was cut off."""
    most = whole(length_, "length", 0)
    found = text(text_)
    return found if len(found) <= most else found[: max(most - len(text(ending)), 0)] + ending


def _letters(text_: Any) -> str:
    return "".join(sign for sign in text(text_).lower() if sign.isalnum())


def is_palindrome(text_: Any) -> bool:
    """Tell whether the letters are the same from both ends."""
    return _letters(text_) == _letters(text_)[::-1]


def is_anagram(a: Any, b: Any) -> bool:
    """Tell whether two texts have the same letters."""
    return sorted(_letters(a)) == sorted(_letters(b))


def contains(text_: Any, part_: Any) -> bool:
    """Tell whether a part is in the text."""
    return text(part_, "part") in text(text_)


def starts_with(text_: Any, part_: Any) -> bool:
    """Tell whether the text begins so."""
    return text(text_).startswith(text(part_, "part"))


def ends_with(text_: Any, part_: Any) -> bool:
    """Tell whether the text ends so."""
    return text(text_).endswith(text(part_, "part"))


def edit_distance(a: Any, b: Any) -> int:
    """Return how many characters must change to make one text of the other."""
    one, two = text(a), text(b)
    if len(one) > 1_000 or len(two) > 1_000:
        raise Refusal("invalid", "texts of at most 1000 characters can be compared")
    row = list(range(len(two) + 1))
    for place, sign in enumerate(one, 1):
        above, row[0] = row[0], place
        for column, other in enumerate(two, 1):
            above, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, above + (sign != other))
    return row[-1]


def numbers_in(text_: Any) -> list[float | int]:
    """Return the numbers that are in the text."""
    return [float(found) if "." in found else int(found) for found in _NUMBER.findall(text(text_)) if len(found) < 30]


def emails_in(text_: Any) -> list[str]:
    """Return the e-mail addresses that are in the text."""
    return _EMAIL.findall(text(text_)[:50_000])


def links_in(text_: Any) -> list[str]:
    """Return the links that are in the text."""
    return _LINK.findall(text(text_)[:50_000])


def is_email(text_: Any) -> bool:
    """Tell whether the text is an e-mail address."""
    return len(text(text_)) <= 254 and _EMAIL.fullmatch(text_) is not None


def is_link(text_: Any) -> bool:
    """Tell whether the text is a web address."""
    return _LINK.fullmatch(text(text_)) is not None


def sorted_lines(text_: Any) -> str:
    """Return the lines in order."""
    return "\n".join(sorted(text(text_).splitlines()))
