"""The forms that values of a field must have: that of the field, and those of the responses that show it (rule G1).

Two parts of one specification often say different things of a field, and its examples something else again. A value
that is made up fits all of them where one can be found.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from inftool.servers.program import EntityOperation, ServerProgram
from inftool.servers.runtime.arguments import lenient_validator
from inftool.servers.runtime.draw import SeedKey
from inftool.servers.runtime.fitting import accepts, schema_at, schema_of_rows
from inftool.servers.runtime.values import value_for
from inftool.specs.merge import merge_all
from inftool.specs.spec import JsonSchema

_SCALARS = ("string", "integer", "number", "boolean")
_PLAIN_WORDS = frozenset(("type", "enum", "minimum", "maximum", "minLength", "maxLength", "pattern", "description"))
_MAX_FORMS = 6
"""Different forms of one field that are looked at."""


class _Form:
    """One schema of a field, compiled at first use."""

    def __init__(self, schema: JsonSchema) -> None:
        self.schema = schema

    @cached_property
    def _validator(self) -> Any:
        plain = self.schema.get("type") in _SCALARS and self.schema.keys() <= _PLAIN_WORDS
        return None if plain else lenient_validator(self.schema)

    def fits(self, value: Any) -> bool:
        return accepts(self.schema, value) and (self._validator is None or bool(self._validator.is_valid(value)))


class Forms:
    """The forms of all fields of a program."""

    def __init__(self, program: ServerProgram) -> None:
        self._program = program
        self._forms: dict[tuple[str, str], list[_Form]] = {}

    def fits(self, entity: str, name: str, value: Any) -> bool:
        """Tell whether a value has every form of a field."""
        return all(form.fits(value) for form in self._of(entity, name))

    def make(self, entity: str, name: str, *, seed_key: SeedKey, label: str = "", ordinal: int | None = None) -> Any:
        """Make up a value of a field, as :func:`~inftool.servers.runtime.values.value_for` does.

        It has every form of the field if one made for any of them, or for all together, has, else that of the field
        itself.
        """
        forms = self._of(entity, name)
        first: Any = None
        for at, form in enumerate(forms):
            value = value_for(form.schema, name, seed_key=seed_key, label=label, ordinal=ordinal)
            if all(other.fits(value) for other in forms):
                return value
            first = value if at == 0 else first
        if len(forms) > 1:
            together = merge_all([form.schema for form in forms])
            value = value_for(together, name, seed_key=seed_key, label=label, ordinal=ordinal)
            if all(form.fits(value) for form in forms):
                return value
        return first

    def _of(self, entity: str, name: str) -> list[_Form]:
        found = self._forms.get((entity, name))
        if found is None:
            field = self._program.entities[entity].fields[name]
            schemas = [field.schema_]
            for schema in self._shown.get(entity, {}).get(name, ()):
                if schema not in schemas and len(schemas) < _MAX_FORMS:
                    schemas.append(schema)
            found = self._forms[(entity, name)] = [_Form(schema) for schema in schemas]
        return found

    @cached_property
    def _shown(self) -> dict[str, dict[str, list[JsonSchema]]]:
        """By entity and field: what responses declare of it."""
        found: dict[str, dict[str, list[JsonSchema]]] = {}
        for operation in self._program.flat():
            if isinstance(operation, EntityOperation) and operation.output_schema is not None:
                shown = found.setdefault(operation.entity, {})
                for name, schema in shown_fields(operation):
                    known = shown.setdefault(name, [])
                    if schema and schema not in known:
                        known.append(schema)
        return found


def shown_fields(operation: EntityOperation) -> Iterator[tuple[str, JsonSchema]]:
    """Yield (field, schema) of the fields that a response shows."""
    shape = operation.shape
    if shape.kind not in ("row", "rows"):
        return
    payload = schema_at(operation.output_schema, shape.path)
    if shape.kind == "rows":
        payload = schema_of_rows(shape, payload)
    properties = payload.get("properties")
    for name, schema in properties.items() if isinstance(properties, dict) else ():
        if isinstance(schema, dict) and (shape.fields is None or name in shape.fields):
            yield name, schema
