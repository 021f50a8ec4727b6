"""Texts that look like what a field of some name and format would hold: people, places, moments, titles, codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from inftool.servers.runtime import lexicon
from inftool.servers.runtime.draw import Draw, SeedKey, token_text, uuid_text
from inftool.servers.runtime.fitting import accepts
from inftool.servers.runtime.lexicon import label_kind, string_kind, tokens, words
from inftool.servers.runtime.media import file_for
from inftool.servers.runtime.patterns import text_for_pattern
from inftool.specs.spec import JsonSchema

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""Invented dates lie in the half year after this moment; the logical clock of a session starts at its end."""
SPAN_DAYS = 181
_PATTERN_TRIES = 4
"""Texts made for one pattern, of which one may have the length that is asked for."""
MAX_TEXT = 4096
"""The longest text that is invented, in characters, whatever ``minLength`` asks for."""


def place_of(key: SeedKey) -> lexicon.Place:
    """Return the place that all fields of one row share."""
    place: lexicon.Place = Draw(key, "\0place").pick(lexicon.PLACES)
    return place


def _person(key: SeedKey) -> tuple[str, str]:
    draw = Draw(key, "\0person")
    return draw.pick(words("given_names")), draw.pick(words("surnames"))


def moment_of(key: SeedKey, name: str, draw: Draw) -> datetime:
    """Return a moment of the seeded half year; fields called start, end, due, ... of one row follow each other."""
    parts = tokens(name)
    base = Draw(key, "\0moment")
    day, minute = base.below(SPAN_DAYS - 45), base.below(96) * 15
    if any(word in parts for word in ("start", "starts", "from", "begin", "open", "opens", "checkin", "departure")):
        return EPOCH + timedelta(days=day, minutes=minute)
    if any(
        word in parts
        for word in ("end", "ends", "to", "until", "due", "close", "closes", "checkout", "arrival", "expires")
    ):
        return EPOCH + timedelta(days=day + 1 + draw.below(21), minutes=minute)
    if any(word in parts for word in ("birth", "birthday", "birthdate", "dob", "born")):
        return datetime(1950 + draw.below(55), 1 + draw.below(12), 1 + draw.below(28), tzinfo=UTC)
    return EPOCH + timedelta(days=draw.below(SPAN_DAYS), minutes=draw.below(96) * 15)


def iso(moment: datetime) -> str:
    """Write a moment as RFC 3339 in UTC, to the second: ``2026-03-05T14:30:00Z``."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def slugify(text: str) -> str:
    """Turn a text into lower-case ASCII words joined by hyphens; ``""`` where it has none."""
    kept = "".join(c.lower() if c.isascii() and c.isalnum() else "-" for c in text[:200])
    return "-".join(part for part in kept.split("-") if part)[:64].strip("-")


def _host(draw: Draw) -> str:
    return f"{draw.pick(lexicon.ADJECTIVES)}{draw.pick(lexicon.NOUNS)}.example.com".lower()


def _email(key: SeedKey, draw: Draw) -> str:
    first, last = _person(key)
    return f"{slugify(first)}.{slugify(last)}@example.{draw.pick(('com', 'org', 'net'))}"


FORMATS: dict[str, Callable[[SeedKey, str, Draw], str]] = {
    "date": lambda key, name, draw: moment_of(key, name, draw).date().isoformat(),
    "date-time": lambda key, name, draw: iso(moment_of(key, name, draw)),
    "time": lambda key, name, draw: f"{8 + draw.below(12):02}:{draw.pick((0, 15, 30, 45)):02}:00Z",
    "duration": lambda key, name, draw: f"PT{5 * (1 + draw.below(24))}M",
    "email": lambda key, name, draw: _email(key, draw),
    "idn-email": lambda key, name, draw: _email(key, draw),
    "uuid": lambda key, name, draw: uuid_text(draw),
    "uri": lambda key, name, draw: _url(name, draw),
    "url": lambda key, name, draw: _url(name, draw),
    "iri": lambda key, name, draw: _url(name, draw),
    "uri-reference": lambda key, name, draw: "/" + slugify(draw.pick(lexicon.TOPICS)),
    "hostname": lambda key, name, draw: _host(draw),
    "ipv4": lambda key, name, draw: f"192.0.2.{1 + draw.below(250)}",
    "ipv6": lambda key, name, draw: f"2001:db8::{1 + draw.below(65000):x}",
    "byte": lambda key, name, draw: draw.pick(("aGVsbG8=", "d29ybGQ=", "Z2FyZGVu", "bGFudGVybg==", "aGFyYm9y")),
    "binary": lambda key, name, draw: draw.pick(("aGVsbG8=", "d29ybGQ=", "Z2FyZGVu")),
    "password": lambda key, name, draw: _password(draw),
    "phone": lambda key, name, draw: _phone(draw),
    "json-pointer": lambda key, name, draw: "/" + draw.pick(lexicon.TOPIC_WORDS),
    "regex": lambda key, name, draw: "^[a-z]+$",
}


def _url(name: str, draw: Draw) -> str:
    stem = slugify(draw.pick(lexicon.TOPICS))
    if string_kind(name) == "image":
        return f"https://{_host(draw)}/images/{stem}.jpg"
    return f"https://{_host(draw)}/{stem}"


def _password(draw: Draw) -> str:
    return f"{draw.pick(lexicon.ADJECTIVES)}-{draw.pick(lexicon.NOUNS)}-{10 + draw.below(89)}!"


def _phone(draw: Draw) -> str:
    return f"+1-{201 + draw.below(780)}-555-{draw.below(10000):04}"


def _sentence(label: str, draw: Draw) -> str:
    label = label or "item"
    template: str = draw.pick(lexicon.SENTENCES)
    return template.format(
        adjective=draw.pick(lexicon.PLAIN_ADJECTIVES),
        label=label,
        Label=label[:1].upper() + label[1:],
        audience=draw.pick(lexicon.AUDIENCES),
        occasion=draw.pick(lexicon.OCCASIONS),
        topic=draw.pick(lexicon.TOPICS),
    )


def title_for(label: str, key: SeedKey, draw: Draw) -> str:
    """Return a name for a thing: a person's for a customer, a product's for a product, two plain words otherwise."""
    match label_kind(label):
        case "person":
            return " ".join(_person(key))
        case "animal":
            return str(draw.pick(lexicon.PET_NAMES))
        case "company":
            return f"{draw.pick(words('surnames'))} {draw.pick(lexicon.SECTORS)}"
        case "product":
            return f"{draw.pick(lexicon.PRODUCT_ADJECTIVES)} {draw.pick(lexicon.PRODUCTS)}"
        case "text" | "comment":
            return str(draw.pick(lexicon.TEXT_TITLES)).format(draw.pick(lexicon.TOPICS))
        case "task":
            return f"{draw.pick(lexicon.TASK_VERBS)} the {draw.pick(lexicon.TASK_OBJECTS)}"
        case "event":
            adjective, noun = draw.pick(lexicon.ADJECTIVES), draw.pick(lexicon.NOUNS)
            return f"{adjective} {noun} {draw.pick(lexicon.EVENT_TITLES)}"
        case "place":
            return f"{draw.pick(lexicon.ADJECTIVES)} {draw.pick(lexicon.NOUNS)} {draw.pick(lexicon.PLACE_TITLES)}"
        case "topic":
            return str(draw.pick(lexicon.TOPIC_WORDS))
        case "dish":
            return str(draw.pick(words("dishes")))
        case "drink":
            return str(draw.pick(words("drinks")))
        case "file":
            return f"{draw.pick(lexicon.FILE_STEMS)}-{1 + draw.below(99)}.{draw.pick(lexicon.FILE_ENDINGS)}"
    return f"{draw.pick(lexicon.ADJECTIVES)} {draw.pick(lexicon.NOUNS)}"


def _named_text(kind: str, name: str, key: SeedKey, label: str, draw: Draw) -> str:
    """Return what a field of a known kind would hold."""
    if kind == "state":
        addressed = label_kind(label) in ("person", "company", "place") or "address" in label
        kind = "region" if addressed else "status"
    place_field = {
        "city": "city", "region": "region", "country": "country", "country_code": "country_code",
        "postcode": "postcode", "currency": "currency", "timezone": "timezone", "locale": "locale",
    }.get(kind)  # fmt: skip
    if place_field:
        return str(getattr(place_of(key), place_field))
    if kind in _WORD_LISTS:
        return str(draw.pick(words(_WORD_LISTS[kind])))
    if kind in _WORD_CHOICES:
        return str(draw.pick(_WORD_CHOICES[kind]))
    match kind:
        case "title":
            return title_for(label if label_kind(label) != "person" else "article", key, draw)
        case "thing":
            qualifier = " ".join(tokens(name)[:-1])
            return title_for(qualifier if label_kind(qualifier) else label, key, draw)
        case "object":
            return "_".join(tokens(label)) or "object"
        case "first_name":
            return _person(key)[0]
        case "last_name":
            return _person(key)[1]
        case "full_name":
            return " ".join(_person(key if label_kind(label) == "person" else (key, name)))
        case "email":
            return _email(key, draw)
        case "username":
            first, last = _person(key)
            return f"{slugify(first)}_{slugify(last)}"
        case "password":
            return _password(draw)
        case "phone":
            return _phone(draw)
        case "street":
            return (
                f"{1 + draw.below(290)} {draw.pick(words('streets'))} {draw.pick(('Street', 'Avenue', 'Road', 'Lane'))}"
            )
        case "street_second":
            return f"Apt. {1 + draw.below(80)}"
        case "location":
            place = place_of(key)
            return f"{place.city}, {place.country}"
        case "url" | "image":
            return _url(name, draw)
        case "description":
            return _sentence(label, draw)
        case "body":
            return str(draw.pick(lexicon.COMMENTS))
        case "date" | "datetime" | "time":
            return FORMATS[{"datetime": "date-time"}.get(kind, kind)](key, name, draw)
        case "company":
            return title_for("company", key, draw)
        case "sku":
            return f"{token_text(draw, 3, 'ABCDEFGHJKLMNPRSTUVWXYZ')}-{1000 + draw.below(9000)}"
        case "code":
            return token_text(draw, 8, "ABCDEFGHJKLMNPRSTUVWXYZ23456789")
        case "ip":
            return f"192.0.2.{1 + draw.below(250)}"
        case "file":
            return title_for("file", key, draw)
        case "version":
            return f"{1 + draw.below(4)}.{draw.below(10)}.{draw.below(10)}"
        case "slug":
            return slugify(title_for(label, key, draw))
        case "uuid":
            return uuid_text(draw)
        case "id":
            return token_text(draw, 10)
        case "hex":
            return token_text(draw, 40, "0123456789abcdef")
        case "cron":
            return f"{draw.below(60)} {draw.below(24)} * * {1 + draw.below(5)}"
        case "size":
            return str(draw.pick(("small", "medium", "large")))
    return title_for("", key, draw)


_WORD_LISTS = {
    "occupation": "occupations",
    "nationality": "nationalities",
    "language": "languages",
    "university": "universities",
    "bank": "banks",
    "dish": "dishes",
    "drink": "drinks",
    "fruit": "fruits",
}
_WORD_CHOICES: dict[str, Any] = {
    "color": lexicon.COLORS,
    "department": lexicon.DEPARTMENTS,
    "tag": lexicon.TOPIC_WORDS,
    "mime": lexicon.MIME_TYPES,
    "gender": ("female", "male"),
    "sex": ("female", "male"),
    "species": lexicon.SPECIES,
    "unit": lexicon.UNITS,
    "status": lexicon.STATUSES,
    "emoji": lexicon.EMOJI,
    "reason": lexicon.REASONS,
}


def text_for(schema: JsonSchema, name: str, key: SeedKey, label: str, draw: Draw) -> str:
    """Return a text for a field: what its format or name suggests where the schema allows it, else what fits."""
    for text in _candidates(schema, name, key, label, draw):
        if accepts(schema, text):
            return text
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        for _ in range(_PATTERN_TRIES):
            made = text_for_pattern(pattern, draw.below, schema.get("maxLength"), schema.get("minLength") or 0)
            if made is not None and accepts(schema, made):
                return made
    return _fitted(next(iter(_candidates(schema, name, key, label, draw))), schema, draw)


def _candidates(schema: JsonSchema, name: str, key: SeedKey, label: str, draw: Draw) -> Iterable[str]:
    """Yield texts that suit the field, the best first."""
    make = FORMATS.get(str(schema.get("format", "")))
    if make is not None:
        yield make(key, name, draw)
        return
    if schema.get("contentEncoding") == "base64" and isinstance(media := schema.get("contentMediaType"), str):
        yield file_for(media, draw)
        return
    kind = string_kind(name)
    if not kind and string_kind(label) in ("url", "image", "email", "date", "datetime"):
        kind = string_kind(label)
    if not kind and (schema.get("minLength") or 0) > 40:
        kind = "description"
    text = _named_text(kind, name, key, label, draw)
    yield text
    longest = schema.get("maxLength")
    if isinstance(longest, int) and longest < len(text):
        if kind in ("country", "language") and longest <= 3:
            yield place_of(key).country_code if kind == "country" else place_of(key).locale[:2]
        yield title_for(label, key, draw)
        yield str(draw.pick(lexicon.NOUNS))
        yield str(draw.pick(lexicon.NOUNS)).lower()


def _fitted(text: str, schema: JsonSchema, draw: Draw) -> str:
    """Bring a text to an allowed length; a pattern that nothing matched is given up."""
    least, most = schema.get("minLength") or 0, schema.get("maxLength")
    while len(text) < min(least, MAX_TEXT):
        text = f"{text} {_sentence('', draw)}" if least > 30 else text + token_text(draw, least - len(text))
    if isinstance(most, int):
        text = text[: max(most, 0)].rstrip()
    missing = max(min(least, MAX_TEXT), 1 if most != 0 else 0) - len(text)
    return text + token_text(draw, missing) if missing > 0 else text


@lru_cache(maxsize=1)
def clock_start() -> datetime:
    """Return the moment at which the logical clock of a fresh session stands."""
    return EPOCH + timedelta(days=SPAN_DAYS, hours=9)
