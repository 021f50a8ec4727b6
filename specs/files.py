"""Joining a specification that is spread over several files into one document (rule L3).

Only files below the folder of the document are opened; whatever leads elsewhere (an absolute path, a parent folder, a
link out of the folder, the network) is refused and reported.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from inftool.specs.document import MAX_BYTES, MAX_NODES, parse, read_text
from inftool.specs.error import SpecError
from inftool.specs.names import safe_name, unique_name
from inftool.specs.problems import Problems, pointer
from inftool.specs.references import MAX_CHAIN, pointer_parts, value_at

MAX_FILES = 2_000
MAX_PARTS = 50_000
"""Schemas and other parts taken from other files."""
PARTS = "x-parts"
"""Where parts that are no schemas are put in the joined document."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_SCHEMA_KEYS = {"schema", "items", "additionalProperties", "not", "propertyNames", "contains", "if", "then", "else"}
_SCHEMA_HOLDERS = {
    "properties", "patternProperties", "dependentSchemas", "schemas", "definitions", "$defs", "allOf", "oneOf", "anyOf",
    "prefixItems",
}  # fmt: skip
_VALUES = {"example", "examples", "default", "enum", "const"}

_Target = tuple[Path, str]
"""A file, and a JSON pointer in it."""


def join_files(document: dict[str, Any], path: Path, schemas_at: tuple[str, ...], problems: Problems) -> dict[str, Any]:
    """Return ``document`` with every reference to another file made a local one.

    A schema of another file becomes a named schema; the same schema reached twice has one name.

    Args:
        document: The parsed document; it is not changed.
        path: Its file.
        schemas_at: Where named schemas stand in it, such as ``("components", "schemas")``.
        problems: Collects the references that were refused.

    Raises:
        SpecError: the files are too many or too large together.
    """
    if not _has_foreign_reference(document):
        return document
    return _Joiner(document, path, schemas_at, problems).joined()


def _has_foreign_reference(document: Any) -> bool:
    stack, seen = [document], set()
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            reference = value.get("$ref")
            if isinstance(reference, str) and not reference.startswith("#"):
                return True
        for item in value.values() if isinstance(value, dict) else value:
            if isinstance(item, (dict, list)) and id(item) not in seen:
                seen.add(id(item))
                stack.append(item)
    return False


class _RefusedError(Exception):
    """A file may not be read, or is not there; the message goes on after "the reference ..."."""


class _Joiner:
    """Opens files, and rewrites every part that is reached once."""

    def __init__(self, document: dict[str, Any], path: Path, schemas_at: tuple[str, ...], problems: Problems) -> None:
        self._folder = path.parent.resolve()
        self._root = path.resolve()
        self._problems = problems
        self._schemas_at = schemas_at
        self._files: dict[Path, Any] = {self._root: document}
        self._bytes = 0
        self._nodes = 0
        self._links: dict[tuple[_Target, bool], str] = {}
        self._schemas: dict[str, Any] = {}
        self._parts: dict[str, Any] = {}
        self._waiting: list[tuple[dict[str, Any], str, Any, _Target, str]] = []

    def joined(self) -> dict[str, Any]:
        """Return the joined document."""
        document = self._files[self._root]
        declared, home, inside = self._declared(document)
        self._schemas.update(dict.fromkeys(declared))
        place = pointer(*self._schemas_at)
        own = {}
        for name, schema in declared.items():
            reference = schema.get("$ref") if isinstance(schema, dict) and len(schema) == 1 else None
            target = None
            if isinstance(reference, str) and not (home == self._root and reference.startswith("#")):
                target = self._target(reference, home, place + pointer(name))
            if target is not None and target[0] != self._root and (target, True) not in self._links:
                self._links[target, True] = f"#{place}{pointer(name)}"
                self._wait(self._schemas, name, target, "schema", place + pointer(name))
            else:
                own[name] = schema
            if home != self._root:
                self._links[(home, inside + pointer(name)), True] = f"#{place}{pointer(name)}"
        whole = self._rewritten(document, self._root, "", "")
        for name, schema in own.items():
            self._schemas[name] = self._rewritten(schema, home, "schema", place + pointer(name))
        while self._waiting:
            holder, key, value, (file, inside), role = self._waiting.pop()
            holder[key] = self._rewritten(value, file, role, f"{self._label(file)}#{inside}")
        holder = whole
        for part in self._schemas_at[:-1]:
            holder[part] = holder = holder[part] if isinstance(holder.get(part), dict) else {}
        holder[self._schemas_at[-1]] = self._schemas
        return {**whole, PARTS: self._parts}

    def _declared(self, document: dict[str, Any]) -> tuple[dict[str, Any], Path, str]:
        """Return the named schemas of the document, the file in which they stand, and where in it."""
        value: Any = document
        file, inside = self._root, ""
        for number, part in enumerate(self._schemas_at):
            value = value.get(part) if isinstance(value, dict) else None
            inside += pointer(part)
            for _ in range(MAX_CHAIN):
                reference = value.get("$ref") if isinstance(value, dict) else None
                if not isinstance(reference, str):
                    break
                target = self._target(reference, file, pointer(*self._schemas_at[: number + 1]))
                if target is None:
                    return {}, self._root, ""
                file, inside = target
                value = value_at(self._files[file], pointer_parts(f"#{inside}"))[1]
        return (value if isinstance(value, dict) else {}), file, inside

    def _rewritten(self, value: Any, file: Path, role: str, place: str) -> Any:
        """Return a copy of ``value``, which stands in ``file``, with its references made local.

        ``role`` is ``schema`` for a schema, ``schemas`` for what holds schemas, and empty for all else.
        """
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise SpecError(f"{self._root.name}: its files hold more than {MAX_NODES:,} values together.")
        if isinstance(value, list):
            inner = "schema" if role == "schemas" else ""
            return [self._rewritten(item, file, inner, place + pointer(number)) for number, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        result: dict[str, Any] = {}
        for key, item in value.items():
            if key == "$ref" and isinstance(item, str) and role != "schemas":
                link = self._link(item, file, role == "schema", place)
                if link is not None:
                    result[key] = link
            elif key == "mapping" and isinstance(item, dict) and place.endswith("/discriminator"):
                result[key] = {name: self._mapped(one, file, place) for name, one in item.items()}
            elif key in _VALUES and role != "schemas":
                result[key] = item
            else:
                result[key] = self._rewritten(item, file, _role(role, key), place + pointer(key))
        return result

    def _mapped(self, value: Any, file: Path, place: str) -> Any:
        """Return the value of a discriminator's mapping, which is a reference or only a name."""
        if not isinstance(value, str) or not ("/" in value or value.endswith((".json", ".yaml", ".yml"))):
            return value
        return self._link(value, file, True, place) or value

    def _link(self, reference: str, file: Path, schema: bool, place: str) -> str | None:
        """Return the local reference to what ``reference`` in ``file`` means; None if it was refused."""
        if file == self._root and reference.startswith("#"):
            return reference
        target = self._target(reference, file, place)
        if target is None:
            return None
        if target[0] == self._root:
            return f"#{target[1]}"
        link = self._links.get((target, schema))
        if link is not None:
            return link
        if len(self._links) >= MAX_PARTS:
            raise SpecError(f"{self._root.name}: more than {MAX_PARTS} parts in other files; join them beforehand.")
        if schema:
            last = pointer_parts(f"#{target[1]}")[-1] if target[1] else target[0].stem
            name, holder, at = unique_name(safe_name(last, "Schema"), self._schemas), self._schemas, self._schemas_at
        else:
            name, holder, at = str(len(self._parts)), self._parts, (PARTS,)
        holder[name] = None
        link = "#" + pointer(*at, name)
        self._links[target, schema] = link
        self._wait(holder, name, target, "schema" if schema else "", place)
        return link

    def _wait(self, holder: dict[str, Any], name: str, target: _Target, role: str, place: str) -> None:
        """Note that the part at ``target`` is to be put into ``holder``."""
        found, value = value_at(self._files[target[0]], pointer_parts(f"#{target[1]}"))
        if not found:
            self._problems.add(place, f"{self._label(target[0])}#{target[1]} leads nowhere; it was left out")
            value = {}
        self._waiting.append((holder, name, value, target, role))

    def _target(self, reference: str, file: Path, place: str) -> _Target | None:
        """Return what ``reference`` in ``file`` leads to, with its file opened; None if it is refused."""
        where, _, fragment = reference.partition("#")
        try:
            return (self._open(unquote(where, errors="replace"), file) if where else file), fragment and pointer(
                *pointer_parts(f"#{fragment}")
            )
        except _RefusedError as error:
            self._problems.add(place, f"the reference {reference[:120]!r} {error}; it was left out")
            return None

    def _open(self, where: str, file: Path) -> Path:
        """Return the file that ``where`` in ``file`` names, read.

        Raises:
            _RefusedError: it may not be read, or is not there.
            SpecError: the files are too many or too large together.
        """
        if _URL.match(where):
            raise _RefusedError("leads to the network or to another scheme")
        if where.startswith(("/", "~")) or "\\" in where:
            raise _RefusedError("is not relative to the document")
        try:
            path = ((self._folder if file == self._root else file.parent) / where).resolve()
            if path == self._root or path in self._files:
                return path
            if not path.is_relative_to(self._folder):
                raise _RefusedError("leads out of the document's folder")
            if not path.is_file():
                raise _RefusedError("leads to no file")
        except (OSError, ValueError, RuntimeError):
            raise _RefusedError("leads to nothing that can be opened") from None
        if len(self._files) >= MAX_FILES:
            raise SpecError(f"{self._root.name}: spread over more than {MAX_FILES} files; join them beforehand.")
        self._files[path] = {}
        try:
            text = read_text(path)
            self._bytes += len(text)
            if self._bytes <= MAX_BYTES:
                self._files[path] = parse(text, self._label(path))
        except SpecError as error:
            raise _RefusedError(f"leads to a file that cannot be read ({error})"[:200]) from None
        if self._bytes > MAX_BYTES:
            raise SpecError(f"{self._root.name}: its files hold more than {MAX_BYTES // 2**20} MB together.")
        return path

    def _label(self, file: Path) -> str:
        """Return the name of ``file`` relative to the document's folder."""
        return str(file.relative_to(self._folder)) if file.is_relative_to(self._folder) else file.name


def _role(role: str, key: str) -> str:
    """Return the role of what stands under ``key``."""
    if role == "schemas" or key in _SCHEMA_KEYS:
        return "schema"
    return "schemas" if key in _SCHEMA_HOLDERS else ""
