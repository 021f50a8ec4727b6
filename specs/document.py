"""Reading JSON, JSON Lines or YAML from an untrusted file: bounded, never evaluated, always plain JSON values (L1, L6).

YAML is built from libyaml's events by the rules of YAML 1.2's core schema, so that keys are strings (``200:``), dates
and ``yes``/``no`` stay text, and numbers with a leading zero are no octal ones.
"""

from __future__ import annotations

import json
import math
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from inftool.specs.error import SpecError

MAX_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 64
MAX_NODES = 4_000_000
"""Values in a document once YAML aliases are expanded."""

_MAX_BITS = 1_000
"""Bits of a whole number; larger ones are taken for null, as infinity is."""

_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULLS = {"", "~", "null", "Null", "NULL"}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,300})")
_SOMETHING = re.compile(r"\S")
_FLOAT = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)?\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)")


def read_text(path: Path) -> str:
    """Return the text of the file at ``path``.

    Raises:
        SpecError: it cannot be read, is larger than 32 MB, or is not text.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise SpecError(
                f"{path}: {size / 2**20:.0f} MB is too large; at most {MAX_BYTES // 2**20} MB are read. "
                "Cut the specification down to the part you need."
            )
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SpecError(f"{path}: cannot be read: {error.strerror or error}") from None
    if len(data) > MAX_BYTES:
        raise SpecError(f"{path}: too large; at most {MAX_BYTES // 2**20} MB are read.")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SpecError(f"{path}: line {line}: not a text file in UTF-8. Is this an API description?") from None


def parse(text: str, source: str) -> Any:
    """Return the JSON or YAML document in ``text`` as plain JSON values.

    Raises:
        SpecError: it is neither, naming ``source``, line and column; or it is too deep or expands to too much.
    """
    stripped = text.lstrip()
    if not stripped:
        raise SpecError(f"{source}: the file is empty.")
    if stripped[0] in "{[":
        if text.count(",") + text.count("{") + text.count("[") > 2 * MAX_NODES:
            raise SpecError(f"{source}: more than {MAX_NODES:,} values; cut the specification down to what you need.")
        try:
            document = json.loads(text, parse_constant=lambda _: None)
        except RecursionError:
            raise SpecError(
                f"{source}: nested deeper than {MAX_DEPTH} levels; no API description needs that."
            ) from None
        except json.JSONDecodeError as error:
            lines = _json_lines(text) if error.msg == "Extra data" else None
            if lines is not None:
                return tidy(lines, source)
            if source.lower().endswith((".json", ".jsonl", ".ndjson")):
                message = f"{source}: line {error.lineno}, column {error.colno}: broken JSON: {error.msg}."
                raise SpecError(message) from None
            document = parse_yaml(text, source)
        except ValueError as error:
            raise SpecError(f"{source}: broken JSON: {error}.") from None
    else:
        document = parse_yaml(text, source)
    return tidy(document, source)


def _json_lines(text: str) -> list[Any] | None:
    """Return the JSON values that stand in ``text`` one a line, or one after the other; None if it is anything else.

    Among many good lines a broken one stays a text, for the reader to report.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    values: list[Any] = []
    broken = 0
    for line in lines:
        try:
            values.append(json.loads(line, parse_constant=lambda _: None))
        except (ValueError, RecursionError):
            values.append(line[:200])
            broken += 1
    if broken * 2 < len(values):
        return values
    decoder = json.JSONDecoder(parse_constant=lambda _: None)
    values, place = [], 0
    try:
        while (found := _SOMETHING.search(text, place)) is not None:
            value, place = decoder.raw_decode(text, found.start())
            values.append(value)
    except (ValueError, RecursionError):
        return None
    return values


def parse_yaml(text: str, source: str) -> Any:
    """Return the first YAML document in ``text``; aliases are shared objects, not copies.

    Raises:
        SpecError: it is broken, naming ``source``, line and column.
    """
    try:
        loader = yaml.CLoader(text)
        try:
            return _Builder(loader, source).document()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise SpecError(f"{source}: {place}broken YAML: {error.problem or error.context}.") from None
    except yaml.YAMLError as error:
        raise SpecError(f"{source}: broken YAML: {' '.join(str(error).split())[:200]}.") from None


class _Builder:
    """Builds values from libyaml's events without recursion, so that depth costs nothing before it is refused."""

    def __init__(self, loader: yaml.CLoader, source: str) -> None:
        self._loader = loader
        self._source = source
        self._anchors: dict[str, Any] = {}

    def document(self) -> Any:
        root: list[Any] = []
        stack: list[list[Any] | dict[str, Any]] = [root]
        keys: list[str | None] = [None]
        while self._loader.check_event():
            event = self._loader.get_event()
            if isinstance(event, yaml.ScalarEvent):
                container = stack[-1]
                if isinstance(container, dict) and keys[-1] is None:
                    keys[-1] = event.value
                    if event.anchor:
                        self._anchors[event.anchor] = event.value
                    continue
                value: Any = _scalar(event)
            elif isinstance(event, yaml.MappingStartEvent):
                value = {}
            elif isinstance(event, yaml.SequenceStartEvent):
                value = []
            elif isinstance(event, yaml.AliasEvent):
                if event.anchor not in self._anchors:
                    raise self._error(event, f"the alias *{event.anchor} refers to nothing")
                value = self._anchors[event.anchor]
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                stack.pop()
                keys.pop()
                continue
            elif isinstance(event, yaml.DocumentEndEvent):
                break
            else:
                continue
            if not isinstance(event, yaml.AliasEvent) and event.anchor:
                self._anchors[event.anchor] = value
            container = stack[-1]
            if isinstance(container, dict):
                key = keys[-1]
                if key is None:
                    raise self._error(event, "a mapping or list is used as a key")
                if key == "<<":
                    _merge(container, value)
                else:
                    container[key] = value
                keys[-1] = None
            else:
                container.append(value)
            if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                if len(stack) > MAX_DEPTH:
                    raise self._error(event, f"nested deeper than {MAX_DEPTH} levels")
                stack.append(value)
                keys.append(None)
        return root[0] if root else None

    def _error(self, event: yaml.Event, what: str) -> SpecError:
        mark = event.start_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        return SpecError(f"{self._source}: {place}{what}.")


def _merge(container: dict[str, Any], value: Any) -> None:
    """Apply a YAML merge key: explicit keys win wherever they stand."""
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, dict):
            for key, item in part.items():
                container.setdefault(key, item)


def _scalar(event: yaml.ScalarEvent) -> Any:
    text: str = event.value
    if not event.implicit[0] or event.style not in (None, ""):
        return text
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text[0] in "+-.0123456789":
        if _INTEGER.fullmatch(text):
            return int(text)
        if len(text) < 400 and _FLOAT.fullmatch(text):
            number = float(text)
            return number if math.isfinite(number) else text
    return text


def tidy(document: object, source: str) -> Any:
    """Return ``document`` as plain JSON values with string keys: the door for documents that somebody else parsed.

    Raises:
        SpecError: it is deeper than 64 levels, contains itself, or expands to more than four million values.
    """
    done: dict[int, tuple[Any, int, int]] = {}
    open_: set[int] = set()

    def visit(value: object, depth: int) -> tuple[Any, int, int]:
        """Return the value, the number of values in it, and its height."""
        if isinstance(value, str):
            return (value if value.isascii() else value.encode("utf-8", "replace").decode()), 1, 0
        if value is None or isinstance(value, (bool, int)):
            return (value if value is None or value.bit_length() < _MAX_BITS else None), 1, 0
        if isinstance(value, float):
            return (value if math.isfinite(value) else None), 1, 0
        if isinstance(value, (datetime, date)):
            return value.isoformat(), 1, 0
        if not isinstance(value, (dict, list, tuple)):
            return str(value), 1, 0
        known = done.get(id(value))
        if known is None:
            if id(value) in open_:
                raise SpecError(f"{source}: a YAML alias contains itself; write the part out, or use $ref.")
            if depth >= MAX_DEPTH:
                raise SpecError(f"{source}: nested deeper than {MAX_DEPTH} levels; no API description needs that.")
            open_.add(id(value))
            known = gather(value, depth)
            open_.discard(id(value))
            done[id(value)] = known
        if depth + known[2] > MAX_DEPTH:
            raise SpecError(f"{source}: nested deeper than {MAX_DEPTH} levels; no API description needs that.")
        return known

    def gather(value: dict[Any, Any] | list[Any] | tuple[Any, ...], depth: int) -> tuple[Any, int, int]:
        count = height = 0
        result: Any
        if isinstance(value, dict):
            result = {}
            for key, item in value.items():
                result[visit(str(key), 0)[0]], size, tall = visit(item, depth + 1)
                count, height = count + size, max(height, tall)
        else:
            result = []
            for item in value:
                kept, size, tall = visit(item, depth + 1)
                result.append(kept)
                count, height = count + size, max(height, tall)
        if count > MAX_NODES:
            raise SpecError(
                f"{source}: expands to more than {MAX_NODES:,} values; its YAML aliases multiply. "
                "Write it without them."
            )
        return result, count + 1, height + 1

    return visit(document, 0)[0]
